// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_join.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "arrow/api.h"
#include "flow/lookup.h"
#include "flow/table_options.h"
#include "functions/evaluate.h"
#include "io/clock.h"
#include "operators/row_batches.h"
#include "state/key_encoder.h"

namespace sluice::operators {
namespace {

// Of Flink's LOOKUP hint: keys that find nothing are asked for again.
struct MissRetry {
  int64_t attempts_max = 0, delay_ms = 0;
};

Result<MissRetry> MissRetryOf(const std::map<std::string, std::string>& options) {
  MissRetry retry;
  const auto predicate = options.find("retry-predicate");
  if (predicate == options.end()) return retry;
  const auto strategy = options.find("retry-strategy");
  const auto delay = options.find("fixed-delay"), attempts = options.find("max-attempts");
  const bool whole =
      strategy != options.end() && delay != options.end() && attempts != options.end();
  if (predicate->second != "lookup_miss" || !whole || strategy->second != "fixed_delay") {
    return InvalidArgument(
        "a LOOKUP hint that retries says 'retry-predicate' = 'lookup_miss', 'retry-strategy' = "
        "'fixed_delay', 'fixed-delay' and 'max-attempts'");
  }
  SLUICE_ASSIGN(retry.delay_ms, flow::ParseDurationMs(delay->second));
  SLUICE_ASSIGN(retry.attempts_max, flow::ParseInteger(attempts->second));
  return retry;
}

class LookupJoin : public flow::Operator {
 public:
  Status Make(const plan::LookupJoinNode& node, const OperatorArguments& arguments) {
    if (node.type != plan::JoinType::kInner && node.type != plan::JoinType::kLeft) {
      return Unsupported("a lookup join is an inner or a left join");
    }
    if (!arguments.options.open_lookup) {
      return Unsupported("connector '" + node.connector + "' cannot be asked by key");
    }
    node_ = node;
    schema_ = arguments.output;
    arrow_schema_ = schema_.ToArrow();
    context_ = arguments.options.context;
    SLUICE_ASSIGN(retry_, MissRetryOf(node.options));
    SLUICE_ASSIGN(source_, arguments.options.open_lookup(node));
    flow::Schema keys;
    std::vector<int> places;
    for (const plan::LookupJoinNode::Key& key : node.keys) {
      places.push_back(keys.size());
      keys.fields.push_back({"key", key.value->type->WithNullable(true), ""});
      key_values_.push_back(key.value);
    }
    key_schema_ = keys.ToArrow();
    return AssignEncoder(keys, std::move(places));
  }

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;

 private:
  /// A row of the input and the row that was found for it; -1: none.
  struct Pairs {
    std::vector<int32_t> rows, found;
  };

  Status AssignEncoder(const flow::Schema& keys, std::vector<int> places) {
    SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(keys, std::move(places)));
    return Status::Ok();
  }
  Result<flow::LookupRows> AskUntilFound(const arrow::RecordBatch& keys, int64_t now_ms);
  Result<Pairs> Ask(const flow::Batch& batch, int64_t now_ms,
                    std::shared_ptr<arrow::RecordBatch>* found);
  Result<std::shared_ptr<arrow::RecordBatch>> Build(const arrow::RecordBatch& left,
                                                    const arrow::RecordBatch& right,
                                                    const Pairs& pairs) const;
  Result<Pairs> Filter(const arrow::RecordBatch& left, const arrow::RecordBatch& right,
                       Pairs pairs) const;

