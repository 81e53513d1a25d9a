// SPDX-License-Identifier: Apache-2.0
#include "runtime/alignment.h"

#include "flow/operator.h"
#include "gtest/gtest.h"
#include "plan/job_graph.h"
#include "runtime/layout.h"

namespace sluice::runtime {
namespace {

/// Three sources with watermarks: the first two of one group, the third alone.
class AlignmentTest : public ::testing::Test {
 protected:
  AlignmentTest() {
    for (int source = 0; source < 3; ++source) {
      plan::JobNode read;
      read.id = 2 * source;
      read.node = plan::SourceNode{};
      plan::JobNode watermark;
      watermark.id = 2 * source + 1;
      watermark.inputs = {read.id};
      plan::WatermarkNode node;
      node.spec.alignment_group = source < 2 ? "g" : "";
      node.spec.alignment_max_drift_ms = 100;
      watermark.node = node;
      graph_.nodes.push_back(read);
      graph_.nodes.push_back(watermark);
      SourceSlot slot;
      slot.node = read.id;
      layout_.sources.push_back(std::move(slot));
    }
    layout_.graph = &graph_;
    layout_.sink_of_node.assign(graph_.nodes.size(), -1);
    EXPECT_TRUE(Wire(graph_, &layout_).ok());
  }

  plan::JobGraph graph_;
  Layout layout_;
};

TEST_F(AlignmentTest, WhoIsTooFarAheadWaits) {
  Alignment alignment(layout_, 2);
  EXPECT_TRUE(alignment.aligned(0));
  EXPECT_FALSE(alignment.aligned(2));
  for (int shard = 0; shard < 2; ++shard) alignment.Report(0, shard, 1000);
  alignment.Report(1, 0, 950);
  alignment.Report(1, 1, flow::kWatermarkMax);
  EXPECT_TRUE(alignment.MayRead(0, 1050));
  EXPECT_FALSE(alignment.MayRead(0, 1051));
  EXPECT_TRUE(alignment.MayRead(2, 1'000'000));
  alignment.Report(1, 0, 2000);
  EXPECT_TRUE(alignment.MayRead(0, 1051));
  EXPECT_FALSE(alignment.MayRead(1, 2000));  // now it is ahead itself
}

TEST_F(AlignmentTest, OneWithoutAWatermarkIsWaitedForAndOneThatIsIdleIsNot) {
  Alignment alignment(layout_, 1);
  alignment.Report(0, 0, 1000);
  EXPECT_FALSE(alignment.MayRead(0, 1000));
  EXPECT_TRUE(alignment.MayRead(1, flow::kWatermarkMin));
  alignment.Report(1, 0, flow::kWatermarkMax);
  EXPECT_TRUE(alignment.MayRead(0, 1000));
  alignment.Report(0, 0, flow::kWatermarkMax);
  EXPECT_TRUE(alignment.MayRead(0, 1000));  // everybody is idle
}

}  // namespace
}  // namespace sluice::runtime
