// SPDX-License-Identifier: Apache-2.0
#include "operators/key_columns.h"

#include "arrow/api.h"
#include "flow/state_stream.h"

namespace sluice::operators {

Status EncodeKeys(const state::KeyEncoder& encoder, const arrow::RecordBatch& rows,
                  state::EncodedKeys* keys) {
  SLUICE_TRY(encoder.Encode(rows, keys));
  if (encoder.columns().empty()) {
    for (uint64_t& hash : keys->hashes) hash = flow::WithKeyGroup(hash, 0);
  }
  return Status::Ok();
}

uint64_t HashWithoutKey() {
  return flow::WithKeyGroup(state::HashKey({}), 0);
}

uint64_t HashOfLongerKey(std::string_view key, uint64_t hash) {
  return flow::WithKeyGroup(state::HashKey(key), flow::KeyGroupOf(hash));
}

void LengthenKeys(const state::EncodedKeys& keys, const std::vector<int64_t>& times,
                  state::EncodedKeys* longer) {
  const auto rows = static_cast<size_t>(keys.rows());
  longer->bytes.clear();
  longer->offsets.assign(1, 0);
  longer->hashes.resize(rows);
  longer->nulls = keys.nulls;
  std::string key;
  for (size_t row = 0; row < rows; ++row) {
    key.assign(keys[static_cast<int64_t>(row)]);
    AppendTime(times[row], &key);
    longer->bytes.insert(longer->bytes.end(), key.begin(), key.end());
    longer->offsets.push_back(static_cast<uint32_t>(longer->bytes.size()));
    longer->hashes[row] = HashOfLongerKey(key, keys.hashes[row]);
  }
}

void AppendTime(int64_t time, std::string* key) {
  const uint64_t ordered = static_cast<uint64_t>(time) ^ (uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) {
    key->push_back(static_cast<char>((ordered >> shift) & 0xFF));
  }
}

int64_t TimeOfKey(std::string_view key) {
  uint64_t ordered = 0;
  for (const char byte : key.substr(key.size() - sizeof(int64_t))) {
    ordered = (ordered << 8) | static_cast<uint8_t>(byte);
  }
  return static_cast<int64_t>(ordered ^ (uint64_t{1} << 63));
}

std::vector<state::SortColumn> SortColumns(const std::vector<plan::SortKey>& keys) {
  std::vector<state::SortColumn> columns;
  columns.reserve(keys.size());
  for (const plan::SortKey& key : keys) {
    columns.push_back({key.column, key.descending, key.nulls_first});
  }
  return columns;
}

Status ReadTimes(const arrow::Array& column, int64_t null_ms, std::vector<int64_t>* times) {
  if (column.type_id() != arrow::Type::TIMESTAMP) {
    return Internal("a time column of type " + column.type()->ToString());
  }
  int64_t per_ms = 1;
  switch (static_cast<const arrow::TimestampType&>(*column.type()).unit()) {
    case arrow::TimeUnit::MICRO:
      per_ms = 1000;
      break;
    case arrow::TimeUnit::NANO:
      per_ms = 1000000;
      break;
    case arrow::TimeUnit::MILLI:
      break;
    case arrow::TimeUnit::SECOND:
      return Internal("a time column in seconds");
  }
  const int64_t* values = static_cast<const arrow::TimestampArray&>(column).raw_values();
  const int64_t rows = column.length();
  times->resize(static_cast<size_t>(rows));
  const bool nulls = column.null_count() > 0;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t value = values[row];
    const int64_t down = value / per_ms - (value % per_ms < 0 ? 1 : 0);
    (*times)[static_cast<size_t>(row)] = nulls && column.IsNull(row) ? null_ms : down;
  }
  return Status::Ok();
}

Status GiveLate(flow::LateRows* to, int input, const flow::Batch& batch,
                const std::vector<int32_t>& in_time, const std::vector<int64_t>& times_ms,
                int64_t watermark_ms) {
  if (to == nullptr) return Status::Ok();
  std::vector<int32_t> late;
  size_t next = 0;
  for (int32_t row = 0; row < static_cast<int32_t>(times_ms.size()); ++row) {
    if (next < in_time.size() && in_time[next] == row) {
      ++next;
    } else {
      late.push_back(row);
    }
  }
  return late.empty() ? Status::Ok() : to->Take(input, batch, late, times_ms, watermark_ms);
}

}  // namespace sluice::operators
