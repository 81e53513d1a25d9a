// SPDX-License-Identifier: Apache-2.0
// Reads a whole topic through a client of the Kafka source and prints what it cost: the price of
// fetching alone, for comparing the two data paths and for the sum in the ingest benchmark.
//   kafka_drain BOOTSTRAP TOPIC native|librdkafka [read_uncommitted]
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "io/clock.h"
#include "sources/kafka/cluster.h"
#include "sources/kafka/native_client.h"
#include "sources/kafka/rdkafka_client.h"

namespace {

using namespace sluice;
using namespace sluice::sources::kafka;

struct Totals {
  int64_t records = 0, bytes = 0, runs = 0;
  uint64_t digest = 0;  // order-free sum over (partition, offset, size), equal for equal reads
};

Status Drain(const KafkaOptions& options, const std::string& topic, bool native, Totals* totals) {
  SLUICE_ASSIGN(auto cluster, OpenRdkafkaCluster(options));
  SLUICE_ASSIGN(const auto described, cluster->Describe({topic}));
  SLUICE_ASSIGN(auto client, native ? OpenNativeClient(options, cluster.get())
                                    : OpenRdkafkaClient(options, cluster.get()));
  std::map<int, int64_t> left;
  for (int32_t p = 0; p < described[0].partitions; ++p) {
    SLUICE_ASSIGN(const OffsetRange range, cluster->Offsets({topic, p}));
    if (range.latest > range.earliest) left[p] = range.latest;
    SLUICE_TRY(client->Assign({.split = p,
                               .topic = topic,
                               .topic_id = described[0].id,
                               .partition = p,
                               .offset = range.earliest,
                               .stop_offset = range.latest}));
  }
  while (!left.empty()) {
    SLUICE_ASSIGN(const Records records, client->Next(8192, 1000));
    if (records.split < 0) continue;
    totals->runs += 1;
    totals->records += static_cast<int64_t>(records.values.size());
    for (size_t i = 0; i < records.values.size(); ++i) {
      totals->bytes += static_cast<int64_t>(records.values[i].size());
      totals->digest += (static_cast<uint64_t>(records.offsets[i]) * 0x9e3779b97f4a7c15u ^
                         static_cast<uint64_t>(records.split)) *
                        (records.values[i].size() + 1);
    }
    if (records.next_offset >= left[records.split]) left.erase(records.split);
  }
  return Status::Ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: kafka_drain BOOTSTRAP TOPIC native|librdkafka [ISOLATION]\n");
    return 2;
  }
  flow::ConnectorTable table{.name = "drain"};
  table.options = {
      {"properties.bootstrap.servers", argv[1]}, {"topic", argv[2]}, {"format", "raw"}};
  if (argc > 4) table.options["properties.isolation.level"] = argv[4];
  std::vector<Error> errors;
  const KafkaOptions options = ParseKafkaOptions(table, &errors);
  Totals totals;
  const int64_t start_ns = io::RealClock().MonotonicNs(), start_cpu_ns = io::ProcessCpuNs();
  const Status status = errors.empty()
                            ? Drain(options, argv[2], std::string(argv[3]) == "native", &totals)
                            : Status(errors.front());
  if (!status.ok()) {
    std::fprintf(stderr, "kafka_drain: %s\n", status.error().ToString().c_str());
    return 1;
  }
  const double wall_s = static_cast<double>(io::RealClock().MonotonicNs() - start_ns) * 1e-9;
  const double cpu_s = static_cast<double>(io::ProcessCpuNs() - start_cpu_ns) * 1e-9;
  std::printf(
      "records %lld bytes %lld runs %lld digest %llx wall_s %.3f cpu_s %.3f "
      "cpu_s_per_million %.4f\n",
      static_cast<long long>(totals.records), static_cast<long long>(totals.bytes),
      static_cast<long long>(totals.runs), static_cast<unsigned long long>(totals.digest), wall_s,
      cpu_s, cpu_s * 1e6 / static_cast<double>(std::max<int64_t>(totals.records, 1)));
  return 0;
}
