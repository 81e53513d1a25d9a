// SPDX-License-Identifier: Apache-2.0
// Scripts through the whole front end: what they plan, what they answer, what they leave behind.
#include "plan/session.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "plan/explain.h"
#include "plan/test_connectors.h"
#include "sql/lexer.h"
#include "sql/parser.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprPtr;

const char kTables[] = R"(
CREATE TABLE kafka (
  event_type INT,
  person ROW<id BIGINT, name STRING>,
  bid ROW<auction BIGINT, price BIGINT, extra STRING, deep ROW<x INT, y INT>>,
  ts AS CASE WHEN event_type = 0 THEN TIMESTAMP '2020-01-01 00:00:00.000' END,
  kafka_time TIMESTAMP(3) METADATA FROM 'timestamp',
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json');
CREATE VIEW bid AS SELECT bid.auction, bid.price, bid.extra, ts FROM kafka WHERE event_type = 2;
CREATE TABLE sink (a BIGINT, b STRING) WITH ('connector' = 'print');
)";

Outcome RunScript(const std::string& text) {
  Session session({TestConnectors(), {}});
  const sql::Source source{"case.sql", text};
  Outcome outcome = session.Run(source);
  EXPECT_TRUE(outcome.ok()) << sql::Render(outcome.diagnostics, source, false);
  return outcome;
}

std::string Plan(const std::string& statements) {
  const Outcome outcome = RunScript(kTables + statements);
  std::string text;
  for (const JobGraph& job : outcome.jobs) text += (text.empty() ? "" : "\n") + Explain(job);
  return text;
}

TEST(Plan, ViewsMergeAndSourcesReadOnlyWhatIsUsed) {
  EXPECT_EQ(
      Plan("INSERT INTO sink SELECT auction, extra FROM bid WHERE price > 10"),
      "Sink(table=[default_catalog.default_database.sink], fields=[a, b])\n"
      "+- Calc(select=[`bid`.`auction` AS a, `bid`.`extra` AS b], where=[((`event_type` = 2) AND "
      "(`bid`.`price` > 10))])\n"
      "   +- TableSourceScan(table=[default_catalog.default_database.kafka], connector=[kafka], "
      "fields=[event_type, bid.auction, bid.price, bid.extra], filter=[event_type = 2 AND "
      "bid.price > 10])\n");
}

TEST(Plan, SourcesHearWhatTheirOnlyReaderDrops) {
  const auto filter = [](const std::string& query) {
    const std::string plan = Plan("INSERT INTO sink SELECT bid.auction, bid.extra FROM " + query);
    const size_t begin = plan.find("filter=[");
    return begin == std::string::npos ? ""
                                      : plan.substr(begin + 8, plan.find(']', begin) - begin - 8);
  };
  EXPECT_EQ(filter("kafka WHERE 2 < event_type AND bid.extra <> 'x''y'"),
            "event_type > 2 AND bid.extra <> 'x'y'");
  EXPECT_EQ(filter("kafka WHERE bid.deep.y >= -5 AND event_type <= 7"),
            "bid.deep.y >= -5 AND event_type <= 7");
  // Not what compares columns, looks at one of two sides, or text for its order.
  EXPECT_EQ(filter("kafka WHERE event_type = bid.auction"), "");
  EXPECT_EQ(filter("kafka WHERE event_type = 1 OR event_type = 2"), "");
  EXPECT_EQ(filter("kafka WHERE bid.extra > 'a'"), "");
  EXPECT_EQ(filter("kafka WHERE event_type IS NULL"), "");
  const std::string off = Plan(
      "SET 'table.optimizer.source.predicate-pushdown-enabled' = 'false';\n"
      "INSERT INTO sink SELECT bid.auction, bid.extra FROM kafka WHERE event_type = 2");
  EXPECT_EQ(off.find("filter=["), std::string::npos) << off;
}

