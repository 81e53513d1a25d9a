// SPDX-License-Identifier: Apache-2.0
#include "functions/printf_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "functions/unicode_case.h"
#include "functions/utf8.h"

namespace sluice::functions {

namespace {

constexpr int kWidthMax = 1 << 20;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// The digits at the front as a number; -1 when there are none, or it is too large to be meant.
int TakeNumber(std::string_view* text) {
  int64_t number = -1;
  while (!text->empty() && IsDigit(text->front())) {
    number =
        std::min<int64_t>(std::max<int64_t>(number, 0) * 10 + (text->front() - '0'), kWidthMax + 1);
    text->remove_prefix(1);
  }
  return number > kWidthMax ? kWidthMax : static_cast<int>(number);
}

std::string Upper(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

std::string UpperText(std::string_view text) {
  if (IsAscii(text)) return Upper(text);
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const int32_t code = NextCodePoint(&text);
    if (code < 0) {
      out += before.substr(0, before.size() - text.size());
    } else {
      AppendUtf8(static_cast<uint32_t>(ToUpperCase(code)), &out);
    }
  }
  return out;
}

}  // namespace

/// The piece behind a percent sign; nothing when it is none.
std::optional<PrintfFormat::Piece> PrintfFormat::ParsePiece(std::string_view* text) {
  Piece piece;
  const size_t digits = text->find_first_not_of("0123456789");
  if (digits != text->npos && digits > 0 && (*text)[digits] == '$') {
    piece.index = TakeNumber(text);
    text->remove_prefix(1);
    if (piece.index < 1) return std::nullopt;
  }
  for (; !text->empty(); text->remove_prefix(1)) {
    bool* flag = nullptr;
    switch (text->front()) {
      case '-':
        flag = &piece.left;
        break;
      case '#':
        flag = &piece.alternate;
        break;
      case '+':
        flag = &piece.plus;
        break;
      case ' ':
        flag = &piece.space;
        break;
      case '0':
        flag = &piece.zero;
        break;
      case ',':
        flag = &piece.group;
        break;
      case '(':
        flag = &piece.parentheses;
        break;
      case '<':
        piece.index = -1;
        continue;
      default:
        break;
    }
    if (flag == nullptr) break;
    if (std::exchange(*flag, true)) return std::nullopt;  // twice
  }
  piece.width = TakeNumber(text);
  if (text->starts_with('.')) {
    text->remove_prefix(1);
    piece.digits = TakeNumber(text);
    if (piece.digits < 0) return std::nullopt;
  }
  if (text->empty()) return std::nullopt;
  piece.conversion = text->front();
  text->remove_prefix(1);
  piece.upper = std::string_view("SBCXEG").find(piece.conversion) != std::string_view::npos;
  if (piece.upper) piece.conversion = static_cast<char>(piece.conversion + 32);
  if (!IsAllowed(piece)) return std::nullopt;
  return piece;
}

/// Are the flags those that the conversion has?
bool PrintfFormat::IsAllowed(const Piece& piece) {
  const bool numeric_flags =
      piece.plus || piece.space || piece.zero || piece.group || piece.parentheses;
  if ((piece.left || piece.zero) && piece.width < 0) return false;
  if (piece.left && piece.zero) return false;
  if (piece.plus && piece.space) return false;
  switch (piece.conversion) {
    case 's':
    case 'b':
      return !numeric_flags && !piece.alternate;
    case 'c':
      return !numeric_flags && !piece.alternate && piece.digits < 0;
    case 'd':
      return !piece.alternate && piece.digits < 0;
    case 'o':
    case 'x':
      return !piece.group && piece.digits < 0 && !piece.plus && !piece.space && !piece.parentheses;
    case 'e':
      return !piece.group;
    case 'f':
      return true;
    case 'g':
      return !piece.alternate;
    case '%':
      return !numeric_flags && !piece.alternate && piece.digits < 0;
    case 'n':
      return !numeric_flags && !piece.alternate && !piece.left && piece.width < 0 &&
             piece.digits < 0;
    default:
      return false;
  }
}

Result<PrintfFormat> PrintfFormat::Parse(std::string_view text) {
  PrintfFormat format;
  while (!text.empty()) {
    const size_t percent = std::min(text.find('%'), text.size());
    if (percent > 0) {
      format.pieces_.emplace_back().text = std::string(text.substr(0, percent));
      text.remove_prefix(percent);
      continue;
    }
    std::string_view rest = text.substr(1);
    const size_t at = rest.find_first_not_of("0123456789$-#+ ,(<.");
    if (at != rest.npos && std::string_view("hHaAtT").find(rest[at]) != std::string_view::npos) {
      return Unsupported("the conversion %" + std::string(1, rest[at]) + " of a format");
    }
    auto piece = ParsePiece(&rest);
    if (!piece) {
      format.valid_ = false;
      return format;
    }
    format.pieces_.push_back(std::move(*piece));
    text = rest;
  }
  return format;
}

/// With blanks up to its width.
void PrintfFormat::AppendJustified(const Piece& piece, std::string_view text, std::string* out) {
  const auto missing = static_cast<size_t>(
      std::max<int64_t>(0, static_cast<int64_t>(piece.width) - CountCharacters(text)));
  if (!piece.left) out->append(missing, ' ');
  *out += text;
  if (piece.left) out->append(missing, ' ');
}

/// Digits with sign, groups of three and zeros, as the flags say. `digits` may have a point.
void PrintfFormat::AppendNumber(const Piece& piece, bool negative, std::string digits,
                                std::string* out) {
  const size_t whole = std::min(digits.find_first_of(".e"), digits.size());
  for (size_t at = whole; piece.group && at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  std::string sign;
  if (negative) {
    sign = piece.parentheses ? "(" : "-";
  } else if (piece.plus) {
    sign = "+";
  } else if (piece.space) {
    sign = " ";
  }
  const bool closed = negative && piece.parentheses;
  const size_t taken = sign.size() + digits.size() + (closed ? 1 : 0);
  if (piece.zero && static_cast<int64_t>(taken) < piece.width) {
    digits.insert(0, static_cast<size_t>(piece.width) - taken, '0');
  }
  const std::string text = sign + digits + (closed ? ")" : "");
  AppendJustified(piece, piece.upper ? Upper(text) : text, out);
}

bool PrintfFormat::AppendInteger(const Piece& piece, const FormatValue& value, std::string* out) {
  if (value.kind != FormatValue::Kind::kInteger) return false;
  char text[24];
  if (piece.conversion == 'd') {
    const bool negative = value.integer < 0;
    const uint64_t size =
        negative ? 0 - static_cast<uint64_t>(value.integer) : static_cast<uint64_t>(value.integer);
    const auto end = std::to_chars(text, text + sizeof text, size).ptr;
    AppendNumber(piece, negative, std::string(text, end), out);
    return true;
  }
  uint64_t bits = static_cast<uint64_t>(value.integer);
  if (value.bits < 64) bits &= (uint64_t{1} << value.bits) - 1;
  const bool hex = piece.conversion == 'x';
  const auto end = std::to_chars(text, text + sizeof text, bits, hex ? 16 : 8).ptr;
  std::string digits(text, end);
  const std::string prefix = !piece.alternate ? "" : hex ? "0x" : "0";
  const size_t taken = prefix.size() + digits.size();
  if (piece.zero && static_cast<int64_t>(taken) < piece.width) {
    digits.insert(0, static_cast<size_t>(piece.width) - taken, '0');
  }
  digits.insert(0, prefix);
  AppendJustified(piece, piece.upper ? Upper(digits) : digits, out);
  return true;
}

namespace {

/// 0.d1d2d3... times ten to the `exponent`.
struct Decimals {
  std::string digits;
  int exponent = 0;

  /// The fewest digits that tell the value from its neighbours, as Java prints it.
  static Decimals Of(double value) {
    char text[40];
    const auto end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    Decimals decimals;
    const char* e = std::find(text, end, 'e');
    for (const char* at = text; at != e; ++at) {
      if (IsDigit(*at)) decimals.digits += *at;
    }
    const char* power = e + 1;
    if (power < end && *power == '+') ++power;
    std::from_chars(power, end, decimals.exponent);
    decimals.exponent += 1;
    return decimals;
  }
  /// Keeps so many digits, rounding half up.
  void Round(int keep) {
    if (keep >= static_cast<int>(digits.size())) return;
    const bool up = keep >= 0 && digits[static_cast<size_t>(keep)] >= '5';
    digits.resize(static_cast<size_t>(std::max(keep, 0)));
    if (!up) return;
    for (size_t at = digits.size(); at-- > 0;) {
      if (digits[at] != '9') {
        ++digits[at];
        return;
      }
      digits[at] = '0';
    }
    digits.insert(0, 1, '1');
    exponent += 1;
  }
  char At(int place) const {
    return place >= 0 && place < static_cast<int>(digits.size())
               ? digits[static_cast<size_t>(place)]
               : '0';
  }
  std::string Plain(int places, bool point) const {
    std::string out;
    for (int at = 0; at < exponent; ++at) out += At(at);
    if (out.empty()) out = "0";
    if (places > 0 || point) out += '.';
    for (int at = 0; at < places; ++at) out += At(exponent + at);
    return out;
  }
  std::string Scientific(int places, bool point) const {
    std::string out(1, At(0));
    if (places > 0 || point) out += '.';
    for (int at = 1; at <= places; ++at) out += At(at);
    const bool zero = digits.find_first_not_of('0') == digits.npos;
    const int power = zero ? 0 : exponent - 1;
    out += power < 0 ? "e-" : "e+";
    if (std::abs(power) < 10) out += '0';
    return out + std::to_string(std::abs(power));
  }
};

}  // namespace

void PrintfFormat::AppendFloating(const Piece& piece, double value, std::string* out) {
  if (std::isnan(value)) return AppendJustified(piece, piece.upper ? "NAN" : "NaN", out);
  const bool negative = std::signbit(value);
  if (std::isinf(value)) {
    Piece blank = piece;  // zeros belong to digits
    blank.zero = blank.group = false;
    return AppendNumber(blank, negative, "Infinity", out);
  }
  Decimals decimals = Decimals::Of(std::fabs(value));
  int places = piece.digits < 0 ? 6 : piece.digits;
  if (piece.conversion == 'f') {
    decimals.Round(decimals.exponent + places);
    return AppendNumber(piece, negative, decimals.Plain(places, piece.alternate), out);
  }
  if (piece.conversion == 'e') {
    decimals.Round(places + 1);
    return AppendNumber(piece, negative, decimals.Scientific(places, piece.alternate), out);
  }
  places = std::max(places, 1);
  if (value == 0) return AppendNumber(piece, negative, decimals.Plain(places - 1, false), out);
  decimals.Round(places);
  if (decimals.exponent > -4 && decimals.exponent <= places) {
    return AppendNumber(piece, negative, decimals.Plain(places - decimals.exponent, false), out);
  }
  AppendNumber(piece, negative, decimals.Scientific(places - 1, false), out);
}

bool PrintfFormat::AppendCharacter(const Piece& piece, const FormatValue& value, std::string* out) {
  const bool integer = value.kind == FormatValue::Kind::kInteger && value.bits < 64;
  if (!integer || value.integer < 0 || value.integer > 0x10FFFF) return false;
  std::string text;
  const bool half = value.integer >= 0xD800 && value.integer < 0xE000;
  AppendUtf8(half ? '?' : static_cast<uint32_t>(value.integer), &text);
  AppendJustified(piece, piece.upper ? UpperText(text) : text, out);
  return true;
}

bool PrintfFormat::AppendPiece(const Piece& piece, const FormatValue& value, std::string* out) {
  using Kind = FormatValue::Kind;
  const bool general = piece.conversion == 's' || piece.conversion == 'b';
  std::string text = "null";
  if (piece.conversion == 'b') {
    const bool no = value.kind == Kind::kNull || (value.kind == Kind::kBoolean && !value.integer);
    text = no ? "false" : "true";
  } else if (value.kind == Kind::kText && general) {
    text = std::string(value.text);
  } else if (value.kind == Kind::kBoolean && general) {
    text = value.integer ? "true" : "false";
  } else if (value.kind != Kind::kNull) {
    switch (piece.conversion) {
      case 's':
        break;  // a number
      case 'c':
        return AppendCharacter(piece, value, out);
      case 'd':
      case 'o':
      case 'x':
        return AppendInteger(piece, value, out);
      default:
        if (value.kind != Kind::kFloating) return false;
        AppendFloating(piece, value.floating, out);
        return true;
    }
    text = value.kind == Kind::kFloating ? std::string(value.text) : std::to_string(value.integer);
  }
  if (piece.digits >= 0) {
    text.resize(static_cast<size_t>(BytesOfCharacters(text, piece.digits)));
  }
  AppendJustified(piece, piece.upper ? UpperText(text) : text, out);
  return true;
}

bool PrintfFormat::Append(std::span<const FormatValue> values, std::string* out) const {
  if (!valid_) return false;
  size_t next = 0;
  const FormatValue* last = nullptr;
  for (const Piece& piece : pieces_) {
    if (piece.conversion == 0) {
      *out += piece.text;
    } else if (piece.conversion == 'n') {
      out->push_back('\n');
    } else if (piece.conversion == '%') {
      AppendJustified(piece, "%", out);
    } else {
      if (piece.index >= 0) {
        const size_t at = piece.index > 0 ? static_cast<size_t>(piece.index) - 1 : next++;
        if (at >= values.size()) return false;
        last = &values[at];
      }
      if (last == nullptr || !AppendPiece(piece, *last, out)) return false;
    }
  }
  return true;
}

}  // namespace sluice::functions
