// SPDX-License-Identifier: Apache-2.0
// For tests of the binder: a script's tables and views, and its last query as text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sql/bind_insert.h"
#include "sql/bind_query.h"
#include "sql/bind_table.h"
#include "sql/parser.h"

namespace sluice::sql {

inline Connectors BindTestConnectors() {
  const auto fine = [](const flow::ConnectorTable&) { return std::vector<Error>(); };
  Connectors all;
  all.connectors.push_back({.name = "kafka", .check_source = fine});
  all.connectors[0].metadata = {
      {.key = "timestamp", .type = flow::Type::TimestampLtz(3, false), .writable = true}};
  all.connectors.push_back({.name = "print", .check_sink = fine});
  return all;
}

/// Tables of the tests: `t` without and `s` with an event time, `p` with processing time.
inline constexpr std::string_view kTestTables = R"(
CREATE TABLE t (a INT, b BIGINT NOT NULL, c STRING, r ROW<x INT, y STRING>, arr ARRAY<INT>)
WITH ('connector' = 'kafka');
CREATE TABLE u (a INT, d STRING, k BIGINT NOT NULL) WITH ('connector' = 'kafka');
CREATE TABLE s (k INT, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka');
CREATE TABLE p (k INT, v BIGINT, pt AS PROCTIME()) WITH ('connector' = 'kafka');
CREATE TABLE dim (k INT, name STRING, ts TIMESTAMP(3), PRIMARY KEY (k) NOT ENFORCED,
  WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka');
)";

/// Binds all of the script's definitions, then its last query. The tree, or the mistakes.
inline std::string BindText(const std::string& statements) {
  const Source source{"case.sql", std::string(kTestTables) + statements};
  const Connectors connectors = BindTestConnectors();
  NameSpace names(connectors);
  const BindContext context{&names, &connectors, {}};
  Diagnostics diagnostics;
  const Report report{&diagnostics, std::nullopt, ""};
  const Script script = ParseScript(source.text, &diagnostics);
  std::string tree;
  for (const ast::Statement& statement : script.statements) {
    if (const auto* const table = std::get_if<ast::CreateTable>(&statement.node)) {
      const auto entry = BindCreateTable(*table, source.text, nullptr, context, report);
      if (entry) (void)names.Create(*names.Resolve(table->name.parts), *entry);
    } else if (const auto* const view = std::get_if<ast::CreateView>(&statement.node)) {
      const auto entry = BindCreateView(*view, source.text, context, report);
      if (entry) (void)names.Create(*names.Resolve(view->name.parts), *entry);
    } else if (const auto* const select = std::get_if<ast::SelectStatement>(&statement.node)) {
      const RelationPtr relation = QueryBinder(context, report).Bind(*select->query);
      if (relation != nullptr) tree = ToString(*relation);
    } else if (const auto* const insert = std::get_if<ast::Insert>(&statement.node)) {
      const auto bound = BindInsert(*insert, statement.span, context, report);
      if (bound) tree = ToString(*bound->query);
    }
  }
  std::string mistakes;
  for (const Diagnostic& diagnostic : diagnostics.list()) {
    mistakes +=
        source.text.substr(diagnostic.span.begin, diagnostic.span.end - diagnostic.span.begin) +
        ": " + diagnostic.text + "\n";
  }
  return mistakes.empty() ? tree : mistakes;
}

inline std::string FirstLines(const std::string& text, int lines) {
  size_t at = 0;
  for (; lines > 0 && at != std::string::npos; --lines) at = text.find('\n', at) + 1;
  return text.substr(0, at);
}

/// The tree without schemas.
inline std::string Shape(const std::string& statements) {
  std::string out;
  std::string text = BindText(statements);
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    const std::string line = text.substr(at, end - at);
    out += line.substr(0, line.find(" -> [")) + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace sluice::sql
