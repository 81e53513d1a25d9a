// SPDX-License-Identifier: Apache-2.0
#include "formats/json/decoder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "base/limits.h"
#include "formats/json/nexmark_events.h"
#include "formats/json/reference_test.h"

namespace sluice::formats::json {
namespace {

using flow::Field;
using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

// What one or more messages become: rows as text, or "!" and the reason; "-" for a skipped one.
std::vector<std::string> DecodeWith(const DecoderRequest& request, Way way,
                                    const std::vector<std::string>& texts) {
  Messages messages;
  for (const std::string& text : texts) messages.Add(text);
  auto decoder = MakeDecoder(request, way);
  if (!decoder.ok()) return {"!" + decoder.error().text};
  auto decoded = decoder.value()->Decode(messages.Views());
  if (!decoded.ok()) return {"!" + decoded.error().text};
  EXPECT_TRUE(decoded->rows->ValidateFull().ok());
  std::vector<std::string> out;
  for (int64_t i = 0; i < decoded->rows->num_rows(); ++i) {
    out.push_back(Rendered(*decoded->rows, i));
  }
  for (const Rejected& rejected : decoded->rejected) out.push_back("!" + rejected.reason);
  for (int32_t i = 0; i < decoded->skipped; ++i) out.push_back("-");
  return out;
}

std::vector<std::string> DecodeTexts(const DecoderRequest& request,
                                     const std::vector<std::string>& texts) {
  const auto fast = DecodeWith(request, Way::kSpeculative, texts);
  EXPECT_EQ(fast, DecodeWith(request, Way::kGeneral, texts));
  EXPECT_EQ(fast, DecodeWith(request, Way::kShuffled, texts));
  return fast;
}

std::string DecodeText(const TypePtr& type, const std::string& value,
                       const flow::OptionMap& options = {}) {
  const DecoderRequest request = {.schema = {{{"v", type}}}, .options = options};
  const auto out = DecodeTexts(request, {"{\"v\":" + value + "}"});
  return out.size() == 1 ? out[0] : "several";
}

TypePtr Simple(TypeKind kind) {
  return Type::Simple(kind);
}

struct Case {
  TypePtr type;
  std::string value, expected;
};

void CheckCases(const std::vector<Case>& cases, const flow::OptionMap& options = {}) {
  for (const Case& c : cases) {
    EXPECT_EQ(DecodeText(c.type, c.value, options), c.expected)
        << c.type->ToString() << " from " << c.value;
  }
}

std::string Unfit(const std::string& type, const std::string& found) {
  return "!byte 5: column `v`: expected " + type + ", found " + found;
}

TEST(JsonDecoder, DecodesNexmarkTheSameOnEveryWay) {
  Messages ordered = NexmarkEvents(5000);
  Messages shuffled = Shuffled(ordered);
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (Messages* messages : {&ordered, &shuffled}) {
    for (const Way way : {Way::kSpeculative, Way::kShuffled, Way::kGeneral}) {
      auto decoder = MakeDecoder({.schema = NexmarkSchema()}, way);
      ASSERT_TRUE(decoder.ok());
      auto decoded = decoder.value()->Decode(messages->Views());
      ASSERT_TRUE(decoded.ok());
      EXPECT_TRUE(decoded->rejected.empty());
      EXPECT_TRUE(decoded->message_of_row.empty());
      ASSERT_TRUE(decoded->rows->ValidateFull().ok());
      batches.push_back(decoded->rows);
    }
  }
  EXPECT_EQ(batches[0]->num_rows(), 5000);
  for (size_t i = 1; i < batches.size(); ++i) EXPECT_TRUE(batches[0]->Equals(*batches[i]));
}

// In memory a message may be followed by what looks like the rest of it.
TEST(JsonDecoder, WhatFollowsInMemoryIsNotReadAsPartOfTheMessage) {
  const auto text = Type::Varchar();
  const auto big = Simple(TypeKind::kBigInt);
  const TypePtr row = Type::Row({{"a", big}, {"b", text}});
  const DecoderRequest request = {.schema = {{{"a", big},
                                              {"t", Type::Timestamp(3)},
                                              {"n", row},
                                              {"b", text},
                                              {"r", row},
                                              {"i", Simple(TypeKind::kInt)},
                                              {"d", Simple(TypeKind::kDouble)}}}};
  const std::string whole =
      R"({"a":123456789012,"t":"2015-07-15 00:00:01.25","n":null,"b":"h\u00e9, é and more than 32 )"
      R"(bytes of it","r":{"a":-5,"b":"x"},"unknown":[1,"]"],"i": 7,"d":1.5e3,)"
      R"("a key of more than 32 bytes, skipped":"y"})";
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    const auto out = DecodeTexts(request, {whole, whole.substr(0, cut), whole.substr(cut), whole});
    ASSERT_GE(out.size(), 3u);
    EXPECT_EQ(out[0], out[1]);
    EXPECT_EQ(out.size(), 4u) << cut;
  }
}

