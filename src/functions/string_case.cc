// SPDX-License-Identifier: Apache-2.0
// Letters: UPPER, LOWER, INITCAP, REVERSE, and what text is made of (docs "String Functions").
#include <array>
#include <cstring>
#include <cwctype>
#include <string_view>

#include "functions/apply.h"
#include "functions/decimal.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/unicode_case.h"
#include "functions/utf8.h"

namespace sluice::functions {
namespace {

/// Maps ASCII letters of whole columns at once; false when the text holds other bytes.
template <char kFirst>
bool MapAscii(const uint8_t* from, int64_t size, uint8_t* to) {
  uint8_t high = 0;
  for (int64_t i = 0; i < size; ++i) {
    const uint8_t c = from[i];
    high |= c;
    to[i] = static_cast<uint8_t>(c ^ (static_cast<uint8_t>(c - kFirst) < 26 ? 0x20 : 0));
  }
  return high < 0x80;
}

template <int32_t (*kMap)(int32_t)>
void MapText(std::string_view text, TextWriter& out) {
  while (!text.empty()) {
    const std::string_view before = text;
    const int32_t code = NextCodePoint(&text);
    if (code < 0) {
      out.Append(before[0]);
    } else if (code == 0xDF && kMap == &ToUpperCase) {
      out.Append("SS");  // the German sharp s
    } else {
      AppendCodePoint(kMap(code), &out);
    }
  }
}

/// UPPER and LOWER: a column of ASCII keeps its offsets and is mapped in one pass.
template <char kFirst, int32_t (*kMap)(int32_t)>
Result<ArrayPtr> EvaluateCase(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext& context) {
  if (arguments[0].array != nullptr) {
    const auto& text = static_cast<const arrow::StringArray&>(*arguments[0].array);
    const int64_t first = rows == 0 ? 0 : text.value_offset(0);
    const int64_t size = rows == 0 ? 0 : text.value_offset(rows) - first;
    SLUICE_ASSIGN(auto mapped, AllocateValues<uint8_t>(size));
    if (size == 0 || MapAscii<kFirst>(text.raw_data() + first, size, mapped->mutable_data())) {
      ColumnView column = ColumnView::Of(arguments[0].array);
      NullBits nulls(rows);
      SLUICE_TRY(nulls.Take(column));
      SLUICE_ASSIGN(auto offsets, AllocateValues<int32_t>(rows + 1));
      auto* to = reinterpret_cast<int32_t*>(offsets->mutable_data());
      const int32_t* from = text.raw_value_offsets();
      for (int64_t i = 0; i <= rows; ++i) to[i] = from[i] - static_cast<int32_t>(first);
      return arrow::MakeArray(arrow::ArrayData::Make(
          flow::ToArrow(*call.type), rows, {nulls.buffer(), std::move(offsets), std::move(mapped)},
          nulls.any() ? arrow::kUnknownNullCount : 0));
    }
  }
  return Apply<&MapText<kMap>>(call, arguments, rows, context);
}

void InitCap(std::string_view text, TextWriter& out) {
  bool inside = false;  // of a word
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    const bool letter = upper || lower || (c >= '0' && c <= '9');
    if (lower && !inside) {
      out.Append(static_cast<char>(c - 32));
    } else if (upper && inside) {
      out.Append(static_cast<char>(c + 32));
    } else {
      out.Append(c);
    }
    inside = letter;
  }
}

void Reverse(std::string_view text, TextWriter& out) {
  char* to = out.Extend(static_cast<int64_t>(text.size())) + text.size();
  while (!text.empty()) {
    const auto size = std::min<size_t>(static_cast<size_t>(CharacterBytes(text[0])), text.size());
    to -= size;
    std::memcpy(to, text.data(), size);
    text.remove_prefix(size);
  }
}

template <bool (*kTest)(int32_t)>
bool EveryCharacter(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const int32_t code = NextCodePoint(&text);
    if (code < 0 || !kTest(code)) return false;
  }
  return true;
}

bool IsDigit(int32_t code) {
  return code >= '0' && code <= '9';
}

bool IsDecimal(std::string_view text) {
  bool is_number = false;
  (void)ParseDecimal(text, {38, 0}, &is_number);
  return is_number;
}

int32_t Ascii(std::string_view text) {
  return text.empty() ? 0 : static_cast<signed char>(text[0]);
}

/// CHR(65) = 'A'; the low byte counts, below 0 is empty (docs: "if b is larger than 255, modulo").
void Chr(int64_t code, TextWriter& out) {
  if (code < 0) return;
  AppendCodePoint(static_cast<int32_t>(code & 0xFF), &out);
}

int32_t CharLength(std::string_view text) {
  return static_cast<int32_t>(CountCharacters(text));
}

}  // namespace

std::vector<Function> StringCaseFunctions() {
  const char* kind = "string";
  return {
      {"UPPER", kind, "UPPER(text)", "The text in capital letters", "UPPER('abc') = 'ABC'",
       &Takes<"string -> string">, &EvaluateCase<'a', &ToUpperCase>},
      {"LOWER", kind, "LOWER(text)", "The text in small letters", "LOWER('ABC') = 'abc'",
       &Takes<"string -> string">, &EvaluateCase<'A', &ToLowerCase>},
      {"INITCAP", kind, "INITCAP(text)", "Each word with a capital first letter, the rest small",
       "INITCAP('flink sql') = 'Flink Sql'", &Takes<"string -> string">, &Apply<&InitCap>},
      {"REVERSE", kind, "REVERSE(text)", "The characters from last to first",
       "REVERSE('abc') = 'cba'", &Takes<"string -> string">, &Apply<&Reverse>},
      {"IS_ALPHA", kind, "IS_ALPHA(text)", "TRUE if all characters are letters",
       "IS_ALPHA('abc') = TRUE", &Takes<"string -> boolean">, &Apply<&EveryCharacter<&IsLetter>>},
      {"IS_DIGIT", kind, "IS_DIGIT(text)", "TRUE if all characters are digits",
       "IS_DIGIT('123') = TRUE", &Takes<"string -> boolean">, &Apply<&EveryCharacter<&IsDigit>>},
      {"IS_DECIMAL", kind, "IS_DECIMAL(text)", "TRUE if the text is a number",
       "IS_DECIMAL('-1.5') = TRUE", &Takes<"string -> boolean">, &Apply<&IsDecimal>},
      {"ASCII", kind, "ASCII(text)", "The first byte of the text, 0 if it is empty",
       "ASCII('abc') = 97", &Takes<"string -> int">, &Apply<&Ascii>},
      {"CHR", kind, "CHR(code)", "The character of a code; only its lowest byte counts",
       "CHR(97) = 'a'", &Takes<"bigint -> string">, &Apply<&Chr>},
      {"CHAR_LENGTH", kind, "CHAR_LENGTH(text)", "The number of characters",
       "CHAR_LENGTH('abc') = 3", &Takes<"string -> int">, &Apply<&CharLength>},
      {"CHARACTER_LENGTH", kind, "CHARACTER_LENGTH(text)", "The number of characters",
       "CHARACTER_LENGTH('abc') = 3", &Takes<"string -> int">, &Apply<&CharLength>},
  };
}

}  // namespace sluice::functions
