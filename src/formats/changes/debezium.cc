// SPDX-License-Identifier: Apache-2.0
// 'debezium-json' (Flink docs, "Debezium Format"): one change a message, with the rows before and
// after.
#include "formats/changes/dialect.h"

namespace sluice::formats::changes {
namespace {

std::vector<Metadatum> Metadata() {
  const flow::TypePtr text = flow::Type::Varchar();
  const flow::TypePtr time = flow::Type::TimestampLtz(3);
  const flow::TypePtr map = flow::Type::Map(text, text);
  const flow::Field source = {"source", map, ""};
  using enum Reading;
  return {
      {{"schema", text, "JSON of the schema of the payload."},
       {"schema", text, ""},
       kAsIs,
       "",
       /*beside_payload=*/true},
      {{"ingestion-timestamp", time, "When the connector processed the event."},
       {"ts_ms", flow::Type::Simple(flow::TypeKind::kBigInt), ""},
       kMilliseconds},
      {{"source.timestamp", time, "When the source created the event."},
       source,
       kEntryMilliseconds,
       "ts_ms"},
      {{"source.database", text, "Database of the row, if available."}, source, kEntry, "db"},
      {{"source.schema", text, "Schema of the row, if available."}, source, kEntry, "schema"},
      {{"source.table", text, "Table of the row, if available."}, source, kEntry, "table"},
      {{"source.properties", map, "All that is said of the source."}, source},
  };
}

}  // namespace

const Dialect& Debezium() {
  using enum Operation;
  static const Dialect dialect = {
      .name = "debezium-json",
      .tool = "Debezium",
      .before = "before",
      .after = "after",
      .operation = "op",
      .words = {{"c", kInsert}, {"r", kInsert}, {"u", kUpdate}, {"d", kDelete}, {"t", kEmptied}},
      .hint =
          ", if you are using Debezium Postgres Connector, please check the Postgres table has "
          "been set REPLICA IDENTITY to FULL level.",
      .options = {{.name = kSchemaInclude,
                   .kind = flow::OptionKind::kBoolean,
                   .default_value = "false",
                   .description = "The messages are {\"schema\": ..., \"payload\": change}."}},
      .metadata = Metadata(),
      .adds = {R"({"before":null,"after":)", R"(,"op":"c"})"},
      .takes = {R"({"before":)", R"(,"after":null,"op":"d"})"},
      .bare_adds = {R"({"after":)", R"(,"op":"c"})"},
      .bare_takes = {R"({"before":)", R"(,"op":"d"})"},
  };
  return dialect;
}

}  // namespace sluice::formats::changes
