// SPDX-License-Identifier: Apache-2.0
#include "runtime/resume.h"

#include <algorithm>
#include <optional>
#include <set>

namespace sluice::runtime {
namespace {

std::optional<int64_t> RecordedOffset(const SinkFacts& sink, const std::string& source,
                                      const std::string& split) {
  if (!sink.recorded.exists) return std::nullopt;
  const auto of_source = sink.recorded.position.sources.find(source);
  if (of_source == sink.recorded.position.sources.end()) return std::nullopt;
  const auto of_split = of_source->second.splits.find(split);
  if (of_split == of_source->second.splits.end()) return std::nullopt;
  return of_split->second;
}

Status CheckNoneVanished(const std::vector<SinkFacts>& sinks, const std::string& source,
                         const std::vector<flow::Split>& splits) {
  std::set<std::string> known;
  for (const flow::Split& split : splits) known.insert(split.name);
  for (const flow::SourcePosition& position : RecordedPositions(sinks, source)) {
    for (const auto& [split, offset] : position.splits) {
      if (known.contains(split)) continue;
      return PositionMismatch("the table records offset " + std::to_string(offset) + " of split " +
                              split + " of " + source + ", which the source no longer has");
    }
  }
  return {};
}

}  // namespace

std::vector<flow::SourcePosition> RecordedPositions(const std::vector<SinkFacts>& sinks,
                                                    const std::string& source) {
  std::vector<flow::SourcePosition> positions;
  for (const SinkFacts& sink : sinks) {
    if (sink.follows || !sink.recorded.exists) continue;
    const auto found = sink.recorded.position.sources.find(source);
    if (found != sink.recorded.position.sources.end()) positions.push_back(found->second);
  }
  return positions;
}

Result<std::vector<SplitStart>> DecideStarts(const std::vector<SinkFacts>& sinks,
                                             const std::string& source,
                                             const std::vector<flow::Split>& splits) {
  SLUICE_TRY(CheckNoneVanished(sinks, source, splits));
  std::vector<SplitStart> starts;
  for (const flow::Split& split : splits) {
    SplitStart start;
    std::optional<int64_t> smallest;
    for (const SinkFacts& sink : sinks) {
      if (!sink.durable || sink.follows) {
        start.skip_below.push_back(RecordedOffset(sink, source, split.name).value_or(0));
        continue;
      }
      const int64_t begin = RecordedOffset(sink, source, split.name).value_or(split.start_offset);
      start.skip_below.push_back(begin);
      smallest = smallest ? std::min(*smallest, begin) : begin;
    }
    start.offset = smallest.value_or(split.start_offset);
    starts.push_back(std::move(start));
  }
  return starts;
}

}  // namespace sluice::runtime
