// SPDX-License-Identifier: Apache-2.0
// Time attributes, GROUP BY, DISTINCT, ORDER BY, set operations as bound trees.
#include "sql/bind_query.h"

#include <gtest/gtest.h>

#include "sql/bind_testing.h"

namespace sluice::sql {
namespace {

TEST(BindTime, WatermarkOverComputedColumnsAndThroughViews) {
  EXPECT_EQ(BindText("CREATE TABLE w (x BIGINT, ts AS TO_TIMESTAMP_LTZ(x, 3), "
                     "WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'kafka', "
                     "'scan.watermark.idle-timeout' = '1 min');"
                     "CREATE VIEW v AS SELECT ts AS ts2, x FROM w; SELECT * FROM v;"),
            "Project [ts2#0, x#1] -> [ts2 TIMESTAMP_LTZ(3) *ROWTIME*, x BIGINT]\n"
            "  Project [ts#1, x#0] -> [ts2 TIMESTAMP_LTZ(3) *ROWTIME*, x BIGINT]\n"
            "    Watermark ts#1 as (ts#1 - INTERVAL '+0 00:00:01.000') -> [x BIGINT, ts "
            "TIMESTAMP_LTZ(3) *ROWTIME*]\n"
            "      Project [x#0, TO_TIMESTAMP_LTZ(x#0, 3)] -> [x BIGINT, ts TIMESTAMP_LTZ(3)]\n"
            "        Scan w -> [x BIGINT]\n");
}

TEST(BindTime, ComputationLosesTheAttribute) {
  EXPECT_EQ(BindText("SELECT ts, CAST(ts AS TIMESTAMP(3)) AS c, COALESCE(ts, ts) AS d, "
                     "CASE WHEN k > 0 THEN ts ELSE ts END AS e FROM s")
                .substr(0, 186),
            "Project [ts#2, ts#2, CASE WHEN (ts#2 IS NOT NULL) THEN ts#2 ELSE ts#2 END, CASE WHEN "
            "(k#0 > 0) THEN ts#2 ELSE ts#2 END] -> [ts TIMESTAMP(3) *ROWTIME*, c TIMESTAMP(3), d "
            "TIMESTAMP(3), e T");
  EXPECT_EQ(BindText("SELECT pt FROM p"),
            "Project [pt#2] -> [pt TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*]\n"
            "  Project [k#0, v#1, PROCTIME()] -> [k INT, v BIGINT, pt TIMESTAMP_LTZ(3) NOT NULL "
            "*PROCTIME*]\n"
            "    Scan p -> [k INT, v BIGINT]\n");
}

TEST(BindGroup, KeysArgumentsHaving) {
  EXPECT_EQ(
      BindText("SELECT UPPER(c) AS u, COUNT(*) AS n, SUM(a + 1) AS x, COUNT(*) * 2 FROM t "
               "WHERE b > 1 GROUP BY UPPER(c) HAVING MAX(b) < 10"),
      "Project [$f0#0, n#1, x#2, (n#1 * CAST(2 AS BIGINT))] -> [u STRING, n BIGINT NOT NULL, x "
      "INT, EXPR$3 "
      "BIGINT NOT NULL]\n"
      "  Filter ($a2#3 < CAST(10 AS BIGINT)) -> [$f0 STRING, n BIGINT NOT NULL, x INT, $a2 BIGINT "
      "NOT "
      "NULL]\n"
      "    Aggregate groups=[$f0#0] calls=[COUNT(*) BIGINT NOT NULL, SUM($f1#1) INT, MAX(b#2) "
      "BIGINT NOT NULL] -> [$f0 STRING, n BIGINT NOT NULL, x INT, $a2 BIGINT NOT NULL]\n"
      "      Project [UPPER(c#2), (a#0 + 1), b#1] -> [$f0 STRING, $f1 INT, b BIGINT NOT "
      "NULL]\n"
      "        Filter (b#1 > CAST(1 AS BIGINT)) -> [a INT, b BIGINT NOT NULL, c STRING, r ROW<`x` "
      "INT, `y` "
      "STRING>, arr ARRAY<INT>]\n"
      "          Scan t -> [a INT, b BIGINT NOT NULL, c STRING, r ROW<`x` INT, `y` STRING>, "
      "arr ARRAY<INT>]\n");
}

TEST(BindGroup, GlobalAggregatesMayBeNull) {
  EXPECT_EQ(BindText("SELECT COUNT(DISTINCT a) FILTER (WHERE b > 10), SUM(b) FROM t"),
            "Project [EXPR$0#0, EXPR$1#1] -> [EXPR$0 BIGINT NOT NULL, EXPR$1 BIGINT]\n"
            "  Aggregate groups=[] calls=[COUNT(DISTINCT a#0) FILTER $f1#1 BIGINT NOT NULL, "
            "SUM(b#2) BIGINT] -> [EXPR$0 BIGINT NOT NULL, EXPR$1 BIGINT]\n"
            "    Project [a#0, (b#1 > CAST(10 AS BIGINT)), b#1] -> [a INT, $f1 BOOLEAN NOT NULL, b "
            "BIGINT NOT "
            "NULL]\n"
            "      Scan t -> [a INT, b BIGINT NOT NULL, c STRING, r ROW<`x` INT, `y` STRING>, arr "
            "ARRAY<INT>]\n");
  EXPECT_EQ(Shape("SELECT COUNT(*) FROM t"),
            "Project [EXPR$0#0]\n"
            "  Aggregate groups=[] calls=[COUNT(*) BIGINT NOT NULL]\n"
            "    Scan t\n");
}

TEST(BindGroup, Mistakes) {
  EXPECT_EQ(BindText("SELECT c, SUM(b) FROM t GROUP BY a"),
            "c: Expression 'c' is not being grouped\n");
  EXPECT_EQ(BindText("SELECT t.b, r.x FROM t GROUP BY a"),
            "t.b: Expression 't.b' is not being grouped\n"
            "r.x: Expression 'r.x' is not being grouped\n");
  EXPECT_EQ(BindText("SELECT a AS z FROM t GROUP BY z"), "z: column `z` is not known\n");
  EXPECT_EQ(BindText("SELECT SUM(COUNT(*)) FROM t"),
            "COUNT: Aggregate expressions cannot be nested\n");
  EXPECT_EQ(BindText("SELECT a FROM t WHERE SUM(b) > 1"),
            "SUM: Aggregate expression is illegal in WHERE clause\n");
  EXPECT_EQ(BindText("SELECT ROW_NUMBER() FROM t"),
            "ROW_NUMBER: OVER clause is necessary for window functions\n");
}

TEST(BindGroup, GroupingSets) {
  EXPECT_EQ(BindText("SELECT a, c, GROUPING(c) AS g, COUNT(*) AS n FROM t GROUP BY ROLLUP(a, c)"),
            "Project [a#0, c#1, (($grouping#3 / 1) % 2), n#2] -> [a INT, c STRING, g BIGINT NOT "
            "NULL, n BIGINT NOT NULL]\n"
            "  Aggregate groups=[a#0, c#1] calls=[COUNT(*) BIGINT NOT NULL] sets=[[0, 1], [0], []] "
            "-> [a INT, c STRING, n BIGINT NOT NULL, $grouping BIGINT NOT NULL]\n"
            "    Project [a#0, c#2] -> [a INT, c STRING]\n"
            "      Scan t -> [a INT, b BIGINT NOT NULL, c STRING, r ROW<`x` INT, `y` STRING>, arr "
            "ARRAY<INT>]\n");
  EXPECT_EQ(Shape("SELECT b, COUNT(*) FROM t GROUP BY b, GROUPING SETS ((a), (c), ())"),
            "Project [b#0, EXPR$1#3]\n"
            "  Aggregate groups=[b#0, a#1, c#2] calls=[COUNT(*) BIGINT NOT NULL] sets=[[0, 1], [0, "
            "2], [0]]\n"
            "    Project [b#1, a#0, c#2]\n"
            "      Scan t\n");
  EXPECT_EQ(Shape("SELECT COUNT(*) FROM t GROUP BY CUBE(a, c)"),
            "Project [EXPR$0#2]\n"
            "  Aggregate groups=[a#0, c#1] calls=[COUNT(*) BIGINT NOT NULL] sets=[[0, 1], [0], "
            "[1], []]\n"
            "    Project [a#0, c#2]\n"
            "      Scan t\n");
}

TEST(BindGroup, GroupWindows) {
  EXPECT_EQ(BindText("SELECT k, TUMBLE_START(ts, INTERVAL '5' SECOND) AS w, COUNT(*) AS n, "
                     "TUMBLE_ROWTIME(ts, INTERVAL '5' SECOND) AS rt FROM s "
                     "GROUP BY k, TUMBLE(ts, INTERVAL '5' SECOND)"),
            "Project [k#0, window_start#2, n#1, window_rowtime#3] -> [k INT, w TIMESTAMP(3) NOT "
            "NULL, n BIGINT NOT NULL, rt TIMESTAMP(3) NOT NULL *ROWTIME*]\n"
            "  Aggregate groups=[k#0] calls=[COUNT(*) BIGINT NOT NULL] window=TUMBLE(ts#1, size "
            "5000) start rowtime -> [k INT, n BIGINT NOT NULL, window_start TIMESTAMP(3) NOT NULL, "
            "window_rowtime TIMESTAMP(3) NOT NULL *ROWTIME*]\n"
            "    Project [k#0, ts#2] -> [k INT, ts TIMESTAMP(3) *ROWTIME*]\n"
            "      Watermark ts#2 as (ts#2 - INTERVAL '+0 00:00:05.000') -> [k INT, v BIGINT, ts "
            "TIMESTAMP(3) *ROWTIME*]\n"
            "        Scan s -> [k INT, v BIGINT, ts TIMESTAMP(3)]\n");
  EXPECT_EQ(BindText("SELECT COUNT(*) FROM s GROUP BY TUMBLE(CAST(ts AS TIMESTAMP(3)), INTERVAL "
                     "'5' SECOND)"),
            "CAST(ts AS TIMESTAMP(3)): Window aggregate can only be defined over a time attribute "
            "column, but TIMESTAMP(3) encountered.\n");
  EXPECT_EQ(BindText("SELECT HOP_END(ts, INTERVAL '1' SECOND, INTERVAL '5' SECOND) FROM s GROUP BY "
                     "TUMBLE(ts, INTERVAL '5' SECOND)"),
            "HOP_END: Call to auxiliary group function 'HOP_END' must have matching call to group "
            "function 'HOP' in GROUP BY clause\n");
}

TEST(BindSort, OrderByHiddenColumnsOrdinalsAliases) {
  EXPECT_EQ(Shape("SELECT a AS x FROM t ORDER BY b DESC, x LIMIT 3 OFFSET 1"),
            "Project [x#0]\n"
            "  Sort keys=[$f1#1 DESC, x#0 ASC] limit=3 offset=1\n"
            "    Project [a#0, b#1]\n"
            "      Scan t\n");
  EXPECT_EQ(Shape("SELECT a, b FROM t ORDER BY 2 NULLS LAST"),
            "Sort keys=[b#1 ASC NULLS LAST]\n"
            "  Project [a#0, b#1]\n"
            "    Scan t\n");
  EXPECT_EQ(Shape("SELECT DISTINCT a FROM t LIMIT 2"),
            "Sort keys=[] limit=2\n"
            "  Aggregate groups=[a#0] calls=[]\n"
            "    Project [a#0]\n"
            "      Scan t\n");
  EXPECT_EQ(Shape("SELECT c FROM t GROUP BY c ORDER BY COUNT(*)"),
            "Project [c#0]\n"
            "  Sort keys=[$f1#1 ASC]\n"
            "    Project [c#0, $a0#1]\n"
            "      Aggregate groups=[c#0] calls=[COUNT(*) BIGINT NOT NULL]\n"
            "        Project [c#2]\n"
            "          Scan t\n");
}

TEST(BindSet, UnionIntersectExcept) {
  EXPECT_EQ(Shape("SELECT a FROM t UNION SELECT a FROM u EXCEPT ALL SELECT k FROM s"),
            "Except ALL\n"
            "  Project [a#0]\n"
            "    Aggregate groups=[a#0] calls=[]\n"
            "      UnionAll\n"
            "        Project [a#0]\n"
            "          Project [a#0]\n"
            "            Scan t\n"
            "        Project [a#0]\n"
            "          Project [a#0]\n"
            "            Scan u\n"
            "  Project [k#0]\n"
            "    Project [k#0]\n"
            "      Watermark ts#2 as (ts#2 - INTERVAL '+0 00:00:05.000')\n"
            "        Scan s\n");
  EXPECT_EQ(BindText("SELECT a FROM t INTERSECT SELECT a, k FROM u"),
            "SELECT a FROM t INTERSECT SELECT a, k FROM u: the sides of INTERSECT have 1 and 2 "
            "columns\n");
}

}  // namespace
}  // namespace sluice::sql
