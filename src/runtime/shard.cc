// SPDX-License-Identifier: Apache-2.0
#include "runtime/shard.h"

#include <algorithm>
#include <string>
#include <utility>

#include "arrow/record_batch.h"
#include "base/log.h"
#include "io/thread.h"
#include "runtime/alignment.h"
#include "runtime/checkpointer.h"
#include "runtime/dead_letters.h"
#include "runtime/late_rows.h"
#include "runtime/split_readers.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kDeadLetterSamples = 5;  // logged per shard when there is no table for them
constexpr int64_t kNothingKnown = -1;

// While rows may also come from other shards, nobody waits for long in one place; somewhat longer
// when nothing has come for a while.
constexpr int64_t kSourceWaitMs = 1;
constexpr int64_t kIdleSourceWaitMs = 8;

// Between two looks at the others of its group, a source gets no further ahead than these.
constexpr int64_t kAlignedRows = 512;
// A source that waits for others of its group looks again.
constexpr int64_t kAheadWaitMs = 2;
// Answers from outside are looked for.
constexpr int64_t kAnswerWaitMs = 1;

// Makes its file with the first entry: most barriers find most operators unchanged.
class LazySnapshot : public flow::StateWriter {
 public:
  LazySnapshot(const Checkpointer& checkpointer, int node, int shard, int64_t epoch, bool full)
      : checkpointer_(checkpointer), node_(node), shard_(shard), epoch_(epoch), full_(full) {}
  Status Put(const flow::StateEntry& entry) override {
    SLUICE_TRY(Count());
    return writer->Put(entry);
  }
  Status Delete(int table, uint32_t group, std::string_view key) override {
    if (full_) return {};  // there is nothing to take it out of
    SLUICE_TRY(Count());
    return writer->Delete(table, group, key);
  }

  std::unique_ptr<state::SnapshotWriter> writer;
  int64_t entries = 0;

 private:
  Status Count() {
    ++entries;
    if (writer != nullptr) return {};
    SLUICE_ASSIGN(writer, checkpointer_.BeginSnapshot(node_, shard_, epoch_, full_));
    return {};
  }
  const Checkpointer& checkpointer_;
  const int node_, shard_;
  const int64_t epoch_;
  const bool full_;
};

// The part of a batch at or above `offset`. Offsets never go back within a batch.
flow::Batch DropBelow(const flow::Batch& batch, int64_t offset) {
  const int64_t rows = batch.rows->num_rows();
  int64_t first = 0;
  const auto& offsets = batch.origin.offsets;
  if (offsets.empty()) {
    first = std::clamp<int64_t>(offset - batch.origin.first_offset, 0, rows);
  } else {
    first = std::lower_bound(offsets.begin(), offsets.end(), offset) - offsets.begin();
  }
  return batch.Slice(first, rows);
}

}  // namespace

Shard::Shard(int index, const Layout& layout, const RunOptions& options, Exchange& exchange,
             Alignment& alignment)
    : index_(index),
      layout_(layout),
      options_(options),
      exchange_(exchange),
      alignment_(alignment),
      gauges_(exchange.gauges[static_cast<size_t>(index)]) {}

Status Shard::Open(const Connections& connections) {
  clock_ = connections.clock;
  readers_.resize(layout_.sources.size());
  for (size_t i = 0; i < readers_.size(); ++i) {
    SLUICE_ASSIGN(readers_[i].reader, OpenReader(static_cast<int>(i)));
  }
  SLUICE_ASSIGN(
      graph_,
      Graph::Make(layout_, connections, options_,
                  {.shard = index_, .shards = exchange_.shards(), .cold = layout_.cold}, *this));
  writers_.resize(layout_.sinks.size());
  for (size_t i = 0; i < writers_.size(); ++i) {
    SLUICE_ASSIGN(writers_[i].writer, layout_.sinks[i].sink->OpenWriter(index_));
  }
  return layout_.late_sink < 0 ? Status::Ok() : RouteLateRows();
}

/// Where sources wait for each other, so do their splits: each is read on its own.
Result<std::unique_ptr<flow::SourceReader>> Shard::OpenReader(int source) {
  const SourceSlot& slot = layout_.sources[static_cast<size_t>(source)];
  if (!alignment_.aligned(source)) return slot.source->OpenReader();
  auto readers = std::make_unique<SplitReaders>(*slot.source, [this, source, &slot](int split) {
    return alignment_.MayRead(source, graph_->WatermarkOfSplit(slot.node, split));
  });
  readers_[static_cast<size_t>(source)].splits = readers.get();
  return std::unique_ptr<flow::SourceReader>(std::move(readers));
}

