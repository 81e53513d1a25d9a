// SPDX-License-Identifier: Apache-2.0
#include "sql/literals.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

#include "arrow/api.h"
#include "arrow/util/decimal.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using flow::Type;
using flow::TypeKind;
using functions::ExprPtr;

bool IsDigits(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

std::optional<int64_t> Whole(std::string_view text) {
  int64_t value = 0;
  if (!IsDigits(text)) return std::nullopt;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The text up to `stop`, which is taken away with it; all of it when there is no `stop`.
std::string_view Cut(std::string_view* text, char stop) {
  const size_t at = text->find(stop);
  const std::string_view head = text->substr(0, at);
  *text = at == std::string_view::npos ? std::string_view() : text->substr(at + 1);
  return head;
}

ExprPtr NumberLiteral(int64_t value, bool wide) {
  if (wide) {
    return functions::Literal(arrow::MakeScalar(value), Type::Simple(TypeKind::kBigInt, false));
  }
  return functions::Literal(arrow::MakeScalar(static_cast<int32_t>(value)),
                            Type::Simple(TypeKind::kInt, false));
}

Result<ExprPtr> DecimalLiteral(std::string_view text, bool negative) {
  std::string digits;
  int scale = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.') {
      point = true;
      continue;
    }
    digits += c;
    if (point) ++scale;
  }
  size_t zeros = 0;
  while (zeros + 1 < digits.size() && digits[zeros] == '0') ++zeros;
  const int precision = std::max(static_cast<int>(digits.size() - zeros), scale);
  if (precision > 38) {
    return InvalidArgument("the number has more than 38 digits");
  }
  const auto parsed = arrow::Decimal128::FromString((negative ? "-" : "") + digits);
  if (!parsed.ok()) return InvalidArgument("not a number: " + std::string(text));
  auto type = Type::Decimal(std::max(precision, 1), scale, false);
  auto scalar = std::make_shared<arrow::Decimal128Scalar>(*parsed, flow::ToArrow(*type));
  return functions::Literal(std::move(scalar), std::move(type));
}

Result<ExprPtr> IntegerLiteral(std::string_view text, bool negative) {
  // One more negative than positive number.
  uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  const uint64_t int_max = uint64_t{std::numeric_limits<int32_t>::max()} + (negative ? 1 : 0);
  const uint64_t bigint_max =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (negative ? 1 : 0);
  if (failed != std::errc() || end != text.data() + text.size() || value > bigint_max) {
    return DecimalLiteral(text, negative);
  }
  const auto signed_value = static_cast<int64_t>(negative ? 0 - value : value);
  return NumberLiteral(signed_value, value > int_max);
}

Result<ExprPtr> DoubleLiteral(std::string_view text, bool negative) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) {
    return InvalidArgument("the number does not fit a DOUBLE");
  }
  return functions::Literal(arrow::MakeScalar(negative ? -value : value),
                            Type::Simple(TypeKind::kDouble, false));
}

