// SPDX-License-Identifier: Apache-2.0
// Functions of numbers (docs "Arithmetic Functions"): roots, logarithms, rounding, signs, random.
#include <bit>
#include <cmath>
#include <numbers>
#include <string>

#include "functions/apply.h"
#include "functions/decimal.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/time_parts.h"
#include "functions/type_rules.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

template <double (*kFunction)(double)>
double OfDouble(double value) {
  return kFunction(value);
}

double Power(double base, double exponent) {
  return std::pow(base, exponent);
}
double ArcTangent2(double y, double x) {
  return std::atan2(y, x);
}
double Degrees(double radians) {
  return radians * 180.0 / std::numbers::pi;
}
double Radians(double degrees) {
  return degrees / 180.0 * std::numbers::pi;
}
double Cotangent(double value) {
  return 1.0 / std::tan(value);
}

/// As Flink computes it, to the last digit.
double Log2(double value) {
  return std::log(value) / std::log(2.0);
}

/// LOG(x), LOG(base, x).
double Log(double first, std::optional<double> second) {
  return second ? std::log(*second) / std::log(first) : std::log(first);
}

template <double kValue>
double ConstantValue() {
  return kValue;
}

/// Runs a kernel by the type of the first argument: integers as they are, DECIMAL, floats.
struct ByType {
  using Kernel = decltype(Function::evaluate);
  Kernel tiny, small, plain, big, single, wide, decimal;
};

Result<ArrayPtr> Dispatch(const ByType& kernels, const Expr& call,
                          std::span<const Argument> arguments, int64_t rows,
                          const EvalContext& context) {
  switch (call.children[0]->type->kind()) {
    case TypeKind::kTinyInt:
      return kernels.tiny(call, arguments, rows, context);
    case TypeKind::kSmallInt:
      return kernels.small(call, arguments, rows, context);
    case TypeKind::kInt:
      return kernels.plain(call, arguments, rows, context);
    case TypeKind::kBigInt:
      return kernels.big(call, arguments, rows, context);
    case TypeKind::kFloat:
      return kernels.single(call, arguments, rows, context);
    case TypeKind::kDecimal:
      return kernels.decimal(call, arguments, rows, context);
    default:
      return kernels.wide(call, arguments, rows, context);
  }
}

template <typename T>
T Absolute(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fabs(value);
  } else if constexpr (std::is_same_v<T, Int128>) {
    return value < 0 ? -value : value;
  } else {
    return value < 0 ? static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(value)) : value;
  }
}

Result<ArrayPtr> EvaluateAbs(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext& context) {
  return Dispatch({&Apply<&Absolute<int8_t>>, &Apply<&Absolute<int16_t>>,
                   &Apply<&Absolute<int32_t>>, &Apply<&Absolute<int64_t>>, &Apply<&Absolute<float>>,
                   &Apply<&Absolute<double>>, &Apply<&Absolute<Int128>>},
                  call, arguments, rows, context);
}

template <typename T>
T Sign(T value) {
  if (value != value) return value;  // NaN
  return static_cast<T>(value > 0 ? 1 : value < 0 ? -1 : 0);
}

Result<ArrayPtr> EvaluateSign(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext& context) {
  const auto decimal = [](const Expr& same, std::span<const Argument> columns, int64_t count,
                          const EvalContext& facts) -> Result<ArrayPtr> {
    SLUICE_ASSIGN(auto in, apply_internal::Prepare(columns, count));
    const Reader<Int128> values(in.columns[0]);
    const Int128 one = PowerOfTen(same.type->scale());
    SLUICE_ASSIGN(auto buffer, AllocateValues<Int128>(count));
    auto* out = reinterpret_cast<Int128*>(buffer->mutable_data());
    for (int64_t i = 0; i < count; ++i) out[i] = Sign<Int128>(values[i]) * one;
    (void)facts;
    return MakeFixed(flow::ToArrow(*same.type), count, std::move(buffer), in.nulls);
  };
  return Dispatch({&Apply<&Sign<int8_t>>, &Apply<&Sign<int16_t>>, &Apply<&Sign<int32_t>>,
                   &Apply<&Sign<int64_t>>, &Apply<&Sign<float>>, &Apply<&Sign<double>>, decimal},
                  call, arguments, rows, context);
}