TEST(Plan, WhatAConditionSaysHoldsBesideIt) {
  const auto calc = [](const std::string& query) {
    const std::string plan = Plan(query);
    const size_t begin = plan.find("Calc(select=[") + 13;
    return plan.substr(begin, plan.find("], where", begin) - begin);
  };
  EXPECT_EQ(
      calc("INSERT INTO sink SELECT CASE WHEN event_type = 0 THEN person.id WHEN event_type = 2 "
           "THEN bid.price ELSE 1 END, 'x' FROM kafka WHERE event_type = 2"),
      "`bid`.`price` AS a, 'x' AS b");
  EXPECT_EQ(calc("INSERT INTO sink SELECT CASE WHEN event_type = 0 THEN 1 WHEN bid.price > 3 THEN "
                 "bid.auction ELSE event_type END, 'x' FROM kafka WHERE 2 = event_type"),
            "CASE WHEN (`bid`.`price` > 3) THEN `bid`.`auction` ELSE 2 END AS a, 'x' AS b");
  const std::string read = Plan(
      "INSERT INTO sink SELECT bid.auction, CAST(ts AS STRING) FROM kafka WHERE event_type = 0");
  EXPECT_EQ(read.find("CASE"), std::string::npos) << read;
  // State is named by what computes it.
  const std::string kept = Plan(
      "INSERT INTO sink SELECT COUNT(*), CAST(MAX(CASE WHEN event_type = 0 THEN 1 ELSE 2 END) AS "
      "STRING) FROM kafka WHERE event_type = 0");
  EXPECT_NE(kept.find("CASE"), std::string::npos) << kept;
}

/// A row that is dropped later moves the time.
TEST(Plan, NoConditionPassesAWatermark) {
  const std::string plan = Plan(
      "INSERT INTO sink SELECT COUNT(*), 'x' FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL "
      "'1' MINUTE)) GROUP BY window_start, window_end");
  EXPECT_EQ(plan.find("filter=["), std::string::npos) << plan;
}

TEST(Plan, WholeRowsAndNestedFields) {
  const Outcome outcome =
      RunScript(std::string(kTables) +
                "INSERT INTO sink SELECT person.id, CAST(bid.deep.y AS STRING) FROM kafka;");
  const auto& scan = std::get<SourceNode>(outcome.jobs[0].nodes[0].node);
  EXPECT_EQ(scan.projection.columns, (std::vector<int>{1, 2}));
  ASSERT_EQ(scan.projection.nested.size(), 2u);
  EXPECT_EQ(scan.projection.nested[0], (std::vector<std::vector<int>>{{0}}));
  EXPECT_EQ(scan.projection.nested[1], (std::vector<std::vector<int>>{{3, 1}}));
  EXPECT_EQ(outcome.jobs[0].nodes[0].output.fields[1].name, "bid");
}

TEST(Plan, NoColumnUsedStillReadsOne) {
  const Outcome outcome =
      RunScript(std::string(kTables) + "INSERT INTO sink SELECT 1, 'x' FROM kafka;");
  EXPECT_EQ(std::get<SourceNode>(outcome.jobs[0].nodes[0].node).projection.columns,
            (std::vector<int>{0}));
}

TEST(Plan, TwoInsertsShareOneSource) {
  EXPECT_EQ(
      Plan("CREATE TABLE two (x STRING) WITH ('connector' = 'print');\n"
           "INSERT INTO sink SELECT auction, extra FROM bid; INSERT INTO two SELECT person.name "
           "FROM kafka"),
      "Sink(table=[default_catalog.default_database.sink], fields=[a, b])\n"
      "+- Calc(select=[`bid`.`auction` AS a, `bid`.`extra` AS b], where=[(`event_type` = 2)])\n"
      "   +- TableSourceScan(table=[default_catalog.default_database.kafka], connector=[kafka], "
      "fields=[event_type, person.name, bid.auction, bid.extra])(reuse_id=[1])\n"
      "\n"
      "Sink(table=[default_catalog.default_database.two], fields=[x])\n"
      "+- Calc(select=[`person`.`name` AS x])\n"
      "   +- Reused(reference_id=[1])\n");
}

