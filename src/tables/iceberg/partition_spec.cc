// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/partition_spec.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "flow/table_options.h"
#include "tables/iceberg/calendar.h"
#include "tables/iceberg/json_internal.h"

namespace sluice::tables::iceberg {
namespace {

std::string Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// "bucket(16, id)" split at commas that are not inside brackets.
std::vector<std::string> SplitTerms(std::string_view text) {
  std::vector<std::string> terms;
  std::string term;
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '`') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (!quoted && c == ',' && depth == 0) {
      terms.push_back(Trim(term));
      term.clear();
    } else {
      term.push_back(c);
    }
  }
  if (!Trim(term).empty() || !terms.empty()) terms.push_back(Trim(term));
  return terms;
}

std::string Unquote(std::string name) {
  if (name.size() < 2 || name.front() != '`' || name.back() != '`') return name;
  return name.substr(1, name.size() - 2);
}

Error WrongTerm(const std::string& term, const std::string& text) {
  Error error = InvalidArgument("partition spec: " + text + ": " + term);
  error.where = term;
  return error;
}

Result<int> Positive(const std::string& term, const std::string& text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value <= 0) {
    return WrongTerm(term, "expected a positive number, not " + text);
  }
  return value;
}

struct Call {
  Transform transform;
  std::string column;
};

Result<Call> ParseTerm(const std::string& term) {
  const size_t open = term.find('(');
  if (term.empty()) return WrongTerm(term, "empty term");
  if (open == std::string::npos || term.front() == '`') return Call{Transform{}, Unquote(term)};
  if (term.back() != ')') return WrongTerm(term, "missing )");
  std::string name = Trim(std::string_view(term).substr(0, open));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  auto arguments = SplitTerms(std::string_view(term).substr(open + 1, term.size() - open - 2));
  Call call;
  if (name == "bucket" || name == "truncate") {
    call.transform.kind = name == "bucket" ? TransformKind::kBucket : TransformKind::kTruncate;
    if (arguments.size() != 2) return WrongTerm(term, "expected " + name + "(number, column)");
    // Both orders are in use: bucket(16, id) and truncate(name, 4).
    if (!arguments[0].empty() && (arguments[0][0] < '0' || arguments[0][0] > '9')) {
      std::swap(arguments[0], arguments[1]);
    }
    SLUICE_ASSIGN(call.transform.parameter, Positive(term, arguments[0]));
    call.column = Unquote(arguments[1]);
    return call;
  }
  if (arguments.size() != 1) return WrongTerm(term, "expected one column");
  call.column = Unquote(arguments[0]);
  if (name.size() > 1 && name.back() == 's') name.pop_back();  // years, months, days, hours
  call.transform = Transform::Parse(name);
  if (call.transform.kind == TransformKind::kUnknown) {
    return WrongTerm(term,
                     "unknown transform, expected year, month, day, hour, bucket, truncate, "
                     "identity or void");
  }
  return call;
}

std::string FieldName(const std::string& column, const Transform& transform) {
  switch (transform.kind) {
    case TransformKind::kBucket:
      return column + "_bucket";
    case TransformKind::kTruncate:
      return column + "_trunc";
    case TransformKind::kYear:
    case TransformKind::kMonth:
    case TransformKind::kDay:
    case TransformKind::kHour:
      return column + "_" + transform.ToString();
    case TransformKind::kVoid:
      return column + "_null";
    default:
      return column;
  }
}

Status AddField(const Schema& schema, const Call& call, const std::string& term,
                PartitionSpec* spec) {
  const Field* field = schema.FindPath(call.column);
  if (field == nullptr) {
    std::vector<std::string> names;
    for (const Field& column : schema.fields) names.push_back(column.name);
    const auto near = flow::NearestName(call.column, names);
    return WrongTerm(term, "there is no column " + call.column +
                               (near ? " (did you mean " + *near + "?)" : std::string()));
  }
  auto type = ResultType(call.transform, field->type);
  if (!type.ok()) return WrongTerm(term, type.error().text);
  PartitionField out;
  out.source_id = field->id;
  out.field_id = kPartitionFieldIdFirst + static_cast<int>(spec->fields.size());
  out.name = FieldName(call.column, call.transform);
  out.transform = call.transform;
  for (const PartitionField& other : spec->fields) {
    if (other.name == out.name) return WrongTerm(term, "partition field is named twice");
  }
  if (call.transform.kind != TransformKind::kIdentity && schema.FindColumn(out.name) != nullptr) {
    return WrongTerm(term, "the partition field would have the name of a column: " + out.name);
  }
  spec->fields.push_back(std::move(out));
  return Status::Ok();
}

// As java.net.URLEncoder: letters, digits and .-*_ stay, blank is +.
std::string UrlEncode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '*' || c == '_';
    if (plain) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
      out.push_back(kDigits[static_cast<uint8_t>(c) & 15]);
    }
  }
  return out;
}

