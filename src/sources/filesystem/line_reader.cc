// SPDX-License-Identifier: Apache-2.0
#include "sources/filesystem/line_reader.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "formats/decoder.h"

namespace sluice::sources::filesystem {

Result<Lines> LineReader::Read(int64_t offset, int64_t lines_max, bool whole) {
  Lines out;
  out.next_offset = offset;
  int64_t want = limits::kPollBytesMax;
  int64_t size = 0;
  for (;;) {
    const int64_t target = std::min(end_ - offset, want);
    out.bytes.resize(static_cast<size_t>(target));
    while (size < target) {
      SLUICE_ASSIGN(const int64_t got,
                    file_->Read(offset + size, target - size, out.bytes.data() + size));
      if (got == 0) return SourceLost("a file became shorter while it was read");
      size += got;
    }
    const bool has_line = std::memchr(out.bytes.data(), '\n', static_cast<size_t>(size)) != nullptr;
    if (has_line || offset + size >= end_) break;
    if (want > limits::kRecordBytesMax) {
      return InvalidArgument("a line is longer than " + std::to_string(limits::kRecordBytesMax) +
                             " bytes, at byte " + std::to_string(offset));
    }
    want *= 4;
  }
  out.bytes.resize(static_cast<size_t>(size + formats::Decoder::kPadding));
  int64_t begin = 0;
  while (begin < size && static_cast<int64_t>(out.lines.size()) < lines_max) {
    const void* found =
        std::memchr(out.bytes.data() + begin, '\n', static_cast<size_t>(size - begin));
    const bool last = found == nullptr;
    if (last && !(whole && offset + size >= end_)) break;
    const int64_t end = last ? size : static_cast<const char*>(found) - out.bytes.data();
    int64_t length = end - begin;
    if (length > 0 && out.bytes[static_cast<size_t>(end - 1)] == '\r') --length;
    out.lines.emplace_back(out.bytes.data() + begin, static_cast<size_t>(length));
    out.offsets.push_back(offset + begin);
    begin = last ? size : end + 1;
  }
  out.next_offset = offset + begin;
  return out;
}

}  // namespace sluice::sources::filesystem