Status Shard::RouteLateRows() {
  const auto& nodes = layout_.graph->nodes;
  for (size_t node = 0; node < nodes.size(); ++node) {
    flow::Operator* const op = graph_->operator_of(static_cast<int>(node));
    if (op == nullptr || !op->stateful()) continue;
    std::vector<flow::Schema> inputs;
    for (const int input : layout_.inputs[node]) {
      inputs.push_back(nodes[static_cast<size_t>(input)].output);
    }
    SLUICE_ASSIGN(auto late_rows, WriteLateRows(nodes[node], inputs, [this](const auto& batch) {
                    return Write(layout_.late_sink, batch);
                  }));
    op->SetLateRows(late_rows.get());
    late_rows_.push_back(std::move(late_rows));
  }
  return {};
}

Shard::Turn Shard::Step(int64_t wait_ms) {
  if (done_ || exchange_.halt.load(std::memory_order_relaxed)) return Turn::kDone;
  auto worked = Work(wait_ms);
  if (!worked.ok()) return Fail(std::move(worked).error());
  return *worked ? Turn::kWorked : Turn::kIdle;
}

Result<bool> Shard::Work(int64_t wait_ms) {
  graph_->SetNow(clock_->NowMs());
  if (!restored_) SLUICE_TRY(RestoreState());
  SLUICE_ASSIGN(bool worked, ObeyAll());
  SLUICE_ASSIGN(const bool answered, TakeAnswers());
  SLUICE_ASSIGN(const bool received, ReceiveAll());
  worked |= answered || received;
  SLUICE_TRY(TellSources());
  if (graph_->waiting()) wait_ms = std::min(wait_ms, kAnswerWaitMs);
  ReportWatermarks();
  if (MayPoll()) {
    SLUICE_ASSIGN(const bool polled, PollOne(worked ? 0 : SourceWaitMs(wait_ms)));
    worked |= polled;
    idle_turns_ = worked ? 0 : idle_turns_ + 1;
    SLUICE_TRY(TellSources());
  } else if (!worked && wait_ms > 0) {
    bool ahead = false;
    for (size_t i = 0; i < readers_.size(); ++i) ahead |= readers_[i].active() && IsAhead(i);
    SLUICE_ASSIGN(worked, WaitForWork(ahead ? std::min(wait_ms, kAheadWaitMs) : wait_ms));
  }
  if (!drained_ && !barrier_ && graph_->NextTime() != flow::kNoTime) {
    const int64_t now_ms = clock_->NowMs();
    if (graph_->NextTime() <= now_ms) {
      graph_->SetNow(now_ms);
      SLUICE_TRY(graph_->OnTime());
      worked = true;
    }
  }
  ReportEnd();
  return worked;
}

Result<bool> Shard::WaitForWork(int64_t wait_ms) {
  const int64_t next_ms = graph_->NextTime();
  if (next_ms != flow::kNoTime) {
    wait_ms = std::clamp<int64_t>(next_ms - clock_->NowMs(), 0, wait_ms);
  }
  if (!layout_.exchanges || graph_->full()) {
    auto command = exchange_.commands[static_cast<size_t>(index_)]->PopFor(wait_ms);
    if (!command) return false;
    SLUICE_TRY(Obey(*command));
    return true;
  }
  auto message = exchange_.inboxes[static_cast<size_t>(index_)]->PopFor(wait_ms);
  if (!message) return false;
  graph_->SetNow(clock_->NowMs());
  SLUICE_TRY(Receive(std::move(*message)));
  return true;
}

// What the graph holds back still counts as waiting.
Status Shard::Receive(Message message) {
  const int64_t before = graph_->held_bytes() + message.size_bytes;
  SLUICE_TRY(graph_->Receive(std::move(message)));
  exchange_.inbox_bytes[static_cast<size_t>(index_)] += graph_->held_bytes() - before;
  return EndBarrierIfDone();
}

