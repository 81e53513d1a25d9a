// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/codec.h"

#include <zlib.h>
#include <zstd.h>

#include <cstring>
#include <memory>

#include "base/assert.h"

namespace sluice::tables::iceberg {
namespace {

int WindowBits(DeflateForm form) {
  return form == DeflateForm::kRaw ? -15 : 15 + 16;
}

Error TooLarge(int64_t size_bytes_max) {
  return ResourceExhausted("compressed bytes unpack to more than " +
                           std::to_string(size_bytes_max) + " bytes");
}

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};
struct FreeZstd {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// A varint of at most 32 bits at the front of a snappy stream.
bool TakeLength(std::string_view* bytes, uint64_t* out) {
  uint64_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (bytes->empty()) return false;
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      *out = value;
      return true;
    }
  }
  return false;
}

uint32_t LittleEndianOf(std::string_view bytes, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  }
  return value;
}

// One element of a snappy stream: its length, and for copies the distance back.
struct SnappyElement {
  bool literal = false;
  size_t length = 0, distance = 0;
};

bool TakeElement(std::string_view* bytes, SnappyElement* out) {
  const auto tag = static_cast<uint8_t>(bytes->front());
  bytes->remove_prefix(1);
  const size_t upper = tag >> 2;
  size_t extra = 0;
  switch (tag & 3) {
    case 0:
      out->literal = true;
      extra = upper < 60 ? 0 : upper - 59;
      if (bytes->size() < extra) return false;
      out->length = static_cast<size_t>(upper < 60 ? upper : LittleEndianOf(*bytes, extra)) + 1;
      break;
    case 1:
      extra = 1;
      if (bytes->empty()) return false;
      out->length = (upper & 7) + 4;
      out->distance = (upper >> 3) << 8 | static_cast<uint8_t>(bytes->front());
      break;
    default:
      extra = (tag & 3) == 2 ? 2 : 4;
      if (bytes->size() < extra) return false;
      out->length = upper + 1;
      out->distance = LittleEndianOf(*bytes, extra);
  }
  bytes->remove_prefix(extra);
  return true;
}

}  // namespace

std::string Deflate(std::string_view bytes, DeflateForm form) {
  z_stream stream{};
  const int ready = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WindowBits(form), 8,
                                 Z_DEFAULT_STRATEGY);
  SLUICE_ASSERT(ready == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  SLUICE_ASSERT(done == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Result<std::string> Inflate(std::string_view bytes, DeflateForm form, int64_t size_bytes_max) {
  z_stream raw{};
  if (inflateInit2(&raw, WindowBits(form)) != Z_OK) return ResourceExhausted("zlib has no memory");
  const std::unique_ptr<z_stream, EndInflate> stream(&raw);
  raw.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  raw.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char chunk[64 << 10];
  for (;;) {
    raw.next_out = reinterpret_cast<Bytef*>(chunk);
    raw.avail_out = sizeof(chunk);
    const int code = inflate(&raw, Z_NO_FLUSH);
    out.append(chunk, sizeof(chunk) - raw.avail_out);
    if (static_cast<int64_t>(out.size()) > size_bytes_max) return TooLarge(size_bytes_max);
    if (code == Z_STREAM_END) return out;
    if (code != Z_OK || (raw.avail_in == 0 && raw.avail_out != 0)) {
      return Corrupt("not a deflate stream, or cut short");
    }
  }
}

std::string ZstdCompress(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3);
  SLUICE_ASSERT(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

Result<std::string> ZstdDecompress(std::string_view bytes, int64_t size_bytes_max) {
  const std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
  if (context == nullptr) return ResourceExhausted("zstd has no memory");
  std::string out;
  char chunk[64 << 10];
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer to{chunk, sizeof(chunk), 0};
    const size_t code = ZSTD_decompressStream(context.get(), &to, &in);
    if (ZSTD_isError(code) != 0) return Corrupt("not a zstd stream");
    out.append(chunk, to.pos);
    if (static_cast<int64_t>(out.size()) > size_bytes_max) return TooLarge(size_bytes_max);
    if (code == 0 && in.pos == in.size) return out;
    if (in.pos == in.size && to.pos < to.size) return Corrupt("zstd stream cut short");
  }
}

Result<std::string> SnappyDecompress(std::string_view bytes, int64_t size_bytes_max) {
  uint64_t size = 0;
  if (!TakeLength(&bytes, &size)) return Corrupt("snappy stream without a length");
  if (size > static_cast<uint64_t>(size_bytes_max)) return TooLarge(size_bytes_max);
  std::string out;
  while (!bytes.empty()) {
    SnappyElement element;
    if (!TakeElement(&bytes, &element)) return Corrupt("snappy stream cut short");
    if (out.size() + element.length > size) return Corrupt("snappy stream longer than it says");
    if (element.literal) {
      if (bytes.size() < element.length) return Corrupt("snappy stream cut short");
      out.append(bytes.substr(0, element.length));
      bytes.remove_prefix(element.length);
      continue;
    }
    if (element.distance == 0 || element.distance > out.size()) {
      return Corrupt("snappy copy from before the start");
    }
    // Byte by byte: a copy may reach into what it is writing.
    for (size_t i = 0; i < element.length; ++i) out.push_back(out[out.size() - element.distance]);
  }
  if (out.size() != size) return Corrupt("snappy stream shorter than it says");
  return out;
}

}  // namespace sluice::tables::iceberg
