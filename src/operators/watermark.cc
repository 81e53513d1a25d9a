// SPDX-License-Identifier: Apache-2.0
#include "operators/watermark.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"

namespace sluice::operators {
namespace {

/// The largest value of a TIMESTAMP column, floored to milliseconds; NULLs do not count.
Result<std::optional<int64_t>> LargestMs(const arrow::Array& times) {
  if (times.type_id() != arrow::Type::TIMESTAMP) {
    return Internal("a watermark is a " + times.type()->ToString());
  }
  const auto& values = static_cast<const arrow::TimestampArray&>(times);
  const int64_t* raw = values.raw_values();
  std::optional<int64_t> largest;
  if (values.null_count() == 0 && values.length() > 0) {
    largest = *std::max_element(raw, raw + values.length());
  } else {
    for (int64_t i = 0; i < values.length(); ++i) {
      if (values.IsValid(i)) largest = std::max(largest.value_or(raw[i]), raw[i]);
    }
  }
  if (!largest) return largest;
  int64_t per_ms = 1;
  switch (static_cast<const arrow::TimestampType&>(*times.type()).unit()) {
    case arrow::TimeUnit::SECOND:
      return std::optional<int64_t>(*largest * 1000);
    case arrow::TimeUnit::MILLI:
      break;
    case arrow::TimeUnit::MICRO:
      per_ms = 1000;
      break;
    case arrow::TimeUnit::NANO:
      per_ms = 1'000'000;
      break;
  }
  const int64_t rest = *largest % per_ms;
  return std::optional<int64_t>(*largest / per_ms - (rest < 0 ? 1 : 0));
}

}  // namespace

Result<std::unique_ptr<WatermarkGenerator>> WatermarkGenerator::Make(const sql::WatermarkSpec& spec,
                                                                     functions::EvalContext context,
                                                                     int64_t idle_timeout_ms) {
  if (spec.delayed == nullptr) return Internal("a watermark without an expression");
  std::unique_ptr<WatermarkGenerator> made(new WatermarkGenerator());
  made->spec_ = spec;
  made->spec_.delayed = functions::Fold(spec.delayed, context);
  made->context_ = std::move(context);
  made->idle_timeout_ms_ = spec.idle_timeout_ms > 0 ? spec.idle_timeout_ms : idle_timeout_ms;
  return made;
}

namespace {

constexpr int kNoSplit = -1;  // the origin of rows that an operator with state gives

}  // namespace

void WatermarkGenerator::AddSplits(const std::vector<SplitStart>& starts, int64_t now_ms) {
  for (const SplitStart& start : starts) {
    Split& added = splits_[start.split];
    added.watermark_ms = std::max(added.watermark_ms, start.watermark_ms);
    added.active_at_ms = now_ms;
  }
  Update();
}

void WatermarkGenerator::EndSplit(int split) {
  ended_ |= splits_.erase(split) > 0;
  Update();
}

Status WatermarkGenerator::Observe(const flow::Batch& batch, int64_t now_ms) {
  const arrow::Array& times = *batch.rows->column(spec_.column);
  // A delete may carry nothing but the key.
  bool lacks_time = false;
  for (int64_t row = 0; row < times.length() && times.null_count() > 0; ++row)
    lacks_time |= times.IsNull(row) && batch.KindOf(row) != flow::RowKind::kDelete;
  if (lacks_time) {
    return InvalidArgument(
        "RowTime field should not be null, please convert it to a non-null long value. Column '" +
        batch.rows->schema()->field(spec_.column)->name() +
        "' of a table with a watermark is NULL; declared NOT NULL in CREATE TABLE, such records of "
        "a topic go to the dead letters instead");
  }
  context_.now_ms = now_ms;
  SLUICE_ASSIGN(const auto delayed, functions::Evaluate(*spec_.delayed, *batch.rows, context_));
  SLUICE_ASSIGN(const auto largest, LargestMs(*delayed));
  Split& split = splits_[batch.origin.split];
  split.active_at_ms = now_ms;
  split.idle = false;
  if (largest) split.watermark_ms = std::max(split.watermark_ms, *largest);
  Update();
  return {};
}

Result<std::vector<int64_t>> WatermarkGenerator::PartsOf(const flow::Batch& batch) {
  SLUICE_ASSIGN(const auto delayed, functions::Evaluate(*spec_.delayed, *batch.rows, context_));
  const auto& times = static_cast<const arrow::TimestampArray&>(*delayed);
  const int64_t rows = times.length();
  std::vector<int64_t> ends;
  std::optional<int64_t> passed, largest;
  for (int64_t row = 0; row + 1 < rows; ++row) {
    if (times.IsValid(row))
      largest = std::max(largest.value_or(times.Value(row)), times.Value(row));
    if ((row + 1) % spec_.event_gap != 0 || largest == passed) continue;
    ends.push_back(row + 1);
    passed = largest;
  }
  ends.push_back(rows);
  return ends;
}

void WatermarkGenerator::OnTime(int64_t now_ms) {
  if (idle_timeout_ms_ <= 0) return;
  for (auto& [index, split] : splits_) {
    split.idle = split.idle || now_ms >= split.active_at_ms + idle_timeout_ms_;
  }
  Update();
}

int64_t WatermarkGenerator::NextTime() const {
  int64_t next_ms = flow::kNoTime;
  if (idle_timeout_ms_ <= 0) return next_ms;
  for (const auto& [index, split] : splits_) {
    if (!split.idle) next_ms = std::min(next_ms, split.active_at_ms + idle_timeout_ms_);
  }
  return next_ms;
}

int64_t WatermarkGenerator::WatermarkOf(int split) const {
  const auto found = splits_.find(splits_.contains(kNoSplit) ? kNoSplit : split);
  return found == splits_.end() ? flow::kWatermarkMin : found->second.watermark_ms;
}

void WatermarkGenerator::Update() {
  int64_t smallest = flow::kWatermarkMax;
  idle_ = !splits_.empty() || !ended_;
  // Behind an operator that keeps rows (an upsert source's changes put in order) rows are of no
  // split: what has come of all splits together is what the watermark can follow.
  const bool mixed = splits_.contains(kNoSplit);
  for (const auto& [index, split] : splits_) {
    if (split.idle || (mixed && index != kNoSplit)) continue;
    idle_ = false;
    smallest = std::min(smallest, split.watermark_ms);
  }
  if (!idle_ && !splits_.empty()) watermark_ms_ = std::max(watermark_ms_, smallest);
}

}  // namespace sluice::operators
