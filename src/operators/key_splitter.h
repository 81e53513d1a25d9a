// SPDX-License-Identifier: Apache-2.0
// The sending half of an exchange: the rows of a batch by the shard that owns their key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/type.h"
#include "plan/job_graph.h"
#include "state/key_encoder.h"

namespace sluice::operators {

class KeySplitter {
 public:
  struct Part {
    int shard = 0;
    flow::Batch batch;  // rows in their order, without origin
  };

  static Result<std::unique_ptr<KeySplitter>> Make(const plan::ExchangeNode& node,
                                                   const flow::Schema& input, int shards);
  /// Appends a part for each shard that gets a row. Without keys all rows go to shard 0.
  Status Split(const flow::Batch& batch, std::vector<Part>* parts);

 private:
  KeySplitter() = default;
  Status Gather(const flow::Batch& batch, int shard, std::vector<Part>* parts);

  std::optional<state::KeyEncoder> encoder_;
  int shards_ = 1;
  state::EncodedKeys keys_;                    // of the batch under way, as are the rows
  std::vector<std::vector<int32_t>> rows_of_;  // per shard
};

}  // namespace sluice::operators