TEST(Plan, OtherOptionsAreAnotherSource) {
  const Outcome outcome = RunScript(
      std::string(kTables) +
      "INSERT INTO sink SELECT auction, extra FROM bid;"
      "INSERT INTO sink SELECT person.id, person.name FROM kafka /*+ OPTIONS('topic'='u') */;");
  ASSERT_EQ(outcome.jobs.size(), 1u);
  std::set<std::string> names;
  int sinks = 0;
  for (const JobNode& node : outcome.jobs[0].nodes) {
    if (const auto* source = std::get_if<SourceNode>(&node.node)) names.insert(source->table.name);
    if (std::holds_alternative<SinkNode>(node.node)) {
      ++sinks;
      EXPECT_EQ(node.inputs.size(), 2u);  // one table, one sink
    }
  }
  EXPECT_EQ(sinks, 1);
  EXPECT_EQ(names, (std::set<std::string>{"default_catalog.default_database.kafka",
                                          "default_catalog.default_database.kafka#2"}));
}

TEST(Plan, UnionAll) {
  EXPECT_EQ(
      Plan("INSERT INTO sink SELECT a, UPPER(b) FROM (SELECT auction AS a, extra AS b FROM bid "
           "UNION ALL "
           "SELECT person.id, person.name FROM kafka) WHERE a > 5"),
      "Sink(table=[default_catalog.default_database.sink], fields=[a, b])\n"
      "+- Union(all=[true])\n"
      "   +- Calc(select=[`bid`.`auction` AS a, UPPER(`bid`.`extra`) AS b], where=[((`event_type` "
      "= 2) "
      "AND (`bid`.`auction` > 5))])\n"
      "      +- TableSourceScan(table=[default_catalog.default_database.kafka], connector=[kafka], "
      "fields=[event_type, person.id, person.name, bid.auction, bid.extra])(reuse_id=[1])\n"
      "   +- Calc(select=[`person`.`id` AS a, UPPER(`person`.`name`) AS b], where=[(`person`.`id` "
      "> 5)])\n"
      "      +- Reused(reference_id=[1])\n");
}

TEST(Plan, ValuesAreComputed) {
  EXPECT_EQ(Plan("INSERT INTO sink (b, a) VALUES ('x', 1 + 1), (NULL, 3)"),
            "Sink(table=[default_catalog.default_database.sink], fields=[a, b])\n"
            "+- Values(tuples=[{2, 'x'}, {3, NULL}])\n");
  EXPECT_EQ(Plan("INSERT INTO sink SELECT 1, 'a' || 'b'"),
            "Sink(table=[default_catalog.default_database.sink], fields=[a, b])\n"
            "+- Values(tuples=[{1, 'ab'}])\n");
}

TEST(Plan, ConstantConditionsGoAway) {
  const std::string plan =
      Plan("INSERT INTO sink SELECT person.id, person.name FROM kafka WHERE 1 = 1");
  EXPECT_EQ(plan.find("where"), std::string::npos) << plan;
}

TEST(Plan, MetadataIsCastToItsDeclaredType) {
  const std::string plan =
      Plan("INSERT INTO sink SELECT person.id, CAST(kafka_time AS STRING) FROM kafka");
  EXPECT_NE(plan.find("CAST(CAST(`kafka_time` AS TIMESTAMP(3)) AS STRING)"), std::string::npos)
      << plan;
}

void CollectNodes(const ExprPtr& expr, std::vector<const Expr*>* nodes) {
  nodes->push_back(expr.get());
  for (const ExprPtr& child : expr->children) CollectNodes(child, nodes);
}

