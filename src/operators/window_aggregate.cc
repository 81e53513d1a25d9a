// SPDX-License-Identifier: Apache-2.0
#include "operators/window_aggregate.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/session_aggregate.h"

namespace sluice::operators {
namespace {

constexpr int kSliceTable = 0;
constexpr int kBaseTable = 1;
constexpr int kWatermarkTable = 2;

/// Rows of a batch by slice: the slices in the order they first come.
struct RowsBySlice {
  std::vector<int64_t> ends;
  std::vector<std::vector<int32_t>> rows;
};

RowsBySlice SplitBySlice(const std::vector<int64_t>& ends) {
  RowsBySlice split;
  std::map<int64_t, size_t> places;
  size_t last = 0;
  for (size_t row = 0; row < ends.size(); ++row) {
    if (split.ends.empty() || split.ends[last] != ends[row]) {
      const auto [place, fresh] = places.emplace(ends[row], split.ends.size());
      if (fresh) {
        split.ends.push_back(ends[row]);
        split.rows.emplace_back();
      }
      last = place->second;
    }
    split.rows[last].push_back(static_cast<int32_t>(row));
  }
  return split;
}

}  // namespace

Status PutWatermark(int table, int64_t watermark_ms, bool full, int64_t* put_ms,
                    flow::StateWriter* writer) {
  if (!full && watermark_ms == *put_ms) return Status::Ok();
  *put_ms = watermark_ms;
  const std::string_view value(reinterpret_cast<const char*>(&watermark_ms), sizeof(watermark_ms));
  return writer->Put({table, flow::kOfEveryShard, {}, value});
}

Status TakeWatermark(const flow::StateEntry& entry, int64_t* watermark_ms) {
  if (entry.value.size() != sizeof(int64_t)) return Corrupt("a watermark in state is no number");
  int64_t value = 0;
  std::memcpy(&value, entry.value.data(), sizeof(value));
  // Of several shards the earliest counts.
  *watermark_ms = *watermark_ms == flow::kWatermarkMin ? value : std::min(*watermark_ms, value);
  return Status::Ok();
}

Result<flow::TypePtr> TimeTypeOf(const plan::WindowAggregateNode& node,
                                 const OperatorArguments& arguments) {
  const flow::Schema& input = arguments.inputs[0];
  if (node.window_end_column < 0) {
    if (node.window.time_column < 0 || node.window.time_column >= input.size()) {
      return Internal("a window over a column that is not there");
    }
    return input.fields[static_cast<size_t>(node.window.time_column)].type;
  }
  // Windows that are there already: the time need not be among the columns.
  return node.window.of_instants ? flow::Type::TimestampLtz(3) : flow::Type::Timestamp(3);
}

Result<std::unique_ptr<flow::Operator>> MakeWindowAggregate(const plan::WindowAggregateNode& node,
                                                            const OperatorArguments& arguments) {
  if (node.window.kind == plan::WindowKind::kSession) {
    return SessionAggregate::Make(node, arguments);
  }
  return WindowAggregate::Make(node, arguments);
}

WindowAggregate::WindowAggregate(plan::WindowAggregateNode node, AggregateCalls calls,
                                 state::KeyEncoder encoder, WindowTimes times)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      encoder_(std::move(encoder)),
      times_(std::move(times)) {}

Result<std::unique_ptr<flow::Operator>> WindowAggregate::Make(const plan::WindowAggregateNode& node,
                                                              const OperatorArguments& arguments) {
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(node.calls, {.retract = node.retract}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(arguments.inputs[0], node.groups));
  SLUICE_ASSIGN(const flow::TypePtr time, TimeTypeOf(node, arguments));
  SLUICE_ASSIGN(auto times, WindowTimes::Make(node.window, *time, arguments.options.context));
  std::unique_ptr<WindowAggregate> made(
      new WindowAggregate(node, std::move(calls), std::move(encoder), std::move(times)));
  SLUICE_TRY(made->OpenColdStore(arguments));
  // Spaces before those of the panes.
  for (uint32_t table : {kSliceTable, kBaseTable}) {
    made->dropped_[table] = state::DeletedKeys(made->cold(), table);
  }
  made->schema_ = arguments.output;
  made->output_ = std::make_unique<WindowOutput>(
      made->calls_.get(), &made->encoder_, &made->times_, arguments.output,
      WindowOutput::Options{node.wants_start, node.wants_end, node.wants_time,
                            arguments.options.bundle_rows});
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status WindowAggregate::FindSlices(const arrow::RecordBatch& rows, int64_t now_ms) {
  if (!attached()) {
    SLUICE_TRY(times_.Read(rows, now_ms, &times_of_rows_));
    slice_ends_.resize(times_of_rows_.size());
    // Neighbours are mostly in one slice.
    int64_t start = 1, end = 0;
    for (size_t row = 0; row < times_of_rows_.size(); ++row) {
      const int64_t time = times_of_rows_[row];
      if (time < start || time >= end) {
        start = times_.SliceStart(time);
        end = start + times_.slice_ms();
      }
      slice_ends_[row] = end;
    }
    return Status::Ok();
  }
  constexpr int64_t kNull = std::numeric_limits<int64_t>::min();
  SLUICE_TRY(ReadTimes(*rows.column(node_.window_end_column), kNull, &slice_ends_));
  const bool all = std::find(slice_ends_.begin(), slice_ends_.end(), kNull) == slice_ends_.end();
  return all ? Status::Ok() : Status(InvalidArgument("the window_end of a row is NULL"));
}

void WindowAggregate::AddDue(int64_t window_end, int64_t now_ms) {
  int64_t closes_at = times_.ClosesAt(window_end);
  if (node_.window.processing_time) {
    // A clock has reached the window's last millisecond when that is over. Windows from upstream
    // are over when they come: the rest of their rows comes at the same time.
    closes_at = std::max(closes_at + 1, now_ms + 1);
    for (const Due& due : due_) {
      if (due.end == window_end) return;
    }
    next_time_ = std::min(next_time_, closes_at);
  }
  due_.insert({closes_at, window_end});
}

void WindowAggregate::AddWindows(int64_t slice_end, int64_t now_ms) {
  const int64_t first = attached() ? slice_end : times_.FirstWindowEnd(slice_end);
  const int64_t last = attached() ? slice_end : times_.LastWindowEnd(slice_end);
  for (int64_t end = last; end >= first && !IsClosed(end); end -= times_.Step()) {
    AddDue(end, now_ms);
  }
}

bool WindowAggregate::IsLate(int64_t slice_end) {
  if (attached()) return IsClosed(slice_end);
  const int64_t last = times_.LastWindowEnd(slice_end);
  return last >= times_.FirstWindowEnd(slice_end) && IsClosed(last);
}

Status WindowAggregate::GiveLateRows(const flow::Batch& batch, const std::vector<int32_t>& late) {
  late_rows_ += static_cast<int64_t>(late.size());
  if (late_rows_to() == nullptr) return Status::Ok();
  std::vector<int64_t> times_ms = attached() ? slice_ends_ : times_of_rows_;
  for (int64_t& time_ms : times_ms) time_ms = times_.ToInstant(attached() ? time_ms - 1 : time_ms);
  return late_rows_to()->Take(0, batch, late, times_ms, watermark_ms_);
}

Pane* WindowAggregate::PaneFor(int64_t slice_end, int64_t now_ms) {
  const bool in_a_window =
      attached() || times_.LastWindowEnd(slice_end) >= times_.FirstWindowEnd(slice_end);
  if (!in_a_window) return nullptr;
  const bool cumulates = !attached() && node_.window.kind == plan::WindowKind::kCumulate;
  if (cumulates && IsClosed(slice_end)) {
    // The slice's own window was given: the later ones start from what they have in common.
    const int64_t start = times_.WindowStart(slice_end);
    AddWindows(slice_end, now_ms);
    return PaneOf(kBaseTable, start).first;
  }
  const auto [slice, fresh] = PaneOf(kSliceTable, slice_end);
  if (fresh) AddWindows(slice_end, now_ms);
  return slice;
}

std::pair<Pane*, bool> WindowAggregate::PaneOf(int table, int64_t time) {
  auto& panes = PanesOf(table);
  if (const auto known = panes.find(time); known != panes.end()) return {&known->second, false};
  return {&panes.try_emplace(time, time, NewPane(table)).first->second, true};
}

Status WindowAggregate::Accumulate(Pane* pane, const arrow::RecordBatch& rows,
                                   const flow::RowKinds& kinds) {
  SLUICE_TRY(EncodeKeys(encoder_, rows, &keys_));
  SLUICE_TRY(pane->table().FindOrInsertAll(keys_, &slots_, &inserted_));
  const size_t count = slots_.size();
  blocks_.resize(count);
  for (size_t row = 0; row < count; ++row) {
    blocks_[row] = pane->BlockOf(slots_[row]);
    pane->table().MarkChanged(slots_[row]);
  }
  if (node_.merges) return MergeFolded(rows);
  if (!node_.retract) return calls_->Update(rows, blocks_, {});
  signs_.assign(count, 1);
  for (size_t row = 0; row < count; ++row) {
    if (!kinds.empty() && !flow::IsAdding(kinds[row])) signs_[row] = -1;
    pane->AddRows(slots_[row], signs_[row]);
  }
  return calls_->Update(rows, blocks_, signs_);
}

Status WindowAggregate::MergeFolded(const arrow::RecordBatch& rows) {
  const auto& folded = static_cast<const arrow::BinaryArray&>(*rows.column(rows.num_columns() - 1));
  for (size_t row = 0; row < blocks_.size(); ++row) {
    const std::string_view bytes = folded.GetView(static_cast<int64_t>(row));
    SLUICE_TRY(calls_->MergeEncoded(bytes, blocks_[row]));
  }
  return Status::Ok();
}

Status WindowAggregate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                                std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  if (node_.window.processing_time) SLUICE_TRY(Close(now_ms, out));
  SLUICE_TRY(FindSlices(*batch.rows, now_ms));
  const bool one_slice = std::all_of(slice_ends_.begin(), slice_ends_.end(),
                                     [&](int64_t end) { return end == slice_ends_[0]; });
  if (one_slice) {
    if (IsLate(slice_ends_[0])) {
      std::vector<int32_t> all(slice_ends_.size());
      std::iota(all.begin(), all.end(), 0);
      return GiveLateRows(batch, all);
    }
    Pane* const pane = PaneFor(slice_ends_[0], now_ms);
    return pane == nullptr ? Status::Ok() : Accumulate(pane, *batch.rows, batch.kinds);
  }
  const RowsBySlice split = SplitBySlice(slice_ends_);
  for (size_t i = 0; i < split.ends.size(); ++i) {
    const std::vector<int32_t>& numbers = split.rows[i];
    if (IsLate(split.ends[i])) {
      SLUICE_TRY(GiveLateRows(batch, numbers));
      continue;
    }
    Pane* const pane = PaneFor(split.ends[i], now_ms);
    if (pane == nullptr) continue;
    SLUICE_ASSIGN(const auto rows, TakeRows(*batch.rows, numbers));
    flow::RowKinds kinds;
    if (!batch.kinds.empty()) {
      for (const int32_t row : numbers) kinds.push_back(batch.KindOf(row));
    }
    SLUICE_TRY(Accumulate(pane, *rows, kinds));
  }
  return Status::Ok();
}

Status WindowAggregate::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                                    std::vector<flow::Batch>* out) {
  watermark_ms_ = std::max(watermark_ms_, *watermark_ms);
  // Windows of processing time do not wait for a clock when no more rows can come.
  if (node_.window.processing_time && watermark_ms_ != flow::kWatermarkMax) return Status::Ok();
  return Close(watermark_ms_, out);
}

