// SPDX-License-Identifier: Apache-2.0
// + - * / % on numbers (docs "Arithmetic Functions"). Integers wrap as in Java; integer division by
// zero fails the query; DECIMAL results that need more than 38 digits are NULL.
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "functions/column_view.h"
#include "functions/decimal.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/temporal_arithmetic.h"
#include "functions/type_rules.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

enum class Op : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kModulo };

DecimalShape ResultShape(Op op, DecimalShape a, DecimalShape b) {
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract:
      return AddShape(a, b);
    case Op::kMultiply:
      return MultiplyShape(a, b);
    case Op::kDivide:
      return DivideShape(a, b);
    case Op::kModulo:
      return ModuloShape(a, b);
  }
  return a;
}

/// DECIMAL operands stay; integers are widened to BIGINT, which kernels read beside decimals.
TypePtr ExactOperand(const TypePtr& type) {
  if (type->kind() == TypeKind::kDecimal) return type;
  return Type::Simple(TypeKind::kBigInt, type->nullable());
}

/// INTERVAL * number and INTERVAL / number.
bool IsScaledInterval(Op op, const Type& a, const Type& b) {
  return a.is_interval() && b.is_integer() && (op == Op::kMultiply || op == Op::kDivide);
}

Result<Signature> ResolveNumbers(Op op, const TypePtr& a, const TypePtr& b, bool nullable) {
  if (a->kind() == TypeKind::kDecimal || b->kind() == TypeKind::kDecimal) {
    if (!a->is_approximate() && !b->is_approximate()) {
      const DecimalShape shape = ResultShape(op, ShapeOf(*a), ShapeOf(*b));
      return Signature{{ExactOperand(a), ExactOperand(b)},
                       Type::Decimal(shape.precision, shape.scale, nullable)};
    }
  }
  const TypePtr common = CommonTypeOfTwo(a, b)->WithNullable(nullable);
  Signature signature{{common, common}, common};
  // As in Flink, the type of a remainder is that of the divisor.
  if (op == Op::kModulo && common->is_integer()) signature.result = b->WithNullable(nullable);
  return signature;
}

template <Op kOp>
Result<Signature> ResolveArithmetic(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2) return InvalidArgument("takes two operands");
  TypePtr a = arguments[0]->type, b = arguments[1]->type;
  if (a->kind() == TypeKind::kNull) a = b->WithNullable(true);
  if (b->kind() == TypeKind::kNull) b = a->WithNullable(true);
  const bool nullable = a->nullable() || b->nullable();
  if (a->is_numeric() && b->is_numeric()) return ResolveNumbers(kOp, a, b, nullable);
  if (IsScaledInterval(kOp, *a, *b)) {
    return Signature{{a, Type::Simple(TypeKind::kBigInt, b->nullable())},
                     a->WithNullable(nullable)};
  }
  if (kOp == Op::kMultiply && IsScaledInterval(kOp, *b, *a)) {
    return Signature{{Type::Simple(TypeKind::kBigInt, a->nullable()), b},
                     b->WithNullable(nullable)};
  }
  if (kOp == Op::kAdd || kOp == Op::kSubtract) {
    return ResolveTemporalSum(arguments, kOp == Op::kSubtract);
  }
  return InvalidArgument("takes numbers, not " + TypesText(arguments));
}

Error DivisionByZero() {
  return InvalidArgument("division by zero");
}

template <typename T>
struct Wrapping {
  using Unsigned = std::make_unsigned_t<T>;
  static Unsigned U(T value) { return static_cast<Unsigned>(value); }
  template <Op kOp>
  static T Do(T a, T b) {
    if constexpr (kOp == Op::kAdd) return static_cast<T>(U(a) + U(b));
    if constexpr (kOp == Op::kSubtract) return static_cast<T>(U(a) - U(b));
    if constexpr (kOp == Op::kMultiply) {
      return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
    }
    if (b == -1) return kOp == Op::kDivide ? static_cast<T>(0 - U(a)) : T{0};
    if constexpr (sizeof(T) == 8) {
      if (((static_cast<uint64_t>(a) | static_cast<uint64_t>(b)) >> 32) == 0) {
        const auto x = static_cast<uint32_t>(a), y = static_cast<uint32_t>(b);
        return static_cast<T>(kOp == Op::kDivide ? x / y : x % y);
      }
    }
    return static_cast<T>(kOp == Op::kDivide ? a / b : a % b);
  }
};

template <typename T>
struct Floating {
  template <Op kOp>
  static T Do(T a, T b) {
    if constexpr (kOp == Op::kAdd) return a + b;
    if constexpr (kOp == Op::kSubtract) return a - b;
    if constexpr (kOp == Op::kMultiply) return a * b;
    if constexpr (kOp == Op::kDivide) return a / b;
    return std::fmod(a, b);
  }
};

