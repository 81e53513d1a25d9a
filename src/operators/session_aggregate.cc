// SPDX-License-Identifier: Apache-2.0
// The payload of a group is a pointer to its sessions, made with the entry.
#include "operators/session_aggregate.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "operators/distinct_values.h"
#include "operators/key_columns.h"
#include "operators/window_aggregate.h"

namespace sluice::operators {
namespace {

constexpr int kGroupTable = 0;
constexpr int kWatermarkTable = 1;

const Sessions& SessionsAt(const void* payload) {
  return **static_cast<Sessions* const*>(payload);
}

void AppendNumber(int64_t value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

Status TakeNumber(std::string_view* bytes, int64_t* value) {
  if (bytes->size() < sizeof(*value)) return Corrupt("the state of sessions ends too early");
  std::memcpy(value, bytes->data(), sizeof(*value));
  bytes->remove_prefix(sizeof(*value));
  return Status::Ok();
}

void EncodeSessions(const void* context, const void* payload, std::string* out) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  for (const auto& session : SessionsAt(payload).open) {
    AppendNumber(session->start, out);
    AppendNumber(session->end, out);
    AppendNumber(session->rows, out);
    calls.Encode(session->block(), out);
  }
}

Status DecodeSessions(const void* context, std::string_view bytes, void* payload) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  Sessions& sessions = **static_cast<Sessions**>(payload);
  while (!bytes.empty()) {
    auto session = std::make_unique<Session>(&calls);
    SLUICE_TRY(TakeNumber(&bytes, &session->start));
    SLUICE_TRY(TakeNumber(&bytes, &session->end));
    SLUICE_TRY(TakeNumber(&bytes, &session->rows));
    SLUICE_TRY(calls.Decode(&bytes, session->block()));
    sessions.open.push_back(std::move(session));
  }
  return Status::Ok();
}

int64_t SessionsHeapBytes(const void* context, const void* payload) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  int64_t bytes = sizeof(Sessions);
  for (const auto& session : SessionsAt(payload).open) {
    bytes += static_cast<int64_t>(sizeof(Session) + calls.state_size() + 8) +
             calls.heap_bytes(session->block());
  }
  return bytes;
}

}  // namespace

Session::Session(const AggregateCalls* aggregates)
    : calls(aggregates), words(new uint64_t[aggregates->state_size() / 8 + 1]) {
  calls->Init(block());
}

Session::~Session() {
  calls->Destroy(block());
}

state::PayloadOps SessionAggregate::Payload(const AggregateCalls* calls) {
  state::PayloadOps ops;
  ops.size = sizeof(Sessions*);
  ops.context = calls;
  ops.init = [](const void*, void* payload) { *static_cast<Sessions**>(payload) = new Sessions(); };
  ops.destroy = [](const void*, void* payload) { delete *static_cast<Sessions**>(payload); };
  ops.encode = &EncodeSessions;
  ops.decode = &DecodeSessions;
  ops.heap_bytes = &SessionsHeapBytes;
  return ops;
}

SessionAggregate::SessionAggregate(plan::WindowAggregateNode node, AggregateCalls calls,
                                   state::KeyEncoder encoder, WindowTimes times,
                                   std::unique_ptr<state::ColdStore> cold)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      encoder_(std::move(encoder)),
      times_(std::move(times)),
      groups_(state::TableOptions{.id = kGroupTable,
                                  .payload = Payload(calls_.get()),
                                  .wakes = {this, &SessionAggregate::TimesOf},
                                  .cold = cold.get()}) {
  UseColdStore(std::move(cold));
  Own(&groups_);
}

void SessionAggregate::TimesOf(const void* context, std::string_view /*key*/, const void* payload,
                               std::vector<int64_t>* times) {
  const Sessions& sessions = SessionsAt(payload);
  if (sessions.open.empty()) return;
  const int64_t end = std::min(sessions.open.front()->end, sessions.wake_end);
  times->push_back(static_cast<const SessionAggregate*>(context)->DueAt(end));
}

