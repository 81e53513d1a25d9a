// SPDX-License-Identifier: Apache-2.0
// Every operator whose state may be larger than memory, with a memory that holds next to nothing:
// random rows, watermarks and restarts give what they give when all is in memory.
#include <algorithm>
#include <array>
#include <random>

#include "gtest/gtest.h"
#include "operators/aggregate_testing.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using plan::JoinType;

// A key, a time (of windows: their end), a text and a number.
const flow::Schema kInput =
    SchemaOf({{"k", "INT"}, {"t", "TIMESTAMP"}, {"s", "STRING"}, {"n", "BIGINT"}});

flow::Schema Twice() {
  flow::Schema both = kInput;
  both.fields.insert(both.fields.end(), kInput.fields.begin(), kInput.fields.end());
  return both;
}

flow::Schema With(flow::Schema schema, const std::vector<flow::TypePtr>& more) {
  for (const flow::TypePtr& type : more) schema.fields.push_back({"more", type, ""});
  return schema;
}

functions::AggregateCall CallOf(const std::string& name, std::vector<int> columns,
                                bool distinct = false) {
  return operators::CallOf(kInput, name, std::move(columns), distinct);
}

std::vector<functions::AggregateCall> Calls() {
  return {CallOf("COUNT", {}), CallOf("SUM", {3}), CallOf("MAX", {2})};
}

struct Case {
  std::string name;
  OperatorHarness harness;
  int inputs = 1;
  bool takes_back = false;  // rows may be deleted
  int64_t time_step = 1;    // times are multiples of it
};

template <typename Node>
Case Of(std::string name, Node node, flow::Schema output, int inputs = 1) {
  std::vector<flow::Schema> schemas(static_cast<size_t>(inputs), kInput);
  return {std::move(name), OperatorHarness(std::move(node), std::move(output), schemas), inputs};
}

Case TakingBack(Case made) {
  made.takes_back = true;
  return made;
}

Case InWindows(Case made) {
  made.time_step = 10;
  return made;
}

plan::RegularJoinNode Join(JoinType type) {
  plan::RegularJoinNode node;
  node.type = type;
  node.keys = {{0, 0, false}};
  return node;
}

plan::RankNode Top(plan::RankNode::Strategy strategy, bool emit_rank) {
  plan::RankNode node;
  node.strategy = strategy;
  node.partition_by = {0};
  node.order_by = {{3, true, false}};
  node.to = 3;
  node.emit_rank = emit_rank;
  node.unique_key = {0, 2};
  return node;
}

plan::WindowAggregateNode Windows(plan::WindowKind kind, int64_t size_ms, int64_t slide_ms) {
  plan::WindowAggregateNode node;
  node.window.kind = kind;
  node.window.size_ms = size_ms;
  node.window.slide_ms = slide_ms;
  node.window.time_column = 1;
  node.groups = {0};
  node.calls = Calls();
  node.wants_start = node.wants_end = true;
  return node;
}

flow::Schema OutputOf(const plan::WindowAggregateNode& node) {
  flow::Schema output;
  output.fields.push_back(kInput.fields[0]);
  for (const auto& call : node.calls) output.fields.push_back({"call", call.type, ""});
  const auto point = flow::Type::Timestamp(3, false);
  return With(output, {point, point});
}

