// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/partition_spec.h"

#include <gtest/gtest.h>

#include "tables/iceberg/properties.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

TEST(PartitionSpecTest, ReadsTheTextOfTheProperty) {
  const Schema schema = TestWorld::MakeSchema();
  const auto spec =
      ParsePartitionText("days(ts),  BUCKET(16, id), truncate(region, 4), void(`region`)", schema);
  ASSERT_TRUE(spec.ok()) << spec.error().text;
  ASSERT_EQ(spec->fields.size(), 4U);
  EXPECT_EQ(spec->fields[0].name, "ts_day");
  EXPECT_EQ(spec->fields[0].field_id, 1000);
  EXPECT_EQ(spec->fields[0].source_id, 3);
  EXPECT_EQ(spec->fields[1].transform.ToString(), "bucket[16]");
  EXPECT_EQ(spec->fields[2].name, "region_trunc");
  EXPECT_EQ(PartitionText(*spec, schema),
            "days(ts), bucket(16, id), truncate(4, region), void(region)");
  EXPECT_EQ(PartitionText(*ParsePartitionText(" region ", schema), schema), "region");
  EXPECT_TRUE(ParsePartitionText("", schema)->fields.empty());
}

TEST(PartitionSpecTest, SaysWhatIsWrongWithTheText) {
  const Schema schema = TestWorld::MakeSchema();
  const auto text = [&schema](const char* spec) {
    const auto parsed = ParsePartitionText(spec, schema);
    return parsed.ok() ? std::string("accepted") : parsed.error().text;
  };
  EXPECT_EQ(text("reigon"),
            "partition spec: there is no column reigon (did you mean region?): reigon");
  EXPECT_NE(text("zorder(id)").find("unknown transform"), std::string::npos);
  EXPECT_NE(text("bucket(0, id)").find("positive number"), std::string::npos);
  EXPECT_NE(text("bucket(id)").find("expected bucket(number, column)"), std::string::npos);
  EXPECT_NE(text("days(region)").find("does not take the type string"), std::string::npos);
  EXPECT_NE(text("region, region").find("named twice"), std::string::npos);
  EXPECT_NE(text("days(ts").find("missing )"), std::string::npos);
  EXPECT_NE(text("region,").find("empty term"), std::string::npos);
}

TEST(PartitionSpecTest, MakesThePathJavaMakes) {
  const Schema schema = TestWorld::MakeSchema();
  const auto spec = *ParsePartitionText("hours(ts), months(ts), bucket(4, id), region", schema);
  const PartitionTuple tuple = {Value(int64_t{-1}), Value(int64_t{-1}), Value(int64_t{3}),
                                Value("a b/c=\xc3\xa4")};
  EXPECT_EQ(PartitionPath(spec, schema, tuple),
            "ts_hour=1969-12-31-23/ts_month=1969-12/id_bucket=3/region=a+b%2Fc%3D%C3%A4");
  EXPECT_EQ(PartitionPath(*ParsePartitionText("region", schema), schema, {Value()}), "region=null");
  EXPECT_EQ(PartitionPath({}, schema, {}), "");
}

TEST(PartitionSpecTest, SurvivesItsJson) {
  const Schema schema = TestWorld::MakeSchema();
  auto spec = *ParsePartitionText("days(ts), bucket(4, id)", schema);
  spec.spec_id = 2;
  EXPECT_EQ(PartitionSpecToJson(spec),
            R"({"spec-id":2,"fields":[{"name":"ts_day","transform":"day","source-id":3,)"
            R"("field-id":1000},{"name":"id_bucket","transform":"bucket[4]","source-id":1,)"
            R"("field-id":1001}]})");
  EXPECT_EQ(*ParsePartitionSpecJson(PartitionSpecToJson(spec)), spec);
  EXPECT_EQ(*ParsePartitionFieldsJson(PartitionFieldsToJson(spec)), spec.fields);
  EXPECT_EQ(*ParseSortOrderJson(SortOrderToJson({1, {{3, {}, true, true, {}}}})),
            (SortOrder{1, {{3, {}, true, true, {}}}}));
  // Ids that v1 writers left out count up from 1000; several sources are kept.
  const auto fields = ParsePartitionFieldsJson(
      R"([{"name":"a","transform":"identity","source-id":1},
          {"name":"b","transform":"zorder[2]","source-ids":[1,3]}])");
  ASSERT_TRUE(fields.ok());
  EXPECT_EQ((*fields)[1].field_id, 1001);
  EXPECT_EQ((*fields)[1].source_ids, (std::vector<int>{1, 3}));
}

TEST(PropertiesTest, ReadsAndRefuses) {
  EXPECT_EQ(ReadWriteProperties({})->target_file_size_bytes, 512LL << 20);
  EXPECT_EQ(ReadWriteProperties({{"write.data.path", "/x/"}})->data_path, "/x");
  EXPECT_EQ(ReadCommitProperties({{"commit.retry.num-retries", "7"}})->retries_max, 7);
  EXPECT_FALSE(ReadCommitProperties({{"commit.retry.num-retries", "7x"}}).ok());
  EXPECT_FALSE(ReadCommitProperties({{"commit.manifest-merge.enabled", "yes"}}).ok());
  EXPECT_EQ(ReadWriteProperties({{"write.format.default", "orc"}}).error().kind,
            ErrorKind::kUnsupported);
  EXPECT_FALSE(ReadWriteProperties({{"write.parquet.compression-codec", "zip"}}).ok());
}

TEST(PropertiesTest, ChoosesMetricsModes) {
  const Schema schema = TestWorld::MakeSchema();
  const auto modes = MetricsModes({{"write.metadata.metrics.column.region", "full"},
                                   {"write.metadata.metrics.column.id", "none"}},
                                  schema);
  ASSERT_TRUE(modes.ok());
  EXPECT_EQ(modes->at(1).kind, MetricsKind::kNone);
  EXPECT_EQ(modes->at(2).kind, MetricsKind::kFull);
  EXPECT_EQ(modes->at(3), (MetricsMode{MetricsKind::kTruncate, 16}));
  const auto few =
      MetricsModes({{"write.metadata.metrics.max-inferred-column-defaults", "1"}}, schema);
  EXPECT_EQ(few->at(1).kind, MetricsKind::kTruncate);
  EXPECT_EQ(few->at(2).kind, MetricsKind::kNone);
  EXPECT_FALSE(MetricsModes({{"write.metadata.metrics.default", "truncate(x)"}}, schema).ok());
}

}  // namespace
}  // namespace sluice::tables::iceberg
