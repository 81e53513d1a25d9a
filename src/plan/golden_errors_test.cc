// SPDX-License-Identifier: Apache-2.0
// Every case of tests/sql/errors against the front end alone: the messages that stand in the file
// below `-- error`, word for word. With SLUICE_GOLDEN_WRITE set it writes them instead.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "plan/session.h"
#include "plan/test_connectors.h"

namespace sluice::plan {
namespace {

struct Case {
  std::string script, expected;
};

Case Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  Case read;
  std::string line;
  bool script = true;
  while (std::getline(file, line)) {
    if (line == "-- error") {
      script = false;
    } else if (script) {
      read.script += line + "\n";
    } else {
      read.expected += (line.size() > 3 ? line.substr(3) : "") + "\n";
    }
  }
  return read;
}

TEST(GoldenErrors, All) {
  const char* const root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  int cases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(root) + "/tests/sql/errors")) {
    if (entry.path().extension() != ".sql") continue;
    ++cases;
    const Case read = Read(entry.path());
    Session session({TestConnectors(), {}});
    const sql::Source source{"case.sql", read.script};
    const Outcome outcome = session.Check(source);
    const std::string text = sql::Render(outcome.diagnostics, source, false);
    if (std::getenv("SLUICE_GOLDEN_WRITE") != nullptr) {
      std::ofstream file(entry.path());
      file << read.script << "-- error\n";
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);)
        file << (line.empty() ? "--" : "-- " + line) << "\n";
      continue;
    }
    EXPECT_FALSE(outcome.ok()) << entry.path();
    EXPECT_EQ(text, read.expected) << entry.path();
    EXPECT_TRUE(session.Run(source).jobs.empty()) << entry.path();
  }
  EXPECT_GE(cases, 12);
}

}  // namespace
}  // namespace sluice::plan
