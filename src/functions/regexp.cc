// SPDX-License-Identifier: Apache-2.0
// Regular expressions on RE2 (docs "String Functions"). What Java's have and RE2 lacks (lookaround,
// back references, possessive quantifiers) is an error when the query is planned. A pattern of the
// form [group] literal ... is searched by its literal first: most rows then need no matcher, and
// the others one anchored match.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "functions/apply.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/utf8.h"
#include "re2/re2.h"

namespace sluice::functions {
namespace {

/// A literal that each match holds, `before` bytes (0..before_max) after its start.
struct Anchor {
  std::string literal;
  int before_max = 0;
};

bool IsMeta(char c) {
  return std::strchr("\\^$.|?*+()[]{}", c) != nullptr;
}

/// "(&|^)" at the front: a group of single characters and "^". Returns its size, 0 if it is not.
size_t SimpleGroup(std::string_view pattern) {
  if (pattern.empty() || pattern[0] != '(') return 0;
  for (size_t at = 1; at + 1 < pattern.size(); at += 2) {
    if (pattern[at] != '^' &&
        (IsMeta(pattern[at]) || static_cast<unsigned char>(pattern[at]) >= 0x80)) {
      return 0;
    }
    if (pattern[at + 1] == ')') return at + 2;
    if (pattern[at + 1] != '|') return 0;
  }
  return 0;
}

/// True if `|` occurs outside of groups and classes.
bool HasTopLevelChoice(std::string_view pattern) {
  int depth = 0;
  bool in_class = false;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      ++at;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      if (at + 1 < pattern.size() && pattern[at + 1] == '^') ++at;
      if (at + 1 < pattern.size() && pattern[at + 1] == ']') ++at;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth == 0) {
      return true;
    }
  }
  return false;
}

Anchor FindAnchor(std::string_view pattern) {
  Anchor anchor;
  const size_t group = SimpleGroup(pattern);
  if (pattern.find("(?") != pattern.npos || HasTopLevelChoice(pattern)) return anchor;
  size_t end = group;
  while (end < pattern.size() && !IsMeta(pattern[end])) ++end;
  // A quantifier belongs to the last character alone.
  if (end < pattern.size() && std::strchr("?*+{", pattern[end]) != nullptr) {
    if (end > group) --end;
    while (end > group && (static_cast<unsigned char>(pattern[end]) & 0xC0) == 0x80) --end;
  }
  if (end - group < 2) return anchor;
  anchor.literal = std::string(pattern.substr(group, end - group));
  anchor.before_max = group > 0 ? 1 : 0;
  return anchor;
}

struct Pattern {
  std::unique_ptr<RE2> matcher;
  Anchor anchor;
  std::string error;  // why it cannot be used
};

Pattern Compile(std::string_view text) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  Pattern pattern;
  pattern.matcher = std::make_unique<RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!pattern.matcher->ok()) {
    pattern.error = pattern.matcher->error();
  } else {
    pattern.anchor = FindAnchor(text);
  }
  return pattern;
}

/// Compiled patterns of this thread, the last few.
const Pattern& Compiled(std::string_view text) {
  constexpr size_t kPatternsMax = 64;
  thread_local std::unordered_map<std::string, Pattern> patterns;
  thread_local std::string last_text;
  thread_local const Pattern* last = nullptr;
  if (last != nullptr && last_text == text) return *last;
  if (patterns.size() >= kPatternsMax) patterns.clear();
  const auto [place, added] = patterns.try_emplace(std::string(text));
  if (added) place->second = Compile(text);
  last_text = std::string(text);
  last = &place->second;
  return *last;
}

/// The leftmost match at or after `from`, with its first `count` groups.
bool Match(const Pattern& pattern, std::string_view text, size_t from, re2::StringPiece* groups,
           int count) {
  const re2::StringPiece input(text.data(), text.size());
  if (pattern.anchor.literal.empty()) {
    return pattern.matcher->Match(input, from, text.size(), RE2::UNANCHORED, groups, count);
  }
  const std::string& literal = pattern.anchor.literal;
  const auto before = static_cast<size_t>(pattern.anchor.before_max);
  for (size_t at = from; at < text.size();) {
    const auto* found = static_cast<const char*>(
        memmem(text.data() + at, text.size() - at, literal.data(), literal.size()));
    if (found == nullptr) return false;
    const auto place = static_cast<size_t>(found - text.data());
    for (size_t start = std::max(from, place - std::min(place, before)); start <= place; ++start) {
      if (pattern.matcher->Match(input, start, text.size(), RE2::ANCHOR_START, groups, count)) {
        return true;
      }
    }
    at = place + 1;
  }
  return false;
}

Error BadPattern(std::string_view text, const std::string& why) {
  return InvalidArgument("the regular expression '" + std::string(text) +
                         "' cannot be used (sluice knows RE2's syntax, without lookaround and back "
                         "references): " +
                         why);
}

Result<bool> Regexp(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return false;
  const Pattern& compiled = Compiled(pattern);
  if (!compiled.error.empty()) return BadPattern(pattern, compiled.error);
  return Match(compiled, text, 0, nullptr, 0);
}

constexpr int kGroupsMax = 32;

