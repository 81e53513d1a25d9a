// SPDX-License-Identifier: Apache-2.0
// What joins cost per row of either input: bids with their auction, all columns (as Nexmark's q20)
// and only while it is open (q9); bids with the auctions of the same second before (an interval).
#include <algorithm>

#include "operators/bench_rows.h"

namespace sluice::operators {
namespace {

constexpr int64_t kTurnsMax = 60;  // half a million rows

flow::Schema Both() {
  flow::Schema both = BidSchema();
  const flow::Schema auction = AuctionSchema();
  both.fields.insert(both.fields.end(), auction.fields.begin(), auction.fields.end());
  for (flow::Field& field : both.fields) {
    field.type = field.type->WithTimeAttribute(flow::TimeAttribute::kNone);
  }
  return both;
}

template <typename Node>
auto MakerOf(const Node& node) {
  return [node] {
    plan::JobNode job;
    job.output = Both();
    job.node = node;
    return MakeOperator(job, {BidSchema(), AuctionSchema()}, {}).value();
  };
}

std::vector<BenchInput> AuctionsAndBids(AuctionHouse* house) {
  std::vector<BenchInput> inputs;
  inputs.push_back({.input = 1, .batch = house->Auctions()});
  inputs.push_back({.input = 0, .batch = house->Bids()});
  return inputs;
}

plan::RegularJoinNode ByAuction() {
  plan::RegularJoinNode node;
  node.keys = {{0, 0, false}};
  return node;
}

void RegularJoinOfQ20(benchmark::State& state) {
  RunOperator(state, kTurnsMax, MakerOf(ByAuction()), AuctionsAndBids);
}
BENCHMARK(RegularJoinOfQ20)->Unit(benchmark::kMicrosecond);

void RegularJoinWithConditionOfQ9(benchmark::State& state) {
  const flow::Schema both = Both();
  const int bids = BidSchema().size();
  const auto column = [&](int index) {
    return functions::Column(index, both.fields[static_cast<size_t>(index)].type, "");
  };
  plan::RegularJoinNode node = ByAuction();
  node.residual = functions::MakeCall(">=", {column(5), column(bids + 4)}).value();
  RunOperator(state, kTurnsMax, MakerOf(node), AuctionsAndBids);
}
BENCHMARK(RegularJoinWithConditionOfQ9)->Unit(benchmark::kMicrosecond);

void LeftJoin(benchmark::State& state) {
  plan::RegularJoinNode node = ByAuction();
  node.type = plan::JoinType::kLeft;
  node.right_unique = {0};
  RunOperator(state, kTurnsMax, MakerOf(node), AuctionsAndBids);
}
BENCHMARK(LeftJoin)->Unit(benchmark::kMicrosecond);

void IntervalJoin(benchmark::State& state) {
  plan::IntervalJoinNode node;
  node.keys = {{0, 0, false}};
  node.left_time = 5;
  node.right_time = 4;
  node.lower_ms = 0;
  node.upper_ms = 1000;
  RunOperator(state, kTurnsMax, MakerOf(node), AuctionsAndBids);
}
BENCHMARK(IntervalJoin)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sluice::operators
