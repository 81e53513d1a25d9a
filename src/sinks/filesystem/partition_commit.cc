// SPDX-License-Identifier: Apache-2.0
#include "sinks/filesystem/partition_commit.h"

#include <cstdio>

#include "flow/operator.h"

namespace sluice::sinks::filesystem {
namespace {

std::string Get(const flow::OptionMap& options, const char* key, const char* fallback) {
  const auto found = options.find(key);
  return found == options.end() ? fallback : found->second;
}

void ReplaceAll(std::string* text, const std::string& what, const std::string& by) {
  for (size_t at = text->find(what); at != std::string::npos;
       at = text->find(what, at + by.size())) {
    text->replace(at, what.size(), by);
  }
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t yoe = year - era * 400;
  const int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

}  // namespace

Result<PartitionCommit> PartitionCommit::Parse(const flow::OptionMap& options) {
  PartitionCommit commit;
  const std::string kind = Get(options, "sink.partition-commit.policy.kind", "");
  commit.success_file = kind == "success-file";
  if (!kind.empty() && !commit.success_file) {
    return Unsupported("'sink.partition-commit.policy.kind' takes success-file, not '" + kind +
                       "'");
  }
  commit.success_name = Get(options, "sink.partition-commit.success-file.name", "_SUCCESS");
  const std::string trigger = Get(options, "sink.partition-commit.trigger", "process-time");
  commit.partition_time = trigger == "partition-time";
  if (!commit.partition_time && trigger != "process-time") {
    return InvalidArgument(
        "'sink.partition-commit.trigger' takes process-time or partition-time, not '" + trigger +
        "'");
  }
  SLUICE_ASSIGN(commit.delay_ms,
                flow::ParseDurationMs(Get(options, "sink.partition-commit.delay", "0 s")));
  if (Get(options, "partition.time-extractor.kind", "default") != "default") {
    return Unsupported("'partition.time-extractor.kind' takes default");
  }
  commit.pattern = Get(options, "partition.time-extractor.timestamp-pattern", "");
  return commit;
}

std::optional<int64_t> PartitionCommit::TimeOf(const PartitionValues& values) const {
  std::string text = pattern;
  if (text.empty() && !values.empty()) text = values[0].second;
  for (const auto& [key, value] : values) ReplaceAll(&text, "$" + key, value);
  return ParseTime(text);
}

bool PartitionCommit::IsDue(const PartitionValues& values, int64_t created_ms, int64_t now_ms,
                            int64_t watermark_ms) const {
  if (!partition_time) return now_ms >= created_ms + delay_ms;
  const auto time = TimeOf(values);
  if (!time) return false;
  return watermark_ms == flow::kWatermarkMax || watermark_ms >= *time + delay_ms;
}

std::optional<int64_t> ParseTime(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, end = 0;
  char between = ' ';
  const int dates = std::sscanf(text.c_str(), "%d-%d-%d%n", &year, &month, &day, &end);
  if (dates != 3 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::string rest = text.substr(static_cast<size_t>(end));
  if (!rest.empty()) {
    const int parts = std::sscanf(rest.c_str(), "%c%d:%d:%d", &between, &hour, &minute, &second);
    if (parts < 3 || (between != ' ' && between != 'T')) return std::nullopt;
  }
  return ((DaysOf(year, month, day) * 24 + hour) * 60 + minute) * 60'000 + second * 1'000LL;
}

}  // namespace sluice::sinks::filesystem
