// SPDX-License-Identifier: Apache-2.0
#include "sinks/kafka/messages.h"

#include "arrow/api.h"
#include "gtest/gtest.h"
#include "sinks/kafka/sink.h"
#include "sinks/kafka/transactional.h"

namespace sluice::sinks::kafka {
namespace {

using flow::RowKind;

flow::ConnectorTable Table() {
  flow::ConnectorTable table;
  table.name = "t";
  table.columns = {{{"k", flow::Type::Simple(flow::TypeKind::kInt), ""}},
                   {{"v", flow::Type::Varchar(), ""}}};
  table.options = {{"connector", "kafka"},
                   {"topic", "t"},
                   {"key.format", "json"},
                   {"key.fields", "k"},
                   {"value.format", "json"},
                   {"value.fields-include", "EXCEPT_KEY"},
                   {"properties.bootstrap.servers", "localhost:1"}};
  return table;
}

flow::Batch Rows(flow::RowKinds kinds = {}) {
  arrow::Int32Builder keys;
  arrow::StringBuilder values;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(keys.Append(i).ok());
    EXPECT_TRUE(values.Append("v" + std::to_string(i)).ok());
  }
  flow::Batch batch;
  batch.rows = arrow::RecordBatch::Make(
      arrow::schema({arrow::field("k", arrow::int32()), arrow::field("v", arrow::utf8())}), 3,
      {keys.Finish().ValueOrDie(), values.Finish().ValueOrDie()});
  batch.kinds = std::move(kinds);
  return batch;
}

MessageMaker::Messages Encoded(const flow::Batch& batch, bool upsert) {
  std::vector<Error> errors;
  const auto options = sources::kafka::ParseKafkaOptions(Table(), &errors);
  EXPECT_TRUE(errors.empty());
  auto maker = MessageMaker::Make(Table(), options, upsert);
  EXPECT_TRUE(maker.ok());
  MessageMaker::Messages messages;
  EXPECT_TRUE((*maker)->Encode(batch, &messages).ok());
  return messages;
}

TEST(KafkaMessages, KeyAndValueAreApart) {
  const auto messages = Encoded(Rows(), false);
  EXPECT_EQ(messages.keys[1], R"({"k":1})");
  EXPECT_EQ(messages.values[1], R"({"v":"v1"})");
  EXPECT_TRUE(messages.deletes.empty());
}

TEST(KafkaMessages, AnUpsertDeletesByAMissingValue) {
  const auto messages =
      Encoded(Rows({RowKind::kUpdateBefore, RowKind::kUpdateAfter, RowKind::kDelete}), true);
  EXPECT_EQ(messages.skip, (std::vector<uint8_t>{1, 0, 0}));
  EXPECT_EQ(messages.deletes, (std::vector<uint8_t>{0, 0, 1}));
}

TEST(KafkaSink, WhatIsWrongIsSaid) {
  flow::ConnectorTable table = Table();
  table.options["sink.delivery-guarantee"] = "exactly-once";
  ASSERT_EQ(KafkaConnector().check(table).size(), 1u);
  EXPECT_NE(KafkaConnector().check(table)[0].text.find("sink.transactional-id-prefix"),
            std::string::npos);
  table.options["sink.transactional-id-prefix"] = "x";
  EXPECT_TRUE(KafkaConnector().check(table).empty());
  EXPECT_EQ(TopicName("a b/c.d_e-1"), "a-b-c.d_e-1");
  table = Table();
  table.options["topic"] = "a;b";
  EXPECT_FALSE(KafkaConnector().check(table).empty());
  EXPECT_TRUE(KafkaConnector().check(Table()).empty());
}

}  // namespace
}  // namespace sluice::sinks::kafka
