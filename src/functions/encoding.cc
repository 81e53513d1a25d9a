// SPDX-License-Identifier: Apache-2.0
// Bytes as text and back, digests, parts of addresses (docs "String Functions", "Hash Functions").
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "functions/apply.h"
#include "functions/base64.h"
#include "functions/digest.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/utf8.h"

namespace sluice::functions {
namespace {

void AppendHex(std::string_view bytes, const char* digits, TextWriter* out) {
  char* to = out->Extend(static_cast<int64_t>(bytes.size()) * 2);
  for (const char c : bytes) {
    *to++ = digits[static_cast<unsigned char>(c) >> 4];
    *to++ = digits[static_cast<unsigned char>(c) & 15];
  }
}

constexpr char kUpperDigits[] = "0123456789ABCDEF";
constexpr char kLowerDigits[] = "0123456789abcdef";

void HexOfText(std::string_view text, TextWriter& out) {
  AppendHex(text, kUpperDigits, &out);
}

void HexOfNumber(int64_t value, TextWriter& out) {
  int shift = 60;
  while (shift > 0 && ((static_cast<uint64_t>(value) >> shift) & 15) == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) {
    out.Append(kUpperDigits[(static_cast<uint64_t>(value) >> shift) & 15]);
  }
}

Result<ArrayPtr> EvaluateHex(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext& context) {
  return call.children[0]->type->is_integer() ? Apply<&HexOfNumber>(call, arguments, rows, context)
                                              : Apply<&HexOfText>(call, arguments, rows, context);
}

/// -1: no digit.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Of an odd number of digits the first stands alone, and its byte is 0, as Flink has it.
bool Unhex(std::string_view text, TextWriter& out) {
  if (text.size() % 2 != 0) {
    if (HexDigit(text[0]) < 0) return false;
    out.Append('\0');
    text.remove_prefix(1);
  }
  for (; !text.empty(); text.remove_prefix(2)) {
    const int high = HexDigit(text[0]), low = HexDigit(text[1]);
    if (high < 0 || low < 0) return false;
    out.Append(static_cast<char>(high << 4 | low));
  }
  return true;
}

/// As forms are encoded: a blank is a plus.
void UrlEncode(std::string_view text, TextWriter& out) {
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '*' || c == '_';
    if (plain) {
      out.Append(c);
    } else if (c == ' ') {
      out.Append('+');
    } else {
      out.Append('%');
      AppendHex({&c, 1}, kUpperDigits, &out);
    }
  }
}

/// False for a percent sign without two digits behind it.
bool UrlDecode(std::string_view text, TextWriter& out) {
  std::string bytes;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      bytes.push_back(text[at] == '+' ? ' ' : text[at]);
      continue;
    }
    if (at + 2 >= text.size()) return false;
    const int high = HexDigit(text[at + 1]), low = HexDigit(text[at + 2]);
    if (high < 0 || low < 0) return false;
    bytes.push_back(static_cast<char>(high << 4 | low));
    at += 2;
  }
  AppendValidUtf8(bytes, &out);
  return true;
}

void ToBase64(std::string_view text, TextWriter& out) {
  ForEachBase64(text, [&out](char c) { out.Append(c); });
}

Result<bool> FromBase64(std::string_view text, TextWriter& out) {
  while (text.ends_with('=')) text.remove_suffix(1);
  uint32_t bits = 0;
  int held = 0;
  std::string bytes;
  for (const char c : text) {
    const size_t value = std::string_view(kBase64, 64).find(c);
    if (value == std::string_view::npos) {
      return InvalidArgument("FROM_BASE64: not a base 64 text: '" +
                             std::string(text.substr(0, 80)) + "'");
    }
    bits = (bits << 6) | static_cast<uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>(bits >> held));
  }
  AppendValidUtf8(bytes, &out);
  return true;
}

template <Digest kDigest>
Result<bool> DigestText(std::string_view text, TextWriter& out) {
  SLUICE_ASSIGN(const std::string digest, DigestOf(kDigest, text));
  AppendHex(digest, kLowerDigits, &out);
  return true;
}

