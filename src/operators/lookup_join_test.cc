// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_join.h"

#include "arrow/api.h"
#include "gtest/gtest.h"
#include "operators/changelog_testing.h"
#include "operators/lookup_cache.h"
#include "operators/table_lookup.h"

namespace sluice::operators {
namespace {

const flow::Schema kOrders = SchemaOf({{"order_id", "INT"}, {"customer", "INT"}});
const flow::Schema kCustomers = SchemaOf({{"id", "INT"}, {"name", "STRING"}, {"age", "INT"}});
const flow::Schema kJoined =
    SchemaOf({{"order_id", "INT"}, {"customer", "INT"}, {"id", "INT"}, {"age", "INT"}});
const flow::TypePtr kInt = flow::Type::Simple(flow::TypeKind::kInt);

functions::ExprPtr Compare(const char* name, int column, int32_t value) {
  return *functions::MakeCall(
      name, {functions::Column(column, kInt, "c"),
             functions::Literal(arrow::MakeScalar(value), kInt->WithNullable(false))});
}

Rows Join(plan::LookupJoinNode node, const Rows& rows) {
  node.columns = {0, 2};
  node.keys = {{0, functions::Column(1, kInt, "customer")}};
  plan::JobNode job;
  job.node = node;
  job.output = kJoined;
  OperatorOptions options;
  options.open_lookup = [](const plan::LookupJoinNode& lookup) {
    const flow::Batch table = BatchOf(kCustomers, {"+I[1, Bob, 28]", "+I[2, Alice, 32]",
                                                   "+I[2, Alix, 33]", "+I[null, Nobody, 99]"});
    return MakeTableLookup(kCustomers, table.rows, {0}, lookup.columns);
  };
  const std::vector<flow::Schema> inputs{kOrders};
  auto join = MakeOperator(job, inputs, options);
  EXPECT_TRUE(join.ok()) << join.error().text;
  std::vector<flow::Batch> out;
  const Status status = (*join)->Process(0, BatchOf(kOrders, rows), 0, &out);
  EXPECT_TRUE(status.ok()) << status.error().text;
  return RowsOf(out);
}

const Rows kRows{"+I[10, 2]", "-D[11, 1]", "+I[12, 5]", "+I[13, null]", "+I[14, 2]"};

TEST(LookupJoin, RowsMeetWhatIsFoundForTheirKey) {
  EXPECT_EQ(Join({}, kRows), (Rows{"+I[10, 2, 2, 32]", "+I[10, 2, 2, 33]", "-D[11, 1, 1, 28]",
                                   "+I[14, 2, 2, 32]", "+I[14, 2, 2, 33]"}));
}

TEST(LookupJoin, ALeftJoinPadsWhatFindsNothing) {
  plan::LookupJoinNode node;
  node.type = plan::JoinType::kLeft;
  node.right_condition = Compare(">", 1, 32);  // age
  node.residual = Compare("<>", 0, 14);        // order_id
  EXPECT_EQ(Join(node, kRows),
            (Rows{"+I[10, 2, 2, 33]", "-D[11, 1, null, null]", "+I[12, 5, null, null]",
                  "+I[13, null, null, null]", "+I[14, 2, null, null]"}));
}

TEST(LookupJoin, ATableThatCannotBeAskedIsRefused) {
  plan::JobNode job;
  job.node = plan::LookupJoinNode{};
  job.output = kJoined;
  EXPECT_FALSE(MakeOperator(job, {kOrders}, {}).ok());
}

/// Counts what it is asked; key k has k rows, (k, 0) ... (k, k-1).
class CountingSource : public flow::LookupSource {
 public:
  explicit CountingSource(std::vector<int>* asked) : asked_(asked) {}
  const flow::Schema& schema() const override { return schema_; }
  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t) override {
    flow::LookupRows found;
    Rows rows;
    for (int64_t i = 0; i < keys.num_rows(); ++i) {
      const int key = static_cast<const arrow::Int32Array&>(*keys.column(0)).Value(i);
      asked_->push_back(key);
      for (int row = 0; row < key; ++row) {
        rows.push_back("+I[" + std::to_string(key) + ", " + std::to_string(row) + "]");
        found.key_rows.push_back(static_cast<int32_t>(i));
      }
    }
    found.rows = BatchOf(schema_, rows).rows;
    return found;
  }

