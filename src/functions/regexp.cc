// SPDX-License-Identifier: Apache-2.0
// Functions of regular expressions (docs "String Functions"). A pattern that needs what RE2 lacks
// is an error, when the query is planned if it is a literal; one that is no pattern at all gives
// NULL.
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "functions/apply.h"
#include "functions/elements.h"
#include "functions/families.h"
#include "functions/regexp_pattern.h"
#include "functions/signature.h"
#include "re2/re2.h"

namespace sluice::functions {

namespace {

/// Null for what is no pattern.
Result<const Pattern*> Usable(std::string_view text) {
  const Pattern& pattern = Compiled(text);
  if (!pattern.ok() && !pattern.malformed()) return pattern.CannotBeUsed();
  return pattern.ok() ? &pattern : nullptr;
}

Result<bool> Regexp(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return false;
  SLUICE_ASSIGN(const Pattern* const compiled, Usable(pattern));
  return compiled != nullptr && compiled->Find(text, 0, {});
}

/// A match and its groups up to `group`, kept from row to row.
std::span<std::string_view> GroupsUpTo(int64_t group) {
  thread_local std::vector<std::string_view> groups;
  groups.assign(static_cast<size_t>(group) + 1, {});
  return groups;
}

Result<bool> RegexpExtract(std::string_view text, std::string_view pattern,
                           std::optional<int32_t> index, TextWriter& out) {
  const int32_t group = index.value_or(0);
  SLUICE_ASSIGN(const Pattern* const compiled, Usable(pattern));
  if (compiled == nullptr || group < 0 || group > compiled->groups()) return false;
  const auto groups = GroupsUpTo(group);
  if (!compiled->Find(text, 0, groups) || groups.back().data() == nullptr) return false;
  out.Append(groups.back());
  return true;
}

/// The replacement is text: it knows no references to groups.
Result<bool> RegexpReplace(std::string_view text, std::string_view pattern, std::string_view by,
                           TextWriter& out) {
  SLUICE_ASSIGN(const Pattern* const compiled, Usable(pattern));
  if (compiled == nullptr) return false;
  size_t copied = 0;
  std::string_view found;
  for (Matches matches(*compiled, text); matches.Next({&found, 1});) {
    const auto at = static_cast<size_t>(found.data() - text.data());
    out.Append(text.substr(copied, at - copied));
    out.Append(by);
    copied = at + found.size();
  }
  out.Append(text.substr(copied));
  return true;
}

Result<std::optional<int32_t>> RegexpCount(std::string_view text, std::string_view pattern) {
  SLUICE_ASSIGN(const Pattern* const compiled, Usable(pattern));
  if (compiled == nullptr) return std::optional<int32_t>();
  int32_t count = 0;
  std::string_view found;
  for (Matches matches(*compiled, text); matches.Next({&found, 1});) ++count;
  return std::optional(count);
}

/// Characters as Java counts them: those beyond U+FFFF are two.
int32_t CountJavaCharacters(std::string_view text) {
  int32_t count = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    count += (byte & 0xC0) == 0x80 ? 0 : (byte & 0xF8) == 0xF0 ? 2 : 1;
  }
  return count;
}

Result<std::optional<int32_t>> RegexpInstr(std::string_view text, std::string_view pattern) {
  SLUICE_ASSIGN(const Pattern* const compiled, Usable(pattern));
  if (compiled == nullptr) return std::optional<int32_t>();
  std::string_view found;
  if (!compiled->Find(text, 0, {&found, 1})) return std::optional(0);
  const auto before = static_cast<size_t>(found.data() - text.data());
  return std::optional(CountJavaCharacters(text.substr(0, before)) + 1);
}

Result<bool> RegexpSubstr(std::string_view text, std::string_view pattern, TextWriter& out) {
  return RegexpExtract(text, pattern, std::nullopt, out);
}

Status ExtractAll(std::string_view text, const Pattern& pattern, int64_t group,
                  TextListWriter* out) {
  const auto groups = GroupsUpTo(group);
  for (Matches matches(pattern, text); matches.Next(groups);) {
    SLUICE_TRY(groups.back().data() == nullptr ? out->AddNull() : out->Add(groups.back()));
  }
  return out->EndRow();
}

/// Of a group that is not there: NULL. Without a number it is group 1.
Result<ArrayPtr> EvaluateExtractAll(const Expr& call, std::span<const Argument> arguments,
                                    int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const auto in, apply_internal::Prepare(arguments, rows));
  const Reader<std::string_view> texts(in.columns[0]), patterns(in.columns[1]);
  std::vector<Reader<int64_t>> groups;
  if (arguments.size() > 2) groups.emplace_back(in.columns[2]);
  TextListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (in.nulls.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    SLUICE_ASSIGN(const Pattern* const compiled, Usable(patterns[row]));
    const int64_t group = groups.empty() ? 1 : groups[0][row];
    if (compiled == nullptr || group < 0 || group > compiled->groups()) {
      SLUICE_TRY(out.EndNull());
    } else {
      SLUICE_TRY(ExtractAll(texts[row], *compiled, group, &out));
    }
  }
  return out.Finish(*call.type);
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
  if (!compiled.ok()) return compiled.CannotBeUsed();
  return compiled.Find(text, 0, {}) != kNegated;
}

