// SPDX-License-Identifier: Apache-2.0
#include "state/sort_key.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "arrow/array.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/json/from_string.h"
#include "arrow/record_batch.h"

namespace sluice::state {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

EncodedRows Encode(const TypePtr& type, std::shared_ptr<arrow::Array> array, SortColumn column) {
  flow::Schema schema;
  schema.fields = {{"c", type, ""}};
  auto encoder = SortKeyEncoder::Make(schema, {column});
  EXPECT_TRUE(encoder.ok());
  EncodedRows out;
  const int64_t rows = array->length();
  EXPECT_TRUE(
      encoder->Encode(*arrow::RecordBatch::Make(schema.ToArrow(), rows, {std::move(array)}), &out)
          .ok());
  return out;
}

std::shared_ptr<arrow::Array> Array(const TypePtr& type, const std::string& json) {
  auto array = arrow::json::ArrayFromJSONString(flow::ToArrow(*type), json);
  EXPECT_TRUE(array.ok()) << array.status().ToString();
  return *array;
}

/// `json`: values from the smallest to the largest.
void ExpectOrdered(const TypePtr& type, const std::string& json) {
  const auto array = Array(type, json);
  const auto ascending = Encode(type, array, {});
  const auto descending = Encode(type, array, {.descending = true});
  for (int64_t i = 1; i < ascending.rows(); ++i) {
    EXPECT_LT(ascending[i - 1], ascending[i]) << type->ToString() << i;
    EXPECT_GT(descending[i - 1], descending[i]) << type->ToString() << i;
  }
  const auto sliced = Encode(type, array->Slice(1), {});
  for (int64_t i = 0; i < sliced.rows(); ++i) EXPECT_EQ(sliced[i], ascending[i + 1]);
}

TEST(SortKey, BytesFollowTheOrderOfValues) {
  ExpectOrdered(Type::Simple(TypeKind::kBoolean), "[false, true]");
  ExpectOrdered(Type::Simple(TypeKind::kTinyInt), "[-128, -1, 0, 1, 127]");
  ExpectOrdered(Type::Simple(TypeKind::kSmallInt, false), "[-32768, -1, 0, 1, 256]");
  ExpectOrdered(Type::Simple(TypeKind::kInt), "[-2147483648, -1, 0, 1, 65536]");
  ExpectOrdered(Type::Simple(TypeKind::kBigInt), "[-9223372036854775808, -1, 0, 1, 256]");
  ExpectOrdered(Type::Simple(TypeKind::kFloat), "[-2.5, -0.5, 0, 0.25, 1e30]");
  ExpectOrdered(Type::Simple(TypeKind::kDouble), "[-1e300, -0.5, 0, 1e-300, 1e300]");
  ExpectOrdered(
      Type::Decimal(30, 2),
      R"(["-1234567890123456789012.00", "-0.01", "0.00", "0.01", "99999999999999999.00"])");
  ExpectOrdered(Type::Varchar(),
                R"(["", "\u0000", "\u0000a", "\u0001", "a", "ab", "b", "\u00e4"])");
  ExpectOrdered(Type::Varbinary(), R"(["", "a", "ab", "b"])");
  ExpectOrdered(Type::Simple(TypeKind::kDate), "[-1, 0, 1]");
  ExpectOrdered(Type::Timestamp(3), "[-1, 0, 1]");
}

TEST(SortKey, NullsStandWhereAsked) {
  const TypePtr type = Type::Simple(TypeKind::kInt);
  const auto array = Array(type, "[null, -5]");
  for (const bool descending : {false, true}) {
    const auto first = Encode(type, array, {.descending = descending, .nulls_first = true});
    EXPECT_LT(first[0], first[1]);
    const auto last = Encode(type, array, {.descending = descending, .nulls_first = false});
    EXPECT_GT(last[0], last[1]);
  }
}

TEST(SortKey, ZeroesAreEqualAndNanIsLargest) {
  const TypePtr type = Type::Simple(TypeKind::kDouble);
  arrow::DoubleBuilder builder;
  ASSERT_TRUE(builder
                  .AppendValues({0.0, -0.0, std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::quiet_NaN()})
                  .ok());
  const auto keys = Encode(type, *builder.Finish(), {});
  EXPECT_EQ(keys[0], keys[1]);
  EXPECT_LT(keys[2], keys[3]);
}

TEST(SortKey, LaterColumnsDecideWhereEarlierOnesAreEqual) {
  flow::Schema schema;
  schema.fields = {{"a", Type::Varchar(), ""}, {"b", Type::Simple(TypeKind::kInt), ""}};
  auto encoder = SortKeyEncoder::Make(schema, {{.column = 0}, {.column = 1, .descending = true}});
  ASSERT_TRUE(encoder.ok());
  EncodedRows keys;
  const auto rows =
      arrow::RecordBatch::Make(schema.ToArrow(), 4,
                               {Array(schema.fields[0].type, R"(["a", "a", "ab", "a"])"),
                                Array(schema.fields[1].type, "[2, 1, 9, 2]")});
  ASSERT_TRUE(encoder->Encode(*rows, &keys).ok());
  EXPECT_LT(keys[0], keys[1]);
  EXPECT_LT(keys[1], keys[2]);
  EXPECT_EQ(keys[0], keys[3]);
}

TEST(SortKey, NestedTypesHaveNoOrder) {
  flow::Schema schema;
  schema.fields = {{"a", Type::Array(Type::Simple(TypeKind::kInt)), ""}};
  auto encoder = SortKeyEncoder::Make(schema, {{.column = 0}});
  ASSERT_FALSE(encoder.ok());
  EXPECT_EQ(encoder.error().kind, ErrorKind::kUnsupported);
}

}  // namespace
}  // namespace sluice::state
