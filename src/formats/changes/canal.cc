// SPDX-License-Identifier: Apache-2.0
// 'canal-json' (Flink docs, "Canal Format"): the rows of one statement, and of an update what the
// changed columns were before.
#include "formats/changes/dialect.h"

namespace sluice::formats::changes {
namespace {

std::vector<Metadatum> Metadata() {
  using flow::Type;
  const flow::TypePtr text = Type::Varchar();
  const flow::TypePtr time = Type::TimestampLtz(3);
  const flow::TypePtr number = Type::Simple(flow::TypeKind::kBigInt);
  const flow::TypePtr types = Type::Map(text, Type::Simple(flow::TypeKind::kInt));
  const flow::TypePtr names = Type::Array(text);
  using enum Reading;
  return {
      {{"database", text, "Database of the rows, if available."}, {"database", text, ""}},
      {{"table", text, "Table of the rows, if available."}, {"table", text, ""}},
      {{"sql-type", types, "The SQL types of the columns, if available."}, {"sqlType", types, ""}},
      {{"pk-names", names, "The columns of the primary key, if available."},
       {"pkNames", names, ""}},
      {{"ingestion-timestamp", time, "When Canal processed the event (ts)."},
       {"ts", number, ""},
       kMilliseconds},
      {{"event-timestamp", time, "When the source made the event (es)."},
       {"es", number, ""},
       kMilliseconds},
  };
}

flow::OptionSpec Include(const char* name, const std::string& of) {
  return {.name = name,
          .description = "Read only changes whose `" + of +
                         "` this regular expression (RE2) matches as a whole."};
}

}  // namespace

const Dialect& Canal() {
  using enum Operation;
  static const Dialect dialect = {
      .name = "canal-json",
      .tool = "Canal",
      .before = "old",
      .after = "data",
      .operation = "type",
      .words = {{"INSERT", kInsert},
                {"UPDATE", kUpdate},
                {"DELETE", kDelete},
                {"CREATE", kNothing},
                {"ALTER", kNothing},
                {"RENAME", kNothing},
                {"CINDEX", kNothing},
                {"DINDEX", kNothing},
                {"TRUNCATE", kEmptied},
                {"ERASE", kEmptied}},
      .lists = true,
      .before_is_part = true,
      .deletes_after = true,
      .options = {Include(kDatabaseInclude, "database"), Include(kTableInclude, "table")},
      .metadata = Metadata(),
      .adds = {R"({"data":[)", R"(],"type":"INSERT"})"},
      .takes = {R"({"data":[)", R"(],"type":"DELETE"})"},
      .bare_adds = {R"({"data":[)", R"(],"type":"INSERT"})"},
      .bare_takes = {R"({"data":[)", R"(],"type":"DELETE"})"},
  };
  return dialect;
}

}  // namespace sluice::formats::changes
