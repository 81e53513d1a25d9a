// SPDX-License-Identifier: Apache-2.0
// Simple predicates against ranges of values: what can be said about a file or a manifest without
// reading it. Every answer errs towards "may match".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tables/iceberg/manifest.h"
#include "tables/iceberg/transform.h"
#include "tables/iceberg/value.h"

namespace sluice::tables::iceberg {

enum class TermOp : uint8_t { kEq, kNotEq, kLt, kLtEq, kGt, kGtEq, kIn, kIsNull, kNotNull };

/// `column op values`; the terms of a filter are joined by AND. SQL semantics: a comparison with
/// null is not true.
struct Term {
  std::string column;  // dotted path
  TermOp op = TermOp::kEq;
  std::vector<Value> values;  // one; several for kIn; none for kIsNull, kNotNull
};

/// What is known of a set of values.
struct ValueRange {
  std::optional<Value> lower, upper;  // of the values that are neither null nor NaN
  bool may_be_null = true;
  bool may_be_nan = true;
  bool may_be_value = true;
  bool exact = false;  // the bounds are values, not cut
};
/// All of them are this one value.
ValueRange RangeOf(const Value& value);

/// Could a value of the range make `op values` true?
bool RangeMayMatch(TermOp op, const std::vector<Value>& values, const ValueRange& range);
/// Is `op values` true for the value itself? nullopt where engines differ (NaN).
std::optional<bool> Evaluate(TermOp op, const std::vector<Value>& values, const Value& value);

/// The weakest condition on a transform's result that follows from a term on its source; nullopt if
/// nothing follows.
struct Projection {
  TermOp op;
  std::vector<Value> values;
};
std::optional<Projection> Project(const Term& term, const Transform& transform, const Type& source);

/// What a file's metrics say about a column.
ValueRange RangeOfMetrics(const DataFile& file, int field_id, const Type& type);

}  // namespace sluice::tables::iceberg