TEST(JsonDecoder, ReadsIntegersExactly) {
  const auto tiny = Simple(TypeKind::kTinyInt), small = Simple(TypeKind::kSmallInt),
             integer = Simple(TypeKind::kInt), big = Simple(TypeKind::kBigInt);
  CheckCases({
      {tiny, "127", "(127,)"},
      {tiny, "-128", "(-128,)"},
      {tiny, "128", Unfit("TINYINT", "128")},
      {tiny, "1.0", Unfit("TINYINT", "1.0")},
      {small, "32767", "(32767,)"},
      {small, "-32769", Unfit("SMALLINT", "-32769")},
      {integer, "2147483647", "(2147483647,)"},
      {integer, "-2147483648", "(-2147483648,)"},
      {integer, "2147483648", Unfit("INT", "2147483648")},
      {integer, "1.9", "(1,)"},
      {integer, "-1.9", "(-1,)"},
      {integer, "25e2", "(2500,)"},
      {integer, "1e-400", "(0,)"},
      {integer, "0e999999999999999999999", "(0,)"},
      {integer, "\" +12 \"", "(12,)"},
      {integer, "\"0012\"", "(12,)"},
      {integer, "\"1.5\"", Unfit("INT", "\"1.5\"")},
      {integer, "\"\"", Unfit("INT", "\"\"")},
      {integer, "\"+\"", Unfit("INT", "\"+\"")},
      {integer, "\"+-1\"", Unfit("INT", "\"+-1\"")},
      {integer, "true", Unfit("INT", "true")},
      {integer, "{\"a\":[1]}", Unfit("INT", "{\"a\":[1]}")},
      {big, "9223372036854775807", "(9223372036854775807,)"},
      {big, "-9223372036854775808", "(-9223372036854775808,)"},
      {big, "9223372036854775808", Unfit("BIGINT", "9223372036854775808")},
      {big, "-9223372036854775809", Unfit("BIGINT", "-9223372036854775809")},
      {big, "9007199254740993.0", "(9007199254740993,)"},
      {big, "9223372036854775807.9", "(9223372036854775807,)"},
      {big, "1e19", Unfit("BIGINT", "1e19")},
      {big, "12345678901234567", "(12345678901234567,)"},
      {big, "123456789012345678", "(123456789012345678,)"},
      {big, "1234567890123456789", "(1234567890123456789,)"},
      {big, "-0", "(0,)"},
      {big, "null", "(null,)"},
  });
}

TEST(JsonDecoder, HoldsToTheGrammarOfNumbers) {
  const auto big = Simple(TypeKind::kBigInt);
  CheckCases({
      {big, "01", "!byte 6: a number may not begin with 0"},
      {big, "-01", "!byte 7: a number may not begin with 0"},
      {big, "-", "!byte 6: expected a digit"},
      {big, "+1", "!byte 5: expected a value"},
      {big, ".5", "!byte 5: expected a value"},
      {big, "1.", "!byte 7: expected a digit after the decimal point"},
      {big, "1.e3", "!byte 7: expected a digit after the decimal point"},
      {big, "1e", "!byte 7: expected a digit of the exponent"},
      {big, "1e+", "!byte 8: expected a digit of the exponent"},
      {big, "0x10", "!byte 6: expected ',' or '}'"},
      {big, "12a", "!byte 7: expected ',' or '}'"},
      {big, "NaN", "!byte 5: expected a value"},
      {big, "Infinity", "!byte 5: expected a value"},
      {big, "1 2", "!byte 7: expected ',' or '}'"},
      {big, "nul", "!byte 5: expected a value"},
  });
}

