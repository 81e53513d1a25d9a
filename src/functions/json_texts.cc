// SPDX-License-Identifier: Apache-2.0
#include "functions/json_texts.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

#include "functions/base64.h"
#include "functions/cast.h"

namespace sluice::functions {

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

namespace {

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

}  // namespace

std::string BigDecimalText(std::string_view text) {
  const size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  std::string digits;
  int64_t scale = 0;
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
  int32_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
  }
  scale -= exponent;
  std::string out = text.starts_with('-') && !digits.empty() ? "-" : "";
  if (digits.empty()) digits = "0";
  const auto size = static_cast<int64_t>(digits.size());
  const int64_t adjusted = size - 1 - scale;
  if (scale >= 0 && adjusted >= -6) {
    const int64_t missing = scale - size + 1;
    if (missing > 0) digits.insert(0, static_cast<size_t>(missing), '0');
    out += digits;
    if (scale > 0) out.insert(out.size() - static_cast<size_t>(scale), 1, '.');
    return out;
  }
  out += digits.substr(0, 1);
  if (size > 1) out += "." + digits.substr(1);
  return out + (adjusted >= 0 ? "E+" : "E") + std::to_string(adjusted);
}

Status CheckJsonType(const Type& type) {
  const bool map = type.kind() == TypeKind::kMap || type.kind() == TypeKind::kMultiset;
  const bool odd_key = map && !type.fields()[0].type->is_character();
  const bool time = type.is_datetime() && !type.is_timestamp();
  if (odd_key || time || type.is_interval()) {
    return Unsupported(
        "takes numbers, booleans, texts, bytes, timestamps, rows, arrays, and maps from texts to "
        "them, not " +
        type.ToString());
  }
  for (const flow::Field& field : type.fields()) SLUICE_TRY(CheckJsonType(*field.type));
  return Status::Ok();
}

Result<JsonTexts> JsonTexts::Make(const ArrayPtr& column, const Type& type) {
  JsonTexts texts;
  texts.kind_ = type.kind();
  texts.column_ = column;
  if (type.kind() == TypeKind::kRow) {
    SLUICE_TRY(texts.AddFields(type));
  } else if (type.kind() == TypeKind::kArray) {
    const auto& lists = static_cast<const arrow::ListArray&>(*column);
    SLUICE_TRY(texts.AddPart(lists.values(), *type.element()));
  } else if (type.kind() == TypeKind::kMap || type.kind() == TypeKind::kMultiset) {
    const auto& maps = static_cast<const arrow::MapArray&>(*column);
    const TypePtr count = Type::Simple(TypeKind::kInt, false);
    const bool map = type.kind() == TypeKind::kMap;
    SLUICE_TRY(texts.AddPart(maps.keys(), map ? *type.key() : *type.element()));
    SLUICE_TRY(texts.AddPart(maps.items(), map ? *type.value() : *count));
  } else if (!type.is_binary()) {
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

Status JsonTexts::AddPart(const ArrayPtr& column, const Type& type) {
  SLUICE_ASSIGN(JsonTexts part, Make(column, type));
  parts_.push_back(std::move(part));
  return Status::Ok();
}

/// In the order of their names.
Status JsonTexts::AddFields(const Type& row) {
  const auto& rows = static_cast<const arrow::StructArray&>(*column_);
  const std::vector<flow::Field>& fields = row.fields();
  std::vector<size_t> order(fields.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&fields](size_t a, size_t b) { return fields[a].name < fields[b].name; });
  for (const size_t i : order) {
    SLUICE_TRY(AddPart(rows.field(static_cast<int>(i)), *fields[i].type));
    AppendQuoted(fields[i].name, &names_.emplace_back());
  }
  return Status::Ok();
}

void JsonTexts::Append(int64_t row, std::string* out) const {
  if (IsNull(row)) {
    *out += "null";
  } else if (kind_ == TypeKind::kRow) {
    out->push_back('{');
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (i > 0) out->push_back(',');
      *out += names_[i];
      out->push_back(':');
      parts_[i].Append(row, out);
    }
    out->push_back('}');
  } else if (kind_ == TypeKind::kArray) {
    AppendElements(row, out);
  } else if (kind_ == TypeKind::kMap || kind_ == TypeKind::kMultiset) {
    AppendEntries(row, out);
  } else {
    AppendPlain(row, out);
  }
}

void JsonTexts::AppendElements(int64_t row, std::string* out) const {
  const auto& lists = static_cast<const arrow::ListArray&>(*column_);
  const int64_t begin = lists.value_offset(row);
  out->push_back('[');
  for (int64_t i = begin; i < begin + lists.value_length(row); ++i) {
    if (i > begin) out->push_back(',');
    parts_[0].Append(i, out);
  }
  out->push_back(']');
}

void JsonTexts::AppendEntries(int64_t row, std::string* out) const {
  const auto& lists = static_cast<const arrow::ListArray&>(*column_);  // a map is a list
  const auto& keys = static_cast<const arrow::StringArray&>(*parts_[0].column_);
  std::vector<int64_t> order(static_cast<size_t>(lists.value_length(row)));
  std::iota(order.begin(), order.end(), lists.value_offset(row));
  std::sort(order.begin(), order.end(),
            [&keys](int64_t a, int64_t b) { return keys.GetView(a) < keys.GetView(b); });
  out->push_back('{');
  for (size_t i = 0; i < order.size(); ++i) {
    if (i > 0) out->push_back(',');
    parts_[0].Append(order[i], out);
    out->push_back(':');
    parts_[1].Append(order[i], out);
  }
  out->push_back('}');
}

void JsonTexts::AppendPlain(int64_t row, std::string* out) const {
  const std::string_view text = static_cast<const arrow::BinaryArray&>(*column_).GetView(row);
  switch (kind_) {
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      AppendQuoted(IsoTime(text, kind_ == TypeKind::kTimestampLtz), out);
      break;
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      out->push_back('"');
      ForEachBase64(text, [out](char c) { out->push_back(c); });
      out->push_back('"');
      break;
    case TypeKind::kBoolean:
      *out += text == "TRUE" ? "true" : "false";
      break;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      AppendQuoted(text, out);
      break;
    default:
      *out += BigDecimalText(text);
  }
}

}  // namespace sluice::functions
