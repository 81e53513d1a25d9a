// SPDX-License-Identifier: Apache-2.0
#include "functions/evaluate.h"

#include "functions/gather.h"
#include "functions/testing.h"
#include "rapidcheck/gtest.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using Numbers = std::vector<std::optional<int64_t>>;
using Strings = std::vector<std::optional<std::string>>;

std::shared_ptr<arrow::Array> NumbersColumn(const Numbers& values) {
  arrow::Int64Builder builder;
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::Array> StringsColumn(const Strings& values) {
  arrow::StringBuilder builder;
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

std::shared_ptr<arrow::RecordBatch> BatchOf(std::vector<std::shared_ptr<arrow::Array>> columns) {
  arrow::FieldVector fields;
  for (const auto& column : columns) fields.push_back(arrow::field("c", column->type()));
  const int64_t rows = columns[0]->length();
  return arrow::RecordBatch::Make(arrow::schema(fields), rows, std::move(columns));
}

ExprPtr Must(std::string_view name, std::vector<ExprPtr> arguments) {
  auto call = MakeCall(name, std::move(arguments));
  EXPECT_TRUE(call.ok()) << name << ": " << call.error().text;
  return *call;
}

ExprPtr NumberColumn(int index = 0) {
  return Column(index, kBigIntType, "n");
}

TEST(Evaluate, AndGuardsWhatCanFail) {
  const auto batch = BatchOf({NumbersColumn({0, 5, std::nullopt, 0, 2})});
  const ExprPtr n = NumberColumn();
  const ExprPtr quotient = Must(">", {Must("/", {BigInt(10), n}), BigInt(2)});
  const ExprPtr guarded = Must("AND", {quotient, Must("<>", {n, BigInt(0)})});
  const auto rows = EvaluateFilter(*guarded, *batch, {});
  ASSERT_TRUE(rows.ok()) << rows.error().text;
  EXPECT_EQ(*rows, (std::vector<int32_t>{4}));
  EXPECT_FALSE(EvaluateFilter(*quotient, *batch, {}).ok());
}

TEST(Evaluate, CaseEvaluatesOnlyTheBranchThatIsTaken) {
  const auto batch = BatchOf({NumbersColumn({0, 5, std::nullopt, 2})});
  const ExprPtr n = NumberColumn();
  const ExprPtr safe =
      Case({Must("=", {n, BigInt(0)}), BigInt(-1), Must("/", {BigInt(10), n})}, kBigIntType);
  const auto values = Evaluate(*safe, *batch, {});
  ASSERT_TRUE(values.ok()) << values.error().text;
  EXPECT_TRUE((*values)->Equals(NumbersColumn({-1, 2, std::nullopt, 5})));
}

TEST(Evaluate, FieldsOfANullRowAreNull) {
  auto a = NumbersColumn({1, 2, std::nullopt, 4});
  auto b = StringsColumn({"a", std::nullopt, "c", "d"});
  arrow::TypedBufferBuilder<bool> validity;
  for (const bool valid : {true, true, true, false}) ASSERT_TRUE(validity.Append(valid).ok());
  const auto rows = std::make_shared<arrow::StructArray>(
      arrow::struct_({arrow::field("a", a->type()), arrow::field("b", b->type())}), 4,
      arrow::ArrayVector{a, b}, validity.Finish().ValueOrDie());
  const auto row_type = Type::Row({{"a", kBigIntType, ""}, {"b", kStringType, ""}});
  for (int64_t from = 0; from < 4; ++from) {
    const auto sliced = rows->Slice(from);
    const auto batch = BatchOf({sliced});
    const ExprPtr row = Column(0, row_type, "row");
    const auto numbers = Evaluate(*FieldOf(row, 0), *batch, {});
    const auto texts = Evaluate(*FieldOf(row, 1), *batch, {});
    ASSERT_TRUE(numbers.ok() && texts.ok());
    ASSERT_TRUE((*numbers)->ValidateFull().ok());
    EXPECT_TRUE((*numbers)->Equals(NumbersColumn({1, 2, std::nullopt, std::nullopt})->Slice(from)));
    EXPECT_TRUE(
        (*texts)->Equals(StringsColumn({"a", std::nullopt, "c", std::nullopt})->Slice(from)));
  }
}

TEST(Evaluate, FilteredTakesOnlyWhatStays) {
  const auto batch =
      BatchOf({NumbersColumn({1, 2, 3, 4}), StringsColumn({"a", "b", std::nullopt, "d"})});
  const ExprPtr n = NumberColumn();
  const ExprPtr condition = Must(">", {n, BigInt(1)});
  const std::vector<ExprPtr> outputs = {Column(1, kStringType, "s"), Must("*", {n, BigInt(10)})};
  const auto filtered = EvaluateFiltered(condition, outputs, *batch, {});
  ASSERT_TRUE(filtered.ok());
  EXPECT_FALSE(filtered->all_rows);
  EXPECT_EQ(filtered->rows, (std::vector<int32_t>{1, 2, 3}));
  EXPECT_TRUE(filtered->columns[0]->Equals(StringsColumn({"b", std::nullopt, "d"})));
  EXPECT_TRUE(filtered->columns[1]->Equals(NumbersColumn({20, 30, 40})));
  const auto whole = EvaluateFiltered(nullptr, outputs, *batch, {});
  ASSERT_TRUE(whole.ok());
  EXPECT_TRUE(whole->all_rows);
  EXPECT_EQ(whole->columns[0].get(), batch->column(1).get()) << "a projection copies nothing";
}

TEST(Evaluate, NexmarkQ21) {
  const auto batch =
      BatchOf({StringsColumn({"Apple", "x", "y", std::nullopt, "baidu"}),
               StringsColumn({"u&channel_id=1", "u&channel_id=22&z", "no", "channel_id=3", "n"})});
  const ExprPtr lower = Must("LOWER", {Column(0, kStringType, "channel")});
  const ExprPtr id = Must("REGEXP_EXTRACT",
                          {Column(1, kStringType, "url"), Text("(&|^)channel_id=([^&]*)"), Int(2)});
  const ExprPtr value = Case({Must("=", {lower, Text("apple")}), Text("0"),
                              Must("=", {lower, Text("baidu")}), Text("3"), id},
                             kStringType);
  const ExprPtr condition =
      Must("OR", {Must("IS NOT NULL", {id}), Must("IN", {lower, Text("apple"), Text("baidu")})});
  const auto shared = ShareSubexpressions({value, condition});
  const auto filtered = EvaluateFiltered(shared[1], std::vector<ExprPtr>{shared[0]}, *batch, {});
  ASSERT_TRUE(filtered.ok()) << filtered.error().text;
  EXPECT_EQ(filtered->rows, (std::vector<int32_t>{0, 1, 3, 4}));
  EXPECT_TRUE(filtered->columns[0]->Equals(StringsColumn({"0", "22", "3", "3"})));
}

TEST(Evaluate, FoldKeepsErrorsForRunTime) {
  const ExprPtr sum = Must("+", {Int(1), Int(2)});
  EXPECT_EQ(ToString(*Fold(sum, {})), "3");
  const ExprPtr bad = Must("/", {Int(1), Int(0)});
  EXPECT_EQ(Fold(bad, {})->kind, ExprKind::kCall);
  const ExprPtr now = Must("CURRENT_TIMESTAMP", {});
  EXPECT_EQ(Fold(now, {})->kind, ExprKind::kCall);
}

/// Three-valued logic against the truth table.
std::optional<bool> Oracle(bool is_and, std::optional<bool> a, std::optional<bool> b) {
  if (a == !is_and || b == !is_and) return !is_and;
  if (!a || !b) return std::nullopt;
  return is_and;
}

std::shared_ptr<arrow::Array> Booleans(const std::vector<std::optional<bool>>& values) {
  arrow::BooleanBuilder builder;
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

std::optional<bool> TruthOf(int value) {
  if (value == 0) return std::nullopt;
  return value == 1;
}

RC_GTEST_PROP(LogicProperty, AgreesWithTheTruthTable, ()) {
  const auto size = *rc::gen::inRange<size_t>(1, 200);
  const auto codes = *rc::gen::container<std::vector<int>>(size * 2, rc::gen::inRange(0, 3));
  std::vector<std::optional<bool>> a, b, conjunction, disjunction, unknown;
  for (size_t i = 0; i < size; ++i) {
    a.push_back(TruthOf(codes[2 * i]));
    b.push_back(TruthOf(codes[2 * i + 1]));
    conjunction.push_back(Oracle(true, a.back(), b.back()));
    disjunction.push_back(Oracle(false, a.back(), b.back()));
    unknown.push_back(!a.back().has_value());
  }
  const auto skipped = static_cast<int64_t>(*rc::gen::inRange<size_t>(0, size));
  const auto batch = BatchOf({Booleans(a), Booleans(b)})->Slice(skipped);
  const ExprPtr x = Column(0, kBooleanType, "x"), y = Column(1, kBooleanType, "y");
  RC_ASSERT(
      (*Evaluate(*Must("AND", {x, y}), *batch, {}))->Equals(Booleans(conjunction)->Slice(skipped)));
  RC_ASSERT(
      (*Evaluate(*Must("OR", {x, y}), *batch, {}))->Equals(Booleans(disjunction)->Slice(skipped)));
  RC_ASSERT(
      (*Evaluate(*Must("IS UNKNOWN", {x}), *batch, {}))->Equals(Booleans(unknown)->Slice(skipped)));
}

RC_GTEST_PROP(GatherProperty, AgreesWithRowByRow, (const std::vector<std::string>& texts)) {
  if (texts.empty()) return;
  Strings values;
  for (size_t i = 0; i < texts.size(); ++i) {
    values.push_back(i % 5 == 3 ? std::nullopt : std::optional(texts[i]));
  }
  Selection rows;
  Strings wanted;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    rows.push_back(static_cast<int32_t>(i));
    wanted.push_back(values[i]);
  }
  const auto gathered = Gather(StringsColumn(values), rows);
  RC_ASSERT(gathered.ok());
  RC_ASSERT((*gathered)->Validate().ok());
  RC_ASSERT((*gathered)->Equals(StringsColumn(wanted)));
}

RC_GTEST_PROP(CompareProperty, AgreesWithValues,
              (const std::vector<std::pair<int8_t, int8_t>>& pairs)) {
  if (pairs.empty()) return;
  Numbers a, b;
  std::vector<std::optional<bool>> less;
  for (const auto& [x, y] : pairs) {
    a.push_back(x == 7 ? std::nullopt : std::optional<int64_t>(x));
    b.push_back(y == 7 ? std::nullopt : std::optional<int64_t>(y));
    less.push_back(a.back() && b.back() ? std::optional(*a.back() < *b.back()) : std::nullopt);
  }
  const auto batch = BatchOf({NumbersColumn(a), NumbersColumn(b)});
  const auto result = Evaluate(*Must("<", {NumberColumn(0), NumberColumn(1)}), *batch, {});
  RC_ASSERT(result.ok() && (*result)->Equals(Booleans(less)));
}

}  // namespace
}  // namespace sluice::functions
