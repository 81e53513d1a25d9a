// SPDX-License-Identifier: Apache-2.0
// Records that could not be decoded, as rows. The columns are the dead-letter table's contract with
// its readers: the bytes as they came, where they came from, and why they are here.
#pragma once

#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/type.h"

namespace sluice::runtime {

/// source STRING, partition INT, offset BIGINT, timestamp TIMESTAMP_LTZ(3), key BYTES, payload
/// BYTES, reason STRING.
const flow::Schema& DeadLetterSchema();

/// One row per letter, in order; all letters are of one split. The origin carries their offsets.
Result<flow::Batch> DeadLetterBatch(const std::vector<flow::DeadLetter>& letters);

/// "topic orders, partition 3, offset 120: <reason>".
std::string Describe(const flow::DeadLetter& letter);

}  // namespace sluice::runtime