Status Shard::EndBarrierIfDone() {
  if (!graph_->barrier_done()) return {};
  const int64_t before = graph_->held_bytes();
  SLUICE_TRY(EndBarrier());
  exchange_.inbox_bytes[static_cast<size_t>(index_)] += graph_->held_bytes() - before;
  return {};
}

Result<bool> Shard::ObeyAll() {
  auto& commands = *exchange_.commands[static_cast<size_t>(index_)];
  bool obeyed = false;
  while (commands.size() > 0) {  // this shard alone takes from it
    auto command = commands.PopFor(0);
    if (!command) break;
    obeyed = true;
    SLUICE_TRY(Obey(*command));
  }
  return obeyed;
}

Result<bool> Shard::TakeAnswers() {
  SLUICE_ASSIGN(const bool answered, graph_->TakeAnswers());
  if (!answered) return false;
  SLUICE_TRY(EndBarrierIfDone());
  UpdateGauges();
  SLUICE_TRY(graph_->CheckMemory());
  return true;
}

Result<bool> Shard::ReceiveAll() {
  if (!layout_.exchanges || graph_->full()) return false;
  auto& inbox = *exchange_.inboxes[static_cast<size_t>(index_)];
  const size_t there = inbox.size();  // what comes meanwhile is for the next turn
  for (size_t i = 0; i < there; ++i) {
    auto message = inbox.PopFor(0);
    if (!message) break;
    SLUICE_TRY(Receive(std::move(*message)));
  }
  if (there == 0) return false;
  UpdateGauges();
  SLUICE_TRY(graph_->CheckMemory());
  return true;
}

Shard::Turn Shard::Fail(Error error) {
  done_ = true;
  Report report;
  report.kind = Report::Kind::kFailed;
  report.shard = index_;
  report.error = std::move(error);
  exchange_.reports.Push(std::move(report));
  return Turn::kDone;
}

Status Shard::Obey(const Command& command) {
  for (const Assignment& assignment : command.assign) SLUICE_TRY(Assign(assignment));
  SLUICE_TRY(AddSplits(command.assign));
  if (!command.barrier) return {};
  // A shard that took long to restore its state may meet a barrier before its first turn: that it
  // reads nothing must not hold the others' time back for this epoch.
  SLUICE_TRY(TellSources());
  return BeginBarrier(*command.barrier);
}

Status Shard::Assign(const Assignment& assignment) {
  Reader& reader = readers_[static_cast<size_t>(assignment.source)];
  const SourceSlot& slot = layout_.sources[static_cast<size_t>(assignment.source)];
  const auto split = static_cast<size_t>(assignment.split_index);
  if (reader.skip_below.size() <= split) reader.skip_below.resize(split + 1);
  reader.skip_below[split] = assignment.skip_below;
  reader.positions[assignment.split_index] = assignment.offset;
  if (assignment.split.stop_offset && slot.source->end_is_final()) {
    reader.stops[assignment.split_index] = *assignment.split.stop_offset;
  }
  reader.ended = false;
  end_reported_ = false;
  return reader.reader->Assign(assignment.split_index, assignment.split, assignment.offset);
}

/// Tells the watermarks of the splits of each source, of all that came together at once.
Status Shard::AddSplits(const std::vector<Assignment>& assignments) {
  for (size_t i = 0; i < layout_.sources.size(); ++i) {
    const SourceSlot& slot = layout_.sources[i];
    std::vector<operators::WatermarkGenerator::SplitStart> starts;
    for (const Assignment& assignment : assignments) {
      if (assignment.source != static_cast<int>(i)) continue;
      auto& start = starts.emplace_back();
      start.split = assignment.split_index;
      if (layout_.checkpointer == nullptr) continue;
      start.watermark_ms = layout_.checkpointer->WatermarkOfSplit(slot.name, assignment.split.name);
    }
    if (!starts.empty()) SLUICE_TRY(graph_->AddSplits(slot.node, starts));
  }
  for (const Assignment& assignment : assignments) {
    SLUICE_TRY(EndSplitIfRead(assignment.source, assignment.split_index));
  }
  return {};
}

Status Shard::EndSplitIfRead(int source, int split) {
  Reader& reader = readers_[static_cast<size_t>(source)];
  const auto stop = reader.stops.find(split);
  if (stop == reader.stops.end() || reader.positions[split] < stop->second) return {};
  reader.stops.erase(stop);
  return graph_->EndSplit(layout_.sources[static_cast<size_t>(source)].node, split);
}

