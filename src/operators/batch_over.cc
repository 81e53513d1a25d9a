// SPDX-License-Identifier: Apache-2.0
#include "operators/batch_over.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"
#include "operators/key_columns.h"
#include "operators/sorted_over.h"

namespace sluice::operators {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

bool IsShift(const std::string& ranking) {
  return ranking == "LAG" || ranking == "LEAD";
}

template <typename Builder, typename Value>
Result<ArrayPtr> Numbers(const std::vector<Value>& values) {
  Builder builder;
  SLUICE_TRY(builder.AppendValues(values));
  ArrayPtr array;
  SLUICE_TRY(builder.Finish(&array));
  return array;
}

constexpr int64_t kNullTime = std::numeric_limits<int64_t>::min();

// Two times of a RANGE; NULLs are near each other alone.
bool IsFar(int64_t a, int64_t b, int64_t most) {
  if (a == kNullTime || b == kNullTime) return a != b;
  return std::abs(a - b) > most;
}

// The bucket of row `row` when `rows` rows go into `buckets`: the first ones have one row more.
int64_t Bucket(int64_t row, int64_t rows, int64_t buckets) {
  const int64_t size = rows / buckets, larger = rows % buckets;
  if (row < larger * (size + 1)) return row / (size + 1) + 1;
  return larger + (row - larger * (size + 1)) / size + 1;
}

}  // namespace

bool NeedsAllRows(const plan::OverNode& node) {
  if (node.time != plan::OverNode::Time::kNone) return false;
  return node.spec.order_by.empty() || node.spec.preceding.has_value() ||
         std::any_of(node.spec.ranking.begin(), node.spec.ranking.end(),
                     [](const std::string& name) { return !name.empty(); });
}

BatchOver::BatchOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
                     state::RowCodec codec)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      encoder_(std::move(encoder)),
      codec_(std::move(codec)) {}

Result<std::unique_ptr<flow::Operator>> BatchOver::Make(const plan::OverNode& node,
                                                        const OperatorArguments& arguments) {
  const flow::Schema& input = arguments.inputs[0];
  std::vector<functions::AggregateCall> aggregates;
  std::vector<size_t> places;
  for (size_t i = 0; i < node.spec.calls.size(); ++i) {
    if (!node.spec.ranking[i].empty()) continue;
    aggregates.push_back(node.spec.calls[i]);
    places.push_back(i);
  }
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(std::move(aggregates), {.retract = false}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, node.spec.partition_by));
  SLUICE_ASSIGN(auto codec, state::RowCodec::Make(input));
  std::unique_ptr<BatchOver> made(
      new BatchOver(node, std::move(calls), std::move(encoder), std::move(codec)));
  if (!node.spec.order_by.empty()) {
    SLUICE_ASSIGN(made->sort_encoder_,
                  state::SortKeyEncoder::Make(input, SortColumns(node.spec.order_by)));
  }
  made->call_places_ = std::move(places);
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  made->context_ = arguments.options.context;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status BatchOver::Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                          std::vector<flow::Batch>* /*out*/) {
  state::EncodedKeys keys;
  state::EncodedRows sort_keys, rows;
  std::vector<state::Slot> slots;
  std::vector<uint8_t> inserted;
  SLUICE_TRY(EncodeKeys(encoder_, *batch.rows, &keys));
  if (sort_encoder_) SLUICE_TRY(sort_encoder_->Encode(*batch.rows, &sort_keys));
  SLUICE_TRY(codec_.Encode(*batch.rows, &rows));
  SLUICE_TRY(table_.FindOrInsertAll(keys, &slots, &inserted));
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const state::Slot slot = slots[static_cast<size_t>(row)];
    SortedRows& kept = table_[slot];
    const std::string_view sort_key = sort_encoder_ ? sort_keys[row] : std::string_view();
    if (flow::IsAdding(batch.KindOf(row))) {
      kept.Insert(SortedRow(sort_key, {}, rows[row]));
    } else if (const size_t place = kept.FindRow(sort_key, rows[row]); place != SortedRows::kNone) {
      kept.Remove(place);
    }
    table_.MarkChanged(slot);
  }
  return Status::Ok();
}

