// SPDX-License-Identifier: Apache-2.0
// `sluice version`.
#include "cli/version.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "arrow/config.h"
#include "cli/exit_code.h"
#include "cli/verbs.h"

namespace sluice::cli {

std::string VersionText() {
  return std::string("sluice ") + SLUICE_VERSION + " (Arrow " +
         arrow::GetBuildInfo().version_string + ")";
}

void DefineVersion(CLI::App& app, Action* action) {
  CLI::App* verb = app.add_subcommand("version", "Print the version");
  verb->callback([action] {
    *action = [] {
      std::puts(VersionText().c_str());
      return kExitOk;
    };
  });
}

}  // namespace sluice::cli
