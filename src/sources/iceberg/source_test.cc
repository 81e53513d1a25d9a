// SPDX-License-Identifier: Apache-2.0
// Places and history of a table, without data files; reading them is tests/connectors'.
#include "sources/iceberg/source.h"
#include "gtest/gtest.h"
#include "sources/iceberg/history.h"
#include "sources/iceberg/options.h"
#include "sources/iceberg/place.h"
#include "tables/iceberg/test_world.h"

namespace sluice::sources::iceberg {
namespace {

namespace lake = tables::iceberg;

TEST(Place, GrowsAsATableIsRead) {
  const Place places[] = {
      {},
      {.sequence = 1, .whole = false, .row = 0, .done = false},
      {.sequence = 1, .whole = false, .row = Place::kRowMax, .done = false},
      {.sequence = 1, .whole = true, .row = 0, .done = false},
      {.sequence = 1, .whole = true, .row = Place::kRowMax, .done = false},
      Place::Done(1),
      {.sequence = 2, .whole = false, .row = 7, .done = false},
      Place::Done(Place::kSequenceMax),
  };
  int64_t before = -1;
  for (const Place& place : places) {
    EXPECT_GT(place.offset(), before);
    before = place.offset();
    EXPECT_EQ(Place::Of(place.offset()), place);
  }
  EXPECT_FALSE(CheckPlace(Place::kSequenceMax + 1, 0).ok());
  EXPECT_FALSE(CheckPlace(1, Place::kRowMax + 1).ok());
}

TEST(IcebergOptions, AreThoseOfFlink) {
  EXPECT_EQ(ParseReadOptions({})->streaming, false);
  EXPECT_EQ(ParseReadOptions({{"streaming", "true"}})->starting, Starting::kLatestSnapshot);
  const auto behind = ParseReadOptions({{"streaming", "true"}, {"start-snapshot-id", "5"}});
  EXPECT_TRUE(behind->start_exclusive);
  const auto with = ParseReadOptions({{"streaming", "true"},
                                      {"starting-strategy", "incremental_from_snapshot_id"},
                                      {"start-snapshot-id", "5"}});
  EXPECT_EQ(with->starting, Starting::kSnapshotId);
  EXPECT_FALSE(with->start_exclusive);
  for (const flow::OptionMap& wrong :
       {flow::OptionMap{{"streaming", "true"}, {"snapshot-id", "1"}},
        flow::OptionMap{{"starting-strategy", "TABLE_SCAN_THEN_INCREMENTAL"}},
        flow::OptionMap{{"snapshot-id", "1"}, {"tag", "a"}},
        flow::OptionMap{{"end-snapshot-id", "1"}},
        flow::OptionMap{{"streaming", "true"},
                        {"starting-strategy", "INCREMENTAL_FROM_SNAPSHOT_TIMESTAMP"}},
        flow::OptionMap{{"streaming", "true"}, {"monitor-interval", "0 s"}}}) {
    EXPECT_FALSE(ParseReadOptions(wrong).ok());
  }
  flow::ConnectorTable table;
  table.name = "t";
  table.options = {{"connector", "iceberg"}, {"streming", "true"}};
  EXPECT_NE(CheckReadOptions(table)[0].text.find("'catalog-name'"), std::string::npos);
  table.options.merge(flow::OptionMap{
      {"catalog-name", "lake"}, {"catalog-database", "db"}, {"catalog-table", "t"}});
  EXPECT_NE(CheckReadOptions(table)[0].text.find("'streaming'"), std::string::npos);
}

class History : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = *world_.Create();
    for (const char* name : {"a", "b", "c"}) {
      world_.clock.Advance(1000);
      auto done = lake::AppendOnce(&*table_, {world_.AddFile(name, "eu", 1, 10),
                                              world_.AddFile(std::string(name) + "2", "us", 1, 5)});
      ASSERT_TRUE(done.ok());
      ids_.push_back(done->snapshot_id);
    }
  }
  std::vector<int64_t> From(const Place& place, int64_t last_id = -1) {
    const auto found =
        SnapshotsFrom(table_->metadata(), table_->metadata().current_snapshot(), place, last_id);
    std::vector<int64_t> numbers;
    if (!found.ok()) return {-1};
    for (const auto* snapshot : *found) numbers.push_back(snapshot->sequence_number);
    return numbers;
  }
  ReadOptions Stream(Starting starting) {
    ReadOptions options;
    options.streaming = true;
    options.starting = starting;
    return options;
  }
  static Place At(int64_t sequence) {
    return {.sequence = sequence, .whole = false, .row = 3, .done = false};
  }

  lake::TestWorld world_;
  std::optional<lake::Table> table_;
  std::vector<int64_t> ids_;
};

using Numbers = std::vector<int64_t>;

TEST_F(History, ComesBehindAPlaceInOrder) {
  EXPECT_EQ(From({}), (Numbers{1, 2, 3}));
  EXPECT_EQ(From(At(2)), (Numbers{2, 3}));
  EXPECT_EQ(From(Place::Done(2)), (Numbers{3}));
  EXPECT_EQ(From(Place::Done(3)), Numbers{});
  EXPECT_EQ(From(At(4)), Numbers{-1});  // rolled back
}

