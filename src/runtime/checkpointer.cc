// SPDX-License-Identifier: Apache-2.0
#include "runtime/checkpointer.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

#include "base/log.h"
#include "checkpoint/decide_start.h"
#include "io/clock.h"
#include "io/thread.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kCopyBytes = 4 << 20;
constexpr int64_t kSeenBytesMax = 64 << 20;  // while state is restored that memory has no room for

std::string NewToken(io::Random& random) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(random.Next()));
  return text;
}

std::vector<checkpoint::SinkAtStart> SinksOf(const Layout& layout) {
  std::vector<checkpoint::SinkAtStart> sinks;
  for (const SinkSlot& slot : layout.sinks) {
    sinks.push_back({.name = slot.sink->name(),
                     .durable = slot.sink->durable(),
                     .exists = slot.recorded.exists,
                     .epoch = slot.recorded.epoch,
                     .position = slot.recorded.position});
  }
  return sinks;
}

Status CopyFile(io::FileSystem& files, const std::string& from, const std::string& to) {
  SLUICE_ASSIGN(const auto in, files.Open(from));
  SLUICE_ASSIGN(const auto out, files.Create(to));
  std::string buffer(static_cast<size_t>(kCopyBytes), '\0');
  for (int64_t at = 0; at < in->size_bytes();) {
    const int64_t wanted = std::min(kCopyBytes, in->size_bytes() - at);
    SLUICE_ASSIGN(const int64_t got, in->Read(at, wanted, buffer.data()));
    if (got <= 0) return IoError("file ended early: " + from);
    SLUICE_TRY(out->Append(buffer.data(), got));
    at += got;
  }
  return out->Finish();
}

}  // namespace

Result<std::unique_ptr<Checkpointer>> Checkpointer::Open(const std::string& identity,
                                                         const RunOptions& options,
                                                         const Connections& connections,
                                                         Layout* layout) {
  if (connections.files == nullptr || connections.random == nullptr) {
    return Internal("a job with state has nowhere to keep it");
  }
  std::unique_ptr<Checkpointer> made(new Checkpointer(identity, options, *layout));
  made->files_ = connections.files;
  made->token_ = NewToken(*connections.random);
  SLUICE_ASSIGN(const std::string parent,
                io::PathOfUri(options.checkpoint_dir.empty() ? kDefaultCheckpointDir
                                                             : options.checkpoint_dir));
  made->directory_ =
      std::make_unique<CheckpointDirectory>(connections.files, parent + "/" + PathPart(identity));
  if (!options.recovery_path.empty()) {
    SLUICE_ASSIGN(made->savepoint_, io::PathOfUri(options.recovery_path));
    made->savepoint_directory_ =
        std::make_unique<CheckpointDirectory>(connections.files, made->savepoint_);
  }
  SLUICE_TRY(made->Begin(layout));
  return made;
}

Status Checkpointer::Begin(Layout* layout) {
  using From = checkpoint::StartDecision::From;
  checkpoint::StartFacts facts;
  facts.pipeline = identity_;
  facts.directory = directory_->path();
  facts.fingerprint = layout_.graph->fingerprint;
  facts.force = options_.force;
  facts.sinks = SinksOf(layout_);
  for (const plan::JobNode& node : layout_.graph->nodes) {
    if (!node.uid.empty()) facts.operators.push_back({.uid = node.uid, .name = node.name});
  }
  SLUICE_ASSIGN(facts.newest, directory_->Load());
  if (savepoint_directory_ != nullptr) {
    SLUICE_ASSIGN(facts.savepoint, savepoint_directory_->Load());
    if (!facts.savepoint) return NotFound("there is no savepoint in " + savepoint_);
    facts.savepoint_id = savepoint_;
  }
  SLUICE_ASSIGN(const checkpoint::StartDecision decision, checkpoint::DecideStart(facts));
  for (const std::string& warning : decision.warnings) {
    log::Warn(warning, {{"pipeline", identity_}});
  }
  if (facts.newest) epoch_ = facts.newest->epoch;
  if (facts.savepoint) epoch_ = std::max(epoch_, facts.savepoint->epoch);
  if (decision.from == From::kCheckpoint) {
    from_ = std::move(facts.newest);
    // Its savepoint, if it began with one, is history.
    savepoint_ = from_->savepoint;
    savepoint_directory_.reset();
  } else if (decision.from == From::kSavepoint) {
    from_ = std::move(facts.savepoint);
  }
  SLUICE_TRY(CommitLeftOver(decision.commit, layout));
  if (from_) layout->resumed_at = from_->position;
  directory_->CleanUp(options_.checkpoints_retained);
  return {};
}