bool RegexpExtract(std::string_view text, std::string_view pattern, std::optional<int32_t> index,
                   TextWriter& out) {
  const int32_t group = index.value_or(0);
  const Pattern& compiled = Compiled(pattern);
  if (!compiled.error.empty() || group < 0 || group >= kGroupsMax ||
      group > compiled.matcher->NumberOfCapturingGroups()) {
    return false;
  }
  re2::StringPiece groups[kGroupsMax];
  if (!Match(compiled, text, 0, groups, group + 1)) return false;
  if (groups[group].data() == nullptr) return false;
  out.Append(std::string_view(groups[group].data(), groups[group].size()));
  return true;
}

/// The replacement is text: it knows no references to groups.
bool RegexpReplace(std::string_view text, std::string_view pattern, std::string_view by,
                   TextWriter& out) {
  const Pattern& compiled = Compiled(pattern);
  if (!compiled.error.empty()) return false;
  size_t copied = 0, from = 0;
  re2::StringPiece found;
  while (from <= text.size() && Match(compiled, text, from, &found, 1)) {
    const auto at = static_cast<size_t>(found.data() - text.data());
    out.Append(text.substr(copied, at - copied));
    out.Append(by);
    copied = at + found.size();
    from = copied;
    if (found.empty()) {  // go on after the next character
      if (at >= text.size()) break;
      from = at + std::min<size_t>(static_cast<size_t>(CharacterBytes(text[at])), text.size() - at);
    }
  }
  out.Append(text.substr(copied));
  return true;
}

/// SQL's SIMILAR TO pattern as a regular expression for a whole match.
Result<std::string> SimilarToRegex(std::string_view pattern,
                                   std::optional<std::string_view> escape) {
  if (escape && escape->size() != 1) {
    return InvalidArgument("the escape of SIMILAR TO must be one character");
  }
  std::string out = "^(?s:";
  bool in_class = false;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (escape && c == (*escape)[0]) {
      if (at + 1 == pattern.size()) return InvalidArgument("SIMILAR TO pattern ends in its escape");
      out += RE2::QuoteMeta(re2::StringPiece(&pattern[++at], 1));
    } else if (in_class) {
      in_class = c != ']';
      out += c;
    } else if (c == '%') {
      out += ".*";
    } else if (c == '_') {
      out += '.';
    } else if (c == '[') {
      in_class = true;
      out += c;
    } else if (std::strchr("|*+?{}().^$", c) != nullptr) {
      out += c;
    } else {
      out += RE2::QuoteMeta(re2::StringPiece(&pattern[at], 1));
    }
  }
  return out + ")$";
}

template <bool kNegated>
Result<bool> SimilarTo(std::string_view text, std::string_view pattern,
                       std::optional<std::string_view> escape) {
  SLUICE_ASSIGN(const std::string regex, SimilarToRegex(pattern, escape));
  const Pattern& compiled = Compiled(regex);
  if (!compiled.error.empty()) return BadPattern(pattern, compiled.error);
  return Match(compiled, text, 0, nullptr, 0) != kNegated;
}

/// A pattern that is a literal is compiled when the query is planned.
template <SignatureText kPattern>
Result<Signature> ResolveRegexp(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, Takes<kPattern>(arguments));
  if (const auto text = LiteralString(*arguments[1])) {
    const Pattern& compiled = Compiled(*text);
    if (!compiled.error.empty()) return BadPattern(*text, compiled.error);
  }
  return signature;
}

}  // namespace

std::vector<Function> RegexpFunctions() {
  const char* kind = "string";
  return {
      {"REGEXP", kind, "REGEXP(text, pattern)", "TRUE if a part of the text matches",
       "REGEXP('abc', 'b.') = TRUE", &ResolveRegexp<"string, string -> boolean">, &Apply<&Regexp>,
       true, true},
      {"REGEXP_EXTRACT", kind, "REGEXP_EXTRACT(text, pattern[, group])",
       "The first match, or a group of it; NULL if there is none",
       "REGEXP_EXTRACT('foothebar', 'foo(.*?)(bar)', 2) = 'bar'",
       &ResolveRegexp<"string, string, int? -> string null">, &Apply<&RegexpExtract>, true, true},
      {"REGEXP_REPLACE", kind, "REGEXP_REPLACE(text, pattern, by)",
       "The text with every match replaced", "REGEXP_REPLACE('foobar', 'oo|ar', '') = 'fb'",
       &ResolveRegexp<"string, string, string -> string null">, &Apply<&RegexpReplace>, true, true},
      {"SIMILAR TO", kind, "text SIMILAR TO pattern [ESCAPE character]",
       "TRUE if the whole text matches SQL's regular expression", "'abc' SIMILAR TO 'a(b|x)%'",
       &Takes<"string, string, string? -> boolean">, &Apply<&SimilarTo<false>>, true, true},
      {"NOT SIMILAR TO", kind, "text NOT SIMILAR TO pattern [ESCAPE character]",
       "TRUE if the text does not match", "'abc' NOT SIMILAR TO 'x%'",
       &Takes<"string, string, string? -> boolean">, &Apply<&SimilarTo<true>>, true, true},
  };
}

}  // namespace sluice::functions
