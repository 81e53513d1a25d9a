// SPDX-License-Identifier: Apache-2.0
// JSON_OBJECTAGG and JSON_ARRAYAGG: values as JSON text, put together. Of equal keys the last value
// stays. What a call does with NULLs is part of its name: NULL ON NULL keeps them, ABSENT ON NULL
// leaves them out.
#include <map>

#include "functions/aggregates/cell_list.h"
#include "functions/aggregates/families.h"
#include "functions/json_texts.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::TypePtr;

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

Result<Signature> ResolveJson(std::string_view pattern, std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText(pattern, arguments));
  SLUICE_TRY(CheckJsonType(*signature.arguments.back()));
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
