// SPDX-License-Identifier: Apache-2.0
#include "plan/cost.h"

#include <gtest/gtest.h>

namespace sluice::plan {
namespace {

JobNode Node(JobGraph* job, NodeVariant variant, std::vector<int> inputs, int columns = 2) {
  JobNode node;
  node.id = static_cast<int>(job->nodes.size());
  node.inputs = std::move(inputs);
  for (int i = 0; i < columns; ++i) {
    node.output.fields.push_back({"c", flow::Type::Simple(flow::TypeKind::kBigInt), ""});
  }
  node.node = std::move(variant);
  job->nodes.push_back(node);
  return node;
}

JobGraph Grouped(std::vector<int> exchange_keys, flow::OptionMap options = {}) {
  JobGraph job;
  SourceNode source;
  source.table.options = std::move(options);
  Node(&job, source, {});
  Node(&job, ExchangeNode{std::move(exchange_keys), {}}, {0});
  GroupAggregateNode aggregate;
  aggregate.groups = {0};
  aggregate.calls.resize(1);
  Node(&job, aggregate, {1});
  Node(&job, SinkNode{}, {2});
  return job;
}

TEST(Cost, ATableOfUnknownSizeHasAHundredMillionRowsAsInFlink) {
  const auto estimates = EstimateCosts(Grouped({0}));
  EXPECT_EQ(
      CostText(estimates[0]),
      "rowcount = 1.0E8, cumulative cost = {1.0E8 rows, 1.0E8 cpu, 1.6E9 io, 0.0 network, 0.0 "
      "memory}");
}

TEST(Cost, StateAndExchangesAddUp) {
  const auto estimates = EstimateCosts(Grouped({0}));
  const Estimate& sink = estimates[3];
  EXPECT_EQ(sink.rows, 1e7);
  EXPECT_EQ(sink.cumulative.rows, 1e8 + 1e8 + 1e7 + 1e7);
  EXPECT_EQ(sink.cumulative.cpu, 1e8 + 4e8 + 5e8);
  EXPECT_EQ(sink.cumulative.network, 1.6e9);
  EXPECT_EQ(sink.cumulative.memory, 1e7 * 16);
  EXPECT_EQ(sink.cumulative.io, 1.6e9 + 1e7 * 16);
}

TEST(Cost, ConnectorsThatSayHowManyRowsAreBelieved) {
  const auto estimates = EstimateCosts(Grouped({0}, {{"number-of-rows", "1000"}}));
  EXPECT_EQ(estimates[0].rows, 1000);
  EXPECT_EQ(estimates[2].rows, 100);
  EXPECT_EQ(CostText(estimates[2]),
            "rowcount = 100.0, cumulative cost = {2100.0 rows, 10000.0 cpu, 16000.0 io, 16000.0 "
            "network, 1600.0 memory}");
}

TEST(Cost, WhatTwoNodesReadCountsForBoth) {
  JobGraph job;
  Node(&job, SourceNode{}, {});
  Node(&job, UnionNode{}, {0, 0});
  const auto estimates = EstimateCosts(job);
  EXPECT_EQ(estimates[1].rows, 2e8);
  EXPECT_EQ(estimates[1].cumulative.io, 2 * 1.6e9);
}

TEST(Cost, AJoinKeepsBothSides) {
  JobGraph job;
  Node(&job, SourceNode{}, {});
  SourceNode small;
  small.table.options = {{"number-of-rows", "10"}};
  Node(&job, small, {});
  RegularJoinNode join;
  join.keys.push_back({0, 0, false});
  Node(&job, join, {0, 1}, 4);
  RegularJoinNode cross;
  Node(&job, cross, {0, 1}, 4);
  const auto estimates = EstimateCosts(job);
  EXPECT_EQ(estimates[2].rows, 1e8);
  EXPECT_EQ(estimates[2].cumulative.memory, (1e8 + 10) * 16);
  EXPECT_EQ(estimates[3].rows, 1e9);
}

}  // namespace
}  // namespace sluice::plan
