// SPDX-License-Identifier: Apache-2.0
// Files on a POSIX file system that survive power loss. A file is written without a name
// (O_TMPFILE) or, where the file system cannot do that, under a hidden temporary name; Finish syncs
// it, links it to its name (link(2) never replaces a file, unlike rename(2)), and syncs the
// directory. New directories are synced into their parents.
#include "io/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>

#include "io/clock.h"

namespace sluice::io {
namespace {

constexpr int64_t kBufferBytes = 256 << 10;
constexpr size_t kAlignment = 4096;  // of buffer and file offset for direct writes
constexpr size_t kKnownDirectoriesMax = 100'000;
constexpr char kTemporaryPrefix[] = ".sluice-tmp-";

Error Failed(const std::string& what, const std::string& path, int code) {
  const std::string text = what + " " + path + ": " + std::strerror(code);
  if (code == ENOENT || code == ENOTDIR) return NotFound(text);
  if (code == EEXIST) return AlreadyExists(text);
  if (code == ENOSPC || code == EDQUOT || code == EMFILE || code == ENFILE)
    return ResourceExhausted(text);
  return IoError(text);
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status SyncDirectory(const std::string& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Failed("cannot open directory", directory, errno);
  const int result = fsync(fd);
  const int code = errno;
  close(fd);
  if (result != 0) return Failed("cannot sync directory", directory, code);
  return Status::Ok();
}

class PosixWritableFile : public WritableFile {
 public:
  static Result<std::unique_ptr<WritableFile>> Make(const std::string& path) {
    const std::string directory = DirectoryOf(path);
    int fd = open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
    std::string temporary;
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
      temporary = directory + "/" + kTemporaryPrefix + RealRandom().Uuid();
      fd = open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    }
    if (fd < 0) return Failed("cannot create", path, errno);
    return std::unique_ptr<WritableFile>(new PosixWritableFile(path, temporary, fd));
  }

  ~PosixWritableFile() override {
    if (fd_ >= 0) close(fd_);
    if (!temporary_.empty()) unlink(temporary_.c_str());
  }

  Status Append(const void* bytes, int64_t size_bytes) override {
    if (fd_ < 0) return Internal("append to a finished file: " + path_);
    if (buffer_ == nullptr) {
      buffer_.reset(static_cast<char*>(std::aligned_alloc(kAlignment, kBufferBytes)));
      if (buffer_ == nullptr) return ResourceExhausted("no memory to write " + path_);
    }
    size_bytes_ += size_bytes;
    const auto* next = static_cast<const char*>(bytes);
    while (size_bytes > 0) {
      const int64_t part = std::min(size_bytes, kBufferBytes - filled_);
      std::memcpy(buffer_.get() + filled_, next, static_cast<size_t>(part));
      filled_ += part;
      next += part;
      size_bytes -= part;
      if (filled_ == kBufferBytes) SLUICE_TRY(WriteBlock());
    }
    return Status::Ok();
  }

  int64_t size_bytes() const override { return size_bytes_; }

  Status Finish() override {
    if (fd_ < 0) return Internal("file finished twice: " + path_);
    SLUICE_TRY(SetDirect(false));  // the rest is not a whole block
    SLUICE_TRY(WriteAll(buffer_.get(), filled_));
    if (fdatasync(fd_) != 0) return Failed("cannot sync", path_, errno);
    int linked = 0;
    if (temporary_.empty()) {
      const std::string self = "/proc/self/fd/" + std::to_string(fd_);
      linked = linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW);
    } else {
      linked = link(temporary_.c_str(), path_.c_str());
    }
    if (linked != 0) return Failed("cannot name", path_, errno);
    close(fd_);
    fd_ = -1;
    if (!temporary_.empty()) {
      unlink(temporary_.c_str());
      temporary_.clear();
    }
    return SyncDirectory(DirectoryOf(path_));
  }

 private:
  PosixWritableFile(std::string path, std::string temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}

  // A full buffer goes to the disk past the page cache: nobody reads a data file back soon, and
  // copying it there costs more than compressing it. File systems that cannot do that get it the
  // usual way.
  Status WriteBlock() {
    SLUICE_TRY(SetDirect(true));
    filled_ = 0;
    return WriteAll(buffer_.get(), kBufferBytes);
  }

