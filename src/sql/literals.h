// SPDX-License-Identifier: Apache-2.0
// Literals of the text as typed constants: 12 INT, 3000000000 BIGINT, 1.50 DECIMAL(3, 2), 1e3
// DOUBLE, 'abc' CHAR(3), x'00' BINARY(1), DATE '2024-02-29', INTERVAL '1 10:00' DAY TO MINUTE. All
// NOT NULL.
#pragma once

#include "base/result.h"
#include "functions/expression.h"
#include "sql/ast.h"

namespace sluice::sql {

/// Is this kind of expression a literal?
bool IsLiteral(const ast::Expression& expression);
/// `negative`: the literal has a minus before it (numbers only). The error says what is wrong.
Result<functions::ExprPtr> BindLiteral(const ast::Expression& literal, bool negative = false);
/// A CHAR literal, for units and other words that functions take.
functions::ExprPtr TextLiteral(const std::string& text);

}  // namespace sluice::sql
