// SPDX-License-Identifier: Apache-2.0
// Windows and their watermarks after a restart: over splits that stand at very different times, no
// row is late that would not have been late without it; and no window comes an epoch late.
#include <gtest/gtest.h>

#include "plan/session.h"
#include "plan/test_connectors.h"
#include "runtime/alignment.h"
#include "runtime/connections.h"
#include "runtime/layout.h"
#include "runtime/messages.h"
#include "runtime/pipeline.h"
#include "runtime/scripted_internal.h"
#include "runtime/shard.h"

namespace sluice::runtime {
namespace {

using scripted::Kind;
using scripted::World;

// A record's offset is its time in seconds. Each window gives its number and its rows.
constexpr char kScript[] = R"sql(
CREATE TABLE `in` (
  `split` INT, `offset` BIGINT,
  ts AS TO_TIMESTAMP_LTZ(`offset` * 1000, 3), WATERMARK FOR ts AS ts
) WITH ('connector' = 'kafka');
CREATE TABLE `out` (`window` INT, `rows` BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO `out`
SELECT CAST(MIN(`offset`) / 10 AS INT), COUNT(`split`)
FROM TABLE(TUMBLE(TABLE `in`, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
)sql";

plan::JobGraph Windows() {
  plan::Session session({.connectors = plan::TestConnectors(), .settings = {}});
  plan::Outcome outcome = session.Run({"windows.sql", kScript});
  EXPECT_TRUE(outcome.ok());
  plan::JobGraph graph = std::move(outcome.jobs.at(0));
  for (plan::JobNode& node : graph.nodes) {  // as the scripted world names them
    if (auto* const source = std::get_if<plan::SourceNode>(&node.node)) source->table.name = "in";
    if (auto* const sink = std::get_if<plan::SinkNode>(&node.node)) sink->table.name = "out";
  }
  return graph;
}

/// The scripted world's, with real windows.
Connections ConnectionsOf(World& world) {
  Connections connections = world.MakeConnections();
  const Connections real = DefaultConnections([](const std::string&) { return nullptr; });
  connections.make_operator = real.make_operator;
  connections.make_watermark = real.make_watermark;
  return connections;
}

/// Reads all that is there, stops and commits.
void ReadAndStop(World& world, int shards) {
  int turns = 0;
  world.stop_requests = [&] { return ++turns > 200 ? 1 : 0; };
  const Connections connections = ConnectionsOf(world);
  RunOptions options;
  options.shards = shards;
  options.batch_rows = 3;
  options.checkpoint_dir = "/state";
  const auto pipeline = Pipeline::Open(Windows(), options, connections, nullptr);
  ASSERT_TRUE(pipeline.ok()) << pipeline.error().ToString();
  const auto totals = (*pipeline)->RunOnThisThread();
  ASSERT_TRUE(totals.ok()) << totals.error().ToString();
}

/// All splits are read up to these offsets.
void GrowTo(World& world, const std::vector<size_t>& ends) {
  auto& splits = world.topics["in"].splits;
  splits.resize(ends.size());
  for (size_t i = 0; i < ends.size(); ++i) splits[i].resize(ends[i], Kind::kGood);
}

// Were the splits' watermarks put back one after the other, the first one would be that of the
// table while the splits behind it are not known yet.
TEST(RestoredWatermarks, SplitsThatAreBehindAreNotLate) {
  for (const std::vector<size_t>& first :
       {std::vector<size_t>{90, 5, 33}, {5, 90, 33}, {33, 5, 90}, {90, 90, 2}}) {
    for (const int shards : {1, 2}) {
      World world;
      world.topics["in"] = {.name = "in", .splits = {}, .bounded = false};
      GrowTo(world, first);
      ReadAndStop(world, shards);
      EXPECT_TRUE(world.tables["out"].rows.empty()) << "the last split has passed no window";
      GrowTo(world, {90, 50, 50});
      ReadAndStop(world, shards == 1 ? 1 : 3);
      GrowTo(world, {101, 101, 101});
      ReadAndStop(world, shards);
      std::map<std::pair<int64_t, int64_t>, int> expected;
      for (int64_t window = 0; window < 10; ++window) expected[{window, 30}] = 1;
      EXPECT_EQ(world.tables["out"].rows, expected)
          << shards << " shards, " << first[0] << ", " << first[1] << ", " << first[2];
    }
  }
}

// A shard that restores for long sees its first barrier before it has told anybody that it reads
// nothing: the windows that the epoch's position closes are in this epoch nevertheless.
TEST(RestoredWatermarks, AShardThatComesLateHoldsNoWindowBack) {
  World world;
  world.topics["in"] = {.name = "in", .splits = {}, .bounded = false};
  world.dead_letter_table = false;
  GrowTo(world, {35});
  const plan::JobGraph graph = Windows();
  const Connections connections = ConnectionsOf(world);
  const RunOptions options{.shards = 2};
  auto layout = OpenLayout(graph, connections, options);
  ASSERT_TRUE(layout.ok()) << layout.error().ToString();
  Exchange exchange(2);
  Alignment alignment(*layout, 2);
  Shard reader(0, *layout, options, exchange, alignment);
  Shard late(1, *layout, options, exchange, alignment);
  ASSERT_TRUE(reader.Open(connections).ok());
  ASSERT_TRUE(late.Open(connections).ok());

  Command read;
  read.assign.push_back({.split = {.name = "in-0"}, .skip_below = {0}});
  exchange.commands[0]->Push(std::move(read));
  for (int turn = 0; turn < 5; ++turn) reader.Step(0);
  Barrier barrier{.epochs = {1}, .epoch = 1};
  barrier.full.assign(2 * graph.nodes.size(), 1);
  Command stage;
  stage.barrier = std::make_shared<const Barrier>(std::move(barrier));
  for (const auto& commands : exchange.commands) commands->Push(stage);

  int64_t rows = 0;
  int64_t position = 0;
  size_t staged = 0;
  for (int turn = 0; turn < 10; ++turn) {
    for (Shard* const shard : {&reader, &late}) shard->Step(0);
    while (auto report = exchange.reports.PopFor(0)) {
      ASSERT_FALSE(report->error) << report->error->ToString();
      if (report->kind != Report::Kind::kStaged) continue;  // there is no more to read
      ++staged;
      rows += report->parts.at(0)->rows;
      if (report->shard == 0) position = report->positions.at(0).at(0);
    }
  }
  EXPECT_EQ(staged, 2u);
  EXPECT_EQ(position, 35);
  EXPECT_EQ(rows, 3) << "of the windows that end at 10, 20 and 30 seconds";
}

}  // namespace
}  // namespace sluice::runtime
