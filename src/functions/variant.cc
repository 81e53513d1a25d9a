// SPDX-License-Identifier: Apache-2.0
// PARSE_JSON and TRY_PARSE_JSON. A VARIANT is kept as JSON in one form: members in the order of
// their names, no blanks, numbers as Flink shows them. So values that are equal are equal texts.
#include "functions/variant.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/column_view.h"
#include "functions/json_texts.h"
#include "functions/number_text.h"
#include "functions/signature.h"
#include "functions/type_rules.h"
#include "nlohmann/json.hpp"

namespace sluice::functions {
namespace {

using Json = nlohmann::json;

// As Jackson, which reads JSON for Flink.
constexpr size_t kDepthMax = 1000;

/// A whole number as it is, one with a fraction without zeros at its end, one with an exponent or
/// more digits than a DECIMAL has as a DOUBLE.
std::string NumberText(std::string_view raw) {
  const bool exponent = raw.find_first_of("eE") != raw.npos;
  size_t digits = 0;
  for (const char c : raw) digits += c >= '0' && c <= '9' ? 1 : 0;
  if (exponent || digits > static_cast<size_t>(kDecimalPrecisionMax)) {
    char text[kFloatTextBytes];
    const double value = ParseDouble(raw).value_or(0);
    return std::string(text, static_cast<size_t>(WriteDouble(value, text)));
  }
  std::string text(raw);
  if (text.find('.') != text.npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

/// Takes what the parser finds, and writes it in the one form.
class Writer : public nlohmann::json_sax<Json> {
 public:
  explicit Writer(bool duplicates) : duplicates_(duplicates) {}

  bool null() override { return Give("null"); }
  bool boolean(bool value) override { return Give(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return Give(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Give(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& raw) override { return Give(NumberText(raw)); }
  bool binary(binary_t&) override { return false; }
  bool string(string_t& value) override {
    std::string text;
    AppendQuoted(value, &text);
    return Give(std::move(text));
  }
  bool start_object(std::size_t) override { return Open(true); }
  bool start_array(std::size_t) override { return Open(false); }
  bool key(string_t& name) override {
    open_.back().key = name;
    return true;
  }
  bool end_array() override {
    std::string text = "[" + open_.back().elements + "]";
    open_.pop_back();
    return Give(std::move(text));
  }
  bool end_object() override {
    std::string text = "{";
    for (const auto& [name, value] : open_.back().members) {
      if (text.size() > 1) text += ',';
      AppendQuoted(name, &text);
      text += ':';
      text += value;
    }
    text += '}';
    open_.pop_back();
    return Give(std::move(text));
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

  std::string Take() { return std::move(result_); }
  const char* wrong() const { return wrong_; }

 private:
  struct Level {
    bool object = false;
    std::string key, elements;
    std::map<std::string, std::string> members;
  };

  bool Open(bool object) {
    if (open_.size() == kDepthMax) {
      wrong_ = ": it nests too deep";
      return false;
    }
    open_.push_back({.object = object, .key = {}, .elements = {}, .members = {}});
    return true;
  }

  bool Give(std::string text) {
    if (open_.empty()) {
      result_ = std::move(text);
      return true;
    }
    Level& to = open_.back();
    if (!to.object) {
      if (!to.elements.empty()) to.elements += ',';
      to.elements += text;
      return true;
    }
    if (!to.members.insert_or_assign(to.key, std::move(text)).second && !duplicates_) {
      wrong_ = ": a key is there twice";
      return false;
    }
    return true;
  }

  const bool duplicates_;
  const char* wrong_ = "";
  std::vector<Level> open_;
  std::string result_;
};

template <bool kTry>
Result<ArrayPtr> EvaluateParse(const Expr&, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView texts, ColumnView::Make(arguments[0]));
  std::optional<ColumnView> allowed;
  if (arguments.size() > 1) {
    SLUICE_ASSIGN(allowed, ColumnView::Make(arguments[1]));
  }
  const Reader<std::string_view> text(texts);
  arrow::StringBuilder out;
  for (int64_t row = 0; row < rows; ++row) {
    if (texts.IsNull(row) || (allowed && allowed->IsNull(row))) {
      SLUICE_TRY(out.AppendNull());
      continue;
    }
    const std::string_view json = text[row];
    Writer writer(allowed && Reader<bool>(*allowed)[row]);
    // What stands behind the value is not looked at, as in Flink.
    if (Json::sax_parse(json.begin(), json.end(), &writer, Json::input_format_t::json, false)) {
      SLUICE_TRY(out.Append(writer.Take()));
    } else if (kTry) {
      SLUICE_TRY(out.AppendNull());
    } else {
      return InvalidArgument("Failed to parse json string" + std::string(writer.wrong()) + ": " +
                             std::string(json.substr(0, 200)));
    }
  }
  SLUICE_ASSIGN(ArrayPtr array, out.Finish());
  return array;
}

}  // namespace

std::vector<Function> VariantFunctions() {
  const char* kind = "string";
  return {
      {"PARSE_JSON", kind, "PARSE_JSON(text[, allow_duplicate_keys])",
       "The VARIANT that a JSON text stands for; an error where it is none. Of a key that is there "
       "twice the last value counts, if that is allowed",
       "PARSE_JSON('{\"b\": 1.50, \"a\": []}') = '{\"a\":[],\"b\":1.5}'",
       &Takes<"string, boolean? -> string">, &EvaluateParse<false>, true, true},
      {"TRY_PARSE_JSON", kind, "TRY_PARSE_JSON(text[, allow_duplicate_keys])",
       "The same; NULL where the text is no JSON", "TRY_PARSE_JSON('{') IS NULL",
       &Takes<"string, boolean? -> string null">, &EvaluateParse<true>, true, true},
  };
}

}  // namespace sluice::functions
