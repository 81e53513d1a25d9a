// SPDX-License-Identifier: Apache-2.0
// The scalar functions and operators of Flink SQL ("System (Built-in) Functions"): name, how
// arguments are typed, what it gives, a kernel over columns, and the words and example for
// docs/functions.md. One family a file; functions.cc is the list.
//
// Operators are functions too. Their names for MakeCall, with the arguments in order:
//   + - * / %          two operands; temporal + interval as well     NEGATE  unary minus
//   = <> < <= > >=     two operands        IS [NOT] DISTINCT FROM     two operands
//   AND OR NOT         any number, NOT one
//   IS [NOT] NULL      IS [NOT] TRUE       IS [NOT] FALSE             IS [NOT] UNKNOWN
//   [NOT] BETWEEN      value, low, high    [NOT] IN                   value, candidate...
//   [NOT] LIKE         text, pattern[, escape]      [NOT] SIMILAR TO  text, pattern[, escape]
//   ||                 two operands        ITEM      array and index from 1, or map and key
//   ROW ARRAY MAP      constructors; MAP takes key, value, key, value, ...
//   EXTRACT            unit literal ('YEAR', 'HOUR', ...), value
//   FLOOR CEIL         number; or temporal value, unit literal
//   TIMESTAMPADD       unit literal, count, point in time
//   TIMESTAMPDIFF      unit literal, from, to
//   TRIM               'BOTH' | 'LEADING' | 'TRAILING', characters, text
//   POSITION           searched, text      OVERLAY   text, replacement, start[, length]
//   SUBSTRING          text, start[, length]
//   CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP NOW PROCTIME   none
// Unit literals are CHAR literals in upper case. CASE and CAST are kinds of their own
// (expression.h); COALESCE, NULLIF, IF, IFNULL become CASE in MakeCall.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "functions/expression.h"

namespace sluice::functions {

/// What a call resolves to: the types its arguments are cast to (implicit casts of Flink) and the
/// type of the result.
struct Signature {
  std::vector<flow::TypePtr> arguments;
  flow::TypePtr result;
};

/// Facts that stay the same during one query or one batch.
struct EvalContext {
  int64_t now_ms = 0;             // CURRENT_TIMESTAMP, NOW(), PROCTIME()
  std::string time_zone = "UTC";  // table.local-time-zone
  uint64_t random = 0;            // seed for RAND, UUID
};

/// An argument is an array of `rows` values, or one scalar that stands for all rows.
struct Argument {
  std::shared_ptr<arrow::Array> array;  // null when scalar
  std::shared_ptr<arrow::Scalar> scalar;
};

struct Function {
  std::string name;  // upper case; operators by symbol: "+", "=", "AND", "IS NULL", "LIKE"
  std::string
      category;  // "comparison", "logical", "arithmetic", "string", "temporal", "conditional", ...
  std::string syntax, description, example;  // for the documentation
  /// Decides whether it takes these argument types; the error says what it wants instead.
  Result<Signature> (*resolve)(std::span<const ExprPtr> arguments);
  /// Evaluates over `rows` rows. Arguments have the types of the signature. A row that fails
  /// (overflow, bad text) is an error, as in Flink, unless the function's documentation says NULL.
  Result<std::shared_ptr<arrow::Array>> (*evaluate)(const Expr& call,
                                                    std::span<const Argument> arguments,
                                                    int64_t rows, const EvalContext& context);
  bool deterministic = true;
  /// True when it can fail for some values, or costs much: CASE, AND and OR then evaluate it for
  /// those rows only that need it.
  bool lazy = false;
};

const std::vector<const Function*>& AllFunctions();
/// Case-insensitive; nullptr if there is none.
const Function* FindFunction(std::string_view name);

/// Finds the function, resolves types, inserts implicit casts, returns the call.
Result<ExprPtr> MakeCall(std::string_view name, std::vector<ExprPtr> arguments);

/// The least common type of Flink's type system (CASE, COALESCE, IN, UNION), or an error naming
/// both.
Result<flow::TypePtr> CommonType(std::span<const flow::TypePtr> types);
/// May a value of `from` be assigned to `to` without CAST (INSERT, implicit argument casts)?
bool IsImplicitlyCastable(const flow::Type& from, const flow::Type& to);
/// Does CAST(from AS to) exist at all (Flink's casting matrix)?
bool IsExplicitlyCastable(const flow::Type& from, const flow::Type& to);

}  // namespace sluice::functions
