// SPDX-License-Identifier: Apache-2.0
// One message being read, and the parts of JSON that need no column: strings, words, values to be
// passed over. Everything is checked as strictly as what is kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "formats/json/scan.h"

namespace sluice::formats::json {

struct Cursor {
  const char* begin = nullptr;
  const char* end = nullptr;
  uint32_t non_ascii = 0;  // not 0: strings may hold bytes >= 0x80, so UTF-8 has to be checked
  int depth = 0;           // objects and arrays that are open

  const char* bad = nullptr;     // where the first mistake is,
  const char* reason = nullptr;  // and what it is
  bool malformed = false;        // it is not JSON, as opposed to a value that does not fit a column

  void Start(std::string_view message) {
    *this = Cursor();
    begin = message.data();
    end = begin + message.size();
  }

  /// Notes that the text is not JSON; returns nullptr for the caller to return.
  const char* Malformed(const char* at, const char* why) {
    bad = at > end ? end : at;
    reason = why;
    malformed = true;
    return nullptr;
  }
  const char* EndsEarly() { return Malformed(end, "the message ends too early"); }

  /// The functions below return where the thing ends, or nullptr after a mistake.

  /// A whole value of any kind, blanks before it included. Uses no stack per level.
  const char* SkipValue(const char* p);
  /// A string that is passed over; `p` is at the opening quote.
  const char* SkipString(const char* p);
  /// A string that is needed: *text points into the message, or into `scratch` when it has escapes.
  const char* ReadString(const char* p, std::string* scratch, std::string_view* text);
  /// true, false, null.
  const char* Word(const char* p, std::string_view word);
  /// A number that is passed over.
  const char* SkipNumber(const char* p);
  /// Opens one more object or array.
  bool Open(const char* p);

 private:
  const char* SkipScalar(const char* p);
  const char* SkipKey(const char* p);
  const char* BadString(const char* p);
};

}  // namespace sluice::formats::json
