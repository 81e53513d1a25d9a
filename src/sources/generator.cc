// SPDX-License-Identifier: Apache-2.0
#include "sources/generator.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"
#include "base/limits.h"
#include "flow/table_options.h"

namespace sluice::sources {
namespace {

// Rows at a rate come in pieces of so many milliseconds: a slow rate does not wait for a full
// batch, and a batch of one row, which costs an operator as much as one of hundreds, is for slower
// ones.
constexpr int64_t kPieceMs = 10;
constexpr char kStarted[] = "started-millis";

class GeneratorReader : public flow::SourceReader {
 public:
  GeneratorReader(const GeneratorOptions* options, std::unique_ptr<RowGenerator> generator)
      : options_(options), generator_(std::move(generator)) {}

  Status Assign(int index, const flow::Split& split, int64_t offset) override {
    splits_.push_back({.index = index,
                       .number = std::stoll("0" + split.name),
                       .next = offset,
                       .first = offset,
                       .stop = split.stop_offset,
                       .start_ms = options_->clock->MonotonicMs()});
    return Status::Ok();
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t wait_ms) override {
    flow::PollResult out;
    const int64_t deadline_ms = options_->clock->MonotonicMs() + wait_ms;
    for (;;) {
      const int64_t now_ms = options_->clock->MonotonicMs();
      for (size_t i = 0; i < splits_.size(); ++i) {
        State& state = splits_[(turn_ + i) % splits_.size()];
        const int64_t rows = Due(state, std::min(rows_max, limits::kBatchRowsMax), now_ms);
        if (rows <= 0) continue;
        turn_ = (turn_ + i + 1) % splits_.size();
        SLUICE_TRY(MakeRows(&state, rows, &out));
        out.end = Done();
        return out;
      }
      out.end = Done();
      if (out.end || now_ms >= deadline_ms) return out;
      options_->clock->SleepMs(std::clamp<int64_t>(deadline_ms - now_ms, 1, kPieceMs));
    }
  }

  flow::ReaderCounters counters() const override { return counters_; }

  std::optional<int64_t> LagOfSplit(int index) const override {
    for (const State& state : splits_)
      if (state.index == index && state.stop) return *state.stop - state.next;
    return std::nullopt;
  }

 private:
  struct State {
    int index = 0;
    int64_t number = 0;
    int64_t next = 0, first = 0;
    std::optional<int64_t> stop;
    int64_t start_ms = 0;
  };

  // How many rows may be made now: those left, as far as the rate has come since the start.
  int64_t Due(const State& state, int64_t rows_max, int64_t now_ms) const {
    int64_t rows = rows_max;
    if (state.stop) rows = std::min(rows, *state.stop - state.next);
    if (options_->records_per_second > 0) {
      const double rate = options_->records_per_second / static_cast<double>(options_->splits);
      const int64_t elapsed_ms = (now_ms - state.start_ms) / kPieceMs * kPieceMs;
      const double elapsed_s = static_cast<double>(elapsed_ms) * 1e-3;
      rows = std::min(rows, static_cast<int64_t>(elapsed_s * rate) - (state.next - state.first));
    }
    return rows;
  }

  bool Done() const {
    return options_->records > 0 && std::all_of(splits_.begin(), splits_.end(), [](const State& s) {
             return s.stop && s.next >= *s.stop;
           });
  }

  Status MakeRows(State* state, int64_t rows, flow::PollResult* out) {
    SLUICE_ASSIGN(auto batch, generator_->Make(state->next * options_->splits + state->number,
                                               options_->splits, rows));
    out->batch = flow::Batch{.rows = std::move(batch),
                             .origin = {.split = state->index, .first_offset = state->next}};
    state->next += rows;
    out->split = state->index;
    out->next_offset = state->next;
    counters_.records_in += rows;
    counters_.rows_out += rows;
    return Status::Ok();
  }

  const GeneratorOptions* const options_;
  std::unique_ptr<RowGenerator> generator_;
  std::vector<State> splits_;
  size_t turn_ = 0;
  flow::ReaderCounters counters_;
};

class GeneratorSource : public flow::Source {
 public:
  GeneratorSource(GeneratorOptions options, GeneratorMaker maker)
      : options_(std::move(options)), maker_(std::move(maker)) {}

  const flow::Schema& schema() const override { return options_.schema; }
  const std::string& kind() const override { return options_.kind; }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    std::vector<flow::Split> splits;
    for (int64_t s = 0; s < options_.splits; ++s) {
      flow::Split split{.name = std::to_string(s)};
      if (options_.records > 0)
        split.stop_offset = (options_.records - s + options_.splits - 1) / options_.splits;
      splits.push_back(std::move(split));
    }
    return splits;
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override {
    std::map<std::string, std::string> out = options_.identity;
    if (options_.started_ms) out[kStarted] = std::to_string(*options_.started_ms);
    return out;
  }

  Status CheckRestorable(const flow::SourcePosition& position) override {
    if (position.kind != options_.kind)
      return PositionMismatch("the recorded position is of a '" + position.kind +
                              "' source, the table is now a '" + options_.kind + "' source");
    for (const auto& [key, expected] : position.identity) {
      if (key == kStarted && options_.started_ms) {
        SLUICE_ASSIGN(*options_.started_ms, flow::ParseInteger(expected));
        continue;
      }
      const auto found = options_.identity.find(key);
      const std::string now = found == options_.identity.end() ? "" : found->second;
      if (now != expected)
        return SourceLost("option '" + key + "' was '" + expected + "' and is now '" + now +
                          "': the records made so far would be others");
    }
    for (const auto& [name, offset] : position.splits) {
      const bool number =
          !name.empty() && name.size() < 10 &&
          std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!number || std::stoll(name) >= options_.splits || offset < 0)
        return SourceLost("split '" + name + "' at offset " + std::to_string(offset) +
                          " does not exist");
    }
    return Status::Ok();
  }

  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    SLUICE_ASSIGN(auto generator, maker_());
    return std::unique_ptr<flow::SourceReader>(
        new GeneratorReader(&options_, std::move(generator)));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return Status::Ok(); }
  bool unbounded() const override { return options_.records == 0; }

 private:
  const GeneratorOptions options_;
  const GeneratorMaker maker_;
};

}  // namespace

std::unique_ptr<flow::Source> MakeGeneratorSource(GeneratorOptions options, GeneratorMaker maker) {
  return std::make_unique<GeneratorSource>(std::move(options), std::move(maker));
}

}  // namespace sluice::sources