TEST(Plan, EqualExpressionsAreOneObject) {
  const Outcome outcome = RunScript(
      std::string(kTables) +
      "CREATE TABLE d (p DECIMAL(23, 3), q DECIMAL(23, 3)) WITH ('connector'='print');"
      "INSERT INTO d SELECT 0.908 * price, 0.908 * price FROM bid WHERE 0.908 * price > 5;");
  for (const JobNode& node : outcome.jobs[0].nodes) {
    const auto* calc = std::get_if<CalcNode>(&node.node);
    if (calc == nullptr) continue;
    EXPECT_EQ(calc->outputs[0], calc->outputs[1]);
    std::vector<const Expr*> nodes;
    CollectNodes(calc->condition, &nodes);
    EXPECT_EQ(std::count(nodes.begin(), nodes.end(), calc->outputs[0].get()), 1);
  }
}

TEST(Plan, NestedViewsDoNotExplode) {
  std::string text =
      std::string(kTables) + "CREATE VIEW v0 AS SELECT auction AS x, extra AS y FROM bid;";
  for (int i = 1; i < 40; ++i) {
    text += "CREATE VIEW v" + std::to_string(i) + " AS SELECT x + x * 2 AS x, y FROM v" +
            std::to_string(i - 1) + ";";
  }
  RunScript(text + "INSERT INTO sink SELECT x, y FROM v39;");
  // And views that each use the one before twice are refused, not run out of memory on.
  text = std::string(kTables) + "CREATE VIEW v0 AS SELECT auction AS x, extra AS y FROM bid;";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "v" + std::to_string(i - 1);
    text += "CREATE VIEW v" + std::to_string(i) + " AS SELECT * FROM " + before +
            " UNION ALL SELECT * FROM " + before + ";";
  }
  Session session({TestConnectors(), {}});
  EXPECT_FALSE(session.Check({"case.sql", text}).ok());
}

TEST(Jobs, NamesAndFingerprints) {
  const std::string insert = "INSERT INTO sink SELECT auction, extra FROM bid";
  const auto job = [](const std::string& text) { return RunScript(kTables + text).jobs.at(0); };
  const JobGraph one = job(insert);
  EXPECT_EQ(one.name, "insert-into_default_catalog.default_database.sink");
  EXPECT_EQ(one.fingerprint, job(insert).fingerprint);
  EXPECT_NE(one.fingerprint, job(insert + " WHERE price > 1").fingerprint);
  const JobGraph named = job("SET 'pipeline.name' = 'mine'; " + insert);
  EXPECT_EQ(named.name, "mine");
  EXPECT_EQ(named.fingerprint, one.fingerprint);
}

TEST(Jobs, SettingsAndStatementSetsDivideThem) {
  const std::string insert = "INSERT INTO sink SELECT auction, extra FROM bid;";
  EXPECT_EQ(RunScript(kTables + insert + insert).jobs.size(), 1u);
  EXPECT_EQ(RunScript(kTables + insert + "SET 'pipeline.name' = 'b';" + insert).jobs.size(), 2u);
  EXPECT_EQ(RunScript(kTables + ("SET 'table.dml-sync' = 'true';" + insert) + insert).jobs.size(),
            2u);
  EXPECT_EQ(RunScript(kTables + insert + "EXECUTE STATEMENT SET BEGIN " + insert + insert + "END;")
                .jobs.size(),
            2u);
  EXPECT_EQ(RunScript(kTables + ("BEGIN STATEMENT SET; " + insert) + "END;").jobs.size(), 1u);
  const Outcome select = RunScript(std::string(kTables) + "SELECT * FROM bid;");
  ASSERT_EQ(select.jobs.size(), 1u);
  EXPECT_EQ(select.results.back().kind, StatementResult::Kind::kQuery);
}

