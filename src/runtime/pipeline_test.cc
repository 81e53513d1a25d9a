// SPDX-License-Identifier: Apache-2.0
// The runtime in a false world: every record once, whatever is stopped, failed, fenced or late.
#include "runtime/pipeline.h"

#include <gtest/gtest.h>

#include <random>

#include "runtime/alignment.h"
#include "runtime/coordinator.h"
#include "runtime/messages.h"
#include "runtime/scripted_internal.h"
#include "runtime/shard.h"

namespace sluice::runtime {
namespace {

using scripted::Kind;
using scripted::World;

// One topic "in" with `splits` splits of `records` records, one sink "out".
plan::JobGraph Straight() {
  plan::JobGraph graph;
  graph.name = "job";
  graph.nodes = {scripted::SourceNamed(1, "in"), scripted::SinkNamed(2, "out", {1})};
  return graph;
}

// "in" into "all" as it is and into "even" filtered.
plan::JobGraph FanOut() {
  plan::JobGraph graph;
  graph.name = "job";
  graph.nodes = {scripted::SourceNamed(1, "in"), scripted::SinkNamed(2, "all", {1}),
                 scripted::EvenCalc(3, 1), scripted::SinkNamed(4, "even", {3})};
  return graph;
}

std::vector<std::vector<Kind>> Good(size_t splits, size_t records) {
  return std::vector<std::vector<Kind>>(splits, std::vector<Kind>(records, Kind::kGood));
}

RunOptions SmallBatches() {
  RunOptions options;
  options.shards = 2;
  options.batch_rows = 3;
  options.epoch_rows_max = 7;
  return options;
}

Result<Progress> RunHere(World& world, plan::JobGraph graph, RunOptions options,
                         ProgressCallback on_progress = nullptr) {
  SLUICE_ASSIGN(const auto pipeline,
                Pipeline::Open(std::move(graph), std::move(options), world.MakeConnections(),
                               std::move(on_progress)));
  return pipeline->RunOnThisThread();
}

// Each record that `wanted` asks for is in the table once, and nothing else is.
void ExpectOnce(const World& world, const std::string& table, const std::string& topic,
                const std::function<bool(Kind, int64_t)>& wanted) {
  std::map<std::pair<int64_t, int64_t>, int> expected;
  const auto& splits = world.topics.at(topic).splits;
  for (size_t split = 0; split < splits.size(); ++split) {
    for (size_t offset = 0; offset < splits[split].size(); ++offset) {
      if (wanted(splits[split][offset], static_cast<int64_t>(offset))) {
        expected[{static_cast<int64_t>(split), static_cast<int64_t>(offset)}] = 1;
      }
    }
  }
  EXPECT_EQ(world.tables.at(table).rows, expected) << "table " << table;
}
bool IsGood(Kind kind, int64_t) {
  return kind == Kind::kGood;
}
bool IsBad(Kind kind, int64_t) {
  return kind == Kind::kBad;
}
bool IsEven(Kind kind, int64_t offset) {
  return kind == Kind::kGood && offset % 2 == 0;
}

TEST(Pipeline, EveryRecordOnceOnOneThread) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(3, 20), .acknowledge_fails = true};
  const auto totals = RunHere(world, Straight(), SmallBatches());
  ASSERT_TRUE(totals.ok()) << totals.error().ToString();
  EXPECT_EQ(totals->total_rows, 60);
  EXPECT_EQ(totals->total_rows_written, 60);
  ExpectOnce(world, "out", "in", IsGood);
  EXPECT_EQ(world.topics["in"].acknowledged_of_split, (std::vector<int64_t>{20, 20, 20}));
}

TEST(Pipeline, EveryRecordOnceOnThreads) {
  World world;
  world.clock = &io::RealClock();
  world.topics["in"] = {.name = "in", .splits = Good(5, 2000)};
  RunOptions options = SmallBatches();
  options.shards = 3;
  options.epoch_rows_max = 500;
  const auto pipeline = Pipeline::Open(FanOut(), options, world.MakeConnections(), nullptr);
  ASSERT_TRUE(pipeline.ok()) << pipeline.error().ToString();
  EXPECT_EQ((*pipeline)->shards(), 3);
  const auto totals = (*pipeline)->Run();
  ASSERT_TRUE(totals.ok()) << totals.error().ToString();
  EXPECT_GT(totals->commits, 3);
  ExpectOnce(world, "all", "in", IsGood);
  ExpectOnce(world, "even", "in", IsEven);
}

