// SPDX-License-Identifier: Apache-2.0
// Writing JSON text by hand where a document tree would be waste: logs, progress lines, positions.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// Appends `text` as a JSON string, quotes included; control characters are escaped, other bytes
/// kept.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace sluice
