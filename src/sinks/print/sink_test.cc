// SPDX-License-Identifier: Apache-2.0
// The text of every kind of value, as Flink's print connector writes it.
#include "sinks/print/sink.h"

#include <gtest/gtest.h>

#include "arrow/api.h"

namespace sluice::sinks::print {
namespace {

template <typename Builder, typename... Values>
std::string Printed(Builder&& builder, Values... values) {
  const bool appended = (builder.Append(values).ok() && ...);
  EXPECT_TRUE(appended);
  std::shared_ptr<arrow::Array> array;
  EXPECT_TRUE(builder.Finish(&array).ok());
  std::string out;
  for (int64_t i = 0; i < array->length(); ++i) {
    if (i > 0) out += "|";
    AppendValue(*array, i, &out);
  }
  return out;
}

std::shared_ptr<arrow::TimestampType> Timestamp(arrow::TimeUnit::type unit, const char* zone) {
  return std::make_shared<arrow::TimestampType>(unit, zone);
}

TEST(Print, NumbersAreWrittenAsJavaWritesThem) {
  EXPECT_EQ(Printed(arrow::Int8Builder(), -128, 127), "-128|127");
  EXPECT_EQ(Printed(arrow::Int64Builder(), INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(Printed(arrow::DoubleBuilder(), 0.0, 1.0, -2.5, 1e7, 1.5e-4, 9999999.0, 0.001, 1e300),
            "0.0|1.0|-2.5|1.0E7|1.5E-4|9999999.0|0.001|1.0E300");
  EXPECT_EQ(Printed(arrow::FloatBuilder(), 0.1f, 1e10f), "0.1|1.0E10");
  EXPECT_EQ(Printed(arrow::BooleanBuilder(), true, false), "true|false");
}

TEST(Print, TimesAreWrittenAsJavaWritesThem) {
  auto* pool = arrow::default_memory_pool();
  const auto local = Timestamp(arrow::TimeUnit::MICRO, "");
  EXPECT_EQ(Printed(arrow::TimestampBuilder(local, pool), int64_t{0}, int64_t{1'000'000},
                    int64_t{1'500'000}, int64_t{1}, int64_t{-1}),
            "1970-01-01T00:00|1970-01-01T00:00:01|1970-01-01T00:00:01.500|"
            "1970-01-01T00:00:00.000001|1969-12-31T23:59:59.999999");
  const auto zoned = Timestamp(arrow::TimeUnit::MICRO, "UTC");
  EXPECT_EQ(Printed(arrow::TimestampBuilder(zoned, pool), int64_t{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(Printed(arrow::Date32Builder(), 19753, -1), "2024-01-31|1969-12-31");
  EXPECT_EQ(Printed(arrow::Time64Builder(arrow::time64(arrow::TimeUnit::MICRO), pool),
                    int64_t{3'723'000'000}),
            "01:02:03");
}

TEST(Print, BytesAndStrings) {
  EXPECT_EQ(Printed(arrow::BinaryBuilder(), std::string("\x01\xff")), "[1, -1]");
  EXPECT_EQ(Printed(arrow::StringBuilder(), std::string("a, b")), "a, b");
}

TEST(Print, RowsNestAndNullsShow) {
  const auto row_type = arrow::struct_({arrow::field("x", arrow::int32())});
  arrow::Int32Builder ints;
  ASSERT_TRUE(ints.Append(1).ok() && ints.AppendNull().ok());
  std::shared_ptr<arrow::Array> column;
  ASSERT_TRUE(ints.Finish(&column).ok());
  const auto nested = std::make_shared<arrow::StructArray>(row_type, 2, arrow::ArrayVector{column});
  const auto batch = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("n", row_type), arrow::field("i", arrow::int32())}), 2,
      arrow::ArrayVector{nested, column});
  std::string out;
  AppendRow(*batch, 0, flow::RowKind::kInsert, &out);
  AppendRow(*batch, 1, flow::RowKind::kUpdateBefore, &out);
  EXPECT_EQ(out, "+I[+I[1], 1]-U[+I[null], null]");
}

TEST(Print, ListsAndMaps) {
  auto* pool = arrow::default_memory_pool();
  auto keys = std::make_shared<arrow::StringBuilder>();
  auto items = std::make_shared<arrow::Int32Builder>();
  arrow::MapBuilder map(pool, keys, items);
  ASSERT_TRUE(map.Append().ok() && keys->Append("a").ok() && items->Append(1).ok() &&
              keys->Append("b").ok() && items->AppendNull().ok());
  std::shared_ptr<arrow::Array> array;
  ASSERT_TRUE(map.Finish(&array).ok());
  std::string out;
  AppendValue(*array, 0, &out);
  EXPECT_EQ(out, "{a=1, b=null}");

  auto values = std::make_shared<arrow::Int32Builder>();
  arrow::ListBuilder list(pool, values);
  ASSERT_TRUE(list.Append().ok() && values->Append(1).ok() && values->Append(2).ok());
  ASSERT_TRUE(list.Finish(&array).ok());
  out.clear();
  AppendValue(*array, 0, &out);
  EXPECT_EQ(out, "[1, 2]");
}

TEST(Print, OptionsAreChecked) {
  flow::ConnectorTable table{.name = "t"};
  table.options = {{"connector", "print"}, {"print-identifer", "x"}};
  const auto errors = PrintConnector().check(table);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_NE(errors[0].text.find("print-identifier"), std::string::npos) << errors[0].text;
}

}  // namespace
}  // namespace sluice::sinks::print