TEST(Ddl, ShowAndDescribe) {
  const Outcome outcome = RunScript(
      std::string(kTables) +
      "SHOW TABLES; SHOW VIEWS; SHOW TABLES LIKE 's%'; DESCRIBE kafka; SHOW CREATE TABLE kafka;"
      "SHOW CURRENT DATABASE; SHOW CATALOGS; SHOW CREATE VIEW bid;");
  const auto& r = outcome.results;
  ASSERT_EQ(r.size(), 11u);
  EXPECT_EQ(r[3].table.rows.size(), 3u);
  EXPECT_EQ(r[4].table.rows[0][0], "bid");
  EXPECT_EQ(r[5].table.rows.size(), 1u);
  EXPECT_EQ(r[6].table.rows[3][4],
            "AS CASE WHEN event_type = 0 THEN TIMESTAMP '2020-01-01 00:00:00.000' END");
  EXPECT_EQ(r[6].table.rows[3][5], "ts - INTERVAL '4' SECOND");
  EXPECT_EQ(r[6].table.rows[4][4], "METADATA FROM 'timestamp'");
  EXPECT_EQ(r[8].table.rows[0][0], "default_database");
  // What SHOW CREATE says makes the same table again.
  std::string again = r[7].text;
  again.replace(again.find("`kafka`"), 7, "`again`");
  const Outcome second = RunScript(std::string(kTables) + again + "; SHOW CREATE TABLE again;");
  std::string text = second.results.back().text;
  text.replace(text.find("`again`"), 7, "`kafka`");
  EXPECT_EQ(text, r[7].text);
}

TEST(Ddl, SecretsAreNotShown) {
  const Outcome outcome = RunScript(
      "CREATE TABLE t (a INT) WITH ('connector'='kafka', 'properties.sasl.jaas.config'='hunter2', "
      "'x.password'='hunter2');"
      "SHOW CREATE TABLE t;");
  EXPECT_EQ(outcome.results.back().text.find("hunter2"), std::string::npos);
}

TEST(Ddl, CatalogTables) {
  const Outcome outcome =
      RunScript(std::string(kTables) +
                "CREATE CATALOG lake WITH ('type' = 'iceberg');"
                "CREATE TABLE lake.db.t (a BIGINT, b STRING) PARTITIONED BY (bucket(4, a));"
                "INSERT INTO lake.db.t SELECT auction, extra FROM bid;");
  const JobNode& sink = outcome.jobs[0].nodes.back();
  const auto& node = std::get<SinkNode>(sink.node);
  EXPECT_EQ(node.kind, SinkNode::Kind::kCatalogTable);
  EXPECT_EQ(node.catalog, "lake");
  EXPECT_EQ(node.identifier, (std::vector<std::string>{"db", "t"}));
  EXPECT_EQ(node.table.partition_keys, (std::vector<std::string>{"bucket(4, a)"}));
}

TEST(Ddl, LikeAndAsAndTemporary) {
  const Outcome outcome = RunScript(
      std::string(kTables) +
      "CREATE TABLE k2 WITH ('topic' = 'other') LIKE kafka;"
      "CREATE TEMPORARY TABLE k3 (extra_column INT) WITH ('connector' = 'datagen') LIKE kafka "
      "(EXCLUDING OPTIONS EXCLUDING WATERMARKS EXCLUDING METADATA);"
      "SHOW CREATE TABLE k2; DESCRIBE k3;"
      "CREATE TABLE c WITH ('connector' = 'print') AS SELECT auction, extra AS e FROM bid; "
      "DESCRIBE c;");
  const auto& r = outcome.results;
  EXPECT_NE(r[5].text.find("'topic' = 'other'"), std::string::npos) << r[5].text;
  EXPECT_EQ(r[6].table.rows.size(), 5u);
  EXPECT_EQ(r.back().table.rows[1][0], "e");
  EXPECT_EQ(outcome.jobs.size(), 1u);
}

