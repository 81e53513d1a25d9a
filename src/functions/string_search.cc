// SPDX-License-Identifier: Apache-2.0
// Finding and taking parts of text: SUBSTRING, POSITION, SPLIT_INDEX, REPLACE, LIKE (docs "String
// Functions"). Positions count characters from 1.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "functions/apply.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/utf8.h"

namespace sluice::functions {
namespace {

int64_t Size(std::string_view text) {
  return static_cast<int64_t>(text.size());
}

/// Characters [from, from + count) counted from 0.
std::string_view Part(std::string_view text, int64_t from, int64_t count) {
  text.remove_prefix(static_cast<size_t>(BytesOfCharacters(text, from)));
  return text.substr(0, static_cast<size_t>(BytesOfCharacters(text, count)));
}

bool Substring(std::string_view text, int32_t start, std::optional<int32_t> length,
               TextWriter& out) {
  if (length && *length < 0) return false;
  int64_t from = 0;
  if (start > 0) {
    from = start - 1;
  } else if (start < 0) {
    from = CountCharacters(text) + start;
    if (from < 0) return true;
  }
  out.Append(Part(text, from, length ? *length : Size(text)));
  return true;
}

void Left(std::string_view text, int32_t count, TextWriter& out) {
  if (count > 0) out.Append(Part(text, 0, count));
}

void Right(std::string_view text, int32_t count, TextWriter& out) {
  if (count <= 0) return;
  out.Append(Part(text, std::max<int64_t>(0, CountCharacters(text) - count), Size(text)));
}

/// Position from 1 of `wanted` at or after character `start` (from 1); 0 = not there.
int32_t Find(std::string_view text, std::string_view wanted, int32_t start) {
  start = std::max(start, 1);
  const int64_t from = BytesOfCharacters(text, start - 1);
  if (start - 1 > CountCharacters(text)) return 0;
  const size_t at = text.find(wanted, static_cast<size_t>(from));
  if (at == text.npos) return 0;
  return static_cast<int32_t>(CountCharacters(text.substr(0, at))) + 1;
}

int32_t Position(std::string_view wanted, std::string_view text, std::optional<int32_t> start) {
  return Find(text, wanted, start.value_or(1));
}

/// From the end where `start` is negative; the nth of those that may overlap.
Result<int32_t> InStr(std::string_view text, std::string_view wanted, std::optional<int32_t> start,
                      std::optional<int32_t> nth) {
  if (nth && *nth <= 0)
    return InvalidArgument("INSTR looks for the first, second, ..., not for " +
                           std::to_string(*nth));
  if (wanted.empty()) return start == 0 ? 0 : 1;
  const int32_t from = start.value_or(1);
  int32_t left = nth.value_or(1);
  if (from == 0) return 0;
  const int64_t count = CountCharacters(text);
  if (from > 0) {
    int32_t at = from - 1;
    for (; left > 0; --left) {
      at = Find(text, wanted, at + 1);
      if (at == 0) return 0;
    }
    return at;
  }
  // What is found ends at or before character count + 1 + from.
  int64_t end = BytesOfCharacters(text, std::max<int64_t>(0, count + 1 + from));
  size_t at = text.npos;
  for (; left > 0; --left) {
    if (end < Size(wanted)) return 0;
    at = text.rfind(wanted, static_cast<size_t>(end - Size(wanted)));
    if (at == text.npos) return 0;
    // The next one ends a character earlier.
    end = static_cast<int64_t>(at) + Size(wanted) - 1;
  }
  return static_cast<int32_t>(CountCharacters(text.substr(0, at))) + 1;
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix);
}

bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix);
}

/// Piece `index` (from 0) between separators; false when there are fewer.
bool Piece(std::string_view text, std::string_view separator, int32_t index, TextWriter& out) {
  if (text.empty() || index < 0) return false;
  if (separator.size() == 1) {
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;; --index) {
      const auto* next =
          static_cast<const char*>(std::memchr(at, separator[0], static_cast<size_t>(end - at)));
      if (index == 0) {
        out.Append(std::string_view(at, static_cast<size_t>((next ? next : end) - at)));
        return true;
      }
      if (next == nullptr) return false;
      at = next + 1;
    }
  }
  for (;; --index) {
    const size_t next = text.find(separator);
    if (index == 0) {
      out.Append(text.substr(0, next));
      return true;
    }
    if (next == text.npos) return false;
    text.remove_prefix(next + separator.size());
  }
}

