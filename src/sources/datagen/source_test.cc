// SPDX-License-Identifier: Apache-2.0
#include "sources/datagen/source.h"

#include <gtest/gtest.h>

#include "arrow/api.h"

namespace sluice::sources::datagen {
namespace {

using flow::Type;
using flow::TypeKind;

flow::ConnectorTable Table(std::vector<flow::Field> fields, flow::OptionMap options) {
  flow::ConnectorTable table{.name = "g"};
  for (flow::Field& field : fields) table.columns.push_back({.field = std::move(field)});
  table.options = std::move(options);
  table.options["connector"] = "datagen";
  table.options.emplace("rows-per-second", "1000000000");
  return table;
}

std::unique_ptr<flow::Source> Open(const flow::ConnectorTable& table) {
  OpenOptions open;
  for (size_t i = 0; i < table.columns.size(); ++i)
    open.projection.columns.push_back(static_cast<int>(i));
  auto source = DatagenConnector().open(table, open);
  EXPECT_TRUE(source.ok()) << source.error().text;
  return *std::move(source);
}

std::shared_ptr<arrow::RecordBatch> Read(flow::Source* source, int64_t offset, int64_t rows) {
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  EXPECT_TRUE(reader->Assign(0, splits[0], offset).ok());
  for (int i = 0; i < 1000; ++i) {
    const auto result = *reader->Poll(rows, 10);
    if (result.batch && result.batch->rows->num_rows() >= rows) {
      EXPECT_TRUE(result.batch->rows->ValidateFull().ok());
      return result.batch->rows->Slice(0, rows);
    }
    if (result.batch) {  // the pace has not come far enough: begin again
      reader = *source->OpenReader();
      EXPECT_TRUE(reader->Assign(0, splits[0], offset).ok());
    }
  }
  return nullptr;
}

std::vector<flow::Field> AllTypes() {
  const auto simple = [](TypeKind kind) { return Type::Simple(kind); };
  return {
      {"bo", simple(TypeKind::kBoolean), ""},
      {"ti", simple(TypeKind::kTinyInt), ""},
      {"si", simple(TypeKind::kSmallInt), ""},
      {"i", simple(TypeKind::kInt), ""},
      {"bi", simple(TypeKind::kBigInt), ""},
      {"f", simple(TypeKind::kFloat), ""},
      {"d", simple(TypeKind::kDouble), ""},
      {"de", Type::Decimal(10, 3), ""},
      {"big", Type::Decimal(38, 0), ""},
      {"c", Type::Char(7), ""},
      {"s", Type::Varchar(), ""},
      {"vc", Type::Varchar(5), ""},
      {"by", Type::Varbinary(), ""},
      {"da", simple(TypeKind::kDate), ""},
      {"t", Type::Time(0), ""},
      {"ts", Type::Timestamp(3), ""},
      {"tn", Type::Timestamp(9), ""},
      {"lz", Type::TimestampLtz(3), ""},
      {"ym", simple(TypeKind::kIntervalYearMonth), ""},
      {"ds", simple(TypeKind::kIntervalDaySecond), ""},
      {"a", Type::Array(simple(TypeKind::kInt)), ""},
      {"m", Type::Map(Type::Varchar(), simple(TypeKind::kInt)), ""},
      {"ms", Type::Multiset(Type::Varchar()), ""},
      {"r", Type::Row({{"x", simple(TypeKind::kInt), ""}, {"y", Type::Varchar(), ""}}), ""},
  };
}

TEST(Datagen, MakesEveryTypeAndTheSameAgainFromAnyOffset) {
  const auto table = Table(AllTypes(), {{"number-of-rows", "1000"}, {"fields.s.null-rate", "0.5"}});
  auto source = Open(table);
  const auto whole = Read(source.get(), 0, 1000);
  ASSERT_NE(whole, nullptr);
  // A restart: another source, the recorded position, in the middle.
  auto again = Open(table);
  ASSERT_TRUE(again->CheckRestorable({"datagen", source->identity(), {{"0", 400}}}).ok());
  const auto rest = Read(again.get(), 400, 600);
  ASSERT_NE(rest, nullptr);
  EXPECT_TRUE(rest->Equals(*whole->Slice(400, 600)));
  const int64_t nulls = whole->GetColumnByName("s")->null_count();
  EXPECT_GT(nulls, 400);
  EXPECT_LT(nulls, 600);
  EXPECT_EQ(
      static_cast<const arrow::StringArray&>(*whole->GetColumnByName("c")).GetString(3).size(), 7u);
}

TEST(Datagen, BoundsSequencesAndEnds) {
  auto source = Open(Table({{"id", Type::Simple(TypeKind::kBigInt), ""},
                            {"n", Type::Simple(TypeKind::kInt), ""},
                            {"s", Type::Varchar(), ""}},
                           {{"fields.id.kind", "sequence"},
                            {"fields.id.start", "5"},
                            {"fields.id.end", "14"},
                            {"fields.n.min", "-3"},
                            {"fields.n.max", "3"},
                            {"fields.s.length", "4"},
                            {"number-of-rows", "100"}}));
  EXPECT_EQ((*source->DiscoverSplits())[0].stop_offset, 10);  // the sequence is shorter
  const auto rows = Read(source.get(), 0, 10);
  ASSERT_NE(rows, nullptr);
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(static_cast<const arrow::Int64Array&>(*rows->column(0)).Value(i), 5 + i);
    const int32_t n = static_cast<const arrow::Int32Array&>(*rows->column(1)).Value(i);
    EXPECT_TRUE(n >= -3 && n <= 3) << n;
    EXPECT_EQ(static_cast<const arrow::StringArray&>(*rows->column(2)).GetString(i).size(), 4u);
  }
}

TEST(Datagen, MistakesAreNamed) {
  const auto first = [](flow::OptionMap options) {
    const auto errors = DatagenConnector().check(
        Table({{"id", Type::Simple(TypeKind::kInt), ""}}, std::move(options)));
    return errors.empty() ? std::string() : errors[0].text;
  };
  EXPECT_EQ(first({}), "");
  EXPECT_NE(first({{"fields.ip.min", "1"}}).find("'id'"), std::string::npos);
  EXPECT_NE(first({{"fields.id.min", "x"}}).find("fields.id.min"), std::string::npos);
  EXPECT_NE(first({{"fields.id.min", "9999999999"}}).find("fields.id.min"), std::string::npos);
  EXPECT_NE(first({{"fields.id.kind", "sequence"}}).find("start"), std::string::npos);
  EXPECT_NE(first({{"fields.id.min", "5"}, {"fields.id.max", "4"}}).find("max"), std::string::npos);
  EXPECT_NE(first({{"number-of-row", "5"}}).find("number-of-rows"), std::string::npos);
}

}  // namespace
}  // namespace sluice::sources::datagen
