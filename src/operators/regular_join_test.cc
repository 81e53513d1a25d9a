// SPDX-License-Identifier: Apache-2.0
#include "operators/regular_join.h"

#include <map>
#include <random>

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

using plan::JoinType;
using plan::RegularJoinNode;

const flow::Schema kLeft = SchemaOf({{"k", "INT"}, {"a", "STRING"}});
const flow::Schema kRight = SchemaOf({{"k", "INT"}, {"b", "STRING"}});

flow::Schema Both() {
  return SchemaOf({{"k", "INT"}, {"a", "STRING"}, {"k0", "INT"}, {"b", "STRING"}});
}

RegularJoinNode On(JoinType type) {
  RegularJoinNode node;
  node.type = type;
  node.keys = {{0, 0, false}};
  return node;
}

OperatorHarness Harness(RegularJoinNode node) {
  const bool left_only = node.type == JoinType::kSemi || node.type == JoinType::kAnti;
  return {std::move(node), left_only ? kLeft : Both(), {kLeft, kRight}};
}

TEST(RegularJoin, InnerForwardsTheKindOfTheRowThatCame) {
  auto join = Harness(On(JoinType::kInner));
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[2, y]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+U[1, r]"}, 1), Rows{"+U[1, x, 1, r]"});
  EXPECT_EQ(join.Push({"-U[1, x]", "+U[1, z]"}, 0), (Rows{"-U[1, x, 1, r]", "+U[1, z, 1, r]"}));
  EXPECT_EQ(join.Push({"-D[1, r]"}, 1), Rows{"-D[1, z, 1, r]"});
  EXPECT_EQ(join.Push({"+I[1, w]"}, 0), Rows{});
}

TEST(RegularJoin, DuplicateRowsCount) {
  auto join = Harness(On(JoinType::kInner));
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[1, x]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), (Rows{"+I[1, x, 1, r]", "+I[1, x, 1, r]"}));
  EXPECT_EQ(join.Push({"-D[1, x]"}, 0), Rows{"-D[1, x, 1, r]"});
  EXPECT_EQ(join.Push({"+I[1, s]"}, 1), Rows{"+I[1, x, 1, s]"});
}

TEST(RegularJoin, LeftTakesItsPaddingBackBeforeTheFirstMatch) {
  auto join = Harness(On(JoinType::kLeft));
  EXPECT_EQ(join.Push({"+I[1, x]"}, 0), Rows{"+I[1, x, null, null]"});
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), (Rows{"-D[1, x, null, null]", "+I[1, x, 1, r]"}));
  EXPECT_EQ(join.Push({"+I[1, s]"}, 1), Rows{"+I[1, x, 1, s]"});
  EXPECT_EQ(join.Push({"-D[1, r]"}, 1), Rows{"-D[1, x, 1, r]"});
  EXPECT_EQ(join.Push({"-U[1, s]"}, 1), (Rows{"-U[1, x, 1, s]", "+I[1, x, null, null]"}));
  EXPECT_EQ(join.Push({"-D[1, x]"}, 0), Rows{"-D[1, x, null, null]"});
  EXPECT_EQ(join.op()->counters().state_rows, 0);
}

TEST(RegularJoin, FullPadsBothSides) {
  auto join = Harness(On(JoinType::kFull));
  EXPECT_EQ(join.Push({"+I[1, r]", "+I[2, s]"}, 1),
            (Rows{"+I[null, null, 1, r]", "+I[null, null, 2, s]"}));
  EXPECT_EQ(join.Push({"+U[1, x]"}, 0), (Rows{"-D[null, null, 1, r]", "+I[1, x, 1, r]"}));
  EXPECT_EQ(join.Push({"-U[1, x]"}, 0), (Rows{"-D[1, x, 1, r]", "+I[null, null, 1, r]"}));
}

TEST(RegularJoin, NullKeysMatchNothing) {
  auto inner = Harness(On(JoinType::kInner));
  EXPECT_EQ(inner.Push({"+I[null, x]", "+I[1, y]"}, 0), Rows{});
  EXPECT_EQ(inner.Push({"+I[null, r]", "+I[1, s]"}, 1), Rows{"+I[1, y, 1, s]"});
  EXPECT_EQ(inner.op()->counters().state_rows, 2);
  auto full = Harness(On(JoinType::kFull));
  EXPECT_EQ(full.Push({"+I[null, x]"}, 0), Rows{"+I[null, x, null, null]"});
  EXPECT_EQ(full.Push({"+I[null, r]"}, 1), Rows{"+I[null, null, null, r]"});
  EXPECT_EQ(full.Push({"-U[null, r]"}, 1), Rows{"-D[null, null, null, r]"});
}

