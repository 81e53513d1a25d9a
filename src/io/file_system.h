// SPDX-License-Identifier: Apache-2.0
// The only door to files. Built for tables that survive power loss: a file becomes visible whole
// and synced, or not at all, and nothing ever replaces a file that exists. A failed sync is final
// (the pages may be gone): the caller stops and starts again from the last durable state.
//
// Paths are plain absolute or relative paths; `file:` URIs are turned into them by PathOfUri.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::io {

/// A file being written. Not visible to readers who list its final name until Finish.
class WritableFile {
 public:
  virtual ~WritableFile() = default;  // an unfinished file is removed
  virtual Status Append(const void* bytes, int64_t size_bytes) = 0;
  /// Bytes appended so far.
  virtual int64_t size_bytes() const = 0;
  /// Syncs the content, gives the file its name (fails with kAlreadyExists if that name is taken),
  /// syncs the directory and any directory it had to make. After Ok the file survives power loss.
  virtual Status Finish() = 0;
};

class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  virtual Result<int64_t> Read(int64_t offset, int64_t size_bytes, void* out) = 0;
  virtual int64_t size_bytes() const = 0;
};

struct FileEntry {
  std::string path;
  int64_t size_bytes = 0;
  int64_t modified_ms = 0;
  bool is_directory = false;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<WritableFile>> Create(const std::string& path) = 0;
  virtual Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) = 0;
  /// kNotFound if it is not there.
  virtual Result<FileEntry> Stat(const std::string& path) = 0;
  /// Entries of one directory, sorted by path, temporary files of unfinished writes left out.
  virtual Result<std::vector<FileEntry>> List(const std::string& directory) = 0;
  virtual Status MakeDirectories(const std::string& directory) = 0;
  virtual Status Remove(const std::string& path) = 0;
  /// Gives a whole file another name, durably. Never replaces: kAlreadyExists when `to` is taken.
  /// After a crash the file may have both names. This one copies; disks that can link do that.
  virtual Status Rename(const std::string& from, const std::string& to);

  /// Create + Append + Finish.
  Status WriteWhole(const std::string& path, std::string_view bytes);
  /// The whole file, refused when larger than `size_bytes_max`.
  Result<std::string> ReadWhole(const std::string& path, int64_t size_bytes_max);
};

FileSystem& RealFileSystem();

/// `file:/a`, `file:///a`, `file://localhost/a` or a plain path -> a plain path; other schemes are
/// refused.
Result<std::string> PathOfUri(const std::string& uri_or_path);
/// Makes a path absolute against the working directory and drops `.` and `..`.
Result<std::string> AbsolutePath(const std::string& path);

}  // namespace sluice::io
