// SPDX-License-Identifier: Apache-2.0
#include "cli/test_file.h"

#include <cctype>
#include <sstream>
#include <string_view>
#include <utility>

namespace sluice::cli {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

// What stands behind "-- WORD" on a line of comment; nullopt: it is another line.
std::optional<std::string> Behind(const std::string& line, std::string_view word) {
  if (!line.starts_with("-- ") || line.compare(3, word.size(), word) != 0) return std::nullopt;
  const std::string_view rest = std::string_view(line).substr(3 + word.size());
  const bool whole_word = rest.empty() || word.back() == ':' || rest.front() == ' ';
  return whole_word ? std::optional<std::string>(Trim(rest)) : std::nullopt;
}

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class FileParser {
 public:
  explicit FileParser(const std::function<Result<std::string>(const std::string&)>& include)
      : include_(include) {}

  Status Take(const std::string& line) {
    ++line_;
    if (const auto name = Behind(line, "include"); name && file_.cases.empty()) {
      if (Words(*name).size() != 1) return Ok(line);
      auto text = include_(*name);
      if (!text.ok()) return Wrong(text.error().text);
      file_.setup += *text + "\n";
      return {};
    }
    if (const auto name = Behind(line, "test:")) return BeginCase(*name);
    if (file_.cases.empty()) return Ok(line);
    if (const auto rest = Behind(line, "given")) return BeginRows(*rest, &last().given, false);
    if (const auto rest = Behind(line, "then")) return Then(*rest);
    if (const auto rest = Behind(line, "modes:")) return Modes(*rest);
    if (const auto rest = Behind(line, "run"); rest && rest->empty()) {
      if (last().run) return Wrong("a case has one '-- run'");
      into_ = &last().run.emplace();
      return {};
    }
    return Ok(line);
  }

  Result<TestFile> Finish() {
    for (const TestCase& one : file_.cases) {
      line_ = one.line;
      if (one.then.empty() && !one.fails) return Wrong("the case expects nothing: '-- then TABLE'");
    }
    if (file_.cases.empty()) return InvalidArgument("no case: one begins with '-- test: NAME'");
    return std::move(file_);
  }

 private:
  TestCase& last() { return file_.cases.back(); }
  Error Wrong(const std::string& text) {
    return InvalidArgument("line " + std::to_string(line_) + ": " + text);
  }

  Status Ok(const std::string& line) {
    if (into_ != nullptr) {
      *into_ += line + "\n";
    } else if (!Trim(line).empty() && !line.starts_with("--")) {
      return Wrong("a statement belongs behind '-- given', '-- run' or '-- then'");
    }
    return {};
  }

  Status BeginCase(const std::string& name) {
    if (name.empty()) return Wrong("a case has a name: '-- test: NAME'");
    for (const TestCase& one : file_.cases) {
      if (one.name == name) {
        return Wrong("the case of line " + std::to_string(one.line) + " has the same name");
      }
    }
    file_.cases.push_back({.name = name, .line = line_});
    into_ = nullptr;
    return {};
  }

  Status BeginRows(std::string rest, std::vector<TestRows>* to, bool then) {
    TestRows rows;
    rows.line = line_;
    const size_t open = rest.find('('), close = rest.rfind(')');
    if (!then && open != std::string::npos && close != std::string::npos && open < close) {
      rows.columns = rest.substr(open + 1, close - open - 1);
      rest = rest.substr(0, open) + " " + rest.substr(close + 1);
    }
    std::vector<std::string> words = Words(rest);
    if (!words.empty() && words.back() == "changelog") {
      rows.changelog = true;
      words.pop_back();
    }
    if (words.size() > 1 || (words.empty() && !then)) {
      return Wrong(std::string("expected the name of a table, ") +
                   (then ? "" : "perhaps (columns), ") + "and perhaps 'changelog', not '" + rest +
                   "'");
    }
    if (!words.empty()) rows.table = words[0];
    to->push_back(std::move(rows));
    into_ = &to->back().query;
    return {};
  }

  Status Then(const std::string& rest) {
    constexpr std::string_view kFails = "fails:";
    if (!rest.starts_with(kFails)) return BeginRows(rest, &last().then, true);
    last().fails = Trim(std::string_view(rest).substr(kFails.size()));
    into_ = nullptr;
    return {};
  }

  Status Modes(const std::string& rest) {
    std::string mode;
    std::istringstream in(rest);
    while (std::getline(in, mode, ',')) last().modes.emplace_back(Trim(mode));
    return {};
  }

  const std::function<Result<std::string>(const std::string&)>& include_;
  TestFile file_;
  std::string* into_ = &file_.setup;  // where statements go; null: nowhere
  int line_ = 0;
};

}  // namespace

Result<TestFile> ParseTestFile(
    const std::string& text,
    const std::function<Result<std::string>(const std::string& name)>& include) {
  FileParser parser(include);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    SLUICE_TRY(parser.Take(line));
  }
  return parser.Finish();
}

}  // namespace sluice::cli