TEST(JsonDecoder, RoundsFractionsToTheNearest) {
  const auto real = Simple(TypeKind::kDouble), single = Simple(TypeKind::kFloat);
  CheckCases({
      {real, "0.1", "(" + Reference::FloatText(0.1) + ",)"},
      {real, "9007199254740993", "(" + Reference::FloatText(9007199254740992.0) + ",)"},
      {real, "2.2250738585072011e-308", "(" + Reference::FloatText(2.2250738585072011e-308) + ",)"},
      {real, "4.9e-324", "(" + Reference::FloatText(4.9e-324) + ",)"},
      {real, "1e-400", "(" + Reference::FloatText(0.0) + ",)"},
      {real, "-1e-400", "(" + Reference::FloatText(-0.0) + ",)"},
      {real, "1e400", "(inf,)"},
      {real, "-1e400", "(-inf,)"},
      {real, "\"-Infinity\"", "(-inf,)"},
      {real, "\" NaN \"", "(nan,)"},
      {real, "\"1.5d\"", "(" + Reference::FloatText(1.5) + ",)"},
      {real, "\".5\"", "(" + Reference::FloatText(0.5) + ",)"},
      {real, "\"0x1p3\"", Unfit("DOUBLE", "\"0x1p3\"")},
      {real, "\"nan\"", Unfit("DOUBLE", "\"nan\"")},
      {single, "0.1", "(" + Reference::FloatText(0.1F) + ",)"},
      // Through double this would be rounded twice, to the wrong side.
      {single, "1.00000005960464477540",
       "(" + Reference::FloatText(1.00000005960464477540F) + ",)"},
      {single, "1e39", "(inf,)"},
  });
}

TEST(JsonDecoder, ReadsDecimalsFromTheirDigits) {
  CheckCases({
      {Type::Decimal(10, 2), "12.345", "(1235,)"},
      {Type::Decimal(10, 2), "-12.345", "(-1235,)"},
      {Type::Decimal(10, 2), "12.344999999999999999999999999999999", "(1234,)"},
      {Type::Decimal(10, 2), "\" 1e3 \"", "(100000,)"},
      {Type::Decimal(10, 2), "123456789", "(null,)"},  // Flink: null when it does not fit
      {Type::Decimal(3, 0), "999.5", "(null,)"},
      {Type::Decimal(3, 3), "0.0005", "(1,)"},
      {Type::Decimal(38, 0), "99999999999999999999999999999999999999",
       "(99999999999999999999999999999999999999,)"},
      {Type::Decimal(38, 0), "99999999999999999999999999999999999999.5", "(null,)"},
      {Type::Decimal(38, 38), "0.12345678901234567890123456789012345678",
       "(12345678901234567890123456789012345678,)"},
      {Type::Decimal(10, 2), "1e-999999999999999", "(0,)"},
      {Type::Decimal(10, 2), "1e999999999999999", "(null,)"},
      {Type::Decimal(10, 2), "true", Unfit("DECIMAL(10, 2)", "true")},
      {Type::Decimal(10, 2), "\"12,5\"", Unfit("DECIMAL(10, 2)", "\"12,5\"")},
      {Type::Decimal(10, 2, false), "123456789",
       "!byte 0: column `v` is NOT NULL, but has no value"},
  });
}

TEST(JsonDecoder, ReadsBooleansAsJavaDoes) {
  const auto boolean = Simple(TypeKind::kBoolean);
  CheckCases({
      {boolean, "true", "(true,)"},
      {boolean, "false", "(false,)"},
      {boolean, "\" TRUE \"", "(true,)"},
      {boolean, "\"yes\"", "(false,)"},
      {boolean, "1", "(false,)"},
      {boolean, "[]", Unfit("BOOLEAN", "[]")},
      {boolean, "tru", "!byte 5: expected a value"},
  });
}

