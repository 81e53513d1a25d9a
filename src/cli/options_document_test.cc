// SPDX-License-Identifier: Apache-2.0
// The tables of docs/options.md are made from the lists that check scripts: this test compares
// them, and writes them when SLUICE_WRITE_DOCS is set. The text between the tables is written by
// hand.
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "catalog/catalogs.h"
#include "flow/table_options.h"
#include "formats/decoder.h"
#include "gtest/gtest.h"
#include "sinks/connector.h"
#include "sources/connector.h"
#include "sources/iceberg/options.h"
#include "sql/settings.h"

namespace sluice::cli {
namespace {

constexpr std::string_view kBegin = "<!-- table: ";
constexpr std::string_view kEnd = "<!-- end -->\n";

std::string Cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string Kind(const flow::OptionSpec& spec) {
  switch (spec.kind) {
    case flow::OptionKind::kString:
      return "text";
    case flow::OptionKind::kInteger:
      return "whole number";
    case flow::OptionKind::kBoolean:
      return "`true`, `false`";
    case flow::OptionKind::kDuration:
      return "duration";
    case flow::OptionKind::kMemory:
      return "size";
    case flow::OptionKind::kDouble:
      return "number";
    case flow::OptionKind::kEnum:
      break;
  }
  std::string out;
  for (const std::string& choice : spec.choices) out += (out.empty() ? "`" : ", `") + choice + "`";
  return out;
}

std::string Table(const std::vector<flow::OptionSpec>& specs) {
  std::string out = "| option | value | default | |\n|---|---|---|---|\n";
  for (const flow::OptionSpec& spec : specs) {
    if (spec.name == "connector") continue;
    const std::string value = spec.required                ? "required"
                              : spec.default_value.empty() ? ""
                                                           : "`" + spec.default_value + "`";
    out += "| `" + spec.name + "` | " + Cell(Kind(spec)) + " | " + Cell(value) + " | " +
           Cell(spec.description) + " |\n";
  }
  return out;
}

std::string Metadata(const std::vector<flow::Field>& columns) {
  std::string out = "| key | type |\n|---|---|\n";
  for (const flow::Field& column : columns) {
    out += "| `" + column.name + "` | `" + Cell(column.type->ToString()) + "` |\n";
  }
  return out;
}

std::string Accepted() {
  std::string out;
  for (const sql::Setting& setting : sql::Settings()) {
    if (setting.effect != sql::SettingEffect::kAccepted) continue;
    out += (out.empty() ? "`" : ", `") + setting.spec.name + "`";
  }
  return out + ".\n";
}

/// Every table that the document has to hold, by its name.
std::map<std::string, std::string> Tables() {
  std::map<std::string, std::string> tables;
  for (const sources::SourceConnector& source : sources::SourceConnectors()) {
    tables["source " + source.name] = Table(source.options);
    if (!source.metadata.empty()) tables["metadata " + source.name] = Metadata(source.metadata);
  }
  for (const sinks::SinkConnector& sink : sinks::SinkConnectors()) {
    if (sink.options.size() > 1) tables["sink " + sink.name] = Table(sink.options);
  }
  for (const formats::Format& format : formats::Formats()) {
    tables["format " + format.name] = Table(format.options);
    if (!format.metadata.empty()) {
      tables["metadata format " + format.name] = Metadata(format.metadata);
    }
  }
  tables["tables of a catalog"] = Table(sources::iceberg::OptionSpecs());
  tables["catalog iceberg"] = Table(catalog::CatalogOptions());
  std::vector<flow::OptionSpec> used;
  for (const sql::Setting& setting : sql::Settings()) {
    if (setting.effect == sql::SettingEffect::kUsed) used.push_back(setting.spec);
  }
  tables["settings"] = Table(used);
  tables["settings without effect"] = Accepted();
  return tables;
}

/// The document with what stands between the marks made anew; the names of the marks go to `seen`.
std::string Renewed(const std::string& text, std::set<std::string>* seen) {
  const auto tables = Tables();
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t begin = text.find(kBegin, at);
    if (begin == text.npos) return out + text.substr(at);
    const size_t name_end = text.find(" -->\n", begin);
    const size_t end = text.find(kEnd, begin);
    if (name_end == text.npos || end == text.npos) return "a mark without its end";
    const std::string name = text.substr(begin + kBegin.size(), name_end - begin - kBegin.size());
    const auto table = tables.find(name);
    EXPECT_NE(table, tables.end()) << "a table that nothing makes: " << name;
    if (table == tables.end()) return out;
    seen->insert(name);
    out += text.substr(at, name_end + 5 - at) + "\n" + table->second + "\n" + std::string(kEnd);
    at = end + kEnd.size();
  }
}

TEST(OptionsDocument, HoldsEveryOption) {
  const char* root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  const std::string path = std::string(root) + "/docs/options.md";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::set<std::string> seen;
  const std::string renewed = Renewed(text.str(), &seen);
  if (std::getenv("SLUICE_WRITE_DOCS") != nullptr) std::ofstream(path) << renewed;
  EXPECT_EQ(text.str(), renewed) << "run test_cli with SLUICE_WRITE_DOCS=1";
  for (const auto& [name, table] : Tables()) EXPECT_TRUE(seen.contains(name)) << name;
}

TEST(OptionsDocument, EveryOptionSaysWhatItDoes) {
  for (const sources::SourceConnector& source : sources::SourceConnectors()) {
    for (const auto& option : source.options) EXPECT_FALSE(option.description.empty());
  }
  for (const formats::Format& format : formats::Formats()) {
    for (const auto& option : format.options) EXPECT_FALSE(option.description.empty());
  }
  for (const sql::Setting& setting : sql::Settings()) {
    EXPECT_FALSE(setting.spec.description.empty()) << setting.spec.name;
  }
}

}  // namespace
}  // namespace sluice::cli
