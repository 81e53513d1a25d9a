// SPDX-License-Identifier: Apache-2.0
// SQL text to trees, by recursive descent. Mistakes go to Diagnostics; reading goes on at the next
// statement, and inside column lists and SELECT lists at the next item. Never fails otherwise: any
// bytes give some list of statements, and its depth is bounded.
#pragma once

#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/diagnostics.h"

namespace sluice::sql {

/// The statements of a script that could be read. Those with mistakes are left out, except a CREATE
/// TABLE whose name is known (marked broken, so that its users are not blamed).
struct Script {
  std::vector<ast::Statement> statements;
};
Script ParseScript(std::string_view text, Diagnostics* diagnostics);

/// One query, expression or type; nullptr after a mistake.
ast::QueryPtr ParseQuery(std::string_view text, Diagnostics* diagnostics);
ast::ExpressionPtr ParseExpression(std::string_view text, Diagnostics* diagnostics);
flow::TypePtr ParseType(std::string_view text, Diagnostics* diagnostics);

}  // namespace sluice::sql