TEST(JsonDecoder, ReadsStringsAndEscapes) {
  const auto text = Type::Varchar();
  CheckCases({
      {text, R"("")", R"(("",))"},
      {text, R"("a\"b\\c\/d\b\f\n\r\t")", "(\"a\"b\\c/d\b\f\n\r\t\",)"},
      {text, R"("\u0041\u00e9\u20ac\ud83d\ude00")", "(\"A\u00e9\u20ac\U0001F600\",)"},
      {text, "\"\\u0000\"", std::string("(\"\0\",)", 6)},
      {text, "\"\u00e9\U0001F600\"", "(\"\u00e9\U0001F600\",)"},
      {text, "12.50", "(\"12.50\",)"},
      {text, "true", "(\"true\",)"},
      {text, R"({"a" : [1.0, "x\u0041\"" , {}], "a":null})",
       R"(("{"a":[1.0,"xA\"",{}],"a":null}",))"},
      {text, R"("\ud800")", "!byte 6: unpaired surrogate"},
      {text, R"("\ud800\u0041")", "!byte 6: unpaired surrogate"},
      {text, R"("x\udc00")", "!byte 7: unpaired surrogate"},
      {text, R"("\u12g4")", "!byte 10: expected a hexadecimal digit of \\u"},
      {text, R"("\x")", "!byte 7: not an escape"},
      {text, "\"a\tb\"", "!byte 7: a control character must be escaped in a string"},
      {text, "\"a\xff\"", "!byte 7: not UTF-8"},
      {text, "\"a\xed\xa0\x80\"", "!byte 7: not UTF-8"},
      {text, "\"a\xc0\xaf\"", "!byte 7: not UTF-8"},
      {text, "\"a\xf4\x90\x80\x80\"", "!byte 7: not UTF-8"},
      {text, "\"\u00e9\xe2\x82\"", "!byte 8: not UTF-8"},
      {text, "\"open", "!byte 11: the string does not end"},
      {text, "'a'", "!byte 5: expected a value"},
  });
  // Every length around the width of a vector, so that ends fall on all positions.
  for (size_t size = 0; size < 140; ++size) {
    const std::string letters(size, 'q');
    EXPECT_EQ(DecodeText(text, "\"" + letters + "\""), "(\"" + letters + "\",)");
    EXPECT_EQ(DecodeText(text, "\"" + letters + "\\n" + letters + "\""),
              "(\"" + letters + "\n" + letters + "\",)");
    EXPECT_EQ(
        DecodeText(text, "\"" + letters + "\x01\""),
        "!byte " + std::to_string(6 + size) + ": a control character must be escaped in a string");
  }
}

TEST(JsonDecoder, ReadsBytesAsBase64) {
  const auto bytes = Type::Varbinary();
  CheckCases({
      {bytes, "\"\"", "(\"\",)"},
      {bytes, "\"Zg==\"", "(\"f\",)"},
      {bytes, "\"Zm8=\"", "(\"fo\",)"},
      {bytes, "\"Zm9vYmFy\"", "(\"foobar\",)"},
      {bytes, "\"Zm9v YmFy \"", "(\"foobar\",)"},
      {bytes, "\"Zm8\"", Unfit("BYTES", "\"Zm8\"")},
      {bytes, "\"Zg=a\"", Unfit("BYTES", "\"Zg=a\"")},
      {bytes, "\"Z*==\"", Unfit("BYTES", "\"Z*==\"")},
      {bytes, "12", Unfit("BYTES", "12")},
  });
}

TEST(JsonDecoder, ReadsDatesAndTimes) {
  const auto date = Simple(TypeKind::kDate);
  CheckCases({
      {date, "\"1970-01-02\"", "(1,)"},
      {date, "\"1969-12-31\"", "(-1,)"},
      {date, "\"2024-02-29\"", "(19782,)"},
      {date, "\"2023-02-29\"", Unfit("DATE", "\"2023-02-29\"")},
      {date, "\"+12024-01-01\"", "(3672148,)"},
      {date, "\"-0001-01-01\"", "(-719893,)"},
      {date, "\"24-1-1\"", Unfit("DATE", "\"24-1-1\"")},
      {date, "\"2024-01-01 \"", Unfit("DATE", "\"2024-01-01 \"")},
      {date, "19782", Unfit("DATE", "19782")},
      {Type::Time(0), "\"12:34:56.789\"", "(45296000000,)"},
      {Type::Time(3), "\"12:34:56.7891\"", "(45296789000,)"},
      {Type::Time(3), "\"24:00:00\"", "(0,)"},
      {Type::Time(3), "\"24:00:01\"", Unfit("TIME(3)", "\"24:00:01\"")},
      {Type::Time(3), "\"12:34\"", Unfit("TIME(3)", "\"12:34\"")},
  });
}

