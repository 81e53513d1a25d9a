// SPDX-License-Identifier: Apache-2.0
// Names in expressions: columns of the tables of a scope, of the query around it, fields of rows,
// and what * stands for.
#include <algorithm>
#include <array>

#include "flow/table_options.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_expression.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using flow::TypeKind;
using functions::ExprPtr;

/// The table whose columns `path[0 .. parts)` qualifies: alias, or [catalog.]database.table.
const Scope::Table* FindTable(const Scope& scope, const std::vector<ast::Identifier>& path,
                              size_t parts) {
  for (const Scope::Table& table : scope.tables) {
    if (table.alias.empty() || path[parts - 1].text != table.alias) continue;
    if (parts - 1 > table.prefix.size()) continue;
    bool same = true;
    for (size_t i = 0; i + 1 < parts; ++i) {
      same &= path[i].text == table.prefix[table.prefix.size() - (parts - 1) + i];
    }
    if (same) return &table;
  }
  return nullptr;
}

}  // namespace

/// A table's alias comes before a column of the same name, as in Flink.
std::optional<ExprPtr> ExpressionBinder::FindName(const Scope& scope, const ast::Expression& name) {
  const auto& path = name.path;
  for (size_t parts = std::min<size_t>(path.size() - 1, 3); parts > 0; --parts) {
    const Scope::Table* const from = FindTable(scope, path, parts);
    if (from == nullptr) continue;
    std::vector<std::string> known;
    for (int i = from->first; i < from->first + from->count; ++i) {
      const std::string& column = scope.columns[static_cast<size_t>(i)].name;
      if (column == path[parts].text) return BindFields(scope.ValueOf(i), path, parts + 1);
      known.push_back(column);
    }
    if (scope.unknown) return ExprPtr();
    const auto nearest = flow::NearestName(path[parts].text, known);
    report_.Error(path[parts].span, ErrorKind::kNotFound,
                  Backtick(from->alias) + " has no column " + Backtick(path[parts].text),
                  nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
    return ExprPtr();
  }
  for (const Scope::Merged& merged : scope.merged) {
    if (merged.name == path[0].text) return BindFields(merged.value, path, 1);
  }
  int found = -1;
  for (size_t i = 0; i < scope.columns.size(); ++i) {
    if (scope.columns[i].name != path[0].text) continue;
    if (found >= 0) {
      report_.Error(path[0].span, ErrorKind::kInvalidArgument,
                    "column " + Backtick(path[0].text) + " is ambiguous");
      return ExprPtr();
    }
    found = static_cast<int>(i);
  }
  if (found >= 0) return BindFields(scope.ValueOf(found), path, 1);
  return std::nullopt;
}

ExprPtr ExpressionBinder::BindName(const ast::Expression& name) {
  if (clause_ != nullptr) {
    if (auto special = clause_->BindName(name)) return *std::move(special);
  }
  int depth = 0;
  for (const Scope* scope = &scope_; scope != nullptr; scope = scope->parent, ++depth) {
    auto found = FindName(*scope, name);
    if (!found) {
      if (scope->unknown) return nullptr;
      continue;
    }
    if (*found == nullptr) return nullptr;
    if (depth > kOuterDepthMax) {
      report_.Error(name.span, ErrorKind::kUnsupported,
                    "a subquery reads columns of the " + std::to_string(kOuterDepthMax) +
                        " queries around it only",
                    Backtick(name.path.back().text) + " is a column of a query further out");
      return nullptr;
    }
    // The attribute stays with the column: an outer one is only compared with.
    ExprPtr value = depth == 0 ? *std::move(found) : ShiftColumns(*found, depth * kOuterColumns);
    if (clause_ != nullptr) clause_->NoteColumn(value, name);
    return value;
  }
  // A function without parentheses, unless a column has its name.
  if (name.path.size() == 1 && (name.path[0].text == "PI" || name.path[0].text == "pi")) {
    auto pi = functions::MakeCall("PI", {});
    if (pi.ok()) return *std::move(pi);
  }
  UnknownColumn(name);
  return nullptr;
}

void ExpressionBinder::UnknownColumn(const ast::Expression& name) {
  if (scope_.unknown) return;
  const ast::Identifier& first = name.path[0];
  std::vector<std::string> known;
  for (const flow::Field& column : scope_.columns) known.push_back(column.name);
  if (name.path.size() > 1) {
    for (const Scope::Table& table : scope_.tables) {
      if (!table.alias.empty()) known.push_back(table.alias);
    }
  }
  std::string hint;
  if (scope_.tables.empty()) {
    hint = "there is no FROM";
  } else if (const auto nearest = flow::NearestName(first.text, known)) {
    hint = "did you mean " + Backtick(*nearest) + "?";
  } else if (!known.empty() && known.size() <= 12) {
    for (const std::string& column : known)
      hint += (hint.empty() ? "columns: " : ", ") + Backtick(column);
  }
  report_.Error(first.span, ErrorKind::kNotFound,
                "column " + Backtick(first.text) + " is not known", std::move(hint));
}

ExprPtr ExpressionBinder::BindFields(ExprPtr value, const std::vector<ast::Identifier>& path,
                                     size_t from) {
  for (size_t i = from; i < path.size() && value != nullptr; ++i) {
    value = BindField(std::move(value), path[i].text, path[i].span);
  }
  return value;
}

ExprPtr ExpressionBinder::BindField(ExprPtr row, const std::string& name, Span span) {
  if (row->type->kind() != TypeKind::kRow) {
    report_.Error(
        span, ErrorKind::kInvalidArgument,
        "a value of type " + row->type->ToString() + " has no fields",
        row->type->kind() == TypeKind::kArray ? "an element is taken by [index], from 1" : "");
    return nullptr;
  }
  std::vector<std::string> known;
  const auto& fields = row->type->fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return functions::FieldOf(std::move(row), static_cast<int>(i));
    known.push_back(fields[i].name);
  }
  const auto nearest = flow::NearestName(name, known);
  report_.Error(span, ErrorKind::kNotFound,
                "there is no field " + Backtick(name) + " in " + row->type->ToString(),
                nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
  return nullptr;
}

std::vector<ExpressionBinder::StarItem> ExpressionBinder::BindStar(const ast::Expression& star) {
  std::vector<StarItem> items;
  const auto note = [&](const ExprPtr& value) {
    if (clause_ != nullptr) clause_->NoteColumn(value, star);
    return value;
  };
  const auto add = [&](int first, int count, bool all) {
    for (int i = first; i < first + count; ++i) {
      if (!all && scope_.hidden.contains(i)) continue;
      items.push_back({scope_.columns[static_cast<size_t>(i)].name, note(scope_.ValueOf(i))});
    }
  };
  ExprPtr row;
  if (!star.children.empty()) {
    row = Bind(*star.children[0]);
  } else if (star.path.empty()) {
    if (scope_.tables.empty() && !scope_.unknown) {
      report_.Error(star.span, ErrorKind::kInvalidArgument, "SELECT * without FROM");
    }
    for (const Scope::Merged& merged : scope_.merged) {
      items.push_back({merged.name, note(merged.value)});
    }
    add(0, static_cast<int>(scope_.columns.size()), false);
    return items;
  } else if (const auto* const table = FindTable(scope_, star.path, star.path.size())) {
    add(table->first, table->count, true);
    return items;
  } else {
    ast::Expression name;
    name.kind = ExpressionKind::kName;
    name.span = star.span;
    name.path = star.path;
    row = BindName(name);
  }
  if (row == nullptr) return items;
  if (row->type->kind() != TypeKind::kRow) {
    report_.Error(star.span, ErrorKind::kInvalidArgument,
                  ".* takes a table or a ROW, not " + row->type->ToString());
    return items;
  }
  for (size_t i = 0; i < row->type->fields().size(); ++i) {
    items.push_back({row->type->fields()[i].name, functions::FieldOf(row, static_cast<int>(i))});
  }
  return items;
}

}  // namespace sluice::sql
