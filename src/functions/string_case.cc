// SPDX-License-Identifier: Apache-2.0
// Letters: UPPER, LOWER, INITCAP, REVERSE, and what text is made of (docs "String Functions").
#include <algorithm>
#include <array>
#include <cstring>
#include <cwctype>
#include <iterator>
#include <string_view>

#include "functions/apply.h"
#include "functions/families.h"
#include "functions/logical.h"
#include "functions/number_text.h"
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

/// A decimal digit of some script, as Java's Character.isDigit says of one char.
bool IsDigit(int32_t code) {
  static constexpr uint16_t kZeros[] = {
      0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
      0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0,
      0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
      0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};
  if (code < 0x80) return code >= '0' && code <= '9';
  return std::any_of(std::begin(kZeros), std::end(kZeros),
                     [code](uint16_t zero) { return code >= zero && code < zero + 10; });
}

/// As Java's Double.parseDouble takes it, blanks around it too.
bool IsDecimal(std::string_view text) {
  return ParseDouble(text).has_value();
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

bool IsInteger(const flow::Type& type) {
  return type.is_integer();
}

bool IsNativeNumber(const flow::Type& type) {
  return type.is_integer() || type.is_approximate();
}

bool IsNothing(const flow::Type&) {
  return false;
}

/// Of a number its type says it, as in Flink. FALSE for NULL.
template <bool (*kOfText)(std::string_view), bool (*kOfType)(const flow::Type&)>
Result<ArrayPtr> EvaluateIs(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                            const EvalContext&) {
  const flow::Type& type = *call.children[0]->type;
  std::vector<uint8_t> is(static_cast<size_t>(rows), kOfType(type) ? 1 : 0);
  if (type.is_character()) {
    SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
    const Reader<std::string_view> texts(column);
    for (int64_t row = 0; row < rows; ++row) {
      is[static_cast<size_t>(row)] = !column.IsNull(row) && kOfText(texts[row]);
    }
  }
  return Truth::OfBytes(is, NullBits(rows), rows).ToArray();
}

Result<Signature> ResolveIs(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature,
                ResolveText("string -> boolean | number -> boolean", arguments));
  signature.result = signature.result->WithNullable(false);
  return signature;
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
       "IS_ALPHA('abc') = TRUE", &ResolveIs, &EvaluateIs<&EveryCharacter<&IsLetter>, &IsNothing>},
      {"IS_DIGIT", kind, "IS_DIGIT(text)",
       "TRUE if all characters are digits, and for whole numbers", "IS_DIGIT('123') = TRUE",
       &ResolveIs, &EvaluateIs<&EveryCharacter<&IsDigit>, &IsInteger>},
      {"IS_DECIMAL", kind, "IS_DECIMAL(text)",
       "TRUE if the text is a number, and for numbers that are no DECIMAL",
       "IS_DECIMAL('-1.5') = TRUE", &ResolveIs, &EvaluateIs<&IsDecimal, &IsNativeNumber>},
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
