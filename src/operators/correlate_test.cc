// SPDX-License-Identifier: Apache-2.0
#include "operators/correlate.h"

#include "arrow/json/from_string.h"
#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using flow::Type;

const flow::TypePtr kInt = Type::Simple(flow::TypeKind::kInt);

flow::Batch Batch(const flow::TypePtr& type, const std::string& json, flow::RowKinds kinds = {}) {
  const auto lists = arrow::json::ArrayFromJSONString(flow::ToArrow(*type), json).ValueOrDie();
  arrow::Int32Builder ids;
  for (int64_t i = 0; i < lists->length(); ++i) EXPECT_TRUE(ids.Append(static_cast<int>(i)).ok());
  const flow::Schema schema{{{"id", kInt, ""}, {"list", type, ""}}};
  flow::Batch batch;
  batch.rows = arrow::RecordBatch::Make(schema.ToArrow(), lists->length(),
                                        {ids.Finish().ValueOrDie(), lists});
  batch.kinds = std::move(kinds);
  return batch;
}

/// Rows without the list itself, which is column 1 of the output.
Rows Unnest(plan::CorrelateNode node, const flow::TypePtr& type, std::vector<flow::Field> given,
            const flow::Batch& batch) {
  node.spec.argument = functions::Column(1, type, "list");
  const flow::Schema input{{{"id", kInt, ""}, {"list", type, ""}}};
  flow::Schema output = input;
  output.fields.insert(output.fields.end(), given.begin(), given.end());
  plan::JobNode job;
  job.node = std::move(node);
  job.output = output;
  const std::vector<flow::Schema> inputs{input};
  auto op = MakeOperator(job, inputs, {});
  EXPECT_TRUE(op.ok());
  std::vector<flow::Batch> out;
  const Status status = (*op)->Process(0, batch, 0, &out);
  EXPECT_TRUE(status.ok()) << status.error().text;
  for (flow::Batch& each : out) each.rows = *each.rows->RemoveColumn(1);
  return RowsOf(out);
}

TEST(Correlate, UnnestsAnArray) {
  const auto type = Type::Array(kInt);
  EXPECT_EQ(Unnest({}, type, {{"v", kInt, ""}},
                   Batch(type, "[[7, null], null, [], [8]]",
                         {flow::RowKind::kInsert, flow::RowKind::kInsert, flow::RowKind::kInsert,
                          flow::RowKind::kDelete})),
            (Rows{"+I[0, 7]", "+I[0, null]", "-D[3, 8]"}));
}

TEST(Correlate, ALeftJoinKeepsRowsWithoutElements) {
  const auto type = Type::Array(kInt);
  plan::CorrelateNode node;
  node.spec.left = true;
  node.spec.function = sql::CorrelateSpec::Function::kUnnestWithOrdinality;
  EXPECT_EQ(
      Unnest(node, type, {{"v", kInt, ""}, {"n", kInt, ""}}, Batch(type, "[[7, 9], null, []]")),
      (Rows{"+I[0, 7, 1]", "+I[0, 9, 2]", "+I[1, null, null]", "+I[2, null, null]"}));
}

TEST(Correlate, RowsAreFlattened) {
  const auto type = Type::Array(Type::Row({{"a", kInt, ""}, {"b", Type::Varchar(), ""}}));
  EXPECT_EQ(Unnest({}, type, {{"a", kInt, ""}, {"b", Type::Varchar(), ""}},
                   Batch(type, R"([[{"a": 1, "b": "x"}, null], [{"a": null, "b": "y"}]])")),
            (Rows{"+I[0, 1, x]", "+I[0, null, null]", "+I[1, null, y]"}));
}

TEST(Correlate, AMapGivesKeysAndValues) {
  const auto type = Type::Map(Type::Varchar(Type::kUnboundedLength, false), kInt);
  EXPECT_EQ(Unnest({}, type, {{"k", Type::Varchar(), ""}, {"v", kInt, ""}},
                   Batch(type, R"([[["x", 1], ["y", null]], [["z", 3]]])")),
            (Rows{"+I[0, x, 1]", "+I[0, y, null]", "+I[1, z, 3]"}));
}

TEST(Correlate, AMultisetGivesEachElementAsOftenAsItIsThere) {
  const auto type = Type::Multiset(Type::Varchar(Type::kUnboundedLength, false));
  EXPECT_EQ(
      Unnest({}, type, {{"v", Type::Varchar(), ""}}, Batch(type, R"([[["x", 2], ["y", 1]]])")),
      (Rows{"+I[0, x]", "+I[0, x]", "+I[0, y]"}));
}

TEST(Correlate, AConditionChoosesElements) {
  const auto type = Type::Array(kInt);
  plan::CorrelateNode node;
  node.spec.condition = *functions::MakeCall(
      ">", {functions::Column(2, kInt, "v"), functions::Column(0, kInt, "id")});
  const auto batch = Batch(type, "[[0, 1], [1], [3, 2, 4]]");
  EXPECT_EQ(Unnest(node, type, {{"v", kInt, ""}}, batch),
            (Rows{"+I[0, 1]", "+I[2, 3]", "+I[2, 4]"}));
  node.spec.left = true;
  EXPECT_EQ(Unnest(node, type, {{"v", kInt, ""}}, batch),
            (Rows{"+I[0, 1]", "+I[1, null]", "+I[2, 3]", "+I[2, 4]"}));
}

}  // namespace
}  // namespace sluice::operators
