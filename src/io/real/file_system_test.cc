// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>

#include "io/clock.h"
#include "io/file_system.h"
#include "io/sql_database.h"
#include "io/thread.h"

namespace {

// Of this thread's syncs from now on (0 = the next), the one that fails; -1 = none.
thread_local int failing_sync = -1;

int Sync(int64_t call, int fd) {
  if (failing_sync >= 0 && failing_sync-- == 0) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(call, fd));
}

}  // namespace

// In place of those of libc, for this program alone.
extern "C" int fdatasync(int fd) {
  return Sync(SYS_fdatasync, fd);
}
extern "C" int fsync(int fd) {
  return Sync(SYS_fsync, fd);
}

namespace sluice::io {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("sluice-io-" + RealRandom().Uuid());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string Path(const std::string& name) const { return (directory_ / name).string(); }
  std::filesystem::path directory_;
  FileSystem& files_ = RealFileSystem();
};

TEST_F(Files, AFileIsInvisibleUntilItIsFinished) {
  auto file = files_.Create(Path("a/b/one"));
  ASSERT_TRUE(file.ok()) << file.error().ToString();
  ASSERT_TRUE((*file)->Append("hello", 5).ok());
  EXPECT_EQ(files_.Stat(Path("a/b/one")).error().kind, ErrorKind::kNotFound);
  auto listed = files_.List(Path("a/b"));
  ASSERT_TRUE(listed.ok());
  EXPECT_TRUE(listed->empty());
  ASSERT_TRUE((*file)->Finish().ok());
  auto text = files_.ReadWhole(Path("a/b/one"), 100);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "hello");
}

