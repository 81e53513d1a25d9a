// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_join.h"

#include <utility>

#include "arrow/api.h"
#include "flow/lookup.h"
#include "io/clock.h"
#include "operators/async_lookup_join.h"
#include "operators/lookup_match.h"
#include "operators/lookup_threads.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

class LookupJoin : public flow::Operator {
 public:
  Status Make(const plan::LookupJoinNode& node, const OperatorArguments& arguments,
              std::unique_ptr<flow::LookupSource> source) {
    SLUICE_TRY(match_.Make(node, arguments));
    SLUICE_ASSIGN(retry_, LookupMissRetryOf(node));
    source_ = std::move(source);
    return {};
  }

  const flow::Schema& schema() const override { return match_.schema(); }
  Status Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override {
    if (batch.rows->num_rows() == 0) return Status::Ok();
    SLUICE_ASSIGN(const auto question, match_.Ask(batch, now_ms));
    SLUICE_ASSIGN(const auto answer, AskUntilFound(*question.keys, now_ms));
    return match_.Join(question, answer, out);
  }

 private:
  Result<flow::LookupRows> AskUntilFound(const arrow::RecordBatch& keys, int64_t now_ms);

  LookupMatch match_;
  LookupMissRetry retry_;
  std::unique_ptr<flow::LookupSource> source_;
};

/// Waits and asks again for the keys that found nothing, as often as the hint says.
Result<flow::LookupRows> LookupJoin::AskUntilFound(const arrow::RecordBatch& keys, int64_t now_ms) {
  SLUICE_ASSIGN(flow::LookupRows found, source_->Lookup(keys, now_ms));
  for (int64_t attempt = 1; attempt < retry_.attempts_max; ++attempt) {
    const std::vector<int32_t> missing = KeysWithoutRows(found, keys.num_rows());
    if (missing.empty()) break;
    io::RealClock().SleepMs(retry_.delay_ms);
    SLUICE_ASSIGN(const auto again, TakeRows(keys, missing));
    SLUICE_ASSIGN(const flow::LookupRows more,
                  source_->Lookup(*again, now_ms + attempt * retry_.delay_ms));
    SLUICE_TRY(AppendFound(more, missing, &found));
  }
  return found;
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeLookupJoin(const plan::LookupJoinNode& node,
                                                       const OperatorArguments& arguments) {
  if (!arguments.options.open_lookup) {
    return Unsupported("connector '" + node.connector + "' cannot be asked by key");
  }
  SLUICE_ASSIGN(auto source, arguments.options.open_lookup(node));
  if (IsAsync(node)) {
    const auto ask = [&source](int side_by_side_max) {
      return MakeLookupThreads(std::move(source), side_by_side_max);
    };
    return MakeAsyncLookupJoin(node, arguments, {.ask = ask, .clock = &io::RealClock()});
  }
  auto join = std::make_unique<LookupJoin>();
  SLUICE_TRY(join->Make(node, arguments, std::move(source)));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
