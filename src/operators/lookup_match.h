// SPDX-License-Identifier: Apache-2.0
// The two halves of a lookup join around the asking: which keys a batch asks for, each different
// one once, and the batch's rows with what was found for them. Keeps no state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "flow/lookup.h"
#include "flow/operator.h"
#include "functions/evaluate.h"
#include "operators/operators.h"
#include "plan/job_graph.h"
#include "state/key_encoder.h"

namespace sluice::operators {

class LookupMatch {
 public:
  struct Question {
    flow::Batch batch;
    int64_t now_ms = 0;                        // of the batch
    std::shared_ptr<arrow::RecordBatch> keys;  // each once, without NULLs
    std::vector<int32_t> key_of_row;           // of the batch; -1: a NULL, which finds nothing
  };

  Status Make(const plan::LookupJoinNode& node, const OperatorArguments& arguments);
  const flow::Schema& schema() const { return schema_; }

  Result<Question> Ask(const flow::Batch& batch, int64_t now_ms);
  /// What the join gives for the question's batch.
  Status Join(const Question& question, const flow::LookupRows& answer,
              std::vector<flow::Batch>* out);

 private:
  /// A row of the input and the row that was found for it; -1: none.
  struct Pairs {
    std::vector<int32_t> rows, found;
  };

  Result<Pairs> PairsOf(const Question& question, const flow::LookupRows& answer) const;
  Result<Pairs> Filter(const arrow::RecordBatch& left, const arrow::RecordBatch& right,
                       Pairs pairs) const;
  Result<std::shared_ptr<arrow::RecordBatch>> Build(const arrow::RecordBatch& left,
                                                    const arrow::RecordBatch& right,
                                                    const Pairs& pairs) const;

  plan::LookupJoinNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_, key_schema_;
  functions::EvalContext context_;
  std::vector<functions::ExprPtr> key_values_;
  std::optional<state::KeyEncoder> encoder_;
  state::EncodedKeys keys_;
};

/// Of Flink's LOOKUP hint: keys that find nothing are asked for again.
struct LookupMissRetry {
  int64_t attempts_max = 0, delay_ms = 0;
};
Result<LookupMissRetry> LookupMissRetryOf(const plan::LookupJoinNode& node);

/// The keys 0 ... keys-1 that nothing was found for.
std::vector<int32_t> KeysWithoutRows(const flow::LookupRows& found, int64_t keys);
/// Adds rows found for a part of the keys: `more`'s key k is the key `keys[k]`. The order of keys
/// is lost.
Status AppendFound(const flow::LookupRows& more, const std::vector<int32_t>& keys,
                   flow::LookupRows* found);

}  // namespace sluice::operators
