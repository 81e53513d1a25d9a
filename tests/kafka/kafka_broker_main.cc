// SPDX-License-Identifier: Apache-2.0
// Checks the Kafka source against a real broker; librdkafka produces, and what it was given is the
// oracle. Prints one line per check; exits 1 if one fails.
//   kafka_broker BOOTSTRAP              all checks
//   kafka_broker BOOTSTRAP follow TOPIC N   reads TOPIC natively until N records came
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arrow/api.h"
#include "io/clock.h"
#include "sources/connector.h"

namespace {

using namespace sluice;
using sources::OpenOptions;

int failures = 0;
std::string bootstrap;

void Expect(bool right, const std::string& what) {
  if (right) return;
  ++failures;
  std::printf("  FAILED: %s\n", what.c_str());
}

// ---- producing and administering, with librdkafka ----

using Settings = std::map<std::string, std::string>;

class Broker {
 public:
  explicit Broker(Settings settings = {}) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    settings["bootstrap.servers"] = bootstrap;
    settings["linger.ms"] = "20";
    settings["enable.idempotence"] = "true";  // a retry must not change the order
    char text[256];
    for (const auto& [key, value] : settings)
      if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), text, sizeof text) != 0)
        Expect(false, text);
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    queue_ = rd_kafka_queue_new(handle_);
  }
  Broker(const Broker&) = delete;
  ~Broker() {
    rd_kafka_queue_destroy(queue_);
    rd_kafka_destroy(handle_);
  }
  rd_kafka_t* handle() { return handle_; }

  void Produce(const std::string& topic, int32_t partition, const std::string& value) {
    const auto code = rd_kafka_producev(
        handle_, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK), RD_KAFKA_V_END);
    Expect(code == 0, std::string("produce: ") + rd_kafka_err2str(code));
  }
  void Flush() { Expect(rd_kafka_flush(handle_, 30000) == 0, "flush"); }
  void Check(rd_kafka_error_t* error) {
    if (error == nullptr) return;
    Expect(false, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
  }

  void CreateTopic(const std::string& topic, int partitions) {
    char text[256];
    rd_kafka_NewTopic_t* request =
        rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, text, sizeof text);
    rd_kafka_CreateTopics(handle_, &request, 1, nullptr, queue_);
    Wait();
    rd_kafka_NewTopic_destroy(request);
  }
  void DeleteTopic(const std::string& topic) {
    rd_kafka_DeleteTopic_t* request = rd_kafka_DeleteTopic_new(topic.c_str());
    rd_kafka_DeleteTopics(handle_, &request, 1, nullptr, queue_);
    Wait();
    rd_kafka_DeleteTopic_destroy(request);
  }
  void GrowTopic(const std::string& topic, size_t partitions) {
    char text[256];
    rd_kafka_NewPartitions_t* request =
        rd_kafka_NewPartitions_new(topic.c_str(), partitions, text, sizeof text);
    rd_kafka_CreatePartitions(handle_, &request, 1, nullptr, queue_);
    Wait();
    rd_kafka_NewPartitions_destroy(request);
  }
  void DeleteRecords(const std::string& topic, int32_t partition, int64_t before) {
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = before;
    rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(list);
    rd_kafka_DeleteRecords(handle_, &request, 1, nullptr, queue_);
    Wait();
    rd_kafka_DeleteRecords_destroy(request);
    rd_kafka_topic_partition_list_destroy(list);
  }

 private:
  void Wait() {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue_, 30000);
    Expect(event != nullptr && rd_kafka_event_error(event) == 0, "an admin request failed");
    if (event != nullptr) rd_kafka_event_destroy(event);
  }
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;
};

// ---- reading, through the connector ----

struct Reading {
  std::unique_ptr<flow::Source> source;
  std::unique_ptr<flow::SourceReader> reader;
  std::vector<flow::Split> splits;
  std::map<std::string, int64_t> position;
  std::vector<std::string> values;  // "<split>@<offset>=<value>"
};

