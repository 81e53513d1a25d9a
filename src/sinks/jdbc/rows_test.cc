// SPDX-License-Identifier: Apache-2.0
#include "sinks/jdbc/rows.h"

#include "arrow/api.h"
#include "gtest/gtest.h"
#include "sinks/jdbc/sink.h"

namespace sluice::sinks::jdbc {
namespace {

std::shared_ptr<arrow::Array> Texts(const std::vector<const char*>& texts) {
  arrow::StringBuilder builder;
  for (const char* text : texts) {
    EXPECT_TRUE((text == nullptr ? builder.AppendNull() : builder.Append(text)).ok());
  }
  return builder.Finish().ValueOrDie();
}

flow::Batch Batch(std::vector<std::shared_ptr<arrow::Array>> columns, flow::RowKinds kinds = {}) {
  arrow::FieldVector fields;
  for (const auto& column : columns) fields.push_back(arrow::field("c", column->type()));
  flow::Batch batch;
  const int64_t rows = columns[0]->length();
  batch.rows = arrow::RecordBatch::Make(arrow::schema(fields), rows, std::move(columns));
  batch.kinds = std::move(kinds);
  return batch;
}

TEST(JdbcRows, TextIsEscapedAndNullHasAWordOfItsOwn) {
  int64_t sequence = 5;
  std::string lines;
  ASSERT_TRUE(AppendLines(Batch({Texts({"a\tb\n\\", nullptr, "\\N"})}), &sequence, &lines).ok());
  EXPECT_EQ(lines, "5\tU\ta\\tb\\n\\\\\n6\tU\t\\N\n7\tU\t\\\\N\n");
  EXPECT_EQ(sequence, 8);
}

TEST(JdbcRows, ChangesAreUpsertsAndDeletes) {
  using flow::RowKind;
  int64_t sequence = 0;
  std::string lines;
  const auto batch =
      Batch({Texts({"i", "b", "u", "d"})},
            {RowKind::kInsert, RowKind::kUpdateBefore, RowKind::kUpdateAfter, RowKind::kDelete});
  ASSERT_TRUE(AppendLines(batch, &sequence, &lines).ok());
  EXPECT_EQ(lines, "0\tU\ti\n1\tU\tu\n2\tD\td\n");
}

TEST(JdbcRows, AZeroCharacterIsRefused) {
  arrow::StringBuilder builder;
  ASSERT_TRUE(builder.Append(std::string_view("a\0b", 3)).ok());
  int64_t sequence = 0;
  std::string lines;
  EXPECT_FALSE(AppendLines(Batch({builder.Finish().ValueOrDie()}), &sequence, &lines).ok());
}

TEST(JdbcSink, ColumnsThatPostgresLacksAreNamed) {
  flow::ConnectorTable table;
  table.name = "t";
  table.columns = {{{"r", flow::Type::Row({{"x", flow::Type::Varchar(), ""}}), ""}}};
  table.options = {{"connector", "jdbc"}, {"url", "jdbc:postgresql://h/d"}, {"table-name", "t"}};
  const auto errors = JdbcConnector().check(table);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_NE(errors[0].text.find("column r"), std::string::npos);
  EXPECT_TRUE(JdbcConnector().changelog(table).insert_only());
  table.primary_key = {"r"};
  EXPECT_EQ(JdbcConnector().changelog(table), flow::ChangelogMode::Upsert());
}

}  // namespace
}  // namespace sluice::sinks::jdbc
