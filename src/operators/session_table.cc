// SPDX-License-Identifier: Apache-2.0
#include "operators/session_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/row_picks.h"
#include "operators/window_aggregate.h"
#include "operators/window_table.h"

namespace sluice::operators {
namespace {

constexpr int kKeyTable = 0;
constexpr int kWatermarkTable = 1;

template <typename T>
void AppendPlain(T value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
bool TakePlain(std::string_view* bytes, T* value) {
  if (bytes->size() < sizeof(T)) return false;
  std::memcpy(value, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  return true;
}

}  // namespace

void WaitingSessions::Encode(std::string* out) const {
  for (const WaitingSession& session : open) {
    AppendPlain(session.start, out);
    AppendPlain(session.end, out);
    AppendPlain(static_cast<uint64_t>(session.rows.size()), out);
    *out += session.rows;
  }
}

Status WaitingSessions::Decode(std::string_view bytes) {
  while (!bytes.empty()) {
    WaitingSession session;
    uint64_t size = 0;
    if (!TakePlain(&bytes, &session.start) || !TakePlain(&bytes, &session.end) ||
        !TakePlain(&bytes, &size) || bytes.size() < size) {
      return Corrupt("the state of sessions ends too early");
    }
    session.rows = bytes.substr(0, size);
    bytes.remove_prefix(size);
    open.push_back(std::move(session));
  }
  return Status::Ok();
}

int64_t WaitingSessions::heap_bytes() const {
  int64_t bytes = static_cast<int64_t>(open.capacity() * sizeof(WaitingSession));
  for (const WaitingSession& session : open) {
    bytes += static_cast<int64_t>(session.rows.capacity());
  }
  return bytes;
}

SessionTable::SessionTable(plan::WindowSpec spec, WindowTimes times, state::KeyEncoder encoder,
                           state::RowCodec codec, std::unique_ptr<state::ColdStore> cold)
    : spec_(std::move(spec)),
      times_(std::move(times)),
      encoder_(std::move(encoder)),
      codec_(std::move(codec)),
      keys_table_(kKeyTable, 0, cold.get(), {this, &SessionTable::TimesOf}) {
  UseColdStore(std::move(cold));
  Own(&keys_table_);
}

void SessionTable::TimesOf(const void* context, std::string_view /*key*/, const void* payload,
                           std::vector<int64_t>* times) {
  const auto& open = static_cast<const WaitingSessions*>(payload)->open;
  if (open.empty()) return;
  times->push_back(static_cast<const SessionTable*>(context)->DueAt(open.front().end));
}

Result<std::unique_ptr<flow::Operator>> SessionTable::Make(const plan::WindowTableNode& node,
                                                           const OperatorArguments& arguments) {
  const flow::Schema& input = arguments.inputs[0];
  const auto at = static_cast<size_t>(node.window.time_column);
  SLUICE_ASSIGN(auto times,
                WindowTimes::Make(node.window, *input.fields[at].type, arguments.options.context));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, node.window.partition_by));
  SLUICE_ASSIGN(auto codec, state::RowCodec::Make(input));
  SLUICE_ASSIGN(auto cold, MakeColdStore(arguments));
  std::unique_ptr<SessionTable> made(new SessionTable(
      node.window, std::move(times), std::move(encoder), std::move(codec), std::move(cold)));
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

int64_t SessionTable::DueAt(int64_t end) const {
  return times_.ClosesAt(end) + (spec_.processing_time ? 1 : 0);
}

WaitingSession* SessionTable::Place(WaitingSessions* sessions, int64_t time) {
  auto& open = sessions->open;
  const int64_t end = time + spec_.size_ms;
  auto first = open.end();
  while (first != open.begin() && std::prev(first)->end >= time) --first;
  auto after = first;
  while (after != open.end() && after->start <= end) ++after;
  if (first == after) {
    if (!spec_.processing_time && DueAt(end) <= watermark_ms_) return nullptr;
    return &*open.insert(first, WaitingSession{time, end, {}});
  }
  first->start = std::min(first->start, time);
  first->end = std::max(first->end, end);
  for (auto other = std::next(first); other != after; ++other) {
    first->end = std::max(first->end, other->end);
    first->rows += other->rows;
  }
  open.erase(std::next(first), after);
  return &*first;
}

Status SessionTable::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                             std::vector<flow::Batch>* out) {
  if (spec_.processing_time) SLUICE_TRY(Close(now_ms, out));
  std::vector<int64_t> times;
  state::EncodedKeys keys;
  state::EncodedRows rows;
  SLUICE_TRY(times_.Read(*batch.rows, now_ms, &times));
  SLUICE_TRY(EncodeKeys(encoder_, *batch.rows, &keys));
  SLUICE_TRY(codec_.Encode(*batch.rows, &rows));
  std::vector<int32_t> late;
  SLUICE_TRY(keys_table_.BringBack(keys));
  for (size_t i = 0; i < times.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    bool inserted = false;
    SLUICE_ASSIGN(const state::Slot slot,
                  keys_table_.FindOrInsert(keys[row], keys.hashes[i], &inserted));
    WaitingSession* const session = Place(&keys_table_[slot], times[i]);
    if (session == nullptr) {
      late.push_back(static_cast<int32_t>(row));
      if (inserted) keys_table_.Erase(slot);
      continue;
    }
    // An end that grew later is looked at again when it comes; one behind it with it.
    if (session->rows.empty()) keys_table_.WakeAt(DueAt(session->end), slot);
    AppendPlain(static_cast<uint8_t>(batch.KindOf(row)), &session->rows);
    AppendPlain(static_cast<uint32_t>(rows[row].size()), &session->rows);
    session->rows += rows[row];
    keys_table_.MarkChanged(slot);
  }
  late_rows_ += static_cast<int64_t>(late.size());
  if (late.empty() || late_rows_to() == nullptr) return Status::Ok();
  for (const int32_t row : late)
    times[static_cast<size_t>(row)] = times_.ToInstant(times[static_cast<size_t>(row)]);
  return late_rows_to()->Take(0, batch, late, times, watermark_ms_);
}

Status SessionTable::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                                 std::vector<flow::Batch>* out) {
  watermark_ms_ = std::max(watermark_ms_, *watermark_ms);
  if (spec_.processing_time && watermark_ms_ != flow::kWatermarkMax) return Status::Ok();
  return Close(watermark_ms_, out);
}

