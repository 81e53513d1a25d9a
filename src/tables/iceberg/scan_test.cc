// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/scan.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <cmath>
#include <limits>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "tables/iceberg/metadata_tables.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

Term Where(const char* column, TermOp op, std::vector<Value> values = {}) {
  return {column, op, std::move(values)};
}

class ScanTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = world_.Create();
    ASSERT_TRUE(made.ok());
    table_.emplace(std::move(*made));
    for (int i = 0; i < 4; ++i) {
      world_.clock.Advance(1000);
      const std::string region = i == 3 ? "" : i % 2 == 0 ? "eu" : "us";
      ASSERT_TRUE(
          AppendOnce(&*table_, {world_.AddFile("f" + std::to_string(i), region, i * 10, 10)}).ok());
    }
  }
  size_t Files(const std::vector<Term>& filter) {
    const auto plan = PlanScan(*table_, {}, filter);
    EXPECT_TRUE(plan.ok());
    return plan.ok() ? plan->tasks.size() : 999;
  }
  TestWorld world_;
  std::optional<Table> table_;
};

TEST_F(ScanTest, PrunesByPartition) {
  EXPECT_EQ(Files({}), 4U);
  EXPECT_EQ(Files({Where("region", TermOp::kEq, {Value("eu")})}), 2U);
  EXPECT_EQ(Files({Where("region", TermOp::kNotEq, {Value("eu")})}), 1U);
  EXPECT_EQ(Files({Where("region", TermOp::kIn, {Value("us"), Value("xx")})}), 1U);
  EXPECT_EQ(Files({Where("region", TermOp::kIsNull)}), 1U);
  EXPECT_EQ(Files({Where("region", TermOp::kNotNull)}), 3U);
  EXPECT_EQ(Files({Where("region", TermOp::kGt, {Value("eu")})}), 1U);
  EXPECT_EQ(Files({Where("region", TermOp::kEq, {Value()})}), 0U);
}

TEST_F(ScanTest, PrunesByBounds) {
  const auto id = [](TermOp op, int64_t value) { return Where("id", op, {Value(value)}); };
  EXPECT_EQ(Files({id(TermOp::kEq, 25)}), 1U);
  EXPECT_EQ(Files({id(TermOp::kLt, 10)}), 1U);
  EXPECT_EQ(Files({id(TermOp::kLtEq, 10)}), 2U);
  EXPECT_EQ(Files({id(TermOp::kGt, 29)}), 1U);
  EXPECT_EQ(Files({id(TermOp::kGtEq, 29)}), 2U);
  EXPECT_EQ(Files({id(TermOp::kEq, 40)}), 0U);
  EXPECT_EQ(Files({id(TermOp::kGtEq, 10), Where("region", TermOp::kEq, {Value("eu")})}), 1U);
  EXPECT_EQ(Files({Where("id", TermOp::kIsNull)}), 0U);
  EXPECT_EQ(Files({Where("ts", TermOp::kIsNull)}), 4U);  // nothing is known about it
}

TEST_F(ScanTest, LeavesAResidualUnlessThePartitionDecides) {
  const auto plan = PlanScan(*table_, {},
                             {Where("region", TermOp::kEq, {Value("us")}),
                              Where("id", TermOp::kEq, {Value(int64_t{12})})});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->tasks.size(), 1U);
  ASSERT_EQ(plan->tasks[0].residual.size(), 1U);
  EXPECT_EQ(plan->tasks[0].residual[0].column, "id");
  EXPECT_LT(plan->manifests_read, plan->manifests_total);
}

TEST_F(ScanTest, TravelsInTime) {
  const auto& snapshots = table_->metadata().snapshots;
  SnapshotChoice choice;
  choice.as_of_ms = snapshots[1].timestamp_ms;
  EXPECT_EQ(PlanScan(*table_, choice, {})->tasks.size(), 2U);
  choice = {};
  choice.ref = "main";
  EXPECT_EQ(PlanScan(*table_, choice, {})->tasks.size(), 4U);
  choice.ref = "nobody";
  EXPECT_EQ(PlanScan(*table_, choice, {}).error().kind, ErrorKind::kNotFound);
  choice = {};
  choice.snapshot_id = 12345;
  EXPECT_EQ(PlanScan(*table_, choice, {}).error().kind, ErrorKind::kNotFound);
  choice.as_of_ms = 1;
  EXPECT_EQ(PlanScan(*table_, choice, {}).error().kind, ErrorKind::kInvalidArgument);
}

TEST_F(ScanTest, OffersTheNearestColumn) {
  const auto plan = PlanScan(*table_, {}, {Where("regoin", TermOp::kIsNull)});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().text, "there is no column regoin (did you mean region?)");
}

