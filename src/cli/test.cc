// SPDX-License-Identifier: Apache-2.0
// `sluice test [FILE.test.sql ...]`: cases written in SQL, each in several modes.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/limits.h"
#include "cli/exit_code.h"
#include "cli/script.h"
#include "cli/test_file.h"
#include "cli/test_run.h"
#include "cli/verbs.h"
#include "io/file_system.h"

namespace sluice::cli {
namespace {

constexpr char kEnding[] = ".test.sql";

struct TestArguments {
  std::vector<std::string> files;
  std::vector<std::string> modes;
  std::string only;
};

struct Count {
  int passed = 0, failed = 0;
};

// A file as it is named; a folder as the test files in it.
Result<std::vector<std::string>> FilesOf(const std::vector<std::string>& names) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    SLUICE_ASSIGN(const io::FileEntry entry, io::RealFileSystem().Stat(name));
    if (!entry.is_directory) {
      files.push_back(name);
      continue;
    }
    SLUICE_ASSIGN(const auto entries, io::RealFileSystem().List(name));
    for (const io::FileEntry& one : entries) {
      if (!one.is_directory && one.path.ends_with(kEnding)) files.push_back(one.path);
    }
  }
  if (files.empty()) return InvalidArgument(std::string("there is no file *") + kEnding);
  return files;
}

Result<TestFile> ReadTestFile(const std::string& name) {
  io::FileSystem& files = io::RealFileSystem();
  SLUICE_ASSIGN(const std::string text, files.ReadWhole(name, limits::kSqlBytesMax));
  const size_t slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : name.substr(0, slash + 1);
  auto parsed = ParseTestFile(text, [&](const std::string& script) {
    const std::string path = script.starts_with("/") ? script : folder + script;
    return files.ReadWhole(path, limits::kSqlBytesMax);
  });
  if (!parsed.ok()) return InvalidArgument(name + ": " + parsed.error().text);
  return parsed;
}

void Indent(const std::string& text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::printf("      %s\n", text.substr(begin, end - begin).c_str());
    begin = end + 1;
  }
}

Status RunFile(const std::string& name, const TestArguments& arguments, Count* count) {
  SLUICE_ASSIGN(const TestFile file, ReadTestFile(name));
  for (const TestCase& test : file.cases) {
    if (test.name.find(arguments.only) == std::string::npos) continue;
    const std::vector<std::string>& modes = test.modes.empty() ? TestModes() : test.modes;
    for (const std::string& mode : modes) {
      if (std::find(TestModes().begin(), TestModes().end(), mode) == TestModes().end()) {
        return InvalidArgument(name + ":" + std::to_string(test.line) + ": there is no mode '" +
                               mode + "'; they are whole, rows, restart");
      }
      const bool wanted =
          arguments.modes.empty() ||
          std::find(arguments.modes.begin(), arguments.modes.end(), mode) != arguments.modes.end();
      if (!wanted) continue;
      SLUICE_ASSIGN(const std::string problems, RunTestCase(name, file, test, mode));
      ++(problems.empty() ? count->passed : count->failed);
      std::printf("%s %s:%d %s [%s]\n", problems.empty() ? "ok   " : "FAIL ", name.c_str(),
                  test.line, test.name.c_str(), mode.c_str());
      Indent(problems);
      std::fflush(stdout);
    }
  }
  return {};
}

int RunTests(const TestArguments& arguments) {
  auto files = FilesOf(arguments.files.empty() ? std::vector<std::string>{"."} : arguments.files);
  if (!files.ok()) {
    PrintError(files.error());
    return kExitUsage;
  }
  Count count;
  bool broken = false;
  for (const std::string& file : *files) {
    if (const auto status = RunFile(file, arguments, &count); !status.ok()) {
      PrintError(status.error());
      broken = true;
    }
  }
  std::printf("%d passed, %d failed\n", count.passed, count.failed);
  if (broken) return kExitConfiguration;
  if (count.passed + count.failed == 0) {
    PrintError(InvalidArgument("no case was run"));
    return kExitConfiguration;
  }
  return count.failed == 0 ? kExitOk : kExitRunFailed;
}

}  // namespace

void DefineTest(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<TestArguments>();
  CLI::App* verb = app.add_subcommand("test", "Run test cases written in SQL");
  verb->add_option("FILE", arguments->files,
                   "Files of cases, or folders with *.test.sql (this folder without it)");
  verb->add_option("--mode", arguments->modes, "Only in this mode (may be repeated)")
      ->check(CLI::IsMember(TestModes()))
      ->allow_extra_args(false);
  verb->add_option("--only", arguments->only, "Only cases with this in their name")
      ->type_name("TEXT");
  verb->footer(
      "A case gives rows to sources and says which rows sinks must hold; nothing outside is read\n"
      "or written. It is run with each `-- given` as one batch (whole), with each row as one\n"
      "(rows), and stopped and started again behind each `-- given` (restart).\n"
      "Exit codes: 0 all passed, 1 some failed, 78 a file is wrong.\n"
      "Example:  sluice test orders.test.sql --only totals");
  verb->callback([arguments, action] { *action = [arguments] { return RunTests(*arguments); }; });
}

}  // namespace sluice::cli
