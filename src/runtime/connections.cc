// SPDX-License-Identifier: Apache-2.0
#include "runtime/connections.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "arrow/api.h"
#include "io/file_system.h"
#include "io/thread.h"
#include "operators/operators.h"
#include "operators/watermark.h"
#include "runtime/dead_letters.h"
#include "runtime/lookups.h"
#include "runtime/values_source.h"
#include "sinks/connector.h"
#include "sinks/iceberg/dead_letters.h"
#include "sinks/iceberg/sink.h"
#include "sinks/late_rows.h"
#include "sources/connector.h"
#include "sources/iceberg/options.h"
#include "sources/iceberg/source.h"
#include "state/cold_store.h"
#include "tables/catalog.h"

namespace sluice::runtime {
namespace {

std::string ZoneOf(const plan::JobGraph& graph) {
  const auto zone = graph.settings.find("table.local-time-zone");
  return zone == graph.settings.end() ? "UTC" : zone->second;
}

Result<std::unique_ptr<operators::WatermarkGenerator>> MakeWatermark(
    const plan::JobGraph& graph, const plan::WatermarkNode& node, const RunOptions& options) {
  return operators::WatermarkGenerator::Make(
      node.spec, {.now_ms = io::RealClock().NowMs(), .time_zone = ZoneOf(graph)},
      options.idle_timeout_ms);
}

// Where a table of the plan lives.
struct Place {
  tables::iceberg::Environment environment;
  tables::TableIdentifier table;
};

Result<Place> PlaceOf(const FindCatalog& find_catalog, const std::string& catalog,
                      std::vector<std::string> identifier) {
  Place place;
  place.environment.catalog = find_catalog(catalog);
  if (place.environment.catalog == nullptr) {
    return Internal("catalog '" + catalog + "' is not open");
  }
  place.environment.files = &io::RealFileSystem();
  place.environment.clock = &io::RealClock();
  place.environment.random = &io::RealRandom();
  if (identifier.size() < 2) return Internal("a table of the plan has no database");
  place.table.name = std::move(identifier.back());
  identifier.pop_back();
  place.table.namespace_levels = std::move(identifier);
  return place;
}

// A table of a catalog, to be read.
Result<std::unique_ptr<flow::Source>> OpenCatalogSource(const FindCatalog& find_catalog,
                                                        sources::iceberg::OpenTable open) {
  const flow::OptionMap& options = open.table.options;
  SLUICE_ASSIGN(Place place, PlaceOf(find_catalog, options.at(sources::iceberg::kCatalogName),
                                     {options.at(sources::iceberg::kCatalogDatabase),
                                      options.at(sources::iceberg::kCatalogTable)}));
  open.environment = place.environment;
  open.identifier = std::move(place.table);
  return sources::iceberg::OpenIcebergSource(open);
}

Result<std::unique_ptr<flow::Operator>> MakeOperator(const FindCatalog& find_catalog,
                                                     const plan::JobGraph& graph,
                                                     const plan::JobNode& node,
                                                     const std::vector<flow::Schema>& inputs,
                                                     const ShardPlace& place) {
  operators::OperatorOptions options;
  options.context.now_ms = io::RealClock().NowMs();
  options.context.time_zone = ZoneOf(graph);
  options.context.random = io::RealRandom().Next();
  options.shard = place.shard;
  options.shards = place.shards;
  options.open_lookup = [find_catalog](const plan::LookupJoinNode& lookup) {
    return OpenLookup(lookup, [find_catalog](const plan::LookupJoinNode& table,
                                             const flow::SourceProjection& projection) {
      return OpenCatalogSource(find_catalog, {.table = table.table, .projection = projection});
    });
  };
  if (const auto rows = graph.settings.find("sluice.batch-rows"); rows != graph.settings.end()) {
    SLUICE_ASSIGN(options.bundle_rows, flow::ParseInteger(rows->second));
  }
  if (place.cold != nullptr) {
    options.make_cold_store = [cold = place.cold](const std::string&) {
      return Result<std::unique_ptr<state::ColdStore>>(cold->NewStore());
    };
  }
  return operators::MakeOperator(node, inputs, options);
}

Result<std::unique_ptr<flow::Source>> OpenSource(const FindCatalog& find_catalog,
                                                 const plan::JobGraph& graph,
                                                 const plan::JobNode& node,
                                                 const RunOptions& options) {
  if (std::holds_alternative<plan::ValuesNode>(node.node)) {
    const auto make_operator = [find_catalog](const plan::JobGraph& of, const plan::JobNode& made,
                                              const std::vector<flow::Schema>& inputs,
                                              const ShardPlace& place) {
      return MakeOperator(find_catalog, of, made, inputs, place);
    };
    return OpenValuesSource(graph, node, io::RealClock().NowMs(), make_operator);
  }
  const auto& source = std::get<plan::SourceNode>(node.node);
  if (source.connector == "iceberg") {
    return OpenCatalogSource(
        find_catalog,
        {.table = source.table, .projection = source.projection, .stop_at_latest = options.once});
  }
  const sources::SourceConnector* connector = sources::FindSourceConnector(source.connector);
  if (connector == nullptr) {
    return NotFound("there is no source connector '" + source.connector + "'");
  }
  const auto client = graph.settings.find("sluice.kafka.client");
  return connector->open(source.table,
                         {.projection = source.projection,
                          .stop_at_latest = options.once,
                          .client = client == graph.settings.end() ? "" : client->second});
}

int ShardsAtMost(const RunOptions& options) {
  return options.shards > 0 ? options.shards : io::AvailableCores();
}

Result<sinks::iceberg::NotNullEnforcer> NotNullOf(const plan::JobGraph& graph) {
  const auto found = graph.settings.find("table.exec.sink.not-null-enforcer");
  if (found == graph.settings.end() || found->second == "ERROR" || found->second == "error") {
    return sinks::iceberg::NotNullEnforcer::kError;
  }
  if (found->second == "DROP" || found->second == "drop") {
    return sinks::iceberg::NotNullEnforcer::kDrop;
  }
  return InvalidArgument("SET 'table.exec.sink.not-null-enforcer' takes ERROR or DROP, not '" +
                         found->second + "'");
}

Result<std::unique_ptr<flow::Sink>> OpenSink(const FindCatalog& find_catalog,
                                             const plan::JobGraph& graph, const plan::JobNode& node,
                                             const RunOptions& options) {
  const auto& sink = std::get<plan::SinkNode>(node.node);
  if (sink.kind == plan::SinkNode::Kind::kConnector) {
    const sinks::SinkConnector* connector = sinks::FindSinkConnector(sink.connector);
    if (connector == nullptr) {
      return NotFound("there is no sink connector '" + sink.connector + "'");
    }
    return connector->open(sink.table);
  }
  SLUICE_ASSIGN(Place place, PlaceOf(find_catalog, sink.catalog, sink.identifier));
  sinks::iceberg::IcebergSinkOptions of_sink;
  SLUICE_ASSIGN(of_sink.not_null, NotNullOf(graph));
  for (const flow::Field& field : node.output.fields) of_sink.columns.push_back(field.name);
  of_sink.writer_bytes_max = options.writer_bytes_max / ShardsAtMost(options);
  for (const auto& [key, value] : graph.settings) {
    if (key.starts_with(tables::iceberg::kMaintenancePrefix)) of_sink.maintenance[key] = value;
  }
  return sinks::iceberg::OpenIcebergSink(place.environment, place.table, std::move(of_sink));
}

const plan::SinkNode* FirstTable(const plan::JobGraph& graph) {
  for (const plan::JobNode& node : graph.nodes) {
    const auto* sink = std::get_if<plan::SinkNode>(&node.node);
    if (sink != nullptr && sink->kind == plan::SinkNode::Kind::kCatalogTable) return sink;
  }
  return nullptr;
}

// "a.b.c" as {"a", "b", "c"}.
std::vector<std::string> Levels(const std::string& dotted) {
  std::vector<std::string> levels(1);
  for (const char c : dotted) {
    if (c == '.') {
      levels.emplace_back();
    } else {
      levels.back() += c;
    }
  }
  return levels;
}

// The late table is made with its first rows; where it goes has to be there from the start.
Result<Place> PlaceOfLateRows(const FindCatalog& find_catalog, const plan::JobGraph& graph,
                              const RunOptions& options) {
  std::vector<std::string> levels = Levels(options.late_rows_table);
  const bool full = levels.size() >= 3;
  if (levels.size() == 2) {
    return InvalidArgument(
        "SET 'sluice.late-rows.table' takes a name or CATALOG.DATABASE.TABLE, not '" +
        options.late_rows_table + "'");
  }
  if (full) {
    const std::string catalog = levels.front();
    levels.erase(levels.begin());
    if (find_catalog(catalog) == nullptr) {
      return InvalidArgument("SET 'sluice.late-rows.table': there is no catalog of tables '" +
                             catalog + "'");
    }
    SLUICE_ASSIGN(Place place, PlaceOf(find_catalog, catalog, std::move(levels)));
    SLUICE_ASSIGN(const bool exists,
                  place.environment.catalog->NamespaceExists(place.table.namespace_levels));
    if (!exists) {
      return InvalidArgument("SET 'sluice.late-rows.table': there is no database of " +
                             options.late_rows_table);
    }
    return place;
  }
  const plan::SinkNode* first = FirstTable(graph);
  if (first == nullptr) {
    return InvalidArgument(
        "SET 'sluice.late-rows' = 'table': the job writes no table to put late rows beside; name "
        "one by SET 'sluice.late-rows.table' = 'CATALOG.DATABASE.TABLE'");
  }
  SLUICE_ASSIGN(Place place, PlaceOf(find_catalog, first->catalog, first->identifier));
  place.table.name =
      options.late_rows_table.empty() ? place.table.name + "_late_rows" : options.late_rows_table;
  return place;
}

// The table beside the first table that the job writes; none for jobs that write no table, or whose
// sources decode nothing.
Result<std::unique_ptr<flow::Sink>> OpenDeadLetters(const FindCatalog& find_catalog,
                                                    const plan::JobGraph& graph,
                                                    const RunOptions& options) {
  const plan::SinkNode* first = FirstTable(graph);
  bool decodes = false;
  for (const plan::JobNode& node : graph.nodes) {
    const auto* source = std::get_if<plan::SourceNode>(&node.node);
    if (source == nullptr) continue;
    const auto* connector = sources::FindSourceConnector(source->connector);
    decodes = decodes || (connector != nullptr && connector->needs_format);
  }
  if (first == nullptr || !decodes) return std::unique_ptr<flow::Sink>();
  SLUICE_ASSIGN(Place place, PlaceOf(find_catalog, first->catalog, first->identifier));
  tables::TableIdentifier table = sinks::iceberg::DeadLetterTable(place.table);
  if (!options.dead_letter_table.empty()) table.name = options.dead_letter_table;
  return sinks::iceberg::OpenDeadLetterSink(place.environment, table, DeadLetterSchema());
}

}  // namespace

Connections DefaultConnections(const FindCatalog& find_catalog) {
  Connections connections;
  connections.clock = &io::RealClock();
  connections.files = &io::RealFileSystem();
  connections.random = &io::RealRandom();
  connections.stop_requests = io::StopRequests;
  connections.open_source = [find_catalog](const plan::JobGraph& graph, const plan::JobNode& node,
                                           const RunOptions& options) {
    return OpenSource(find_catalog, graph, node, options);
  };
  connections.open_sink = [find_catalog](const plan::JobGraph& graph, const plan::JobNode& node,
                                         const RunOptions& options) {
    return OpenSink(find_catalog, graph, node, options);
  };
  connections.open_dead_letters = [find_catalog](const plan::JobGraph& graph,
                                                 const RunOptions& options) {
    return OpenDeadLetters(find_catalog, graph, options);
  };
  connections.open_late_rows =
      [find_catalog](const plan::JobGraph& graph,
                     const RunOptions& options) -> Result<std::unique_ptr<flow::Sink>> {
    SLUICE_ASSIGN(const Place place, PlaceOfLateRows(find_catalog, graph, options));
    return sinks::iceberg::OpenDeadLetterSink(place.environment, place.table,
                                              sinks::LateRowSchema());
  };
  connections.make_operator = [find_catalog](const plan::JobGraph& graph, const plan::JobNode& node,
                                             const std::vector<flow::Schema>& inputs,
                                             const ShardPlace& place) {
    return MakeOperator(find_catalog, graph, node, inputs, place);
  };
  connections.make_watermark = MakeWatermark;
  return connections;
}

}  // namespace sluice::runtime
