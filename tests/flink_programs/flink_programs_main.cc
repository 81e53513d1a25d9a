// SPDX-License-Identifier: Apache-2.0
// Runs streaming programs of Flink's form (SOURCE.md of the data) and compares changelogs:
//   flink_programs FILE [--only ID] [--mode MODE] [--batch-rows N] [--show] [--open FILE] [--fold]
// Modes: `whole`, all rows in one bounded run; `restart`, the first rows, a checkpoint, a new
// pipeline that goes on from it with the other rows; `steps`, restarted every few rows; `kill`,
// dead at several rows, and again from the last checkpoint; `rescale`, stopped twice and run by 1,
// 3 and 2 shards; `spill`, stopped and rescaled while all state goes to disk after each batch;
// `bounded`, as a batch. All but the first two compare what remains of the changelog (--fold does
// so for these). A minute passes while a program is stopped in `restart`.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

/// The values of a row's text "[1, a, null]" where no value has ", " in it.
std::vector<std::string> Values(const std::string& row) {
  std::vector<std::string> values;
  size_t at = 1;
  for (size_t comma = row.find(", ", at); comma != std::string::npos; comma = row.find(", ", at)) {
    values.push_back(row.substr(at, comma - at));
    at = comma + 2;
  }
  values.push_back(row.substr(at, row.size() - at - 1));
  return values;
}

/// Places of the primary key's columns; empty without one.
std::vector<size_t> KeyOf(const Json& sink) {
  std::vector<std::string> names;
  std::string key;
  for (const Json& line : sink.at("schema")) {
    const auto text = line.get<std::string>();
    std::string upper = text;
    std::transform(upper.begin(), upper.end(), upper.begin(), &toupper);
    if (const size_t at = upper.find("PRIMARY KEY"); at == std::string::npos) {
      names.push_back(text.substr(0, text.find(' ')));
    } else if (const size_t open = text.find('(', at); open != std::string::npos) {
      key = ", " + text.substr(open + 1, text.find(')', open) - open - 1) + ",";
    } else {
      return {names.size()};  // "a INT PRIMARY KEY"
    }
  }
  std::vector<size_t> places;
  for (size_t i = 0; i < names.size(); ++i) {
    if (key.find(", " + names[i] + ",") != std::string::npos) places.push_back(i);
  }
  return places;
}

