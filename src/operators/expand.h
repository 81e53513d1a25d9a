// SPDX-License-Identifier: Apache-2.0
// GROUPING SETS, ROLLUP, CUBE: each row once per grouping set, with NULL in the group columns that
// the set lacks, and the grouping id as a last column.
#pragma once

#include <memory>
#include <vector>

#include "flow/operator.h"
#include "operators/operators.h"

namespace sluice::operators {

class Expand : public flow::Operator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::ExpandNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;

 private:
  Expand() = default;

  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  size_t sets_ = 0;
  std::vector<std::vector<uint8_t>> absent_;  // per column of the input: in which sets; or empty
  std::vector<int64_t> ids_;                  // per set
  int64_t bundle_rows_ = 0;
};

}  // namespace sluice::operators
