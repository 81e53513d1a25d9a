// SPDX-License-Identifier: Apache-2.0
// Reading JSON documents without exceptions, for the parsers of this folder: bounded nesting, and
// getters that name the key that is missing or has another type. The forms of each thing are made
// beside it (schema_json.cc, partition_spec.cc, table_metadata_json.cc).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg::json {

/// Keeps the order of keys, so that what is written reads in the spec's order.
using Json = nlohmann::ordered_json;

/// Parses a document; kParse for bad text, and for nesting beyond limits::kJsonDepthMax.
Result<Json> Parse(std::string_view text, std::string_view what);
/// Text of a document; bytes that are no UTF-8 are replaced, never thrown at.
std::string Dump(const Json& value);

// Values of a key. `Optional`: absent and null give nullopt. kParse names the key.
Result<int64_t> Int64(const Json& object, const char* key);
Result<int> Int32(const Json& object, const char* key);
Result<std::string> String(const Json& object, const char* key);
Result<const Json*> Array(const Json& object, const char* key);
Result<std::optional<int64_t>> OptionalInt64(const Json& object, const char* key);
Result<std::optional<int>> OptionalInt32(const Json& object, const char* key);
Result<std::optional<std::string>> OptionalString(const Json& object, const char* key);
/// Null when absent or null.
const Json* Find(const Json& object, const char* key);

Result<Schema> SchemaFrom(const Json& document);
Json ToDocument(const Schema& schema);
Result<PartitionSpec> PartitionSpecFrom(const Json& document);
Result<std::vector<PartitionField>> PartitionFieldsFrom(const Json& array);
Json ToDocument(const PartitionSpec& spec);
Json ToDocument(const std::vector<PartitionField>& fields);
Result<SortOrder> SortOrderFrom(const Json& document);
Json ToDocument(const SortOrder& order);

}  // namespace sluice::tables::iceberg::json
