// SPDX-License-Identifier: Apache-2.0
// Reads a pipeline's source once more, up to the position that a table records, and compares what
// the pipeline makes of it with what the table holds, value by value: the strongest proof `sluice
// verify` can give.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "flow/position.h"
#include "tables/iceberg/table.h"

namespace sluice::cli {

struct ReplayReport {
  int64_t records = 0;       // read from the sources, up to the recorded position
  int64_t rows = 0;          // that the pipeline makes of them
  int64_t dead_letters = 0;  // likewise
  int64_t missing = 0;       // rows the table lacks
  int64_t doubled = 0;       // rows the table has more often
  int64_t foreign = 0;       // rows of the table that the pipeline does not make
};

/// `script`: the SQL file of the pipeline. Nothing of the table or of the source's consumer group
/// is touched, nor the pipeline's checkpoints. kNotFound when no INSERT of the script writes the
/// table; kUnsupported when the pipeline keeps state.
Result<ReplayReport> Replay(const std::string& script, const tables::iceberg::Table& table,
                            const std::string& pipeline, const flow::Position& position);

}  // namespace sluice::cli
