// SPDX-License-Identifier: Apache-2.0
// How verbs print rows: a box for people, JSON lines for programs.
#pragma once

#include <string>

#include "base/text_table.h"

namespace CLI {
class App;
}

namespace sluice::cli {

struct OutputArguments {
  std::string format = "table";  // "table" or "json"
};
/// Adds --output to a verb.
void AddOutputArguments(CLI::App& verb, OutputArguments* arguments);

/// Writes rows to stdout. Cells wider than `cell_width_max` are cut in the box, never in JSON.
void Print(const TextTable& table, const OutputArguments& arguments, int cell_width_max = 60);

}  // namespace sluice::cli
