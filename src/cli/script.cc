// SPDX-License-Identifier: Apache-2.0
#include "cli/script.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/limits.h"
#include "cli/connectors.h"
#include "io/file_system.h"
#include "io/thread.h"

namespace sluice::cli {

void AddScriptArguments(CLI::App& verb, ScriptArguments* arguments) {
  CLI::Option* file = verb.add_option("FILE", arguments->file, "SQL script, Flink's dialect");
  CLI::Option* execute =
      verb.add_option("-e,--execute", arguments->execute, "Statements, in place of a script")
          ->type_name("SQL");
  file->excludes(execute);
  verb.add_option("-D", arguments->settings, "A setting, as SET 'key' = 'value' at the top")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

Result<Script> ReadScript(const ScriptArguments& arguments) {
  Script script;
  if (arguments.file.empty() && arguments.execute.empty()) {
    return InvalidArgument("a script is missing: a FILE, or -e 'STATEMENTS'");
  }
  script.source.name = arguments.file.empty() ? "-e" : arguments.file;
  script.source.text = arguments.execute;
  if (!arguments.file.empty()) {
    auto text = io::RealFileSystem().ReadWhole(arguments.file, limits::kSqlBytesMax);
    if (!text.ok()) return InvalidArgument("cannot read the script: " + text.error().text);
    script.source.text = std::move(*text);
  }
  for (const std::string& setting : arguments.settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return InvalidArgument("-D takes KEY=VALUE, not '" + setting + "'");
    }
    script.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return script;
}

plan::Session MakeSession(const Script& script) {
  plan::SessionOptions options;
  options.connectors = AllConnectors();
  options.settings = script.settings;
  return plan::Session(std::move(options));
}

bool ColorOn(int file_descriptor) {
  const auto no_color = io::Environment("NO_COLOR");
  return io::IsTerminal(file_descriptor) && (!no_color || no_color->empty());
}

void PrintDiagnostics(const plan::Outcome& outcome, const sql::Source& source) {
  const std::string text = sql::Render(outcome.diagnostics, source, ColorOn(2));
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void PrintError(const Error& error) {
  const bool color = ColorOn(2);
  std::string text = color ? "\033[1;31merror:\033[0m " : "error: ";
  text += error.text;
  if (!error.where.empty()) text += " (" + error.where + ")";
  text += "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace sluice::cli
