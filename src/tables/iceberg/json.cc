// SPDX-License-Identifier: Apache-2.0
// Parsing, printing and key access of JSON documents without exceptions (json_internal.h).
#include <limits>
#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "tables/iceberg/json_internal.h"

namespace sluice::tables::iceberg::json {
namespace {

// The parser itself is iterative, but printing and freeing are not: bound the nesting first.
bool TooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > limits::kJsonDepthMax) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Error Missing(const char* key) {
  return ParseError(std::string("missing required key: ") + key);
}
Error WrongType(const char* key, const char* expected) {
  return ParseError(std::string("key is not ") + expected + ": " + key);
}

template <typename T>
Result<T> Required(Result<std::optional<T>> value, const char* key) {
  if (!value.ok()) return std::move(value).error();
  if (!value->has_value()) return Missing(key);
  return std::move(**value);
}

}  // namespace

Result<Json> Parse(std::string_view text, std::string_view what) {
  if (TooDeep(text)) return ParseError("JSON is nested too deeply: " + std::string(what));
  Json document = Json::parse(text.begin(), text.end(), nullptr, false);
  if (document.is_discarded()) return ParseError("not valid JSON: " + std::string(what));
  return document;
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* Find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

Result<std::optional<int64_t>> OptionalInt64(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr) return std::optional<int64_t>();
  if (!value->is_number_integer()) return WrongType(key, "an integer");
  if (value->is_number_unsigned() &&
      value->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return ParseError(std::string("value does not fit into 64 bits: ") + key + " " + Dump(*value));
  }
  return std::optional<int64_t>(value->get<int64_t>());
}

Result<std::optional<int>> OptionalInt32(const Json& object, const char* key) {
  SLUICE_ASSIGN(const auto value, OptionalInt64(object, key));
  if (!value.has_value()) return std::optional<int>();
  if (*value < std::numeric_limits<int32_t>::min() ||
      *value > std::numeric_limits<int32_t>::max()) {
    return ParseError(std::string("value does not fit into 32 bits: ") + key);
  }
  return std::optional<int>(static_cast<int>(*value));
}

Result<std::optional<std::string>> OptionalString(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return WrongType(key, "a string");
  return std::optional<std::string>(value->get<std::string>());
}

Result<int64_t> Int64(const Json& object, const char* key) {
  return Required(OptionalInt64(object, key), key);
}
Result<int> Int32(const Json& object, const char* key) {
  return Required(OptionalInt32(object, key), key);
}
Result<std::string> String(const Json& object, const char* key) {
  return Required(OptionalString(object, key), key);
}
Result<const Json*> Array(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr) return Missing(key);
  if (!value->is_array()) return WrongType(key, "an array");
  return value;
}

}  // namespace sluice::tables::iceberg::json
