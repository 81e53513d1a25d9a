// SPDX-License-Identifier: Apache-2.0
// What SHOW and DESCRIBE answer: text tables with Flink's column names, and CREATE statements.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/text_table.h"
#include "sql/ast.h"
#include "sql/name_space.h"

namespace sluice::plan {

/// DESCRIBE t, SHOW COLUMNS FROM t: name, type, null, key, extras, watermark.
TextTable DescribeTable(const sql::TableEntry& entry);
/// SHOW CREATE TABLE, SHOW CREATE VIEW: text that makes the same table again.
std::string CreateText(const sql::TablePath& path, const sql::TableEntry& entry);
/// Elements of CREATE TABLE as SQL: a column; the primary key and the watermark, which must be
/// there; and PARTITIONED BY, "" where there is none.
std::string ColumnText(const sql::TableColumn& column);
std::string KeyText(const sql::TableEntry& entry);
std::string WatermarkText(const sql::TableEntry& entry);
std::string PartitionText(const sql::TableEntry& entry);
/// SHOW CREATE CATALOG.
std::string CreateCatalogText(const std::string& name, const std::string& comment,
                              const flow::OptionMap& options);
/// DESCRIBE CATALOG, which is there, and DESCRIBE DATABASE; `extended`: with options, properties.
TextTable DescribeCatalog(const std::string& name, bool extended, const sql::NameSpace& names);
TextTable DescribeDatabase(const std::string& catalog, const std::string& database, bool extended,
                           const sql::DatabaseEntry& entry);

/// DESCRIBE FUNCTION, scalar or aggregate; kNotFound. `extended`: its kind and signature too.
Result<TextTable> DescribeFunction(const std::string& name, bool extended);

/// The list of a SHOW statement that lists names.
Result<TextTable> ListNames(const sql::ast::Show& show, sql::NameSpace& names);
/// SHOW USER FUNCTIONS, MODULES, FULL MODULES, MODELS, JARS by their first two words: there is one
/// module and nothing else. nullopt for another statement.
std::optional<TextTable> ListBuiltIn(const std::string& statement);
/// SET without arguments.
TextTable ListSettings(const std::map<std::string, std::string>& settings);

/// SQL's LIKE with % and _.
bool MatchesLike(std::string_view text, std::string_view pattern, bool ignore_case);

}  // namespace sluice::plan