TEST(JsonDecoder, ReadsTimestampsInEveryStandard) {
  const auto plain = Type::Timestamp(3), nanos = Type::Timestamp(9), zoned = Type::TimestampLtz(3);
  CheckCases({
      {plain, "\"1970-01-01 00:00:01\"", "(1000000,)"},
      {plain, "\"1970-01-01 00:00:01.5\"", "(1500000,)"},
      {plain, "\"1970-01-01 00:00:01.123456789\"", "(1123000,)"},
      {nanos, "\"1970-01-01 00:00:01.123456789\"", "(1123456789,)"},
      {plain, "\"1969-12-31 23:59:59.999\"", "(-1000,)"},
      {plain, "\"2023-02-30 00:00:00\"", "(1677542400000000,)"},  // the 28th, as java.time has it
      {plain, "\"1970-01-01 24:00:00\"", "(86400000000,)"},
      {plain, "\"1970-01-01T00:00:01\"", Unfit("TIMESTAMP(3)", "\"1970-01-01T00:00:01\"")},
      {plain, "\"1970-01-01 00:00\"", Unfit("TIMESTAMP(3)", "\"1970-01-01 00:00\"")},
      {nanos, "\"2300-01-01 00:00:00\"", Unfit("TIMESTAMP(9)", "\"2300-01-01 00:00:00\"")},
      {zoned, "\"1970-01-01 00:00:01Z\"", "(1000000,)"},
      {zoned, "\"1970-01-01 00:00:01\"",
       "!byte 5: column `v`: expected TIMESTAMP_LTZ(3), found \"1970-01-01 00:00:01\""},
  });
  const flow::OptionMap iso = {{"timestamp-format.standard", "ISO-8601"}};
  CheckCases({{plain, "\"1970-01-01T00:00:01.25\"", "(1250000,)"},
              {plain, "\"1970-01-01T00:01\"", "(60000000,)"},
              {plain, "\"1970-02-30T00:01:00\"", Unfit("TIMESTAMP(3)", "\"1970-02-30T00:01:00\"")},
              {zoned, "\"1970-01-01T00:00:01Z\"", "(1000000,)"}},
             iso);
  const flow::OptionMap offset = {{"timestamp-format.standard", "ISO-8601-WITH-OFFSET"}};
  CheckCases({{plain, "\"1970-01-01T02:00:00+02:00\"", "(0,)"},
              {zoned, "\"1970-01-01T00:00:00Z\"", "(0,)"},
              {zoned, "\"1969-12-31T18:30:00-05:30\"", "(0,)"},
              {plain, "\"1970-01-01T00:00:00\"", Unfit("TIMESTAMP(3)", "\"1970-01-01T00:00:00\"")}},
             offset);
}

TEST(JsonDecoder, KeepsTheMinuteOfATimestampApart) {
  const DecoderRequest request = {.schema = {{{"t", Type::Timestamp(3)}}}};
  const auto out =
      DecodeTexts(request, {R"({"t":"1970-01-01 00:01:00"})", R"({"t":"1970-01-01 00:01:59.9"})",
                            R"({"t":"1970-01-01 00:01:60"})", R"({"t":"1970-01-01 00:01:01.0009"})",
                            R"({"t":"1970-01-01 00:02:01"})", R"({"t":"1970-01-01 00:02:01.})",
                            R"({"t":"1970-01-01 24:00:00"})", R"({"t":"1970-01-01 24:00:05"})"});
  EXPECT_EQ(out, (std::vector<std::string>{
                     "(60000000,)", "(119900000,)", "(61000000,)", "(121000000,)", "(86400000000,)",
                     "!byte 5: column `t`: expected TIMESTAMP(3), found \"1970-01-01 00:01:60\"",
                     "!byte 27: the string does not end",
                     "!byte 5: column `t`: expected TIMESTAMP(3), found \"1970-01-01 24:00:05\""}));
}

DecoderRequest Nested() {
  const auto big = Simple(TypeKind::kBigInt);
  return {.schema = {{{"a", big},
                      {"r", Type::Row({{"x", big}, {"y", Type::Varchar()}})},
                      {"l", Type::Array(Type::Row({{"z", big}}))},
                      {"m", Type::Map(Type::Varchar(), Type::Array(big))}}}};
}

TEST(JsonDecoder, TakesKeysInAnyOrderAndTheLastOfTwo) {
  EXPECT_EQ(
      DecodeTexts(Nested(),
                  {R"({"a":1,"r":{"x":2,"y":"p"},"l":[{"z":3},null,{}],"m":{"k":[1,2],"j":null}})",
                   R"( { "m" : { } , "q":[{"a":9},"}"], "l":[ ] ,"r" : {"y":"s" }, "a" : 7 } )",
                   R"({"a":1,"a":2,"r":{"x":1},"r":{"y":"t"},"m":{"k":[1],"i":[],"k":[2]}})",
                   R"({"a":1,"a":null,"r":{"x":1},"r":null,"l":[{"z":1}],"l":null})",
                   R"({"\u0061":5,"unknown":{"a":[[]]}})", R"({})"}),
      (std::vector<std::string>{
          R"((1,(2,"p",),[(3,),null,(null,),],{"j":null,"k":[1,2,],},))",
          R"((7,(null,"s",),[],{},))", R"((2,(null,"t",),null,{"i":[],"k":[2,],},))",
          "(null,null,null,null,)", "(5,null,null,null,)", "(null,null,null,null,)"}));
}

