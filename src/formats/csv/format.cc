// SPDX-License-Identifier: Apache-2.0
#include "formats/csv/format.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "arrow/api.h"
#include "formats/json/decoder.h"
#include "formats/json/encoder.h"

namespace sluice::formats::csv {
namespace {

using flow::OptionKind;

constexpr size_t kQuoteCheckMax = 24;  // longer texts are quoted unseen, as Flink's writer does

void AppendJsonString(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  *out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (byte < 0x20) {
      *out += "\\u00";
      *out += kHex[byte >> 4];
      *out += kHex[byte & 15];
    } else {
      *out += c;
    }
  }
  *out += '"';
}

class CsvDecoder final : public Decoder {
 public:
  CsvDecoder(Dialect dialect, const flow::Schema& schema, std::unique_ptr<Decoder> json)
      : dialect_(std::move(dialect)), schema_(schema), json_(std::move(json)) {}

  Result<Decoded> Decode(std::span<const Message> messages) override {
    text_.clear();
    ends_.clear();
    indices_.clear();
    Decoded early;  // what is no row at all
    for (size_t i = 0; i < messages.size(); ++i) {
      const auto index = static_cast<int32_t>(i);
      if (messages[i].data() == nullptr || IsComment(messages[i])) {
        ++early.skipped;
        continue;
      }
      const size_t begin = text_.size();
      if (auto status = AppendRow(messages[i]); !status.ok()) {
        text_.resize(begin);
        if (dialect_.ignore_errors) {
          ++early.skipped;
        } else {
          early.rejected.push_back({index, status.error().text});
        }
        continue;
      }
      ends_.push_back(text_.size());
      indices_.push_back(index);
    }
    return Finish(std::move(early), messages.size());
  }

 private:
  bool IsComment(Message message) const {
    return dialect_.comments && !message.empty() && message.front() == '#';
  }

  Status AppendRow(Message message) {
    SLUICE_TRY(SplitRow(message, dialect_, &fields_));
    const auto columns = static_cast<size_t>(schema_.size());
    if (fields_.size() != columns && !dialect_.ignore_errors) {
      return ParseError("Row length mismatch. " + std::to_string(columns) +
                        " fields expected but was " + std::to_string(fields_.size()) + ".");
    }
    text_ += '{';
    for (size_t i = 0; i < std::min(columns, fields_.size()); ++i) {
      if (i > 0) text_ += ',';
      AppendJsonString(schema_.fields[i].name, &text_);
      text_ += ':';
      AppendValue(fields_[i], *schema_.fields[i].type);
    }
    text_ += '}';
    return {};
  }

  void AppendValue(const Field& field, const flow::Type& type) {
    const bool is_null =
        dialect_.has_null_literal && !field.quoted && field.text == dialect_.null_literal;
    if (is_null) {
      text_ += "null";
    } else if (type.kind() == flow::TypeKind::kArray) {
      AppendArray(field.text, *type.element());
    } else {
      AppendJsonString(field.text, &text_);
    }
  }

  void AppendArray(std::string_view text, const flow::Type& element) {
    text_ += '[';
    for (bool first = true; !text.empty() || first; first = false) {
      const size_t end = std::min(text.find(dialect_.array_delimiter), text.size());
      if (!first) text_ += ',';
      AppendValue({std::string(text.substr(0, end)), false}, element);
      if (end == text.size()) break;
      text.remove_prefix(end + dialect_.array_delimiter.size());
    }
    text_ += ']';
  }

  /// The JSON texts through the json decoder; its message numbers are put back to ours.
  Result<Decoded> Finish(Decoded early, size_t message_count) {
    text_.resize(text_.size() + kPadding);
    std::vector<Message> texts;
    size_t begin = 0;
    for (const size_t end : ends_) {
      texts.emplace_back(text_.data() + begin, end - begin);
      begin = end;
    }
    SLUICE_ASSIGN(Decoded decoded, json_->Decode(texts));
    const bool all = texts.size() == message_count;
    if (!all && decoded.message_of_row.empty()) {
      for (size_t i = 0; i < texts.size(); ++i) {
        decoded.message_of_row.push_back(static_cast<int32_t>(i));
      }
    }
    for (int32_t& message : decoded.message_of_row)
      message = indices_[static_cast<size_t>(message)];
    for (Rejected& rejected : decoded.rejected) {
      rejected.message = indices_[static_cast<size_t>(rejected.message)];
      early.rejected.push_back(std::move(rejected));
    }
    std::sort(early.rejected.begin(), early.rejected.end(),
              [](const Rejected& a, const Rejected& b) { return a.message < b.message; });
    decoded.rejected = std::move(early.rejected);
    decoded.skipped += early.skipped;
    return decoded;
  }

