// SPDX-License-Identifier: Apache-2.0
// Key columns as bytes: two rows have equal keys if and only if their bytes are equal (NULL equals
// NULL here; joins look at `nulls`). Works on whole columns. The bytes are part of the state format
// (docs/formats/state.md), and their hash decides on which shard a key lives.
//
// Layout of a key, column after column: one byte 0 = NULL, 1 = value; then the value: fixed-width
// types in their own width, little-endian (-0.0 as 0.0, every NaN as one); text and binary as u32
// length and bytes; nested values as their parts (a map's entries sorted). A column that is NOT
// NULL has no leading byte; a NULL in it (the rest of a -D that holds its key alone) counts as
// zero.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "state/column_layout.h"

namespace sluice::state {

/// Byte strings, one per row, back to back in one buffer.
struct EncodedRows {
  std::vector<char> bytes;
  std::vector<uint32_t> offsets;  // rows + 1
  int64_t rows() const { return static_cast<int64_t>(offsets.size()) - 1; }
  std::string_view operator[](int64_t row) const {
    const auto i = static_cast<size_t>(row);
    return {bytes.data() + offsets[i], offsets[i + 1] - offsets[i]};
  }
};

struct EncodedKeys : EncodedRows {
  std::vector<uint64_t> hashes;  // of the bytes
  std::vector<uint8_t> nulls;    // 1 where some key column is NULL; empty: nowhere
  bool HasNull(int64_t row) const { return !nulls.empty() && nulls[static_cast<size_t>(row)] != 0; }
};

/// The hash of encoded key bytes; stable for ever, it is part of the state format.
uint64_t HashKey(std::string_view key);

class KeyEncoder {
 public:
  /// `columns`: indices into rows of `schema`. No columns: every row has the same, empty key.
  /// `types`: what each column is encoded as, where sides of a join must agree (same kind; only
  /// nullability, precision and length may differ); empty: as it is. When `types` is given, columns
  /// are encoded as nullable. kInternal where a value could not be kept (fewer digits).
  static Result<KeyEncoder> Make(const flow::Schema& schema, std::vector<int> columns,
                                 std::vector<flow::TypePtr> types = {});
  /// Encodes all rows. `out` is overwritten and may be reused.
  Status Encode(const arrow::RecordBatch& rows, EncodedKeys* out) const;
  /// The key columns of encoded keys, as arrays of the types they are encoded as.
  Result<std::vector<std::shared_ptr<arrow::Array>>> Decode(
      const std::vector<std::string_view>& keys) const;

  const std::vector<int>& columns() const { return columns_; }

 private:
  KeyEncoder() = default;
  std::vector<int> columns_;
  std::vector<ColumnLayout> layouts_;
};

}  // namespace sluice::state
