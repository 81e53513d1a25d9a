// SPDX-License-Identifier: Apache-2.0
// Memory for the decompressed batches of one run of records: given out in pieces that do not move,
// taken back all at once, and reused, so that it stays in cache. Each piece is followed by
// readable bytes for SIMD loads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace sluice::sources::kafka {

class Arena {
 public:
  static constexpr size_t kPadding = 64;
  static constexpr size_t kChunkBytes = 2 << 20;

  /// At least `size` writable bytes; the next call gives the same ones unless Keep took them.
  char* Reserve(size_t size) {
    if (chunks_.empty() || chunks_[current_].size - used_ < size + kPadding) NextChunk(size);
    return chunks_[current_].bytes.get() + used_;
  }
  /// Takes the first `size` bytes of what was reserved.
  void Keep(size_t size) {
    used_ = std::min((used_ + size + kPadding + 63) / 64 * 64, chunks_[current_].size);
  }
  /// Takes everything back. Chunks beyond the usual size are freed: a rare huge batch is not kept.
  void Reset() {
    std::erase_if(chunks_, [](const Chunk& chunk) { return chunk.size > 4 * kChunkBytes; });
    current_ = used_ = 0;
  }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  void NextChunk(size_t size) {
    const size_t want = std::max(size + kPadding, kChunkBytes);
    const size_t next = chunks_.empty() || used_ == 0 ? current_ : current_ + 1;
    if (next >= chunks_.size()) {
      chunks_.push_back({std::make_unique_for_overwrite<char[]>(want), want});
    } else if (chunks_[next].size < want) {
      chunks_[next] = {std::make_unique_for_overwrite<char[]>(want), want};
    }
    current_ = next;
    used_ = 0;
  }
  std::vector<Chunk> chunks_;
  size_t current_ = 0, used_ = 0;
};

}  // namespace sluice::sources::kafka
