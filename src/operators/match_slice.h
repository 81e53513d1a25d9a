// SPDX-License-Identifier: Apache-2.0
// Rows that go through MATCH_RECOGNIZE together: those of each key in order, in rounds that take
// one row of each key. Bytes of keys and rows stay where they are until the slice is through.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "operators/match_rows.h"
#include "operators/match_state.h"
#include "state/key_encoder.h"
#include "state/table.h"

namespace sluice::operators {

class MatchSlice {
 public:
  struct Row {
    int64_t time = 0;
    uint64_t simple = 0;  // bits of the simple definitions that it meets
    std::string_view bytes;
    uint64_t order = 0;  // in which matches that end with it are given
  };
  struct Key {
    state::Slot slot = state::kNoSlot;
    KeyMatches* matches = nullptr;
    MatchRows::Of rows;
    std::vector<Row> arrived;
    // Of the round:
    const Row* row = nullptr;
    int64_t number = 0;
    size_t facts = 0;  // MatchConditions
  };

  void Clear();
  void Add(std::string_view key, uint64_t hash, const Row& row);
  /// Looks the keys up, once all rows are there. `by_key`: what a key gives stands together.
  Status FindKeys(state::Table* matches, bool by_key);
  size_t rounds() const { return order_.empty() ? 0 : keys_[order_.front()].arrived.size(); }
  std::vector<Key>& keys() { return keys_; }
  /// The keys that have a row in this round.
  void KeysOf(size_t round, std::vector<Key*>* keys);

 private:
  state::EncodedKeys encoded_{{{}, {0}}, {}, {}};
  std::vector<Row> rows_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
  std::unordered_map<state::Slot, size_t> key_of_slot_;
  std::vector<Key> keys_;
  std::vector<size_t> order_;  // of the keys, those with most rows first
};

}  // namespace sluice::operators
