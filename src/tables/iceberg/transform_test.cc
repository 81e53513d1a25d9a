// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/transform.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "arrow/array.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "tables/iceberg/calendar.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

Type Of(TypeKind kind) {
  return Type::Simple(kind);
}

int32_t Hash(const Type& type, const std::string& text) {
  const auto value = FromText(type, text);
  EXPECT_TRUE(value.ok()) << text;
  const auto hash = BucketHash(type, value.ok() ? *value : Value());
  EXPECT_TRUE(hash.ok());
  return hash.ok() ? *hash : 0;
}

TEST(TransformTest, HashesAsTheSpecsAppendixB) {
  EXPECT_EQ(Hash(Of(TypeKind::kInt), "34"), 2017239379);
  EXPECT_EQ(Hash(Of(TypeKind::kLong), "34"), 2017239379);
  EXPECT_EQ(Hash(Type::Decimal(9, 2), "14.20"), -500754589);
  EXPECT_EQ(Hash(Of(TypeKind::kDate), "2017-11-16"), -653330422);
  EXPECT_EQ(Hash(Of(TypeKind::kTime), "22:31:08"), -662762989);
  EXPECT_EQ(Hash(Of(TypeKind::kTimestamp), "2017-11-16T22:31:08"), -2047944441);
  EXPECT_EQ(Hash(Of(TypeKind::kTimestamp), "2017-11-16T22:31:08.000001"), -1207196810);
  EXPECT_EQ(Hash(Of(TypeKind::kTimestampTz), "2017-11-16T14:31:08-08:00"), -2047944441);
  EXPECT_EQ(Hash(Of(TypeKind::kTimestampNs), "2017-11-16T22:31:08.000001001"), -1207196810);
  EXPECT_EQ(Hash(Of(TypeKind::kString), "iceberg"), 1210000089);
  EXPECT_EQ(Hash(Of(TypeKind::kUuid), "f79c3e09-677c-4bbd-a479-3f349cb785e7"), 1488055340);
  EXPECT_EQ(Hash(Type::Fixed(4), "00010203"), -188683207);
  EXPECT_EQ(Hash(Of(TypeKind::kBinary), "00010203"), -188683207);
}

// Ten columns of a table that Trino wrote; the buckets agree with PyIceberg's.
TEST(TransformTest, BucketsAsTrinoDoes) {
  const auto expected = nlohmann::json::parse(TestData("iceberg-cxx/expected.json"));
  const auto& table = expected["bucket_partitioning"];
  const auto metadata =
      ParseTableMetadata(TestData("iceberg-cxx/" + table["metadata"].get<std::string>()));
  ASSERT_TRUE(metadata.ok()) << metadata.error().text;
  const auto& file = table["files"][0];
  int seen = 0;
  for (const PartitionField& field : metadata->spec().fields) {
    const Field* source = metadata->schema().FindField(field.source_id);
    ASSERT_NE(source, nullptr);
    const auto text = table["rows"][0][static_cast<size_t>(source->id - 1)].get<std::string>();
    const auto value = FromText(source->type, text);
    ASSERT_TRUE(value.ok()) << text;
    const auto bucket = ApplyTransform(field.transform, source->type, *value);
    ASSERT_TRUE(bucket.ok());
    EXPECT_EQ(ToText(Of(TypeKind::kInt), *bucket), file["partition"][field.name].get<std::string>())
        << field.name;
    ++seen;
  }
  EXPECT_EQ(seen, 10);
}

Value Applied(const std::string& transform, const Type& type, const std::string& text) {
  const auto value = FromText(type, text);
  EXPECT_TRUE(value.ok()) << text;
  auto out = ApplyTransform(Transform::Parse(transform), type, value.ok() ? *value : Value());
  EXPECT_TRUE(out.ok());
  return out.ok() ? *out : Value();
}

TEST(TransformTest, TruncatesTowardsMinusInfinity) {
  EXPECT_EQ(Applied("truncate[10]", Of(TypeKind::kInt), "1"), Value(int64_t{0}));
  EXPECT_EQ(Applied("truncate[10]", Of(TypeKind::kInt), "-1"), Value(int64_t{-10}));
  EXPECT_EQ(Applied("truncate[50]", Type::Decimal(9, 2), "10.65"), Value(Int128{1050}));
  EXPECT_EQ(Applied("truncate[3]", Of(TypeKind::kString), "iceberg"), Value("ice"));
  EXPECT_EQ(Applied("truncate[2]", Of(TypeKind::kString), "\xc3\xa4\xc3\xb6\xc3\xbc"),
            Value("\xc3\xa4\xc3\xb6"));
  EXPECT_EQ(Applied("truncate[3]", Of(TypeKind::kBinary), "0102030405"), Value("\1\2\3"));
}

