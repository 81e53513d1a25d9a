// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/encoder.h"

#include <gtest/gtest.h>

#include "arrow/api.h"
#include "formats/changes/decoder.h"
#include "formats/padded_messages.h"

namespace sluice::formats::changes {
namespace {

using flow::Type;
using Texts = std::vector<std::string>;

const flow::Schema kSchema = {{{"id", Type::Decimal(10, 8), ""}, {"name", Type::Varchar(), ""}}};

/// An update from one row to the other, as rows.
Decoded Update() {
  Messages messages;
  messages.Add(R"({"before":{"id":0.00000002,"name":null},"after":{"id":1,"name":"b"},"op":"u"})");
  auto decoder = MakeDecoder(Debezium(), {.schema = kSchema, .nested = {}, .options = {}});
  EXPECT_TRUE(decoder.ok());
  auto decoded = (*decoder)->Decode(messages.Views());
  EXPECT_TRUE(decoded.ok());
  return *std::move(decoded);
}

Texts Encode(const Dialect& dialect, const flow::OptionMap& options = {}) {
  auto encoder = MakeEncoder(dialect, {kSchema, options});
  if (!encoder.ok()) return {encoder.error().text};
  const Decoded update = Update();
  EncodedRows rows;
  EXPECT_TRUE((*encoder)->EncodeChanges(*update.rows, update.kinds, &rows).ok());
  Texts texts;
  for (int64_t i = 0; i < rows.size(); ++i) texts.emplace_back(rows[i]);
  return texts;
}

TEST(ChangeEncoder, RowsAreWrittenAsFlinkWritesThem) {
  EXPECT_EQ(Encode(Debezium()),
            (Texts{R"({"before":{"id":2E-8,"name":null},"after":null,"op":"d"})",
                   R"({"before":null,"after":{"id":1,"name":"b"},"op":"c"})"}));
  EXPECT_EQ(Encode(Canal(), {{"encode.decimal-as-plain-number", "true"}}),
            (Texts{R"({"data":[{"id":0.00000002,"name":null}],"type":"DELETE"})",
                   R"({"data":[{"id":1.00000000,"name":"b"}],"type":"INSERT"})"}));
  EXPECT_EQ(Encode(Maxwell()), (Texts{R"({"data":{"id":2E-8,"name":null},"type":"delete"})",
                                      R"({"data":{"id":1,"name":"b"},"type":"insert"})"}));
}

TEST(ChangeEncoder, FieldsThatAreNullCanBeLeftOut) {
  const flow::OptionMap options = {{"encode.ignore-null-fields", "true"}};
  EXPECT_EQ(Encode(Debezium(), options)[0], R"({"before":{"id":2E-8},"op":"d"})");
  EXPECT_EQ(Encode(Debezium(), options)[1], R"({"after":{"id":1,"name":"b"},"op":"c"})");
  EXPECT_EQ(Encode(Canal(), options)[0], R"({"data":[{"id":2E-8}],"type":"DELETE"})");
}

TEST(ChangeEncoder, ASchemaIsNotWritten) {
  EXPECT_EQ(Encode(Debezium(), {{"schema-include", "true"}}),
            (Texts{"format debezium-json: a schema cannot be written; leave out "
                   "'schema-include'"}));
}

// What is written is read again: an update as the deletion of the old row and a new one.
TEST(ChangeEncoder, WhatIsWrittenCanBeRead) {
  const Decoded update = Update();
  for (const Dialect* dialect : {&Debezium(), &Canal(), &Maxwell()}) {
    Messages messages;
    for (const std::string& text : Encode(*dialect)) messages.Add(text);
    auto decoder = MakeDecoder(*dialect, {.schema = kSchema, .nested = {}, .options = {}});
    ASSERT_TRUE(decoder.ok());
    const auto decoded = (*decoder)->Decode(messages.Views());
    ASSERT_TRUE(decoded.ok());
    EXPECT_TRUE(decoded->rows->Equals(*update.rows)) << dialect->name;
    EXPECT_EQ(decoded->kinds, (flow::RowKinds{flow::RowKind::kDelete, flow::RowKind::kInsert}));
  }
}

}  // namespace
}  // namespace sluice::formats::changes
