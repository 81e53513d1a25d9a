// SPDX-License-Identifier: Apache-2.0
#include "operators/match.h"

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using functions::ExprPtr;
using Navigation = sql::MatchSpec::Navigation;
using Pattern = sql::MatchSpec::Pattern;

const flow::Schema kInput = SchemaOf({{"k", "INT"}, {"v", "INT"}, {"t", "TIMESTAMP"}});
const flow::TypePtr kInt = flow::Type::Simple(flow::TypeKind::kInt);

Pattern Variable(int variable, int64_t at_least = 1, int64_t at_most = 1, bool greedy = true) {
  Pattern pattern;
  pattern.variable = variable;
  pattern.at_least = at_least;
  pattern.at_most = at_most;
  pattern.greedy = greedy;
  return pattern;
}

/// Builds a node as the binder does: columns of navigations stand behind those of the input.
class MatchMaker {
 public:
  explicit MatchMaker(std::vector<std::string> variables) {
    node_.spec.variables = std::move(variables);
    node_.spec.definitions.resize(node_.spec.variables.size());
    node_.spec.partition_by = {0};
    node_.spec.order_by = {{2, false, true}};
    node_.spec.pattern.kind = Pattern::Kind::kSequence;
    node_.time_column = 2;
    node_.processing_time = true;
  }
  static ExprPtr Value() { return functions::Column(1, kInt, "v"); }
  ExprPtr Navigate(Navigation::Kind kind, int variable, int64_t offset = 0) {
    Navigation navigation;
    navigation.kind = kind;
    navigation.variable = variable;
    navigation.column = 1;
    navigation.offset = offset;
    navigation.type = kInt;
    return Add(std::move(navigation));
  }
  ExprPtr Sum(int variable) {
    Navigation navigation;
    navigation.kind = Navigation::Kind::kAggregate;
    navigation.variable = variable;
    navigation.arguments = {Value()};
    navigation.call.function = functions::FindAggregate("SUM");
    navigation.call.argument_types = {kInt};
    navigation.call.type = kInt;
    navigation.type = kInt;
    return Add(std::move(navigation));
  }
  ExprPtr Last(int variable, int64_t offset = 0) {
    return Navigate(Navigation::Kind::kLast, variable, offset);
  }
  ExprPtr First(int variable, int64_t offset = 0) {
    return Navigate(Navigation::Kind::kFirst, variable, offset);
  }
  void Define(int variable, ExprPtr definition) {
    node_.spec.definitions[static_cast<size_t>(variable)] = std::move(definition);
  }
  void Measure(ExprPtr measure) { node_.spec.measures.push_back(std::move(measure)); }
  plan::MatchNode& node() { return node_; }
  OperatorHarness Make() const {
    flow::Schema output = SchemaOf({{"k", "INT"}});
    for (size_t i = 0; i < node_.spec.measures.size(); ++i) {
      output.fields.push_back({"m" + std::to_string(i), kInt, ""});
    }
    return {node_, output, {kInput}};
  }

 private:
  ExprPtr Add(Navigation navigation) {
    const flow::TypePtr type = navigation.type;
    node_.spec.navigations.push_back(std::move(navigation));
    const int column = kInput.size() + static_cast<int>(node_.spec.navigations.size()) - 1;
    return functions::Column(column, type, "navigation");
  }
  plan::MatchNode node_;
};

ExprPtr Call(const char* name, std::vector<ExprPtr> arguments) {
  return *functions::MakeCall(name, std::move(arguments));
}

/// PATTERN (A+ B): A rises, B falls below the last A. Flink's programs match-skip-*.
MatchMaker Peak() {
  MatchMaker match({"A", "B"});
  match.node().spec.pattern.parts = {Variable(0, 1, -1), Variable(1)};
  const ExprPtr before = match.Last(0, 1);
  match.Define(0, Call("OR", {Call("IS NULL", {before}), Call(">", {match.Value(), before})}));
  match.Define(1, Call("<", {match.Value(), match.Last(0)}));
  match.Measure(match.First(0));
  match.Measure(match.Last(0));
  return match;
}

