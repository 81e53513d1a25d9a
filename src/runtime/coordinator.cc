// SPDX-License-Identifier: Apache-2.0
#include "runtime/coordinator.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "io/thread.h"
#include "runtime/checkpointer.h"
#include "runtime/resume.h"
#include "state/cold_store.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kLiveIntervalMs = 250;
constexpr int kDiscoveryFailuresMax = 10;

double PerSecond(int64_t amount, int64_t elapsed_ms) {
  return elapsed_ms <= 0 ? 0
                         : static_cast<double>(amount) * 1000.0 / static_cast<double>(elapsed_ms);
}

}  // namespace

Coordinator::Coordinator(Layout& layout, const RunOptions& options, Exchange& exchange,
                         io::Clock& clock, std::function<int()> stop_requests,
                         ProgressCallback on_progress)
    : layout_(layout),
      options_(options),
      exchange_(exchange),
      clock_(clock),
      stop_requests_(std::move(stop_requests)),
      on_progress_(std::move(on_progress)),
      checkpointer_(layout.checkpointer),
      ended_(static_cast<size_t>(exchange.shards()), false),
      positions_(layout.sources.size()),
      rediscover_at_ms_(layout.sources.size(), 0),
      discovery_failures_(layout.sources.size(), 0) {
  totals_.pipeline = layout.graph->name;
}

Status Coordinator::Start() {
  started_ms_ = clock_.MonotonicMs();
  last_commit_ms_ = last_live_ms_ = started_ms_;
  next_barrier_ms_ = started_ms_ + options_.commit_interval_ms;
  next_live_ms_ = started_ms_ + kLiveIntervalMs;
  for (size_t i = 0; i < layout_.sources.size(); ++i) {
    SourceSlot& slot = layout_.sources[i];
    bounded_ = bounded_ && !slot.source->unbounded();
    rediscover_at_ms_[i] = started_ms_ + slot.source->discovery_interval_ms();
    std::vector<flow::Split> splits = std::exchange(slot.splits, {});
    SLUICE_TRY(AssignNewSplits(i, std::move(splits)));
  }
  committed_ = PositionNow();
  return {};
}

// Appends `splits` to those of the source and spreads them over the shards.
Status Coordinator::AssignNewSplits(size_t source, std::vector<flow::Split> splits) {
  SourceSlot& slot = layout_.sources[source];
  const size_t first = slot.splits.size();
  slot.splits.insert(slot.splits.end(), splits.begin(), splits.end());
  SLUICE_ASSIGN(const auto starts, DecideStarts(FactsOf(layout_), slot.name, slot.splits));
  std::vector<Command> commands(static_cast<size_t>(exchange_.shards()));
  for (size_t i = first; i < slot.splits.size(); ++i) {
    positions_[source].push_back(starts[i].offset);
    commands[assigned_++ % commands.size()].assign.push_back(
        Assignment{.source = static_cast<int>(source),
                   .split_index = static_cast<int>(i),
                   .split = slot.splits[i],
                   .offset = starts[i].offset,
                   .skip_below = starts[i].skip_below});
  }
  for (size_t shard = 0; shard < commands.size(); ++shard) {
    if (!commands[shard].assign.empty())
      exchange_.commands[shard]->Push(std::move(commands[shard]));
  }
  return {};
}

Result<bool> Coordinator::Step(int64_t wait_ms) {
  if (state_ == State::kDone) return true;
  const int64_t now_ms = clock_.MonotonicMs();
  if (state_ == State::kRunning) {
    const bool stop = stop_requests_() > 0;
    if (stop) stop_order_ = ask_stop_order_ ? ask_stop_order_() : StopOrder();
    stopped_ |= stop;
    if (stop || EndReached()) {
      RequestBarrier(true);
    } else if (BarrierDue(now_ms)) {
      RequestBarrier(false);
    } else {
      SLUICE_TRY(Rediscover());
    }
  }
  if (now_ms >= next_live_ms_) ReportLive();
  if (auto report = exchange_.reports.PopFor(WaitMs(wait_ms))) SLUICE_TRY(Take(std::move(*report)));
  if (state_ == State::kStaging && static_cast<int>(staged_.size()) == exchange_.shards()) {
    SLUICE_TRY(CommitEpoch());
    state_ = last_ ? State::kDone : State::kRunning;
    if (last_) SLUICE_TRY(End());
  }
  return state_ == State::kDone;
}

Status Coordinator::End() {
  DescribeNow(&totals_);
  const std::string& directory =
      stop_order_.savepoint_dir.empty() ? options_.savepoint_dir : stop_order_.savepoint_dir;
  if (checkpointer_ == nullptr || !stopped_ || directory.empty()) return {};
  auto path = checkpointer_->WriteSavepoint(directory);
  if (!path.ok()) return std::move(path).error().With("savepoint");
  totals_.savepoint = std::move(*path);
  log::Info("savepoint written", {{"pipeline", totals_.pipeline}, {"path", totals_.savepoint}});
  return {};
}

