// SPDX-License-Identifier: Apache-2.0
// A planned scan as the text of a DuckDB view: the files that are left after pruning, columns found
// by Iceberg field id, position deletes taken out. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "query/table_references.h"
#include "tables/iceberg/scan.h"

namespace sluice::query {

/// Conditions that the table's statistics can use; others are left to DuckDB, which checks every
/// row anyway.
std::vector<tables::iceberg::Term> ToTerms(const std::vector<Condition>& conditions,
                                           const tables::iceberg::Schema& schema);

/// The SELECT that gives the rows of `plan`. kUnsupported for what DuckDB's Parquet reader cannot
/// take from us: equality deletes, deletion vectors, data files that are not Parquet.
Result<std::string> ScanSql(const tables::iceberg::ScanPlan& plan);

/// DuckDB's name for an Iceberg type. kUnsupported for variant, geometry, unknown.
Result<std::string> DuckDbType(const tables::iceberg::Type& type);

}  // namespace sluice::query