Status BatchOver::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                              std::vector<flow::Batch>* out) {
  if (*watermark_ms != flow::kWatermarkMax) return Status::Ok();
  std::vector<state::Slot> slots;
  SLUICE_TRY(table_.ForEach([&slots](state::Slot slot) {
    slots.push_back(slot);
    return Status::Ok();
  }));
  for (const state::Slot slot : slots) {
    if (!table_[slot].empty()) SLUICE_TRY(Give(table_[slot], out));
    table_.Erase(slot);
  }
  return Status::Ok();
}

Result<BatchOver::Partition> BatchOver::Read(const SortedRows& sorted) const {
  Partition partition;
  std::vector<std::string_view> rows;
  std::vector<std::string_view> sort_keys;
  sorted.ForEach([&](const SortedRow& row) {
    rows.push_back(row.row());
    sort_keys.push_back(row.sort_key());
  });
  SLUICE_ASSIGN(partition.rows, codec_.Decode(rows));
  const size_t size = rows.size();
  partition.begin.resize(size);
  partition.end.resize(size);
  partition.dense_rank.resize(size);
  int64_t dense_rank = 0;
  for (size_t first = 0; first < size;) {
    size_t last = first + 1;
    while (last < size && sort_keys[last] == sort_keys[first]) ++last;
    ++dense_rank;
    for (size_t row = first; row < last; ++row) {
      partition.begin[row] = static_cast<int64_t>(first);
      partition.end[row] = static_cast<int64_t>(last);
      partition.dense_rank[row] = dense_rank;
    }
    first = last;
  }
  return partition;
}

Result<BatchOver::Frames> BatchOver::FramesOf(const Partition& partition) const {
  const sql::OverSpec& spec = node_.spec;
  const int64_t size = partition.size();
  Frames frames;
  frames.from.assign(static_cast<size_t>(size), 0);
  frames.to = partition.end;  // of rows without ORDER BY that is all of them
  if (spec.rows) std::iota(frames.to.begin(), frames.to.end(), 1);
  if (!spec.preceding) return frames;
  std::vector<int64_t> times;
  if (!spec.rows) {
    SLUICE_TRY(ReadTimes(*partition.rows->column(spec.order_by[0].column), kNullTime, &times));
  }
  int64_t from = 0;
  for (int64_t row = 0; row < size; ++row) {
    const auto i = static_cast<size_t>(row);
    if (spec.rows) {
      from = std::max<int64_t>(0, row - *spec.preceding);
    } else {
      // Times rise or, ordered the other way, fall: either way those too far away come first.
      while (IsFar(times[i], times[static_cast<size_t>(from)], *spec.preceding)) ++from;
    }
    frames.from[i] = from;
  }
  return frames;
}

Result<ArrayPtr> BatchOver::Number(const Partition& partition, size_t call) const {
  const std::string& name = node_.spec.ranking[call];
  const int64_t size = partition.size();
  if (name == "PERCENT_RANK" || name == "CUME_DIST") {
    std::vector<double> values;
    for (size_t i = 0; i < partition.begin.size(); ++i) {
      const auto rank = static_cast<double>(partition.begin[i]);
      values.push_back(name == "CUME_DIST"
                           ? static_cast<double>(partition.end[i]) / static_cast<double>(size)
                       : size == 1 ? 0
                                   : rank / static_cast<double>(size - 1));
    }
    return Numbers<arrow::DoubleBuilder>(values);
  }
  std::vector<int64_t> values;
  for (int64_t row = 0; row < size; ++row) {
    const auto i = static_cast<size_t>(row);
    values.push_back(name == "ROW_NUMBER"   ? row + 1
                     : name == "RANK"       ? partition.begin[i] + 1
                     : name == "DENSE_RANK" ? partition.dense_rank[i]
                                            : Bucket(row, size, node_.spec.offsets[call]));
  }
  return Numbers<arrow::Int64Builder>(values);
}

