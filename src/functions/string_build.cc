// SPDX-License-Identifier: Apache-2.0
// Making text: CONCAT, TRIM, LPAD, REPEAT, OVERLAY, TRANSLATE (docs "String Functions").
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "functions/apply.h"
#include "functions/families.h"
#include "functions/gather.h"
#include "functions/signature.h"
#include "functions/utf8.h"

namespace sluice::functions {
namespace {

constexpr int64_t kTextBytesMax = 64 << 20;  // of one value that a function makes

Error TooLong(int64_t bytes) {
  return ResourceExhausted("a text of " + std::to_string(bytes) + " bytes is longer than " +
                           std::to_string(kTextBytesMax));
}

Result<ArrayPtr> EvaluateConcat(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  std::vector<Reader<std::string_view>> pieces(in.columns.begin(), in.columns.end());
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 32));
  for (int64_t row = 0; row < rows; ++row) {
    if (!in.nulls.IsNull(row)) {
      for (const auto& piece : pieces) out.Append(piece[row]);
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), in.nulls);
}

/// Arguments that are NULL are left out; NULL only when the separator is.
Result<ArrayPtr> EvaluateConcatWs(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(in.columns[0]));
  std::vector<Reader<std::string_view>> pieces(in.columns.begin(), in.columns.end());
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 32));
  for (int64_t row = 0; row < rows; ++row) {
    bool first = true;
    for (size_t i = 1; i < pieces.size() && !nulls.IsNull(row); ++i) {
      if (in.columns[i].IsNull(row)) continue;
      if (!std::exchange(first, false)) out.Append(pieces[0][row]);
      out.Append(pieces[i][row]);
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), nulls);
}

Result<Signature> ResolveConcatWs(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("string, string... -> string", arguments));
  signature.result = signature.result->WithNullable(arguments[0]->type->nullable());
  return signature;
}

/// TRUE for the characters that TRIM takes away.
class CharacterSet {
 public:
  explicit CharacterSet(std::string_view characters) : all_(characters) {}
  /// Bytes of a character of the set at the front or the end, 0 when there is none.
  size_t AtFront(std::string_view text) const {
    const auto size = std::min<size_t>(static_cast<size_t>(CharacterBytes(text[0])), text.size());
    return Has(text.substr(0, size)) ? size : 0;
  }
  size_t AtEnd(std::string_view text) const {
    size_t size = 1;
    while (size < text.size() && size < 4 &&
           (static_cast<unsigned char>(text[text.size() - size]) & 0xC0) == 0x80) {
      ++size;
    }
    return Has(text.substr(text.size() - size)) ? size : 0;
  }

 private:
  bool Has(std::string_view character) const { return all_.find(character) != all_.npos; }
  std::string_view all_;
};

std::string_view TrimFront(std::string_view text, std::string_view characters) {
  const CharacterSet set(characters);
  for (size_t size; !text.empty() && (size = set.AtFront(text)) > 0;) text.remove_prefix(size);
  return text;
}

std::string_view TrimEnd(std::string_view text, std::string_view characters) {
  const CharacterSet set(characters);
  for (size_t size; !text.empty() && (size = set.AtEnd(text)) > 0;) text.remove_suffix(size);
  return text;
}

Status Trim(std::string_view side, std::string_view characters, std::string_view text,
            TextWriter& out) {
  if (side != "TRAILING") text = TrimFront(text, characters);
  if (side != "LEADING") text = TrimEnd(text, characters);
  out.Append(text);
  return Status::Ok();
}

void LTrim(std::string_view text, std::optional<std::string_view> characters, TextWriter& out) {
  out.Append(TrimFront(text, characters.value_or(" ")));
}

void RTrim(std::string_view text, std::optional<std::string_view> characters, TextWriter& out) {
  out.Append(TrimEnd(text, characters.value_or(" ")));
}

void BTrim(std::string_view text, std::optional<std::string_view> characters, TextWriter& out) {
  out.Append(TrimEnd(TrimFront(text, characters.value_or(" ")), characters.value_or(" ")));
}

/// `count` characters of the pad, repeated as needed.
void AppendPad(std::string_view pad, int64_t count, TextWriter* out) {
  const int64_t length = CountCharacters(pad);
  for (; count >= length; count -= length) out->Append(pad);
  out->Append(pad.substr(0, static_cast<size_t>(BytesOfCharacters(pad, count))));
}

