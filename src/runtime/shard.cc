// SPDX-License-Identifier: Apache-2.0
#include "runtime/shard.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "arrow/record_batch.h"
#include "base/log.h"
#include "io/thread.h"
#include "runtime/dead_letters.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kDeadLetterSamples = 5;  // logged per shard when there is no table for them
constexpr int64_t kNothingKnown = -1;

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
  if (first == 0) return batch;
  flow::Batch kept;
  kept.rows = batch.rows->Slice(first);
  kept.origin.split = batch.origin.split;
  kept.origin.first_offset = batch.origin.first_offset + first;
  if (!offsets.empty()) kept.origin.offsets.assign(offsets.begin() + first, offsets.end());
  return kept;
}

}  // namespace

Shard::Shard(int index, const Layout& layout, const RunOptions& options, Exchange& exchange)
    : index_(index),
      layout_(layout),
      options_(options),
      exchange_(exchange),
      gauges_(exchange.gauges[static_cast<size_t>(index)]) {}

Status Shard::Open(const Connections& connections) {
  clock_ = connections.clock;
  readers_.resize(layout_.sources.size());
  for (size_t i = 0; i < readers_.size(); ++i) {
    SLUICE_ASSIGN(readers_[i].reader, layout_.sources[i].source->OpenReader());
  }
  const auto& nodes = layout_.graph->nodes;
  operators_.resize(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!std::holds_alternative<plan::CalcNode>(nodes[i].node)) continue;
    SLUICE_ASSIGN(operators_[i], connections.make_operator(*layout_.graph, nodes[i]));
  }
  writers_.resize(layout_.sinks.size());
  for (size_t i = 0; i < writers_.size(); ++i) {
    SLUICE_ASSIGN(writers_[i].writer, layout_.sinks[i].sink->OpenWriter(index_));
  }
  return {};
}