/// As commons-lang's split with a null separator: runs of white space separate.
bool PieceBetweenBlanks(std::string_view text, int32_t index, TextWriter& out) {
  while (true) {
    while (!text.empty() && static_cast<unsigned char>(text[0]) <= ' ') text.remove_prefix(1);
    if (text.empty()) return false;
    size_t size = 0;
    while (size < text.size() && static_cast<unsigned char>(text[size]) > ' ') ++size;
    if (index-- == 0) {
      out.Append(text.substr(0, size));
      return true;
    }
    text.remove_prefix(size);
  }
}

bool SplitIndex(std::string_view text, std::string_view separator, int32_t index, TextWriter& out) {
  if (separator.empty()) return index >= 0 && PieceBetweenBlanks(text, index, out);
  return Piece(text, separator, index, out);
}

bool SplitIndexByCode(std::string_view text, int32_t code, int32_t index, TextWriter& out) {
  if (code < 0 || code > 255) return false;
  const char separator = static_cast<char>(code);
  return Piece(text, std::string_view(&separator, 1), index, out);
}

Result<ArrayPtr> EvaluateSplitIndex(const Expr& call, std::span<const Argument> arguments,
                                    int64_t rows, const EvalContext& context) {
  return call.children[1]->type->is_character()
             ? Apply<&SplitIndex>(call, arguments, rows, context)
             : Apply<&SplitIndexByCode>(call, arguments, rows, context);
}

/// As String.replace: an empty `wanted` is found before every character and at the end.
void Replace(std::string_view text, std::string_view wanted, std::string_view by, TextWriter& out) {
  if (wanted.empty()) {
    while (!text.empty()) {
      const auto size = std::min<size_t>(static_cast<size_t>(CharacterBytes(text[0])), text.size());
      out.Append(by);
      out.Append(text.substr(0, size));
      text.remove_prefix(size);
    }
    out.Append(by);
    return;
  }
  if (wanted.size() == 1 && by.empty()) {  // dropping one byte value: keep the others
    const char drop = wanted[0];
    char* const begin = out.Extend(Size(text));
    char* to = begin;
    for (const char c : text) {
      *to = c;
      to += c != drop;
    }
    out.ResizeRow(to - begin);
    return;
  }
  while (true) {
    const size_t at = text.find(wanted);
    out.Append(text.substr(0, at));
    if (at == text.npos) return;
    out.Append(by);
    text.remove_prefix(at + wanted.size());
  }
}

/// Matches LIKE with one pass and one place to go back to (the last %). `escape` -1 = none.
Result<bool> LikeText(std::string_view text, std::string_view pattern, int32_t escape) {
  size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    const char c = p < pattern.size() ? pattern[p] : '\0';
    const bool escaped = p < pattern.size() && escape >= 0 && c == static_cast<char>(escape);
    if (escaped && (p + 1 >= pattern.size() ||
                    (pattern[p + 1] != '%' && pattern[p + 1] != '_' && pattern[p + 1] != c))) {
      return InvalidArgument("the escape in LIKE pattern '" + std::string(pattern) +
                             "' is not followed by %, _ or the escape");
    }
    if (p < pattern.size() && !escaped && c == '%') {
      star = p++;
      resume = t;
      continue;
    }
    if (p < pattern.size() && !escaped && c == '_') {
      t += std::min<size_t>(static_cast<size_t>(CharacterBytes(text[t])), text.size() - t);
      ++p;
      continue;
    }
    if (p < pattern.size() && text[t] == pattern[p + escaped]) {
      ++t;
      p += 1 + static_cast<size_t>(escaped);
      continue;
    }
    if (star == std::string_view::npos) return false;
    p = star + 1;
    resume +=
        std::min<size_t>(static_cast<size_t>(CharacterBytes(text[resume])), text.size() - resume);
    t = resume;
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

template <bool kNegated>
Result<bool> Like(std::string_view text, std::string_view pattern,
                  std::optional<std::string_view> escape) {
  if (escape && escape->size() != 1) {
    return InvalidArgument("the escape of LIKE must be one character, not '" +
                           std::string(*escape) + "'");
  }
  SLUICE_ASSIGN(const bool like,
                LikeText(text, pattern, escape ? static_cast<unsigned char>((*escape)[0]) : -1));
  return like != kNegated;
}

}  // namespace