  const Dialect dialect_;
  const flow::Schema schema_;
  std::unique_ptr<Decoder> json_;
  std::string text_;
  std::vector<size_t> ends_;
  std::vector<int32_t> indices_;
  std::vector<Field> fields_;
};

/// Rows as the json format writes them, put into CSV.
class CsvEncoder final : public Encoder {
 public:
  CsvEncoder(Dialect dialect, std::unique_ptr<Encoder> json)
      : dialect_(std::move(dialect)), json_(std::move(json)) {
    for (const char c : {dialect_.delimiter, dialect_.quote, '\r', '\n'}) {
      safe_from_ = std::max(safe_from_, static_cast<unsigned char>(c));
    }
    ++safe_from_;
  }

  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) override {
    texts_.Clear();
    SLUICE_TRY(json_->Encode(rows, &texts_));
    for (int64_t i = 0; i < texts_.size(); ++i) {
      SLUICE_TRY(AppendRow(texts_[i], &out->bytes));
      out->ends.push_back(static_cast<int64_t>(out->bytes.size()));
    }
    return {};
  }

 private:
  /// The encoder's JSON has no blanks, so that a walk over its bytes finds the fields; numbers keep
  /// their digits.
  Status AppendRow(std::string_view json, std::string* out) const {
    size_t at = 1;  // behind {
    for (bool first = true; at < json.size() && json[at] != '}'; first = false) {
      if (!first) *out += dialect_.delimiter;
      std::string text;
      if (json[at] == ',') ++at;
      SLUICE_TRY(TakeString(json, &at, &text));  // the name
      ++at;                                      // :
      const bool is_null = json.substr(at).starts_with("null");
      text.clear();
      SLUICE_TRY(TakeValue(json, &at, &text));
      AppendField(text, is_null, out);
    }
    return {};
  }

  Status TakeValue(std::string_view json, size_t* at, std::string* out) const {
    if (*at < json.size() && json[*at] == '"') return TakeString(json, at, out);
    if (*at < json.size() && json[*at] == '[') {
      ++*at;
      while (*at < json.size() && json[*at] != ']') {
        if (json[*at] == ',') {
          *out += dialect_.array_delimiter;
          ++*at;
        }
        SLUICE_TRY(TakeValue(json, at, out));
      }
      ++*at;
      return {};
    }
    const size_t end = json.find_first_of(",]}", *at);
    if (end == std::string_view::npos) return Unreadable();
    const std::string_view word = json.substr(*at, end - *at);
    *out += word == "null" ? std::string_view(dialect_.null_literal) : word;
    *at = end;
    return {};
  }

  static Status TakeString(std::string_view json, size_t* at, std::string* out) {
    if (*at >= json.size() || json[*at] != '"') return Unreadable();
    for (++*at; *at < json.size() && json[*at] != '"'; ++*at) {
      if (json[*at] != '\\') {
        *out += json[*at];
      } else {
        ++*at;
        SLUICE_TRY(TakeEscape(json, at, out));
      }
    }
    ++*at;
    return {};
  }

  /// What follows a backslash. Only control characters are written by number.
  static Status TakeEscape(std::string_view json, size_t* at, std::string* out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (*at >= json.size()) return Unreadable();
    if (const size_t letter = kLetters.find(json[*at]); letter != std::string_view::npos) {
      *out += kMeant[letter];
      return {};
    }
    unsigned code = 0;
    const char* digits = json.data() + *at + 1;
    if (json[*at] != 'u' || json.size() - *at < 5 ||
        std::from_chars(digits, digits + 4, code, 16).ptr != digits + 4 || code >= 0x80) {
      return Unreadable();
    }
    *out += static_cast<char>(code);
    *at += 4;
    return {};
  }

  static Error Unreadable() {
    return Internal("format csv: the row's JSON form cannot be read back");
  }

  void AppendField(std::string_view text, bool is_null, std::string* out) const {
    const bool plain =
        is_null || !dialect_.quotes || text.empty() ||
        (text.size() <= kQuoteCheckMax && std::all_of(text.begin(), text.end(), [&](char c) {
           return static_cast<unsigned char>(c) >= safe_from_ && c != dialect_.escape;
         }));
    if (plain) {
      *out += text;
      return;
    }
    *out += dialect_.quote;
    for (const char c : text) {
      if (c == dialect_.quote) *out += dialect_.escape != '\0' ? dialect_.escape : dialect_.quote;
      *out += c;
    }
    *out += dialect_.quote;
  }