enum class Rounding { kFloor, kCeil, kHalfUp, kTruncate };

/// A decimal rounded to `digits` places (may be negative), at the scale of `to`.
std::optional<Int128> RoundDecimal(Int128 value, int scale, int digits, Rounding how,
                                   DecimalShape to) {
  const int dropped = scale - digits;
  if (dropped <= 0) return Rescale(value, scale, to);
  if (dropped > 38) return Int128{0};
  const Int128 unit = PowerOfTen(dropped);
  Int128 quotient = value / unit;
  const Int128 rest = value % unit;
  if (how == Rounding::kFloor && rest < 0) --quotient;
  if (how == Rounding::kCeil && rest > 0) ++quotient;
  const Int128 size = rest < 0 ? -rest : rest;
  if (how == Rounding::kHalfUp && size >= unit - size) quotient += value < 0 ? -1 : 1;
  if (digits >= 0) return Rescale(quotient, digits, to);
  Int128 scaled;
  if (-digits > 38 || __builtin_mul_overflow(quotient, PowerOfTen(-digits), &scaled)) {
    return std::nullopt;
  }
  return Rescale(scaled, 0, to);
}

template <Rounding kHow, typename T>
T WholeNumber(T value) {
  if constexpr (std::is_integral_v<T>) {
    return value;
  } else {
    return kHow == Rounding::kFloor ? std::floor(value) : std::ceil(value);
  }
}

template <Rounding kHow>
Result<ArrayPtr> DecimalWhole(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  const Reader<Int128> values(in.columns[0]);
  SLUICE_ASSIGN(auto buffer, AllocateValues<Int128>(rows));
  auto* out = reinterpret_cast<Int128*>(buffer->mutable_data());
  const DecimalShape to{call.type->precision(), call.type->scale()};
  for (int64_t i = 0; i < rows; ++i) {
    const auto whole = RoundDecimal(values[i], call.children[0]->type->scale(), 0, kHow, to);
    out[i] = whole.value_or(0);
    if (!whole) SLUICE_TRY(in.nulls.SetNull(i));
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), in.nulls);
}

template <Rounding kHow>
Result<ArrayPtr> EvaluateWhole(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext& context) {
  if (arguments.size() == 2) {
    return EvaluateTimeFloor(call, arguments, rows, context, kHow == Rounding::kCeil);
  }
  return Dispatch(
      {&Apply<&WholeNumber<kHow, int8_t>>, &Apply<&WholeNumber<kHow, int16_t>>,
       &Apply<&WholeNumber<kHow, int32_t>>, &Apply<&WholeNumber<kHow, int64_t>>,
       &Apply<&WholeNumber<kHow, float>>, &Apply<&WholeNumber<kHow, double>>, &DecimalWhole<kHow>},
      call, arguments, rows, context);
}

Result<Signature> ResolveWhole(std::span<const ExprPtr> arguments) {
  if (arguments.size() == 2) return ResolveTimeFloor(arguments);
  SLUICE_ASSIGN(Signature signature, ResolveText("number -> same", arguments));
  const Type& type = *signature.arguments[0];
  if (type.kind() == TypeKind::kDecimal) {
    signature.result = Type::Decimal(type.precision(), 0, type.nullable());
  }
  return signature;
}

/// ROUND and TRUNCATE of floats go through the decimal text of the number, as BigDecimal does.
double RoundDouble(double value, int digits, Rounding how) {
  if (!std::isfinite(value) || digits >= 18) return value;
  const auto exact = FloatToDecimal(value, {38, 18});
  if (!exact) return value;  // too large to have digits after the point
  const auto rounded = RoundDecimal(*exact, 18, digits, how, {38, 18});
  return rounded ? DecimalToDouble(*rounded, 18) : value;
}

