// SPDX-License-Identifier: Apache-2.0
#include "query/time_travel.h"

#include <gtest/gtest.h>

namespace sluice::query {
namespace {

std::string Normal(std::string_view sql) {
  auto result = NormalizeTimeTravel(sql);
  return result.ok() ? *result : "error: " + result.error().text;
}

TEST(TimeTravel, AllSpellingsBecomeOne) {
  EXPECT_EQ(Normal("SELECT * FROM t VERSION AS OF 42"), "SELECT * FROM t AT (VERSION => 42)");
  EXPECT_EQ(Normal("SELECT * FROM t FOR VERSION AS OF 42 x"),
            "SELECT * FROM t AS x AT (VERSION => 42)");
  EXPECT_EQ(Normal("SELECT * FROM t for system_version as of 'tag'"),
            "SELECT * FROM t AT (VERSION => 'tag')");
  EXPECT_EQ(Normal("SELECT * FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01 00:00:00'"),
            "SELECT * FROM t AT (TIMESTAMP => '2024-01-01 00:00:00')");
  EXPECT_EQ(Normal("SELECT * FROM t TIMESTAMP AS OF '2024-01-01'"),
            "SELECT * FROM t AT (TIMESTAMP => '2024-01-01')");
  EXPECT_EQ(Normal("SELECT * FROM t /*+ OPTIONS('snapshot-id'='42') */ WHERE a"),
            "SELECT * FROM t AT (VERSION => '42') WHERE a");
}

TEST(TimeTravel, OtherTextStaysAsItIs) {
  for (const char* sql :
       {"SELECT 'FOR VERSION AS OF 4' FROM t", "SELECT version FROM t -- VERSION AS OF 1",
        "SELECT TIMESTAMP '2024-01-01' AS x", "SELECT a AS \"VERSION AS OF 1\"",
        "SELECT version AS of_interest FROM t /* VERSION AS OF 3 */", "", "'"}) {
    EXPECT_EQ(Normal(sql), sql);
  }
}

TEST(TimeTravel, BackticksBecomeDoubleQuotes) {
  EXPECT_EQ(Normal("SELECT `dateTime` FROM `a b`"), "SELECT \"dateTime\" FROM \"a b\"");
}

TEST(TimeTravel, UnknownHintsAreRefused) {
  EXPECT_EQ(Normal("SELECT * FROM t /*+ OPTIONS('streaming'='true') */").substr(0, 6), "error:");
}

}  // namespace
}  // namespace sluice::query
