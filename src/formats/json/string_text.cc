// SPDX-License-Identifier: Apache-2.0
#include "formats/json/string_text.h"

#include <array>

#include "simdjson.h"

namespace sluice::formats::json {

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Four hexadecimal digits at *p.
TextError ReadUnit(const char** p, const char* end, uint32_t* unit) {
  *unit = 0;
  for (int i = 0; i < 4; ++i, ++*p) {
    const int digit = *p < end ? HexDigit(**p) : -1;
    if (digit < 0) return {*p, "expected a hexadecimal digit of \\u"};
    *unit = *unit * 16 + static_cast<uint32_t>(digit);
  }
  return {};
}

int AppendCodePoint(uint32_t code, char* out) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = static_cast<char>(0xc0 | code >> 6);
    out[1] = static_cast<char>(0x80 | (code & 0x3f));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = static_cast<char>(0xe0 | code >> 12);
    out[1] = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out[2] = static_cast<char>(0x80 | (code & 0x3f));
    return 3;
  }
  out[0] = static_cast<char>(0xf0 | code >> 18);
  out[1] = static_cast<char>(0x80 | (code >> 12 & 0x3f));
  out[2] = static_cast<char>(0x80 | (code >> 6 & 0x3f));
  out[3] = static_cast<char>(0x80 | (code & 0x3f));
  return 4;
}

char SimpleEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int Base64Value(char c) {
  const size_t at = kBase64.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// Bytes of the UTF-8 sequence that begins with `lead`, and the range of its second byte.
struct Sequence {
  int size;
  unsigned char low, high;
};

Sequence SequenceOf(unsigned char lead) {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xc2) return {0, 0, 0};
  if (lead < 0xe0) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead < 0xf0) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead < 0xf4) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

TextError ReadEscape(const char** p, const char* end, char* out, int* size) {
  std::array<char, 4> scratch;
  if (out == nullptr) out = scratch.data();
  int bytes = 1;
  ++*p;
  if (*p >= end) return {*p, "the string does not end"};
  if (**p != 'u') {
    out[0] = SimpleEscape(**p);
    if (out[0] == '\0') return {*p, "not an escape"};
    ++*p;
  } else {
    const char* begin = *p - 1;
    uint32_t unit = 0, low = 0;
    ++*p;
    if (const TextError error = ReadUnit(p, end, &unit); error.reason != nullptr) return error;
    if (unit >= 0xdc00 && unit <= 0xdfff) return {begin, "unpaired surrogate"};
    if (unit >= 0xd800 && unit <= 0xdbff) {
      if (end - *p < 2 || (*p)[0] != '\\' || (*p)[1] != 'u') return {begin, "unpaired surrogate"};
      *p += 2;
      if (const TextError error = ReadUnit(p, end, &low); error.reason != nullptr) return error;
      if (low < 0xdc00 || low > 0xdfff) return {begin, "unpaired surrogate"};
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    bytes = AppendCodePoint(unit, out);
  }
  if (size != nullptr) *size = bytes;
  return {};
}

TextError CheckUtf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return {};
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* end = p + text.size();
  while (p < end) {
    const Sequence sequence = SequenceOf(*p);
    bool good = sequence.size > 0 && end - p >= sequence.size;
    for (int i = 1; good && i < sequence.size; ++i) {
      const unsigned char low = i == 1 ? sequence.low : 0x80, high = i == 1 ? sequence.high : 0xbf;
      good = p[i] >= low && p[i] <= high;
    }
    if (!good) break;
    p += sequence.size;
  }
  return {reinterpret_cast<const char*>(p), "not UTF-8"};
}

int64_t DecodeBase64(std::string_view text, uint8_t* out) {
  const uint8_t* begin = out;
  while (true) {
    while (!text.empty() && static_cast<unsigned char>(text[0]) <= ' ') text.remove_prefix(1);
    if (text.empty()) return out - begin;
    if (text.size() < 4) return -1;
    const int a = Base64Value(text[0]), b = Base64Value(text[1]);
    if (a < 0 || b < 0) return -1;
    *out++ = static_cast<uint8_t>(a << 2 | b >> 4);
    if (text[2] == '=') {
      if (text[3] != '=') return -1;
    } else {
      const int c = Base64Value(text[2]);
      if (c < 0) return -1;
      *out++ = static_cast<uint8_t>(b << 4 | c >> 2);
      if (text[3] != '=') {
        const int d = Base64Value(text[3]);
        if (d < 0) return -1;
        *out++ = static_cast<uint8_t>(c << 6 | d);
      }
    }
    const bool padded = text[3] == '=';
    text.remove_prefix(4);
    if (padded) {
      while (!text.empty() && static_cast<unsigned char>(text[0]) <= ' ') text.remove_prefix(1);
      return text.empty() ? out - begin : -1;
    }
  }
}

void AppendBase64(std::string_view bytes, std::string* out) {
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t group = static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << 16 |
                           static_cast<uint32_t>(static_cast<uint8_t>(bytes[i + 1])) << 8 |
                           static_cast<uint8_t>(bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) *out += kBase64[group >> shift & 63];
  }
  if (i == bytes.size()) return;
  const bool two = i + 2 == bytes.size();
  const uint32_t group =
      static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << 16 |
      (two ? static_cast<uint32_t>(static_cast<uint8_t>(bytes[i + 1])) << 8 : 0u);
  *out += kBase64[group >> 18 & 63];
  *out += kBase64[group >> 12 & 63];
  *out += two ? kBase64[group >> 6 & 63] : '=';
  *out += '=';
}

void AppendEscaped(std::string_view text, std::string* out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, plain, i - plain);
    plain = i + 1;
    constexpr std::string_view kFrom = "\"\\\b\f\n\r\t", kTo = "\"\\bfnrt";
    *out += '\\';
    if (const size_t at = kFrom.find(c); at != std::string_view::npos) {
      *out += kTo[at];
    } else {
      *out += "u00";
      *out += kHex[static_cast<size_t>(c >> 4)];
      *out += kHex[static_cast<size_t>(c & 15)];
    }
  }
  out->append(text, plain, text.size() - plain);
}

void AppendQuoted(std::string_view text, std::string* out) {
  *out += '"';
  AppendEscaped(text, out);
  *out += '"';
}

}  // namespace sluice::formats::json
