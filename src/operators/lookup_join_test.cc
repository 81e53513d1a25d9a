// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_join.h"

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"
#include "operators/table_lookup.h"

namespace sluice::operators {
namespace {

const flow::Schema kOrders = SchemaOf({{"order_id", "INT"}, {"customer", "INT"}});
const flow::Schema kCustomers = SchemaOf({{"id", "INT"}, {"name", "STRING"}, {"age", "INT"}});
const flow::Schema kJoined =
    SchemaOf({{"order_id", "INT"}, {"customer", "INT"}, {"id", "INT"}, {"age", "INT"}});
const flow::TypePtr kInt = flow::Type::Simple(flow::TypeKind::kInt);

functions::ExprPtr Compare(const char* name, int column, int32_t value) {
  return *functions::MakeCall(
      name, {functions::Column(column, kInt, "c"),
             functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false))});
}

Rows Join(plan::LookupJoinNode node, const Rows& rows) {
  node.columns = {0, 2};
  node.keys = {{0, functions::Column(1, kInt, "customer")}};
  plan::JobNode job;
  job.node = node;
  job.output = kJoined;
  OperatorOptions options;
  options.open_lookup = [](const plan::LookupJoinNode& lookup) {
    const flow::Batch table = BatchOf(kCustomers, {"+I[1, Bob, 28]", "+I[2, Alice, 32]",
                                                   "+I[2, Alix, 33]", "+I[null, Nobody, 99]"});
    return MakeTableLookup(kCustomers, table.rows, {0}, lookup.columns);
  };
  const std::vector<flow::Schema> inputs{kOrders};
  auto join = MakeOperator(job, inputs, options);
  EXPECT_TRUE(join.ok()) << join.error().text;
  std::vector<flow::Batch> out;
  const Status status = (*join)->Process(0, BatchOf(kOrders, rows), 0, &out);
  EXPECT_TRUE(status.ok()) << status.error().text;
  return RowsOf(out);
}

const Rows kRows{"+I[10, 2]", "-D[11, 1]", "+I[12, 5]", "+I[13, null]", "+I[14, 2]"};

TEST(LookupJoin, RowsMeetWhatIsFoundForTheirKey) {
  EXPECT_EQ(Join({}, kRows), (Rows{"+I[10, 2, 2, 32]", "+I[10, 2, 2, 33]", "-D[11, 1, 1, 28]",
                                   "+I[14, 2, 2, 32]", "+I[14, 2, 2, 33]"}));
}

TEST(LookupJoin, ALeftJoinPadsWhatFindsNothing) {
  plan::LookupJoinNode node;
  node.type = plan::JoinType::kLeft;
  node.right_condition = Compare(">", 1, 32);  // age
  node.residual = Compare("<>", 0, 14);        // order_id
  EXPECT_EQ(Join(node, kRows),
            (Rows{"+I[10, 2, 2, 33]", "-D[11, 1, null, null]", "+I[12, 5, null, null]",
                  "+I[13, null, null, null]", "+I[14, 2, null, null]"}));
}

TEST(LookupJoin, ATableThatCannotBeAskedIsRefused) {
  plan::JobNode job;
  job.node = plan::LookupJoinNode{};
  job.output = kJoined;
  EXPECT_FALSE(MakeOperator(job, {kOrders}, {}).ok());
}

}  // namespace
}  // namespace sluice::operators