TEST(Ddl, UseAndSetLast) {
  Session session({TestConnectors(), {{"pipeline.name", "given"}}});
  EXPECT_TRUE(
      session
          .Run({"a",
                "CREATE CATALOG lake WITH ('type'='iceberg'); USE CATALOG lake; SET 'x.y' = '1';"})
          .ok());
  EXPECT_EQ(session.current_catalog(), "lake");
  EXPECT_EQ(session.current_database(), "db");
  EXPECT_EQ(session.settings().at("x.y"), "1");
  EXPECT_TRUE(session.Run({"a", "RESET;"}).ok());
  EXPECT_EQ(session.settings().count("pipeline.name"), 1u);
  EXPECT_NE(session.FindNames("lake"), nullptr);
  EXPECT_EQ(session.FindNames("nowhere"), nullptr);
}

TEST(Ddl, CheckChangesNothingAndAMistakeStopsAll) {
  Session session({TestConnectors(), {}});
  EXPECT_TRUE(session.Check({"a", kTables}).ok());
  EXPECT_FALSE(session.Check({"a", "DESCRIBE kafka"}).ok());
  EXPECT_FALSE(session.Run({"a", std::string(kTables) + "SELECT nothing FROM bid"}).ok());
  EXPECT_FALSE(session.Check({"a", "DESCRIBE kafka"}).ok());
  EXPECT_TRUE(session.Run({"a", kTables}).ok());
  EXPECT_TRUE(session.Check({"a", "DROP VIEW bid; DROP TABLE kafka"}).ok());
  EXPECT_TRUE(session.Check({"a", "DESCRIBE kafka"}).ok());
  EXPECT_TRUE(
      session.Run({"a", "DROP VIEW bid; DROP TABLE IF EXISTS kafka; ALTER TABLE sink RENAME TO s2"})
          .ok());
  EXPECT_FALSE(session.Check({"a", "DESCRIBE kafka"}).ok());
  EXPECT_TRUE(session.Check({"a", "DESCRIBE s2"}).ok());
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void ReplaceAll(std::string* text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text->find(from, at)) != std::string::npos; at += to.size()) {
    text->replace(at, from.size(), to);
  }
}

TEST(Nexmark, QueriesPlan) {
  const char* const root = std::getenv("SLUICE_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "SLUICE_SOURCE_DIR is not set";
  const std::filesystem::path folder = std::string(root) + "/tests/nexmark";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "queries")) {
    std::string text = ReadFile(folder / "ddl.sql") + ReadFile(entry.path());
    ReplaceAll(&text, "${SINK}", "'connector' = 'blackhole'");
    ReplaceAll(&text, "'connector' = 'filesystem'", "'connector' = 'datagen'");
    Session session({TestConnectors(), {}});
    const sql::Source source{entry.path().filename(), text};
    const Outcome outcome = session.Check(source);
    const std::string messages = sql::Render(outcome.diagnostics, source, false);
    ++count;
    if (entry.path().stem() == "q6") {
      // Flink refuses it with the same reason.
      EXPECT_NE(messages.find("column `rownum` is not known"), std::string::npos) << messages;
      continue;
    }
    EXPECT_TRUE(outcome.ok()) << messages;
    EXPECT_EQ(outcome.jobs.size(), 1u);
  }
  EXPECT_EQ(count, 24);
}

TEST(Check, TwoHundredLinesAreQuick) {
  std::string text = kTables;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    text += "CREATE VIEW w" + n + " AS SELECT auction, price * " + n +
            " AS p, UPPER(extra) AS e FROM bid WHERE price > " + n + ";\n" +
            "INSERT INTO sink SELECT auction, e FROM w" + n + ";\n";
  }
  Session session({TestConnectors(), {}});
  const auto begin = std::clock();
  EXPECT_TRUE(session.Check({"case.sql", text}).ok());
  const double ms = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  RecordProperty("ms", static_cast<int>(ms));
  EXPECT_LT(ms, 1000) << "a bound that only a lost algorithm breaks; the goal is 50 ms in release";
}

}  // namespace
}  // namespace sluice::plan
