// SPDX-License-Identifier: Apache-2.0
#include "cli/job_display.h"

#include <gtest/gtest.h>

namespace sluice::cli {
namespace {

runtime::Progress Commit() {
  runtime::Progress progress;
  progress.committed = true;
  progress.pipeline = "orders \"a\"";
  progress.epoch = 7;
  progress.time_ms = 1'767'225'644'019;
  progress.commits = 2;
  progress.rows = 1234;
  progress.rows_per_s = 1234.4;
  progress.mb_per_s = 0.41;
  progress.files = 2;
  progress.commit_ms = 12;
  progress.total_rows = 1234567;
  return progress;
}

TEST(JobDisplay, ACommitIsOneJsonObject) {
  runtime::Progress progress = Commit();
  progress.lag = 5;
  progress.snapshot = "42";
  const std::string line = CommitLine(progress);
  EXPECT_TRUE(line.starts_with(
      R"({"event":"commit","time":"2026-01-01T00:00:44.019Z","pipeline":"orders \"a\"",)"
      R"("epoch":7,"rows":1234,"rows_written":0,)"
      R"("rows_per_s":1234,"mb_per_s":0.41,"lag":5,"freshness_ms":null,"files":2,)"))
      << line;
  EXPECT_NE(line.find(R"("snapshot":"42")"), std::string::npos);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(JobDisplay, NumbersForPeople) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
  EXPECT_EQ(Short(0), "0");
  EXPECT_EQ(Short(1234), "1.23 k");
  EXPECT_EQ(Short(12'345'678), "12.3 M");
}

TEST(JobDisplay, LiveLineSaysWhatIsKnown) {
  runtime::Progress now;
  now.rows_per_s = 2'000'000;
  now.total_rows = 10;
  EXPECT_EQ(LiveText(now, {}), "2.00 M rows/s  0.0 MB/s  10 rows");
  now.lag = 1500;
  now.freshness_ms = 840;
  EXPECT_EQ(LiveText(now, Commit()),
            "2.00 M rows/s  0.0 MB/s  lag 1,500  fresh 0.8 s  commit 7 (2 files, 12 ms)  10 rows");
}

TEST(JobDisplay, WithoutATerminalOnlyCommitsAreWritten) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  JobDisplay display(file, false, 80);
  display.Show(runtime::Progress{});
  EXPECT_EQ(std::ftell(file), 0);
  display.Show(Commit());
  EXPECT_GT(std::ftell(file), 0);
  std::fclose(file);
}

}  // namespace
}  // namespace sluice::cli