/// A pattern that is a literal is compiled when the query is planned.
template <SignatureText kPattern>
Result<Signature> ResolveRegexp(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, Takes<kPattern>(arguments));
  if (const auto text = LiteralString(*arguments[1])) {
    const Pattern& compiled = Compiled(*text);
    if (!compiled.ok() && !compiled.malformed()) return compiled.CannotBeUsed();
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
      {"REGEXP_COUNT", kind, "REGEXP_COUNT(text, pattern)", "How often the pattern is found",
       "REGEXP_COUNT('foobar', 'o') = 2", &ResolveRegexp<"string, string -> int null">,
       &Apply<&RegexpCount>, true, true},
      {"REGEXP_INSTR", kind, "REGEXP_INSTR(text, pattern)",
       "Where the pattern is first found, from 1; 0 if not. A character beyond U+FFFF counts two",
       "REGEXP_INSTR('foobar', 'o+') = 2", &ResolveRegexp<"string, string -> int null">,
       &Apply<&RegexpInstr>, true, true},
      {"REGEXP_SUBSTR", kind, "REGEXP_SUBSTR(text, pattern)",
       "The first match; NULL if there is none", "REGEXP_SUBSTR('foobar', 'o+') = 'oo'",
       &ResolveRegexp<"string, string -> string null">, &Apply<&RegexpSubstr>, true, true},
      {"REGEXP_EXTRACT_ALL", kind, "REGEXP_EXTRACT_ALL(text, pattern[, group])",
       "All matches, or a group (without a number the first) of them; NULL if the pattern has no "
       "such group",
       "REGEXP_EXTRACT_ALL('a1a2', 'a([0-9])') = ARRAY['1', '2']",
       &ResolveRegexp<"string, string, bigint? -> strings null">, &EvaluateExtractAll, true, true},
      {"SIMILAR TO", kind, "text SIMILAR TO pattern [ESCAPE character]",
       "TRUE if the whole text matches SQL's regular expression", "'abc' SIMILAR TO 'a(b|x)%'",
       &Takes<"string, string, string? -> boolean">, &Apply<&SimilarTo<false>>, true, true},
      {"NOT SIMILAR TO", kind, "text NOT SIMILAR TO pattern [ESCAPE character]",
       "TRUE if the text does not match", "'abc' NOT SIMILAR TO 'x%'",
       &Takes<"string, string, string? -> boolean">, &Apply<&SimilarTo<true>>, true, true},
  };
}

}  // namespace sluice::functions