Status WindowAggregate::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  return node_.window.processing_time ? Close(now_ms, out) : Status::Ok();
}

Status WindowAggregate::Close(int64_t instant_ms, std::vector<flow::Batch>* out) {
  while (!due_.empty() && due_.begin()->closes_at <= instant_ms) {
    const int64_t end = due_.begin()->end;
    due_.erase(due_.begin());
    SLUICE_TRY(CloseWindow(end, out));
  }
  if (node_.window.processing_time) {
    next_time_ = due_.empty() ? flow::kNoTime : due_.begin()->closes_at;
  }
  return Status::Ok();
}

Status WindowAggregate::CloseWindow(int64_t end, std::vector<flow::Batch>* out) {
  if (attached() || node_.window.kind == plan::WindowKind::kTumble) {
    const auto slice = slices_.find(end);
    if (slice == slices_.end()) return Status::Ok();
    SLUICE_TRY(Give(&slice->second, times_.WindowStart(end), end, out));
    return Drop(kSliceTable, slice);
  }
  const int64_t start = times_.WindowStart(end);
  if (node_.window.kind == plan::WindowKind::kCumulate) {
    Pane* const base = PaneOf(kBaseTable, start).first;
    if (const auto slice = slices_.find(end); slice != slices_.end()) {
      SLUICE_TRY(base->MergeFrom(&slice->second));
      SLUICE_TRY(Drop(kSliceTable, slice));
    }
    SLUICE_TRY(Give(base, start, end, out));
    if (end == start + node_.window.size_ms) return Drop(kBaseTable, bases_.find(start));
    return Status::Ok();
  }
  const auto first = slices_.upper_bound(start), after = slices_.upper_bound(end);
  if (first == after) return Status::Ok();
  if (std::next(first) == after) {
    SLUICE_TRY(Give(&first->second, start, end, out));
  } else {
    Pane whole(end, NewPane(kSliceTable));
    for (auto slice = first; slice != after; ++slice) {
      SLUICE_TRY(whole.MergeFrom(&slice->second));
    }
    SLUICE_TRY(Give(&whole, start, end, out));
    SLUICE_TRY(whole.table().Discard());
  }
  while (!slices_.empty() && times_.LastWindowEnd(slices_.begin()->first) <= end) {
    SLUICE_TRY(Drop(kSliceTable, slices_.begin()));
  }
  return Status::Ok();
}