std::string PathText(const Transform& transform, const Type& type, const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  if (integer == nullptr) return ToText(type, value);
  switch (transform.kind) {
    case TransformKind::kYear:
      return DateText(DaysFromCivil({1970 + *integer, 1, 1})).substr(0, 4);
    case TransformKind::kMonth: {
      const int64_t year = FloorDiv(*integer, 12);
      const int month = static_cast<int>(*integer - year * 12) + 1;
      return DateText(DaysFromCivil({1970 + year, month, 1})).substr(0, 7);
    }
    case TransformKind::kDay:
      return DateText(*integer);
    case TransformKind::kHour: {
      const int64_t day = FloorDiv(*integer, 24);
      const std::string hour = std::to_string(*integer - day * 24);
      return DateText(day) + "-" + (hour.size() < 2 ? "0" + hour : hour);
    }
    default:
      return ToText(type, value);
  }
}

}  // namespace

bool PartitionSpec::is_unpartitioned() const {
  return std::all_of(fields.begin(), fields.end(), [](const PartitionField& field) {
    return field.transform.kind == TransformKind::kVoid;
  });
}

Type PartitionType(const PartitionSpec& spec, const Schema& schema) {
  std::vector<Field> fields;
  for (const PartitionField& part : spec.fields) {
    Field field;
    field.id = part.field_id;
    field.name = part.name;
    const Field* source = schema.FindField(part.source_id);
    if (source != nullptr) {
      auto type = ResultType(part.transform, source->type);
      if (type.ok()) field.type = std::move(*type);
    } else if (part.transform.kind == TransformKind::kDay) {
      field.type = Type::Simple(TypeKind::kDate);
    } else if (part.transform.kind != TransformKind::kIdentity &&
               part.transform.kind != TransformKind::kTruncate &&
               part.transform.kind != TransformKind::kVoid &&
               part.transform.kind != TransformKind::kUnknown) {
      field.type = Type::Simple(TypeKind::kInt);
    }
    fields.push_back(std::move(field));
  }
  return Type::Struct(std::move(fields));
}

Result<PartitionSpec> IdentityPartitionSpec(const std::vector<std::string>& columns,
                                            const Schema& schema) {
  PartitionSpec spec;
  for (const std::string& column : columns) {
    SLUICE_TRY(AddField(schema, Call{Transform{}, column}, column, &spec));
  }
  return spec;
}

Result<PartitionSpec> ParsePartitionText(std::string_view text, const Schema& schema) {
  PartitionSpec spec;
  for (const std::string& term : SplitTerms(text)) {
    SLUICE_ASSIGN(const Call call, ParseTerm(term));
    SLUICE_TRY(AddField(schema, call, term, &spec));
  }
  return spec;
}

std::string PartitionText(const PartitionSpec& spec, const Schema& schema) {
  std::string out;
  for (const PartitionField& field : spec.fields) {
    if (!out.empty()) out += ", ";
    const std::string column = schema.PathOf(field.source_id);
    const Transform& transform = field.transform;
    switch (transform.kind) {
      case TransformKind::kIdentity:
        out += column;
        break;
      case TransformKind::kBucket:
        out += "bucket(" + std::to_string(transform.parameter) + ", " + column + ")";
        break;
      case TransformKind::kTruncate:
        out += "truncate(" + std::to_string(transform.parameter) + ", " + column + ")";
        break;
      case TransformKind::kVoid:
      case TransformKind::kUnknown:
        out += transform.ToString() + "(" + column + ")";
        break;
      default:
        out += transform.ToString() + "s(" + column + ")";
    }
  }
  return out;
}

std::string PartitionPath(const PartitionSpec& spec, const Schema& schema,
                          const PartitionTuple& tuple) {
  const Type type = PartitionType(spec, schema);
  std::string out;
  for (size_t i = 0; i < spec.fields.size() && i < tuple.size(); ++i) {
    if (!out.empty()) out += "/";
    out += UrlEncode(spec.fields[i].name) + "=" +
           UrlEncode(PathText(spec.fields[i].transform, type.fields[i].type, tuple[i]));
  }
  return out;
}

