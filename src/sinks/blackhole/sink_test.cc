// SPDX-License-Identifier: Apache-2.0
#include "sinks/blackhole/sink.h"

#include <gtest/gtest.h>

#include "arrow/api.h"

namespace sluice::sinks::blackhole {
namespace {

TEST(Blackhole, CountsTheRowsOfEachEpoch) {
  flow::ConnectorTable table;
  table.name = "b";
  table.options = {{"connector", "blackhole"}};
  EXPECT_TRUE(BlackholeConnector().check(table).empty());
  auto sink = *BlackholeConnector().open(table);
  EXPECT_FALSE(sink->durable());
  EXPECT_FALSE(sink->Begin("p")->exists);
  auto writer = *sink->OpenWriter(0);
  flow::Batch batch;
  batch.rows = arrow::RecordBatch::Make(arrow::schema(arrow::FieldVector()), 7,
                                        std::vector<std::shared_ptr<arrow::Array>>());
  ASSERT_TRUE(writer->Write(batch).ok());
  ASSERT_TRUE(writer->Write(batch).ok());
  flow::EpochCommit commit;
  commit.epoch = 1;
  commit.parts.push_back(*writer->Stage(1));
  EXPECT_EQ(sink->Commit(std::move(commit))->rows, 14);
  EXPECT_EQ((*writer->Stage(2))->rows, 0);
  table.options["rows"] = "1";
  EXPECT_EQ(BlackholeConnector().check(table).size(), 1u);
}

}  // namespace
}  // namespace sluice::sinks::blackhole
