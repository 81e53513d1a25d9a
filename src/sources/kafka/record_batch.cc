// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/record_batch.h"

#include <bit>
#include <cstring>

#include "base/limits.h"
#include "sources/kafka/crc32c.h"

namespace sluice::sources::kafka {
namespace {

template <typename T>
T BigEndian(const char* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  if constexpr (sizeof(T) == 2)
    return static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(T) == 4)
    return static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(T) == 8)
    return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
}

}  // namespace

const char* ReadVarint(const char* p, int64_t* out) {
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    const auto byte = static_cast<uint8_t>(*p++);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *out = static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
      return p;
    }
  }
  return nullptr;
}

Result<std::optional<BatchHeader>> ParseBatchHeader(std::string_view bytes) {
  if (bytes.size() < 17) return std::optional<BatchHeader>();
  BatchHeader h;
  const char* p = bytes.data();
  h.base_offset = BigEndian<int64_t>(p);
  h.length = BigEndian<int32_t>(p + 8);
  const auto magic = static_cast<int8_t>(p[16]);
  if (magic != 2)
    return Unsupported("record batches of message format " + std::to_string(magic) +
                       " (Kafka before 0.11); SET 'sluice.kafka.client' = 'librdkafka' reads them");
  if (h.length < static_cast<int32_t>(BatchHeader::kBytes - BatchHeader::kPrefixBytes) ||
      h.length > limits::kBrokerReplyBytesMax)
    return Corrupt("a record batch claims " + std::to_string(h.length) + " bytes");
  if (bytes.size() < h.size()) return std::optional<BatchHeader>();
  h.leader_epoch = BigEndian<int32_t>(p + 12);
  h.attributes = BigEndian<int16_t>(p + 21);
  h.last_offset_delta = BigEndian<int32_t>(p + 23);
  h.base_timestamp_ms = BigEndian<int64_t>(p + 27);
  h.max_timestamp_ms = BigEndian<int64_t>(p + 35);
  h.producer_id = BigEndian<int64_t>(p + 43);
  h.record_count = BigEndian<int32_t>(p + 57);
  if (h.base_offset < 0 || h.base_offset > INT64_MAX - INT32_MAX - 1 || h.last_offset_delta < 0 ||
      h.record_count < 0)
    return Corrupt("a record batch has impossible offsets or counts");
  return std::optional<BatchHeader>(h);
}

Status CheckBatch(const BatchHeader& header, std::string_view bytes) {
  const uint32_t expected = BigEndian<uint32_t>(bytes.data() + 17);
  const uint32_t found = Crc32c(bytes.data() + 21, header.size() - 21);
  if (expected == found) return Status::Ok();
  return Corrupt("the checksum of the record batch at offset " +
                 std::to_string(header.base_offset) + " is wrong");
}

Result<std::optional<int64_t>> OffsetAfter(std::string_view bytes) {
  std::optional<int64_t> next;
  for (;;) {
    SLUICE_ASSIGN(const auto header, ParseBatchHeader(bytes));
    if (!header) return next;
    next = header->next_offset();
    bytes.remove_prefix(header->size());
  }
}

RecordParts ParseRecord(const char* start) {
  RecordParts parts;
  int64_t ignored = 0, length = 0;
  const char* p = ReadShortVarint(start, &length);
  const char* const end = p + length;
  p = ReadShortVarint(p + 1, &parts.timestamp_delta);
  p = ReadShortVarint(p, &ignored);
  p = ReadShortVarint(p, &length);
  if (length >= 0) {
    parts.key = {p, static_cast<size_t>(length)};
    p += length;
  }
  p = ReadShortVarint(p, &length);
  if (length > 0) p += length;
  if (p < end) parts.headers = {p, static_cast<size_t>(end - p)};
  return parts;
}

void ParseHeaders(std::string_view headers, std::vector<RecordHeader>* out) {
  int64_t count = 0, length = 0;
  if (headers.empty()) return;
  const char* const end = headers.data() + headers.size();
  const char* p = ReadShortVarint(headers.data(), &count);
  for (; p != nullptr && p < end && count > 0; --count) {
    RecordHeader header;
    p = ReadShortVarint(p, &length);
    if (p == nullptr || p > end || length < 0 || length > end - p) return;
    header.key = {p, static_cast<size_t>(length)};
    p += length;
    if (p >= end) return;
    p = ReadShortVarint(p, &length);
    if (p == nullptr || p > end || length > end - p) return;
    if (length >= 0) {
      header.value = {p, static_cast<size_t>(length)};
      p += length;
    }
    out->push_back(header);
  }
}

}  // namespace sluice::sources::kafka
