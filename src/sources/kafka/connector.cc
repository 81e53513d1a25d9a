// SPDX-License-Identifier: Apache-2.0
// How SQL reaches the Kafka source: checks of a CREATE TABLE, and opening with the data path that
// the security protocol or SET 'sluice.kafka.client' asks for.
#include <numeric>
#include <utility>

#include "base/log.h"
#include "sources/kafka/metadata_columns.h"
#include "sources/kafka/native_client.h"
#include "sources/kafka/rdkafka_client.h"
#include "sources/kafka/source.h"
#include "sources/kafka/tombstones.h"

namespace sluice::sources::kafka {
namespace {

void AddFormatSpecs(const std::string& format, const std::string& prefix,
                    std::vector<flow::OptionSpec>* specs) {
  const formats::Format* found = formats::FindFormat(format);
  if (found == nullptr) return;
  for (flow::OptionSpec spec : found->options) {
    spec.name = prefix + spec.name;
    specs->push_back(std::move(spec));
  }
}

void CheckFormats(const flow::ConnectorTable& table, const KafkaOptions& options,
                  std::vector<Error>* errors) {
  flow::SourceProjection all;
  all.columns.resize(table.columns.size());
  std::iota(all.columns.begin(), all.columns.end(), 0);
  const RowPlan plan = MakeRowPlan(table, options, all);
  if (!options.value_format.empty()) {
    auto decoder = MakeDecoder(options.value_format, plan.value_request);
    if (!decoder.ok()) errors->push_back(std::move(decoder).error());
  }
  if (!options.key_format.empty() && plan.key_request.schema.size() > 0) {
    auto decoder = MakeDecoder(options.key_format, plan.key_request);
    if (!decoder.ok()) errors->push_back(std::move(decoder).error().With("key.format"));
  }
}

std::vector<Error> CheckTable(const flow::ConnectorTable& table) {
  std::vector<Error> errors;
  const KafkaOptions options = ParseKafkaOptions(table, &errors);
  std::vector<flow::OptionSpec> specs = KafkaOptionSpecs();
  specs.push_back({"connector", flow::OptionKind::kString, "", true, {}, "'kafka'"});
  const bool long_name = table.options.contains("value.format");
  AddFormatSpecs(options.value_format, (long_name ? "value." : "") + options.value_format + ".",
                 &specs);
  AddFormatSpecs(options.key_format, "key." + options.key_format + ".", &specs);
  std::vector<Error> unknown = flow::CheckOptions(table.options, specs, "table " + table.name);
  errors.insert(errors.begin(), std::make_move_iterator(unknown.begin()),
                std::make_move_iterator(unknown.end()));
  const std::vector<flow::Field> format_metadata = FormatMetadata(table.options);
  for (const flow::ConnectorColumn& column : table.columns) {
    if (!column.is_metadata) continue;
    if (auto status = CheckMetadataColumn(column, format_metadata); !status.ok())
      errors.push_back(std::move(status).error());
  }
  CheckFormats(table, options, &errors);
  return errors;
}

flow::ChangelogMode ChangelogOf(const flow::ConnectorTable& table) {
  std::vector<Error> ignored;
  const auto* format = formats::FindFormat(ParseKafkaOptions(table, &ignored).value_format);
  return format == nullptr ? flow::ChangelogMode() : format->changelog;
}

Result<bool> UseNative(const KafkaOptions& options, const std::string& client) {
  // Fetching from the nearest replica is left to librdkafka.
  if (client.empty()) return options.plaintext && !options.client_settings.contains("client.rack");
  if (client == "librdkafka") return false;
  if (client != "native")
    return InvalidArgument("'sluice.kafka.client' is 'native' or 'librdkafka', not '" + client +
                           "'");
  if (!options.plaintext)
    return InvalidArgument(
        "'sluice.kafka.client' = 'native' reads PLAINTEXT only; leave it out for SSL and SASL");
  return true;
}

Result<std::unique_ptr<flow::Source>> OpenKafka(const flow::ConnectorTable& table, bool upsert,
                                                const OpenOptions& open) {
  std::vector<Error> errors = CheckTable(table);
  if (!errors.empty()) return std::move(errors.front());
  KafkaOptions options = ParseKafkaOptions(table, &errors);
  options.upsert = upsert;
  SLUICE_ASSIGN(const bool native, UseNative(options, open.client));
  SLUICE_ASSIGN(auto cluster, OpenRdkafkaCluster(options));
  ClientMaker maker = [options, native](Cluster* asked) -> Result<std::unique_ptr<Client>> {
    if (native) return OpenNativeClient(options, asked);
    return OpenRdkafkaClient(options, asked);
  };
  return KafkaSource::Make(table, open, std::move(options), std::move(cluster), std::move(maker));
}

Result<std::unique_ptr<flow::Source>> OpenTable(const flow::ConnectorTable& table,
                                                const OpenOptions& open) {
  return OpenKafka(table, false, open);
}

std::vector<Error> CheckUpsert(const flow::ConnectorTable& upsert) {
  std::vector<Error> errors;
  std::vector<flow::OptionSpec> specs = UpsertOptionSpecs();
  for (const char* side : {"key", "value"}) {
    const auto format = upsert.options.find(std::string(side) + ".format");
    if (format == upsert.options.end()) continue;
    AddFormatSpecs(format->second, std::string(side) + "." + format->second + ".", &specs);
  }
  errors = flow::CheckOptions(upsert.options, specs, "table " + upsert.name);
  const flow::ConnectorTable table = AsKafkaTable(upsert, &errors);
  if (!errors.empty()) return errors;
  return CheckTable(table);
}

Result<std::unique_ptr<flow::Source>> OpenUpsert(const flow::ConnectorTable& upsert,
                                                 const OpenOptions& open) {
  std::vector<Error> errors = CheckUpsert(upsert);
  if (!errors.empty()) return std::move(errors.front());
  return OpenKafka(AsKafkaTable(upsert, &errors), true, open);
}

}  // namespace

SourceConnector UpsertKafkaConnector() {
  return {.name = "upsert-kafka",
          .options = UpsertOptionSpecs(),
          .metadata = KafkaMetadata(),
          .needs_format = true,
          .check = CheckUpsert,
          .changelog = [](const flow::ConnectorTable&) { return flow::ChangelogMode::Upsert(); },
          .open = OpenUpsert};
}

SourceConnector KafkaConnector() {
  return {.name = "kafka",
          .options = KafkaOptionSpecs(),
          .metadata = KafkaMetadata(),
          .format_metadata = FormatMetadata,
          .needs_format = true,
          .check = CheckTable,
          .changelog = ChangelogOf,
          .open = OpenTable};
}

}  // namespace sluice::sources::kafka
