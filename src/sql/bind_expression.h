// SPDX-License-Identifier: Apache-2.0
// Expressions of the text as typed expressions over the columns of a scope. Each mistake is
// reported once, at its place; what could not be bound is a null pointer, and its users say nothing
// more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flow/type.h"
#include "functions/expression.h"
#include "sql/ast.h"
#include "sql/diagnostics.h"

namespace sluice::sql {

/// The columns that an expression may name: those of the tables in FROM, one after another.
struct Scope {
  struct Table {
    std::string alias;                // how columns are qualified; empty = not at all
    std::vector<std::string> prefix;  // database, or catalog and database, for full names
    int first = 0, count = 0;         // its columns
  };
  std::vector<flow::Field> columns;
  std::vector<functions::ExprPtr> values;  // what a column stands for; empty: input column i
  std::vector<Table> tables;
  bool unknown = false;  // a table of FROM is not known: unknown columns are not reported

  functions::ExprPtr ValueOf(int column) const;
};

/// Where mistakes of a text are reported: in the text itself, or, when it is the stored text of a
/// view or computed column, at the place that uses it.
struct Report {
  Diagnostics* diagnostics = nullptr;
  std::optional<Span> at;  // instead of the place in the text
  std::string prefix;      // "in view `v`: "

  void Error(Span span, ErrorKind kind, std::string text, std::string hint = {}) const;
  void Error(Span span, const sluice::Error& error) const;
};

class ExpressionBinder {
 public:
  ExpressionBinder(const Scope& scope, const Report& report) : scope_(scope), report_(report) {}

  functions::ExprPtr Bind(const ast::Expression& expression);
  /// A condition: BOOLEAN, else a mistake that names `clause`.
  functions::ExprPtr BindCondition(const ast::Expression& expression, std::string_view clause);
  /// The columns that * or t.* or row.* stands for.
  struct StarItem {
    std::string name;
    functions::ExprPtr value;
  };
  std::vector<StarItem> BindStar(const ast::Expression& star);

 private:
  functions::ExprPtr BindName(const ast::Expression& name);
  functions::ExprPtr BindFields(functions::ExprPtr value, const std::vector<ast::Identifier>& path,
                                size_t from);
  functions::ExprPtr BindField(functions::ExprPtr row, const std::string& name, Span span);
  functions::ExprPtr BindCall(const ast::Expression& call);
  functions::ExprPtr BindOperator(const ast::Expression& call);
  functions::ExprPtr BindNegate(const ast::Expression& call);
  functions::ExprPtr BindBetween(const ast::Expression& between);
  functions::ExprPtr BindIn(const ast::Expression& in);
  functions::ExprPtr BindCase(const ast::Expression& expression);
  functions::ExprPtr BindCast(const ast::Expression& cast);
  functions::ExprPtr BindQuantified(const ast::Expression& quantified);
  functions::ExprPtr BindConstructor(const ast::Expression& value, const char* function);
  /// Binds all; false if one failed.
  bool BindAll(const std::vector<ast::ExpressionPtr>& children, size_t from,
               std::vector<functions::ExprPtr>* bound);
  functions::ExprPtr Make(std::string_view function, std::vector<functions::ExprPtr> arguments,
                          Span span);
  bool RefuseExtras(const ast::Expression& call);
  void UnknownFunction(const ast::Expression& call);
  void UnknownColumn(const ast::Expression& name);
  functions::ExprPtr Unsupported(Span span, const std::string& what);
  std::optional<int> FindTable(const std::vector<ast::Identifier>& path, size_t parts) const;

  const Scope& scope_;
  const Report& report_;
};

/// "sluice does not run <what> yet", with what it does run.
void ReportUnsupported(const Report& report, Span span, const std::string& what);
/// Casts `value` to `type` (nullability aside) if it is not of it; the caller has checked that the
/// cast exists.
functions::ExprPtr Coerce(functions::ExprPtr value, const flow::TypePtr& type);

}  // namespace sluice::sql
