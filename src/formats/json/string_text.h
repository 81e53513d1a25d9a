// SPDX-License-Identifier: Apache-2.0
// Strings as text: escapes, UTF-8, base64.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::formats::json {

/// What is wrong with a text, and where; reason == nullptr: nothing.
struct TextError {
  const char* at = nullptr;
  const char* reason = nullptr;
};

/// Reads one escape at `p` (a backslash) and advances *p past it, over both halves of a surrogate
/// pair. `out` takes up to 4 bytes of UTF-8; *size says how many, and may be null together with it.
TextError ReadEscape(const char** p, const char* end, char* out, int* size);

/// Where the first byte is that is not UTF-8 (RFC 3629); reason == nullptr when all is well.
TextError CheckUtf8(std::string_view text);

/// Base64 of RFC 4648 with padding; blanks between groups of four are passed over, as Jackson does.
/// `out` has room for text.size() / 4 * 3 bytes. Returns the number of bytes, or -1.
int64_t DecodeBase64(std::string_view text, uint8_t* out);
void AppendBase64(std::string_view bytes, std::string* out);

/// Appends `text` as a JSON string with quotes, escaped as Jackson does.
void AppendQuoted(std::string_view text, std::string* out);
/// The same for one piece, without quotes.
void AppendEscaped(std::string_view text, std::string* out);

}  // namespace sluice::formats::json
