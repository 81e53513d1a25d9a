// SPDX-License-Identifier: Apache-2.0
// The native client against scripted brokers: what it reads when all is well, and what it does when
// leaders move, offsets are gone, topics are recreated, bytes are damaged, replies are cut.
#include "sources/kafka/native_client.h"

#include <gtest/gtest.h>

#include "sources/kafka/scripted_broker.h"

namespace sluice::sources::kafka {
namespace {

using protocol::Code;
using Strings = std::vector<std::string>;

class NativeClientTest : public ::testing::Test {
 protected:
  void Open(bool read_committed = true) {
    KafkaOptions options;
    options.bootstrap_servers = "broker:9092";
    options.read_committed = read_committed;
    auto client =
        OpenNativeClient(options, &control_, {&brokers_, &brokers_.clock, &brokers_.random});
    ASSERT_TRUE(client.ok());
    client_ = *std::move(client);
  }
  void Assign(int split, const std::string& topic, int32_t partition, int64_t offset = 0,
              std::optional<int64_t> stop = {}) {
    ASSERT_TRUE(client_
                    ->Assign({.split = split,
                              .topic = topic,
                              .topic_id = brokers_.topics[topic].id,
                              .partition = partition,
                              .offset = offset,
                              .stop_offset = stop})
                    .ok());
  }
  // Reads until `count` values came, an error, or `patience_ms` of scripted time.
  Status Read(size_t count, int64_t patience_ms = 5'000) {
    const int64_t deadline_ms = brokers_.clock.now_ms + patience_ms;
    while (values_.size() < count && brokers_.clock.now_ms < deadline_ms) {
      auto records = client_->Next(rows_max_, 100);
      if (!records.ok()) return std::move(records).error();
      if (records->split < 0) continue;
      next_[records->split] = records->next_offset;
      for (size_t i = 0; i < records->values.size(); ++i) {
        values_.emplace_back(records->values[i]);
        offsets_[records->split].push_back(records->offsets[i]);
      }
    }
    return Status::Ok();
  }

  ScriptedCluster brokers_;
  FakeCluster control_;
  std::unique_ptr<Client> client_;
  int64_t rows_max_ = 100;
  Strings values_;
  std::map<int, std::vector<int64_t>> offsets_;
  std::map<int, int64_t> next_;
};

TEST_F(NativeClientTest, ReadsEveryVersionOfFetch) {
  for (const int16_t version : {11, 12, 13}) {
    SCOPED_TRACE(version);
    brokers_.topics.clear();
    brokers_.fetch_newest = version;
    auto& log = brokers_.Add("t", 0);
    ScriptedCluster::Append(&log, WriteValues(0, {"a", "b"}, Codec::kLz4));
    ScriptedCluster::Append(&log, WriteValues(2, {"c"}));
    values_.clear();
    Open();
    Assign(0, "t", 0);
    ASSERT_TRUE(Read(3).ok());
    EXPECT_EQ(values_, (Strings{"a", "b", "c"}));
    EXPECT_EQ(next_[0], 3);
    EXPECT_EQ(client_->EndOffset(0), 3);
    ScriptedCluster::Append(&log, WriteValues(3, {"d"}));
    ASSERT_TRUE(Read(4).ok());
    EXPECT_EQ(values_.back(), "d");
  }
}

TEST_F(NativeClientTest, ABrokerThatIsTooOldIsNamed) {
  brokers_.fetch_newest = 10;
  brokers_.Add("t", 0);
  Open();
  Assign(0, "t", 0);
  const Status status = Read(1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kUnsupported);
}

TEST_F(NativeClientTest, RunsAreNoLongerThanAskedFor) {
  auto& log = brokers_.Add("t", 0);
  Strings expected;
  for (int i = 0; i < 50; ++i) expected.push_back(std::to_string(i));
  ScriptedCluster::Append(&log, WriteValues(0, expected, Codec::kZstd));
  rows_max_ = 7;
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(50).ok());
  EXPECT_EQ(values_, expected);
}

TEST_F(NativeClientTest, ReadsPartitionsOfSeveralBrokersAndTopics) {
  brokers_.ports = {{1, 9092}, {2, 9093}};
  int split = 0;
  for (const char* topic : {"x", "y"}) {
    for (int32_t p = 0; p < 3; ++p) {
      auto& log = brokers_.Add(topic, p, static_cast<uint8_t>(*topic));
      log.leader = 1 + p % 2;
      for (int64_t i = 0; i < 10; ++i) ScriptedCluster::Append(&log, WriteValues(i, {"v"}));
    }
  }
  Open();
  for (const char* topic : {"x", "y"})
    for (int32_t p = 0; p < 3; ++p) Assign(split++, topic, p);
  ASSERT_TRUE(Read(60).ok());
  EXPECT_EQ(values_.size(), 60u);
  for (int s = 0; s < split; ++s) {
    EXPECT_EQ(next_[s], 10);
    for (size_t i = 0; i < 10; ++i) EXPECT_EQ(offsets_[s].at(i), static_cast<int64_t>(i));
  }
}

TEST_F(NativeClientTest, FollowsTheLeader) {
  brokers_.ports = {{1, 9092}, {2, 9093}};
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(1).ok());
  log.leader = 2;
  ScriptedCluster::Append(&log, WriteValues(1, {"b"}));
  ASSERT_TRUE(Read(2).ok());
  EXPECT_EQ(values_, (Strings{"a", "b"}));
}