int32_t CharacterCount(std::string_view text) {
  int32_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<int64_t> ParseDate(std::string_view text) {
  const auto year = Whole(Cut(&text, '-'));
  const auto month = Whole(Cut(&text, '-'));
  const auto day = Whole(text);
  if (!year || !month || !day || *year < 1 || *year > 9999 || *month < 1 || *month > 12) {
    return std::nullopt;
  }
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
  const int days = kDays[*month - 1] + (leap && *month == 2 ? 1 : 0);
  if (*day < 1 || *day > days) return std::nullopt;
  return DaysFromCivil(*year, static_cast<int>(*month), static_cast<int>(*day));
}

/// Nanoseconds of a day; `digits` is the length of the fraction.
std::optional<int64_t> ParseTime(std::string_view text, int* digits) {
  const auto hour = Whole(Cut(&text, ':'));
  const auto minute = Whole(Cut(&text, ':'));
  const bool has_fraction = text.find('.') != std::string_view::npos;
  const auto second = Whole(Cut(&text, '.'));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  int64_t nanos = 0;
  *digits = static_cast<int>(text.size());
  if (has_fraction) {
    const auto fraction = Whole(text);
    if (!fraction || text.size() > 9) return std::nullopt;
    nanos = *fraction;
    for (size_t i = text.size(); i < 9; ++i) nanos *= 10;
  }
  return ((*hour * 60 + *minute) * 60 + *second) * 1'000'000'000 + nanos;
}

Result<ExprPtr> DateLiteral(const std::string& text) {
  const auto days = ParseDate(text);
  if (!days) {
    return InvalidArgument("'" + text + "' is no date; expected 'yyyy-MM-dd'");
  }
  return functions::Literal(std::make_shared<arrow::Date32Scalar>(static_cast<int32_t>(*days)),
                            Type::Simple(TypeKind::kDate, false));
}

Result<ExprPtr> TimeLiteral(const std::string& text) {
  int digits = 0;
  const auto nanos = ParseTime(text, &digits);
  if (!nanos) return InvalidArgument("'" + text + "' is no time; expected 'HH:mm:ss[.fraction]'");
  auto type = Type::Time(digits, false);
  auto scalar = std::make_shared<arrow::Time64Scalar>(*nanos / 1000, flow::ToArrow(*type));
  return functions::Literal(std::move(scalar), std::move(type));
}

Result<ExprPtr> TimestampLiteral(const std::string& text) {
  std::string_view rest = text;
  const auto days = ParseDate(Cut(&rest, ' '));
  int digits = 0;
  const auto nanos = rest.empty() ? std::optional<int64_t>(0) : ParseTime(rest, &digits);
  if (!days || !nanos) {
    return InvalidArgument("'" + text +
                           "' is no timestamp; expected 'yyyy-MM-dd HH:mm:ss[.fraction]'");
  }
  auto type = Type::Timestamp(digits, false);
  int64_t value = 0;
  if (digits <= 6) {
    value = *days * 86'400'000'000 + *nanos / 1000;
  } else if (__builtin_mul_overflow(*days, int64_t{86'400'000'000'000}, &value) ||
             __builtin_add_overflow(value, *nanos, &value)) {
    return InvalidArgument("'" + text +
                           "' is out of range for more than 6 digits after the second");
  }
  auto scalar = std::make_shared<arrow::TimestampScalar>(value, flow::ToArrow(*type));
  return functions::Literal(std::move(scalar), std::move(type));
}

int UnitRank(std::string_view unit) {
  static constexpr std::string_view kUnits[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
  for (int i = 0; i < 6; ++i) {
    if (kUnits[i] == unit) return i;
  }
  return -1;
}

/// The length of an interval in months (of YEAR, MONTH) or milliseconds; nullopt if the text does
/// not fit the units.
std::optional<int64_t> IntervalLength(const ast::Expression& interval, bool months) {
  static constexpr int64_t kMillis[] = {12, 1, 86'400'000, 3'600'000, 60'000, 1000};
  static constexpr char kStops[] = {'-', '\0', ' ', ':', ':', '\0'};
  std::string_view text = interval.text;
  bool negative = interval.negated;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative ^= text[0] == '-';
    text.remove_prefix(1);
  }
  if (interval.unit == "QUARTER" || interval.unit == "WEEK") {
    const auto count = Whole(text);
    const int64_t each = interval.unit == "WEEK" ? 7 * 86'400'000LL : 3;
    if (!count || *count > INT32_MAX) return std::nullopt;
    return *count * each * (negative ? -1 : 1);
  }
  const int first = UnitRank(interval.unit);
  const int last = interval.unit_to.empty() ? first : UnitRank(interval.unit_to);
  if (first < 0 || last < first) return std::nullopt;
  int64_t total = 0;
  for (int unit = first; unit <= last; ++unit) {
    std::string_view part = unit == last ? text : Cut(&text, kStops[unit]);
    int64_t fraction = 0;
    if (unit == 5) {
      std::string_view rest = part;
      part = Cut(&rest, '.');
      if (!rest.empty()) {
        const auto digits = Whole(rest);
        if (!digits || rest.size() > 9) return std::nullopt;
        fraction = *digits;
        for (size_t i = rest.size(); i < 9; ++i) fraction *= 10;
        fraction /= 1'000'000;
      }
    }
    const auto value = Whole(part);
    if (!value || *value > INT32_MAX) return std::nullopt;
    static constexpr int64_t kRange[] = {0, 11, 0, 23, 59, 59};
    if (unit != first && *value > kRange[unit]) return std::nullopt;
    total += *value * kMillis[unit] + fraction;
  }
  if (months && total > INT32_MAX) return std::nullopt;
  return negative ? -total : total;
}

Result<ExprPtr> IntervalLiteral(const ast::Expression& interval) {
  const auto of_months = [](std::string_view unit) {
    return unit == "YEAR" || unit == "MONTH" || unit == "QUARTER";
  };
  const bool months = of_months(interval.unit);
  if (!interval.unit_to.empty() && of_months(interval.unit_to) != months) {
    return InvalidArgument("an interval is either of years and months or of days and seconds");
  }
  const auto length = IntervalLength(interval, months);
  if (!length) {
    const std::string units =
        interval.unit + (interval.unit_to.empty() ? "" : " TO " + interval.unit_to);
    return InvalidArgument("'" + interval.text + "' is no interval of " + units);
  }
  if (months) {
    return functions::Literal(arrow::MakeScalar(static_cast<int32_t>(*length)),
                              Type::Simple(TypeKind::kIntervalYearMonth, false));
  }
  return functions::Literal(arrow::MakeScalar(*length),
                            Type::Simple(TypeKind::kIntervalDaySecond, false));
}

}  // namespace

bool IsLiteral(const ast::Expression& expression) {
  return expression.kind >= ExpressionKind::kNull && expression.kind <= ExpressionKind::kInterval;
}

ExprPtr TextLiteral(const std::string& text) {
  return functions::Literal(std::make_shared<arrow::StringScalar>(text),
                            Type::Char(CharacterCount(text), false));
}

Result<ExprPtr> BindLiteral(const ast::Expression& literal, bool negative) {
  switch (literal.kind) {
    case ExpressionKind::kNull:
      return functions::NullLiteral(Type::Simple(TypeKind::kNull));
    case ExpressionKind::kBoolean:
      if (literal.text == "UNKNOWN") {
        return functions::NullLiteral(Type::Simple(TypeKind::kBoolean));
      }
      return functions::Literal(arrow::MakeScalar(literal.text == "TRUE"),
                                Type::Simple(TypeKind::kBoolean, false));
    case ExpressionKind::kInteger:
      return IntegerLiteral(literal.text, negative);
    case ExpressionKind::kDecimal:
      return DecimalLiteral(literal.text, negative);
    case ExpressionKind::kDouble:
      return DoubleLiteral(literal.text, negative);
    case ExpressionKind::kString:
      return TextLiteral(literal.text);
    case ExpressionKind::kBinary:
      return functions::Literal(
          std::make_shared<arrow::BinaryScalar>(arrow::Buffer::FromString(literal.text)),
          Type::Binary(static_cast<int32_t>(literal.text.size()), false));
    case ExpressionKind::kDate:
      return DateLiteral(literal.text);
    case ExpressionKind::kTime:
      return TimeLiteral(literal.text);
    case ExpressionKind::kTimestamp:
      return TimestampLiteral(literal.text);
    case ExpressionKind::kInterval:
      return IntervalLiteral(literal);
    default:
      return Internal("not a literal");
  }
}

}  // namespace sluice::sql
