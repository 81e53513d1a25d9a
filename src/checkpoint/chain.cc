// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/chain.h"

#include <optional>
#include <set>

namespace sluice::checkpoint {
namespace {

std::optional<std::string> Find(const std::map<std::string, std::string>& texts,
                                const std::string& key) {
  const auto it = texts.find(key);
  if (it == texts.end()) return std::nullopt;
  return it->second;
}

// One commit of the pipeline, decoded.
struct Commit {
  int64_t snapshot_id;
  int64_t epoch;
  std::string id;
  flow::Position lower, upper;
};

Result<Commit> Decode(const ChainLink& link, const Record& record) {
  if (!record.whole()) return Corrupt("its summary lacks a part of the record");
  const auto lower = Find(link.summary, kSummaryLower);
  if (!lower) return Corrupt("its summary has no " + std::string(kSummaryLower));
  Commit commit{link.snapshot_id, 0, *record.commit_id, {}, {}};
  SLUICE_ASSIGN(commit.epoch, ParseEpoch(*record.epoch));
  SLUICE_ASSIGN(commit.lower, flow::Position::Decode(*lower));
  SLUICE_ASSIGN(commit.upper, flow::Position::Decode(*record.position));
  return commit;
}

bool NotBefore(const flow::Position& later, const flow::Position& earlier) {
  const auto order = flow::Compare(earlier, later);
  return order == flow::PositionOrder::kEqual || order == flow::PositionOrder::kBefore;
}

class Checker {
 public:
  explicit Checker(ChainReport* report) : report_(*report) {}

  void Add(const Commit& commit) {
    const std::string name = "snapshot " + std::to_string(commit.snapshot_id);
    if (!ids_.insert(commit.id).second) Problem(name + ": commit " + commit.id + " is there twice");
    if (!NotBefore(commit.upper, commit.lower)) {
      Problem(name + ": its position goes back from " + commit.lower.Encode() + " to " +
              commit.upper.Encode());
    }
    if (last_) {
      if (commit.epoch <= last_->epoch) {
        Problem(name + ": epoch " + std::to_string(commit.epoch) + " follows epoch " +
                std::to_string(last_->epoch));
      }
      // An epoch without rows moves only the table's properties, so a commit may begin later than
      // the one before ended, but only if epochs are missing between the two.
      const bool contiguous = commit.epoch == last_->epoch + 1;
      if (!NotBefore(commit.lower, last_->upper)) {
        Problem(name + ": begins at " + commit.lower.Encode() +
                ", before the end of the commit before it, " + last_->upper.Encode());
      } else if (contiguous && !(commit.lower == last_->upper)) {
        Problem(name + ": begins at " + commit.lower.Encode() + ", the commit before it ended at " +
                last_->upper.Encode());
      }
    }
    last_ = commit;
    ++report_.commits;
  }

  void Problem(std::string text) { report_.problems.push_back(std::move(text)); }

  void Finish() {
    if (!last_) return;
    if (report_.epoch < last_->epoch) {
      Problem("the table records epoch " + std::to_string(report_.epoch) +
              ", its newest snapshot is of epoch " + std::to_string(last_->epoch));
    }
    if (!NotBefore(report_.position, last_->upper)) {
      Problem("the recorded position " + report_.position.Encode() +
              " is behind the newest snapshot's, " + last_->upper.Encode());
    }
  }

 private:
  ChainReport& report_;
  std::optional<Commit> last_;
  std::set<std::string> ids_;
};

}  // namespace

ChainReport CheckChain(const std::string& pipeline,
                       const std::map<std::string, std::string>& properties,
                       const std::vector<ChainLink>& links) {
  ChainReport report;
  report.pipeline = pipeline;
  Checker checker(&report);
  const Record record = ReadRecord(properties, pipeline);
  if (!record.fresh()) {
    if (!record.whole()) checker.Problem("the table's properties hold only a part of the record");
    if (record.epoch) {
      const auto epoch = ParseEpoch(*record.epoch);
      if (epoch.ok())
        report.epoch = *epoch;
      else
        checker.Problem(epoch.error().text);
    }
    if (record.position) {
      auto position = flow::Position::Decode(*record.position);
      if (position.ok())
        report.position = std::move(*position);
      else
        checker.Problem("the recorded position cannot be read: " + position.error().text);
    }
  }
  for (const ChainLink& link : links) {
    const Record of_link = ReadSummary(link.summary, pipeline);
    if (of_link.fresh()) continue;
    const auto commit = Decode(link, of_link);
    if (commit.ok())
      checker.Add(*commit);
    else
      checker.Problem("snapshot " + std::to_string(link.snapshot_id) + ": " + commit.error().text);
  }
  checker.Finish();
  return report;
}

}  // namespace sluice::checkpoint
