// SPDX-License-Identifier: Apache-2.0
// 'format' = 'raw': the bytes of a message are the value of the table's one column (Flink docs,
// "Raw Format").
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "formats/decoder.h"
#include "formats/encoder.h"

namespace sluice::formats::raw {

const std::vector<flow::OptionSpec>& OptionSpecs();

/// One row per message, also for one without a value: then the column is NULL. A message whose
/// size is not that of a BOOLEAN, a number, or whose text is not in the charset, is rejected.
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request);
Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request);

}  // namespace sluice::formats::raw
