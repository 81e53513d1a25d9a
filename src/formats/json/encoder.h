// SPDX-License-Identifier: Apache-2.0
// Columns to JSON text as Flink's json format writes it, byte for byte (README.md of this folder).
#pragma once

#include <memory>

#include "base/result.h"
#include "formats/encoder.h"

namespace sluice::formats::json {

/// One JSON object per row, without a line end.
Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request);

}  // namespace sluice::formats::json
