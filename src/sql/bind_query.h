// SPDX-License-Identifier: Apache-2.0
// Queries as bound trees: FROM makes a scope, WHERE a filter, SELECT a projection; views and WITH
// are expanded in place. What the engine does not run (joins, GROUP BY, ORDER BY, ...) is named,
// with its place.
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

class QueryBinder {
 public:
  QueryBinder(const BindContext& context, Report report);

  /// nullptr after a mistake.
  RelationPtr Bind(const ast::Query& query);
  /// A table with its computed columns: what SELECT * FROM path gives. For CREATE TABLE ... LIKE
  /// and for checks; reports at `span`.
  RelationPtr BindTable(const TablePath& path, const TableEntry& entry,
                        const std::vector<ast::Hint>& hints, Span span);

 private:
  /// A WITH item and what it may use.
  struct Visible {
    const ast::WithItem* item = nullptr;
    size_t visible = 0;  // how many earlier items it may use
  };

  RelationPtr BindBody(const ast::QueryBody& body);
  RelationPtr BindSelect(const ast::Select& select);
  bool RefuseClauses(const ast::Select& select);
  RelationPtr BindItems(const ast::Select& select, const Scope& scope, RelationPtr input);
  RelationPtr BindValues(const ast::QueryBody& body);
  RelationPtr BindSet(const ast::QueryBody& body);
  void FlattenUnion(const ast::QueryBody& body, std::vector<const ast::QueryBody*>* parts,
                    bool* ok);
  RelationPtr UnionOf(std::vector<RelationPtr> parts, Span span);

  // FROM: bind_from.cc
  RelationPtr BindFrom(const ast::TableReference& from, Scope* scope);
  RelationPtr BindNamedTable(const ast::TableReference& from, Scope* scope);
  std::optional<RelationPtr> BindCommon(const ast::TableReference& from, Scope* scope);
  RelationPtr BindView(const TablePath& path, const TableEntry& entry, Span span);
  RelationPtr BindSource(const TablePath& path, const TableEntry& entry,
                         const std::vector<ast::Hint>& hints, Span span);
  std::optional<flow::OptionMap> OptionHints(const std::vector<ast::Hint>& hints);
  void AddToScope(const ast::TableReference& from, const std::string& name,
                  std::vector<std::string> prefix, const Relation& relation, Scope* scope);
  bool CheckSource(const BoundTable& table, bool hinted, Span span);

  RelationPtr Make(RelationKind kind, Span span);
  bool Enter(Span span);

  const BindContext& context_;
  Report report_;
  std::string catalog_, database_;  // names are qualified with these
  std::vector<Visible> commons_;    // WITH items in sight, the innermost last
  int level_ = 0;
  int* relations_;
  int relations_count_ = 0;
};

/// Reports the mistakes that a connector found, at the option or column they are about.
void ReportConnectorErrors(const std::vector<Error>& errors, const ast::Options* options,
                           const std::vector<ast::ColumnDefinition>* columns, Span fallback,
                           const Report& report);

}  // namespace sluice::sql
