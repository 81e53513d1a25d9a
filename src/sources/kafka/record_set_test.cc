// SPDX-License-Identifier: Apache-2.0
// Record batches: bytes that Kafka 4.3's Java client and librdkafka wrote, in every codec; damage
// of every kind; bombs; transactions.
#include "sources/kafka/record_set.h"

#include <gtest/gtest.h>

#include "formats/decoder.h"
#include "sources/kafka/batch_writer.h"

namespace sluice::sources::kafka {
namespace {

std::string FromHex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

struct Recorded {
  const char* writer;
  const char* hex;
};

// Three records, keys k1 to k3, values "alpha alpha alpha alpha alpha", {"a":1} and null.
const std::vector<Recorded>& RecordedBatches() {
  static const std::vector<Recorded> batches = {
      {"java none",
       "00000000000000000000007000000000022d555eba000000000002000001a1fcd2d41c000001a1fcd2d42d00"
       "00000000000000000000000000000000034a000000046b313a616c70686120616c70686120616c7068612061"
       "6c70686120616c706861001e002202046b320e7b2261223a317d0010002204046b330100"},
      {"java gzip",
       "00000000000000000000006f000000000291d22cd6000100000002000001a1fcd2e930000001a1fcd2e95600"
       "00000000000001000000000000000000031f8b08000000000000fff362606060c936b44acc29c84854c04132"
       "c831f830b1641bf1552b252a5919d6320830f8b0b0641b333200007b8dd2ac3f000000"},
      {"java snappy",
       "000000000000000000000075000000000242dfc8e3000200000002000001a1fcd301b5000001a1fcd301f700"
       "000000000000020000000000000000000382534e415050590000000001000000010000003041344a00000004"
       "6b313a616c706861205a06006c002000840102046b320e7b2261223a317d001200840104046b330100"},
      {"java lz4",
       "0000000000000000000000700000000002c2e81935000300000002000001a1fcd31bbb000001a1fcd31c3000"
       "000000000000030000000000000000000304224d1860408230000000ef4a000000046b313a616c7068612006"
       "0004f00d002000ea0102046b320e7b2261223a317d001200ea0104046b33010000000000"},
      {"java zstd",
       "00000000000000000000006e0000000002d33322af000400000002000001a1fcd33087000001a1fcd3311400"
       "000000000000040000000000000000000328b52ffd00588c0100a4024a000000046b313a616c706861200020"
       "009a0202046b320e7b2261223a317d0012009a0204046b3301000100a98b12010000"},
      {"librdkafka lz4",
       "00000000000000000000006e00000000025432285e000300000002000001a1fcd346f2000001a1fcd346f2ff"
       "ffffffffffffffffffffffffff0000000304224d186040822e000000ef4a000000046b313a616c7068612006"
       "0004f00b001e000002046b320e7b2261223a317d0010000004046b33010000000000"},
  };
  return batches;
}

constexpr char kLibrdkafkaSnappyWithHeaders[] =
    "0000000000000000000000750000000002bf36b755000200000002000001a1fcd33b01000001a1fcd33b01ff"
    "ffffffffffffffffffffffffff000000035d345e000000046b313a616c706861205a06006404046831047631"
    "0468320032000002046b320e7b2261223a317d1d1a4824000004046b33010404683104763104683200";

std::string Padded(std::string bytes) {
  return bytes.append(formats::Decoder::kPadding, '\0');
}

// All values of some batches, "null" for null.
struct Read {
  std::vector<std::string> values;
  std::vector<int64_t> offsets;
  std::vector<std::string> keys;
  int64_t next_offset = 0;
  Status status;
};

Read ReadAll(const std::string& bytes, std::vector<AbortedTransaction> aborted = {},
             int64_t first = 0, std::optional<int64_t> stop = {}, int64_t rows = 1 << 20) {
  const std::string padded = Padded(bytes);
  RecordSet set;
  set.Start(std::string_view(padded).substr(0, bytes.size()), std::move(aborted), first, stop);
  Read out;
  RecordRun run;
  while (!set.done()) {
    run.Clear();
    out.status = set.Fill(rows, 1 << 20, &run);
    EXPECT_LE(static_cast<int64_t>(run.values.size()), rows);
    for (size_t i = 0; i < run.values.size(); ++i) {
      out.values.emplace_back(run.values[i].data() == nullptr ? "null" : run.values[i]);
      out.offsets.push_back(run.offsets[i]);
      out.keys.emplace_back(ParseRecord(run.starts[i]).key);
    }
    if (!out.status.ok()) break;
  }
  out.next_offset = set.next_offset();
  return out;
}

using Strings = std::vector<std::string>;

TEST(RecordSet, ReadsWhatOtherClientsWrote) {
  std::vector<Recorded> all = RecordedBatches();
  all.push_back({"librdkafka snappy", kLibrdkafkaSnappyWithHeaders});
  for (const Recorded& recorded : all) {
    SCOPED_TRACE(recorded.writer);
    for (const int64_t rows : {int64_t{1}, int64_t{2}, int64_t{100}}) {
      const Read read = ReadAll(FromHex(recorded.hex), {}, 0, {}, rows);
      ASSERT_TRUE(read.status.ok()) << read.status.error().text;
      EXPECT_EQ(read.values, (Strings{"alpha alpha alpha alpha alpha", "{\"a\":1}", "null"}));
      EXPECT_EQ(read.keys, (Strings{"k1", "k2", "k3"}));
      EXPECT_EQ(read.offsets, (std::vector<int64_t>{0, 1, 2}));
      EXPECT_EQ(read.next_offset, 3);
    }
  }
}

TEST(RecordSet, ReadsHeaders) {
  const std::string bytes = Padded(FromHex(kLibrdkafkaSnappyWithHeaders));
  RecordSet set;
  set.Start(std::string_view(bytes).substr(0, bytes.size() - 64), {}, 0, {});
  RecordRun run;
  ASSERT_TRUE(set.Fill(10, 1000, &run).ok());
  std::vector<RecordHeader> headers;
  ParseHeaders(ParseRecord(run.starts[1]).headers, &headers);
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].key, "h1");
  EXPECT_EQ(headers[0].value, "v1");
  EXPECT_EQ(headers[1].key, "h2");
  EXPECT_NE(headers[1].value.data(), nullptr);
  EXPECT_EQ(headers[1].value, "");
}

