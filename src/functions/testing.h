// SPDX-License-Identifier: Apache-2.0
// For tests of functions: columns from lists of values, calls by name, results as SQL text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arrow/api.h"
#include "functions/evaluate.h"
#include "functions/registry.h"
#include "gtest/gtest.h"

namespace sluice::functions {

inline flow::TypePtr TypeNamed(flow::TypeKind kind) {
  return flow::Type::Simple(kind);
}
inline const flow::TypePtr kBooleanType = TypeNamed(flow::TypeKind::kBoolean);
inline const flow::TypePtr kIntType = TypeNamed(flow::TypeKind::kInt);
inline const flow::TypePtr kBigIntType = TypeNamed(flow::TypeKind::kBigInt);
inline const flow::TypePtr kDoubleType = TypeNamed(flow::TypeKind::kDouble);
inline const flow::TypePtr kDateType = TypeNamed(flow::TypeKind::kDate);
inline const flow::TypePtr kStringType = flow::Type::Varchar();

inline ExprPtr Text(const std::string& value) {
  return Literal(arrow::MakeScalar(value),
                 flow::Type::Char(static_cast<int32_t>(value.size()), false));
}
inline ExprPtr Int(int32_t value) {
  return Literal(arrow::MakeScalar(value), kIntType->WithNullable(false));
}
inline ExprPtr BigInt(int64_t value) {
  return Literal(arrow::MakeScalar(value), kBigIntType->WithNullable(false));
}
inline ExprPtr Double(double value) {
  return Literal(arrow::MakeScalar(value), kDoubleType->WithNullable(false));
}
inline ExprPtr Bool(bool value) {
  return Literal(arrow::MakeScalar(value), kBooleanType->WithNullable(false));
}
inline ExprPtr Null(flow::TypePtr type = TypeNamed(flow::TypeKind::kNull)) {
  return NullLiteral(std::move(type));
}
/// A value of any type written as text: CAST('...' AS type).
inline ExprPtr As(const std::string& text, flow::TypePtr type) {
  return Cast(Text(text), type->WithNullable(false));
}
inline ExprPtr Dec(const std::string& text, int precision, int scale) {
  return As(text, flow::Type::Decimal(precision, scale));
}
inline ExprPtr Timestamp(const std::string& text, int precision = 3) {
  return As(text, flow::Type::Timestamp(precision));
}

/// The one value of an expression without columns, as CAST(... AS STRING) prints it; "ERROR: ..."
/// for an error. It is evaluated twice: with constants, and with each literal as a column of three
/// rows; both must agree.
std::string ValueOf(const ExprPtr& expr, const EvalContext& context = {});
/// MakeCall and ValueOf.
std::string CallText(std::string_view name, std::vector<ExprPtr> arguments,
                     const EvalContext& context = {});
/// The type of a call: "BIGINT NOT NULL", or the error.
std::string CallType(std::string_view name, std::vector<ExprPtr> arguments);

}  // namespace sluice::functions