template <bool kLeft>
Result<bool> Pad(std::string_view text, int32_t length, std::string_view pad, TextWriter& out) {
  if (length < 0 || pad.empty()) return false;
  if (length > kTextBytesMax / 4) return TooLong(length);
  const int64_t missing = length - CountCharacters(text);
  if (missing <= 0) {
    out.Append(text.substr(0, static_cast<size_t>(BytesOfCharacters(text, length))));
    return true;
  }
  if (kLeft) AppendPad(pad, missing, &out);
  out.Append(text);
  if (!kLeft) AppendPad(pad, missing, &out);
  return true;
}

Status Repeat(std::string_view text, int32_t times, TextWriter& out) {
  if (times <= 0 || text.empty()) return Status::Ok();
  const int64_t bytes = static_cast<int64_t>(text.size()) * times;
  if (bytes > kTextBytesMax) return TooLong(bytes);
  for (int32_t i = 0; i < times; ++i) out.Append(text);
  return Status::Ok();
}

void Overlay(std::string_view text, std::string_view by, int32_t start,
             std::optional<int32_t> length, TextWriter& out) {
  const int64_t characters = CountCharacters(text);
  if (start <= 0 || start > characters) {
    out.Append(text);
    return;
  }
  const int64_t dropped = length.value_or(static_cast<int32_t>(CountCharacters(by)));
  out.Append(text.substr(0, static_cast<size_t>(BytesOfCharacters(text, start - 1))));
  out.Append(by);
  if (dropped <= 0) return;  // as Flink: nothing of the text follows then
  const int64_t after = start - 1 + dropped;
  out.Append(text.substr(static_cast<size_t>(BytesOfCharacters(text, after))));
}

/// Characters of `from` become those at the same place in `to`; without one they are dropped.
void TranslateText(std::string_view text, std::string_view from, std::string_view to,
                   TextWriter& out) {
  while (!text.empty()) {
    const auto size = std::min<size_t>(static_cast<size_t>(CharacterBytes(text[0])), text.size());
    const std::string_view character = text.substr(0, size);
    text.remove_prefix(size);
    const size_t at = from.find(character);
    if (at == from.npos) {
      out.Append(character);
      continue;
    }
    std::string_view rest =
        to.substr(static_cast<size_t>(BytesOfCharacters(to, CountCharacters(from.substr(0, at)))));
    out.Append(rest.substr(0, static_cast<size_t>(BytesOfCharacters(rest, 1))));
  }
}

/// Without `from` the text stays; without `to` its characters are dropped.
Result<ArrayPtr> EvaluateTranslate(const Expr& call, std::span<const Argument> arguments,
                                   int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const auto in, apply_internal::Prepare(arguments, rows));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(in.columns[0]));
  const Reader<std::string_view> texts(in.columns[0]), from(in.columns[1]), to(in.columns[2]);
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 16));
  for (int64_t row = 0; row < rows; ++row) {
    if (!nulls.IsNull(row)) {
      const std::string_view wanted = in.columns[1].IsNull(row) ? "" : from[row];
      TranslateText(texts[row], wanted, in.columns[2].IsNull(row) ? "" : to[row], out);
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), nulls);
}

Result<Signature> ResolveTranslate(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("string, string, string -> string", arguments));
  signature.result = signature.result->WithNullable(arguments[0]->type->nullable());
  return signature;
}

Result<Signature> ResolveElt(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("bigint, string... -> string null | "
                                                 "bigint, bytes... -> bytes null",
                                                 arguments));
  if (const auto index = LiteralInteger(*arguments[0]); index.value_or(0) < 0) {
    return InvalidArgument("takes an index of 0 or more, not " + std::to_string(*index));
  }
  std::vector<flow::TypePtr> types(signature.arguments.begin() + 1, signature.arguments.end());
  SLUICE_ASSIGN(const flow::TypePtr common, CommonType(types));
  for (size_t i = 1; i < arguments.size(); ++i) {
    signature.arguments[i] = common->WithNullable(types[i - 1]->nullable());
  }
  signature.result = common->WithNullable(true);
  return signature;
}

