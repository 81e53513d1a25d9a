// SPDX-License-Identifier: Apache-2.0
// JSON_OBJECTAGG and JSON_ARRAYAGG: values as JSON text, put together. Of equal keys the last value
// stays. What a call does with NULLs is part of its name: NULL ON NULL keeps them, ABSENT ON NULL
// leaves them out.
#include <charconv>
#include <map>

#include "functions/aggregates/cell_list.h"
#include "functions/aggregates/families.h"
#include "functions/cast.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

void AppendQuoted(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
      case '\\':
        out->push_back('\\');
        out->push_back(c);
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      case '\b':
        *out += "\\b";
        break;
      case '\f':
        *out += "\\f";
        break;
      default:
        if (byte >= 0x20) {
          out->push_back(c);
        } else {
          *out += "\\u00";
          out->push_back(kHex[byte >> 4]);
          out->push_back(kHex[byte & 15]);
        }
    }
  }
  out->push_back('"');
}

/// 2024-03-01 10:00:30.500 as 2024-03-01T10:00:30.5, with a Z behind that of a zone.
std::string IsoTime(std::string_view text, bool zoned) {
  std::string out(text);
  const size_t space = out.find(' ');
  if (space == std::string::npos) return out;
  out[space] = 'T';
  if (out.find('.') != std::string::npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  if (zoned) out.push_back('Z');
  return out;
}

/// A number as Java's BigDecimal writes it: 1.0E10 is 1.0E+10, 1.2E7 is 12000000, 0.0000001 is
/// 1E-7.
std::string BigDecimalText(std::string_view text) {
  const size_t e = text.find('E');
  const std::string_view mantissa = text.substr(0, e);
  std::string digits;
  int scale = 0;
  bool fraction = false;
  for (const char c : mantissa) {
    if (c == '.') {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      scale += fraction ? 1 : 0;
      if (!digits.empty() || c != '0') digits.push_back(c);
    } else if (c != '-') {
      return std::string(text);  // NaN, Infinity
    }
  }
  int exponent = 0;
  if (e != std::string_view::npos) {
    std::from_chars(text.data() + e + 1, text.data() + text.size(), exponent);
  }
  scale -= exponent;
  if (digits.empty()) digits = "0";
  const auto size = static_cast<int>(digits.size());
  const int adjusted = size - 1 - scale;
  std::string out = text.starts_with('-') ? "-" : "";
  if (scale >= 0 && adjusted >= -6) {
    const int missing = scale - size + 1;
    if (missing > 0) digits.insert(0, static_cast<size_t>(missing), '0');
    out += digits;
    if (scale > 0) out.insert(out.size() - static_cast<size_t>(scale), 1, '.');
    return out;
  }
  out += digits.substr(0, 1);
  if (size > 1) out += "." + digits.substr(1);
  return out + (adjusted >= 0 ? "E+" : "E") + std::to_string(adjusted);
}

/// The values of a column as JSON; NULLs stay NULL.
class JsonTexts {
 public:
  static Result<JsonTexts> Make(const ArrayPtr& column, const Type& type) {
    JsonTexts texts;
    texts.kind_ = type.kind();
    texts.quoted_ = !type.is_numeric() && type.kind() != TypeKind::kBoolean;
    texts.column_ = column;
    if (type.kind() == TypeKind::kRow) {
      const auto& rows = static_cast<const arrow::StructArray&>(*column);
      for (size_t i = 0; i < type.fields().size(); ++i) {
        SLUICE_TRY(texts.AddPart(rows.field(static_cast<int>(i)), *type.fields()[i].type));
        AppendQuoted(type.fields()[i].name, &texts.names_.emplace_back());
      }
    } else if (type.kind() == TypeKind::kArray) {
      const auto& lists = static_cast<const arrow::ListArray&>(*column);
      SLUICE_TRY(texts.AddPart(lists.values(), *type.element()));
    } else if (type.kind() == TypeKind::kMap) {
      const auto& maps = static_cast<const arrow::MapArray&>(*column);
      SLUICE_TRY(texts.AddPart(maps.keys(), *type.key()));
      SLUICE_TRY(texts.AddPart(maps.items(), *type.value()));
    } else {
      const bool narrow = type.kind() == TypeKind::kFloat;  // with the digits of a DOUBLE
      const TypePtr wide = Type::Simple(TypeKind::kDouble, true);
      const auto cast = [&column](const ArrayPtr& from, const Type& of, const Type& to) {
        return CastColumn({from, nullptr}, of, to, false, column->length(), {});
      };
      if (narrow) {
        SLUICE_ASSIGN(texts.column_, cast(column, type, *wide));
      }
      SLUICE_ASSIGN(texts.column_, cast(texts.column_, narrow ? *wide : type, *Type::Varchar()));
    }
    return texts;
  }
  bool IsNull(int64_t row) const { return column_->IsNull(row); }
  std::string operator[](int64_t row) const {
    std::string out;
    Append(row, &out);
    return out;
  }

 private:
  Status AddPart(const ArrayPtr& column, const Type& type) {
    SLUICE_ASSIGN(JsonTexts part, Make(column, type));
    parts_.push_back(std::move(part));
    return Status::Ok();
  }

  void Append(int64_t row, std::string* out) const {
    if (IsNull(row)) {
      *out += "null";
    } else if (kind_ == TypeKind::kRow) {
      for (size_t i = 0; i < parts_.size(); ++i) {
        out->push_back(i == 0 ? '{' : ',');
        *out += names_[i];
        out->push_back(':');
        parts_[i].Append(row, out);
      }
      out->push_back('}');
    } else if (kind_ == TypeKind::kArray || kind_ == TypeKind::kMap) {
      AppendElements(row, out);
    } else {
      AppendPlain(static_cast<const arrow::StringArray&>(*column_).GetView(row), out);
    }
  }

  void AppendElements(int64_t row, std::string* out) const {
    const bool map = kind_ == TypeKind::kMap;
    const auto& lists = static_cast<const arrow::ListArray&>(*column_);  // a map is a list
    const int64_t begin = lists.value_offset(row);
    out->push_back(map ? '{' : '[');
    for (int64_t i = begin; i < begin + lists.value_length(row); ++i) {
      if (i > begin) out->push_back(',');
      parts_[0].Append(i, out);
      if (map) {
        out->push_back(':');
        parts_[1].Append(i, out);
      }
    }
    out->push_back(map ? '}' : ']');
  }

  void AppendPlain(std::string_view text, std::string* out) const {
    if (kind_ == TypeKind::kTimestamp || kind_ == TypeKind::kTimestampLtz) {
      AppendQuoted(IsoTime(text, kind_ == TypeKind::kTimestampLtz), out);
    } else if (quoted_) {
      AppendQuoted(text, out);
    } else if (kind_ == TypeKind::kBoolean) {
      *out += text == "TRUE" ? "true" : "false";
    } else {
      *out += BigDecimalText(text);
    }
  }

  ArrayPtr column_;
  TypeKind kind_ = TypeKind::kNull;
  bool quoted_ = false;
  std::vector<std::string> names_;  // of the fields of a ROW, quoted
  std::vector<JsonTexts> parts_;    // fields, or elements, or keys and values
};

/// Quoted keys in the order of the keys themselves: a quote ends before a blank begins.
struct ByKey {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return a.substr(1, a.size() - 2) < b.substr(1, b.size() - 2);
  }
};