TEST(RecordSet, EveryFlippedBitIsNoticed) {
  for (const Recorded& recorded : RecordedBatches()) {
    const std::string whole = FromHex(recorded.hex);
    // All that the checksum covers, and itself.
    for (size_t at = 17; at < whole.size(); ++at) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
      const Read read = ReadAll(bytes);
      ASSERT_FALSE(read.status.ok()) << recorded.writer << " byte " << at;
      EXPECT_EQ(read.status.error().kind, ErrorKind::kCorrupt);
      EXPECT_TRUE(read.values.empty());
    }
  }
}

TEST(RecordSet, ACutBatchIsLeftForTheNextFetch) {
  const std::string first = WriteValues(5, {"a", "b"}), second = WriteValues(7, {"c"});
  for (size_t cut = 0; cut < second.size(); ++cut) {
    const Read read = ReadAll(first + second.substr(0, cut), {}, 5);
    ASSERT_TRUE(read.status.ok());
    EXPECT_EQ(read.values, (Strings{"a", "b"}));
    EXPECT_EQ(read.next_offset, 7);
  }
}

TEST(RecordSet, BeginsAndStopsWithinABatch) {
  const std::string bytes = WriteValues(10, {"a", "b", "c", "d", "e"});
  const Read read = ReadAll(bytes, {}, 11, 14);
  EXPECT_EQ(read.values, (Strings{"b", "c", "d"}));
  EXPECT_EQ(read.next_offset, 14);
}

TEST(RecordSet, GapsOfCompactedTopicsAreSteppedOver) {
  WrittenBatch batch{.base_offset = 100, .records = {}};
  batch.records.push_back({.key = {}, .value = "a", .offset_delta = 3});
  batch.records.push_back({.key = {}, .value = "b", .offset_delta = 9});
  const Read read = ReadAll(WriteBatch(batch), {}, 100);
  EXPECT_EQ(read.offsets, (std::vector<int64_t>{103, 109}));
  EXPECT_EQ(read.next_offset, 110);
}

TEST(RecordSet, AbortedRecordsAndMarkersNeverShow) {
  constexpr int16_t kTransactional = 16;
  const std::string bytes =
      WriteValues(0, {"a0", "a1"}, Codec::kLz4, kTransactional, 1) + WriteValues(2, {"plain"}) +
      WriteValues(3, {"c0"}, Codec::kNone, kTransactional, 2) + WriteMarker(4, 1, false) +
      WriteMarker(5, 2, true) + WriteValues(6, {"a2"}, Codec::kZstd, kTransactional, 1) +
      WriteMarker(7, 1, true);
  const Read read = ReadAll(bytes, {{.producer_id = 1, .first_offset = 0}});
  ASSERT_TRUE(read.status.ok());
  EXPECT_EQ(read.values, (Strings{"plain", "c0", "a2"}));
  EXPECT_EQ(read.offsets, (std::vector<int64_t>{2, 3, 6}));
  EXPECT_EQ(read.next_offset, 8);
  // Without the list (read_uncommitted) all but the markers show.
  EXPECT_EQ(ReadAll(bytes).values, (Strings{"a0", "a1", "plain", "c0", "a2"}));
}