template <Rounding kHow, typename T>
T RoundNumber(T value, std::optional<int32_t> digits) {
  if constexpr (std::is_integral_v<T>) {
    const auto rounded =
        RoundDecimal(static_cast<int64_t>(value), 0, digits.value_or(0), kHow, {38, 0});
    return static_cast<T>(rounded.value_or(0));
  } else {
    return static_cast<T>(RoundDouble(value, digits.value_or(0), kHow));
  }
}

template <Rounding kHow>
Result<ArrayPtr> DecimalRound(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  const Reader<Int128> values(in.columns[0]);
  SLUICE_ASSIGN(auto buffer, AllocateValues<Int128>(rows));
  auto* out = reinterpret_cast<Int128*>(buffer->mutable_data());
  const DecimalShape to{call.type->precision(), call.type->scale()};
  const int scale = call.children[0]->type->scale();
  for (int64_t i = 0; i < rows; ++i) {
    out[i] = 0;
    if (in.nulls.IsNull(i)) continue;
    const int32_t digits = arguments.size() > 1 ? Reader<int32_t>(in.columns[1])[i] : 0;
    const auto rounded = RoundDecimal(values[i], scale, digits, kHow, to);
    out[i] = rounded.value_or(0);
    if (!rounded) SLUICE_TRY(in.nulls.SetNull(i));
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), in.nulls);
}

template <Rounding kHow>
Result<ArrayPtr> EvaluateRound(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext& context) {
  return Dispatch(
      {&Apply<&RoundNumber<kHow, int8_t>>, &Apply<&RoundNumber<kHow, int16_t>>,
       &Apply<&RoundNumber<kHow, int32_t>>, &Apply<&RoundNumber<kHow, int64_t>>,
       &Apply<&RoundNumber<kHow, float>>, &Apply<&RoundNumber<kHow, double>>, &DecimalRound<kHow>},
      call, arguments, rows, context);
}

Result<Signature> ResolveRound(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("number, int? -> same", arguments));
  const Type& type = *signature.arguments[0];
  if (type.kind() == TypeKind::kDecimal) {
    const bool known = arguments.size() == 1 || LiteralInteger(*arguments[1]).has_value();
    const auto digits = arguments.size() == 1 ? 0 : LiteralInteger(*arguments[1]).value_or(0);
    DecimalShape shape{type.precision(), type.scale()};
    if (known) shape = RoundShape(shape, static_cast<int>(std::clamp<int64_t>(digits, -39, 39)));
    signature.result =
        Type::Decimal(std::min(shape.precision, 38), shape.scale, signature.result->nullable());
  }
  return signature;
}

/// splitmix64: one number per row from the seed of the batch.
uint64_t Mix(uint64_t seed) {
  seed += 0x9E3779B97F4A7C15ULL;
  seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBULL;
  return seed ^ (seed >> 31);
}

/// Calls of RAND in one expression must differ: the place of the call in memory is part of it.
uint64_t SeedOf(const Expr& call, const EvalContext& context) {
  return Mix(context.random ^ std::bit_cast<uintptr_t>(&call));
}

Result<ArrayPtr> EvaluateRand(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext& context) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  uint64_t seed = SeedOf(call, context);
  if (!arguments.empty() && !in.nulls.IsNull(0)) {
    seed = Mix(static_cast<uint64_t>(Reader<int32_t>(in.columns[0])[0]) + context.random);
  }
  SLUICE_ASSIGN(auto buffer, AllocateValues<double>(rows));
  auto* out = reinterpret_cast<double*>(buffer->mutable_data());
  for (int64_t i = 0; i < rows; ++i) {
    out[i] = static_cast<double>(Mix(seed + static_cast<uint64_t>(i)) >> 11) * 0x1.0p-53;
  }
  return MakeFixed(arrow::float64(), rows, std::move(buffer), in.nulls);
}

