// SPDX-License-Identifier: Apache-2.0
// Joins, subqueries, LATERAL and UNNEST as bound trees.
#include <gtest/gtest.h>

#include "sql/bind_testing.h"

namespace sluice::sql {
namespace {

TEST(BindJoin, OnAndNullability) {
  EXPECT_EQ(BindText("SELECT t.a, u.k FROM t LEFT JOIN u ON t.a = u.a AND u.k > 3"),
            "Project [a#0, k#7] -> [a INT, k BIGINT]\n"
            "  Join Left on=((a#0 = a#5) AND (k#7 > CAST(3 AS BIGINT))) -> [a INT, b BIGINT NOT "
            "NULL, c STRING, r "
            "ROW<`x` INT, `y` STRING>, arr ARRAY<INT>, a INT, d STRING, k BIGINT]\n"
            "    Scan t -> [a INT, b BIGINT NOT NULL, c STRING, r ROW<`x` INT, `y` STRING>, arr "
            "ARRAY<INT>]\n"
            "    Scan u -> [a INT, d STRING, k BIGINT NOT NULL]\n");
  EXPECT_EQ(Shape("SELECT c, d FROM t, u"),
            "Project [c#2, d#6]\n  Join Inner on=-\n    Scan t\n    Scan u\n");
}

TEST(BindJoin, UsingAndNatural) {
  EXPECT_EQ(Shape("SELECT * FROM u AS l FULL JOIN u AS m USING (a)"),
            "Project [CASE WHEN (a#0 IS NOT NULL) THEN a#0 ELSE a#3 END, d#1, k#2, d#4, k#5]\n"
            "  Join Full on=(a#0 = a#3)\n    Scan u\n    Scan u\n");
  EXPECT_EQ(Shape("SELECT a, t.a, u.a FROM t NATURAL JOIN u"),
            "Project [a#0, a#0, a#5]\n  Join Inner on=(a#0 = a#5)\n    Scan t\n    Scan u\n");
}

TEST(BindJoin, Mistakes) {
  EXPECT_EQ(BindText("SELECT 1 FROM t JOIN u"),
            "JOIN: INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or "
            "USING clause)\n");
  EXPECT_EQ(BindText("SELECT a FROM t JOIN u ON t.a = u.a"), "a: column `a` is ambiguous\n");
  EXPECT_EQ(BindText("SELECT 1 FROM t, t"), "t: Duplicate relation name 't' in FROM clause\n");
  EXPECT_EQ(BindText("SELECT /*+ FOO(t) */ a FROM t"), "FOO(t): there is no hint FOO\n");
  EXPECT_EQ(BindText("SELECT /*+ STATE_TTL('x' = '1d') */ a FROM t"),
            "'x': The options of following hints cannot match the name of input tables or views: "
            "`x` in `STATE_TTL`\n");
}

TEST(BindJoin, SystemTimeAndHints) {
  EXPECT_EQ(Shape("SELECT /*+ LOOKUP('table' = 'd', 'async' = 'true'), STATE_TTL('p' = '1 h') */ "
                  "name FROM p LEFT JOIN dim FOR SYSTEM_TIME AS OF p.pt AS d ON p.k = d.k"),
            "Project [name#4]\n"
            "  Join Left on=(k#0 = k#3) system_time=pt#2 async=true table=d left_ttl=3600000\n"
            "    Project [k#0, v#1, PROCTIME()]\n"
            "      Scan p\n"
            "    Watermark ts#2 as ts#2\n"
            "      Scan dim\n");
  const auto lookup = [](const std::string& options) {
    return BindText("SELECT /*+ LOOKUP('table' = 'd', " + options +
                    ") */ name FROM p LEFT JOIN dim FOR SYSTEM_TIME AS OF p.pt AS d ON p.k = d.k");
  };
  EXPECT_EQ(lookup("'capacity' = '0'"),
            "'0': 'capacity' of the hint LOOKUP must be more than 0, not '0'\n");
  EXPECT_EQ(lookup("'capacty' = '1'"), "'capacty': LOOKUP has no option 'capacty'\n");
  EXPECT_NE(lookup("'timeout' = 'soon'").find("'soon': option 'timeout': "), std::string::npos)
      << lookup("'timeout' = 'soon'");
  EXPECT_NE(lookup("'output-mode' = 'any'").find("'any': option 'output-mode': "),
            std::string::npos)
      << lookup("'output-mode' = 'any'");
  EXPECT_EQ(BindText("SELECT 1 FROM t JOIN dim FOR SYSTEM_TIME AS OF t.a AS d ON t.a = d.k"),
            "t.a: Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left table's "
            "time attribute field\n");
}

TEST(BindSubquery, InAndExists) {
  EXPECT_EQ(Shape("SELECT c FROM t WHERE a IN (SELECT a FROM u) AND b > 1"),
            "Project [c#2]\n"
            "  Join Semi on=(a#0 = a#5)\n"
            "    Filter (b#1 > CAST(1 AS BIGINT))\n"
            "      Scan t\n"
            "    Project [a#0]\n"
            "      Scan u\n");
  EXPECT_EQ(Shape("SELECT c FROM t WHERE a NOT IN (SELECT a FROM u)"),
            "Project [c#2]\n"
            "  Join Anti on=(a#0 = a#5) null_aware\n"
            "    Scan t\n"
            "    Project [a#0]\n"
            "      Scan u\n");
  EXPECT_EQ(Shape("SELECT c FROM t WHERE NOT EXISTS (SELECT d FROM u WHERE u.a = t.a AND k > 2 AND "
                  "u.k < t.b)"),
            "Project [c#2]\n"
            "  Join Anti on=((a#5 = a#0) AND (k#7 < b#1))\n"
            "    Scan t\n"
            "    Filter (k#2 > CAST(2 AS BIGINT))\n"
            "      Scan u\n");
  EXPECT_EQ(Shape("SELECT c FROM t WHERE a IN (SELECT a FROM u) OR b = 1"),
            "Project [c#2]\n"
            "  Filter (($found#6 IS NOT NULL) OR (b#1 = CAST(1 AS BIGINT)))\n"
            "    Join Left on=($k0#5 = a#0)\n"
            "      Scan t\n"
            "      Aggregate groups=[$k0#0, $found#1] calls=[]\n"
            "        Project [a#0, TRUE]\n"
            "          Project [a#0]\n"
            "            Scan u\n");
}

TEST(BindSubquery, Scalar) {
  EXPECT_EQ(Shape("SELECT c, (SELECT MAX(k) FROM u) AS m FROM t WHERE b > (SELECT MIN(k) FROM u)"),
            "Project [c#2, EXPR$0#6]\n"
            "  Join Left on=-\n"
            "    Filter (b#1 > EXPR$0#5)\n"
            "      Join Left on=-\n"
            "        Scan t\n"
            "        Project [EXPR$0#0]\n"
            "          Aggregate groups=[] calls=[MIN(k#0) BIGINT]\n"
            "            Project [k#2]\n"
            "              Scan u\n"
            "    Project [EXPR$0#0]\n"
            "      Aggregate groups=[] calls=[MAX(k#0) BIGINT]\n"
            "        Project [k#2]\n"
            "          Scan u\n");
  EXPECT_EQ(Shape("SELECT c FROM t WHERE b = (SELECT k FROM u)"),
            "Project [c#2]\n"
            "  Filter (b#1 = k#5)\n"
            "    Join Left on=-\n"
            "      Scan t\n"
            "      Aggregate groups=[] calls=[SINGLE_VALUE(k#0) BIGINT]\n"
            "        Project [k#2]\n"
            "          Scan u\n");
  EXPECT_EQ(Shape("SELECT (SELECT COUNT(*) FROM u WHERE u.a = t.a) AS n FROM t"),
            "Project [CASE WHEN (EXPR$0#5 IS NOT NULL) THEN EXPR$0#5 ELSE 0 END]\n"
            "  Join Left on=(a#6 = a#0)\n"
            "    Scan t\n"
            "    Project [EXPR$0#1, a#0]\n"
            "      Aggregate groups=[a#0] calls=[COUNT(*) BIGINT NOT NULL]\n"
            "        Scan u\n");
}

TEST(BindSubquery, ScalarThatReadsOuterColumns) {
  EXPECT_EQ(Shape("SELECT c, (SELECT d FROM u WHERE u.a = t.a) AS d FROM t"),
            "Project [c#2, d#5]\n"
            "  Join Left on=(a#6 = a#0)\n"
            "    Scan t\n"
            "    Project [d#1, $h1#0]\n"
            "      Aggregate groups=[$h1#1] calls=[SINGLE_VALUE(d#0) STRING]\n"
            "        Project [d#1, a#0]\n"
            "          Scan u\n");
  EXPECT_EQ(
      Shape("SELECT (SELECT d FROM u WHERE u.a = t.a ORDER BY k LIMIT 1) AS d FROM t"),
      "Project [d#5]\n"
      "  Join Left on=(a#6 = a#0)\n"
      "    Scan t\n"
      "    Project [d#0, $h2#2]\n"
      "      Project [d#0, $f1#1, $h2#2]\n"
      "        Filter (w0$o0#3 <= 1)\n"
      "          Over partition=[$h2#2] order=[$f1#1 ASC] RANGE UNBOUNDED calls=[ROW_NUMBER() "
      "BIGINT NOT NULL]\n"
      "            Project [d#1, k#2, a#0]\n"
      "              Scan u\n");
}

TEST(BindSubquery, NullsOfInMatter) {
  // Where UNKNOWN is not FALSE, the numbers of rows and of values say which of them it is.
  const std::string counts = "Aggregate groups=[] calls=[COUNT(*) BIGINT NOT NULL, COUNT(a#0)";
  const auto asks = [&counts](const std::string& query) {
    return Shape(query).find(counts) != std::string::npos;
  };
  EXPECT_TRUE(asks("SELECT a IN (SELECT a FROM u) FROM t"));
  EXPECT_TRUE(asks("SELECT 1 FROM t WHERE b = 1 OR NOT a IN (SELECT a FROM u)"));
  EXPECT_FALSE(asks("SELECT 1 FROM t WHERE b = 1 OR a IN (SELECT a FROM u)"));
  EXPECT_NE(BindText("SELECT (a, c) IN (SELECT a, d FROM u) FROM t").find("several columns"),
            std::string::npos);
  EXPECT_EQ(Shape("SELECT CASE WHEN a IN (SELECT a FROM u) THEN 1 ELSE 0 END FROM t").substr(0, 7),
            "Project");
  EXPECT_EQ(Shape("SELECT b NOT IN (SELECT k FROM u) FROM t").substr(0, 7), "Project");
}

TEST(BindSubquery, AnyAndAllAskForTheLeastAndTheGreatest) {
  EXPECT_EQ(Shape("SELECT b > ANY (SELECT k FROM u) FROM t"),
            "Project [(((b#1 > $2#7) IS TRUE) OR (((($0#5 > $1#6) OR ((b#1 IS NULL) AND ($0#5 > "
            "0))) IS TRUE) AND NULL))]\n"
            "  Join Left on=-\n"
            "    Scan t\n"
            "    Aggregate groups=[] calls=[COUNT(*) BIGINT NOT NULL, COUNT(k#0) BIGINT NOT NULL, "
            "MIN(k#0) BIGINT]\n"
            "      Project [k#2]\n"
            "        Scan u\n");
  const std::string all = Shape("SELECT b = ALL (SELECT k FROM u WHERE u.a = t.a) FROM t");
  EXPECT_EQ(all.substr(0, all.find(" OR ((((")),
            "Project [(NOT (((b#1 <> $3#8) IS TRUE) OR (((b#1 <> $2#7) IS TRUE)");
  EXPECT_NE(all.find("Join Left on=(a#9 = a#0)"), std::string::npos);
}

TEST(BindLateral, TopNForEachRow) {
  EXPECT_EQ(
      Shape("SELECT q.c, l.d FROM (SELECT DISTINCT c FROM t) AS q, LATERAL (SELECT d, k FROM u "
            "WHERE u.d = q.c ORDER BY k DESC LIMIT 3) AS l"),
      "Project [c#0, d#1]\n"
      "  Join Inner on=(d#1 = c#0)\n"
      "    Aggregate groups=[c#0] calls=[]\n"
      "      Project [c#2]\n"
      "        Scan t\n"
      "    Project [d#0, k#1]\n"
      "      Filter (w0$o0#2 <= 3)\n"
      "        Over partition=[d#0] order=[k#1 DESC] RANGE UNBOUNDED calls=[ROW_NUMBER() BIGINT "
      "NOT NULL]\n"
      "          Project [d#1, k#2]\n"
      "            Scan u\n");
}

TEST(BindUnnest, ArraysAndOrdinality) {
  EXPECT_EQ(Shape("SELECT b, e, o FROM t CROSS JOIN UNNEST(arr) WITH ORDINALITY AS x (e, o)"),
            "Project [b#1, e#5, o#6]\n"
            "  Correlate UNNEST(arr#4) WITH ORDINALITY\n"
            "    Scan t\n");
  EXPECT_EQ(Shape("SELECT * FROM UNNEST(ARRAY[1, 2]) AS x (e)"),
            "Project [e#0]\n"
            "  Project [EXPR$0#1]\n"
            "    Correlate UNNEST(ARRAY[1, 2])\n"
            "      Values [[0]]\n");
}

}  // namespace
}  // namespace sluice::sql
