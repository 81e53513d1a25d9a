// SPDX-License-Identifier: Apache-2.0
// GROUP BY count, sum over BIGINT keys: encode, probe, update, mark; by the number of keys.
#include <benchmark/benchmark.h>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::state {
namespace {

constexpr int64_t kRows = 8192;

struct Sums {
  int64_t count;
  int64_t sum;
};

uint64_t Mixed(uint64_t x) {
  x ^= x >> 31;
  x *= 0x7fb5d329728ea185ULL;
  x ^= x >> 27;
  x *= 0x81dadef4bc2dd44dULL;
  return x ^ x >> 33;
}

std::shared_ptr<arrow::RecordBatch> MakeRows(const flow::Schema& schema, int64_t first,
                                             int64_t keys) {
  auto values = std::make_shared<std::vector<int64_t>>(static_cast<size_t>(kRows));
  for (size_t i = 0; i < values->size(); ++i) {
    const uint64_t row = static_cast<uint64_t>(first) + i;
    // Each key once at first, then in another order.
    (*values)[i] = static_cast<int64_t>(
        row < static_cast<uint64_t>(keys) ? row : Mixed(row) % static_cast<uint64_t>(keys));
  }
  auto buffer = arrow::Buffer::FromVector(std::move(*values));
  auto array = std::make_shared<arrow::Int64Array>(kRows, std::move(buffer));
  return arrow::RecordBatch::Make(schema.ToArrow(), kRows, {std::move(array)});
}

Status Run(const KeyEncoder& encoder, const arrow::RecordBatch& rows, Table* table) {
  static EncodedKeys keys;
  static std::vector<Slot> slots;
  static std::vector<uint8_t> inserted;
  SLUICE_TRY(encoder.Encode(rows, &keys));
  SLUICE_TRY(table->FindOrInsertAll(keys, &slots, &inserted));
  for (const Slot slot : slots) {
    auto* const sums = static_cast<Sums*>(table->Payload(slot));
    sums->count += 1;
    sums->sum += slot;
    table->MarkChanged(slot);
  }
  return Status::Ok();
}

void GroupBy(benchmark::State& state, bool nullable, int64_t ttl_ms) {
  const int64_t distinct = state.range(0);
  flow::Schema schema;
  schema.fields = {{"k", flow::Type::Simple(flow::TypeKind::kBigInt, nullable), ""}};
  auto encoder = KeyEncoder::Make(schema, {0});
  Table table({.payload = {.size = sizeof(Sums)}, .ttl_ms = ttl_ms});
  int64_t first = 0;
  for (; first < distinct; first += kRows) {
    if (!Run(*encoder, *MakeRows(schema, first, distinct), &table).ok()) return;
  }
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (int i = 0; i < 256; ++i) batches.push_back(MakeRows(schema, first += kRows, distinct));
  size_t next = 0;
  for (auto _ : state) {
    if (!Run(*encoder, *batches[next++ % batches.size()], &table).ok()) return;
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["bytes/key"] =
      static_cast<double>(table.memory_bytes()) / static_cast<double>(table.size());
}

void Insert(benchmark::State& state) {
  const int64_t distinct = state.range(0);
  flow::Schema schema;
  schema.fields = {{"k", flow::Type::Simple(flow::TypeKind::kBigInt), ""}};
  auto encoder = KeyEncoder::Make(schema, {0});
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (int64_t first = 0; first < distinct; first += kRows) {
    batches.push_back(MakeRows(schema, first, distinct));
  }
  for (auto _ : state) {
    Table table({.payload = {.size = sizeof(Sums)}});
    for (const auto& batch : batches) {
      if (!Run(*encoder, *batch, &table).ok()) return;
    }
  }
  state.SetItemsProcessed(state.iterations() * distinct);
}

BENCHMARK_CAPTURE(GroupBy, bigint, true, 0)
    ->Arg(100)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000);
BENCHMARK_CAPTURE(GroupBy, bigint_not_null, false, 0)->Arg(100'000)->Arg(10'000'000);
BENCHMARK_CAPTURE(GroupBy, bigint_ttl, true, 3'600'000)->Arg(100'000)->Arg(10'000'000);
BENCHMARK(Insert)->Arg(10'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::state
