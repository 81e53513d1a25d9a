// SPDX-License-Identifier: Apache-2.0
// Each start as facts and outcome.
#include "checkpoint/decide_start.h"

#include <gtest/gtest.h>

namespace sluice::checkpoint {
namespace {

using From = StartDecision::From;

flow::Position At(int64_t offset) {
  flow::Position position;
  position.sources["in"].kind = "kafka";
  position.sources["in"].splits["in-0"] = offset;
  return position;
}

// Epoch 5: from 40 to 50, one operator, and one table that commits its epoch 5.
EpochRecord Epoch5() {
  EpochRecord record;
  record.pipeline = "job";
  record.epoch = 5;
  record.fingerprint = "plan";
  record.shards = 1;
  record.position = At(50);
  record.operators = {{"u1", "GroupBy", {{}}, {}}};
  record.sinks = {{"t", 4, true, At(40), At(50), {"part"}}};
  return record;
}

SinkAtStart Table(int64_t epoch, int64_t offset) {
  return {"t", true, epoch > 0, epoch, epoch > 0 ? At(offset) : flow::Position()};
}

StartFacts Facts(std::optional<EpochRecord> newest, std::vector<SinkAtStart> sinks) {
  StartFacts facts;
  facts.pipeline = "job";
  facts.directory = "dir";
  facts.newest = std::move(newest);
  facts.fingerprint = "plan";
  facts.operators = {{"u1", "GroupBy"}};
  facts.sinks = std::move(sinks);
  return facts;
}

void ExpectStop(const StartFacts& facts, ErrorKind kind, const std::string& text) {
  const auto decision = DecideStart(facts);
  ASSERT_FALSE(decision.ok());
  EXPECT_EQ(decision.error().kind, kind);
  EXPECT_NE(decision.error().text.find(text), std::string::npos) << decision.error().text;
}

void ExpectStart(const StartFacts& facts, From from, const std::vector<int>& commit) {
  const auto decision = DecideStart(facts);
  ASSERT_TRUE(decision.ok()) << decision.error().ToString();
  EXPECT_EQ(decision->from, from);
  EXPECT_EQ(decision->commit, commit);
}

TEST(DecideStart, NothingAnywhereIsFresh) {
  ExpectStart(Facts({}, {Table(0, 0), {"print"}}), From::kNothing, {-1, -1});
}

TEST(DecideStart, AWrittenTableWithoutACheckpointStops) {
  ExpectStop(Facts({}, {Table(5, 50)}), ErrorKind::kPositionMismatch,
             "there is no checkpoint in dir");
}

TEST(DecideStart, TheTableHasTheEpoch) {
  ExpectStart(Facts(Epoch5(), {Table(5, 50)}), From::kCheckpoint, {-1});
}

TEST(DecideStart, TheTableIsOneBehind) {
  ExpectStart(Facts(Epoch5(), {Table(4, 40)}), From::kCheckpoint, {0});
  EpochRecord first = Epoch5();
  first.sinks[0].before = 0;
  first.sinks[0].position_before = {};
  ExpectStart(Facts(first, {Table(0, 0)}), From::kCheckpoint, {0});
  ExpectStart(Facts(first, {Table(1, 50)}), From::kCheckpoint, {-1});
}

TEST(DecideStart, TablesThatStandAnywhereElseStop) {
  for (const SinkAtStart& table :
       {Table(3, 30), Table(6, 60), Table(0, 0), Table(5, 51), Table(4, 41)}) {
    ExpectStop(Facts(Epoch5(), {table}), ErrorKind::kPositionMismatch, "stand apart");
  }
}

TEST(DecideStart, ATableWithoutACommitInTheEpochStaysWhereItIs) {
  EpochRecord record = Epoch5();
  record.sinks[0].commits = false;
  record.sinks[0].parts.clear();
  ExpectStart(Facts(record, {Table(4, 40)}), From::kCheckpoint, {-1});
  ExpectStop(Facts(record, {Table(5, 50)}), ErrorKind::kPositionMismatch, "stand apart");
}

TEST(DecideStart, EachTableOfSeveralIsLookedAt) {
  EpochRecord record = Epoch5();
  record.sinks.push_back({"u", 2, true, At(40), At(50), {"part"}});
  SinkAtStart other = Table(2, 40);
  other.name = "u";
  ExpectStart(Facts(record, {Table(5, 50), other}), From::kCheckpoint, {-1, 1});
}

TEST(DecideStart, SinksWithoutARecordFollow) {
  EpochRecord record = Epoch5();
  record.sinks.push_back({"print", 4, true, {}, {}, {}});
  record.sinks.push_back({"dead", 0, true, {}, At(50), {"rows"}});
  ExpectStart(Facts(record, {Table(5, 50), {"print"}, {"dead"}}), From::kCheckpoint, {-1, -1, 2});
}

TEST(DecideStart, ANewTableBeginsEmptyAndAForeignOneStops) {
  SinkAtStart fresh = Table(0, 0);
  fresh.name = "new";
  ExpectStart(Facts(Epoch5(), {Table(5, 50), fresh}), From::kCheckpoint, {-1, -1});
  SinkAtStart written = Table(3, 30);
  written.name = "new";
  ExpectStop(Facts(Epoch5(), {Table(5, 50), written}), ErrorKind::kPositionMismatch,
             "knows nothing");
}

TEST(DecideStart, StagedRowsOfATableThatIsGoneFromThePlanStop) {
  ExpectStop(Facts(Epoch5(), {}), ErrorKind::kInvalidArgument, "no longer writes t");
  StartFacts forced = Facts(Epoch5(), {});
  forced.force = true;
  ExpectStart(forced, From::kCheckpoint, {});
}

TEST(DecideStart, AChangedPlanShowsTheDifference) {
  StartFacts facts = Facts(Epoch5(), {Table(5, 50)});
  facts.fingerprint = "other";
  ExpectStart(facts, From::kCheckpoint, {-1});  // the same operators
  facts.operators = {{"u2", "Join"}};
  ExpectStop(facts, ErrorKind::kInvalidArgument, "GroupBy (u1)");
  ExpectStop(facts, ErrorKind::kInvalidArgument, "Join (u2)");
  facts.force = true;
  const auto decision = DecideStart(facts);
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->warnings.size(), 1u);
}

TEST(DecideStart, AnotherPipelinesDirectoryStops) {
  StartFacts facts = Facts(Epoch5(), {Table(0, 0)});
  facts.pipeline = "other";
  ExpectStop(facts, ErrorKind::kInvalidArgument, "are of pipeline job");
}

TEST(DecideStart, ASavepointBeginsUntouchedTablesOrGoesOnWhereItWasTaken) {
  StartFacts facts = Facts({}, {Table(0, 0)});
  facts.savepoint = Epoch5();
  facts.savepoint_id = "s";
  ExpectStart(facts, From::kSavepoint, {-1});
  facts.sinks = {Table(5, 50)};
  facts.newest = Epoch5();
  ExpectStart(facts, From::kSavepoint, {-1});
  facts.sinks = {Table(4, 40)};
  ExpectStop(facts, ErrorKind::kPositionMismatch, "lacks");
  facts.sinks = {Table(6, 60)};
  facts.newest.reset();
  ExpectStop(facts, ErrorKind::kPositionMismatch, "stand apart");
}

TEST(DecideStart, ARestartAfterASavepointGoesOnFromItsOwnCheckpoints) {
  StartFacts facts = Facts(Epoch5(), {Table(5, 50)});
  facts.newest->savepoint = "s";
  facts.savepoint = Epoch5();
  facts.savepoint->epoch = 2;
  facts.savepoint_id = "s";
  ExpectStart(facts, From::kCheckpoint, {-1});
  facts.newest->savepoint = "another";
  ExpectStop(facts, ErrorKind::kInvalidArgument, "newer than the savepoint");
}

}  // namespace
}  // namespace sluice::checkpoint
