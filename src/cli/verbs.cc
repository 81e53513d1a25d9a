// SPDX-License-Identifier: Apache-2.0
#include "cli/verbs.h"

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "cli/exit_code.h"
#include "cli/version.h"
#include "io/clock.h"
#include "io/thread.h"

namespace sluice::cli {

void DefineDemo(CLI::App& app, Action* action);
void DefineRun(CLI::App& app, Action* action);
void DefineCheck(CLI::App& app, Action* action);
void DefineExplain(CLI::App& app, Action* action);
void DefineQuery(CLI::App& app, Action* action);
void DefineTable(CLI::App& app, Action* action);
void DefineTest(CLI::App& app, Action* action);
void DefineStop(CLI::App& app, Action* action);
void DefineVerify(CLI::App& app, Action* action);
void DefineDoctor(CLI::App& app, Action* action);
void DefineVersion(CLI::App& app, Action* action);

const std::vector<DefineVerb>& Verbs() {
  static const std::vector<DefineVerb> verbs = {
      DefineDemo, DefineRun,   DefineCheck,  DefineExplain, DefineQuery,   DefineTest,
      DefineStop, DefineTable, DefineVerify, DefineDoctor,  DefineVersion,
  };
  return verbs;
}

namespace {

// A verb that was not named is no mistake to be told of in one line, but a question: what is there?
std::string FailureText(const CLI::App* app, const CLI::Error& error) {
  const CLI::App* asked = app;
  std::string before;
  while (!asked->get_subcommands().empty()) {
    before += (before.empty() ? "" : " ") + asked->get_name();
    asked = asked->get_subcommands().back();
  }
  const bool verb_missing =
      error.get_name() == "RequiredError" && asked->get_require_subcommand_min() > 0;
  return verb_missing ? asked->help(before) : CLI::FailureMessage::simple(app, error);
}

}  // namespace

int Main(int argc, char** argv) {
  log::Configure(log::Level::kWarn, !io::IsTerminal(2),
                 [] { return io::UtcText(io::RealClock().NowMs()); });
  CLI::App app(
      "Streams in, tables out: streaming SQL from Kafka into Iceberg tables, exactly once.",
      "sluice");
  app.require_subcommand(1);
  app.failure_message(FailureText);
  app.set_version_flag("--version", VersionText());
  app.footer(
      "Start with:  sluice demo\n"
      "Exit codes:  0 ok, 1 run failed, 2 wrong usage, 78 wrong configuration\n"
      "`sluice VERB --help` shows the options of a verb and an example.");
  Action action;
  for (const DefineVerb define : Verbs()) define(app, &action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return action ? action() : kExitUsage;
}

}  // namespace sluice::cli
