// SPDX-License-Identifier: Apache-2.0
// The nexmark source against the JSON corpus generator of tests/nexmark: its rows, written as that
// generator writes them, have the checksum of the generator's output.
#include "sources/nexmark/source.h"

#include <gtest/gtest.h>

#include <ctime>

#include "arrow/api.h"
#include "io/clock.h"
#include "sources/kafka/crc32c.h"

namespace sluice::sources::nexmark {
namespace {

using flow::Type;
using flow::TypeKind;

// Of the output of tests/nexmark/nexmark_gen.cpp with the options named in the tests.
constexpr uint32_t kPlainChecksum = 0x6b62f606, kOtherChecksum = 0xd37c69a1;
constexpr char kFirstLine[] = "{\"event_type\":1,\"person\":null,\"auction\":{\"id\":1001,\"itemN";

flow::ConnectorTable Table(flow::OptionMap more) {
  const auto number = Type::Simple(TypeKind::kBigInt);
  const auto text = Type::Varchar();
  const auto time = Type::Timestamp(3);
  const auto row = [&](const std::vector<std::pair<const char*, flow::TypePtr>>& fields) {
    std::vector<flow::Field> out;
    for (const auto& [name, type] : fields) out.push_back({name, type, ""});
    return Type::Row(out);
  };
  flow::ConnectorTable table{.name = "events"};
  const auto add = [&](const char* name, flow::TypePtr type) {
    table.columns.push_back({.field = {name, std::move(type), ""}});
  };
  add("event_type", Type::Simple(TypeKind::kInt));
  add("person", row({{"id", number},
                     {"name", text},
                     {"emailAddress", text},
                     {"creditCard", text},
                     {"city", text},
                     {"state", text},
                     {"dateTime", time},
                     {"extra", text}}));
  add("auction", row({{"id", number},
                      {"itemName", text},
                      {"description", text},
                      {"initialBid", number},
                      {"reserve", number},
                      {"dateTime", time},
                      {"expires", time},
                      {"seller", number},
                      {"category", number},
                      {"extra", text}}));
  add("bid", row({{"auction", number},
                  {"bidder", number},
                  {"price", number},
                  {"channel", text},
                  {"url", text},
                  {"dateTime", time},
                  {"extra", text}}));
  table.options = std::move(more);
  table.options["connector"] = "nexmark";
  return table;
}

std::unique_ptr<flow::Source> Open(const flow::ConnectorTable& table) {
  OpenOptions open;
  for (size_t i = 0; i < table.columns.size(); ++i)
    open.projection.columns.push_back(static_cast<int>(i));
  auto source = NexmarkConnector().open(table, open);
  EXPECT_TRUE(source.ok()) << source.error().text;
  return *std::move(source);
}

// A timestamp as the generator writes it: no trailing zeros, no fraction on a whole second.
std::string TimeText(int64_t micros) {
  const time_t seconds = micros / 1'000'000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  std::string out = text;
  if (const int64_t ms = micros / 1000 % 1000; ms != 0) {
    std::string digits = std::to_string(1000 + ms).substr(1);
    while (digits.back() == '0') digits.pop_back();
    out += "." + digits;
  }
  return out;
}

std::string Json(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return "null";
  switch (array.type_id()) {
    case arrow::Type::INT32:
      return std::to_string(static_cast<const arrow::Int32Array&>(array).Value(row));
    case arrow::Type::INT64:
      return std::to_string(static_cast<const arrow::Int64Array&>(array).Value(row));
    case arrow::Type::TIMESTAMP:
      return '"' + TimeText(static_cast<const arrow::TimestampArray&>(array).Value(row)) + '"';
    case arrow::Type::STRING:
      return '"' + static_cast<const arrow::StringArray&>(array).GetString(row) + '"';
    default: {
      const auto& fields = static_cast<const arrow::StructArray&>(array);
      std::string out = "{";
      for (int i = 0; i < fields.num_fields(); ++i) {
        if (i > 0) out += ',';
        out += '"' + array.type()->field(i)->name() + "\":" + Json(*fields.field(i), row);
      }
      return out + '}';
    }
  }
}

// The source's rows as lines of JSON, by event number.
std::map<int64_t, std::string> Lines(flow::Source* source, int64_t first = 0) {
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  for (size_t s = 0; s < splits.size(); ++s)
    EXPECT_TRUE(reader->Assign(static_cast<int>(s), splits[s], first).ok());
  std::map<int64_t, std::string> lines;
  for (;;) {
    const auto result = *reader->Poll(1000, 10);
    if (result.batch) {
      const auto& rows = *result.batch->rows;
      EXPECT_TRUE(rows.ValidateFull().ok());
      for (int64_t i = 0; i < rows.num_rows(); ++i) {
        std::string line = "{";
        for (int c = 0; c < rows.num_columns(); ++c)
          line += (c > 0 ? ",\"" : "\"") + rows.column_name(c) + "\":" + Json(*rows.column(c), i);
        lines[result.batch->origin.OffsetOfRow(i) * static_cast<int64_t>(splits.size()) +
              result.split] = line + "}\n";
      }
    }
    if (result.end) return lines;
  }
}

uint32_t Checksum(const std::map<int64_t, std::string>& lines) {
  std::string all;
  for (const auto& [number, line] : lines) all += line;
  return kafka::Crc32c(all.data(), all.size());
}

TEST(Nexmark, RowsAreThoseOfTheCorpusGenerator) {
  // nexmark_gen --count 20000 --rate 10000
  auto source = Open(Table({{"events.num", "20000"}}));
  EXPECT_FALSE(source->unbounded());
  const auto lines = Lines(source.get());
  EXPECT_EQ(lines.size(), 20000u);
  EXPECT_EQ(lines.at(0).substr(0, std::string_view(kFirstLine).size()), kFirstLine) << lines.at(0);
  EXPECT_EQ(Checksum(lines), kPlainChecksum);
  // However they are split.
  EXPECT_EQ(
      Checksum(Lines(Open(Table({{"events.num", "20000"}, {"scan.parallelism", "3"}})).get())),
      kPlainChecksum);
}

TEST(Nexmark, OptionsReachTheModelAndReadingBeginsAnywhere) {
  // nexmark_gen --count 3000 --first 123456 --rate 777 --seed 42 --base-ms 1700000000123 --shuffle
  // 10
  auto source = Open(Table({{"events.num", "126456"},
                            {"next-event.rate", "777"},
                            {"seed", "42"},
                            {"base-time-millis", "1700000000123"},
                            {"out-of-order-group.size", "10"}}));
  EXPECT_EQ(Checksum(Lines(source.get(), 123456)), kOtherChecksum);
}

TEST(Nexmark, ChangedOptionsDoNotContinueAPosition) {
  auto source = Open(Table({{"events.num", "100"}}));
  const flow::SourcePosition position{"nexmark", source->identity(), {{"0", 50}}};
  EXPECT_TRUE(source->CheckRestorable(position).ok());
  const Status status =
      Open(Table({{"events.num", "100"}, {"seed", "2"}}))->CheckRestorable(position);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kSourceLost);
}

TEST(Nexmark, TheRateIsKept) {
  auto source = Open(Table({{"next-event.rate", "1000"}, {"rate.limited", "true"}}));
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  ASSERT_TRUE(reader->Assign(0, splits[0], 0).ok());
  const int64_t start_ms = io::RealClock().MonotonicMs();
  int64_t rows = 0;
  int64_t batches = 0;
  while (io::RealClock().MonotonicMs() - start_ms < 200) {
    const auto result = *reader->Poll(8192, 20);
    if (!result.batch) continue;
    rows += result.batch->rows->num_rows();
    ++batches;
  }
  const int64_t elapsed_ms = io::RealClock().MonotonicMs() - start_ms;
  EXPECT_LE(rows, elapsed_ms + 1);
  EXPECT_GE(rows, 100);
  EXPECT_LE(batches, elapsed_ms / 10 + 1);  // not one for each row
}

TEST(Nexmark, MistakesAreNamed) {
  auto table = Table({{"event.num", "5"}});
  table.columns[3].field.name = "bit";
  const auto errors = NexmarkConnector().check(table);
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_NE(errors[0].text.find("events.num"), std::string::npos) << errors[0].text;
  EXPECT_NE(errors[1].text.find("'bid'"), std::string::npos) << errors[1].text;
}

}  // namespace
}  // namespace sluice::sources::nexmark
