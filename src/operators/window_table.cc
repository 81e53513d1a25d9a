// SPDX-License-Identifier: Apache-2.0
#include "operators/window_table.h"

#include <utility>

#include "arrow/api.h"
#include "operators/row_batches.h"
#include "operators/row_picks.h"
#include "operators/session_table.h"
#include "operators/window_output.h"

namespace sluice::operators {

Result<std::unique_ptr<flow::Operator>> MakeWindowTable(const plan::WindowTableNode& node,
                                                        const OperatorArguments& arguments) {
  if (arguments.output.size() != arguments.inputs[0].size() + 3 || node.window.time_column < 0 ||
      node.window.time_column >= arguments.inputs[0].size()) {
    return Internal("a window table gives the input's columns, start, end and time");
  }
  return node.window.kind == plan::WindowKind::kSession ? SessionTable::Make(node, arguments)
                                                        : WindowTable::Make(node, arguments);
}

Result<std::unique_ptr<flow::Operator>> WindowTable::Make(const plan::WindowTableNode& node,
                                                          const OperatorArguments& arguments) {
  const auto at = static_cast<size_t>(node.window.time_column);
  SLUICE_ASSIGN(auto times, WindowTimes::Make(node.window, *arguments.inputs[0].fields[at].type,
                                              arguments.options.context));
  std::unique_ptr<WindowTable> made(new WindowTable(node.window, std::move(times)));
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status AppendWindowColumns(const arrow::Schema& schema, const std::vector<int64_t>& local_starts,
                           const std::vector<int64_t>& local_ends, WindowTimes* times,
                           std::vector<std::shared_ptr<arrow::Array>>* columns) {
  const auto type = [&] { return schema.field(static_cast<int>(columns->size()))->type(); };
  SLUICE_ASSIGN(auto starts, TimestampColumn(local_starts, type()));
  columns->push_back(std::move(starts));
  SLUICE_ASSIGN(auto ends, TimestampColumn(local_ends, type()));
  columns->push_back(std::move(ends));
  std::vector<int64_t> last;
  last.reserve(local_ends.size());
  for (const int64_t end : local_ends) last.push_back(times->ToInstant(end - 1));
  SLUICE_ASSIGN(auto time, TimestampColumn(last, type()));
  columns->push_back(std::move(time));
  return Status::Ok();
}

Status WindowTable::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                            std::vector<flow::Batch>* out) {
  std::vector<int64_t> local, starts, ends;
  SLUICE_TRY(times_.Read(*batch.rows, now_ms, &local));
  std::vector<int32_t> picks;
  bool once = true;  // each row is in one window
  for (size_t row = 0; row < local.size(); ++row) {
    const int64_t slice_end = times_.SliceStart(local[row]) + times_.slice_ms();
    const int64_t first = times_.FirstWindowEnd(slice_end), last = times_.LastWindowEnd(slice_end);
    // In Flink's order: HOP from the latest window back, CUMULATE forward.
    const bool back = spec_.kind == plan::WindowKind::kHop;
    const int64_t count = last < first ? 0 : (last - first) / times_.Step() + 1;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t end = back ? last - i * times_.Step() : first + i * times_.Step();
      picks.push_back(static_cast<int32_t>(row));
      starts.push_back(times_.WindowStart(end));
      ends.push_back(end);
    }
    once = once && count == 1;
  }
  ArrayVector columns;
  flow::RowKinds kinds = batch.kinds;
  if (once) {
    columns = batch.rows->columns();
  } else {
    SLUICE_ASSIGN(columns, TakeColumns(*batch.rows, picks));
    kinds.clear();
    for (const int32_t row : picks) {
      if (!batch.kinds.empty()) kinds.push_back(batch.KindOf(row));
    }
  }
  SLUICE_TRY(AppendWindowColumns(*arrow_schema_, starts, ends, &times_, &columns));
  const size_t before = out->size();
  AppendBatches(arrow_schema_, static_cast<int64_t>(picks.size()), std::move(columns),
                std::move(kinds), bundle_rows_, out);
  if (batch.origin.split < 0) return Status::Ok();
  auto pick = picks.begin();
  for (size_t i = before; i < out->size(); ++i) {
    flow::Batch& given = (*out)[i];
    given.origin.split = batch.origin.split;
    for (int64_t row = 0; row < given.rows->num_rows(); ++row) {
      given.origin.offsets.push_back(batch.origin.OffsetOfRow(*pick++));
    }
  }
  return Status::Ok();
}

}  // namespace sluice::operators
