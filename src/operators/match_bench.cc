// SPDX-License-Identifier: Apache-2.0
// What MATCH_RECOGNIZE costs per row: bids for an auction that rise and then fall, with conditions
// on the row alone and on the rows before; many keys with few rows each, and one key of all rows
// with many matches under way.
#include <algorithm>

#include "operators/bench_rows.h"

namespace sluice::operators {
namespace {

using Navigation = sql::MatchSpec::Navigation;

constexpr int64_t kTurnsMax = 30;  // a quarter of a million rows

const flow::TypePtr kNumber = flow::Type::Simple(flow::TypeKind::kBigInt);

functions::ExprPtr Call(const char* name, std::vector<functions::ExprPtr> arguments) {
  return functions::MakeCall(name, std::move(arguments)).value();
}

functions::ExprPtr Literal(int64_t value) {
  return functions::Literal(arrow::MakeScalar(value), kNumber->WithNullable(false));
}

functions::ExprPtr Price() {
  return functions::Column(2, kNumber, "price");
}

/// PATTERN (A B+ C), as rows come; definitions and measures are added.
plan::MatchNode Pattern(bool by_auction) {
  plan::MatchNode node;
  node.time_column = 5;
  node.processing_time = true;
  if (by_auction) node.spec.partition_by = {0};
  node.spec.order_by = {{5, false, true}};
  node.spec.variables = {"A", "B", "C"};
  node.spec.pattern.kind = sql::MatchSpec::Pattern::Kind::kSequence;
  node.spec.pattern.parts.resize(3);
  for (int i = 0; i < 3; ++i) node.spec.pattern.parts[static_cast<size_t>(i)].variable = i;
  node.spec.pattern.parts[1].at_most = -1;
  return node;
}

functions::ExprPtr Navigate(plan::MatchNode* node, Navigation::Kind kind, int variable,
                            int64_t offset = 0) {
  Navigation navigation;
  navigation.kind = kind;
  navigation.variable = variable;
  navigation.column = 2;
  navigation.offset = offset;
  navigation.type = kNumber;
  node->spec.navigations.push_back(navigation);
  const int column = BidSchema().size() + static_cast<int>(node->spec.navigations.size()) - 1;
  return functions::Column(column, kNumber, "navigation");
}

void Run(benchmark::State& state, plan::MatchNode node) {
  node.spec.measures = {Navigate(&node, Navigation::Kind::kFirst, 0),
                        Navigate(&node, Navigation::Kind::kLast, 1)};
  flow::Schema output;
  if (!node.spec.partition_by.empty()) output.fields.push_back({"auction", kNumber, ""});
  for (const char* name : {"first", "last"}) output.fields.push_back({name, kNumber, ""});
  const auto make = [=] {
    plan::JobNode job;
    job.output = output;
    job.node = node;
    return MakeOperator(job, {BidSchema()}, {}).value();
  };
  RunOperator(state, kTurnsMax, make, [](AuctionHouse* house) {
    std::vector<BenchInput> inputs;
    inputs.push_back({.input = 0, .batch = house->Bids()});
    return inputs;
  });
}

/// Conditions on the row alone: a low bid, others, a very high one.
void MatchOfEachRowAlone(benchmark::State& state) {
  plan::MatchNode node = Pattern(state.range(0) != 0);
  node.spec.definitions = {Call("<", {Price(), Literal(1'000'000)}),
                           Call("<", {Price(), Literal(9'900'000)}),
                           Call(">=", {Price(), Literal(9'900'000)})};
  Run(state, std::move(node));
}
BENCHMARK(MatchOfEachRowAlone)->Arg(1)->Arg(0)->Unit(benchmark::kMicrosecond);

/// Bids that rise, then one below the last.
void MatchOfRowsBefore(benchmark::State& state) {
  plan::MatchNode node = Pattern(state.range(0) != 0);
  const auto before = Navigate(&node, Navigation::Kind::kLast, 1, 1);
  const auto last = Navigate(&node, Navigation::Kind::kLast, 1);
  node.spec.definitions = {nullptr,
                           Call("OR", {Call("IS NULL", {before}), Call(">", {Price(), before})}),
                           Call("<", {Price(), last})};
  Run(state, std::move(node));
}
BENCHMARK(MatchOfRowsBefore)->Arg(1)->Arg(0)->Unit(benchmark::kMicrosecond);

/// Of one key, each row begins a match, and next to none ends: up to a thousand are under way.
void MatchThatIsLong(benchmark::State& state) {
  plan::MatchNode node = Pattern(false);
  const auto last = Navigate(&node, Navigation::Kind::kLast, 1);
  node.spec.definitions = {nullptr, Call("<", {Price(), Literal(9'999'000)}),
                           Call(">", {Price(), last})};
  Run(state, std::move(node));
}
BENCHMARK(MatchThatIsLong)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sluice::operators
