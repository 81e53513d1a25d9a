// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <gtest/gtest.h>

namespace sluice::log {
namespace {

TEST(Log, AJsonLineSaysWhenItWasWritten) {
  Configure(Level::kWarn, true, [] { return std::string("2026-01-01T00:00:44.019Z"); });
  testing::internal::CaptureStderr();
  Info("left out");
  Warn("broker \"a\" is away", {{"reason", "refused"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "{\"time\":\"2026-01-01T00:00:44.019Z\",\"level\":\"warn\","
            "\"msg\":\"broker \\\"a\\\" is away\",\"reason\":\"refused\"}\n");
  Configure(Level::kWarn, false);
}

TEST(Log, ATerminalGetsText) {
  Configure(Level::kWarn, false);
  testing::internal::CaptureStderr();
  Warn("broker is away", {{"reason", "refused"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "warn: broker is away reason=refused\n");
}

}  // namespace
}  // namespace sluice::log