std::vector<Function> StringSearchFunctions() {
  const char* kind = "string";
  return {
      {"SUBSTRING", kind, "SUBSTRING(text FROM start [FOR length])",
       "The part from a position, counted from 1; from the end when it is negative. "
       "NULL for a negative length",
       "SUBSTRING('hello' FROM 2 FOR 3) = 'ell'", &Takes<"string, int, int? -> string null">,
       &Apply<&Substring>},
      {"SUBSTR", kind, "SUBSTR(text, start[, length])", "As SUBSTRING",
       "SUBSTR('hello', 2, 3) = 'ell'", &Takes<"string, int, int? -> string null">,
       &Apply<&Substring>},
      {"LEFT", kind, "LEFT(text, n)", "The first n characters", "LEFT('hello', 2) = 'he'",
       &Takes<"string, int -> string">, &Apply<&Left>},
      {"RIGHT", kind, "RIGHT(text, n)", "The last n characters", "RIGHT('hello', 2) = 'lo'",
       &Takes<"string, int -> string">, &Apply<&Right>},
      {"POSITION", kind, "POSITION(wanted IN text)", "Where it is first found, from 1; 0 if not",
       "POSITION('l' IN 'hello') = 3", &Takes<"string, string, int? -> int">, &Apply<&Position>},
      {"LOCATE", kind, "LOCATE(wanted, text[, start])",
       "Where it is first found at or after start, from 1; 0 if not", "LOCATE('l', 'hello', 4) = 4",
       &Takes<"string, string, int? -> int">, &Apply<&Position>},
      {"INSTR", kind, "INSTR(text, wanted[, start[, nth]])",
       "Where it is found the nth time at or after start, from 1; 0 if not; backwards from the end "
       "where start is negative",
       "INSTR('hello', 'l') = 3", &Takes<"string, string, int?, int? -> int">, &Apply<&InStr>, true,
       true},
      {"STARTSWITH", kind, "STARTSWITH(text, prefix)",
       "TRUE if the text (or bytes) begins with the prefix", "STARTSWITH('hello', 'he') = TRUE",
       &Takes<"string, string -> boolean | bytes, bytes -> boolean">, &Apply<&StartsWith>},
      {"ENDSWITH", kind, "ENDSWITH(text, suffix)",
       "TRUE if the text (or bytes) ends with the suffix", "ENDSWITH('hello', 'lo') = TRUE",
       &Takes<"string, string -> boolean | bytes, bytes -> boolean">, &Apply<&EndsWith>},
      {"SPLIT_INDEX", kind, "SPLIT_INDEX(text, separator, index)",
       "Piece number index, from 0, of the text split at a separator (text or character code); "
       "NULL if there are fewer",
       "SPLIT_INDEX('a/b/c', '/', 1) = 'b'",
       &Takes<"string, string, int -> string null | string, int, int -> string null">,
       &EvaluateSplitIndex},
      {"REPLACE", kind, "REPLACE(text, wanted, by)", "The text with each `wanted` replaced",
       "REPLACE('hello', 'l', 'L') = 'heLLo'", &Takes<"string, string, string -> string">,
       &Apply<&Replace>},
      {"LIKE", kind, "text LIKE pattern [ESCAPE character]",
       "TRUE if the text matches: % stands for any characters, _ for one; a backslash before them, "
       "where the pattern has a _ or is no constant, for themselves",
       "'hello' LIKE 'h%o'", &Takes<"string, string, string? -> boolean">, &Apply<&Like<false>>,
       true, true},
      {"NOT LIKE", kind, "text NOT LIKE pattern [ESCAPE character]",
       "TRUE if the text does not match", "'hello' NOT LIKE 'x%'",
       &Takes<"string, string, string? -> boolean">, &Apply<&Like<true>>, true, true},
  };
}

}  // namespace sluice::functions