Result<bool> Sha2Text(std::string_view text, int32_t bits, TextWriter& out) {
  switch (bits) {
    case 224:
      return DigestText<Digest::kSha224>(text, out);
    case 256:
      return DigestText<Digest::kSha256>(text, out);
    case 384:
      return DigestText<Digest::kSha384>(text, out);
    case 512:
      return DigestText<Digest::kSha512>(text, out);
    default:
      return InvalidArgument("SHA2 knows 224, 256, 384 and 512 bits, not " + std::to_string(bits));
  }
}

enum class Charset { kUtf8, kAscii, kLatin1, kUtf16, kUtf16Big, kUtf16Little };

Result<Charset> CharsetNamed(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  if (upper == "UTF-8" || upper == "UTF8") return Charset::kUtf8;
  if (upper == "US-ASCII" || upper == "ASCII") return Charset::kAscii;
  if (upper == "ISO-8859-1" || upper == "LATIN1") return Charset::kLatin1;
  if (upper == "UTF-16") return Charset::kUtf16;
  if (upper == "UTF-16BE") return Charset::kUtf16Big;
  if (upper == "UTF-16LE") return Charset::kUtf16Little;
  return Unsupported("character set '" + std::string(name) +
                     "'; known: UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE, UTF-16LE");
}

void AppendUnit(int32_t unit, bool little, TextWriter* out) {
  const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit);
  out->Append(little ? low : high);
  out->Append(little ? high : low);
}

/// Without a word about the order of bytes the high one is first, and a mark says so.
void EncodeUtf16(std::string_view text, Charset charset, TextWriter* out) {
  const bool little = charset == Charset::kUtf16Little;
  if (charset == Charset::kUtf16 && !text.empty()) AppendUnit(0xFEFF, false, out);
  while (!text.empty()) {
    const int32_t code = NextCodePoint(&text);
    if (code < 0x10000) {
      AppendUnit(code < 0 ? 0xFFFD : code, little, out);
    } else {
      AppendUnit(0xD800 + ((code - 0x10000) >> 10), little, out);
      AppendUnit(0xDC00 + ((code - 0x10000) & 0x3FF), little, out);
    }
  }
}

/// What is no character becomes U+FFFD.
void DecodeUtf16(std::string_view bytes, Charset charset, TextWriter* out) {
  bool little = charset == Charset::kUtf16Little;
  if (charset == Charset::kUtf16 && bytes.size() > 1) {
    little = bytes.starts_with("\xFF\xFE");
    if (little || bytes.starts_with("\xFE\xFF")) bytes.remove_prefix(2);
  }
  const auto unit_at = [&](size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]);
    const auto b = static_cast<unsigned char>(bytes[at + 1]);
    return little ? b << 8 | a : a << 8 | b;
  };
  size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    const int32_t unit = unit_at(at);
    const int32_t next = at + 3 < bytes.size() ? unit_at(at + 2) : 0;
    if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      AppendCodePoint(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00), out);
      at += 2;
    } else {
      AppendCodePoint(unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit, out);
    }
  }
  if (at < bytes.size()) AppendCodePoint(0xFFFD, out);
}

Result<bool> Encode(std::string_view text, std::string_view name, TextWriter& out) {
  SLUICE_ASSIGN(const Charset charset, CharsetNamed(name));
  if (charset == Charset::kUtf8) {
    out.Append(text);
    return true;
  }
  if (charset >= Charset::kUtf16) {
    EncodeUtf16(text, charset, &out);
    return true;
  }
  const int32_t most = charset == Charset::kAscii ? 0x7F : 0xFF;
  while (!text.empty()) {
    const int32_t code = NextCodePoint(&text);
    out.Append(code < 0 || code > most ? '?' : static_cast<char>(code));
  }
  return true;
}

