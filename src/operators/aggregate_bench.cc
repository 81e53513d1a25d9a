// SPDX-License-Identifier: Apache-2.0
// What the aggregating operators cost per row: GROUP BY with one key, 10 thousand and 10 million
// keys, the many DISTINCT counts of Nexmark's q15, a hopping window as in its q5.
#include <random>

#include "arrow/api.h"
#include "benchmark/benchmark.h"
#include "operators/operators.h"

namespace sluice::operators {
namespace {

using flow::Type;
using flow::TypeKind;

constexpr int64_t kRows = 8192;

const flow::TypePtr kBigInt = Type::Simple(TypeKind::kBigInt);

functions::AggregateCall CallOf(const std::string& name, const std::vector<int>& columns,
                                bool distinct = false, int filter = -1) {
  functions::AggregateCall call;
  call.function = functions::FindAggregate(name);
  std::vector<functions::ExprPtr> arguments;
  for (const int column : columns) arguments.push_back(functions::Column(column, kBigInt, ""));
  const auto signature = call.function->resolve(arguments);
  call.argument_types = signature->arguments;
  call.type = signature->result;
  call.arguments = columns;
  call.distinct = distinct;
  call.filter = filter;
  return call;
}

std::shared_ptr<arrow::Array> Numbers(std::mt19937_64* random, uint64_t below) {
  arrow::Int64Builder builder;
  for (int64_t i = 0; i < kRows; ++i) {
    (void)builder.Append(static_cast<int64_t>((*random)() % below));
  }
  return builder.Finish().ValueOrDie();
}

/// Runs `op` over the batches again and again; counts rows.
void Run(benchmark::State& state, flow::Operator* op, const std::vector<flow::Batch>& batches) {
  std::vector<flow::Batch> out;
  size_t at = 0;
  int64_t given = 0;
  for (auto _ : state) {
    out.clear();
    const Status status = op->Process(0, batches[at], 0, &out);
    if (!status.ok()) state.SkipWithError(status.error().text.c_str());
    for (const flow::Batch& batch : out) given += batch.rows->num_rows();
    at = (at + 1) % batches.size();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["given"] =
      static_cast<double>(given) / static_cast<double>(state.iterations() * kRows);
  state.counters["bytes/key"] =
      static_cast<double>(op->memory_bytes()) /
      static_cast<double>(std::max<int64_t>(1, op->counters().state_rows));
}

void GroupByCountAndSum(benchmark::State& state) {
  const auto keys = static_cast<uint64_t>(state.range(0));
  const flow::Schema input{{{"k", kBigInt, ""}, {"n", kBigInt, ""}}};
  plan::GroupAggregateNode node;
  node.groups = {0};
  node.calls = {CallOf("COUNT", {}), CallOf("SUM", {1})};
  plan::JobNode job;
  job.output.fields = {input.fields[0], {"c", node.calls[0].type, ""}, {"s", kBigInt, ""}};
  job.node = node;
  const auto op = MakeOperator(job, {input}, {});
  std::mt19937_64 random(1);
  std::vector<flow::Batch> batches;
  for (int i = 0; i < (keys > 1000000 ? 4000 : 50); ++i) {
    batches.push_back({arrow::RecordBatch::Make(input.ToArrow(), kRows,
                                                {Numbers(&random, keys), Numbers(&random, 1000)}),
                       {},
                       {}});
  }
  std::vector<flow::Batch> out;
  for (const flow::Batch& batch : batches) {
    out.clear();
    (void)(*op)->Process(0, batch, 0, &out);
  }
  Run(state, op->get(), batches);
}
BENCHMARK(GroupByCountAndSum)->Arg(1)->Arg(10000)->Arg(10000000)->Unit(benchmark::kMicrosecond);

/// day, bidder, auction, three filters.
void DistinctCountsOfQ15(benchmark::State& state) {
  const flow::TypePtr flag = Type::Simple(TypeKind::kBoolean);
  const flow::Schema input{{{"day", Type::Varchar(), ""},
                            {"bidder", kBigInt, ""},
                            {"auction", kBigInt, ""},
                            {"rank1", flag, ""},
                            {"rank2", flag, ""},
                            {"rank3", flag, ""}}};
  plan::GroupAggregateNode node;
  node.groups = {0};
  plan::JobNode job;
  job.output.fields = {input.fields[0]};
  for (const std::vector<int>& columns : {std::vector<int>{}, {1}, {2}}) {
    for (const int filter : {-1, 3, 4, 5}) {
      node.calls.push_back(CallOf("COUNT", columns, !columns.empty(), filter));
      job.output.fields.push_back({"c", node.calls.back().type, ""});
    }
  }
  job.node = node;
  const auto op = MakeOperator(job, {input}, {});
  std::mt19937_64 random(1);
  std::vector<flow::Batch> batches;
  for (int64_t i = 0; i < 100; ++i) {
    arrow::StringBuilder day;
    arrow::BooleanBuilder flags[3];
    for (int64_t row = 0; row < kRows; ++row) {
      (void)day.Append("2015-07-15");
      const uint64_t price = random() % 100;
      (void)flags[0].Append(price < 65);
      (void)flags[1].Append(price >= 65 && price < 98);
      (void)flags[2].Append(price >= 98);
    }
    arrow::ArrayVector columns{day.Finish().ValueOrDie(), Numbers(&random, 100000),
                               Numbers(&random, 300000)};
    for (auto& one : flags) columns.push_back(one.Finish().ValueOrDie());
    batches.push_back({arrow::RecordBatch::Make(input.ToArrow(), kRows, columns), {}, {}});
  }
  Run(state, op->get(), batches);
}
BENCHMARK(DistinctCountsOfQ15)->Unit(benchmark::kMicrosecond);

/// 10 s windows every 2 s at 100 thousand rows a second.
void HopOfQ5(benchmark::State& state) {
  const flow::Schema input{
      {{"ts", Type::Timestamp(3)->WithTimeAttribute(flow::TimeAttribute::kRowtime), ""},
       {"auction", kBigInt, ""}}};
  plan::WindowAggregateNode node;
  node.window.kind = plan::WindowKind::kHop;
  node.window.size_ms = 10000;
  node.window.slide_ms = 2000;
  node.groups = {1};
  node.calls = {CallOf("COUNT", {})};
  node.wants_start = node.wants_end = true;
  plan::JobNode job;
  job.output.fields = {input.fields[1],
                       {"c", node.calls[0].type, ""},
                       {"start", Type::Timestamp(3, false), ""},
                       {"end", Type::Timestamp(3, false), ""}};
  job.node = node;
  const auto op = MakeOperator(job, {input}, {});
  std::mt19937_64 random(1);
  int64_t row_number = 0, given = 0;
  std::vector<flow::Batch> out;
  for (auto _ : state) {
    state.PauseTiming();
    arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MICRO),
                                  arrow::default_memory_pool());
    arrow::Int64Builder keys;
    for (int64_t i = 0; i < kRows; ++i, ++row_number) {
      (void)times.Append(row_number * 10);
      // Auctions are bid for while they are open: the newest ones, and one hot one.
      const int64_t newest = row_number / 15;
      (void)keys.Append(random() % 2 == 0 ? newest / 100 * 100
                                          : newest - static_cast<int64_t>(random() % 1000));
    }
    const flow::Batch batch{
        arrow::RecordBatch::Make(input.ToArrow(), kRows,
                                 {times.Finish().ValueOrDie(), keys.Finish().ValueOrDie()}),
        {},
        {}};
    out.clear();
    state.ResumeTiming();
    Status status = (*op)->Process(0, batch, 0, &out);
    int64_t watermark = row_number / 100 - 10;
    if (status.ok()) status = (*op)->OnWatermark(&watermark, 0, &out);
    if (!status.ok()) state.SkipWithError(status.error().text.c_str());
    for (const flow::Batch& one : out) given += one.rows->num_rows();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["given"] = static_cast<double>(given) / static_cast<double>(row_number);
}
BENCHMARK(HopOfQ5)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sluice::operators
