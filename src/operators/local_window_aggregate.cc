// SPDX-License-Identifier: Apache-2.0
#include "operators/local_window_aggregate.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "functions/gather.h"
#include "operators/aggregate_calls.h"
#include "operators/window_times.h"

namespace sluice::operators {
namespace {

class LocalWindowAggregate : public flow::Operator {
 public:
  LocalWindowAggregate(plan::LocalWindowAggregateNode node, AggregateCalls calls, WindowTimes times,
                       const flow::Schema& schema)
      : node_(std::move(node)),
        calls_(std::move(calls)),
        times_(std::move(times)),
        schema_(schema),
        arrow_schema_(schema.ToArrow()) {}

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                     std::vector<flow::Batch>* /*out*/) override {
    watermark_ms_ = std::max(watermark_ms_, *watermark_ms);
    return Status::Ok();
  }

 private:
  /// Numbers the slices that rows are in; `firsts_`: a row of each.
  void FindSlices();
  bool IsLate(int64_t slice_end) {
    const int64_t last = times_.LastWindowEnd(slice_end);
    return last >= times_.FirstWindowEnd(slice_end) && times_.ClosesAt(last) <= watermark_ms_;
  }
  Status Fold(const arrow::RecordBatch& rows);
  Result<std::shared_ptr<arrow::Array>> EncodeSlices();

  plan::LocalWindowAggregateNode node_;
  AggregateCalls calls_;
  WindowTimes times_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  int64_t watermark_ms_ = flow::kWatermarkMin;

  // Scratch of one batch.
  std::vector<int64_t> times_of_rows_;
  std::vector<int32_t> slice_of_;  // per row, its slice's place in firsts_
  functions::Selection firsts_;
  std::vector<uint64_t> states_;  // a block per slice
  std::vector<uint8_t*> blocks_;  // per row
};

void LocalWindowAggregate::FindSlices() {
  firsts_.clear();
  slice_of_.resize(times_of_rows_.size());
  std::map<int64_t, int32_t> places;
  // Neighbours are mostly in one slice.
  int64_t start = 1, end = 0;
  int32_t place = 0;
  bool late = false;
  for (size_t row = 0; row < times_of_rows_.size(); ++row) {
    const int64_t time = times_of_rows_[row];
    if (time < start || time >= end) {
      start = times_.SliceStart(time);
      end = start + times_.slice_ms();
      late = IsLate(end);
      const auto [known, fresh] = places.emplace(end, static_cast<int32_t>(firsts_.size()));
      place = known->second;
      if (fresh && !late) firsts_.push_back(static_cast<int32_t>(row));
    }
    if (late) {
      place = static_cast<int32_t>(firsts_.size());
      firsts_.push_back(static_cast<int32_t>(row));
    }
    slice_of_[row] = place;
  }
}

Status LocalWindowAggregate::Fold(const arrow::RecordBatch& rows) {
  const size_t bytes = calls_.state_size();
  states_.resize(firsts_.size() * (bytes / sizeof(uint64_t)));
  auto* const blocks = reinterpret_cast<uint8_t*>(states_.data());
  for (size_t i = 0; i < firsts_.size(); ++i) calls_.Init(blocks + i * bytes);
  blocks_.resize(slice_of_.size());
  for (size_t row = 0; row < slice_of_.size(); ++row) {
    blocks_[row] = blocks + static_cast<size_t>(slice_of_[row]) * bytes;
  }
  return calls_.Update(rows, blocks_, {});
}

Result<std::shared_ptr<arrow::Array>> LocalWindowAggregate::EncodeSlices() {
  arrow::BinaryBuilder builder;
  SLUICE_TRY(builder.Reserve(static_cast<int64_t>(firsts_.size())));
  std::string bytes;
  const auto* block = reinterpret_cast<const uint8_t*>(states_.data());
  for (size_t i = 0; i < firsts_.size(); ++i, block += calls_.state_size()) {
    bytes.clear();
    calls_.Encode(block, &bytes);
    SLUICE_TRY(builder.Append(bytes));
  }
  SLUICE_ASSIGN(std::shared_ptr<arrow::Array> encoded, builder.Finish());
  return encoded;
}

Status LocalWindowAggregate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                                     std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  SLUICE_TRY(times_.Read(*batch.rows, now_ms, &times_of_rows_));
  FindSlices();
  Status folded = Fold(*batch.rows);
  auto encoded =
      folded.ok() ? EncodeSlices() : Result<std::shared_ptr<arrow::Array>>(folded.error());
  auto* block = reinterpret_cast<uint8_t*>(states_.data());
  for (size_t i = 0; i < firsts_.size(); ++i, block += calls_.state_size()) calls_.Destroy(block);
  if (!encoded.ok()) return std::move(encoded).error();
  SLUICE_ASSIGN(auto times,
                functions::Gather(batch.rows->column(node_.window.time_column), firsts_));
  flow::Batch given;
  given.rows = arrow::RecordBatch::Make(arrow_schema_, static_cast<int64_t>(firsts_.size()),
                                        {std::move(times), *std::move(encoded)});
  out->push_back(std::move(given));
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeLocalWindowAggregate(
    const plan::LocalWindowAggregateNode& node, const OperatorArguments& arguments) {
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(node.calls, {.distinct_in_state = false}));
  const flow::Schema& input = arguments.inputs[0];
  if (node.window.time_column < 0 || node.window.time_column >= input.size()) {
    return Internal("a window over a column that is not there");
  }
  const flow::Type& time = *input.fields[static_cast<size_t>(node.window.time_column)].type;
  SLUICE_ASSIGN(auto times, WindowTimes::Make(node.window, time, arguments.options.context));
  return std::unique_ptr<flow::Operator>(std::make_unique<LocalWindowAggregate>(
      node, std::move(calls), std::move(times), arguments.output));
}

}  // namespace sluice::operators
