// SPDX-License-Identifier: Apache-2.0
// Rows as lines of COPY's text format: a number that grows, the change ('U' or 'D'), the columns.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "flow/batch.h"

namespace sluice::sinks::jdbc {

/// Appends one line per row; -U rows are left out. `*sequence` counts on.
Status AppendLines(const flow::Batch& batch, int64_t* sequence, std::string* out);

}  // namespace sluice::sinks::jdbc
