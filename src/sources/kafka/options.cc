// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/options.h"

#include <algorithm>
#include <utility>

#include "formats/decoder.h"
#include "sources/kafka/properties.h"

namespace sluice::sources::kafka {
namespace {

using flow::OptionKind;
using flow::OptionSpec;

std::vector<OptionSpec> MakeSpecs() {
  const std::string nothing;
  return {
      {"topic",
       OptionKind::kString,
       "",
       false,
       {},
       "Topics to read, separated by ';'. Either this or 'topic-pattern'."},
      {"topic-pattern",
       OptionKind::kString,
       "",
       false,
       {},
       "A regular expression: all topics whose whole name matches are read."},
      {"properties.bootstrap.servers",
       OptionKind::kString,
       "",
       true,
       {},
       "Brokers to start from: host:port, separated by ','."},
      {"properties.group.id",
       OptionKind::kString,
       "KafkaSource-<table>",
       false,
       {},
       "Consumer group whose offsets are read at the first start and told what the table holds. "
       "Positions are kept in the table; the group is advisory."},
      {"properties.*",
       OptionKind::kString,
       "",
       false,
       {},
       "Any setting of a Kafka client, by its Java name."},
      {"format", OptionKind::kString, "", false, {}, "Format of the value: 'json', 'raw', ..."},
      {"value.format", OptionKind::kString, "", false, {}, "Another name of 'format'."},
      {"key.format",
       OptionKind::kString,
       "",
       false,
       {},
       "Format of the key, if columns come from it."},
      {"key.fields",
       OptionKind::kString,
       "",
       false,
       {},
       "Columns that come from the key, separated by ';'."},
      {"key.fields-prefix",
       OptionKind::kString,
       "",
       false,
       {},
       "Prefix of the key's columns in the table, which the key format does not see."},
      {"value.fields-include",
       OptionKind::kEnum,
       "ALL",
       false,
       {"ALL", "EXCEPT_KEY"},
       "Whether the value holds the key's columns too."},
      {"scan.startup.mode",
       OptionKind::kEnum,
       "group-offsets",
       false,
       {"group-offsets", "earliest-offset", "latest-offset", "timestamp", "specific-offsets"},
       "Where reading begins when no table holds a position yet."},
      {"scan.startup.timestamp-millis",
       OptionKind::kInteger,
       "",
       false,
       {},
       "For 'timestamp': the first record at or after this time (ms since 1970 UTC)."},
      {"scan.startup.specific-offsets",
       OptionKind::kString,
       "",
       false,
       {},
       "For 'specific-offsets': partition:0,offset:42;partition:1,offset:300"},
      {"scan.bounded.mode",
       OptionKind::kEnum,
       "unbounded",
       false,
       {"unbounded", "latest-offset", "group-offsets", "timestamp", "specific-offsets"},
       "Where reading ends; 'unbounded' never does."},
      {"scan.bounded.timestamp-millis",
       OptionKind::kInteger,
       "",
       false,
       {},
       "For 'timestamp': ends before the first record at or after this time."},
      {"scan.bounded.specific-offsets",
       OptionKind::kString,
       "",
       false,
       {},
       "For 'specific-offsets': ends before these offsets."},
      {"scan.topic-partition-discovery.interval",
       OptionKind::kDuration,
       "5 min",
       false,
       {},
       "How often to look for new partitions; they are read from their first record. 0 = never."},
      {"scan.parallelism",
       OptionKind::kInteger,
       "",
       false,
       {},
       "Accepted for Flink's sake: sluice spreads partitions over its shards."},
      {"scan.watermark.*",
       OptionKind::kString,
       "",
       false,
       {},
       "Watermark settings of the planner."},
      {"sink.parallelism", OptionKind::kInteger, "", false, {}, "Used when the table is written."},
      {"sink.partitioner",
       OptionKind::kString,
       "default",
       false,
       {},
       "Used when the table is written."},
      {"sink.delivery-guarantee",
       OptionKind::kEnum,
       "at-least-once",
       false,
       {"at-least-once", "exactly-once", "none"},
       "Used when the table is written."},
      {"sink.transactional-id-prefix",
       OptionKind::kString,
       "",
       false,
       {},
       "Used when the table is written."},
  };
}

class OptionParser {
 public:
  OptionParser(const flow::ConnectorTable& table, std::vector<Error>* errors)
      : table_(table), errors_(errors) {}

  KafkaOptions Parse() {
    ParseTopics();
    ParseClient();
    ParseStartup();
    ParseBounded();
    ParseFormats();
    return std::move(out_);
  }

