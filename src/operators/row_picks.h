// SPDX-License-Identifier: Apache-2.0
// Rows of results put in the order they are given in: old and new values by turns, columns made to
// the types of a schema, long results cut into batches.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/batch.h"

namespace sluice::operators {

using ArrayVector = std::vector<std::shared_ptr<arrow::Array>>;

/// Row `pick` of a; counted on into b: picks from a.length on are rows of b. Any order, repeats.
Result<std::shared_ptr<arrow::Array>> PickRows(const std::shared_ptr<arrow::Array>& a,
                                               const std::shared_ptr<arrow::Array>& b,
                                               const std::vector<int32_t>& picks);

/// differs[row] = 1 where the arrays differ (NULL equals NULL); other rows are left as they are.
void MarkDifferences(const arrow::Array& a, const arrow::Array& b, std::vector<uint8_t>* differs);

/// Appends the columns as `rows` rows of `schema`, in batches of at most `rows_max`. Columns that
/// have the right layout and another type's name are renamed.
void AppendBatches(const std::shared_ptr<arrow::Schema>& schema, int64_t rows, ArrayVector columns,
                   flow::RowKinds kinds, int64_t rows_max, std::vector<flow::Batch>* out);

}  // namespace sluice::operators