/// RAND_INTEGER(bound), RAND_INTEGER(seed, bound).
Result<ArrayPtr> EvaluateRandInteger(const Expr& call, std::span<const Argument> arguments,
                                     int64_t rows, const EvalContext& context) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  uint64_t seed = SeedOf(call, context);
  if (arguments.size() == 2 && !in.nulls.IsNull(0)) {
    seed = Mix(static_cast<uint64_t>(Reader<int32_t>(in.columns[0])[0]) + context.random);
  }
  const Reader<int32_t> bounds(in.columns.back());
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows));
  auto* out = reinterpret_cast<int32_t*>(buffer->mutable_data());
  for (int64_t i = 0; i < rows; ++i) {
    out[i] = 0;
    if (in.nulls.IsNull(i)) continue;
    if (bounds[i] <= 0) return InvalidArgument("RAND_INTEGER takes a positive bound");
    out[i] = static_cast<int32_t>(Mix(seed + static_cast<uint64_t>(i)) %
                                  static_cast<uint64_t>(bounds[i]));
  }
  return MakeFixed(arrow::int32(), rows, std::move(buffer), in.nulls);
}

Result<ArrayPtr> EvaluateUuid(const Expr& call, std::span<const Argument>, int64_t rows,
                              const EvalContext& context) {
  static constexpr char kHex[] = "0123456789abcdef";
  const uint64_t seed = SeedOf(call, context);
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 36));
  for (int64_t i = 0; i < rows; ++i) {
    uint64_t high = Mix(seed + static_cast<uint64_t>(2 * i));
    uint64_t low = Mix(seed + static_cast<uint64_t>(2 * i + 1));
    high = (high & ~0xF000ULL) | 0x4000;
    low = (low & ~(3ULL << 62)) | (2ULL << 62);
    for (int digit = 0; digit < 32; ++digit) {
      if (digit == 8 || digit == 12 || digit == 16 || digit == 20) out.Append('-');
      const uint64_t word = digit < 16 ? high : low;
      out.Append(kHex[(word >> (60 - (digit % 16) * 4)) & 15]);
    }
    out.EndRow();
  }
  return out.Finish(arrow::utf8(), NullBits(rows));
}

void Binary(int64_t value, TextWriter& out) {
  const auto bits = static_cast<uint64_t>(value);
  int width = std::max(1, 64 - std::countl_zero(bits));
  while (width > 0) out.Append((bits >> --width) & 1 ? '1' : '0');
}

}  // namespace

