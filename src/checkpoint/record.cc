// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/record.h"

#include <charconv>
#include <set>
#include <string_view>

namespace sluice::checkpoint {
namespace {

constexpr std::string_view kPrefix = "sluice.";
constexpr std::string_view kEpoch = ".epoch";
constexpr std::string_view kToken = ".token";
constexpr std::string_view kPosition = ".position";
constexpr std::string_view kCommitId = ".commit-id";

std::string KeyOf(const std::string& pipeline, std::string_view suffix) {
  std::string key(kPrefix);
  key += pipeline;
  key += suffix;
  return key;
}

std::optional<std::string> Find(const std::map<std::string, std::string>& properties,
                                const std::string& key) {
  const auto found = properties.find(key);
  if (found == properties.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::string EpochKey(const std::string& pipeline) {
  return KeyOf(pipeline, kEpoch);
}
std::string TokenKey(const std::string& pipeline) {
  return KeyOf(pipeline, kToken);
}
std::string PositionKey(const std::string& pipeline) {
  return KeyOf(pipeline, kPosition);
}
std::string CommitIdKey(const std::string& pipeline) {
  return KeyOf(pipeline, kCommitId);
}

Record ReadRecord(const std::map<std::string, std::string>& properties,
                  const std::string& pipeline) {
  Record record;
  record.epoch = Find(properties, EpochKey(pipeline));
  record.token = Find(properties, TokenKey(pipeline));
  record.position = Find(properties, PositionKey(pipeline));
  record.commit_id = Find(properties, CommitIdKey(pipeline));
  return record;
}

std::map<std::string, std::string> WriteRecord(const Record& record, const std::string& pipeline) {
  std::map<std::string, std::string> properties;
  if (record.epoch) properties[EpochKey(pipeline)] = *record.epoch;
  if (record.token) properties[TokenKey(pipeline)] = *record.token;
  if (record.position) properties[PositionKey(pipeline)] = *record.position;
  if (record.commit_id) properties[CommitIdKey(pipeline)] = *record.commit_id;
  return properties;
}

Record ReadSummary(const std::map<std::string, std::string>& summary, const std::string& pipeline) {
  Record record;
  if (Find(summary, kSummaryPipeline) != pipeline) return record;
  record.epoch = Find(summary, kSummaryEpoch);
  record.token = Find(summary, kSummaryToken);
  record.position = Find(summary, kSummaryUpper);
  record.commit_id = Find(summary, kSummaryCommitId);
  return record;
}

std::map<std::string, std::string> WriteSummary(const Record& record, const std::string& pipeline,
                                                const std::string& lower) {
  return {{kSummaryPipeline, pipeline},
          {kSummaryEpoch, record.epoch.value_or("")},
          {kSummaryToken, record.token.value_or("")},
          {kSummaryLower, lower},
          {kSummaryUpper, record.position.value_or("")},
          {kSummaryCommitId, record.commit_id.value_or("")}};
}

std::vector<std::string> PipelinesOf(const std::map<std::string, std::string>& properties) {
  std::set<std::string> pipelines;
  for (const auto& [key, value] : properties) {
    if (!key.starts_with(kPrefix)) continue;
    for (const std::string_view suffix : {kEpoch, kToken, kPosition, kCommitId}) {
      if (!key.ends_with(suffix) || key.size() <= kPrefix.size() + suffix.size()) continue;
      pipelines.insert(key.substr(kPrefix.size(), key.size() - kPrefix.size() - suffix.size()));
    }
  }
  return {pipelines.begin(), pipelines.end()};
}

std::string CommitId(const std::string& token, int64_t epoch) {
  return token + "-" + std::to_string(epoch);
}

Result<int64_t> ParseEpoch(const std::string& text) {
  int64_t epoch = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (code != std::errc() || end != text.data() + text.size() || epoch < 1) {
    return Corrupt("the recorded epoch is not a number: '" + text + "'");
  }
  return epoch;
}

}  // namespace sluice::checkpoint
