// SPDX-License-Identifier: Apache-2.0
// Unpacking the records of a batch: gzip, snappy (raw and framed as the Java client writes it), lz4
// frames, zstd. Output is bounded before memory is taken, so a small batch that unpacks to
// gigabytes is an error, not an outage.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "sources/kafka/arena.h"

namespace sluice::sources::kafka {

/// Numbers as in the attributes of a record batch.
enum class Codec : uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };

/// Unpacks batches, one after the other.
class Unpacker {
 public:
  explicit Unpacker(int64_t size_max) : size_max_(static_cast<size_t>(size_max)) {}
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// The unpacked bytes, in `arena`. kCorrupt when they are not what the codec writes,
  /// kResourceExhausted when there would be more than the bound.
  Result<std::string_view> Unpack(Codec codec, std::string_view packed, Arena* arena);

 private:
  Result<std::string_view> Gzip(std::string_view packed, Arena* arena);
  Result<std::string_view> Snappy(std::string_view packed, Arena* arena);
  Result<std::string_view> Lz4(std::string_view packed, Arena* arena);
  Result<std::string_view> Zstd(std::string_view packed, Arena* arena);
  Result<std::string_view> ZstdInSteps(std::string_view packed, Arena* arena);
  Error TooLarge() const;

  const size_t size_max_;
  void* zstd_ = nullptr;  // ZSTD_DCtx, made on first use
};

}  // namespace sluice::sources::kafka
