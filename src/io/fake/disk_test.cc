// SPDX-License-Identifier: Apache-2.0
// The false disk keeps the promises of io/file_system.h, and loses what it must.
#include "io/fake/disk.h"

#include <gtest/gtest.h>

namespace sluice::io::fake {
namespace {

TEST(FakeDisk, FinishedFilesSurvivePowerLoss) {
  Disk disk;
  FakeFileSystem files(&disk);
  ASSERT_TRUE(files.WriteWhole("/w/t/data/a", "one").ok());
  auto open = files.Create("/w/t/data/b");
  ASSERT_TRUE(open.ok());
  ASSERT_TRUE((*open)->Append("two", 3).ok());
  EXPECT_FALSE(disk.Exists("/w/t/data/b"));  // no name before Finish
  disk.LosePower();
  EXPECT_EQ(disk.Files(), (std::map<std::string, std::string>{{"/w/t/data/a", "one"}}));
  EXPECT_EQ(*files.ReadWhole("/w/t/data/a", 100), "one");
}

TEST(FakeDisk, NothingReplacesAFileThatExists) {
  Disk disk;
  FakeFileSystem files(&disk);
  auto early = files.Create("/w/a");
  ASSERT_TRUE(files.WriteWhole("/w/a", "one").ok());
  auto late = (*early)->Finish();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(files.Create("/w/a").error().kind, ErrorKind::kAlreadyExists);
}

// Counts the calls of one write, then breaks each of them in each way.
TEST(FakeDisk, EveryCallOfAWriteCanBreak) {
  int64_t calls = 0;
  for (const FaultKind kind :
       {FaultKind::kFail, FaultKind::kCrashBefore, FaultKind::kCrashAfter, FaultKind::kLoseReply}) {
    for (int64_t call = 1;; ++call) {
      Disk disk;
      Faults faults;
      faults.Arm(kind, call);
      FakeFileSystem files(&disk, &faults);
      const auto status = files.WriteWhole("/w/a", "content");
      if (!faults.fired()) {
        EXPECT_TRUE(status.ok());
        calls = call - 1;
        break;
      }
      EXPECT_FALSE(status.ok()) << ToString(kind) << " at " << faults.fired_at();
      disk.LosePower();
      const auto left = disk.Files();
      if (!left.empty()) {
        EXPECT_EQ(left.at("/w/a"), "content") << faults.fired_at();
      }
    }
  }
  EXPECT_EQ(calls, 7);  // make and sync a directory, create, append, sync, link, sync directory
}

TEST(FakeDisk, ASyncThatFailedIsNotHealedByAnother) {
  Disk disk;
  Faults faults;
  FakeFileSystem files(&disk, &faults);
  ASSERT_TRUE(files.MakeDirectories("/w").ok());
  auto file = files.Create("/w/a");
  ASSERT_TRUE((*file)->Append("content", 7).ok());
  faults.Arm(FaultKind::kFail, 1);
  EXPECT_FALSE((*file)->Finish().ok());
  EXPECT_TRUE((*file)->Finish().ok());  // the kernel would say yes too
  disk.LosePower();
  EXPECT_NE(disk.Files()["/w/a"], "content");
}

TEST(FakeDisk, RemovalsComeBackUnlessSynced) {
  Disk disk;
  FakeFileSystem files(&disk);
  ASSERT_TRUE(files.WriteWhole("/w/a", "one").ok());
  ASSERT_TRUE(files.Remove("/w/a").ok());
  EXPECT_FALSE(disk.Exists("/w/a"));
  disk.LosePower();
  EXPECT_TRUE(disk.Exists("/w/a"));
}

}  // namespace
}  // namespace sluice::io::fake
