// SPDX-License-Identifier: Apache-2.0
// What operators that keep the best, first or last rows cost per row: the ten highest bids of each
// auction with their ranks (Nexmark's q19), the highest alone (q9), the last bid of a bidder for an
// auction (q18), the highest bids of a window.
#include <algorithm>

#include "operators/bench_rows.h"

namespace sluice::operators {
namespace {

constexpr int64_t kTurnsMax = 60;  // half a million rows

std::vector<BenchInput> Bids(AuctionHouse* house) {
  std::vector<BenchInput> inputs;
  inputs.push_back({.input = 0, .batch = house->Bids()});
  return inputs;
}

template <typename Node>
auto MakerOf(const Node& node, const flow::Schema& input, const flow::Schema& output) {
  return [=] {
    plan::JobNode job;
    job.output = output;
    job.node = node;
    return MakeOperator(job, {input}, {}).value();
  };
}

flow::Schema WithRank(flow::Schema schema) {
  schema.fields.push_back({"rank", flow::Type::Simple(flow::TypeKind::kBigInt), ""});
  return schema;
}

plan::RankNode Highest(int64_t count) {
  plan::RankNode node;
  node.partition_by = {0};
  node.order_by = {{2, true, false}};
  node.to = count;
  return node;
}

void TopTenOfQ19(benchmark::State& state) {
  plan::RankNode node = Highest(10);
  node.emit_rank = true;
  RunOperator(state, kTurnsMax, MakerOf(node, BidSchema(), WithRank(BidSchema())), Bids);
}
BENCHMARK(TopTenOfQ19)->Unit(benchmark::kMicrosecond);

void TopTenWithoutRank(benchmark::State& state) {
  RunOperator(state, kTurnsMax, MakerOf(Highest(10), BidSchema(), BidSchema()), Bids);
}
BENCHMARK(TopTenWithoutRank)->Unit(benchmark::kMicrosecond);

void TopOneOfQ9(benchmark::State& state) {
  RunOperator(state, kTurnsMax, MakerOf(Highest(1), BidSchema(), BidSchema()), Bids);
}
BENCHMARK(TopOneOfQ9)->Unit(benchmark::kMicrosecond);

/// The last row per bidder and auction; with the row that it takes the place of, or without.
void LastRowOfQ18(benchmark::State& state) {
  plan::DeduplicateNode node;
  node.keys = {1, 0};
  node.time_column = 5;
  node.keep_last = true;
  node.emit_update_before = state.range(0) != 0;
  RunOperator(state, kTurnsMax, MakerOf(node, BidSchema(), BidSchema()), Bids);
}
BENCHMARK(LastRowOfQ18)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void FirstRow(benchmark::State& state) {
  plan::DeduplicateNode node;
  node.keys = {1, 0};
  node.time_column = 5;
  node.at_watermark = true;
  RunOperator(state, kTurnsMax, MakerOf(node, BidSchema(), BidSchema()), Bids);
}
BENCHMARK(FirstRow)->Unit(benchmark::kMicrosecond);

/// The three highest bids of each auction in windows of a second.
void WindowTopThree(benchmark::State& state) {
  flow::Schema input = BidSchema();
  input.fields.push_back({"window_end", flow::Type::Timestamp(3, false), ""});
  plan::WindowRankNode node;
  node.window_end = input.size() - 1;
  node.partition_by = {0};
  node.order_by = {{2, true, false}};
  node.to = 3;
  node.emit_rank = true;
  const auto next = [&](AuctionHouse* house) {
    std::vector<BenchInput> inputs = Bids(house);
    const auto& rows = *inputs[0].batch.rows;
    const auto& times = static_cast<const arrow::TimestampArray&>(*rows.column(5));
    arrow::TimestampBuilder ends(rows.column(5)->type(), arrow::default_memory_pool());
    constexpr int64_t kSecond = 1'000'000;
    for (int64_t i = 0; i < rows.num_rows(); ++i) {
      (void)ends.Append((times.Value(i) / kSecond + 1) * kSecond);
    }
    arrow::ArrayVector columns = rows.columns();
    columns.push_back(ends.Finish().ValueOrDie());
    inputs[0].batch.rows = arrow::RecordBatch::Make(input.ToArrow(), rows.num_rows(), columns);
    return inputs;
  };
  RunOperator(state, kTurnsMax, MakerOf(node, input, WithRank(input)), next);
}
BENCHMARK(WindowTopThree)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sluice::operators
