// SPDX-License-Identifier: Apache-2.0
// Streams that update: what a row does to the table that the stream stands for (Flink's RowKind),
// and which kinds a stream may carry (its changelog mode).
//
//   insert-only   +I                append streams: sources, windows, interval joins
//   retract       +I -U +U -D       each update takes the old row back before it gives the new one
//   upsert        +I    +U -D       keyed: the new row replaces that of the same key; a -D may hold
//                                   the key alone
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::flow {

enum class RowKind : uint8_t { kInsert = 0, kUpdateBefore = 1, kUpdateAfter = 2, kDelete = 3 };

/// Adds its row (+I, +U) or takes it away (-U, -D).
inline constexpr bool IsAdding(RowKind kind) {
  return kind == RowKind::kInsert || kind == RowKind::kUpdateAfter;
}

/// "+I", "-U", "+U", "-D".
inline constexpr std::string_view ShortText(RowKind kind) {
  constexpr std::string_view kTexts[] = {"+I", "-U", "+U", "-D"};
  return kTexts[static_cast<uint8_t>(kind)];
}

/// One kind per row of a batch; empty: every row is +I.
using RowKinds = std::vector<RowKind>;

/// The kinds that a stream may carry. +I always may.
struct ChangelogMode {
  bool update_before = false;
  bool update_after = false;
  bool deletes = false;

  static constexpr ChangelogMode InsertOnly() { return {}; }
  static constexpr ChangelogMode Upsert() { return {false, true, true}; }
  static constexpr ChangelogMode Retract() { return {true, true, true}; }
  bool insert_only() const { return !update_before && !update_after && !deletes; }
  bool operator==(const ChangelogMode&) const = default;
};

}  // namespace sluice::flow