TEST(RecordSet, BatchesThatEndInAnAbortMoveThePositionOn) {
  const std::string bytes = WriteValues(0, {"x"}, Codec::kNone, 16, 9) + WriteMarker(1, 9, false);
  const Read read = ReadAll(bytes, {{9, 0}});
  EXPECT_TRUE(read.values.empty());
  EXPECT_EQ(read.next_offset, 2);
}

TEST(RecordSet, DamagedRecordsBehindARightChecksumAreErrors) {
  WrittenBatch batch{.base_offset = 0, .records = {{}, {}}};
  const auto status = [&](const std::string& plain) {
    return ReadAll(WriteBatch(batch, plain, 1, 0)).status;
  };
  EXPECT_FALSE(status("").ok());                                      // fewer records than promised
  EXPECT_FALSE(status(std::string(40, '\xff')).ok());                 // endless varints
  EXPECT_FALSE(status(std::string("\x7e\0\0\0\0\0\0", 7)).ok());      // longer than the batch
  EXPECT_FALSE(status(std::string("\x0c\0\0\0\x01\x7e\0", 7)).ok());  // value beyond the record
}

TEST(RecordSet, OldMessageFormatsAreNamed) {
  std::string bytes = WriteValues(0, {"a"});
  bytes[16] = 1;
  const Read read = ReadAll(bytes);
  ASSERT_FALSE(read.status.ok());
  EXPECT_EQ(read.status.error().kind, ErrorKind::kUnsupported);
}

TEST(RecordSet, LargeBatchesOfEveryCodecComeBackWhole) {
  std::vector<std::string> values;
  uint64_t state = 1;
  for (int i = 0; i < 5000; ++i) {
    std::string value = "{\"n\":" + std::to_string(i) + ",\"x\":\"";
    for (int k = 0; k < i % 400; ++k) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      value += static_cast<char>('a' + (state >> 60));
    }
    values.push_back(value + "\"}");
  }
  for (const Codec codec :
       {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    const Read read = ReadAll(WriteValues(77, values, codec), {}, 77, {}, 999);
    ASSERT_TRUE(read.status.ok()) << read.status.error().text;
    EXPECT_EQ(read.values, values);
  }
}

TEST(Unpacker, BombsAreRefusedBeforeTheyFillMemory) {
  const std::string zeros(3 << 20, '\0');
  for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    Arena arena;
    Unpacker small(1 << 20), large(4 << 20);
    const std::string packed = Packed(codec, zeros);
    const auto refused = small.Unpack(codec, packed, &arena);
    ASSERT_FALSE(refused.ok()) << static_cast<int>(codec);
    EXPECT_EQ(refused.error().kind, ErrorKind::kResourceExhausted) << refused.error().text;
    const auto taken = large.Unpack(codec, packed, &arena);
    ASSERT_TRUE(taken.ok());
    EXPECT_EQ(*taken, zeros);
  }
}

TEST(Unpacker, CutDataIsAnError) {
  std::string plain;
  for (int i = 0; i < 3000; ++i) plain += std::to_string(i * 7919);
  for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    const std::string packed = Packed(codec, plain);
    for (size_t cut = 0; cut < packed.size(); cut += 97) {
      Arena arena;
      Unpacker unpacker(1 << 20);
      EXPECT_FALSE(unpacker.Unpack(codec, packed.substr(0, cut), &arena).ok())
          << static_cast<int>(codec) << " cut at " << cut;
    }
  }
}

uint32_t SlowCrc32c(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
  }
  return ~crc;
}

TEST(Crc32c, MatchesTheDefinition) {
  EXPECT_EQ(Crc32c("123456789", 9), 0xe3069283u);
  std::string bytes;
  uint64_t state = 7;
  for (int i = 0; i < 20000; ++i) {
    state = state * 6364136223846793005u + 1;
    bytes.push_back(static_cast<char>(state >> 56));
  }
  for (const size_t size : {0u, 1u, 7u, 8u, 1023u, 3071u, 3072u, 3073u, 6144u, 9999u, 20000u})
    EXPECT_EQ(Crc32c(bytes.data(), size), SlowCrc32c(std::string_view(bytes).substr(0, size)))
        << size;
}

}  // namespace
}  // namespace sluice::sources::kafka
