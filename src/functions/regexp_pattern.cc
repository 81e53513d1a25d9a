// SPDX-License-Identifier: Apache-2.0
#include "functions/regexp_pattern.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "functions/utf8.h"
#include "re2/re2.h"

namespace sluice::functions {
namespace {

/// A literal that each match holds, `before` bytes (0..before_max) after its start.
struct Anchor {
  std::string literal;
  size_t before_max = 0;
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

/// Errors that Java's patterns have too.
bool IsMalformed(const RE2& matcher, std::string_view text) {
  if (text.find("(?") != text.npos) return false;
  switch (matcher.error_code()) {
    case RE2::ErrorBadCharClass:
    case RE2::ErrorBadCharRange:
    case RE2::ErrorMissingBracket:
    case RE2::ErrorMissingParen:
    case RE2::ErrorUnexpectedParen:
    case RE2::ErrorTrailingBackslash:
    case RE2::ErrorRepeatArgument:
      return true;
    default:
      return false;
  }
}

}  // namespace

Pattern::Pattern(std::string_view text) : text_(text) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  matcher_ = std::make_unique<RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!matcher_->ok()) {
    error_ = matcher_->error();
    malformed_ = IsMalformed(*matcher_, text);
    return;
  }
  groups_ = matcher_->NumberOfCapturingGroups();
  Anchor anchor = FindAnchor(text);
  literal_ = std::move(anchor.literal);
  before_max_ = anchor.before_max;
}

Pattern::~Pattern() = default;

Error Pattern::CannotBeUsed() const {
  return InvalidArgument("the regular expression '" + text_ +
                         "' cannot be used (sluice knows RE2's syntax, without lookaround and back "
                         "references): " +
                         error_);
}

bool Pattern::FindAt(std::string_view text, size_t from, bool anchored,
                     std::span<std::string_view> found) const {
  const re2::StringPiece input(text.data(), text.size());
  const RE2::Anchor anchor = anchored ? RE2::ANCHOR_START : RE2::UNANCHORED;
  constexpr size_t kFew = 8;
  std::array<re2::StringPiece, kFew> few;
  std::vector<re2::StringPiece> many;
  if (found.size() > kFew) many.resize(found.size());
  re2::StringPiece* groups = found.size() > kFew ? many.data() : few.data();
  if (!matcher_->Match(input, from, text.size(), anchor, groups, static_cast<int>(found.size()))) {
    return false;
  }
  for (size_t i = 0; i < found.size(); ++i) found[i] = {groups[i].data(), groups[i].size()};
  return true;
}

bool Pattern::Find(std::string_view text, size_t from, std::span<std::string_view> found) const {
  if (literal_.empty()) return FindAt(text, from, false, found);
  for (size_t at = from; at < text.size();) {
    const auto* hit = static_cast<const char*>(
        memmem(text.data() + at, text.size() - at, literal_.data(), literal_.size()));
    if (hit == nullptr) return false;
    const auto place = static_cast<size_t>(hit - text.data());
    for (size_t start = std::max(from, place - std::min(place, before_max_)); start <= place;
         ++start) {
      if (FindAt(text, start, true, found)) return true;
    }
    at = place + 1;
  }
  return false;
}

std::shared_ptr<const Pattern> CachedPattern(std::string_view text) {
  constexpr size_t kPatternsMax = 64;
  thread_local std::unordered_map<std::string, std::shared_ptr<const Pattern>> patterns;
  if (patterns.size() >= kPatternsMax) patterns.clear();
  auto& pattern = patterns[std::string(text)];
  if (pattern == nullptr) pattern = std::make_shared<const Pattern>(text);
  return pattern;
}

const Pattern& Compiled(std::string_view text) {
  thread_local std::string last_text;
  thread_local std::shared_ptr<const Pattern> last;
  if (last == nullptr || last_text != text) {
    last = CachedPattern(text);
    last_text = std::string(text);
  }
  return *last;
}

bool Matches::Next(std::span<std::string_view> found) {
  if (from_ > text_.size() || !pattern_.Find(text_, from_, found)) return false;
  const auto at = static_cast<size_t>(found[0].data() - text_.data());
  from_ = at + found[0].size();
  if (!found[0].empty()) return true;
  // After an empty match it goes on behind the next character.
  const auto next = at < text_.size() ? static_cast<size_t>(CharacterBytes(text_[at])) : 1;
  from_ += at < text_.size() ? std::min(next, text_.size() - at) : next;
  return true;
}

}  // namespace sluice::functions