Status WindowAggregate::Give(Pane* pane, int64_t start, int64_t end,
                             std::vector<flow::Batch>* out) {
  SLUICE_TRY(pane->table().ForEach(
      [&](state::Slot slot) -> Status {
        if (pane->RowsOf(slot) == 0) return Status::Ok();
        return output_->Add(pane->table().Key(slot), pane->BlockOf(slot), start, end, out);
      },
      [&] { return output_->Flush(out); }));
  return output_->Flush(out);
}

Status WindowAggregate::Drop(int table, std::map<int64_t, Pane>::iterator pane) {
  SLUICE_TRY(pane->second.CollectStored(&dropped_[table]));
  SLUICE_TRY(pane->second.table().Discard());
  PanesOf(table).erase(pane);
  return Status::Ok();
}

Status WindowAggregate::Snapshot(bool full, flow::StateWriter* writer) {
  for (int table = kSliceTable; table <= kBaseTable; ++table) {
    if (!full) {
      SLUICE_TRY(dropped_[table].ForEach(
          [&](std::string_view key, uint32_t group) { return writer->Delete(table, group, key); }));
    }
    SLUICE_TRY(dropped_[table].Clear());
  }
  for (auto* panes : {&slices_, &bases_}) {
    for (auto& [time, pane] : *panes) SLUICE_TRY(pane.Snapshot(full, writer));
  }
  return PutWatermark(kWatermarkTable, watermark_ms_, full, &put_watermark_ms_, writer);
}