Result<std::unique_ptr<flow::Source>> OpenSource(const std::string& topic,
                                                 const std::string& client, bool once,
                                                 flow::OptionMap more = {}) {
  flow::ConnectorTable table;
  table.name = "checks." + topic;
  table.columns.push_back({.field = {"v", flow::Type::Varchar(), ""}});
  table.options = {{"connector", "kafka"},
                   {"topic", topic},
                   {"properties.bootstrap.servers", bootstrap},
                   {"format", "raw"},
                   {"scan.startup.mode", "earliest-offset"}};
  for (auto& [key, value] : more) table.options[key] = value;
  OpenOptions open;
  open.projection.columns = {0};
  open.stop_at_latest = once;
  open.client = client;
  return sources::FindSourceConnector("kafka")->open(table, open);
}

Status Begin(Reading* reading) {
  SLUICE_ASSIGN(reading->splits, reading->source->DiscoverSplits());
  SLUICE_ASSIGN(reading->reader, reading->source->OpenReader());
  for (size_t i = 0; i < reading->splits.size(); ++i)
    SLUICE_TRY(reading->reader->Assign(static_cast<int>(i), reading->splits[i],
                                       reading->splits[i].start_offset));
  return Status::Ok();
}

// Polls until the end, `count` values, or `patience_ms`.
Status Poll(Reading* reading, size_t count, int64_t patience_ms = 20'000) {
  const int64_t deadline_ms = io::RealClock().MonotonicMs() + patience_ms;
  while (reading->values.size() < count && io::RealClock().MonotonicMs() < deadline_ms) {
    SLUICE_ASSIGN(const flow::PollResult result, reading->reader->Poll(1000, 100));
    if (result.split >= 0)
      reading->position[reading->splits[static_cast<size_t>(result.split)].name] =
          result.next_offset;
    if (result.batch) {
      const auto& column = static_cast<const arrow::StringArray&>(*result.batch->rows->column(0));
      for (int64_t i = 0; i < column.length(); ++i)
        reading->values.push_back(std::to_string(result.split) + "@" +
                                  std::to_string(result.batch->origin.OffsetOfRow(i)) + "=" +
                                  column.GetString(i));
    }
    if (result.end) return Status::Ok();
  }
  return Status::Ok();
}

Result<std::vector<std::string>> ReadOnce(const std::string& topic, const std::string& client,
                                          flow::OptionMap more = {}) {
  Reading reading;
  SLUICE_ASSIGN(reading.source, OpenSource(topic, client, true, std::move(more)));
  SLUICE_TRY(Begin(&reading));
  SLUICE_TRY(Poll(&reading, SIZE_MAX));
  std::sort(reading.values.begin(), reading.values.end());
  return std::move(reading.values);
}

void ExpectRead(const std::string& topic, const std::string& client,
                std::vector<std::string> expected, flow::OptionMap more = {}) {
  auto values = ReadOnce(topic, client, std::move(more));
  if (!values.ok()) return Expect(false, topic + " " + client + ": " + values.error().ToString());
  std::sort(expected.begin(), expected.end());
  Expect(*values == expected, topic + " " + client + ": read " + std::to_string(values->size()) +
                                  " records, expected " + std::to_string(expected.size()));
}

const std::vector<std::string> kClients = {"native", "librdkafka"};

// ---- checks ----

void EveryCodec() {
  for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    Broker broker(Settings{{"compression.type", codec}});
    const std::string topic = std::string("codec-") + codec;
    broker.CreateTopic(topic, 2);
    std::vector<std::string> expected;
    for (int i = 0; i < 2000; ++i) {
      const std::string value = "{\"n\":" + std::to_string(i) + ",\"x\":\"" +
                                std::string(static_cast<size_t>(i % 300), 'x') + "\"}";
      broker.Produce(topic, i % 2, value);
      expected.push_back(std::to_string(i % 2) + "@" + std::to_string(i / 2) + "=" + value);
    }
    broker.Flush();
    for (const std::string& client : kClients) ExpectRead(topic, client, expected);
  }
}

