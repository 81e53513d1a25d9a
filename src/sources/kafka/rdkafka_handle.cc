// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/rdkafka_handle.h"

#include <array>
#include <utility>

#include "base/log.h"
#include "io/clock.h"

namespace sluice::sources::kafka {
namespace {

using Settings = std::map<std::string, std::string>;

void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  auto* delivery = static_cast<RdkafkaDelivery*>(opaque);
  if (delivery->failed++ == 0) delivery->error = rd_kafka_err2str(message->err);
}

void OnError(rd_kafka_t*, int code, const char* reason, void* opaque) {
  static_cast<RdkafkaTrouble*>(opaque)->Note(code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
                                             reason != nullptr ? reason : "");
}

// librdkafka repeats a failure with every attempt to connect: one line a minute says it.
void OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  auto* trouble = static_cast<RdkafkaTrouble*>(rd_kafka_opaque(handle));
  if (level > 4) {
    log::Debug("kafka client", {{"facility", facility}, {"text", text}});
  } else if (trouble->IsNews(text, io::RealClock().MonotonicMs())) {
    log::Warn("kafka client", {{"facility", facility}, {"text", text}});
  }
}

struct ConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDeleter>;

Result<Conf> MakeConf(const Settings& settings) {
  Conf conf(rd_kafka_conf_new());
  std::array<char, 512> text{};
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), text.data(), text.size()) !=
        RD_KAFKA_CONF_OK) {
      return InvalidArgument("Kafka setting '" + key + "': " + text.data());
    }
  }
  return conf;
}

Result<RdkafkaHandle> MakeHandle(rd_kafka_type_t type, Conf conf) {
  std::array<char, 512> text{};
  rd_kafka_t* handle = rd_kafka_new(type, conf.get(), text.data(), text.size());
  if (handle == nullptr)
    return InvalidArgument(std::string("cannot make a Kafka client: ") + text.data());
  (void)conf.release();  // rd_kafka_new has taken it
  return RdkafkaHandle(handle);
}

}  // namespace

void RdkafkaDeleter::operator()(rd_kafka_t* handle) const {
  // No unsubscribe, no leave-group round trip: partitions were assigned by hand.
  rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void RdkafkaTrouble::Note(bool all_brokers_down, std::string text) {
  const std::lock_guard lock(mutex_);
  // "All brokers are down" says less than the connection failure before it.
  if (all_brokers_down) {
    all_brokers_down_ = true;
    if (!text_.empty()) return;
  }
  text_ = std::move(text);
}

bool RdkafkaTrouble::IsNews(const std::string& line, int64_t now_ms) {
  constexpr int64_t kRepeatMs = 60'000;
  const std::lock_guard lock(mutex_);
  if (line == logged_ && now_ms - logged_ms_ < kRepeatMs) return false;
  logged_ = line;
  logged_ms_ = now_ms;
  return true;
}

bool RdkafkaTrouble::all_brokers_down() const {
  const std::lock_guard lock(mutex_);
  return all_brokers_down_;
}

std::string RdkafkaTrouble::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

Result<RdkafkaHandle> MakeRdkafkaConsumer(const KafkaOptions& options,
                                          const std::map<std::string, std::string>& overrides,
                                          RdkafkaTrouble* trouble) {
  std::map<std::string, std::string> settings = options.client_settings;
  settings.emplace("client.id", "sluice");
  settings["bootstrap.servers"] = options.bootstrap_servers;
  settings["enable.auto.commit"] = "false";
  settings["enable.auto.offset.store"] = "false";
  settings["auto.offset.reset"] = "error";
  settings["check.crcs"] = "true";
  settings["allow.auto.create.topics"] = "false";
  for (const auto& [key, value] : overrides) settings[key] = value;

  SLUICE_ASSIGN(Conf conf, MakeConf(settings));
  rd_kafka_conf_set_opaque(conf.get(), trouble);
  rd_kafka_conf_set_error_cb(conf.get(), OnError);
  rd_kafka_conf_set_log_cb(conf.get(), OnLog);
  SLUICE_ASSIGN(RdkafkaHandle handle, MakeHandle(RD_KAFKA_CONSUMER, std::move(conf)));
  rd_kafka_poll_set_consumer(handle.get());
  return handle;
}

Result<RdkafkaHandle> MakeRdkafkaProducer(const Settings& settings, RdkafkaDelivery* delivered) {
  Settings all = settings;
  all.emplace("client.id", "sluice");
  all.emplace("linger.ms", "5");
  all.emplace("partitioner", "murmur2_random");  // as the Java client places keys
  all["enable.idempotence"] = "true";
  for (const char* of_consumer : {"group.id", "isolation.level", "fetch.min.bytes",
                                  "fetch.wait.max.ms", "max.partition.fetch.bytes"}) {
    all.erase(of_consumer);
  }
  SLUICE_ASSIGN(Conf conf, MakeConf(all));
  rd_kafka_conf_set_opaque(conf.get(), delivered);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), OnDelivery);
  return MakeHandle(RD_KAFKA_PRODUCER, std::move(conf));
}

}  // namespace sluice::sources::kafka
