// SPDX-License-Identifier: Apache-2.0
// Base 64 (RFC 4648), with padding.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::functions {

inline constexpr char kBase64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Calls `append` with each character of `bytes` in base 64.
template <typename AppendCharacter>
void ForEachBase64(std::string_view bytes, AppendCharacter append) {
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t three = 0;
    const size_t given = std::min<size_t>(3, bytes.size() - at);
    for (size_t i = 0; i < 3; ++i) {
      three = (three << 8) | (i < given ? static_cast<unsigned char>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      append(i <= given ? kBase64[(three >> (18 - 6 * i)) & 63] : '=');
    }
  }
}

}  // namespace sluice::functions
