// SPDX-License-Identifier: Apache-2.0
// Parts of CAST: by what is cast. Used by cast.cc alone.
#pragma once

#include <string>

#include "functions/cast.h"
#include "functions/column_view.h"

namespace sluice::functions {

struct CastCall {
  const flow::Type& from;
  const flow::Type& to;
  bool try_cast;
  int64_t rows;
  const EvalContext& context;
};

/// Among numbers and BOOLEAN.
Result<ArrayPtr> CastNumber(const ColumnView& input, const CastCall& call);
/// Text to anything that is not text.
Result<ArrayPtr> CastFromText(const ColumnView& input, const CastCall& call);
/// Anything to text or from text to binary and back: length is enforced.
Result<ArrayPtr> CastToText(const ColumnView& input, const CastCall& call);
/// Among dates, times and timestamps.
Result<ArrayPtr> CastTime(const ColumnView& input, const CastCall& call);
/// ROW, ARRAY, MAP to the same kind.
Result<ArrayPtr> CastNested(const ColumnView& input, const CastCall& call);

/// Appends one value as CAST(x AS STRING) prints it.
Status AppendText(const ColumnView& input, int64_t row, const flow::Type& type,
                  const EvalContext& context, TextWriter* out);

}  // namespace sluice::functions
