// SPDX-License-Identifier: Apache-2.0
// Partition transforms (spec, "Partition Transforms", Appendix B for the hashes), over whole Arrow
// columns and over single values. null becomes null.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "tables/iceberg/schema.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {

enum class TransformKind : uint8_t {
  kIdentity,
  kBucket,
  kTruncate,
  kYear,
  kMonth,
  kDay,
  kHour,
  kVoid,
  kUnknown,  // kept as text, refused by writers, never used for pruning
};

struct Transform {
  TransformKind kind = TransformKind::kIdentity;
  int parameter = 0;  // buckets or width
  std::string text;   // of kUnknown

  /// "identity", "bucket[16]", "truncate[4]", ...: as in metadata.json. Unknown names are kept.
  static Transform Parse(std::string_view text);
  std::string ToString() const;
  bool operator==(const Transform&) const = default;
};

/// The type of the result: bucket, year, month, hour int; day date; void and identity the source's.
/// kInvalidArgument if the transform does not take the source type, kUnsupported if unknown.
Result<Type> ResultType(const Transform& transform, const Type& source);

/// One row. `value` must fit `source`.
Result<Value> ApplyTransform(const Transform& transform, const Type& source, const Value& value);

/// A whole column in the Arrow layout of ToArrow(source); the result has the layout of
/// ToArrow(ResultType).
Result<std::shared_ptr<arrow::Array>> ApplyTransform(const Transform& transform, const Type& source,
                                                     const arrow::Array& column);

/// murmur3_x86_32, seed 0, of the bytes that the spec hashes for a value (Appendix B).
Result<int32_t> BucketHash(const Type& source, const Value& value);

}  // namespace sluice::tables::iceberg