TEST(TransformTest, RefusesATruncationBelowTheSmallestValue) {
  const auto out = ApplyTransform(Transform::Parse("truncate[10]"), Of(TypeKind::kInt),
                                  Value(int64_t{INT32_MIN}));
  EXPECT_FALSE(out.ok());
}

TEST(TransformTest, TakesTimesApartBeforeAndAfter1970) {
  const Type ts = Of(TypeKind::kTimestamp);
  EXPECT_EQ(Applied("year", ts, "2017-11-16T22:31:08"), Value(int64_t{47}));
  EXPECT_EQ(Applied("month", ts, "2017-11-16T22:31:08"), Value(int64_t{574}));
  EXPECT_EQ(Applied("day", ts, "2017-11-16T22:31:08"), Value(int64_t{17486}));
  EXPECT_EQ(Applied("hour", ts, "2017-11-16T22:31:08"), Value(int64_t{419686}));
  EXPECT_EQ(Applied("year", ts, "1969-12-31T23:59:59.999999"), Value(int64_t{-1}));
  EXPECT_EQ(Applied("month", ts, "1969-12-31T23:59:59.999999"), Value(int64_t{-1}));
  EXPECT_EQ(Applied("day", ts, "1969-12-31T23:59:59.999999"), Value(int64_t{-1}));
  EXPECT_EQ(Applied("hour", ts, "1969-12-31T23:59:59.999999"), Value(int64_t{-1}));
  EXPECT_EQ(Applied("month", Of(TypeKind::kDate), "1969-01-01"), Value(int64_t{-12}));
}

TEST(TransformTest, KeepsUnknownNamesAndRefusesToApplyThem) {
  const Transform transform = Transform::Parse("zorder[3]");
  EXPECT_EQ(transform.kind, TransformKind::kUnknown);
  EXPECT_EQ(transform.ToString(), "zorder[3]");
  EXPECT_EQ(ResultType(transform, Of(TypeKind::kInt)).error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(Transform::Parse("bucket[0]").kind, TransformKind::kUnknown);
  EXPECT_EQ(ResultType(Transform::Parse("bucket[4]"), Of(TypeKind::kDouble)).error().kind,
            ErrorKind::kInvalidArgument);
  EXPECT_EQ(ResultType(Transform::Parse("hour"), Of(TypeKind::kDate)).error().kind,
            ErrorKind::kInvalidArgument);
}

TEST(TransformTest, GivesTheSameForColumnsAsForValues) {
  arrow::Int64Builder builder;
  for (const int64_t value : {34, 34, -7, 1'000'000}) ASSERT_TRUE(builder.Append(value).ok());
  ASSERT_TRUE(builder.AppendNull().ok());
  const auto column = builder.Finish().ValueOrDie();
  for (const char* text : {"identity", "bucket[16]", "truncate[10]", "void"}) {
    const Transform transform = Transform::Parse(text);
    const auto out = ApplyTransform(transform, Of(TypeKind::kLong), *column);
    ASSERT_TRUE(out.ok()) << text;
    const auto type = ResultType(transform, Of(TypeKind::kLong));
    for (int64_t row = 0; row < column->length(); ++row) {
      const auto in = ValueAt(Of(TypeKind::kLong), *column, row);
      EXPECT_EQ(*ValueAt(*type, **out, row), *ApplyTransform(transform, Of(TypeKind::kLong), *in));
    }
  }
}

RC_GTEST_PROP(TransformTest, CalendarGoesThereAndBack, ()) {
  const auto days = *rc::gen::inRange<int64_t>(-100'000'000, 100'000'000);
  RC_ASSERT(DaysFromCivil(CivilFromDays(days)) == days);
  const auto micros = *rc::gen::inRange<int64_t>(-60'000'000'000'000'000, 200'000'000'000'000'000);
  const Type type = Type::Simple(TypeKind::kTimestampTz);
  const auto parsed = FromText(type, ToText(type, Value(micros)));
  RC_ASSERT(parsed.ok() && *parsed == Value(micros));
}

}  // namespace
}  // namespace sluice::tables::iceberg
