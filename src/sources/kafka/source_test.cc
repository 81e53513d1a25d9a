// SPDX-License-Identifier: Apache-2.0
// The Kafka source over a made-up cluster: options, startup and bounded modes, discovery,
// restoring, dead letters, metadata and key columns.
#include "sources/kafka/source.h"

#include <gtest/gtest.h>

#include <deque>

#include "arrow/api.h"
#include "sources/kafka/metadata_columns.h"
#include "sources/kafka/properties.h"

namespace sluice::sources::kafka {
namespace {

using flow::Type;
using flow::TypeKind;

TopicId Id(uint8_t n) {
  TopicId id;
  id.bytes[15] = n;
  return id;
}

struct World {
  std::string cluster_id = "cluster-1";
  std::map<std::string, TopicDescription> topics;
  std::map<TopicPartition, OffsetRange> ranges;
  std::map<TopicPartition, int64_t> committed, by_time, acknowledged;
};

class WorldCluster : public Cluster {
 public:
  explicit WorldCluster(World* world) : world_(world) {}
  Result<std::string> ClusterId() override { return world_->cluster_id; }
  Result<std::vector<TopicDescription>> Describe(const std::vector<std::string>& topics) override {
    std::vector<TopicDescription> out;
    for (const auto& topic : topics) {
      if (!world_->topics.contains(topic)) return NotFound("no topic " + topic);
      out.push_back(world_->topics[topic]);
    }
    return out;
  }
  Result<std::vector<std::string>> TopicNames() override {
    std::vector<std::string> out;
    for (const auto& [name, topic] : world_->topics) out.push_back(name);
    return out;
  }
  Result<OffsetRange> Offsets(const TopicPartition& p) override { return world_->ranges[p]; }
  Result<std::map<TopicPartition, int64_t>> OffsetsForTime(
      const std::vector<TopicPartition>& partitions, int64_t) override {
    return Of(partitions, world_->by_time);
  }
  Result<std::map<TopicPartition, int64_t>> Committed(
      const std::vector<TopicPartition>& partitions) override {
    return Of(partitions, world_->committed);
  }
  Status Commit(const std::map<TopicPartition, int64_t>& offsets) override {
    world_->acknowledged = offsets;
    return Status::Ok();
  }

 private:
  static std::map<TopicPartition, int64_t> Of(const std::vector<TopicPartition>& partitions,
                                              const std::map<TopicPartition, int64_t>& from) {
    std::map<TopicPartition, int64_t> out;
    for (const auto& p : partitions)
      if (from.contains(p)) out[p] = from.at(p);
    return out;
  }
  World* world_;
};

/// Hands out given values as records of its first split, one run each.
class ListClient : public Client {
 public:
  std::deque<std::vector<std::string>> runs;
  std::vector<RecordHeader> headers;
  Status Assign(const Assignment& assignment) override {
    offset_ = assignment.offset;
    split_ = assignment.split;
    return Status::Ok();
  }
  Result<Records> Next(int64_t, int64_t) override {
    values_.clear();
    offsets_.clear();
    if (runs.empty()) return Records{};
    texts_ = std::move(runs.front());
    runs.pop_front();
    for (std::string& text : texts_) {
      const size_t size = text.size();
      const bool null = text == "NULL";
      text.append(64, '\0');
      values_.push_back(null ? std::string_view() : std::string_view(text.data(), size));
      offsets_.push_back(offset_++);
    }
    return Records{.split = split_, .values = values_, .offsets = offsets_, .next_offset = offset_};
  }
  RecordDetails Details(size_t i) const override {
    return {.key = i % 2 == 0 ? std::string_view("key") : std::string_view(),
            .timestamp_ms = 1000 + static_cast<int64_t>(i),
            .timestamp_type = TimestampType::kCreateTime,
            .leader_epoch = i == 0 ? -1 : 4};
  }
  void Headers(size_t, std::vector<RecordHeader>* out) const override { *out = headers; }
  std::optional<int64_t> EndOffset(int) const override { return 100; }

