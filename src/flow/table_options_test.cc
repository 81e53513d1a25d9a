// SPDX-License-Identifier: Apache-2.0
#include "flow/table_options.h"

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sluice::flow {
namespace {

TEST(Duration, FlinkForms) {
  const std::pair<const char*, int64_t> cases[] = {{"10", 10},
                                                   {"10ms", 10},
                                                   {" 10 s ", 10000},
                                                   {"5min", 300000},
                                                   {"5 minutes", 300000},
                                                   {"2 h", 7200000},
                                                   {"1 DAY", 86400000},
                                                   {"3 secs", 3000},
                                                   {"1500 µs", 1},
                                                   {"2000000 ns", 2},
                                                   {"0s", 0},
                                                   {"7 millis", 7},
                                                   {"PT10S", 10000},
                                                   {"P1DT2H3M4S", 93784000}};
  for (const auto& [text, ms] : cases) {
    const auto parsed = ParseDurationMs(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, ms) << text;
  }
  for (const char* text :
       {"", " ", "s", "-1 s", "1.5 s", "10 parsecs", "10 s s", "99999999999999999999",
        "9223372036854775807 d", "PT", "P1S", "PT1", "PT-1S"}) {
    EXPECT_FALSE(ParseDurationMs(text).ok()) << text;
  }
}

TEST(Memory, FlinkForms) {
  EXPECT_EQ(*ParseMemoryBytes("64mb"), 64 << 20);
  EXPECT_EQ(*ParseMemoryBytes("1 gibibytes"), 1 << 30);
  EXPECT_EQ(*ParseMemoryBytes("12"), 12);
  EXPECT_EQ(*ParseMemoryBytes("3 kb"), 3072);
  EXPECT_FALSE(ParseMemoryBytes("64 mbit").ok());
  EXPECT_FALSE(ParseMemoryBytes("9000000000000 tb").ok());
}

TEST(Values, BooleanAndInteger) {
  EXPECT_TRUE(*ParseBoolean("TRUE"));
  EXPECT_FALSE(*ParseBoolean(" false"));
  EXPECT_FALSE(ParseBoolean("yes").ok());
  EXPECT_EQ(*ParseInteger("-42"), -42);
  EXPECT_EQ(*ParseInteger("+42"), 42);
  EXPECT_FALSE(ParseInteger("+-42").ok());
  EXPECT_FALSE(ParseInteger("4 2").ok());
  EXPECT_FALSE(ParseInteger("9223372036854775808").ok());
}

RC_GTEST_PROP(ValuesProperty, AnyTextIsAnswered, (const std::string& text)) {
  (void)ParseDurationMs(text).ok();
  (void)ParseMemoryBytes(text).ok();
  const auto parsed = ParseInteger(text);
  if (parsed.ok()) RC_ASSERT(*ParseInteger(std::to_string(*parsed)) == *parsed);
}

std::vector<OptionSpec> Specs() {
  return {{"topic", OptionKind::kString, "", true, {}, "what to read"},
          {"scan.startup.mode",
           OptionKind::kEnum,
           "group-offsets",
           false,
           {"earliest-offset", "latest-offset", "group-offsets"},
           ""},
          {"linger", OptionKind::kDuration, "1 s", false, {}, ""},
          {"properties.*", OptionKind::kString, "", false, {}, ""},
          {"fields.#.min", OptionKind::kInteger, "", false, {}, ""}};
}

TEST(CheckOptions, AllIsWell) {
  const OptionMap options = {{"topic", "t"},
                             {"scan.startup.mode", "earliest-offset"},
                             {"properties.bootstrap.servers", "x:1"},
                             {"fields.a.b.min", "3"}};
  EXPECT_TRUE(CheckOptions(options, Specs(), "connector 'kafka'").empty());
}

TEST(CheckOptions, ReportsEveryMistake) {
  const OptionMap options = {{"scan.startup.mod", "x"},
                             {"scan.startup.mode", "earliest"},
                             {"linger", "soon"},
                             {"fields.a.min", "x"},
                             {"properties.", "x"}};
  const auto errors = CheckOptions(options, Specs(), "connector 'kafka'");
  ASSERT_EQ(errors.size(), 6u);
  std::string all;
  for (const Error& error : errors) {
    EXPECT_EQ(error.blame, Blame::kUser);
    all += error.text + "\n";
  }
  EXPECT_NE(all.find("did you mean 'scan.startup.mode'?"), std::string::npos) << all;
  EXPECT_NE(all.find("missing option 'topic'"), std::string::npos) << all;
  EXPECT_NE(all.find("choices: earliest-offset"), std::string::npos) << all;
}

TEST(OptionValue, GivenThenDefaultThenNothing) {
  EXPECT_EQ(OptionValue({{"linger", "2 s"}}, Specs(), "linger"), "2 s");
  EXPECT_EQ(OptionValue({}, Specs(), "linger"), "1 s");
  EXPECT_EQ(OptionValue({}, Specs(), "topic"), std::nullopt);
}

TEST(NearestName, OffersWhatWasMeant) {
  const std::vector<std::string> names = {"orders", "bids", "SUBSTRING"};
  EXPECT_EQ(NearestName("order", names), "orders");
  EXPECT_EQ(NearestName("ordres", names), "orders");
  EXPECT_EQ(NearestName("substrin", names), "SUBSTRING");
  EXPECT_EQ(NearestName("customers", names), std::nullopt);
  EXPECT_EQ(NearestName("", names), std::nullopt);
}

}  // namespace
}  // namespace sluice::flow
