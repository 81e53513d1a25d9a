// SPDX-License-Identifier: Apache-2.0
// Where a pipeline stands in its sources: per source, per split, the offset of the next record to
// read, and the identity of what was read (cluster id, topic ids), so that a recreated topic is
// noticed (faults F13, F14).
//
// The text form is canonical JSON (keys sorted, no blanks): equal positions have equal bytes. It is
// what tables keep as property `sluice.<pipeline>.position`:
//   {"orders":{"kind":"kafka","identity":{"cluster":"abc","topic:orders":"Zk..."},
//              "splits":{"orders-0":120,"orders-1":98}}}   (without the line break)
// Positions form a lattice per split: Merge takes the larger, Min the smaller; neither invents a
// split.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::flow {

/// Of one source (a table of the catalog that is read).
struct SourcePosition {
  std::string kind;                             // "kafka", "nexmark", "datagen"
  std::map<std::string, std::string> identity;  // what must not change between two starts
  std::map<std::string, int64_t> splits;        // split name -> offset of the next record
  bool operator==(const SourcePosition&) const = default;
};

/// Of a pipeline: source name (as in the plan) -> its position.
struct Position {
  std::map<std::string, SourcePosition> sources;
  bool operator==(const Position&) const = default;

  bool empty() const { return sources.empty(); }
  std::string Encode() const;
  static Result<Position> Decode(std::string_view text);
};

enum class PositionOrder { kEqual, kBefore, kAfter, kIncomparable };

/// a before b: no split of a is ahead of b's, one is behind or missing. Different identity:
/// incomparable.
PositionOrder Compare(const Position& a, const Position& b);
/// Per split the larger / the smaller offset; a split that only one side has is taken over by Merge
/// and by Min is left out. kPositionMismatch when kinds or identities contradict.
Result<Position> Merge(const Position& a, const Position& b);
Result<Position> Min(const Position& a, const Position& b);

}  // namespace sluice::flow
