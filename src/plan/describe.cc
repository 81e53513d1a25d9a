// SPDX-License-Identifier: Apache-2.0
#include "plan/describe.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "functions/aggregate.h"
#include "functions/registry.h"
#include "sql/lexer.h"

namespace sluice::plan {
namespace {

using sql::TableColumn;
using sql::TableEntry;

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

// Values that must not be shown: credentials of any connector or catalog.
bool IsSecret(std::string key) {
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view word : {"password", "secret", "token", "credential", "jaas"}) {
    if (key.find(word) != std::string::npos) return true;
  }
  return false;
}

std::string OptionsText(const flow::OptionMap& options) {
  std::string text = "(";
  for (const auto& [key, value] : options) {
    text += text.size() > 1 ? ",\n  " : "\n  ";
    text += Quoted(key) + " = " + Quoted(IsSecret(key) ? "****" : value);
  }
  return text + "\n)";
}

TextTable OneColumn(std::string name, std::vector<std::string> values) {
  TextTable table;
  table.columns.push_back(std::move(name));
  for (std::string& value : values) table.rows.push_back({std::move(value)});
  return table;
}

Result<std::pair<std::string, std::string>> DatabaseOf(const sql::ast::Show& show,
                                                       const sql::NameSpace& names) {
  if (!show.in) return std::pair{names.catalog(), names.database()};
  return names.ResolveDatabase(show.in->parts);
}

Result<std::vector<std::string>> TablesOrViews(const sql::ast::Show& show, sql::NameSpace& names) {
  SLUICE_ASSIGN(const auto database, DatabaseOf(show, names));
  SLUICE_ASSIGN(auto tables, names.ListTables(database.first, database.second));
  if (show.what == sql::ast::Show::What::kTables) return tables;
  std::vector<std::string> views;
  for (std::string& table : tables) {
    auto entry = names.LookUp({database.first, database.second, table});
    if (entry.ok() && entry->kind == TableEntry::Kind::kView) views.push_back(std::move(table));
  }
  return views;
}

}  // namespace

std::string ColumnText(const TableColumn& column) {
  std::string text = sql::Backtick(column.field.name) + " ";
  if (column.kind == TableColumn::Kind::kComputed) {
    text += "AS " + column.expression;
  } else {
    text += column.field.type->ToString();
    if (column.kind == TableColumn::Kind::kMetadata) {
      text += " METADATA";
      if (column.metadata_key != column.field.name) text += " FROM " + Quoted(column.metadata_key);
      if (column.is_virtual) text += " VIRTUAL";
    }
  }
  if (!column.field.comment.empty()) text += " COMMENT " + Quoted(column.field.comment);
  return text;
}

std::string KeyText(const TableEntry& entry) {
  std::string columns, name = entry.key_name.empty() ? "PK" : entry.key_name;
  for (const std::string& column : entry.primary_key) {
    columns += (columns.empty() ? "" : ", ") + sql::Backtick(column);
    if (entry.key_name.empty()) name += "_" + column;
  }
  return "CONSTRAINT " + sql::Backtick(name) + " PRIMARY KEY (" + columns + ") NOT ENFORCED";
}

std::string PartitionText(const TableEntry& entry) {
  if (entry.partition_keys.empty()) return "";
  std::string keys;
  for (const std::string& key : entry.partition_keys) {
    const bool transform = key.find('(') != std::string::npos;
    keys += (keys.empty() ? "" : ", ") + (transform ? key : sql::Backtick(key));
  }
  return "\nPARTITIONED BY (" + keys + ")";
}

std::string WatermarkText(const TableEntry& entry) {
  return "WATERMARK FOR " + sql::Backtick(entry.watermark->column) + " AS " +
         entry.watermark->expression;
}

