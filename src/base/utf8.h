// SPDX-License-Identifier: Apache-2.0
// Code points to UTF-8 (RFC 3629 section 3). What reads UTF-8 lies with those who read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sluice {

constexpr size_t kUtf8BytesMax = 4;

/// Writes a code point up to U+10FFFF as one to four bytes, which `out` has room for, and returns
/// how many. Surrogates are encoded like any other number: who must not have them checks before.
size_t EncodeUtf8(uint32_t code, char* out);

void AppendUtf8(uint32_t code, std::string* out);

}  // namespace sluice