void Transactions() {
  Broker admin;
  admin.CreateTopic("tx", 1);
  Broker broker(Settings{{"transactional.id", "checks"}, {"compression.type", "lz4"}});
  broker.Check(rd_kafka_init_transactions(broker.handle(), 30000));
  std::vector<std::string> committed, all;
  int64_t offset = 0;
  for (int round = 0; round < 6; ++round) {
    broker.Check(rd_kafka_begin_transaction(broker.handle()));
    const bool abort = round % 2 == 1;
    for (int i = 0; i < 5; ++i) {
      const std::string value = std::to_string(round) + "." + std::to_string(i);
      broker.Produce("tx", 0, value);
      all.push_back("0@" + std::to_string(offset) + "=" + value);
      if (!abort) committed.push_back(all.back());
      ++offset;
    }
    broker.Flush();
    broker.Check(abort ? rd_kafka_abort_transaction(broker.handle(), 30000)
                       : rd_kafka_commit_transaction(broker.handle(), 30000));
    ++offset;  // the marker
  }
  // One that stays open: read_committed ends before it.
  broker.Check(rd_kafka_begin_transaction(broker.handle()));
  broker.Produce("tx", 0, "open");
  broker.Flush();
  all.push_back("0@" + std::to_string(offset) + "=open");
  for (const std::string& client : kClients) {
    ExpectRead("tx", client, committed);
    ExpectRead("tx", client, all, {{"properties.isolation.level", "read_uncommitted"}});
  }
  broker.Check(rd_kafka_abort_transaction(broker.handle(), 30000));
}

void ResumesAndGrows() {
  Broker broker;
  broker.CreateTopic("grow", 1);
  for (int i = 0; i < 10; ++i) broker.Produce("grow", 0, std::to_string(i));
  broker.Flush();
  Reading first;
  auto source = OpenSource("grow", "native", false, {{"properties.group.id", "grow-group"}});
  if (!source.ok()) return Expect(false, source.error().text);
  first.source = *std::move(source);
  Expect(Begin(&first).ok() && Poll(&first, 10).ok() && first.values.size() == 10, "first read");
  const flow::SourcePosition position{"kafka", first.source->identity(), first.position};
  Expect(position.splits == std::map<std::string, int64_t>{{"grow-0", 10}}, "position");
  Expect(position.identity.contains("cluster") && position.identity.contains("topic:grow"),
         "identity has cluster and topic id");
  Expect(first.source->Acknowledge(position).ok(), "acknowledge");

  broker.GrowTopic("grow", 3);
  io::RealClock().SleepMs(500);
  Broker fresh;  // a producer that has not cached the old number of partitions
  fresh.Produce("grow", 0, "ten");
  fresh.Produce("grow", 2, "new");
  fresh.Flush();
  // While running: discovery. After a restart, even from latest: nothing of the new one is lost.
  const auto grown = first.source->DiscoverSplits();
  Expect(grown.ok() && grown->size() == 3 && (*grown)[2].start_offset == 0, "discovery");
  for (const std::string& client : kClients) {
    Reading second;
    auto again = OpenSource("grow", client, true, {{"scan.startup.mode", "latest-offset"}});
    if (!again.ok()) return Expect(false, again.error().text);
    second.source = *std::move(again);
    const Status fits = second.source->CheckRestorable(position);
    Expect(fits.ok(), fits.ok() ? "" : fits.error().text);
    Expect(Begin(&second).ok() && Poll(&second, SIZE_MAX).ok(), "second read");
    std::sort(second.values.begin(), second.values.end());
    Expect(second.values == std::vector<std::string>{"0@10=ten", "2@0=new"},
           "resumed with " + client);
  }
  io::RealClock().SleepMs(500);  // the commit of the group is asynchronous
  ExpectRead("grow", "native", {"0@10=ten", "2@0=new"},
             {{"scan.startup.mode", "group-offsets"},
              {"properties.group.id", "grow-group"},
              {"properties.auto.offset.reset", "earliest"}});
}

void ExpectLost(const Status& status, const std::vector<std::string>& parts,
                const std::string& what) {
  if (status.ok() || status.error().kind != ErrorKind::kSourceLost)
    return Expect(false, what + ": not noticed" + (status.ok() ? "" : status.error().ToString()));
  for (const std::string& part : parts)
    Expect(status.error().text.find(part) != std::string::npos, what + ": " + status.error().text);
}