/// The rows are sorted by what they ask for, and put together again.
Result<ArrayPtr> EvaluateElt(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView index, ColumnView::Make(arguments[0]));
  const Reader<int64_t> wanted(index);
  const auto choices = static_cast<int64_t>(arguments.size()) - 1;
  std::vector<Part> parts(static_cast<size_t>(choices));
  for (int64_t row = 0; row < rows; ++row) {
    if (index.IsNull(row) || wanted[row] < 1 || wanted[row] > choices) continue;
    parts[static_cast<size_t>(wanted[row]) - 1].rows.push_back(static_cast<int32_t>(row));
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    parts[i].values = arguments[i + 1];
    if (parts[i].values.array != nullptr) {
      SLUICE_ASSIGN(parts[i].values.array, Gather(parts[i].values.array, parts[i].rows));
    }
  }
  return Merge(parts, rows, flow::ToArrow(*call.type));
}

}  // namespace

std::vector<Function> StringBuildFunctions() {
  const char* kind = "string";
  return {
      {"||", kind, "a || b", "Both texts, one after the other", "'ab' || 'c' = 'abc'",
       &Takes<"string, string... -> string">, &EvaluateConcat},
      {"CONCAT", kind, "CONCAT(a, b, ...)", "All texts, one after the other; NULL if one is NULL",
       "CONCAT('a', 'b', 'c') = 'abc'", &Takes<"string... -> string">, &EvaluateConcat},
      {"CONCAT_WS", kind, "CONCAT_WS(separator, a, b, ...)",
       "All texts that are not NULL, with a separator between",
       "CONCAT_WS('-', 'a', NULL, 'b') = 'a-b'", &ResolveConcatWs, &EvaluateConcatWs},
      {"TRIM", kind, "TRIM([BOTH | LEADING | TRAILING] [characters] FROM text)",
       "The text without these characters (blanks) at its ends", "TRIM(' hello ') = 'hello'",
       &Takes<"string, string, string -> string">, &Apply<&Trim>},
      {"LTRIM", kind, "LTRIM(text[, characters])", "Without these characters at the front",
       "LTRIM('xxa', 'x') = 'a'", &Takes<"string, string? -> string">, &Apply<&LTrim>},
      {"RTRIM", kind, "RTRIM(text[, characters])", "Without these characters at the end",
       "RTRIM('axx', 'x') = 'a'", &Takes<"string, string? -> string">, &Apply<&RTrim>},
      {"BTRIM", kind, "BTRIM(text[, characters])", "Without these characters at both ends",
       "BTRIM('xax', 'x') = 'a'", &Takes<"string, string? -> string">, &Apply<&BTrim>},
      {"LPAD", kind, "LPAD(text, length, pad)",
       "Padded at the front, or cut, to a length; NULL for a negative length or an empty pad",
       "LPAD('hi', 4, '*') = '**hi'", &Takes<"string, int, string -> string null">,
       &Apply<&Pad<true>>, true, true},
      {"RPAD", kind, "RPAD(text, length, pad)", "Padded at the end, or cut, to a length",
       "RPAD('hi', 4, '*') = 'hi**'", &Takes<"string, int, string -> string null">,
       &Apply<&Pad<false>>, true, true},
      {"REPEAT", kind, "REPEAT(text, n)", "The text n times", "REPEAT('ab', 2) = 'abab'",
       &Takes<"string, int -> string">, &Apply<&Repeat>, true, true},
      {"OVERLAY", kind, "OVERLAY(text PLACING by FROM start [FOR length])",
       "The text with length characters from start replaced",
       "OVERLAY('xxxxxtest' PLACING 'xxxx' FROM 6) = 'xxxxxxxxx'",
       &Takes<"string, string, int, int? -> string">, &Apply<&Overlay>},
      {"TRANSLATE", kind, "TRANSLATE(text, from, to)",
       "Each character of from becomes the one at its place in to, or is dropped",
       "TRANSLATE('www.x.y', '.', '_') = 'www_x_y'", &ResolveTranslate, &EvaluateTranslate},
      {"TRANSLATE3", kind, "TRANSLATE3(text, from, to)", "The same as TRANSLATE",
       "TRANSLATE3('abc', 'ab', 'xy') = 'xyc'", &ResolveTranslate, &EvaluateTranslate},
      {"ELT", kind, "ELT(n, a, b, ...)", "The n-th of the texts, from 1; NULL if there are fewer",
       "ELT(2, 'a', 'b') = 'b'", &ResolveElt, &EvaluateElt},
  };
}

}  // namespace sluice::functions
