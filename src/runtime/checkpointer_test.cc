// SPDX-License-Identifier: Apache-2.0
// Jobs that keep state, in a false world: whatever is stopped, failed or lost, and with however
// many shards it goes on, each count of each key is in the table once.
#include "runtime/checkpointer.h"

#include <gtest/gtest.h>

#include "runtime/pipeline.h"
#include "runtime/scripted_internal.h"

namespace sluice::runtime {
namespace {

using io::fake::FaultKind;
using scripted::CountingJob;
using scripted::Kind;
using scripted::World;

constexpr char kDirectory[] = "/state/job";

RunOptions Options(int shards) {
  RunOptions options;
  options.shards = shards;
  options.batch_rows = 3;
  options.epoch_rows_max = 7;
  options.checkpoint_dir = "/state";
  return options;
}

void Grow(World& world, size_t splits, size_t records) {
  scripted::Topic& topic = world.topics["in"];
  topic.name = "in";
  topic.splits.resize(std::max(splits, topic.splits.size()));
  for (auto& split : topic.splits) split.resize(split.size() + records, Kind::kGood);
}

Result<Progress> RunHere(World& world, RunOptions options, plan::JobGraph graph = CountingJob()) {
  SLUICE_ASSIGN(const auto pipeline, Pipeline::Open(std::move(graph), std::move(options),
                                                    world.MakeConnections(), nullptr));
  return pipeline->RunOnThisThread();
}

// (key, 1), (key, 2), ... up to the number of records of the key.
std::map<std::pair<int64_t, int64_t>, int> ExpectedRows(const World& world) {
  std::map<std::pair<int64_t, int64_t>, int> expected;
  std::map<int64_t, int64_t> counts;
  for (const auto& split : world.topics.at("in").splits) {
    for (size_t offset = 0; offset < split.size(); ++offset) {
      if (split[offset] != Kind::kGood) continue;
      const auto key = static_cast<int64_t>(offset % 5);
      expected[{key, ++counts[key]}] = 1;
    }
  }
  return expected;
}

TEST(Checkpointer, StateGoesOnAtTheNextStart) {
  World world;
  Grow(world, 2, 11);
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  EXPECT_EQ(world.tables["out"].rows, ExpectedRows(world));
  EXPECT_TRUE(world.disk.Exists(std::string(kDirectory) + "/" +
                                checkpoint::EpochFileName(world.tables["out"].state.epoch)));
  const int64_t commits = world.tables["out"].commits;
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  EXPECT_EQ(world.tables["out"].commits, commits) << "nothing moved";
  Grow(world, 2, 7);
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  EXPECT_EQ(world.tables["out"].rows, ExpectedRows(world));
}

TEST(Checkpointer, RescaledFromOneToThreeToTwo) {
  World world;
  for (const int shards : {1, 3, 2, 2, 1}) {
    Grow(world, 2, 13);
    const auto totals = RunHere(world, Options(shards));
    ASSERT_TRUE(totals.ok()) << totals.error().ToString();
    EXPECT_EQ(world.tables["out"].rows, ExpectedRows(world)) << shards << " shards";
  }
}

TEST(Checkpointer, OnThreads) {
  World world;
  world.clock = &io::RealClock();
  Grow(world, 3, 2000);
  RunOptions options = Options(3);
  options.epoch_rows_max = 700;
  for (int round = 0; round < 2; ++round) {
    const auto pipeline = Pipeline::Open(CountingJob(), options, world.MakeConnections(), nullptr);
    ASSERT_TRUE(pipeline.ok()) << pipeline.error().ToString();
    EXPECT_EQ((*pipeline)->shards(), 3);
    const auto totals = (*pipeline)->Run();
    ASSERT_TRUE(totals.ok()) << totals.error().ToString();
    EXPECT_EQ(world.tables["out"].rows, ExpectedRows(world));
    Grow(world, 3, 1000);
  }
}

// Only the last record stays, and the files that it names.
TEST(Checkpointer, OldEpochsAreRemoved) {
  World world;
  Grow(world, 1, 60);
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  int records = 0;
  int files = 0;
  for (const auto& [path, content] : world.disk.Files()) {
    records += path.starts_with(std::string(kDirectory) + "/epoch-") ? 1 : 0;
    files += path.starts_with(std::string(kDirectory) + "/state/") ? 1 : 0;
  }
  EXPECT_EQ(records, 1);
  EXPECT_LE(files, 17);
  EXPECT_GE(world.tables["out"].state.epoch, 8);
}

// Stopped at call 1, 2, 3, ... of source and sinks, before and after its effect.
TEST(Checkpointer, EndsTheSameWhereverItWasStopped) {
  for (const bool after_effect : {false, true}) {
    for (int64_t n = 1;; ++n) {
      World world;
      Grow(world, 2, 8);
      world.topics["in"].splits[0][4] = Kind::kBad;
      world.faults = {.fail_at = n, .after_effect = after_effect};
      const bool whole = RunHere(world, Options(2)).ok();
      world.faults = {};
      const auto again = RunHere(world, Options(n % 2 == 0 ? 2 : 3));
      ASSERT_TRUE(again.ok()) << "after call " << n << ": " << again.error().ToString();
      ASSERT_EQ(world.tables["out"].rows, ExpectedRows(world)) << "stopped at call " << n;
      EXPECT_EQ(world.tables["dead"].rows.size(), 1u);
      if (whole && n > 100) break;
    }
  }
}

// The same for each call of the disk: failed, died before, died after, reply lost.
TEST(Checkpointer, EndsTheSameWhateverTheDiskDoes) {
  for (const FaultKind kind :
       {FaultKind::kFail, FaultKind::kCrashBefore, FaultKind::kCrashAfter, FaultKind::kLoseReply}) {
    for (int64_t n = 1;; ++n) {
      World world;
      Grow(world, 2, 8);
      world.disk_faults.Arm(kind, n);
      const auto first = RunHere(world, Options(2));
      const bool fired = world.disk_faults.fired();
      if (!first.ok() && world.disk_faults.dead()) world.disk.LosePower();
      world.disk_faults.Disarm();
      const auto again = RunHere(world, Options(2));
      ASSERT_TRUE(again.ok()) << io::fake::ToString(kind) << " at call " << n << ": "
                              << again.error().ToString();
      ASSERT_EQ(world.tables["out"].rows, ExpectedRows(world))
          << io::fake::ToString(kind) << " at call " << n;
      if (!fired) break;
    }
  }
}

TEST(Checkpointer, AnEpochThatWasRecordedIsCommittedAtTheNextStart) {
  World world;
  Grow(world, 1, 5);
  world.tables["out"].fails = true;
  ASSERT_FALSE(RunHere(world, Options(1)).ok());
  EXPECT_EQ(world.tables["out"].commits, 0);
  world.tables["out"].fails = false;
  const auto pipeline = Pipeline::Open(CountingJob(), Options(1), world.MakeConnections(), nullptr);
  ASSERT_TRUE(pipeline.ok()) << pipeline.error().ToString();
  EXPECT_EQ(world.tables["out"].commits, 1);  // before anything is read
  EXPECT_EQ(world.tables["out"].rows, ExpectedRows(world));
}

TEST(Checkpointer, ATableThatMovedAloneStopsTheStart) {
  World world;
  Grow(world, 1, 5);
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  world.tables["out"].state.epoch += 1;
  const auto totals = RunHere(world, Options(1));
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().kind, ErrorKind::kPositionMismatch);
}

TEST(Checkpointer, ALostDirectoryStopsTheStart) {
  World world;
  Grow(world, 1, 5);
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  RunOptions elsewhere = Options(1);
  elsewhere.checkpoint_dir = "/elsewhere";
  const auto totals = RunHere(world, elsewhere);
  ASSERT_FALSE(totals.ok());
  EXPECT_NE(totals.error().text.find("there is no checkpoint in /elsewhere/job"),
            std::string::npos);
}

TEST(Checkpointer, TwoProcessesOfOneJobDoNotBothGoOn) {
  World world;
  world.tables["out"].durable = false;  // nothing but the record tells them apart
  Grow(world, 1, 20);
  auto zombie = Pipeline::Open(CountingJob(), Options(1), world.MakeConnections(), nullptr);
  ASSERT_TRUE(zombie.ok());
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  const auto totals = (*zombie)->RunOnThisThread();
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().kind, ErrorKind::kFenced);
  EXPECT_NE(totals.error().text.find("is already recorded in"), std::string::npos);
}

