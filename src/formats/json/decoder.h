// SPDX-License-Identifier: Apache-2.0
// 'format' = 'json': messages to Arrow columns (README.md of this folder says by which rules).
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "formats/decoder.h"
#include "formats/json/walker.h"

namespace sluice::formats::json {

/// A decoder for the columns of `request`.
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request);

/// The same, on one of the two ways of the walk, which must not differ in their answers (tests).
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request, Way way);

/// A field that is not read: bit i of its bytes says that the object had the key of field i.
inline constexpr std::string_view kGivenField = "\x01given";

/// For formats whose messages are documents with rows inside them (changes/). A message is one
/// object, never an array of rows. A ROW may end with kGivenField (VARBINARY), which tells a NULL
/// that was written from a key that was left out.
Result<std::unique_ptr<Decoder>> MakeDocumentDecoder(const DecoderRequest& request);

}  // namespace sluice::formats::json