// The record says what these sinks were about to commit when the process died.
Status Checkpointer::CommitLeftOver(const std::vector<int>& commit, Layout* layout) const {
  for (size_t i = 0; i < commit.size(); ++i) {
    if (commit[i] < 0) continue;
    const checkpoint::SinkEpoch& entry = from_->sinks[static_cast<size_t>(commit[i])];
    SinkSlot& slot = layout->sinks[i];
    flow::EpochCommit epoch;
    epoch.epoch = entry.before + 1;
    epoch.lower = entry.position_before;
    epoch.upper = entry.position;
    for (const std::string& bytes : entry.parts) {
      auto part = slot.sink->DecodePart(bytes);
      if (!part.ok()) return std::move(part).error().With("staged rows of " + entry.name);
      epoch.parts.push_back(std::move(*part));
    }
    log::Info("committing what the last run had staged",
              {{"sink", entry.name}, {"epoch", std::to_string(from_->epoch)}});
    auto report = slot.sink->Commit(std::move(epoch));
    if (!report.ok()) return std::move(report).error().With("commit to " + entry.name);
    slot.recorded = {.exists = true, .epoch = entry.before + 1, .position = entry.position};
  }
  return {};
}

void Checkpointer::SetShards(int shards) {
  shards_ = shards;
  chains_.assign(layout_.graph->nodes.size(),
                 std::vector<state::SnapshotChain>(static_cast<size_t>(shards)));
  // Changes can be put behind files of the same directory and the same shards alone.
  if (!from_ || savepoint_directory_ != nullptr || from_->shards != shards) return;
  for (size_t node = 0; node < chains_.size(); ++node) {
    const checkpoint::OperatorState* state = StateOf(static_cast<int>(node));
    if (state == nullptr) continue;
    for (size_t shard = 0; shard < state->shards.size() && shard < chains_[node].size(); ++shard) {
      chains_[node][shard] = ChainOf(state->shards[shard]);
    }
  }
}

const checkpoint::OperatorState* Checkpointer::StateOf(int node) const {
  const std::string& uid = layout_.graph->nodes[static_cast<size_t>(node)].uid;
  if (!from_ || uid.empty()) return nullptr;
  for (const checkpoint::OperatorState& state : from_->operators) {
    if (state.uid == uid) return &state;
  }
  return nullptr;
}

Status Checkpointer::Restore(int node, int shard, flow::Operator& op) const {
  const checkpoint::OperatorState* state = StateOf(node);
  if (state == nullptr) return {};
  CheckpointDirectory& directory =
      savepoint_directory_ != nullptr ? *savepoint_directory_ : *directory_;
  const bool same_shards = static_cast<int>(state->shards.size()) == shards_;
  for (size_t of = 0; of < state->shards.size(); ++of) {
    if (same_shards && static_cast<int>(of) != shard) continue;
    auto status = directory.states().Restore(
        ChainOf(state->shards[of]), state::GroupsOfShard(shard, shards_),
        [&op](const flow::StateEntry& entry) { return op.Restore(entry); },
        options_.spill ? kSeenBytesMax : std::numeric_limits<int64_t>::max());
    if (!status.ok()) return std::move(status).error().With("state of " + state->name);
  }
  return {};
}

std::optional<int64_t> Checkpointer::WatermarkOf(int node) const {
  const checkpoint::OperatorState* state = StateOf(node);
  return state == nullptr ? std::nullopt : state->watermark_ms;
}

int64_t Checkpointer::WatermarkOfSplit(const std::string& source, const std::string& split) const {
  if (!from_) return flow::kWatermarkMin;
  const auto of_source = from_->split_watermarks_ms.find(source);
  if (of_source == from_->split_watermarks_ms.end()) return flow::kWatermarkMin;
  const auto of_split = of_source->second.find(split);
  return of_split == of_source->second.end() ? flow::kWatermarkMin : of_split->second;
}

std::vector<uint8_t> Checkpointer::WantsFull() const {
  std::vector<uint8_t> wants;
  for (const auto& of_node : chains_) {
    for (const state::SnapshotChain& chain : of_node) {
      wants.push_back(state::SnapshotStore::WantsFull(chain) ? 1 : 0);
    }
  }
  return wants;
}

Result<std::unique_ptr<state::SnapshotWriter>> Checkpointer::BeginSnapshot(int node, int shard,
                                                                           int64_t epoch,
                                                                           bool full) const {
  const std::string& uid = layout_.graph->nodes[static_cast<size_t>(node)].uid;
  return directory_->states().Begin({.uid = uid, .shard = shard, .epoch = epoch, .full = full},
                                    token_);
}