TEST_F(History, WhatExpiredBeforeItWasReadIsAnError) {
  lake::TableMetadata metadata = table_->metadata();
  metadata.snapshots.EraseIf([](const auto& s) { return s.sequence_number < 3; });
  const auto from = [&](const Place& place, int64_t last_id) {
    return SnapshotsFrom(metadata, metadata.current_snapshot(), place, last_id);
  };
  EXPECT_EQ(from(Place::Done(1), -1).error().kind, ErrorKind::kSourceLost);
  EXPECT_EQ(from({}, -1).error().kind, ErrorKind::kSourceLost);
  EXPECT_TRUE(from(Place::Done(3), -1).ok());
  EXPECT_EQ(from(Place::Done(2), ids_[1])->size(), 1u);  // its parent is known to be read
  EXPECT_EQ(from(Place::Done(2), ids_[0]).error().kind, ErrorKind::kSourceLost);
}

TEST_F(History, BeginsWhereTheStrategySays) {
  const auto start = [&](const ReadOptions& options) {
    return *StartOf(table_->metadata(), options);
  };
  const auto at = [](int64_t sequence, bool whole = false) {
    return Place{.sequence = sequence, .whole = whole, .row = 0, .done = false};
  };
  EXPECT_EQ(start(Stream(Starting::kTableScanThenIncremental)), at(3, true));
  EXPECT_EQ(start(Stream(Starting::kLatestSnapshot)), at(3));
  EXPECT_EQ(start(Stream(Starting::kLatestSnapshotExclusive)), Place::Done(3));
  EXPECT_EQ(start(Stream(Starting::kEarliestSnapshot)), at(1));
  ReadOptions options = Stream(Starting::kSnapshotId);
  options.start_snapshot_id = ids_[1];
  EXPECT_EQ(start(options), at(2));
  options.start_exclusive = true;
  EXPECT_EQ(start(options), Place::Done(2));
  options.start_snapshot_id = 5;
  EXPECT_EQ(StartOf(table_->metadata(), options).error().kind, ErrorKind::kNotFound);
  options = Stream(Starting::kSnapshotTimestamp);
  options.start_at_ms = table_->metadata().snapshots[1].timestamp_ms;
  EXPECT_EQ(start(options), at(2));
  options.start_at_ms = *options.start_at_ms + 1'000'000;
  EXPECT_EQ(start(options), Place::Done(3));
}

TEST_F(History, OnlyAppendsBringRows) {
  const ReadOptions plain = Stream(Starting::kEarliestSnapshot);
  lake::Snapshot snapshot = *table_->metadata().current_snapshot();
  const auto part = AppendedBy(*table_, snapshot, plain);
  ASSERT_TRUE(part.ok());
  EXPECT_EQ((*part)->sequence, 3);
  ASSERT_EQ((*part)->tasks.size(), 2u);
  EXPECT_NE((*part)->tasks[0].file.file_path.find("/c"), std::string::npos);
  EXPECT_EQ((*WholeAsOf(*table_, snapshot))->tasks.size(), 6u);
  snapshot.summary["operation"] = "replace";
  EXPECT_EQ(*AppendedBy(*table_, snapshot, plain), nullptr);
  for (const char* operation : {"overwrite", "delete"}) {
    snapshot.summary["operation"] = operation;
    EXPECT_EQ(AppendedBy(*table_, snapshot, plain).error().kind, ErrorKind::kUnsupported);
    ReadOptions skipping = plain;
    skipping.skip_deletes = skipping.skip_overwrites = true;
    EXPECT_EQ(*AppendedBy(*table_, snapshot, skipping), nullptr);
  }
}

TEST_F(History, AnotherTableOfTheNameIsNotGoneOnWith) {
  OpenTable open;
  open.environment = world_.environment();
  open.identifier = world_.identifier;
  open.table.name = "db.t";
  open.table.columns = {{{"id", flow::Type::Simple(flow::TypeKind::kBigInt, false), ""}}};
  open.projection.columns = {0};
  open.table.options = {{"catalog-name", "memory"},
                        {"catalog-database", "db"},
                        {"catalog-table", "t"},
                        {"streaming", "true"}};
  const auto source = OpenIcebergSource(open);
  ASSERT_TRUE(source.ok()) << source.error().text;
  const auto splits = (*source)->DiscoverSplits();
  ASSERT_TRUE(splits.ok());
  ASSERT_EQ(splits->size(), 1u);
  flow::SourcePosition position{.kind = "iceberg",
                                .identity = (*source)->identity(),
                                .splits = {{"snapshots", At(2).offset()}}};
  EXPECT_TRUE((*source)->CheckRestorable(position).ok());
  position.splits["snapshots"] = At(7).offset();
  EXPECT_EQ((*source)->CheckRestorable(position).error().kind, ErrorKind::kSourceLost);
  position.identity["table"] = "another";
  EXPECT_EQ((*source)->CheckRestorable(position).error().kind, ErrorKind::kSourceLost);
  open.table.columns[0].field.type = flow::Type::Simple(flow::TypeKind::kInt);
  EXPECT_EQ(OpenIcebergSource(open).error().kind, ErrorKind::kInvalidArgument);
}

}  // namespace
}  // namespace sluice::sources::iceberg
