// SPDX-License-Identifier: Apache-2.0
// The WITH options of 'connector' = 'kafka', spelled and meant as in Flink's Kafka SQL connector
// (docs: "Apache Kafka SQL Connector"), parsed once into KafkaOptions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/table_definition.h"
#include "flow/table_options.h"

namespace sluice::sources::kafka {

enum class StartupMode { kGroupOffsets, kEarliest, kLatest, kTimestamp, kSpecificOffsets };
enum class BoundedMode { kUnbounded, kLatest, kGroupOffsets, kTimestamp, kSpecificOffsets };

struct KafkaOptions {
  std::vector<std::string> topics;  // empty when topic_pattern is used
  std::string topic_pattern;
  std::string bootstrap_servers;
  std::string group_id;
  bool group_id_is_default = true;
  /// 'properties.auto.offset.reset': what group-offsets does for a partition without a committed
  /// offset. "none" (an error), "earliest", "latest".
  std::string offset_reset = "none";
  /// What librdkafka is configured with: the 'properties.*' options under its names.
  std::map<std::string, std::string> client_settings;

  StartupMode startup = StartupMode::kGroupOffsets;
  int64_t startup_timestamp_ms = 0;
  std::map<int32_t, int64_t> startup_offsets;
  BoundedMode bounded = BoundedMode::kUnbounded;
  int64_t bounded_timestamp_ms = 0;
  std::map<int32_t, int64_t> bounded_offsets;
  int64_t discovery_interval_ms = 5 * 60 * 1000;

  std::string value_format;
  flow::OptionMap value_format_options;  // without prefix
  std::string key_format;                // empty: none
  flow::OptionMap key_format_options;
  std::vector<std::string> key_fields;  // physical columns, in order
  std::string key_fields_prefix;
  bool value_has_key_fields = true;  // 'value.fields-include' = 'ALL'

  bool upsert = false;  // 'upsert-kafka': records replace the row of their key (tombstones.h)
  bool read_committed = true;
  bool plaintext = true;  // 'properties.security.protocol'
};

/// The options, for checking and for docs; those of the formats come on top.
const std::vector<flow::OptionSpec>& KafkaOptionSpecs();

/// Parses the options of a table. Every mistake is appended to `errors`; the value is usable only
/// when none was.
KafkaOptions ParseKafkaOptions(const flow::ConnectorTable& table, std::vector<Error>* errors);

/// "partition:0,offset:42;partition:1,offset:300" -> {0: 42, 1: 300}.
Result<std::map<int32_t, int64_t>> ParseSpecificOffsets(std::string_view text);

}  // namespace sluice::sources::kafka
