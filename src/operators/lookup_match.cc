// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_match.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "arrow/api.h"
#include "flow/table_options.h"
#include "operators/row_batches.h"

namespace sluice::operators {

Status LookupMatch::Make(const plan::LookupJoinNode& node, const OperatorArguments& arguments) {
  if (node.type != plan::JoinType::kInner && node.type != plan::JoinType::kLeft) {
    return Unsupported("a lookup join is an inner or a left join");
  }
  node_ = node;
  schema_ = arguments.output;
  arrow_schema_ = schema_.ToArrow();
  context_ = arguments.options.context;
  flow::Schema keys;
  std::vector<int> places;
  for (const plan::LookupJoinNode::Key& key : node.keys) {
    places.push_back(keys.size());
    keys.fields.push_back({"key", key.value->type->WithNullable(true), ""});
    key_values_.push_back(key.value);
  }
  key_schema_ = keys.ToArrow();
  SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(keys, std::move(places)));
  return {};
}

Result<LookupMatch::Question> LookupMatch::Ask(const flow::Batch& batch, int64_t now_ms) {
  const int64_t rows = batch.rows->num_rows();
  context_.now_ms = now_ms;
  SLUICE_ASSIGN(auto values, functions::EvaluateAll(key_values_, *batch.rows, context_));
  const auto keys = MakeBatch(key_schema_, rows, std::move(values));
  SLUICE_TRY(encoder_->Encode(*keys, &keys_));
  Question question{batch, now_ms, nullptr, std::vector<int32_t>(static_cast<size_t>(rows), -1)};
  std::unordered_map<std::string_view, int32_t> asked;
  std::vector<int32_t> first_rows;
  for (int64_t row = 0; row < rows; ++row) {
    if (keys_.HasNull(row)) continue;
    const auto [it, fresh] = asked.emplace(keys_[row], static_cast<int32_t>(first_rows.size()));
    if (fresh) first_rows.push_back(static_cast<int32_t>(row));
    question.key_of_row[static_cast<size_t>(row)] = it->second;
  }
  SLUICE_ASSIGN(question.keys, TakeRows(*keys, first_rows));
  return question;
}

Result<LookupMatch::Pairs> LookupMatch::PairsOf(const Question& question,
                                                const flow::LookupRows& answer) const {
  std::vector<int32_t> kept(static_cast<size_t>(answer.rows->num_rows()));
  for (size_t i = 0; i < kept.size(); ++i) kept[i] = static_cast<int32_t>(i);
  if (node_.right_condition != nullptr && !kept.empty()) {
    SLUICE_ASSIGN(kept, functions::EvaluateFilter(*node_.right_condition, *answer.rows, context_));
  }
  std::vector<std::vector<int32_t>> of_key(static_cast<size_t>(question.keys->num_rows()));
  for (const int32_t row : kept) {
    const int32_t key = answer.key_rows[static_cast<size_t>(row)];
    of_key[static_cast<size_t>(key)].push_back(row);
  }
  Pairs pairs;
  for (size_t row = 0; row < question.key_of_row.size(); ++row) {
    const int32_t key = question.key_of_row[row];
    if (key < 0) continue;
    for (const int32_t answered : of_key[static_cast<size_t>(key)]) {
      pairs.rows.push_back(static_cast<int32_t>(row));
      pairs.found.push_back(answered);
    }
  }
  return pairs;
}

Result<std::shared_ptr<arrow::RecordBatch>> LookupMatch::Build(const arrow::RecordBatch& left,
                                                               const arrow::RecordBatch& right,
                                                               const Pairs& pairs) const {
  SLUICE_ASSIGN(auto columns, TakeColumns(left, pairs.rows));
  SLUICE_ASSIGN(const auto found, TakeColumns(right, pairs.found));
  columns.insert(columns.end(), found.begin(), found.end());
  return MakeBatch(arrow_schema_, static_cast<int64_t>(pairs.rows.size()), std::move(columns));
}

/// The pairs that meet the rest of the condition; of a left join each row at least once.
Result<LookupMatch::Pairs> LookupMatch::Filter(const arrow::RecordBatch& left,
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

Status LookupMatch::Join(const Question& question, const flow::LookupRows& answer,
                         std::vector<flow::Batch>* out) {
  const flow::Batch& batch = question.batch;
  context_.now_ms = question.now_ms;
  SLUICE_ASSIGN(Pairs pairs, PairsOf(question, answer));
  SLUICE_ASSIGN(pairs, Filter(*batch.rows, *answer.rows, std::move(pairs)));
  for (size_t from = 0; from < pairs.rows.size(); from += kRowsPerBatch) {
    const auto first = static_cast<std::ptrdiff_t>(from);
    const auto last =
        static_cast<std::ptrdiff_t>(std::min(from + kRowsPerBatch, pairs.rows.size()));
    const Pairs part{{pairs.rows.begin() + first, pairs.rows.begin() + last},
                     {pairs.found.begin() + first, pairs.found.begin() + last}};
    flow::Batch given;
    SLUICE_ASSIGN(given.rows, Build(*batch.rows, *answer.rows, part));
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

Result<LookupMissRetry> LookupMissRetryOf(const plan::LookupJoinNode& node) {
  const auto& options = node.options;
  LookupMissRetry retry;
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

std::vector<int32_t> KeysWithoutRows(const flow::LookupRows& found, int64_t keys) {
  std::vector<uint8_t> has(static_cast<size_t>(keys), 0);
  for (const int32_t key : found.key_rows) has[static_cast<size_t>(key)] = 1;
  std::vector<int32_t> missing;
  for (size_t key = 0; key < has.size(); ++key) {
    if (has[key] == 0) missing.push_back(static_cast<int32_t>(key));
  }
  return missing;
}

Status AppendFound(const flow::LookupRows& more, const std::vector<int32_t>& keys,
                   flow::LookupRows* found) {
  if (more.key_rows.empty()) return {};
  for (const int32_t key : more.key_rows) {
    found->key_rows.push_back(keys[static_cast<size_t>(key)]);
  }
  SLUICE_ASSIGN(const auto both, arrow::Table::FromRecordBatches({found->rows, more.rows}));
  SLUICE_ASSIGN(found->rows, both->CombineChunksToBatch());
  return {};
}

}  // namespace sluice::operators
