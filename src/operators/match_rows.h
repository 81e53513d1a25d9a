// SPDX-License-Identifier: Apache-2.0
// The rows that matches of MATCH_RECOGNIZE hold: an entry of a table for each, so that what memory
// has no room for lies on disk. Its key: the partition's, number of the row (AppendTime). Rows that
// came just now are looked at where they are, and kept only if a match still holds them afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "operators/owned_bytes.h"
#include "state/table.h"

namespace sluice::operators {

class MatchRows {
 public:
  /// The rows of one key: those that are kept, and the ones that came now.
  struct Of {
    std::string_view key;
    uint64_t hash = 0;
    int64_t first_fresh = 0;  // the number of the first one in `fresh`
    std::vector<std::string_view> fresh;
  };

  /// `cold`: as in state::TableOptions.
  MatchRows(int table, state::ColdStore* cold) : table_(table, 0, cold) {}

  /// The bytes of a row; they stay until the next call of another function.
  Result<std::string_view> Bytes(const Of& rows, int64_t number);
  /// Rows that calls of Bytes will ask for, each of the key beside it: brought back at once.
  void Want(const Of& rows, int64_t number);
  Status BringBackWanted();

  /// Fresh rows from `number` on are kept.
  Status Keep(const Of& rows, int64_t number);
  /// Kept rows from `from` up to `to` go.
  Status Drop(const Of& rows, int64_t from, int64_t to);

  state::Table* table() { return &table_; }

 private:
  struct Row {
    OwnedBytes bytes;
    void Encode(std::string* out) const { out->append(bytes.view()); }
    Status Decode(std::string_view encoded) {
      bytes = OwnedBytes(encoded);
      return Status::Ok();
    }
    int64_t heap_bytes() const { return bytes.heap_bytes(); }
  };
  void AddKey(const Of& rows, int64_t number);
  void ClearKeys();

  state::TypedTable<Row> table_;
  state::EncodedKeys keys_{{{}, {0}}, {}, {}};
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;
};

}  // namespace sluice::operators
