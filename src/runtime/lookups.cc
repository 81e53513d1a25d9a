// SPDX-License-Identifier: Apache-2.0
#include "runtime/lookups.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "base/limits.h"
#include "operators/lookup_cache.h"
#include "operators/table_lookup.h"
#include "sources/connector.h"
#include "sources/iceberg/options.h"

namespace sluice::runtime {
namespace {

std::string OptionOf(const plan::LookupJoinNode& node, const char* key, const char* older = "") {
  for (const char* name : {key, older}) {
    const auto found = node.table.options.find(name);
    if (found != node.table.options.end()) return found->second;
  }
  return "";
}

/// Of an option with choices, which are written in any case.
bool Chosen(const std::string& value, std::string_view choice) {
  return std::equal(value.begin(), value.end(), choice.begin(), choice.end(),
                    [](char a, char b) { return a == b || (a >= 'a' && a - 'a' + 'A' == b); });
}

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;
using ReadTable = std::function<Result<Batches>(const flow::SourceProjection& projection)>;

/// The table as it is now, read whole.
Result<std::unique_ptr<flow::LookupSource>> Load(const plan::LookupJoinNode& node,
                                                 const ReadTable& read) {
  flow::SourceProjection projection;
  flow::Schema schema;
  std::vector<int> keys, wanted;
  const auto place_of = [&](int column) {
    const auto found = std::find(projection.columns.begin(), projection.columns.end(), column);
    const auto place = static_cast<int>(found - projection.columns.begin());
    if (found == projection.columns.end()) {
      projection.columns.push_back(column);
      schema.fields.push_back(node.table.columns[static_cast<size_t>(column)].field);
    }
    return place;
  };
  for (const int column : node.columns) wanted.push_back(place_of(column));
  for (const auto& key : node.keys) keys.push_back(place_of(key.table_column));
  SLUICE_ASSIGN(const auto batches, read(projection));
  SLUICE_ASSIGN(const auto table, arrow::Table::FromRecordBatches(schema.ToArrow(), batches));
  SLUICE_ASSIGN(const auto rows, table->CombineChunksToBatch());
  return operators::MakeTableLookup(schema, rows, keys, wanted);
}

ReadTable ReadOf(const plan::LookupJoinNode& node, const sources::SourceConnector& connector) {
  return [table = node.table, &connector](const flow::SourceProjection& projection) {
    return connector.read_all(table, projection);
  };
}

/// All that a bounded source gives.
Result<Batches> ReadSource(flow::Source& source) {
  SLUICE_ASSIGN(const auto splits, source.DiscoverSplits());
  SLUICE_ASSIGN(auto reader, source.OpenReader());
  for (size_t i = 0; i < splits.size(); ++i) {
    SLUICE_TRY(reader->Assign(static_cast<int>(i), splits[i], splits[i].start_offset));
  }
  Batches batches;
  for (bool end = false; !end;) {
    SLUICE_ASSIGN(flow::PollResult result, reader->Poll(limits::kBatchRowsMax, 0));
    if (result.batch) batches.push_back(result.batch->rows);
    end = result.end;
  }
  return batches;
}

flow::Schema WantedOf(const plan::LookupJoinNode& node) {
  flow::Schema schema;
  for (const int column : node.columns) {
    schema.fields.push_back(node.table.columns[static_cast<size_t>(column)].field);
  }
  return schema;
}

Result<std::unique_ptr<flow::LookupSource>> OpenFull(const plan::LookupJoinNode& node,
                                                     const sources::SourceConnector& connector) {
  if (connector.read_all == nullptr) {
    return Unsupported("a table of connector '" + node.connector +
                       "' cannot be read whole for 'lookup.cache' = 'FULL': " + node.table.name);
  }
  const std::string interval = OptionOf(node, "lookup.full-cache.periodic-reload.interval");
  if (interval.empty()) {
    return InvalidArgument(
        "'lookup.cache' = 'FULL' needs 'lookup.full-cache.periodic-reload.interval', the time "
        "that a copy of the table is used: " +
        node.table.name);
  }
  SLUICE_ASSIGN(const int64_t interval_ms, flow::ParseDurationMs(interval));
  const bool rate =
      Chosen(OptionOf(node, "lookup.full-cache.periodic-reload.schedule-mode"), "FIXED_RATE");
  return operators::MakeReloadingLookup(
      [node, read = ReadOf(node, connector)] { return Load(node, read); }, WantedOf(node),
      interval_ms, rate);
}

Result<std::unique_ptr<flow::LookupSource>> OpenLakehouse(const plan::LookupJoinNode& node,
                                                          const OpenCatalogTable& open_table) {
  SLUICE_ASSIGN(const auto options, sources::iceberg::ParseReadOptions(node.table.options));
  const ReadTable read = [node,
                          open_table](const flow::SourceProjection& projection) -> Result<Batches> {
    SLUICE_ASSIGN(const auto source, open_table(node, projection));
    return ReadSource(*source);
  };
  return operators::MakeReloadingLookup([node, read] { return Load(node, read); }, WantedOf(node),
                                        options.monitor_interval_ms, false);
}

Result<operators::LookupCacheOptions> CacheOptionsOf(const plan::LookupJoinNode& node) {
  operators::LookupCacheOptions options;
  const auto set = [&](const std::string& text, auto parse, auto* to) -> Status {
    if (text.empty()) return {};
    SLUICE_ASSIGN(*to, parse(text));
    return {};
  };
  SLUICE_TRY(set(OptionOf(node, "lookup.partial-cache.max-rows", "lookup.cache.max-rows"),
                 flow::ParseInteger, &options.keys_max));
  SLUICE_TRY(set(OptionOf(node, "lookup.partial-cache.expire-after-write", "lookup.cache.ttl"),
                 flow::ParseDurationMs, &options.expire_after_write_ms));
  SLUICE_TRY(set(OptionOf(node, "lookup.partial-cache.expire-after-access"), flow::ParseDurationMs,
                 &options.expire_after_access_ms));
  SLUICE_TRY(set(
      OptionOf(node, "lookup.partial-cache.cache-missing-key", "lookup.cache.caching-missing-key"),
      flow::ParseBoolean, &options.cache_missing_key));
  if (options.keys_max < 0) {
    return InvalidArgument("option 'lookup.partial-cache.max-rows' must not be negative");
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<flow::LookupSource>> OpenLookup(const plan::LookupJoinNode& node,
                                                       const OpenCatalogTable& open_table) {
  if (node.connector == "iceberg") return OpenLakehouse(node, open_table);
  const sources::SourceConnector* connector = sources::FindSourceConnector(node.connector);
  const bool any =
      connector != nullptr && (connector->open_lookup != nullptr || connector->read_all != nullptr);
  if (!any) {
    return Unsupported("a table of connector '" + node.connector +
                       "' cannot be looked up: " + node.table.name);
  }
  if (connector->open_lookup == nullptr) return Load(node, ReadOf(node, *connector));
  const std::string cache = OptionOf(node, "lookup.cache");
  if (Chosen(cache, "FULL")) return OpenFull(node, *connector);
  sources::LookupRequest request{.columns = node.columns, .key_columns = {}, .key_types = {}};
  for (const auto& key : node.keys) {
    request.key_columns.push_back(key.table_column);
    request.key_types.push_back(key.value->type->WithNullable(true));
  }
  SLUICE_ASSIGN(auto source, connector->open_lookup(node.table, request));
  // The older options mean a cache without being asked for by name, both or none.
  const bool older = cache.empty() && node.table.options.contains("lookup.cache.max-rows") &&
                     node.table.options.contains("lookup.cache.ttl");
  if (!Chosen(cache, "PARTIAL") && !older) return source;
  SLUICE_ASSIGN(const auto options, CacheOptionsOf(node));
  return operators::MakeLookupCache(std::move(source), request.key_types, options);
}

}  // namespace sluice::runtime
