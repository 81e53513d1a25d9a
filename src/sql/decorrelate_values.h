// SPDX-License-Identifier: Apache-2.0
// Decorrelation where conditions cannot be taken out: a subquery is joined, inside, with the
// distinct values that the outer columns have, and each of its relations carries them on: filters
// and projections read them, aggregates and windows gain them as keys. What is left outside is
// that they are the values of the outer row.
//
//   SELECT p.id, (SELECT COUNT(*) FROM t WHERE t.x < p.id) FROM p
//   p LEFT JOIN (SELECT COUNT(*), d.id FROM t JOIN (SELECT DISTINCT id FROM p) AS d ON t.x < d.id
//                GROUP BY d.id) AS q ON q.id = p.id
#pragma once

#include <vector>

#include "sql/bind_query.h"

namespace sluice::sql {

class OuterValues {
 public:
  /// `outer` gives the outer columns. `split_global` is the Decorrelator's.
  OuterValues(QueryBinder* query, Span span, const Relation& outer, bool split_global)
      : query_(*query), span_(span), outer_(outer), split_global_(split_global) {}

  /// As Decorrelator::TakeOut. False: it cannot be done, reported.
  bool TakeOut(RelationPtr* relation, std::vector<functions::ExprPtr>* conditions);

 private:
  /// The relation keeps its columns; the values come behind them.
  bool Bring(RelationPtr* relation);
  bool BringValues(RelationPtr* relation);
  bool BringFilter(Relation* filter);
  bool BringProject(Relation* project);
  bool BringJoin(RelationPtr* relation);
  bool BringAggregate(RelationPtr* relation);
  bool BringOver(RelationPtr* relation);
  bool BringSort(RelationPtr* relation);
  bool BringInPlace(RelationPtr* relation);
  bool BringAll(Relation* relation);
  /// SELECT DISTINCT the outer columns FROM the query around.
  RelationPtr Values();
  /// The expression with the outer columns at `at` of `schema`.
  functions::ExprPtr Replace(const functions::ExprPtr& expr, const flow::Schema& schema, int at);
  /// The relation's columns [0, before), then values, then the others: moves the values to the end.
  bool MoveValues(RelationPtr* relation, int before);
  /// An aggregate without GROUP BY gives a row also where no row has the values.
  bool WithAllValues(RelationPtr* relation, const AggregateSpec& spec);
  /// The values are in every grouping set: the lowest bits of GROUPING_ID are theirs.
  bool WithoutValueBits(Relation* project);
  functions::ExprPtr Same(functions::ExprPtr a, functions::ExprPtr b);
  int count() const { return static_cast<int>(columns_.size()); }
  bool Refuse(const char* what);

  QueryBinder& query_;
  Span span_;
  const Relation& outer_;
  bool split_global_;
  std::vector<functions::ExprPtr> columns_;  // the outer columns, each once
};

/// The same tree again; nullptr when there are too many relations.
RelationPtr CloneRelation(QueryBinder* query, const Relation& relation, Span span);

/// ORDER BY and LIMIT for each value of `keys`: the rows that ROW_NUMBER counts. nullptr after a
/// mistake.
RelationPtr LimitPerKey(QueryBinder* query, RelationPtr input, const SortSpec& spec,
                        std::vector<int> keys, Span span);

}  // namespace sluice::sql
