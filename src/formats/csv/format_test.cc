// SPDX-License-Identifier: Apache-2.0
#include "formats/csv/format.h"

#include "arrow/api.h"
#include "gtest/gtest.h"

namespace sluice::formats::csv {
namespace {

using flow::Type;
using flow::TypeKind;

flow::Schema TestSchema() {
  return {{{"id", Type::Simple(TypeKind::kBigInt), ""},
           {"name", Type::Varchar(), ""},
           {"price", Type::Decimal(10, 2), ""},
           {"at", Type::Timestamp(3), ""}}};
}

Decoded DecodeAll(const std::vector<std::string>& rows, const flow::OptionMap& options = {}) {
  auto decoder = MakeDecoder({.schema = TestSchema(), .nested = {}, .options = options});
  EXPECT_TRUE(decoder.ok());
  std::string bytes;
  for (const std::string& row : rows) bytes += row;
  bytes.resize(bytes.size() + Decoder::kPadding);
  std::vector<Message> messages;
  size_t at = 0;
  for (const std::string& row : rows) {
    messages.emplace_back(bytes.data() + at, row.size());
    at += row.size();
  }
  auto decoded = (*decoder)->Decode(messages);
  EXPECT_TRUE(decoded.ok());
  return *std::move(decoded);
}

TEST(Csv, FieldsBecomeValues) {
  const Decoded decoded =
      DecodeAll({R"(1,a,2.50,2020-01-02 03:04:05.6)", R"(2,"x,""y""",3,)"}, {{"null-literal", ""}});
  ASSERT_EQ(decoded.rows->num_rows(), 2);
  const auto& names = static_cast<const arrow::StringArray&>(*decoded.rows->column(1));
  EXPECT_EQ(names.GetView(0), "a");
  EXPECT_EQ(names.GetView(1), "x,\"y\"");
  EXPECT_TRUE(decoded.rows->column(3)->IsNull(1));
  EXPECT_EQ(static_cast<const arrow::TimestampArray&>(*decoded.rows->column(3)).Value(0),
            1577934245600000);
}

TEST(Csv, BadRowsAreNamedAndLoseNoNeighbour) {
  const Decoded decoded =
      DecodeAll({"1,a,1,2020-01-02 00:00:00", "2,b", "x,c,1,2020-01-02 00:00:00", "4,\"d",
                 "5,e,1,2020-01-02 00:00:00"});
  EXPECT_EQ(decoded.rows->num_rows(), 2);
  EXPECT_EQ(decoded.message_of_row, (std::vector<int32_t>{0, 4}));
  ASSERT_EQ(decoded.rejected.size(), 3u);
  EXPECT_EQ(decoded.rejected[0].reason, "Row length mismatch. 4 fields expected but was 2.");
  EXPECT_EQ(decoded.rejected[1].message, 2);
  EXPECT_EQ(decoded.rejected[2].message, 3);
}

TEST(Csv, ErrorsIgnoredAreNulls) {
  const Decoded decoded =
      DecodeAll({"x,c,1,2020-01-02 00:00:00", "2,b"}, {{"ignore-parse-errors", "true"}});
  ASSERT_EQ(decoded.rows->num_rows(), 2);
  EXPECT_TRUE(decoded.rows->column(0)->IsNull(0));
  EXPECT_TRUE(decoded.rows->column(2)->IsNull(1));
}

TEST(Csv, RowsAreWrittenAsFlinkQuotesThem) {
  const Decoded decoded = DecodeAll(
      {R"(1,ab,2.50,2020-01-02 03:04:05)", R"(2,"a b",3,)", R"(3,,,)"}, {{"null-literal", ""}});
  auto encoder = MakeEncoder({TestSchema(), {}});
  ASSERT_TRUE(encoder.ok());
  EncodedRows rows;
  ASSERT_TRUE((*encoder)->Encode(*decoded.rows, &rows).ok());
  EXPECT_EQ(rows[0], R"(1,ab,2.50,"2020-01-02 03:04:05")");
  EXPECT_EQ(rows[1], R"(2,"a b",3.00,)");
  EXPECT_EQ(rows[2], "3,,,");
}

}  // namespace
}  // namespace sluice::formats::csv
