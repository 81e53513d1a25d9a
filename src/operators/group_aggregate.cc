// SPDX-License-Identifier: Apache-2.0
#include "operators/group_aggregate.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "arrow/api.h"
#include "base/assert.h"
#include "functions/gather.h"

namespace sluice::operators {
void TouchedSlots::Reset(int64_t rows) {
  slots_.clear();
  int bits = 4;
  while ((int64_t{1} << bits) < 2 * rows) ++bits;
  mask_ = (1u << bits) - 1;
  shift_ = 32 - bits;
  buckets_.assign(size_t{1} << bits, kEmpty);
}

GroupAggregate::GroupAggregate(plan::GroupAggregateNode node, AggregateCalls calls,
                               state::KeyEncoder encoder, std::unique_ptr<state::ColdStore> cold)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      header_bytes_(node_.retract ? sizeof(int64_t) : 0),
      encoder_(std::move(encoder)),
      groups_(state::TableOptions{.id = 0,
                                  .payload = AggregatePayload(calls_.get(), node_.retract),
                                  .ttl_ms = node_.ttl_ms,
                                  .cold = cold.get()}) {
  UseColdStore(std::move(cold));
  Own(&groups_);
}

Result<std::unique_ptr<flow::Operator>> GroupAggregate::Make(const plan::GroupAggregateNode& node,
                                                             const OperatorArguments& arguments) {
  const flow::Schema& input = arguments.inputs[0];
  if (arguments.output.fields.size() != node.groups.size() + node.calls.size()) {
    return Internal("a GROUP BY gives its group columns and its calls");
  }
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(
                                node.calls, {.retract = node.retract, .distinct_in_state = false}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, node.groups));
  SLUICE_ASSIGN(auto cold, MakeColdStore(arguments));
  SLUICE_ASSIGN(auto distinct, DistinctValues::Make(input, node.calls,
                                                    {.groups = node.groups,
                                                     .table = 1,
                                                     .retract = node.retract,
                                                     .ttl_ms = node.ttl_ms,
                                                     .cold = cold.get()}));
  std::unique_ptr<GroupAggregate> made(
      new GroupAggregate(node, std::move(calls), std::move(encoder), std::move(cold)));
  made->distinct_ = std::move(distinct);
  for (DistinctValues& values : made->distinct_) made->Own(&values.table());
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  // What was gathered goes on together: who gathers it again sees no half of an update.
  const bool gathers = node.mini_batch_rows > 0 || node.mini_batch_ms > 0;
  made->bundle_rows_ = gathers ? limits::kBatchRowsMax : arguments.options.bundle_rows;
  // Rows without groups are all on shard 0.
  made->node_.row_of_nothing = node.row_of_nothing && arguments.options.shard == 0;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status GroupAggregate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                               std::vector<flow::Batch>* out) {
  const int64_t rows = batch.rows->num_rows();
  if (rows == 0) return Status::Ok();
  if (node_.mini_batch_rows > 0 || node_.mini_batch_ms > 0) {
    waiting_.push_back({batch.rows, {}, batch.kinds});
    waiting_rows_ += rows;
    if (bundle_due_ms_ == flow::kNoTime && node_.mini_batch_ms > 0) {
      bundle_due_ms_ = now_ms + node_.mini_batch_ms;
    }
    const bool full = node_.mini_batch_rows > 0 && waiting_rows_ >= node_.mini_batch_rows;
    return full || now_ms >= bundle_due_ms_ ? Flush(now_ms, out) : Status::Ok();
  }
  for (int64_t first = 0; first < rows; first += bundle_rows_) {
    const int64_t count = std::min(bundle_rows_, rows - first);
    if (count == rows) return Bundle(*batch.rows, batch.kinds, now_ms, out);
    flow::RowKinds kinds;
    if (!batch.kinds.empty()) {
      kinds.assign(batch.kinds.begin() + first, batch.kinds.begin() + first + count);
    }
    SLUICE_TRY(Bundle(*batch.rows->Slice(first, count), kinds, now_ms, out));
  }
  return Status::Ok();
}

Status GroupAggregate::Flush(int64_t now_ms, std::vector<flow::Batch>* out) {
  bundle_due_ms_ = flow::kNoTime;
  if (waiting_.empty()) return Status::Ok();
  std::vector<std::shared_ptr<arrow::RecordBatch>> pieces;
  flow::RowKinds kinds;
  for (const flow::Batch& batch : waiting_) {
    if (!batch.kinds.empty()) kinds.resize(static_cast<size_t>(waiting_rows_));
  }
  size_t at = 0;
  for (const flow::Batch& batch : waiting_) {
    std::copy(batch.kinds.begin(), batch.kinds.end(),
              kinds.begin() + static_cast<std::ptrdiff_t>(kinds.empty() ? 0 : at));
    at += static_cast<size_t>(batch.rows->num_rows());
    pieces.push_back(batch.rows);
  }
  waiting_.clear();
  waiting_rows_ = 0;
  SLUICE_ASSIGN(const auto rows, arrow::ConcatenateRecordBatches(pieces));
  return Bundle(*rows, kinds, now_ms, out);
}

