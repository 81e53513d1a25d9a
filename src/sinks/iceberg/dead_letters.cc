// SPDX-License-Identifier: Apache-2.0
#include "sinks/iceberg/dead_letters.h"

#include <utility>

#include "sinks/iceberg/sink.h"

namespace sluice::sinks::iceberg {

tables::TableIdentifier DeadLetterTable(const tables::TableIdentifier& sink_table) {
  return {sink_table.namespace_levels, sink_table.name + "_dead_letters"};
}

Result<std::unique_ptr<flow::Sink>> OpenDeadLetterSink(
    const tables::iceberg::Environment& environment, const tables::TableIdentifier& table,
    const flow::Schema& schema) {
  IcebergSinkOptions options;
  flow::Schema optional = schema;
  for (flow::Field& field : optional.fields) {
    options.columns.push_back(field.name);
    field.type = field.type->WithNullable(true);
  }
  options.create.emplace();
  SLUICE_ASSIGN(options.create->schema, tables::iceberg::FromFlow(optional));
  return OpenIcebergSink(environment, table, std::move(options));
}

}  // namespace sluice::sinks::iceberg
