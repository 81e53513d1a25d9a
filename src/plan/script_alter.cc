// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE, VIEW, CATALOG and DATABASE of a script.
#include <utility>

#include "plan/alter_table.h"
#include "plan/script_runner.h"
#include "sql/bind_table.h"
#include "sql/lexer.h"

namespace sluice::plan {
namespace {

namespace ast = sql::ast;
using sql::Span;
using sql::TableEntry;
using sql::TablePath;

using Keys = std::vector<std::pair<std::string, Span>>;

/// SET and RESET. A key that is not there is no mistake, as in Flink; false, reported: the `kept`
/// one cannot be taken away.
bool Change(const ast::Options& set, const Keys& reset, const char* kept, const sql::Report& report,
            flow::OptionMap* options) {
  for (const ast::Option& option : set.items) (*options)[option.key] = option.value;
  for (const auto& [key, span] : reset) {
    if (key == kept) {
      report.Error(span, ErrorKind::kInvalidArgument,
                   "RESET does not take '" + key + "', which says what it is");
      return false;
    }
    options->erase(key);
  }
  return true;
}

}  // namespace

void ScriptRunner::Do(ast::AlterTable& alter, Span span) {
  const auto path = Resolve(alter.name);
  if (!path || names_->IsPoisoned(*path)) return;
  auto entry = names_->LookUp(*path);
  if (!entry.ok()) {
    if (entry.error().kind == ErrorKind::kNotFound && alter.if_exists) {
      return Done(span, alter.view ? "ALTER VIEW" : "ALTER TABLE");
    }
    return Fail(alter.name.span, entry.error());
  }
  if ((entry->kind == TableEntry::Kind::kView) != alter.view) {
    return Fail(alter.name.span,
                InvalidArgument(path->ToString() + (alter.view ? " is a table" : " is a view")));
  }
  const std::optional<Status> altered = Alter(alter, *path, *entry);
  if (!altered) return;
  if (!altered->ok()) return Fail(alter.name.span, altered->error());
  Done(span, std::string("ALTER ") + (alter.view ? "VIEW " : "TABLE ") + path->Quoted());
}

std::optional<Status> ScriptRunner::Alter(ast::AlterTable& alter, const TablePath& path,
                                          const TableEntry& entry) {
  using What = ast::AlterTable::What;
  if (alter.what == What::kRename) {
    return names_->Rename(path, alter.new_name.parts.back().text);
  }
  if (alter.what == What::kAs) return AlterView(alter, path, entry);
  if (alter.what == What::kSet || alter.what == What::kReset) {
    flow::OptionMap options = entry.options;
    if (!Change(alter.options, alter.keys, "connector", MakeReport(), &options)) {
      return std::nullopt;
    }
    return names_->AlterOptions(path, options);
  }
  const auto changed = AlterColumns(path, entry, alter, source_.text, Context(), MakeReport());
  if (!changed) return std::nullopt;
  sql::RenamedColumns renamed;
  if (alter.what == What::kRenameColumn) renamed[alter.new_column.text] = alter.column.text;
  return names_->AlterColumns(path, *changed, renamed);
}

/// ALTER VIEW v AS: another query, whose columns are the view's from now on.
std::optional<Status> ScriptRunner::AlterView(ast::AlterTable& alter, const TablePath& path,
                                              const TableEntry& entry) {
  ast::CreateView create;
  create.name = alter.name;
  create.temporary = entry.temporary;
  create.comment = entry.comment;
  create.query = std::move(alter.query);
  const auto changed = sql::BindCreateView(create, source_.text, Context(), MakeReport());
  alter.query = std::move(create.query);
  if (!changed) return std::nullopt;
  return names_->AlterColumns(path, *changed, {});
}

void ScriptRunner::Do(const ast::AlterCatalog& alter, Span span) {
  const std::string& name = alter.name.text;
  if (names_->IsPoisonedCatalog(name)) return;
  const flow::OptionMap* const known = names_->CatalogOptions(name);
  if (known == nullptr) {
    return Fail(alter.name.span, NotFound("no CREATE CATALOG made '" + name + "'" +
                                          sql::DidYouMean(name, names_->ListCatalogs())));
  }
  if (alter.what == ast::AlterCatalog::What::kComment) {
    names_->SetCatalogComment(name, alter.comment);
    return Done(span, "ALTER CATALOG " + sql::Backtick(name));
  }
  flow::OptionMap options = *known;
  if (!Change(alter.options, alter.keys, "type", MakeReport(), &options)) return;
  if (!CheckCatalog(alter.name, options, alter.options)) return;
  const Status altered = names_->AlterCatalog(name, options, connectors_);
  if (!altered.ok()) return Fail(alter.name.span, altered.error());
  Done(span, "ALTER CATALOG " + sql::Backtick(name));
}

void ScriptRunner::Do(const ast::AlterDatabase& alter, Span span) {
  std::string database;
  sql::Names* const catalog = CatalogOf(alter.name, &database);
  if (catalog == nullptr) return;
  const auto exists = catalog->DatabaseExists(database);
  if (!exists.ok()) return Fail(alter.name.span, exists.error());
  if (!*exists) return Fail(alter.name.span, NotFound("there is no database '" + database + "'"));
  const auto options = sql::BindOptions(alter.options, MakeReport());
  if (!options) return;
  const Status altered = catalog->AlterDatabase(database, *options);
  if (!altered.ok()) return Fail(alter.name.span, altered.error());
  Done(span, "ALTER DATABASE " + alter.name.ToString());
}

}  // namespace sluice::plan
