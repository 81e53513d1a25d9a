// SPDX-License-Identifier: Apache-2.0
// The decisions as tables of facts.
#include "checkpoint/decide.h"

#include <gtest/gtest.h>

namespace sluice::checkpoint {
namespace {

constexpr char kPipeline[] = "orders";

flow::Position At(int64_t offset, const std::string& cluster = "c") {
  flow::Position position;
  position.sources["s"] = {"kafka", {{"cluster", cluster}}, {{"t-0", offset}}};
  return position;
}

Record Recorded(int64_t epoch, const std::string& token, int64_t offset) {
  return {std::to_string(epoch), token, At(offset).Encode(), CommitId(token, epoch)};
}

SnapshotFact Snapshot(int64_t id, std::optional<int64_t> parent, Record record = {}) {
  return {id, parent, id, std::move(record)};
}

TableFacts Table(Record record, std::vector<SnapshotFact> snapshots = {}) {
  TableFacts facts{"uuid", std::move(record), std::move(snapshots), std::nullopt};
  if (!facts.snapshots.empty()) facts.current_snapshot_id = facts.snapshots.back().snapshot_id;
  return facts;
}

struct BeginCase {
  const char* name;
  TableFacts facts;
  std::optional<ErrorKind> error;  // nullopt: goes on
  const char* text = "";           // part of the error
  int64_t epoch = 0;               // 0: fresh
};

std::vector<BeginCase> BeginCases() {
  const Record two = Recorded(2, "a", 20);
  std::vector<BeginCase> cases = {
      {"empty table", Table({}), std::nullopt, "", 0},
      {"rows of others only", Table({}, {Snapshot(1, {})}), std::nullopt, "", 0},
      {"fenced, never committed", Table({{}, "a", {}, {}}), std::nullopt, "", 0},
      {"recorded, snapshots expired", Table(two), std::nullopt, "", 2},
      {"recorded with its snapshots",
       Table(two, {Snapshot(1, {}, Recorded(1, "a", 10)), Snapshot(2, 1, two)}), std::nullopt, "",
       2},
      {"a compaction on top", Table(two, {Snapshot(2, {}, two), Snapshot(3, 2)}), std::nullopt, "",
       2},
      {"epochs without rows made no snapshot", Table(Recorded(9, "b", 90), {Snapshot(2, {}, two)}),
       std::nullopt, "", 9},
      {"snapshot without a position", Table({}, {Snapshot(1, {}, Recorded(1, "a", 10))}),
       ErrorKind::kPositionMismatch, "but no position"},
      {"position went back", Table(two, {Snapshot(3, {}, Recorded(3, "a", 30))}),
       ErrorKind::kPositionMismatch, "went back"},
      {"same epoch, another commit", Table(two, {Snapshot(2, {}, Recorded(2, "z", 20))}),
       ErrorKind::kPositionMismatch, "went back"},
      {"position is no position", Table({"2", "a", "{", "a-2"}), ErrorKind::kCorrupt, "position"},
      {"epoch is no number", Table({"two", "a", At(2).Encode(), "a-2"}), ErrorKind::kCorrupt,
       "epoch"},
      {"epoch below one", Table({"0", "a", At(2).Encode(), "a-0"}), ErrorKind::kCorrupt, "epoch"},
  };
  for (int missing = 0; missing < 4; ++missing) {
    BeginCase part{"a part is missing", Table(two), ErrorKind::kPositionMismatch, "only a part"};
    Record& record = part.facts.record;
    (missing == 0   ? record.epoch
     : missing == 1 ? record.token
     : missing == 2 ? record.position
                    : record.commit_id)
        .reset();
    cases.push_back(part);
  }
  BeginCase rolled{"rolled back",
                   Table(two, {Snapshot(1, {}, Recorded(1, "a", 10)), Snapshot(2, 1, two)}),
                   ErrorKind::kPositionMismatch, "rolled back"};
  rolled.facts.current_snapshot_id = 1;
  cases.push_back(rolled);
  rolled.name = "rolled back to nothing";
  rolled.facts.current_snapshot_id.reset();
  cases.push_back(rolled);
  rolled.name = "rolled back, then others wrote";
  rolled.facts.snapshots.push_back(Snapshot(3, 1));
  rolled.facts.current_snapshot_id = 3;
  cases.push_back(rolled);
  BeginCase tagged{"an old snapshot kept by a tag beyond the expired ones",
                   Table(Recorded(5, "a", 50), {Snapshot(1, {}, Recorded(1, "a", 10)),
                                                Snapshot(5, 4, Recorded(5, "a", 50))}),
                   std::nullopt, "", 5};
  cases.push_back(tagged);
  return cases;
}

TEST(DecideBegin, FactsAndDecisions) {
  for (const BeginCase& c : BeginCases()) {
    SCOPED_TRACE(c.name);
    const auto standing = DecideBegin(c.facts, kPipeline);
    ASSERT_EQ(standing.ok(), !c.error.has_value())
        << (standing.ok() ? "" : standing.error().ToString());
    if (!standing.ok()) {
      EXPECT_EQ(standing.error().kind, *c.error);
      EXPECT_NE(standing.error().text.find(c.text), std::string::npos) << standing.error().text;
      continue;
    }
    EXPECT_EQ(standing->exists, c.epoch > 0);
    EXPECT_EQ(standing->epoch, c.epoch);
    if (c.epoch > 0) {
      EXPECT_EQ(standing->position, At(c.epoch * 10));
    }
  }
}

CommitIntent Intent() {
  auto intent = MakeIntent(kPipeline, "uuid", Recorded(2, "a", 20), 3, At(20), At(30));
  EXPECT_TRUE(intent.ok());
  return *intent;
}

struct CommitCase {
  const char* name;
  std::optional<TableFacts> table;
  CommitStep step;
  std::optional<ErrorKind> error = std::nullopt;
};

TEST(DecideCommit, FactsAndDecisions) {
  const Record before = Recorded(2, "a", 20), ours = Recorded(3, "a", 30);
  TableFacts other = Table(before);
  other.table_uuid = "another";
  Record taken = before, taken_after = ours;
  taken.token = taken_after.token = "b";
  const CommitCase cases[] = {
      {"not read", std::nullopt, CommitStep::kReadAgain},
      {"as expected", Table(before), CommitStep::kAttempt},
      {"as expected, others wrote", Table(before, {Snapshot(7, {})}), CommitStep::kAttempt},
      {"ours is there", Table(ours), CommitStep::kDone},
      {"ours is there, then a newer writer took over", Table(taken_after), CommitStep::kDone},
      {"ours is in the history, the newer writer has committed",
       Table(Recorded(4, "b", 40), {Snapshot(3, {}, ours), Snapshot(4, 3, Recorded(4, "b", 40))}),
       CommitStep::kDone},
      {"a newer writer took over", Table(taken), CommitStep::kStop, ErrorKind::kFenced},
      {"a newer writer has committed", Table(Recorded(3, "b", 25)), CommitStep::kStop,
       ErrorKind::kFenced},
      {"the record is gone", Table({}), CommitStep::kStop, ErrorKind::kFenced},
      {"same token, another epoch", Table(Recorded(5, "a", 50)), CommitStep::kStop,
       ErrorKind::kPositionMismatch},
      {"same epoch, another position", Table({"2", "a", At(21).Encode(), "a-2"}), CommitStep::kStop,
       ErrorKind::kPositionMismatch},
      {"a part of the epoch is in the table", Table({"2", "a", At(25).Encode(), "a-2"}),
       CommitStep::kStop, ErrorKind::kPositionMismatch},
      {"another table", other, CommitStep::kStop, ErrorKind::kPositionMismatch},
  };
  for (const CommitCase& c : cases) {
    for (const bool unknown : {false, true}) {
      SCOPED_TRACE(c.name);
      const CommitDecision decision = DecideCommit(Intent(), c.table, unknown);
      EXPECT_EQ(decision.step, c.step);
      EXPECT_EQ(decision.error.has_value(), c.error.has_value());
      if (decision.error && c.error) {
        EXPECT_EQ(decision.error->kind, *c.error);
      }
      // Files go only when no attempt can still land.
      EXPECT_EQ(decision.definite, c.step == CommitStep::kStop && !unknown);
    }
  }
}

TEST(MakeIntent, RefusesWhatDoesNotFollow) {
  const Record two = Recorded(2, "a", 20);
  const auto kind = [&](int64_t epoch, const flow::Position& lower, const flow::Position& upper) {
    const auto intent = MakeIntent(kPipeline, "uuid", two, epoch, lower, upper);
    return intent.ok() ? std::nullopt : std::optional(intent.error().kind);
  };
  EXPECT_EQ(kind(3, At(20), At(30)), std::nullopt);
  EXPECT_EQ(kind(3, At(20), At(20)), std::nullopt);
  EXPECT_EQ(kind(4, At(20), At(30)), ErrorKind::kPositionMismatch);           // an epoch left out
  EXPECT_EQ(kind(2, At(20), At(30)), ErrorKind::kPositionMismatch);           // the same again
  EXPECT_EQ(kind(3, At(10), At(30)), ErrorKind::kPositionMismatch);           // overlaps
  EXPECT_EQ(kind(3, At(25), At(30)), ErrorKind::kPositionMismatch);           // a gap
  EXPECT_EQ(kind(3, At(20), At(19)), ErrorKind::kPositionMismatch);           // goes back
  EXPECT_EQ(kind(3, At(20), At(30, "other")), ErrorKind::kPositionMismatch);  // another cluster
  EXPECT_EQ(kind(3, At(20), flow::Position()), ErrorKind::kPositionMismatch);
  const auto unfenced = MakeIntent(kPipeline, "uuid", {}, 1, {}, At(1));
  ASSERT_FALSE(unfenced.ok());
  EXPECT_EQ(unfenced.error().kind, ErrorKind::kInternal);
  // A table that is made when it is first needed may begin at any epoch.
  EXPECT_TRUE(MakeIntent(kPipeline, "uuid", {{}, "a", {}, {}}, 17, At(5), At(9)).ok());
}

TEST(DecideFence, TakesTheTokenOnlyFromTheStateItRead) {
  const Record before = Recorded(2, "a", 20);
  Record fenced = before;
  fenced.token = "b";
  const auto step = [&](std::optional<TableFacts> table) {
    return DecideFence("uuid", before, "b", table).step;
  };
  EXPECT_EQ(step(Table(before)), CommitStep::kAttempt);
  EXPECT_EQ(step(Table(fenced)), CommitStep::kDone);
  EXPECT_EQ(step(std::nullopt), CommitStep::kReadAgain);
  EXPECT_EQ(step(Table(Recorded(3, "a", 30))), CommitStep::kStop);  // the old writer committed
  EXPECT_EQ(step(Table(Recorded(2, "c", 20))), CommitStep::kStop);
}

TEST(Record, PropertiesAndSummaryComeBack) {
  const Record record = Recorded(2, "a", 20);
  auto properties = WriteRecord(record, "a.b");
  EXPECT_EQ(properties.at("sluice.a.b.epoch"), "2");
  EXPECT_EQ(properties.at("sluice.a.b.commit-id"), "a-2");
  EXPECT_EQ(ReadRecord(properties, "a.b"), record);
  EXPECT_TRUE(ReadRecord(properties, "a").fresh());
  properties["sluice.partition-spec"] = "day(ts)";
  properties["sluice.c.token"] = "t";
  EXPECT_EQ(PipelinesOf(properties), (std::vector<std::string>{"a.b", "c"}));
  const auto summary = WriteSummary(record, "a.b", "low");
  EXPECT_EQ(summary.at("sluice.lower"), "low");
  EXPECT_EQ(ReadSummary(summary, "a.b"), record);
  EXPECT_TRUE(ReadSummary(summary, "other").fresh());
}

}  // namespace
}  // namespace sluice::checkpoint
