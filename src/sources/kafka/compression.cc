// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/compression.h"

#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_decompressBound
#include <lz4.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace sluice::sources::kafka {
namespace {

// How much larger records are usually unpacked.
constexpr size_t kUsualRatio = 6;

// Output that grows in an arena: full, it moves to a piece of twice the size.
class Output {
 public:
  /// `expected` bytes are reserved at once; a wrong guess costs a copy.
  Output(Arena* arena, size_t size_max, size_t expected)
      : arena_(arena), size_max_(size_max), expected_(std::min(expected, size_max)) {}

  /// Room for `more` bytes after what is there; false when the bound forbids it.
  bool Grow(size_t more) {
    if (more > size_max_ - size_) return false;
    if (capacity_ - size_ >= more) return true;
    const size_t want = std::min(std::max({2 * capacity_, size_ + more, expected_}), size_max_);
    char* old = bytes_;
    if (old == nullptr) {
      bytes_ = arena_->Reserve(want);
    } else {
      arena_->Keep(size_);  // so that the new piece is another one
      bytes_ = arena_->Reserve(want);
      std::memcpy(bytes_, old, size_);
    }
    capacity_ = want;
    return true;
  }
  char* end() { return bytes_ + size_; }
  char* begin() { return bytes_; }
  size_t room() const { return capacity_ - size_; }
  size_t size() const { return size_; }
  void Add(size_t size) { size_ += size; }
  std::string_view Finish() {
    if (bytes_ == nullptr) bytes_ = arena_->Reserve(1);
    arena_->Keep(size_);
    return {bytes_, size_};
  }

 private:
  Arena* arena_;
  size_t size_max_, expected_, size_ = 0, capacity_ = 0;
  char* bytes_ = nullptr;
};

uint32_t LittleEndian32(const char* p) {
  uint32_t value = 0;
  std::memcpy(&value, p, sizeof value);
  return value;
}

uint32_t BigEndian32(const char* p) {
  return __builtin_bswap32(LittleEndian32(p));
}

}  // namespace

Unpacker::~Unpacker() {
  ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(zstd_));
}

Error Unpacker::TooLarge() const {
  return ResourceExhausted("a record batch unpacks to more than " + std::to_string(size_max_) +
                           " bytes");
}

Result<std::string_view> Unpacker::Unpack(Codec codec, std::string_view packed, Arena* arena) {
  switch (codec) {
    case Codec::kNone:
      return packed;
    case Codec::kGzip:
      return Gzip(packed, arena);
    case Codec::kSnappy:
      return Snappy(packed, arena);
    case Codec::kLz4:
      return Lz4(packed, arena);
    case Codec::kZstd:
      return Zstd(packed, arena);
  }
  return Corrupt("unknown compression codec " + std::to_string(static_cast<int>(codec)));
}

Result<std::string_view> Unpacker::Gzip(std::string_view packed, Arena* arena) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) return ResourceExhausted("zlib has no memory");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, &inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  Output out(arena, size_max_, kUsualRatio * packed.size());
  for (;;) {
    const size_t step = std::max<size_t>(out.room(), std::max<size_t>(4 * packed.size(), 4096));
    if (!out.Grow(std::min(step, size_max_ - out.size())) || out.room() == 0) return TooLarge();
    const size_t room = out.room();
    stream.next_out = reinterpret_cast<Bytef*>(out.end());
    stream.avail_out = static_cast<uInt>(room);
    const int code = inflate(&stream, Z_NO_FLUSH);
    out.Add(room - stream.avail_out);
    if (code == Z_STREAM_END) return out.Finish();
    if (code != Z_OK && code != Z_BUF_ERROR) return Corrupt("gzip data is damaged");
    if (stream.avail_in == 0 && stream.avail_out > 0) return Corrupt("gzip data ends too early");
  }
}

Result<std::string_view> Unpacker::Snappy(std::string_view packed, Arena* arena) {
  Output out(arena, size_max_, kUsualRatio * packed.size());
  const auto block = [&](std::string_view bytes) -> Status {
    size_t size = 0;
    if (!snappy::GetUncompressedLength(bytes.data(), bytes.size(), &size))
      return Corrupt("snappy data is damaged");
    // No snappy block expands more than 64 bytes out of 3.
    if (size > bytes.size() * 32 + 64) return Corrupt("snappy data claims an impossible size");
    if (!out.Grow(size)) return TooLarge();
    if (!snappy::RawUncompress(bytes.data(), bytes.size(), out.end()))
      return Corrupt("snappy data is damaged");
    out.Add(size);
    return Status::Ok();
  };
  // xerial's frame, which the Java client writes: magic, version, compatible version, then blocks
  // of a big-endian length and raw snappy.
  static constexpr std::string_view kMagic("\x82SNAPPY\0", 8);
  if (!packed.starts_with(kMagic) || packed.size() < 16) {
    SLUICE_TRY(block(packed));
    return out.Finish();
  }
  packed.remove_prefix(16);
  while (!packed.empty()) {
    if (packed.size() < 4) return Corrupt("snappy frame ends too early");
    const uint32_t size = BigEndian32(packed.data());
    packed.remove_prefix(4);
    if (size > packed.size()) return Corrupt("snappy frame ends too early");
    SLUICE_TRY(block(packed.substr(0, size)));
    packed.remove_prefix(size);
  }
  return out.Finish();
}