template <typename T, typename Step>
void Loop(const ColumnView& a, const ColumnView& b, int64_t rows, T* out, Step step) {
  const T *x = a.values<T>(), *y = b.values<T>();
  if (b.constant()) {
    const T value = *y;
    const int64_t mask = a.constant() ? 0 : -1;
    if (mask == 0) {
      for (int64_t i = 0; i < rows; ++i) out[i] = step(*x, value);
      return;
    }
    for (int64_t i = 0; i < rows; ++i) out[i] = step(x[i], value);
  } else if (a.constant()) {
    const T value = *x;
    for (int64_t i = 0; i < rows; ++i) out[i] = step(value, y[i]);
  } else {
    for (int64_t i = 0; i < rows; ++i) out[i] = step(x[i], y[i]);
  }
}

/// Divides; a zero divisor fails the row unless the row is NULL.
template <Op kOp, typename T>
Status LoopDivide(const ColumnView& a, const ColumnView& b, int64_t rows, const NullBits& nulls,
                  T* out) {
  const Reader<T> x(a), y(b);
  if (b.constant() && y[0] != 0) {
    Loop<T>(a, b, rows, out, [](T p, T q) { return Wrapping<T>::template Do<kOp>(p, q); });
    return Status::Ok();
  }
  for (int64_t i = 0; i < rows; ++i) {
    const T divisor = y[i];
    if (divisor == 0) {
      if (!nulls.IsNull(i)) return DivisionByZero();
      out[i] = 0;
    } else {
      out[i] = Wrapping<T>::template Do<kOp>(x[i], divisor);
    }
  }
  return Status::Ok();
}

struct Operands {
  ColumnView a, b;
  NullBits nulls;
};

Result<Operands> TakeOperands(std::span<const Argument> arguments, int64_t rows) {
  SLUICE_ASSIGN(ColumnView a, ColumnView::Make(arguments[0]));
  SLUICE_ASSIGN(ColumnView b, ColumnView::Make(arguments[1]));
  Operands operands{std::move(a), std::move(b), NullBits(rows)};
  SLUICE_TRY(operands.nulls.Take(operands.a));
  SLUICE_TRY(operands.nulls.Take(operands.b));
  return operands;
}

template <Op kOp, typename T>
Result<ArrayPtr> EvaluateFixed(std::span<const Argument> arguments, int64_t rows) {
  SLUICE_ASSIGN(const Operands in, TakeOperands(arguments, rows));
  SLUICE_ASSIGN(auto buffer, AllocateValues<T>(rows));
  auto* out = reinterpret_cast<T*>(buffer->mutable_data());
  if (in.a.all_null() || in.b.all_null()) {
    std::memset(out, 0, static_cast<size_t>(rows) * sizeof(T));
  } else if constexpr (std::is_floating_point_v<T>) {
    Loop<T>(in.a, in.b, rows, out, [](T p, T q) { return Floating<T>::template Do<kOp>(p, q); });
  } else if constexpr (kOp == Op::kDivide || kOp == Op::kModulo) {
    SLUICE_TRY((LoopDivide<kOp, T>(in.a, in.b, rows, in.nulls, out)));
  } else {
    Loop<T>(in.a, in.b, rows, out, [](T p, T q) { return Wrapping<T>::template Do<kOp>(p, q); });
  }
  return MakeFixed(arrow::CTypeTraits<T>::type_singleton(), rows, std::move(buffer), in.nulls);
}

template <Op kOp>
std::optional<Int128> Exact(Int128 a, int a_scale, Int128 b, int b_scale, DecimalShape to) {
  if constexpr (kOp == Op::kAdd) return AddDecimal(a, a_scale, b, b_scale, to);
  if constexpr (kOp == Op::kSubtract) return AddDecimal(a, a_scale, -b, b_scale, to);
  if constexpr (kOp == Op::kMultiply) return MultiplyDecimal(a, a_scale, b, b_scale, to);
  if constexpr (kOp == Op::kDivide) return DivideDecimal(a, a_scale, b, b_scale, to);
  return ModuloDecimal(a, a_scale, b, b_scale, to);
}

int PrecisionOf(const Type& type) {
  return ShapeOf(type).precision;
}