TEST(Pipeline, ASourceHearsOnlyOfWhatEveryTableHolds) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 50)};
  int64_t heard = 0;
  world.topics["in"].on_acknowledge = [&] {
    ++heard;
    const int64_t told = world.topics["in"].acknowledged_of_split.at(0);
    for (const char* table : {"all", "even"}) {
      const auto& position = world.tables[table].state.position;
      ASSERT_TRUE(position.sources.contains("in"));
      EXPECT_LE(told, position.sources.at("in").splits.at("in-0")) << table;
    }
  };
  ASSERT_TRUE(RunHere(world, FanOut(), SmallBatches()).ok());
  EXPECT_GE(heard, 7);
}

TEST(Pipeline, NoMoreShardsThanSplits) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(2, 1)};
  RunOptions options;
  options.shards = 16;
  const auto pipeline = Pipeline::Open(Straight(), options, world.MakeConnections(), nullptr);
  ASSERT_TRUE(pipeline.ok());
  EXPECT_EQ((*pipeline)->shards(), 2);
}

TEST(Pipeline, UnionOfTwoTopics) {
  World world;
  world.topics["a"] = {.name = "a", .splits = Good(1, 10)};
  world.topics["b"] = {.name = "b", .splits = Good(1, 4)};
  plan::JobGraph graph;
  graph.name = "job";
  graph.nodes = {scripted::SourceNamed(1, "a"), scripted::SourceNamed(2, "b"),
                 scripted::SinkNamed(3, "out", {1, 2})};
  ASSERT_TRUE(RunHere(world, graph, SmallBatches()).ok());
  int64_t rows = 0;
  for (const auto& [row, times] : world.tables["out"].rows) rows += times;
  EXPECT_EQ(rows, 14);
  EXPECT_EQ(world.tables["out"].state.position.sources.at("b").splits.at("b-0"), 4);
}

TEST(Pipeline, ASecondRunOfTheSameJobAddsNothing) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(2, 10)};
  ASSERT_TRUE(RunHere(world, Straight(), SmallBatches()).ok());
  const int64_t commits = world.tables["out"].commits;
  ASSERT_TRUE(RunHere(world, Straight(), SmallBatches()).ok());
  EXPECT_EQ(world.tables["out"].commits, commits);
  world.topics["in"].splits[1].push_back(Kind::kGood);
  ASSERT_TRUE(RunHere(world, Straight(), SmallBatches()).ok());
  EXPECT_EQ(world.tables["out"].commits, commits + 1);
  ExpectOnce(world, "out", "in", IsGood);
}

// The failure ladder: end the run at call 1, 2, 3, ... of the world, before and after its effect,
// start again, and look. With two tables a stop between their commits leaves them apart.
TEST(Pipeline, EndsTheSameWhereverItWasStopped) {
  for (const bool after_effect : {false, true}) {
    int64_t failed_runs = 0;
    for (int64_t n = 1;; ++n) {
      World world;
      world.topics["in"] = {.name = "in", .splits = Good(2, 11)};
      world.topics["in"].splits[0][4] = Kind::kBad;
      world.topics["in"].splits[1][9] = Kind::kBad;
      world.topics["in"].splits[1][10] = Kind::kTombstone;
      world.faults = {.fail_at = n, .after_effect = after_effect};
      const bool whole = RunHere(world, FanOut(), SmallBatches()).ok();
      failed_runs += whole ? 0 : 1;
      world.faults = {};
      const auto again = RunHere(world, FanOut(), SmallBatches());
      ASSERT_TRUE(again.ok()) << "after call " << n << ": " << again.error().ToString();
      ExpectOnce(world, "all", "in", IsGood);
      ExpectOnce(world, "even", "in", IsEven);
      ExpectOnce(world, "dead", "in", IsBad);
      if (HasFailure())
        FAIL() << "stopped at call " << n << (after_effect ? ", after" : ", before");
      if (whole && n > 300) break;
    }
    EXPECT_GT(failed_runs, after_effect ? 8 : 40);
  }
}

