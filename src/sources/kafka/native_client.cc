// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/native_client.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "sources/kafka/fetcher.h"
#include "sources/kafka/record_set.h"

namespace sluice::sources::kafka {
namespace {

class NativeClient : public Client {
 public:
  NativeClient(const KafkaOptions& options, Cluster* cluster, const NativeEdges& edges)
      : clock_(edges.clock), fetcher_(options, cluster, edges) {}

  Status Assign(const Assignment& assignment) override { return fetcher_.Assign(assignment); }

  Result<Records> Next(int64_t rows_max, int64_t wait_ms) override {
    const int64_t deadline_ms = clock_->MonotonicMs() + wait_ms;
    for (;;) {
      SLUICE_ASSIGN(const Records records, HandOut(std::max<int64_t>(rows_max, 1)));
      if (records.split >= 0) return records;
      const int64_t left_ms = deadline_ms - clock_->MonotonicMs();
      fetched_.clear();
      fetched_next_ = 0;
      SLUICE_TRY(fetcher_.Await(std::max<int64_t>(left_ms, 0), &fetched_));
      if (fetched_.empty() && left_ms <= 0) return Records{};
    }
  }

  RecordDetails Details(size_t i) const override {
    const BatchHeader& header = run_.HeaderOf(i);
    const RecordParts parts = ParseRecord(run_.starts[i]);
    RecordDetails out;
    out.key = parts.key;
    out.leader_epoch = header.leader_epoch;
    if (header.log_append_time()) {
      out.timestamp_ms = header.max_timestamp_ms;
      out.timestamp_type = TimestampType::kLogAppendTime;
      return out;
    }
    // A sum that may wrap: producers may say anything.
    out.timestamp_ms = static_cast<int64_t>(static_cast<uint64_t>(header.base_timestamp_ms) +
                                            static_cast<uint64_t>(parts.timestamp_delta));
    out.timestamp_type = out.timestamp_ms < 0 ? TimestampType::kNone : TimestampType::kCreateTime;
    return out;
  }

  void Headers(size_t i, std::vector<RecordHeader>* out) const override {
    ParseHeaders(ParseRecord(run_.starts[i]).headers, out);
  }

  std::optional<int64_t> EndOffset(int split) const override {
    const auto found = fetcher_.partitions().find(split);
    if (found == fetcher_.partitions().end() || found->second.end_offset < 0) return std::nullopt;
    return found->second.end_offset;
  }

 private:
  // The next run of what the last reply brought; split -1 when nothing is left of it.
  Result<Records> HandOut(int64_t rows_max) {
    for (;;) {
      if (split_ < 0) {
        if (fetched_next_ == fetched_.size()) return Records{};
        FetchedRecords& fetched = fetched_[fetched_next_++];
        const FetchState& p = fetcher_.partitions().at(fetched.split);
        if (p.next_offset != fetched.offset) continue;  // assigned anew meanwhile
        split_ = fetched.split;
        set_.Start(fetched.bytes, std::move(fetched.aborted), fetched.offset,
                   p.assignment.stop_offset);
      }
      SLUICE_ASSIGN(const Records records, NextRun(rows_max));
      if (records.split >= 0) return records;
    }
  }

  // One run of the partition in work; split -1 when it neither gave records nor moved on.
  Result<Records> NextRun(int64_t rows_max) {
    FetchState& p = fetcher_.partitions().at(split_);
    const int split = split_;
    const int64_t before = p.next_offset;
    run_.Clear();
    const Status status = set_.Fill(rows_max, limits::kPollBytesMax, &run_);
    p.next_offset = std::max(p.next_offset, set_.next_offset());
    p.done = p.assignment.stop_offset && p.next_offset >= *p.assignment.stop_offset;
    if (!status.ok() && run_.values.empty()) {
      // What came before the damage has been handed out; the rest is fetched again.
      split_ = -1;
      SLUICE_TRY(fetcher_.Refetch(&p, status.error()));
    } else if (status.ok()) {
      p.corrupt_tries = 0;
      if (set_.done()) split_ = -1;
    }
    if (run_.values.empty() && p.next_offset == before) return Records{};
    return Records{.split = split,
                   .values = run_.values,
                   .offsets = run_.offsets,
                   .next_offset = p.next_offset,
                   .newest_timestamp_ms = run_.newest_timestamp_ms};
  }

  io::Clock* const clock_;
  Fetcher fetcher_;
  std::vector<FetchedRecords> fetched_;
  size_t fetched_next_ = 0;
  int split_ = -1;  // of the set in work, -1 = none
  RecordSet set_;
  RecordRun run_;
};

}  // namespace

Result<std::unique_ptr<Client>> OpenNativeClient(const KafkaOptions& options, Cluster* cluster,
                                                 const NativeEdges& edges) {
  return std::unique_ptr<Client>(new NativeClient(options, cluster, edges));
}

Result<std::unique_ptr<Client>> OpenNativeClient(const KafkaOptions& options, Cluster* cluster) {
  return OpenNativeClient(options, cluster,
                          {&io::RealNetwork(), &io::RealClock(), &io::RealRandom()});
}

}  // namespace sluice::sources::kafka