Rows Numbers(const std::vector<int>& values) {
  Rows rows;
  for (const int value : values) rows.push_back("+I[1, " + std::to_string(value) + ", 0]");
  return rows;
}

TEST(Match, SkipsPastTheLastRow) {
  auto match = Peak().Make();
  EXPECT_EQ(match.PushEach(Numbers({100, 102, 104, 106, 105, 107, 101, 100})),
            (Rows{"+I[1, 100, 106]", "+I[1, 107, 107]"}));
  match.Restart();
  EXPECT_EQ(match.PushEach(Numbers({110, 111, 99})), Rows{"+I[1, 100, 111]"});
}

TEST(Match, SkipsToTheLastRowOfAVariable) {
  MatchMaker made = Peak();
  made.node().spec.skip = sql::MatchSpec::Skip::kToLast;
  made.node().spec.skip_variable = 1;
  auto match = made.Make();
  EXPECT_EQ(match.PushEach(Numbers({100, 102, 104, 106, 105, 107, 101, 100})),
            (Rows{"+I[1, 100, 106]", "+I[1, 105, 107]", "+I[1, 101, 101]"}));
  match.Restart();
  EXPECT_EQ(match.PushEach(Numbers({110, 111, 99})), Rows{"+I[1, 100, 111]"});
}

/// PATTERN (DOWN{2,} UP). Flink's programs match-complex and match-order-by-*.
MatchMaker Valley() {
  MatchMaker match({"DOWN", "UP"});
  match.node().spec.pattern.parts = {Variable(0, 2, -1), Variable(1)};
  const ExprPtr before = match.Last(0, 1);
  match.Define(0, Call("OR", {Call("<", {match.Value(), before}), Call("IS NULL", {before})}));
  match.Define(1, Call(">", {match.Value(), match.Last(0)}));
  match.Measure(match.First(0));
  match.Measure(match.Last(0));
  match.Measure(match.First(0, 5));
  return match;
}

TEST(Match, PartitionsAreApart) {
  auto match = Valley().Make();
  EXPECT_EQ(match.PushEach({"+I[1, 19, 0]", "+I[2, 18, 0]", "+I[1, 17, 0]", "+I[1, 13, 0]",
                            "+I[2, 16, 0]", "+I[1, 20, 0]"}),
            Rows{"+I[1, 19, 13, null]"});
  match.Restart();
  EXPECT_EQ(match.Push({"+I[2, 22, 0]"}), Rows{"+I[2, 18, 16, null]"});
}

TEST(Match, ByEventTimeRowsAreSortedFirst) {
  MatchMaker made = Valley();
  made.node().processing_time = false;
  made.node().spec.order_by = {{2, false, true}, {1, false, true}};
  auto match = made.Make();
  EXPECT_EQ(match.Push({"+I[1, 9, 12]", "+I[1, 20, 10]", "+I[1, 15, 11]"}), Rows{});
  EXPECT_EQ(match.Watermark(11), Rows{});
  EXPECT_EQ(match.Push({"+I[1, 50, 11]", "+I[1, 30, 13]"}), Rows{});
  EXPECT_EQ(match.op()->counters().late_rows, 1);
  EXPECT_EQ(match.late(), Rows{"0: +I[1, 50, 11] at 11, watermark 11"});
  match.Restart();
  EXPECT_EQ(match.Watermark(12), Rows{});
  EXPECT_EQ(match.Watermark(13), Rows{"+I[1, 20, 9, null]"});
}