TEST_F(ScanTest, ShowsMetadataTables) {
  for (const std::string& name : MetadataTableNames()) {
    const auto batch = ReadMetadataTable(*table_, name, {});
    ASSERT_TRUE(batch.ok()) << name << batch.error().text;
    EXPECT_TRUE((*batch)->ValidateFull().ok()) << name;
  }
  const auto rows = [&](const char* name) {
    return (*ReadMetadataTable(*table_, name, {}))->num_rows();
  };
  EXPECT_EQ(rows("snapshots"), 4);
  EXPECT_EQ(rows("history"), 4);
  EXPECT_EQ(rows("files"), 4);
  EXPECT_EQ(rows("manifests"), 4);
  EXPECT_EQ(rows("partitions"), 3);
  EXPECT_EQ(rows("refs"), 1);
  EXPECT_EQ(rows("metadata_log_entries"), 5);
  SnapshotChoice choice;
  choice.snapshot_id = table_->metadata().snapshots[0].snapshot_id;
  EXPECT_EQ((*ReadMetadataTable(*table_, "files", choice))->num_rows(), 1);
  EXPECT_EQ(ReadMetadataTable(*table_, "nobody", {}).error().kind, ErrorKind::kNotFound);
}

TEST(PredicateTest, NeverDropsWhatEnginesDisagreeAbout) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  ValueRange range{Value(1.0), Value(2.0), false, true, true};
  EXPECT_TRUE(RangeMayMatch(TermOp::kGt, {Value(5.0)}, range));  // NaN above all
  EXPECT_FALSE(RangeMayMatch(TermOp::kLt, {Value(0.5)}, range));
  EXPECT_TRUE(RangeMayMatch(TermOp::kEq, {Value(nan)}, range));
  range = {Value(0.0), Value(0.0), false, false, true};
  EXPECT_TRUE(RangeMayMatch(TermOp::kEq, {Value(-0.0)}, range));
  EXPECT_FALSE(Evaluate(TermOp::kEq, {Value(nan)}, Value(1.0)).has_value());
}

TEST(PredicateTest, TakesNothingFromBrokenBounds) {
  DataFile file;
  const Type type = Type::Simple(TypeKind::kInt);
  file.lower_bounds[1] = EncodeValue(type, Value(int64_t{9}));
  file.upper_bounds[1] = EncodeValue(type, Value(int64_t{3}));  // inverted
  EXPECT_TRUE(RangeMayMatch(TermOp::kEq, {Value(int64_t{100})}, RangeOfMetrics(file, 1, type)));
  file.upper_bounds[1] = "x";
  EXPECT_TRUE(RangeMayMatch(TermOp::kEq, {Value(int64_t{100})}, RangeOfMetrics(file, 1, type)));
  EXPECT_FALSE(RangeMayMatch(TermOp::kEq, {Value(int64_t{1})}, RangeOfMetrics(file, 1, type)));
  file.lower_bounds[2] = file.upper_bounds[2] = std::string(16, 'a');
  const Type uuid = Type::Simple(TypeKind::kUuid);
  EXPECT_TRUE(
      RangeMayMatch(TermOp::kEq, {Value(std::string(16, 'b'))}, RangeOfMetrics(file, 2, uuid)));
}

// A row that matches is never lost by looking at its partition value.
RC_GTEST_PROP(PredicateTest, ProjectionsHoldForEveryMatchingValue, ()) {
  const Type source = Type::Simple(*rc::gen::element(TypeKind::kLong, TypeKind::kTimestamp));
  const bool is_long = source.kind == TypeKind::kLong;
  const Transform transform = Transform::Parse(
      is_long ? *rc::gen::element("identity", "truncate[7]", "bucket[5]", "void")
              : *rc::gen::element("identity", "year", "month", "day", "hour", "bucket[5]"));
  const int64_t scale = is_long ? 1 : 1'800'000'000;
  const Value value = Value(*rc::gen::inRange<int64_t>(-100, 100) * scale);
  Term term{"c",
            *rc::gen::element(TermOp::kEq, TermOp::kNotEq, TermOp::kLt, TermOp::kLtEq, TermOp::kGt,
                              TermOp::kGtEq, TermOp::kIn, TermOp::kNotNull),
            {}};
  if (term.op != TermOp::kNotNull) {
    term.values = {Value(*rc::gen::inRange<int64_t>(-100, 100) * scale)};
  }
  RC_PRE(Evaluate(term.op, term.values, value).value_or(false));
  const auto projection = Project(term, transform, source);
  if (!projection) return;
  const auto part = ApplyTransform(transform, source, value);
  RC_ASSERT(part.ok());
  RC_ASSERT(RangeMayMatch(projection->op, projection->values, RangeOf(*part)));
}

}  // namespace
}  // namespace sluice::tables::iceberg
