// SPDX-License-Identifier: Apache-2.0
// ORDER BY columns as bytes whose order under memcmp is the order of the rows. NULLs are smallest:
// first when ascending and last when descending (Flink's default), or as asked.
#pragma once

#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "state/key_encoder.h"

namespace sluice::state {

struct SortColumn {
  int column = 0;
  bool descending = false;
  bool nulls_first = true;  // the planner sets it: ascending true, descending false by default
};

class SortKeyEncoder {
 public:
  /// kUnsupported for types that have no order (MAP, MULTISET, ROW, ARRAY).
  static Result<SortKeyEncoder> Make(const flow::Schema& schema, std::vector<SortColumn> columns);
  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) const;

 private:
  SortKeyEncoder() = default;
  std::vector<SortColumn> columns_;
  std::vector<flow::TypePtr> types_;
};

}  // namespace sluice::state