TEST(JsonDecoder, RejectsOneMessageAndReadsTheNext) {
  EXPECT_EQ(DecodeTexts(Nested(), {R"({"a":1,"r":{"x":2}})", R"({"a":2,"r":{"x":3,"y":4}}x)",
                                   R"({"a":3,"l":[{"z":1},{"z":2}]})", R"({"a":4,"l":[{"z":1},)",
                                   R"({"a":5,"m":{"k":[1,{}]}})", R"({"a":6,"l":[{"z":9}]})"}),
            (std::vector<std::string>{
                "(1,(2,null,),null,null,)", "(3,null,[(1,),(2,),],null,)", "(6,null,[(9,),],null,)",
                "!byte 25: expected the end of the message", "!byte 20: the message ends too early",
                "!byte 19: column `m`[][]: expected BIGINT, found {}"}));
}

TEST(JsonDecoder, ExplodesATopLevelArray) {
  DecoderRequest request = {.schema = {{{"a", Simple(TypeKind::kInt)}}}};
  Messages messages;
  for (const char* text :
       {R"({"a":1})", R"([{"a":2}, null ,{"a":3}])", "[]", R"([{"a":4},5])", R"([{"a":6}])"}) {
    messages.Add(text);
  }
  auto decoded = MakeDecoder(request).value()->Decode(messages.Views());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rows->num_rows(), 4);
  EXPECT_EQ(decoded->message_of_row, (std::vector<int32_t>{0, 1, 1, 4}));
  ASSERT_EQ(decoded->rejected.size(), 1u);
  EXPECT_EQ(decoded->rejected[0].message, 3);
  EXPECT_EQ(decoded->rejected[0].reason, "byte 9: expected an object as element of the array");
  request.options["ignore-parse-errors"] = "true";
  decoded = MakeDecoder(request).value()->Decode(messages.Views());
  EXPECT_EQ(decoded->message_of_row, (std::vector<int32_t>{0, 1, 1, 3, 4}));
  EXPECT_TRUE(decoded->rejected.empty());
}

TEST(JsonDecoder, SkipsMessagesWithoutAValue) {
  auto decoder = MakeDecoder({.schema = {{{"a", Simple(TypeKind::kInt)}}}});
  std::string row = R"({"a":1})" + std::string(Decoder::kPadding, ' ');
  const std::vector<Message> messages = {Message(), std::string_view(row).substr(0, 0),
                                         Message(row.data(), 7)};
  auto decoded = decoder.value()->Decode(messages);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->skipped, 2);
  EXPECT_EQ(decoded->message_of_row, std::vector<int32_t>{2});
  decoded = decoder.value()->Decode({});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rows->num_rows(), 0);
  EXPECT_TRUE(decoded->rows->ValidateFull().ok());
}

TEST(JsonDecoder, RefusesARecordBeyondTheLimit) {
  const auto size = static_cast<size_t>(limits::kRecordBytesMax) + 1;
  std::string text = R"({"a":"1)";
  text.resize(size, 'x');
  const auto out = DecodeTexts({.schema = {{{"a", Type::Varchar()}}}}, {text, R"({"a":"2"})"});
  EXPECT_EQ(out,
            (std::vector<std::string>{
                R"(("2",))", "!the record has 67108865 bytes, more than the limit of 67108864"}));
}

TEST(JsonDecoder, BoundsNesting) {
  const auto nested = [](int depth, const std::string& open, const std::string& close) {
    std::string text = "{\"v\":";
    for (int i = 0; i < depth; ++i) text += open;
    for (int i = 0; i < depth; ++i) text += close;
    return text + "}";
  };
  const DecoderRequest request = {.schema = {{{"v", Type::Varchar()}}}};
  EXPECT_EQ(DecodeTexts(request, {nested(99, "[", "]")})[0].substr(0, 4), "(\"[[");
  EXPECT_EQ(DecodeTexts(request, {nested(100, "[", "]")})[0],
            "!byte 104: nested more than 100 levels deep");
  EXPECT_EQ(DecodeTexts(request, {nested(1'000'000, "[", "]")})[0],
            "!byte 104: nested more than 100 levels deep");
  const DecoderRequest other = {.schema = {{{"w", Type::Varchar()}}}};
  EXPECT_EQ(DecodeTexts(other, {nested(1'000'000, "{\"a\":", "}")})[0],
            "!byte 500: nested more than 100 levels deep");
}

