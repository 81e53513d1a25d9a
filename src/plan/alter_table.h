// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE ... ADD, MODIFY, DROP, RENAME: another definition of a table. The new
// one is put together as text from the columns that stay and those that the statement gives, and
// bound as CREATE TABLE would bind it, so that the same is refused. What may refer to what follows
// Flink's ALTER TABLE (docs/dev/table/sql/alter).
#pragma once

#include <optional>
#include <string_view>

#include "sql/ast.h"
#include "sql/bind_query.h"
#include "sql/names.h"

namespace sluice::plan {

/// The table as it is to be; nullopt after a mistake. `text` is the script of `alter`.
std::optional<sql::TableEntry> AlterColumns(const sql::TablePath& path,
                                            const sql::TableEntry& entry,
                                            const sql::ast::AlterTable& alter,
                                            std::string_view text, const sql::BindContext& context,
                                            const sql::Report& report);

}  // namespace sluice::plan
