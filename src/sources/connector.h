// SPDX-License-Identifier: Apache-2.0
// The list of source connectors: 'connector' = '...' to what makes a Source. To add one: a folder
// and a line in sources.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flow/changelog.h"
#include "flow/lookup.h"
#include "flow/source.h"
#include "flow/table_definition.h"

namespace sluice::sources {

/// What a source is opened with, beyond its table.
struct OpenOptions {
  flow::SourceProjection projection;
  bool stop_at_latest = false;  // `sluice run --once`: read what is there now, then end
  /// SET 'sluice.kafka.client': which data path reads Kafka. Empty: "native" for PLAINTEXT, else
  /// "librdkafka".
  std::string client;
};

/// How a table is asked by key: which of its columns are wanted, and by which it is asked.
struct LookupRequest {
  std::vector<int> columns, key_columns;  // of the table
  std::vector<flow::TypePtr> key_types;   // of the values that are asked with
};

struct SourceConnector {
  std::string name;                       // 'connector' = name
  std::vector<flow::OptionSpec> options;  // without those of the format
  std::vector<flow::Field> metadata;      // METADATA columns it offers, with their types
  /// Those that the table's format adds, by its WITH options; null: none.
  std::vector<flow::Field> (*format_metadata)(const flow::OptionMap& options) = nullptr;
  bool needs_format = false;
  /// Checks the table without touching the network: options, formats, columns, metadata keys. Every
  /// mistake.
  std::vector<Error> (*check)(const flow::ConnectorTable& table);
  /// The kinds of rows that it gives; null: insert-only.
  flow::ChangelogMode (*changelog)(const flow::ConnectorTable& table) = nullptr;
  /// All rows that the table has now, of the projection's columns: what lookup joins with small
  /// tables ask. Null: it cannot be read whole.
  Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> (*read_all)(
      const flow::ConnectorTable& table, const flow::SourceProjection& projection) = nullptr;
  /// Opens it for single keys. Null: lookup joins ask a copy of the whole table, where `read_all`
  /// gives one.
  Result<std::unique_ptr<flow::LookupSource>> (*open_lookup)(
      const flow::ConnectorTable& table, const LookupRequest& request) = nullptr;
  /// Opens it: may connect.
  Result<std::unique_ptr<flow::Source>> (*open)(const flow::ConnectorTable& table,
                                                const OpenOptions& options);
};

const std::vector<SourceConnector>& SourceConnectors();
const SourceConnector* FindSourceConnector(std::string_view name);

}  // namespace sluice::sources
