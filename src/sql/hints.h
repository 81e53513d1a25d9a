// SPDX-License-Identifier: Apache-2.0
// Hints of a SELECT: STATE_TTL and LOOKUP name tables of its FROM and are used; hints that choose a
// join's algorithm for batches are taken without effect; others are mistakes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/bind_expression.h"

namespace sluice::sql {

/// False after a mistake: a hint that does not exist, a table that is not in FROM, a bad value.
bool CheckQueryHints(const std::vector<ast::Hint>& hints, const Scope& scope, const Report& report);

/// STATE_TTL of a table in FROM by its alias; -1 = none. The first hint that names it counts.
int64_t StateTtl(const std::vector<ast::Hint>& hints, const std::string& alias);
/// That of the only table in FROM.
int64_t StateTtl(const std::vector<ast::Hint>& hints, const Scope& scope);

/// The options of LOOKUP('table' = alias, ...); empty = none.
std::map<std::string, std::string> LookupOptions(const std::vector<ast::Hint>& hints,
                                                 const std::string& alias);

}  // namespace sluice::sql
