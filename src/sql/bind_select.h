// SPDX-License-Identifier: Apache-2.0
// One SELECT. Its clauses are bound first, over the columns of FROM and over columns that have no
// place yet (bind_columns.h); then the relations are made from the bottom up:
//
//   FROM · WHERE · projection of keys and arguments · aggregate · subqueries · HAVING ·
//   OVER windows · QUALIFY · projection of the items · DISTINCT · ORDER BY and LIMIT
//
// and each expression is rewritten to read what lies below it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sql/bind_query.h"
#include "sql/bind_subquery.h"

namespace sluice::sql {

class SelectBinder : private ExpressionClause {
 public:
  SelectBinder(QueryBinder* query, const ast::Select& select);

  /// nullptr after a mistake.
  RelationPtr Bind() { return BindAll(nullptr, {}); }
  /// With ORDER BY (may be empty) and the limits in `spec`.
  RelationPtr BindSorted(const std::vector<ast::OrderItem>& order, SortSpec spec) {
    return BindAll(&order, std::move(spec));
  }

 private:
  struct Item {
    std::string name;
    functions::ExprPtr value;
  };
  struct Aggregate {
    functions::AggregateCall call;
    std::vector<functions::ExprPtr> arguments;
    functions::ExprPtr filter;
  };
  struct OverKey {
    functions::ExprPtr value;
    bool descending = false, nulls_first = false;
  };
  struct OverWindow {
    std::vector<functions::ExprPtr> partition_by;
    std::vector<OverKey> order_by;
    bool rows = false;
    FrameBound lower = FrameBound::UnboundedPreceding(), upper;
  };
  struct Over {
    OverWindow window;
    std::string ranking;  // empty: an aggregate
    Aggregate aggregate;
    int64_t offset = 1;
    functions::ExprPtr fallback;  // third argument of LAG and LEAD
  };
  /// A subquery whose join comes above the aggregate.
  struct Pending {
    Subquery subquery;
    int first = 0;  // its columns are kSubqueryColumns + first ...
  };

  // bind_select.cc
  RelationPtr BindAll(const std::vector<ast::OrderItem>* order, SortSpec spec);
  void BindSource();
  bool CheckHints();
  bool BindWhere();
  bool BindConjunct(const ast::Expression& conjunct, std::vector<functions::ExprPtr>* plain);
  void NoteConditions(const ast::Expression& expression, bool condition);
  bool BindOperands(const ast::Expression& in, std::vector<functions::ExprPtr>* operands);
  bool BindItems();
  bool BindConditions();
  bool BindOrder(const std::vector<ast::OrderItem>& order);
  RelationPtr Build(const std::vector<ast::OrderItem>* order, SortSpec spec);
  RelationPtr BuildValues();
  RelationPtr BuildItems(RelationPtr input, const std::vector<ast::OrderItem>* order,
                         SortSpec spec);
  std::optional<functions::ExprPtr> BindName(const ast::Expression& name) override;
  std::optional<functions::ExprPtr> BindCall(const ast::Expression& call) override;
  functions::ExprPtr BindSubquery(const ast::Expression& expression) override;
  functions::ExprPtr BindComparison(const ast::Expression& expression);
  functions::ExprPtr Attach(Subquery subquery, Span span);
  void NoteColumn(const functions::ExprPtr& column, const ast::Expression& name) override;
  functions::ExprPtr BindPlain(const ast::Expression& expression);
  /// Reads what the relations made so far give. nullptr: a column that is not grouped, reported.
  functions::ExprPtr Finish(const functions::ExprPtr& expr);
  functions::ExprPtr Fail(Span span, std::string text, std::string hint = {});

  // bind_aggregate.cc
  bool BindGroups();
  bool BindGroupItem(const ast::GroupItem& item, std::vector<std::vector<std::vector<int>>>* sets);
  bool BindKeys(const ast::Expression& expression, std::vector<int>* keys);
  int AddKey(const functions::ExprPtr& key);
  functions::ExprPtr BindAggregate(const ast::Expression& call);
  std::optional<Aggregate> MakeAggregate(const ast::Expression& call);
  bool ResolveAggregate(const ast::Expression& call, bool may_be_empty, Aggregate* aggregate);
  functions::ExprPtr BindGrouping(const ast::Expression& call);
  functions::ExprPtr Grouped(const functions::ExprPtr& expr);
  RelationPtr BuildAggregate(RelationPtr input);
  flow::Schema AggregateSchema(const AggregateSpec& spec) const;

  // bind_group_window.cc
  std::optional<WindowSpec> BindWindowCall(const ast::Expression& call, WindowKind kind,
                                           functions::ExprPtr* time);
  bool BindGroupWindow(const ast::Expression& call);
  functions::ExprPtr BindAuxiliary(const ast::Expression& call);
  std::optional<std::vector<int64_t>> BindIntervals(const ast::Expression& call, size_t from);

  // bind_over.cc
  functions::ExprPtr BindOver(const ast::Expression& call);
  bool BindRanking(const ast::Expression& call, Over* over);
  bool BindShift(const ast::Expression& call, Over* over);
  std::optional<OverWindow> BindWindow(const ast::Window& window, int depth);
  std::optional<OverWindow> NamedWindow(const ast::Identifier& name, int depth);
  bool BindFrame(const ast::Window& window, OverWindow* bound);
  bool BindFrameOffset(const ast::Window::Bound& written, OverWindow* window, FrameBound* bound);
  bool FinishWindow(OverWindow* window);
  RelationPtr BuildOvers(RelationPtr input);
  RelationPtr BuildOver(RelationPtr input, const std::vector<size_t>& calls);

  QueryBinder& query_;
  const ast::Select& select_;
  const Report& report_;
  Scope scope_;
  RelationPtr input_;
  bool known_ = true;  // every table of FROM is known

  /// Where the expression that is being bound stands, for messages: "WHERE clause"; what may not
  /// hold aggregates. Empty in SELECT, HAVING, QUALIFY, ORDER BY.
  std::string no_aggregates_in_;
  std::string no_overs_in_;
  bool below_ = false;  // the expression is computed below the aggregate
  bool in_aggregate_ = false, in_over_ = false;
  /// IN (SELECT ...) where UNKNOWN does what FALSE does.
  std::set<const ast::Expression*> two_valued_;
  /// Names of SELECT's items: QUALIFY knows them behind the columns, ORDER BY before.
  enum class ItemNames : uint8_t { kHidden, kBehindColumns, kFirst };
  ItemNames item_names_ = ItemNames::kHidden;

  bool is_grouped_ = false;  // GROUP BY, HAVING or an aggregate
  bool has_keys_ = false;    // no row, no group
  std::vector<functions::ExprPtr> keys_;
  std::vector<std::string> key_names_;
  std::vector<std::vector<int>> grouping_sets_;
  std::vector<Aggregate> aggregates_;
  std::vector<std::string> call_names_;  // of their columns, once they are made
  std::optional<GroupWindow> group_window_;
  functions::ExprPtr window_time_;
  std::string window_name_;  // "TUMBLE"
  std::vector<Over> overs_;
  std::vector<Pending> subqueries_;
  int subquery_columns_ = 0;

  std::vector<Item> items_;
  functions::ExprPtr having_, qualify_;
  std::vector<std::pair<int, functions::ExprPtr>> order_;  // item, or -1 and an expression
  Span order_span_{};

  // Places of columns that had none.
  std::vector<int> subquery_places_, over_places_;
  std::map<const functions::Expr*, std::pair<functions::ExprPtr, const ast::Expression*>> notes_;
};

}  // namespace sluice::sql