 private:
  std::vector<int>* asked_;
  const flow::Schema schema_ = SchemaOf({{"id", "INT"}, {"n", "INT"}});
};

class LookupCache : public ::testing::Test {
 protected:
  void Make(const LookupCacheOptions& options) {
    auto made = MakeLookupCache(std::make_unique<CountingSource>(&asked_), {kInt}, options);
    ASSERT_TRUE(made.ok());
    cache_ = *std::move(made);
  }
  /// What the table was asked for.
  std::vector<int> Ask(const std::vector<int>& keys, int64_t now_ms) {
    Rows rows;
    for (const int key : keys) rows.push_back("+I[" + std::to_string(key) + "]");
    asked_.clear();
    const auto found = cache_->Lookup(*BatchOf(SchemaOf({{"k", "INT"}}), rows).rows, now_ms);
    EXPECT_TRUE(found.ok());
    Rows expected;
    std::vector<int32_t> key_rows;
    for (size_t i = 0; i < keys.size(); ++i) {
      for (int row = 0; row < keys[i]; ++row) {
        expected.push_back("+I[" + std::to_string(keys[i]) + ", " + std::to_string(row) + "]");
        key_rows.push_back(static_cast<int32_t>(i));
      }
    }
    EXPECT_EQ(RowsOf({flow::Batch{.rows = found->rows, .origin = {}, .kinds = {}}}), expected);
    EXPECT_EQ(found->key_rows, key_rows);
    return asked_;
  }
  std::vector<int> asked_;
  std::unique_ptr<flow::LookupSource> cache_;
};

using Keys = std::vector<int>;

TEST_F(LookupCache, AKeyIsAskedForOnceAndSoIsOneThatHasNoRow) {
  Make({});
  EXPECT_EQ(Ask({2, 0, 1}, 0), (Keys{2, 0, 1}));
  EXPECT_EQ(Ask({1, 2, 3, 0}, 1), (Keys{3}));
  Make({.cache_missing_key = false});
  EXPECT_EQ(Ask({0, 1}, 0), (Keys{0, 1}));
  EXPECT_EQ(Ask({0, 1}, 0), (Keys{0}));
}

TEST_F(LookupCache, TheKeyUsedLongestAgoGoes) {
  Make({.keys_max = 2});
  EXPECT_EQ(Ask({1, 2, 3}, 0), (Keys{1, 2, 3}));  // more than fit are still answered
  EXPECT_EQ(Ask({2, 3}, 0), Keys{});
  EXPECT_EQ(Ask({2}, 0), Keys{});
  EXPECT_EQ(Ask({4}, 0), (Keys{4}));
  EXPECT_EQ(Ask({2, 3}, 0), (Keys{3}));
  Make({.keys_max = 0});
  EXPECT_EQ(Ask({1}, 0), (Keys{1}));
  EXPECT_EQ(Ask({1, 1}, 0), (Keys{1, 1}));
}

TEST_F(LookupCache, AnswersGrowOld) {
  Make({.expire_after_write_ms = 10, .expire_after_access_ms = 4});
  EXPECT_EQ(Ask({1, 2}, 0), (Keys{1, 2}));
  EXPECT_EQ(Ask({1}, 3), Keys{});
  EXPECT_EQ(Ask({1, 2}, 6), (Keys{2}));
  EXPECT_EQ(Ask({1}, 9), Keys{});
  EXPECT_EQ(Ask({1}, 10), (Keys{1}));
}

TEST(ReloadingLookup, ACopyIsUsedForItsTimeAndThenReplaced) {
  int loads = 0;
  const auto load = [&loads]() -> Result<std::unique_ptr<flow::LookupSource>> {
    ++loads;
    const flow::Batch table = BatchOf(kCustomers, {"+I[1, Bob, " + std::to_string(loads) + "]"});
    return MakeTableLookup(kCustomers, table.rows, {0}, {2});
  };
  const auto lookup = MakeReloadingLookup(load, SchemaOf({{"age", "INT"}}), 10, false);
  const auto ask = [&](int64_t now_ms) {
    const auto found = lookup->Lookup(*BatchOf(SchemaOf({{"k", "INT"}}), {"+I[1]"}).rows, now_ms);
    return RowsOf({flow::Batch{.rows = found->rows, .origin = {}, .kinds = {}}})[0];
  };
  EXPECT_EQ(ask(0), "+I[1]");
  EXPECT_EQ(ask(9), "+I[1]");
  EXPECT_EQ(ask(10), "+I[1]");  // the load has only begun
  std::string answer;
  while ((answer = ask(11)) == "+I[1]") {
  }
  EXPECT_EQ(answer, "+I[2]");
  EXPECT_EQ(loads, 2);
}

TEST(LookupJoin, AHintAsksAgainForWhatIsMissing) {
  class LateSource : public flow::LookupSource {
   public:
    const flow::Schema& schema() const override { return schema_; }
    Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t) override {
      ++times_;
      flow::LookupRows found;
      Rows rows;
      for (int64_t i = 0; i < keys.num_rows(); ++i) {
        const int key = static_cast<const arrow::Int32Array&>(*keys.column(0)).Value(i);
        if (key > times_) continue;
        rows.push_back("+I[" + std::to_string(key) + ", " + std::to_string(times_) + "]");
        found.key_rows.push_back(static_cast<int32_t>(i));
      }
      found.rows = BatchOf(schema_, rows).rows;
      return found;
    }

   private:
    int times_ = 0;
    const flow::Schema schema_ = SchemaOf({{"id", "INT"}, {"age", "INT"}});
  };
  plan::LookupJoinNode node;
  node.type = plan::JoinType::kLeft;
  node.columns = {0, 2};
  node.keys = {{0, functions::Column(1, kInt, "customer")}};
  node.options = {{"table", "c"},
                  {"retry-predicate", "lookup_miss"},
                  {"retry-strategy", "fixed_delay"},
                  {"fixed-delay", "1 ms"},
                  {"max-attempts", "3"}};
  plan::JobNode job;
  job.output = kJoined;
  OperatorOptions options;
  options.open_lookup = [](const plan::LookupJoinNode&) {
    return Result<std::unique_ptr<flow::LookupSource>>(std::make_unique<LateSource>());
  };
  job.node = node;
  auto join = MakeOperator(job, {kOrders}, options);
  ASSERT_TRUE(join.ok()) << join.error().text;
  std::vector<flow::Batch> out;
  ASSERT_TRUE(
      (*join)->Process(0, BatchOf(kOrders, {"+I[9, 4]", "+I[10, 3]", "+I[11, 1]"}), 0, &out).ok());
  EXPECT_EQ(RowsOf(out), (Rows{"+I[9, 4, null, null]", "+I[10, 3, 3, 3]", "+I[11, 1, 1, 1]"}));
  node.options.erase("max-attempts");
  job.node = node;
  EXPECT_FALSE(MakeOperator(job, {kOrders}, options).ok());
}

}  // namespace
}  // namespace sluice::operators
