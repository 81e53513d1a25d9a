// SPDX-License-Identifier: Apache-2.0
// The verbs of the command line. To add one: a file with its Define function, and a line in
// verbs.cc.
#pragma once

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace sluice::cli {

/// What the chosen verb does once its arguments are read; gives the exit code.
using Action = std::function<int()>;

/// Adds a verb to the command line; when it is chosen it sets `action`.
using DefineVerb = void (*)(CLI::App& app, Action* action);

/// In the order of `sluice --help`.
const std::vector<DefineVerb>& Verbs();

/// The whole command line: reads the arguments, runs the chosen verb.
int Main(int argc, char** argv);

}  // namespace sluice::cli
