// SPDX-License-Identifier: Apache-2.0
// Windowing table functions, OVER and MATCH_RECOGNIZE as bound trees.
#include <gtest/gtest.h>

#include "sql/bind_testing.h"

namespace sluice::sql {
namespace {

TEST(BindWindow, FourFunctions) {
  EXPECT_EQ(BindText("SELECT window_start, window_time, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE s, "
                     "DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, "
                     "window_time"),
            "Project [window_start#0, window_time#2, n#3] -> [window_start TIMESTAMP(3) NOT NULL, "
            "window_time TIMESTAMP(3) NOT NULL *ROWTIME*, n BIGINT NOT NULL]\n"
            "  Aggregate groups=[window_start#0, window_end#1, window_time#2] calls=[COUNT(*) "
            "BIGINT NOT NULL] -> [window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT "
            "NULL, window_time TIMESTAMP(3) NOT NULL *ROWTIME*, n BIGINT NOT NULL]\n"
            "    Project [window_start#3, window_end#4, window_time#5] -> [window_start "
            "TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT "
            "NULL *ROWTIME*]\n"
            "      Window TUMBLE(ts#2, size 10000) -> [k INT, v BIGINT, ts TIMESTAMP(3) *ROWTIME*, "
            "window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL, window_time "
            "TIMESTAMP(3) NOT NULL *ROWTIME*]\n"
            "        Watermark ts#2 as (ts#2 - INTERVAL '+0 00:00:05.000') -> [k INT, v BIGINT, ts "
            "TIMESTAMP(3) *ROWTIME*]\n"
            "          Scan s -> [k INT, v BIGINT, ts TIMESTAMP(3)]\n");
  EXPECT_EQ(
      FirstLines(
          Shape("SELECT k FROM HOP(DATA => TABLE s, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL "
                "'10' SECOND, SLIDE => INTERVAL '5' SECOND, `OFFSET` => INTERVAL '1' SECOND)"),
          2),
      "Project [k#0]\n  Window HOP(ts#2, size 10000, slide 5000, offset 1000)\n");
  EXPECT_EQ(
      FirstLines(
          Shape("SELECT k FROM TABLE(SESSION(TABLE s PARTITION BY (k, v), DESCRIPTOR(ts), INTERVAL "
                "'5' MINUTE))"),
          2),
      "Project [k#0]\n  Window SESSION(ts#2, size 300000, partition [k#0, v#1])\n");
  EXPECT_EQ(
      FirstLines(
          Shape("SELECT w.k FROM TABLE(CUMULATE((SELECT * FROM p), DESCRIPTOR(pt), INTERVAL '5' "
                "SECOND, INTERVAL '10' SECOND)) AS w"),
          2),
      "Project [k#0]\n  Window CUMULATE(pt#2 proctime, size 10000, slide 5000)\n");
}

TEST(BindWindow, Mistakes) {
  EXPECT_EQ(
      BindText("SELECT 1 FROM TABLE(CUMULATE(TABLE s, DESCRIPTOR(ts), INTERVAL '3' SECOND, "
               "INTERVAL '10' SECOND))"),
      "CUMULATE(TABLE s, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '10' SECOND): CUMULATE "
      "table function based aggregate requires maxSize must be an integral multiple of step, "
      "but got maxSize 10000 ms and step 3000 ms\n");
  EXPECT_EQ(BindText("SELECT 1 FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(v), INTERVAL '3' SECOND))"),
            "v: The window function requires the timecol is a time attribute type, but is "
            "BIGINT.\n");
  EXPECT_EQ(BindText("SELECT 1 FROM TABLE(TUMBLE(TABLE s, DESCRIPTOR(ts)))"),
            "TUMBLE(TABLE s, DESCRIPTOR(ts)): TUMBLE lacks its argument SIZE\n");
  EXPECT_EQ(BindText("SELECT 1 FROM TABLE(TUMBEL(TABLE s, DESCRIPTOR(ts)))"),
            "TUMBEL: table function TUMBEL is not known\n");
}

TEST(BindOver, TopN) {
  EXPECT_EQ(
      Shape("SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY d ORDER BY k DESC) AS rn "
            "FROM u) WHERE rn <= 3"),
      "Project [a#0, d#1, k#2, rn#3]\n"
      "  Filter (rn#3 <= CAST(3 AS BIGINT))\n"
      "    Project [a#0, d#1, k#2, w0$o0#3]\n"
      "      Over partition=[d#1] order=[k#2 DESC] RANGE UNBOUNDED calls=[ROW_NUMBER() BIGINT "
      "NOT NULL]\n"
      "        Scan u\n");
  EXPECT_EQ(Shape("SELECT a, RANK() OVER (PARTITION BY d ORDER BY k) AS r FROM u QUALIFY r <= 2"),
            "Project [a#0, w0$o0#3]\n"
            "  Filter (w0$o0#3 <= CAST(2 AS BIGINT))\n"
            "    Over partition=[d#1] order=[k#2 ASC] RANGE UNBOUNDED calls=[RANK() BIGINT NOT "
            "NULL]\n"
            "      Scan u\n");
}

TEST(BindOver, FramesNamesAndSeveralWindows) {
  EXPECT_EQ(
      Shape("SELECT SUM(v + 1) OVER w AS x, COUNT(*) OVER w AS n, AVG(v) OVER (PARTITION BY k "
            "ORDER BY ts RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND CURRENT ROW) AS y, "
            "LAG(v, 2, 0) OVER (ORDER BY ts) AS z FROM s WINDOW w AS (PARTITION BY k ORDER BY "
            "ts ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)"),
      "Project [w0$o0#4, w1$o0#5, w2$o0#6, w3$o0#7]\n"
      "  Over partition=[] order=[ts#2 ASC] RANGE UNBOUNDED calls=[LAG(v#1) BIGINT by 2 else 0]\n"
      "    Over partition=[k#0] order=[ts#2 ASC] RANGE 60000 calls=[AVG(v#1) BIGINT]\n"
      "      Over partition=[k#0] order=[ts#2 ASC] ROWS 3 calls=[SUM($f3#3) BIGINT, COUNT(*) "
      "BIGINT NOT NULL]\n"
      "        Project [k#0, v#1, ts#2, (v#1 + CAST(1 AS BIGINT))]\n"
      "          Watermark ts#2 as (ts#2 - INTERVAL '+0 00:00:05.000')\n"
      "            Scan s\n");
  EXPECT_EQ(Shape("SELECT k, SUM(SUM(v)) OVER (ORDER BY k) FROM s GROUP BY k"),
            "Project [k#0, w0$o0#2]\n"
            "  Over partition=[] order=[k#0 ASC] RANGE UNBOUNDED calls=[SUM($a0#1) BIGINT]\n"
            "    Aggregate groups=[k#0] calls=[SUM(v#1) BIGINT]\n"
            "      Project [k#0, v#1]\n"
            "        Watermark ts#2 as (ts#2 - INTERVAL '+0 00:00:05.000')\n"
            "          Scan s\n");
  EXPECT_EQ(
      BindText("SELECT SUM(v) OVER (ORDER BY ts ROWS BETWEEN 1 FOLLOWING AND CURRENT ROW) FROM s"),
      "(ORDER BY ts ROWS BETWEEN 1 FOLLOWING AND CURRENT ROW): Upper frame boundary cannot be "
      "CURRENT ROW when lower boundary is FOLLOWING\n");
}

TEST(BindMatch, MeasuresAndNavigation) {
  EXPECT_EQ(
      FirstLines(
          BindText(
              "SELECT * FROM s MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES FIRST(DOWN.v) "
              "AS "
              "f, LAST(DOWN.v) AS l, UP.v AS u, SUM(DOWN.v) AS sum_v, MATCH_ROWTIME() AS rt ONE "
              "ROW "
              "PER MATCH AFTER MATCH SKIP TO LAST DOWN PATTERN (DOWN{2,} X*? UP) WITHIN INTERVAL "
              "'1' HOUR DEFINE DOWN AS v < LAST(DOWN.v, 1) OR LAST(DOWN.v, 1) IS NULL, UP AS UP.v "
              "> "
              "LAST(DOWN.v)) AS m"),
          2),
      "Project [k#0, f#1, l#2, u#3, sum_v#4, rt#5] -> [k INT, f BIGINT, l BIGINT, u BIGINT, sum_v "
      "BIGINT, rt TIMESTAMP(3) NOT NULL *ROWTIME*]\n"
      "  Match partition=[k#0] order=[ts#2 ASC] pattern=(DOWN{2,} X{0,}? UP) define=[DOWN: ((v#1 < "
      "v#3) OR (v#3 IS NULL)), X: -, UP: (v#1 > v#4)] measures=[v#5, v#4, v#6, SUM#7, "
      "MATCH_ROWTIME#8] navigations=[LAST(DOWN.v#1, 1), LAST(DOWN.v#1, 0), FIRST(DOWN.v#1, 0), "
      "LAST(UP.v#1, 0), SUM(DOWN: [v#1]), TIME] skip=TO LAST DOWN within=3600000 -> [k INT, f "
      "BIGINT, l BIGINT, u BIGINT, sum_v BIGINT, rt TIMESTAMP(3) NOT NULL *ROWTIME*]\n");
}

TEST(BindMatch, Mistakes) {
  const auto match = [](const std::string& rest) {
    return BindText("SELECT * FROM s MATCH_RECOGNIZE (ORDER BY ts MEASURES A.v AS x " + rest + ")");
  };
  EXPECT_EQ(match("PATTERN (A+) DEFINE A AS A.v > 1"),
            "A+: Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish "
            "your pattern with either a simple variable or reluctant quantifier.\n");
  EXPECT_EQ(match("PATTERN (A B) DEFINE C AS C.v > 1").substr(0, 7), "Project");  // as in Flink
  EXPECT_EQ(match("PATTERN (A B) DEFINE B AS LAST(A.v * B.v) > 1"),
            "B.v: Multiple pattern variables in one FIRST or LAST\n");
  EXPECT_EQ(match("PATTERN (A? B?) DEFINE A AS A.v > 1"),
            "A? B?: Patterns that can produce empty matches are not supported. There must be at "
            "least one non-optional state.\n");
  EXPECT_EQ(BindText("SELECT * FROM s MATCH_RECOGNIZE (ORDER BY v MEASURES A.v AS x PATTERN (A B) "
                     "DEFINE A AS A.v > 1)"),
            "v: You must specify either rowtime or proctime for order by as the first one.\n");
}

}  // namespace
}  // namespace sluice::sql
