// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/properties.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "flow/table_options.h"

namespace sluice::sources::kafka {
namespace {

// Java name -> librdkafka name; an empty one means: accepted, without meaning here.
const std::map<std::string, std::string>& Names() {
  static const std::map<std::string, std::string> names = {
      {"bootstrap.servers", "bootstrap.servers"},
      {"client.id", "client.id"},
      {"client.rack", "client.rack"},
      {"client.dns.lookup", "client.dns.lookup"},
      {"broker.address.family", "broker.address.family"},
      {"isolation.level", "isolation.level"},
      {"fetch.min.bytes", "fetch.min.bytes"},
      {"fetch.max.bytes", "fetch.max.bytes"},
      {"fetch.max.wait.ms", "fetch.wait.max.ms"},
      {"max.partition.fetch.bytes", "max.partition.fetch.bytes"},
      {"request.timeout.ms", "socket.timeout.ms"},
      {"receive.buffer.bytes", "socket.receive.buffer.bytes"},
      {"send.buffer.bytes", "socket.send.buffer.bytes"},
      {"reconnect.backoff.ms", "reconnect.backoff.ms"},
      {"reconnect.backoff.max.ms", "reconnect.backoff.max.ms"},
      {"retry.backoff.ms", "retry.backoff.ms"},
      {"metadata.max.age.ms", "metadata.max.age.ms"},
      {"connections.max.idle.ms", "connections.max.idle.ms"},
      {"socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.ms"},
      {"security.protocol", "security.protocol"},
      {"sasl.mechanism", "sasl.mechanism"},
      {"sasl.username", "sasl.username"},
      {"sasl.password", "sasl.password"},
      {"sasl.oauthbearer.config", "sasl.oauthbearer.config"},
      {"sasl.oauthbearer.method", "sasl.oauthbearer.method"},
      {"sasl.oauthbearer.client.id", "sasl.oauthbearer.client.id"},
      {"sasl.oauthbearer.client.secret", "sasl.oauthbearer.client.secret"},
      {"sasl.oauthbearer.scope", "sasl.oauthbearer.scope"},
      {"sasl.oauthbearer.extensions", "sasl.oauthbearer.extensions"},
      {"sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.token.endpoint.url"},
      {"ssl.cipher.suites", "ssl.cipher.suites"},
      {"ssl.endpoint.identification.algorithm", "ssl.endpoint.identification.algorithm"},
      {"enable.ssl.certificate.verification", "enable.ssl.certificate.verification"},
      {"ssl.ca.location", "ssl.ca.location"},
      {"ssl.ca.pem", "ssl.ca.pem"},
      {"ssl.truststore.certificates", "ssl.ca.pem"},
      {"ssl.certificate.location", "ssl.certificate.location"},
      {"ssl.certificate.pem", "ssl.certificate.pem"},
      {"ssl.keystore.certificate.chain", "ssl.certificate.pem"},
      {"ssl.key.location", "ssl.key.location"},
      {"ssl.key.pem", "ssl.key.pem"},
      {"ssl.keystore.key", "ssl.key.pem"},
      {"ssl.key.password", "ssl.key.password"},
      {"ssl.keystore.location", "ssl.keystore.location"},
      {"ssl.keystore.password", "ssl.keystore.password"},
      {"ssl.crl.location", "ssl.crl.location"},
      {"group.id", ""},
      {"auto.offset.reset", ""},
      {"key.deserializer", ""},
      {"value.deserializer", ""},
      {"enable.auto.commit", ""},
      {"zookeeper.connect", ""},  // of consumers long ago, still in many scripts
      {"auto.commit.interval.ms", ""},
      {"commit.offsets.on.checkpoint", ""},
      {"partition.discovery.interval.ms", ""},
      {"register.consumer.metrics", ""},
      {"client.id.prefix", ""},
      {"check.crcs", ""},
      {"max.poll.records", ""},
      {"max.poll.interval.ms", ""},
      {"session.timeout.ms", ""},
      {"heartbeat.interval.ms", ""},
      {"partition.assignment.strategy", ""},
      {"group.instance.id", ""},
      {"group.protocol", ""},
      {"allow.auto.create.topics", ""},
      {"default.api.timeout.ms", ""},
      {"socket.connection.setup.timeout.max.ms", ""},
      {"ssl.protocol", ""},
      {"ssl.enabled.protocols", ""},
      {"sasl.login.callback.handler.class", ""},
      {"transaction.timeout.ms", ""},
      {"acks", ""},
      {"linger.ms", ""},
      {"batch.size", ""},
      {"compression.type", ""},
      {"max.request.size", ""},
      {"buffer.memory", ""},
      {"retries", ""},
      {"enable.idempotence", ""},
      {"max.in.flight.requests.per.connection", ""},
      {"delivery.timeout.ms", ""},
  };
  return names;
}

// The value of `key="..."` in a JAAS line.
std::optional<std::string> JaasValue(std::string_view line, std::string_view key) {
  const std::string start = std::string(key) + "=\"";
  const size_t at = line.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  std::string out;
  for (size_t i = at + start.size(); i < line.size(); ++i) {
    if (line[i] == '"') return out;
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    out += line[i];
  }
  return std::nullopt;
}

void MapJaas(const std::string& line, ClientSettings* out, std::vector<Error>* errors) {
  const bool known = line.find("PlainLoginModule") != std::string::npos ||
                     line.find("ScramLoginModule") != std::string::npos;
  const auto user = JaasValue(line, "username"), password = JaasValue(line, "password");
  if (!known || !user || !password) {
    errors->push_back(InvalidArgument(
        "properties.sasl.jaas.config: sluice takes PlainLoginModule and ScramLoginModule with "
        "username=\"...\" password=\"...\""));
    return;
  }
  out->settings["sasl.username"] = *user;
  out->settings["sasl.password"] = *password;
}

// Java's stores: JKS files cannot be read; PEM and PKCS12 have a place in librdkafka.
void MapStores(const std::map<std::string, std::string>& properties, ClientSettings* out,
               std::vector<Error>* errors) {
  const auto get = [&](const char* key) {
    const auto found = properties.find(key);
    return found == properties.end() ? std::string() : found->second;
  };
  const std::string trust = get("ssl.truststore.location");
  if (!trust.empty()) {
    if (get("ssl.truststore.type") == "PEM") {
      out->settings["ssl.ca.location"] = trust;
    } else {
      errors->push_back(
          Unsupported("properties.ssl.truststore.location: only PEM files can be read; export the "
                      "certificates and set properties.ssl.truststore.type = PEM"));
    }
  }
  const std::string key_type = get("ssl.keystore.type");
  if (!get("ssl.keystore.location").empty() && (key_type.empty() || key_type == "JKS"))
    errors->push_back(
        Unsupported("properties.ssl.keystore.location: JKS files cannot be read; set "
                    "properties.ssl.keystore.type = PKCS12 and point to such a file"));
}

bool IsStoreSetting(const std::string& key) {
  static const std::array<std::string_view, 4> kKeys = {
      "ssl.truststore.location", "ssl.truststore.type", "ssl.truststore.password",
      "ssl.keystore.type"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

Error UnknownProperty(const std::string& key) {
  std::vector<std::string> known;
  for (const auto& [name, target] : Names()) known.push_back(name);
  const auto near = flow::NearestName(key, known);
  return InvalidArgument("option 'properties." + key +
                         "' is not a Kafka setting that sluice takes" +
                         (near ? "; did you mean 'properties." + *near + "'?" : ""));
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

ClientSettings MapClientProperties(const std::map<std::string, std::string>& properties,
                                   std::vector<Error>* errors) {
  ClientSettings out;
  for (const auto& [key, value] : properties) {
    if (key == "sasl.jaas.config") {
      MapJaas(value, &out, errors);
    } else if (!IsStoreSetting(key)) {
      const auto found = Names().find(key);
      if (found == Names().end()) {
        errors->push_back(UnknownProperty(key));
      } else if (!found->second.empty()) {
        out.settings[found->second] = value;
      }
    }
  }
  MapStores(properties, &out, errors);
  if (const auto found = out.settings.find("ssl.endpoint.identification.algorithm");
      found != out.settings.end() && found->second.empty())
    found->second = "none";
  if (const auto found = properties.find("security.protocol"); found != properties.end())
    out.plaintext = LowerCase(found->second) == "plaintext";
  const auto isolation = properties.find("isolation.level");
  if (isolation != properties.end()) {
    if (isolation->second != "read_committed" && isolation->second != "read_uncommitted")
      errors->push_back(InvalidArgument(
          "properties.isolation.level is 'read_committed' or 'read_uncommitted', not '" +
          isolation->second + "'"));
    out.read_committed = isolation->second != "read_uncommitted";
  }
  out.settings["isolation.level"] = out.read_committed ? "read_committed" : "read_uncommitted";
  if (const auto found = properties.find("auto.offset.reset"); found != properties.end()) {
    out.offset_reset = LowerCase(found->second);
    if (out.offset_reset != "none" && out.offset_reset != "earliest" &&
        out.offset_reset != "latest")
      errors->push_back(
          InvalidArgument("properties.auto.offset.reset is 'none', 'earliest' or 'latest', not '" +
                          found->second + "'"));
  }
  return out;
}

}  // namespace sluice::sources::kafka