  Status SetDirect(bool on) {
    if (on == direct_ || (on && direct_refused_)) return Status::Ok();
    const int flags = fcntl(fd_, F_GETFL);
    if (flags < 0) return Failed("cannot read the flags of", path_, errno);
    if (fcntl(fd_, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0) {
      direct_ = on;
    } else if (on) {
      direct_refused_ = true;
    } else {
      return Failed("cannot set the flags of", path_, errno);
    }
    return Status::Ok();
  }

  Status WriteAll(const char* bytes, int64_t size_bytes) {
    while (size_bytes > 0) {
      const ssize_t n = write(fd_, bytes, static_cast<size_t>(size_bytes));
      if (n < 0) {
        if (errno == EINTR) continue;
        if (errno == EINVAL && direct_) {  // this disk wants other blocks
          direct_refused_ = true;
          SLUICE_TRY(SetDirect(false));
          continue;
        }
        return Failed("cannot write", path_, errno);
      }
      // A short direct write leaves an unaligned rest.
      if (n < size_bytes) SLUICE_TRY(SetDirect(false));
      bytes += n;
      size_bytes -= n;
    }
    return Status::Ok();
  }

  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };

  std::string path_, temporary_;
  int fd_;
  std::unique_ptr<char, Free> buffer_;  // kBufferBytes, aligned
  int64_t filled_ = 0;
  int64_t size_bytes_ = 0;
  bool direct_ = false, direct_refused_ = false;
};

class PosixRandomAccessFile : public RandomAccessFile {
 public:
  PosixRandomAccessFile(std::string path, int fd, int64_t size_bytes)
      : path_(std::move(path)), fd_(fd), size_bytes_(size_bytes) {}
  ~PosixRandomAccessFile() override { close(fd_); }

  Result<int64_t> Read(int64_t offset, int64_t size_bytes, void* out) override {
    int64_t done = 0;
    while (done < size_bytes) {
      const ssize_t n = pread(fd_, static_cast<char*>(out) + done,
                              static_cast<size_t>(size_bytes - done), offset + done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return Failed("cannot read", path_, errno);
      if (n == 0) break;
      done += n;
    }
    return done;
  }
  int64_t size_bytes() const override { return size_bytes_; }

 private:
  std::string path_;
  int fd_;
  int64_t size_bytes_;
};

FileEntry EntryOf(const std::string& path, const struct stat& s) {
  return FileEntry{path, s.st_size,
                   static_cast<int64_t>(s.st_mtim.tv_sec) * 1000 + s.st_mtim.tv_nsec / 1'000'000,
                   S_ISDIR(s.st_mode)};
}

class PosixFileSystem : public FileSystem {
 public:
  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    struct stat s{};
    if (stat(path.c_str(), &s) == 0) return Failed("cannot create", path, EEXIST);
    SLUICE_TRY(MakeDirectories(DirectoryOf(path)));
    return PosixWritableFile::Make(path);
  }

  Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Failed("cannot open", path, errno);
    struct stat s{};
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode)) {
      const int code = errno;
      close(fd);
      if (!S_ISREG(s.st_mode)) return IoError("cannot open " + path + ": not a regular file");
      return Failed("cannot stat", path, code);
    }
    return std::unique_ptr<RandomAccessFile>(new PosixRandomAccessFile(path, fd, s.st_size));
  }

  Result<FileEntry> Stat(const std::string& path) override {
    struct stat s{};
    if (stat(path.c_str(), &s) != 0) return Failed("cannot stat", path, errno);
    return EntryOf(path, s);
  }

  Result<std::vector<FileEntry>> List(const std::string& directory) override {
    DIR* stream = opendir(directory.c_str());
    if (stream == nullptr) return Failed("cannot list", directory, errno);
    std::vector<FileEntry> entries;
    int code = 0;
    for (;;) {
      errno = 0;
      const dirent* entry = readdir(stream);
      if (entry == nullptr) {
        code = errno;
        break;
      }
      const std::string name = entry->d_name;
      if (name == "." || name == ".." || name.starts_with(kTemporaryPrefix)) continue;
      const std::string path = directory == "/" ? "/" + name : directory + "/" + name;
      struct stat s{};
      if (stat(path.c_str(), &s) == 0) entries.push_back(EntryOf(path, s));
    }
    closedir(stream);
    if (code != 0) return Failed("cannot list", directory, code);
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return entries;
  }

  // A directory that is already there may have been made by a process that died before it could
  // sync it; so each process syncs each one once.
  Status MakeDirectories(const std::string& directory) override {
    const std::string parent = DirectoryOf(directory);
    struct stat s{};
    const bool exists = stat(directory.c_str(), &s) == 0;
    if (exists && S_ISDIR(s.st_mode) && IsKnownDurable(directory)) return Status::Ok();
    if (!exists && errno != ENOENT) return Failed("cannot make directory", directory, errno);
    if (exists && !S_ISDIR(s.st_mode)) return Failed("cannot make directory", directory, EEXIST);
    if (parent != directory && parent != ".") SLUICE_TRY(MakeDirectories(parent));
    if (!exists && mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
      return Failed("cannot make directory", directory, errno);
    }
    // A parent we may not open is not ours: whoever made this directory in it has synced it.
    if (!exists || access(parent.c_str(), R_OK) == 0) SLUICE_TRY(SyncDirectory(parent));
    std::lock_guard lock(mutex_);
    if (durable_directories_.size() >= kKnownDirectoriesMax) durable_directories_.clear();
    durable_directories_.insert(directory);
    return Status::Ok();
  }

  Status Remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0) return Failed("cannot remove", path, errno);
    return Status::Ok();
  }

  Status Rename(const std::string& from, const std::string& to) override {
    SLUICE_TRY(MakeDirectories(DirectoryOf(to)));
    if (link(from.c_str(), to.c_str()) != 0) return Failed("cannot name", to, errno);
    SLUICE_TRY(SyncDirectory(DirectoryOf(to)));
    return Remove(from);
  }

 private:
  bool IsKnownDurable(const std::string& directory) {
    std::lock_guard lock(mutex_);
    return durable_directories_.contains(directory);
  }

  std::mutex mutex_;
  std::set<std::string> durable_directories_;
};

}  // namespace

