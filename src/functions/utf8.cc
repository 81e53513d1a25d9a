// SPDX-License-Identifier: Apache-2.0
#include "functions/utf8.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"

namespace sluice::functions {

bool IsAscii(std::string_view text) {
  const char* at = text.data();
  size_t left = text.size();
  uint64_t high = 0;
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t eight;
    std::memcpy(&eight, at, 8);
    high |= eight;
  }
  for (; left > 0; ++at, --left) high |= static_cast<uint64_t>(static_cast<unsigned char>(*at));
  return (high & 0x8080808080808080ULL) == 0;
}

int64_t CountCharacters(std::string_view text) {
  int64_t count = 0;  // bytes that do not continue a character
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

int64_t BytesOfCharacters(std::string_view text, int64_t characters) {
  size_t at = 0;
  while (characters > 0 && at < text.size()) {
    at += static_cast<size_t>(CharacterBytes(text[at]));
    --characters;
  }
  return static_cast<int64_t>(std::min(at, text.size()));
}

int32_t NextCodePoint(std::string_view* text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text->data());
  const size_t left = text->size();
  const unsigned char lead = bytes[0];
  if (lead < 0x80) {
    text->remove_prefix(1);
    return lead;
  }
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  int32_t code = lead & (0xFF >> (size + 1));
  bool valid = lead >= 0xC2 && lead <= 0xF4 && size <= left;
  size_t seen = 1;
  while (valid && seen < size && (bytes[seen] & 0xC0) == 0x80) {
    code = (code << 6) | (bytes[seen++] & 0x3F);
  }
  valid = valid && seen == size && (size != 3 || code >= 0x800) &&
          (code < 0xD800 || code > 0xDFFF) && (size != 4 || (code >= 0x10000 && code <= 0x10FFFF));
  text->remove_prefix(valid ? size : 1);
  return valid ? code : -1;
}

void AppendCodePoint(int32_t code, TextWriter* out) {
  char bytes[kUtf8BytesMax];
  out->Append(std::string_view(bytes, EncodeUtf8(static_cast<uint32_t>(code), bytes)));
}

void AppendValidUtf8(std::string_view bytes, TextWriter* out) {
  if (IsAscii(bytes)) {
    out->Append(bytes);
    return;
  }
  while (!bytes.empty()) {
    const int32_t code = NextCodePoint(&bytes);
    AppendCodePoint(code < 0 ? 0xFFFD : code, out);
  }
}

}  // namespace sluice::functions
