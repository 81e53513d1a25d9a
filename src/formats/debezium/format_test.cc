// SPDX-License-Identifier: Apache-2.0
#include "formats/debezium/format.h"

#include "arrow/api.h"
#include "gtest/gtest.h"

namespace sluice::formats::debezium {
namespace {

using flow::RowKind;

flow::Schema TestSchema() {
  return {
      {{"id", flow::Type::Simple(flow::TypeKind::kInt), ""}, {"name", flow::Type::Varchar(), ""}}};
}

Decoded DecodeAll(std::vector<std::string> rows, const flow::OptionMap& options = {}) {
  auto decoder = MakeDecoder({.schema = TestSchema(), .nested = {}, .options = options});
  EXPECT_TRUE(decoder.ok());
  std::vector<Message> messages;
  for (std::string& row : rows) {
    const size_t size = row.size();
    row.resize(size + Decoder::kPadding);
    messages.emplace_back(row.data(), size);
  }
  auto decoded = (*decoder)->Decode(messages);
  EXPECT_TRUE(decoded.ok()) << decoded.error().text;
  return *std::move(decoded);
}

TEST(Debezium, ChangesBecomeRowsWithKinds) {
  const Decoded decoded =
      DecodeAll({R"({"before":null,"after":{"id":1,"name":"a"},"op":"c","ts_ms":5})",
                 R"({"before":{"id":1,"name":"a"},"after":{"id":1,"name":"b"},"op":"u"})",
                 R"({"before":{"id":1,"name":"b"},"after":null,"op":"d"})",
                 R"({"before":null,"after":{"id":2,"name":null},"op":"r"})"});
  ASSERT_EQ(decoded.rows->num_rows(), 5);
  EXPECT_EQ(decoded.kinds,
            (flow::RowKinds{RowKind::kInsert, RowKind::kUpdateBefore, RowKind::kUpdateAfter,
                            RowKind::kDelete, RowKind::kInsert}));
  EXPECT_EQ(decoded.message_of_row, (std::vector<int32_t>{0, 1, 1, 2, 3}));
  const auto& names = static_cast<const arrow::StringArray&>(*decoded.rows->column(1));
  EXPECT_EQ(names.GetView(1), "a");
  EXPECT_EQ(names.GetView(2), "b");
  EXPECT_TRUE(names.IsNull(4));
}

TEST(Debezium, ChangesWithoutTheirRowAreRejected) {
  const Decoded decoded = DecodeAll({R"({"before":null,"after":{"id":1},"op":"u"})", "no json",
                                     R"({"before":null,"after":null,"op":"d"})", R"({"op":"t"})",
                                     R"({"after":{"id":3},"op":"c"})"});
  EXPECT_EQ(decoded.rows->num_rows(), 1);
  ASSERT_EQ(decoded.rejected.size(), 4u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(decoded.rejected[static_cast<size_t>(i)].message, i);
  EXPECT_EQ(decoded.message_of_row, (std::vector<int32_t>{4}));
}

TEST(Debezium, TheSchemaIsSkipped) {
  const Decoded decoded = DecodeAll(
      {R"({"schema":{"x":1},"payload":{"before":null,"after":{"id":7,"name":"z"},"op":"c"}})"},
      {{"schema-include", "true"}});
  ASSERT_EQ(decoded.rows->num_rows(), 1);
  EXPECT_EQ(static_cast<const arrow::Int32Array&>(*decoded.rows->column(0)).Value(0), 7);
}

TEST(Debezium, RowsAreWrittenAsFlinkWritesThem) {
  const Decoded decoded =
      DecodeAll({R"({"before":{"id":1,"name":"a"},"after":{"id":1,"name":"b"},"op":"u"})"});
  auto encoder = MakeEncoder({TestSchema(), {}});
  ASSERT_TRUE(encoder.ok());
  EncodedRows rows;
  ASSERT_TRUE((*encoder)->EncodeChanges(*decoded.rows, decoded.kinds, &rows).ok());
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0], R"({"before":{"id":1,"name":"a"},"after":null,"op":"d"})");
  EXPECT_EQ(rows[1], R"({"before":null,"after":{"id":1,"name":"b"},"op":"c"})");
}

}  // namespace
}  // namespace sluice::formats::debezium
