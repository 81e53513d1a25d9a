// SPDX-License-Identifier: Apache-2.0
// Text by characters. A character is a Unicode code point, as in Flink's BinaryStringData; bytes
// that are not UTF-8 count one each.
#pragma once

#include <cstdint>
#include <string_view>

#include "functions/column_view.h"

namespace sluice::functions {

/// Bytes of the character that begins with `lead`.
inline int CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0xC0) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

int64_t CountCharacters(std::string_view text);
/// Bytes of the first `characters`; all bytes when there are fewer.
int64_t BytesOfCharacters(std::string_view text, int64_t characters);
bool IsAscii(std::string_view text);

/// Appends bytes as UTF-8: what is not becomes U+FFFD, as Java decodes it.
void AppendValidUtf8(std::string_view bytes, TextWriter* out);

/// Reads the code point at the front and moves on; -1 for bytes that are not UTF-8.
int32_t NextCodePoint(std::string_view* text);
void AppendCodePoint(int32_t code, TextWriter* out);

}  // namespace sluice::functions
