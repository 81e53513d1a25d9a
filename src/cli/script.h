// SPDX-License-Identifier: Apache-2.0
// A script file on the command line: its text, the settings of -D, the session it is given to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/session.h"
#include "sql/diagnostics.h"

namespace CLI {
class App;
}

namespace sluice::cli {

/// The arguments that every verb with a script takes.
struct ScriptArguments {
  std::string file;
  std::string execute;                // statements of the command line, in place of a file
  std::vector<std::string> settings;  // key=value
};

/// Adds FILE.sql and -D to a verb.
void AddScriptArguments(CLI::App& verb, ScriptArguments* arguments);

struct Script {
  sql::Source source;
  std::map<std::string, std::string> settings;
};

/// Reads the file and splits the settings.
Result<Script> ReadScript(const ScriptArguments& arguments);

/// A session that knows every connector and catalog of this binary.
plan::Session MakeSession(const Script& script);

/// Shows mistakes and warnings on stderr, in colour on a terminal.
void PrintDiagnostics(const plan::Outcome& outcome, const sql::Source& source);

/// Shows an error on stderr: "error: text (where)".
void PrintError(const Error& error);

/// Colour is for terminals, and for those who did not set NO_COLOR.
bool ColorOn(int file_descriptor);

}  // namespace sluice::cli
