// SPDX-License-Identifier: Apache-2.0
// Bound expressions: what the binder makes from SQL, what the planner moves around, what evaluate.h
// runs over columns. Immutable, typed, shared. Column references are indices into the input schema
// of the operator that evaluates them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "flow/type.h"

namespace sluice::functions {

struct Function;  // registry.h

enum class ExprKind : uint8_t {
  kLiteral,  // literal (a scalar of ToArrow(type); null allowed)
  kColumn,   // column
  kField,    // children[0] is a ROW; field is the index of the wanted field
  kCall,     // function(children...): operators (=, +, AND, LIKE, IS NULL, item access...) are
             // functions too
  kCast,     // children[0] to `type`; try_cast gives NULL where CAST fails
  kCase,     // searched CASE: children = when1, then1, when2, then2, ..., else
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

struct Expr {
  ExprKind kind = ExprKind::kLiteral;
  flow::TypePtr type;
  std::shared_ptr<arrow::Scalar> literal;
  int column = -1;
  int field = -1;
  const Function* function = nullptr;
  bool try_cast = false;
  std::vector<ExprPtr> children;
  std::string name;  // of a column or field, for messages and EXPLAIN
};

ExprPtr Literal(std::shared_ptr<arrow::Scalar> value, flow::TypePtr type);
ExprPtr NullLiteral(flow::TypePtr type);
ExprPtr Column(int index, flow::TypePtr type, std::string name);
/// Access to a field of a ROW: nullable when the row or the field is.
ExprPtr FieldOf(ExprPtr row, int field);
ExprPtr Cast(ExprPtr input, flow::TypePtr to, bool try_cast = false);
ExprPtr Case(std::vector<ExprPtr> children, flow::TypePtr type);
ExprPtr Call(const Function* function, std::vector<ExprPtr> children, flow::TypePtr type);

/// SQL-like text, for EXPLAIN: "(`a` + 1)", "CAST(`b` AS BIGINT)".
std::string ToString(const Expr& expr);
bool Equals(const Expr& a, const Expr& b);
/// Same expression with every kColumn `i` replaced by `inputs[i]` (merging projections).
ExprPtr Substitute(const ExprPtr& expr, const std::vector<ExprPtr>& inputs);
/// Column indices that are read, ascending; for kField chains over a column the paths are in
/// `nested` (may be null): pairs of column and path of field indices; a use of the whole column
/// adds an empty path.
void CollectColumns(const Expr& expr, std::vector<std::pair<int, std::vector<int>>>* uses);
/// False for RAND, UUID, CURRENT_TIMESTAMP...: may not be folded.
bool IsDeterministic(const Expr& expr);

}  // namespace sluice::functions
