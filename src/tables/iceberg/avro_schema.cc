// SPDX-License-Identifier: Apache-2.0
// Avro schemas from their JSON: a flat list of nodes, named types resolved to indexes.
#include <map>
#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "tables/iceberg/avro.h"
#include "tables/iceberg/json_internal.h"

namespace sluice::tables::iceberg::avro {
namespace {

using json::Json;

constexpr size_t kNodesMax = 100'000;

const std::map<std::string, Kind, std::less<>>& Primitives() {
  static const auto* names = new std::map<std::string, Kind, std::less<>>{
      {"null", Kind::kNull},   {"boolean", Kind::kBoolean}, {"int", Kind::kInt},
      {"long", Kind::kLong},   {"float", Kind::kFloat},     {"double", Kind::kDouble},
      {"bytes", Kind::kBytes}, {"string", Kind::kString}};
  return *names;
}

class SchemaParser {
 public:
  Result<Schema> Parse(const Json& document) {
    SLUICE_ASSIGN(schema_.root, ParseNode(document, "", 0));
    return std::move(schema_);
  }

 private:
  Result<int> Add(Node node) {
    if (schema_.nodes.size() >= kNodesMax) return ParseError("Avro schema has too many types");
    schema_.nodes.push_back(std::move(node));
    return static_cast<int>(schema_.nodes.size()) - 1;
  }

  Node& At(int index) { return schema_.nodes[static_cast<size_t>(index)]; }

  Result<int> ParseNode(const Json& document, const std::string& space, int depth) {
    if (depth > limits::kAvroDepthMax) return ParseError("Avro schema is nested too deeply");
    if (document.is_string()) return Named(document.get<std::string>(), space);
    if (document.is_array()) return Union(document, space, depth);
    if (!document.is_object()) return ParseError("Avro type is no string, array or object");
    const Json* type = json::Find(document, "type");
    if (type == nullptr) return ParseError("Avro type without \"type\"");
    if (!type->is_string()) return ParseNode(*type, space, depth + 1);
    const std::string name = type->get<std::string>();
    if (name == "record" || name == "error") return Record(document, space, depth);
    if (name == "enum") return Enum(document, space);
    if (name == "fixed") return Fixed(document, space);
    if (name == "array") return Array(document, space, depth);
    if (name == "map") return Map(document, space, depth);
    SLUICE_ASSIGN(const int index, Named(name, space));
    if (Primitives().contains(name)) SLUICE_TRY(Annotate(document, &At(index)));
    return index;
  }

  Result<int> Named(const std::string& name, const std::string& space) {
    const auto primitive = Primitives().find(name);
    if (primitive != Primitives().end()) {
      Node node;
      node.kind = primitive->second;
      return Add(std::move(node));
    }
    auto it = names_.find(space.empty() ? name : space + "." + name);
    if (it == names_.end()) it = names_.find(name);
    if (it == names_.end()) return ParseError("Avro schema names an unknown type: " + name);
    return it->second;
  }

  // Registers a named type before its fields are read, so that it may contain itself.
  Result<int> Declare(const Json& document, Kind kind, std::string* space) {
    SLUICE_ASSIGN(std::string name, json::String(document, "name"));
    SLUICE_ASSIGN(const auto own, json::OptionalString(document, "namespace"));
    if (own.has_value()) *space = *own;
    const size_t dot = name.rfind('.');
    const std::string full =
        dot != std::string::npos || space->empty() ? name : *space + "." + name;
    if (dot != std::string::npos) *space = name.substr(0, dot);
    Node node;
    node.kind = kind;
    node.name = dot == std::string::npos ? name : name.substr(dot + 1);
    SLUICE_ASSIGN(const int index, Add(std::move(node)));
    if (!names_.emplace(full, index).second) {
      return ParseError("Avro schema defines a name twice: " + full);
    }
    return index;
  }

