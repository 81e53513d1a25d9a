// SPDX-License-Identifier: Apache-2.0
// The rows of changes: where each stands in the decoded messages, and the columns made of them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/changelog.h"

namespace sluice::formats::changes {

/// The rows before, or after, the changes of a batch of messages: a column of rows, or of lists of
/// rows.
class Side {
 public:
  Side() = default;
  Side(std::shared_ptr<arrow::Array> cells, bool lists);

  /// How many rows a message has; -1: it does not speak of them.
  int64_t Count(int64_t message) const;
  /// Where its first row is.
  int64_t First(int64_t message) const;
  bool IsNull(int64_t row) const;
  /// The columns of the rows; those of an absent row are NULL.
  Result<std::vector<std::shared_ptr<arrow::Array>>> Columns() const;

 private:
  std::shared_ptr<arrow::Array> cells_, rows_;
  bool lists_ = false;
};

/// One output row: the row before or after a change. Both are known, since what an update did not
/// change may be told only after.
struct Change {
  flow::RowKind kind = flow::RowKind::kInsert;
  bool is_before = false;
  int64_t message = 0;  // among those decoded
  int64_t before = 0, after = 0;
};

/// The columns of the output rows. With `before_is_part` the last column of `before` says which of
/// its columns were given (json::kGivenField); the others are as after.
Result<std::vector<std::shared_ptr<arrow::Array>>> ColumnsOf(const std::vector<Change>& changes,
                                                             const Side& before, const Side& after,
                                                             bool before_is_part);

/// For each output row the value of its message.
Result<std::shared_ptr<arrow::Array>> Repeated(const std::vector<Change>& changes,
                                               const arrow::Array& of_messages);

}  // namespace sluice::formats::changes
