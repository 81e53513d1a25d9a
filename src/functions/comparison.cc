// SPDX-License-Identifier: Apache-2.0
// =, <>, <, BETWEEN, IN, IS NULL, IS DISTINCT FROM (docs "Comparison Functions").
#include "functions/comparison.h"

#include <string>
#include <utility>

#include "functions/decimal.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/type_rules.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

template <Comparison kOp, typename T>
bool Holds(const T& a, const T& b) {
  switch (kOp) {
    case Comparison::kEqual:
      return a == b;
    case Comparison::kNotEqual:
      return a != b;
    case Comparison::kLess:
      return a < b;
    case Comparison::kLessEqual:
      return a <= b;
    case Comparison::kGreater:
      return a > b;
    case Comparison::kGreaterEqual:
      return a >= b;
  }
  return false;
}

/// Plain loops over numbers, with one side constant or none, so that they vectorize.
template <Comparison kOp, typename T>
void CompareNumbers(const ColumnView& a, const ColumnView& b, int64_t rows, uint8_t* out) {
  const T *x = a.values<T>(), *y = b.values<T>();
  if (b.constant()) {
    const T value = *y;
    if (a.constant()) {
      std::memset(out, Holds<kOp>(*x, value), static_cast<size_t>(rows));
      return;
    }
    for (int64_t i = 0; i < rows; ++i) out[i] = Holds<kOp>(x[i], value);
  } else if (a.constant()) {
    const T value = *x;
    for (int64_t i = 0; i < rows; ++i) out[i] = Holds<kOp>(value, y[i]);
  } else {
    for (int64_t i = 0; i < rows; ++i) out[i] = Holds<kOp>(x[i], y[i]);
  }
}

template <Comparison kOp, typename T>
void CompareWith(const ColumnView& a, const ColumnView& b, int64_t rows, uint8_t* out) {
  const Reader<T> x(a), y(b);
  for (int64_t i = 0; i < rows; ++i) out[i] = Holds<kOp>(x[i], y[i]);
}

/// Text against text: equality looks at the length first.
template <Comparison kOp>
void CompareText(const ColumnView& a, const ColumnView& b, int64_t rows, uint8_t* out) {
  const Reader<std::string_view> x(a), y(b);
  for (int64_t i = 0; i < rows; ++i) {
    const std::string_view left = x[i], right = y[i];
    if constexpr (kOp == Comparison::kEqual || kOp == Comparison::kNotEqual) {
      const bool same =
          left.size() == right.size() && std::memcmp(left.data(), right.data(), left.size()) == 0;
      out[i] = same == (kOp == Comparison::kEqual);
    } else {
      out[i] = Holds<kOp>(left.compare(right), 0);
    }
  }
}

template <Comparison kOp, typename A, typename B>
void CompareExact(const ColumnView& a, int a_scale, const ColumnView& b, int b_scale, int64_t rows,
                  uint8_t* out) {
  const Reader<A> x(a);
  const Reader<B> y(b);
  if (b.constant() && a_scale >= b_scale) {
    Int128 value;
    if (!__builtin_mul_overflow(static_cast<Int128>(y[0]), PowerOfTen(a_scale - b_scale), &value)) {
      for (int64_t i = 0; i < rows; ++i) out[i] = Holds<kOp>(static_cast<Int128>(x[i]), value);
      return;
    }
  }
  for (int64_t i = 0; i < rows; ++i) {
    const auto order = CompareDecimal(x[i], a_scale, y[i], b_scale);
    out[i] = Holds<kOp>(order < 0 ? -1 : order > 0 ? 1 : 0, 0);
  }
}

template <Comparison kOp>
Status CompareNested(const ColumnView& a, const ColumnView& b, int64_t rows, uint8_t* out) {
  if (kOp != Comparison::kEqual && kOp != Comparison::kNotEqual) {
    return Internal("nested values have no order");
  }
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t x = a.constant() ? 0 : i, y = b.constant() ? 0 : i;
    out[i] = a.array()->RangeEquals(x, x + 1, y, b.array()) == (kOp == Comparison::kEqual);
  }
  return Status::Ok();
}

