// SPDX-License-Identifier: Apache-2.0
#include "operators/expand.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "functions/gather.h"
#include "operators/row_picks.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> Expand::Make(const plan::ExpandNode& node,
                                                     const OperatorArguments& arguments) {
  const size_t columns = arguments.inputs[0].fields.size();
  if (arguments.output.fields.size() != columns + 1 || node.groups.size() > 62) {
    return Internal("grouping sets give the input's columns and the grouping id");
  }
  std::unique_ptr<Expand> made(new Expand());
  made->sets_ = node.sets.size();
  made->absent_.resize(columns);
  for (const int group : node.groups) {
    made->absent_[static_cast<size_t>(group)].assign(node.sets.size(), 1);
  }
  const int64_t all = (int64_t{1} << node.groups.size()) - 1;
  for (size_t set = 0; set < node.sets.size(); ++set) {
    int64_t id = all;
    for (const int position : node.sets[set]) {
      const auto at = static_cast<size_t>(position);
      id &= ~(int64_t{1} << (node.groups.size() - 1 - at));
      made->absent_[static_cast<size_t>(node.groups[at])][set] = 0;
    }
    // A set that stands there again is another one: its number, for GROUP_ID, is above the bits.
    int64_t again = 0;
    for (const int64_t other : made->ids_) again += (other & all) == id ? 1 : 0;
    if (again > 0 && node.groups.size() > 50) return Internal("too many groups to repeat a set");
    made->ids_.push_back(id + (again << node.groups.size()));
  }
  for (auto& absent : made->absent_) {
    if (std::find(absent.begin(), absent.end(), 1) == absent.end()) absent.clear();
  }
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status Expand::Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                       std::vector<flow::Batch>* out) {
  const int64_t rows = batch.rows->num_rows();
  const int64_t total = rows * static_cast<int64_t>(sets_);
  std::vector<int32_t> picks;
  picks.reserve(static_cast<size_t>(total));
  for (int64_t row = 0; row < rows; ++row) {
    for (size_t set = 0; set < sets_; ++set) picks.push_back(static_cast<int32_t>(row));
  }
  ArrayVector columns;
  for (size_t i = 0; i < absent_.size(); ++i) {
    const auto& column = batch.rows->column(static_cast<int>(i));
    if (absent_[i].empty()) {
      SLUICE_ASSIGN(columns.emplace_back(), functions::Gather(column, picks));
      continue;
    }
    SLUICE_ASSIGN(const auto none, arrow::MakeArrayOfNull(column->type(), 1));
    std::vector<int32_t> kept = picks;
    for (size_t at = 0; at < kept.size(); ++at) {
      if (absent_[i][at % sets_] != 0) kept[at] = static_cast<int32_t>(rows);
    }
    SLUICE_ASSIGN(columns.emplace_back(), PickRows(column, none, kept));
  }
  arrow::Int64Builder ids;
  SLUICE_TRY(ids.Reserve(total));
  for (int64_t at = 0; at < total; ++at) ids.UnsafeAppend(ids_[static_cast<size_t>(at) % sets_]);
  SLUICE_ASSIGN(columns.emplace_back(), ids.Finish());
  flow::RowKinds kinds;
  for (const flow::RowKind kind : batch.kinds) kinds.insert(kinds.end(), sets_, kind);
  AppendBatches(arrow_schema_, total, std::move(columns), std::move(kinds), bundle_rows_, out);
  return Status::Ok();
}

}  // namespace sluice::operators
