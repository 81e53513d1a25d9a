// SPDX-License-Identifier: Apache-2.0
// Format texts of Java's Formatter (java.util.Formatter) for PRINTF: %[n$][flags][width][.digits]
// and a conversion, of s S b B c C d o x X e E f g G n %. What Java refuses gives no text at all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::functions {

/// A value that is formatted.
struct FormatValue {
  enum class Kind : uint8_t { kNull, kBoolean, kInteger, kFloating, kText };
  Kind kind = Kind::kNull;
  int64_t integer = 0;  // of kInteger and kBoolean
  int bits = 64;        // of kInteger: 8, 16, 32 or 64
  double floating = 0;
  std::string_view text;
};

class PrintfFormat {
 public:
  /// An error for what Java knows and sluice does not (%h, %a, %t).
  static Result<PrintfFormat> Parse(std::string_view text);

  /// Appends the text; false where Java refuses: a format that is none, values that are missing or
  /// of another kind than the conversion takes.
  bool Append(std::span<const FormatValue> values, std::string* out) const;

 private:
  struct Piece {
    std::string text;  // when conversion is 0
    char conversion = 0;
    bool upper = false;
    int index = 0;  // 0: the next value, -1: the one before, else from 1
    bool left = false, alternate = false, plus = false, space = false, zero = false;
    bool group = false, parentheses = false;
    int width = -1, digits = -1;
  };
  static std::optional<Piece> ParsePiece(std::string_view* text);
  static bool IsAllowed(const Piece& piece);
  static bool AppendPiece(const Piece& piece, const FormatValue& value, std::string* out);
  static void AppendJustified(const Piece& piece, std::string_view text, std::string* out);
  static void AppendNumber(const Piece& piece, bool negative, std::string digits, std::string* out);
  static bool AppendInteger(const Piece& piece, const FormatValue& value, std::string* out);
  static void AppendFloating(const Piece& piece, double value, std::string* out);
  static bool AppendCharacter(const Piece& piece, const FormatValue& value, std::string* out);

  std::vector<Piece> pieces_;
  bool valid_ = true;
};

}  // namespace sluice::functions