  plan::LookupJoinNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_, key_schema_;
  functions::EvalContext context_;
  MissRetry retry_;
  std::unique_ptr<flow::LookupSource> source_;
  std::vector<functions::ExprPtr> key_values_;
  std::optional<state::KeyEncoder> encoder_;
  state::EncodedKeys keys_;
};

/// Waits and asks again for the keys that found nothing, as often as the hint says.
Result<flow::LookupRows> LookupJoin::AskUntilFound(const arrow::RecordBatch& keys, int64_t now_ms) {
  SLUICE_ASSIGN(flow::LookupRows found, source_->Lookup(keys, now_ms));
  for (int64_t attempt = 1; attempt < retry_.attempts_max; ++attempt) {
    std::vector<uint8_t> has(static_cast<size_t>(keys.num_rows()), 0);
    for (const int32_t key : found.key_rows) has[static_cast<size_t>(key)] = 1;
    std::vector<int32_t> missing;
    for (size_t key = 0; key < has.size(); ++key) {
      if (has[key] == 0) missing.push_back(static_cast<int32_t>(key));
    }
    if (missing.empty()) break;
    io::RealClock().SleepMs(retry_.delay_ms);
    SLUICE_ASSIGN(const auto again, TakeRows(keys, missing));
    SLUICE_ASSIGN(const flow::LookupRows more,
                  source_->Lookup(*again, now_ms + attempt * retry_.delay_ms));
    if (more.key_rows.empty()) continue;
    for (const int32_t key : more.key_rows) {
      found.key_rows.push_back(missing[static_cast<size_t>(key)]);
    }
    SLUICE_ASSIGN(const auto both, arrow::Table::FromRecordBatches({found.rows, more.rows}));
    SLUICE_ASSIGN(found.rows, both->CombineChunksToBatch());
  }
  return found;
}

Result<LookupJoin::Pairs> LookupJoin::Ask(const flow::Batch& batch, int64_t now_ms,
                                          std::shared_ptr<arrow::RecordBatch>* found) {
  const int64_t rows = batch.rows->num_rows();
  SLUICE_ASSIGN(auto values, functions::EvaluateAll(key_values_, *batch.rows, context_));
  const auto keys = MakeBatch(key_schema_, rows, std::move(values));
  SLUICE_TRY(encoder_->Encode(*keys, &keys_));
  // Each different key is asked for once; a NULL finds nothing.
  std::unordered_map<std::string_view, int32_t> asked;
  std::vector<int32_t> first_rows, asked_of_row(static_cast<size_t>(rows), -1);
  for (int64_t row = 0; row < rows; ++row) {
    if (keys_.HasNull(row)) continue;
    const auto [it, fresh] = asked.emplace(keys_[row], static_cast<int32_t>(first_rows.size()));
    if (fresh) first_rows.push_back(static_cast<int32_t>(row));
    asked_of_row[static_cast<size_t>(row)] = it->second;
  }
  SLUICE_ASSIGN(const auto distinct, TakeRows(*keys, first_rows));
  SLUICE_ASSIGN(const flow::LookupRows answer, AskUntilFound(*distinct, now_ms));
  std::vector<int32_t> kept(static_cast<size_t>(answer.rows->num_rows()));
  for (size_t i = 0; i < kept.size(); ++i) kept[i] = static_cast<int32_t>(i);
  if (node_.right_condition != nullptr && !kept.empty()) {
    SLUICE_ASSIGN(kept, functions::EvaluateFilter(*node_.right_condition, *answer.rows, context_));
  }
  std::vector<std::vector<int32_t>> of_key(first_rows.size());
  for (const int32_t row : kept) {
    const int32_t key = answer.key_rows[static_cast<size_t>(row)];
    of_key[static_cast<size_t>(key)].push_back(row);
  }
  Pairs pairs;
  for (int64_t row = 0; row < rows; ++row) {
    const int32_t key = asked_of_row[static_cast<size_t>(row)];
    if (key < 0) continue;
    for (const int32_t answered : of_key[static_cast<size_t>(key)]) {
      pairs.rows.push_back(static_cast<int32_t>(row));
      pairs.found.push_back(answered);
    }
  }
  *found = answer.rows;
  return pairs;
}

Result<std::shared_ptr<arrow::RecordBatch>> LookupJoin::Build(const arrow::RecordBatch& left,
                                                              const arrow::RecordBatch& right,
                                                              const Pairs& pairs) const {
  SLUICE_ASSIGN(auto columns, TakeColumns(left, pairs.rows));
  SLUICE_ASSIGN(const auto found, TakeColumns(right, pairs.found));
  columns.insert(columns.end(), found.begin(), found.end());
  return MakeBatch(arrow_schema_, static_cast<int64_t>(pairs.rows.size()), std::move(columns));
}

/// The pairs that meet the rest of the condition; of a left join each row at least once.
Result<LookupJoin::Pairs> LookupJoin::Filter(const arrow::RecordBatch& left,
                                             const arrow::RecordBatch& right, Pairs pairs) const {
  if (node_.residual != nullptr && !pairs.rows.empty()) {
    SLUICE_ASSIGN(const auto candidates, Build(left, right, pairs));
    SLUICE_ASSIGN(const auto passing,
                  functions::EvaluateFilter(*node_.residual, *candidates, context_));
    Pairs met;
    for (const int32_t pair : passing) {
      met.rows.push_back(pairs.rows[static_cast<size_t>(pair)]);
      met.found.push_back(pairs.found[static_cast<size_t>(pair)]);
    }
    pairs = std::move(met);
  }
  if (node_.type == plan::JoinType::kInner) return pairs;
  Pairs all;
  size_t at = 0;
  for (int32_t row = 0; row < left.num_rows(); ++row) {
    const size_t from = at;
    for (; at < pairs.rows.size() && pairs.rows[at] == row; ++at) {
      all.rows.push_back(row);
      all.found.push_back(pairs.found[at]);
    }
    if (at > from) continue;
    all.rows.push_back(row);
    all.found.push_back(-1);
  }
  return all;
}

Status LookupJoin::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                           std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  context_.now_ms = now_ms;
  std::shared_ptr<arrow::RecordBatch> found;
  SLUICE_ASSIGN(Pairs pairs, Ask(batch, now_ms, &found));
  SLUICE_ASSIGN(pairs, Filter(*batch.rows, *found, std::move(pairs)));
  for (size_t from = 0; from < pairs.rows.size(); from += kRowsPerBatch) {
    const auto first = static_cast<std::ptrdiff_t>(from);
    const auto last =
        static_cast<std::ptrdiff_t>(std::min(from + kRowsPerBatch, pairs.rows.size()));
    const Pairs part{{pairs.rows.begin() + first, pairs.rows.begin() + last},
                     {pairs.found.begin() + first, pairs.found.begin() + last}};
    flow::Batch given;
    SLUICE_ASSIGN(given.rows, Build(*batch.rows, *found, part));
    if (!batch.kinds.empty()) {
      for (const int32_t row : part.rows) given.kinds.push_back(batch.KindOf(row));
    }
    given.origin.split = batch.origin.split;
    if (batch.origin.split >= 0) {
      for (const int32_t row : part.rows) {
        given.origin.offsets.push_back(batch.origin.OffsetOfRow(row));
      }
    }
    out->push_back(std::move(given));
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeLookupJoin(const plan::LookupJoinNode& node,
                                                       const OperatorArguments& arguments) {
  auto join = std::make_unique<LookupJoin>();
  SLUICE_TRY(join->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(join));
}

}  // namespace sluice::operators
