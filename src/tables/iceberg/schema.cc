// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/schema.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/limits.h"

namespace sluice::tables::iceberg {
namespace {

// Ids above are reserved for metadata columns (spec, "Reserved Field IDs").
constexpr int kFieldIdMax = 2147483447;

// Walks all fields, parents before children; stops when `visit` returns false.
bool Walk(const std::vector<Field>& fields,
          const std::function<bool(const Field&, const std::string&)>& visit,
          const std::string& prefix) {
  for (const Field& field : fields) {
    const std::string path = prefix.empty() ? field.name : prefix + "." + field.name;
    if (!visit(field, path)) return false;
    if (!Walk(field.type.fields, visit, path)) return false;
  }
  return true;
}

const Field* FindIn(const std::vector<Field>& fields, int id) {
  for (const Field& field : fields) {
    if (field.id == id) return &field;
    if (const Field* found = FindIn(field.type.fields, id)) return found;
  }
  return nullptr;
}

Error Wrong(const std::string& path, const std::string& text) {
  Error error = Corrupt(text);
  error.where = path;
  return error;
}

Status CheckType(const Type& type, const std::string& path, int format_version) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      if (type.precision < 1 || type.precision > 38 || type.scale < 0 ||
          type.scale > type.precision) {
        return Wrong(path, "decimal out of range: " + type.ToString());
      }
      break;
    case TypeKind::kFixed:
      if (type.length < 0) return Wrong(path, "fixed length out of range: " + type.ToString());
      break;
    case TypeKind::kList:
      if (type.fields.size() != 1) return Wrong(path, "a list has one element");
      break;
    case TypeKind::kMap:
      if (type.fields.size() != 2) return Wrong(path, "a map has a key and a value");
      if (!type.key().required) return Wrong(path, "a map key must be required");
      break;
    case TypeKind::kUnknown:
    case TypeKind::kTimestampNs:
    case TypeKind::kTimestampTzNs:
    case TypeKind::kVariant:
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      if (format_version < 3) {
        return Wrong(path, "type needs format version 3: " + type.ToString());
      }
      break;
    default:
      break;
  }
  return Status::Ok();
}

Status CheckFields(const std::vector<Field>& fields, const std::string& prefix, int format_version,
                   std::set<int>* ids) {
  std::set<std::string> names;
  for (const Field& field : fields) {
    const std::string path = prefix.empty() ? field.name : prefix + "." + field.name;
    if (!names.insert(field.name).second) return Wrong(path, "column name is used twice: " + path);
    if (field.id < 0 || field.id > kFieldIdMax) {
      return Wrong(path, "field id out of range: " + std::to_string(field.id));
    }
    if (!ids->insert(field.id).second) {
      return Wrong(path, "field id is used twice: " + std::to_string(field.id));
    }
    SLUICE_TRY(CheckType(field.type, path, format_version));
    SLUICE_TRY(CheckFields(field.type.fields, path, format_version, ids));
  }
  return Status::Ok();
}

// An identifier field is reached through required structs only and is a required, exact primitive.
bool LegalIdentifier(const std::vector<Field>& fields, int id) {
  for (const Field& field : fields) {
    if (field.id == id) {
      return field.required && field.type.is_primitive() && field.type.kind != TypeKind::kFloat &&
             field.type.kind != TypeKind::kDouble;
    }
    if (field.required && field.type.kind == TypeKind::kStruct &&
        LegalIdentifier(field.type.fields, id)) {
      return true;
    }
  }
  return false;
}

void Assign(std::vector<Field>* fields, int* last, std::vector<std::pair<int, int>>* renamed) {
  for (Field& field : *fields) {
    renamed->emplace_back(field.id, ++*last);
    field.id = *last;
  }
  for (Field& field : *fields) Assign(&field.type.fields, last, renamed);
}

}  // namespace