int64_t Coordinator::WaitMs(int64_t wait_ms) {
  if (state_ != State::kRunning) return wait_ms;
  return std::clamp<int64_t>(next_barrier_ms_ - clock_.MonotonicMs(), 0, wait_ms);
}

bool Coordinator::EndReached() const {
  return (bounded_ || options_.once) &&
         std::all_of(ended_.begin(), ended_.end(), [](bool ended) { return ended; });
}

bool Coordinator::BarrierDue(int64_t now_ms) const {
  if (now_ms >= next_barrier_ms_) return true;
  if (exchange_.writer_bytes() > options_.writer_bytes_max) return true;
  if (exchange_.Sum(&Gauges::unsaved_bytes) > options_.unsaved_bytes_max) return true;
  if (options_.epoch_rows_max == 0) return false;
  return std::any_of(exchange_.gauges.begin(), exchange_.gauges.end(), [&](const Gauges& gauges) {
    return gauges.epoch_rows.load(std::memory_order_relaxed) >= options_.epoch_rows_max;
  });
}

void Coordinator::RequestBarrier(bool last) {
  last_ = last;
  state_ = State::kStaging;
  staged_.clear();
  next_barrier_ms_ = clock_.MonotonicMs() + options_.commit_interval_ms;
  Barrier barrier;
  barrier.last = last;
  barrier.drain = stop_order_.drain;
  for (const SinkSlot& slot : layout_.sinks) barrier.epochs.push_back(slot.recorded.epoch + 1);
  if (checkpointer_ != nullptr) {
    barrier.epoch = checkpointer_->next_epoch();
    barrier.full = checkpointer_->WantsFull();
  }
  const auto shared = std::make_shared<const Barrier>(std::move(barrier));
  for (auto& commands : exchange_.commands) {
    Command command;
    command.barrier = shared;
    commands->Push(std::move(command));
  }
}

// New partitions. A source that cannot say for a moment is asked again; one that never can is an
// error.
Status Coordinator::Rediscover() {
  if (options_.once) return {};
  for (size_t i = 0; i < layout_.sources.size(); ++i) {
    SourceSlot& slot = layout_.sources[i];
    const int64_t interval_ms = slot.source->discovery_interval_ms();
    if (interval_ms <= 0 || !slot.source->unbounded()) continue;
    if (clock_.MonotonicMs() < rediscover_at_ms_[i]) continue;
    rediscover_at_ms_[i] = clock_.MonotonicMs() + interval_ms;
    auto splits = slot.source->DiscoverSplits();
    if (!splits.ok()) {
      if (splits.error().retry == Retry::kNever ||
          ++discovery_failures_[i] > kDiscoveryFailuresMax) {
        return std::move(splits).error();
      }
      log::Warn("looking for new partitions failed; will look again",
                {{"source", slot.name}, {"error", splits.error().ToString()}});
      continue;
    }
    discovery_failures_[i] = 0;
    if (splits->size() <= slot.splits.size()) continue;
    splits->erase(splits->begin(), splits->begin() + static_cast<int64_t>(slot.splits.size()));
    SLUICE_TRY(AssignNewSplits(i, std::move(*splits)));
  }
  return {};
}

Status Coordinator::Take(Report report) {
  switch (report.kind) {
    case Report::Kind::kFailed:
      return std::move(*report.error);
    case Report::Kind::kEnded:
      ended_[static_cast<size_t>(report.shard)] = true;
      return {};
    case Report::Kind::kStaged:
      break;
  }
  for (size_t source = 0; source < report.positions.size(); ++source) {
    for (const auto& [split, offset] : report.positions[source]) {
      positions_[source][static_cast<size_t>(split)] = offset;
    }
  }
  staged_.push_back(std::move(report));
  return {};
}

flow::Position Coordinator::PositionNow() const {
  flow::Position position;
  for (size_t i = 0; i < layout_.sources.size(); ++i) {
    const SourceSlot& slot = layout_.sources[i];
    flow::SourcePosition& of_source = position.sources[slot.name];
    of_source.kind = slot.source->kind();
    of_source.identity = slot.source->identity();
    for (size_t split = 0; split < slot.splits.size(); ++split) {
      of_source.splits[slot.splits[split].name] = positions_[i][split];
    }
  }
  return position;
}

