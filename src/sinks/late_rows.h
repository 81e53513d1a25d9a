// SPDX-License-Identifier: Apache-2.0
// Rows that operators left out because they came too late, as rows of a table that has room for
// rows of any operator. The columns are the late table's contract with its readers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/type.h"
#include "formats/encoder.h"

namespace sluice::sinks {

/// operator STRING, uid STRING, input INT, event_time TIMESTAMP_LTZ(3), watermark TIMESTAMP_LTZ(3),
/// kind STRING, payload STRING.
const flow::Schema& LateRowSchema();

/// Makes such rows of what one operator left out.
class LateRowEncoder {
 public:
  /// `inputs`: what the operator reads. kUnsupported names a column that JSON has no form for.
  static Result<std::unique_ptr<LateRowEncoder>> Make(std::string operator_name, std::string uid,
                                                      const std::vector<flow::Schema>& inputs);
  /// All rows of `late`, which came in at `input`; `times_ms`: one per row.
  Result<flow::Batch> Encode(int input, const flow::Batch& late,
                             const std::vector<int64_t>& times_ms, int64_t watermark_ms);

 private:
  LateRowEncoder(std::string operator_name, std::string uid)
      : operator_(std::move(operator_name)), uid_(std::move(uid)) {}

  const std::string operator_, uid_;
  std::vector<std::unique_ptr<formats::Encoder>> encoders_;  // per input
  formats::EncodedRows texts_;
};

}  // namespace sluice::sinks
