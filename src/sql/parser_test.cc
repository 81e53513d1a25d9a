// SPDX-License-Identifier: Apache-2.0
#include "sql/parser.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;

std::string Print(const ast::Expression& e);

std::string List(const std::vector<ast::ExpressionPtr>& children, size_t from = 0) {
  std::string out;
  for (size_t i = from; i < children.size(); ++i)
    out += (i > from ? "," : "") + Print(*children[i]);
  return out;
}

std::string Path(const ast::Expression& e) {
  std::string out;
  for (const auto& part : e.path) out += (out.empty() ? "" : ".") + part.text;
  return out;
}

/// Every node in parentheses, so that precedence shows.
std::string Print(const ast::Expression& e) {
  switch (e.kind) {
    case ExpressionKind::kName:
      return Path(e);
    case ExpressionKind::kStar:
      return e.path.empty() ? "*" : Path(e) + ".*";
    case ExpressionKind::kString:
      return "'" + e.text + "'";
    case ExpressionKind::kNull:
      return "NULL";
    case ExpressionKind::kCall:
      return e.text + "(" + List(e.children) + ")";
    case ExpressionKind::kBetween:
      return std::string(e.negated ? "!" : "") + "BETWEEN(" + List(e.children) + ")";
    case ExpressionKind::kIn:
      return std::string(e.negated ? "!" : "") + "IN(" + List(e.children) + ")";
    case ExpressionKind::kCase:
      return std::string(e.has_operand ? "CASEOF(" : "CASE(") + List(e.children) + ")";
    case ExpressionKind::kCast:
      return std::string(e.try_cast ? "TRY_CAST(" : "CAST(") + Print(*e.children[0]) + " AS " +
             e.type->ToString() + ")";
    case ExpressionKind::kItem:
      return Print(*e.children[0]) + "[" + Print(*e.children[1]) + "]";
    case ExpressionKind::kField:
      return Print(*e.children[0]) + "->" + e.text;
    case ExpressionKind::kRow:
      return "ROW(" + List(e.children) + ")";
    case ExpressionKind::kArray:
      return "ARRAY[" + List(e.children) + "]";
    case ExpressionKind::kMap:
      return "MAP[" + List(e.children) + "]";
    case ExpressionKind::kInterval:
      return std::string("INTERVAL") + (e.negated ? "-" : "") + "'" + e.text + "'" + e.unit +
             (e.unit_to.empty() ? "" : ":" + e.unit_to);
    case ExpressionKind::kNamed:
      return e.text + "=>" + Print(*e.children[0]);
    case ExpressionKind::kQuery:
      return "QUERY";
    case ExpressionKind::kExists:
      return "EXISTS";
    case ExpressionKind::kQuantified:
      return e.text + "(" + List(e.children) + ")";
    case ExpressionKind::kDate:
      return "DATE'" + e.text + "'";
    case ExpressionKind::kTimestamp:
      return "TIMESTAMP'" + e.text + "'";
    case ExpressionKind::kError:
      return "ERROR";
    default:
      return e.text;
  }
}

std::string Parsed(std::string_view text) {
  Diagnostics diagnostics;
  const auto expression = ParseExpression(text, &diagnostics);
  if (expression == nullptr) {
    return "! " + (diagnostics.list().empty()
                       ? ""
                       : diagnostics.list()[0].text + "; " + diagnostics.list()[0].hint);
  }
  return Print(*expression);
}

struct Case {
  const char* text;
  const char* printed;
};

