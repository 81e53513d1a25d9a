// SPDX-License-Identifier: Apache-2.0
// The contract of a table that can be asked by key: what a lookup join (FOR SYSTEM_TIME AS OF
// proctime) reads. Whoever opens one says which columns are wanted and which are asked by; asking
// is for many keys at once.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"

namespace sluice::flow {

/// Rows that were found, of the source's schema.
struct LookupRows {
  std::shared_ptr<arrow::RecordBatch> rows;
  std::vector<int32_t> key_rows;  // per found row: which key it answers; ascending
};

class LookupSource {
 public:
  virtual ~LookupSource() = default;
  /// The wanted columns.
  virtual const Schema& schema() const = 0;
  /// `keys` has a column for each key column, in the agreed order, and no NULLs. Keys may repeat. A
  /// key without rows is simply not answered. kIo and kTimeout may be tried again.
  virtual Result<LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t now_ms) = 0;
};

}  // namespace sluice::flow