TEST(RegularJoin, NullSafeKeysMatch) {
  RegularJoinNode node = On(JoinType::kInner);
  node.keys[0].null_safe = true;
  auto join = Harness(node);
  EXPECT_EQ(join.Push({"+I[null, x]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[null, r]"}, 1), Rows{"+I[null, x, null, r]"});
}

/// a < b
functions::ExprPtr TextBefore() {
  const auto text = flow::Type::Varchar();
  return *functions::MakeCall("<",
                              {functions::Column(1, text, "a"), functions::Column(3, text, "b")});
}

TEST(RegularJoin, TheRestOfTheConditionDecidesWhatMatches) {
  RegularJoinNode node = On(JoinType::kLeft);
  node.residual = TextBefore();
  auto join = Harness(node);
  EXPECT_EQ(join.Push({"+I[1, k]", "+I[1, m]"}, 0),
            (Rows{"+I[1, k, null, null]", "+I[1, m, null, null]"}));
  EXPECT_EQ(join.Push({"+I[1, l]", "+I[1, null]"}, 1),
            (Rows{"-D[1, k, null, null]", "+I[1, k, 1, l]"}));
  EXPECT_EQ(join.Push({"+I[1, a]"}, 0), Rows{"+I[1, a, 1, l]"});
  EXPECT_EQ(join.Push({"-D[1, l]"}, 1), (Rows{"-D[1, k, 1, l]", "+I[1, k, null, null]",
                                              "-D[1, a, 1, l]", "+I[1, a, null, null]"}));
}

TEST(RegularJoin, WithoutKeysEachRowMeetsEachOther) {
  RegularJoinNode node;
  auto join = Harness(node);
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[null, y]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[3, r]"}, 1), (Rows{"+I[1, x, 3, r]", "+I[null, y, 3, r]"}));
}

TEST(RegularJoin, SemiGivesARowWhileItHasAMatch) {
  auto join = Harness(On(JoinType::kSemi));
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[null, n]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), Rows{"+I[1, x]"});
  EXPECT_EQ(join.Push({"+I[1, s]"}, 1), Rows{});
  EXPECT_EQ(join.Push({"+U[1, y]"}, 0), Rows{"+U[1, y]"});
  EXPECT_EQ(join.Push({"-D[1, r]"}, 1), Rows{});
  EXPECT_EQ(join.Push({"-U[1, s]"}, 1), (Rows{"-U[1, x]", "-U[1, y]"}));
}

TEST(RegularJoin, AntiGivesARowWhileItHasNone) {
  auto join = Harness(On(JoinType::kAnti));
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[null, n]"}, 0), (Rows{"+I[null, n]", "+I[1, x]"}));
  EXPECT_EQ(join.Push({"+I[1, r]", "+I[null, r]"}, 1), Rows{"-D[1, x]"});
  EXPECT_EQ(join.Push({"+I[1, y]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"-U[1, r]"}, 1), (Rows{"+I[1, x]", "+I[1, y]"}));
}

TEST(RegularJoin, NotInKnowsUnknown) {
  RegularJoinNode node = On(JoinType::kAnti);
  node.null_aware = true;
  auto join = Harness(node);
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[null, n]", "+I[2, y]"}, 0),
            (Rows{"+I[1, x]", "+I[null, n]", "+I[2, y]"}));
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), (Rows{"-D[1, x]", "-D[null, n]"}));
  EXPECT_EQ(join.Push({"+I[null, r]"}, 1), Rows{"-D[2, y]"});
  join.Restart();
  EXPECT_EQ(join.Push({"+I[3, z]"}, 0), Rows{});
  EXPECT_EQ(Folded(join.Push({"-D[null, r]"}, 1)), (Rows{"[2, y]", "[3, z]"}));
  EXPECT_EQ(join.Push({"-D[1, r]"}, 1), (Rows{"+I[1, x]", "+I[null, n]"}));
}

TEST(RegularJoin, AUniqueKeyInTheJoinKeyReplaces) {
  RegularJoinNode node = On(JoinType::kLeft);
  node.right_unique = {0};
  auto join = Harness(node);
  EXPECT_EQ(join.Push({"+I[1, x]"}, 0), Rows{"+I[1, x, null, null]"});
  EXPECT_EQ(join.Push({"+U[1, r]"}, 1), (Rows{"-D[1, x, null, null]", "+I[1, x, 1, r]"}));
  EXPECT_EQ(join.Push({"+U[1, s]"}, 1), Rows{"+I[1, x, 1, s]"});
  EXPECT_EQ(join.Push({"-D[1, s]"}, 1), (Rows{"-D[1, x, 1, s]", "+I[1, x, null, null]"}));
}

