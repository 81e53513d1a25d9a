// SPDX-License-Identifier: Apache-2.0
#include "plan/script_runner.h"

#include <algorithm>
#include <utility>

#include "plan/describe.h"
#include "plan/explain.h"
#include "plan/job_graph_builder.h"
#include "plan/stop_job.h"
#include "sql/bind_insert.h"
#include "sql/bind_table.h"
#include "sql/lexer.h"
#include "sql/settings.h"

namespace sluice::plan {
namespace {

namespace ast = sql::ast;
using sql::Span;
using sql::TableEntry;
using sql::TablePath;

bool IsOn(const std::map<std::string, std::string>& settings, const std::string& key) {
  const auto found = settings.find(key);
  if (found == settings.end()) return false;
  const auto value = flow::ParseBoolean(found->second);
  return value.ok() && *value;
}

}  // namespace

ScriptRunner::ScriptRunner(const sql::Source& source, const sql::Connectors& connectors,
                           sql::NameSpace* names, std::map<std::string, std::string>* settings,
                           bool stop_at_error)
    : source_(source),
      connectors_(connectors),
      names_(names),
      settings_(settings),
      initial_settings_(*settings),
      stop_at_error_(stop_at_error) {}

void ScriptRunner::Run(std::vector<ast::Statement>& statements, Outcome* outcome,
                       sql::Diagnostics* diagnostics) {
  outcome_ = outcome;
  diagnostics_ = diagnostics;
  for (ast::Statement& statement : statements) {
    if (diagnostics_->full() || (stop_at_error_ && diagnostics_->has_errors())) return;
    RunOne(statement);
  }
  Flush();
}

void ScriptRunner::RunOne(ast::Statement& statement) {
  std::visit(
      [this, &statement](auto& node) {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (!std::is_same_v<Node, std::monostate>) Do(node, statement.span);
      },
      statement.node);
}

void ScriptRunner::Done(Span span, std::string title) {
  StatementResult result;
  result.span = span;
  result.title = std::move(title);
  outcome_->results.push_back(std::move(result));
}

void ScriptRunner::Fail(Span span, const Error& error) {
  MakeReport().Error(span, error);
}

std::optional<TablePath> ScriptRunner::Resolve(const ast::Name& name) {
  auto path = names_->Resolve(name.parts);
  if (path.ok()) return *std::move(path);
  Fail(name.span, path.error());
  return std::nullopt;
}

bool ScriptRunner::Exists(const TablePath& path) {
  return names_->LookUp(path).ok();
}

bool ScriptRunner::Register(const TablePath& path, const TableEntry& entry, bool if_not_exists,
                            bool replace, Span span) {
  if (replace && Exists(path)) {
    const Status dropped = names_->Drop(path, names_->IsTemporary(path));
    if (!dropped.ok()) {
      Fail(span, dropped.error());
      return false;
    }
  }
  const Status created = names_->Create(path, entry);
  if (created.ok()) return true;
  if (created.error().kind == ErrorKind::kAlreadyExists) {
    if (if_not_exists) return true;
    MakeReport().Error(span, ErrorKind::kAlreadyExists, path.ToString() + " exists already",
                       "CREATE ... IF NOT EXISTS takes it as it is");
    return false;
  }
  Fail(span, created.error());
  return false;
}

void ScriptRunner::Do(ast::CreateTable& create, Span span) {
  const auto path = Resolve(create.name);
  if (!path) return;
  const bool there = create.if_not_exists && !create.temporary && Exists(*path);
  if (create.broken || names_->IsPoisonedCatalog(path->catalog)) {
    names_->Poison(*path);
    return;
  }
  if (create.as) return DoAs(create, span, *path);
  const sql::BindContext context = Context();
  const auto entry = sql::BindCreateTable(create, source_.text, nullptr, context, MakeReport());
  if (!entry) {
    names_->Poison(*path);
    return;
  }
  if (!there && !Register(*path, *entry, create.if_not_exists, create.replace, create.name.span)) {
    return;
  }
  Done(span, "CREATE TABLE " + path->Quoted());
}

/// CREATE TABLE ... AS: the table, then an INSERT into it.
void ScriptRunner::DoAs(ast::CreateTable& create, Span span, const TablePath& path) {
  const sql::BindContext context = Context();
  const auto report = MakeReport();
  const auto query = sql::QueryBinder(context, report).Bind(*create.as);
  const auto entry = query == nullptr ? std::nullopt
                                      : sql::BindCreateTable(create, source_.text, &query->schema,
                                                             context, report);
  if (!entry) {
    names_->Poison(path);
    return;
  }
  if (!Register(path, *entry, create.if_not_exists, create.replace, create.name.span)) return;
  Done(span, "CREATE TABLE " + path.Quoted());
  ast::Insert insert;
  insert.table = create.name;
  // By name: the table may have more columns, or the same ones in another order.
  insert.columns.emplace();
  for (const flow::Field& field : query->schema.fields) {
    insert.columns->push_back({.text = field.name, .span = create.as->span});
  }
  insert.query = std::move(create.as);
  Do(insert, span);
  create.as = std::move(insert.query);
}

void ScriptRunner::Do(const ast::CreateView& create, Span span) {
  const auto path = Resolve(create.name);
  if (!path) return;
  const sql::BindContext context = Context();
  const auto entry = create.query == nullptr
                         ? std::nullopt
                         : sql::BindCreateView(create, source_.text, context, MakeReport());
  if (!entry) {
    names_->Poison(*path);
    return;
  }
  if (Register(*path, *entry, create.if_not_exists, create.replace, create.name.span)) {
    Done(span, "CREATE VIEW " + path->Quoted());
  }
}

void ScriptRunner::Do(const ast::CreateCatalog& create, Span span) {
  const std::string& name = create.name.text;
  const auto report = MakeReport();
  const auto options = sql::BindOptions(create.options, report);
  if (!options) return names_->PoisonCatalog(name);
  if (create.if_not_exists && names_->FindCatalog(name) != nullptr) {
    return Done(span, "CREATE CATALOG " + sql::Backtick(name));
  }
  if (!CheckCatalog(create.name, *options, create.options)) return names_->PoisonCatalog(name);
  const Status created = names_->CreateCatalog(name, *options, connectors_);
  if (!created.ok()) {
    sql::ReportConnectorErrors({created.error()}, &create.options, nullptr, create.name.span,
                               report);
    if (created.error().kind != ErrorKind::kAlreadyExists) names_->PoisonCatalog(name);
    return;
  }
  names_->SetCatalogComment(name, create.comment);
  Done(span, "CREATE CATALOG " + sql::Backtick(name));
}

bool ScriptRunner::CheckCatalog(const ast::Identifier& name, const flow::OptionMap& options,
                                const ast::Options& written) {
  const auto type = options.find("type");
  const sql::CatalogDescription* const description =
      type == options.end() ? nullptr : connectors_.FindCatalog(type->second);
  if (description == nullptr || !description->check) return true;
  const std::vector<Error> errors = description->check(name.text, options);
  sql::ReportConnectorErrors(errors, &written, nullptr, name.span, MakeReport());
  return errors.empty();
}

sql::Names* ScriptRunner::CatalogOf(const ast::Name& name, std::string* database) {
  auto path = names_->ResolveDatabase(name.parts);
  if (!path.ok()) {
    Fail(name.span, path.error());
    return nullptr;
  }
  if (names_->IsPoisonedCatalog(path->first)) return nullptr;
  sql::Names* const catalog = names_->FindCatalog(path->first);
  if (catalog == nullptr) {
    Fail(name.span, NotFound("there is no catalog '" + path->first + "'" +
                             sql::DidYouMean(path->first, names_->ListCatalogs())));
  }
  *database = std::move(path->second);
  return catalog;
}

void ScriptRunner::Do(const ast::CreateDatabase& create, Span span) {
  std::string database;
  sql::Names* const catalog = CatalogOf(create.name, &database);
  if (catalog == nullptr) return;
  const auto options = sql::BindOptions(create.options, MakeReport());
  if (!options) return;
  const Status created = catalog->CreateDatabase(database, *options, create.comment);
  const bool exists = !created.ok() && created.error().kind == ErrorKind::kAlreadyExists;
  if (!created.ok() && !(exists && create.if_not_exists)) {
    return Fail(create.name.span, created.error());
  }
  Done(span, "CREATE DATABASE " + create.name.ToString());
}

void ScriptRunner::Do(const ast::Use& use, Span span) {
  Status used;
  if (use.catalog) {
    const std::string& catalog = use.name.parts[0].text;
    if (names_->IsPoisonedCatalog(catalog)) return names_->UsePoisoned(catalog, "default");
    used = names_->UseCatalog(catalog);
    if (!used.ok()) {
      // What follows would be looked for in the wrong catalog.
      names_->PoisonCatalog(catalog);
      names_->UsePoisoned(catalog, "default");
    }
  } else {
    auto database = names_->ResolveDatabase(use.name.parts);
    if (!database.ok()) return Fail(use.name.span, database.error());
    if (names_->IsPoisonedCatalog(database->first)) {
      return names_->UsePoisoned(database->first, database->second);
    }
    used = names_->UseDatabase(database->first, database->second);
  }
  if (!used.ok()) return Fail(use.name.span, used.error());
  Done(span, std::string("USE ") + (use.catalog ? "CATALOG " : "") + use.name.ToString());
}

void ScriptRunner::Do(const ast::Set& set, Span span) {
  if (!set.setting) {
    Done(span, "SET");
    outcome_->results.back().kind = StatementResult::Kind::kTable;
    outcome_->results.back().table = ListSettings(*settings_);
    return;
  }
  const ast::Option& option = *set.setting;
  const int before = diagnostics_->errors();
  sql::CheckSetting(option.key, option.value, option.key_span, option.value_span, diagnostics_);
  if (diagnostics_->errors() > before) return;
  (*settings_)[option.key] = option.value;
  Done(span, "SET '" + option.key + "' = '" + option.value + "'");
}

void ScriptRunner::Do(const ast::Reset& reset, Span span) {
  if (!reset.key) {
    *settings_ = initial_settings_;
    return Done(span, "RESET");
  }
  settings_->erase(*reset.key);
  const auto initial = initial_settings_.find(*reset.key);
  if (initial != initial_settings_.end()) (*settings_)[*reset.key] = initial->second;
  Done(span, "RESET '" + *reset.key + "'");
}

void ScriptRunner::Do(const ast::Show& show, Span span) {
  using What = ast::Show::What;
  StatementResult result;
  result.span = span;
  result.title = "SHOW";
  const Span where = show.in ? show.in->span : span;
  if (show.what == What::kJobs) {
    result.kind = StatementResult::Kind::kShowJobs;
    result.settings = *settings_;
    outcome_->results.push_back(std::move(result));
    return;
  }
  if (show.what == What::kColumns || show.what == What::kCreateTable ||
      show.what == What::kCreateView) {
    const auto path = Resolve(*show.in);
    if (!path || names_->IsPoisoned(*path)) return;
    auto entry = names_->LookUp(*path);
    if (!entry.ok()) return Fail(where, entry.error());
    if (show.what == What::kColumns) {
      result.kind = StatementResult::Kind::kTable;
      result.table = DescribeTable(*entry);
      std::erase_if(result.table.rows, [&show](const auto& row) {
        return show.like &&
               MatchesLike(row[0].value_or(""), *show.like, show.ignore_case) == show.not_like;
      });
    } else {
      const bool view = entry->kind == TableEntry::Kind::kView;
      if (view != (show.what == What::kCreateView)) {
        return MakeReport().Error(
            where, ErrorKind::kInvalidArgument,
            path->ToString() + (view ? " is a view, not a table" : " is a table, not a view"),
            view ? "SHOW CREATE VIEW shows it" : "SHOW CREATE TABLE shows it");
      }
      result.kind = StatementResult::Kind::kText;
      result.text = CreateText(*path, *entry);
    }
  } else if (show.what == What::kCreateCatalog) {
    const std::string& name = show.in->parts[0].text;
    const flow::OptionMap* const options = names_->CatalogOptions(name);
    if (options == nullptr) {
      return Fail(where, NotFound("no CREATE CATALOG made '" + name + "'" +
                                  sql::DidYouMean(name, names_->ListCatalogs())));
    }
    result.kind = StatementResult::Kind::kText;
    result.text = CreateCatalogText(name, names_->CatalogComment(name), *options);
  } else {
    auto table = ListNames(show, *names_);
    if (!table.ok()) return Fail(where, table.error());
    result.kind = StatementResult::Kind::kTable;
    result.table = *std::move(table);
  }
  outcome_->results.push_back(std::move(result));
}

void ScriptRunner::Do(const ast::Describe& describe, Span span) {
  StatementResult result;
  result.kind = StatementResult::Kind::kTable;
  result.span = span;
  result.title = "DESCRIBE " + describe.name.ToString();
  if (describe.what == ast::Describe::What::kCatalog) {
    const std::string& name = describe.name.parts[0].text;
    sql::Names* const names = names_->FindCatalog(name);
    if (names == nullptr) {
      return Fail(describe.name.span, NotFound("there is no catalog '" + name + "'" +
                                               sql::DidYouMean(name, names_->ListCatalogs())));
    }
    result.table = DescribeCatalog(name, describe.extended, *names_);
  } else if (describe.what == ast::Describe::What::kDatabase) {
    auto database = names_->ResolveDatabase(describe.name.parts);
    if (!database.ok()) return Fail(describe.name.span, database.error());
    sql::Names* const names = names_->FindCatalog(database->first);
    if (names == nullptr) {
      return Fail(describe.name.span, NotFound("there is no catalog '" + database->first + "'"));
    }
    const auto entry = names->LookUpDatabase(database->second);
    if (!entry.ok()) return Fail(describe.name.span, entry.error());
    result.table = DescribeDatabase(database->first, database->second, describe.extended, *entry);
  } else if (describe.what == ast::Describe::What::kFunction) {
    auto table = DescribeFunction(describe.name.parts.back().text, describe.extended);
    if (!table.ok()) return Fail(describe.name.span, table.error());
    result.table = *std::move(table);
  } else {
    const auto path = Resolve(describe.name);
    if (!path || names_->IsPoisoned(*path)) return;
    auto entry = names_->LookUp(*path);
    if (!entry.ok()) return Fail(describe.name.span, entry.error());
    result.table = DescribeTable(*entry);
  }
  outcome_->results.push_back(std::move(result));
}

void ScriptRunner::Do(const ast::Drop& drop, Span span) {
  using What = ast::Drop::What;
  if (drop.what == What::kTable || drop.what == What::kView) return DropTable(drop, span);
  Status dropped;
  if (drop.what == What::kCatalog) {
    const std::string& name = drop.name.parts[0].text;
    if (drop.if_exists && names_->FindCatalog(name) == nullptr) return Done(span, "DROP CATALOG");
    dropped = names_->DropCatalog(name);
  } else {
    auto database = names_->ResolveDatabase(drop.name.parts);
    if (!database.ok()) return Fail(drop.name.span, database.error());
    sql::Names* const catalog = names_->FindCatalog(database->first);
    if (catalog == nullptr) {
      dropped = NotFound("there is no catalog '" + database->first + "'");
    } else {
      auto exists = catalog->DatabaseExists(database->second);
      if (!exists.ok()) return Fail(drop.name.span, exists.error());
      if (drop.if_exists && !*exists) return Done(span, "DROP DATABASE");
      dropped = catalog->DropDatabase(database->second, drop.cascade);
    }
  }
  if (!dropped.ok()) return Fail(drop.name.span, dropped.error());
  Done(span,
       (drop.what == What::kCatalog ? "DROP CATALOG " : "DROP DATABASE ") + drop.name.ToString());
}

void ScriptRunner::DropTable(const ast::Drop& drop, Span span) {
  const bool view = drop.what == ast::Drop::What::kView;
  const auto path = Resolve(drop.name);
  if (!path || names_->IsPoisoned(*path)) return;
  auto entry = names_->LookUp(*path);
  if (!entry.ok()) {
    if (entry.error().kind == ErrorKind::kNotFound && drop.if_exists) {
      return Done(span, view ? "DROP VIEW" : "DROP TABLE");
    }
    return Fail(drop.name.span, entry.error());
  }
  if ((entry->kind == TableEntry::Kind::kView) != view) {
    return MakeReport().Error(drop.name.span, ErrorKind::kInvalidArgument,
                              path->ToString() + (view ? " is a table" : " is a view"),
                              view ? "DROP TABLE drops it" : "DROP VIEW drops it");
  }
  const Status dropped = names_->Drop(*path, drop.temporary);
  if (!dropped.ok()) return Fail(drop.name.span, dropped.error());
  Done(span, (view ? "DROP VIEW " : "DROP TABLE ") + path->Quoted());
}

void ScriptRunner::Do(const ast::Insert& insert, Span span) {
  const sql::BindContext context = Context();
  const sql::Report report = MakeReport();
  auto bound = sql::BindInsert(insert, span, context, report);
  if (!bound) return;
  if (!gathered_.empty() && gathered_settings_ != *settings_) Flush();
  StatementResult result;
  result.kind = StatementResult::Kind::kJob;
  result.span = span;
  result.title = "INSERT INTO " + bound->target.path.Quoted();
  gathered_results_.push_back(outcome_->results.size());
  outcome_->results.push_back(std::move(result));
  gathered_.push_back(*std::move(bound));
  gathered_settings_ = *settings_;
  if (IsOn(*settings_, "table.dml-sync")) Flush();
}

void ScriptRunner::Flush() {
  if (gathered_.empty()) return;
  std::swap(*settings_, gathered_settings_);
  AddJob(std::exchange(gathered_, {}), std::exchange(gathered_results_, {}));
  std::swap(*settings_, gathered_settings_);
}

bool ScriptRunner::OpenTargets(const std::vector<sql::BoundInsert>& inserts) {
  for (const sql::BoundInsert& insert : inserts) {
    if (insert.target.kind != TableEntry::Kind::kCatalogTable) continue;
    auto opened = names_->FindDurable(insert.target.path.catalog);
    if (!opened.ok()) {
      Fail(insert.span, opened.error());
      return false;
    }
  }
  return true;
}

void ScriptRunner::AddJob(std::vector<sql::BoundInsert> inserts,
                          const std::vector<size_t>& results) {
  if (!OpenTargets(inserts)) return;
  auto job = BuildJob(std::move(inserts), *settings_, diagnostics_);
  if (!job) return;
  for (const size_t result : results) {
    outcome_->results[result].job = static_cast<int>(outcome_->jobs.size());
  }
  outcome_->jobs.push_back(*std::move(job));
}

std::optional<std::vector<sql::BoundInsert>> ScriptRunner::Bind(const ast::StatementSet& set) {
  std::vector<sql::BoundInsert> inserts;
  const sql::BindContext context = Context();
  const sql::Report report = MakeReport();
  bool ok = true;
  for (const auto& [insert, span] : set.inserts) {
    auto bound = sql::BindInsert(insert, span, context, report);
    ok &= bound.has_value();
    if (bound) inserts.push_back(*std::move(bound));
  }
  if (!ok) return std::nullopt;
  return inserts;
}

void ScriptRunner::Do(const ast::StatementSet& set, Span span) {
  auto inserts = Bind(set);
  if (!inserts) return;
  if (inserts->empty()) {
    return MakeReport().Error(span, ErrorKind::kInvalidArgument, "the statement set is empty");
  }
  Flush();
  StatementResult result;
  result.kind = StatementResult::Kind::kJob;
  result.span = span;
  result.title = "STATEMENT SET";
  outcome_->results.push_back(std::move(result));
  AddJob(*std::move(inserts), {outcome_->results.size() - 1});
}

void ScriptRunner::Do(const ast::SelectStatement& select, Span span) {
  const sql::BindContext context = Context();
  auto query = sql::QueryBinder(context, MakeReport()).Bind(*select.query);
  if (query == nullptr) return;
  Flush();
  auto job = BuildQueryJob({std::move(query), span}, *settings_, diagnostics_);
  if (!job) return;
  StatementResult result;
  result.kind = StatementResult::Kind::kQuery;
  result.span = span;
  result.title = "SELECT";
  result.job = static_cast<int>(outcome_->jobs.size());
  outcome_->results.push_back(std::move(result));
  outcome_->jobs.push_back(*std::move(job));
}

void ScriptRunner::Do(const ast::Explain& explain, Span span) {
  const sql::BindContext context = Context();
  const sql::Report report = MakeReport();
  std::optional<JobGraph> job;
  if (const auto* insert = std::get_if<ast::Insert>(&explain.statement->node)) {
    auto bound = sql::BindInsert(*insert, explain.statement->span, context, report);
    if (!bound) return;
    std::vector<sql::BoundInsert> inserts;
    inserts.push_back(*std::move(bound));
    job = BuildJob(std::move(inserts), *settings_, diagnostics_);
  } else if (const auto* set = std::get_if<ast::StatementSet>(&explain.statement->node)) {
    auto inserts = Bind(*set);
    if (!inserts || inserts->empty()) return;
    job = BuildJob(*std::move(inserts), *settings_, diagnostics_);
  } else if (const auto* select = std::get_if<ast::SelectStatement>(&explain.statement->node)) {
    auto query = sql::QueryBinder(context, report).Bind(*select->query);
    if (query == nullptr) return;
    job = BuildQueryJob({std::move(query), span}, *settings_, diagnostics_);
  }
  if (!job) return;
  StatementResult result;
  result.kind = StatementResult::Kind::kText;
  result.span = span;
  result.title = "EXPLAIN";
  ExplainOptions options;
  for (const std::string& detail : explain.details) {
    options.changelog_mode |= detail == "CHANGELOG_MODE";
    options.estimated_cost |= detail == "ESTIMATED_COST";
  }
  result.text = Explain(*job, options);
  outcome_->results.push_back(std::move(result));
}

void ScriptRunner::Do(const ast::Unsupported& statement, Span span) {
  if (statement.what == "STOP") {
    auto stop = ParseStopJob(source_.text, span, diagnostics_);
    if (!stop) return;
    StatementResult result;
    result.kind = StatementResult::Kind::kStopJob;
    result.span = span;
    result.title = "STOP JOB";
    result.stop = *std::move(stop);
    result.settings = *settings_;
    outcome_->results.push_back(std::move(result));
    return;
  }
  if (statement.what == "ADD JAR" || statement.what == "REMOVE JAR") {
    diagnostics_->AddWarning(span, statement.what + " has no effect",
                             "connectors and formats are built in; functions of your own in Java "
                             "are not there");
    return Done(span, statement.what);
  }
  if (auto table = ListBuiltIn(statement.what)) {
    StatementResult result;
    result.kind = StatementResult::Kind::kTable;
    result.span = span;
    result.title = "SHOW";
    result.table = *std::move(table);
    outcome_->results.push_back(std::move(result));
    return;
  }
  // There are no functions of the user's, and one module.
  if (statement.what == "DROP FUNCTION IF EXISTS" || statement.what == "USE MODULES core") {
    return Done(span, statement.what);
  }
  MakeReport().Error(span, ErrorKind::kUnsupported,
                     statement.what + " is a statement of Flink that sluice does not run");
}

}  // namespace sluice::plan
