// SPDX-License-Identifier: Apache-2.0
// Metadata columns of changes: what a message says beside the rows, one value per message.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "formats/changes/dialect.h"

namespace sluice::formats::changes {

/// Messages (by their place in the column) that say what their metadata column cannot hold, and
/// why.
using Unreadable = std::map<int64_t, std::string>;

/// The column from `field`, the field of the messages that it stands in.
Result<std::shared_ptr<arrow::Array>> ReadMetadata(const Metadatum& metadatum,
                                                   const std::shared_ptr<arrow::Array>& field,
                                                   Unreadable* unreadable);

}  // namespace sluice::formats::changes
