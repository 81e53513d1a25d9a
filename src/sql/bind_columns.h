// SPDX-License-Identifier: Apache-2.0
// Columns of expressions while a query is being bound, and changing them. An expression of SELECT
// may read columns that have no place yet: aggregates, OVER calls, subqueries, columns of the query
// around it. They are numbered in ranges of their own until the relation that gives them is made.
#pragma once

#include <functional>
#include <vector>

#include "functions/expression.h"

namespace sluice::sql {

/// First numbers of the ranges; a range holds kColumnRange columns.
inline constexpr int kColumnRange = 1 << 24;
inline constexpr int kAggregateColumns = 2 * kColumnRange;  // aggregate calls
inline constexpr int kWindowColumns = 3 * kColumnRange;     // start, end... of a group window
inline constexpr int kGroupingColumn = 4 * kColumnRange;    // the bits of GROUPING_ID
inline constexpr int kOverColumns = 5 * kColumnRange;       // OVER calls
inline constexpr int kSubqueryColumns = 6 * kColumnRange;   // values of subqueries
inline constexpr int kInnerColumns = 7 * kColumnRange;      // of a subquery's own relation
/// Columns of the query around this one: its own numbers, of any range, behind this one.
inline constexpr int kOuterColumns = 8 * kColumnRange;
/// Those of the query around that one are behind it twice, and so on.
inline constexpr int kOuterDepthMax = 6;

inline constexpr bool IsInRange(int column, int first) {
  return column >= first && column < first + kColumnRange;
}

inline constexpr bool IsOuter(int column) {
  return column >= kOuterColumns;
}

using ColumnMap = std::function<functions::ExprPtr(const functions::ExprPtr& column)>;
/// The expression with each column replaced by what `map` says; nullptr where that says nullptr.
functions::ExprPtr MapColumns(const functions::ExprPtr& expr, const ColumnMap& map);
/// Columns moved by `by`.
functions::ExprPtr ShiftColumns(const functions::ExprPtr& expr, int by);
bool AnyColumn(const functions::Expr& expr, const std::function<bool(int column)>& is);
/// Does it read columns of the query around?
bool HasOuter(const functions::Expr& expr);
/// The same with another type: nullability or time attribute changed.
functions::ExprPtr WithType(const functions::ExprPtr& expr, flow::TypePtr type);
/// What is computed is no time attribute.
functions::ExprPtr WithoutTimeAttribute(functions::ExprPtr expr);

/// a AND b AND c as a list; nullptr as an empty one.
void SplitConjuncts(const functions::ExprPtr& condition, std::vector<functions::ExprPtr>* parts);
/// nullptr for an empty list.
functions::ExprPtr AndAll(std::vector<functions::ExprPtr> parts);

/// The column at its own place in `schema`.
functions::ExprPtr ColumnOf(const flow::Schema& schema, int column);
std::vector<functions::ExprPtr> AllColumnsOf(const flow::Schema& schema);

}  // namespace sluice::sql