template <Op kOp, typename A, typename B>
Result<ArrayPtr> EvaluateDecimal(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows) {
  SLUICE_ASSIGN(Operands in, TakeOperands(arguments, rows));
  SLUICE_ASSIGN(auto buffer, AllocateValues<Int128>(rows));
  auto* out = reinterpret_cast<Int128*>(buffer->mutable_data());
  const Type &a_type = *call.children[0]->type, &b_type = *call.children[1]->type;
  const DecimalShape to{call.type->precision(), call.type->scale()};
  const int a_scale = a_type.scale(), b_scale = b_type.scale();
  if (in.a.all_null() || in.b.all_null()) {
    std::memset(out, 0, static_cast<size_t>(rows) * sizeof(Int128));
    return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), in.nulls);
  }
  const Reader<A> x(in.a);
  const Reader<B> y(in.b);
  // The result of a product whose digits all fit needs neither rounding nor a check.
  if (kOp == Op::kMultiply && PrecisionOf(a_type) + PrecisionOf(b_type) <= 38 &&
      to.scale == a_scale + b_scale) {
    for (int64_t i = 0; i < rows; ++i) out[i] = static_cast<Int128>(x[i]) * y[i];
    return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), in.nulls);
  }
  for (int64_t i = 0; i < rows; ++i) {
    out[i] = 0;
    if (in.nulls.IsNull(i)) continue;
    if ((kOp == Op::kDivide || kOp == Op::kModulo) && y[i] == 0) return DivisionByZero();
    const auto result = Exact<kOp>(x[i], a_scale, y[i], b_scale, to);
    if (result) {
      out[i] = *result;
    } else {
      SLUICE_TRY(in.nulls.SetNull(i));
    }
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), in.nulls);
}

template <Op kOp>
Result<ArrayPtr> EvaluateExact(const Expr& call, std::span<const Argument> arguments,
                               int64_t rows) {
  const bool a = call.children[0]->type->kind() == TypeKind::kDecimal;
  const bool b = call.children[1]->type->kind() == TypeKind::kDecimal;
  if (a && b) return EvaluateDecimal<kOp, Int128, Int128>(call, arguments, rows);
  if (a) return EvaluateDecimal<kOp, Int128, int64_t>(call, arguments, rows);
  return EvaluateDecimal<kOp, int64_t, Int128>(call, arguments, rows);
}

/// INTERVAL * n, n * INTERVAL, INTERVAL / n.
template <Op kOp>
Result<ArrayPtr> EvaluateScaled(const Expr& call, std::span<const Argument> arguments,
                                int64_t rows) {
  SLUICE_ASSIGN(const Operands in, TakeOperands(arguments, rows));
  const bool turned = call.children[1]->type->is_interval();
  const ColumnView &interval = turned ? in.b : in.a, &factor = turned ? in.a : in.b;
  const bool months = call.type->kind() == TypeKind::kIntervalYearMonth;
  SLUICE_ASSIGN(auto buffer, AllocateValues<int64_t>(rows));
  for (int64_t i = 0; i < rows; ++i) {
    int64_t result = 0;
    if (!in.nulls.IsNull(i)) {
      const int64_t by = Reader<int64_t>(factor)[i];
      const int64_t value = months ? Reader<int32_t>(interval)[i] : Reader<int64_t>(interval)[i];
      if (kOp == Op::kDivide && by == 0) return DivisionByZero();
      result = Wrapping<int64_t>::Do<kOp>(value, by);
    }
    if (months) {
      reinterpret_cast<int32_t*>(buffer->mutable_data())[i] = static_cast<int32_t>(result);
    } else {
      reinterpret_cast<int64_t*>(buffer->mutable_data())[i] = result;
    }
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), in.nulls);
}

/// A remainder in the type of the divisor.
Result<ArrayPtr> NarrowInteger(const ArrayPtr& wide, const Type& to) {
  if (wide->type_id() == flow::ToArrow(to)->id()) return wide;
  const int64_t rows = wide->length();
  SLUICE_ASSIGN(auto buffer, AllocateValues<int64_t>(rows));
  auto at = [&wide](int64_t row) -> int64_t {
    switch (wide->type_id()) {
      case arrow::Type::INT64:
        return static_cast<const arrow::Int64Array&>(*wide).Value(row);
      case arrow::Type::INT32:
        return static_cast<const arrow::Int32Array&>(*wide).Value(row);
      default:
        return static_cast<const arrow::Int16Array&>(*wide).Value(row);
    }
  };
  const auto width = static_cast<int64_t>(flow::ToArrow(to)->byte_width());
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t value = at(row);
    std::memcpy(buffer->mutable_data() + row * width, &value, static_cast<size_t>(width));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(flow::ToArrow(to), rows,
                                                 {wide->data()->buffers[0], std::move(buffer)}));
}