TEST_F(Files, NothingIsEverReplaced) {
  ASSERT_TRUE(files_.WriteWhole(Path("x"), "first").ok());
  EXPECT_EQ(files_.WriteWhole(Path("x"), "second").error().kind, ErrorKind::kAlreadyExists);
  // Two writers that both began before either finished: one name, one winner.
  auto a = files_.Create(Path("y"));
  auto b = files_.Create(Path("y"));
  ASSERT_TRUE(a.ok() && b.ok());
  ASSERT_TRUE((*a)->Append("a", 1).ok());
  ASSERT_TRUE((*b)->Append("b", 1).ok());
  ASSERT_TRUE((*a)->Finish().ok());
  EXPECT_EQ((*b)->Finish().error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(*files_.ReadWhole(Path("y"), 10), "a");
}

TEST_F(Files, AnUnfinishedFileLeavesNothingBehind) {
  ASSERT_TRUE(files_.MakeDirectories(directory_.string()).ok());
  {
    auto file = files_.Create(Path("gone"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(Files, ASyncThatFailsIsAnErrorAndLeavesNoName) {
  ASSERT_TRUE(files_.MakeDirectories(directory_.string()).ok());
  failing_sync = 0;  // of the content
  const Status content = files_.WriteWhole(Path("content"), "bytes");
  ASSERT_FALSE(content.ok());
  EXPECT_EQ(content.error().kind, ErrorKind::kIo);
  EXPECT_FALSE(files_.Stat(Path("content")).ok());
  failing_sync = 1;  // of the directory
  EXPECT_FALSE(files_.WriteWhole(Path("name"), "bytes").ok());
  failing_sync = 0;  // of the parent of a new directory
  EXPECT_FALSE(files_.MakeDirectories(Path("new")).ok());
  EXPECT_EQ(failing_sync, -1);
  EXPECT_TRUE(files_.WriteWhole(Path("new/file"), "bytes").ok());
}

TEST_F(Files, LargeAppendsAndReadsAtOffsets) {
  std::string big(3 << 20, 'x');
  for (size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 31 + i / 251);
  auto file = files_.Create(Path("big"));
  ASSERT_TRUE(file.ok());
  for (size_t at = 0; at < big.size();) {
    const size_t n = std::min<size_t>(big.size() - at, at % 3 == 0 ? 7 : 300'001);
    ASSERT_TRUE((*file)->Append(big.data() + at, static_cast<int64_t>(n)).ok());
    at += n;
  }
  ASSERT_TRUE((*file)->Finish().ok());
  EXPECT_EQ(*files_.ReadWhole(Path("big"), 1 << 30), big);
  EXPECT_EQ(files_.ReadWhole(Path("big"), 10).error().kind, ErrorKind::kResourceExhausted);
  auto open = files_.Open(Path("big"));
  ASSERT_TRUE(open.ok());
  char part[5];
  EXPECT_EQ(*(*open)->Read(1'000'000, 5, part), 5);
  EXPECT_EQ(std::string(part, 5), big.substr(1'000'000, 5));
}

TEST_F(Files, SizesAroundTheBlocksOfDirectWrites) {
  constexpr int64_t kBlock = 256 << 10;
  for (const int64_t size :
       {kBlock - 1, kBlock, kBlock + 1, kBlock + 4096, 3 * kBlock, 3 * kBlock + 777}) {
    std::string bytes(static_cast<size_t>(size), 'x');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 131 + i / 4093);
    const std::string path = Path("block-" + std::to_string(size));
    ASSERT_TRUE(files_.WriteWhole(path, bytes).ok());
    EXPECT_EQ(*files_.ReadWhole(path, 1 << 30), bytes);
  }
}

TEST(Paths, UrisBecomePlainPaths) {
  EXPECT_EQ(*PathOfUri("file:///a/b"), "/a/b");
  EXPECT_EQ(*PathOfUri("file:/a/b"), "/a/b");
  EXPECT_EQ(*PathOfUri("file://localhost/a"), "/a");
  EXPECT_EQ(*PathOfUri("/a/b"), "/a/b");
  EXPECT_EQ(PathOfUri("s3://bucket/a").error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(PathOfUri("file://host/a").error().kind, ErrorKind::kUnsupported);
  EXPECT_EQ(*AbsolutePath("/a/./b/../c/"), "/a/c");
}

TEST_F(Files, SqliteSwapsOneRowForOneWinner) {
  auto first = OpenSqlite(Path("c.db"), 2000);
  auto second = OpenSqlite(Path("c.db"), 2000);
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE((*first)->Execute("CREATE TABLE t (k TEXT, v TEXT)", {}).ok());
  ASSERT_TRUE((*first)->Execute("INSERT INTO t VALUES (?, ?)", {"a", std::nullopt}).ok());
  EXPECT_EQ(*(*second)->Execute("UPDATE t SET v = ? WHERE v IS NULL", {"one"}), 1);
  EXPECT_EQ(*(*first)->Execute("UPDATE t SET v = ? WHERE v IS NULL", {"two"}), 0);
  auto rows = (*first)->Query("SELECT v FROM t WHERE k = ?", {"a"});
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ((*rows)[0][0], "one");
}

TEST(Queue, IsBoundedAndDrainsAfterClose) {
  BoundedQueue<int> queue(2);
  std::atomic<int> pushed{0};
  {
    auto producer = StartThread("producer", [&] {
      for (int i = 0; i < 5; ++i) {
        if (queue.Push(i)) ++pushed;
      }
      queue.Close();
    });
    for (int i = 0; i < 5; ++i) EXPECT_EQ(queue.Pop(), i);
    EXPECT_EQ(queue.Pop(), std::nullopt);
  }
  EXPECT_EQ(pushed, 5);
  EXPECT_FALSE(queue.Push(6));
}

TEST(Random, UuidsAreVersionFour) {
  const std::string a = RealRandom().Uuid();
  EXPECT_EQ(a.size(), 36U);
  EXPECT_EQ(a[14], '4');
  EXPECT_NE(a, RealRandom().Uuid());
}

}  // namespace
}  // namespace sluice::io
