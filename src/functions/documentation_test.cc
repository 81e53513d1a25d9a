// SPDX-License-Identifier: Apache-2.0
// docs/functions.md is made from the registry: this test compares, and writes it when
// SLUICE_WRITE_DOCS is set.
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "functions/aggregate.h"
#include "functions/testing.h"

namespace sluice::functions {
namespace {

std::string Cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string Document() {
  std::map<std::string, std::vector<const Function*>> families;
  for (const Function* function : AllFunctions()) families[function->category].push_back(function);
  std::string out =
      "# Functions and operators\n\n"
      "Made from the registry of the source (`src/functions`); spelled and behaving as in Apache "
      "Flink SQL.\n";
  for (const char* family : {"comparison", "logical", "arithmetic", "string", "temporal",
                             "conditional", "conversion", "collection"}) {
    out += std::string("\n## ") + static_cast<char>(family[0] - 32) + (family + 1) + "\n\n";
    out += "| function | what it gives | example |\n|---|---|---|\n";
    if (family == std::string("temporal")) {
      out +=
          "| `(a, b) OVERLAPS (c, d)` | TRUE if two periods have a point in time in common; each "
          "is "
          "two points, or a point and an interval | `(DATE '2024-01-01', INTERVAL '3' DAY) "
          "OVERLAPS "
          "(DATE '2024-01-02', DATE '2024-01-09')` |\n";
    }
    if (family == std::string("conversion")) {
      out +=
          "| `CAST(value AS type)` | The value as another type; what has no counterpart fails | "
          "`CAST('42' AS INT) = 42` |\n"
          "| `TRY_CAST(value AS type)` | As CAST; NULL for what has no counterpart | "
          "`TRY_CAST('x' AS INT)` |\n";
    }
    for (const Function* function : families[family]) {
      out += "| `" + Cell(function->syntax) + "` | " + Cell(function->description) + " | `" +
             Cell(function->example) + "` |\n";
    }
    families.erase(family);
  }
  out += "\n## Aggregates\n\n| function | what it gives | example |\n|---|---|---|\n";
  for (const AggregateFunction* function : AllAggregates()) {
    out += "| `" + Cell(function->syntax) + "` | " + Cell(function->description) + " | `" +
           Cell(function->example) + "` |\n";
  }
  out +=
      "\n## Not there\n\nOf Flink 2.1's list: the constructor `MULTISET[...]`, `SOURCE_WATERMARK`, "
      "`ML_PREDICT` and `ML_EVALUATE` (there are no models); of the Table API what SQL has no "
      "words "
      "for. `PRINTF` is without `%h`, `%a` and `%t`. Regular expressions are RE2's: lookaround, "
      "back references and "
      "possessive quantifiers are refused.\n";
  EXPECT_TRUE(families.empty()) << "a category without a place: " << families.begin()->first;
  return out;
}

TEST(Documentation, IsMadeFromTheRegistry) {
  const char* root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  const std::string path = std::string(root) + "/docs/functions.md";
  if (std::getenv("SLUICE_WRITE_DOCS") != nullptr) std::ofstream(path) << Document();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), Document()) << "run test_functions with SLUICE_WRITE_DOCS=1";
}

TEST(Registry, NamesAreUniqueAndEveryFunctionIsDescribed) {
  std::set<std::string> names;
  for (const Function* function : AllFunctions()) {
    EXPECT_TRUE(names.insert(function->name).second) << function->name;
    EXPECT_FALSE(function->description.empty()) << function->name;
    EXPECT_FALSE(function->example.empty()) << function->name;
    EXPECT_NE(function->resolve, nullptr) << function->name;
    EXPECT_EQ(FindFunction(function->name), function);
  }
}

TEST(Registry, AggregatesAreDescribed) {
  std::set<std::string> names;
  for (const AggregateFunction* function : AllAggregates()) {
    EXPECT_TRUE(names.insert(function->name).second) << function->name;
    EXPECT_FALSE(function->syntax.empty()) << function->name;
    EXPECT_FALSE(function->description.empty()) << function->name;
    EXPECT_FALSE(function->example.empty()) << function->name;
    EXPECT_NE(function->resolve, nullptr) << function->name;
    EXPECT_NE(function->make, nullptr) << function->name;
    EXPECT_EQ(FindAggregate(function->name), function);
  }
}

TEST(Registry, OffersTheNearestName) {
  EXPECT_EQ(CallText("SUBSTRIN", {}), "ERROR: no function 'SUBSTRIN', did you mean SUBSTRING?");
}

/// No function crashes on arguments it does not expect: it takes them or says what it wants.
TEST(Registry, EveryFunctionAnswersAnyTypes) {
  const std::vector<ExprPtr> values = {Int(1),
                                       BigInt(-1),
                                       Double(0.5),
                                       Dec("1.50", 5, 2),
                                       Text("a"),
                                       Text(""),
                                       Bool(true),
                                       Null(),
                                       Null(kStringType),
                                       Timestamp("2020-01-02"),
                                       As("2020-01-02", kDateType),
                                       As("10:11:12", flow::Type::Time(0)),
                                       Null(kIntType),
                                       *MakeCall("ARRAY", {Text("a"), Null(kStringType)}),
                                       *MakeCall("MAP", {Text("a"), Int(1)})};
  for (const Function* function : AllFunctions()) {
    for (const ExprPtr& a : values) {
      (void)CallText(function->name, {a});
      for (const ExprPtr& b : values) {
        (void)CallText(function->name, {a, b});
        (void)CallText(function->name, {a, b, Int(2)});
        (void)CallText(function->name, {Text("DAY"), a, b});
      }
    }
    EXPECT_FALSE(CallText(function->name, {}).empty());
  }
}

}  // namespace
}  // namespace sluice::functions
