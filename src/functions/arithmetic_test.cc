// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "functions/decimal.h"
#include "functions/testing.h"
#include "rapidcheck/gtest.h"

namespace sluice::functions {
namespace {

using flow::Type;

TEST(Arithmetic, NexmarkPriceInEuro) {
  EXPECT_EQ(CallType("*", {Dec("0.908", 3, 3), BigInt(7)}), "DECIMAL(23, 3) NOT NULL");
  EXPECT_EQ(CallText("*", {Dec("0.908", 3, 3), BigInt(1234567)}), "1120986.836");
  EXPECT_EQ(CallText("*", {Dec("0.908", 3, 3), BigInt(std::numeric_limits<int64_t>::min())}),
            "-8374821809464136433.664");
}

TEST(Arithmetic, IntegersWrapAsInJava) {
  EXPECT_EQ(CallText("+", {Int(2147483647), Int(1)}), "-2147483648");
  EXPECT_EQ(CallText("*", {BigInt(std::numeric_limits<int64_t>::max()), BigInt(2)}), "-2");
  EXPECT_EQ(CallText("/", {Int(std::numeric_limits<int32_t>::min()), Int(-1)}), "-2147483648");
  EXPECT_EQ(CallText("%", {BigInt(std::numeric_limits<int64_t>::min()), BigInt(-1)}), "0");
  EXPECT_EQ(CallText("NEGATE", {Int(std::numeric_limits<int32_t>::min())}), "-2147483648");
}

TEST(Arithmetic, IntegerDivision) {
  EXPECT_EQ(CallText("/", {Int(7), Int(2)}), "3");
  EXPECT_EQ(CallText("/", {Int(-7), Int(2)}), "-3");
  EXPECT_EQ(CallText("%", {Int(-7), Int(2)}), "-1");
  EXPECT_EQ(CallText("MOD", {BigInt(1000), Int(123)}), "16");
  EXPECT_EQ(CallType("MOD", {BigInt(1000), Int(123)}), "INT NOT NULL");
  EXPECT_EQ(CallText("/", {Int(7), Int(0)}), "ERROR: division by zero");
  EXPECT_EQ(CallText("%", {Int(7), Int(0)}), "ERROR: division by zero");
  EXPECT_EQ(CallText("/", {Null(kIntType), Int(0)}), "NULL");
}

TEST(Arithmetic, FloatingPoint) {
  EXPECT_EQ(CallText("/", {Double(1), Double(0)}), "Infinity");
  EXPECT_EQ(CallText("+", {Double(0.1), Double(0.2)}), "0.30000000000000004");
  EXPECT_EQ(CallText("*", {Int(3), Double(0.5)}), "1.5");
  EXPECT_EQ(CallType("+", {Dec("1.5", 2, 1), Double(1)}), "DOUBLE NOT NULL");
}

TEST(Arithmetic, DecimalTypesFollowFlink) {
  EXPECT_EQ(CallType("+", {Dec("1", 10, 2), Dec("1", 12, 4)}), "DECIMAL(13, 4) NOT NULL");
  EXPECT_EQ(CallType("/", {Dec("1", 10, 2), Dec("1", 12, 4)}), "DECIMAL(27, 15) NOT NULL");
  EXPECT_EQ(CallType("%", {Dec("1", 10, 2), Dec("1", 12, 4)}), "DECIMAL(12, 4) NOT NULL");
  EXPECT_EQ(CallType("*", {Dec("1", 38, 10), Dec("1", 38, 10)}), "DECIMAL(38, 6) NOT NULL");
  EXPECT_EQ(CallType("+", {Int(1), Dec("1", 5, 2)}), "DECIMAL(13, 2) NOT NULL");
}

TEST(Arithmetic, DecimalRoundsHalfUpAndOverflowsToNull) {
  EXPECT_EQ(CallText("/", {Dec("1", 5, 0), Dec("3", 5, 0)}), "0.333333");
  EXPECT_EQ(CallText("/", {Dec("-2", 5, 0), Dec("3", 5, 0)}), "-0.666667");
  EXPECT_EQ(CallText("/", {Dec("1", 5, 0), Dec("0", 5, 0)}), "ERROR: division by zero");
  EXPECT_EQ(CallText("%", {Dec("7.5", 5, 1), Dec("2", 5, 0)}), "1.5");
  const std::string nines(38, '9');
  EXPECT_EQ(CallText("*", {Dec(nines, 38, 0), Dec(nines, 38, 0)}), "NULL");
  EXPECT_EQ(CallText("+", {Dec(nines, 38, 0), Dec("1", 38, 0)}), "NULL");
  EXPECT_EQ(CallText("-", {Dec(nines, 38, 0), Dec(nines, 38, 0)}), "0");
}

RC_GTEST_PROP(DecimalProperty, SmallDecimalsAgreeWithIntegers, (int32_t a, int32_t b)) {
  const auto sum = AddDecimal(a, 2, b, 2, {20, 2});
  RC_ASSERT(sum.has_value() && *sum == static_cast<Int128>(a) + b);
  const auto product = MultiplyDecimal(a, 2, b, 1, {38, 3});
  RC_ASSERT(product.has_value() && *product == static_cast<Int128>(a) * b);
  if (b != 0) {
    const auto quotient = DivideDecimal(a, 0, b, 0, {38, 6});
    const Int128 scaled = static_cast<Int128>(a) * 1000000;
    Int128 wanted = scaled / b;
    const Int128 rest = scaled % b;
    const Int128 twice = (rest < 0 ? -rest : rest) * 2;
    if (twice >= (b < 0 ? -static_cast<Int128>(b) : b)) wanted += (a < 0) == (b < 0) ? 1 : -1;
    RC_ASSERT(quotient.has_value() && *quotient == wanted);
    RC_ASSERT(*ModuloDecimal(a, 0, b, 0, {38, 0}) == static_cast<int64_t>(a) % b);
  }
  RC_ASSERT((CompareDecimal(a, 0, b, 0) < 0) == (a < b));
  RC_ASSERT((CompareDecimal(a, 3, b, 0) < 0) == (a < static_cast<int64_t>(b) * 1000));
}

RC_GTEST_PROP(DecimalProperty, TextComesBack, (int64_t high, uint64_t low)) {
  const auto scale = *rc::gen::inRange(0, 38);
  const Int128 value = (static_cast<Int128>(high) << 60) + static_cast<Int128>(low >> 4);
  if (!FitsPrecision(value, 38)) return;
  bool is_number = false;
  const auto back = ParseDecimal(DecimalText(value, scale), {38, scale}, &is_number);
  RC_ASSERT(is_number && back.has_value() && *back == value);
}

}  // namespace
}  // namespace sluice::functions