bool MatchesLike(std::string_view text, std::string_view pattern, bool ignore_case) {
  const auto same = [ignore_case](char a, char b) {
    if (!ignore_case) return a == b;
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  // Greedy with one point of return: enough for %, without recursion.
  size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '_' || same(pattern[p], text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

TextTable DescribeTable(const TableEntry& entry) {
  TextTable table;
  table.columns = {"name", "type", "null", "key", "extras", "watermark"};
  const bool comments = std::any_of(entry.columns.begin(), entry.columns.end(),
                                    [](const TableColumn& c) { return !c.field.comment.empty(); });
  if (comments) table.columns.push_back("comment");
  std::string key;
  for (const std::string& column : entry.primary_key) key += (key.empty() ? "" : ", ") + column;
  for (const TableColumn& column : entry.columns) {
    std::vector<std::optional<std::string>> row(6);
    const flow::Type& type = *column.field.type;
    row[0] = column.field.name;
    row[1] = type.WithNullable(true)->ToString();
    row[2] = type.nullable() ? "TRUE" : "FALSE";
    const auto& keys = entry.primary_key;
    if (std::find(keys.begin(), keys.end(), column.field.name) != keys.end()) {
      row[3] = "PRI(" + key + ")";
    }
    if (column.kind == TableColumn::Kind::kComputed) {
      row[4] = "AS " + column.expression;
    } else if (column.kind == TableColumn::Kind::kMetadata) {
      row[4] = "METADATA";
      if (column.metadata_key != column.field.name) {
        *row[4] += " FROM " + Quoted(column.metadata_key);
      }
      if (column.is_virtual) *row[4] += " VIRTUAL";
    }
    if (entry.watermark && entry.watermark->column == column.field.name) {
      row[5] = entry.watermark->expression;
      *row[1] += " *ROWTIME*";
    } else if (type.is_proctime()) {
      *row[1] += " *PROCTIME*";
    }
    if (comments) row.push_back(column.field.comment);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string CreateText(const sql::TablePath& path, const TableEntry& entry) {
  const std::string temporary = entry.temporary ? "TEMPORARY " : "";
  if (entry.kind == TableEntry::Kind::kView) {
    std::string columns;
    for (const TableColumn& column : entry.columns) {
      columns += (columns.empty() ? "\n  " : ",\n  ") + sql::Backtick(column.field.name);
    }
    std::string text = "CREATE " + temporary + "VIEW " + path.Quoted() + " (" + columns + "\n)\n";
    if (!entry.comment.empty()) text += "COMMENT " + Quoted(entry.comment) + "\n";
    return text + "AS " + entry.query;
  }
  std::string text = "CREATE " + temporary + "TABLE " + path.Quoted() + " (\n";
  std::string elements;
  for (const TableColumn& column : entry.columns) {
    elements += (elements.empty() ? "  " : ",\n  ") + ColumnText(column);
  }
  if (entry.watermark) elements += ",\n  " + WatermarkText(entry);
  if (!entry.primary_key.empty()) elements += ",\n  " + KeyText(entry);
  text += elements + "\n)";
  if (!entry.comment.empty()) text += "\nCOMMENT " + Quoted(entry.comment);
  text += PartitionText(entry);
  if (!entry.options.empty()) text += "\nWITH " + OptionsText(entry.options);
  return text;
}

std::string CreateCatalogText(const std::string& name, const std::string& comment,
                              const flow::OptionMap& options) {
  return "CREATE CATALOG " + sql::Backtick(name) +
         (comment.empty() ? "" : "\nCOMMENT " + Quoted(comment)) + "\nWITH " + OptionsText(options);
}

TextTable DescribeCatalog(const std::string& name, bool extended, const sql::NameSpace& names) {
  TextTable table;
  table.columns = {"info name", "info value"};
  const std::string comment = names.CatalogComment(name);
  table.rows = {
      {"name", name}, {"type", names.FindCatalog(name)->kind()}, {"comment", std::nullopt}};
  if (!comment.empty()) table.rows[2][1] = comment;
  const flow::OptionMap* const options = names.CatalogOptions(name);
  if (!extended || options == nullptr) return table;
  for (const auto& [key, value] : *options) {
    if (key != "type") table.rows.push_back({"option:" + key, IsSecret(key) ? "****" : value});
  }
  return table;
}

TextTable DescribeDatabase(const std::string& catalog, const std::string& database, bool extended,
                           const sql::DatabaseEntry& entry) {
  TextTable table;
  table.columns = {"info name", "info value"};
  table.rows = {{"name", database}, {"catalog", catalog}, {"comment", std::nullopt}};
  if (!entry.comment.empty()) table.rows[2][1] = entry.comment;
  if (!extended) return table;
  for (const auto& [key, value] : entry.properties) {
    table.rows.push_back({"property:" + key, IsSecret(key) ? "****" : value});
  }
  return table;
}

Result<TextTable> DescribeFunction(const std::string& name, bool extended) {
  const functions::Function* const scalar = functions::FindFunction(name);
  const functions::AggregateFunction* const aggregate = functions::FindAggregate(name);
  if (scalar == nullptr && aggregate == nullptr) {
    std::vector<std::string> known;
    for (const functions::Function* one : functions::AllFunctions()) known.push_back(one->name);
    for (const auto* one : functions::AllAggregates()) known.push_back(one->name);
    return NotFound("there is no function '" + name + "'" + sql::DidYouMean(name, known));
  }
  TextTable table;
  table.columns = {"info name", "info value"};
  table.rows = {{"is system function", "true"}, {"is temporary", "false"}};
  if (!extended) return table;
  const bool deterministic = aggregate != nullptr || scalar->deterministic;
  table.rows.push_back({"kind", aggregate != nullptr ? "AGGREGATE" : "SCALAR"});
  table.rows.push_back({"requirements", "[]"});
  table.rows.push_back({"is deterministic", deterministic ? "true" : "false"});
  table.rows.push_back({"supports constant folding", deterministic ? "true" : "false"});
  table.rows.push_back({"signature", aggregate != nullptr ? aggregate->syntax : scalar->syntax});
  return table;
}

Result<TextTable> ListNames(const sql::ast::Show& show, sql::NameSpace& names) {
  using What = sql::ast::Show::What;
  std::vector<std::string> values;
  std::string title;
  switch (show.what) {
    case What::kCatalogs:
      title = "catalog name";
      values = names.ListCatalogs();
      break;
    case What::kDatabases: {
      title = "database name";
      const std::string catalog = show.in ? show.in->parts[0].text : names.catalog();
      sql::Names* const found = names.FindCatalog(catalog);
      if (found == nullptr) {
        return NotFound("there is no catalog '" + catalog + "'" +
                        sql::DidYouMean(catalog, names.ListCatalogs()));
      }
      SLUICE_ASSIGN(values, found->ListDatabases());
      break;
    }
    case What::kTables:
    case What::kViews: {
      title = show.what == What::kTables ? "table name" : "view name";
      SLUICE_ASSIGN(values, TablesOrViews(show, names));
      break;
    }
    case What::kFunctions:
      title = "function name";
      for (const functions::Function* function : functions::AllFunctions()) {
        values.push_back(function->name);
      }
      for (const auto* aggregate : functions::AllAggregates()) values.push_back(aggregate->name);
      std::sort(values.begin(), values.end());
      break;
    case What::kCurrentCatalog:
      return OneColumn("current catalog name", {names.catalog()});
    case What::kCurrentDatabase:
      return OneColumn("current database name", {names.database()});
    default:
      return Internal("not a list of names");
  }
  if (show.like) {
    std::erase_if(values, [&show](const std::string& value) {
      return MatchesLike(value, *show.like, show.ignore_case) == show.not_like;
    });
  }
  return OneColumn(std::move(title), std::move(values));
}

std::optional<TextTable> ListBuiltIn(const std::string& statement) {
  if (statement == "SHOW USER") return OneColumn("function name", {});
  if (statement == "SHOW MODULES") return OneColumn("module name", {"core"});
  if (statement == "SHOW MODELS") return OneColumn("model name", {});
  if (statement == "SHOW JARS") return OneColumn("jars", {});
  if (statement != "SHOW FULL") return std::nullopt;
  TextTable table;
  table.columns = {"module name", "used"};
  table.rows = {{"core", "TRUE"}};
  return table;
}

TextTable ListSettings(const std::map<std::string, std::string>& settings) {
  TextTable table;
  table.columns = {"key", "value"};
  for (const auto& [key, value] : settings) {
    table.rows.push_back({key, IsSecret(key) ? "****" : value});
  }
  return table;
}

}  // namespace sluice::plan
