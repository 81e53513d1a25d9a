// SPDX-License-Identifier: Apache-2.0
// 'format' = 'debezium-json' (Flink docs, "Debezium Format"): a message is a change, an envelope of
// the row before and after. c, r: +I; u: -U and +U; d: -D. On the way out +I and +U are written as
// op c, -U and -D as op d, as Flink does. The rows inside are the json format's.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "formats/decoder.h"
#include "formats/encoder.h"

namespace sluice::formats::debezium {

const std::vector<flow::OptionSpec>& OptionSpecs();
/// A change that lacks the row it speaks of is rejected with Flink's words; so is an unknown op.
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request);
Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request);

}  // namespace sluice::formats::debezium
