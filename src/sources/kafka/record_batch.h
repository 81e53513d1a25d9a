// SPDX-License-Identifier: Apache-2.0
// Kafka's record batch, version 2 (docs: "Message Format"), read in place.
//
//   offset  0 base offset i64 | 8 length i32 (of what follows) | 12 leader epoch i32 | 16 magic i8
//   = 2
//          17 CRC32C u32 of all that follows | 21 attributes i16: 0-2 codec, 3 log-append time,
//             4 transactional, 5 control | 23 last offset delta i32 | 27 base timestamp i64
//          35 max timestamp i64 | 43 producer id i64 | 51 producer epoch i16 | 53 base sequence i32
//          57 record count i32 | 61 records, compressed as one piece
//   record: length | attributes i8 | timestamp delta | offset delta | key length, key
//           | value length, value | header count, { name length, name, value length, value }
//   (lengths and deltas are zigzag varints; length -1 is null)
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/kafka/client.h"
#include "sources/kafka/compression.h"

namespace sluice::sources::kafka {

struct BatchHeader {
  static constexpr size_t kBytes = 61;
  static constexpr size_t kPrefixBytes = 12;  // base offset and length

  int64_t base_offset = 0;
  int32_t length = 0;
  int32_t leader_epoch = -1;
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  int64_t producer_id = -1;
  int32_t record_count = 0;

  Codec codec() const { return static_cast<Codec>(attributes & 7); }
  bool log_append_time() const { return attributes & 8; }
  bool transactional() const { return attributes & 16; }
  bool control() const { return attributes & 32; }
  int64_t next_offset() const { return base_offset + last_offset_delta + 1; }
  size_t size() const { return kPrefixBytes + static_cast<size_t>(length); }
};

/// The batch at the start of `bytes`: nullopt when it is cut off (a broker cuts the last one of a
/// reply). kUnsupported for message formats before version 2, kCorrupt for impossible fields.
/// The checksum is not looked at.
Result<std::optional<BatchHeader>> ParseBatchHeader(std::string_view bytes);

/// kCorrupt unless the checksum of the batch at the start of `bytes` (whole) is right.
Status CheckBatch(const BatchHeader& header, std::string_view bytes);

/// The offset after the last whole batch in `bytes`, nullopt if there is none: what to fetch next.
Result<std::optional<int64_t>> OffsetAfter(std::string_view bytes);

/// Walks over the unpacked records of one batch. The bytes must be followed by 64 readable ones.
class RecordCursor {
 public:
  RecordCursor() = default;
  RecordCursor(std::string_view records, int32_t count)
      : next_(records.data()), end_(records.data() + records.size()), left_(count) {}

  struct Record {
    const char* start = nullptr;  // its first byte, for ParseRecord
    int32_t offset_delta = 0;
    std::string_view value;  // data() == nullptr: null
  };
  bool done() const { return left_ == 0; }
  /// False when the bytes are not a record; then the batch is corrupt.
  inline bool Next(Record* out);

 private:
  const char* next_ = nullptr;
  const char* end_ = nullptr;
  int32_t left_ = 0;
};

/// The parts of a record that are rarely needed, from a start that RecordCursor has accepted.
struct RecordParts {
  int64_t timestamp_delta = 0;
  std::string_view key;  // data() == nullptr: null
  std::string_view headers;
};
RecordParts ParseRecord(const char* start);
/// Appends the headers of a record; stops at the first that is damaged.
void ParseHeaders(std::string_view headers, std::vector<RecordHeader>* out);

/// A zigzag varint of at most 10 bytes at `p`; nullptr when it is longer.
const char* ReadVarint(const char* p, int64_t* out);

/// The same, fast for one and two bytes, which most are.
inline const char* ReadShortVarint(const char* p, int64_t* out) {
  const uint32_t first = static_cast<uint8_t>(p[0]);
  if (first < 0x80) [[likely]] {
    *out = static_cast<int64_t>(first >> 1) ^ -static_cast<int64_t>(first & 1);
    return p + 1;
  }
  const uint32_t second = static_cast<uint8_t>(p[1]);
  if (second < 0x80) [[likely]] {
    const uint32_t value = (first & 0x7f) | second << 7;
    *out = static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
    return p + 2;
  }
  return ReadVarint(p, out);
}

bool RecordCursor::Next(Record* out) {
  // Each varint reads at most 10 bytes beyond a pointer that is within the bytes, so a damaged one
  // may look into the padding, never beyond it.
  int64_t length = 0, ignored = 0, offset_delta = 0, key_length = 0, value_length = 0;
  if (next_ >= end_) return false;
  const char* p = ReadShortVarint(next_, &length);
  if (p == nullptr || length < 0 || length > end_ - p) return false;
  const char* const end = p + length;
  out->start = next_;
  p = ReadShortVarint(p + 1, &ignored);
  if (p == nullptr) return false;
  p = ReadShortVarint(p, &offset_delta);
  if (p == nullptr) return false;
  p = ReadShortVarint(p, &key_length);
  if (p == nullptr || p > end || key_length > end - p) return false;
  if (key_length > 0) p += key_length;
  p = ReadShortVarint(p, &value_length);
  if (p == nullptr || p > end || value_length > end - p) return false;
  if (offset_delta < 0 || offset_delta > INT32_MAX) return false;
  out->offset_delta = static_cast<int32_t>(offset_delta);
  out->value = value_length < 0 ? std::string_view()
                                : std::string_view(p, static_cast<size_t>(value_length));
  next_ = end;
  --left_;
  return true;
}

}  // namespace sluice::sources::kafka
