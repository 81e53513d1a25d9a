// SPDX-License-Identifier: Apache-2.0
// INSERT INTO: columns are matched by position, cast where Flink casts without being asked, and
// checked for number, type and NOT NULL with Flink's words.
#pragma once

#include <optional>

#include "sql/bind_query.h"
#include "sql/bound.h"

namespace sluice::sql {

/// nullopt after a mistake.
std::optional<BoundInsert> BindInsert(const ast::Insert& insert, Span span,
                                      const BindContext& context, const Report& report);

/// "[a: BIGINT, b: STRING NOT NULL]"
std::string SchemaText(const std::vector<flow::Field>& fields);

}  // namespace sluice::sql
