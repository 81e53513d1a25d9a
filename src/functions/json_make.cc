// SPDX-License-Identifier: Apache-2.0
// JSON made of values (docs "JSON Functions"): JSON_STRING, JSON_OBJECT, JSON_ARRAY, JSON,
// JSON_QUOTE, JSON_UNQUOTE. The binder wraps each value of JSON_OBJECT and JSON_ARRAY in
// JSON_STRING, unless it is JSON already: another such call, or JSON(...). Members stand in the
// order of names.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/apply.h"
#include "functions/families.h"
#include "functions/json_texts.h"
#include "functions/signature.h"
#include "functions/utf8.h"
#include "functions/variant.h"
#include "nlohmann/json.hpp"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

using Json = nlohmann::json;

Result<Signature> ResolveString(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> string", arguments));
  SLUICE_TRY(CheckJsonType(*arguments[0]->type));
  signature.result = signature.result->WithNullable(arguments[0]->type->nullable());
  return signature;
}

Result<ArrayPtr> EvaluateString(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  ArrayPtr column = arguments[0].array;
  if (column == nullptr) {
    SLUICE_ASSIGN(column, arrow::MakeArrayFromScalar(*arguments[0].scalar, rows));
  }
  SLUICE_ASSIGN(const JsonTexts texts, JsonTexts::Make(column, *call.children[0]->type));
  NullBits nulls(rows);
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 16));
  std::string text;
  for (int64_t row = 0; row < rows; ++row) {
    if (texts.IsNull(row)) {
      SLUICE_TRY(nulls.SetNull(row));
    } else {
      text.clear();
      texts.Append(row, &text);
      out.Append(text);
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), nulls);
}

/// A number for ABSENT ON NULL (0) or NULL ON NULL (1), then `each` argument a text.
Result<Signature> ResolveMade(std::span<const ExprPtr> arguments, bool pairs) {
  const bool texts = std::all_of(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end(),
                                 [](const ExprPtr& argument) {
                                   return argument->type->is_character() ||
                                          argument->type->kind() == TypeKind::kNull;
                                 });
  const bool whole = !arguments.empty() && (!pairs || arguments.size() % 2 == 1);
  if (!texts || !whole || !LiteralInteger(*arguments[0])) {
    return InvalidArgument(pairs ? "takes pairs of a key, a text, and a value" : "takes values");
  }
  Signature signature;
  for (const ExprPtr& argument : arguments) {
    const bool null = argument->type->kind() == TypeKind::kNull;
    signature.arguments.push_back(null ? Type::Varchar() : argument->type);
  }
  signature.result = Type::Varchar(Type::kUnboundedLength, false);
  return signature;
}

Result<Signature> ResolveObject(std::span<const ExprPtr> arguments) {
  return ResolveMade(arguments, true);
}

Result<Signature> ResolveJsonArray(std::span<const ExprPtr> arguments) {
  return ResolveMade(arguments, false);
}

/// The texts of a call, and whether a NULL is written.
struct MadeOf {
  std::vector<ColumnView> columns;
  std::vector<Reader<std::string_view>> texts;
  bool nulls_shown = false;

  static Result<MadeOf> Make(const Expr& call, std::span<const Argument> arguments) {
    MadeOf made;
    made.nulls_shown = LiteralInteger(*call.children[0]).value_or(0) != 0;
    for (const Argument& argument : arguments.subspan(1)) {
      SLUICE_ASSIGN(ColumnView column, ColumnView::Make(argument));
      made.texts.emplace_back(column);
      made.columns.push_back(std::move(column));
    }
    return made;
  }
  bool IsNull(size_t i, int64_t row) const { return columns[i].IsNull(row); }
};

/// Of equal keys the last member stays, the others are as if they were not there.
Result<ArrayPtr> EvaluateObject(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(const MadeOf made, MadeOf::Make(call, arguments));
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 32));
  std::vector<std::pair<std::string_view, size_t>> members;  // key, and where its value is
  std::string key;
  for (int64_t row = 0; row < rows; ++row) {
    members.clear();
    for (size_t i = 0; i < made.texts.size(); i += 2) {
      if (made.IsNull(i, row)) return InvalidArgument("a key of JSON_OBJECT is NULL");
      if (made.nulls_shown || !made.IsNull(i + 1, row)) {
        members.emplace_back(made.texts[i][row], i + 1);
      }
    }
    std::sort(members.begin(), members.end());
    out.Append('{');
    for (size_t i = 0; i < members.size(); ++i) {
      const auto& [name, value] = members[i];
      if (i + 1 < members.size() && members[i + 1].first == name) continue;
      if (out.current().size() > 1) out.Append(',');
      key.clear();
      AppendQuoted(name, &key);
      out.Append(key);
      out.Append(':');
      out.Append(made.IsNull(value, row) ? "null" : made.texts[value][row]);
    }
    out.Append('}');
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), NullBits(rows));
}