TEST_F(NativeClientTest, SurvivesABrokerThatIsDownForAWhile) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(1).ok());
  brokers_.dead_ports.insert(9092);
  ScriptedCluster::Append(&log, WriteValues(1, {"b"}));
  ASSERT_TRUE(Read(2, 20'000).ok());
  EXPECT_EQ(values_.size(), 1u);
  const int tries = brokers_.connects;
  EXPECT_LT(tries, 80) << "delays between attempts must grow";
  brokers_.dead_ports.clear();
  ASSERT_TRUE(Read(2, 20'000).ok());
  EXPECT_EQ(values_, (Strings{"a", "b"}));
}

TEST_F(NativeClientTest, CutRepliesAreFetchedAgain) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a", "b", "c"}));
  for (size_t cut = 0; cut < 120; cut += 3) {
    brokers_.cut_replies = {{brokers_.fetches + 1, cut}};
    values_.clear();
    Open();
    Assign(0, "t", 0);
    ASSERT_TRUE(Read(3, 60'000).ok());
    EXPECT_EQ(values_, (Strings{"a", "b", "c"})) << cut;
  }
}

TEST_F(NativeClientTest, AFlippedBitIsFetchedAgain) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  ScriptedCluster::Append(&log, WriteValues(1, {"b"}));
  brokers_.tamper = [](int fetch, std::string* reply) {
    if (fetch == 1)
      (*reply)[reply->size() - 8] = static_cast<char>((*reply)[reply->size() - 8] ^ 1);
  };
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(2).ok());
  EXPECT_EQ(values_, (Strings{"a", "b"}));
}

// The fetch of what follows a damaged batch is in flight already when the batch is asked for again.
TEST_F(NativeClientTest, AnAnswerToAnOlderQuestionIsDropped) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  ScriptedCluster::Append(&log, WriteValues(1, {"b"}));
  brokers_.tamper = [&](int fetch, std::string* reply) {
    if (fetch != 1) return;
    (*reply)[reply->size() - 8] = static_cast<char>((*reply)[reply->size() - 8] ^ 1);
    ScriptedCluster::Append(&log, WriteValues(2, {"c"}));
  };
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(3).ok());
  EXPECT_EQ(values_, (Strings{"a", "b", "c"}));
  EXPECT_EQ(offsets_[0], (std::vector<int64_t>{0, 1, 2}));
}

TEST_F(NativeClientTest, LastingDamageIsAnErrorThatNamesThePlace) {
  auto& log = brokers_.Add("orders", 3);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  std::string damaged = WriteValues(1, {"bbbb"});
  ScriptedCluster::Append(&log, damaged);
  log.batches[1].bytes.back() = 'x';
  Open();
  Assign(0, "orders", 3);
  const Status status = Read(2, 60'000);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kCorrupt);
  EXPECT_NE(status.error().text.find("'orders' partition 3 at offset 1"), std::string::npos)
      << status.error().text;
  EXPECT_EQ(values_, (Strings{"a"}));
}

TEST_F(NativeClientTest, AHugeLengthIsRefusedBeforeMemoryIsTaken) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  brokers_.tamper = [](int fetch, std::string* reply) {
    if (fetch == 1) reply->assign(std::string(4, '\0') + std::string(60, '\x7f'));
  };
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(1, 60'000).ok());
  EXPECT_EQ(values_, (Strings{"a"}));
}

TEST_F(NativeClientTest, AnOffsetThatIsGoneIsSourceLost) {
  auto& log = brokers_.Add("orders", 1);
  log.start = 500;
  log.end = 900;
  control_.range = {500, 900};
  Open();
  Assign(0, "orders", 1, 120);
  const Status status = Read(1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kSourceLost);
  for (const char* part : {"'orders' partition 1", "120", "500 to 900", "380"})
    EXPECT_NE(status.error().text.find(part), std::string::npos) << status.error().text;
}

TEST_F(NativeClientTest, ARecreatedTopicIsSourceLost) {
  auto& log = brokers_.Add("t", 0, 1);
  ScriptedCluster::Append(&log, WriteValues(0, {"a", "b"}));
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(2).ok());
  // Another topic of the same name, with more records than were read.
  brokers_.topics.clear();
  auto& other = brokers_.Add("t", 0, 2);
  ScriptedCluster::Append(&other, WriteValues(0, {"x", "y", "z"}));
  const Status status = Read(3);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kSourceLost);
  EXPECT_NE(status.error().text.find("created again"), std::string::npos) << status.error().text;
  EXPECT_EQ(values_, (Strings{"a", "b"}));
}