Type Type::Simple(TypeKind kind) {
  Type type;
  type.kind = kind;
  return type;
}
Type Type::Decimal(int precision, int scale) {
  Type type = Simple(TypeKind::kDecimal);
  type.precision = precision;
  type.scale = scale;
  return type;
}
Type Type::Fixed(int length) {
  Type type = Simple(TypeKind::kFixed);
  type.length = length;
  return type;
}
Type Type::Struct(std::vector<Field> fields) {
  Type type = Simple(TypeKind::kStruct);
  type.fields = std::move(fields);
  return type;
}
Type Type::List(Field element) {
  Type type = Simple(TypeKind::kList);
  element.name = "element";
  type.fields.push_back(std::move(element));
  return type;
}
Type Type::Map(Field key, Field value) {
  Type type = Simple(TypeKind::kMap);
  key.name = "key";
  key.required = true;
  value.name = "value";
  type.fields.push_back(std::move(key));
  type.fields.push_back(std::move(value));
  return type;
}

std::string Type::ToString() const {
  static constexpr const char* kNames[] = {
      "unknown",        "boolean",   "int",    "long",      "float",       "double",
      "decimal",        "date",      "time",   "timestamp", "timestamptz", "timestamp_ns",
      "timestamptz_ns", "string",    "uuid",   "fixed",     "binary",      "variant",
      "geometry",       "geography", "struct", "list",      "map"};
  switch (kind) {
    case TypeKind::kDecimal:
      return "decimal(" + std::to_string(precision) + ", " + std::to_string(scale) + ")";
    case TypeKind::kFixed:
      return "fixed[" + std::to_string(length) + "]";
    case TypeKind::kGeometry:
    case TypeKind::kGeography:
      return text.empty() ? kNames[static_cast<size_t>(kind)] : text;
    case TypeKind::kList:
      return "list<" + element().type.ToString() + ">";
    case TypeKind::kMap:
      return "map<" + key().type.ToString() + ", " + value().type.ToString() + ">";
    case TypeKind::kStruct: {
      std::string out = "struct<";
      for (const Field& field : fields) {
        if (out.size() > 7) out += ", ";
        out += field.name + ": " + field.type.ToString();
      }
      return out + ">";
    }
    default:
      return kNames[static_cast<size_t>(kind)];
  }
}

bool operator==(const Type& a, const Type& b) {
  return a.kind == b.kind && a.precision == b.precision && a.scale == b.scale &&
         a.length == b.length && a.text == b.text && a.fields == b.fields;
}
bool operator==(const Field& a, const Field& b) {
  return a.id == b.id && a.name == b.name && a.required == b.required && a.type == b.type &&
         a.doc == b.doc && a.initial_default == b.initial_default &&
         a.write_default == b.write_default;
}

const Field* Schema::FindField(int id) const {
  return FindIn(fields, id);
}

const Field* Schema::FindColumn(std::string_view name) const {
  const auto it =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
  return it == fields.end() ? nullptr : &*it;
}

const Field* Schema::FindPath(std::string_view path) const {
  const Field* found = nullptr;
  Walk(
      fields,
      [&](const Field& field, const std::string& at) {
        if (at == path) found = &field;
        return found == nullptr;
      },
      "");
  return found;
}

std::string Schema::PathOf(int id) const {
  std::string found;
  Walk(
      fields,
      [&](const Field& field, const std::string& at) {
        if (field.id != id) return true;
        found = at;
        return false;
      },
      "");
  return found;
}

int Schema::HighestFieldId() const {
  int highest = 0;
  Walk(
      fields,
      [&](const Field& field, const std::string&) {
        highest = std::max(highest, field.id);
        return true;
      },
      "");
  return highest;
}

Status Schema::Check(int format_version) const {
  std::set<int> ids;
  SLUICE_TRY(CheckFields(fields, "", format_version, &ids));
  for (const int id : identifier_field_ids) {
    if (!LegalIdentifier(fields, id)) {
      return Corrupt("identifier field must be a required column, not float, double or nested: " +
                     std::to_string(id));
    }
  }
  return Status::Ok();
}

bool SameColumns(const Schema& a, const Schema& b) {
  return a.fields == b.fields && a.identifier_field_ids == b.identifier_field_ids;
}

Schema AssignFieldIds(Schema schema, int* last_column_id) {
  std::vector<std::pair<int, int>> renamed;
  Assign(&schema.fields, last_column_id, &renamed);
  for (int& id : schema.identifier_field_ids) {
    for (const auto& [before, after] : renamed) {
      if (before == id) {
        id = after;
        break;
      }
    }
  }
  return schema;
}

}  // namespace sluice::tables::iceberg