TEST(Pipeline, ATableThatIsAheadIsLeftAloneUntilTheOtherHasCaughtUp) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 12)};
  ASSERT_TRUE(RunHere(world, FanOut(), SmallBatches()).ok());
  // The second table lost its last commits: as if the run had ended between the two.
  scripted::Table& even = world.tables["even"];
  even.state.position.sources["in"].splits["in-0"] = 5;
  std::erase_if(even.rows, [](const auto& row) { return row.first.second >= 5; });
  const int64_t commits = world.tables["all"].commits;
  ASSERT_TRUE(RunHere(world, FanOut(), SmallBatches()).ok());
  EXPECT_EQ(world.tables["all"].commits, commits);
  ExpectOnce(world, "all", "in", IsGood);
  ExpectOnce(world, "even", "in", IsEven);
}

TEST(Pipeline, AZombieCommitsNothing) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 20)};
  auto zombie = Pipeline::Open(Straight(), SmallBatches(), world.MakeConnections(), nullptr);
  ASSERT_TRUE(zombie.ok());
  ASSERT_TRUE(RunHere(world, Straight(), SmallBatches()).ok());
  const int64_t commits = world.tables["out"].commits;
  const auto totals = (*zombie)->RunOnThisThread();
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().kind, ErrorKind::kFenced);
  EXPECT_NE(totals.error().text.find("token 2"), std::string::npos) << totals.error().text;
  EXPECT_EQ(world.tables["out"].commits, commits);
  ExpectOnce(world, "out", "in", IsGood);
}

// Random worlds: topics that grow, bad records, faults at any call, and two writers that both think
// they are the one. Whatever happened, one undisturbed run at the end must leave each record in its
// table once.
TEST(Pipeline, RandomFaultsAndTwoWritersAtOnce) {
  int64_t errors = 0;
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&random](uint32_t n) { return static_cast<int64_t>(random() % n); };
    World world;
    world.topics["in"] = {.name = "in", .splits = Good(1 + random() % 3, 5 + random() % 20)};
    RunOptions options = SmallBatches();
    options.shards = static_cast<int>(1 + below(3));
    options.epoch_rows_max = 1 + below(9);
    for (int round = 0; round < 4; ++round) {
      for (auto& split : world.topics["in"].splits) {
        split.resize(split.size() + random() % 4, Kind::kGood);
        if (random() % 3 == 0) split.push_back(Kind::kBad);
      }
      world.faults = {.fail_at = below(60), .after_effect = random() % 2 == 0};
      std::vector<std::unique_ptr<Pipeline>> writers(2);
      for (int turn = 0; turn < 60; ++turn) {
        auto& writer = writers[random() % 2];
        bool worked = false;
        if (writer == nullptr) {
          auto opened = Pipeline::Open(FanOut(), options, world.MakeConnections(), nullptr);
          if (opened.ok()) writer = std::move(*opened);
          continue;
        }
        const auto done = writer->Turn(&worked);
        errors += done.ok() ? 0 : 1;
        if (!done.ok() || *done) writer.reset();
        if (!worked) world.false_clock.SleepMs(1 + below(5000));
      }
    }
    world.faults = {};
    const auto last = RunHere(world, FanOut(), options);
    ASSERT_TRUE(last.ok()) << "seed " << seed << ": " << last.error().ToString();
    ExpectOnce(world, "all", "in", IsGood);
    ExpectOnce(world, "even", "in", IsEven);
    ExpectOnce(world, "dead", "in", IsBad);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(errors, 200);
}

TEST(Pipeline, DeadLettersAreCountedAndKept) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(2, 10)};
  world.topics["in"].splits[0][0] = Kind::kBad;
  world.topics["in"].splits[1][9] = Kind::kBad;
  world.topics["in"].splits[1][5] = Kind::kTombstone;
  const auto totals = RunHere(world, Straight(), SmallBatches());
  ASSERT_TRUE(totals.ok()) << totals.error().ToString();
  EXPECT_EQ(totals->total_rows, 20);
  EXPECT_EQ(totals->total_rows_written, 17);
  EXPECT_EQ(totals->total_dead_letters, 2);
  EXPECT_EQ(totals->total_skipped, 1);
  ExpectOnce(world, "dead", "in", IsBad);
}