TEST(Checkpointer, AChangedOperatorIsRefusedUnlessForced) {
  World world;
  Grow(world, 1, 5);
  ASSERT_TRUE(RunHere(world, Options(1)).ok());
  plan::JobGraph changed = CountingJob();
  changed.fingerprint = "another";
  changed.nodes[3].uid = "count-2";
  const auto refused = RunHere(world, Options(1), changed);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text.find("count-1"), std::string::npos) << refused.error().text;
  EXPECT_NE(refused.error().text.find("count-2"), std::string::npos);
  RunOptions forced = Options(1);
  forced.force = true;
  EXPECT_TRUE(RunHere(world, forced, changed).ok());
}

TEST(Checkpointer, ASavepointBeginsAnotherWorld) {
  World world;
  Grow(world, 2, 1000);
  world.topics["in"].bounded = false;
  int turns = 0;
  world.stop_requests = [&] { return ++turns > 40 ? 1 : 0; };
  RunOptions options = Options(2);
  options.savepoint_dir = "/savepoints";
  const auto stopped = RunHere(world, options);
  ASSERT_TRUE(stopped.ok()) << stopped.error().ToString();
  ASSERT_TRUE(stopped->savepoint.starts_with("/savepoints/savepoint-job-")) << stopped->savepoint;
  const int64_t rows_before = static_cast<int64_t>(world.tables["out"].rows.size());
  EXPECT_GT(rows_before, 0);
  EXPECT_LT(rows_before, 2000);

  // Another table, another directory, another number of shards.
  scripted::Table first = std::exchange(world.tables["out"], {});
  world.topics["in"].bounded = true;
  world.stop_requests = [] { return 0; };
  options = Options(3);
  options.epoch_rows_max = 300;
  options.checkpoint_dir = "/state2";
  options.recovery_path = stopped->savepoint;
  for (int round = 0; round < 2; ++round) {  // the second one goes on from its own checkpoints
    const auto totals = RunHere(world, options);
    ASSERT_TRUE(totals.ok()) << totals.error().ToString();
  }
  for (const auto& [row, times] : world.tables["out"].rows) first.rows[row] += times;
  EXPECT_EQ(first.rows, ExpectedRows(world));
  EXPECT_GT(world.tables["out"].rows.size(), 0u);
}

}  // namespace
}  // namespace sluice::runtime
