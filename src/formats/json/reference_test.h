// SPDX-License-Identifier: Apache-2.0
// What the decoder is held against: the same rules written down a second time, slowly and plainly,
// over nlohmann::json's parser. Rows are compared as text: Rendered(batch, row).
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/util/decimal.h"
#include "flow/type.h"
#include "formats/json/options.h"
#include "formats/json/string_text.h"
#include "formats/json/time_text.h"

namespace sluice::formats::json {

struct Member;

/// A JSON value with numbers as they are written and members as they come.
struct Node {
  enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject } kind = Kind::kNull;
  std::string text;             // of numbers, strings; "true", "false"
  std::vector<Member> members;  // arrays: without names
};

struct Member {
  std::string first;
  Node second;
};

class NodeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Node root;
  bool beyond_double = false;  // a number like 1e999, which nlohmann::json refuses
  bool null() override { return Put({Node::Kind::kNull, "null", {}}); }
  bool boolean(bool value) override {
    return Put({Node::Kind::kBoolean, value ? "true" : "false", {}});
  }
  // Called for what begins with '-', so this zero was written -0.
  bool number_integer(int64_t value) override {
    return Number(value == 0 ? "-0" : std::to_string(value));
  }
  bool number_unsigned(uint64_t value) override { return Number(std::to_string(value)); }
  bool number_float(double, const std::string& text) override { return Number(text); }
  bool string(std::string& value) override { return Put({Node::Kind::kString, value, {}}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(Node::Kind::kObject); }
  bool start_array(size_t) override { return Open(Node::Kind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(std::string& name) override {
    key_ = name;
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    beyond_double = dynamic_cast<const nlohmann::detail::out_of_range*>(&error) != nullptr;
    return false;
  }

 private:
  bool Number(std::string text) { return Put({Node::Kind::kNumber, std::move(text), {}}); }
  bool Put(Node node) {
    if (open_.empty()) {
      root = std::move(node);
    } else {
      open_.back().second.members.emplace_back(key_, std::move(node));
    }
    return true;
  }
  bool Open(Node::Kind kind) {
    open_.emplace_back(key_, Node{kind, "", {}});
    return open_.size() <= 100;
  }
  bool Close() {
    auto [name, node] = std::move(open_.back());
    open_.pop_back();
    key_ = name;
    return Put(std::move(node));
  }

  std::string key_;
  std::vector<std::pair<std::string, Node>> open_;
};

struct Misfit {};

class Reference {
 public:
  Reference(const flow::Schema& schema, Options options)
      : row_(flow::Type::Row(schema.fields, false)), options_(options) {}

  /// The rows of a message, rendered; nullopt: rejected, or dropped with ignore-parse-errors.
  /// *undecided: the parser refuses a number that JSON allows.
  std::optional<std::vector<std::string>> Rows(std::string_view message, bool* undecided) const {
    NodeBuilder builder;
    const bool parsed = nlohmann::json::sax_parse(message.begin(), message.end(), &builder);
    *undecided = builder.beyond_double;
    if (!parsed) return std::nullopt;
    std::vector<std::string> rows;
    try {
      if (builder.root.kind == Node::Kind::kObject) {
        rows.push_back(NotNull(builder.root, *row_));
      } else if (builder.root.kind == Node::Kind::kArray) {
        for (const auto& [_, element] : builder.root.members) {
          if (element.kind == Node::Kind::kNull) continue;
          try {
            if (element.kind != Node::Kind::kObject) throw Misfit();
            rows.push_back(NotNull(element, *row_));
          } catch (Misfit) {
            if (!options_.ignore_parse_errors) throw;
          }
        }
      } else {
        return std::nullopt;
      }
    } catch (Misfit) {
      return std::nullopt;
    }
    return rows;
  }

 private:
  std::string Value(const Node& node, const flow::Type& type) const {
    if (node.kind == Node::Kind::kNull) return "null";
    try {
      return NotNull(node, type);
    } catch (Misfit) {
      if (!options_.ignore_parse_errors) throw;
      return "null";
    }
  }

  static std::string Compact(const Node& node) {
    std::string out;
    if (node.kind == Node::Kind::kString) {
      AppendQuoted(node.text, &out);
      return out;
    }
    const bool object = node.kind == Node::Kind::kObject;
    if (!object && node.kind != Node::Kind::kArray) return node.text;
    for (const auto& [name, member] : node.members) {
      if (!out.empty()) out += ',';
      if (object) {
        AppendQuoted(name, &out);
        out += ':';
      }
      out += Compact(member);
    }
    return object ? "{" + out + "}" : "[" + out + "]";
  }

  static std::string Trimmed(std::string text) {
    const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && blank(text.back())) text.pop_back();
    while (!text.empty() && blank(text.front())) text.erase(0, 1);
    return text;
  }

  static std::string Integer(const Node& node, int bits) {
    const bool number = node.kind == Node::Kind::kNumber;
    if (!number && node.kind != Node::Kind::kString) throw Misfit();
    std::string text = number ? node.text : Trimmed(node.text);
    if (number && text.find_first_of(".eE") != std::string::npos) {
      if (bits < 32) throw Misfit();
      const auto decimal = ScaledTo(text, 0, false);
      if (!decimal) throw Misfit();
      text = *decimal;
    }
    const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (text.size() == sign || text.find_first_not_of("0123456789", sign) != std::string::npos) {
      throw Misfit();
    }
    __int128 value = 0;
    for (const char c : text.substr(sign)) {
      if (value < (__int128{1} << 100)) value = value * 10 + (c - '0');
    }
    if (text[0] == '-') value = -value;
    const __int128 limit = __int128{1} << (bits - 1);
    if (value < -limit || value >= limit) throw Misfit();
    return std::to_string(static_cast<int64_t>(value));
  }

  // The digits of number * 10^scale, rounded half up or cut; nullopt: not a number or > 70 digits.
  static std::optional<std::string> ScaledTo(std::string text, int scale, bool round) {
    const size_t e = text.find_first_of("eE");
    int64_t exponent = 0;
    if (e != std::string::npos) {
      exponent = std::stoll(text.substr(e + 1));
      text.resize(e);
    }
    std::string sign;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
      sign = text[0] == '-' ? "-" : "";
      text.erase(0, 1);
    }
    const size_t point = text.find('.');
    int64_t places = 0;
    if (point != std::string::npos) {
      places = static_cast<int64_t>(text.size() - point - 1);
      text.erase(point, 1);
    }
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) {
      return std::nullopt;
    }
    int64_t shift = exponent - places + scale;
    if (shift > 200) {
      return text.find_first_not_of('0') == std::string::npos ? "0" : std::string(200, '9');
    }
    if (shift >= 0) {
      text.append(static_cast<size_t>(shift), '0');
    } else {
      shift = -shift;
      if (static_cast<int64_t>(text.size()) <= shift) {
        text.insert(0, static_cast<size_t>(std::min<int64_t>(shift, 400)) + 1, '0');
      }
      if (static_cast<int64_t>(text.size()) <= shift) return "0";
      const size_t keep = text.size() - static_cast<size_t>(shift);
      bool up = round && text[keep] >= '5';
      text.resize(keep);
      for (size_t i = keep; up && i-- > 0;) {
        up = text[i] == '9';
        text[i] = up ? '0' : static_cast<char>(text[i] + 1);
      }
      if (up) text.insert(0, "1");
    }
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text == "0" ? text : sign + text;
  }

  static std::string Decimal(const Node& node, const flow::Type& type) {
    const bool string = node.kind == Node::Kind::kString;
    if (!string && node.kind != Node::Kind::kNumber) throw Misfit();
    std::string text = string ? Trimmed(node.text) : node.text;
    // Digits, and at most one point, before an exponent of digits.
    const size_t e = text.find_first_of("eE");
    if (e != std::string::npos) {
      size_t digits = e + 1;
      if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
      if (digits == text.size() ||
          text.find_first_not_of("0123456789", digits) != std::string::npos) {
        throw Misfit();
      }
    }
    const auto scaled = ScaledTo(text, type.scale(), true);
    if (!scaled) throw Misfit();
    const size_t digits = scaled->size() - (scaled->front() == '-' ? 1 : 0);
    return digits > static_cast<size_t>(type.precision()) ? "null" : *scaled;
  }

  template <typename T>
  static std::string Floating(const Node& node) {
    const bool string = node.kind == Node::Kind::kString;
    if (!string && node.kind != Node::Kind::kNumber) throw Misfit();
    std::string text = string ? Trimmed(node.text) : node.text;
    if (string) {
      std::string bare = text;
      if (!bare.empty() && (bare[0] == '+' || bare[0] == '-')) bare.erase(0, 1);
      const bool word = bare == "NaN" || bare == "Infinity";
      if (!word) {
        if (!text.empty() && std::string("dDfF").find(text.back()) != std::string::npos) {
          text.pop_back();
        }
        if (text.find_first_not_of("+-.0123456789eE") != std::string::npos) throw Misfit();
      }
    }
    char* end = nullptr;
    double value;
    if constexpr (std::is_same_v<T, float>) {
      value = std::strtof(text.c_str(), &end);
    } else {
      value = std::strtod(text.c_str(), &end);
    }
    if (text.empty() || end != text.c_str() + text.size()) throw Misfit();
    return FloatText(value);
  }

 public:
  static std::string FloatText(double value) {
    if (std::isnan(value)) return "nan";
    char text[64];
    snprintf(text, sizeof(text), "%a", value);
    return text;
  }

 private:
  std::string Text(const Node& node, const flow::Type& type) const {
    if (node.kind != Node::Kind::kString) throw Misfit();
    switch (type.kind()) {
      case flow::TypeKind::kDate: {
        const auto days = ParseDate(node.text);
        if (!days) throw Misfit();
        return std::to_string(*days);
      }
      case flow::TypeKind::kTime: {
        const auto nanos = ParseTime(node.text);
        if (!nanos) throw Misfit();
        const auto unit = static_cast<int64_t>(std::pow(10, 9 - type.precision()));
        return std::to_string(*nanos / unit * unit / 1000);
      }
      default: {
        const bool zone = type.kind() == flow::TypeKind::kTimestampLtz;
        const auto point = ParseTimestamp(node.text, options_.timestamp, zone);
        if (!point) throw Misfit();
        const auto unit = static_cast<int64_t>(std::pow(10, 9 - type.precision()));
        const __int128 nanos =
            __int128{point->seconds} * 1'000'000'000 + point->nanos / unit * unit;
        const __int128 ticks = type.precision() > 6 ? nanos : nanos / 1000;
        if (ticks != static_cast<int64_t>(ticks)) throw Misfit();
        return std::to_string(static_cast<int64_t>(ticks));
      }
    }
  }

  std::string Row(const Node& node, const flow::Type& type) const {
    if (node.kind != Node::Kind::kObject) throw Misfit();
    std::map<std::string, std::string> values;
    for (const auto& [name, member] : node.members) {
      for (const flow::Field& field : type.fields()) {
        if (field.name == name) values[name] = Value(member, *field.type);
      }
    }
    std::string out = "(";
    for (const flow::Field& field : type.fields()) {
      const auto found = values.find(field.name);
      if (found == values.end() && options_.fail_on_missing_field) throw Misfit();
      const std::string value = found == values.end() ? "null" : found->second;
      if (value == "null" && !field.type->nullable()) throw Misfit();
      out += value + ",";
    }
    return out + ")";
  }

  std::string Map(const Node& node, const flow::Type& type) const {
    if (node.kind != Node::Kind::kObject) throw Misfit();
    const bool multiset = type.kind() == flow::TypeKind::kMultiset;
    const auto item = multiset ? flow::Type::Simple(flow::TypeKind::kInt, false) : type.value();
    std::map<std::string, std::string> entries;
    for (const auto& [name, member] : node.members) {
      const std::string value = Value(member, *item);
      if (value == "null" && !item->nullable()) throw Misfit();
      entries["\"" + name + "\""] = value;
    }
    std::string out = "{";
    for (const auto& [name, value] : entries) out += name + ":" + value + ",";
    return out + "}";
  }

  std::string NotNull(const Node& node, const flow::Type& type) const {
    using enum flow::TypeKind;
    switch (type.kind()) {
      case kNull:
        return "null";
      case kBoolean: {
        if (node.kind == Node::Kind::kArray || node.kind == Node::Kind::kObject) throw Misfit();
        std::string text = Trimmed(node.text);
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
        return text == "true" ? "true" : "false";
      }
      case kTinyInt:
        return Integer(node, 8);
      case kSmallInt:
        return Integer(node, 16);
      case kInt:
      case kIntervalYearMonth:
        return Integer(node, 32);
      case kBigInt:
      case kIntervalDaySecond:
        return Integer(node, 64);
      case kFloat:
        return Floating<float>(node);
      case kDouble:
        return Floating<double>(node);
      case kDecimal:
        return Decimal(node, type);
      case kChar:
      case kVarchar:
        return "\"" + (node.kind == Node::Kind::kString ? node.text : Compact(node)) + "\"";
      case kArray: {
        if (node.kind != Node::Kind::kArray) throw Misfit();
        std::string out = "[";
        for (const auto& [_, element] : node.members) {
          const std::string value = Value(element, *type.element());
          if (value == "null" && !type.element()->nullable()) throw Misfit();
          out += value + ",";
        }
        return out + "]";
      }
      case kMap:
      case kMultiset:
        return Map(node, type);
      case kRow:
        return Row(node, type);
      default:
        return Text(node, type);
    }
  }

  flow::TypePtr row_;
  Options options_;
};

