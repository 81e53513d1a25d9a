// SPDX-License-Identifier: Apache-2.0
// Queries as bound trees. QueryBinder binds what may stand around and inside FROM: WITH, set
// operations, tables, views, joins, table functions; SelectBinder (bind_select.h) binds one SELECT.
// Views and WITH are expanded in place. What the engine does not run is named, with its place.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/bind_expression.h"
#include "sql/bound.h"
#include "sql/connectors.h"
#include "sql/name_space.h"

namespace sluice::sql {

/// What binding needs to know besides the text.
struct BindContext {
  NameSpace* names = nullptr;
  const Connectors* connectors = nullptr;
  std::map<std::string, std::string> settings;

  const std::string* Setting(const std::string& key) const;
};

/// The table as its connector gets it: physical and metadata columns (these with the connector's
/// own types), options with `hints` over them.
BoundTable MakeBoundTable(const TablePath& path, const TableEntry& entry,
                          const flow::OptionMap& hints, const Connectors& connectors);

/// Names for the columns of a projection: its alias, its name, or EXPR$i; a name used twice gets a
/// number behind it, as in Flink.
class ColumnNames {
 public:
  std::string Take(std::string name, size_t index);

 private:
  std::set<std::string> used_;
};

class QueryBinder {
 public:
  QueryBinder(const BindContext& context, Report report);

  /// nullptr after a mistake.
  RelationPtr Bind(const ast::Query& query);
  /// A table with its computed columns: what SELECT * FROM path gives. For CREATE TABLE ... LIKE
  /// and for checks; reports at `span`.
  RelationPtr BindTable(const TablePath& path, const TableEntry& entry,
                        const std::vector<ast::Hint>& hints, Span span);

  // For the parts of the binder in other files.

  const Report& report() const { return report_; }
  const BindContext& context() const { return context_; }
  /// A scope whose names may be those of the query around.
  Scope NewScope() const;
  /// A query that may read the columns of `outer`.
  RelationPtr BindWithin(const ast::Query& query, const Scope& outer);
  /// `hints` are those of the SELECT.
  RelationPtr BindFrom(const ast::TableReference& from, Scope* scope,
                       const std::vector<ast::Hint>& hints);
  /// Relations over `input`; all give nullptr when there are too many.
  RelationPtr Make(RelationKind kind, Span span);
  RelationPtr Filter(RelationPtr input, functions::ExprPtr condition, Span span);
  RelationPtr Project(RelationPtr input, std::vector<functions::ExprPtr> expressions,
                      const std::vector<std::string>& names, Span span);
  /// All columns of the input, and these behind them.
  RelationPtr Append(RelationPtr input, std::vector<functions::ExprPtr> extra, Span span);
  RelationPtr Join(RelationPtr left, RelationPtr right, JoinSpec spec, Span span);
  RelationPtr Distinct(RelationPtr input, Span span);
  RelationPtr Sort(RelationPtr input, SortSpec spec, Span span);
  /// One row, with a column that nobody names.
  RelationPtr OneRow(Span span);

 private:
  /// A WITH item and what it may use.
  struct Visible {
    const ast::WithItem* item = nullptr;
    size_t visible = 0;            // how many earlier items it may use
    const Scope* outer = nullptr;  // of the subquery that has it
  };

  RelationPtr BindBody(const ast::QueryBody& body);
  RelationPtr BindSorted(const ast::Query& query);
  std::optional<SortSpec> BindLimits(const ast::Query& query);
  std::optional<int64_t> BindCount(const ast::Expression& count, const char* clause);
  RelationPtr SortByOutput(RelationPtr input, const std::vector<ast::OrderItem>& order,
                           SortSpec spec);
  RelationPtr BindValues(const ast::QueryBody& body);
  RelationPtr BindSet(const ast::QueryBody& body);
  RelationPtr SetOp(RelationPtr left, RelationPtr right, const ast::QueryBody& body);
  bool SameColumns(std::vector<RelationPtr>* parts, const std::string& what, Span span);
  RelationPtr UnionOf(std::vector<RelationPtr> parts, const std::string& what, Span span);

  // FROM: bind_from.cc
  RelationPtr BindFrom(const ast::TableReference& from, Scope* scope);
  RelationPtr BindNamedTable(const ast::TableReference& from, Scope* scope);
  std::optional<RelationPtr> BindCommon(const ast::TableReference& from, Scope* scope);
  RelationPtr BindView(const TablePath& path, const TableEntry& entry, Span span);
  RelationPtr BindSource(const TablePath& path, const TableEntry& entry,
                         const std::vector<ast::Hint>& hints, Span span);
  RelationPtr BindComputed(const TablePath& path, const TableEntry& entry, RelationPtr scan,
                           Span span);
  RelationPtr BindWatermark(const TablePath& path, const TableEntry& entry, RelationPtr input,
                            const flow::OptionMap& options, Span span);
  functions::ExprPtr BindStored(const std::string& text, const Scope& scope,
                                const std::string& what, Span span);
  std::optional<flow::OptionMap> OptionHints(const std::vector<ast::Hint>& hints);
  void AddToScope(const ast::TableReference& from, const std::string& name,
                  std::vector<std::string> prefix, const Relation& relation, Scope* scope);
  bool CheckSource(const BoundTable& table, bool hinted, Span span);

  // Joins: bind_join.cc, bind_unnest.cc
  friend class JoinBinder;
  RelationPtr BindJoins(const ast::TableReference& from, Scope* scope);
  RelationPtr BindUnnest(const ast::TableReference& from, RelationPtr left, Scope* scope,
                         const ast::TableReference* join);

  // Windowing table functions: bind_window.cc
  friend class WindowBinder;
  RelationPtr BindFunction(const ast::TableReference& from, Scope* scope);

  // MATCH_RECOGNIZE: bind_match.cc
  RelationPtr BindMatch(const ast::TableReference& from, Scope* scope);

  bool Enter(Span span);

  const BindContext& context_;
  Report report_;
  std::string catalog_, database_;                 // names are qualified with these
  std::vector<Visible> commons_;                   // WITH items in sight, the innermost last
  const Scope* outer_ = nullptr;                   // columns of the query around
  const std::vector<ast::Hint>* hints_ = nullptr;  // of the SELECT whose FROM is bound
  int level_ = 0;
  int* relations_;
  int relations_count_ = 0;
};

/// Reports the mistakes that a connector found, at the option or column they are about.
void ReportConnectorErrors(const std::vector<Error>& errors, const ast::Options* options,
                           const std::vector<ast::ColumnDefinition>* columns, Span fallback,
                           const Report& report);

/// Mistakes in the options scan.watermark.*, which go with any connector.
std::vector<Error> CheckWatermarkOptions(const flow::OptionMap& options);

/// WATERMARK ... AS SOURCE_WATERMARK(): the source itself says how far time has come.
bool IsSourceWatermark(const ast::Expression& expression);

/// ASC: NULLs first, DESC: NULLs last, unless said otherwise.
SortKey MakeSortKey(int column, const ast::OrderItem& item);

/// Whole milliseconds of an INTERVAL ... DAY TO SECOND literal.
std::optional<int64_t> IntervalMs(const functions::Expr& expr);
/// A whole-number literal.
std::optional<int64_t> IntegerOf(const functions::Expr& expr);

}  // namespace sluice::sql