// What the graph is to know of sources that give nothing here, or nothing more.
Status Shard::TellSources() {
  if (barrier_ || drained_) return {};
  for (size_t i = 0; i < readers_.size(); ++i) {
    Reader& reader = readers_[i];
    const SourceSlot& slot = layout_.sources[i];
    const bool idle = reader.positions.empty();
    if (idle != reader.idle_told) {
      reader.idle_told = idle;
      SLUICE_TRY(graph_->SetSourceIdle(slot.node, idle));
    }
    if (!reader.end_told && !reader.active() && slot.source->end_is_final()) {
      reader.end_told = true;
      SLUICE_TRY(graph_->EndSource(slot.node));
    }
  }
  return {};
}

/// For the sources that wait for each other, here and on other shards.
void Shard::ReportWatermarks() {
  for (size_t i = 0; i < readers_.size(); ++i) {
    const auto source = static_cast<int>(i);
    if (!alignment_.aligned(source)) continue;
    const int node = layout_.sources[i].node;
    const bool counts = readers_[i].active() && !graph_->IsSourceIdle(node);
    alignment_.Report(source, index_, counts ? ReachedBy(i) : flow::kWatermarkMax);
  }
}

/// Nobody waits for a split that this run has read to its end (`--once`), though its time goes on.
int64_t Shard::ReachedBy(size_t source) const {
  const int node = layout_.sources[source].node;
  const std::vector<int> unread = readers_[source].splits->UnreadSplits();
  if (unread.size() == readers_[source].positions.size()) return graph_->WatermarkOfSource(node);
  int64_t reached_ms = flow::kWatermarkMax;
  for (const int split : unread) {
    reached_ms = std::min(reached_ms, graph_->WatermarkOfSplit(node, split));
  }
  return reached_ms;
}

/// Whether others are to come closer before the source is read on.
bool Shard::IsAhead(size_t source) const {
  const auto number = static_cast<int>(source);
  return alignment_.aligned(number) && !alignment_.MayRead(number, ReachedBy(source));
}

bool Shard::MayRead(size_t source) const {
  return readers_[source].active() && !IsAhead(source);
}

bool Shard::MayPoll() const {
  if (drained_ || barrier_ || graph_->full()) return false;
  bool any = false;
  for (size_t i = 0; i < readers_.size() && !any; ++i) any = MayRead(i);
  if (!any) return false;
  // Back-pressure: what the writers hold, keys that files still hold, or this epoch's rows, wait
  // for the next barrier.
  if (exchange_.writer_bytes() > options_.writer_bytes_max + options_.writer_bytes_max / 4) {
    return false;
  }
  if (exchange_.Sum(&Gauges::unsaved_bytes) > 2 * options_.unsaved_bytes_max) return false;
  if (layout_.exchanges && exchange_.fullest_inbox_bytes() > options_.inbox_bytes_max) return false;
  return options_.epoch_rows_max == 0 ||
         gauges_.epoch_rows.load(std::memory_order_relaxed) < options_.epoch_rows_max;
}

int64_t Shard::SourceWaitMs(int64_t wait_ms) const {
  if (!layout_.exchanges) return wait_ms;
  return std::min(wait_ms, std::clamp(idle_turns_, kSourceWaitMs, kIdleSourceWaitMs));
}

// Readers take turns, and one that has nothing at once does not hold up those that have. Only when
// none has anything one of them waits: each time another one, and shorter, the more there are.
Result<bool> Shard::PollOne(int64_t wait_ms) {
  int64_t active = 0;
  for (size_t i = 0; i < readers_.size(); ++i) active += MayRead(i) ? 1 : 0;
  if (active == 0) return false;
  for (int64_t tried = 1; tried < active; ++tried) {
    SLUICE_ASSIGN(const bool moved, PollNext(0));
    if (moved) return true;
  }
  return PollNext(wait_ms == 0 ? 0 : std::max<int64_t>(wait_ms / active, 1));
}