/// The rows that remain of a changelog: by key where the sink has one.
std::vector<std::string> Fold(const Json& sink, const std::vector<std::string>& lines) {
  std::vector<std::string> rows;
  const std::vector<size_t> key = KeyOf(sink);
  const auto same_key = [&key](const std::string& a, const std::string& b) {
    const auto left = Values(a), right = Values(b);
    return std::all_of(key.begin(), key.end(),
                       [&](size_t place) { return left.at(place) == right.at(place); });
  };
  for (const std::string& line : lines) {
    const std::string row = line.substr(2);
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const std::string& known) {
      return key.empty() ? line[0] == '-' && known == row : same_key(known, row);
    });
    if (found != rows.end()) {
      rows.erase(found);
    } else if (line[0] == '-') {
      rows.push_back("taken back, but never there: " + line);
    }
    if (line[0] == '+') rows.push_back(row);
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
    expected = Fold(sink, expected);
    got = Fold(sink, got);
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
    // Without it, what comes before the restart is not written down.
    if (!with_rest && !sink.contains("expected_after_restart")) continue;
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
  if (mode == "spill") {  // the second piece goes on from files that it adds changes to
    return {{.part = 0.3, .ends = false},
            {.part = 0.6, .ends = false},
            {.part = 0.8, .ends = false, .shards = 3},
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

Status RunPhases(const Json& json, const Options& options, Program* program,
                 std::string* difference) {
  std::vector<Phase> phases = PhasesOf(options.mode, program->rows());
  if (options.mode == "restart") {
    SLUICE_TRY(program->Run({.after_rest = false, .ends = false}));
    // A program without rows for afterwards was run in one piece: its rows come at the end of
    // input.
    if (HasRest(json)) *difference = CompareAll(json, *program, false, options.fold);
    if (!difference->empty()) {
      difference->insert(0, "    before the restart\n");
      return {};
    }
    phases[0].start_ms += 60'000;
  }
  for (const Phase& phase : phases) SLUICE_TRY(program->Run(phase));
  const bool exact = options.mode == "whole" || options.mode == "restart";
  *difference = CompareAll(json, *program, true, options.fold || !exact);
  return {};
}

/// What went to disk, over all programs.
struct Spilled {
  int programs = 0;
  int64_t bytes = 0;
};

/// Empty when the program did what it should, else what it did.
std::string RunProgram(const Json& json, const Options& options, Spilled* spilled) {
  RunSettings settings{.batch_rows = options.batch_rows, .settings = {}};
  if (options.mode == "bounded") settings.settings["execution.runtime-mode"] = "batch";
  if (options.mode == "spill") {
    settings.settings["state.backend.type"] = "rocksdb";
    settings.settings["taskmanager.memory.managed.size"] = "0 b";
  }
  Program program(json, settings);
  if (options.show) std::printf("%s\n", program.Script(1).c_str());
  if (json.value("refused", false)) {
    return program.Run({}).ok() ? "    it is to be refused, and ran\n" : "";
  }
  std::string difference;
  const Status status = RunPhases(json, options, &program, &difference);
  spilled->programs += program.spilled_bytes() > 0 ? 1 : 0;
  spilled->bytes += program.spilled_bytes();
  const std::string error = json.value("fails", "");
  if (error.empty()) return status.ok() ? difference : status.error().text + "\n";
  if (status.ok()) return "    it should fail: " + error + "\n";
  if (status.error().text.find(error) != std::string::npos) return "";
  return "    expected the error: " + error + "\n    got: " + status.error().text + "\n";
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
  const char* const modes[] = {"whole", "restart", "steps", "kill", "rescale", "spill", "bounded"};
  if (std::find(std::begin(modes), std::end(modes), options.mode) == std::end(modes))
    return std::nullopt;
  if (options.file.empty()) return std::nullopt;
  return options;
}

/// How the reason of one begins that passes or not by the hour.
constexpr std::string_view kAtTimes = "at times: ";

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
                 "spill|bounded] [--batch-rows N] [--show] [--open FILE] [--fold]\n");
    return 2;
  }
  std::ifstream file(options->file);
  const auto open = ReadOpen(options->open);
  int passed = 0, failed = 0, skipped = 0;
  Spilled spilled;
  for (std::string line; std::getline(file, line);) {
    const Json program = Json::parse(line);
    const std::string id = program.at("id");
    if (!options->only.empty() && id.find(options->only) == std::string::npos) continue;
    auto found = open.find(id);
    if (found == open.end()) found = open.find(id + "@" + options->mode);
    // Tables that are looked up, or time that passes, between the rows before and those after.
    if (program.value("mode", options->mode) != options->mode) continue;
    std::string difference;
    if (found == open.end()) {
      difference = RunProgram(program, *options, &spilled);
    } else if (found->second.starts_with(kAtTimes) ||
               !RunProgram(program, *options, &spilled).empty()) {
      ++skipped;
      std::printf("skip  %s: %s\n", id.c_str(), found->second.c_str());
      continue;
    } else {
      difference = "    it passes, and stands in " + options->open + "\n";
    }
    if (difference.empty()) {
      ++passed;
    } else {
      ++failed;
      std::printf("FAIL  %s\n%s", id.c_str(), difference.c_str());
    }
    std::fflush(stdout);
  }
  if (options->mode == "spill") {
    std::printf("spilled: %d programs, %lld bytes\n", spilled.programs,
                static_cast<long long>(spilled.bytes));
    // A mode that spills nothing tests nothing.
    if (spilled.bytes == 0) ++failed;
  }
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed == 0 && passed + skipped > 0 ? 0 : 1;
}

}  // namespace
}  // namespace sluice::flink_programs

int main(int count, char** arguments) {
  return sluice::flink_programs::Main(count, arguments);
}