Result<bool> Decode(std::string_view bytes, std::string_view name, TextWriter& out) {
  SLUICE_ASSIGN(const Charset charset, CharsetNamed(name));
  if (charset == Charset::kUtf8) {
    AppendValidUtf8(bytes, &out);
    return true;
  }
  if (charset >= Charset::kUtf16) {
    DecodeUtf16(bytes, charset, &out);
    return true;
  }
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    AppendCodePoint(charset == Charset::kAscii && byte > 0x7F ? 0xFFFD : byte, &out);
  }
  return true;
}

/// The parts of scheme://user@host:port/path?query#ref, or of scheme:path.
struct Address {
  std::string protocol;
  std::string_view authority, path, query, ref;
  bool has_authority = false, has_query = false, has_ref = false;
};

std::optional<Address> SplitAddress(std::string_view text) {
  Address parts;
  for (const char c : text.substr(0, text.find(':'))) {
    parts.protocol += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  // Those that Java knows; an address of another one is none to it.
  static constexpr std::string_view kSchemes[] = {"http", "https", "ftp", "file", "jar", "mailto"};
  if (parts.protocol.size() == text.size() ||
      std::find(std::begin(kSchemes), std::end(kSchemes), parts.protocol) == std::end(kSchemes)) {
    return std::nullopt;
  }
  text.remove_prefix(parts.protocol.size() + 1);
  parts.has_authority = text.starts_with("//");
  if (parts.has_authority) text.remove_prefix(2);
  if (const size_t hash = text.find('#'); hash != text.npos) {
    parts.ref = text.substr(hash + 1);
    parts.has_ref = true;
    text = text.substr(0, hash);
  }
  if (const size_t mark = text.find('?'); mark != text.npos) {
    parts.query = text.substr(mark + 1);
    parts.has_query = true;
    text = text.substr(0, mark);
  }
  const size_t slash = parts.has_authority ? text.find('/') : 0;
  parts.authority = text.substr(0, slash);
  if (slash != text.npos) parts.path = text.substr(slash);
  return parts;
}

std::string_view HostOf(std::string_view authority) {
  if (const size_t at = authority.rfind('@'); at != authority.npos) {
    authority.remove_prefix(at + 1);
  }
  const size_t colon = authority.rfind(':');
  return colon == authority.npos || authority.ends_with(']') ? authority
                                                             : authority.substr(0, colon);
}

bool QueryValue(std::string_view query, std::string_view key, TextWriter* out) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
      out->Append(pair.substr(key.size() + 1));
      return true;
    }
    if (end == query.npos) return false;
    query.remove_prefix(end + 1);
  }
  return false;
}

