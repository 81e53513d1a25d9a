// SPDX-License-Identifier: Apache-2.0
#include "operators/key_splitter.h"

#include <utility>

#include "arrow/api.h"
#include "flow/state_stream.h"
#include "functions/gather.h"

namespace sluice::operators {

Result<std::unique_ptr<KeySplitter>> KeySplitter::Make(const plan::ExchangeNode& node,
                                                       const flow::Schema& input, int shards) {
  std::unique_ptr<KeySplitter> made(new KeySplitter());
  made->shards_ = shards;
  if (!node.keys.empty()) {
    SLUICE_ASSIGN(made->encoder_, state::KeyEncoder::Make(input, node.keys, node.key_types));
  }
  return made;
}

Status KeySplitter::Split(const flow::Batch& batch, std::vector<Part>* parts) {
  const int64_t rows = batch.rows->num_rows();
  if (rows == 0) return {};
  if (!encoder_) {
    parts->push_back({.shard = 0, .batch = {.rows = batch.rows, .kinds = batch.kinds}});
    return {};
  }
  SLUICE_TRY(encoder_->Encode(*batch.rows, &keys_));
  rows_of_.resize(static_cast<size_t>(shards_));
  for (auto& rows_of_shard : rows_of_) rows_of_shard.clear();
  for (size_t i = 0; i < keys_.hashes.size(); ++i) {
    const int shard = flow::ShardOfGroup(flow::KeyGroupOf(keys_.hashes[i]), shards_);
    rows_of_[static_cast<size_t>(shard)].push_back(static_cast<int32_t>(i));
  }
  for (int shard = 0; shard < shards_; ++shard) SLUICE_TRY(Gather(batch, shard, parts));
  return {};
}

Status KeySplitter::Gather(const flow::Batch& batch, int shard, std::vector<Part>* parts) {
  const functions::Selection& rows = rows_of_[static_cast<size_t>(shard)];
  if (rows.empty()) return {};
  Part part{.shard = shard, .batch = {}};
  if (static_cast<int64_t>(rows.size()) == batch.rows->num_rows()) {
    part.batch.rows = batch.rows;
    part.batch.kinds = batch.kinds;
    parts->push_back(std::move(part));
    return {};
  }
  arrow::ArrayVector columns;
  for (const auto& column : batch.rows->columns()) {
    SLUICE_ASSIGN(auto gathered, functions::Gather(column, rows));
    columns.push_back(std::move(gathered));
  }
  part.batch.rows = arrow::RecordBatch::Make(batch.rows->schema(),
                                             static_cast<int64_t>(rows.size()), std::move(columns));
  if (!batch.kinds.empty()) {
    part.batch.kinds.reserve(rows.size());
    for (const int32_t row : rows) part.batch.kinds.push_back(batch.KindOf(row));
  }
  parts->push_back(std::move(part));
  return {};
}

}  // namespace sluice::operators