Shard::Turn Shard::Step(int64_t wait_ms) {
  if (done_ || exchange_.halt.load(std::memory_order_relaxed)) return Turn::kDone;
  auto& commands = *exchange_.commands[static_cast<size_t>(index_)];
  bool worked = false;
  while (commands.size() > 0) {  // this shard alone takes from it
    auto command = commands.PopFor(0);
    if (!command) break;
    worked = true;
    if (auto status = Obey(std::move(*command)); !status.ok()) {
      return Fail(std::move(status).error());
    }
  }
  if (MayPoll()) {
    auto polled = PollOne(worked ? 0 : wait_ms);
    if (!polled.ok()) return Fail(std::move(polled).error());
    worked |= *polled;
    ReportEnd();
  } else {
    ReportEnd();
    if (worked || wait_ms == 0) return worked ? Turn::kWorked : Turn::kIdle;
    if (auto command = commands.PopFor(wait_ms)) {
      if (auto status = Obey(std::move(*command)); !status.ok()) {
        return Fail(std::move(status).error());
      }
      worked = true;
    }
  }
  return worked ? Turn::kWorked : Turn::kIdle;
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

Status Shard::Obey(Command command) {
  for (const Assignment& assignment : command.assign) SLUICE_TRY(Assign(assignment));
  if (command.barrier) SLUICE_TRY(Stage(*command.barrier));
  return {};
}

Status Shard::Assign(const Assignment& assignment) {
  Reader& reader = readers_[static_cast<size_t>(assignment.source)];
  const auto split = static_cast<size_t>(assignment.split_index);
  if (reader.skip_below.size() <= split) reader.skip_below.resize(split + 1);
  reader.skip_below[split] = assignment.skip_below;
  reader.positions[assignment.split_index] = assignment.offset;
  reader.ended = false;
  end_reported_ = false;
  return reader.reader->Assign(assignment.split_index, assignment.split, assignment.offset);
}

bool Shard::MayPoll() const {
  if (drained_) return false;
  if (std::none_of(readers_.begin(), readers_.end(), [](const Reader& r) { return r.active(); })) {
    return false;
  }
  // Back-pressure: what the writers hold, or this epoch's rows, wait for the next barrier.
  if (exchange_.writer_bytes() > options_.writer_bytes_max + options_.writer_bytes_max / 4) {
    return false;
  }
  return options_.epoch_rows_max == 0 ||
         gauges_.epoch_rows.load(std::memory_order_relaxed) < options_.epoch_rows_max;
}

Result<bool> Shard::PollOne(int64_t wait_ms) {
  // Readers take turns. Only one that stands alone may wait: the others must not stand behind it.
  const auto active =
      std::count_if(readers_.begin(), readers_.end(), [](const Reader& r) { return r.active(); });
  for (size_t tried = 0; tried < readers_.size(); ++tried) {
    const size_t source = next_reader_;
    next_reader_ = (next_reader_ + 1) % readers_.size();
    Reader& reader = readers_[source];
    if (!reader.active()) continue;
    int64_t rows_max = options_.batch_rows;
    if (options_.epoch_rows_max > 0) {
      rows_max = std::min(rows_max, options_.epoch_rows_max - gauges_.epoch_rows.load());
    }
    SLUICE_ASSIGN(flow::PollResult result,
                  reader.reader->Poll(rows_max, active == 1 ? wait_ms : wait_ms / active));
    const bool moved = result.split >= 0;
    SLUICE_TRY(Take(static_cast<int>(source), std::move(result)));
    return moved;
  }
  return false;
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
  epoch_.newest_timestamp_ms = std::max(epoch_.newest_timestamp_ms, result.newest_timestamp_ms);
  if (!result.dead_letters.empty()) {
    SLUICE_TRY(TakeDeadLetters(source, std::move(result.dead_letters)));
  }
  if (result.batch && result.batch->rows->num_rows() > 0) {
    epoch_.rows += result.batch->rows->num_rows();
    const int node = layout_.sources[static_cast<size_t>(source)].node;
    for (const int consumer : layout_.consumers[static_cast<size_t>(node)]) {
      SLUICE_TRY(Push(consumer, source, *result.batch));
    }
  }
  // Only now: an error above leaves the position before these records.
  position->second = result.next_offset;
  UpdateGauges();
  return {};
}

Status Shard::TakeDeadLetters(int source, std::vector<flow::DeadLetter> letters) {
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
  return Write(0, source, batch);
}

Status Shard::Push(int node, int source, const flow::Batch& batch) {
  const auto index = static_cast<size_t>(node);
  if (layout_.sink_of_node[index] >= 0) return Write(layout_.sink_of_node[index], source, batch);
  if (operators_[index] == nullptr) {
    return Internal("plan has a node nothing can run: " + layout_.graph->nodes[index].name);
  }
  std::vector<flow::Batch> results;
  SLUICE_TRY(operators_[index]->Process(0, batch, clock_->NowMs(), &results));
  for (const flow::Batch& result : results) {
    if (result.rows->num_rows() == 0) continue;
    for (const int consumer : layout_.consumers[index]) SLUICE_TRY(Push(consumer, source, result));
  }
  return {};
}

Status Shard::Write(int sink, int source, const flow::Batch& batch) {
  Writer& writer = writers_[static_cast<size_t>(sink)];
  const Reader& reader = readers_[static_cast<size_t>(source)];
  const int split = batch.origin.split;
  if (split < 0 || static_cast<size_t>(split) >= reader.skip_below.size()) {
    return Internal("rows lost their origin on the way to " +
                    layout_.sinks[static_cast<size_t>(sink)].sink->name());
  }
  const int64_t below = reader.skip_below[static_cast<size_t>(split)][static_cast<size_t>(sink)];
  const flow::Batch kept = DropBelow(batch, below);
  if (kept.rows->num_rows() == 0) return {};
  writer.rows += kept.rows->num_rows();
  return writer.writer->Write(kept);
}

Status Shard::Stage(const Barrier& barrier) {
  io::AnnounceState("before-stage");
  Report report;
  report.kind = Report::Kind::kStaged;
  report.shard = index_;
  SLUICE_TRY(CountEpoch(&report.counts));
  for (size_t i = 0; i < writers_.size(); ++i) {
    SLUICE_ASSIGN(auto part, writers_[i].writer->Stage(barrier.epochs[i]));
    if (part == nullptr) return Internal("a writer staged nothing");
    if (part->rows + part->rows_dropped != writers_[i].rows) {
      return Internal("rows do not add up: " + std::to_string(writers_[i].rows) +
                      " were written to " + layout_.sinks[i].sink->name() + ", staged are " +
                      std::to_string(part->rows) + ", dropped " +
                      std::to_string(part->rows_dropped));
    }
    writers_[i].rows = 0;
    report.parts.push_back(std::move(part));
  }
  for (const Reader& reader : readers_) report.positions.push_back(reader.positions);
  io::AnnounceState("staged");
  drained_ = drained_ || barrier.last;
  gauges_.epoch_rows.store(0, std::memory_order_relaxed);
  UpdateGauges();
  exchange_.reports.Push(std::move(report));
  return {};
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
  if (end_reported_ || drained_) return;
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
  gauges_.epoch_rows.store(epoch_.rows + epoch_.dead_letters, std::memory_order_relaxed);
}

}  // namespace sluice::runtime
