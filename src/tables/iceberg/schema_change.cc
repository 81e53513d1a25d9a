// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/schema_change.h"

#include <algorithm>
#include <utility>

namespace sluice::tables::iceberg {
namespace {

Error Refused(const std::string& path, const std::string& text) {
  Error error = Unsupported("column " + path + ": " + text);
  error.where = path;
  return error;
}

const Field* FindNamed(const std::vector<Field>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&name](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

// int to long, float to double, decimal with more digits: values read from old files fit.
bool IsPromotion(const Type& from, const Type& to) {
  if (from.kind == TypeKind::kInt) return to.kind == TypeKind::kLong;
  if (from.kind == TypeKind::kFloat) return to.kind == TypeKind::kDouble;
  return from.kind == TypeKind::kDecimal && to.kind == TypeKind::kDecimal &&
         from.scale == to.scale && from.precision <= to.precision;
}

bool SameShape(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.precision != b.precision || a.scale != b.scale ||
      a.length != b.length || a.fields.size() != b.fields.size()) {
    return false;
  }
  for (size_t i = 0; i < a.fields.size(); ++i) {
    if (a.fields[i].name != b.fields[i].name || !SameShape(a.fields[i].type, b.fields[i].type))
      return false;
  }
  return true;
}

class Evolution {
 public:
  explicit Evolution(int* last_column_id) : last_(*last_column_id) {}

  Result<std::vector<Field>> Fields(const std::vector<Field>& base,
                                    const std::vector<Field>& wanted, const std::string& prefix,
                                    const RenamedColumns& renamed) {
    std::vector<Field> out;
    for (const Field& field : wanted) {
      const auto old = renamed.find(field.name);
      const Field* const known = FindNamed(base, old == renamed.end() ? field.name : old->second);
      const std::string path = prefix + field.name;
      if (known != nullptr) {
        SLUICE_ASSIGN(Field evolved, Known(*known, field, path));
        evolved.name = field.name;
        evolved.doc = field.doc;
        out.push_back(std::move(evolved));
        continue;
      }
      if (field.required) {
        return Refused(path,
                       "a new column is NULL in the rows that are there; it cannot be NOT NULL");
      }
      Schema fresh;
      fresh.fields.push_back(field);
      out.push_back(AssignFieldIds(std::move(fresh), &last_).fields[0]);
    }
    return out;
  }

 private:
  Result<Field> Known(const Field& known, const Field& wanted, const std::string& path) {
    if (wanted.required && !known.required) {
      return Refused(path, "a column that may hold NULL cannot become NOT NULL");
    }
    Field out = known;
    out.required = wanted.required;
    SLUICE_ASSIGN(out.type, TypeOf(known.type, wanted.type, path));
    return out;
  }

  Result<Type> TypeOf(const Type& known, const Type& wanted, const std::string& path) {
    // SQL knows an Iceberg uuid as BINARY(16).
    const bool uuid =
        known.kind == TypeKind::kUuid && wanted.kind == TypeKind::kFixed && wanted.length == 16;
    if (uuid || SameScalar(known, wanted)) return known;
    if (IsPromotion(known, wanted)) return wanted;
    if (known.kind != wanted.kind || !known.is_nested()) {
      return Refused(
          path, "a column of type " + known.ToString() + " cannot become " + wanted.ToString() +
                    "; int may become long, float double, and decimals have more digits");
    }
    Type out = known;
    if (known.kind == TypeKind::kStruct) {
      SLUICE_ASSIGN(out.fields, Fields(known.fields, wanted.fields, path + ".", {}));
      return out;
    }
    if (known.kind == TypeKind::kMap && !SameShape(known.key().type, wanted.key().type)) {
      return Refused(path, "the key of a MAP cannot change");
    }
    const size_t last = known.fields.size() - 1;
    SLUICE_ASSIGN(out.fields[last], Known(known.fields[last], wanted.fields[last],
                                          path + "." + known.fields[last].name));
    return out;
  }

  static bool SameScalar(const Type& a, const Type& b) { return !a.is_nested() && SameShape(a, b); }

  int& last_;
};

}  // namespace

Result<Schema> EvolveSchema(const Schema& base, const Schema& wanted, const RenamedColumns& renamed,
                            int* last_column_id) {
  Schema out;
  out.schema_id = base.schema_id;
  SLUICE_ASSIGN(out.fields,
                Evolution(last_column_id).Fields(base.fields, wanted.fields, "", renamed));
  for (const int id : wanted.identifier_field_ids) {
    const Field* const field = out.FindPath(wanted.PathOf(id));
    if (field != nullptr) out.identifier_field_ids.push_back(field->id);
  }
  return out;
}

Status ApplySchema(Schema schema, int last_column_id, TableMetadata* next) {
  const auto gone = [&schema](int id) { return schema.FindField(id) == nullptr; };
  for (const PartitionField& field : next->spec().fields) {
    if (!gone(field.source_id)) continue;
    const std::string column = next->schema().PathOf(field.source_id);
    return Refused(column, "the table is partitioned by " + column);
  }
  for (const SortField& field : next->sort_order().fields) {
    if (!gone(field.source_id)) continue;
    const std::string column = next->schema().PathOf(field.source_id);
    return Refused(column, "the table is sorted by " + column);
  }
  SLUICE_TRY(schema.Check(next->format_version));
  next->last_column_id = std::max(next->last_column_id, last_column_id);
  int highest = 0;
  for (const Schema& known : next->schemas) {
    highest = std::max(highest, known.schema_id);
    if (!SameColumns(known, schema)) continue;
    next->current_schema_id = known.schema_id;
    return {};
  }
  schema.schema_id = highest + 1;
  next->current_schema_id = schema.schema_id;
  next->schemas.push_back(std::move(schema));
  return {};
}

}  // namespace sluice::tables::iceberg
