// SPDX-License-Identifier: Apache-2.0
#include "plan/alter_table.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "plan/describe.h"
#include "sql/bind_table.h"
#include "sql/lexer.h"
#include "sql/parser.h"

namespace sluice::plan {
namespace {

namespace ast = sql::ast;
using sql::Backtick;
using What = ast::AlterTable::What;

/// A table's definition, element by element as text, while it is changed.
class Definition {
 public:
  Definition(const sql::TableEntry& entry, const ast::AlterTable& alter, std::string_view text,
             const sql::Report& report)
      : entry_(entry), alter_(alter), text_(text), report_(report) {
    for (const sql::TableColumn& column : entry.columns) {
      columns_.push_back({column.field.name, ColumnText(column)});
    }
    if (entry.watermark) watermark_ = WatermarkText(entry);
    if (!entry.primary_key.empty()) key_ = KeyText(entry);
  }

  /// False after a mistake.
  bool Change() {
    switch (alter_.what) {
      case What::kDrop:
        return Drop();
      case What::kRenameColumn:
        return Rename();
      default:
        return PutColumns() && PutKey() && PutWatermark();
    }
  }

  /// Without options, which stay as they are.
  std::string Create(const sql::TablePath& path) const {
    std::string elements;
    for (const Column& column : columns_) elements += ",\n" + column.text;
    for (const std::string& more : {watermark_, key_}) {
      if (!more.empty()) elements += ",\n" + more;
    }
    return "CREATE TABLE " + path.Quoted() + " (" +
           elements.substr(std::min<size_t>(elements.size(), 1)) + ")" + PartitionText(entry_);
  }

 private:
  struct Column {
    std::string name;
    std::string text;
  };

  bool Fail(sql::Span span, ErrorKind kind, std::string text, std::string hint = {}) const {
    report_.Error(span, kind, std::move(text), std::move(hint));
    return false;
  }
  std::string Text(sql::Span span) const {
    return std::string(text_.substr(span.begin, span.end - span.begin));
  }
  std::vector<Column>::iterator Find(const std::string& name) {
    return std::find_if(columns_.begin(), columns_.end(),
                        [&](const Column& column) { return column.name == name; });
  }
  bool Unknown(const ast::Identifier& name) {
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(column.name);
    return Fail(
        name.span, ErrorKind::kNotFound,
        "the table has no column " + Backtick(name.text) + sql::DidYouMean(name.text, names));
  }

  bool PutColumns() {
    for (size_t i = 0; i < alter_.elements.columns.size(); ++i) {
      if (!PutColumn(alter_.elements.columns[i], alter_.positions[i])) return false;
    }
    return true;
  }

  bool PutColumn(const ast::ColumnDefinition& given, const ast::AlterTable::Position& position) {
    Column column{given.name.text, Text(given.span)};
    const auto known = Find(column.name);
    if (alter_.what == What::kAdd && known != columns_.end()) {
      return Fail(given.name.span, ErrorKind::kAlreadyExists,
                  "the table has a column " + Backtick(column.name) + " already",
                  "MODIFY changes it");
    }
    if (alter_.what == What::kModify) {
      if (known == columns_.end()) return Unknown(given.name);
      if (!position.first && !position.after) {
        *known = std::move(column);
        return true;
      }
      columns_.erase(known);
    }
    auto at = position.first ? columns_.begin() : columns_.end();
    if (position.after) {
      at = Find(position.after->text);
      if (at == columns_.end()) return Unknown(*position.after);
      ++at;
    }
    columns_.insert(at, std::move(column));
    return true;
  }

  bool PutKey() {
    for (const ast::KeyDefinition& key : alter_.elements.keys) {
      if (alter_.what == What::kAdd && !key_.empty()) {
        return Fail(key.span, ErrorKind::kAlreadyExists, "the table has a primary key already",
                    "MODIFY changes it, DROP PRIMARY KEY drops it");
      }
      if (alter_.what == What::kModify && key_.empty()) return NoKey(key.span, "ADD adds one");
      // That of a column stands in the column's text.
      const auto within = [&key](const ast::ColumnDefinition& column) {
        return column.span.begin <= key.span.begin && key.span.end <= column.span.end;
      };
      const auto& columns = alter_.elements.columns;
      const bool inside = std::any_of(columns.begin(), columns.end(), within);
      key_ = inside ? "" : Text(key.span);
    }
    return true;
  }

  bool NoKey(sql::Span span, std::string hint) const {
    return Fail(span, ErrorKind::kNotFound, "the table has no primary key", std::move(hint));
  }

