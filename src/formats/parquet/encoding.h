// SPDX-License-Identifier: Apache-2.0
// How each leaf column of a file is encoded. Integers, dates and times: DELTA_BINARY_PACKED, which
// is both faster and smaller than plain pages under zstd. Strings, binary and floats: a dictionary
// only where a sample of the first row group says that values come again, plain otherwise, because
// a dictionary that overflows costs its hashing for nothing.
//
// Readers: parquet-mr, Arrow, DuckDB, Trino and Spark (vectorized since 3.3) read the delta
// encoding in version 1 pages. Iceberg's own vectorized reader for Spark does since 1.11; for older
// ones kPlain is there.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"

namespace sluice::formats::parquet {

enum class IntegerEncoding : uint8_t { kDelta, kPlain };
enum class LeafEncoding : uint8_t { kPlain, kDelta, kDictionary };

/// Looks at most at this many values of a column.
inline constexpr int64_t kSampleValues = 32768;

/// One encoding per leaf, from the batches of the first row group.
Result<std::vector<LeafEncoding>> ChooseEncodings(
    const arrow::Schema& schema, const std::vector<std::shared_ptr<arrow::RecordBatch>>& sample,
    IntegerEncoding integers);

}  // namespace sluice::formats::parquet