Status FileSystem::WriteWhole(const std::string& path, std::string_view bytes) {
  SLUICE_ASSIGN(auto file, Create(path));
  SLUICE_TRY(file->Append(bytes.data(), static_cast<int64_t>(bytes.size())));
  return file->Finish();
}

Status FileSystem::Rename(const std::string& from, const std::string& to) {
  SLUICE_ASSIGN(const FileEntry entry, Stat(from));
  SLUICE_ASSIGN(const std::string bytes, ReadWhole(from, entry.size_bytes));
  SLUICE_TRY(WriteWhole(to, bytes));
  return Remove(from);
}

Result<std::string> FileSystem::ReadWhole(const std::string& path, int64_t size_bytes_max) {
  SLUICE_ASSIGN(auto file, Open(path));
  const int64_t size_bytes = file->size_bytes();
  if (size_bytes > size_bytes_max) {
    return ResourceExhausted("file is larger than " + std::to_string(size_bytes_max) +
                             " bytes: " + path);
  }
  std::string bytes(static_cast<size_t>(size_bytes), '\0');
  SLUICE_ASSIGN(const int64_t read, file->Read(0, size_bytes, bytes.data()));
  if (read != size_bytes) return IoError("file became shorter while it was read: " + path);
  return bytes;
}

FileSystem& RealFileSystem() {
  static PosixFileSystem file_system;
  return file_system;
}

Result<std::string> PathOfUri(const std::string& uri_or_path) {
  if (uri_or_path.starts_with("file:")) {
    std::string rest = uri_or_path.substr(5);
    if (rest.starts_with("//localhost/")) return rest.substr(11);
    if (rest.starts_with("///")) return rest.substr(2);
    if (rest.starts_with("//")) {
      return Unsupported("a file URI may not name another host: " + uri_or_path);
    }
    return rest;
  }
  const size_t colon = uri_or_path.find("://");
  if (colon != std::string::npos && colon < uri_or_path.find('/')) {
    return Unsupported("only local files are supported, not " + uri_or_path.substr(0, colon + 3) +
                       ": " + uri_or_path);
  }
  return uri_or_path;
}

Result<std::string> AbsolutePath(const std::string& path) {
  std::error_code code;
  const std::filesystem::path absolute = std::filesystem::absolute(path, code);
  if (code) return IoError("cannot make path absolute: " + path + ": " + code.message());
  std::string text = absolute.lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

}  // namespace sluice::io
