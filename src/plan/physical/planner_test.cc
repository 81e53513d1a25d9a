// SPDX-License-Identifier: Apache-2.0
// SQL to physical plans: which operator, which strategy, which kinds of changes, which errors.
#include "plan/physical/planner.h"

#include <gtest/gtest.h>

#include "plan/explain.h"
#include "plan/node_text.h"
#include "plan/session.h"
#include "plan/test_connectors.h"
#include "plan/test_graph_check.h"

namespace sluice::plan {
namespace {

const char kTables[] = R"(
CREATE TABLE orders (id BIGINT, customer BIGINT, amount INT, note STRING, ts TIMESTAMP(3),
  pt AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'changes');
CREATE TABLE payments (id BIGINT, order_id BIGINT, paid INT, ts TIMESTAMP(3), pt AS PROCTIME(),
  WATERMARK FOR ts AS ts) WITH ('connector' = 'changes');
CREATE TABLE rates (currency BIGINT, rate INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts,
  PRIMARY KEY (currency) NOT ENFORCED) WITH ('connector' = 'changes', 'gives' = 'I,UA,D');
CREATE TABLE cdc (id BIGINT, v INT, w STRING, PRIMARY KEY (id) NOT ENFORCED)
  WITH ('connector' = 'changes', 'gives' = 'I,UB,UA,D');
CREATE TABLE upserts (id BIGINT, v INT, w STRING, PRIMARY KEY (id) NOT ENFORCED)
  WITH ('connector' = 'changes', 'gives' = 'I,UA,D');
CREATE TABLE out2 (a BIGINT, b BIGINT) WITH ('connector' = 'print');
CREATE TABLE appends (a BIGINT, b BIGINT) WITH ('connector' = 'changes', 'takes' = 'I');
CREATE TABLE keyed (a BIGINT, b BIGINT, PRIMARY KEY (a) NOT ENFORCED)
  WITH ('connector' = 'changes', 'takes' = 'I,UA,D');
)";

flow::ChangelogMode ModeOf(const flow::ConnectorTable& table, const std::string& key) {
  const auto found = table.options.find(key);
  if (found == table.options.end()) return {};
  const auto has = [&found](const char* kind) {
    return found->second.find(kind) != std::string::npos;
  };
  return {has("UB"), has("UA"), has("D")};
}

Outcome Check(const std::string& statements) {
  sql::Connectors all = TestConnectors();
  const auto fine = [](const flow::ConnectorTable&) { return std::vector<Error>(); };
  all.connectors.push_back(
      {.name = "changes",
       .check_source = fine,
       .check_sink = fine,
       .source_changelog = [](const flow::ConnectorTable& t) { return ModeOf(t, "gives"); },
       .sink_changelog = [](const flow::ConnectorTable& t) { return ModeOf(t, "takes"); }});
  Session session({std::move(all), {}});
  return session.Check({"case.sql", kTables + statements});
}

JobGraph Plan(const std::string& statements) {
  Outcome outcome = Check(statements);
  const sql::Source source{"case.sql", kTables + statements};
  EXPECT_TRUE(outcome.ok()) << sql::Render(outcome.diagnostics, source, false);
  if (outcome.jobs.size() != 1) return {};
  EXPECT_EQ(GraphCheck(outcome.jobs[0]).Run(), "") << Explain(outcome.jobs[0]);
  return std::move(outcome.jobs[0]);
}

std::string ErrorOf(const std::string& statements) {
  for (const sql::Diagnostic& diagnostic : Check(statements).diagnostics) {
    if (diagnostic.severity == sql::Severity::kError) return diagnostic.text;
  }
  return "";
}

template <typename Node>
const JobNode* Find(const JobGraph& job) {
  for (const JobNode& node : job.nodes) {
    if (std::holds_alternative<Node>(node.node)) return &node;
  }
  return nullptr;
}

template <typename Node>
const Node& The(const JobGraph& job) {
  static const Node none{};
  const JobNode* const found = Find<Node>(job);
  EXPECT_NE(found, nullptr) << Explain(job);
  return found == nullptr ? none : std::get<Node>(found->node);
}

std::string TextOf(const JobGraph& job) {
  return Explain(job, {.changelog_mode = true});
}

TEST(Filters, GoBelowJoinsAggregatesAndUnions) {
  const std::string text = TextOf(
      Plan("INSERT INTO out2 SELECT o.id, p.paid FROM orders o LEFT JOIN payments p ON o.id = "
           "p.order_id AND p.paid > 7 WHERE o.amount > 3;"));
  EXPECT_NE(text.find("where=[(`amount` > 3)]"), std::string::npos) << text;
  EXPECT_NE(text.find("where=[(`paid` > 7)]"), std::string::npos) << text;
  EXPECT_NE(text.find("LeftOuterJoin], where=[id = order_id]"), std::string::npos) << text;
  // A filter that refuses the padding makes the outer join an inner one.
  EXPECT_EQ(The<RegularJoinNode>(
                Plan("INSERT INTO out2 SELECT o.id, p.paid FROM orders o LEFT JOIN payments p ON "
                     "o.id = p.order_id WHERE p.paid > 7;"))
                .type,
            JoinType::kInner);
  EXPECT_EQ(The<RegularJoinNode>(
                Plan("INSERT INTO out2 SELECT o.id, p.paid FROM orders o LEFT JOIN payments p ON "
                     "o.id = p.order_id WHERE p.paid IS NULL;"))
                .type,
            JoinType::kLeft);
  const JobGraph keys = Plan(
      "INSERT INTO out2 SELECT * FROM (SELECT id, COUNT(*) AS n FROM orders GROUP BY id) "
      "WHERE id > 5 AND n > 2;");
  const std::string plan = TextOf(keys);
  EXPECT_LT(plan.find("`n` > 2"), plan.find("GroupAggregate")) << plan;
  EXPECT_GT(plan.find("`id` > 5"), plan.find("GroupAggregate")) << plan;
}

TEST(Joins, KindsByTheirConditions) {
  const std::string from = "INSERT INTO out2 SELECT o.id, p.paid FROM orders o JOIN payments p ON ";
  const JobGraph interval = Plan(from +
                                 "o.id = p.order_id AND p.ts BETWEEN o.ts - INTERVAL '5' "
                                 "SECOND AND o.ts + INTERVAL '1' MINUTE;");
  const auto& join = The<IntervalJoinNode>(interval);
  EXPECT_EQ(join.lower_ms, -60000);
  EXPECT_EQ(join.upper_ms, 5000);
  EXPECT_EQ(join.keys.size(), 1u);
  EXPECT_EQ(join.residual, nullptr);
  EXPECT_NE(Find<WatermarkNode>(interval), nullptr);
  // Bound on one side only: both sides are kept, and nothing waits for the watermark.
  const JobGraph regular = Plan(from + "o.id = p.order_id AND p.ts > o.ts;");
  EXPECT_NE(Find<RegularJoinNode>(regular), nullptr) << TextOf(regular);
  EXPECT_EQ(Find<WatermarkNode>(regular), nullptr);
  EXPECT_TRUE(The<IntervalJoinNode>(Plan(from + "o.id = p.order_id AND o.pt BETWEEN p.pt - "
                                                "INTERVAL '5' SECOND AND p.pt;"))
                  .processing_time);
  // What a side computes becomes a column of it.
  const JobGraph computed = Plan(from + "o.id + 1 = p.order_id * 2;");
  EXPECT_EQ(The<RegularJoinNode>(computed).keys.size(), 1u) << TextOf(computed);
  EXPECT_TRUE(The<RegularJoinNode>(Plan("INSERT INTO out2 SELECT o.id, p.id FROM orders o, "
                                        "payments p;"))
                  .keys.empty());
}

TEST(Joins, TemporalNeedsKeyAndTime) {
  const JobGraph job = Plan(
      "INSERT INTO out2 SELECT o.id, r.rate FROM orders o JOIN rates FOR SYSTEM_TIME AS OF "
      "o.ts AS r ON o.customer = r.currency;");
  const JobNode* const node = Find<TemporalJoinNode>(job);
  ASSERT_NE(node, nullptr);
  const auto& join = std::get<TemporalJoinNode>(node->node);
  const flow::Schema& right = job.nodes[static_cast<size_t>(node->inputs[1])].output;
  EXPECT_EQ(right.fields[static_cast<size_t>(join.right_time)].name, "ts");
  EXPECT_NE(Find<ChangelogNormalizeNode>(job), nullptr);
  EXPECT_EQ(ErrorOf("INSERT INTO out2 SELECT o.id, p.paid FROM orders o JOIN payments FOR "
                    "SYSTEM_TIME AS OF o.ts AS p ON o.id = p.order_id;")
                .find("Temporal Table Join requires primary key in versioned table"),
            0u);
}

TEST(Joins, LookupReadsNoSource) {
  const JobGraph job = Plan(
      "INSERT INTO out2 SELECT o.id, c.v FROM orders o LEFT JOIN cdc FOR SYSTEM_TIME AS OF "
      "o.pt AS c ON o.customer = c.id AND c.v > 3;");
  const auto& lookup = The<LookupJoinNode>(job);
  ASSERT_EQ(lookup.keys.size(), 1u);
  EXPECT_EQ(lookup.keys[0].table_column, 0);
  EXPECT_NE(lookup.right_condition, nullptr);
  int sources = 0;
  for (const JobNode& node : job.nodes) sources += std::holds_alternative<SourceNode>(node.node);
  EXPECT_EQ(sources, 1) << TextOf(job);
}

TEST(Joins, AHintMakesALookupAsynchronous) {
  const auto async = [](const std::string& hint, const std::string& from,
                        const std::string& settings = "") {
    const JobGraph job =
        Plan(settings + "INSERT INTO out2 SELECT /*+ LOOKUP('table' = 'c'" + hint +
             ") */ o.id, c.v FROM " + from +
             " AS o JOIN cdc FOR SYSTEM_TIME AS OF o.pt AS c ON o.customer = c.id;");
    const std::string text = TextOf(job);
    const size_t at = text.find("async=[");
    return at == std::string::npos ? "" : text.substr(at, text.find(']', at) - at + 1);
  };
  EXPECT_EQ(async("", "orders"), "");
  EXPECT_EQ(async(", 'async' = 'false'", "orders"), "");
  EXPECT_EQ(async(", 'async' = 'true'", "orders"), "async=[ORDERED, 180000 ms, 100]");
  EXPECT_EQ(async(", 'async' = 'true', 'output-mode' = 'ALLOW_UNORDERED', 'capacity' = '7', "
                  "'timeout' = '5 s'",
                  "orders"),
            "async=[UNORDERED, 5 s, 7]");
  const std::string set =
      "SET 'table.exec.async-lookup.output-mode' = 'ALLOW_UNORDERED';"
      "SET 'table.exec.async-lookup.timeout' = '1 min';"
      "SET 'table.exec.async-lookup.buffer-capacity' = '9';";
  EXPECT_EQ(async(", 'async' = 'true'", "orders", set), "async=[UNORDERED, 60000 ms, 9]");
  EXPECT_EQ(async(", 'async' = 'true', 'output-mode' = 'ordered'", "orders", set),
            "async=[ORDERED, 60000 ms, 9]");
  EXPECT_EQ(async(", 'async' = 'true'",
                  "(SELECT customer, COUNT(*) AS id, PROCTIME() AS pt FROM orders GROUP BY "
                  "customer)",
                  set),
            "async=[ORDERED, 60000 ms, 9]")
      << "changes of a row keep their order";
}

TEST(Ranks, StrategiesAndTheRankColumn) {
  const std::string top = "SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ";
  const auto rank = [&top](const std::string& from, const std::string& order,
                           const std::string& select, const std::string& where) {
    return Plan("INSERT INTO out2 SELECT " + select + " FROM (" + top + order + ") AS rn FROM " +
                from + ") WHERE " + where + ";");
  };
  const JobGraph append = rank("orders", "amount DESC", "id, rn", "rn <= 3");
  EXPECT_EQ(The<RankNode>(append).strategy, RankNode::Strategy::kAppend);
  EXPECT_TRUE(The<RankNode>(append).emit_rank);
  EXPECT_FALSE(The<RankNode>(rank("orders", "amount", "id, customer", "rn < 3")).emit_rank);
  const JobGraph second = rank("orders", "amount", "id, rn", "rn = 2");
  EXPECT_FALSE(The<RankNode>(second).emit_rank) << "a constant";
  EXPECT_EQ(The<RankNode>(second).from, 2);
  const std::string counts =
      "(SELECT customer, id, COUNT(*) AS amount FROM orders GROUP BY customer, id)";
  EXPECT_EQ(The<RankNode>(rank(counts, "amount DESC", "id, customer", "rn <= 3")).strategy,
            RankNode::Strategy::kUpdateFast);
  EXPECT_EQ(The<RankNode>(rank(counts, "amount ASC", "id, customer", "rn <= 3")).strategy,
            RankNode::Strategy::kRetract);
  EXPECT_TRUE(The<DeduplicateNode>(rank("orders", "ts DESC", "id, customer", "rn = 1")).keep_last);
  EXPECT_FALSE(The<DeduplicateNode>(rank("orders", "pt ASC", "id, customer", "rn = 1")).keep_last);
  const JobGraph first = rank("orders", "ts ASC", "id, customer", "rn = 1");
  EXPECT_TRUE(The<DeduplicateNode>(first).at_watermark) << "a row that is given stays";
  const std::string groups = "(SELECT * FROM " + counts + " WHERE amount < 5)";
  EXPECT_EQ(The<RankNode>(rank(groups, "amount DESC", "id, customer", "rn <= 3")).strategy,
            RankNode::Strategy::kRetract)
      << "rows are deleted: those beyond the limit are needed";
  EXPECT_EQ(ErrorOf("INSERT INTO out2 SELECT id, rn FROM (" + top +
                    "amount) AS rn FROM orders) WHERE rn >= 2;")
                .find("Rank end is not specified"),
            0u);
}

TEST(Sorts, ByTimeByLimitOrRefused) {
  EXPECT_NE(Find<TemporalSortNode>(Plan("INSERT INTO out2 SELECT id, customer FROM orders ORDER BY "
                                        "ts, id;")),
            nullptr);
  const JobGraph limit = Plan(
      "INSERT INTO out2 SELECT id, customer FROM orders ORDER BY amount "
      "LIMIT 3 OFFSET 1;");
  EXPECT_EQ(The<RankNode>(limit).from, 2);
  EXPECT_EQ(The<RankNode>(limit).to, 4);
  EXPECT_EQ(The<LimitNode>(Plan("INSERT INTO out2 SELECT id, customer FROM orders LIMIT 3;")).limit,
            3);
  EXPECT_EQ(ErrorOf("INSERT INTO out2 SELECT id, customer FROM orders ORDER BY amount;")
                .find("Sort on a non-time-attribute field is not supported."),
            0u);
  EXPECT_NE(Find<SortNode>(Plan("SET 'execution.runtime-mode' = 'batch'; INSERT INTO out2 SELECT "
                                "id, customer FROM orders ORDER BY amount;")),
            nullptr);
}

TEST(Changes, SinksRefuseWhatTheyDoNotTake) {
  EXPECT_EQ(
      ErrorOf("INSERT INTO appends SELECT customer, COUNT(*) FROM orders GROUP BY customer;"),
      "Table sink 'default_catalog.default_database.appends' doesn't support consuming update "
      "changes which is produced by node GroupAggregate(groupBy=[customer], "
      "select=[customer, COUNT(*) AS b])");
  EXPECT_EQ(ErrorOf("INSERT INTO appends SELECT id, v FROM cdc;")
                .find("Table sink 'default_catalog.default_database.appends' doesn't support "
                      "consuming update and delete changes which is produced by node "
                      "TableSourceScan(table=[default_catalog.default_database.cdc]"),
            0u);
  const std::string over = ErrorOf(
      "INSERT INTO out2 SELECT id, SUM(n) OVER (PARTITION BY id ORDER BY pt) FROM (SELECT id, "
      "COUNT(*) AS n, PROCTIME() AS pt FROM orders GROUP BY id);");
  EXPECT_NE(over.find("OverAggregate doesn't support consuming update changes"), std::string::npos)
      << over;
}

TEST(Changes, RowBeforeAnUpdateOnlyWhereItIsNeeded) {
  const std::string counts = "SELECT customer, COUNT(*) FROM orders GROUP BY customer;";
  EXPECT_TRUE(The<GroupAggregateNode>(Plan("INSERT INTO out2 " + counts)).emit_update_before);
  const JobGraph upsert = Plan("INSERT INTO keyed " + counts);
  EXPECT_FALSE(The<GroupAggregateNode>(upsert).emit_update_before);
  EXPECT_EQ(Find<UpsertMaterializeNode>(upsert), nullptr);
  EXPECT_FALSE(upsert.nodes.back().changelog.update_before);
  // A filter must take rows back that leave it.
  EXPECT_TRUE(The<GroupAggregateNode>(
                  Plan("INSERT INTO keyed SELECT * FROM (SELECT customer, COUNT(*) AS n FROM "
                       "orders GROUP BY customer) WHERE n < 10;"))
                  .emit_update_before);
  // Another key than the table's: rows are put in order per primary key.
  const JobGraph other = Plan(
      "INSERT INTO keyed SELECT COUNT(*), customer FROM orders GROUP BY "
      "customer;");
  EXPECT_EQ(The<UpsertMaterializeNode>(other).primary_key, (std::vector<int>{0}));
  EXPECT_TRUE(The<GroupAggregateNode>(other).emit_update_before);
  EXPECT_EQ(Find<UpsertMaterializeNode>(
                Plan("SET 'table.exec.sink.upsert-materialize' = 'NONE'; INSERT INTO keyed SELECT "
                     "COUNT(*), customer FROM orders GROUP BY customer;")),
            nullptr);
  EXPECT_NE(Find<DropUpdateBeforeNode>(Plan("INSERT INTO keyed SELECT id, v FROM cdc;")), nullptr);
}

TEST(Changes, UpsertSourcesAreCompleted) {
  const JobGraph job = Plan("INSERT INTO out2 SELECT id, v FROM upserts WHERE v > 3 AND id < 9;");
  const auto& normalize = The<ChangelogNormalizeNode>(job);
  EXPECT_EQ(normalize.keys, (std::vector<int>{0}));
  EXPECT_NE(normalize.condition, nullptr);  // on what is no key
  EXPECT_TRUE(normalize.emit_update_before);
  EXPECT_NE(TextOf(job).find("where=[(`id` < 9)]"), std::string::npos) << TextOf(job);
  const JobGraph twice = Plan(
      "SET 'table.exec.source.cdc-events-duplicate' = 'true'; INSERT INTO out2 SELECT id, v FROM "
      "cdc;");
  EXPECT_NE(Find<ChangelogNormalizeNode>(twice), nullptr);
  EXPECT_NE(Find<DropUpdateBeforeNode>(twice), nullptr);
}

TEST(Aggregates, GroupingSetsKeepArguments) {
  const JobGraph job = Plan(
      "INSERT INTO out2 SELECT customer, SUM(customer) FROM orders GROUP BY "
      "ROLLUP (customer, id);");
  const auto& expand = The<ExpandNode>(job);
  EXPECT_EQ(expand.sets.size(), 3u);
  const auto& aggregate = The<GroupAggregateNode>(job);
  EXPECT_EQ(aggregate.groups.size(), 3u);
  const int argument = aggregate.calls.at(0).arguments.at(0);
  EXPECT_EQ(std::count(expand.groups.begin(), expand.groups.end(), argument), 0);
}

TEST(Aggregates, WindowsOfWindows) {
  const JobGraph job = Plan(
      "INSERT INTO out2 SELECT MAX(n), COUNT(*) FROM (SELECT customer, COUNT(*) AS n, window_start "
      "AS s, window_end AS e FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) "
      "GROUP BY customer, window_start, window_end) GROUP BY s, e;");
  int assigned = 0, attached = 0;
  for (const JobNode& node : job.nodes) {
    const auto* window = std::get_if<WindowAggregateNode>(&node.node);
    if (window != nullptr) ++(window->window_end_column < 0 ? assigned : attached);
  }
  EXPECT_EQ(assigned, 1) << TextOf(job);
  EXPECT_EQ(attached, 1) << TextOf(job);
  EXPECT_EQ(Find<WindowTableNode>(job), nullptr);
}

TEST(Explained, ChangesAndState) {
  const JobGraph job =
      Plan("INSERT INTO keyed SELECT customer, COUNT(*) FROM orders GROUP BY customer;");
  const std::string text = TextOf(job);
  EXPECT_NE(text.find("select=[customer, COUNT(*) AS b], changelogMode=[I,UA])"), std::string::npos)
      << text;
  EXPECT_NE(text.find("- GroupAggregate(groupBy=[customer]): one entry per group; grows with the "
                      "number of groups"),
            std::string::npos)
      << text;
  const Outcome outcome =
      Check("INSERT INTO keyed SELECT customer, COUNT(*) FROM orders GROUP BY customer;");
  ASSERT_EQ(outcome.diagnostics.size(), 1u);
  EXPECT_EQ(outcome.diagnostics[0].severity, sql::Severity::kWarning);
  EXPECT_TRUE(Check("SET 'table.exec.state.ttl' = '1 h'; INSERT INTO keyed SELECT customer, "
                    "COUNT(*) FROM orders GROUP BY customer;")
                  .diagnostics.empty());
}

}  // namespace
}  // namespace sluice::plan