TEST(Pipeline, DeadLetterFailStopsBeforeTheRecord) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 20)};
  world.topics["in"].splits[0][13] = Kind::kBad;
  RunOptions options = SmallBatches();
  options.dead_letters = DeadLetterPolicy::kFail;
  const auto totals = RunHere(world, Straight(), options);
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().blame, Blame::kUser);
  EXPECT_NE(totals.error().text.find("offset 13: not JSON"), std::string::npos);
  EXPECT_LE(world.tables["out"].state.position.sources.at("in").splits.at("in-0"), 13);
}

TEST(Pipeline, DeadLettersDroppedAreStillCounted) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 10)};
  world.topics["in"].splits[0][3] = Kind::kBad;
  RunOptions options = SmallBatches();
  options.dead_letters = DeadLetterPolicy::kDrop;
  const auto totals = RunHere(world, Straight(), options);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->total_dead_letters, 1);
  EXPECT_FALSE(world.tables.contains("dead"));
}

TEST(Pipeline, CountersThatDoNotAddUpStopTheCommit) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 5), .miscount = 1};
  const auto totals = RunHere(world, Straight(), SmallBatches());
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(world.tables["out"].commits, 0);
}

TEST(Pipeline, AnotherTopicOfTheSameNameIsNotRead) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 5)};
  ASSERT_TRUE(RunHere(world, Straight(), SmallBatches()).ok());
  world.topics["in"].id = "id-2";
  const auto totals = RunHere(world, Straight(), SmallBatches());
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().kind, ErrorKind::kSourceLost);
}

TEST(Pipeline, AVanishedSplitIsAnError) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(3, 5)};
  ASSERT_TRUE(RunHere(world, Straight(), SmallBatches()).ok());
  world.topics["in"].splits.pop_back();
  const auto totals = RunHere(world, Straight(), SmallBatches());
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().kind, ErrorKind::kPositionMismatch);
}

TEST(Pipeline, AStopDrainsAndCommits) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 1000), .bounded = false};
  int turns = 0;
  world.stop_requests = [&] { return ++turns > 5 ? 1 : 0; };
  RunOptions options;
  options.shards = 1;
  options.batch_rows = 10;
  const auto totals = RunHere(world, Straight(), options);
  ASSERT_TRUE(totals.ok()) << totals.error().ToString();
  EXPECT_EQ(totals->commits, 1);
  EXPECT_GT(totals->total_rows, 0);
  EXPECT_LT(totals->total_rows, 1000);
  EXPECT_EQ(static_cast<int64_t>(world.tables["out"].rows.size()), totals->total_rows);
}

TEST(Pipeline, CommitsByTimeAndOnlyWhatMoved) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 10), .bounded = false};
  RunOptions options;
  options.commit_interval_ms = 1000;
  world.stop_requests = [&] { return world.false_clock.MonotonicMs() > 1'010'000 ? 1 : 0; };
  std::vector<int64_t> committed_at_ms;
  const auto totals = RunHere(world, Straight(), options, [&](const Progress& progress) {
    if (!progress.committed) return;
    committed_at_ms.push_back(progress.elapsed_ms);
    EXPECT_EQ(progress.freshness_ms, progress.elapsed_ms + 5);
  });
  ASSERT_TRUE(totals.ok());
  ASSERT_EQ(committed_at_ms.size(), 1U);
  EXPECT_GE(committed_at_ms[0], 1000);
  EXPECT_LE(committed_at_ms[0], 1002);
}

