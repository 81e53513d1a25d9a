// SPDX-License-Identifier: Apache-2.0
// 'maxwell-json' (Flink docs, "Maxwell Format"): one row a message, and of an update what the
// changed columns were before.
#include "formats/changes/dialect.h"

namespace sluice::formats::changes {
namespace {

std::vector<Metadatum> Metadata() {
  const flow::TypePtr text = flow::Type::Varchar();
  const flow::TypePtr names = flow::Type::Array(text);
  return {
      {{"database", text, "Database of the row, if available."}, {"database", text, ""}},
      {{"table", text, "Table of the row, if available."}, {"table", text, ""}},
      {{"primary-key-columns", names, "The columns of the primary key, if available."},
       {"primary_key_columns", names, ""}},
      {{"ingestion-timestamp", flow::Type::TimestampLtz(3), "When the event was made (ts)."},
       {"ts", flow::Type::Simple(flow::TypeKind::kBigInt), ""},
       Reading::kSeconds},
  };
}

}  // namespace

const Dialect& Maxwell() {
  using enum Operation;
  static const Dialect dialect = {
      .name = "maxwell-json",
      .tool = "Maxwell",
      .before = "old",
      .after = "data",
      .operation = "type",
      .words = {{"insert", kInsert},
                {"update", kUpdate},
                {"delete", kDelete},
                {"database-create", kNothing},
                {"database-alter", kNothing},
                {"table-create", kNothing},
                {"table-alter", kNothing},
                {"database-drop", kEmptied},
                {"table-drop", kEmptied}},
      .before_is_part = true,
      .deletes_after = true,
      .metadata = Metadata(),
      .adds = {R"({"data":)", R"(,"type":"insert"})"},
      .takes = {R"({"data":)", R"(,"type":"delete"})"},
      .bare_adds = {R"({"data":)", R"(,"type":"insert"})"},
      .bare_takes = {R"({"data":)", R"(,"type":"delete"})"},
  };
  return dialect;
}

}  // namespace sluice::formats::changes
