// SPDX-License-Identifier: Apache-2.0
// Writes record batches as a producer does, for tests and fuzz seeds.
#pragma once

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/kafka/compression.h"
#include "sources/kafka/crc32c.h"

namespace sluice::sources::kafka {

struct WrittenRecord {
  std::optional<std::string> key, value;
  int64_t timestamp_delta = 0;
  std::optional<int32_t> offset_delta;  // default: its index
};

struct WrittenBatch {
  int64_t base_offset = 0;
  std::vector<WrittenRecord> records;
  Codec codec = Codec::kNone;
  int16_t flags = 0;  // 8 log append, 16 transactional, 32 control
  int64_t producer_id = -1;
  int64_t base_timestamp_ms = 1'700'000'000'000;
};

inline void AppendBig(uint64_t value, int bytes, std::string* out) {
  for (int i = bytes - 1; i >= 0; --i) out->push_back(static_cast<char>(value >> (8 * i)));
}

inline void AppendVarint(int64_t value, std::string* out) {
  auto bits = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  for (; bits >= 0x80; bits >>= 7) out->push_back(static_cast<char>(bits | 0x80));
  out->push_back(static_cast<char>(bits));
}

inline std::string Packed(Codec codec, const std::string& plain) {
  std::string out;
  switch (codec) {
    case Codec::kNone:
      return plain;
    case Codec::kGzip: {
      z_stream stream{};
      deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
      out.resize(deflateBound(&stream, plain.size()) + 64);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
      stream.avail_in = static_cast<uInt>(plain.size());
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      deflate(&stream, Z_FINISH);
      out.resize(stream.total_out);
      deflateEnd(&stream);
      return out;
    }
    case Codec::kSnappy:
      snappy::Compress(plain.data(), plain.size(), &out);
      return out;
    case Codec::kLz4: {
      out.resize(LZ4F_compressFrameBound(plain.size(), nullptr));
      out.resize(LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), nullptr));
      return out;
    }
    case Codec::kZstd:
      out.resize(ZSTD_compressBound(plain.size()));
      out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
      return out;
  }
  return out;
}

/// The batch with these unpacked record bytes.
inline std::string WriteBatch(const WrittenBatch& batch, const std::string& plain,
                              int32_t last_delta, int64_t newest_delta) {
  std::string body;  // what the checksum covers
  AppendBig(static_cast<uint16_t>(batch.flags | static_cast<int16_t>(batch.codec)), 2, &body);
  AppendBig(static_cast<uint32_t>(last_delta), 4, &body);
  AppendBig(static_cast<uint64_t>(batch.base_timestamp_ms), 8, &body);
  AppendBig(static_cast<uint64_t>(batch.base_timestamp_ms + newest_delta), 8, &body);
  AppendBig(static_cast<uint64_t>(batch.producer_id), 8, &body);
  AppendBig(0, 2, &body);
  AppendBig(0, 4, &body);
  AppendBig(batch.records.size(), 4, &body);
  body += Packed(batch.codec, plain);
  std::string out;
  AppendBig(static_cast<uint64_t>(batch.base_offset), 8, &out);
  AppendBig(body.size() + 9, 4, &out);
  AppendBig(7, 4, &out);  // leader epoch
  out.push_back(2);
  AppendBig(Crc32c(body.data(), body.size()), 4, &out);
  return out + body;
}

inline std::string WriteBatch(const WrittenBatch& batch) {
  std::string plain;
  int32_t last = 0;
  int64_t newest = 0;
  for (size_t i = 0; i < batch.records.size(); ++i) {
    const WrittenRecord& record = batch.records[i];
    std::string bytes(1, '\0');
    last = record.offset_delta.value_or(static_cast<int32_t>(i));
    newest = std::max(newest, record.timestamp_delta);
    AppendVarint(record.timestamp_delta, &bytes);
    AppendVarint(last, &bytes);
    for (const auto& part : {record.key, record.value}) {
      AppendVarint(part ? static_cast<int64_t>(part->size()) : -1, &bytes);
      bytes += part.value_or("");
    }
    AppendVarint(0, &bytes);
    AppendVarint(static_cast<int64_t>(bytes.size()), &plain);
    plain += bytes;
  }
  return WriteBatch(batch, plain, last, newest);
}

/// A batch of values with offsets from `base_offset` on.
inline std::string WriteValues(int64_t base_offset, const std::vector<std::string>& values,
                               Codec codec = Codec::kNone, int16_t flags = 0,
                               int64_t producer_id = -1) {
  WrittenBatch batch{.base_offset = base_offset,
                     .records = {},
                     .codec = codec,
                     .flags = flags,
                     .producer_id = producer_id};
  for (const std::string& value : values)
    batch.records.push_back({.key = {}, .value = value, .offset_delta = {}});
  return WriteBatch(batch);
}

/// The marker that ends a transaction.
inline std::string WriteMarker(int64_t offset, int64_t producer_id, bool commit) {
  WrittenBatch batch{.base_offset = offset, .records = {}, .flags = 48, .producer_id = producer_id};
  const std::string key{'\0', '\0', '\0', commit ? '\1' : '\0'};
  batch.records.push_back({.key = key, .value = std::string(6, '\0'), .offset_delta = {}});
  return WriteBatch(batch);
}

}  // namespace sluice::sources::kafka
