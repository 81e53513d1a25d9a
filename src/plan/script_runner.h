// SPDX-License-Identifier: Apache-2.0
// Carries out the statements of a script one after another, on the names and settings it is given.
// On a NameSpace made for checking nothing of it lasts; on the session's own, DDL is done for real.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/session.h"
#include "sql/ast.h"
#include "sql/bind_query.h"
#include "sql/bound.h"

namespace sluice::plan {

class ScriptRunner {
 public:
  /// Everything outlives the runner. `stop_at_error`: statements behind a mistake are left.
  ScriptRunner(const sql::Source& source, const sql::Connectors& connectors, sql::NameSpace* names,
               std::map<std::string, std::string>* settings, bool stop_at_error);

  void Run(std::vector<sql::ast::Statement>& statements, Outcome* outcome,
           sql::Diagnostics* diagnostics);

 private:
  void RunOne(sql::ast::Statement& statement);
  void Do(sql::ast::CreateTable& create, sql::Span span);
  void DoAs(sql::ast::CreateTable& create, sql::Span span, const sql::TablePath& path);
  void Do(const sql::ast::CreateView& create, sql::Span span);
  void Do(const sql::ast::CreateCatalog& create, sql::Span span);
  void Do(const sql::ast::CreateDatabase& create, sql::Span span);
  void Do(const sql::ast::Use& use, sql::Span span);
  void Do(const sql::ast::Set& set, sql::Span span);
  void Do(const sql::ast::Reset& reset, sql::Span span);
  void Do(const sql::ast::Show& show, sql::Span span);
  void Do(const sql::ast::Describe& describe, sql::Span span);
  void Do(const sql::ast::Drop& drop, sql::Span span);
  void DropTable(const sql::ast::Drop& drop, sql::Span span);
  void Do(sql::ast::AlterTable& alter, sql::Span span);
  /// nullopt: the mistake is reported.
  std::optional<Status> Alter(sql::ast::AlterTable& alter, const sql::TablePath& path,
                              const sql::TableEntry& entry);
  std::optional<Status> AlterView(sql::ast::AlterTable& alter, const sql::TablePath& path,
                                  const sql::TableEntry& entry);
  void Do(const sql::ast::AlterCatalog& alter, sql::Span span);
  void Do(const sql::ast::AlterDatabase& alter, sql::Span span);
  void Do(const sql::ast::Insert& insert, sql::Span span);
  void Do(const sql::ast::StatementSet& set, sql::Span span);
  void Do(const sql::ast::SelectStatement& select, sql::Span span);
  void Do(const sql::ast::Explain& explain, sql::Span span);
  void Do(const sql::ast::Unsupported& statement, sql::Span span);

  /// Registers a table or view, or says why not. True if it is there afterwards by this statement.
  bool Register(const sql::TablePath& path, const sql::TableEntry& entry, bool if_not_exists,
                bool replace, sql::Span span);
  bool Exists(const sql::TablePath& path);
  std::optional<sql::TablePath> Resolve(const sql::ast::Name& name);
  std::optional<std::vector<sql::BoundInsert>> Bind(const sql::ast::StatementSet& set);
  /// Opens what the job's catalog tables are written through.
  bool OpenTargets(const std::vector<sql::BoundInsert>& inserts);
  void AddJob(std::vector<sql::BoundInsert> inserts, const std::vector<size_t>& results);
  /// Makes the INSERTs gathered so far one job.
  void Flush();

  sql::BindContext Context() const { return {names_, &connectors_, *settings_}; }
  sql::Report MakeReport() const { return {diagnostics_, std::nullopt, ""}; }
  void Done(sql::Span span, std::string title);
  /// The catalog of a database that is named, and the database's name in it; null: reported, or the
  /// catalog could not be opened before.
  sql::Names* CatalogOf(const sql::ast::Name& name, std::string* database);
  /// What a catalog's own check says of its options; false: reported.
  bool CheckCatalog(const sql::ast::Identifier& name, const flow::OptionMap& options,
                    const sql::ast::Options& written);
  void Fail(sql::Span span, const Error& error);

  const sql::Source& source_;
  const sql::Connectors& connectors_;
  sql::NameSpace* names_;
  std::map<std::string, std::string>* settings_;
  std::map<std::string, std::string> initial_settings_;  // what RESET goes back to
  bool stop_at_error_;
  Outcome* outcome_ = nullptr;
  sql::Diagnostics* diagnostics_ = nullptr;
  std::vector<sql::BoundInsert> gathered_;
  std::vector<size_t> gathered_results_;  // indices in outcome_->results
  std::map<std::string, std::string> gathered_settings_;
};

}  // namespace sluice::plan
