// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/epoch_record.h"

#include <gtest/gtest.h>

namespace sluice::checkpoint {
namespace {

flow::Position At(int64_t offset) {
  flow::Position position;
  position.sources["in"].kind = "kafka";
  position.sources["in"].splits["in-0"] = offset;
  return position;
}

EpochRecord Whole() {
  EpochRecord record;
  record.pipeline = "job";
  record.epoch = 12;
  record.fingerprint = "plan\n1";
  record.shards = 2;
  record.savepoint = "s";
  record.position = At(7);
  record.split_watermarks_ms["in"] = {{"in-0", INT64_MIN}, {"in-1", 5}};
  const StateFile file{"u1-0-12.state", 100, 0xFFFFFFFFFFFFFFFFULL, 12, true, 3};
  record.operators = {{"u1", "GroupBy", {{file, file}, {}}, 77}, {"u2", "Join\n", {{}, {}}, {}}};
  record.sinks = {{"lake.db.t", 11, true, At(5), At(7), {"part 1", std::string("\n\0", 2)}},
                  {"print", 0, false, {}, {}, {}}};
  return record;
}

TEST(EpochRecord, ComesBackAsItWas) {
  const auto read = EpochRecord::Decode(Whole().Encode());
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(*read, Whole());
  EXPECT_EQ(*EpochRecord::Decode(EpochRecord().Encode()), EpochRecord());
}

TEST(EpochRecord, EveryCutAndEveryChangedByteIsNoticed) {
  const std::string bytes = Whole().Encode();
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(EpochRecord::Decode(bytes.substr(0, i)).ok()) << i;
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(EpochRecord::Decode(changed).ok()) << i;
  }
  EXPECT_FALSE(EpochRecord::Decode(bytes + "x").ok());
}

TEST(EpochRecord, ANewerFormatIsRefusedByName) {
  const auto read = EpochRecord::Decode("sluice-epoch-record 2\n");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, ErrorKind::kUnsupported);
}

TEST(EpochRecord, FileNamesSortAsNumbers) {
  EXPECT_LT(EpochFileName(9), EpochFileName(10));
  EXPECT_EQ(EpochOfFileName(EpochFileName(123)), 123);
  for (const char* name : {"epoch-", "epoch-12", "epoch-0000000000000000001x", "state", ""}) {
    EXPECT_EQ(EpochOfFileName(name), 0) << name;
  }
}

}  // namespace
}  // namespace sluice::checkpoint