TEST(Match, WithinEndsWhatTakesTooLong) {
  MatchMaker made({"A", "B"});
  made.node().processing_time = false;
  made.node().spec.within_ms = 10;
  made.node().spec.pattern.parts = {Variable(0), Variable(1)};
  const auto literal = [](int32_t value) {
    return functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false));
  };
  made.Define(0, Call("=", {made.Value(), literal(1)}));
  made.Define(1, Call("=", {made.Value(), literal(2)}));
  made.Measure(made.Last(1));
  auto match = made.Make();
  EXPECT_EQ(match.Push({"+I[1, 1, 100]", "+I[1, 2, 109]", "+I[2, 1, 100]", "+I[2, 2, 110]"}),
            Rows{});
  EXPECT_EQ(match.Watermark(200), Rows{"+I[1, 2]"});
}

// A match that began later than the one whose end was noted ends too, with no row that says so.
TEST(Match, WithinEndsMatchesOneAfterTheOther) {
  for (const int64_t bytes_of_table : {int64_t{-1}, int64_t{1} << 30}) {
    MatchMaker made({"A", "B"});
    made.node().processing_time = false;
    made.node().spec.within_ms = 10;
    made.node().spec.pattern.parts = {Variable(0, 1, -1), Variable(1)};
    const auto literal = [](int32_t value) {
      return functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false));
    };
    made.Define(0, Call("=", {made.Value(), literal(1)}));
    made.Define(1, Call("=", {made.Value(), literal(2)}));
    made.Measure(made.Last(1));
    auto match = made.Make();
    match.Spill(bytes_of_table);
    match.Push({"+I[1, 1, 100]", "+I[1, 1, 105]"});
    EXPECT_EQ(match.Watermark(107), Rows{});
    match.Push({"+I[1, 1, 108]"});
    // The row of 111 ends the match of 100; that of 105 is the next to be looked at.
    EXPECT_EQ(match.Watermark(109), Rows{});
    match.Push({"+I[1, 1, 110]"});
    EXPECT_EQ(match.Watermark(112), Rows{});
    EXPECT_EQ(match.Watermark(200), Rows{});
    EXPECT_EQ(match.op()->counters().state_rows, 0);
  }
}

// A match that begins and fails at each other row leaves nothing behind until its WITHIN is over.
TEST(Match, KeysThatComeAndGoTakeNoMemory) {
  MatchMaker made({"A", "B"});
  made.node().processing_time = false;
  made.node().spec.within_ms = 1'000'000'000;
  made.node().spec.pattern.parts = {Variable(0), Variable(1)};
  const auto literal = [](int32_t value) {
    return functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false));
  };
  made.Define(0, Call("=", {made.Value(), literal(1)}));
  made.Define(1, Call("=", {made.Value(), literal(2)}));
  made.Measure(made.Last(1));
  auto match = made.Make();
  for (int time = 0; time < 80; ++time) {
    const bool begins = time % 2 == 0;
    Rows rows;
    for (int key = 0; key < 5000; ++key) {
      rows.push_back("+I[" + std::to_string(key) + (begins ? ", 1, " : ", 3, ") +
                     std::to_string(time) + "]");
    }
    match.Push(rows);
    EXPECT_EQ(match.Watermark(time), Rows{});
    if (begins) continue;
    EXPECT_EQ(match.op()->counters().state_rows, 0);
    EXPECT_LT(match.op()->memory_bytes(), 600'000) << time;
  }
}

TEST(Match, ReluctantAndOptionalVariables) {
  MatchMaker made({"A", "B", "C"});
  // A B? C+?: the shortest C.
  made.node().spec.pattern.parts = {Variable(0), Variable(1, 0, 1), Variable(2, 1, -1, false)};
  const auto equals = [&](int32_t value) {
    return Call("=", {MatchMaker::Value(),
                      functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false))});
  };
  made.Define(0, equals(1));
  made.Define(1, equals(2));
  made.Define(2, equals(3));
  made.Measure(made.Last(1));
  made.Measure(made.Sum(2));
  made.Measure(made.Sum(-1));
  auto match = made.Make();
  EXPECT_EQ(match.PushEach(Numbers({1, 2, 3, 3, 1, 3, 1, 2, 2, 3})),
            (Rows{"+I[1, 2, 3, 6]", "+I[1, null, 3, 4]"}));
}

