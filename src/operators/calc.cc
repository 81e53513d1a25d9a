// SPDX-License-Identifier: Apache-2.0
#include "operators/calc.h"

#include <utility>

#include "arrow/api.h"

namespace sluice::operators {

Result<std::unique_ptr<Calc>> Calc::Make(const plan::CalcNode& node, flow::Schema output,
                                         functions::EvalContext context) {
  if (node.outputs.size() != output.fields.size()) {
    return Internal("a Calc of " + std::to_string(node.outputs.size()) + " outputs for " +
                    std::to_string(output.fields.size()) + " columns");
  }
  std::unique_ptr<Calc> calc(new Calc());
  calc->context_ = std::move(context);
  std::vector<functions::ExprPtr> all = node.outputs;
  all.push_back(node.condition);
  for (functions::ExprPtr& expr : all) {
    if (expr != nullptr) expr = functions::Fold(expr, calc->context_);
  }
  all = functions::ShareSubexpressions(std::move(all));
  calc->condition_ = std::move(all.back());
  all.pop_back();
  calc->outputs_ = std::move(all);
  calc->arrow_schema_ = output.ToArrow();
  calc->schema_ = std::move(output);
  return calc;
}

namespace {

/// The origin of the rows that stay.
flow::Origin KeepRows(const flow::Origin& origin, const std::vector<int32_t>& rows) {
  flow::Origin kept;
  kept.split = origin.split;
  if (origin.split < 0) return kept;
  kept.offsets.reserve(rows.size());
  for (const int32_t row : rows) kept.offsets.push_back(origin.OffsetOfRow(row));
  return kept;
}

/// The kinds of the rows that stay.
flow::RowKinds KeepRows(const flow::RowKinds& kinds, const std::vector<int32_t>& rows) {
  flow::RowKinds kept;
  if (kinds.empty()) return kept;
  kept.reserve(rows.size());
  for (const int32_t row : rows) kept.push_back(kinds[static_cast<size_t>(row)]);
  return kept;
}

}  // namespace

Status Calc::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                     std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  context_.now_ms = now_ms;
  context_.random += 0x9E3779B97F4A7C15ULL;  // another stretch of random numbers for each batch
  SLUICE_ASSIGN(functions::Filtered filtered,
                functions::EvaluateFiltered(condition_, outputs_, *batch.rows, context_));
  if (!filtered.all_rows && filtered.rows.empty()) return Status::Ok();
  const int64_t rows =
      filtered.all_rows ? batch.rows->num_rows() : static_cast<int64_t>(filtered.rows.size());
  for (size_t i = 0; i < filtered.columns.size(); ++i) {
    const auto& wanted = arrow_schema_->field(static_cast<int>(i))->type();
    if (filtered.columns[i]->type()->Equals(*wanted)) continue;
    auto retyped = filtered.columns[i]->data()->Copy();
    retyped->type = wanted;
    filtered.columns[i] = arrow::MakeArray(retyped);
  }
  flow::Batch result;
  result.rows = arrow::RecordBatch::Make(arrow_schema_, rows, std::move(filtered.columns));
  result.origin = filtered.all_rows ? batch.origin : KeepRows(batch.origin, filtered.rows);
  result.kinds = filtered.all_rows ? batch.kinds : KeepRows(batch.kinds, filtered.rows);
  out->push_back(std::move(result));
  return Status::Ok();
}

}  // namespace sluice::operators