TEST(JsonDecoder, FailsOnAMissingFieldWhenAsked) {
  DecoderRequest request = Nested();
  request.options["fail-on-missing-field"] = "true";
  EXPECT_EQ(DecodeTexts(request,
                        {R"({"a":1,"r":null,"l":[],"m":null})", R"({"a":1,"a":2,"r":null,"l":[]})",
                         R"({"a":1,"r":{"x":1},"l":[],"m":null})"}),
            (std::vector<std::string>{"(1,null,[],null,)", "!byte 0: the key \"m\" is missing",
                                      "!byte 11: the key \"y\" is missing"}));
}

TEST(JsonDecoder, IgnoresParseErrorsWhenAsked) {
  DecoderRequest request = Nested();
  request.options["ignore-parse-errors"] = "true";
  EXPECT_EQ(
      DecodeTexts(request, {R"({"a":"x","r":{"x":{},"y":1},"l":[{"z":[]},7],"m":{"k":[{}]}})",
                            R"({"a":1,"r":[1,{"x":2}],"l":3,"m":"s"})", R"({"a":1)",
                            R"({"a":1,"r":{"x":[1,}})", "\"text\"", R"({"a":2})"}),
      (std::vector<std::string>{R"((null,(null,"1",),[(null,),null,],{"k":[null,],},))",
                                "(1,null,null,null,)", "(2,null,null,null,)", "-", "-", "-"}));
  request.options["fail-on-missing-field"] = "true";
  EXPECT_EQ(DecodeTexts(request, {})[0],
            "!format json: fail-on-missing-field and ignore-parse-errors cannot both be true");
}

TEST(JsonDecoder, LeavesOutWhatNobodyNeeds) {
  DecoderRequest request = Nested();
  request.schema.fields[1].type =
      Type::Row({{"x", Type::Simple(TypeKind::kBigInt, false)}, {"y", Type::Varchar()}});
  request.nested = {{}, {{1}}, {}, {}};
  EXPECT_EQ(
      DecodeTexts(request, {R"({"r":{"x":5,"y":"a"}})", R"({"r":{"y":"b","x":[1,{"q":2}]}})",
                            R"({"r":{"x":01,"y":"c"}})"}),
      (std::vector<std::string>{"(null,(0,\"a\",),null,null,)", "(null,(0,\"b\",),null,null,)",
                                "!byte 11: a number may not begin with 0"}));
}

// What a condition leaves out gives no row; all else keeps its place, and its message.
TEST(JsonDecoder, LeavesOutRowsThatMeetNoCondition) {
  using Comparison = flow::FieldCondition::Comparison;
  DecoderRequest request;
  request.schema.fields = {
      {"kind", Simple(TypeKind::kInt)},
      {"bid",
       Type::Row({{"price", Simple(TypeKind::kBigInt)}, {"url", Type::Varchar(100)}}, true)}};
  const std::vector<std::string> texts = {R"({"kind":2,"bid":{"price":5,"url":"a"}})",
                                          R"({"kind":1,"bid":null})",
                                          R"({"bid":{"price":7,"url":"b"},"kind":2})",
                                          R"({"kind":2})",
                                          R"({"kind":null,"bid":{"price":9,"url":"c"}})",
                                          R"({"kind":"2)",
                                          R"([{"kind":2},{"kind":1}])",
                                          R"({"kind":2,"bid":{"price":-1,"url":""}})"};
  const auto decode = [&](std::vector<flow::FieldCondition> conditions) {
    request.conditions = std::move(conditions);
    return DecodeTexts(request, texts);
  };
  const std::string bad = decode({}).back();
  ASSERT_EQ(bad[0], '!');
  const auto all = decode({});
  ASSERT_EQ(all.size(), 9U);
  const auto pick = [&](const std::vector<size_t>& rows) {
    std::vector<std::string> picked;
    for (const size_t row : rows) picked.push_back(all[row]);
    picked.push_back(bad);
    return picked;
  };
  // Of an array all rows stay: whoever asked looks at them anyway.
  EXPECT_EQ(decode({{0, {}, Comparison::kEqual, int64_t{2}}}), pick({0, 2, 3, 5, 6, 7}));
  EXPECT_EQ(decode({{0, {}, Comparison::kNotEqual, int64_t{2}}}), pick({1, 5, 6}));
  EXPECT_EQ(decode({{1, {0}, Comparison::kGreater, int64_t{5}}}), pick({2, 4, 5, 6}));
  EXPECT_EQ(decode({{1, {0}, Comparison::kLessOrEqual, int64_t{5}}}), pick({0, 5, 6, 7}));
  EXPECT_EQ(decode({{1, {1}, Comparison::kEqual, std::string("b")}}), pick({2, 5, 6}));
  EXPECT_EQ(decode({{1, {1}, Comparison::kNotEqual, std::string("b")}}), pick({0, 4, 5, 6, 7}));
  EXPECT_EQ(decode({{0, {}, Comparison::kEqual, int64_t{2}},
                    {1, {0}, Comparison::kGreaterOrEqual, int64_t{0}}}),
            pick({0, 2, 5, 6}));
  // Text is not compared with numbers: nothing is left out.
  EXPECT_EQ(decode({{0, {}, Comparison::kEqual, std::string("2")}}), all);

  request.conditions = {{0, {}, Comparison::kEqual, int64_t{2}}};
  Messages messages;
  for (const std::string& text : texts) messages.Add(text);
  const auto decoder = MakeDecoder(request);
  ASSERT_TRUE(decoder.ok());
  const auto decoded = (*decoder)->Decode(messages.Views());
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->message_of_row, (std::vector<int32_t>{0, 2, 3, 6, 6, 7}));
  EXPECT_EQ(decoded->skipped, 0);
}

