// SPDX-License-Identifier: Apache-2.0
// The failure ladder: a whole run of a pipeline in which I/O call number n goes wrong, for n = 1,
// 2,
// ... until none is left; then the process starts again. Every record must be in the tables once,
// the positions must chain, every referenced file must be there, and all of it must survive a power
// loss.
#include <gtest/gtest.h>

#include "base/log.h"
#include "world.h"

namespace sluice::sim {
namespace {

using io::fake::FaultKind;

// All of it is on one thread: the thread sanitizer, for which each rung takes long, sees some of
// them.
#ifdef __has_feature
#define SLUICE_UNDER(sanitizer) __has_feature(sanitizer)
#else
#define SLUICE_UNDER(sanitizer) 0
#endif
constexpr int64_t kRungStep = SLUICE_UNDER(thread_sanitizer) ? 16 : 1;

struct Rung {
  FaultKind kind = FaultKind::kFail;
  int64_t call = 1;
  bool lose_power = false;
  int64_t late_by_calls = 2;
  bool expires = false;  // each commit takes every older snapshot out
};

void MakeTable(World& world) {
  Process maker(world);
  const auto made = maker.MakeTable();
  ASSERT_TRUE(made.ok()) << made.error().ToString();
}

const bool kQuiet = [] {
  log::Configure(log::Level::kError, false);  // planted faults are no news
  return true;
}();

// One rung; false when the run has fewer calls.
bool Climb(const Rung& rung) {
  World world;
  world.late.delay_calls = rung.late_by_calls;
  if (rung.expires) {
    world.properties = {{"flink-maintenance.expire-snapshots.enabled", "true"},
                        {"flink-maintenance.expire-snapshots.schedule.commit-count", "1"},
                        {"history.expire.max-snapshot-age-ms", "0"},
                        {"commit.manifest.min-count-to-merge", "2"}};
  }
  MakeTable(world);
  {
    Process process(world);
    process.faults.Arm(rung.kind, rung.call);
    const auto status = process.Run();
    if (!process.faults.fired()) {
      EXPECT_TRUE(status.ok()) << status.error().ToString();
      ExpectExactlyOnce(world);
      return false;
    }
    SCOPED_TRACE(std::string(ToString(rung.kind)) + " at call " + std::to_string(rung.call) + ": " +
                 process.faults.fired_at());
    if (rung.lose_power) world.disk.LosePower();
    auto recovered = Process(world).Run();
    if (rung.kind == FaultKind::kLate && !recovered.ok() &&
        recovered.error().kind == ErrorKind::kFenced) {
      // The dead process's statement made the dead-letter table under our hands: it counts as a
      // newer writer, and the next start takes over from it.
      recovered = Process(world).Run();
    }
    EXPECT_TRUE(recovered.ok()) << recovered.error().ToString();
    world.disk.LosePower();
    ExpectExactlyOnce(world);
  }
  return true;
}

void ClimbAll(Rung rung) {
  while (Climb(rung) && !testing::Test::HasFailure()) rung.call += kRungStep;
  EXPECT_GT(rung.call, 100);  // a ladder without rungs proves nothing
}

TEST(Ladder, EveryCallFails) {
  ClimbAll({.kind = FaultKind::kFail});
}
TEST(Ladder, EveryCallFailsThenThePowerGoes) {
  ClimbAll({.kind = FaultKind::kFail, .lose_power = true});
}
TEST(Ladder, KilledBeforeEveryCall) {
  ClimbAll({.kind = FaultKind::kCrashBefore});
}
TEST(Ladder, KilledAfterEveryCall) {
  ClimbAll({.kind = FaultKind::kCrashAfter});
}
TEST(Ladder, PowerLostBeforeEveryCall) {
  ClimbAll({.kind = FaultKind::kCrashBefore, .lose_power = true});
}
TEST(Ladder, PowerLostAfterEveryCall) {
  ClimbAll({.kind = FaultKind::kCrashAfter, .lose_power = true});
}
TEST(Ladder, ReplyOfEveryCallLost) {
  ClimbAll({.kind = FaultKind::kLoseReply});
}
TEST(Ladder, OutcomeOfEveryCallUnknownAndNotApplied) {
  ClimbAll({.kind = FaultKind::kUnknown, .lose_power = true});
}
TEST(Ladder, EveryStatementAppliedLate) {
  ClimbAll({.kind = FaultKind::kLate, .late_by_calls = 1});
}
TEST(Ladder, EveryStatementAppliedMuchLater) {
  ClimbAll({.kind = FaultKind::kLate, .late_by_calls = 7});
}

// The writer expires snapshots itself: no step of that may cost a row, or a file that is reached.
TEST(Ladder, EveryCallFailsWhileSnapshotsExpire) {
  ClimbAll({.kind = FaultKind::kFail, .expires = true});
}
TEST(Ladder, PowerLostAfterEveryCallWhileSnapshotsExpire) {
  ClimbAll({.kind = FaultKind::kCrashAfter, .lose_power = true, .expires = true});
}
TEST(Ladder, ReplyOfEveryCallLostWhileSnapshotsExpire) {
  ClimbAll({.kind = FaultKind::kLoseReply, .expires = true});
}
TEST(Ladder, EveryStatementAppliedLateWhileSnapshotsExpire) {
  ClimbAll({.kind = FaultKind::kLate, .expires = true});
}

// While the first writer stands still at call n, somebody else acts; then it goes on.
void ClimbPaused(const std::function<void(World&)>& act, bool may_be_fenced) {
  int64_t call = 1;
  for (bool fired = true; fired && !testing::Test::HasFailure(); call += kRungStep) {
    World world;
    MakeTable(world);
    Process process(world);
    process.faults.set_on_pause([&] { act(world); });
    process.faults.Arm(FaultKind::kPause, call);
    const auto status = process.Run();
    fired = process.faults.fired();
    SCOPED_TRACE("paused at call " + std::to_string(call) + ": " + process.faults.fired_at());
    if (!status.ok()) {
      EXPECT_TRUE(may_be_fenced) << status.error().ToString();
      EXPECT_TRUE(status.error().kind == ErrorKind::kFenced ||
                  status.error().kind == ErrorKind::kCommitConflict)
          << status.error().ToString();
    }
    if (!status.ok()) {
      const auto recovered = Process(world).Run();
      EXPECT_TRUE(recovered.ok()) << recovered.error().ToString();
    }
    ExpectExactlyOnce(world);
  }
  EXPECT_GT(call, 100);
}

TEST(Ladder, AnotherWriterTakesOverAtEveryCall) {
  ClimbPaused(
      [](World& world) {
        Process other(world);
        const auto status = other.Run();
        EXPECT_TRUE(status.ok()) << status.error().ToString();
      },
      true);
}

// Somebody else's commit between any two of our calls: a conflict, no harm.
TEST(Ladder, AForeignCommitAtEveryCall) {
  ClimbPaused(
      [](World& world) {
        Process other(world);
        ASSERT_TRUE(other.OpenCatalog().ok());
        auto table = ice::Table::Load(other.environment(), world.table);
        ASSERT_TRUE(table.ok());
        const auto result = table->CommitProperties({{"owner", "somebody"}}, {}, {});
        ASSERT_TRUE(result.ok());
        EXPECT_EQ(result->outcome, ice::CommitOutcome::kCommitted);
      },
      false);
}

// Somebody expires every snapshot but the current one: the position is not lost with them.
TEST(Ladder, SnapshotsExpireAtEveryCall) {
  ClimbPaused(
      [](World& world) {
        Process other(world);
        ASSERT_TRUE(other.OpenCatalog().ok());
        auto table = ice::Table::Load(other.environment(), world.table);
        ASSERT_TRUE(table.ok());
        std::vector<std::string> dropped;
        ice::TableMetadata next = ice::NextVersion(table->metadata(), table->metadata_location(),
                                                   world.clock.NowMs(), &dropped);
        next.snapshots.EraseIf([&](const ice::Snapshot& snapshot) {
          return snapshot.snapshot_id != next.current_snapshot_id;
        });
        if (next.current_snapshot_id) {
          std::erase_if(next.snapshot_log, [&](const ice::SnapshotLogEntry& entry) {
            return entry.snapshot_id != *next.current_snapshot_id;
          });
        }
        const std::string location =
            table->MetadataLocation() + "/99999-" + world.random.Uuid() + ".metadata.json";
        ASSERT_TRUE(other.files().WriteWhole(location, ice::TableMetadataToJson(next)).ok());
        ASSERT_TRUE(other.catalog().Swap(world.table, table->metadata_location(), location).ok());
      },
      false);
}

// The wall clock may jump; commits go on and times in the table never go back.
TEST(Ladder, TheClockJumpsBackAtEveryCall) {
  ClimbPaused([](World& world) { world.clock.SetSkew(-3 * 3600 * 1000); }, false);
}

}  // namespace
}  // namespace sluice::sim
