// SPDX-License-Identifier: Apache-2.0
#include "runtime/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "io/thread.h"
#include "runtime/alignment.h"
#include "runtime/checkpoint_directory.h"
#include "runtime/checkpointer.h"
#include "runtime/coordinator.h"
#include "runtime/messages.h"
#include "runtime/resume.h"
#include "runtime/shard.h"
#include "state/cold_store.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kShardWaitMs = 10;                      // how late a barrier may be seen
constexpr int64_t kCoordinatorWaitMs = 20;                // how late a stop may be seen
constexpr int64_t kStateBytesDefault = int64_t{1} << 30;  // in memory, with rocksdb and no bound
constexpr int64_t kStateBytesMin = 16 << 20;

}  // namespace

Pipeline::Pipeline(plan::JobGraph graph, RunOptions options, Connections connections)
    : graph_(std::move(graph)),
      options_(std::move(options)),
      connections_(std::move(connections)) {}

Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::Open(plan::JobGraph graph, RunOptions options,
                                                 Connections connections,
                                                 ProgressCallback on_progress) {
  std::unique_ptr<Pipeline> pipeline(
      new Pipeline(std::move(graph), std::move(options), std::move(connections)));
  SLUICE_TRY(pipeline->OpenAll(std::move(on_progress)));
  return pipeline;
}

Status Pipeline::OpenAll(ProgressCallback on_progress) {
  SLUICE_ASSIGN(layout_, OpenLayout(graph_, connections_, options_));
  SLUICE_TRY(BeginSinks());
  if (layout_.checkpointed && KeepsCheckpoints()) {
    SLUICE_ASSIGN(checkpointer_, Checkpointer::Open(identity(), options_, connections_, &layout_));
    layout_.checkpointer = checkpointer_.get();
  }
  SLUICE_TRY(OpenColdDatabase());
  SLUICE_TRY(FindSplits());
  if (options_.dead_letters == DeadLetterPolicy::kTable && options_.dead_letters_given &&
      !layout_.dead_letter_sink) {
    log::Warn("no table to write dead letters to: they are counted and dropped",
              {{"pipeline", graph_.name}});
  }
  exchange_ = std::make_unique<Exchange>(ShardCount());
  if (checkpointer_ != nullptr) checkpointer_->SetShards(exchange_->shards());
  alignment_ = std::make_unique<Alignment>(layout_, exchange_->shards());
  for (int i = 0; i < exchange_->shards(); ++i) {
    shards_.push_back(std::make_unique<Shard>(i, layout_, options_, *exchange_, *alignment_));
    SLUICE_TRY(shards_.back()->Open(connections_));
  }
  coordinator_ = std::make_unique<Coordinator>(layout_, options_, *exchange_, *connections_.clock,
                                               connections_.stop_requests, std::move(on_progress));
  return coordinator_->Start();
}

Status Pipeline::BeginSinks() {
  for (SinkSlot& slot : layout_.sinks) {
    auto state = slot.sink->Begin(identity());
    if (!state.ok()) return std::move(state).error().With("start of " + slot.sink->name());
    slot.recorded = std::move(*state);
  }
  return {};
}

// Scratch space for state; what open files may hold is kept free of it. Without it, and where
// nobody said how much there is, an error comes before the kernel ends the process.
Status Pipeline::OpenColdDatabase() {
  if (!graph_.stateful()) return {};
  int64_t budget = options_.spill ? kStateBytesDefault : io::MachineMemoryBytes() / 10 * 9;
  if (options_.memory_bytes_max > 0) budget = options_.memory_bytes_max - options_.writer_bytes_max;
  budget = std::max(budget, kStateBytesMin);
  if (options_.spill && options_.state_bytes_max) budget = *options_.state_bytes_max;
  memory_ = std::make_unique<state::MemoryBudget>(std::max(budget, kStateBytesMin));
  layout_.memory = memory_.get();
  if (!options_.spill) return {};
  SLUICE_ASSIGN(const std::string parent,
                io::PathOfUri(options_.checkpoint_dir.empty() ? kDefaultCheckpointDir
                                                              : options_.checkpoint_dir));
  SLUICE_TRY(connections_.files->MakeDirectories(parent));  // the first run of all finds none
  SLUICE_ASSIGN(
      cold_, state::ColdDatabase::Make(parent + "/" + PathPart(identity()) + ".overflow", budget));
  layout_.cold = cold_.get();
  return {};
}

