// SPDX-License-Identifier: Apache-2.0
#include "formats/json/cursor.h"

#include <bitset>

#include "base/limits.h"
#include "formats/json/number.h"
#include "formats/json/string_text.h"

namespace sluice::formats::json {

bool Cursor::Open(const char* p) {
  if (SLUICE_LIKELY(++depth <= limits::kJsonDepthMax)) return true;
  Malformed(p, "nested more than 100 levels deep");
  return false;
}

const char* Cursor::BadString(const char* p) {
  return p >= end ? Malformed(end, "the string does not end")
                  : Malformed(p, "a control character must be escaped in a string");
}

const char* Cursor::SkipString(const char* p) {
  ++p;
  while (true) {
    p = FindStringStop(p, end, &non_ascii);
    if (SLUICE_UNLIKELY(p >= end)) return BadString(p);
    if (SLUICE_LIKELY(*p == '"')) return p + 1;
    if (*p != '\\') return BadString(p);
    const TextError error = ReadEscape(&p, end, nullptr, nullptr);
    if (error.reason != nullptr) return Malformed(error.at, error.reason);
  }
}

const char* Cursor::ReadString(const char* p, std::string* scratch, std::string_view* text) {
  const char* piece = ++p;
  bool escaped = false;
  while (true) {
    p = FindStringStop(p, end, &non_ascii);
    if (SLUICE_UNLIKELY(p >= end || (*p != '"' && *p != '\\'))) return BadString(p);
    const std::string_view plain(piece, static_cast<size_t>(p - piece));
    if (*p == '"') {
      if (escaped) scratch->append(plain);
      *text = escaped ? std::string_view(*scratch) : plain;
      return p + 1;
    }
    if (!escaped) scratch->clear();
    escaped = true;
    scratch->append(plain);
    char bytes[4];
    int size = 0;
    const TextError error = ReadEscape(&p, end, bytes, &size);
    if (error.reason != nullptr) return Malformed(error.at, error.reason);
    scratch->append(bytes, static_cast<size_t>(size));
    piece = p;
  }
}

const char* Cursor::Word(const char* p, std::string_view word) {
  if (end - p >= static_cast<int64_t>(word.size()) &&
      std::memcmp(p, word.data(), word.size()) == 0) {
    return p + word.size();
  }
  return Malformed(p, "expected a value");
}

const char* Cursor::SkipNumber(const char* p) {
  int64_t value;
  const char* q = ReadShortInteger(p, &value);
  if (q != nullptr && q <= end && !NumberGoesOn(q)) return q;
  const NumberText number = ScanNumber(p, end);
  if (number.bad != nullptr) return Malformed(number.bad, number.reason);
  return p + number.text.size();
}

const char* Cursor::SkipScalar(const char* p) {
  switch (*p) {
    case '"':
      return SkipString(p);
    case 't':
      return Word(p, "true");
    case 'f':
      return Word(p, "false");
    case 'n':
      return Word(p, "null");
    default:
      if (*p == '-' || IsDigit(*p)) return SkipNumber(p);
      return Malformed(p, "expected a value");
  }
}

// A key and its colon, blanks included.
const char* Cursor::SkipKey(const char* p) {
  p = SkipSpace(p, end);
  if (p >= end) return EndsEarly();
  if (*p != '"') return Malformed(p, "expected a key");
  p = SkipString(p);
  if (p == nullptr) return nullptr;
  p = SkipSpace(p, end);
  if (p >= end) return EndsEarly();
  return *p == ':' ? p + 1 : Malformed(p, "expected ':'");
}

const char* Cursor::SkipValue(const char* p) {
  std::bitset<limits::kJsonDepthMax + 2> is_object;
  const int outside = depth;
  while (true) {
    // At a value.
    p = SkipSpace(p, end);
    if (p >= end) return EndsEarly();
    if (*p == '{' || *p == '[') {
      const bool object = *p == '{';
      if (!Open(p)) return nullptr;
      is_object[static_cast<size_t>(depth)] = object;
      p = SkipSpace(p + 1, end);
      if (p >= end) return EndsEarly();
      if (*p != (object ? '}' : ']')) {
        if (object) p = SkipKey(p);
        if (p == nullptr) return nullptr;
        continue;
      }
      ++p;
      --depth;
    } else {
      p = SkipScalar(p);
      if (p == nullptr) return nullptr;
    }
    // After a value: close what closes here, up to the next value.
    while (depth > outside) {
      const bool object = is_object[static_cast<size_t>(depth)];
      p = SkipSpace(p, end);
      if (p >= end) return EndsEarly();
      if (*p == ',') {
        ++p;
        if (object) p = SkipKey(p);
        if (p == nullptr) return nullptr;
        break;
      }
      if (*p != (object ? '}' : ']')) {
        return Malformed(p, object ? "expected ',' or '}'" : "expected ',' or ']'");
      }
      ++p;
      --depth;
    }
    if (depth == outside) return p;
  }
}

}  // namespace sluice::formats::json