/// Row `i` of a column as Reference writes it.
inline std::string Rendered(const arrow::Array& array, int64_t i) {
  if (array.IsNull(i) || array.type_id() == arrow::Type::NA) return "null";
  const auto list = [&](const arrow::Array& values, int64_t begin, int64_t end) {
    std::string out = "[";
    for (int64_t k = begin; k < end; ++k) out += Rendered(values, k) + ",";
    return out + "]";
  };
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(i) ? "true" : "false";
    case arrow::Type::INT8:
      return std::to_string(static_cast<const arrow::Int8Array&>(array).Value(i));
    case arrow::Type::INT16:
      return std::to_string(static_cast<const arrow::Int16Array&>(array).Value(i));
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      return std::to_string(static_cast<const arrow::Int32Array&>(array).Value(i));
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      return std::to_string(static_cast<const arrow::Int64Array&>(array).Value(i));
    case arrow::Type::FLOAT:
      return Reference::FloatText(static_cast<const arrow::FloatArray&>(array).Value(i));
    case arrow::Type::DOUBLE:
      return Reference::FloatText(static_cast<const arrow::DoubleArray&>(array).Value(i));
    case arrow::Type::DECIMAL128:
      return arrow::Decimal128(static_cast<const arrow::Decimal128Array&>(array).GetValue(i))
          .ToIntegerString();
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return "\"" + static_cast<const arrow::BinaryArray&>(array).GetString(i) + "\"";
    case arrow::Type::LIST: {
      const auto& lists = static_cast<const arrow::ListArray&>(array);
      return list(*lists.values(), lists.value_offset(i), lists.value_offset(i + 1));
    }
    case arrow::Type::MAP: {
      const auto& maps = static_cast<const arrow::MapArray&>(array);
      std::map<std::string, std::string> entries;
      for (int64_t k = maps.value_offset(i); k < maps.value_offset(i + 1); ++k) {
        entries[Rendered(*maps.keys(), k)] = Rendered(*maps.items(), k);
      }
      std::string out = "{";
      for (const auto& [name, value] : entries) out += name + ":" + value + ",";
      return out + "}";
    }
    default: {
      const auto& row = static_cast<const arrow::StructArray&>(array);
      std::string out = "(";
      for (int k = 0; k < row.num_fields(); ++k) out += Rendered(*row.field(k), i) + ",";
      return out + ")";
    }
  }
}

inline std::string Rendered(const arrow::RecordBatch& batch, int64_t i) {
  std::string out = "(";
  for (int k = 0; k < batch.num_columns(); ++k) out += Rendered(*batch.column(k), i) + ",";
  return out + ")";
}

}  // namespace sluice::formats::json
