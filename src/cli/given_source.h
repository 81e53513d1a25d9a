// SPDX-License-Identifier: Apache-2.0
// Rows of a test case in the place of a source: blocks that come in the order of the case, over all
// of its tables, whatever connector they name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/batch.h"
#include "flow/source.h"

namespace sluice::cli {

/// Whose turn it is. Shared by the sources of one job.
class GivenTurns {
 public:
  explicit GivenTurns(size_t blocks) : readers_left_(blocks, 0) {}
  /// Another source reads block `block`. Before anything is read.
  void AddReader(size_t block) { ++readers_left_[block]; }
  /// Blocks that nobody reads, and those that were read before a restart, are passed over.
  void BeginAt(size_t block);
  void Done(size_t block);
  /// The block that may be read now; the number of blocks when all were.
  size_t turn() const { return turn_; }
  size_t blocks() const { return readers_left_.size(); }

 private:
  void PassOver();
  std::vector<int> readers_left_;
  size_t turn_ = 0;
};

/// One `-- given` for this source: its place among all, and its rows.
struct GivenBlock {
  size_t place = 0;
  std::vector<flow::Batch> batches;  // of the source's projected columns
};

/// `turns` outlives it.
std::unique_ptr<flow::Source> MakeGivenSource(flow::Schema schema, std::vector<GivenBlock> blocks,
                                              GivenTurns* turns);

}  // namespace sluice::cli