Status Coordinator::CommitEpoch() {
  const flow::Position upper = PositionNow();
  Progress progress;
  CountEpoch(&progress);
  if (progress.newest_timestamp_ms > newest_committed_ms_) {
    newest_committed_ms_ = progress.newest_timestamp_ms;
  }
  const int64_t begin_ms = clock_.MonotonicMs();
  io::AnnounceState("before-commit");
  std::vector<SinkCommit> commits;
  bool changes = checkpointer_ != nullptr && checkpointer_->HasChanges(staged_, upper);
  for (size_t sink = 0; sink < layout_.sinks.size(); ++sink) {
    SLUICE_ASSIGN(SinkCommit commit, PlanCommit(sink, upper));
    changes |= commit.commits;
    commits.push_back(std::move(commit));
  }
  if (!changes) return {};
  if (checkpointer_ != nullptr) SLUICE_TRY(RecordEpoch(commits, upper));
  for (size_t sink = 0; sink < commits.size(); ++sink) {
    if (!commits[sink].commits) continue;
    SLUICE_TRY(CommitSink(sink, std::move(commits[sink]), &progress));
    io::AnnounceState("between-commits");
  }
  committed_ = upper;
  io::AnnounceState("before-ack");
  Acknowledge(upper);
  io::AnnounceState("after-ack");
  if (checkpointer_ != nullptr) checkpointer_->CleanUp();
  ReportCommit(std::move(progress), clock_.MonotonicMs() - begin_ms);
  return {};
}

// Nothing to commit: no row, and the sink's record is already there. A sink that was ahead at start
// keeps its own position until reading has caught up with it.
Result<Coordinator::SinkCommit> Coordinator::PlanCommit(size_t sink, const flow::Position& upper) {
  SinkSlot& slot = layout_.sinks[sink];
  SinkCommit planned;
  planned.commit.epoch = slot.recorded.epoch + 1;
  planned.commit.lower = slot.recorded.position;
  SLUICE_ASSIGN(planned.commit.upper, flow::Merge(slot.recorded.position, upper));
  for (Report& report : staged_) {
    planned.rows += report.parts[sink]->rows;
    planned.commit.parts.push_back(std::move(report.parts[sink]));
  }
  const flow::Position& before = slot.sink->durable() ? planned.commit.lower : committed_;
  const bool moved = !slot.beside() && planned.commit.upper != before;
  planned.commits = planned.rows > 0 || moved;
  return planned;
}

// From here on the epoch will be committed, by this process or by the next.
Status Coordinator::RecordEpoch(const std::vector<SinkCommit>& commits,
                                const flow::Position& upper) {
  std::vector<checkpoint::SinkEpoch> sinks;
  for (size_t i = 0; i < commits.size(); ++i) {
    const SinkSlot& slot = layout_.sinks[i];
    checkpoint::SinkEpoch entry;
    entry.name = slot.sink->name();
    entry.before = slot.recorded.epoch;
    entry.commits = commits[i].commits;
    entry.position_before = slot.recorded.position;
    entry.position = commits[i].commit.upper;
    for (const auto& part : commits[i].commit.parts) {
      if (part->rows == 0 && slot.sink->durable()) continue;
      SLUICE_ASSIGN(auto bytes, slot.sink->EncodePart(*part));
      if (bytes) {
        entry.parts.push_back(std::move(*bytes));
      } else if (slot.sink->durable()) {
        return Internal("rows for " + entry.name +
                        " would be lost in a crash: it encodes no parts");
      }
    }
    sinks.push_back(std::move(entry));
  }
  return checkpointer_->Record(&staged_, upper, std::move(sinks));
}

Status Coordinator::CommitSink(size_t sink, SinkCommit planned, Progress* progress) {
  SinkSlot& slot = layout_.sinks[sink];
  const flow::Position after = planned.commit.upper;
  auto result = slot.sink->Commit(std::move(planned.commit));
  if (!result.ok()) return std::move(result).error().With("commit to " + slot.sink->name());
  slot.recorded.exists = true;
  slot.recorded.epoch += 1;
  slot.recorded.position = after;
  if (!slot.beside()) progress->rows_written += planned.rows;
  progress->files += result->files;
  progress->file_bytes += result->size_bytes;
  progress->epoch = slot.recorded.epoch;
  if (!result->snapshot.empty()) progress->snapshot = result->snapshot;
  return {};
}

// Advisory: the tables hold the truth, so a source that does not listen is only worth a line in the
// log.
void Coordinator::Acknowledge(const flow::Position& upper) {
  for (SourceSlot& slot : layout_.sources) {
    const auto status = slot.source->Acknowledge(upper.sources.at(slot.name));
    if (!status.ok()) {
      log::Warn("telling the source what is committed failed; the table holds the position",
                {{"source", slot.name}, {"error", status.error().ToString()}});
    }
  }
}