Result<ArrayPtr> BatchOver::Shift(const Partition& partition, size_t call) const {
  const int64_t offset =
      node_.spec.ranking[call] == "LAG" ? -node_.spec.offsets[call] : node_.spec.offsets[call];
  const ArrayPtr values = partition.rows->column(node_.spec.calls[call].arguments[0]);
  ArrayPtr fallback;
  if (node_.spec.defaults[call] == nullptr) {
    SLUICE_ASSIGN(fallback, arrow::MakeArrayOfNull(values->type(), 1));
  } else {
    SLUICE_ASSIGN(fallback, functions::Evaluate(*node_.spec.defaults[call],
                                                *partition.rows->Slice(0, 1), context_));
    auto renamed = fallback->data()->Copy();
    renamed->type = values->type();
    fallback = arrow::MakeArray(renamed);
  }
  std::vector<int32_t> picks;
  const int64_t size = partition.size();
  for (int64_t row = 0; row < size; ++row) {
    const int64_t at = row + offset;
    picks.push_back(static_cast<int32_t>(at >= 0 && at < size ? at : size));
  }
  return PickRows(values, fallback, picks);
}

Result<ArrayVector> BatchOver::Aggregate(const Partition& partition) const {
  SLUICE_ASSIGN(const Frames frames, FramesOf(partition));
  std::vector<ArrayVector> pieces(calls_->size());
  std::unique_ptr<AggregateBlock> block;
  int64_t taken = 0;
  for (int64_t row = 0; row < partition.size(); ++row) {
    const int64_t from = frames.from[static_cast<size_t>(row)];
    const int64_t to = frames.to[static_cast<size_t>(row)];
    const bool same = row > 0 && frames.from[static_cast<size_t>(row - 1)] == from &&
                      frames.to[static_cast<size_t>(row - 1)] == to;
    if (same) {
      for (ArrayVector& of_call : pieces) of_call.push_back(ArrayPtr(of_call.back()));
      continue;
    }
    // A frame that begins where the one before begins only grows.
    if (block == nullptr || from != frames.from[static_cast<size_t>(row - 1)]) {
      block = std::make_unique<AggregateBlock>(calls_.get());
      taken = from;
    }
    const std::vector<uint8_t*> blocks(static_cast<size_t>(to - taken), block->bytes());
    SLUICE_TRY(calls_->Update(*partition.rows->Slice(taken, to - taken), blocks, {}));
    taken = to;
    const uint8_t* const bytes = block->bytes();
    SLUICE_ASSIGN(const ArrayVector values, calls_->Finish({&bytes, 1}));
    for (size_t call = 0; call < values.size(); ++call) pieces[call].push_back(values[call]);
  }
  ArrayVector columns;
  for (const ArrayVector& of_call : pieces) {
    SLUICE_ASSIGN(columns.emplace_back(), arrow::Concatenate(of_call));
  }
  return columns;
}

Status BatchOver::Give(const SortedRows& sorted, std::vector<flow::Batch>* out) {
  SLUICE_ASSIGN(const Partition partition, Read(sorted));
  ArrayVector columns = partition.rows->columns();
  const size_t first = columns.size();
  columns.resize(first + node_.spec.calls.size());
  for (size_t call = 0; call < node_.spec.calls.size(); ++call) {
    const std::string& name = node_.spec.ranking[call];
    if (name.empty()) continue;
    SLUICE_ASSIGN(columns[first + call],
                  IsShift(name) ? Shift(partition, call) : Number(partition, call));
  }
  if (calls_->size() > 0) {
    SLUICE_ASSIGN(ArrayVector aggregates, Aggregate(partition));
    for (size_t i = 0; i < call_places_.size(); ++i) {
      columns[first + call_places_[i]] = std::move(aggregates[i]);
    }
  }
  AppendBatches(arrow_schema_, partition.size(), std::move(columns), {}, bundle_rows_, out);
  return Status::Ok();
}

}  // namespace sluice::operators