  Result<int> Record(const Json& document, std::string space, int depth) {
    SLUICE_ASSIGN(const int index, Declare(document, Kind::kRecord, &space));
    SLUICE_ASSIGN(const Json* fields, json::Array(document, "fields"));
    for (const Json& item : *fields) {
      Node::Field field;
      SLUICE_ASSIGN(field.name, json::String(item, "name"));
      const Json* type = json::Find(item, "type");
      if (type == nullptr) return ParseError("Avro field without a type: " + field.name);
      SLUICE_ASSIGN(field.node, ParseNode(*type, space, depth + 1));
      SLUICE_ASSIGN(field.field_id, json::OptionalInt32(item, "field-id"));
      At(index).fields.push_back(std::move(field));
    }
    SLUICE_TRY(Annotate(document, &At(index)));
    return index;
  }

  Result<int> Enum(const Json& document, std::string space) {
    SLUICE_ASSIGN(const int index, Declare(document, Kind::kEnum, &space));
    SLUICE_ASSIGN(const Json* symbols, json::Array(document, "symbols"));
    for (const Json& item : *symbols) {
      if (!item.is_string()) return ParseError("Avro enum symbol is not a string");
      At(index).symbols.push_back(item.get<std::string>());
    }
    return index;
  }

  Result<int> Fixed(const Json& document, std::string space) {
    SLUICE_ASSIGN(const int index, Declare(document, Kind::kFixed, &space));
    SLUICE_ASSIGN(const int size, json::Int32(document, "size"));
    if (size < 0 || size > limits::kAvroBlockBytesMax) {
      return ParseError("Avro fixed size out of range: " + std::to_string(size));
    }
    At(index).size = size;
    SLUICE_TRY(Annotate(document, &At(index)));
    return index;
  }

  Result<int> Array(const Json& document, const std::string& space, int depth) {
    const Json* items = json::Find(document, "items");
    if (items == nullptr) return ParseError("Avro array without items");
    Node node;
    node.kind = Kind::kArray;
    SLUICE_ASSIGN(node.element_id, json::OptionalInt32(document, "element-id"));
    SLUICE_ASSIGN(const int child, ParseNode(*items, space, depth + 1));
    node.children.push_back(child);
    SLUICE_TRY(Annotate(document, &node));
    return Add(std::move(node));
  }

  Result<int> Map(const Json& document, const std::string& space, int depth) {
    const Json* values = json::Find(document, "values");
    if (values == nullptr) return ParseError("Avro map without values");
    Node node;
    node.kind = Kind::kMap;
    SLUICE_ASSIGN(node.key_id, json::OptionalInt32(document, "key-id"));
    SLUICE_ASSIGN(node.value_id, json::OptionalInt32(document, "value-id"));
    SLUICE_ASSIGN(const int child, ParseNode(*values, space, depth + 1));
    node.children.push_back(child);
    return Add(std::move(node));
  }

  Result<int> Union(const Json& document, const std::string& space, int depth) {
    Node node;
    node.kind = Kind::kUnion;
    for (const Json& item : document) {
      if (item.is_array()) return ParseError("Avro union inside a union");
      SLUICE_ASSIGN(const int child, ParseNode(item, space, depth + 1));
      node.children.push_back(child);
    }
    if (node.children.empty()) return ParseError("Avro union without branches");
    return Add(std::move(node));
  }

  Status Annotate(const Json& document, Node* node) {
    // Wrong annotations are passed over, as the Avro spec asks.
    const Json* type = json::Find(document, "logicalType");
    if (type != nullptr && type->is_string()) node->logical_type = type->get<std::string>();
    const auto precision = json::OptionalInt32(document, "precision");
    if (precision.ok()) node->precision = precision->value_or(0);
    const auto scale = json::OptionalInt32(document, "scale");
    if (scale.ok()) node->scale = scale->value_or(0);
    const Json* utc = json::Find(document, "adjust-to-utc");
    node->adjust_to_utc = utc != nullptr && utc->is_boolean() && utc->get<bool>();
    return Status::Ok();
  }

  Schema schema_;
  std::map<std::string, int, std::less<>> names_;
};

}  // namespace

Result<Schema> ParseSchema(std::string_view text) {
  SLUICE_ASSIGN(const auto document, json::Parse(text, "Avro schema"));
  return SchemaParser().Parse(document);
}

}  // namespace sluice::tables::iceberg::avro
