// SPDX-License-Identifier: Apache-2.0
#include "cli/ranged_source.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "arrow/record_batch.h"
#include "flow/source.h"

namespace sluice::cli {
namespace {

class CutReader : public flow::SourceReader {
 public:
  CutReader(std::unique_ptr<flow::SourceReader> inner, const std::map<int, int64_t>& ends)
      : inner_(std::move(inner)), ends_(ends) {}

  Status Assign(int index, const flow::Split& split, int64_t offset) override {
    if (offset >= ends_.at(index)) return {};
    open_.insert(index);
    return inner_->Assign(index, split, offset);
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t wait_ms) override {
    if (open_.empty()) {
      flow::PollResult nothing;
      nothing.end = true;
      return nothing;
    }
    SLUICE_ASSIGN(flow::PollResult result, inner_->Poll(rows_max, wait_ms));
    if (result.split >= 0 && open_.contains(result.split)) {
      Cut(ends_.at(result.split), &result);
      if (result.next_offset >= ends_.at(result.split)) open_.erase(result.split);
    } else if (result.split >= 0) {
      result = {};  // of a split that has reached its end
    }
    result.end = result.end || open_.empty();
    return result;
  }

  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int index) const override {
    return open_.contains(index) ? inner_->LagOfSplit(index) : std::optional<int64_t>(0);
  }

 private:
  // What lies at or behind `end` is not there.
  void Cut(int64_t end, flow::PollResult* result) {
    result->next_offset = std::min(result->next_offset, end);
    std::erase_if(result->dead_letters,
                  [end](const flow::DeadLetter& letter) { return letter.offset >= end; });
    if (result->batch) {
      flow::Batch& batch = *result->batch;
      int64_t rows = batch.rows->num_rows();
      while (rows > 0 && batch.origin.OffsetOfRow(rows - 1) >= end) --rows;
      batch.rows = batch.rows->Slice(0, rows);
      if (!batch.origin.offsets.empty()) batch.origin.offsets.resize(static_cast<size_t>(rows));
      if (!batch.kinds.empty()) batch.kinds.resize(static_cast<size_t>(rows));
      counters_.rows_out += rows;
      counters_.records_in += rows;
      if (rows == 0) result->batch.reset();
    }
    const auto dead = static_cast<int64_t>(result->dead_letters.size());
    counters_.records_dead += dead;
    counters_.records_in += dead;
  }

  const std::unique_ptr<flow::SourceReader> inner_;
  const std::map<int, int64_t>& ends_;  // per split index
  std::set<int> open_;                  // splits with something left
  flow::ReaderCounters counters_;
};

class CutSource : public flow::Source {
 public:
  CutSource(std::unique_ptr<flow::Source> inner, std::string name, const flow::Position& end)
      : inner_(std::move(inner)), name_(std::move(name)) {
    const auto found = end.sources.find(name_);
    if (found != end.sources.end()) end_ = found->second.splits;
  }

  const flow::Schema& schema() const override { return inner_->schema(); }
  const std::string& kind() const override { return inner_->kind(); }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    SLUICE_ASSIGN(std::vector<flow::Split> splits, inner_->DiscoverSplits());
    for (size_t i = 0; i < splits.size(); ++i) {
      flow::Split& split = splits[i];
      const auto found = end_.find(split.name);
      const int64_t end = found == end_.end() ? split.start_offset : found->second;
      if (split.start_offset > end) {
        return SourceLost("split " + split.name + " of " + name_ + " begins at " +
                          std::to_string(split.start_offset) + " now, behind " +
                          std::to_string(end) + ", up to which it was read");
      }
      split.stop_offset = end;
      ends_[static_cast<int>(i)] = end;
    }
    return splits;
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override { return inner_->identity(); }
  Status CheckRestorable(const flow::SourcePosition&) override { return {}; }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    SLUICE_ASSIGN(auto reader, inner_->OpenReader());
    return std::unique_ptr<flow::SourceReader>(
        std::make_unique<CutReader>(std::move(reader), ends_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return false; }

 private:
  const std::unique_ptr<flow::Source> inner_;
  const std::string name_;
  std::map<std::string, int64_t> end_;  // per split name
  std::map<int, int64_t> ends_;         // per split index, once they are known
};

// Sources of one table are numbered, as in positions (runtime/layout.cc).
std::string UniqueName(const std::string& name, std::set<std::string>* taken) {
  std::string unique = name;
  for (int n = 2; !taken->insert(unique).second; ++n) unique = name + "#" + std::to_string(n);
  return unique;
}

}  // namespace

void CutSources(const flow::Position& end, runtime::Connections* connections) {
  connections->open_source =
      [end, taken = std::make_shared<std::set<std::string>>(), make = connections->open_source](
          const plan::JobGraph& graph, const plan::JobNode& node,
          const runtime::RunOptions& options) -> Result<std::unique_ptr<flow::Source>> {
    SLUICE_ASSIGN(auto source, make(graph, node, options));
    const auto* planned = std::get_if<plan::SourceNode>(&node.node);
    const std::string name =
        UniqueName(planned == nullptr ? "values" : planned->table.name, taken.get());
    return std::unique_ptr<flow::Source>(std::make_unique<CutSource>(std::move(source), name, end));
  };
}

}  // namespace sluice::cli