template <Comparison kOp>
Status CompareBytes(const ColumnView& a, const Type& a_type, const ColumnView& b,
                    const Type& b_type, int64_t rows, uint8_t* out) {
  const bool a_decimal = a_type.kind() == TypeKind::kDecimal;
  const bool b_decimal = b_type.kind() == TypeKind::kDecimal;
  if (a_decimal && b_decimal) {
    CompareExact<kOp, Int128, Int128>(a, a_type.scale(), b, b_type.scale(), rows, out);
    return Status::Ok();
  }
  if (a_decimal) {
    CompareExact<kOp, Int128, int64_t>(a, a_type.scale(), b, 0, rows, out);
    return Status::Ok();
  }
  if (b_decimal) {
    CompareExact<kOp, int64_t, Int128>(a, 0, b, b_type.scale(), rows, out);
    return Status::Ok();
  }
  switch (a.array()->type_id()) {
    case arrow::Type::BOOL:
      CompareWith<kOp, bool>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::INT8:
      CompareNumbers<kOp, int8_t>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::INT16:
      CompareNumbers<kOp, int16_t>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      CompareNumbers<kOp, int32_t>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      CompareNumbers<kOp, int64_t>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::FLOAT:
      CompareNumbers<kOp, float>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::DOUBLE:
      CompareNumbers<kOp, double>(a, b, rows, out);
      return Status::Ok();
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      CompareText<kOp>(a, b, rows, out);
      return Status::Ok();
    default:
      return CompareNested<kOp>(a, b, rows, out);
  }
}

using CompareBytesFunction = Status (*)(const ColumnView&, const Type&, const ColumnView&,
                                        const Type&, int64_t, uint8_t*);
constexpr CompareBytesFunction kCompare[] = {
    &CompareBytes<Comparison::kEqual>,   &CompareBytes<Comparison::kNotEqual>,
    &CompareBytes<Comparison::kLess>,    &CompareBytes<Comparison::kLessEqual>,
    &CompareBytes<Comparison::kGreater>, &CompareBytes<Comparison::kGreaterEqual>};

}  // namespace

Result<Truth> Compare(Comparison op, const Argument& a, const Type& a_type, const Argument& b,
                      const Type& b_type, int64_t rows) {
  SLUICE_ASSIGN(const ColumnView x, ColumnView::Make(a));
  SLUICE_ASSIGN(const ColumnView y, ColumnView::Make(b));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(x));
  SLUICE_TRY(nulls.Take(y));
  std::vector<uint8_t> bytes(static_cast<size_t>(rows));
  if (!x.all_null() && !y.all_null()) {
    SLUICE_TRY(kCompare[static_cast<size_t>(op)](x, a_type, y, b_type, rows, bytes.data()));
  }
  return Truth::OfBytes(bytes, nulls, rows);
}

namespace {

/// The type that values are compared as; null when two types cannot be compared. Exact numbers of
/// any scale and text against points in time are compared as well.
TypePtr ComparableType(const TypePtr& a, const TypePtr& b) {
  if (a->is_datetime() && b->is_character()) return a->WithNullable(true);
  if (b->is_datetime() && a->is_character()) return b->WithNullable(true);
  return CommonTypeOfTwo(a, b);
}

/// Where texts and numbers meet in <, BETWEEN and IN, Flink's validator casts one side (= it
/// refuses).
enum class Mixed { kRefused, kAsNumbers, kInList };

/// The types as which texts and numbers are compared; those of `arguments` where nothing is mixed.
/// Texts become numbers; in a list, numbers become texts when a text is looked for.
std::vector<TypePtr> UnmixedTypes(std::span<const ExprPtr> arguments, Mixed mixed) {
  std::vector<TypePtr> types;
  TypePtr number;
  bool text = false, other = false;
  for (const ExprPtr& argument : arguments) {
    const TypePtr& type = argument->type;
    types.push_back(type);
    text |= type->is_character();
    other |= !type->is_character() && !type->is_numeric() && type->kind() != TypeKind::kNull;
    if (type->is_numeric()) number = number == nullptr ? type : CommonTypeOfTwo(number, type);
  }
  if (mixed == Mixed::kRefused || other || !text || number == nullptr) return types;
  const bool as_text = mixed == Mixed::kInList && types[0]->is_character();
  if (number->kind() == TypeKind::kDecimal)
    number = Type::Decimal(kDecimalPrecisionMax, number->scale());  // texts are rounded to it
  for (TypePtr& type : types) {
    if (as_text && type->is_numeric())
      type = Type::Varchar(Type::kUnboundedLength, type->nullable());
    if (!as_text && type->is_character()) type = number->WithNullable(type->nullable());
  }
  return types;
}

TypePtr ArgumentType(const TypePtr& own, const TypePtr& common) {
  if (common->kind() == TypeKind::kDecimal) {
    // Compared exactly by value: no cast that could lose digits.
    if (own->kind() == TypeKind::kDecimal) return own;
    if (own->is_integer()) return Type::Simple(TypeKind::kBigInt, own->nullable());
  }
  if (common->is_character() || common->is_binary()) return own;
  return common->WithNullable(own->nullable());
}

Result<Signature> ResolveComparable(std::span<const ExprPtr> arguments, bool ordered, Mixed mixed) {
  const std::vector<TypePtr> types = UnmixedTypes(arguments, mixed);
  TypePtr common = types[0];
  for (size_t i = 1; i < types.size(); ++i) {
    TypePtr wider = ComparableType(common, types[i]);
    if (wider == nullptr) {
      return InvalidArgument("cannot compare " + common->WithNullable(true)->ToString() + " with " +
                             types[i]->WithNullable(true)->ToString());
    }
    common = std::move(wider);
  }
  if (ordered && common->is_nested()) {
    return InvalidArgument("values of type " + common->ToString() + " have no order");
  }
  if (common->kind() == TypeKind::kNull) common = Type::Simple(TypeKind::kBoolean);
  Signature signature;
  for (const TypePtr& type : types) {
    signature.arguments.push_back(type->kind() == TypeKind::kNull ? common->WithNullable(true)
                                                                  : ArgumentType(type, common));
  }
  signature.result = Type::Simple(TypeKind::kBoolean, AnyNullable(arguments));
  return signature;
}

Result<Signature> WrongCount(const char* wanted, std::span<const ExprPtr> arguments) {
  return InvalidArgument(std::string("takes ") + wanted + ", not " +
                         std::to_string(arguments.size()) + " arguments");
}

template <bool kOrdered>
Result<Signature> ResolveTwo(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2) return WrongCount("two operands", arguments);
  return ResolveComparable(arguments, kOrdered, kOrdered ? Mixed::kAsNumbers : Mixed::kRefused);
}