void AddAggregates(std::vector<Case>* cases) {
  plan::GroupAggregateNode group;
  group.groups = {0};
  group.calls = {CallOf("COUNT", {}), CallOf("SUM", {3}), CallOf("COUNT", {2}, true)};
  group.retract = group.emit_update_before = true;
  flow::Schema output;
  output.fields.push_back(kInput.fields[0]);
  for (const auto& call : group.calls) output.fields.push_back({"call", call.type, ""});
  cases->push_back(TakingBack(Of("GROUP BY", group, output)));
  using plan::WindowKind;
  for (const auto& node :
       {Windows(WindowKind::kTumble, 10, 0), Windows(WindowKind::kHop, 20, 5),
        Windows(WindowKind::kCumulate, 20, 5), Windows(WindowKind::kSession, 4, 0)}) {
    cases->push_back(Of("windows", node, OutputOf(node)));
  }
  plan::OverNode over;
  over.time = plan::OverNode::Time::kNone;
  over.spec.partition_by = {0};
  over.spec.order_by = {{3, false, true}};
  over.spec.calls = {CallOf("SUM", {3})};
  over.spec.ranking = {""};
  over.spec.offsets = {1};
  over.spec.defaults = {nullptr};
  over.retract = over.emit_update_before = true;
  cases->push_back(TakingBack(Of("OVER", over, With(kInput, {over.spec.calls[0].type}))));
  plan::OverNode of_all = over;
  of_all.all_rows = true;
  of_all.spec.rows = true;
  of_all.spec.lower = sql::FrameBound::Preceding(2);
  of_all.spec.upper = sql::FrameBound::Preceding(-1);
  cases->push_back(
      TakingBack(Of("OVER of all rows", of_all, With(kInput, {over.spec.calls[0].type}))));
  for (const bool rows : {false, true}) {
    plan::OverNode by_time = over;
    by_time.time = plan::OverNode::Time::kEvent;
    by_time.spec.order_by = {{1, false, true}};
    by_time.spec.rows = rows;
    by_time.spec.lower = sql::FrameBound::Preceding(rows ? 3 : 20);
    by_time.retract = false;
    cases->push_back(Of("OVER by time", by_time, With(kInput, {over.spec.calls[0].type})));
  }
  plan::WindowTableNode sessions;
  sessions.window.kind = WindowKind::kSession;
  sessions.window.size_ms = 4;
  sessions.window.time_column = 1;
  sessions.window.partition_by = {0};
  const auto point = flow::Type::Timestamp(3, false);
  cases->push_back(Of("SESSION rows", sessions, With(kInput, {point, point, point})));
}

void AddJoins(std::vector<Case>* cases) {
  for (const JoinType type : {JoinType::kInner, JoinType::kLeft, JoinType::kFull}) {
    cases->push_back(TakingBack(Of("join", Join(type), Twice(), 2)));
    plan::IntervalJoinNode interval;
    interval.type = type;
    interval.keys = {{0, 0, false}};
    interval.left_time = interval.right_time = 1;
    interval.lower_ms = -70;
    interval.upper_ms = 100;
    cases->push_back(Of("interval join", interval, Twice(), 2));
    plan::WindowJoinNode window;
    window.type = type;
    window.keys = {{0, 0, false}};
    window.left_window_end = window.right_window_end = 1;
    cases->push_back(InWindows(Of("window join", window, Twice(), 2)));
  }
  for (const JoinType type : {JoinType::kSemi, JoinType::kAnti}) {
    cases->push_back(TakingBack(Of("semi or anti join", Join(type), kInput, 2)));
  }
  plan::RegularJoinNode not_in = Join(JoinType::kAnti);
  not_in.null_aware = true;
  cases->push_back(TakingBack(Of("NOT IN", not_in, kInput, 2)));
  for (const JoinType type : {JoinType::kInner, JoinType::kLeft}) {
    plan::TemporalJoinNode temporal;
    temporal.type = type;
    temporal.keys = {{0, 0, false}};
    temporal.left_time = temporal.right_time = 1;
    cases->push_back(Of("temporal join", temporal, Twice(), 2));
  }
}

