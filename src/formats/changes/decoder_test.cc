// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/decoder.h"

#include <gtest/gtest.h>

#include "arrow/api.h"
#include "formats/json/reference_test.h"
#include "formats/padded_messages.h"

namespace sluice::formats::changes {
namespace {

using flow::Type;
using Texts = std::vector<std::string>;

DecoderRequest IdAndName(const flow::OptionMap& options = {}, const Texts& metadata = {}) {
  DecoderRequest request;
  request.schema.fields = {{"id", Type::Simple(flow::TypeKind::kInt, false), ""},
                           {"name", Type::Varchar(), ""}};
  request.options = options;
  request.metadata = metadata;
  return request;
}

/// "0 +I (1,"a",)" for each row of message 0; "0 !reason" for a refused one; "-" for a skipped one.
Texts Decode(const Dialect& dialect, const DecoderRequest& request, const Texts& texts) {
  Messages messages;
  for (const std::string& text : texts) messages.Add(text);
  auto decoder = MakeDecoder(dialect, request);
  if (!decoder.ok()) return {"!" + decoder.error().text};
  auto decoded = (*decoder)->Decode(messages.Views());
  if (!decoded.ok()) return {"!" + decoded.error().text};
  EXPECT_TRUE(decoded->rows->ValidateFull().ok());
  Texts out;
  for (size_t i = 0; i < decoded->kinds.size(); ++i) {
    out.push_back(std::to_string(decoded->message_of_row[i]) + " " +
                  std::string(flow::ShortText(decoded->kinds[i])) + " " +
                  json::Rendered(*decoded->rows, static_cast<int64_t>(i)));
  }
  for (const Rejected& r : decoded->rejected) {
    out.push_back(std::to_string(r.message) + " !" + r.reason);
  }
  for (int32_t i = 0; i < decoded->skipped; ++i) out.emplace_back("-");
  return out;
}

TEST(Debezium, ChangesBecomeRowsWithKinds) {
  EXPECT_EQ(Decode(Debezium(), IdAndName(),
                   {R"({"before":null,"after":{"id":1,"name":"a"},"op":"c","ts_ms":5})",
                    R"({"before":{"id":1,"name":"a"},"after":{"id":1,"name":"b"},"op":"u"})",
                    R"({"before":{"id":1,"name":"b"},"after":null,"op":"d"})", "",
                    R"({"before":null,"after":{"id":2,"name":null},"op":"r"})"}),
            (Texts{R"(0 +I (1,"a",))", R"(1 -U (1,"a",))", R"(1 +U (1,"b",))", R"(2 -D (1,"b",))",
                   "4 +I (2,null,)", "-"}));
}

const Texts kWrong = {R"({"before":null,"after":{"id":1},"op":"u"})",
                      "no json",
                      R"({"before":null,"after":null,"op":"d"})",
                      R"({"op":"t"})",
                      R"({"op":"m"})",
                      R"({"after":{"id":3},"op":"c"})",
                      R"({"after":{"id":4}})",
                      R"([{"after":{"id":5},"op":"c"}])",
                      R"({"before":{"id":6},"op":"u"})"};

TEST(Debezium, WhatCannotBeSaidIsRefused) {
  EXPECT_EQ(
      Decode(Debezium(), IdAndName(), kWrong),
      (Texts{"5 +I (3,null,)",
             ("0 !The \"before\" field of UPDATE message is null, if you are using Debezium "
              "Postgres Connector, please check the Postgres table has been set REPLICA IDENTITY "
              "to FULL level."),
             "1 !byte 0: expected '{'",
             ("2 !The \"before\" field of DELETE message is null, if you are using Debezium "
              "Postgres Connector, please check the Postgres table has been set REPLICA IDENTITY "
              "to FULL level."),
             ("3 !every row of the table is gone (\"op\" is \"t\"), which changes of single rows "
              "cannot say"),
             "4 !Unknown \"op\" value \"m\". The Debezium JSON message has to be one of c, r, u, d",
             "6 !The Debezium JSON message has no \"op\"; it has to be one of c, r, u, d",
             "7 !byte 0: expected '{'", "8 !The \"after\" field of UPDATE message is null"}));
}

TEST(Debezium, WithIgnoreParseErrorsItIsLeftOut) {
  EXPECT_EQ(Decode(Debezium(), IdAndName({{"ignore-parse-errors", "TRUE"}}), kWrong),
            (Texts{"5 +I (3,null,)", "-", "-", "-", "-", "-", "-", "-", "-"}));
}

TEST(Debezium, TheSchemaIsSkipped) {
  EXPECT_EQ(Decode(Debezium(), IdAndName({{"schema-include", "true"}}),
                   {R"({"schema":{"x":1},"payload":{"before":null,"after":{"id":7},"op":"c"}})",
                    R"({"schema":{"x":1},"payload":null})"}),
            (Texts{"0 +I (7,null,)",
                   "1 !The Debezium JSON message has no \"op\"; it has to be one of c, r, u, d"}));
}

TEST(Debezium, Metadata) {
  const std::string change =
      R"({"before":{"id":1},"after":{"id":2},"op":"u","ts_ms":1589362330904,"source":)"
      R"({"ts_ms":1589362330000,"db":"inventory","table":"products",)"
      R"("snapshot":false,"gtid":null}})";
  const Texts metadata = {"source.timestamp", "schema",       "source.database",
                          "source.schema",    "source.table", "ingestion-timestamp"};
  EXPECT_EQ(Decode(Debezium(), IdAndName({}, metadata), {change}),
            (Texts{R"(0 -U (1,null,1589362330000000,null,"inventory",null,"products",)"
                   "1589362330904000,)",
                   R"(0 +U (2,null,1589362330000000,null,"inventory",null,"products",)"
                   "1589362330904000,)"}));
  EXPECT_EQ(Decode(Debezium(), IdAndName({{"schema-include", "true"}}, {"schema", "source.table"}),
                   {R"({"schema": {"a": [1]}, "payload":)" + change + "}"})[0],
            R"(0 -U (1,null,"{"a":[1]}","products",))");
  EXPECT_EQ(Decode(Debezium(), IdAndName({}, {"source.properties"}), {change})[0],
            R"(0 -U (1,null,{"db":"inventory","gtid":null,"snapshot":"false",)"
            R"("table":"products","ts_ms":"1589362330000",},))");
  EXPECT_EQ(Decode(Debezium(), IdAndName({}, {"nothing"}), {change}),
            (Texts{"!format debezium-json has no metadata 'nothing'"}));
}

TEST(Debezium, TimesThatAreNone) {
  const Texts changes = {R"({"after":{"id":1},"op":"c"})",
                         R"({"after":{"id":2},"op":"c","source":{"ts_ms":"soon"}})",
                         R"({"after":{"id":3},"op":"c","source":{"ts_ms":9223372036854775807}})"};
  EXPECT_EQ(Decode(Debezium(), IdAndName({}, {"source.timestamp"}), changes),
            (Texts{"0 +I (1,null,null,)", "1 !metadata 'source.timestamp' is no time: soon",
                   "2 !metadata 'source.timestamp' is no time: 9223372036854775807"}));
  EXPECT_EQ(Decode(Debezium(), IdAndName({{"ignore-parse-errors", "true"}}, {"source.timestamp"}),
                   changes),
            (Texts{"0 +I (1,null,null,)", "-", "-"}));
}

TEST(Canal, SeveralRowsAndOnlyWhatChanged) {
  EXPECT_EQ(
      Decode(
          Canal(), IdAndName(),
          {R"({"data":[{"id":"1","name":"a"},{"id":"2","name":null}],"old":null,"type":"INSERT"})",
           R"({"data":[{"id":"3","name":"x"},{"id":"2","name":"b"}],)"
           R"("old":[{"id":"1"},{"name":null}],"type":"UPDATE"})",
           R"({"data":[{"id":"3","name":"x"},{"id":"2","name":"b"}],"type":"DELETE"})",
           R"({"data":[],"type":"INSERT"})"}),
      (Texts{R"(0 +I (1,"a",))", "0 +I (2,null,)", R"(1 -U (1,"x",))", R"(1 +U (3,"x",))",
             "1 -U (2,null,)", R"(1 +U (2,"b",))", R"(2 -D (3,"x",))", R"(2 -D (2,"b",))"}));
}

TEST(Canal, StatementsThatChangeNoRowGiveNothing) {
  EXPECT_EQ(Decode(Canal(), IdAndName(),
                   {R"({"data":null,"isDdl":true,"type":"CREATE"})",
                    R"({"data":null,"isDdl":true,"type":"ALTER"})",
                    R"({"data":null,"isDdl":true,"type":"TRUNCATE"})", R"({"type":"QUERY"})"}),
            (Texts{"2 !every row of the table is gone (\"type\" is \"TRUNCATE\"), which changes of "
                   "single rows cannot say",
                   "3 !Unknown \"type\" value \"QUERY\". The Canal JSON message has to be one of "
                   "INSERT, UPDATE, DELETE",
                   "-", "-"}));
}

TEST(Canal, AMessageIsTakenWholeOrNotAtAll) {
  EXPECT_EQ(Decode(Canal(), IdAndName(),
                   {R"({"data":[{"id":1},null],"type":"INSERT"})",
                    R"({"data":[{"id":1},{"id":2}],"old":[{"id":0}],"type":"UPDATE"})",
                    R"({"data":[{"id":1}],"old":null,"type":"UPDATE"})",
                    R"({"data":[{"id":1}],"old":[null],"type":"UPDATE"})", R"({"type":"DELETE"})"}),
            (Texts{"0 !The \"data\" field of INSERT message is null",
                   "1 !\"old\" has 1 rows, but \"data\" has 2",
                   "2 !The \"old\" field of UPDATE message is null",
                   "3 !The \"old\" field of UPDATE message is null",
                   "4 !The \"data\" field of DELETE message is null"}));
}

TEST(Canal, OtherTablesAreNotLookedAt) {
  const Texts changes = {
      R"({"data":[{"id":1}],"database":"shop","table":"orders","type":"INSERT"})",
      R"({"data":[{"id":"none"}],"database":"shop","table":"others","type":"INSERT"})",
      R"({"data":[{"id":2}],"database":"workshop","table":"orders","type":"INSERT"})",
      R"({"data":[{"id":3}],"table":"orders","type":"INSERT"})",
      "{",
      "",
      R"({"data":[{"id":4}],"database":"shop","table":"orders_2","type":"INSERT"})"};
  const flow::OptionMap options = {{"database.include", "shop"},
                                   {"table.include", "orders(_\\d+)?"}};
  EXPECT_EQ(Decode(Canal(), IdAndName(options, {"table"}), changes),
            (Texts{R"(0 +I (1,null,"orders",))", R"(6 +I (4,null,"orders_2",))",
                   "3 !the message has no \"database\"", "4 !byte 1: the message ends too early",
                   "-", "-", "-"}));
  flow::OptionMap ignoring = options;
  ignoring["ignore-parse-errors"] = "true";
  EXPECT_EQ(Decode(Canal(), IdAndName(ignoring), changes),
            (Texts{"0 +I (1,null,)", "6 +I (4,null,)", "-", "-", "-", "-", "-"}));
  EXPECT_EQ(Decode(Canal(), IdAndName({{"table.include", "("}}), {})[0].substr(0, 63),
            "!option 'table.include' is no regular expression of RE2 (missin");
}

TEST(Canal, Metadata) {
  EXPECT_EQ(Decode(Canal(),
                   IdAndName({}, {"database", "table", "sql-type", "pk-names",
                                  "ingestion-timestamp", "event-timestamp"}),
                   {R"({"data":[{"id":"1"},{"id":"2"}],"database":"inventory","es":1589373515000,)"
                    R"("pkNames":["id"],"sqlType":{"id":4,"name":12},"table":"products2",)"
                    R"("ts":1589373515477,"type":"INSERT"})",
                    R"({"data":[{"id":"3"}],"type":"INSERT"})"}),
            (Texts{R"(0 +I (1,null,"inventory","products2",{"id":4,"name":12,},["id",],)"
                   "1589373515477000,1589373515000000,)",
                   R"(0 +I (2,null,"inventory","products2",{"id":4,"name":12,},["id",],)"
                   "1589373515477000,1589373515000000,)",
                   "1 +I (3,null,null,null,null,null,null,null,)"}));
}

TEST(Maxwell, OnlyWhatChanged) {
  EXPECT_EQ(
      Decode(Maxwell(), IdAndName({}, {"ingestion-timestamp", "primary-key-columns"}),
             {(R"({"type":"insert","ts":1596684883,"data":{"id":1,"name":"a"},)"
               R"("primary_key_columns":["id"]})"),
              R"({"type":"update","data":{"id":1,"name":"b"},"old":{"name":null}})",
              R"({"type":"update","data":{"id":2,"name":"b"},"old":{"id":1,"more":0}})",
              R"({"type":"delete","data":{"id":2,"name":"b"}})",
              R"({"type":"table-alter","table":"t"})", R"({"type":"update","data":{"id":1}})",
              R"({"type":"bootstrap-start"})"}),
      (Texts{R"(0 +I (1,"a",1596684883000000,["id",],))", "1 -U (1,null,null,null,)",
             R"(1 +U (1,"b",null,null,))", R"(2 -U (1,"b",null,null,))",
             R"(2 +U (2,"b",null,null,))", R"(3 -D (2,"b",null,null,))",
             "5 !The \"old\" field of UPDATE message is null",
             ("6 !Unknown \"type\" value \"bootstrap-start\". The Maxwell JSON message has to "
              "be one of insert, update, delete"),
             "-"}));
}

// More columns than a byte has bits; the keys in another order each time, and given twice.
TEST(Maxwell, WideRows) {
  DecoderRequest request;
  std::string data = "{";
  for (int i = 0; i < 20; ++i) {
    const std::string name = "c" + std::to_string(i);
    request.schema.fields.push_back({name, Type::Simple(flow::TypeKind::kInt), ""});
    data += (i > 0 ? ",\"" : "\"") + name + "\":" + std::to_string(i);
  }
  data += "}";
  Texts changes, expected;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "\"c" + std::to_string(i) + "\":";
    const std::string other = "\"c" + std::to_string((i * 7 + 3) % 20) + "\":null";
    changes.push_back(R"({"type":"update","old":{"c0":5},"old":{)" + name + "1," + other + "," +
                      name + "100},\"data\":" + data + "}");
    std::string before = "(", after = "(";
    for (int c = 0; c < 20; ++c) {
      const bool is_null = c == (i * 7 + 3) % 20;
      before += c == i ? "100" : is_null ? "null" : std::to_string(c);
      before += ",";
      after += std::to_string(c) + ",";
    }
    expected.push_back(std::to_string(i) + " -U " + before + ")");
    expected.push_back(std::to_string(i) + " +U " + after + ")");
  }
  EXPECT_EQ(Decode(Maxwell(), request, changes), expected);
}

}  // namespace
}  // namespace sluice::formats::changes