TEST(JsonDecoder, RefusesSchemasItCannotRead) {
  const auto error = [](const TypePtr& type) {
    return DecodeTexts({.schema = {{{"v", type}}}}, {})[0];
  };
  EXPECT_EQ(error(Type::Map(Simple(TypeKind::kInt), Type::Varchar())),
            "!format json: the key of a map must be a string: column .v is MAP<INT, STRING>");
  DecoderRequest request = {.schema = {{{"v", Type::Varchar()}}},
                            .options = {{"ignore-parse-eror", "true"}}};
  EXPECT_NE(DecodeTexts(request, {})[0].find("did you mean 'ignore-parse-errors'"),
            std::string::npos);
}

std::string FileText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::filesystem::path TestData() {
  const char* root = std::getenv("SLUICE_SOURCE_DIR");
  return std::filesystem::path(root == nullptr ? "../../.." : root) / "tests/data";
}

// Each document as the value of a key, once wanted and once not; the next message must be read.
TEST(JsonDecoder, AcceptsAndRejectsAsJsonTestSuite) {
  int accepted = 0, rejected = 0;
  for (const bool good : {true, false}) {
    for (const auto& file :
         std::filesystem::directory_iterator(TestData() / "json-suite" / (good ? "y" : "n"))) {
      const std::string text = FileText(file.path());
      for (const char* key : {"v", "unknown"}) {
        const auto out = DecodeTexts({.schema = {{{"v", Type::Varchar()}}}},
                                     {"{\"" + std::string(key) + "\":" + text + "}", "{}"});
        ASSERT_EQ(out.size(), 2u);
        EXPECT_EQ(out[1][0] != '!', good) << file.path() << " " << out[1];
        EXPECT_EQ(out[good ? 1 : 0], "(null,)");
      }
      // As a whole message, a text that is no object or array of objects is rejected as well.
      const auto whole = DecodeTexts({.schema = {{{"v", Type::Varchar()}}}}, {text, "{}"});
      if (!good && !text.empty()) {
        EXPECT_EQ(whole[1][0], '!') << file.path();
      }
      ++(good ? accepted : rejected);
    }
  }
  EXPECT_EQ(accepted, 48);
  EXPECT_EQ(rejected, 94);
}

// Real documents, as the text of one STRING column: the same document comes back.
TEST(JsonDecoder, KeepsRealDocuments) {
  const auto folder = TestData() / "json-samples";
  std::vector<std::string> documents;
  for (const char* name :
       {"twitter.json", "twitterescaped.json", "citm_catalog.json", "github_events.json"}) {
    documents.push_back(FileText(folder / name));
  }
  std::ifstream lines(folder / "amazon_cellphones.ndjson");
  for (std::string line; std::getline(lines, line);) documents.push_back(line);
  ASSERT_EQ(documents.size(), 797u);
  for (const std::string& document : documents) {
    const std::string row =
        DecodeTexts({.schema = {{{"v", Type::Varchar()}}}}, {"{\"v\":" + document + "}"})[0];
    ASSERT_EQ(row.substr(0, 2), "(\"") << row.substr(0, 100);
    const std::string text = row.substr(2, row.size() - 5);
    EXPECT_EQ(nlohmann::json::parse(text), nlohmann::json::parse(document));
  }
}

}  // namespace
}  // namespace sluice::formats::json
