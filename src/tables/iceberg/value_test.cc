// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/value.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <cmath>
#include <limits>

namespace sluice::tables::iceberg {
namespace {

using namespace std::string_literals;

Type Of(TypeKind kind) {
  return Type::Simple(kind);
}

TEST(ValueTest, EncodesAsTheSpecsAppendixD) {
  EXPECT_EQ(EncodeValue(Of(TypeKind::kBoolean), Value(true)), "\1"s);
  EXPECT_EQ(EncodeValue(Of(TypeKind::kInt), Value(int64_t{1})), "\1\0\0\0"s);
  EXPECT_EQ(EncodeValue(Of(TypeKind::kLong), Value(int64_t{-2})),
            "\xfe\xff\xff\xff\xff\xff\xff\xff"s);
  EXPECT_EQ(EncodeValue(Of(TypeKind::kDate), Value(int64_t{-1})), "\xff\xff\xff\xff"s);
  EXPECT_EQ(EncodeValue(Of(TypeKind::kDouble), Value(1.0)), "\0\0\0\0\0\0\xf0\x3f"s);
  EXPECT_EQ(EncodeValue(Type::Decimal(9, 2), Value(Int128{1420})), "\x05\x8c"s);
  EXPECT_EQ(EncodeValue(Type::Decimal(9, 2), Value(Int128{128})), "\0\x80"s);
  EXPECT_EQ(EncodeValue(Type::Decimal(9, 2), Value(Int128{-128})), "\x80"s);
  EXPECT_EQ(EncodeValue(Type::Decimal(9, 2), Value(Int128{0})), "\0"s);
  const auto uuid = FromText(Of(TypeKind::kUuid), "f79c3e09-677c-4bbd-a479-3f349cb785e7");
  ASSERT_TRUE(uuid.ok());
  EXPECT_EQ(EncodeValue(Of(TypeKind::kUuid), *uuid).substr(0, 4), "\xf7\x9c\x3e\x09"s);
}

TEST(ValueTest, ReadsTheShorterFormOfAPromotedType) {
  EXPECT_EQ(*DecodeValue(Of(TypeKind::kLong), "\xff\xff\xff\xff"s), Value(int64_t{-1}));
  const float single = 1.5F;
  const std::string bytes(reinterpret_cast<const char*>(&single), 4);
  EXPECT_EQ(*DecodeValue(Of(TypeKind::kDouble), bytes), Value(1.5));
  EXPECT_FALSE(DecodeValue(Of(TypeKind::kTimestamp), "\1\0\0\0"s).ok());
  EXPECT_FALSE(DecodeValue(Of(TypeKind::kInt), "\1\0\0\0\0\0\0\0"s).ok());
  EXPECT_FALSE(DecodeValue(Type::Decimal(38, 0), std::string(17, '\0')).ok());
  EXPECT_FALSE(DecodeValue(Of(TypeKind::kUuid), "short").ok());
}

TEST(ValueTest, OrdersFloatsWithTheirZerosApartAndNanLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> ascending = {-infinity, -1.0, -0.0, 0.0, 1.0, infinity, nan};
  for (size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_TRUE(CompareValues(Value(ascending[i]), Value(ascending[i + 1])) < 0) << i;
  }
  EXPECT_TRUE(SameValue(Value(nan), Value(-nan)));
  EXPECT_TRUE(CompareValues(Value(), Value(-infinity)) < 0);
}

TEST(ValueTest, RoundsUpperBoundsUp) {
  const Type string = Of(TypeKind::kString), binary = Of(TypeKind::kBinary);
  EXPECT_EQ(TruncateLower(string, Value("iceberg"), 3), Value("ice"));
  EXPECT_EQ(*TruncateUpper(string, Value("iceberg"), 3), Value("icf"));
  EXPECT_EQ(*TruncateUpper(string, Value("ice"), 3), Value("ice"));
  // U+10FFFF cannot be raised: the code point before it is.
  EXPECT_EQ(*TruncateUpper(string, Value("a\xf4\x8f\xbf\xbfzz"), 2), Value("b"));
  EXPECT_FALSE(TruncateUpper(string, Value("\xf4\x8f\xbf\xbfzz"), 1).has_value());
  // U+D7FF is followed by U+E000, for surrogates are no code points.
  EXPECT_EQ(*TruncateUpper(string, Value("\xed\x9f\xbfzz"), 1), Value("\xee\x80\x80"));
  EXPECT_EQ(*TruncateUpper(binary, Value("\1\xff\7"s), 2), Value("\2"s));
  EXPECT_FALSE(TruncateUpper(binary, Value("\xff\xff\1"s), 2).has_value());
  EXPECT_EQ(*TruncateUpper(Of(TypeKind::kInt), Value(int64_t{5}), 1), Value(int64_t{5}));
}

TEST(ValueTest, SaysValuesInJson) {
  EXPECT_EQ(ToJson(Type::Decimal(9, 2), Value(Int128{-1420})), "\"-14.20\"");
  EXPECT_EQ(ToJson(Of(TypeKind::kDate), Value(int64_t{17486})), "\"2017-11-16\"");
  EXPECT_EQ(ToJson(Of(TypeKind::kTimestampTz), Value(int64_t{1510871468000001})),
            "\"2017-11-16T22:31:08.000001+00:00\"");
  EXPECT_EQ(ToJson(Of(TypeKind::kBinary), Value("\0\xff"s)), "\"00ff\"");
  EXPECT_EQ(ToJson(Of(TypeKind::kLong), Value(int64_t{34})), "34");
  EXPECT_EQ(ToJson(Of(TypeKind::kDouble), Value(std::nan(""))), "\"NaN\"");
  EXPECT_EQ(*FromJson(Of(TypeKind::kBoolean), "true"), Value(true));
  EXPECT_FALSE(FromJson(Of(TypeKind::kInt), "\"1\"").ok());
  EXPECT_FALSE(FromJson(Of(TypeKind::kInt), "2147483648").ok());
  EXPECT_FALSE(FromJson(Of(TypeKind::kDate), "\"2017-02-30\"").ok());
}

TEST(ValueTest, RefusesTextThatIsNoValue) {
  EXPECT_FALSE(FromText(Type::Decimal(4, 2), "123.45").ok());
  EXPECT_FALSE(FromText(Type::Decimal(4, 2), "1.234").ok());
  EXPECT_EQ(*FromText(Type::Decimal(4, 2), "1.2300"), Value(Int128{123}));
  EXPECT_FALSE(FromText(Of(TypeKind::kTimestamp), "2024-01-01T00:00:00Z").ok());
  EXPECT_FALSE(FromText(Of(TypeKind::kTime), "24:00:00").ok());
  EXPECT_FALSE(FromText(Of(TypeKind::kLong), "9223372036854775808").ok());
}

RC_GTEST_PROP(ValueTest, DecodesWhatItEncoded, (int64_t integer, double real, bool flag)) {
  RC_ASSERT(*DecodeValue(Of(TypeKind::kLong), EncodeValue(Of(TypeKind::kLong), Value(integer))) ==
            Value(integer));
  const Int128 wide = static_cast<Int128>(integer) * 1'000'003;
  RC_ASSERT(*DecodeValue(Type::Decimal(38, 3), EncodeValue(Type::Decimal(38, 3), Value(wide))) ==
            Value(wide));
  const auto back =
      DecodeValue(Of(TypeKind::kDouble), EncodeValue(Of(TypeKind::kDouble), Value(real)));
  RC_ASSERT(SameValue(*back, Value(real)));
  RC_ASSERT(*DecodeValue(Of(TypeKind::kBoolean),
                         EncodeValue(Of(TypeKind::kBoolean), Value(flag))) == Value(flag));
  const Type decimal = Type::Decimal(38, 5);
  RC_ASSERT(*FromText(decimal, ToText(decimal, Value(wide))) == Value(wide));
}

RC_GTEST_PROP(ValueTest, CutBoundsStillEnclose, ()) {
  const auto points = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 0x7f));
  const std::string text(points.begin(), points.end());
  const int width = *rc::gen::inRange(1, 6);
  const Type type = *rc::gen::element(Of(TypeKind::kString), Of(TypeKind::kBinary));
  RC_ASSERT((CompareValues(TruncateLower(type, Value(text), width), Value(text)) <= 0));
  const auto upper = TruncateUpper(type, Value(text), width);
  RC_ASSERT(upper.has_value());
  RC_ASSERT((CompareValues(*upper, Value(text)) >= 0));
}

}  // namespace
}  // namespace sluice::tables::iceberg
