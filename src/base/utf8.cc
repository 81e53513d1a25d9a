// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

namespace sluice {

size_t EncodeUtf8(uint32_t code, char* out) {
  const auto tail = [code](int shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3F));
  };
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = static_cast<char>(0xC0 | (code >> 6));
    out[1] = tail(0);
    return 2;
  }
  if (code < 0x10000) {
    out[0] = static_cast<char>(0xE0 | (code >> 12));
    out[1] = tail(6);
    out[2] = tail(0);
    return 3;
  }
  out[0] = static_cast<char>(0xF0 | (code >> 18));
  out[1] = tail(12);
  out[2] = tail(6);
  out[3] = tail(0);
  return 4;
}

void AppendUtf8(uint32_t code, std::string* out) {
  char bytes[kUtf8BytesMax];
  out->append(bytes, EncodeUtf8(code, bytes));
}

}  // namespace sluice