Result<ArrayPtr> EvaluateJsonArray(const Expr& call, std::span<const Argument> arguments,
                                   int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const MadeOf made, MadeOf::Make(call, arguments));
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 32));
  for (int64_t row = 0; row < rows; ++row) {
    out.Append('[');
    for (size_t i = 0; i < made.texts.size(); ++i) {
      const bool null = made.IsNull(i, row);
      if (null && !made.nulls_shown) continue;
      if (out.current().size() > 1) out.Append(',');
      out.Append(null ? "null" : made.texts[i][row]);
    }
    out.Append(']');
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), NullBits(rows));
}

/// Writes what it is told of without blanks, the members of objects in the order of names. Numbers
/// keep their digits.
class Compactor : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Put("null"); }
  bool boolean(bool value) override { return Put(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return Put(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Put(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override {
    return Put(text.find_first_of(".eE") == text.npos ? text : BigDecimalText(text));
  }
  bool string(string_t& value) override {
    std::string text;
    AppendQuoted(value, &text);
    return Put(std::move(text));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Start('{'); }
  bool start_array(size_t) override { return Start('['); }
  bool key(string_t& value) override {
    open_.back().key = value;
    return true;
  }
  bool end_object() override {
    std::map<std::string, std::string> members;  // of equal names the last
    Open done = Finish();
    for (Part& part : done.parts) members.insert_or_assign(part.first, std::move(part.second));
    std::string text = "{";
    for (const auto& [name, value] : members) {
      if (text.size() > 1) text.push_back(',');
      AppendQuoted(name, &text);
      text.push_back(':');
      text += value;
    }
    return Put(text + "}");
  }
  bool end_array() override {
    std::string text = "[";
    const Open done = Finish();
    for (const auto& [name, value] : done.parts) {
      if (text.size() > 1) text.push_back(',');
      text += value;
    }
    return Put(text + "]");
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }
  const std::string& text() const { return text_; }

 private:
  using Part = std::pair<std::string, std::string>;  // name of a member, JSON
  struct Open {
    std::string key;
    std::vector<Part> parts;
  };
  bool Start(char) {
    open_.emplace_back();
    return open_.size() <= kDepthMax;
  }
  Open Finish() {
    Open done = std::move(open_.back());
    open_.pop_back();
    return done;
  }
  bool Put(std::string text) {
    if (open_.empty()) {
      text_ = std::move(text);
    } else {
      open_.back().parts.emplace_back(open_.back().key, std::move(text));
    }
    return true;
  }

  static constexpr size_t kDepthMax = 1000;  // as deep as Flink reads
  std::vector<Open> open_;
  std::string text_;
};

/// NULL for nothing but blanks.
Result<bool> JsonOf(std::string_view text, TextWriter& out) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (text.empty()) return false;
  Compactor compactor;
  if (!Json::sax_parse(text.begin(), text.end(), &compactor, Json::input_format_t::json, false)) {
    return InvalidArgument("JSON: not a JSON text: '" + std::string(text.substr(0, 80)) + "'");
  }
  out.Append(compactor.text());
  return true;
}

/// \uXXXX, a character beyond U+FFFF as Flink writes it: its code, then the second half of a pair.
void AppendEscape(int32_t code, TextWriter* out) {
  char text[32];
  const int low = 0xDC00 | (code & 0x3FF);
  const int size = code > 0xFFFF ? std::snprintf(text, sizeof text, "\\u%04x\\u%04x", code, low)
                                 : std::snprintf(text, sizeof text, "\\u%04x", code);
  out->Append(std::string_view(text, static_cast<size_t>(size)));
}

void JsonQuote(std::string_view text, TextWriter& out) {
  static constexpr std::string_view kPlain = "\"\\/\b\f\n\r\t", kLetters = "\"\\/bfnrt";
  out.Append('"');
  while (!text.empty()) {
    const int32_t code = NextCodePoint(&text);
    const size_t at = code >= 0 && code < 0x80 ? kPlain.find(static_cast<char>(code)) : kPlain.npos;
    if (at != kPlain.npos) {
      out.Append('\\');
      out.Append(kLetters[at]);
    } else if (code >= 0 && code < 0x80) {
      out.Append(static_cast<char>(code));
    } else {
      AppendEscape(code < 0 ? 0xFFFD : code, &out);
    }
  }
  out.Append('"');
}

/// The code of four hexadecimal digits; -1 when they are none.
int32_t HexCode(std::string_view digits) {
  if (digits.size() < 4) return -1;
  int32_t code = 0;
  for (const char c : digits.substr(0, 4)) {
    const int value = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (value < 0) return -1;
    code = code * 16 + value;
  }
  return code;
}

/// The character of the escapes at the front (behind the \u); two of them may be one character.
/// Half a pair is a question mark, as Java encodes it. False: no digits.
bool TakeUnicodeEscape(std::string_view* text, TextWriter* out) {
  const int32_t code = HexCode(*text);
  if (code < 0) return false;
  text->remove_prefix(4);
  const bool high = code >= 0xD800 && code < 0xDC00;
  if (high && text->starts_with("\\u")) {
    const int32_t low = HexCode(text->substr(2));
    if (low >= 0xDC00 && low < 0xE000) {
      text->remove_prefix(6);
      AppendCodePoint(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), out);
      return true;
    }
  }
  if (code >= 0xD800 && code < 0xE000) {
    out->Append('?');
  } else {
    AppendCodePoint(code, out);
  }
  return true;
}

/// False for an escape that JSON does not know.
bool Unescape(std::string_view text, TextWriter* out) {
  static constexpr std::string_view kLetters = "\"\\/bfnrt", kPlain = "\"\\/\b\f\n\r\t";
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      out->Append(c);
      continue;
    }
    const char letter = text[0];
    text.remove_prefix(1);
    if (letter == 'u') {
      if (!TakeUnicodeEscape(&text, out)) return false;
      continue;
    }
    const size_t at = kLetters.find(letter);
    if (at == kLetters.npos) return false;
    out->Append(kPlain[at]);
  }
  return true;
}