Result<bool> Shard::PollNext(int64_t wait_ms) {
  const auto is_active = [this] { return MayRead(next_reader_); };
  for (size_t tried = 0; tried < readers_.size() && !is_active(); ++tried) {
    next_reader_ = (next_reader_ + 1) % readers_.size();
  }
  if (!is_active()) return false;  // the last one has just ended
  const size_t source = next_reader_;
  next_reader_ = (next_reader_ + 1) % readers_.size();
  int64_t rows_max = options_.batch_rows;
  if (alignment_.aligned(static_cast<int>(source))) rows_max = std::min(rows_max, kAlignedRows);
  if (options_.epoch_rows_max > 0) {
    rows_max = std::min(rows_max, options_.epoch_rows_max - gauges_.epoch_rows.load());
  }
  SLUICE_ASSIGN(flow::PollResult result, readers_[source].reader->Poll(rows_max, wait_ms));
  const bool moved = result.split >= 0;
  SLUICE_TRY(Take(static_cast<int>(source), std::move(result)));
  return moved;
}

Status Shard::Take(int source, flow::PollResult result) {
  Reader& reader = readers_[static_cast<size_t>(source)];
  if (result.end) reader.ended = true;
  if (result.split < 0) {
    if (!result.batch && result.dead_letters.empty()) return {};
    return Internal("a reader gave rows without saying of which split");
  }
  const auto position = reader.positions.find(result.split);
  if (position == reader.positions.end()) {
    return Internal("a reader moved split " + std::to_string(result.split) +
                    ", which it was never given");
  }
  if (result.next_offset < position->second) {
    return PositionMismatch("a reader of " + layout_.sources[static_cast<size_t>(source)].name +
                            " went back from " + std::to_string(position->second) + " to " +
                            std::to_string(result.next_offset));
  }
  io::AnnounceState("after-poll");
  source_ = source;
  graph_->SetNow(clock_->NowMs());
  epoch_.newest_timestamp_ms = std::max(epoch_.newest_timestamp_ms, result.newest_timestamp_ms);
  if (!result.dead_letters.empty()) {
    SLUICE_TRY(TakeDeadLetters(std::move(result.dead_letters)));
  }
  if (result.batch && result.batch->rows->num_rows() > 0) {
    epoch_.rows += result.batch->rows->num_rows();
    SLUICE_TRY(graph_->Push(layout_.sources[static_cast<size_t>(source)].node, *result.batch));
  }
  // Only now: an error above leaves the position before these records.
  position->second = result.next_offset;
  SLUICE_TRY(EndSplitIfRead(source, result.split));
  UpdateGauges();
  return graph_->CheckMemory();
}

Status Shard::TakeDeadLetters(std::vector<flow::DeadLetter> letters) {
  epoch_.dead_letters += static_cast<int64_t>(letters.size());
  if (options_.dead_letters == DeadLetterPolicy::kFail) {
    Error error =
        InvalidArgument("a record cannot be decoded, and 'sluice.dead-letter' is 'fail': " +
                        Describe(letters.front()));
    return error;
  }
  if (!layout_.dead_letter_sink) {
    for (const flow::DeadLetter& letter : letters) {
      if (samples_logged_++ >= kDeadLetterSamples) break;
      log::Warn("record dropped: it cannot be decoded", {{"record", Describe(letter)}});
    }
    return {};
  }
  SLUICE_ASSIGN(const flow::Batch batch, DeadLetterBatch(letters));
  return Write(0, batch);
}

Status Shard::Write(int sink, const flow::Batch& batch) {
  Writer& writer = writers_[static_cast<size_t>(sink)];
  const int split = batch.origin.split;
  if (layout_.checkpointed) {  // its record says where to read on: no sink has these rows
    writer.rows += batch.rows->num_rows();
    return writer.writer->Write(batch);
  }
  const Reader& reader = readers_[static_cast<size_t>(source_)];
  if (split < 0 || static_cast<size_t>(split) >= reader.skip_below.size()) {
    return Internal("rows lost their origin on the way to " +
                    layout_.sinks[static_cast<size_t>(sink)].sink->name());
  }
  const int64_t below = reader.skip_below[static_cast<size_t>(split)][static_cast<size_t>(sink)];
  if (batch.origin.OffsetOfRow(0) >= below) {
    writer.rows += batch.rows->num_rows();
    return writer.writer->Write(batch);
  }
  const flow::Batch kept = DropBelow(batch, below);
  if (kept.rows->num_rows() == 0) return {};
  writer.rows += kept.rows->num_rows();
  return writer.writer->Write(kept);
}

