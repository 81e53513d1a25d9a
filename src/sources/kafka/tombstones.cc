// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/tombstones.h"

#include <utility>

#include "arrow/api.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {
namespace {

/// Per row to come: the decoded row, or -1.
std::vector<int64_t> RowOrder(std::span<const formats::Message> messages,
                              const formats::Decoded& decoded, std::vector<int32_t>* messages_of) {
  std::vector<int64_t> order;
  int64_t row = 0;
  const int64_t rows = decoded.rows->num_rows();
  for (size_t i = 0; i < messages.size(); ++i) {
    const auto message = static_cast<int32_t>(i);
    if (messages[i].data() == nullptr) {
      order.push_back(-1);
      messages_of->push_back(message);
      continue;
    }
    const auto of_row = [&](int64_t r) {
      return decoded.message_of_row.empty() ? static_cast<int32_t>(r)
                                            : decoded.message_of_row[static_cast<size_t>(r)];
    };
    for (; row < rows && of_row(row) == message; ++row) {
      order.push_back(row);
      messages_of->push_back(message);
    }
  }
  return order;
}

Result<std::shared_ptr<arrow::Array>> Spread(const arrow::Array& column,
                                             const std::vector<int64_t>& order) {
  SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(column.type()));
  const arrow::ArraySpan span(*column.data());
  for (const int64_t row : order) {
    SLUICE_TRY(row < 0 ? builder->AppendNull() : builder->AppendArraySlice(span, row, 1));
  }
  SLUICE_ASSIGN(std::shared_ptr<arrow::Array> out, builder->Finish());
  return out;
}

}  // namespace

Status AddTombstones(std::span<const formats::Message> messages, formats::Decoded* decoded) {
  std::vector<int32_t> messages_of;
  const std::vector<int64_t> order = RowOrder(messages, *decoded, &messages_of);
  decoded->kinds.clear();
  bool deletes = false;
  for (const int64_t row : order) {
    deletes |= row < 0;
    decoded->kinds.push_back(row < 0 ? flow::RowKind::kDelete : flow::RowKind::kUpdateAfter);
  }
  if (!deletes) return {};
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& column : decoded->rows->columns()) {
    SLUICE_ASSIGN(auto spread, Spread(*column, order));
    columns.push_back(std::move(spread));
  }
  decoded->rows = arrow::RecordBatch::Make(decoded->rows->schema(),
                                           static_cast<int64_t>(order.size()), std::move(columns));
  decoded->message_of_row = std::move(messages_of);
  decoded->skipped = 0;
  return {};
}

const std::vector<flow::OptionSpec>& UpsertOptionSpecs() {
  using flow::OptionKind;
  static const std::vector<flow::OptionSpec> specs = {
      {"connector", OptionKind::kString, "", true, {}, "'upsert-kafka'"},
      {"topic", OptionKind::kString, "", true, {}, "The topic that holds the rows by key."},
      {"properties.bootstrap.servers", OptionKind::kString, "", true, {}, "Brokers, host:port."},
      {"properties.*", OptionKind::kString, "", false, {}, "Settings of the Kafka client."},
      {"key.format", OptionKind::kString, "", true, {}, "How the primary key is encoded."},
      {"key.fields-prefix", OptionKind::kString, "", false, {}, "Of the key's columns."},
      {"value.format", OptionKind::kString, "", true, {}, "How the row is encoded."},
      {"value.fields-include",
       OptionKind::kEnum,
       "ALL",
       false,
       {"ALL", "EXCEPT_KEY"},
       "Whether the value holds the key's columns too."},
      {"scan.parallelism", OptionKind::kInteger, "", false, {}, "Accepted."},
      {"scan.watermark.*",
       OptionKind::kString,
       "",
       false,
       {},
       "Watermark settings of the planner."},
      {"sink.parallelism", OptionKind::kInteger, "", false, {}, "Accepted."},
      {"sink.delivery-guarantee",
       OptionKind::kEnum,
       "at-least-once",
       false,
       {"at-least-once", "exactly-once", "none"},
       "exactly-once: an epoch is one transaction."},
      {"sink.transactional-id-prefix", OptionKind::kString, "", false, {}, "Of exactly-once."},
      {"sink.buffer-flush.max-rows",
       OptionKind::kInteger,
       "0",
       false,
       {},
       "Accepted: an epoch gives the last row of each key only where the two options are set."},
      {"sink.buffer-flush.interval", OptionKind::kDuration, "0 s", false, {}, "Accepted."},
  };
  return specs;
}

flow::ConnectorTable AsKafkaTable(const flow::ConnectorTable& upsert, std::vector<Error>* errors) {
  flow::ConnectorTable table = upsert;
  if (upsert.primary_key.empty()) {
    errors->push_back(InvalidArgument(
        "'upsert-kafka' tables require to define a PRIMARY KEY constraint. The PRIMARY KEY "
        "specifies which columns should be read from or write to the Kafka message key"));
  }
  for (const char* format : {"key.format", "value.format"}) {
    const auto name = table.options.find(format);
    const formats::Format* found =
        name == table.options.end() ? nullptr : formats::FindFormat(name->second);
    if (found != nullptr && !found->changelog.insert_only()) {
      errors->push_back(InvalidArgument("'upsert-kafka' connector doesn't support '" +
                                        name->second + "' as " + format +
                                        ", because it is not in insert-only mode"));
    }
  }
  std::string fields;
  for (const std::string& column : upsert.primary_key) {
    fields += (fields.empty() ? "" : ";") + column;
  }
  for (const char* own : {"sink.buffer-flush.max-rows", "sink.buffer-flush.interval"}) {
    table.options.erase(own);
  }
  table.options["connector"] = "kafka";
  table.options["key.fields"] = fields;
  table.options["scan.startup.mode"] = "earliest-offset";
  return table;
}

}  // namespace sluice::sources::kafka