 private:
  int split_ = 0;
  int64_t offset_ = 0;
  std::vector<std::string> texts_;
  std::vector<std::string_view> values_;
  std::vector<int64_t> offsets_;
};

flow::ConnectorTable Table(flow::OptionMap more = {}) {
  flow::ConnectorTable table{.name = "default.orders"};
  table.columns.push_back({.field = {"v", Type::Varchar(), ""}});
  table.options = {{"connector", "kafka"},
                   {"topic", "orders"},
                   {"properties.bootstrap.servers", "broker:9092"},
                   {"format", "raw"},
                   {"scan.startup.mode", "earliest-offset"}};
  for (auto& [key, value] : more) table.options[key] = value;
  return table;
}

class KafkaSourceTest : public ::testing::Test {
 protected:
  KafkaSourceTest() {
    world_.topics["orders"] = {"orders", Id(1), 2};
    world_.ranges[{"orders", 0}] = {10, 100};
    world_.ranges[{"orders", 1}] = {20, 200};
  }
  std::unique_ptr<flow::Source> Open(const flow::ConnectorTable& table, bool once = false) {
    std::vector<Error> errors;
    KafkaOptions options = ParseKafkaOptions(table, &errors);
    EXPECT_TRUE(errors.empty()) << errors[0].text;
    OpenOptions open;
    for (size_t i = 0; i < table.columns.size(); ++i)
      open.projection.columns.push_back(static_cast<int>(i));
    open.stop_at_latest = once;
    auto source = KafkaSource::Make(table, open, options, std::make_unique<WorldCluster>(&world_),
                                    [this](Cluster*) -> Result<std::unique_ptr<Client>> {
                                      auto client = std::make_unique<ListClient>();
                                      client_ = client.get();
                                      return std::unique_ptr<Client>(std::move(client));
                                    });
    EXPECT_TRUE(source.ok());
    return *std::move(source);
  }
  static std::vector<int64_t> Starts(const std::vector<flow::Split>& splits) {
    std::vector<int64_t> out;
    for (const auto& split : splits) out.push_back(split.start_offset);
    return out;
  }
  static flow::SourcePosition Position(const flow::Source& source,
                                       std::map<std::string, int64_t> splits) {
    return {.kind = "kafka", .identity = source.identity(), .splits = std::move(splits)};
  }

