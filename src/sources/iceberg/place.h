// SPDX-License-Identifier: Apache-2.0
// A position in a table's history as one number that grows: the sequence number of a snapshot, then
// the row in it.
//
//   bits 62..35  sequence number of the snapshot
//   bit  34      0: among the rows it appended; 1: among all rows of the table as of it
//   bits 33..0   the row to read next; with bit 34 and all ones: the snapshot is done
#pragma once

#include <cstdint>

#include "base/result.h"

namespace sluice::sources::iceberg {

struct Place {
  static constexpr int kRowBits = 34;
  static constexpr int64_t kRowMax = (int64_t{1} << kRowBits) - 2;
  static constexpr int64_t kSequenceMax = (int64_t{1} << (62 - kRowBits)) - 1;

  int64_t sequence = 0;
  bool whole = false;
  int64_t row = 0;
  bool done = false;
  bool operator==(const Place&) const = default;

  int64_t offset() const {
    const int64_t whole_bit = int64_t{1} << kRowBits;
    const int64_t low = done ? 2 * whole_bit - 1 : (whole ? whole_bit : 0) + row;
    return (sequence << (kRowBits + 1)) | low;
  }
  static Place Of(int64_t offset) {
    const int64_t whole_bit = int64_t{1} << kRowBits;
    const int64_t low = offset & (2 * whole_bit - 1);
    Place place{.sequence = offset >> (kRowBits + 1), .whole = false, .row = 0, .done = false};
    place.done = low == 2 * whole_bit - 1;
    if (place.done) return place;
    place.whole = low >= whole_bit;
    place.row = low & (whole_bit - 1);
    return place;
  }
  static Place Done(int64_t sequence) {
    return {.sequence = sequence, .whole = false, .row = 0, .done = true};
  }
};

/// kResourceExhausted when a position cannot say the number.
inline Status CheckPlace(int64_t sequence, int64_t rows) {
  if (sequence <= Place::kSequenceMax && rows <= Place::kRowMax) return {};
  return ResourceExhausted(
      "a snapshot has more rows, or the table more snapshots, than a position "
      "of sluice counts");
}

}  // namespace sluice::sources::iceberg