struct Members {
  std::map<std::string, std::string, ByKey> values;  // quoted key to JSON
  int64_t bytes = 0;
  int64_t heap_bytes() const { return static_cast<int64_t>(values.size()) * 100 + bytes; }
  void Set(std::string_view key, std::string_view value) {
    auto& at = values[std::string(key)];
    bytes += static_cast<int64_t>(value.size()) - static_cast<int64_t>(at.size());
    at = value;
  }
  void Encode(std::string* out) const {
    AppendRaw(static_cast<uint32_t>(values.size()), out);
    for (const auto& [key, value] : values) {
      AppendSized(key, out);
      AppendSized(value, out);
    }
  }
  Status Decode(std::string_view* from) {
    uint32_t size = 0;
    SLUICE_TRY(TakeRaw(from, &size));
    for (uint32_t i = 0; i < size; ++i) {
      std::string_view key, value;
      SLUICE_TRY(TakeSized(from, &key));
      SLUICE_TRY(TakeSized(from, &value));
      Set(key, value);
    }
    return Status::Ok();
  }
};

template <bool kAbsentOnNull>
class JsonObject : public HeapAggregator<Members> {
 public:
  JsonObject(std::vector<TypePtr> arguments, TypePtr type)
      : arguments_(std::move(arguments)), type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    SLUICE_ASSIGN(const JsonTexts keys, JsonTexts::Make(arguments[0], *arguments_[0]));
    SLUICE_ASSIGN(const JsonTexts values, JsonTexts::Make(arguments[1], *arguments_[1]));
    for (size_t i = 0; i < states.size(); ++i) {
      const auto row = static_cast<int64_t>(i);
      const int sign = signs.empty() ? 1 : signs[i];
      if (sign == 0) continue;
      if (keys.IsNull(row)) return InvalidArgument("a key of JSON_OBJECTAGG is NULL");
      if (kAbsentOnNull && values.IsNull(row)) continue;
      Members& members = Make(states[i]);
      const std::string key = keys[row];
      if (sign > 0) {
        members.Set(key, values[row]);
      } else {
        members.values.erase(key);
      }
    }
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const Members* other = Find(from);
    if (other == nullptr) return Status::Ok();
    for (const auto& [key, value] : other->values) Make(into).Set(key, value);
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(TextWriter writer, TextWriter::Make(rows, rows * 32));
    for (const uint8_t* state : states) {
      writer.Append('{');
      if (const Members* members = Find(state); members != nullptr) {
        const char* comma = "";
        for (const auto& [key, value] : members->values) {
          writer.Append(std::string_view(comma));
          writer.Append(key);
          writer.Append(':');
          writer.Append(value);
          comma = ",";
        }
      }
      writer.Append('}');
      writer.EndRow();
    }
    return writer.Finish(flow::ToArrow(*type_), NullBits(rows));
  }

 private:
  std::vector<TypePtr> arguments_;
  TypePtr type_;
};