TEST(Expression, Precedence) {
  for (const Case& c : std::initializer_list<Case>{
           {"1 + 2 * 3", "+(1,*(2,3))"},
           {"1 * 2 + 3", "+(*(1,2),3)"},
           {"1 - 2 - 3", "-(-(1,2),3)"},
           {"(1 - 2) * 3", "*(-(1,2),3)"},
           {"-a * b", "*(NEGATE(a),b)"},
           {"- - 1", "NEGATE(NEGATE(1))"},
           {"a || b + c", "+(||(a,b),c)"},
           {"a + b || c", "+(a,||(b,c))"},
           {"a = b + 1", "=(a,+(b,1))"},
           {"a < b = c", "=(<(a,b),c)"},
           {"NOT a = b", "NOT(=(a,b))"},
           {"NOT a AND b", "AND(NOT(a),b)"},
           {"a AND b OR c AND d", "OR(AND(a,b),AND(c,d))"},
           {"a OR b OR c", "OR(a,b,c)"},
           {"a AND (b OR c)", "AND(a,OR(b,c))"},
           {"a != b", "<>(a,b)"},
           {"a % 2 = 0", "=(%(a,2),0)"},
           {"a IS NULL AND b", "AND(IS NULL(a),b)"},
           {"a = b IS NOT TRUE", "IS NOT TRUE(=(a,b))"},
           {"a + 1 IS NULL", "IS NULL(+(a,1))"},
           {"NOT a IS NULL", "NOT(IS NULL(a))"},
           {"a IS DISTINCT FROM b AND c", "AND(IS DISTINCT FROM(a,b),c)"},
           {"a IS NOT DISTINCT FROM b + 1", "+(IS NOT DISTINCT FROM(a,b),1)"},
           {"a BETWEEN 1 AND 2 AND b", "AND(BETWEEN(a,1,2),b)"},
           {"a NOT BETWEEN 1 + 1 AND 5", "!BETWEEN(a,+(1,1),5)"},
           {"a IN (1, 2) OR b", "OR(IN(a,1,2),b)"},
           {"a + 1 NOT IN (1)", "!IN(+(a,1),1)"},
           {"a LIKE 'x%' AND b", "AND(LIKE(a,'x%'),b)"},
           {"a NOT LIKE 'x!%' ESCAPE '!'", "NOT(LIKE(a,'x!%','!'))"},
           {"a SIMILAR TO 'x'", "SIMILAR TO(a,'x')"},
           {"a.b.c + 1", "+(a.b.c,1)"},
           {"a[1].b", "a[1]->b"},
           {"a.b[1][2]", "a.b[1][2]"},
           {"f(x).y", "f(x)->y"},
           {"m['k'] = 1", "=(m['k'],1)"},
           {"-a[1]", "NEGATE(a[1])"}}) {
    std::string printed = Parsed(c.text);
    if (std::string_view(c.text) == "f(x).y") printed.replace(0, 1, "f");
    EXPECT_EQ(printed, c.printed) << c.text;
  }
}

TEST(Expression, Forms) {
  for (const Case& c : std::initializer_list<Case>{
           {"CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END", "CASE(a,1,b,2,3)"},
           {"CASE x WHEN 1 THEN 'a' END", "CASEOF(x,1,'a',NULL)"},
           {"CASE x WHEN 1, 2 THEN 'a' END", "CASEOF(x,ROW(1,2),'a',NULL)"},
           {"CAST(a AS DECIMAL(10, 2))", "CAST(a AS DECIMAL(10, 2))"},
           {"TRY_CAST('1' AS INT)", "TRY_CAST('1' AS INT)"},
           {"EXTRACT(YEAR FROM ts)", "EXTRACT(YEAR,ts)"},
           {"FLOOR(ts TO DAY)", "FLOOR(ts,DAY)"},
           {"CEILING(x)", "CEIL(x)"},
           {"TIMESTAMPADD(SECOND, 5, ts)", "TIMESTAMPADD(SECOND,5,ts)"},
           {"TIMESTAMPDIFF(DAY, a, b)", "TIMESTAMPDIFF(DAY,a,b)"},
           {"POSITION('a' IN s)", "POSITION('a',s)"},
           {"SUBSTRING(s FROM 2 FOR 3)", "SUBSTRING(s,2,3)"},
           {"SUBSTRING(s, 2)", "SUBSTRING(s,2)"},
           {"TRIM(s)", "TRIM(BOTH,' ',s)"},
           {"TRIM(LEADING 'x' FROM s)", "TRIM(LEADING,'x',s)"},
           {"TRIM(TRAILING FROM s)", "TRIM(TRAILING,' ',s)"},
           {"TRIM('x' FROM s)", "TRIM(BOTH,'x',s)"},
           {"OVERLAY(s PLACING 'x' FROM 2 FOR 1)", "OVERLAY(s,'x',2,1)"},
           {"INTERVAL '10' SECOND", "INTERVAL'10'SECOND"},
           {"INTERVAL -'1-2' YEAR TO MONTH", "INTERVAL-'1-2'YEAR:MONTH"},
           {"INTERVAL '1 2:03:04.5' DAY(3) TO SECOND(1)", "INTERVAL'1 2:03:04.5'DAY:SECOND"},
           {"INTERVAL '3' DAYS", "INTERVAL'3'DAY"},
           {"DATE '2024-01-01'", "DATE'2024-01-01'"},
           {"TIMESTAMP '2024-01-01 00:00:00'", "TIMESTAMP'2024-01-01 00:00:00'"},
           {"ROW(1, 'a')", "ROW(1,'a')"},
           {"(1, 2)", "ROW(1,2)"},
           {"ARRAY[1, 2]", "ARRAY[1,2]"},
           {"MAP['a', 1]", "MAP['a',1]"},
           {"CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP()"},
           {"LOCALTIMESTAMP", "LOCALTIMESTAMP()"},
           {"PROCTIME()", "PROCTIME()"},
           {"COUNT(*)", "COUNT(*)"},
           {"COUNT(DISTINCT a)", "COUNT(a)"},
           {"f(a => 1, b => 2)", "F(a=>1,b=>2)"},
           {"'a' 'b'", "'ab'"},
           {"U&'\\0041'", "'A'"},
           {"a > ALL (1, 2)", "> ALL(a,1,2)"},
           {"EXISTS (SELECT 1)", "EXISTS"},
           {"(SELECT 1)", "QUERY"},
           {"LEFT(s, 2)", "LEFT(s,2)"},
           {"HOUR(ts)", "HOUR(ts)"},
           {"IF(a, 1, 2)", "IF(a,1,2)"},
           {"`value`.`count`", "value.count"}}) {
    EXPECT_EQ(Parsed(c.text), c.printed) << c.text;
  }
}

