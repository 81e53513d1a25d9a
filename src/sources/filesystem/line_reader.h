// SPDX-License-Identifier: Apache-2.0
// The lines of a file from a byte on, some at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/file_system.h"

namespace sluice::sources::filesystem {

struct Lines {
  std::string bytes;                    // of all lines, padded for the decoders
  std::vector<std::string_view> lines;  // without their ends
  std::vector<int64_t> offsets;         // where each begins in the file
  int64_t next_offset = 0;              // behind the last one
};

class LineReader {
 public:
  LineReader(std::unique_ptr<io::RandomAccessFile> file, int64_t end)
      : file_(std::move(file)), end_(end) {}
  /// At most `lines_max` lines that begin at `offset` or behind it and end before the file's end.
  /// A last line without an end counts when `whole` is set: nobody writes to the file any more.
  Result<Lines> Read(int64_t offset, int64_t lines_max, bool whole);
  int64_t end() const { return end_; }

 private:
  std::unique_ptr<io::RandomAccessFile> file_;
  int64_t end_;
};

}  // namespace sluice::sources::filesystem
