// SPDX-License-Identifier: Apache-2.0
#include "operators/async_lookup_join.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "base/assert.h"
#include "flow/table_options.h"
#include "flow/waiting_operator.h"
#include "io/thread.h"
#include "operators/lookup_match.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

constexpr int64_t kNotDue = -1;
// Connections of a job to one table, and keys that are worth a question of their own.
constexpr int64_t kSideBySideMax = 32;
constexpr int64_t kKeysMin = 64;

struct AsyncOptions {
  bool ordered = true;
  int64_t capacity = 100;  // questions under way at once, per shard
  int64_t timeout_ms = 180'000;
};

Result<AsyncOptions> AsyncOptionsOf(const plan::LookupJoinNode& node) {
  AsyncOptions options;
  const auto& given = node.options;
  if (const auto mode = given.find("output-mode"); mode != given.end()) {
    options.ordered = mode->second != "allow_unordered";
  }
  if (const auto capacity = given.find("capacity"); capacity != given.end()) {
    SLUICE_ASSIGN(options.capacity, flow::ParseInteger(capacity->second));
  }
  if (const auto timeout = given.find("timeout"); timeout != given.end()) {
    SLUICE_ASSIGN(options.timeout_ms, flow::ParseDurationMs(timeout->second));
  }
  if (options.capacity < 1 || options.timeout_ms < 1) {
    return InvalidArgument("'capacity' and 'timeout' of the hint LOOKUP must be more than 0");
  }
  return options;
}

class AsyncLookupJoin : public flow::WaitingOperator {
 public:
  Status Make(const plan::LookupJoinNode& node, const OperatorArguments& arguments,
              const AsyncLookupEdges& edges);

  const flow::Schema& schema() const override { return match_.schema(); }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  bool waiting() const override { return !waiting_.empty(); }
  bool full() const override { return open_ >= async_.capacity; }
  Status TakeAnswers(int64_t now_ms, int64_t* watermark_ms, std::vector<flow::Batch>* out) override;

 private:
  /// Some keys of a batch, and what was found for them.
  struct Part {
    int32_t first_key = 0;                     // of the batch's
    std::shared_ptr<arrow::RecordBatch> keys;  // all of this part's
    std::vector<int32_t> asked;                // of these, again; empty: all
    int64_t attempts = 0;
    int64_t due_ms = kNotDue;  // when it is asked again, in the clock's monotonic time
    std::optional<flow::LookupRows> found;
  };
  struct Waiting {
    LookupMatch::Question question;
    int64_t asked_ms = 0;      // in the clock's monotonic time
    int64_t first_number = 0;  // of its parts, which are numbered in a row
    std::vector<Part> parts;
    size_t open = 0;                      // parts without their last answer
    std::optional<int64_t> watermark_ms;  // that stands behind it
    bool given = false;
  };

  Status Accept(flow::LookupRequests::Answer answer);
  Status AskAgain(int64_t now_ms);
  Status CheckTimeouts() const;
  Status Give(Waiting* waiting, std::vector<flow::Batch>* out);

  AsyncOptions async_;
  std::string table_;
  LookupMatch match_;
  LookupMissRetry retry_;
  io::Clock* clock_ = nullptr;
  std::unique_ptr<flow::LookupRequests> requests_;
  std::deque<Waiting> waiting_;
  int64_t next_number_ = 0;
  int64_t open_ = 0;                            // parts of all that is waiting
  int64_t due_ = 0;                             // of these, parts that are to be asked again
  int64_t watermark_ms_ = flow::kWatermarkMin;  // let through
};

Status AsyncLookupJoin::Make(const plan::LookupJoinNode& node, const OperatorArguments& arguments,
                             const AsyncLookupEdges& edges) {
  SLUICE_ASSIGN(async_, AsyncOptionsOf(node));
  table_ = node.table.name;
  clock_ = edges.clock;
  SLUICE_TRY(match_.Make(node, arguments));
  SLUICE_ASSIGN(retry_, LookupMissRetryOf(node));
  const auto at_most =
      std::clamp<int64_t>(kSideBySideMax / arguments.options.shards, 1, async_.capacity);
  SLUICE_ASSIGN(requests_, edges.ask(static_cast<int>(at_most)));
  return {};
}

Status AsyncLookupJoin::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                                std::vector<flow::Batch>* /*out*/) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  Waiting waiting;
  SLUICE_ASSIGN(waiting.question, match_.Ask(batch, now_ms));
  waiting.asked_ms = clock_->MonotonicMs();
  waiting.first_number = next_number_;
  const int64_t keys = waiting.question.keys->num_rows();
  const int64_t side_by_side = requests_->side_by_side();
  const int64_t size = std::max(kKeysMin, (keys + side_by_side - 1) / side_by_side);
  for (int64_t from = 0; from < keys; from += size) {
    Part part;
    part.first_key = static_cast<int32_t>(from);
    part.keys = waiting.question.keys->Slice(from, size);
    requests_->Ask(next_number_++, part.keys, now_ms);
    waiting.parts.push_back(std::move(part));
  }
  waiting.open = waiting.parts.size();
  open_ += static_cast<int64_t>(waiting.open);
  waiting_.push_back(std::move(waiting));
  io::AnnounceState("lookup-asked");
  return {};
}