  const Dialect dialect_;
  std::unique_ptr<Encoder> json_;
  formats::EncodedRows texts_;
  unsigned char safe_from_ = 0;
};

}  // namespace

const std::vector<flow::OptionSpec>& OptionSpecs() {
  static const std::vector<flow::OptionSpec> specs = {
      {"field-delimiter", OptionKind::kString, ",", false, {}, "Between fields; \\t is a tab."},
      {"disable-quote-character", OptionKind::kBoolean, "false", false, {}, "No quotes at all."},
      {"quote-character", OptionKind::kString, "\"", false, {}, "Around fields."},
      {"allow-comments",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Lines that begin with # are left out."},
      {"ignore-parse-errors",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Fields that cannot be read become NULL."},
      {"array-element-delimiter",
       OptionKind::kString,
       ";",
       false,
       {},
       "Between elements of an ARRAY."},
      {"escape-character",
       OptionKind::kString,
       "",
       false,
       {},
       "Takes the meaning from the character behind it."},
      {"null-literal", OptionKind::kString, "", false, {}, "The text that stands for NULL."},
      {"write-bigdecimal-in-scientific-notation",
       OptionKind::kBoolean,
       "true",
       false,
       {},
       "Accepted; decimals are written plainly."},
  };
  return specs;
}

Result<Dialect> ParseDialect(const flow::OptionMap& options) {
  if (auto errors = flow::CheckOptions(options, OptionSpecs(), "format csv"); !errors.empty()) {
    return std::move(errors.front());
  }
  const auto get = [&](const char* key) {
    return flow::OptionValue(options, OptionSpecs(), key).value_or("");
  };
  Dialect dialect;
  std::string delimiter = get("field-delimiter");
  if (delimiter == "\\t") delimiter = "\t";
  const std::string quote = get("quote-character"), escape = get("escape-character");
  if (delimiter.size() != 1 || quote.size() != 1 || escape.size() > 1) {
    return InvalidArgument(
        "format csv: 'field-delimiter', 'quote-character' and 'escape-character' take one "
        "character");
  }
  dialect.delimiter = delimiter[0];
  dialect.quote = quote[0];
  dialect.quotes = get("disable-quote-character") != "true";
  if (!escape.empty()) dialect.escape = escape[0];
  dialect.has_null_literal = options.contains("null-literal");
  dialect.null_literal = get("null-literal");
  dialect.array_delimiter = get("array-element-delimiter");
  if (dialect.array_delimiter.empty()) dialect.array_delimiter = ";";
  dialect.comments = get("allow-comments") == "true";
  dialect.ignore_errors = get("ignore-parse-errors") == "true";
  return dialect;
}

Status SplitRow(std::string_view row, const Dialect& dialect, std::vector<Field>* fields) {
  fields->clear();
  if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
  Field field;
  bool open = false;
  for (size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (dialect.escape != '\0' && c == dialect.escape && i + 1 < row.size()) {
      field.text += row[++i];
    } else if (open) {
      if (c != dialect.quote) {
        field.text += c;
      } else if (i + 1 < row.size() && row[i + 1] == dialect.quote) {
        field.text += row[++i];
      } else {
        open = false;
      }
    } else if (dialect.quotes && c == dialect.quote && field.text.empty() && !field.quoted) {
      open = field.quoted = true;
    } else if (c == dialect.delimiter) {
      fields->push_back(std::move(field));
      field = {};
    } else {
      field.text += c;
    }
  }
  if (open) return ParseError("a quoted field does not end");
  fields->push_back(std::move(field));
  return {};
}

Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request) {
  SLUICE_ASSIGN(Dialect dialect, ParseDialect(request.options));
  DecoderRequest json{
      .schema = request.schema, .nested = {}, .options = {}, .conditions = request.conditions};
  if (dialect.ignore_errors) json.options["ignore-parse-errors"] = "true";
  SLUICE_ASSIGN(auto decoder, json::MakeDecoder(json));
  return std::unique_ptr<Decoder>(
      std::make_unique<CsvDecoder>(std::move(dialect), request.schema, std::move(decoder)));
}

Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request) {
  SLUICE_ASSIGN(Dialect dialect, ParseDialect(request.options));
  SLUICE_ASSIGN(auto encoder,
                json::MakeEncoder({request.schema, {{"encode.decimal-as-plain-number", "true"}}}));
  return std::unique_ptr<Encoder>(
      std::make_unique<CsvEncoder>(std::move(dialect), std::move(encoder)));
}

}  // namespace sluice::formats::csv