template <bool kAbsentOnNull>
class JsonArray : public HeapAggregator<CellList> {
 public:
  JsonArray(TypePtr argument, TypePtr type)
      : argument_(std::move(argument)), type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    SLUICE_ASSIGN(const JsonTexts values, JsonTexts::Make(arguments[0], *argument_));
    for (size_t i = 0; i < states.size(); ++i) {
      const auto row = static_cast<int64_t>(i);
      const int sign = signs.empty() ? 1 : signs[i];
      if (sign == 0 || (kAbsentOnNull && values.IsNull(row))) continue;
      if (sign > 0) {
        Make(states[i]).Add(values[row]);
      } else {
        Make(states[i]).TakeBack(values[row]);
      }
    }
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    if (Find(from) != nullptr) Make(into).AddAll(*Find(from));
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(TextWriter writer, TextWriter::Make(rows, rows * 32));
    for (const uint8_t* state : states) {
      writer.Append('[');
      if (const CellList* cells = Find(state); cells != nullptr) {
        const char* comma = "";
        cells->ForEach([&](std::string_view value, bool) {
          writer.Append(std::string_view(comma));
          writer.Append(value);
          comma = ",";
        });
      }
      writer.Append(']');
      writer.EndRow();
    }
    return writer.Finish(flow::ToArrow(*type_), NullBits(rows));
  }

 private:
  TypePtr argument_;
  TypePtr type_;
};

/// Can values of the type be JSON?
Status CheckJson(const Type& type) {
  const bool odd_key = type.kind() == TypeKind::kMap && !type.key()->is_character();
  if (type.is_binary() || type.kind() == TypeKind::kMultiset || odd_key) {
    return Unsupported(
        "takes numbers, booleans, texts, times, rows, arrays and maps of them, not " +
        type.ToString());
  }
  for (const flow::Field& field : type.fields()) SLUICE_TRY(CheckJson(*field.type));
  return Status::Ok();
}

Result<Signature> ResolveJson(std::string_view pattern, std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText(pattern, arguments));
  SLUICE_TRY(CheckJson(*signature.arguments.back()));
  signature.result = signature.result->WithNullable(false);
  return signature;
}

Result<Signature> ResolveObject(std::span<const ExprPtr> arguments) {
  return ResolveJson("string, any -> string", arguments);
}

Result<Signature> ResolveJsonArray(std::span<const ExprPtr> arguments) {
  return ResolveJson("any -> string", arguments);
}

template <bool kAbsentOnNull>
Result<std::unique_ptr<Aggregator>> MakeObject(const std::vector<TypePtr>& arguments,
                                               const TypePtr& result, bool) {
  return std::unique_ptr<Aggregator>(new JsonObject<kAbsentOnNull>(arguments, result));
}

template <bool kAbsentOnNull>
Result<std::unique_ptr<Aggregator>> MakeJsonArray(const std::vector<TypePtr>& arguments,
                                                  const TypePtr& result, bool) {
  return std::unique_ptr<Aggregator>(new JsonArray<kAbsentOnNull>(arguments[0], result));
}

}  // namespace

std::vector<AggregateFunction> JsonAggregates() {
  return {
      {"JSON_OBJECTAGG", "JSON_OBJECTAGG([KEY] key VALUE value [NULL ON NULL])",
       "A JSON object of keys and values, as text; of equal keys the last value",
       "JSON_OBJECTAGG(KEY name VALUE price)", &ResolveObject, &MakeObject<false>},
      {"JSON_OBJECTAGG ABSENT ON NULL", "JSON_OBJECTAGG([KEY] key VALUE value ABSENT ON NULL)",
       "The same without members whose value is NULL",
       "JSON_OBJECTAGG(KEY name VALUE price ABSENT ON NULL)", &ResolveObject, &MakeObject<true>},
      {"JSON_ARRAYAGG", "JSON_ARRAYAGG(a [ABSENT ON NULL])",
       "A JSON array of the values that are not NULL, as text", "JSON_ARRAYAGG(name)",
       &ResolveJsonArray, &MakeJsonArray<true>},
      {"JSON_ARRAYAGG NULL ON NULL", "JSON_ARRAYAGG(a NULL ON NULL)",
       "A JSON array of all values, as text", "JSON_ARRAYAGG(name NULL ON NULL)", &ResolveJsonArray,
       &MakeJsonArray<false>}};
}

}  // namespace sluice::functions
