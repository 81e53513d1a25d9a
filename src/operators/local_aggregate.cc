// SPDX-License-Identifier: Apache-2.0
#include "operators/local_aggregate.h"

#include <string>
#include <utility>

#include "arrow/api.h"
#include "functions/gather.h"

namespace sluice::operators {
namespace {

// What one bundle may hold; what comes after it is another.
constexpr int64_t kBundleBytesMax = 16 << 20;

}  // namespace

LocalAggregate::LocalAggregate(plan::LocalAggregateNode node, AggregateCalls calls,
                               state::KeyEncoder encoder)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      header_bytes_(node_.retract ? sizeof(int64_t) : 0),
      encoder_(std::move(encoder)),
      groups_(MakeTable()),
      pieces_(node_.groups.size()) {}

state::Table LocalAggregate::MakeTable() const {
  return state::Table(
      state::TableOptions{.id = 0, .payload = AggregatePayload(calls_.get(), node_.retract)});
}

Result<std::unique_ptr<flow::Operator>> LocalAggregate::Make(const plan::LocalAggregateNode& node,
                                                             const OperatorArguments& arguments) {
  if (arguments.output.fields.size() != node.groups.size() + 1) {
    return Internal("the first phase of a GROUP BY gives its group columns and one of bytes");
  }
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(
                                node.calls, {.retract = node.retract, .distinct_in_state = false}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(arguments.inputs[0], node.groups));
  std::unique_ptr<LocalAggregate> made(
      new LocalAggregate(node, std::move(calls), std::move(encoder)));
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status LocalAggregate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                               std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  SLUICE_TRY(Fold(batch));
  rows_ += batch.rows->num_rows();
  const bool gathers = node_.mini_batch_rows > 0 || node_.mini_batch_ms > 0;
  if (bundle_due_ms_ == flow::kNoTime && node_.mini_batch_ms > 0) {
    bundle_due_ms_ = now_ms + node_.mini_batch_ms;
  }
  const bool full = (node_.mini_batch_rows > 0 && rows_ >= node_.mini_batch_rows) ||
                    groups_.memory_bytes() > kBundleBytesMax;
  return !gathers || full || now_ms >= bundle_due_ms_ ? Flush(now_ms, out) : Status::Ok();
}

Status LocalAggregate::OnWatermark(int64_t* /*watermark_ms*/, int64_t now_ms,
                                   std::vector<flow::Batch>* out) {
  return Flush(now_ms, out);
}

Status LocalAggregate::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  return now_ms >= bundle_due_ms_ ? Flush(now_ms, out) : Status::Ok();
}

Status LocalAggregate::Fold(const flow::Batch& batch) {
  SLUICE_TRY(encoder_.Encode(*batch.rows, &keys_));
  SLUICE_TRY(groups_.FindOrInsertAll(keys_, &slots_, &inserted_));
  const size_t count = slots_.size();
  blocks_.resize(count);
  functions::Selection fresh;
  for (size_t row = 0; row < count; ++row) {
    blocks_[row] = BlockOf(slots_[row]);
    if (inserted_[row] == 0) continue;
    order_.push_back(slots_[row]);
    fresh.push_back(static_cast<int32_t>(row));
  }
  for (size_t i = 0; i < node_.groups.size() && !fresh.empty(); ++i) {
    SLUICE_ASSIGN(pieces_[i].emplace_back(),
                  functions::Gather(batch.rows->column(node_.groups[i]), fresh));
  }
  if (!node_.retract) return calls_->Update(*batch.rows, blocks_, {});
  signs_.resize(count);
  for (size_t row = 0; row < count; ++row) {
    const bool adds = batch.kinds.empty() || flow::IsAdding(batch.kinds[row]);
    signs_[row] = adds ? int8_t{1} : int8_t{-1};
    *static_cast<int64_t*>(groups_.Payload(slots_[row])) += signs_[row];
  }
  return calls_->Update(*batch.rows, blocks_, signs_);
}

Status LocalAggregate::Flush(int64_t /*now_ms*/, std::vector<flow::Batch>* out) {
  bundle_due_ms_ = flow::kNoTime;
  rows_ = 0;
  if (order_.empty()) return Status::Ok();
  ArrayVector columns;
  for (ArrayVector& pieces : pieces_) {
    if (pieces.size() == 1) {
      columns.push_back(std::move(pieces[0]));
    } else {
      SLUICE_ASSIGN(columns.emplace_back(), arrow::Concatenate(pieces));
    }
    pieces.clear();
  }
  arrow::BinaryBuilder builder;
  SLUICE_TRY(builder.Reserve(static_cast<int64_t>(order_.size())));
  std::string bytes;
  for (const state::Slot slot : order_) {
    bytes.assign(static_cast<const char*>(groups_.Payload(slot)), header_bytes_);
    calls_->Encode(BlockOf(slot), &bytes);
    SLUICE_TRY(builder.Append(bytes));
  }
  SLUICE_ASSIGN(columns.emplace_back(), builder.Finish());
  const auto rows = static_cast<int64_t>(order_.size());
  AppendBatches(arrow_schema_, rows, std::move(columns), {}, bundle_rows_, out);
  order_.clear();
  groups_ = MakeTable();
  return Status::Ok();
}

}  // namespace sluice::operators
