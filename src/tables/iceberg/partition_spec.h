// SPDX-License-Identifier: Apache-2.0
// Partition specs and sort orders: which transforms of which columns rows are grouped or sorted by,
// their JSON, the partition struct, and the text forms users write.
//
// In SQL, `PARTITIONED BY (a, b)` gives identity partitions, as in Flink. Other transforms are
// asked for by the table property `sluice.partition-spec` = 'days(ts), bucket(16, id)'
// (PartitionProperty).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tables/iceberg/schema.h"
#include "tables/iceberg/transform.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {

inline constexpr int kPartitionFieldIdFirst = 1000;
/// Property of CREATE TABLE ... WITH that names partition transforms.
inline constexpr char kPartitionProperty[] = "sluice.partition-spec";

struct PartitionField {
  int source_id = 0;
  int field_id = 0;
  std::string name;
  Transform transform;
  std::vector<int> source_ids;  // multi-argument transforms (v3) only
  bool operator==(const PartitionField&) const = default;
};

struct PartitionSpec {
  int spec_id = 0;
  std::vector<PartitionField> fields;

  bool is_unpartitioned() const;  // no field, or only void ones
  bool operator==(const PartitionSpec&) const = default;
};

struct SortField {
  int source_id = 0;
  Transform transform;
  bool descending = false;
  bool nulls_last = false;
  std::vector<int> source_ids;
  bool operator==(const SortField&) const = default;
};

struct SortOrder {
  int order_id = 0;  // 0 = unsorted
  std::vector<SortField> fields;
  bool operator==(const SortOrder&) const = default;
};

/// The struct type of a spec's tuples: every field optional, ids are the partition field ids. A
/// column dropped from the schema gives `unknown` where only the source type can tell.
Type PartitionType(const PartitionSpec& spec, const Schema& schema);

/// A spec of identity fields over columns (PARTITIONED BY).
Result<PartitionSpec> IdentityPartitionSpec(const std::vector<std::string>& columns,
                                            const Schema& schema);
/// 'days(ts), bucket(16, id), truncate(4, name), region': year(s), month(s), day(s), hour(s),
/// bucket, truncate, identity, void. Names are made as Spark does: ts_day, id_bucket, name_trunc,
/// region. `where` of the error is the column in the text.
Result<PartitionSpec> ParsePartitionText(std::string_view text, const Schema& schema);
/// The text ParsePartitionText takes; for SHOW CREATE TABLE and DESCRIBE.
std::string PartitionText(const PartitionSpec& spec, const Schema& schema);

/// "ts_day=2024-01-31/id_bucket=3", values URL-encoded, as Java's PartitionSpec.partitionToPath;
/// empty when unpartitioned.
std::string PartitionPath(const PartitionSpec& spec, const Schema& schema,
                          const PartitionTuple& tuple);

/// JSON of Appendix C. `fields_only` gives the array that manifests keep.
std::string PartitionSpecToJson(const PartitionSpec& spec);
std::string PartitionFieldsToJson(const PartitionSpec& spec);
Result<PartitionSpec> ParsePartitionSpecJson(std::string_view json);
/// The field array alone (manifest header, v1 metadata).
Result<std::vector<PartitionField>> ParsePartitionFieldsJson(std::string_view json);
std::string SortOrderToJson(const SortOrder& order);
Result<SortOrder> ParseSortOrderJson(std::string_view json);

}  // namespace sluice::tables::iceberg