 private:
  std::optional<std::string> Get(std::string_view key) const {
    return flow::OptionValue(table_.options, KafkaOptionSpecs(), key);
  }
  bool Has(const std::string& key) const { return table_.options.contains(key); }
  void Fail(std::string text) { errors_->push_back(InvalidArgument(std::move(text))); }

  static std::vector<std::string> Split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
      const size_t end = std::min(text.find(separator), text.size());
      std::string_view part = text.substr(0, end);
      while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
      while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
      if (!part.empty()) parts.emplace_back(part);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
  }

  void ParseTopics() {
    if (Has("topic") && Has("topic-pattern"))
      return Fail("options 'topic' and 'topic-pattern' exclude each other");
    out_.topic_pattern = Get("topic-pattern").value_or("");
    out_.topics = Split(Get("topic").value_or(""), ';');
    std::sort(out_.topics.begin(), out_.topics.end());
    out_.topics.erase(std::unique(out_.topics.begin(), out_.topics.end()), out_.topics.end());
    if (out_.topics.empty() && out_.topic_pattern.empty())
      Fail("a Kafka table needs 'topic' or 'topic-pattern'");
  }

  void ParseClient() {
    out_.bootstrap_servers = Get("properties.bootstrap.servers").value_or("");
    std::map<std::string, std::string> properties;
    for (const auto& [key, value] : table_.options) {
      if (key.starts_with("properties.")) properties[key.substr(11)] = value;
    }
    ClientSettings client = MapClientProperties(properties, errors_);
    out_.client_settings = std::move(client.settings);
    out_.plaintext = client.plaintext;
    out_.read_committed = client.read_committed;
    out_.offset_reset = std::move(client.offset_reset);
    out_.group_id_is_default = !Has("properties.group.id");
    out_.group_id = out_.group_id_is_default ? "KafkaSource-" + table_.name
                                             : table_.options.at("properties.group.id");
    out_.client_settings["group.id"] = out_.group_id;
    auto interval =
        flow::ParseDurationMs(Get("scan.topic-partition-discovery.interval").value_or("5 min"));
    if (!interval.ok()) {
      errors_->push_back(
          std::move(interval).error().With("scan.topic-partition-discovery.interval"));
    } else {
      out_.discovery_interval_ms = *interval;
    }
  }

  // The timestamp and offsets options that belong to a mode, needed by it and refused without it.
  void ParsePlace(const std::string& side, const std::string& mode, int64_t* timestamp_ms,
                  std::map<int32_t, int64_t>* offsets) {
    const std::string time_key = "scan." + side + ".timestamp-millis";
    const std::string offsets_key = "scan." + side + ".specific-offsets";
    const std::string mode_key = "scan." + side + ".mode";
    if (mode == "timestamp") {
      if (!Has(time_key))
        return Fail("'" + time_key + "' is needed when '" + mode_key + "' is 'timestamp'");
      auto value = flow::ParseInteger(table_.options.at(time_key));
      if (!value.ok()) return errors_->push_back(std::move(value).error().With(time_key));
      *timestamp_ms = *value;
    }
    if (mode == "specific-offsets") {
      if (!Has(offsets_key))
        return Fail("'" + offsets_key + "' is needed when '" + mode_key +
                    "' is 'specific-offsets'");
      if (out_.topics.size() != 1 || !out_.topic_pattern.empty())
        return Fail("'" + offsets_key + "' works with one topic only");
      auto value = ParseSpecificOffsets(table_.options.at(offsets_key));
      if (!value.ok()) return errors_->push_back(std::move(value).error().With(offsets_key));
      *offsets = *std::move(value);
    }
  }

  void ParseStartup() {
    const std::string mode = Get("scan.startup.mode").value_or("group-offsets");
    static const std::map<std::string, StartupMode> kModes = {
        {"group-offsets", StartupMode::kGroupOffsets},
        {"earliest-offset", StartupMode::kEarliest},
        {"latest-offset", StartupMode::kLatest},
        {"timestamp", StartupMode::kTimestamp},
        {"specific-offsets", StartupMode::kSpecificOffsets}};
    const auto found = kModes.find(mode);
    if (found == kModes.end()) return;  // CheckOptions has said so
    out_.startup = found->second;
    ParsePlace("startup", mode, &out_.startup_timestamp_ms, &out_.startup_offsets);
  }

  void ParseBounded() {
    const std::string mode = Get("scan.bounded.mode").value_or("unbounded");
    static const std::map<std::string, BoundedMode> kModes = {
        {"unbounded", BoundedMode::kUnbounded},
        {"latest-offset", BoundedMode::kLatest},
        {"group-offsets", BoundedMode::kGroupOffsets},
        {"timestamp", BoundedMode::kTimestamp},
        {"specific-offsets", BoundedMode::kSpecificOffsets}};
    const auto found = kModes.find(mode);
    if (found == kModes.end()) return;
    out_.bounded = found->second;
    ParsePlace("bounded", mode, &out_.bounded_timestamp_ms, &out_.bounded_offsets);
  }