// A job that only shows its rows begins anew each time, unless it is told where to remember; and so
// does one without state whose input ends (INSERT INTO ... VALUES).
bool Pipeline::KeepsCheckpoints() const {
  if (!options_.checkpoint_dir.empty() || !options_.savepoint_dir.empty() ||
      !options_.recovery_path.empty()) {
    return true;
  }
  const bool lasting =
      std::any_of(layout_.sinks.begin(), layout_.sinks.end(), [](const SinkSlot& slot) {
        return slot.node != SinkSlot::kDeadLetters && slot.sink->lasting();  // late rows are too
      });
  const bool remembers =
      graph_.stateful() ||
      std::any_of(layout_.sinks.begin(), layout_.sinks.end(),
                  [](const SinkSlot& slot) { return slot.sink->durable(); }) ||
      std::any_of(layout_.sources.begin(), layout_.sources.end(),
                  [](const SourceSlot& slot) { return !slot.source->end_is_final(); });
  return lasting && remembers;
}

// The splits of each source, once it has agreed to go on from every position that a table records.
Status Pipeline::FindSplits() {
  const std::vector<SinkFacts> facts = FactsOf(layout_);
  for (SourceSlot& slot : layout_.sources) {
    const auto positions = RecordedPositions(facts, slot.name);
    for (const flow::SourcePosition& position : positions) {
      auto status = slot.source->CheckRestorable(position);
      if (!status.ok()) return std::move(status).error().With("cannot go on reading " + slot.name);
    }
    // Only now: a split that no table knows was added while nothing ran and begins at its first
    // record, whatever the startup mode says.
    SLUICE_ASSIGN(slot.splits, slot.source->DiscoverSplits());
  }
  return {};
}

void Pipeline::SetStopOrder(AskStopOrder ask) {
  coordinator_->SetStopOrder(std::move(ask));
}

// A shard without a split is a waste, unless partitions may still appear.
int Pipeline::ShardCount() const {
  const int wanted = options_.shards > 0 ? options_.shards : io::AvailableCores();
  if (layout_.exchanges) return wanted;  // those without a split still own keys
  size_t splits = 0;
  for (const SourceSlot& slot : layout_.sources) {
    splits += slot.splits.size();
    const bool may_grow =
        slot.source->unbounded() && !options_.once && slot.source->discovery_interval_ms() > 0;
    if (may_grow) return wanted;
  }
  return std::clamp(static_cast<int>(splits), 1, wanted);
}

void Pipeline::Halt() {
  exchange_->halt = true;
  for (auto& commands : exchange_->commands) commands->Close();
  exchange_->reports.Close();
}

Result<Progress> Pipeline::Run() {
  std::vector<std::unique_ptr<io::Thread>> threads;
  for (size_t i = 0; i < shards_.size(); ++i) {
    threads.push_back(io::StartThread("shard-" + std::to_string(i), [shard = shards_[i].get()] {
      while (shard->Step(kShardWaitMs) != Shard::Turn::kDone) {
      }
    }));
  }
  Result<bool> done = false;
  while (done.ok() && !*done) done = coordinator_->Step(kCoordinatorWaitMs);
  Halt();
  for (auto& thread : threads) thread->Join();
  if (!done.ok()) return std::move(done).error();
  return coordinator_->totals();
}

Result<bool> Pipeline::Turn(bool* worked) {
  for (auto& shard : shards_) *worked |= shard->Step(0) == Shard::Turn::kWorked;
  return coordinator_->Step(0);
}

Result<Progress> Pipeline::RunOnThisThread() {
  Result<bool> done = false;
  while (done.ok() && !*done) {
    bool worked = false;
    done = Turn(&worked);
    if (!worked) connections_.clock->SleepMs(1);
  }
  Halt();
  if (!done.ok()) return std::move(done).error();
  return coordinator_->totals();
}

}  // namespace sluice::runtime