void AddRanks(std::vector<Case>* cases) {
  using Strategy = plan::RankNode::Strategy;
  const auto rank = flow::Type::Simple(flow::TypeKind::kBigInt, false);
  for (const bool numbered : {false, true}) {
    const flow::Schema output = numbered ? With(kInput, {rank}) : kInput;
    cases->push_back(Of("Top-N of inserts", Top(Strategy::kAppend, numbered), output));
    cases->push_back(TakingBack(Of("Top-N of changes", Top(Strategy::kRetract, numbered), output)));
  }
  plan::WindowRankNode window;
  window.window_end = 1;
  window.partition_by = {0};
  window.order_by = {{3, false, true}};
  window.to = 2;
  cases->push_back(InWindows(Of("window Top-N", window, kInput)));
  for (const bool last : {false, true}) {
    plan::DeduplicateNode node;
    node.keys = {0};
    node.time_column = 1;
    node.keep_last = last;
    node.at_watermark = !last;
    cases->push_back(Of("deduplication", node, kInput));
  }
  plan::ChangelogNormalizeNode normalize;
  normalize.keys = {0};
  cases->push_back(TakingBack(Of("changelog in order", normalize, kInput)));
  plan::TemporalSortNode by_time;
  by_time.keys = {{1, false, true}, {3, true, false}};
  cases->push_back(Of("ORDER BY time", by_time, kInput));
  plan::SortNode sort;
  sort.keys = {{3, true, false}, {2, false, true}};
  cases->push_back(TakingBack(Of("ORDER BY", sort, kInput)));
  plan::UpsertMaterializeNode materialize;
  materialize.primary_key = {0};
  cases->push_back(TakingBack(Of("upserts in order", materialize, kInput)));
}

/// A row below 15, then rows that do not fall, then one above 35.
void AddMatches(std::vector<Case>* cases) {
  using Navigation = sql::MatchSpec::Navigation;
  const auto call = [](const char* name, std::vector<functions::ExprPtr> arguments) {
    return *functions::MakeCall(name, std::move(arguments));
  };
  const flow::TypePtr number = kInput.fields[3].type;
  const auto literal = [](int64_t value) {
    return functions::Literal(arrow::MakeScalar(value),
                              flow::Type::Simple(flow::TypeKind::kBigInt, false));
  };
  const functions::ExprPtr value = functions::Column(3, number, "n");
  for (const auto skip : {sql::MatchSpec::Skip::kPastLastRow, sql::MatchSpec::Skip::kToNextRow}) {
    plan::MatchNode node;
    sql::MatchSpec& spec = node.spec;
    node.time_column = 1;
    spec.partition_by = {0};
    spec.order_by = {{1, false, true}, {3, false, true}};
    spec.variables = {"A", "B", "C"};
    spec.skip = skip;
    spec.within_ms = skip == sql::MatchSpec::Skip::kToNextRow ? 200 : 0;
    spec.pattern.kind = sql::MatchSpec::Pattern::Kind::kSequence;
    spec.pattern.parts.resize(3);
    for (int i = 0; i < 3; ++i) spec.pattern.parts[static_cast<size_t>(i)].variable = i;
    spec.pattern.parts[1].at_least = 0;
    spec.pattern.parts[1].at_most = -1;
    const auto navigate = [&](Navigation::Kind kind, int variable, int column) {
      Navigation navigation;
      navigation.kind = kind;
      navigation.variable = variable;
      navigation.column = column;
      navigation.type = kInput.fields[static_cast<size_t>(column)].type;
      if (kind == Navigation::Kind::kLast && variable == 1) navigation.offset = 1;
      spec.navigations.push_back(navigation);
      return functions::Column(kInput.size() + static_cast<int>(spec.navigations.size()) - 1,
                               navigation.type, "navigation");
    };
    const auto before = navigate(Navigation::Kind::kLast, 1, 3);
    spec.definitions = {call("<", {value, literal(15)}),
                        call("OR", {call("IS NULL", {before}), call(">=", {value, before})}),
                        call(">", {value, literal(35)})};
    spec.measures = {navigate(Navigation::Kind::kFirst, 0, 2),
                     navigate(Navigation::Kind::kFirst, 1, 3),
                     navigate(Navigation::Kind::kLast, 2, 3)};
    flow::Schema output;
    output.fields.push_back(kInput.fields[0]);
    cases->push_back(
        Of("MATCH_RECOGNIZE", node, With(output, {kInput.fields[2].type, number, number})));
  }
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  AddAggregates(&cases);
  AddJoins(&cases);
  AddRanks(&cases);
  AddMatches(&cases);
  return cases;
}

