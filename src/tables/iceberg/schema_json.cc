// SPDX-License-Identifier: Apache-2.0
// The JSON of schemas and types (spec, Appendix C).
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "tables/iceberg/json_internal.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {
namespace json {
namespace {

const std::map<std::string, TypeKind, std::less<>>& SimpleNames() {
  static const auto* names = new std::map<std::string, TypeKind, std::less<>>{
      {"unknown", TypeKind::kUnknown},
      {"boolean", TypeKind::kBoolean},
      {"int", TypeKind::kInt},
      {"long", TypeKind::kLong},
      {"float", TypeKind::kFloat},
      {"double", TypeKind::kDouble},
      {"date", TypeKind::kDate},
      {"time", TypeKind::kTime},
      {"timestamp", TypeKind::kTimestamp},
      {"timestamptz", TypeKind::kTimestampTz},
      {"timestamp_ns", TypeKind::kTimestampNs},
      {"timestamptz_ns", TypeKind::kTimestampTzNs},
      {"string", TypeKind::kString},
      {"uuid", TypeKind::kUuid},
      {"binary", TypeKind::kBinary},
      {"variant", TypeKind::kVariant},
  };
  return *names;
}

// The integers between the brackets of "decimal(9, 2)" or "fixed[16]".
bool Parameters(std::string_view text, std::string_view name, char open, char close,
                std::vector<int>* out) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (text.size() < 2 || text.front() != open || text.back() != close) return false;
  text = text.substr(1, text.size() - 2);
  for (;;) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    int value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc()) return false;
    out->push_back(value);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.empty()) return true;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

Result<Type> PrimitiveFrom(const std::string& text) {
  const auto it = SimpleNames().find(text);
  if (it != SimpleNames().end()) return Type::Simple(it->second);
  std::vector<int> numbers;
  if (Parameters(text, "decimal", '(', ')', &numbers) && numbers.size() == 2) {
    return Type::Decimal(numbers[0], numbers[1]);
  }
  numbers.clear();
  if (Parameters(text, "fixed", '[', ']', &numbers) && numbers.size() == 1) {
    return Type::Fixed(numbers[0]);
  }
  for (const auto& [name, kind] :
       {std::pair("geometry", TypeKind::kGeometry), std::pair("geography", TypeKind::kGeography)}) {
    if (text == name || text.starts_with(std::string(name) + "(")) {
      Type type = Type::Simple(kind);
      type.text = text;
      return type;
    }
  }
  return ParseError("unknown type: " + text);
}

Result<Type> TypeFrom(const Json& document);

Result<bool> Boolean(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr) return ParseError(std::string("missing required key: ") + key);
  if (!value->is_boolean()) return ParseError(std::string("key is not true or false: ") + key);
  return value->get<bool>();
}

Result<Type> TypeOf(const Json& object, const char* key) {
  const Json* type = Find(object, key);
  if (type == nullptr) return ParseError(std::string("missing required key: ") + key);
  return TypeFrom(*type);
}

Result<Field> FieldFrom(const Json& document) {
  if (!document.is_object()) return ParseError("a field is not an object");
  Field field;
  SLUICE_ASSIGN(field.id, Int32(document, "id"));
  SLUICE_ASSIGN(field.name, String(document, "name"));
  SLUICE_ASSIGN(field.required, Boolean(document, "required"));
  SLUICE_ASSIGN(field.type, TypeOf(document, "type"));
  SLUICE_ASSIGN(const auto doc, OptionalString(document, "doc"));
  field.doc = doc.value_or("");
  if (const Json* value = Find(document, "initial-default")) field.initial_default = Dump(*value);
  if (const Json* value = Find(document, "write-default")) field.write_default = Dump(*value);
  return field;
}

