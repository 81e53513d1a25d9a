// SPDX-License-Identifier: Apache-2.0
// Rows with kinds to messages that are changes, one each. As Flink writes them: +I and +U as an
// insert, -U and -D as a delete, since the two halves of an update are two rows.
#pragma once

#include <memory>

#include "base/result.h"
#include "formats/changes/dialect.h"
#include "formats/encoder.h"

namespace sluice::formats::changes {

/// The dialect outlives the encoder.
Result<std::unique_ptr<Encoder>> MakeEncoder(const Dialect& dialect, const EncoderRequest& request);

}  // namespace sluice::formats::changes