Result<std::unique_ptr<flow::Operator>> SessionAggregate::Make(
    const plan::WindowAggregateNode& node, const OperatorArguments& arguments) {
  if (node.window_end_column >= 0) {
    return Unsupported("an aggregate over the windows of SESSION that its input carries");
  }
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(node.calls, {.retract = node.retract}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(arguments.inputs[0], node.groups));
  SLUICE_ASSIGN(const flow::TypePtr time, TimeTypeOf(node, arguments));
  SLUICE_ASSIGN(auto times, WindowTimes::Make(node.window, *time, arguments.options.context));
  SLUICE_ASSIGN(auto cold, MakeColdStore(arguments));
  std::unique_ptr<SessionAggregate> made(new SessionAggregate(
      node, std::move(calls), std::move(encoder), std::move(times), std::move(cold)));
  made->schema_ = arguments.output;
  made->output_ = std::make_unique<WindowOutput>(
      made->calls_.get(), &made->encoder_, &made->times_, arguments.output,
      WindowOutput::Options{node.wants_start, node.wants_end, node.wants_time,
                            arguments.options.bundle_rows});
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Result<Session*> SessionAggregate::Place(Sessions* sessions, int64_t time) {
  auto& open = sessions->open;
  const int64_t end = time + node_.window.size_ms;
  // The sessions that [time, end) overlaps or touches: mostly the last one.
  auto first = open.end();
  while (first != open.begin() && (*std::prev(first))->end >= time) --first;
  auto after = first;
  while (after != open.end() && (*after)->start <= end) ++after;
  if (first == after) {
    if (IsClosed(end)) return static_cast<Session*>(nullptr);
    auto session = std::make_unique<Session>(calls_.get());
    session->start = time;
    session->end = end;
    return open.insert(first, std::move(session))->get();
  }
  Session* const into = first->get();
  into->start = std::min(into->start, time);
  into->end = std::max(into->end, end);
  for (auto other = std::next(first); other != after; ++other) {
    into->end = std::max(into->end, (*other)->end);
    into->rows += (*other)->rows;
    SLUICE_TRY(calls_->Merge((*other)->block(), into->block()));
    (*other)->joined = into;
    joined_.push_back(std::move(*other));
  }
  open.erase(std::next(first), after);
  return into;
}

void SessionAggregate::WaitFor(state::Slot slot, int64_t end) {
  At(slot).wake_end = end;
  groups_.WakeAt(DueAt(end), slot);
}

Status SessionAggregate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                                 std::vector<flow::Batch>* out) {
  if (node_.window.processing_time) SLUICE_TRY(Close(now_ms, out));
  const arrow::RecordBatch& rows = *batch.rows;
  SLUICE_TRY(times_.Read(rows, now_ms, &times_of_rows_));
  SLUICE_TRY(EncodeKeys(encoder_, rows, &keys_));
  SLUICE_TRY(groups_.FindOrInsertAll(keys_, &slots_, &inserted_));
  const size_t count = slots_.size();
  placed_.assign(count, nullptr);
  signs_.assign(count, 1);
  blocks_.resize(count);
  for (size_t row = 0; row < count; ++row) {
    const state::Slot slot = slots_[row];
    Sessions& sessions = At(slot);
    SLUICE_ASSIGN(placed_[row], Place(&sessions, times_of_rows_[row]));
    if (placed_[row] == nullptr) continue;
    groups_.MarkChanged(slot);
    const int64_t end = sessions.open.front()->end;
    if (end < sessions.wake_end) WaitFor(slot, end);
  }
  SLUICE_TRY(Accumulate(batch));
  joined_.clear();
  // A group whose first row was late is none.
  for (size_t row = 0; row < count; ++row) {
    if (inserted_[row] != 0 && At(slots_[row]).open.empty()) groups_.Erase(slots_[row]);
  }
  return GiveLateRows(batch);
}

Status SessionAggregate::GiveLateRows(const flow::Batch& batch) {
  if (late_.empty()) return Status::Ok();
  const std::vector<int32_t> late = std::exchange(late_, {});
  late_rows_ += static_cast<int64_t>(late.size());
  if (late_rows_to() == nullptr) return Status::Ok();
  for (int64_t& time : times_of_rows_) time = times_.ToInstant(time);
  return late_rows_to()->Take(0, batch, late, times_of_rows_, watermark_ms_);
}