  flow::OptionMap WithPrefix(const std::string& prefix) const {
    flow::OptionMap out;
    for (const auto& [key, value] : table_.options) {
      if (key.starts_with(prefix)) out[key.substr(prefix.size())] = value;
    }
    return out;
  }

  std::string KnownFormats() const {
    std::string names;
    for (const formats::Format& format : formats::Formats())
      names += (names.empty() ? "" : ", ") + format.name;
    return names;
  }

  void ParseFormats() {
    if (Has("format") && Has("value.format"))
      return Fail("options 'format' and 'value.format' mean the same: give one");
    const bool long_name = Has("value.format");
    out_.value_format = Get(long_name ? "value.format" : "format").value_or("");
    if (out_.value_format.empty())
      return Fail("a Kafka table needs 'format' (" + KnownFormats() + ")");
    out_.value_format_options = WithPrefix((long_name ? "value." : "") + out_.value_format + ".");
    out_.value_has_key_fields = Get("value.fields-include").value_or("ALL") == "ALL";
    out_.key_format = Get("key.format").value_or("");
    out_.key_fields = Split(Get("key.fields").value_or(""), ';');
    out_.key_fields_prefix = Get("key.fields-prefix").value_or("");
    ParseKey();
  }

  void ParseKey() {
    if (out_.key_format.empty() != out_.key_fields.empty())
      return Fail("'key.format' and 'key.fields' need each other");
    if (out_.key_format.empty()) {
      if (!out_.key_fields_prefix.empty()) Fail("'key.fields-prefix' needs 'key.format'");
      if (!out_.value_has_key_fields)
        Fail("'value.fields-include' = 'EXCEPT_KEY' needs 'key.fields'");
      return;
    }
    const formats::Format* const format = formats::FindFormat(out_.key_format);
    if (format != nullptr && !format->changelog.insert_only())
      Fail("A key format should only deal with INSERT-only records; 'key.format' = '" +
           out_.key_format + "' has changes");
    out_.key_format_options = WithPrefix("key." + out_.key_format + ".");
    if (!out_.key_fields_prefix.empty() && out_.value_has_key_fields)
      Fail("'key.fields-prefix' needs 'value.fields-include' = 'EXCEPT_KEY'");
    std::vector<std::string> names;
    for (const auto& column : table_.columns)
      if (!column.is_metadata) names.push_back(column.field.name);
    for (const std::string& field : out_.key_fields) {
      if (std::find(names.begin(), names.end(), field) == names.end()) {
        const auto near = flow::NearestName(field, names);
        Fail("'key.fields' names '" + field + "', which is no physical column" +
             (near ? "; did you mean '" + *near + "'?" : ""));
      }
      if (!field.starts_with(out_.key_fields_prefix))
        Fail("key field '" + field + "' lacks the prefix '" + out_.key_fields_prefix + "'");
    }
  }

  const flow::ConnectorTable& table_;
  std::vector<Error>* errors_;
  KafkaOptions out_;
};

}  // namespace

const std::vector<OptionSpec>& KafkaOptionSpecs() {
  static const std::vector<OptionSpec> specs = MakeSpecs();
  return specs;
}

KafkaOptions ParseKafkaOptions(const flow::ConnectorTable& table, std::vector<Error>* errors) {
  return OptionParser(table, errors).Parse();
}

Result<std::map<int32_t, int64_t>> ParseSpecificOffsets(std::string_view text) {
  const Error wrong =
      InvalidArgument("expected partition:0,offset:42;partition:1,offset:300 but found '" +
                      std::string(text) + "'");
  std::map<int32_t, int64_t> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t comma = pair.find(',');
    if (comma == std::string_view::npos || !pair.starts_with("partition:") ||
        !pair.substr(comma + 1).starts_with("offset:"))
      return wrong;
    const auto partition = flow::ParseInteger(pair.substr(10, comma - 10));
    const auto offset = flow::ParseInteger(pair.substr(comma + 8));
    if (!partition.ok() || !offset.ok() || *partition < 0 || *partition > INT32_MAX || *offset < 0)
      return wrong;
    if (!out.emplace(static_cast<int32_t>(*partition), *offset).second)
      return InvalidArgument("partition " + std::to_string(*partition) + " is given twice");
  }
  if (out.empty()) return wrong;
  return out;
}

}  // namespace sluice::sources::kafka
