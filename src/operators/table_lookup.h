// SPDX-License-Identifier: Apache-2.0
// A LookupSource over rows that are in memory: a small table that was read whole.
#pragma once

#include <memory>
#include <vector>

#include "flow/lookup.h"

namespace sluice::operators {

/// `rows` of `schema` are asked by `key_columns` and give `wanted`.
Result<std::unique_ptr<flow::LookupSource>> MakeTableLookup(
    const flow::Schema& schema, const std::shared_ptr<arrow::RecordBatch>& rows,
    const std::vector<int>& key_columns, const std::vector<int>& wanted);

}  // namespace sluice::operators
