// SPDX-License-Identifier: Apache-2.0
#include "flow/type.h"

#include "arrow/api.h"
#include "gtest/gtest.h"

namespace sluice::flow {
namespace {

TypePtr Int() {
  return Type::Simple(TypeKind::kInt);
}

TEST(Type, PrintsAsFlinkDoes) {
  EXPECT_EQ(Type::Simple(TypeKind::kBigInt, false)->ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(Type::Varchar()->ToString(), "STRING");
  EXPECT_EQ(Type::Varchar(7)->ToString(), "VARCHAR(7)");
  EXPECT_EQ(Type::Varbinary()->ToString(), "BYTES");
  EXPECT_EQ(Type::Decimal(23, 3)->ToString(), "DECIMAL(23, 3)");
  EXPECT_EQ(Type::TimestampLtz(3)->ToString(), "TIMESTAMP_LTZ(3)");
  const auto row = Type::Row({{"a", Int(), ""}, {"b`c", Type::Varchar(), ""}});
  EXPECT_EQ(row->ToString(), "ROW<`a` INT, `b``c` STRING>");
  EXPECT_EQ(Type::Map(Type::Varchar(), Type::Array(Int()), false)->ToString(),
            "MAP<STRING, ARRAY<INT>> NOT NULL");
}

TEST(Type, EqualityLooksAtDepth) {
  const auto a = Type::Array(Type::Simple(TypeKind::kInt, true));
  const auto b = Type::Array(Type::Simple(TypeKind::kInt, false));
  EXPECT_FALSE(a->Equals(*b));
  EXPECT_TRUE(a->EqualsIgnoringNullability(*b));
  EXPECT_FALSE(Type::Decimal(5, 2)->Equals(*Type::Decimal(6, 2)));
  EXPECT_FALSE(Type::Char(3)->EqualsIgnoringNullability(*Type::Varchar(3)));
  const auto x = Type::Row({{"a", Int(), "one"}}), y = Type::Row({{"a", Int(), "two"}});
  EXPECT_TRUE(x->Equals(*y)) << "comments do not count";
  EXPECT_FALSE(x->Equals(*Type::Row({{"A", Int(), ""}})));
}

TEST(Type, ArrowLayoutComesBackAsTheSameType) {
  const std::vector<TypePtr> types = {
      Type::Simple(TypeKind::kBoolean),
      Type::Simple(TypeKind::kTinyInt),
      Type::Simple(TypeKind::kSmallInt),
      Int(),
      Type::Simple(TypeKind::kBigInt),
      Type::Simple(TypeKind::kFloat),
      Type::Simple(TypeKind::kDouble),
      Type::Decimal(38, 18),
      Type::Varchar(),
      Type::Varbinary(),
      Type::Simple(TypeKind::kDate),
      Type::Time(6),
      Type::Timestamp(6),
      Type::Timestamp(9),
      Type::TimestampLtz(6),
      Type::Array(Type::Simple(TypeKind::kInt, false)),
      Type::Map(Type::Varchar(Type::kUnboundedLength, false), Int()),
      Type::Row({{"a", Int(), ""}, {"b", Type::Array(Type::Decimal(5, 2)), ""}})};
  for (const TypePtr& type : types) {
    const auto back = FromArrow(*ToArrow(*type), type->nullable());
    ASSERT_TRUE(back.ok()) << type->ToString();
    EXPECT_TRUE((*back)->Equals(*type)) << type->ToString() << " became " << (*back)->ToString();
  }
}

TEST(Type, ArrowUnitsFollowPrecision) {
  EXPECT_TRUE(ToArrow(*Type::Timestamp(3))->Equals(arrow::timestamp(arrow::TimeUnit::MICRO)));
  EXPECT_TRUE(ToArrow(*Type::Timestamp(7))->Equals(arrow::timestamp(arrow::TimeUnit::NANO)));
  EXPECT_TRUE(
      ToArrow(*Type::TimestampLtz(3))->Equals(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")));
  EXPECT_EQ(FromArrow(*arrow::duration(arrow::TimeUnit::MICRO), true).error().kind,
            ErrorKind::kUnsupported);
}

TEST(Schema, FindsColumnsByExactName) {
  const Schema schema{{{"a", Int(), ""}, {"A", Type::Simple(TypeKind::kBigInt, false), ""}}};
  EXPECT_EQ(schema.Find("A"), 1);
  EXPECT_EQ(schema.Find("b"), -1);
  EXPECT_EQ(schema.ToString(), "(`a` INT, `A` BIGINT NOT NULL)");
  EXPECT_FALSE(schema.ToArrow()->field(1)->nullable());
}

}  // namespace
}  // namespace sluice::flow