void LossIsNamed() {
  for (const std::string& client : kClients) {
    Broker broker;
    const std::string topic = "lost-" + client;
    broker.CreateTopic(topic, 1);
    for (int i = 0; i < 100; ++i) broker.Produce(topic, 0, std::to_string(i));
    broker.Flush();
    Reading reading;
    auto source = OpenSource(topic, client, false);
    if (!source.ok()) return Expect(false, source.error().text);
    reading.source = *std::move(source);
    Expect(Begin(&reading).ok() && Poll(&reading, 100).ok(), "read");
    flow::SourcePosition position{"kafka", reading.source->identity(), {{topic + "-0", 30}}};

    broker.DeleteRecords(topic, 0, 60);
    auto restarted = OpenSource(topic, client, false);
    Expect(restarted.ok(), "open");
    ExpectLost((*restarted)->CheckRestorable(position), {topic, "30", "60 to 100", "30 offsets"},
               client + " retention, at start");
    Reading behind;
    behind.source = *OpenSource(topic, client, false,
                                {{"scan.startup.mode", "specific-offsets"},
                                 {"scan.startup.specific-offsets", "partition:0,offset:30"}});
    Expect(Begin(&behind).ok(), "begin");
    ExpectLost(Poll(&behind, 1), {topic, "30", "60"}, client + " retention, while reading");

    // Recreated with more records than the recorded offset: only the ids tell.
    broker.DeleteTopic(topic);
    io::RealClock().SleepMs(1000);
    broker.CreateTopic(topic, 1);
    Broker other;
    for (int i = 0; i < 200; ++i) other.Produce(topic, 0, "other");
    other.Flush();
    ExpectLost((*OpenSource(topic, client, false))->CheckRestorable(position), {"created again"},
               client + " recreated, at start");
    if (client == "native")
      ExpectLost(Poll(&reading, 101, 60'000), {"created again"}, "recreated, while reading");
    const auto discovered = reading.source->DiscoverSplits();
    Expect(!discovered.ok() && discovered.error().kind == ErrorKind::kSourceLost,
           client + " recreated, at discovery");
  }
}

void MistakesAtStart() {
  auto missing = OpenSource("codec-lz5", "native", false);
  const auto splits = missing.ok() ? (*missing)->DiscoverSplits() : missing.error();
  Expect(!splits.ok() && splits.error().kind == ErrorKind::kNotFound &&
             splits.error().text.find("codec-lz4") != std::string::npos,
         "a missing topic is named, with the nearest");
  const int64_t start_ms = io::RealClock().MonotonicMs();
  auto dark = OpenSource("x", "native", false, {{"properties.bootstrap.servers", "127.0.0.1:1"}});
  const auto none = dark.ok() ? (*dark)->DiscoverSplits() : dark.error();
  Expect(!none.ok() && none.error().text.find("127.0.0.1:1") != std::string::npos,
         "an unreachable broker is named");
  Expect(io::RealClock().MonotonicMs() - start_ms < 15'000, "within seconds");
}

int Follow(const std::string& topic, size_t count) {
  Reading reading;
  auto source = OpenSource(topic, "native", false);
  if (!source.ok()) return std::fprintf(stderr, "%s\n", source.error().text.c_str()), 1;
  reading.source = *std::move(source);
  Status status = Begin(&reading);
  std::printf("reading\n");
  std::fflush(stdout);
  if (status.ok()) status = Poll(&reading, count, 90'000);
  if (!status.ok()) return std::fprintf(stderr, "%s\n", status.error().text.c_str()), 1;
  for (size_t i = 0; i < reading.values.size(); ++i)
    if (!reading.values[i].starts_with("0@" + std::to_string(i) + "=")) return 1;
  std::printf("records %zu\n", reading.values.size());
  return reading.values.size() == count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  bootstrap = argv[1];
  if (argc == 5 && std::string(argv[2]) == "follow") return Follow(argv[3], std::stoul(argv[4]));
  const std::vector<std::pair<const char*, std::function<void()>>> checks = {
      {"every codec, both data paths", EveryCodec},
      {"transactions", Transactions},
      {"resuming, and partitions that are added", ResumesAndGrows},
      {"what is lost is named", LossIsNamed},
      {"mistakes at start", MistakesAtStart},
  };
  for (const auto& [name, check] : checks) {
    const int before = failures;
    check();
    std::printf("%s: %s\n", failures == before ? "ok" : "FAILED", name);
    std::fflush(stdout);
  }
  return failures == 0 ? 0 : 1;
}
