// SPDX-License-Identifier: Apache-2.0
// The statements of Flink's own SQL client tests: each is read, or stands in
// tests/data/flink-q/refused.txt with what is said of it. SLUICE_GOLDEN_WRITE writes that file.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sql/parser.h"

namespace sluice::sql {
namespace {

struct Statement {
  std::string text;
  bool fails = false;  // Flink answers with an error
};

bool EndsStatement(const std::string& line) {
  const size_t last = line.find_last_not_of(" \t\r");
  return last != std::string::npos && line[last] == ';';
}

/// A script is statements, each with its output below it, up to a line like !ok.
std::vector<Statement> Statements(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Statement> statements;
  Statement now;
  bool output = false;
  // The gateway's scripts mark where output begins; the client's have it behind ';'.
  const bool marked = path.parent_path().filename() == "sql-gateway";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#") || (now.text.empty() && line.empty())) continue;
    if (line.starts_with("!") && line != "!output") {
      if (output) {
        now.fails = line == "!error";
        statements.push_back(std::move(now));
      }
      now = {};
      output = false;
    } else if (!output) {
      output = line == "!output" || (!marked && EndsStatement(line));
      if (line != "!output") now.text += line + "\n";
    }
  }
  return statements;
}

TEST(FlinkScripts, ReadOrRefusedByName) {
  const char* const root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  const std::filesystem::path folder = std::string(root) + "/tests/data/flink-q";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".q") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::string refused;
  int read = 0;
  for (const auto& path : files) {
    for (const Statement& statement : Statements(path)) {
      Diagnostics diagnostics;
      ParseScript(statement.text, &diagnostics);
      if (!diagnostics.has_errors()) {
        ++read;
        continue;
      }
      std::string text = statement.text.substr(0, 100);
      std::replace(text.begin(), text.end(), '\n', ' ');
      refused += path.lexically_relative(folder).string() +
                 (statement.fails ? " (Flink too)" : "") + ": " + text + "\n    " +
                 diagnostics.list()[0].text + "; " + diagnostics.list()[0].hint + "\n";
    }
  }
  if (std::getenv("SLUICE_GOLDEN_WRITE") != nullptr) {
    std::ofstream(folder / "refused.txt") << refused;
    return;
  }
  std::ifstream file(folder / "refused.txt");
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(refused, expected.str());
  EXPECT_GT(read, 400);
}

}  // namespace
}  // namespace sluice::sql