  World world_;
  ListClient* client_ = nullptr;
};

using Offsets = std::vector<int64_t>;

TEST_F(KafkaSourceTest, StartupModes) {
  EXPECT_EQ(Starts(*Open(Table())->DiscoverSplits()), (Offsets{10, 20}));
  EXPECT_EQ(Starts(*Open(Table({{"scan.startup.mode", "latest-offset"}}))->DiscoverSplits()),
            (Offsets{100, 200}));
  world_.by_time = {{{"orders", 0}, 33}, {{"orders", 1}, 200}};
  EXPECT_EQ(Starts(*Open(Table({{"scan.startup.mode", "timestamp"},
                                {"scan.startup.timestamp-millis", "5"}}))
                        ->DiscoverSplits()),
            (Offsets{33, 200}));
  world_.committed = {{{"orders", 1}, 55}};
  EXPECT_EQ(Starts(*Open(Table({{"scan.startup.mode", "specific-offsets"},
                                {"scan.startup.specific-offsets", "partition:0,offset:42"}}))
                        ->DiscoverSplits()),
            (Offsets{42, 55}));
}

TEST_F(KafkaSourceTest, GroupOffsetsWithoutCommitSaysWhatToDo) {
  world_.committed = {{{"orders", 0}, 11}};
  const auto missing = Open(Table({{"scan.startup.mode", "group-offsets"}}))->DiscoverSplits();
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().text.find("orders-1"), std::string::npos) << missing.error().text;
  EXPECT_NE(missing.error().text.find("earliest-offset"), std::string::npos);
  EXPECT_EQ(Starts(*Open(Table({{"scan.startup.mode", "group-offsets"},
                                {"properties.auto.offset.reset", "latest"}}))
                        ->DiscoverSplits()),
            (Offsets{11, 200}));
}

TEST_F(KafkaSourceTest, BoundedModesAndOnce) {
  const auto stops = [](const std::vector<flow::Split>& splits) {
    Offsets out;
    for (const auto& split : splits) out.push_back(split.stop_offset.value_or(-1));
    return out;
  };
  EXPECT_EQ(stops(*Open(Table())->DiscoverSplits()), (Offsets{-1, -1}));
  EXPECT_TRUE(Open(Table())->unbounded());
  EXPECT_EQ(stops(*Open(Table(), true)->DiscoverSplits()), (Offsets{100, 200}));
  EXPECT_FALSE(Open(Table(), true)->unbounded());
  EXPECT_EQ(stops(*Open(Table({{"scan.bounded.mode", "latest-offset"}}))->DiscoverSplits()),
            (Offsets{100, 200}));
  EXPECT_EQ(stops(*Open(Table({{"scan.bounded.mode", "specific-offsets"},
                               {"scan.bounded.specific-offsets",
                                "partition:0,offset:50;partition:1,offset:60"}}))
                       ->DiscoverSplits()),
            (Offsets{50, 60}));
}

TEST_F(KafkaSourceTest, NewPartitionsBeginAtTheirFirstRecord) {
  auto source = Open(Table({{"scan.startup.mode", "latest-offset"}}));
  ASSERT_EQ(source->DiscoverSplits()->size(), 2u);
  world_.topics["orders"].partitions = 3;
  world_.ranges[{"orders", 2}] = {5, 50};
  const auto splits = *source->DiscoverSplits();
  ASSERT_EQ(splits.size(), 3u);
  EXPECT_EQ(splits[2].name, "orders-2");
  EXPECT_EQ(Starts(splits), (Offsets{100, 200, 5}));
  // Also when the partition was added while nothing ran.
  auto restarted = Open(Table({{"scan.startup.mode", "latest-offset"}}));
  ASSERT_TRUE(
      restarted->CheckRestorable(Position(*source, {{"orders-0", 70}, {"orders-1", 170}})).ok());
  EXPECT_EQ(Starts(*restarted->DiscoverSplits()), (Offsets{70, 170, 5}));
}

TEST_F(KafkaSourceTest, TopicPatternsMatchWholeNames) {
  world_.topics["orders-eu"] = {"orders-eu", Id(2), 1};
  world_.topics["my-orders"] = {"my-orders", Id(3), 1};
  auto table = Table();
  table.options.erase("topic");
  table.options["topic-pattern"] = "orders(-..)?";
  std::vector<std::string> names;
  const std::vector<flow::Split> splits = *Open(table)->DiscoverSplits();
  for (const auto& split : splits) names.push_back(split.name);
  EXPECT_EQ(names, (std::vector<std::string>{"orders-0", "orders-1", "orders-eu-0"}));
}

TEST_F(KafkaSourceTest, WhatIsLostStopsTheRestart) {
  auto first = Open(Table());
  ASSERT_TRUE(first->DiscoverSplits().ok());
  const auto good = Position(*first, {{"orders-0", 100}, {"orders-1", 150}});
  EXPECT_TRUE(Open(Table())->CheckRestorable(good).ok());
  const auto lost = [&](const flow::SourcePosition& position) {
    const Status status = Open(Table())->CheckRestorable(position);
    EXPECT_FALSE(status.ok());
    if (status.ok()) return std::string();
    EXPECT_EQ(status.error().kind, ErrorKind::kSourceLost) << status.error().text;
    return status.error().text;
  };
  EXPECT_NE(lost(Position(*first, {{"orders-0", 4}})).find("lost: 6 offsets"), std::string::npos);
  EXPECT_NE(lost(Position(*first, {{"orders-0", 101}})).find("beyond the end"), std::string::npos);
  EXPECT_NE(lost(Position(*first, {{"orders-7", 1}})).find("orders-7"), std::string::npos);
  world_.topics["orders"].id = Id(9);
  EXPECT_NE(lost(good).find("created again"), std::string::npos);
  world_.topics["orders"].id = Id(1);
  world_.cluster_id = "cluster-2";
  EXPECT_NE(lost(good).find("cluster-2"), std::string::npos);
}

TEST_F(KafkaSourceTest, ATopicRecreatedWhileRunningIsNoticedByDiscovery) {
  auto source = Open(Table());
  ASSERT_TRUE(source->DiscoverSplits().ok());
  world_.topics["orders"].id = Id(9);
  const auto splits = source->DiscoverSplits();
  ASSERT_FALSE(splits.ok());
  EXPECT_EQ(splits.error().kind, ErrorKind::kSourceLost);
}

TEST_F(KafkaSourceTest, AcknowledgeCommitsTheGroup) {
  auto source = Open(Table());
  ASSERT_TRUE(source->DiscoverSplits().ok());
  ASSERT_TRUE(source->Acknowledge(Position(*source, {{"orders-1", 77}})).ok());
  EXPECT_EQ(world_.acknowledged, (std::map<TopicPartition, int64_t>{{{"orders", 1}, 77}}));
}

TEST_F(KafkaSourceTest, MetadataColumnsTombstonesAndCounters) {
  auto table = Table();
  const auto add = [&](const std::string& key, flow::TypePtr type) {
    table.columns.push_back({.field = {key, std::move(type), ""},
                             .is_metadata = true,
                             .metadata_key = key,
                             .is_virtual = true});
  };
  for (const flow::Field& field : KafkaMetadata()) add(field.name, field.type);
  auto source = Open(table);
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  ASSERT_TRUE(reader->Assign(0, splits[0], 10).ok());
  client_->runs = {{"a", "b"}};
  client_->headers = {{"h", "1"}, {"h", "2"}, {"g", std::string_view()}};
  const auto result = *reader->Poll(100, 0);
  ASSERT_TRUE(result.batch.has_value());
  const auto& rows = *result.batch->rows;
  ASSERT_EQ(rows.num_rows(), 2);
  EXPECT_TRUE(rows.ValidateFull().ok());
  const auto text = [&](const char* name, int64_t row) {
    return (*rows.GetColumnByName(name)->GetScalar(row))->ToString();
  };
  EXPECT_EQ(text("v", 1), "b");
  EXPECT_EQ(text("topic", 0), "orders");
  EXPECT_EQ(text("partition", 0), "0");
  EXPECT_EQ(text("offset", 1), "11");
  EXPECT_EQ(text("timestamp-type", 0), "CreateTime");
  EXPECT_EQ(text("leader-epoch", 0), "null");
  EXPECT_EQ(text("leader-epoch", 1), "4");
  EXPECT_EQ(static_cast<const arrow::TimestampArray&>(*rows.GetColumnByName("timestamp")).Value(1),
            1'001'000);
  const auto& map = static_cast<const arrow::MapArray&>(*rows.GetColumnByName("headers"));
  EXPECT_EQ(map.value_length(0), 2) << "of equal names the last";
  EXPECT_EQ(
      static_cast<const arrow::ListArray&>(*rows.GetColumnByName("header-list")).value_length(0),
      3);
  EXPECT_EQ(result.batch->origin.OffsetOfRow(1), 11);
  EXPECT_EQ(result.next_offset, 12);
  EXPECT_EQ(reader->LagOfSplit(0), 88);
}

TEST_F(KafkaSourceTest, RejectedRecordsBecomeDeadLettersAndAllAreCounted) {
  auto table = Table({{"format", "json"}});
  table.columns = {{.field = {"n", Type::Simple(TypeKind::kInt), ""}}};
  auto source = Open(table);
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  ASSERT_TRUE(reader->Assign(1, splits[1], 20).ok());
  client_->runs = {{"{\"n\":1}", "broken", "NULL", "{\"n\":2}"}};
  const auto result = *reader->Poll(100, 0);
  ASSERT_TRUE(result.batch.has_value());
  EXPECT_EQ(result.batch->rows->num_rows(), 2);
  EXPECT_EQ(result.batch->origin.OffsetOfRow(0), 20);
  EXPECT_EQ(result.batch->origin.OffsetOfRow(1), 23);
  ASSERT_EQ(result.dead_letters.size(), 1u);
  const flow::DeadLetter& dead = result.dead_letters[0];
  EXPECT_EQ(dead.payload, "broken");
  EXPECT_TRUE(dead.key_is_null);
  EXPECT_EQ(dead.source, "orders");
  EXPECT_EQ(dead.partition, 1);
  EXPECT_EQ(dead.offset, 21);
  EXPECT_EQ(dead.timestamp_ms, 1001);
  EXPECT_EQ(dead.split, 1);
  EXPECT_FALSE(dead.reason.empty());
  const flow::ReaderCounters counters = reader->counters();
  EXPECT_EQ(counters.records_in, 4);
  EXPECT_EQ(counters.rows_out + counters.records_dead + counters.records_skipped,
            counters.records_in + counters.records_exploded);
  EXPECT_EQ(counters.records_skipped, 1);
}

// Columns of the value, of the record and of the message in the order of the table; an update is
// two rows of one record, and what cannot be said as changes is a dead letter.
TEST_F(KafkaSourceTest, ChangesBringTheirOwnMetadata) {
  auto table = Table({{"format", "debezium-json"}});
  const auto metadata = [](const std::string& key, flow::TypePtr type) {
    return flow::ConnectorColumn{
        .field = {key, std::move(type), ""}, .is_metadata = true, .metadata_key = key};
  };
  table.columns = {metadata("value.source.table", Type::Varchar()),
                   {.field = {"n", Type::Simple(TypeKind::kInt), ""}},
                   metadata("offset", Type::Simple(TypeKind::kBigInt)),
                   metadata("value.ingestion-timestamp", Type::TimestampLtz(3))};
  EXPECT_TRUE(KafkaConnector().check(table).empty());
  auto source = Open(table);
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  ASSERT_TRUE(reader->Assign(0, splits[0], 10).ok());
  client_->runs = {
      {R"({"after":{"n":1},"op":"c","ts_ms":7,"source":{"table":"t"}})", "NULL",
       R"({"before":null,"after":{"n":2},"op":"u"})",
       R"({"before":{"n":1},"after":{"n":2},"op":"u","ts_ms":8,"source":{"table":"t"}})"}};
  const auto result = *reader->Poll(100, 0);
  ASSERT_TRUE(result.batch.has_value());
  const auto& rows = *result.batch->rows;
  EXPECT_TRUE(rows.ValidateFull().ok());
  std::string text;
  for (int64_t i = 0; i < rows.num_rows(); ++i) {
    text += flow::ShortText(result.batch->kinds[static_cast<size_t>(i)]);
    for (int c = 0; c < 3; ++c) text += " " + (*rows.column(c)->GetScalar(i))->ToString();
    const auto& times = static_cast<const arrow::TimestampArray&>(*rows.column(3));
    text += " " + std::to_string(times.Value(i)) + "\n";
  }
  EXPECT_EQ(text, "+I t 1 10 7000\n-U t 1 13 8000\n+U t 2 13 8000\n");
  ASSERT_EQ(result.dead_letters.size(), 1u);
  EXPECT_EQ(result.dead_letters[0].offset, 12);
  EXPECT_NE(result.dead_letters[0].reason.find("REPLICA IDENTITY"), std::string::npos);
  const flow::ReaderCounters counters = reader->counters();
  EXPECT_EQ(counters.rows_out + counters.records_dead + counters.records_skipped,
            counters.records_in + counters.records_exploded);
}

TEST_F(KafkaSourceTest, KeyColumnsComeFromTheKey) {
  auto table = Table({{"key.format", "raw"},
                      {"key.fields", "k_id"},
                      {"key.fields-prefix", "k_"},
                      {"value.fields-include", "EXCEPT_KEY"}});
  table.columns.insert(table.columns.begin(), {.field = {"k_id", Type::Varchar(), ""}});
  auto source = Open(table);
  const auto splits = *source->DiscoverSplits();
  auto reader = *source->OpenReader();
  ASSERT_TRUE(reader->Assign(0, splits[0], 10).ok());
  client_->runs = {{"a", "b"}};
  const auto result = *reader->Poll(100, 0);
  ASSERT_TRUE(result.batch.has_value());
  EXPECT_EQ((*result.batch->rows->column(0)->GetScalar(0))->ToString(), "key");
  EXPECT_FALSE((*result.batch->rows->column(0)->GetScalar(1))->is_valid);
  EXPECT_EQ((*result.batch->rows->column(1)->GetScalar(1))->ToString(), "b");
}

std::string FirstError(flow::OptionMap more, const std::vector<std::string>& without = {}) {
  auto table = Table(std::move(more));
  for (const auto& key : without) table.options.erase(key);
  const auto errors = KafkaConnector().check(table);
  return errors.empty() ? "" : errors[0].text;
}

TEST(KafkaOptions, MistakesAreNamed) {
  EXPECT_EQ(FirstError({}), "");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {FirstError({{"scan.startup.modes", "x"}}), "scan.startup.mode"},
      {FirstError({{"scan.startup.mode", "earliest"}}), "earliest-offset"},
      {FirstError({{"scan.startup.mode", "timestamp"}}), "scan.startup.timestamp-millis"},
      {FirstError({{"topic-pattern", "x"}}), "exclude each other"},
      {FirstError({}, {"topic"}), "'topic'"},
      {FirstError({}, {"format"}), "'format'"},
      {FirstError({{"format", "jsn"}}), "json"},
      {FirstError({{"properties.isolation.level", "committed"}}), "read_committed"},
      {FirstError({{"properties.group.ids", "x"}}), "properties.group.id"},
      {FirstError({{"properties.plugin.library.paths", "/x"}}), "plugin.library.paths"},
      {FirstError({{"key.fields", "v"}}), "key.format"},
      {FirstError({{"key.fields", "v"}, {"key.format", "canal-json"}}), "INSERT-only"},
      {FirstError(
           {{"scan.startup.mode", "specific-offsets"}, {"scan.startup.specific-offsets", "0:1"}}),
       "partition:0,offset:42"},
  };
  for (const auto& [text, part] : cases) EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(KafkaOptions, JavaPropertiesAreMapped) {
  std::vector<Error> errors;
  const ClientSettings settings = MapClientProperties(
      {{"security.protocol", "SASL_SSL"},
       {"sasl.mechanism", "PLAIN"},
       {"sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" "
        "password=\"p\\\"q\";"},
       {"fetch.max.wait.ms", "100"},
       {"key.deserializer", "x"}},
      &errors);
  EXPECT_TRUE(errors.empty());
  EXPECT_FALSE(settings.plaintext);
  EXPECT_EQ(settings.settings.at("sasl.username"), "u");
  EXPECT_EQ(settings.settings.at("sasl.password"), "p\"q");
  EXPECT_EQ(settings.settings.at("fetch.wait.max.ms"), "100");
  EXPECT_FALSE(settings.settings.contains("key.deserializer"));
  EXPECT_EQ(settings.settings.at("isolation.level"), "read_committed");
}

TEST(KafkaOptions, SpecificOffsets) {
  EXPECT_EQ(*ParseSpecificOffsets("partition:0,offset:42;partition:1,offset:300"),
            (std::map<int32_t, int64_t>{{0, 42}, {1, 300}}));
  for (const char* wrong : {"", "partition:0", "partition:0,offset:-1", "offset:1,partition:0",
                            "partition:0,offset:1;partition:0,offset:2"})
    EXPECT_FALSE(ParseSpecificOffsets(wrong).ok()) << wrong;
}

TEST(TopicId, PrintsAsKafkaDoes) {
  TopicId id;
  EXPECT_EQ(id.ToString(), "");
  for (size_t i = 0; i < 16; ++i) id.bytes[i] = static_cast<uint8_t>(255 - i);
  EXPECT_EQ(id.ToString(), "__79_Pv6-fj39vX08_Lx8A");
}

}  // namespace
}  // namespace sluice::sources::kafka
