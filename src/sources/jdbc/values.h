// SPDX-License-Identifier: Apache-2.0
// Values between Arrow columns and PostgreSQL's binary form, whole columns at a time.
//
// What is read is cast in the SELECT to the one type whose binary form the column's type has
// (BIGINT: int8, TIMESTAMP: timestamp in microseconds since 2000, DECIMAL: text), so that the
// table's own type may differ. Text of a fixed length keeps its blanks.
#pragma once

#include <memory>
#include <string>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "sources/jdbc/postgres.h"

namespace sluice::sources::jdbc {

bool HasPostgresType(const flow::Type& type);

/// `expression` (a column of PostgreSQL type `postgres_type`) as what DecodeColumn reads.
std::string SelectAs(const std::string& expression, const std::string& postgres_type,
                     const flow::Type& type);
/// Column `column` of `rows` as a column of `type`. Numbers that do not fit a DECIMAL are NULL, as
/// in Flink; digits that a TIMESTAMP has no room for are cut off.
Result<std::shared_ptr<arrow::Array>> DecodeColumn(const BinaryRows& rows, int column,
                                                   const flow::Type& type);

/// A column without NULLs as one array parameter; `*type` is the PostgreSQL type of the array.
Result<BinaryParameter> EncodeArray(const arrow::Array& values, const flow::Type& of,
                                    std::string* type);

}  // namespace sluice::sources::jdbc