TEST(RegularJoin, AUniqueKeyBesideTheJoinKeyReplacesItsRow) {
  RegularJoinNode node = On(JoinType::kInner);
  node.left_unique = {1};
  auto join = Harness(node);
  EXPECT_EQ(join.Push({"+I[1, x]", "+I[1, y]", "+U[1, x]"}, 0), Rows{});
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), (Rows{"+I[1, y, 1, r]", "+I[1, x, 1, r]"}));
}

TEST(RegularJoin, RowsLiveAsLongAsTheirTimeToLive) {
  RegularJoinNode node = On(JoinType::kInner);
  node.left_ttl_ms = 1000;
  auto join = Harness(node);
  join.now_ms = 10;
  EXPECT_EQ(join.Push({"+I[1, x]"}, 0), Rows{});
  join.now_ms = 900;
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), Rows{"+I[1, x, 1, r]"});
  join.now_ms = 2000;
  EXPECT_EQ(join.Push({"+I[1, s]"}, 1), Rows{});
}

struct Row {
  std::string key, text;
  std::string Text() const { return "[" + key + ", " + text + "]"; }
};

bool Matches(const Row& left, const Row& right, bool before) {
  return left.key != "null" && left.key == right.key && (!before || left.text < right.text);
}

/// The join by definition.
Rows Model(JoinType type, bool before, const std::vector<Row>& left,
           const std::vector<Row>& right) {
  Rows log;
  std::vector<int> right_matches(right.size(), 0);
  for (const Row& l : left) {
    int matches = 0;
    for (size_t i = 0; i < right.size(); ++i) {
      if (!Matches(l, right[i], before)) continue;
      ++matches;
      ++right_matches[i];
      if (type < JoinType::kSemi) {
        log.push_back("+I[" + l.key + ", " + l.text + ", " + right[i].key + ", " + right[i].text +
                      "]");
      }
    }
    const bool pads = type == JoinType::kLeft || type == JoinType::kFull;
    if (pads && matches == 0) log.push_back("+I[" + l.key + ", " + l.text + ", null, null]");
    if (type == JoinType::kSemi && matches > 0) log.push_back("+I" + l.Text());
    if (type == JoinType::kAnti && matches == 0) log.push_back("+I" + l.Text());
  }
  if (type == JoinType::kRight || type == JoinType::kFull) {
    for (size_t i = 0; i < right.size(); ++i) {
      if (right_matches[i] == 0) {
        log.push_back("+I[null, null, " + right[i].key + ", " + right[i].text + "]");
      }
    }
  }
  return Folded(log);
}

/// Random rows come and go; after each batch the changelog so far folds to what the model says.
void Compare(JoinType type, bool before, uint32_t seed) {
  std::mt19937 random(seed);
  RegularJoinNode node = On(type);
  if (before) node.residual = TextBefore();
  auto join = Harness(node);
  std::vector<Row> rows[2];
  Rows log;
  for (int step = 0; step < 60; ++step) {
    const int side = static_cast<int>(random() % 2);
    Rows batch;
    for (int i = static_cast<int>(random() % 6) + 1; i > 0; --i) {
      std::vector<Row>& held = rows[side];
      if (!held.empty() && random() % 3 == 0) {
        const size_t at = random() % held.size();
        batch.push_back((random() % 2 == 0 ? "-D" : "-U") + held[at].Text());
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
        continue;
      }
      const uint32_t key = random() % 5;
      held.push_back({key == 4 ? "null" : std::to_string(key),
                      std::string(1, static_cast<char>('a' + random() % 4))});
      batch.push_back((random() % 2 == 0 ? "+I" : "+U") + held.back().Text());
    }
    const Rows given = join.Push(batch, side);
    log.insert(log.end(), given.begin(), given.end());
    ASSERT_EQ(Folded(log), Model(type, before, rows[0], rows[1]))
        << "seed " << seed << " step " << step;
    if (random() % 5 == 0) join.Restart();
  }
}

TEST(RegularJoin, LooksLikeItsDefinition) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    for (const auto type : {JoinType::kInner, JoinType::kLeft, JoinType::kRight, JoinType::kFull,
                            JoinType::kSemi, JoinType::kAnti}) {
      Compare(type, seed % 2 == 1, seed);
    }
  }
}

TEST(RegularJoin, ManyRowsUnderOneKey) {
  auto join = Harness(On(JoinType::kInner));
  Rows batch;
  for (int i = 0; i < 3000; ++i) batch.push_back("+I[1, v" + std::to_string(i) + "]");
  join.Push(batch, 0);
  for (std::string& row : batch) row[0] = '-', row[1] = 'D';
  batch.pop_back();
  join.Push(batch, 0);
  EXPECT_EQ(join.Push({"+I[1, r]"}, 1), Rows{"+I[1, v2999, 1, r]"});
}

}  // namespace
}  // namespace sluice::operators