/// Does a text begin with a JSON string? What follows it is not looked at, as in Flink.
bool BeginsWithString(std::string_view text) {
  for (size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return true;
    if (static_cast<unsigned char>(text[at]) < 0x20) return false;
    if (text[at] != '\\') continue;
    if (++at == text.size()) return false;
    if (text[at] == 'u' ? HexCode(text.substr(at + 1)) < 0
                        : std::string_view("\"\\/bfnrt").find(text[at]) == text.npos) {
      return false;
    }
  }
  return false;
}

/// A text that is no JSON string stays as it is.
void JsonUnquote(std::string_view text, TextWriter& out) {
  const bool quoted = text.size() > 1 && text.front() == '"' && text.back() == '"';
  if (quoted && BeginsWithString(text)) {
    if (Unescape(text.substr(1, text.size() - 2), &out)) return;
    out.DropRow();
  }
  out.Append(text);
}

}  // namespace

std::vector<Function> JsonMakeFunctions() {
  const char* kind = "string";
  std::vector<Function> functions = {
      {"JSON_STRING", kind, "JSON_STRING(value)", "A value of any type as JSON",
       "JSON_STRING(ROW(1, 'a')) = '{\"EXPR$0\":1,\"EXPR$1\":\"a\"}'", &ResolveString,
       &EvaluateString},
      {"JSON_OBJECT", kind, "JSON_OBJECT([[KEY] key VALUE value, ...] [NULL | ABSENT ON NULL])",
       "A JSON object; the keys are literals. Members that are NULL are written, unless ABSENT ON "
       "NULL stands there",
       "JSON_OBJECT('a' VALUE 1) = '{\"a\":1}'", &ResolveObject, &EvaluateObject},
      {"JSON_ARRAY", kind, "JSON_ARRAY([value, ...] [NULL | ABSENT ON NULL])",
       "A JSON array. NULLs are left out, unless NULL ON NULL stands there",
       "JSON_ARRAY(1, 'a') = '[1,\"a\"]'", &ResolveJsonArray, &EvaluateJsonArray},
      {"JSON", kind, "JSON(text)",
       "Inside of JSON_OBJECT and JSON_ARRAY: the text is JSON already, and no string",
       "JSON_ARRAY(JSON('{\"a\": 1}')) = '[{\"a\":1}]'", &Takes<"string -> string null">,
       &Apply<&JsonOf>, true, true},
      {"JSON_QUOTE", kind, "JSON_QUOTE(text)",
       "The text as a JSON string, with escapes for what is not ASCII",
       "JSON_QUOTE('a\"b') = '\"a\\\"b\"'", &Takes<"string -> string">, &Apply<&JsonQuote>},
      {"JSON_UNQUOTE", kind, "JSON_UNQUOTE(text)",
       "The text that a JSON string holds; what is no JSON string stays as it is",
       "JSON_UNQUOTE('\"a\\\"b\"') = 'a\"b'", &Takes<"string -> string">, &Apply<&JsonUnquote>},
  };
  for (Function& function : VariantFunctions()) functions.push_back(std::move(function));
  return functions;
}

}  // namespace sluice::functions
