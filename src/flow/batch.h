// SPDX-License-Identifier: Apache-2.0
// What flows: columns; where the stream updates, what each row does (changelog.h); and for rows
// that come from a source through stateless operators alone, the place each one came from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "flow/changelog.h"

namespace sluice::flow {

/// Which records the rows of a batch were made from. A batch never mixes splits, and its offsets
/// never go back, so a sink can drop rows at or below the position it already holds.
struct Origin {
  int split = -1;  // index into the source's split list; -1 = unknown (not from a source)
  std::vector<int64_t>
      offsets;  // one per row, non-decreasing; empty when `rows` are contiguous from first
  int64_t first_offset = 0;  // meaning of an empty `offsets`: row i has offset first_offset + i
  int64_t OffsetOfRow(int64_t row) const {
    return offsets.empty() ? first_offset + row : offsets[static_cast<size_t>(row)];
  }
};

struct Batch {
  std::shared_ptr<arrow::RecordBatch> rows;
  Origin origin;
  RowKinds kinds;  // one per row; empty: every row is +I

  RowKind KindOf(int64_t row) const {
    return kinds.empty() ? RowKind::kInsert : kinds[static_cast<size_t>(row)];
  }
  /// The rows [from, to); columns are shared.
  Batch Slice(int64_t from, int64_t to) const;
};

/// A record that could not be decoded. `payload` is the value bytes as they came.
struct DeadLetter {
  std::string payload;
  std::string key;
  bool payload_is_null = false;
  bool key_is_null = true;
  std::string source;  // topic
  int32_t partition = 0;
  int64_t offset = 0;
  int64_t timestamp_ms = 0;
  int split = -1;
  std::string reason;
};

}  // namespace sluice::flow
