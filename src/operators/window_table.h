// SPDX-License-Identifier: Apache-2.0
// TUMBLE, HOP and CUMULATE as table functions: each row once per window it is in, with the columns
// window_start, window_end and window_time. Nothing is kept and no row is late here. SESSION is
// session_table.h.
#pragma once

#include <memory>
#include <vector>

#include "flow/operator.h"
#include "operators/operators.h"
#include "operators/window_times.h"

namespace sluice::operators {

/// The node's operator, whatever its window.
Result<std::unique_ptr<flow::Operator>> MakeWindowTable(const plan::WindowTableNode& node,
                                                        const OperatorArguments& arguments);

/// Appends window_start, window_end and window_time to the columns of rows.
Status AppendWindowColumns(const arrow::Schema& schema, const std::vector<int64_t>& local_starts,
                           const std::vector<int64_t>& local_ends, WindowTimes* times,
                           std::vector<std::shared_ptr<arrow::Array>>* columns);

class WindowTable : public flow::Operator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::WindowTableNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;

 private:
  WindowTable(plan::WindowSpec spec, WindowTimes times)
      : spec_(std::move(spec)), times_(std::move(times)) {}

  plan::WindowSpec spec_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  WindowTimes times_;
  int64_t bundle_rows_ = 0;
};

}  // namespace sluice::operators