bool Checkpointer::HasChanges(const std::vector<Report>& staged,
                              const flow::Position& position) const {
  for (const Report& report : staged) {
    for (const StateReport& state : report.states) {
      const auto& chain =
          chains_[static_cast<size_t>(state.node)][static_cast<size_t>(report.shard)];
      if (state.entries > 0 || (state.full && !chain.empty())) return true;
    }
  }
  if (last_) return last_->position != position;
  return !from_ || from_->position != position;
}

Status Checkpointer::Record(std::vector<Report>* staged, const flow::Position& position,
                            std::vector<checkpoint::SinkEpoch> sinks) {
  SLUICE_TRY(FinishSnapshots(staged));
  checkpoint::EpochRecord record = MakeRecord(*staged, position);
  record.sinks = std::move(sinks);
  io::AnnounceState("before-record");
  SLUICE_TRY(directory_->Write(record));
  io::AnnounceState("record-written");
  epoch_ = record.epoch;
  last_ = std::move(record);
  return {};
}

Status Checkpointer::FinishSnapshots(std::vector<Report>* staged) {
  for (Report& report : *staged) {
    for (StateReport& state : report.states) {
      auto& chain = chains_[static_cast<size_t>(state.node)][static_cast<size_t>(report.shard)];
      if (state.full) chain.clear();
      if (state.entries == 0) continue;
      SLUICE_ASSIGN(auto file, state.writer->Finish());
      chain.push_back(std::move(file));
      state.writer.reset();
    }
  }
  return {};
}

checkpoint::EpochRecord Checkpointer::MakeRecord(const std::vector<Report>& staged,
                                                 const flow::Position& position) const {
  checkpoint::EpochRecord record;
  record.pipeline = identity_;
  record.epoch = next_epoch();
  record.fingerprint = layout_.graph->fingerprint;
  record.shards = shards_;
  record.savepoint = savepoint_;
  record.position = position;
  for (size_t node = 0; node < layout_.graph->nodes.size(); ++node) {
    const plan::JobNode& planned = layout_.graph->nodes[node];
    if (planned.uid.empty()) continue;
    checkpoint::OperatorState state{.uid = planned.uid, .name = planned.name};
    for (const auto& chain : chains_[node]) state.shards.push_back(FilesOf(chain));
    for (const Report& report : staged) {
      const auto found = report.node_watermarks_ms.find(static_cast<int>(node));
      if (found == report.node_watermarks_ms.end()) continue;
      state.watermark_ms = std::min(state.watermark_ms.value_or(found->second), found->second);
    }
    record.operators.push_back(std::move(state));
  }
  for (const Report& report : staged) {
    for (size_t i = 0; i < report.split_watermarks_ms.size(); ++i) {
      const SourceSlot& slot = layout_.sources[i];
      for (const auto& [split, watermark_ms] : report.split_watermarks_ms[i]) {
        const std::string& name = slot.splits[static_cast<size_t>(split)].name;
        record.split_watermarks_ms[slot.name][name] = watermark_ms;
      }
    }
  }
  return record;
}

Result<std::string> Checkpointer::WriteSavepoint(const std::string& directory) {
  const checkpoint::EpochRecord* last = last_ ? &*last_ : from();
  if (last == nullptr) return NotFound("there is nothing to save: no epoch was completed");
  CheckpointDirectory& source =
      last_ || savepoint_directory_ == nullptr ? *directory_ : *savepoint_directory_;
  SLUICE_ASSIGN(const std::string parent, io::PathOfUri(directory));
  const std::string path = parent + "/savepoint-" + PathPart(identity_) + "-" +
                           std::to_string(last->epoch) + "-" + token_.substr(0, 8);
  CheckpointDirectory target(files_, path);
  SLUICE_TRY(files_->MakeDirectories(target.states().directory()));
  for (const checkpoint::OperatorState& state : last->operators) {
    for (const auto& chain : state.shards) {
      for (const checkpoint::StateFile& file : chain) {
        SLUICE_TRY(CopyFile(*files_, source.states().directory() + "/" + file.name,
                            target.states().directory() + "/" + file.name));
      }
    }
  }
  checkpoint::EpochRecord record = *last;
  record.savepoint.clear();
  for (checkpoint::SinkEpoch& sink : record.sinks) sink.parts.clear();  // they are committed
  SLUICE_TRY(target.Write(record));
  return path;
}

}  // namespace sluice::runtime
