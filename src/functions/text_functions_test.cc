// SPDX-License-Identifier: Apache-2.0
// Functions that make and read texts (PRINTF, JSON, regular expressions, encodings) on strange
// input. tests/streaming asks Flink about each of them.
#include "functions/testing.h"

namespace sluice::functions {
namespace {

TEST(Printf, FormatsThatAreNone) {
  for (const char* format :
       {"%", "%5", "%-", "%.", "%.d", "%--5d", "%00d", "%1$", "%0$d", "%$d", "%z", "%,x", "%+s",
        "%#d", "%<s", "%2$s", "%5n", "%999999999999999s%"}) {
    EXPECT_EQ(CallText("PRINTF", {Text(format), Int(1)}), "NULL") << format;
  }
}

TEST(Printf, WhatSluiceDoesNotKnowIsAnError) {
  for (const char* format : {"%h", "%a", "%tY", "%5A"}) {
    EXPECT_NE(CallText("PRINTF", {Text(format), Int(1)}).find("ERROR"), std::string::npos);
  }
}

TEST(Printf, WidthsAreBounded) {
  EXPECT_EQ(CallText("CHAR_LENGTH", {*MakeCall("PRINTF", {Text("%99999999999d"), Int(1)})}),
            std::to_string(1 << 20));
}

TEST(Printf, TextsThatAreNoUtf8) {
  EXPECT_EQ(CallText("CHAR_LENGTH",
                     {*MakeCall("PRINTF", {Text("%S%.1s"), Text("\xFF"), Text("\xFF\xFF")})}),
            "3");
}

TEST(Json, TextsThatAreNoJson) {
  EXPECT_NE(CallText("JSON", {Text("{\"a\":")}).find("not a JSON text"), std::string::npos);
  EXPECT_NE(CallText("JSON", {Text("\xFF")}).find("not a JSON text"), std::string::npos);
  EXPECT_NE(CallText("JSON", {Text(std::string(2000, '['))}).find("not a JSON text"),
            std::string::npos);
  EXPECT_EQ(CallText("JSON", {Text(" \t ")}), "NULL");
  EXPECT_EQ(
      CallText("JSON", {Text("{\"b\" : 1.50, \"a\":[1E-2147483648, 12345678901234567890123]}")}),
      "{\"a\":[1E-2147483648,12345678901234567890123],\"b\":1.50}");
  EXPECT_EQ(CallText("JSON_UNQUOTE", {Text("\"\\ud83d\\ude00\\ud83d\"")}), "😀?");
  EXPECT_EQ(CallText("JSON_QUOTE", {Text("a\xFF")}), "\"a\\ufffd\"");
}

// Of members of one name the last one counts, in small objects and in large ones; and an object of
// 50,000 members is read at once, not for seconds by a search per member.
TEST(Json, ObjectsOfManyMembers) {
  const auto object = [](int members) {
    std::string text = "{\"same\":1";
    for (int i = 0; i < members; ++i) {
      text += ",\"m" + std::to_string(i) + "\":{\"n\":" + std::to_string(i) + "}";
    }
    return Text(text + ",\"same\":2,\"m0\":{\"n\":-1}}");
  };
  for (const int members : {1, 14, 15, 16, 17, 50'000}) {
    const auto value = [&](const std::string& path) {
      return CallText("JSON_VALUE", {object(members), Text(path)});
    };
    EXPECT_EQ(value("$.same"), "2") << members;
    EXPECT_EQ(value("$.m0.n"), "-1") << members;
    const std::string last = members == 1 ? "-1" : std::to_string(members - 1);
    EXPECT_EQ(value("$.m" + std::to_string(members - 1) + ".n"), last) << members;
  }
}

TEST(Variant, HasOneForm) {
  EXPECT_EQ(CallText("PARSE_JSON", {Text(" {\"b\":1.50,\"a\":[true, null ,1E2]} x")}),
            "{\"a\":[true,null,100.0],\"b\":1.5}");
  EXPECT_EQ(CallText("PARSE_JSON", {Text("[-0, 10.00, 0.0, 12345678901234567890123]")}),
            "[0,10,0,12345678901234567890123]");
  EXPECT_EQ(CallText("PARSE_JSON", {Text("{\"a\":1,\"a\":2}"), Bool(true)}), "{\"a\":2}");
}

TEST(Variant, TextsThatAreNoJson) {
  const std::string deep = std::string(1001, '[') + std::string(1001, ']');
  for (const std::string& text : {std::string(), std::string("{"), std::string("\"\xFF\""), deep,
                                  std::string("{\"a\":1,\"a\":2}")}) {
    EXPECT_NE(CallText("PARSE_JSON", {Text(text)}).find("Failed to parse json string"),
              std::string::npos)
        << text;
    EXPECT_EQ(CallText("TRY_PARSE_JSON", {Text(text)}), "NULL") << text;
  }
}

TEST(Json, NothingToMake) {
  EXPECT_EQ(CallText("JSON_OBJECT", {Int(1)}), "{}");
  EXPECT_EQ(CallText("JSON_ARRAY", {Int(1)}), "[]");
  EXPECT_EQ(CallText("JSON_OBJECT", {}),
            "ERROR: JSON_OBJECT: takes pairs of a key, a text, and a value");
}

TEST(Regexp, WhatRe2LacksIsAnError) {
  for (const char* name : {"REGEXP_COUNT", "REGEXP_INSTR", "REGEXP_SUBSTR", "REGEXP_EXTRACT_ALL"}) {
    for (const char* pattern : {"(?=b)", "(?<=a)b", "(a)\\1", "(?<!a)b"}) {
      EXPECT_NE(CallText(name, {Text("abc"), Text(pattern)}).find("cannot be used"),
                std::string::npos)
          << name << " " << pattern;
    }
  }
}

TEST(Regexp, TextsThatAreNoUtf8) {
  EXPECT_EQ(CallText("REGEXP_COUNT", {Text("\xFF\xFF"), Text("")}), "2");
  EXPECT_EQ(CallText("REGEXP_INSTR", {Text("\xFFz"), Text("z")}), "2");
  EXPECT_EQ(CallText("REGEXP_COUNT", {Text(std::string(1000, 'a')), Text("a")}), "1000");
}

TEST(Encodings, StrangeTexts) {
  EXPECT_EQ(CallText("URL_ENCODE", {Text("\xFF")}), "%FF");
  EXPECT_EQ(CallText("URL_DECODE", {Text("%")}), "NULL");
  EXPECT_EQ(CallText("URL_DECODE", {Text("%4")}), "NULL");
  EXPECT_EQ(
      CallText("HEX", {*MakeCall("DECODE", {*MakeCall("UNHEX", {Text("0")}), Text("UTF-8")})}),
      "00");
}

TEST(Encodings, Utf16) {
  const auto around = [](const char* text, const char* charset) {
    return CallText("DECODE", {*MakeCall("ENCODE", {Text(text), Text(charset)}), Text(charset)});
  };
  for (const char* charset : {"UTF-16", "utf-16be", "UTF-16LE"}) {
    EXPECT_EQ(around("aü😀", charset), "aü😀") << charset;
    EXPECT_EQ(around("", charset), "") << charset;
  }
  EXPECT_EQ(CallText("HEX", {*MakeCall("DECODE", {*MakeCall("ENCODE", {Text("a"), Text("UTF-16")}),
                                                  Text("ISO-8859-1")})}),
            "C3BEC3BF0061");
}

TEST(Elt, PlacesThatAreNone) {
  EXPECT_EQ(CallText("ELT", {BigInt(INT64_MIN), Text("a")}),
            "ERROR: ELT: takes an index of 0 or more, not -9223372036854775808");
  EXPECT_EQ(CallText("ELT", {Cast(Text("-1"), kBigIntType), Text("a")}), "NULL");
  EXPECT_EQ(CallText("ELT", {BigInt(INT64_MAX), Text("a")}), "NULL");
  EXPECT_EQ(CallText("ELT", {Int(2), Text("a"), Null()}), "NULL");
}

}  // namespace
}  // namespace sluice::functions
