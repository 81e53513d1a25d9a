// SPDX-License-Identifier: Apache-2.0
#include "operators/calc.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"

namespace sluice::operators {
namespace {

using functions::ExprKind;
using functions::ExprPtr;

bool AsksForWatermark(const ExprPtr& expr) {
  if (expr == nullptr) return false;
  if (expr->kind == ExprKind::kCall && expr->function->name == "CURRENT_WATERMARK") return true;
  return std::any_of(expr->children.begin(), expr->children.end(), &AsksForWatermark);
}

ExprPtr WatermarkLiteral(int64_t watermark_ms, const flow::TypePtr& type) {
  if (watermark_ms == flow::kWatermarkMin) return functions::NullLiteral(type);
  // Behind the end of a bounded input the watermark is later than any time.
  constexpr int64_t kLatestMs = std::numeric_limits<int64_t>::max() / 1000;
  return functions::Literal(std::make_shared<arrow::TimestampScalar>(
                                std::min(watermark_ms, kLatestMs) * 1000, flow::ToArrow(*type)),
                            type);
}

ExprPtr AtWatermark(const ExprPtr& expr, int64_t watermark_ms) {
  if (!AsksForWatermark(expr)) return expr;
  if (expr->kind == ExprKind::kCall && expr->function->name == "CURRENT_WATERMARK") {
    return WatermarkLiteral(watermark_ms, expr->type);
  }
  auto copy = std::make_shared<functions::Expr>(*expr);
  for (ExprPtr& child : copy->children) child = AtWatermark(child, watermark_ms);
  return copy;
}

std::vector<ExprPtr> AtWatermark(std::vector<ExprPtr> all, int64_t watermark_ms) {
  for (ExprPtr& expr : all) expr = AtWatermark(expr, watermark_ms);
  return all;
}

}  // namespace

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
  if (std::any_of(all.begin(), all.end(), &AsksForWatermark)) {
    calc->unbound_ = all;
    all = AtWatermark(std::move(all), flow::kWatermarkMin);
  }
  calc->Use(std::move(all));
  calc->arrow_schema_ = output.ToArrow();
  calc->schema_ = std::move(output);
  return calc;
}

void Calc::Use(std::vector<functions::ExprPtr> all) {
  all = functions::ShareSubexpressions(std::move(all));
  condition_ = std::move(all.back());
  all.pop_back();
  outputs_ = std::move(all);
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

Status Calc::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                         std::vector<flow::Batch>* /*out*/) {
  if (!unbound_.empty()) Use(AtWatermark(unbound_, *watermark_ms));
  return Status::Ok();
}

}  // namespace sluice::operators
