// SPDX-License-Identifier: Apache-2.0
// Subqueries in expressions as joins. A subquery that reads columns of the query around it is first
// decorrelated: the conditions that hold such columns are taken out of its filters and become the
// condition of the join.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sql/bind_query.h"

namespace sluice::sql {

/// What a subquery in an expression becomes: LEFT JOIN relation ON conditions, and the value. The
/// relation is null where the value reads nothing of it.
/// Conditions are over kOuterColumns (of the query around) and kInnerColumns (of the relation), the
/// value over kInnerColumns, which the join makes nullable.
struct Subquery {
  RelationPtr relation;
  std::vector<functions::ExprPtr> conditions;
  functions::ExprPtr value;
  bool compares_nulls = false;  // of BindMarker: IN, and one of its sides may be NULL
};

/// Takes conditions with outer columns out of a relation. Where that cannot be done, the relation
/// is joined with the values of the outer columns (decorrelate_values.h).
class Decorrelator {
 public:
  /// `outer` is what gives the outer columns; nullptr where it is not there yet.
  Decorrelator(QueryBinder* query, Span span, const Relation* outer)
      : query_(*query), span_(span), outer_(outer) {}

  /// Appends what was taken out to `conditions`: over the relation's columns and kOuterColumns. The
  /// relation keeps its columns; those that the conditions need besides come behind them. False: it
  /// cannot be done, reported.
  bool TakeOut(RelationPtr* relation, std::vector<functions::ExprPtr>* conditions);
  /// The topmost global aggregate becomes one per value of the outer columns: no row where it gave
  /// one.
  bool split_global = false;
  /// Conditions must be inner = outer (InnerSide).
  bool only_equal = false;

 private:
  using Conditions = std::vector<functions::ExprPtr>;
  bool Pull(RelationPtr* relation, Conditions* conditions);
  bool PullFilter(RelationPtr* relation, Conditions* conditions);
  bool PullProject(Relation* project, Conditions* conditions);
  bool PullJoin(RelationPtr* relation, Conditions* conditions);
  bool PullAggregate(RelationPtr* relation, Conditions* conditions);
  bool PullOver(RelationPtr* relation, Conditions* conditions);
  bool PullSort(RelationPtr* relation, Conditions* conditions);
  bool PullInPlace(RelationPtr* relation, Conditions* conditions);
  /// inner = outer pairs: the inner columns, added to the relation where they are computed; the
  /// conditions left to the join.
  bool Keys(RelationPtr* relation, Conditions* conditions, std::vector<int>* keys);
  bool MoveHidden(RelationPtr* relation, int before, int own, const Conditions& pulled,
                  Conditions* conditions);
  static void WidenSchema(Relation* relation, int before);
  bool Refuse(const std::string& what);

  QueryBinder& query_;
  Span span_;
  const Relation* outer_;
};

/// Does any expression of the tree read outer columns?
bool ReadsOuter(const Relation& relation);
/// inner = outer: the inner side, over the relation's columns; nullptr for any other condition.
functions::ExprPtr InnerSide(const functions::ExprPtr& condition);
/// Conditions over the relation's columns become ones over kInnerColumns.
void ToInnerColumns(std::vector<functions::ExprPtr>* conditions);

/// SELECT f(agg), ... over an aggregate without GROUP BY: where no row has the outer columns, a
/// join finds no group and gives NULL for each aggregate. So f is computed behind the join: the
/// relation becomes the aggregate alone, what is returned are the values over its columns. Empty:
/// it has another form.
std::vector<functions::ExprPtr> TakeExpressions(RelationPtr* relation);
/// One of them over what `column_of` gives for the aggregate's columns; COUNT of no rows is 0.
functions::ExprPtr OverAggregates(const functions::ExprPtr& value, const AggregateSpec& aggregate,
                                  const std::function<functions::ExprPtr(int)>& column_of);

/// `outer` of these is the Decorrelator's.

/// A scalar subquery: its value, NULL without a row. nullopt after a mistake.
std::optional<Subquery> BindScalarSubquery(QueryBinder* query, const ast::Expression& expression,
                                           const Scope& scope, const Relation* outer);
/// EXISTS, and `operands` IN (query), whether negated or not: TRUE where a row was found, else
/// FALSE. nullopt after a mistake.
std::optional<Subquery> BindMarker(QueryBinder* query, const ast::Expression& expression,
                                   const Scope& scope,
                                   const std::vector<functions::ExprPtr>& operands,
                                   const Relation* outer);
/// What `operand` IN (query) is where no row was found: FALSE or UNKNOWN. The operand stands in the
/// value as it is given. nullopt after a mistake.
std::optional<Subquery> BindUnknownIn(QueryBinder* query, const ast::Expression& expression,
                                      const Scope& scope, const functions::ExprPtr& operand,
                                      const Relation* outer);
/// `operand` > ANY (query), <= ALL (query) and the like. The operand stands in the value as it is
/// given. nullopt after a mistake.
std::optional<Subquery> BindQuantified(QueryBinder* query, const ast::Expression& expression,
                                       const Scope& scope, const functions::ExprPtr& operand,
                                       const Relation* outer);

/// [NOT] EXISTS and [NOT] IN as a semi or anti join with `input`. `operands` are the left side of
/// IN, over the columns of `input`. nullptr after a mistake.
RelationPtr BindSemiJoin(QueryBinder* query, RelationPtr input, const ast::Expression& expression,
                         bool negated, const Scope& scope,
                         const std::vector<functions::ExprPtr>& operands);

/// operands[i] = column i of the subquery, over kInnerColumns; false after a mistake.
bool EqualToColumns(QueryBinder* query, const std::vector<functions::ExprPtr>& operands,
                    const flow::Schema& schema, Span span,
                    std::vector<functions::ExprPtr>* conditions);

}  // namespace sluice::sql
