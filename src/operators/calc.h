// SPDX-License-Identifier: Apache-2.0
// Calc: keeps the rows for which a condition is TRUE and computes the output columns for those.
// A projection that only picks columns copies nothing; a filter moves only the columns (and fields
// of ROWs) that an output reads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "functions/evaluate.h"
#include "plan/job_graph.h"

namespace sluice::operators {

class Calc : public flow::Operator {
 public:
  /// `context` gives the time zone and the seed; each batch brings its own time.
  static Result<std::unique_ptr<Calc>> Make(const plan::CalcNode& node, flow::Schema output,
                                            functions::EvalContext context);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;

 private:
  Calc() = default;
  /// Sets condition and outputs; the condition is the last of them.
  void Use(std::vector<functions::ExprPtr> all);

  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  functions::ExprPtr condition_;  // null: every row stays
  std::vector<functions::ExprPtr> outputs_;
  functions::EvalContext context_;
  /// Outputs and condition as they were written, where CURRENT_WATERMARK stands in them: the
  /// watermark takes its place, as a literal, each time it moves. Else empty.
  std::vector<functions::ExprPtr> unbound_;
};

}  // namespace sluice::operators