Status AsyncLookupJoin::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                                    std::vector<flow::Batch>* /*out*/) {
  if (waiting_.empty()) {
    watermark_ms_ = *watermark_ms;
  } else {
    waiting_.back().watermark_ms = *watermark_ms;
  }
  *watermark_ms = watermark_ms_;
  return {};
}

Status AsyncLookupJoin::TakeAnswers(int64_t now_ms, int64_t* watermark_ms,
                                    std::vector<flow::Batch>* out) {
  while (auto answer = requests_->Take()) SLUICE_TRY(Accept(*std::move(answer)));
  if (due_ > 0) SLUICE_TRY(AskAgain(now_ms));
  SLUICE_TRY(CheckTimeouts());
  bool passed = true;  // all before it was given
  for (Waiting& waiting : waiting_) {
    if (!waiting.given && waiting.open == 0) {
      SLUICE_TRY(Give(&waiting, out));
    }
    passed &= waiting.given;
    if (!passed && (async_.ordered || waiting.watermark_ms)) break;
    if (waiting.watermark_ms) watermark_ms_ = *waiting.watermark_ms;
  }
  while (!waiting_.empty() && waiting_.front().given) waiting_.pop_front();
  *watermark_ms = watermark_ms_;
  return {};
}

Status AsyncLookupJoin::Accept(flow::LookupRequests::Answer answer) {
  if (!answer.rows.ok()) return std::move(answer.rows).error();
  const auto after = std::upper_bound(
      waiting_.begin(), waiting_.end(), answer.number,
      [](int64_t number, const Waiting& waiting) { return number < waiting.first_number; });
  SLUICE_ASSERT(after != waiting_.begin());
  Waiting& waiting = *std::prev(after);
  Part& part = waiting.parts.at(static_cast<size_t>(answer.number - waiting.first_number));
  if (!part.found) {
    part.found = *std::move(answer.rows);
  } else {
    SLUICE_TRY(AppendFound(*answer.rows, part.asked, &*part.found));
  }
  if (++part.attempts < retry_.attempts_max) {
    part.asked = KeysWithoutRows(*part.found, part.keys->num_rows());
    if (!part.asked.empty()) {
      part.due_ms = clock_->MonotonicMs() + retry_.delay_ms;
      ++due_;
      return {};
    }
  }
  --waiting.open;
  --open_;
  return {};
}

/// Keys that found nothing, once their delay is over.
Status AsyncLookupJoin::AskAgain(int64_t now_ms) {
  const int64_t time_ms = clock_->MonotonicMs();
  for (Waiting& waiting : waiting_) {
    for (size_t i = 0; i < waiting.parts.size() && waiting.open > 0; ++i) {
      Part& part = waiting.parts[i];
      if (part.due_ms == kNotDue || part.due_ms > time_ms) continue;
      part.due_ms = kNotDue;
      --due_;
      SLUICE_ASSIGN(auto keys, TakeRows(*part.keys, part.asked));
      requests_->Ask(waiting.first_number + static_cast<int64_t>(i), std::move(keys), now_ms);
    }
  }
  return {};
}

/// What waits longest is asked first, whatever the order in which it is given.
Status AsyncLookupJoin::CheckTimeouts() const {
  for (const Waiting& waiting : waiting_) {
    if (waiting.open == 0) continue;
    if (clock_->MonotonicMs() - waiting.asked_ms <= async_.timeout_ms) return {};
    return TimeoutError("a look-up was not answered within " + std::to_string(async_.timeout_ms) +
                        " ms: table " + table_ +
                        " or the way to it is slow or stuck. See what holds its server up, or "
                        "raise 'timeout' of the hint LOOKUP ('table.exec.async-lookup.timeout')" +
                        (retry_.attempts_max > 0 ? ", which its retries are part of" : ""));
  }
  return {};
}

Status AsyncLookupJoin::Give(Waiting* waiting, std::vector<flow::Batch>* out) {
  flow::LookupRows answer;
  std::vector<std::shared_ptr<arrow::RecordBatch>> found;
  for (Part& part : waiting->parts) {
    for (const int32_t key : part.found->key_rows) answer.key_rows.push_back(part.first_key + key);
    found.push_back(std::move(part.found->rows));
  }
  if (found.empty()) {
    SLUICE_ASSIGN(answer.rows, arrow::RecordBatch::MakeEmpty(requests_->schema().ToArrow()));
  } else {
    SLUICE_ASSIGN(const auto table, arrow::Table::FromRecordBatches(found));
    SLUICE_ASSIGN(answer.rows, table->CombineChunksToBatch());
  }
  SLUICE_TRY(match_.Join(waiting->question, answer, out));
  waiting->given = true;
  waiting->question.batch = {};
  waiting->parts.clear();
  return {};
}

}  // namespace

bool IsAsync(const plan::LookupJoinNode& node) {
  const auto async = node.options.find("async");
  if (async == node.options.end()) return false;
  const auto wanted = flow::ParseBoolean(async->second);
  return wanted.ok() && *wanted;
}

Result<std::unique_ptr<flow::Operator>> MakeAsyncLookupJoin(const plan::LookupJoinNode& node,
                                                            const OperatorArguments& arguments,
                                                            const AsyncLookupEdges& edges) {
  auto join = std::make_unique<AsyncLookupJoin>();
  SLUICE_TRY(join->Make(node, arguments, edges));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
