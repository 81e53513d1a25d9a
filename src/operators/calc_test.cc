// SPDX-License-Identifier: Apache-2.0
#include "operators/calc.h"

#include "arrow/api.h"
#include "functions/registry.h"
#include "gtest/gtest.h"

namespace sluice::operators {
namespace {

using functions::ExprPtr;

const flow::TypePtr kBigInt = flow::Type::Simple(flow::TypeKind::kBigInt);

flow::Batch Numbers(const std::vector<int64_t>& values, flow::Origin origin) {
  arrow::Int64Builder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  const auto column = builder.Finish().ValueOrDie();
  return {arrow::RecordBatch::Make(arrow::schema({arrow::field("n", arrow::int64())}),
                                   column->length(), {column}),
          std::move(origin)};
}

ExprPtr N() {
  return functions::Column(0, kBigInt, "n");
}

ExprPtr Above(int64_t limit) {
  return *functions::MakeCall(
      ">", {N(), functions::Literal(arrow::MakeScalar(limit), kBigInt->WithNullable(false))});
}

std::unique_ptr<Calc> MakeCalc(ExprPtr condition, std::vector<ExprPtr> outputs) {
  flow::Schema schema;
  for (const ExprPtr& output : outputs) {
    schema.fields.push_back({"c" + std::to_string(schema.size()), output->type, ""});
  }
  auto calc = Calc::Make({std::move(condition), std::move(outputs)}, std::move(schema), {});
  EXPECT_TRUE(calc.ok());
  return std::move(*calc);
}

TEST(Calc, RowsKeepTheirOrigin) {
  const auto calc = MakeCalc(Above(10), {N()});
  std::vector<flow::Batch> out;
  ASSERT_TRUE(calc->Process(0, Numbers({5, 11, 7, 12}, {3, {}, 100}), 0, &out).ok());
  ASSERT_TRUE(calc->Process(0, Numbers({20, 1, 21}, {4, {7, 7, 9}, 0}), 0, &out).ok());
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].origin.split, 3);
  EXPECT_EQ(out[0].origin.offsets, (std::vector<int64_t>{101, 103}));
  EXPECT_EQ(out[1].origin.offsets, (std::vector<int64_t>{7, 9}));
  EXPECT_EQ(out[1].rows->num_rows(), 2);
}

TEST(Calc, CurrentWatermarkMovesWithTheWatermark) {
  const auto time = flow::Type::Timestamp(3)->WithTimeAttribute(flow::TimeAttribute::kRowtime);
  const auto watermark =
      functions::MakeCall("CURRENT_WATERMARK", {functions::Column(0, time, "ts")});
  ASSERT_TRUE(watermark.ok());
  const auto calc = MakeCalc(nullptr, {*watermark});
  std::vector<flow::Batch> out;
  ASSERT_TRUE(calc->Process(0, Numbers({1}, {}), 0, &out).ok());
  EXPECT_TRUE(out[0].rows->column(0)->IsNull(0));
  int64_t watermark_ms = 7;
  ASSERT_TRUE(calc->OnWatermark(&watermark_ms, 0, &out).ok());
  ASSERT_TRUE(calc->Process(0, Numbers({2}, {}), 0, &out).ok());
  ASSERT_EQ(out.size(), 2u);
  const auto& times = static_cast<const arrow::TimestampArray&>(*out[1].rows->column(0));
  EXPECT_EQ(times.Value(0), 7000);
  EXPECT_FALSE(functions::MakeCall("CURRENT_WATERMARK", {N()}).ok());
}

TEST(Calc, AllRowsPassWithoutACopy) {
  const auto calc = MakeCalc(Above(0), {N(), N()});
  std::vector<flow::Batch> out;
  const flow::Batch in = Numbers({5, 6}, {0, {}, 40});
  ASSERT_TRUE(calc->Process(0, in, 0, &out).ok());
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].rows->column(1).get(), in.rows->column(0).get());
  EXPECT_TRUE(out[0].origin.offsets.empty());
  EXPECT_EQ(out[0].origin.OffsetOfRow(1), 41);
}

TEST(Calc, NoRowsNoBatch) {
  const auto calc = MakeCalc(Above(100), {N()});
  std::vector<flow::Batch> out;
  ASSERT_TRUE(calc->Process(0, Numbers({5, 6}, {0, {}, 40}), 0, &out).ok());
  ASSERT_TRUE(calc->Process(0, Numbers({}, {0, {}, 42}), 0, &out).ok());
  EXPECT_TRUE(out.empty());
}

TEST(Calc, TimeIsThatOfTheBatch) {
  const auto calc = MakeCalc(nullptr, {*functions::MakeCall("PROCTIME", {})});
  std::vector<flow::Batch> out;
  ASSERT_TRUE(calc->Process(0, Numbers({5}, {}), 1234, &out).ok());
  ASSERT_TRUE(calc->Process(0, Numbers({5}, {}), 5678, &out).ok());
  const auto at = [&](size_t i) {
    return static_cast<const arrow::TimestampArray&>(*out[i].rows->column(0)).Value(0);
  };
  EXPECT_EQ(at(0), 1234000);
  EXPECT_EQ(at(1), 5678000);
}

TEST(Calc, AFailingRowGivesNothing) {
  const ExprPtr zero =
      functions::Literal(arrow::MakeScalar(int64_t{0}), kBigInt->WithNullable(false));
  const auto calc = MakeCalc(nullptr, {*functions::MakeCall("/", {N(), zero})});
  std::vector<flow::Batch> out;
  const Status status = calc->Process(0, Numbers({5}, {}), 0, &out);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().blame, Blame::kUser);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace sluice::operators
