// SPDX-License-Identifier: Apache-2.0
// CREATE TABLE and CREATE VIEW as entries for a catalog: types of computed columns, LIKE, keys,
// watermarks, metadata columns and options, all checked as far as that goes without the network.
#pragma once

#include <optional>
#include <string_view>

#include "sql/ast.h"
#include "sql/bind_query.h"
#include "sql/names.h"

namespace sluice::sql {

/// nullopt after a mistake. `text` is the script, from which expressions are kept as text. With
/// `schema` (CREATE TABLE ... AS), these columns come behind the declared ones.
std::optional<TableEntry> BindCreateTable(const ast::CreateTable& create, std::string_view text,
                                          const flow::Schema* schema, const BindContext& context,
                                          const Report& report);

std::optional<TableEntry> BindCreateView(const ast::CreateView& create, std::string_view text,
                                         const BindContext& context, const Report& report);

/// WITH (...) as a map; keys given twice are mistakes.
std::optional<flow::OptionMap> BindOptions(const ast::Options& options, const Report& report);

}  // namespace sluice::sql
