// SPDX-License-Identifier: Apache-2.0
// 'format' = 'json': messages to Arrow columns (README.md of this folder says by which rules).
#pragma once

#include <memory>

#include "base/result.h"
#include "formats/decoder.h"
#include "formats/json/walker.h"

namespace sluice::formats::json {

/// A decoder for the columns of `request`.
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request);

/// The same, on one of the two ways of the walk, which must not differ in their answers (tests).
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request, Way way);

}  // namespace sluice::formats::json