void Coordinator::CountEpoch(Progress* progress) const {
  for (const Report& report : staged_) {
    progress->rows += report.counts.records;
    progress->bytes += report.counts.bytes;
    progress->dead_letters += report.counts.dead_letters;
    progress->skipped += report.counts.skipped;
    progress->newest_timestamp_ms =
        std::max(progress->newest_timestamp_ms, report.counts.newest_timestamp_ms);
  }
}

void Coordinator::ReportCommit(Progress progress, int64_t commit_ms) {
  const int64_t now_ms = clock_.MonotonicMs();
  progress.committed = true;
  progress.commit_ms = commit_ms;
  progress.rows_per_s = PerSecond(progress.rows, now_ms - last_commit_ms_);
  progress.mb_per_s = PerSecond(progress.bytes, now_ms - last_commit_ms_) / 1e6;
  last_commit_ms_ = now_ms;
  totals_.epoch = progress.epoch;
  totals_.snapshot = progress.snapshot;
  totals_.commits += 1;
  totals_.total_rows += progress.rows;
  totals_.total_bytes += progress.bytes;
  totals_.total_rows_written += progress.rows_written;
  totals_.total_dead_letters += progress.dead_letters;
  totals_.total_skipped += progress.skipped;
  totals_.total_files += progress.files;
  if (newest_committed_ms_ >= 0) totals_.freshness_ms = clock_.NowMs() - newest_committed_ms_;
  DescribeNow(&progress);
  if (on_progress_) on_progress_(progress);
}

void Coordinator::ReportLive() {
  const int64_t now_ms = clock_.MonotonicMs();
  next_live_ms_ = now_ms + kLiveIntervalMs;
  if (!on_progress_) return;
  Progress progress;
  const int64_t records = exchange_.Sum(&Gauges::records);
  const int64_t bytes = exchange_.Sum(&Gauges::bytes);
  progress.rows = records - std::exchange(last_live_records_, records);
  progress.bytes = bytes - std::exchange(last_live_bytes_, bytes);
  progress.rows_per_s = PerSecond(progress.rows, now_ms - last_live_ms_);
  progress.mb_per_s = PerSecond(progress.bytes, now_ms - last_live_ms_) / 1e6;
  progress.epoch = totals_.epoch;
  progress.snapshot = totals_.snapshot;
  last_live_ms_ = now_ms;
  DescribeNow(&progress);
  on_progress_(progress);
}

void Coordinator::DescribeState(Progress* progress) const {
  progress->late_rows = exchange_.Sum(&Gauges::late_rows);
  progress->state_rows = exchange_.Sum(&Gauges::state_rows);
  progress->state_bytes = exchange_.Sum(&Gauges::state_bytes);
  if (layout_.cold != nullptr) progress->spilled_bytes = layout_.cold->spilled_bytes();
  int64_t busiest = 0;
  for (const Gauges& gauges : exchange_.gauges) {
    busiest = std::max(busiest, gauges.rows_taken.load(std::memory_order_relaxed));
    const int64_t watermark_ms = gauges.watermark_ms.load(std::memory_order_relaxed);
    if (watermark_ms == flow::kWatermarkMin) continue;
    progress->watermark_ms = std::min(progress->watermark_ms.value_or(watermark_ms), watermark_ms);
  }
  const int64_t rows = exchange_.Sum(&Gauges::rows_taken);
  if (rows > 0) {
    progress->skew = static_cast<double>(busiest) * exchange_.shards() / static_cast<double>(rows);
  }
}

void Coordinator::DescribeNow(Progress* progress) const {
  progress->pipeline = totals_.pipeline;
  progress->time_ms = clock_.NowMs();
  progress->elapsed_ms = clock_.MonotonicMs() - started_ms_;
  int64_t lag = 0;
  bool lag_known = true;
  for (const Gauges& gauges : exchange_.gauges) {
    const int64_t of_shard = gauges.lag.load(std::memory_order_relaxed);
    lag_known = lag_known && of_shard >= 0;
    lag += of_shard;
  }
  if (lag_known) progress->lag = lag;
  if (newest_committed_ms_ >= 0) progress->freshness_ms = clock_.NowMs() - newest_committed_ms_;
  DescribeState(progress);
  progress->rss_bytes = io::ResidentBytes();
  progress->cpu_ns = io::ProcessCpuNs();
  progress->commits = totals_.commits;
  progress->total_rows = totals_.total_rows;
  progress->total_bytes = totals_.total_bytes;
  progress->total_rows_written = totals_.total_rows_written;
  progress->total_dead_letters = totals_.total_dead_letters;
  progress->total_skipped = totals_.total_skipped;
  progress->total_files = totals_.total_files;
}

}  // namespace sluice::runtime