Status GroupAggregate::OnWatermark(int64_t* watermark_ms, int64_t now_ms,
                                   std::vector<flow::Batch>* out) {
  SLUICE_TRY(Flush(now_ms, out));
  const bool ends = *watermark_ms == flow::kWatermarkMax;
  return ends && node_.row_of_nothing ? GiveRowOfNothing(out) : Status::Ok();
}

Status GroupAggregate::GiveRowOfNothing(std::vector<flow::Batch>* out) {
  // Nothing is touched then: a start that finds all done would have something to commit.
  if (groups_.size() > 0) return Status::Ok();
  // From now on the group is there: after a restart it is not given again.
  const auto no_columns = arrow::RecordBatch::Make(arrow::schema({}), 1, ArrayVector{});
  SLUICE_TRY(FindGroups(*no_columns));
  SLUICE_ASSIGN(ArrayVector columns, calls_->Finish(states_));
  AppendBatches(arrow_schema_, 1, std::move(columns), {}, bundle_rows_, out);
  return Status::Ok();
}

int64_t GroupAggregate::NextTime() const {
  return bundle_due_ms_;
}

Status GroupAggregate::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  return now_ms >= bundle_due_ms_ ? Flush(now_ms, out) : Status::Ok();
}

Status GroupAggregate::FindGroups(const arrow::RecordBatch& rows) {
  SLUICE_TRY(encoder_.Encode(rows, &keys_));
  if (node_.groups.empty()) {
    // All rows are on shard 0, which owns key group 0.
    for (uint64_t& hash : keys_.hashes) hash = flow::WithKeyGroup(hash, 0);
  }
  SLUICE_TRY(groups_.FindOrInsertAll(keys_, &slots_, &inserted_));
  const size_t count = slots_.size();
  blocks_.resize(count);
  places_.resize(count);
  first_rows_.clear();
  was_there_.clear();
  states_.clear();
  touched_.Reset(static_cast<int64_t>(count));
  for (size_t row = 0; row < count; ++row) {
    blocks_[row] = BlockOf(slots_[row]);
    bool fresh = false;
    places_[row] = touched_.PlaceOf(slots_[row], &fresh);
    if (!fresh) continue;
    first_rows_.push_back(static_cast<int32_t>(row));
    was_there_.push_back(inserted_[row] == 0 ? 1 : 0);
    states_.push_back(blocks_[row]);
    groups_.MarkChanged(slots_[row]);
  }
  return Status::Ok();
}

Signs GroupAggregate::CountRows(const flow::RowKinds& kinds) {
  if (!node_.retract) return {};
  signs_.resize(slots_.size());
  for (size_t row = 0; row < slots_.size(); ++row) {
    int64_t& count = RowsOf(slots_[row]);
    const bool adds = kinds.empty() || flow::IsAdding(kinds[row]);
    signs_[row] = adds ? int8_t{1} : static_cast<int8_t>(count > 0 ? -1 : 0);
    count += signs_[row];
  }
  return signs_;
}

Status GroupAggregate::UpdateDistinct(const arrow::RecordBatch& rows, Signs signs) {
  for (DistinctValues& values : distinct_) {
    filter_signs_.resize(std::max(filter_signs_.size(), values.filters().size()));
    std::vector<Signs> filtered;
    for (size_t i = 0; i < values.filters().size(); ++i) {
      filtered.push_back(FilteredSigns(rows, values.filters()[i], signs, &filter_signs_[i]));
    }
    SLUICE_TRY(values.Update(rows, keys_, filtered, &changes_));
    for (const DistinctValues::Reader& reader : values.readers()) {
      SLUICE_TRY(calls_->UpdateOne(reader.call, rows, blocks_, changes_[reader.filter]));
    }
  }
  return Status::Ok();
}

Status GroupAggregate::MergeFolded(const arrow::RecordBatch& rows) {
  const auto& column = static_cast<const arrow::BinaryArray&>(*rows.column(rows.num_columns() - 1));
  for (size_t row = 0; row < slots_.size(); ++row) {
    std::string_view bytes = column.GetView(static_cast<int64_t>(row));
    if (bytes.size() < header_bytes_) return Corrupt("a folded group ends too early");
    if (node_.retract) {
      int64_t count = 0;
      std::memcpy(&count, bytes.data(), sizeof(count));
      RowsOf(slots_[row]) += count;
      bytes.remove_prefix(sizeof(count));
    }
    SLUICE_TRY(calls_->MergeEncoded(bytes, blocks_[row]));
  }
  return Status::Ok();
}