TEST_F(NativeClientTest, ADeletedTopicIsSourceLostAfterAWhile) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(1).ok());
  brokers_.topics.clear();
  ASSERT_TRUE(Read(2, 10'000).ok()) << "metadata may lag: not lost at once";
  const Status status = Read(2, 120'000);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kSourceLost);
}

TEST_F(NativeClientTest, TransientErrorsAreRetried) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  log.errors = {Code::kLeaderNotAvailable, Code::kNotLeader,       Code::kFencedLeaderEpoch,
                Code::kStorageError,       Code::kUnknownTopicId,  Code::kOffsetNotAvailable,
                Code::kCorruptMessage,     static_cast<Code>(999), Code::kReplicaNotAvailable};
  Open();
  Assign(0, "t", 0);
  ASSERT_TRUE(Read(1, 120'000).ok());
  EXPECT_EQ(values_, (Strings{"a"}));
}

TEST_F(NativeClientTest, MissingPermissionIsSaidAtOnce) {
  brokers_.Add("t", 0).errors = {Code::kTopicAuthorizationFailed};
  Open();
  Assign(0, "t", 0);
  const Status status = Read(1);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::kInvalidArgument);
}

TEST_F(NativeClientTest, CommittedRecordsOnlyAndUpToTheLastStableOffset) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"aborted"}, Codec::kNone, 16, 1));
  ScriptedCluster::Append(&log, WriteMarker(1, 1, false));
  ScriptedCluster::Append(&log, WriteValues(2, {"committed"}, Codec::kNone, 16, 1));
  ScriptedCluster::Append(&log, WriteMarker(3, 1, true));
  ScriptedCluster::Append(&log, WriteValues(4, {"open"}, Codec::kNone, 16, 2));
  log.aborted = {{1, 0}};
  log.stable = 4;
  Open();
  Assign(0, "t", 0, 0, 4);
  ASSERT_TRUE(Read(2, 2'000).ok());
  EXPECT_EQ(values_, (Strings{"committed"}));
  EXPECT_EQ(next_[0], 4) << "the marker is stepped over, so a bounded read ends";
  EXPECT_EQ(client_->EndOffset(0), 4);
}

TEST_F(NativeClientTest, WhoHoldsBackTheStableOffsetIsNamed) {
  auto& log = brokers_.Add("t", 0);
  ScriptedCluster::Append(&log, WriteValues(0, {"a"}));
  ScriptedCluster::Append(&log, WriteValues(1, {"open"}, Codec::kNone, 16, 4711));
  ScriptedCluster::Append(&log, WriteValues(2, {"b"}));
  log.stable = 1;
  Open();
  Assign(0, "t", 0);
  testing::internal::CaptureStderr();
  ASSERT_TRUE(Read(2, 100'000).ok());
  const std::string lines = testing::internal::GetCapturedStderr();
  for (const char* part : {"'t' partition 0", "last_stable_offset=1 ", "producer_id=4711"})
    EXPECT_NE(lines.find(part), std::string::npos) << lines;
  EXPECT_EQ(lines.find("open transaction"), lines.rfind("open transaction")) << "once is enough";
  log.stable = -1;
  ASSERT_TRUE(Read(3).ok());
  EXPECT_EQ(values_, (Strings{"a", "open", "b"}));
}

TEST_F(NativeClientTest, DetailsAndHeadersOfRecords) {
  auto& log = brokers_.Add("t", 0);
  WrittenBatch batch{.base_offset = 0, .records = {}, .base_timestamp_ms = 1000};
  batch.records.push_back({.key = "k", .value = "v", .timestamp_delta = 5, .offset_delta = {}});
  batch.records.push_back({.key = {}, .value = {}, .timestamp_delta = 7, .offset_delta = {}});
  ScriptedCluster::Append(&log, WriteBatch(batch));
  batch.base_offset = 2;
  batch.flags = 8;
  ScriptedCluster::Append(&log, WriteBatch(batch));
  Open();
  Assign(0, "t", 0);
  const auto records = client_->Next(100, 1000);
  ASSERT_TRUE(records.ok());
  ASSERT_EQ(records->values.size(), 4u);
  EXPECT_EQ(client_->Details(0).key, "k");
  EXPECT_EQ(client_->Details(0).timestamp_ms, 1005);
  EXPECT_EQ(client_->Details(0).timestamp_type, TimestampType::kCreateTime);
  EXPECT_EQ(client_->Details(0).leader_epoch, 7);
  EXPECT_EQ(client_->Details(1).key.data(), nullptr);
  EXPECT_EQ(records->values[1].data(), nullptr);
  EXPECT_EQ(client_->Details(2).timestamp_ms, 1007);
  EXPECT_EQ(client_->Details(2).timestamp_type, TimestampType::kLogAppendTime);
  EXPECT_EQ(records->newest_timestamp_ms, 1007);
}

}  // namespace
}  // namespace sluice::sources::kafka
