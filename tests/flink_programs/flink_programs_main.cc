// SPDX-License-Identifier: Apache-2.0
// Runs streaming programs of Flink's form (SOURCE.md of the data) and compares changelogs:
//   flink_programs FILE [--only ID] [--mode MODE] [--batch-rows N] [--show] [--open FILE] [--fold]
// Modes: `whole`, all rows in one bounded run; `restart`, the first rows, a checkpoint, a new
// pipeline that goes on from it with the other rows; `steps`, restarted every few rows; `kill`,
// dead at several rows, and again from the last checkpoint; `rescale`, stopped twice and run by 1,
// 3 and 2 shards; `bounded`, as a batch. All but the first two compare what remains of the
// changelog
// (--fold does so for these).
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flink_programs/program.h"

namespace sluice::flink_programs {
namespace {

using Json = nlohmann::json;

// Rows between restarts.
constexpr size_t kStep = 5;

struct Options {
  std::string file, only, open, mode = "whole", batch_rows = "1";
  bool show = false, fold = false;
};

std::vector<std::string> Texts(const Json& lines) {
  return lines.get<std::vector<std::string>>();
}

/// The rows that remain of a changelog: by key where the sink has one.
std::vector<std::string> Fold(const std::vector<std::string>& lines) {
  std::vector<std::string> rows;
  for (const std::string& line : lines) {
    const std::string row = line.substr(2);
    if (line[0] == '+') {
      rows.push_back(row);
      continue;
    }
    const auto found = std::find(rows.begin(), rows.end(), row);
    if (found != rows.end()) {
      rows.erase(found);
    } else {
      rows.push_back("taken back, but never there: " + line);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "      " + line + "\n";
  return text;
}

/// Empty when equal, else the difference.
std::string Compare(const Json& program, const Json& sink, std::vector<std::string> expected,
                    std::vector<std::string> got, bool fold) {
  if (fold || !sink.value("changelog", true)) {
    expected = Fold(expected);
    got = Fold(got);
  } else if (program.value("order", "any") == "any") {
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
  }
  if (expected == got) return "";
  return "    expected:\n" + Joined(expected) + "    got:\n" + Joined(got);
}

std::string CompareAll(const Json& json, Program& program, bool with_rest, bool fold) {
  std::string difference;
  for (const Json& sink : json.at("sinks")) {
    std::vector<std::string> expected = Texts(sink.at("expected"));
    if (with_rest) {
      for (const std::string& line : Texts(sink.value("expected_after_restart", Json::array())))
        expected.push_back(line);
    }
    difference += Compare(json, sink, expected, program.outputs()[sink.at("name")], fold);
  }
  return difference;
}

bool HasRest(const Json& program) {
  const auto& sources = program.at("sources");
  return std::any_of(sources.begin(), sources.end(), [](const Json& source) {
    return !source.value("rows_after_restart", Json::array()).empty();
  });
}

/// The pieces in which a mode runs a program of so many rows.
std::vector<Phase> PhasesOf(const std::string& mode, size_t rows) {
  if (mode == "rescale") {
    return {{.part = 0.35, .ends = false, .shards = 1},
            {.part = 0.7, .ends = false, .shards = 3},
            {.shards = 2}};
  }
  std::vector<Phase> phases;
  const auto part = [rows](size_t row) {
    return static_cast<double>(row) / static_cast<double>(rows);
  };
  if (mode == "steps") {
    for (size_t row = kStep; row < rows; row += kStep)
      phases.push_back({.part = part(row), .ends = false});
  } else if (mode == "kill") {
    for (size_t row = kStep + 2; row < rows; row += kStep + 4)
      phases.push_back({.part = part(row), .ends = false, .crashes = true});
  }
  phases.push_back({});
  return phases;
}

std::string RunProgram(const Json& json, const Options& options) {
  RunSettings settings{.batch_rows = options.batch_rows, .settings = {}};
  if (options.mode == "bounded") settings.settings["execution.runtime-mode"] = "batch";
  Program program(json, settings);
  if (options.show) std::printf("%s\n", program.Script(1).c_str());
  if (options.mode == "restart") {
    if (auto status = program.Run({.after_rest = false, .ends = false}); !status.ok())
      return status.error().text + "\n";
    // A program without rows for afterwards was run in one piece: its rows come at the end of
    // input.
    std::string difference;
    if (HasRest(json)) difference = CompareAll(json, program, false, options.fold);
    if (!difference.empty()) return "    before the restart\n" + difference;
  }
  if (json.value("refused", false)) {
    const Status status = program.Run({});
    return status.ok() ? "    it is to be refused, and ran\n" : "";
  }
  for (const Phase& phase : PhasesOf(options.mode, program.rows())) {
    if (auto status = program.Run(phase); !status.ok()) return status.error().text + "\n";
  }
  const bool exact = options.mode == "whole" || options.mode == "restart";
  return CompareAll(json, program, true, options.fold || !exact);
}

/// The words of the command line; nullopt when they are not as they should be.
std::optional<Options> Parse(int count, char** arguments) {
  Options options;
  const std::map<std::string, std::string*> texts = {{"--open", &options.open},
                                                     {"--only", &options.only},
                                                     {"--mode", &options.mode},
                                                     {"--batch-rows", &options.batch_rows}};
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (word == "--show") {
      options.show = true;
    } else if (word == "--fold") {
      options.fold = true;
    } else if (const auto found = texts.find(word); found != texts.end() && i + 1 < count) {
      *found->second = arguments[++i];
    } else if (options.file.empty() && !word.starts_with("-")) {
      options.file = word;
    } else {
      return std::nullopt;
    }
  }
  const char* const modes[] = {"whole", "restart", "steps", "kill", "rescale", "bounded"};
  if (std::find(std::begin(modes), std::end(modes), options.mode) == std::end(modes))
    return std::nullopt;
  if (options.file.empty()) return std::nullopt;
  return options;
}

/// Programs that are known not to pass, and why: "ID  reason" a line, "ID@MODE  reason" of one
/// mode.
std::map<std::string, std::string> ReadOpen(const std::string& path) {
  std::map<std::string, std::string> open;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t end = line.find("  ");
    if (end != std::string::npos) open[line.substr(0, end)] = line.substr(end + 2);
  }
  return open;
}

int Main(int count, char** arguments) {
  const auto options = Parse(count, arguments);
  if (!options) {
    std::fprintf(stderr,
                 "flink_programs FILE [--only TEXT] [--mode whole|restart|steps|kill|rescale|"
                 "bounded] [--batch-rows N] [--show] [--open FILE] [--fold]\n");
    return 2;
  }
  std::ifstream file(options->file);
  const auto open = ReadOpen(options->open);
  int passed = 0, failed = 0, skipped = 0;
  for (std::string line; std::getline(file, line);) {
    const Json program = Json::parse(line);
    const std::string id = program.at("id");
    if (!options->only.empty() && id.find(options->only) == std::string::npos) continue;
    auto found = open.find(id);
    if (found == open.end()) found = open.find(id + "@" + options->mode);
    if (found != open.end()) {
      ++skipped;
      std::printf("skip  %s: %s\n", id.c_str(), found->second.c_str());
      continue;
    }
    const std::string difference = RunProgram(program, *options);
    if (difference.empty()) {
      ++passed;
    } else {
      ++failed;
      std::printf("FAIL  %s\n%s", id.c_str(), difference.c_str());
    }
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace sluice::flink_programs

int main(int count, char** arguments) {
  return sluice::flink_programs::Main(count, arguments);
}
