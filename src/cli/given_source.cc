// SPDX-License-Identifier: Apache-2.0
#include "cli/given_source.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"

namespace sluice::cli {
namespace {

flow::Batch Slice(const flow::Batch& batch, int64_t from, int64_t rows) {
  flow::Batch part;
  part.rows = batch.rows->Slice(from, rows);
  if (!batch.kinds.empty()) {
    part.kinds.assign(batch.kinds.begin() + from, batch.kinds.begin() + from + rows);
  }
  return part;
}

int64_t RowsOf(const GivenBlock& block) {
  int64_t rows = 0;
  for (const flow::Batch& batch : block.batches) rows += batch.rows->num_rows();
  return rows;
}

class GivenReader : public flow::SourceReader {
 public:
  GivenReader(const std::vector<GivenBlock>& blocks, GivenTurns* turns)
      : blocks_(blocks), turns_(turns) {}

  Status Assign(int index, const flow::Split&, int64_t offset) override {
    split_ = index;
    offset_ = offset;
    int64_t before = 0;
    while (block_ < blocks_.size() && before + RowsOf(blocks_[block_]) <= offset) {
      before += RowsOf(blocks_[block_++]);
    }
    in_block_ = offset - before;
    return {};
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t) override {
    flow::PollResult result;
    if (split_ >= 0 && block_ < blocks_.size() && blocks_[block_].place == turns_->turn()) {
      Take(rows_max, &result);
    }
    result.end = block_ == blocks_.size();
    return result;
  }

  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int) const override { return std::nullopt; }

 private:
  void Take(int64_t rows_max, flow::PollResult* result) {
    int64_t skip = in_block_;
    for (const flow::Batch& batch : blocks_[block_].batches) {
      if (skip >= batch.rows->num_rows()) {
        skip -= batch.rows->num_rows();
        continue;
      }
      const int64_t rows = std::min(rows_max, batch.rows->num_rows() - skip);
      result->batch = Slice(batch, skip, rows);
      result->batch->origin.split = split_;
      result->batch->origin.first_offset = offset_;
      result->split = split_;
      offset_ += rows;
      in_block_ += rows;
      counters_.records_in += rows;
      counters_.rows_out += rows;
      break;
    }
    result->next_offset = offset_;
    if (in_block_ < RowsOf(blocks_[block_])) return;
    turns_->Done(blocks_[block_].place);
    ++block_;
    in_block_ = 0;
  }

  const std::vector<GivenBlock>& blocks_;
  GivenTurns* const turns_;
  flow::ReaderCounters counters_;
  int split_ = -1;
  size_t block_ = 0;  // that is read next
  int64_t in_block_ = 0;
  int64_t offset_ = 0;
};

class GivenSource : public flow::Source {
 public:
  GivenSource(flow::Schema schema, std::vector<GivenBlock> blocks, GivenTurns* turns)
      : schema_(std::move(schema)), blocks_(std::move(blocks)), turns_(turns) {}

  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "given";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    return std::vector<flow::Split>{{.name = "given", .start_offset = 0, .stop_offset = {}}};
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override { return {}; }
  Status CheckRestorable(const flow::SourcePosition&) override { return {}; }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    return std::unique_ptr<flow::SourceReader>(std::make_unique<GivenReader>(blocks_, turns_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return false; }

 private:
  const flow::Schema schema_;
  const std::vector<GivenBlock> blocks_;
  GivenTurns* const turns_;
};

}  // namespace

void GivenTurns::BeginAt(size_t block) {
  turn_ = block;
  PassOver();
}

void GivenTurns::Done(size_t block) {
  --readers_left_[block];
  PassOver();
}

void GivenTurns::PassOver() {
  while (turn_ < readers_left_.size() && readers_left_[turn_] <= 0) ++turn_;
}

std::unique_ptr<flow::Source> MakeGivenSource(flow::Schema schema, std::vector<GivenBlock> blocks,
                                              GivenTurns* turns) {
  return std::make_unique<GivenSource>(std::move(schema), std::move(blocks), turns);
}

}  // namespace sluice::cli