Result<Signature> ResolveDistinct(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveTwo<false>(arguments));
  signature.result = signature.result->WithNullable(false);
  return signature;
}

Result<Signature> ResolveBetween(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 3) return WrongCount("a value and two bounds", arguments);
  return ResolveComparable(arguments, true, Mixed::kAsNumbers);
}

Result<Signature> ResolveIn(std::span<const ExprPtr> arguments) {
  if (arguments.size() < 2) return WrongCount("a value and a list", arguments);
  return ResolveComparable(arguments, false, Mixed::kInList);
}

Result<Signature> ResolveIsNull(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> boolean", arguments));
  signature.result = Type::Simple(TypeKind::kBoolean, false);
  return signature;
}

const Type& TypeOf(const Expr& call, size_t index) {
  return *call.children[index]->type;
}

template <Comparison kOp>
Result<ArrayPtr> EvaluateComparison(const Expr& call, std::span<const Argument> arguments,
                                    int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const Truth truth,
                Compare(kOp, arguments[0], TypeOf(call, 0), arguments[1], TypeOf(call, 1), rows));
  return truth.ToArray();
}

template <bool kNegated>
Result<ArrayPtr> EvaluateDistinct(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const Truth equal, Compare(Comparison::kEqual, arguments[0], TypeOf(call, 0),
                                           arguments[1], TypeOf(call, 1), rows));
  SLUICE_ASSIGN(const ColumnView a, ColumnView::Make(arguments[0]));
  SLUICE_ASSIGN(const ColumnView b, ColumnView::Make(arguments[1]));
  Truth same = Truth::WhereNull(a, rows);
  same.And(Truth::WhereNull(b, rows));
  same.Or(equal.IsTrue());
  if (!kNegated) same.Not();
  return same.ToArray();
}

template <bool kNegated>
Result<ArrayPtr> EvaluateIsNull(const Expr&, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  Truth truth = Truth::WhereNull(column, rows);
  if (kNegated) truth.Not();
  return truth.ToArray();
}

template <bool kNegated>
Result<ArrayPtr> EvaluateBetween(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(Truth truth, Compare(Comparison::kGreaterEqual, arguments[0], TypeOf(call, 0),
                                     arguments[1], TypeOf(call, 1), rows));
  SLUICE_ASSIGN(const Truth below, Compare(Comparison::kLessEqual, arguments[0], TypeOf(call, 0),
                                           arguments[2], TypeOf(call, 2), rows));
  truth.And(below);
  if (kNegated) truth.Not();
  return truth.ToArray();
}

/// A text column against constant texts in one pass.
bool IsTextSet(const Expr& call, std::span<const Argument> arguments) {
  if (!TypeOf(call, 0).is_character() || arguments[0].array == nullptr) return false;
  for (const Argument& candidate : arguments.subspan(1)) {
    if (candidate.scalar == nullptr || !candidate.scalar->is_valid) return false;
  }
  return true;
}

