// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <CLI/CLI.hpp>
#include <cstdio>

namespace sluice::cli {

void AddOutputArguments(CLI::App& verb, OutputArguments* arguments) {
  verb.add_option("--output", arguments->format, "How to print rows")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

void Print(const TextTable& table, const OutputArguments& arguments, int cell_width_max) {
  const std::string text =
      arguments.format == "json" ? RenderJsonLines(table) : RenderBox(table, cell_width_max);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace sluice::cli
