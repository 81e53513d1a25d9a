// SPDX-License-Identifier: Apache-2.0
// Expressions of the text as typed expressions over the columns of a scope. Each mistake is
// reported once, at its place; what could not be bound is a null pointer, and its users say nothing
// more.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
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
  /// A column of USING and NATURAL: stands for those of both sides, which * does not show.
  struct Merged {
    std::string name;
    functions::ExprPtr value;
  };
  std::vector<flow::Field> columns;
  std::vector<functions::ExprPtr> values;  // what a column stands for; empty: input column i
  std::vector<Table> tables;
  std::vector<Merged> merged;
  std::set<int> hidden;           // columns that stand in `merged`
  const Scope* parent = nullptr;  // of the query around; its columns are kOuterColumns
  bool unknown = false;           // a table of FROM is not known: unknown columns are not reported

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

class ExpressionBinder;

/// What an expression may hold besides columns, literals and functions of them: aggregates, OVER,
/// subqueries. The clause that it stands in decides; without one, nothing of these.
class ExpressionClause {
 public:
  virtual ~ExpressionClause() = default;
  /// A name with a meaning of its own here; nullopt: a column as elsewhere. An empty pointer is a
  /// mistake that was reported (in all three).
  virtual std::optional<functions::ExprPtr> BindName(const ast::Expression& name) {
    (void)name;
    return std::nullopt;
  }
  /// nullopt: a call of a scalar function.
  virtual std::optional<functions::ExprPtr> BindCall(const ast::Expression& call) = 0;
  /// Scalar subqueries, EXISTS, IN and comparisons with queries.
  virtual functions::ExprPtr BindSubquery(const ast::Expression& expression) = 0;
  /// A column was bound: where it stands.
  virtual void NoteColumn(const functions::ExprPtr& column, const ast::Expression& name) {
    (void)column, (void)name;
  }
};

class ExpressionBinder {
 public:
  ExpressionBinder(const Scope& scope, const Report& report, ExpressionClause* clause = nullptr)
      : scope_(scope), report_(report), clause_(clause) {}

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
  /// nullopt: there is no such name in this scope; nullptr: reported.
  std::optional<functions::ExprPtr> FindName(const Scope& scope, const ast::Expression& name);
  functions::ExprPtr BindFields(functions::ExprPtr value, const std::vector<ast::Identifier>& path,
                                size_t from);
  functions::ExprPtr BindField(functions::ExprPtr row, const std::string& name, Span span);
  functions::ExprPtr BindCall(const ast::Expression& call);
  functions::ExprPtr BindOperator(const ast::Expression& call);
  functions::ExprPtr BindNegate(const ast::Expression& call);
  functions::ExprPtr BindJson(const ast::Expression& call);
  functions::ExprPtr BindJsonMade(const ast::Expression& call);
  functions::ExprPtr BindJsonValue(const ast::Expression& value);
  functions::ExprPtr BindOverlaps(const ast::Expression& call);
  bool BindPeriod(const ast::Expression& period, std::vector<functions::ExprPtr>* ends);
  functions::ExprPtr BindBetween(const ast::Expression& between);
  functions::ExprPtr BindIn(const ast::Expression& in);
  functions::ExprPtr BindCase(const ast::Expression& expression);
  functions::ExprPtr BindCast(const ast::Expression& cast);
  functions::ExprPtr BindQuantified(const ast::Expression& quantified);
  functions::ExprPtr BindItem(const ast::Expression& item);
  functions::ExprPtr BindConstructor(const ast::Expression& value, const char* function);
  /// Binds all; false if one failed.
  bool BindAll(const std::vector<ast::ExpressionPtr>& children, size_t from,
               std::vector<functions::ExprPtr>* bound);
  functions::ExprPtr Make(std::string_view function, std::vector<functions::ExprPtr> arguments,
                          Span span);
  bool RefuseExtras(const ast::Expression& call);
  functions::ExprPtr BindSubquery(const ast::Expression& expression);
  void UnknownFunction(const ast::Expression& call);
  void UnknownColumn(const ast::Expression& name);
  functions::ExprPtr Unsupported(Span span, const std::string& what);

  const Scope& scope_;
  const Report& report_;
  ExpressionClause* clause_;
};

/// Names that Flink keeps for aggregate and ranking functions, whether they run or not.
bool IsAggregateName(std::string_view name);

/// "sluice does not run <what> yet", with what it does run.
void ReportUnsupported(const Report& report, Span span, const std::string& what);
/// Casts `value` to `type` (nullability aside) if it is not of it; the caller has checked that the
/// cast exists.
functions::ExprPtr Coerce(functions::ExprPtr value, const flow::TypePtr& type);

}  // namespace sluice::sql
