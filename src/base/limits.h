// SPDX-License-Identifier: Apache-2.0
// Every bound of the process in one place. A limit is a fixed number where a setting could be used
// to crash us, and a default where a user may need another value.
#pragma once

#include <cstdint>

namespace sluice::limits {

// Rows of a batch between operators.
inline constexpr int64_t kBatchRowsMax = 8192;
// Bytes of payload that one poll of a source turns into batches: small enough to stay in cache.
inline constexpr int64_t kPollBytesMax = 1 << 20;

// JSON: nesting deeper than this is a bad record, not a stack overflow.
inline constexpr int kJsonDepthMax = 100;
// One record larger than this goes to the dead letters.
inline constexpr int64_t kRecordBytesMax = 64 << 20;
// A compressed Kafka batch may not unpack to more than this.
inline constexpr int64_t kFetchBatchUnpackedBytesMax = 256 << 20;
// Bytes asked per fetch and per partition.
inline constexpr int32_t kFetchPartitionBytes = 1 << 20;
inline constexpr int32_t kFetchBytesMax = 8 << 20;
// A reply of a broker larger than this is refused before memory is taken.
inline constexpr int32_t kBrokerReplyBytesMax = 128 << 20;

// Rows of a Parquet row group (stack.md: 256 k rows stay in cache and compress well).
inline constexpr int64_t kRowGroupRows = 256 * 1024;
// Bytes that all open writers of the process may hold before the largest is closed.
inline constexpr int64_t kWriterBytesMax = 192 << 20;
// Files that one sink keeps open at once (partitioned tables).
inline constexpr int kOpenWritersMax = 256;

// Avro and manifests: sizes claimed by the input are checked against these first.
inline constexpr int64_t kAvroBlockBytesMax = 256 << 20;
inline constexpr int kAvroDepthMax = 64;
inline constexpr int64_t kMetadataBytesMax = 512 << 20;

// SQL text and nesting.
inline constexpr int64_t kSqlBytesMax = 16 << 20;
inline constexpr int kSqlDepthMax = 200;
inline constexpr int kSqlErrorsMax = 20;

// Commits.
inline constexpr int kCommitRetriesMax = 10;
inline constexpr int64_t kCommitResolveMs = 30LL * 60 * 1000;

}  // namespace sluice::limits
