// SPDX-License-Identifier: Apache-2.0
#include "query/table_references.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

namespace sluice::query {
namespace {

using Json = nlohmann::json;

std::string Text(const Json& node, const char* key) {
  const auto it = node.find(key);
  return it != node.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// 125 with scale 2 is 1.25.
std::string DecimalText(const Json& value, int scale) {
  std::string digits = value.dump();
  const bool negative = digits.starts_with("-");
  if (negative) digits.erase(0, 1);
  while (static_cast<int>(digits.size()) <= scale) digits.insert(0, "0");
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

// A literal, or a cast of one: DATE '2024-01-01'.
std::optional<Condition::Value> ConstantOf(const Json& node) {
  const std::string kind = Text(node, "class");
  if (kind == "CAST") {
    const auto inner = node.find("child");
    if (inner == node.end() || !node.contains("cast_type")) return std::nullopt;
    auto value = ConstantOf(*inner);
    if (!value || value->type != "VARCHAR") return std::nullopt;
    value->type = Text(node["cast_type"], "id");
    return value;
  }
  if (kind != "CONSTANT") return std::nullopt;
  const Json& value = node["value"];
  if (value.value("is_null", true)) return std::nullopt;
  const Json& content = value["value"];
  Condition::Value out{Text(value["type"], "id"), {}};
  if (content.is_string()) {
    out.text = content.get<std::string>();
  } else if (content.is_boolean() || content.is_number_integer() || content.is_number_float()) {
    out.text = content.dump();
  } else {
    return std::nullopt;
  }
  if (out.type == "DECIMAL") {
    const auto details = value["type"].find("type_info");
    if (details == value["type"].end() || !content.is_number_integer()) return std::nullopt;
    out.text = DecimalText(content, details->value("scale", 0));
  }
  return out;
}

std::optional<Condition::Op> OpOf(const std::string& type, bool mirrored) {
  using Op = Condition::Op;
  if (type == "COMPARE_EQUAL") return Op::kEqual;
  if (type == "COMPARE_LESSTHAN") return mirrored ? Op::kGreater : Op::kLess;
  if (type == "COMPARE_LESSTHANOREQUALTO") return mirrored ? Op::kGreaterOrEqual : Op::kLessOrEqual;
  if (type == "COMPARE_GREATERTHAN") return mirrored ? Op::kLess : Op::kGreater;
  if (type == "COMPARE_GREATERTHANOREQUALTO")
    return mirrored ? Op::kLessOrEqual : Op::kGreaterOrEqual;
  return std::nullopt;
}

// The tables of one FROM whose rows all pass through WHERE: base tables joined INNER or CROSS.
struct FromTable {
  Json* node;
  std::string alias;
};

class Parsed : public ParsedQuery {
 public:
  explicit Parsed(Json tree) : tree_(std::move(tree)) { Visit(tree_, {}); }
  const std::vector<TableReference>& references() const override { return references_; }
  std::string ToJson() const override { return tree_.dump(); }

  void Point(size_t index, const std::string& view) override {
    Json& node = *nodes_[index];
    if (Text(node, "alias").empty()) node["alias"] = node["table_name"];
    node["table_name"] = view;
    node["schema_name"] = "";
    node["catalog_name"] = "";
    node["at_clause"] = nullptr;
  }

 private:
  void Visit(Json& node, std::set<std::string> with_names) {
    if (node.is_array()) {
      for (Json& child : node) Visit(child, with_names);
      return;
    }
    if (!node.is_object()) return;
    const auto ctes = node.find("cte_map");
    if (ctes != node.end() && ctes->contains("map")) {
      for (const Json& entry : (*ctes)["map"]) with_names.insert(Text(entry, "key"));
    }
    const std::string type = Text(node, "type");
    if (type == "BASE_TABLE") AddReference(node, with_names);
    for (auto& [key, child] : node.items()) Visit(child, with_names);
    if (type == "SELECT_NODE") AddConditions(node);
    if (type == "COLUMN_REF") Unqualify(node);
  }

  void AddReference(Json& node, const std::set<std::string>& with_names) {
    TableReference reference;
    for (const char* key : {"catalog_name", "schema_name", "table_name"}) {
      std::string part = Text(node, key);
      if (!part.empty()) reference.name.push_back(std::move(part));
    }
    if (reference.name.size() == 1 && with_names.contains(reference.name[0])) return;
    const auto at = node.find("at_clause");
    if (at != node.end() && at->is_object()) {
      if (const auto value = ConstantOf((*at)["expr"])) {
        const bool version = Text(*at, "unit") == "VERSION";
        reference.as_of =
            AsOf{version ? AsOf::Unit::kVersion : AsOf::Unit::kTimestamp, value->text};
      }
    }
    references_.push_back(std::move(reference));
    nodes_.push_back(&node);
  }

  // A column written as schema.table.column loses the schema, which its view does not have.
  static void Unqualify(Json& node) {
    const auto names = node.find("column_names");
    if (names == node.end() || !names->is_array()) return;
    while (names->size() > 2) names->erase(names->begin());
  }

  void FromTables(Json& from, std::vector<FromTable>* out) {
    const std::string type = Text(from, "type");
    if (type == "BASE_TABLE") {
      const std::string alias = Text(from, "alias");
      out->push_back({&from, alias.empty() ? Text(from, "table_name") : alias});
    } else if (type == "JOIN") {
      const std::string join = Text(from, "join_type");
      const std::string kind = Text(from, "ref_type");
      if (join != "INNER" || (kind != "REGULAR" && kind != "CROSS")) {
        out->push_back({nullptr, {}});
        return;
      }
      FromTables(from["left"], out);
      FromTables(from["right"], out);
    } else {
      out->push_back({nullptr, {}});
    }
  }

  void AddConditions(Json& select) {
    const auto where = select.find("where_clause");
    const auto from = select.find("from_table");
    if (where == select.end() || !where->is_object() || from == select.end()) return;
    std::vector<FromTable> tables;
    FromTables(*from, &tables);
    Conjunct(*where, tables);
  }

  void Conjunct(const Json& node, const std::vector<FromTable>& tables) {
    if (Text(node, "type") == "CONJUNCTION_AND") {
      for (const Json& child : node["children"]) Conjunct(child, tables);
      return;
    }
    const std::string kind = Text(node, "class");
    if (kind == "COMPARISON") {
      if (const auto right = ConstantOf(node["right"])) {
        Add(node["left"], OpOf(Text(node, "type"), false), {*right}, tables);
      } else if (const auto left = ConstantOf(node["left"])) {
        Add(node["right"], OpOf(Text(node, "type"), true), {*left}, tables);
      }
    } else if (kind == "BETWEEN" && Text(node, "type") == "COMPARE_BETWEEN") {
      const auto lower = ConstantOf(node["lower"]);
      const auto upper = ConstantOf(node["upper"]);
      if (lower) Add(node["input"], Condition::Op::kGreaterOrEqual, {*lower}, tables);
      if (upper) Add(node["input"], Condition::Op::kLessOrEqual, {*upper}, tables);
    } else if (kind == "OPERATOR") {
      AddOperator(node, tables);
    }
  }

  void AddOperator(const Json& node, const std::vector<FromTable>& tables) {
    const std::string type = Text(node, "type");
    const Json& children = node["children"];
    if (type == "OPERATOR_IS_NULL") Add(children[0], Condition::Op::kIsNull, {}, tables);
    if (type == "OPERATOR_IS_NOT_NULL") Add(children[0], Condition::Op::kIsNotNull, {}, tables);
    if (type != "COMPARE_IN") return;
    std::vector<Condition::Value> values;
    for (size_t i = 1; i < children.size(); ++i) {
      const auto value = ConstantOf(children[i]);
      if (!value) return;
      values.push_back(*value);
    }
    Add(children[0], Condition::Op::kIn, std::move(values), tables);
  }

  // Gives the condition to the one table that the column must belong to.
  void Add(const Json& column, std::optional<Condition::Op> op,
           std::vector<Condition::Value> values, const std::vector<FromTable>& tables) {
    if (!op || Text(column, "class") != "COLUMN_REF") return;
    const Json& names = column["column_names"];
    const FromTable* owner = nullptr;
    if (names.size() == 1 && tables.size() == 1) owner = &tables[0];
    for (const FromTable& table : tables) {
      if (names.size() == 2 && names[0] == table.alias) owner = &table;
    }
    if (owner == nullptr || owner->node == nullptr) return;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i] != owner->node) continue;
      references_[i].conditions.push_back(
          {names.back().get<std::string>(), *op, std::move(values)});
      return;
    }
  }

  Json tree_;
  std::vector<TableReference> references_;
  std::vector<Json*> nodes_;
};

}  // namespace

Result<std::unique_ptr<ParsedQuery>> ParsedQuery::Make(const std::string& json) {
  Json tree = Json::parse(json, nullptr, false);
  if (tree.is_discarded() || !tree.is_object()) return Internal("DuckDB's syntax tree is not JSON");
  if (tree.value("error", false)) {
    Error error = ParseError(Text(tree, "error_message"));
    const std::string position = Text(tree, "position");
    if (!position.empty()) error.where = "byte " + position;
    return error;
  }
  if (!tree.contains("statements") || tree["statements"].size() != 1) {
    return InvalidArgument("one statement at a time, please");
  }
  return std::unique_ptr<ParsedQuery>(std::make_unique<Parsed>(std::move(tree)));
}

}  // namespace sluice::query
