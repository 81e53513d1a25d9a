// SPDX-License-Identifier: Apache-2.0
// Flink's type rules: decimal derivation, common types, and which casts exist (docs "Data Types",
// table "CAST").
#include "functions/type_rules.h"

#include <algorithm>

#include "functions/registry.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

DecimalShape AdjustDecimal(int precision, int scale) {
  constexpr int kScaleKept = 6;
  if (precision <= kDecimalPrecisionMax) return {precision, scale};
  const int whole = precision - scale;
  return {kDecimalPrecisionMax,
          std::max(kDecimalPrecisionMax - whole, std::min(scale, kScaleKept))};
}

DecimalShape AddShape(DecimalShape a, DecimalShape b) {
  const int scale = std::max(a.scale, b.scale);
  return AdjustDecimal(std::max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
}

DecimalShape MultiplyShape(DecimalShape a, DecimalShape b) {
  return AdjustDecimal(a.precision + b.precision + 1, a.scale + b.scale);
}

DecimalShape DivideShape(DecimalShape a, DecimalShape b) {
  const int scale = std::max(6, a.scale + b.precision + 1);
  return AdjustDecimal(a.precision - a.scale + b.scale + scale, scale);
}

DecimalShape ModuloShape(DecimalShape a, DecimalShape b) {
  const int scale = std::max(a.scale, b.scale);
  return AdjustDecimal(std::min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

DecimalShape RoundShape(DecimalShape shape, int digits) {
  if (digits >= shape.scale) return shape;
  if (digits < 0) {
    return {std::min(kDecimalPrecisionMax, 1 + shape.precision - shape.scale), 0};
  }
  return {1 + shape.precision - shape.scale + digits, digits};
}

DecimalShape ShapeOf(const Type& exact) {
  switch (exact.kind()) {
    case TypeKind::kTinyInt:
      return {3, 0};
    case TypeKind::kSmallInt:
      return {5, 0};
    case TypeKind::kInt:
      return {10, 0};
    case TypeKind::kBigInt:
      return {19, 0};
    default:
      return {exact.precision(), exact.scale()};
  }
}

namespace {

TypePtr CommonNumber(const Type& a, const Type& b, bool nullable) {
  if (a.is_approximate() || b.is_approximate()) {
    const bool wide = a.kind() == TypeKind::kDouble || b.kind() == TypeKind::kDouble ||
                      a.kind() == TypeKind::kDecimal || b.kind() == TypeKind::kDecimal;
    return Type::Simple(wide ? TypeKind::kDouble : TypeKind::kFloat, nullable);
  }
  if (a.kind() != TypeKind::kDecimal && b.kind() != TypeKind::kDecimal) {
    return Type::Simple(std::max(a.kind(), b.kind()), nullable);
  }
  const DecimalShape x = ShapeOf(a), y = ShapeOf(b);
  const int scale = std::max(x.scale, y.scale);
  const int whole = std::max(x.precision - x.scale, y.precision - y.scale);
  const int precision = std::min(whole + scale, kDecimalPrecisionMax);
  return Type::Decimal(precision, std::min(scale, precision), nullable);
}

TypePtr CommonText(const Type& a, const Type& b, bool nullable) {
  const int32_t length = std::max(a.length(), b.length());
  const bool fixed = a.kind() == b.kind() && a.length() == b.length() &&
                     (a.kind() == TypeKind::kChar || a.kind() == TypeKind::kBinary);
  if (a.is_character()) {
    return fixed ? Type::Char(length, nullable) : Type::Varchar(length, nullable);
  }
  return fixed ? Type::Binary(length, nullable) : Type::Varbinary(length, nullable);
}

TypePtr CommonDatetime(const Type& a, const Type& b, bool nullable) {
  if (a.kind() == TypeKind::kTime || b.kind() == TypeKind::kTime) {
    return a.kind() == b.kind() ? Type::Time(std::max(a.precision(), b.precision()), nullable)
                                : nullptr;
  }
  if (a.kind() == TypeKind::kDate && b.kind() == TypeKind::kDate) return a.WithNullable(nullable);
  const int precision = std::max(a.precision(), b.precision());
  const bool zoned = a.kind() == TypeKind::kTimestampLtz || b.kind() == TypeKind::kTimestampLtz;
  return zoned ? Type::TimestampLtz(precision, nullable) : Type::Timestamp(precision, nullable);
}

TypePtr CommonNested(const Type& a, const Type& b, bool nullable) {
  if (a.kind() != b.kind() || a.fields().size() != b.fields().size()) return nullptr;
  std::vector<flow::Field> fields;
  for (size_t i = 0; i < a.fields().size(); ++i) {
    TypePtr child = CommonTypeOfTwo(a.fields()[i].type, b.fields()[i].type);
    if (child == nullptr) return nullptr;
    fields.push_back({a.fields()[i].name, std::move(child), ""});
  }
  switch (a.kind()) {
    case TypeKind::kArray:
      return Type::Array(fields[0].type, nullable);
    case TypeKind::kMap:
      return Type::Map(fields[0].type, fields[1].type, nullable);
    case TypeKind::kMultiset:
      return Type::Multiset(fields[0].type, nullable);
    default:
      return Type::Row(std::move(fields), nullable);
  }
}

}  // namespace

TypePtr CommonTypeOfTwo(const TypePtr& a, const TypePtr& b) {
  const bool nullable = a->nullable() || b->nullable();
  if (a->kind() == TypeKind::kNull) return b->WithNullable(true);
  if (b->kind() == TypeKind::kNull) return a->WithNullable(true);
  if (a->EqualsIgnoringNullability(*b) && !a->is_nested()) return a->WithNullable(nullable);
  if (a->is_numeric() && b->is_numeric()) return CommonNumber(*a, *b, nullable);
  if ((a->is_character() && b->is_character()) || (a->is_binary() && b->is_binary())) {
    return CommonText(*a, *b, nullable);
  }
  if (a->is_datetime() && b->is_datetime()) return CommonDatetime(*a, *b, nullable);
  if (a->is_nested() && b->is_nested()) return CommonNested(*a, *b, nullable);
  return nullptr;
}

Result<TypePtr> CommonType(std::span<const TypePtr> types) {
  if (types.empty()) return Internal("common type of no types");
  TypePtr common = types[0];
  for (const TypePtr& type : types.subspan(1)) {
    TypePtr wider = CommonTypeOfTwo(common, type);
    if (wider == nullptr) {
      return InvalidArgument("no common type for " + common->ToString() + " and " +
                             type->ToString());
    }
    common = std::move(wider);
  }
  return common;
}

bool IsImplicitlyCastable(const Type& from, const Type& to) {
  if (from.kind() == TypeKind::kNull) return true;
  if (from.is_nested() || to.is_nested()) {
    if (from.kind() != to.kind() || from.fields().size() != to.fields().size()) return false;
    for (size_t i = 0; i < from.fields().size(); ++i) {
      if (!IsImplicitlyCastable(*from.fields()[i].type, *to.fields()[i].type)) return false;
    }
    return true;
  }
  if (from.kind() == to.kind()) return true;
  if (from.is_numeric() && to.is_numeric()) {
    if (to.kind() == TypeKind::kDecimal || to.kind() == TypeKind::kDouble) return true;
    if (to.kind() == TypeKind::kFloat) return from.kind() != TypeKind::kDouble;
    return from.is_integer() && from.kind() < to.kind();
  }
  if (from.is_character()) return to.is_character();
  if (from.is_binary()) return to.is_binary();
  if (from.is_timestamp() && to.is_timestamp()) return true;
  return from.kind() == TypeKind::kDate && to.is_timestamp();
}

namespace {

bool IsNestedCastable(const Type& from, const Type& to) {
  if (from.kind() != to.kind() || from.fields().size() != to.fields().size()) return false;
  for (size_t i = 0; i < from.fields().size(); ++i) {
    if (!IsExplicitlyCastable(*from.fields()[i].type, *to.fields()[i].type)) return false;
  }
  return true;
}

}  // namespace

bool IsExplicitlyCastable(const Type& from, const Type& to) {
  if (from.kind() == TypeKind::kNull) return true;
  if (to.kind() == TypeKind::kNull) return false;
  if (to.is_character()) return true;  // everything can be printed
  if (from.is_nested() || to.is_nested()) return IsNestedCastable(from, to);
  if (from.kind() == to.kind()) return true;
  if (from.is_character()) return !to.is_interval();
  if (from.is_numeric() && to.is_numeric()) return true;
  if (to.is_binary()) return from.is_binary();
  if (from.is_integer() && to.kind() == TypeKind::kBoolean) return true;
  if (from.kind() == TypeKind::kBoolean) return to.is_numeric();
  if (from.is_datetime() && to.is_datetime()) {
    const bool time_with_date = (from.kind() == TypeKind::kTime && to.kind() == TypeKind::kDate) ||
                                (from.kind() == TypeKind::kDate && to.kind() == TypeKind::kTime);
    return !time_with_date;
  }
  return false;
}

}  // namespace sluice::functions
