// SPDX-License-Identifier: Apache-2.0
// What a table keeps of a pipeline: one record per pipeline, in the table's properties, written in
// the same commit as the rows it speaks of. Properties outlive expired snapshots; the snapshot's
// summary says the same, so that the chain of positions can be checked.
//
//   properties of the table         summary of the snapshot
//   -                               sluice.pipeline
//   sluice.<pipeline>.epoch         sluice.epoch      number of the epoch, counted from 1
//   sluice.<pipeline>.token         sluice.token      fencing token of the writer
//   sluice.<pipeline>.position      sluice.upper      position after it (flow/position.h)
//   sluice.<pipeline>.commit-id     sluice.commit-id  unique for ever
//   -                               sluice.lower      `upper` of the pipeline's snapshot before
//
// An epoch without rows for a table moves its properties and makes no snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/position.h"

namespace sluice::checkpoint {

/// As found, text by text: absent is not empty.
struct Record {
  std::optional<std::string> epoch, token, position, commit_id;
  bool operator==(const Record&) const = default;

  /// No commit was ever recorded; a token may be there.
  bool fresh() const { return !epoch && !position && !commit_id; }
  /// A commit is recorded, and nothing of it is missing.
  bool whole() const { return epoch && token && position && commit_id; }
};

std::string EpochKey(const std::string& pipeline);
std::string TokenKey(const std::string& pipeline);
std::string PositionKey(const std::string& pipeline);
std::string CommitIdKey(const std::string& pipeline);

inline constexpr char kSummaryPipeline[] = "sluice.pipeline";
inline constexpr char kSummaryEpoch[] = "sluice.epoch";
inline constexpr char kSummaryToken[] = "sluice.token";
inline constexpr char kSummaryLower[] = "sluice.lower";
inline constexpr char kSummaryUpper[] = "sluice.upper";
inline constexpr char kSummaryCommitId[] = "sluice.commit-id";

/// Reads the record of `pipeline` out of table properties.
Record ReadRecord(const std::map<std::string, std::string>& properties,
                  const std::string& pipeline);
/// The record as properties; absent texts are left out.
std::map<std::string, std::string> WriteRecord(const Record& record, const std::string& pipeline);
/// The record that a snapshot's summary holds; fresh when the snapshot is not of `pipeline`.
Record ReadSummary(const std::map<std::string, std::string>& summary, const std::string& pipeline);
/// A whole record as the summary of the snapshot that begins at `lower`.
std::map<std::string, std::string> WriteSummary(const Record& record, const std::string& pipeline,
                                                const std::string& lower);
/// Every pipeline that has a record in these properties, sorted.
std::vector<std::string> PipelinesOf(const std::map<std::string, std::string>& properties);

/// The id of the commit of an epoch: a writer commits each epoch once, so token and epoch name it.
std::string CommitId(const std::string& token, int64_t epoch);
/// The number in an epoch text; kCorrupt when it is none.
Result<int64_t> ParseEpoch(const std::string& text);

}  // namespace sluice::checkpoint