std::vector<Function> MathFunctions() {
  const char* kind = "arithmetic";
  std::vector<Function> functions = {
      {"ABS", kind, "ABS(x)", "The number without its sign", "ABS(-5) = 5",
       &Takes<"number -> same">, &EvaluateAbs},
      {"SIGN", kind, "SIGN(x)", "-1, 0 or 1", "SIGN(-5) = -1", &Takes<"number -> same">,
       &EvaluateSign},
      {"FLOOR", kind, "FLOOR(x), FLOOR(point TO unit)",
       "The largest whole number not above x; the start of a unit of time", "FLOOR(1.5) = 1",
       &ResolveWhole, &EvaluateWhole<Rounding::kFloor>},
      {"CEIL", kind, "CEIL(x), CEIL(point TO unit)",
       "The smallest whole number not below x; the end of a unit of time", "CEIL(1.5) = 2",
       &ResolveWhole, &EvaluateWhole<Rounding::kCeil>},
      {"CEILING", kind, "CEILING(x), CEILING(point TO unit)", "As CEIL", "CEILING(1.5) = 2",
       &ResolveWhole, &EvaluateWhole<Rounding::kCeil>},
      {"ROUND", kind, "ROUND(x[, digits])", "Rounded to digits after the point, halves up",
       "ROUND(2.345, 2) = 2.35", &ResolveRound, &EvaluateRound<Rounding::kHalfUp>},
      {"TRUNCATE", kind, "TRUNCATE(x[, digits])", "Cut off after digits after the point",
       "TRUNCATE(2.345, 2) = 2.34", &ResolveRound, &EvaluateRound<Rounding::kTruncate>},
      {"POWER", kind, "POWER(x, y)", "x to the power y", "POWER(2, 10) = 1024.0",
       &Takes<"double, double -> double">, &Apply<&Power>},
      {"LN", kind, "LN(x)", "The natural logarithm", "LN(1) = 0.0", &Takes<"double -> double">,
       &Apply<&OfDouble<&std::log>>},
      {"LOG", kind, "LOG(x), LOG(base, x)", "The natural logarithm, or that of a base",
       "LOG(2, 8) = 3.0", &Takes<"double, double? -> double">, &Apply<&Log>},
      {"LOG2", kind, "LOG2(x)", "The logarithm of base 2", "LOG2(8) = 3.0",
       &Takes<"double -> double">, &Apply<&OfDouble<&Log2>>},
      {"LOG10", kind, "LOG10(x)", "The logarithm of base 10", "LOG10(100) = 2.0",
       &Takes<"double -> double">, &Apply<&OfDouble<&std::log10>>},
      {"ATAN2", kind, "ATAN2(y, x)", "The angle of the point (x, y)", "ATAN2(0, 1) = 0.0",
       &Takes<"double, double -> double">, &Apply<&ArcTangent2>},
      {"PI", kind, "PI", "The number pi", "PI()", &Takes<" -> double">,
       &Apply<&ConstantValue<std::numbers::pi>>},
      {"E", kind, "E()", "Euler's number", "E()", &Takes<" -> double">,
       &Apply<&ConstantValue<std::numbers::e>>},
      {"RAND", kind, "RAND([seed])", "A random number from 0 to 1", "RAND()",
       &Takes<"int? -> double">, &EvaluateRand, false},
      {"RAND_INTEGER", kind, "RAND_INTEGER([seed, ]bound)",
       "A random whole number from 0, below the bound", "RAND_INTEGER(10)",
       &Takes<"int, int? -> int">, &EvaluateRandInteger, false},
      {"UUID", kind, "UUID()", "A random identifier (RFC 4122, type 4)", "UUID()",
       &Takes<" -> string">, &EvaluateUuid, false},
      {"BIN", kind, "BIN(x)", "A whole number in base 2", "BIN(4) = '100'",
       &Takes<"bigint -> string">, &Apply<&Binary>}};
  auto simple = [&](const char* name, auto evaluate, const char* words) {
    functions.push_back({name, kind, std::string(name) + "(x)", words, std::string(name) + "(0.5)",
                         &Takes<"double -> double">, evaluate});
  };
  simple("SQRT", &Apply<&OfDouble<&std::sqrt>>, "The square root");
  simple("EXP", &Apply<&OfDouble<&std::exp>>, "e to the power x");
  simple("SIN", &Apply<&OfDouble<&std::sin>>, "The sine");
  simple("COS", &Apply<&OfDouble<&std::cos>>, "The cosine");
  simple("TAN", &Apply<&OfDouble<&std::tan>>, "The tangent");
  simple("ASIN", &Apply<&OfDouble<&std::asin>>, "The arc sine");
  simple("ACOS", &Apply<&OfDouble<&std::acos>>, "The arc cosine");
  simple("ATAN", &Apply<&OfDouble<&std::atan>>, "The arc tangent");
  simple("SINH", &Apply<&OfDouble<&std::sinh>>, "The hyperbolic sine");
  simple("COSH", &Apply<&OfDouble<&std::cosh>>, "The hyperbolic cosine");
  simple("TANH", &Apply<&OfDouble<&std::tanh>>, "The hyperbolic tangent");
  simple("COT", &Apply<&Cotangent>, "The cotangent");
  simple("DEGREES", &Apply<&Degrees>, "Radians as degrees");
  simple("RADIANS", &Apply<&Radians>, "Degrees as radians");
  return functions;
}

}  // namespace sluice::functions
