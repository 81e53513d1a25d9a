// SPDX-License-Identifier: Apache-2.0
// How stateful operators give rows: they note which rows (of the batch in hand, or as encoded bytes
// from state) go out with which kind; columns are then gathered or decoded for thousands of rows at
// once. Bytes are not copied: they must stay where they are until Flush.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/batch.h"
#include "flow/type.h"
#include "functions/expression.h"
#include "state/row_codec.h"

namespace sluice::operators {

/// Batches that are given hold at most this many rows.
inline constexpr size_t kRowsPerBatch = 8192;

/// The columns of these rows of a batch, in this order; -1 is a row of NULLs. `wanted`: 0 for a
/// column that is not taken (an array of the NULL type stands for it); empty: all are.
Result<std::vector<std::shared_ptr<arrow::Array>>> TakeColumns(
    const arrow::RecordBatch& rows, std::span<const int32_t> numbers,
    std::span<const uint8_t> wanted = {});
/// The same as a batch.
Result<std::shared_ptr<arrow::RecordBatch>> TakeRows(const arrow::RecordBatch& rows,
                                                     std::span<const int32_t> numbers);
/// A batch of `schema` from columns whose types may differ in nullability and zone alone.
std::shared_ptr<arrow::RecordBatch> MakeBatch(const std::shared_ptr<arrow::Schema>& schema,
                                              int64_t rows,
                                              std::vector<std::shared_ptr<arrow::Array>> columns);
/// Empty when every kind is +I.
flow::RowKinds CompactKinds(flow::RowKinds kinds);

/// Encoded rows and their kinds become batches of one schema; `rank`: a last BIGINT column.
class RowOutput {
 public:
  RowOutput(const state::RowCodec* codec, std::shared_ptr<arrow::Schema> schema, bool with_rank)
      : codec_(codec), schema_(std::move(schema)), with_rank_(with_rank) {}

  void Add(flow::RowKind kind, std::string_view row, int64_t rank = 0) {
    rows_.push_back(row);
    kinds_.push_back(kind);
    if (with_rank_) ranks_.push_back(rank);
  }
  bool full() const { return rows_.size() >= kRowsPerBatch; }
  Status Flush(std::vector<flow::Batch>* out);

 private:
  const state::RowCodec* codec_;
  std::shared_ptr<arrow::Schema> schema_;
  bool with_rank_;
  std::vector<std::string_view> rows_;
  std::vector<int64_t> ranks_;
  flow::RowKinds kinds_;
};

/// Pairs of rows of two inputs. Each side is a row of a batch (UseBatch) or encoded bytes; the
/// missing side of an outer join is row -1, or no bytes.
class PairOutput {
 public:
  struct Side {
    const state::RowCodec* codec = nullptr;
    const arrow::RecordBatch* batch = nullptr;  // else bytes
    std::vector<int32_t> numbers;
    std::vector<std::string_view> bytes;
    bool absent = false;          // gives no columns (the right side of a semi join)
    std::vector<uint8_t> wanted;  // 0: a column that is left out; empty: all are wanted
  };

  PairOutput(const state::RowCodec* left, const state::RowCodec* right,
             std::shared_ptr<arrow::Schema> schema)
      : schema_(std::move(schema)) {
    sides_[0].codec = left;
    sides_[1].codec = right;
  }
  /// For `condition` over the columns of both sides: the others are left out, as columns of NULLs.
  static PairOutput ForCondition(const functions::Expr& condition, const state::RowCodec* left,
                                 const state::RowCodec* right);
  /// Rows of side `side` are rows of `batch` until the next Flush; null: encoded bytes.
  void UseBatch(int side, const arrow::RecordBatch* batch) { sides_[side].batch = batch; }

  void Add(flow::RowKind kind, int batch_side, int32_t number, std::string_view other) {
    sides_[batch_side].numbers.push_back(number);
    sides_[1 - batch_side].bytes.push_back(other);
    kinds_.push_back(kind);
  }
  void Add(flow::RowKind kind, std::string_view left, std::string_view right) {
    sides_[0].bytes.push_back(left);
    sides_[1].bytes.push_back(right);
    kinds_.push_back(kind);
  }
  size_t size() const { return kinds_.size(); }
  bool full() const { return kinds_.size() >= kRowsPerBatch; }
  /// Gives what was added as one batch, or nothing.
  Status Flush(std::vector<flow::Batch>* out);
  /// The pairs that were added as one batch, for a condition over both sides; forgets them.
  Result<std::shared_ptr<arrow::RecordBatch>> TakePairs();

 private:
  std::shared_ptr<arrow::Schema> schema_;
  Side sides_[2];
  flow::RowKinds kinds_;
};

}  // namespace sluice::operators