bool ParseUrl(std::string_view text, std::string_view part, std::optional<std::string_view> key,
              TextWriter& out) {
  const auto address = SplitAddress(text);
  if (!address) return false;
  if (key) return part == "QUERY" && QueryValue(address->query, *key, &out);
  if (part == "PROTOCOL") {
    out.Append(address->protocol);
  } else if (part == "HOST") {
    out.Append(HostOf(address->authority));
  } else if (part == "AUTHORITY") {
    out.Append(address->authority);
    return address->has_authority;
  } else if (part == "PATH") {
    out.Append(address->path);
  } else if (part == "FILE") {
    out.Append(address->path);
    if (address->has_query) out.Append('?');
    out.Append(address->query);
  } else if (part == "QUERY") {
    out.Append(address->query);
    return address->has_query;
  } else if (part == "REF") {
    out.Append(address->ref);
    return address->has_ref;
  } else if (part == "USERINFO") {
    const size_t at = address->authority.rfind('@');
    if (at == std::string_view::npos) return false;
    out.Append(address->authority.substr(0, at));
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::vector<Function> EncodingFunctions() {
  const char* kind = "string";
  return {
      {"HEX", kind, "HEX(x)", "A whole number or the bytes of a text in base 16", "HEX(255) = 'FF'",
       &Takes<"bigint -> string | string -> string">, &EvaluateHex},
      {"UNHEX", kind, "UNHEX(text)",
       "The bytes that were written in base 16; NULL if the text has other characters",
       "UNHEX('466C696E6B')", &Takes<"string -> bytes null">, &Apply<&Unhex>},
      {"URL_ENCODE", kind, "URL_ENCODE(text)",
       "The text as a form in an address has it (application/x-www-form-urlencoded)",
       "URL_ENCODE('a b/c') = 'a+b%2Fc'", &Takes<"string -> string null">, &Apply<&UrlEncode>},
      {"URL_DECODE", kind, "URL_DECODE(text)",
       "The text that was so encoded; NULL if a percent sign has no two digits behind it",
       "URL_DECODE('a+b%2Fc') = 'a b/c'", &Takes<"string -> string null">, &Apply<&UrlDecode>},
      {"TO_BASE64", kind, "TO_BASE64(text)", "The bytes of the text in base 64",
       "TO_BASE64('hello') = 'aGVsbG8='", &Takes<"string -> string | bytes -> string">,
       &Apply<&ToBase64>},
      {"FROM_BASE64", kind, "FROM_BASE64(text)", "The text that was written in base 64",
       "FROM_BASE64('aGVsbG8=') = 'hello'", &Takes<"string -> string null | bytes -> string null">,
       &Apply<&FromBase64>, true, true},
      {"ENCODE", kind, "ENCODE(text, charset)", "The text as bytes of a character set",
       "ENCODE('a', 'UTF-8')", &Takes<"string, string -> bytes">, &Apply<&Encode>, true, true},
      {"DECODE", kind, "DECODE(bytes, charset)", "The text of bytes of a character set",
       "DECODE(X'61', 'UTF-8') = 'a'", &Takes<"bytes, string -> string">, &Apply<&Decode>, true,
       true},
      {"MD5", kind, "MD5(text)", "The MD5 digest, 32 hexadecimal digits", "MD5('hello')",
       &Takes<"string -> string | bytes -> string">, &Apply<&DigestText<Digest::kMd5>>, true, true},
      {"SHA1", kind, "SHA1(text)", "The SHA-1 digest, 40 hexadecimal digits", "SHA1('hello')",
       &Takes<"string -> string | bytes -> string">, &Apply<&DigestText<Digest::kSha1>>, true,
       true},
      {"SHA224", kind, "SHA224(text)", "The SHA-224 digest, 56 hexadecimal digits",
       "SHA224('hello')", &Takes<"string -> string | bytes -> string">,
       &Apply<&DigestText<Digest::kSha224>>, true, true},
      {"SHA256", kind, "SHA256(text)", "The SHA-256 digest, 64 hexadecimal digits",
       "SHA256('hello')", &Takes<"string -> string | bytes -> string">,
       &Apply<&DigestText<Digest::kSha256>>, true, true},
      {"SHA384", kind, "SHA384(text)", "The SHA-384 digest, 96 hexadecimal digits",
       "SHA384('hello')", &Takes<"string -> string | bytes -> string">,
       &Apply<&DigestText<Digest::kSha384>>, true, true},
      {"SHA512", kind, "SHA512(text)", "The SHA-512 digest, 128 hexadecimal digits",
       "SHA512('hello')", &Takes<"string -> string | bytes -> string">,
       &Apply<&DigestText<Digest::kSha512>>, true, true},
      {"SHA2", kind, "SHA2(text, bits)", "A SHA-2 digest of 224, 256, 384 or 512 bits",
       "SHA2('hello', 256)", &Takes<"string, int -> string | bytes, int -> string">,
       &Apply<&Sha2Text>, true, true},
      {"PARSE_URL", kind, "PARSE_URL(text, part[, key])",
       "A part of an address: PROTOCOL, AUTHORITY, USERINFO, HOST, PATH, FILE, QUERY (or the "
       "value of a key in it), REF; NULL if it is not there",
       "PARSE_URL('http://x.org/a?b=1', 'QUERY', 'b') = '1'",
       &Takes<"string, string, string? -> string null">, &Apply<&ParseUrl>, true, true},
  };
}

}  // namespace sluice::functions
