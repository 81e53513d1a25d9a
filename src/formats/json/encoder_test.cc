// SPDX-License-Identifier: Apache-2.0
#include "formats/json/encoder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "arrow/api.h"
#include "arrow/util/decimal.h"
#include "formats/json/decoder.h"
#include "formats/json/nexmark_events.h"
#include "formats/json/number_text.h"

namespace sluice::formats::json {
namespace {

using flow::Field;
using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

std::string EncodeRows(const flow::Schema& schema, const arrow::RecordBatch& rows,
                       const flow::OptionMap& options = {}) {
  auto encoder = MakeEncoder({.schema = schema, .options = options});
  if (!encoder.ok()) return "!" + encoder.error().text;
  EncodedRows encoded;
  const Status status = encoder.value()->Encode(rows, &encoded);
  if (!status.ok()) return "!" + status.error().text;
  std::string lines;
  for (int64_t i = 0; i < encoded.size(); ++i) lines += std::string(encoded[i]) + "\n";
  return lines;
}

std::shared_ptr<arrow::RecordBatch> DecodeRows(const flow::Schema& schema,
                                               const std::vector<std::string>& texts,
                                               const flow::OptionMap& options = {}) {
  Messages messages;
  for (const std::string& text : texts) messages.Add(text);
  auto decoded =
      MakeDecoder({.schema = schema, .options = options}).value()->Decode(messages.Views());
  EXPECT_TRUE(decoded->rejected.empty());
  return decoded->rows;
}

// FIPS 180-4.
std::string Sha256(const std::string& text) {
  std::array<uint32_t, 8> h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint32_t, 64> k{};
  for (uint32_t i = 0, prime = 2; i < 64; ++prime) {
    bool is_prime = true;
    for (uint32_t d = 2; d * d <= prime; ++d) is_prime &= prime % d != 0;
    if (!is_prime) continue;
    const long double root = std::cbrt(static_cast<long double>(prime));
    k[i++] = static_cast<uint32_t>((root - std::floor(root)) * 4294967296.0L);
  }
  std::string padded = text + '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) {
    padded += static_cast<char>(text.size() * 8 >> shift & 0xff);
  }
  for (size_t at = 0; at < padded.size(); at += 64) {
    std::array<uint32_t, 64> w{};
    for (size_t i = 0; i < 64; ++i) {
      w[i / 4] = w[i / 4] << 8 | static_cast<uint8_t>(padded[at + i]);
    }
    for (size_t i = 16; i < 64; ++i) {
      const uint32_t a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) +
             (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
    }
    std::array<uint32_t, 8> s = h;
    for (size_t i = 0; i < 64; ++i) {
      const uint32_t t1 = s[7] + (std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25)) +
                          ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
      const uint32_t t2 = (std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22)) +
                          ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
      s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (size_t i = 0; i < 8; ++i) h[i] += s[i];
  }
  std::string hex;
  for (const uint32_t word : h) {
    char part[9];
    snprintf(part, sizeof(part), "%08x", word);
    hex += part;
  }
  return hex;
}

std::string SortedHash(const std::string& lines) {
  std::vector<std::string> rows;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at) + 1;
    rows.push_back(lines.substr(at, end - at));
    at = end;
  }
  std::sort(rows.begin(), rows.end());
  std::string sorted;
  for (const std::string& row : rows) sorted += row;
  return Sha256(sorted);
}

// The bids of the golden corpus (tests/nexmark/README.md): columns of the struct, by name.
std::vector<std::shared_ptr<arrow::Array>> GoldenBids(const std::vector<std::string>& columns) {
  Messages messages = NexmarkEvents(100000, 1000, 1436918340000);
  auto decoded = MakeDecoder({.schema = NexmarkSchema()}).value()->Decode(messages.Views());
  const auto& bids = static_cast<const arrow::StructArray&>(*decoded->rows->column(3));
  std::vector<std::shared_ptr<arrow::Array>> out;
  for (const std::string& name : columns) {
    // Keep the rows that have a bid: runs between the others.
    arrow::ArrayVector pieces;
    for (int64_t i = 0, begin = 0; i <= bids.length(); ++i) {
      if (i < bids.length() && bids.IsValid(i)) continue;
      if (i > begin) pieces.push_back(bids.GetFieldByName(name)->Slice(begin, i - begin));
      begin = i + 1;
    }
    out.push_back(arrow::Concatenate(pieces).ValueOrDie());
  }
  return out;
}

