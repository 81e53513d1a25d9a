// SPDX-License-Identifier: Apache-2.0
#include "operators/changelog_normalize.h"

#include "gtest/gtest.h"
#include "operators/changelog_testing.h"

namespace sluice::operators {
namespace {

const flow::Schema kInput = SchemaOf({{"k", "STRING"}, {"b", "INT"}, {"c", "STRING"}});

TEST(ChangelogNormalize, MakesAFullChangelog) {
  plan::ChangelogNormalizeNode node;
  node.keys = {0};
  OperatorHarness normalize(node, kInput, {kInput});
  EXPECT_EQ(normalize.Push({"+U[a, 1, x]", "+U[a, 1, x]", "+U[a, 2, y]", "+I[b, 1, x]"}),
            (Rows{"+I[a, 1, x]", "-U[a, 1, x]", "+U[a, 2, y]", "+I[b, 1, x]"}));
  normalize.Restart();
  EXPECT_EQ(normalize.Push({"-D[a, null, null]", "-D[a, null, null]", "+I[a, 3, z]"}),
            (Rows{"-D[a, 2, y]", "+I[a, 3, z]"}));
  EXPECT_EQ(normalize.Push({"-D[a, null, null]", "-D[b, null, null]"}),
            (Rows{"-D[a, 3, z]", "-D[b, 1, x]"}));
  EXPECT_EQ(normalize.op()->counters().state_rows, 0);
}

TEST(ChangelogNormalize, RowsThatFailTheConditionAreGone) {
  plan::ChangelogNormalizeNode node;
  node.keys = {0};
  const auto type = flow::Type::Simple(flow::TypeKind::kInt);
  node.condition = *functions::MakeCall(
      "<", {functions::Column(1, type, "b"),
            functions::Literal(arrow::MakeScalar(int32_t{10}), type->WithNullable(false))});
  OperatorHarness normalize(node, kInput, {kInput});
  EXPECT_EQ(normalize.PushEach({"+U[one, 1, a]", "+U[one, 2, b]", "+U[one, 12, b]",
                                "+U[one, 13, b]", "+U[three, 3, cc]"}),
            (Rows{"+I[one, 1, a]", "-U[one, 1, a]", "+U[one, 2, b]", "-D[one, 2, b]",
                  "+I[three, 3, cc]"}));
  normalize.Restart();
  EXPECT_EQ(normalize.PushEach({"+U[one, 15, aa]", "-D[one, 15, c]", "-D[three, 3, cc]"}),
            Rows{"-D[three, 3, cc]"});
}

TEST(UpsertMaterialize, TheLastRowThatIsLeftCounts) {
  plan::UpsertMaterializeNode node;
  node.primary_key = {0};
  OperatorHarness materialize(node, kInput, {kInput});
  EXPECT_EQ(materialize.Push({"+I[a, 1, x]", "+I[a, 2, y]", "+I[a, 3, z]"}),
            (Rows{"+I[a, 1, x]", "+U[a, 2, y]", "+U[a, 3, z]"}));
  EXPECT_EQ(materialize.Push({"-U[a, 2, y]"}), Rows{});
  materialize.Restart();
  EXPECT_EQ(materialize.Push({"-D[a, 3, z]", "-D[a, 9, q]", "-D[a, 1, x]"}),
            (Rows{"+U[a, 1, x]", "-D[a, 1, x]"}));
  EXPECT_EQ(materialize.op()->counters().state_rows, 0);
}

TEST(UpsertMaterialize, RowsAreToldApartByTheirUpsertKey) {
  plan::UpsertMaterializeNode node;
  node.primary_key = {0};
  node.input_upsert_key = {1};
  OperatorHarness materialize(node, kInput, {kInput});
  EXPECT_EQ(materialize.Push({"+I[a, 1, x]", "+I[a, 2, y]", "+U[a, 1, w]"}),
            (Rows{"+I[a, 1, x]", "+U[a, 2, y]", "+U[a, 1, w]"}));
  // The replaced row kept its place.
  EXPECT_EQ(materialize.Push({"-D[a, 2, y]"}), Rows{"+U[a, 1, w]"});
}

}  // namespace
}  // namespace sluice::operators