Status GroupAggregate::Bundle(const arrow::RecordBatch& rows, const flow::RowKinds& kinds,
                              int64_t now_ms, std::vector<flow::Batch>* out) {
  groups_.SetNow(now_ms);
  groups_.Expire();
  for (DistinctValues& values : distinct_) {
    values.table().SetNow(now_ms);
    values.table().Expire();
  }
  SLUICE_TRY(FindGroups(rows));
  SLUICE_ASSIGN(const ArrayVector before, calls_->Finish(states_));
  if (node_.merges) {
    SLUICE_TRY(MergeFolded(rows));
  } else {
    const Signs signs = CountRows(kinds);
    SLUICE_TRY(calls_->Update(rows, blocks_, signs));
    SLUICE_TRY(UpdateDistinct(rows, signs));
  }
  SLUICE_ASSIGN(const ArrayVector after, calls_->Finish(states_));
  SLUICE_TRY(Emit(rows, before, after, out));
  DropEmptyGroups();
  return Status::Ok();
}

Status GroupAggregate::Emit(const arrow::RecordBatch& rows, const ArrayVector& before,
                            const ArrayVector& after, std::vector<flow::Batch>* out) {
  const size_t count = touched_.slots().size();
  const bool always = node_.ttl_ms > 0;
  std::vector<uint8_t> differs(count, always ? 1 : 0);
  for (size_t call = 0; call < before.size() && !always; ++call) {
    MarkDifferences(*before[call], *after[call], &differs);
  }
  std::vector<int32_t> keys, values;  // row of the input; place among `before`, then `after`
  flow::RowKinds kinds;
  const auto give = [&](size_t group, bool old, flow::RowKind kind) {
    keys.push_back(first_rows_[group]);
    values.push_back(static_cast<int32_t>(old ? group : group + count));
    kinds.push_back(kind);
  };
  for (size_t group = 0; group < count; ++group) {
    const bool is_there = !node_.retract || RowsOf(touched_.slots()[group]) > 0;
    if (was_there_[group] == 0) {
      if (is_there) give(group, false, flow::RowKind::kInsert);
    } else if (!is_there) {
      give(group, true, flow::RowKind::kDelete);
    } else if (differs[group] != 0) {
      if (node_.emit_update_before) give(group, true, flow::RowKind::kUpdateBefore);
      give(group, false, flow::RowKind::kUpdateAfter);
    }
  }
  if (kinds.empty()) return Status::Ok();
  ArrayVector columns;
  for (const int group : node_.groups) {
    SLUICE_ASSIGN(columns.emplace_back(), functions::Gather(rows.column(group), keys));
  }
  for (size_t call = 0; call < before.size(); ++call) {
    SLUICE_ASSIGN(columns.emplace_back(), PickRows(before[call], after[call], values));
  }
  const auto rows_given = static_cast<int64_t>(kinds.size());
  const bool inserts = std::all_of(kinds.begin(), kinds.end(), [](flow::RowKind kind) {
    return kind == flow::RowKind::kInsert;
  });
  if (inserts) kinds.clear();
  AppendBatches(arrow_schema_, rows_given, std::move(columns), std::move(kinds), bundle_rows_, out);
  return Status::Ok();
}

void GroupAggregate::DropEmptyGroups() {
  if (!node_.retract) return;
  for (const state::Slot slot : touched_.slots()) {
    if (RowsOf(slot) <= 0) groups_.Erase(slot);
  }
}

Status GroupAggregate::Snapshot(bool full, flow::StateWriter* writer) {
  SLUICE_ASSERT(waiting_.empty());
  SLUICE_TRY(groups_.Snapshot(full, writer));
  for (DistinctValues& values : distinct_) SLUICE_TRY(values.table().Snapshot(full, writer));
  return Status::Ok();
}

Status GroupAggregate::Restore(const flow::StateEntry& entry) {
  if (entry.table == 0) return groups_.Restore(entry);
  const auto at = static_cast<size_t>(entry.table - 1);
  if (at >= distinct_.size()) return Corrupt("state of a GROUP BY for a table it does not have");
  return distinct_[at].table().Restore(entry);
}

flow::OperatorCounters GroupAggregate::counters() const {
  return {.late_rows = 0, .state_rows = entries()};
}

}  // namespace sluice::operators
