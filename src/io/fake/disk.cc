// SPDX-License-Identifier: Apache-2.0
#include "io/fake/disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice::io::fake {
namespace {

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool IsRoot(const std::string& directory) {
  return directory == "/" || directory == ".";
}

class FakeRandomAccessFile : public RandomAccessFile {
 public:
  FakeRandomAccessFile(std::string path, std::string content, Faults* faults)
      : path_(std::move(path)), content_(std::move(content)), faults_(faults) {}

  Result<int64_t> Read(int64_t offset, int64_t size_bytes, void* out) override {
    if (faults_ != nullptr && faults_->Next("read " + path_) != Verdict::kProceed) {
      return IoError("cannot read " + path_ + ": planted failure");
    }
    const int64_t left = std::max<int64_t>(this->size_bytes() - offset, 0);
    const int64_t read = std::min(size_bytes, left);
    if (read > 0) std::memcpy(out, content_.data() + offset, static_cast<size_t>(read));
    return read;
  }
  int64_t size_bytes() const override { return static_cast<int64_t>(content_.size()); }

 private:
  std::string path_, content_;
  Faults* faults_;
};

}  // namespace

class FakeWritableFile : public WritableFile {
 public:
  FakeWritableFile(std::string path, FakeFileSystem* files)
      : path_(std::move(path)), files_(files) {}

  Status Append(const void* bytes, int64_t size_bytes) override {
    const std::lock_guard lock(files_->disk_->mutex_);
    if (finished_) return Internal("append to a finished file: " + path_);
    return files_->Call("append " + path_, [&] {
      content_.append(static_cast<const char*>(bytes), static_cast<size_t>(size_bytes));
    });
  }

  int64_t size_bytes() const override { return static_cast<int64_t>(content_.size()); }

  Status Finish() override {
    const std::lock_guard lock(files_->disk_->mutex_);
    if (finished_) return Internal("file finished twice: " + path_);
    auto synced = files_->Call("sync " + path_, [&] { synced_ = !sync_failed_; });
    if (!synced.ok()) {
      sync_failed_ = true;  // the pages are gone; a second sync would say yes all the same
      return synced;
    }
    Disk& disk = *files_->disk_;
    if (disk.files_.contains(path_)) return AlreadyExists("cannot name " + path_ + ": it exists");
    SLUICE_TRY(files_->Call("link " + path_, [&] {
      disk.files_[path_] = {content_, synced_, false, ++disk.time_ms_};
      disk.removed_.erase(path_);
      finished_ = true;
    }));
    return files_->SyncDirectory(DirectoryOf(path_));
  }

 private:
  std::string path_, content_;
  FakeFileSystem* files_;
  bool synced_ = false, sync_failed_ = false, finished_ = false;
};

template <typename Apply>
Status FakeFileSystem::Call(const std::string& what, Apply apply) {
  const Verdict verdict = faults_ == nullptr ? Verdict::kProceed : faults_->Next(what);
  switch (verdict) {
    case Verdict::kProceed:
      apply();
      return {};
    case Verdict::kApplyThenDie:
      apply();
      faults_->Die();
      return IoError("cannot " + what + ": the process is gone");
    case Verdict::kApplyThenFail:
    case Verdict::kLate:
      apply();
      return IoError("cannot " + what + ": planted lost reply");
    default:
      return IoError("cannot " + what + ": planted failure");
  }
}

Status FakeFileSystem::SyncDirectory(const std::string& directory) {
  return Call("sync directory " + directory, [&] {
    for (auto& [path, file] : disk_->files_) {
      if (DirectoryOf(path) == directory) file.name_synced = true;
    }
    for (auto& [path, synced] : disk_->directories_) {
      if (DirectoryOf(path) == directory) synced = true;
    }
    std::erase_if(disk_->removed_,
                  [&](const auto& file) { return DirectoryOf(file.first) == directory; });
  });
}

Result<std::unique_ptr<WritableFile>> FakeFileSystem::Create(const std::string& path) {
  const std::lock_guard lock(disk_->mutex_);
  if (disk_->files_.contains(path)) return AlreadyExists("cannot create " + path + ": it exists");
  SLUICE_TRY(MakeDirectories(DirectoryOf(path)));
  SLUICE_TRY(Call("create " + path, [] {}));
  return std::unique_ptr<WritableFile>(new FakeWritableFile(path, this));
}