// Two sources and an exchange: a turn in which nothing comes waits somewhere, though never long,
// and the source that has records is not held up by the one that has none.
TEST(Pipeline, IdleTurnsWait) {
  World world;
  world.topics["busy"] = {.name = "busy", .splits = Good(1, 6), .bounded = false};
  world.topics["quiet"] = {.name = "quiet", .splits = Good(1, 0), .bounded = false};
  RunOptions options;
  options.batch_rows = 1;
  plan::JobGraph graph;
  graph.name = "job";
  graph.nodes = {scripted::SourceNamed(1, "busy"), scripted::SourceNamed(2, "quiet"),
                 scripted::ExchangeOfRows(3, 1), scripted::SinkNamed(4, "out", {3}),
                 scripted::SinkNamed(5, "quiet_out", {2})};
  const Connections connections = world.MakeConnections();
  auto layout = OpenLayout(graph, connections, options);
  ASSERT_TRUE(layout.ok()) << layout.error().ToString();
  for (auto& source : layout->sources) source.splits = *source.source->DiscoverSplits();
  for (auto& sink : layout->sinks) ASSERT_TRUE(sink.sink->Begin("job").ok());
  Exchange exchange(1);
  Alignment alignment(*layout, 1);
  Shard shard(0, *layout, options, exchange, alignment);
  ASSERT_TRUE(shard.Open(connections).ok());
  Coordinator coordinator(*layout, options, exchange, *world.clock, [] { return 0; }, nullptr);
  ASSERT_TRUE(coordinator.Start().ok());

  auto& busy = world.topics["busy"].waits_ms;
  auto& quiet = world.topics["quiet"].waits_ms;
  for (int turn = 0; turn < 6; ++turn) EXPECT_EQ(shard.Step(10), Shard::Turn::kWorked);
  EXPECT_EQ(quiet, std::vector<int64_t>(quiet.size(), 0)) << "held up the other one";
  busy.clear();
  quiet.clear();
  for (int turn = 0; turn < 20; ++turn) EXPECT_EQ(shard.Step(10), Shard::Turn::kIdle);
  int64_t waited_ms = 0;
  for (const auto* waits : {&busy, &quiet}) {
    for (const int64_t wait_ms : *waits) {
      waited_ms += wait_ms;
      EXPECT_LE(wait_ms, 8);
    }
  }
  EXPECT_GE(waited_ms, 20);
}

// While a commit is under way, shards fill the next epoch, and the barrier that is due waits.
TEST(Pipeline, ASlowCommitHoldsBackTheNextBarrierAndNothingElse) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 100)};
  RunOptions options;
  options.commit_interval_ms = 100;
  options.batch_rows = 1;
  const plan::JobGraph graph = Straight();
  const Connections connections = world.MakeConnections();
  auto layout = OpenLayout(graph, connections, options);
  ASSERT_TRUE(layout.ok());
  layout->sources[0].splits = *layout->sources[0].source->DiscoverSplits();
  ASSERT_TRUE(layout->sinks[0].sink->Begin("job").ok() && layout->sinks[1].sink->Begin("job").ok());
  Exchange exchange(1);
  Alignment alignment(*layout, 1);
  Shard shard(0, *layout, options, exchange, alignment);
  ASSERT_TRUE(shard.Open(connections).ok());
  Coordinator coordinator(*layout, options, exchange, *world.clock, [] { return 0; }, nullptr);
  ASSERT_TRUE(coordinator.Start().ok());

  int64_t commits = 0;
  world.tables["out"].on_commit = [&] {
    ++commits;
    world.false_clock.SleepMs(1000);  // ten intervals
    for (int i = 0; i < 5; ++i) EXPECT_EQ(shard.Step(0), Shard::Turn::kWorked);
    EXPECT_EQ(exchange.gauges[0].epoch_rows.load(), 6);  // and one in the turn that staged
    EXPECT_EQ(exchange.reports.size(), 0U) << "a second barrier during a commit";
  };
  shard.Step(0);
  world.false_clock.SleepMs(100);
  ASSERT_TRUE(coordinator.Step(0).ok());  // asks for a barrier
  shard.Step(0);                          // stages
  ASSERT_TRUE(coordinator.Step(0).ok());  // commits
  EXPECT_EQ(commits, 1);
  EXPECT_EQ(world.tables["out"].rows_of_commit, std::vector<int64_t>{1});
}

