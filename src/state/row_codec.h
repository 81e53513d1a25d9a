// SPDX-License-Identifier: Apache-2.0
// Whole rows as bytes and back, for state that keeps rows (joins, Top-N, OVER). Same layout as keys
// (key_encoder.h), so that equal rows have equal bytes and a row can be taken back by value; but
// -0.0 and NaN keep their bits.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"
#include "state/key_encoder.h"

namespace sluice::state {

class RowCodec {
 public:
  static Result<RowCodec> Make(const flow::Schema& schema);
  /// Of all rows. `out` is overwritten and may be reused.
  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) const;
  /// Rows from bytes, in the order given. An empty view (no bytes at all) is a row of NULLs: the
  /// missing side of an outer join.
  Result<std::shared_ptr<arrow::RecordBatch>> Decode(std::span<const std::string_view> rows) const;
  /// Some columns alone (column_layout.h); the others are of the NULL type.
  Result<std::vector<std::shared_ptr<arrow::Array>>> DecodeSome(
      std::span<const std::string_view> rows, std::span<const uint8_t> wanted) const;
  const flow::Schema& schema() const { return schema_; }

 private:
  RowCodec() = default;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  std::vector<int> columns_;
  std::vector<ColumnLayout> layouts_;
};

}  // namespace sluice::state
