// SPDX-License-Identifier: Apache-2.0
// The data path on librdkafka against the mock broker that librdkafka brings along.
#include "sources/kafka/rdkafka_client.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>

#include "io/clock.h"
#include "sources/kafka/rdkafka_handle.h"
#include "sources/kafka/scripted_broker.h"

namespace sluice::sources::kafka {
namespace {

TEST(RdkafkaHandle, OurRulesWinOverTheUsersSettings) {
  KafkaOptions options;
  options.bootstrap_servers = "127.0.0.1:1";
  options.client_settings = {{"auto.offset.reset", "latest"},
                             {"check.crcs", "false"},
                             {"enable.auto.commit", "true"},
                             {"enable.auto.offset.store", "true"},
                             {"allow.auto.create.topics", "true"}};
  RdkafkaTrouble trouble;
  const auto handle = MakeRdkafkaConsumer(options, {}, &trouble);
  ASSERT_TRUE(handle.ok()) << handle.error().text;
  const auto setting = [&](const char* name) {
    std::array<char, 64> text{};
    size_t size = text.size();
    return rd_kafka_conf_get(rd_kafka_conf(handle->get()), name, text.data(), &size) ==
                   RD_KAFKA_CONF_OK
               ? std::string(text.data())
               : std::string("?");
  };
  EXPECT_EQ(setting("auto.offset.reset"), "error");
  EXPECT_EQ(setting("check.crcs"), "true");
  EXPECT_EQ(setting("enable.auto.commit"), "false");
  EXPECT_EQ(setting("enable.auto.offset.store"), "false");
  EXPECT_EQ(setting("allow.auto.create.topics"), "false");
}

class RdkafkaClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    ASSERT_EQ(rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", nullptr, 0), RD_KAFKA_CONF_OK);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    ASSERT_NE(producer_, nullptr);
    rd_kafka_mock_cluster_t* mock = rd_kafka_handle_mock_cluster(producer_);
    rd_kafka_mock_topic_create(mock, "t", 1, 1);
    KafkaOptions options;
    options.bootstrap_servers = rd_kafka_mock_cluster_bootstraps(mock);
    options.client_settings = {{"group.id", "g"}};
    auto client = OpenRdkafkaClient(options, &control_);
    ASSERT_TRUE(client.ok()) << client.error().text;
    client_ = *std::move(client);
  }
  void TearDown() override {
    client_.reset();
    if (producer_ != nullptr) rd_kafka_destroy(producer_);
  }
  void Produce(const std::string& value) {
    const auto code =
        rd_kafka_producev(producer_, RD_KAFKA_V_TOPIC("t"), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    ASSERT_EQ(code, RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(producer_, 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  // Reads until `count` values came, an error, or some seconds.
  Status Read(size_t count) {
    const int64_t deadline_ms = io::RealClock().MonotonicMs() + 10'000;
    while (values_.size() < count && io::RealClock().MonotonicMs() < deadline_ms) {
      SLUICE_ASSIGN(const Records records, client_->Next(100, 100));
      for (const std::string_view value : records.values) values_.emplace_back(value);
    }
    return Status::Ok();
  }

  rd_kafka_t* producer_ = nullptr;
  FakeCluster control_;
  std::unique_ptr<Client> client_;
  std::vector<std::string> values_;
};

TEST_F(RdkafkaClientTest, ReadsFromWhereItIsToldTo) {
  for (const char* value : {"a", "b", "c"}) Produce(value);
  ASSERT_TRUE(client_->Assign({.topic = "t", .topic_id = {}, .offset = 1, .stop_offset = {}}).ok());
  ASSERT_TRUE(Read(2).ok());
  EXPECT_EQ(values_, (std::vector<std::string>{"b", "c"}));
}

TEST_F(RdkafkaClientTest, AnOffsetThatIsGoneIsSourceLost) {
  Produce("a");
  control_.range = {0, 1};
  ASSERT_TRUE(client_->Assign({.topic = "t", .topic_id = {}, .offset = 7, .stop_offset = {}}).ok());
  const Status status = Read(1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kSourceLost);
  for (const char* part : {"'t' partition 0", "offset 7", "0 to 1"})
    EXPECT_NE(status.error().text.find(part), std::string::npos) << status.error().text;
}

}  // namespace
}  // namespace sluice::sources::kafka