// The LZ4 frame format (lz4_Frame_format.md). Its own checksums are skipped: the batch's CRC32C has
// covered the same bytes.
Result<std::string_view> Unpacker::Lz4(std::string_view packed, Arena* arena) {
  constexpr uint32_t kMagic = 0x184D2204;
  const Error damaged = Corrupt("lz4 frame is damaged");
  if (packed.size() < 7 || LittleEndian32(packed.data()) != kMagic) return damaged;
  const auto flags = static_cast<uint8_t>(packed[4]);
  const auto descriptor = static_cast<uint8_t>(packed[5]);
  const bool linked = !(flags & 0x20), block_checksum = flags & 0x10, has_size = flags & 0x08,
             has_dictionary = flags & 0x01;
  const int size_code = descriptor >> 4 & 7;
  if (flags >> 6 != 1 || size_code < 4 || has_dictionary) return damaged;
  const size_t block_max = size_t{1} << (8 + 2 * size_code);  // 64 KiB to 4 MiB
  size_t at = 6 + (has_size ? 8 : 0) + 1;
  Output out(arena, size_max_, kUsualRatio * packed.size());
  for (;;) {
    if (at > packed.size() || packed.size() - at < 4) return damaged;
    const uint32_t word = LittleEndian32(packed.data() + at);
    at += 4;
    if (word == 0) return out.Finish();
    const size_t size = word & 0x7fffffff;
    const bool stored = word >> 31;
    if (size > packed.size() - at || size > block_max) return damaged;
    // lz4 expands at most 255 to 1.
    const size_t room = stored ? size : std::min(block_max, size * 255 + 64);
    if (!out.Grow(std::min(room, size_max_ - out.size()))) return TooLarge();
    if (stored) {
      if (out.room() < size) return TooLarge();
      std::memcpy(out.end(), packed.data() + at, size);
      out.Add(size);
    } else {
      const int history = linked ? static_cast<int>(std::min<size_t>(out.size(), 65536)) : 0;
      const int limit = static_cast<int>(std::min(out.room(), block_max));
      const int made =
          LZ4_decompress_safe_usingDict(packed.data() + at, out.end(), static_cast<int>(size),
                                        limit, out.end() - history, history);
      if (made < 0) {
        const bool bounded = out.size() + static_cast<size_t>(limit) == size_max_;
        return bounded ? TooLarge() : damaged;
      }
      out.Add(static_cast<size_t>(made));
    }
    at += size + (block_checksum ? 4 : 0);
  }
}

Result<std::string_view> Unpacker::Zstd(std::string_view packed, Arena* arena) {
  if (packed.empty()) return Corrupt("zstd frame is missing");
  if (zstd_ == nullptr) zstd_ = ZSTD_createDCtx();
  if (zstd_ == nullptr) return ResourceExhausted("zstd has no memory");
  // Producers stream, so the frame rarely says its size; the blocks bound it to within one each.
  const unsigned long long bound = ZSTD_decompressBound(packed.data(), packed.size());
  if (bound == ZSTD_CONTENTSIZE_ERROR) return Corrupt("zstd frame is damaged");
  const size_t room = std::min<unsigned long long>(bound, size_max_ + 1);
  // A block of 3 bytes may stand for 128 KiB, so a huge claim is unpacked in growing steps.
  constexpr size_t kOneShotMax = 16 << 20;
  if (room > kOneShotMax) return ZstdInSteps(packed, arena);
  Output out(arena, size_max_ + 1, 0);
  if (!out.Grow(std::max<size_t>(room, 1))) return TooLarge();
  const size_t size = ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(zstd_), out.end(), out.room(),
                                          packed.data(), packed.size());
  if (ZSTD_isError(size)) return bound > size_max_ ? TooLarge() : Corrupt("zstd frame is damaged");
  out.Add(size);
  if (out.size() > size_max_) return TooLarge();
  return out.Finish();
}

Result<std::string_view> Unpacker::ZstdInSteps(std::string_view packed, Arena* arena) {
  auto* stream = static_cast<ZSTD_DCtx*>(zstd_);
  ZSTD_DCtx_reset(stream, ZSTD_reset_session_only);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  Output out(arena, size_max_ + 1, 0);
  for (;;) {
    const size_t step = std::min(std::max<size_t>(out.size(), 1 << 20), size_max_ + 1 - out.size());
    if (out.room() == 0 && (step == 0 || !out.Grow(step))) return TooLarge();
    ZSTD_outBuffer piece{out.end(), out.room(), 0};
    const size_t code = ZSTD_decompressStream(stream, &piece, &in);
    if (ZSTD_isError(code)) return Corrupt("zstd frame is damaged");
    out.Add(piece.pos);
    if (out.size() > size_max_) return TooLarge();
    if (in.pos < in.size) continue;
    if (code == 0) return out.Finish();
    if (piece.pos < piece.size) return Corrupt("zstd frame ends too early");
  }
}

}  // namespace sluice::sources::kafka