TEST(JsonEncoder, WritesTheGoldenRowsOfNexmark) {
  const auto big = Type::Simple(TypeKind::kBigInt);
  const auto columns = GoldenBids({"auction", "bidder", "price", "dateTime", "extra"});
  flow::Schema schema = {{{"auction", big},
                          {"bidder", big},
                          {"price", big},
                          {"dateTime", Type::Timestamp(3)},
                          {"extra", Type::Varchar()}}};
  auto rows = arrow::RecordBatch::Make(schema.ToArrow(), columns[0]->length(), columns);
  ASSERT_EQ(rows->num_rows(), 92000);
  EXPECT_EQ(Sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // golden/manifest.tsv, q0 and q1.
  EXPECT_EQ(SortedHash(EncodeRows(schema, *rows)),
            "f1d90c88950b47708a8d2992e7d2497cf24d8bd809020760e6ef183fd6aff33a");
  arrow::Decimal128Builder prices(arrow::decimal128(23, 3));
  for (int64_t i = 0; i < rows->num_rows(); ++i) {
    const auto& price = static_cast<const arrow::Int64Array&>(*columns[2]);
    ASSERT_TRUE(prices.Append(arrow::Decimal128(price.Value(i) * 908)).ok());
  }
  schema.fields[2].type = Type::Decimal(23, 3);
  auto changed = columns;
  changed[2] = prices.Finish().ValueOrDie();
  rows = arrow::RecordBatch::Make(schema.ToArrow(), rows->num_rows(), changed);
  EXPECT_EQ(SortedHash(EncodeRows(schema, *rows, {{"encode.decimal-as-plain-number", "true"}})),
            "33d6fe233f20e1ed09c22cbe898780a80ce8de39d35429ad1eda12a035efaeaf");
}

TEST(JsonEncoder, WritesNexmarkEventsBackByteForByte) {
  Messages messages = NexmarkEvents(3000);
  auto decoded = MakeDecoder({.schema = NexmarkSchema()}).value()->Decode(messages.Views());
  EncodedRows encoded;
  ASSERT_TRUE(
      MakeEncoder({.schema = NexmarkSchema()}).value()->Encode(*decoded->rows, &encoded).ok());
  EXPECT_EQ(encoded.bytes, messages.bytes);
  // A slice is written as what it shows.
  encoded.Clear();
  ASSERT_TRUE(MakeEncoder({.schema = NexmarkSchema()})
                  .value()
                  ->Encode(*decoded->rows->Slice(100, 50), &encoded)
                  .ok());
  EXPECT_EQ(encoded.bytes, messages.bytes.substr(messages.begins[100],
                                                 messages.begins[150] - messages.begins[100]));
}

std::string GoldenText(const std::string& query) {
  const char* root = std::getenv("SLUICE_SOURCE_DIR");
  const std::string path = std::string(root == nullptr ? "../../.." : root) +
                           "/tests/nexmark/golden/" + query + ".jsonl.gz";
  std::string text(16 << 20, '\0');
  gzFile file = gzopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  const int size = file == nullptr ? 0 : gzread(file, text.data(), 16 << 20);
  if (file != nullptr) gzclose(file);
  text.resize(static_cast<size_t>(std::max(size, 0)));
  return text;
}

TEST(JsonEncoder, WritesOtherGoldenRowsBackByteForByte) {
  const auto big = Type::Simple(TypeKind::kBigInt);
  const auto text = Type::Varchar();
  const std::vector<std::pair<std::string, flow::Schema>> cases = {
      {"q2", {{{"auction", big}, {"price", big}}}},
      {"q3", {{{"name", text}, {"city", text}, {"state", text}, {"id", big}}}},
      {"q8", {{{"id", big}, {"name", text}, {"stime", Type::Timestamp(3)}}}},
      {"q21",
       {{{"auction", big},
         {"bidder", big},
         {"price", big},
         {"channel", text},
         {"channel_id", text}}}},
  };
  for (const auto& [query, schema] : cases) {
    const std::string golden = GoldenText(query);
    std::vector<std::string> lines;
    for (size_t at = 0; at < golden.size();) {
      const size_t end = golden.find('\n', at);
      lines.push_back(golden.substr(at, end - at));
      at = end + 1;
    }
    EXPECT_GT(lines.size(), 50u) << query;
    EXPECT_EQ(EncodeRows(schema, *DecodeRows(schema, lines)), golden) << query;
  }
}

TEST(JsonEncoder, WritesEveryTypeAsFlinkDoes) {
  const flow::Schema schema = {{
      {"b", Type::Simple(TypeKind::kBoolean)},
      {"t", Type::Simple(TypeKind::kTinyInt)},
      {"d", Type::Decimal(12, 10)},
      {"s", Type::Varchar()},
      {"x", Type::Varbinary()},
      {"y", Type::Simple(TypeKind::kDate)},
      {"h", Type::Time(3)},
      {"n", Type::Timestamp(9)},
      {"z", Type::TimestampLtz(3)},
      {"l", Type::Array(Type::Simple(TypeKind::kInt))},
      {"m", Type::Map(Type::Varchar(), Type::Simple(TypeKind::kInt))},
      {"u", Type::Multiset(Type::Varchar())},
      {"r", Type::Row({{"f\"", Type::Simple(TypeKind::kDouble)}, {"g", Type::Varchar()}})},
  }};
  const std::string row =
      R"({"b":true,"t":-5,"d":2.7E-9,"s":"a\"\\\n\u0001é","x":"Zm9v","y":"0099-02-01",)"
      R"("h":"00:00:01.5","n":"1969-12-31 23:59:59.999999999","z":"2020-01-01 00:00:00Z",)"
      R"("l":[1,null,-2],"m":{"k":1,"j":null},"u":{"e":3},"r":{"f\"":1.0E10,"g":null}})";
  const std::string nulls =
      R"({"b":null,"t":null,"d":null,"s":null,"x":null,"y":null,"h":null,"n":null,"z":null,)"
      R"("l":null,"m":null,"u":null,"r":null})";
  auto rows = DecodeRows(schema, {row, nulls});
  EXPECT_EQ(EncodeRows(schema, *rows), row + "\n" + nulls + "\n");
  const std::string out = EncodeRows(schema, *rows,
                                     {{"encode.ignore-null-fields", "true"},
                                      {"encode.decimal-as-plain-number", "true"},
                                      {"timestamp-format.standard", "ISO-8601"}});
  EXPECT_NE(out.find(R"("d":0.0000000027,)"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("n":"1969-12-31T23:59:59.999999999","z":"2020-01-01T00:00:00Z",)"),
            std::string::npos);
  EXPECT_NE(out.find(R"("r":{"f\"":1.0E10}})"), std::string::npos);
  EXPECT_NE(out.find("\n{}\n"), std::string::npos);
}