TEST(Match, AggregatesInDefinitionsCountTheRowThatIsTried) {
  MatchMaker made({"A", "B"});
  made.node().spec.pattern.parts = {Variable(0, 1, -1), Variable(1)};
  made.Define(0, Call("<", {made.Sum(0), functions::Literal(arrow::MakeScalar(int32_t{10}),
                                                            kInt->WithNullable(false))}));
  made.Measure(made.Sum(0));
  made.Measure(made.Last(1));
  auto match = made.Make();
  EXPECT_EQ(match.PushEach(Numbers({4, 5, 3, 8, 7})), (Rows{"+I[1, 9, 3]", "+I[1, 8, 7]"}));
}

/// A match may begin with each of 40,000 rows, and all of them go on until the last row: they are
/// few classes, whose rows lie on disk where memory is short. One by one they took minutes.
TEST(Match, ManyBeginningsOfOneKeyGoOnTogether) {
  constexpr int kRows = 40'000, kRowsAtOnce = 4000;
  for (const int64_t bytes_of_table : {-1, 20'000}) {
    MatchMaker made({"A", "B", "C"});
    made.node().processing_time = false;
    made.node().spec.pattern.parts = {Variable(0), Variable(1, 1, -1), Variable(2)};
    const auto literal = [](int32_t value) {
      return functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false));
    };
    const ExprPtr before = made.Last(1, 1);
    made.Define(1, Call("OR", {Call("IS NULL", {before}), Call(">=", {made.Value(), before})}));
    made.Define(2, Call("<", {made.Value(), literal(0)}));
    made.Measure(made.First(0));
    made.Measure(made.First(1));
    made.Measure(made.Last(1));
    made.Measure(made.Sum(-1));
    auto match = made.Make();
    match.Spill(bytes_of_table);
    int64_t most = 0;
    for (int row = 0; row < kRows; row += kRowsAtOnce) {
      Rows rows;
      for (int i = row; i < row + kRowsAtOnce; ++i) {
        rows.push_back("+I[1, " + std::to_string(i) + ", " + std::to_string(i + 1) + "]");
      }
      EXPECT_EQ(match.Push(rows), Rows{});
      EXPECT_EQ(match.Watermark(row + kRowsAtOnce), Rows{});
      most = std::max(most, match.op()->memory_bytes());
      if (row == kRows / 2) match.Restart();
    }
    EXPECT_LT(most, bytes_of_table < 0 ? kRows * 400 : 150'000);
    EXPECT_EQ(match.Push({"+I[1, -1, 50000]"}), Rows{});
    EXPECT_EQ(match.Watermark(50'001), Rows{"+I[1, 0, 1, " + std::to_string(kRows - 1) + ", " +
                                            std::to_string(kRows * (kRows - 1) / 2 - 1) + "]"});
    EXPECT_EQ(match.op()->counters().state_rows, 0);
  }
}

TEST(Match, WhatFlinkDoesNotMatchIsRefused) {
  const auto refused = [](const MatchMaker& made) {
    plan::JobNode job;
    job.node = const_cast<MatchMaker&>(made).node();
    job.output = SchemaOf({{"k", "INT"}});
    return !MakeOperator(job, {kInput}, {}).ok();
  };
  MatchMaker branching({"A", "B"});
  branching.node().spec.pattern.kind = Pattern::Kind::kAlternation;
  branching.node().spec.pattern.parts = {Variable(0), Variable(1)};
  EXPECT_TRUE(refused(branching));
  MatchMaker twice({"A"});
  twice.node().spec.pattern.parts = {Variable(0), Variable(0)};
  EXPECT_TRUE(refused(twice));
  MatchMaker previous({"A"});
  previous.node().spec.pattern.parts = {Variable(0)};
  previous.Navigate(Navigation::Kind::kPrev, 0, 1);
  EXPECT_TRUE(refused(previous));
}

}  // namespace
}  // namespace sluice::operators