Result<Truth> InTextSet(std::span<const Argument> arguments, int64_t rows) {
  std::vector<std::string_view> wanted;
  for (const Argument& candidate : arguments.subspan(1)) {
    const auto& scalar = static_cast<const arrow::BaseBinaryScalar&>(*candidate.scalar);
    wanted.emplace_back(reinterpret_cast<const char*>(scalar.value->data()),
                        static_cast<size_t>(scalar.value->size()));
  }
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(column));
  const Reader<std::string_view> values(column);
  std::vector<uint8_t> bytes(static_cast<size_t>(rows));
  for (int64_t row = 0; row < rows; ++row) {
    const std::string_view value = values[row];
    bool found = false;
    for (const std::string_view candidate : wanted) found = found || value == candidate;
    bytes[static_cast<size_t>(row)] = found;
  }
  return Truth::OfBytes(bytes, nulls, rows);
}

template <bool kNegated>
Result<ArrayPtr> EvaluateIn(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                            const EvalContext&) {
  Truth truth = Truth::Constant(rows, false);
  if (IsTextSet(call, arguments)) {
    SLUICE_ASSIGN(truth, InTextSet(arguments, rows));
  } else {
    for (size_t i = 1; i < arguments.size(); ++i) {
      SLUICE_ASSIGN(const Truth equal, Compare(Comparison::kEqual, arguments[0], TypeOf(call, 0),
                                               arguments[i], TypeOf(call, i), rows));
      truth.Or(equal);
    }
  }
  if (kNegated) truth.Not();
  return truth.ToArray();
}

}  // namespace

std::vector<Function> ComparisonFunctions() {
  const char* kind = "comparison";
  using enum Comparison;
  return {
      {"=", kind, "a = b", "TRUE if both are equal; UNKNOWN if one is NULL", "id = 7",
       &ResolveTwo<false>, &EvaluateComparison<kEqual>},
      {"<>", kind, "a <> b", "TRUE if both differ; UNKNOWN if one is NULL", "id <> 7",
       &ResolveTwo<false>, &EvaluateComparison<kNotEqual>},
      {"<", kind, "a < b", "TRUE if a is less than b", "price < 10", &ResolveTwo<true>,
       &EvaluateComparison<kLess>},
      {"<=", kind, "a <= b", "TRUE if a is less than b or equal", "price <= 10", &ResolveTwo<true>,
       &EvaluateComparison<kLessEqual>},
      {">", kind, "a > b", "TRUE if a is greater than b", "price > 10", &ResolveTwo<true>,
       &EvaluateComparison<kGreater>},
      {">=", kind, "a >= b", "TRUE if a is greater than b or equal", "price >= 10",
       &ResolveTwo<true>, &EvaluateComparison<kGreaterEqual>},
      {"IS NULL", kind, "a IS NULL", "TRUE if a is NULL", "name IS NULL", &ResolveIsNull,
       &EvaluateIsNull<false>},
      {"IS NOT NULL", kind, "a IS NOT NULL", "TRUE if a is not NULL", "name IS NOT NULL",
       &ResolveIsNull, &EvaluateIsNull<true>},
      {"IS DISTINCT FROM", kind, "a IS DISTINCT FROM b",
       "TRUE if both differ, NULL being equal to NULL", "a IS DISTINCT FROM b", &ResolveDistinct,
       &EvaluateDistinct<false>},
      {"IS NOT DISTINCT FROM", kind, "a IS NOT DISTINCT FROM b",
       "TRUE if both are equal, NULL being equal to NULL", "a IS NOT DISTINCT FROM b",
       &ResolveDistinct, &EvaluateDistinct<true>},
      {"BETWEEN", kind, "a BETWEEN low AND high", "TRUE if low <= a and a <= high",
       "price BETWEEN 1 AND 9", &ResolveBetween, &EvaluateBetween<false>},
      {"NOT BETWEEN", kind, "a NOT BETWEEN low AND high", "TRUE if a < low or a > high",
       "price NOT BETWEEN 1 AND 9", &ResolveBetween, &EvaluateBetween<true>},
      {"IN", kind, "a IN (b, c, ...)",
       "TRUE if a equals one of the list; UNKNOWN if none is equal and one is NULL",
       "channel IN ('apple', 'google')", &ResolveIn, &EvaluateIn<false>},
      {"NOT IN", kind, "a NOT IN (b, c, ...)",
       "TRUE if a equals none of the list; UNKNOWN if none is equal and one is NULL",
       "channel NOT IN ('apple', 'google')", &ResolveIn, &EvaluateIn<true>},
  };
}

}  // namespace sluice::functions