namespace json {
namespace {

Result<std::vector<int>> SourceIds(const Json& item, int* source_id) {
  std::vector<int> ids;
  if (const Json* array = Find(item, "source-ids")) {
    if (!array->is_array()) return ParseError("key is not an array: source-ids");
    for (const Json& id : *array) {
      if (!id.is_number_integer()) return ParseError("source-ids holds no integers");
      ids.push_back(id.get<int>());
    }
    if (ids.empty()) return ParseError("source-ids is empty");
    *source_id = ids[0];
    if (ids.size() == 1) ids.clear();
    return ids;
  }
  SLUICE_ASSIGN(*source_id, Int32(item, "source-id"));
  return ids;
}

void PutSource(int source_id, const std::vector<int>& source_ids, Json* item) {
  if (source_ids.empty()) {
    (*item)["source-id"] = source_id;
  } else {
    (*item)["source-ids"] = source_ids;
  }
}

}  // namespace

Result<std::vector<PartitionField>> PartitionFieldsFrom(const Json& array) {
  if (!array.is_array()) return ParseError("partition fields are not an array");
  std::vector<PartitionField> fields;
  for (const Json& item : array) {
    if (!item.is_object()) return ParseError("a partition field is not an object");
    PartitionField field;
    SLUICE_ASSIGN(field.source_ids, SourceIds(item, &field.source_id));
    SLUICE_ASSIGN(field.name, String(item, "name"));
    SLUICE_ASSIGN(const std::string transform, String(item, "transform"));
    field.transform = Transform::Parse(transform);
    SLUICE_ASSIGN(const auto id, OptionalInt32(item, "field-id"));
    // v1 writers left the ids out: they count up from 1000 then (spec, "Partition Evolution").
    field.field_id = id.value_or(kPartitionFieldIdFirst + static_cast<int>(fields.size()));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<PartitionSpec> PartitionSpecFrom(const Json& document) {
  PartitionSpec spec;
  SLUICE_ASSIGN(spec.spec_id, Int32(document, "spec-id"));
  SLUICE_ASSIGN(const Json* fields, Array(document, "fields"));
  SLUICE_ASSIGN(spec.fields, PartitionFieldsFrom(*fields));
  return spec;
}

Json ToDocument(const std::vector<PartitionField>& fields) {
  Json array = Json::array();
  for (const PartitionField& field : fields) {
    Json item = Json::object();
    item["name"] = field.name;
    item["transform"] = field.transform.ToString();
    PutSource(field.source_id, field.source_ids, &item);
    item["field-id"] = field.field_id;
    array.push_back(std::move(item));
  }
  return array;
}

Json ToDocument(const PartitionSpec& spec) {
  Json out = Json::object();
  out["spec-id"] = spec.spec_id;
  out["fields"] = ToDocument(spec.fields);
  return out;
}

Result<SortOrder> SortOrderFrom(const Json& document) {
  SortOrder order;
  SLUICE_ASSIGN(order.order_id, Int32(document, "order-id"));
  SLUICE_ASSIGN(const Json* fields, Array(document, "fields"));
  for (const Json& item : *fields) {
    SortField field;
    SLUICE_ASSIGN(field.source_ids, SourceIds(item, &field.source_id));
    SLUICE_ASSIGN(const std::string transform, String(item, "transform"));
    field.transform = Transform::Parse(transform);
    SLUICE_ASSIGN(const std::string direction, String(item, "direction"));
    if (direction != "asc" && direction != "desc") {
      return ParseError("unknown sort direction: " + direction);
    }
    field.descending = direction == "desc";
    SLUICE_ASSIGN(const std::string nulls, String(item, "null-order"));
    if (nulls != "nulls-first" && nulls != "nulls-last") {
      return ParseError("unknown null order: " + nulls);
    }
    field.nulls_last = nulls == "nulls-last";
    order.fields.push_back(std::move(field));
  }
  return order;
}

Json ToDocument(const SortOrder& order) {
  Json out = Json::object();
  out["order-id"] = order.order_id;
  Json fields = Json::array();
  for (const SortField& field : order.fields) {
    Json item = Json::object();
    item["transform"] = field.transform.ToString();
    PutSource(field.source_id, field.source_ids, &item);
    item["direction"] = field.descending ? "desc" : "asc";
    item["null-order"] = field.nulls_last ? "nulls-last" : "nulls-first";
    fields.push_back(std::move(item));
  }
  out["fields"] = std::move(fields);
  return out;
}

}  // namespace json

std::string PartitionSpecToJson(const PartitionSpec& spec) {
  return json::Dump(json::ToDocument(spec));
}
std::string PartitionFieldsToJson(const PartitionSpec& spec) {
  return json::Dump(json::ToDocument(spec.fields));
}
std::string SortOrderToJson(const SortOrder& order) {
  return json::Dump(json::ToDocument(order));
}
Result<PartitionSpec> ParsePartitionSpecJson(std::string_view text) {
  SLUICE_ASSIGN(const auto document, json::Parse(text, "partition spec"));
  return json::PartitionSpecFrom(document);
}
Result<std::vector<PartitionField>> ParsePartitionFieldsJson(std::string_view text) {
  SLUICE_ASSIGN(const auto document, json::Parse(text, "partition fields"));
  return json::PartitionFieldsFrom(document);
}
Result<SortOrder> ParseSortOrderJson(std::string_view text) {
  SLUICE_ASSIGN(const auto document, json::Parse(text, "sort order"));
  return json::SortOrderFrom(document);
}

}  // namespace sluice::tables::iceberg