TEST(Pipeline, FullWritersEndTheEpochEarly) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 1000)};
  world.tables["out"].bytes_per_row = 1000;
  RunOptions options;
  options.batch_rows = 10;
  options.writer_bytes_max = 100'000;
  ASSERT_TRUE(RunHere(world, Straight(), options).ok());
  const auto& rows = world.tables["out"].rows_of_commit;
  EXPECT_GE(rows.size(), 8U);
  EXPECT_LE(*std::max_element(rows.begin(), rows.end()), 136);
  ExpectOnce(world, "out", "in", IsGood);
}

TEST(Pipeline, KeysThatFilesStillHoldEndTheEpochEarly) {
  World world;
  world.topics["in"] = {.name = "in", .splits = Good(1, 1000)};
  world.counting.unsaved_bytes_per_row = 1000;
  RunOptions options;
  options.shards = 1;
  options.batch_rows = 10;
  options.checkpoint_dir = "/checkpoints";
  options.unsaved_bytes_max = 100'000;
  ASSERT_TRUE(RunHere(world, scripted::CountingJob(), options).ok());
  const auto& rows = world.tables["out"].rows_of_commit;
  EXPECT_GE(rows.size(), 8U);
  EXPECT_LE(*std::max_element(rows.begin(), rows.end()), 210);
}

TEST(Pipeline, StateThatMemoryHasNoRoomForIsAnErrorThatSaysWhatToDo) {
  for (const bool may_spill : {false, true}) {
    World world;
    world.topics["in"] = {.name = "in", .splits = Good(1, 1000)};
    world.counting = {.bytes_per_row = 100'000, .may_spill = may_spill};
    RunOptions options;
    options.shards = 1;
    options.batch_rows = 10;
    options.checkpoint_dir = "/checkpoints";
    options.memory_bytes_max = 64 << 20;  // 16 MiB beside the writers
    const auto ran = RunHere(world, scripted::CountingJob(), options);
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.error().kind, ErrorKind::kResourceExhausted);
    const std::string& text = ran.error().text;
    EXPECT_NE(text.find("Count holds 16."), std::string::npos) << text;
    EXPECT_NE(text.find("there is room for 16.0 MiB"), std::string::npos) << text;
    const char* const advice = may_spill ? "'state.backend.type' = 'rocksdb'" : "'sluice.memory'";
    EXPECT_NE(text.find(advice), std::string::npos) << text;
  }
}

TEST(Pipeline, NewSplitsAreFoundAndReadFromTheirStart) {
  World world;
  world.topics["in"] = {
      .name = "in", .splits = Good(1, 5), .bounded = false, .discovery_interval_ms = 500};
  RunOptions options;
  options.shards = 2;
  options.commit_interval_ms = 1000;
  bool grown = false;
  world.stop_requests = [&] {
    const int64_t now_ms = world.false_clock.MonotonicMs();
    if (now_ms > 1'002'000 && !grown) {
      world.topics["in"].splits.push_back(std::vector<Kind>(7, Kind::kGood));
      grown = true;
    }
    return now_ms > 1'005'000 ? 1 : 0;
  };
  ASSERT_TRUE(RunHere(world, Straight(), options).ok());
  ExpectOnce(world, "out", "in", IsGood);
  EXPECT_EQ(world.tables["out"].state.position.sources.at("in").splits.at("in-1"), 7);
}

TEST(Pipeline, AFailedShardStopsTheOthersOnThreads) {
  World world;
  world.clock = &io::RealClock();
  world.topics["in"] = {.name = "in", .splits = Good(4, 50), .bounded = false};
  world.topics["in"].splits[2][30] = Kind::kBad;
  RunOptions options = SmallBatches();
  options.shards = 4;
  options.dead_letters = DeadLetterPolicy::kFail;
  const auto pipeline = Pipeline::Open(Straight(), options, world.MakeConnections(), nullptr);
  ASSERT_TRUE(pipeline.ok());
  const auto totals = (*pipeline)->Run();
  ASSERT_FALSE(totals.ok());
  EXPECT_NE(totals.error().text.find("offset 30"), std::string::npos);
}

}  // namespace
}  // namespace sluice::runtime
