// SPDX-License-Identifier: Apache-2.0
#include "io/clock.h"

#include <gtest/gtest.h>

#include <limits>

namespace sluice::io {
namespace {

TEST(UtcText, HasMillisecondsAndFloorsBefore1970) {
  EXPECT_EQ(UtcText(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(UtcText(1'767'225'644'019), "2026-01-01T00:00:44.019Z");
  EXPECT_EQ(UtcText(-1), "1969-12-31T23:59:59.999Z");
}

TEST(UtcText, ATimeOutsideOfTheYearsIsItsNumber) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(UtcText(most), std::to_string(most));
}

}  // namespace
}  // namespace sluice::io
