// SPDX-License-Identifier: Apache-2.0
// The frames of OVER where all rows of a partition are at hand, in order: which rows each row's
// frame holds. ROWS counts rows; RANGE goes by the distance of the value that the rows are ordered
// by, in the direction of the order, rows of equal values (NULLs too) being in or out together.
//
// A NULL has no distance to any value: a bound by an offset of a row with a value leaves NULLs out,
// one of a row with NULL takes in the other NULLs if the bound lies on or beyond the row itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "sql/bound.h"

namespace sluice::operators {

/// Per row the rows that are ordered like it, [begin, end), and its DENSE_RANK.
struct Peers {
  std::vector<int64_t> begin, end, dense_rank;

  /// `sort_keys`: of all rows, ascending.
  static Peers Of(const std::vector<std::string_view>& sort_keys);
  int64_t size() const { return static_cast<int64_t>(begin.size()); }
};

/// Per row the rows of its frame: [from, to), from <= to.
struct Frames {
  std::vector<int64_t> from, to;
};

Result<Frames> FramesOf(const sql::OverSpec& spec, const arrow::RecordBatch& rows,
                        const Peers& peers);

}  // namespace sluice::operators
