// SPDX-License-Identifier: Apache-2.0
// Messages that are changes, to rows with kinds: inserts give +I, updates -U and +U, deletes -D.
// The rows inside are read by the json format's rules.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "formats/changes/dialect.h"
#include "formats/decoder.h"

namespace sluice::formats::changes {

/// What the format takes: those of JSON's options that concern single rows, and the dialect's own.
std::vector<flow::OptionSpec> OptionSpecs(const Dialect& dialect);
/// `options` without those that are the dialect's own.
flow::OptionMap JsonOptions(const Dialect& dialect, const flow::OptionMap& options);
/// The metadata columns that the format offers.
std::vector<flow::Field> MetadataOf(const Dialect& dialect);

/// A message gives all its changes or, where one of them cannot be said, none and a reason (with
/// Flink's words, where it has some). With ignore-parse-errors such a message is left out. The
/// dialect outlives the decoder.
Result<std::unique_ptr<Decoder>> MakeDecoder(const Dialect& dialect, const DecoderRequest& request);

}  // namespace sluice::formats::changes