Status SessionAggregate::Accumulate(const flow::Batch& batch) {
  const size_t count = slots_.size();
  uint8_t* some_block = nullptr;
  bool plain = true;  // every row adds
  for (size_t row = 0; row < count; ++row) {
    Session* session = placed_[row];
    if (session == nullptr) {
      late_.push_back(static_cast<int32_t>(row));
      signs_[row] = 0;
      plain = false;
      continue;
    }
    while (session->joined != nullptr) session = session->joined;
    signs_[row] = flow::IsAdding(batch.KindOf(static_cast<int64_t>(row))) ? 1 : -1;
    plain = plain && signs_[row] == 1;
    session->rows += signs_[row];
    blocks_[row] = some_block = session->block();
  }
  if (some_block == nullptr) return Status::Ok();
  for (size_t row = 0; row < count; ++row) {
    if (placed_[row] == nullptr) blocks_[row] = some_block;  // with a sign of 0
  }
  return calls_->Update(*batch.rows, blocks_, plain ? Signs() : Signs(signs_));
}

Status SessionAggregate::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                                     std::vector<flow::Batch>* out) {
  watermark_ms_ = std::max(watermark_ms_, *watermark_ms);
  if (node_.window.processing_time && watermark_ms_ != flow::kWatermarkMax) return Status::Ok();
  return Close(watermark_ms_, out);
}

Status SessionAggregate::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  return node_.window.processing_time ? Close(now_ms, out) : Status::Ok();
}

Status SessionAggregate::Close(int64_t instant_ms, std::vector<flow::Batch>* out) {
  std::vector<state::Table::Due> due;
  while (true) {
    SLUICE_TRY(groups_.TakeDue(instant_ms, &due));
    if (due.empty()) return Status::Ok();
    SLUICE_TRY(CloseGroups(instant_ms, due, out));
    SLUICE_TRY(Balance());
  }
}

Status SessionAggregate::CloseGroups(int64_t instant_ms, const std::vector<state::Table::Due>& due,
                                     std::vector<flow::Batch>* out) {
  struct Closed {
    state::Slot slot;
    std::unique_ptr<Session> session;
  };
  std::vector<Closed> closed;
  std::vector<state::Slot> touched;
  for (const state::Table::Due& one : due) {
    Sessions& sessions = At(one.slot);
    auto& open = sessions.open;
    if (open.empty()) continue;  // closed by an earlier note
    // Sessions do not overlap: the first ones end first.
    size_t count = 0;
    while (count < open.size() && DueAt(open[count]->end) <= instant_ms) {
      closed.push_back({one.slot, std::move(open[count])});
      ++count;
    }
    open.erase(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(count));
    groups_.MarkChanged(one.slot);
    if (open.empty()) {
      touched.push_back(one.slot);
    } else if (open.front()->end != sessions.wake_end) {
      WaitFor(one.slot, open.front()->end);
    }
  }
  std::stable_sort(closed.begin(), closed.end(), [](const Closed& a, const Closed& b) {
    return a.session->end < b.session->end;
  });
  for (const Closed& one : closed) {
    if (node_.retract && one.session->rows == 0) continue;
    SLUICE_TRY(output_->Add(groups_.Key(one.slot), one.session->block(), one.session->start,
                            one.session->end, out));
  }
  SLUICE_TRY(output_->Flush(out));
  for (const state::Slot slot : touched) groups_.Erase(slot);
  return Status::Ok();
}

Status SessionAggregate::Snapshot(bool full, flow::StateWriter* writer) {
  SLUICE_TRY(groups_.Snapshot(full, writer));
  return PutWatermark(kWatermarkTable, watermark_ms_, full, &put_watermark_ms_, writer);
}

Status SessionAggregate::Restore(const flow::StateEntry& entry) {
  if (entry.table == kWatermarkTable) {
    SLUICE_TRY(TakeWatermark(entry, &watermark_ms_));
    put_watermark_ms_ = watermark_ms_;
    return Status::Ok();
  }
  if (entry.table != kGroupTable) return Corrupt("state of sessions for a table they do not have");
  return groups_.Restore(entry);
}

flow::OperatorCounters SessionAggregate::counters() const {
  flow::OperatorCounters counters;
  counters.late_rows = late_rows_;
  counters.state_rows = entries();
  return counters;
}

}  // namespace sluice::operators
