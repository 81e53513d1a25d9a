// SPDX-License-Identifier: Apache-2.0
#include "runtime/run_options.h"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

TEST(RunOptions, ReadsFlinksKeysAndOurs) {
  const auto options = RunOptions::FromSettings({{"execution.checkpointing.interval", "1 s"},
                                                 {"parallelism.default", "3"},
                                                 {"table.exec.state.ttl", "1 h"},
                                                 {"sluice.dead-letter", "fail"},
                                                 {"sluice.batch-rows", "1"}});
  ASSERT_TRUE(options.ok()) << options.error().ToString();
  EXPECT_EQ(options->commit_interval_ms, 1000);
  EXPECT_EQ(options->shards, 3);
  EXPECT_EQ(options->dead_letters, DeadLetterPolicy::kFail);
  EXPECT_TRUE(options->dead_letters_given);
  EXPECT_EQ(options->batch_rows, 1);
}

TEST(RunOptions, RefusesWhatItCannotMean) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"execution.checkpointing.interval", "99 ms"},
      {"execution.checkpointing.interval", "soon"},
      {"parallelism.default", "0"},
      {"sluice.dead-letter", "tabel"},
      {"sluice.batch-rows", "0"},
      {"sluice.batch-rows", "9999999"},
      {"sluice.epoch-rows", "-1"}};
  for (const auto& [key, value] : wrong) {
    const auto options = RunOptions::FromSettings({{key, value}});
    ASSERT_FALSE(options.ok()) << key << "=" << value;
    EXPECT_NE(options.error().text.find(key), std::string::npos);
    EXPECT_EQ(options.error().blame, Blame::kUser);
  }
}

TEST(RunOptions, OffersTheNearestOfOurKeys) {
  const auto options = RunOptions::FromSettings({{"sluice.dead-leter", "drop"}});
  ASSERT_FALSE(options.ok());
  EXPECT_NE(options.error().text.find("'sluice.dead-letter'"), std::string::npos);
}

}  // namespace
}  // namespace sluice::runtime