void Shard::Send(int shard, Message message) {
  exchange_.inbox_bytes[static_cast<size_t>(shard)] += message.size_bytes;
  exchange_.inboxes[static_cast<size_t>(shard)]->Push(std::move(message));
}

Status Shard::BeginBarrier(const Barrier& barrier) {
  io::AnnounceState("before-stage");
  barrier_ = barrier;
  staged_ = {};
  staged_.kind = Report::Kind::kStaged;
  staged_.shard = index_;
  staged_.parts.resize(writers_.size());
  SLUICE_TRY(CountEpoch(&staged_.counts));
  for (size_t i = 0; i < readers_.size(); ++i) {
    staged_.positions.push_back(readers_[i].positions);
    auto& watermarks_ms = staged_.split_watermarks_ms.emplace_back();
    for (const auto& [split, offset] : readers_[i].positions) {
      watermarks_ms[split] = graph_->WatermarkOfSplit(layout_.sources[i].node, split);
    }
  }
  if (layout_.dead_letter_sink) SLUICE_TRY(StageSink(0));
  for (size_t i = 0; i < readers_.size() && barrier.drain; ++i) {
    SLUICE_TRY(graph_->EndSource(layout_.sources[i].node));
  }
  SLUICE_TRY(graph_->BeginBarrier());
  return EndBarrierIfDone();
}

Status Shard::AdvanceSink(int sink, int64_t watermark_ms) {
  return writers_[static_cast<size_t>(sink)].writer->OnWatermark(watermark_ms);
}

Status Shard::StageSink(int sink) {
  const auto i = static_cast<size_t>(sink);
  Writer& writer = writers_[i];
  SLUICE_ASSIGN(auto part, writer.writer->Stage(barrier_->epochs[i]));
  if (part == nullptr) return Internal("a writer staged nothing");
  if (part->rows + part->rows_dropped != writer.rows) {
    return Internal("rows do not add up: " + std::to_string(writer.rows) + " were written to " +
                    layout_.sinks[i].sink->name() + ", staged are " + std::to_string(part->rows) +
                    ", dropped " + std::to_string(part->rows_dropped));
  }
  writer.rows = 0;
  staged_.parts[i] = std::move(part);
  return {};
}

Status Shard::Snapshot(int node, flow::Operator& op) {
  if (layout_.checkpointer == nullptr) return {};
  io::AnnounceState("before-snapshot");
  const auto place = static_cast<size_t>(node) * static_cast<size_t>(exchange_.shards()) +
                     static_cast<size_t>(index_);
  const bool full = barrier_->full.at(place) != 0;
  LazySnapshot snapshot(*layout_.checkpointer, node, index_, barrier_->epoch, full);
  SLUICE_TRY(op.Snapshot(full, &snapshot));
  staged_.states.push_back({.node = node,
                            .writer = std::move(snapshot.writer),
                            .entries = snapshot.entries,
                            .full = full});
  // The end of all input is of this run: where there is more after all, time goes on.
  const int64_t watermark_ms = graph_->WatermarkOf(node);
  if (watermark_ms != flow::kWatermarkMax) staged_.node_watermarks_ms[node] = watermark_ms;
  return {};
}

// On the shard's own thread, so that shards restore side by side.
Status Shard::RestoreState() {
  restored_ = true;
  if (layout_.checkpointer == nullptr) return {};
  const Checkpointer& checkpointer = *layout_.checkpointer;
  const auto nodes = static_cast<int>(layout_.graph->nodes.size());
  const int64_t began_ms = clock_->MonotonicMs();
  for (int node = 0; node < nodes; ++node) {
    if (layout_.graph->nodes[static_cast<size_t>(node)].uid.empty()) continue;
    SLUICE_TRY(checkpointer.Restore(node, index_, *graph_->operator_of(node)));
  }
  if (const int64_t rows = graph_->Counters().state_rows; rows > 0) {
    log::Info("state restored", {{"pipeline", layout_.graph->name},
                                 {"shard", std::to_string(index_)},
                                 {"rows", std::to_string(rows)},
                                 {"ms", std::to_string(clock_->MonotonicMs() - began_ms)}});
  }
  for (int node = 0; node < nodes; ++node) {
    const auto watermark_ms = checkpointer.WatermarkOf(node);
    if (!watermark_ms || *watermark_ms == flow::kWatermarkMin) continue;
    SLUICE_TRY(graph_->RestoreWatermark(node, *watermark_ms));
  }
  return {};
}