  bool PutWatermark() {
    for (const ast::WatermarkDefinition& watermark : alter_.elements.watermarks) {
      if (alter_.what == What::kAdd && !watermark_.empty()) {
        return Fail(watermark.span, ErrorKind::kAlreadyExists, "the table has a watermark already",
                    "MODIFY changes it, DROP WATERMARK drops it");
      }
      if (alter_.what == What::kModify && watermark_.empty()) {
        return Fail(watermark.span, ErrorKind::kNotFound, "the table has no watermark",
                    "ADD adds one");
      }
      watermark_ = Text(watermark.span);
    }
    return true;
  }

  bool Drop() {
    if (alter_.drop_watermark) {
      if (watermark_.empty()) {
        return Fail(alter_.name.span, ErrorKind::kNotFound, "the table has no watermark");
      }
      watermark_.clear();
      return true;
    }
    if (alter_.drop_key) {
      if (key_.empty()) return NoKey(alter_.name.span, {});
      const std::string named =
          "CONSTRAINT " + (alter_.constraint ? Backtick(alter_.constraint->text) : "");
      if (alter_.constraint && !key_.starts_with(named + " ")) {
        return Fail(alter_.constraint->span, ErrorKind::kNotFound,
                    "the table has no constraint " + Backtick(alter_.constraint->text),
                    "it has " + key_);
      }
      key_.clear();
      return true;
    }
    for (const ast::Identifier& name : alter_.dropped) {
      const auto known = Find(name.text);
      if (known == columns_.end()) return Unknown(name);
      if (!MayLose(name, "dropped")) return false;
      if (Contains(entry_.primary_key, name.text)) {
        return Fail(name.span, ErrorKind::kInvalidArgument,
                    Backtick(name.text) + " is part of the primary key", "drop that one first");
      }
      columns_.erase(known);
    }
    return true;
  }

  bool Rename() {
    const auto known = Find(alter_.column.text);
    if (known == columns_.end()) return Unknown(alter_.column);
    if (Find(alter_.new_column.text) != columns_.end()) {
      return Fail(alter_.new_column.span, ErrorKind::kAlreadyExists,
                  "the table has a column " + Backtick(alter_.new_column.text) + " already");
    }
    if (!MayLose(alter_.column, "renamed")) return false;
    sql::TableEntry renamed = entry_;
    for (sql::TableColumn& column : renamed.columns) {
      if (column.field.name != alter_.column.text) continue;
      column.field.name = alter_.new_column.text;
      *known = {column.field.name, ColumnText(column)};
    }
    if (!Contains(entry_.primary_key, alter_.column.text)) return true;
    std::replace(renamed.primary_key.begin(), renamed.primary_key.end(), alter_.column.text,
                 alter_.new_column.text);
    key_ = KeyText(renamed);
    return true;
  }

  /// Watermark and partitions hold the column by its name. (Computed columns say so themselves
  /// when the table is bound.)
  bool MayLose(const ast::Identifier& name, const char* done) const {
    const auto refuse = [&](const char* by) {
      return Fail(name.span, ErrorKind::kInvalidArgument,
                  Backtick(name.text) + " cannot be " + done + ": " + by + " refers to it");
    };
    if (entry_.watermark && entry_.watermark->column == name.text) return refuse("the watermark");
    if (Contains(entry_.partition_keys, name.text)) return refuse("PARTITIONED BY");
    return true;
  }
  static bool Contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  const sql::TableEntry& entry_;
  const ast::AlterTable& alter_;
  std::string_view text_;
  const sql::Report& report_;
  std::vector<Column> columns_;
  std::string watermark_, key_;
};

}  // namespace

std::optional<sql::TableEntry> AlterColumns(const sql::TablePath& path,
                                            const sql::TableEntry& entry,
                                            const ast::AlterTable& alter, std::string_view text,
                                            const sql::BindContext& context,
                                            const sql::Report& report) {
  Definition definition(entry, alter, text, report);
  if (!definition.Change()) return std::nullopt;
  const std::string create = definition.Create(path);
  sql::Diagnostics diagnostics;
  sql::Script script = sql::ParseScript(create, &diagnostics);
  const sql::Report at_name{report.diagnostics, alter.name.span, "after this, "};
  if (diagnostics.has_errors() || script.statements.empty()) {
    at_name.Error(alter.name.span, ErrorKind::kInvalidArgument,
                  diagnostics.list().empty() ? "no table is left" : diagnostics.list()[0].text);
    return std::nullopt;
  }
  auto* const parsed = std::get_if<ast::CreateTable>(&script.statements[0].node);
  if (parsed == nullptr) return std::nullopt;
  for (const auto& [key, value] : entry.options)
    parsed->options.items.push_back({key, value, {}, {}});
  auto altered = sql::BindCreateTable(*parsed, create, nullptr, context, at_name);
  if (!altered) return std::nullopt;
  altered->temporary = entry.temporary;
  altered->comment = entry.comment;
  altered->scope_catalog = entry.scope_catalog;
  altered->scope_database = entry.scope_database;
  return altered;
}

}  // namespace sluice::plan
