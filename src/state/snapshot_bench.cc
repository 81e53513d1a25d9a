// SPDX-License-Identifier: Apache-2.0
// Writing the state of a table to files, and restoring it: unpacking, checking, decoding,
// inserting. By the size of an entry's payload; 1 GiB of keys and values, or what is asked.
#include <benchmark/benchmark.h>

#include "io/scratch.h"
#include "state/key_encoder.h"
#include "state/snapshot_store.h"
#include "state/table.h"

namespace sluice::state {
namespace {

constexpr size_t kKeyBytes = 9;

std::string KeyOf(uint64_t i) {
  std::string out(1, '\1');
  out.append(reinterpret_cast<const char*>(&i), sizeof(i));
  return out;
}

void Fill(Table* table, size_t payload, int64_t bytes) {
  const uint64_t count = static_cast<uint64_t>(bytes) / (kKeyBytes + payload);
  for (uint64_t i = 0; i < count; ++i) {
    const std::string key = KeyOf(i * 7919);
    bool inserted = false;
    auto slot = table->FindOrInsert(key, HashKey(key), &inserted);
    char* const at = static_cast<char*>(table->Payload(*slot));
    for (size_t j = 0; j + 8 <= payload; j += 8) {
      // Half of each word is noise, as counts and sums are.
      const uint64_t word = ((i + j) * 0x9E3779B97F4A7C15ULL) >> 32;
      std::memcpy(at + j, &word, 8);
    }
  }
}

struct Files {
  std::unique_ptr<io::ScratchDirectory> directory = std::move(*io::ScratchDirectory::Make());
  SnapshotStore store{&io::RealFileSystem(), directory->path() + "/state"};
};

Result<SnapshotFile> Write(Files* files, Table* table, int64_t epoch) {
  SLUICE_ASSIGN(auto writer, files->store.Begin({.uid = "bench", .epoch = epoch}, "t"));
  SLUICE_TRY(table->Snapshot(true, writer.get()));
  return writer->Finish();
}

void WriteState(benchmark::State& state) {
  const auto payload = static_cast<size_t>(state.range(0));
  Files files;
  Table table({.payload = {.size = payload}});
  Fill(&table, payload, state.range(1) << 20);
  int64_t epoch = 0;
  int64_t bytes = 0;
  for (auto _ : state) bytes = Write(&files, &table, ++epoch)->bytes;
  state.SetBytesProcessed(state.iterations() * (state.range(1) << 20));
  state.counters["file"] = static_cast<double>(bytes);
}

void RestoreState(benchmark::State& state) {
  const auto payload = static_cast<size_t>(state.range(0));
  Files files;
  SnapshotChain chain;
  {
    Table table({.payload = {.size = payload}});
    Fill(&table, payload, state.range(1) << 20);
    chain = {*Write(&files, &table, 1)};
  }
  for (auto _ : state) {
    Table table({.payload = {.size = payload}});
    const Status restored = files.store.Restore(
        chain, {}, [&](const flow::StateEntry& entry) { return table.Restore(entry); });
    if (!restored.ok()) return state.SkipWithError(restored.error().text.c_str());
  }
  state.SetBytesProcessed(state.iterations() * (state.range(1) << 20));
  state.counters["entries"] = static_cast<double>(chain[0].entries);
}

BENCHMARK(WriteState)->Args({16, 256})->Args({88, 1024})->Unit(benchmark::kMillisecond);
BENCHMARK(RestoreState)
    ->Args({16, 256})
    ->Args({88, 1024})
    ->Args({400, 1024})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::state