Status WindowAggregate::Restore(const flow::StateEntry& entry) {
  if (entry.table == kWatermarkTable) {
    SLUICE_TRY(TakeWatermark(entry, &watermark_ms_));
    put_watermark_ms_ = watermark_ms_;
    due_.clear();
    for (const auto& [end, pane] : slices_) AddWindows(end, 0);
    for (const auto& [start, pane] : bases_) AddWindows(start + times_.Step(), 0);
    return Status::Ok();
  }
  if (entry.table > kBaseTable || entry.key.size() < sizeof(int64_t)) {
    return Corrupt("state of a window that has no time");
  }
  const int64_t time = Pane::TimeOfEntry(entry.key);
  const auto [pane, fresh] = PaneOf(entry.table, time);
  if (fresh) AddWindows(entry.table == kSliceTable ? time : time + times_.Step(), 0);
  return pane->Restore(entry);
}

int64_t WindowAggregate::memory_bytes() const {
  int64_t bytes = unsaved_bytes();
  for (const auto* panes : {&slices_, &bases_}) {
    for (const auto& [time, pane] : *panes) bytes += pane.table().memory_bytes();
  }
  return bytes;
}

Status WindowAggregate::Balance() {
  if (cold() == nullptr) return Status::Ok();
  for (auto* panes : {&slices_, &bases_}) {
    for (auto& [time, pane] : *panes) SLUICE_TRY(pane.table().Balance());
  }
  const int64_t dropped = unsaved_bytes();
  if (cold()->MemoryFor(dropped, &dropped_reported_) >= dropped) return Status::Ok();
  for (state::DeletedKeys& keys : dropped_) SLUICE_TRY(keys.Spill());
  cold()->MemoryFor(unsaved_bytes(), &dropped_reported_);
  return Status::Ok();
}

flow::OperatorCounters WindowAggregate::counters() const {
  flow::OperatorCounters counters;
  counters.late_rows = late_rows_;
  for (const auto* panes : {&slices_, &bases_}) {
    for (const auto& [time, pane] : *panes) counters.state_rows += pane.table().size();
  }
  return counters;
}

}  // namespace sluice::operators
