// SPDX-License-Identifier: Apache-2.0
#include "operators/match_slice.h"

#include <algorithm>

namespace sluice::operators {

void MatchSlice::Clear() {
  encoded_.bytes.clear();
  encoded_.offsets.assign(1, 0);
  encoded_.hashes.clear();
  rows_.clear();
  key_of_slot_.clear();
  keys_.clear();
  order_.clear();
}

void MatchSlice::Add(std::string_view key, uint64_t hash, const Row& row) {
  encoded_.bytes.insert(encoded_.bytes.end(), key.begin(), key.end());
  encoded_.offsets.push_back(static_cast<uint32_t>(encoded_.bytes.size()));
  encoded_.hashes.push_back(hash);
  rows_.push_back(row);
}

Status MatchSlice::FindKeys(state::Table* matches, bool by_key) {
  SLUICE_TRY(matches->FindOrInsertAll(encoded_, &slots_, &inserted_));
  for (size_t i = 0; i < rows_.size(); ++i) {
    const auto [place, fresh] = key_of_slot_.try_emplace(slots_[i], keys_.size());
    if (fresh) {
      Key key;
      key.slot = slots_[i];
      key.matches = static_cast<KeyMatches*>(matches->Payload(slots_[i]));
      key.rows.key = matches->Key(slots_[i]);
      key.rows.hash = encoded_.hashes[i];
      key.rows.first_fresh = key.matches->next_number;
      keys_.push_back(std::move(key));
    }
    Key& key = keys_[place->second];
    if (by_key) rows_[i].order = place->second;
    key.arrived.push_back(rows_[i]);
    key.rows.fresh.push_back(rows_[i].bytes);
  }
  for (size_t i = 0; i < keys_.size(); ++i) order_.push_back(i);
  std::stable_sort(order_.begin(), order_.end(), [this](size_t a, size_t b) {
    return keys_[a].arrived.size() > keys_[b].arrived.size();
  });
  return Status::Ok();
}

void MatchSlice::KeysOf(size_t round, std::vector<Key*>* keys) {
  keys->clear();
  for (const size_t i : order_) {
    Key& key = keys_[i];
    if (key.arrived.size() <= round) return;
    key.row = &key.arrived[round];
    keys->push_back(&key);
  }
}

}  // namespace sluice::operators