template <Op kOp>
Result<ArrayPtr> EvaluateIntegers(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows) {
  switch (call.children[0]->type->kind()) {
    case TypeKind::kTinyInt:
      return EvaluateFixed<kOp, int8_t>(arguments, rows);
    case TypeKind::kSmallInt:
      return EvaluateFixed<kOp, int16_t>(arguments, rows);
    case TypeKind::kInt:
      return EvaluateFixed<kOp, int32_t>(arguments, rows);
    case TypeKind::kBigInt:
      return EvaluateFixed<kOp, int64_t>(arguments, rows);
    case TypeKind::kFloat:
      return EvaluateFixed<kOp, float>(arguments, rows);
    default:
      return EvaluateFixed<kOp, double>(arguments, rows);
  }
}

template <Op kOp>
Result<ArrayPtr> EvaluateArithmetic(const Expr& call, std::span<const Argument> arguments,
                                    int64_t rows, const EvalContext&) {
  const Type &a = *call.children[0]->type, &b = *call.children[1]->type;
  if (call.type->kind() == TypeKind::kDecimal) return EvaluateExact<kOp>(call, arguments, rows);
  if (call.type->is_numeric()) {
    SLUICE_ASSIGN(ArrayPtr result, EvaluateIntegers<kOp>(call, arguments, rows));
    return kOp == Op::kModulo ? NarrowInteger(result, *call.type) : result;
  }
  if (IsScaledInterval(kOp, a, b) || IsScaledInterval(kOp, b, a)) {
    return EvaluateScaled<kOp>(call, arguments, rows);
  }
  return EvaluateTemporalSum(call, arguments, rows, kOp == Op::kSubtract);
}

Result<Signature> ResolveNegate(std::span<const ExprPtr> arguments) {
  return ResolveText("number -> same | interval -> same", arguments);
}

template <typename T>
Result<ArrayPtr> NegateFixed(const Expr& call, const Argument& argument, int64_t rows) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(argument));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(column));
  SLUICE_ASSIGN(auto buffer, AllocateValues<T>(rows));
  auto* out = reinterpret_cast<T*>(buffer->mutable_data());
  const Reader<T> values(column);
  for (int64_t i = 0; i < rows; ++i) {
    if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, Int128>) {
      out[i] = -values[i];
    } else {
      out[i] = static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(values[i]));
    }
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), nulls);
}

Result<ArrayPtr> EvaluateNegate(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  switch (flow::ToArrow(*call.type)->id()) {
    case arrow::Type::INT8:
      return NegateFixed<int8_t>(call, arguments[0], rows);
    case arrow::Type::INT16:
      return NegateFixed<int16_t>(call, arguments[0], rows);
    case arrow::Type::INT32:
      return NegateFixed<int32_t>(call, arguments[0], rows);
    case arrow::Type::INT64:
      return NegateFixed<int64_t>(call, arguments[0], rows);
    case arrow::Type::FLOAT:
      return NegateFixed<float>(call, arguments[0], rows);
    case arrow::Type::DOUBLE:
      return NegateFixed<double>(call, arguments[0], rows);
    default:
      return NegateFixed<Int128>(call, arguments[0], rows);
  }
}

}  // namespace

std::vector<Function> ArithmeticFunctions() {
  const char* kind = "arithmetic";
  return {
      {"+", kind, "a + b", "The sum; a point in time plus an interval. Integers wrap", "price + 1",
       &ResolveArithmetic<Op::kAdd>, &EvaluateArithmetic<Op::kAdd>},
      {"-", kind, "a - b", "The difference; a point in time minus an interval. Integers wrap",
       "price - 1", &ResolveArithmetic<Op::kSubtract>, &EvaluateArithmetic<Op::kSubtract>},
      {"*", kind, "a * b", "The product. Integers wrap; a DECIMAL beyond 38 digits is NULL",
       "0.908 * price", &ResolveArithmetic<Op::kMultiply>, &EvaluateArithmetic<Op::kMultiply>},
      {"/", kind, "a / b",
       "The quotient; of integers without its fraction. Dividing an exact number by 0 fails",
       "price / 2", &ResolveArithmetic<Op::kDivide>, &EvaluateArithmetic<Op::kDivide>, true, true},
      {"%", kind, "a % b", "The remainder, with the sign of a", "id % 10",
       &ResolveArithmetic<Op::kModulo>, &EvaluateArithmetic<Op::kModulo>, true, true},
      {"MOD", kind, "MOD(a, b)", "The remainder, with the sign of a", "MOD(id, 10)",
       &ResolveArithmetic<Op::kModulo>, &EvaluateArithmetic<Op::kModulo>, true, true},
      {"NEGATE", kind, "-a", "The number with the other sign", "-price", &ResolveNegate,
       &EvaluateNegate},
  };
}

}  // namespace sluice::functions