Result<std::unique_ptr<RandomAccessFile>> FakeFileSystem::Open(const std::string& path) {
  const std::lock_guard lock(disk_->mutex_);
  SLUICE_TRY(Call("open " + path, [] {}));
  const auto found = disk_->files_.find(path);
  if (found == disk_->files_.end()) return NotFound("cannot open " + path + ": no such file");
  return std::unique_ptr<RandomAccessFile>(
      new FakeRandomAccessFile(path, found->second.content, faults_));
}

Result<FileEntry> FakeFileSystem::Stat(const std::string& path) {
  const std::lock_guard lock(disk_->mutex_);
  SLUICE_TRY(Call("stat " + path, [] {}));
  if (const auto found = disk_->files_.find(path); found != disk_->files_.end()) {
    return FileEntry{path, static_cast<int64_t>(found->second.content.size()),
                     found->second.modified_ms, false};
  }
  if (disk_->directories_.contains(path)) return FileEntry{path, 0, 0, true};
  return NotFound("cannot stat " + path + ": no such file");
}

Result<std::vector<FileEntry>> FakeFileSystem::List(const std::string& directory) {
  const std::lock_guard lock(disk_->mutex_);
  SLUICE_TRY(Call("list " + directory, [] {}));
  if (!IsRoot(directory) && !disk_->directories_.contains(directory)) {
    return NotFound("cannot list " + directory + ": no such directory");
  }
  std::vector<FileEntry> entries;
  for (const auto& [path, file] : disk_->files_) {
    if (DirectoryOf(path) != directory) continue;
    entries.push_back({path, static_cast<int64_t>(file.content.size()), file.modified_ms, false});
  }
  for (const auto& [path, synced] : disk_->directories_) {
    if (DirectoryOf(path) == directory) entries.push_back({path, 0, 0, true});
  }
  std::sort(entries.begin(), entries.end(),
            [](const FileEntry& a, const FileEntry& b) { return a.path < b.path; });
  return entries;
}

// A directory that is already there may have been made by a process that died before it could sync
// it; so each process syncs each one once.
Status FakeFileSystem::MakeDirectories(const std::string& directory) {
  const std::lock_guard lock(disk_->mutex_);
  if (IsRoot(directory) || durable_directories_.contains(directory)) return {};
  SLUICE_TRY(MakeDirectories(DirectoryOf(directory)));
  if (!disk_->directories_.contains(directory)) {
    SLUICE_TRY(
        Call("make directory " + directory, [&] { disk_->directories_[directory] = false; }));
  }
  SLUICE_TRY(SyncDirectory(DirectoryOf(directory)));
  durable_directories_.insert(directory);
  return {};
}

Status FakeFileSystem::Remove(const std::string& path) {
  const std::lock_guard lock(disk_->mutex_);
  if (!disk_->files_.contains(path)) return NotFound("cannot remove " + path + ": no such file");
  return Call("remove " + path, [&] {
    const auto found = disk_->files_.find(path);
    if (found->second.name_synced) disk_->removed_[path] = found->second;
    disk_->files_.erase(found);
  });
}

bool Disk::ParentsSynced(const std::string& path) const {
  for (std::string at = DirectoryOf(path); !IsRoot(at); at = DirectoryOf(at)) {
    const auto found = directories_.find(at);
    if (found == directories_.end() || !found->second) return false;
  }
  return true;
}

void Disk::LosePower() {
  files_.merge(removed_);
  removed_.clear();
  std::erase_if(files_, [&](const auto& entry) {
    return !entry.second.name_synced || !ParentsSynced(entry.first);
  });
  for (auto& [path, file] : files_) {
    if (!file.content_synced) file.content.resize(file.content.size() / 2);
  }
  std::erase_if(directories_,
                [&](const auto& entry) { return !entry.second || !ParentsSynced(entry.first); });
}

std::map<std::string, std::string> Disk::Files() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::string> contents;
  for (const auto& [path, file] : files_) contents[path] = file.content;
  return contents;
}

void Disk::Put(const std::string& path, std::string content) {
  for (std::string at = DirectoryOf(path); !IsRoot(at); at = DirectoryOf(at)) {
    directories_[at] = true;
  }
  files_[path] = {std::move(content), true, true, ++time_ms_};
}

}  // namespace sluice::io::fake
