// SPDX-License-Identifier: Apache-2.0
// Windows over splits that stand at very different times, stopped and gone on with: after a restart
// no row is late that would not have been late without it.
#include <gtest/gtest.h>

#include "plan/session.h"
#include "plan/test_connectors.h"
#include "runtime/connections.h"
#include "runtime/pipeline.h"
#include "runtime/scripted_internal.h"

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

/// Reads all that is there, stops and commits.
void ReadAndStop(World& world, int shards) {
  int turns = 0;
  world.stop_requests = [&] { return ++turns > 200 ? 1 : 0; };
  Connections connections = world.MakeConnections();
  const Connections real = DefaultConnections([](const std::string&) { return nullptr; });
  connections.make_operator = real.make_operator;
  connections.make_watermark = real.make_watermark;
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

}  // namespace
}  // namespace sluice::runtime