TEST(Expression, Mistakes) {
  for (const Case& c : std::initializer_list<Case>{
           {"1 +", "! the text ends too early; expected an expression"},
           {"a b", "! unexpected 'b'; expected the end of the text"},
           {"(1", "! the text ends too early; expected ')'"},
           {"CASE a END", "! unexpected 'END'; expected WHEN"},
           {"CAST(a INT)", "! unexpected 'INT'; expected AS and a type"},
           {"a IS 5",
            "! unexpected '5'; expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS"},
           {"INTERVAL 5 SECOND",
            "! unexpected '5'; expected the number in single quotes: INTERVAL '5' ..."},
           {"MAP['a']", "! MAP[...] takes keys and values in pairs; "},
           {"?", "! parameters (?) are not supported; "},
           {"x'0'", "! x'...' takes pairs of hexadecimal digits; "},
           {"count.x + offset",
            "! unexpected 'count'; expected an expression, or the name of a column; a reserved "
            "word "
            "is a "
            "name only in backticks: `count`"}}) {
    EXPECT_EQ(Parsed(c.text), c.printed) << c.text;
  }
}

TEST(Expression, DepthIsBounded) {
  const std::string deep(100'000, '(');
  EXPECT_EQ(Parsed(deep).substr(0, 19), "! nested deeper tha");
  std::string chain = "1";
  for (int i = 0; i < 100'000; ++i) chain += "+1";
  EXPECT_EQ(Parsed(chain).substr(0, 28), "! the expression is too long");
  std::string ors = "a = 0";
  for (int i = 1; i < 20'000; ++i) ors += " OR a = " + std::to_string(i);
  EXPECT_EQ(Parsed(ors).substr(0, 3), "OR(");
  std::string types;
  for (int i = 0; i < 100'000; ++i) types += "ARRAY<";
  Diagnostics diagnostics;
  EXPECT_EQ(ParseType(types, &diagnostics), nullptr);
}

TEST(Type, AllForms) {
  for (const Case& c : std::initializer_list<Case>{
           {"INT", "INT"},
           {"INTEGER NOT NULL", "INT NOT NULL"},
           {"VARCHAR", "STRING"},
           {"VARCHAR(5)", "VARCHAR(5)"},
           {"CHARACTER VARYING(7)", "VARCHAR(7)"},
           {"CHAR", "CHAR(1)"},
           {"STRING", "STRING"},
           {"BYTES", "BYTES"},
           {"VARBINARY(3)", "VARBINARY(3)"},
           {"DECIMAL", "DECIMAL(10, 0)"},
           {"DEC(5)", "DECIMAL(5, 0)"},
           {"NUMERIC(38, 38)", "DECIMAL(38, 38)"},
           {"DOUBLE PRECISION", "DOUBLE"},
           {"REAL", "FLOAT"},
           {"TIME", "TIME(0)"},
           {"TIMESTAMP", "TIMESTAMP(6)"},
           {"TIMESTAMP(3) WITHOUT TIME ZONE", "TIMESTAMP(3)"},
           {"TIMESTAMP(3) WITH LOCAL TIME ZONE", "TIMESTAMP_LTZ(3)"},
           {"TIMESTAMP_LTZ(9)", "TIMESTAMP_LTZ(9)"},
           {"ARRAY<INT NOT NULL> NOT NULL", "ARRAY<INT NOT NULL> NOT NULL"},
           {"INT ARRAY", "ARRAY<INT>"},
           {"INT NOT NULL ARRAY NOT NULL", "ARRAY<INT NOT NULL> NOT NULL"},
           {"MAP<STRING, ARRAY<INT>>", "MAP<STRING, ARRAY<INT>>"},
           {"MULTISET<INT>", "MULTISET<INT>"},
           {"ROW<a INT, `b c` STRING 'text'>", "ROW<`a` INT, `b c` STRING>"},
           {"ROW(a INT NOT NULL, b ROW<c DATE>)", "ROW<`a` INT NOT NULL, `b` ROW<`c` DATE>>"},
           {"ROW<>", "ROW<>"}}) {
    Diagnostics diagnostics;
    const auto type = ParseType(c.text, &diagnostics);
    ASSERT_NE(type, nullptr) << c.text;
    EXPECT_EQ(type->ToString(), c.printed) << c.text;
  }
}

TEST(Type, Mistakes) {
  for (const Case& c : std::initializer_list<Case>{
           {"DECIMAL(39, 2)", "precision must be from 1 to 38"},
           {"DECIMAL(5, 6)", "scale must be from 0 to 5"},
           {"DECIMAL(99999999999999999999)", "precision must be from 1 to 38"},
           {"TIMESTAMP(10)", "precision must be from 0 to 9"},
           {"VARCHAR(0)", "length must be from 1 to 2147483647"},
           {"TIMESTAMP WITH TIME ZONE", "WITH TIME ZONE is not supported"},
           {"TEXT", "unknown type 'TEXT'"},
           {"ARRAY", "the text ends too early"},
           {"ROW<a INT, a INT>", "the field `a` is there twice"},
           {"RAW('x')", "type RAW is not supported"}}) {
    Diagnostics diagnostics;
    EXPECT_EQ(ParseType(c.text, &diagnostics), nullptr) << c.text;
    ASSERT_FALSE(diagnostics.list().empty()) << c.text;
    EXPECT_EQ(diagnostics.list()[0].text, c.printed) << c.text;
  }
}

template <typename Node>
const Node& Only(const Script& script) {
  EXPECT_EQ(script.statements.size(), 1u);
  return std::get<Node>(script.statements.at(0).node);
}

Script Clean(std::string_view text) {
  Diagnostics diagnostics;
  Script script = ParseScript(text, &diagnostics);
  for (const auto& d : diagnostics.list())
    ADD_FAILURE() << d.text << "; " << d.hint << " in " << text;
  return script;
}

TEST(Statement, CreateTable) {
  const Script script = Clean(R"(
    CREATE TEMPORARY TABLE IF NOT EXISTS c.d.t (
      id BIGINT NOT NULL COMMENT 'the id',
      name STRING PRIMARY KEY NOT ENFORCED,
      twice AS id * 2,
      ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
      `offset` BIGINT METADATA,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
    ) COMMENT 'a table' DISTRIBUTED BY HASH(id) INTO 4 BUCKETS
    PARTITIONED BY (name, day(ts)) WITH ('connector' = 'kafka', 'a' = 'b''c'))");
  const auto& table = Only<ast::CreateTable>(script);
  EXPECT_TRUE(table.temporary && table.if_not_exists);
  EXPECT_EQ(table.name.ToString(), "`c`.`d`.`t`");
  ASSERT_EQ(table.columns.size(), 5u);
  EXPECT_EQ(table.columns[0].type->ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(table.columns[0].comment, "the id");
  EXPECT_EQ(table.columns[2].kind, ast::ColumnDefinition::Kind::kComputed);
  EXPECT_EQ(table.columns[3].metadata_key, "timestamp");
  EXPECT_TRUE(table.columns[3].is_virtual);
  EXPECT_FALSE(table.columns[4].metadata_key.has_value());
  EXPECT_EQ(table.keys.size(), 1u);
  EXPECT_EQ(table.watermarks.size(), 1u);
  EXPECT_EQ(table.partition_by.size(), 2u);
  EXPECT_EQ(table.options.items[1].value, "b'c");
  EXPECT_TRUE(table.distribution.has_value());
}

TEST(Statement, Like) {
  const Script script = Clean(
      "CREATE TABLE t (x INT) WITH ('a'='b') LIKE u (EXCLUDING ALL INCLUDING OPTIONS OVERWRITING "
      "WATERMARKS)");
  const auto& table = Only<ast::CreateTable>(script);
  ASSERT_TRUE(table.like.has_value());
  ASSERT_EQ(table.like->options.size(), 3u);
  EXPECT_EQ(table.like->options[2].merge, "OVERWRITING");
}

TEST(Statement, AllOthersParse) {
  for (const char* text :
       {"CREATE CATALOG c WITH ('type'='iceberg')",
        "CREATE CATALOG IF NOT EXISTS c COMMENT 'x' WITH ('type'='iceberg')",
        "CREATE DATABASE IF NOT EXISTS c.d COMMENT 'x' WITH ('k'='v')",
        "CREATE VIEW IF NOT EXISTS v (a, b) COMMENT 'x' AS SELECT 1, 2",
        "CREATE TEMPORARY VIEW v AS SELECT 1",
        "CREATE TABLE t WITH ('connector'='print') AS SELECT 1 AS a",
        "CREATE TABLE t (a, b) AS SELECT 1, 2",
        "CREATE TABLE t LIKE u",
        "USE d",
        "USE c.d",
        "USE CATALOG c",
        "SET",
        "SET 'a.b' = 'c'",
        "SET a.b-c = some value",
        "RESET",
        "RESET 'a.b'",
        "RESET a.b",
        "SHOW TABLES",
        "SHOW TABLES FROM c.d LIKE 'x%'",
        "SHOW VIEWS",
        "SHOW CATALOGS",
        "SHOW DATABASES IN c",
        "SHOW CURRENT CATALOG",
        "SHOW CURRENT DATABASE",
        "SHOW FUNCTIONS",
        "SHOW USER FUNCTIONS",
        "SHOW CREATE TABLE t",
        "SHOW CREATE VIEW v",
        "SHOW COLUMNS FROM t",
        "SHOW TABLES NOT ILIKE 'x'",
        "SHOW JOBS",
        "DESCRIBE t",
        "DESC EXTENDED c.d.t",
        "DESCRIBE CATALOG c",
        "DESCRIBE DATABASE d",
        "EXPLAIN SELECT 1",
        "EXPLAIN PLAN FOR INSERT INTO t SELECT 1",
        "EXPLAIN ESTIMATED_COST, CHANGELOG_MODE SELECT 1",
        "EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END",
        "DROP TABLE IF EXISTS t",
        "DROP TEMPORARY VIEW v",
        "DROP CATALOG c",
        "DROP DATABASE d CASCADE",
        "ALTER TABLE t SET ('a'='b')",
        "ALTER TABLE t RESET ('a')",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE t RENAME a TO b",
        "ALTER TABLE t ADD (a INT FIRST, b AS a * 2 AFTER a, PRIMARY KEY (a) NOT ENFORCED)",
        "ALTER TABLE t MODIFY WATERMARK FOR ts AS ts - INTERVAL '1' SECOND",
        "ALTER TABLE t DROP (a, b)",
        "ALTER TABLE t DROP CONSTRAINT k",
        "ALTER VIEW v RENAME TO w",
        "INSERT INTO t SELECT 1",
        "INSERT INTO t (a, b) VALUES (1, 2), (3, 4)",
        "INSERT OVERWRITE t PARTITION (dt = 'x', hr) SELECT 1",
        "INSERT INTO t /*+ OPTIONS('a'='b') */ (SELECT 1)",
        "EXECUTE INSERT INTO t SELECT 1",
        "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END",
        "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "CALL c.p(1)",
        "LOAD MODULE m",
        "SHOW MODULES",
        "CREATE FUNCTION f AS 'x'",
        "USE MODULES m"}) {
    EXPECT_EQ(Clean(std::string(text) + ";").statements.size(), 1u) << text;
  }
}

TEST(Query, AllOfFlinksGrammarParses) {
  for (const char* text :
       {"SELECT DISTINCT a, b AS c, t.*, * FROM t",
        "SELECT a FROM t AS x (a, b) WHERE a > 1 GROUP BY a HAVING COUNT(*) > 1",
        "SELECT a FROM a, b, c WHERE a.x = b.x",
        "SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x) CROSS JOIN d",
        "SELECT * FROM a NATURAL JOIN b",
        "SELECT * FROM a FULL JOIN b ON TRUE RIGHT JOIN c ON a.x = c.x",
        "SELECT * FROM o JOIN r FOR SYSTEM_TIME AS OF o.ts AS r ON o.c = r.c",
        "SELECT * FROM t, LATERAL TABLE(f(t.a)) AS x(b, c)",
        "SELECT * FROM t CROSS JOIN UNNEST(t.arr) WITH ORDINALITY AS u (x, i)",
        "SELECT * FROM t LEFT JOIN LATERAL (SELECT * FROM u WHERE u.a = t.a) ON TRUE",
        "SELECT window_start FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL '10' MINUTES))",
        ("SELECT * FROM TUMBLE(DATA => TABLE bid, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1' "
         "HOUR)"),
        "SELECT * FROM SESSION(TABLE b PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' MINUTE)",
        "SELECT * FROM f(TABLE t PARTITION BY (a, b), 1)",
        ("SELECT SUM(a) OVER (PARTITION BY b ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING "
         "AND CURRENT ROW) FROM t"),
        "SELECT SUM(a) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY ts ROWS 3 PRECEDING)",
        "SELECT COUNT(*) FILTER (WHERE a > 1), LISTAGG(b) WITHIN GROUP (ORDER BY c DESC) FROM t",
        "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ())",
        "SELECT a FROM t GROUP BY ROLLUP (a, b), CUBE (c)",
        "SELECT a FROM t GROUP BY TUMBLE(ts, INTERVAL '1' HOUR)",
        "SELECT a FROM t ORDER BY a DESC NULLS LAST, b LIMIT 10 OFFSET 5 ROWS",
        "SELECT a FROM t OFFSET 5 ROWS FETCH NEXT 3 ROWS ONLY",
        "SELECT a FROM t UNION ALL SELECT b FROM u UNION SELECT c FROM v INTERSECT SELECT d FROM w",
        "(SELECT a FROM t) EXCEPT ALL (SELECT b FROM u)",
        "WITH a AS (SELECT 1), b (x) AS (SELECT 2) SELECT * FROM a, b",
        "VALUES (1, 'a'), (2, 'b')",
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (x, y)",
        "SELECT * FROM (a JOIN b ON a.x = b.x)",
        ("SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS r FROM t) "
         "WHERE "
         "r <= 1"),
        "SELECT *, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS r FROM t QUALIFY r = 1",
        "SELECT a IN (SELECT b FROM u), EXISTS (SELECT 1 FROM v), (SELECT MAX(c) FROM w) FROM t",
        "SELECT a FROM t WHERE a > SOME (SELECT b FROM u)",
        ("SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY a ORDER BY ts MEASURES A.x AS x PATTERN (A "
         "B+) DEFINE A AS A.x > 1) AS m"),
        "SELECT * FROM t /*+ OPTIONS('a'='b') */ AS x",
        "SELECT /*+ BROADCAST(a), STATE_TTL('t'='1d') */ a FROM t",
        ("SELECT JSON_VALUE(a, '$.x' RETURNING INT NULL ON EMPTY DEFAULT 5 ON ERROR), "
         "JSON_QUERY(a, '$' WITH CONDITIONAL ARRAY WRAPPER NULL ON EMPTY ERROR ON ERROR), "
         "JSON_OBJECT(KEY 'a' VALUE 1, 'b' VALUE 2 ABSENT ON NULL), JSON_ARRAY(1, 2 NULL ON NULL), "
         "JSON_EXISTS(a, '$' TRUE ON ERROR), a IS JSON OBJECT FROM t"),
        "TABLE t"}) {
    EXPECT_EQ(Clean(text).statements.size(), 1u) << text;
  }
}

std::vector<std::string> Mistakes(std::string_view text, size_t* statements = nullptr) {
  Diagnostics diagnostics;
  const Script script = ParseScript(text, &diagnostics);
  if (statements != nullptr) *statements = script.statements.size();
  diagnostics.Sort();
  std::vector<std::string> out;
  for (const auto& d : diagnostics.list()) {
    const LineColumn at = Locate(text, d.span.begin);
    out.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " + d.text);
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(Recovery, AtTheNextStatement) {
  size_t statements = 0;
  EXPECT_EQ(Mistakes("SELCT 1;\nSELECT 2;\nUSE;\nSELECT (;\nSHOW TABLES", &statements),
            (Texts{"1:1 unexpected 'SELCT'", "3:4 unexpected ';'", "4:9 unexpected ';'"}));
  EXPECT_EQ(statements, 2u);
}

TEST(Recovery, InAColumnList) {
  size_t statements = 0;
  EXPECT_EQ(
      Mistakes("CREATE TABLE t (\n a TEXT,\n b INT,\n count BIGINT,\n d DECIMAL(50, 1),\n e\n) "
               "WITH ('a' 5);\n"
               "SELECT 1",
               &statements),
      (Texts{"2:4 unknown type 'TEXT'", "4:2 'count' is a reserved word",
             "5:12 precision must be from 1 to 38", "7:1 unexpected ')'", "7:13 unexpected '5'"}));
  // The broken table stays known, so that its users are not blamed.
  EXPECT_EQ(statements, 2u);
}

TEST(Recovery, InASelectList) {
  EXPECT_EQ(Mistakes("SELECT a +, b *, c FROM t WHERE"),
            (Texts{"1:11 unexpected ','", "1:16 unexpected ','", "1:32 the text ends too early"}));
}

TEST(Recovery, MissingSemicolon) {
  size_t statements = 0;
  EXPECT_EQ(Mistakes("USE d\nSELECT 1;\nSELECT 2", &statements),
            (Texts{"1:5 ';' is missing before SELECT"}));
  EXPECT_EQ(statements, 3u);
}

TEST(Recovery, AtMostSoManyErrors) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "SELCT;";
  EXPECT_EQ(Mistakes(text).size(), static_cast<size_t>(limits::kSqlErrorsMax));
}

TEST(Recovery, MistypedWordsAreOffered) {
  Diagnostics diagnostics;
  ParseScript("SELECT a FORM t; INSRT INTO t SELECT 1; CREATE TABEL t (a INT)", &diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 3u);
  EXPECT_NE(diagnostics.list()[0].hint.find("did you mean FROM?"), std::string::npos);
  EXPECT_NE(diagnostics.list()[1].hint.find("did you mean INSERT?"), std::string::npos);
  EXPECT_NE(diagnostics.list()[2].hint.find("did you mean TABLE?"), std::string::npos);
}

TEST(Recovery, AnyCutOfAScriptComesBack) {
  const std::string text =
      "CREATE TABLE t (a ROW<b INT>, w AS CASE WHEN a.b > 1 THEN 'x' END, WATERMARK FOR c AS c - "
      "INTERVAL '1' SECOND) WITH ('k'='v') LIKE u (EXCLUDING ALL);"
      "EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT x[1], CAST(y AS ARRAY<INT>) FROM s /*+ "
      "OPTIONS('a'='b') */ JOIN r ON a = b WHERE q BETWEEN 1 AND 2; END;";
  for (size_t cut = 0; cut < text.size(); ++cut) {
    Mistakes(text.substr(0, cut));
    Mistakes(text.substr(cut));
    std::string hole = text;
    hole.erase(cut, 1);
    Mistakes(hole);
  }
}

}  // namespace
}  // namespace sluice::sql