TEST(JsonEncoder, WritesNumbersAsJava) {
  const auto text = [](double value) {
    std::string out;
    AppendDouble(value, &out);
    return out;
  };
  EXPECT_EQ(text(0), "0.0");
  EXPECT_EQ(text(-0.0), "-0.0");
  EXPECT_EQ(text(1), "1.0");
  EXPECT_EQ(text(123456.75), "123456.75");
  EXPECT_EQ(text(1e6), "1000000.0");
  EXPECT_EQ(text(9999999), "9999999.0");
  EXPECT_EQ(text(1e7), "1.0E7");
  EXPECT_EQ(text(0.001), "0.001");
  EXPECT_EQ(text(0.00099), "9.9E-4");
  EXPECT_EQ(text(1.7976931348623157e308), "1.7976931348623157E308");
  EXPECT_EQ(text(4.9e-324), "4.9E-324");
  EXPECT_EQ(text(std::nan("")), "\"NaN\"");
  EXPECT_EQ(text(-INFINITY), "\"-Infinity\"");
  std::string out;
  AppendFloat(0.1F, &out);
  EXPECT_EQ(out, "0.1");
  const auto decimal = [](__int128 unscaled, int scale, bool plain) {
    std::string digits;
    AppendDecimal(unscaled, scale, plain, &digits);
    return digits;
  };
  EXPECT_EQ(decimal(500, 2, false), "5");
  EXPECT_EQ(decimal(500, 2, true), "5.00");
  EXPECT_EQ(decimal(150, 2, false), "1.5");
  EXPECT_EQ(decimal(10000, 2, false), "1E+2");
  EXPECT_EQ(decimal(-1230000, 2, false), "-1.23E+4");
  EXPECT_EQ(decimal(100, 0, false), "1E+2");
  EXPECT_EQ(decimal(100, 0, true), "100");
  EXPECT_EQ(decimal(-5, 2, false), "-0.05");
  EXPECT_EQ(decimal(1, 6, false), "0.000001");
  EXPECT_EQ(decimal(1, 7, false), "1E-7");
  EXPECT_EQ(decimal(0, 7, false), "0");
  EXPECT_EQ(decimal(0, 7, true), "0.0000000");
  EXPECT_EQ(decimal(27, 9, true), "0.000000027");
  EXPECT_EQ(decimal(-(static_cast<__int128>(1) << 126), 0, false),
            "-85070591730234615865843651857942052864");
}

}  // namespace
}  // namespace sluice::formats::json