/// The same work for both, in random steps.
class BothRuns {
 public:
  BothRuns(Case plain, Case spilling, uint32_t seed)
      : plain_(std::move(plain)),
        spilling_(std::move(spilling)),
        random_(seed),
        budget_(std::array{int64_t{0}, int64_t{3000}, kAll}[seed % 3]) {
    plain_.harness.Spill(-1);  // made anew where it stands now
    spilling_.harness.Spill(budget_);
    live_.resize(static_cast<size_t>(plain_.inputs));
  }

  void Steps(int count) {
    for (int step = 0; step < count && !::testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(plain_.name + ", step " + std::to_string(step));
      const uint32_t kind = random_() % 10;
      if (kind < 6) {
        const int input = static_cast<int>(random_() % static_cast<uint32_t>(plain_.inputs));
        const Rows rows = Make(input);
        Same(plain_.harness.Push(rows, input), spilling_.harness.Push(rows, input));
      } else if (kind < 9) {
        time_ += random_() % 40;
        Same(plain_.harness.Watermark(time_ - 30), spilling_.harness.Watermark(time_ - 30));
      } else {
        plain_.harness.Restart();
        spilling_.harness.Restart();
      }
      EXPECT_EQ(plain_.harness.op()->counters().state_rows,
                spilling_.harness.op()->counters().state_rows);
    }
    Same(plain_.harness.Watermark(flow::kWatermarkMax),
         spilling_.harness.Watermark(flow::kWatermarkMax));
    EXPECT_EQ(spilling_.harness.op()->fixed_bytes(), 0);
    if (budget_ < kAll) {
      EXPECT_LT(spilling_.harness.op()->memory_bytes(), 40000);  // not counted: what changed
    }
  }

 private:
  static void Same(Rows wanted, Rows given) {
    std::sort(wanted.begin(), wanted.end());
    std::sort(given.begin(), given.end());
    EXPECT_EQ(given, wanted);
  }

  Rows Make(int input) {
    std::vector<std::string>& live = live_[static_cast<size_t>(input)];
    Rows rows;
    for (uint32_t i = random_() % 30; i > 0; --i) {
      if (plain_.takes_back && !live.empty() && random_() % 3 == 0) {
        const size_t at = random_() % live.size();
        rows.push_back("-D" + live[at]);
        live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
        continue;
      }
      const int64_t time = (time_ + random_() % 60 - 20) / plain_.time_step * plain_.time_step;
      const std::string key = random_() % 20 == 0 ? "null" : std::to_string(random_() % 40);
      const std::string row =
          "[" + key + ", " + std::to_string(time) + ", " +
          std::string(1 + random_() % 3, static_cast<char>('a' + random_() % 9)) + ", " +
          std::to_string(random_() % 50) + "]";
      rows.push_back("+I" + row);
      live.push_back(row);
    }
    return rows;
  }

  Case plain_, spilling_;
  // Where all of it stays in memory, entries are looked at when nothing brought them back.
  static constexpr int64_t kAll = int64_t{1} << 30;

  std::mt19937 random_;
  int64_t budget_ = 0;  // of a table
  std::vector<std::vector<std::string>> live_;
  int64_t time_ = 100;
};

TEST(Spill, GivesWhatMemoryGives) {
  const size_t cases = Cases().size();
  for (uint32_t seed = 0; seed < 9; ++seed) {
    std::vector<Case> plain = Cases();
    std::vector<Case> spilling = Cases();
    for (size_t i = 0; i < cases; ++i) {
      BothRuns(std::move(plain[i]), std::move(spilling[i]), seed).Steps(60);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sluice::operators
