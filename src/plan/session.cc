// SPDX-License-Identifier: Apache-2.0
#include "plan/session.h"

#include <utility>

#include "plan/script_runner.h"
#include "sql/parser.h"

namespace sluice::plan {

class SessionState {
 public:
  explicit SessionState(SessionOptions given)
      : options(std::move(given)), names(options.connectors), settings(options.settings) {}

  SessionOptions options;
  sql::NameSpace names;
  std::map<std::string, std::string> settings;
};

bool Outcome::ok() const {
  for (const sql::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == sql::Severity::kError) return false;
  }
  return true;
}

Session::Session(SessionOptions options)
    : state_(std::make_unique<SessionState>(std::move(options))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Outcome Session::Check(const sql::Source& source) {
  Outcome outcome;
  sql::Diagnostics diagnostics;
  sql::Script script = sql::ParseScript(source.text, &diagnostics);
  sql::NameSpace names = state_->names.ForCheck();
  auto settings = state_->settings;
  ScriptRunner runner(source, state_->options.connectors, &names, &settings, false);
  runner.Run(script.statements, &outcome, &diagnostics);
  diagnostics.Sort();
  outcome.diagnostics = diagnostics.list();
  return outcome;
}

Outcome Session::Run(const sql::Source& source) {
  Outcome checked = Check(source);
  if (!checked.ok()) {
    checked.results.clear();
    checked.jobs.clear();
    return checked;
  }
  Outcome outcome;
  sql::Diagnostics diagnostics;
  sql::Script script = sql::ParseScript(source.text, &diagnostics);
  ScriptRunner runner(source, state_->options.connectors, &state_->names, &state_->settings, true);
  runner.Run(script.statements, &outcome, &diagnostics);
  diagnostics.Sort();
  outcome.diagnostics = diagnostics.list();
  if (!outcome.ok()) outcome.jobs.clear();
  return outcome;
}

const std::map<std::string, std::string>& Session::settings() const {
  return state_->settings;
}

const std::string& Session::current_catalog() const {
  return state_->names.catalog();
}

const std::string& Session::current_database() const {
  return state_->names.database();
}

sql::Names* Session::FindNames(const std::string& catalog) {
  auto names = state_->names.FindDurable(catalog);
  return names.ok() ? *names : nullptr;
}

}  // namespace sluice::plan