// Every sink of this shard has staged, and what operators left out on the way to it is known.
Status Shard::EndBarrier() {
  if (layout_.late_sink >= 0) SLUICE_TRY(StageSink(layout_.late_sink));
  io::AnnounceState("staged");
  drained_ = drained_ || barrier_->last;
  barrier_.reset();
  gauges_.epoch_rows.store(0, std::memory_order_relaxed);
  UpdateGauges();
  exchange_.reports.Push(std::move(staged_));
  return graph_->EndBarrier();
}

// What the readers say they did must be what this shard saw: records = rows + dead letters +
// skipped.
Status Shard::CountEpoch(EpochCounts* counts) {
  for (Reader& reader : readers_) {
    const flow::ReaderCounters now = reader.reader->counters();
    counts->records += now.records_in - reader.reported.records_in;
    counts->rows += now.rows_out - reader.reported.rows_out;
    counts->dead_letters += now.records_dead - reader.reported.records_dead;
    counts->skipped += now.records_skipped - reader.reported.records_skipped;
    counts->exploded += now.records_exploded - reader.reported.records_exploded;
    counts->bytes += now.bytes_in - reader.reported.bytes_in;
    reader.reported = now;
  }
  counts->newest_timestamp_ms = epoch_.newest_timestamp_ms;
  const bool adds_up =
      counts->rows == epoch_.rows && counts->dead_letters == epoch_.dead_letters &&
      counts->records + counts->exploded == counts->rows + counts->dead_letters + counts->skipped;
  epoch_ = {};
  if (adds_up) return {};
  return Internal("rows do not add up: records " + std::to_string(counts->records) +
                  ", further rows of arrays " + std::to_string(counts->exploded) + ", rows " +
                  std::to_string(counts->rows) + ", dead letters " +
                  std::to_string(counts->dead_letters) + ", skipped " +
                  std::to_string(counts->skipped));
}

void Shard::ReportEnd() {
  if (end_reported_ || drained_ || barrier_) return;
  for (const Reader& reader : readers_) {
    if (reader.active()) return;
  }
  end_reported_ = true;
  Report report;
  report.kind = Report::Kind::kEnded;
  report.shard = index_;
  exchange_.reports.Push(std::move(report));
}

void Shard::UpdateGauges() {
  int64_t records = 0;
  int64_t bytes = 0;
  int64_t dead = 0;
  int64_t lag = 0;
  for (const Reader& reader : readers_) {
    const flow::ReaderCounters counters = reader.reader->counters();
    records += counters.records_in;
    bytes += counters.bytes_in;
    dead += counters.records_dead;
    for (const auto& [split, offset] : reader.positions) {
      const auto of_split = reader.reader->LagOfSplit(split);
      lag = lag == kNothingKnown || !of_split ? kNothingKnown : lag + *of_split;
    }
  }
  int64_t held = 0;
  for (const Writer& writer : writers_) held += writer.writer->memory_bytes();
  gauges_.records.store(records, std::memory_order_relaxed);
  gauges_.bytes.store(bytes, std::memory_order_relaxed);
  gauges_.dead_letters.store(dead, std::memory_order_relaxed);
  gauges_.lag.store(lag, std::memory_order_relaxed);
  gauges_.writer_bytes.store(held, std::memory_order_relaxed);
  UpdateStateGauges();
  gauges_.epoch_rows.store(epoch_.rows + epoch_.dead_letters, std::memory_order_relaxed);
}

void Shard::UpdateStateGauges() {
  if (!layout_.checkpointed) return;
  const flow::OperatorCounters counters = graph_->Counters();
  gauges_.late_rows.store(counters.late_rows, std::memory_order_relaxed);
  gauges_.state_rows.store(counters.state_rows, std::memory_order_relaxed);
  gauges_.state_bytes.store(graph_->memory_bytes(), std::memory_order_relaxed);
  gauges_.unsaved_bytes.store(graph_->unsaved_bytes(), std::memory_order_relaxed);
  gauges_.rows_taken.store(graph_->rows_taken(), std::memory_order_relaxed);
  gauges_.watermark_ms.store(graph_->SinkWatermark(), std::memory_order_relaxed);
}

}  // namespace sluice::runtime
