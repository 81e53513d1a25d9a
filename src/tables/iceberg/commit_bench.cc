// SPDX-License-Identifier: Apache-2.0
// What one append costs a table that has been committed to for long, by the number of its kept
// snapshots: every commit writes all of metadata.json. On the false disk, so that what is measured
// is ours. 3,600 snapshots are an hour of commits every second.
//   taskset -c 1 tables_commit_bench --benchmark_repetitions=5
#include <benchmark/benchmark.h>

#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

// What a pipeline that reads Kafka writes into each summary.
std::map<std::string, std::string> Summary(int64_t epoch) {
  const std::string number = std::to_string(epoch);
  return {{"sluice.pipeline", "insert-into_lake.db.bid"},
          {"sluice.epoch", number},
          {"sluice.token", "5a2678c7d84f5c1c"},
          {"sluice.lower", R"({"bench@cluster":{"0":)" + number + "}}"},
          {"sluice.upper", R"({"bench@cluster":{"0":)" + number + "}}"},
          {"sluice.commit-id", "5a2678c7d84f5c1c-" + number}};
}

Result<Table> OldTable(TestWorld* world, int64_t snapshots) {
  SLUICE_ASSIGN(Table table, world->Create());
  SLUICE_TRY(AppendOnce(&table, {world->AddFile("a", "eu", 0, 1)}));
  TableMetadata metadata = table.metadata();
  const std::string list = metadata.snapshots[0].manifest_list;
  const AppendTotals added{.files = 1, .rows = 10, .size_bytes = 1000, .changed_partitions = 1};
  for (int64_t i = 1; i < snapshots; ++i) {
    ApplySnapshot({i, list, AppendSummary(metadata.current_snapshot(), added, Summary(i))},
                  &metadata);
  }
  const std::string location = table.MetadataLocation() + "/00002-old.metadata.json";
  SLUICE_ASSIGN(const std::string path, io::PathOfUri(location));
  SLUICE_TRY(world->files.WriteWhole(path, TableMetadataToJson(metadata)));
  SLUICE_TRY(world->catalog.Swap(world->identifier, table.metadata_location(), location));
  return Table::Load(world->environment(), world->identifier);
}

void BM_Append(benchmark::State& state) {
  TestWorld world;
  auto table = OldTable(&world, state.range(0));
  int64_t made = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string last = table.ok() ? table->metadata_location() : "";
    const DataFile file = world.AddFile("f" + std::to_string(++made), "eu", 0, 1);
    state.ResumeTiming();
    const auto done =
        table.ok() ? AppendOnce(&*table, {file}) : Result<CommitResult>(table.error());
    state.PauseTiming();
    if (!done.ok() || done->outcome != CommitOutcome::kCommitted) {
      state.SkipWithError("not committed");
      break;
    }
    (void)world.files.Remove(*io::PathOfUri(last));  // or memory fills up
    state.ResumeTiming();
  }
}
BENCHMARK(BM_Append)->Arg(100)->Arg(1'000)->Arg(3'600)->Arg(36'000)->Unit(benchmark::kMillisecond);

void BM_Load(benchmark::State& state) {
  TestWorld world;
  const auto table = OldTable(&world, state.range(0));
  for (auto _ : state) {
    const auto loaded = Table::Load(world.environment(), world.identifier);
    if (!table.ok() || !loaded.ok()) state.SkipWithError("not loaded");
  }
}
BENCHMARK(BM_Load)->Arg(100)->Arg(3'600)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::tables::iceberg
