// SPDX-License-Identifier: Apache-2.0
// The date and time patterns of java.time's DateTimeFormatter ("yyyy-MM-dd HH:mm:ss.SSS"), English
// names, for DATE_FORMAT, TO_TIMESTAMP, TO_DATE, FROM_UNIXTIME.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/column_view.h"
#include "functions/time_text.h"

namespace sluice::functions {

class DatePattern {
 public:
  /// The error names the letter that is not known.
  static Result<DatePattern> Parse(std::string_view pattern);
  /// An error where no text can be read by the pattern: it has weeks, which stand in no date.
  static Status CheckReadable(std::string_view pattern);
  /// An error where nothing is written by the pattern: it has zones.
  Status CheckWritable() const;

  /// Appends the wall-clock time: seconds since 1970-01-01T00:00:00, nanoseconds of the second.
  void Format(int64_t seconds, int64_t nanos, TextWriter* out);
  /// Reads a text that has the form; what the pattern lacks is 1970, 1, 1, 0, 0, 0.
  std::optional<WallClock> Read(std::string_view text) const;
  /// The same as java.text.SimpleDateFormat does it, for UNIX_TIMESTAMP: the beginning of the text
  /// has the form; numbers have any number of digits where no other number follows at once, blanks
  /// may precede them, and what is too large goes on (month 13 is January of the next year).
  /// `this_year` says which century years of two digits are in: from 80 years before it on.
  /// Where the text names a zone (X, Z, z), `offset_s` is what its clocks are ahead of UTC.
  std::optional<WallClock> ReadLeniently(std::string_view text, int64_t this_year,
                                         std::optional<int64_t>* offset_s) const;

 private:
  struct Item {
    char letter = 0;  // 0: literal
    int width = 0;
    std::string text;
  };
  /// Literals one after another, and `take(letter, width, adjacent)` for each field; false as soon
  /// as one does not fit.
  template <typename Take>
  bool Walk(std::string_view* text, const Take& take) const;
  void FormatItem(const Item& item, int64_t second_of_day, int64_t nanos, TextWriter* out);

  std::vector<Item> items_;
  int64_t days_ = 0;  // the date below belongs to this day
  int64_t year_ = 1970;
  int month_ = 1, day_ = 1;
};

/// The pattern compiled; the last few of this thread are kept.
Result<DatePattern*> CompiledPattern(std::string_view pattern);

}  // namespace sluice::functions