Result<std::vector<Field>> FieldsFrom(const Json& object) {
  SLUICE_ASSIGN(const Json* array, Array(object, "fields"));
  std::vector<Field> fields;
  for (const Json& item : *array) {
    SLUICE_ASSIGN(Field field, FieldFrom(item));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<Type> TypeFrom(const Json& document) {
  if (document.is_string()) return PrimitiveFrom(document.get<std::string>());
  if (!document.is_object()) return ParseError("a type is neither a string nor an object");
  SLUICE_ASSIGN(const std::string kind, String(document, "type"));
  if (kind == "struct") {
    SLUICE_ASSIGN(auto fields, FieldsFrom(document));
    return Type::Struct(std::move(fields));
  }
  if (kind == "list") {
    Field element;
    SLUICE_ASSIGN(element.id, Int32(document, "element-id"));
    SLUICE_ASSIGN(element.required, Boolean(document, "element-required"));
    SLUICE_ASSIGN(element.type, TypeOf(document, "element"));
    return Type::List(std::move(element));
  }
  if (kind == "map") {
    Field key, value;
    SLUICE_ASSIGN(key.id, Int32(document, "key-id"));
    SLUICE_ASSIGN(key.type, TypeOf(document, "key"));
    SLUICE_ASSIGN(value.id, Int32(document, "value-id"));
    SLUICE_ASSIGN(value.required, Boolean(document, "value-required"));
    SLUICE_ASSIGN(value.type, TypeOf(document, "value"));
    return Type::Map(std::move(key), std::move(value));
  }
  return ParseError("unknown type: " + kind);
}

Json DocumentOf(const Type& type);

Json DocumentOf(const std::vector<Field>& fields) {
  Json array = Json::array();
  for (const Field& field : fields) {
    Json item = Json::object();
    item["id"] = field.id;
    item["name"] = field.name;
    item["required"] = field.required;
    item["type"] = DocumentOf(field.type);
    if (!field.doc.empty()) item["doc"] = field.doc;
    if (field.initial_default)
      item["initial-default"] = Json::parse(*field.initial_default, nullptr, false);
    if (field.write_default)
      item["write-default"] = Json::parse(*field.write_default, nullptr, false);
    array.push_back(std::move(item));
  }
  return array;
}

Json DocumentOf(const Type& type) {
  Json out = Json::object();
  switch (type.kind) {
    case TypeKind::kStruct:
      out["type"] = "struct";
      out["fields"] = DocumentOf(type.fields);
      return out;
    case TypeKind::kList:
      out["type"] = "list";
      out["element-id"] = type.element().id;
      out["element"] = DocumentOf(type.element().type);
      out["element-required"] = type.element().required;
      return out;
    case TypeKind::kMap:
      out["type"] = "map";
      out["key-id"] = type.key().id;
      out["key"] = DocumentOf(type.key().type);
      out["value-id"] = type.value().id;
      out["value"] = DocumentOf(type.value().type);
      out["value-required"] = type.value().required;
      return out;
    default:
      return Json(type.ToString());
  }
}

}  // namespace

Result<Schema> SchemaFrom(const Json& document) {
  if (!document.is_object()) return ParseError("a schema is not an object");
  SLUICE_ASSIGN(const std::string kind, String(document, "type"));
  if (kind != "struct") return ParseError("a schema is not a struct: " + kind);
  Schema schema;
  SLUICE_ASSIGN(const auto id, OptionalInt32(document, "schema-id"));
  schema.schema_id = id.value_or(0);
  SLUICE_ASSIGN(schema.fields, FieldsFrom(document));
  if (const Json* ids = Find(document, "identifier-field-ids")) {
    if (!ids->is_array()) return ParseError("key is not an array: identifier-field-ids");
    for (const Json& item : *ids) {
      if (!item.is_number_integer()) return ParseError("identifier-field-ids holds no integers");
      schema.identifier_field_ids.push_back(item.get<int>());
    }
  }
  return schema;
}

Json ToDocument(const Schema& schema) {
  Json out = Json::object();
  out["type"] = "struct";
  out["schema-id"] = schema.schema_id;
  if (!schema.identifier_field_ids.empty()) {
    out["identifier-field-ids"] = schema.identifier_field_ids;
  }
  out["fields"] = DocumentOf(schema.fields);
  return out;
}

}  // namespace json

Result<Schema> ParseSchemaJson(std::string_view text) {
  SLUICE_ASSIGN(const auto document, json::Parse(text, "schema"));
  return json::SchemaFrom(document);
}

std::string SchemaToJson(const Schema& schema) {
  return json::Dump(json::ToDocument(schema));
}

}  // namespace sluice::tables::iceberg
