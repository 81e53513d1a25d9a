// SPDX-License-Identifier: Apache-2.0
// Compiled regular expressions on RE2. What Java's have and RE2 lacks (lookaround, back references,
// possessive quantifiers) cannot be used; what is no pattern for Java either is told from it, since
// most functions of Flink give NULL for that. A pattern of the form [group] literal ... is searched
// by its literal first: most rows then need no matcher, and the others one anchored match.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace sluice::functions {

class Pattern {
 public:
  explicit Pattern(std::string_view text);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool ok() const { return error_.empty(); }
  /// No pattern at all: a parenthesis that is not closed and the like.
  bool malformed() const { return malformed_; }
  /// That the pattern needs what RE2 lacks, as an error of the query.
  Error CannotBeUsed() const;
  int groups() const { return groups_; }

  /// The leftmost match at or after `from`: it and its first groups go to `found`; a group that
  /// took no part has no data().
  bool Find(std::string_view text, size_t from, std::span<std::string_view> found) const;

 private:
  bool FindAt(std::string_view text, size_t from, bool anchored,
              std::span<std::string_view> found) const;

  std::string text_;
  std::unique_ptr<re2::RE2> matcher_;
  std::string error_;    // why it cannot be used
  std::string literal_;  // that each match holds, at most before_max_ bytes after its start
  size_t before_max_ = 0;
  int groups_ = 0;
  bool malformed_ = false;
};

/// One of the patterns that this thread used last.
std::shared_ptr<const Pattern> CachedPattern(std::string_view text);
/// As CachedPattern, at hand until the next call: for a pattern that seldom changes.
const Pattern& Compiled(std::string_view text);

/// The matches of a pattern in a text, from left to right, as Java's Matcher.find gives them.
class Matches {
 public:
  Matches(const Pattern& pattern, std::string_view text) : pattern_(pattern), text_(text) {}
  /// The next match and its first groups.
  bool Next(std::span<std::string_view> found);

 private:
  const Pattern& pattern_;
  std::string_view text_;
  size_t from_ = 0;
};

}  // namespace sluice::functions
