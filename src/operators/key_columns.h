// SPDX-License-Identifier: Apache-2.0
// What operators do alike with keys, sort keys and the time columns they look into themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/operator.h"
#include "plan/job_graph.h"
#include "state/key_encoder.h"
#include "state/sort_key.h"

namespace sluice::operators {

/// The keys of a batch. Without key columns all rows are on shard 0, which owns key group 0.
Status EncodeKeys(const state::KeyEncoder& encoder, const arrow::RecordBatch& rows,
                  state::EncodedKeys* keys);
/// The hash of the empty key, of what has no key columns.
uint64_t HashWithoutKey();
/// The hash of a key that is the distribution key, of `hash`, followed by more bytes.
uint64_t HashOfLongerKey(std::string_view key, uint64_t hash);

/// Keys followed by `times`, with the hashes that go with them. `nulls` are those of `keys`.
void LengthenKeys(const state::EncodedKeys& keys, const std::vector<int64_t>& times,
                  state::EncodedKeys* longer);
/// Bytes whose order is that of the times.
void AppendTime(int64_t time, std::string* key);
/// The last eight bytes of such a key.
int64_t TimeOfKey(std::string_view key);

std::vector<state::SortColumn> SortColumns(const std::vector<plan::SortKey>& keys);

/// The values of a TIMESTAMP or TIMESTAMP_LTZ column in milliseconds, rounded down; `null_ms` where
/// it is NULL.
Status ReadTimes(const arrow::Array& column, int64_t null_ms, std::vector<int64_t>* times);

/// Hands the rows of a batch that are not among `in_time` (ascending) to whoever wants late rows.
/// `times_ms`: of each row of the batch.
Status GiveLate(flow::LateRows* to, int input, const flow::Batch& batch,
                const std::vector<int32_t>& in_time, const std::vector<int64_t>& times_ms,
                int64_t watermark_ms);
}  // namespace sluice::operators