int64_t SessionTable::NextTime() const {
  return spec_.processing_time ? keys_table_.NextWake() : flow::kNoTime;
}

Status SessionTable::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  return spec_.processing_time ? Close(now_ms, out) : Status::Ok();
}

Status SessionTable::Close(int64_t instant_ms, std::vector<flow::Batch>* out) {
  std::vector<state::Table::Due> due;
  while (true) {
    SLUICE_TRY(keys_table_.TakeDue(instant_ms, &due));
    if (due.empty()) return Status::Ok();
    std::vector<WaitingSession> closed;
    std::vector<state::Slot> emptied;
    for (const state::Table::Due& one : due) {
      auto& open = keys_table_[one.slot].open;
      if (open.empty()) continue;  // closed by an earlier note
      // Sessions do not overlap, so the first ones are meant; they may have grown since.
      auto at = open.begin();
      for (; at != open.end() && DueAt(at->end) <= instant_ms; ++at) {
        closed.push_back(std::move(*at));
      }
      open.erase(open.begin(), at);
      keys_table_.MarkChanged(one.slot);
      if (open.empty()) {
        emptied.push_back(one.slot);
      } else {
        keys_table_.WakeAt(DueAt(open.front().end), one.slot);
      }
    }
    for (const state::Slot slot : emptied) keys_table_.Erase(slot);
    std::stable_sort(closed.begin(), closed.end(),
                     [](const auto& a, const auto& b) { return a.end < b.end; });
    SLUICE_TRY(Give(closed, out));
    SLUICE_TRY(Balance());
  }
}

Status SessionTable::Give(const std::vector<WaitingSession>& closed,
                          std::vector<flow::Batch>* out) {
  std::vector<std::string_view> rows;
  std::vector<int64_t> starts, ends;
  flow::RowKinds kinds;
  const auto flush = [&]() -> Status {
    if (rows.empty()) return Status::Ok();
    SLUICE_ASSIGN(const auto batch, codec_.Decode(rows));
    ArrayVector columns = batch->columns();
    SLUICE_TRY(AppendWindowColumns(*arrow_schema_, starts, ends, &times_, &columns));
    AppendBatches(arrow_schema_, batch->num_rows(), std::move(columns),
                  CompactKinds(std::move(kinds)), bundle_rows_, out);
    rows.clear();
    starts.clear();
    ends.clear();
    kinds.clear();
    return Status::Ok();
  };
  for (const WaitingSession& session : closed) {
    std::string_view bytes = session.rows;
    while (!bytes.empty()) {
      uint8_t kind = 0;
      uint32_t size = 0;
      if (!TakePlain(&bytes, &kind) || !TakePlain(&bytes, &size) || bytes.size() < size ||
          kind > static_cast<uint8_t>(flow::RowKind::kDelete)) {
        return Corrupt("a row of a session is broken");
      }
      rows.push_back(bytes.substr(0, size));
      bytes.remove_prefix(size);
      kinds.push_back(static_cast<flow::RowKind>(kind));
      starts.push_back(session.start);
      ends.push_back(session.end);
      if (rows.size() >= kRowsPerBatch) SLUICE_TRY(flush());
    }
  }
  return flush();
}

Status SessionTable::Snapshot(bool full, flow::StateWriter* writer) {
  SLUICE_TRY(keys_table_.Snapshot(full, writer));
  return PutWatermark(kWatermarkTable, watermark_ms_, full, &put_watermark_ms_, writer);
}

Status SessionTable::Restore(const flow::StateEntry& entry) {
  if (entry.table == kWatermarkTable) {
    SLUICE_TRY(TakeWatermark(entry, &watermark_ms_));
    put_watermark_ms_ = watermark_ms_;
    return Status::Ok();
  }
  if (entry.table != kKeyTable) return Corrupt("state of sessions for a table they do not have");
  return keys_table_.Restore(entry);
}

flow::OperatorCounters SessionTable::counters() const {
  flow::OperatorCounters counters;
  counters.late_rows = late_rows_;
  counters.state_rows = entries();
  return counters;
}

}  // namespace sluice::operators
