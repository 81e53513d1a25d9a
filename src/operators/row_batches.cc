// SPDX-License-Identifier: Apache-2.0
#include "operators/row_batches.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "arrow/util/bit_util.h"
#include "functions/gather.h"

namespace sluice::operators {
namespace {

bool IsIdentity(std::span<const int32_t> numbers, int64_t rows) {
  if (static_cast<int64_t>(numbers.size()) != rows) return false;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<int32_t>(i)) return false;
  }
  return true;
}

/// The same column with NULL where the number is -1.
Result<std::shared_ptr<arrow::Array>> WithMissing(const std::shared_ptr<arrow::Array>& column,
                                                  std::span<const int32_t> numbers) {
  if (column->type_id() == arrow::Type::NA) return column;
  const int64_t rows = column->length();
  SLUICE_ASSIGN(std::shared_ptr<arrow::Buffer> valid, arrow::AllocateEmptyBitmap(rows));
  for (int64_t row = 0; row < rows; ++row) {
    if (numbers[static_cast<size_t>(row)] >= 0 && column->IsValid(row)) {
      arrow::bit_util::SetBit(valid->mutable_data(), row);
    }
  }
  auto data = column->data()->Copy();
  data->buffers[0] = std::move(valid);
  data->null_count = arrow::kUnknownNullCount;
  return arrow::MakeArray(data);
}

}  // namespace

Result<std::vector<std::shared_ptr<arrow::Array>>> TakeColumns(const arrow::RecordBatch& rows,
                                                               std::span<const int32_t> numbers,
                                                               std::span<const uint8_t> wanted) {
  if (wanted.empty() && IsIdentity(numbers, rows.num_rows())) return rows.columns();
  std::vector<std::shared_ptr<arrow::Array>> columns;
  columns.reserve(static_cast<size_t>(rows.num_columns()));
  functions::Selection selection(numbers.begin(), numbers.end());
  bool missing = false;
  for (int32_t& number : selection) {
    missing = missing || number < 0;
    number = std::max(number, 0);
  }
  for (int i = 0; i < rows.num_columns(); ++i) {
    const auto& column = rows.column(i);
    if (!wanted.empty() && wanted[static_cast<size_t>(i)] == 0) {
      columns.push_back(std::make_shared<arrow::NullArray>(static_cast<int64_t>(numbers.size())));
      continue;
    }
    if (rows.num_rows() == 0) {
      SLUICE_ASSIGN(auto nulls,
                    arrow::MakeArrayOfNull(column->type(), static_cast<int64_t>(numbers.size())));
      columns.push_back(std::move(nulls));
      continue;
    }
    SLUICE_ASSIGN(auto taken, functions::Gather(column, selection));
    if (missing) {
      SLUICE_ASSIGN(taken, WithMissing(taken, numbers));
    }
    columns.push_back(std::move(taken));
  }
  return columns;
}

Result<std::shared_ptr<arrow::RecordBatch>> TakeRows(const arrow::RecordBatch& rows,
                                                     std::span<const int32_t> numbers) {
  SLUICE_ASSIGN(auto columns, TakeColumns(rows, numbers));
  return arrow::RecordBatch::Make(rows.schema(), static_cast<int64_t>(numbers.size()),
                                  std::move(columns));
}

std::shared_ptr<arrow::RecordBatch> MakeBatch(const std::shared_ptr<arrow::Schema>& schema,
                                              int64_t rows,
                                              std::vector<std::shared_ptr<arrow::Array>> columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto& wanted = schema->field(static_cast<int>(i))->type();
    if (columns[i]->type()->Equals(*wanted)) continue;
    auto retyped = columns[i]->data()->Copy();
    retyped->type = wanted;
    columns[i] = arrow::MakeArray(retyped);
  }
  return arrow::RecordBatch::Make(schema, rows, std::move(columns));
}

flow::RowKinds CompactKinds(flow::RowKinds kinds) {
  const bool inserts = std::all_of(kinds.begin(), kinds.end(), [](flow::RowKind kind) {
    return kind == flow::RowKind::kInsert;
  });
  return inserts ? flow::RowKinds{} : std::move(kinds);
}

Status RowOutput::Flush(std::vector<flow::Batch>* out) {
  if (rows_.empty()) return Status::Ok();
  for (size_t from = 0; from < rows_.size(); from += kRowsPerBatch) {
    const size_t size = std::min(kRowsPerBatch, rows_.size() - from);
    const std::span<const std::string_view> part(rows_.data() + from, size);
    SLUICE_ASSIGN(auto decoded, codec_->Decode(part));
    std::vector<std::shared_ptr<arrow::Array>> columns = decoded->columns();
    if (with_rank_) {
      arrow::Int64Builder ranks;
      SLUICE_TRY(ranks.AppendValues(ranks_.data() + from, static_cast<int64_t>(size)));
      SLUICE_ASSIGN(auto column, ranks.Finish());
      columns.push_back(std::move(column));
    }
    flow::Batch batch;
    batch.rows = MakeBatch(schema_, static_cast<int64_t>(size), std::move(columns));
    const auto first = kinds_.begin() + static_cast<std::ptrdiff_t>(from);
    batch.kinds = CompactKinds({first, first + static_cast<std::ptrdiff_t>(size)});
    out->push_back(std::move(batch));
  }
  rows_.clear();
  ranks_.clear();
  kinds_.clear();
  return Status::Ok();
}

PairOutput PairOutput::ForCondition(const functions::Expr& condition, const state::RowCodec* left,
                                    const state::RowCodec* right) {
  flow::Schema both = left->schema();
  const auto left_size = static_cast<size_t>(both.size());
  both.fields.insert(both.fields.end(), right->schema().fields.begin(),
                     right->schema().fields.end());
  std::vector<uint8_t> wanted(static_cast<size_t>(both.size()), 0);
  std::vector<std::pair<int, std::vector<int>>> uses;
  functions::CollectColumns(condition, &uses);
  for (const auto& [column, path] : uses) wanted[static_cast<size_t>(column)] = 1;
  arrow::FieldVector fields = both.ToArrow()->fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (wanted[i] == 0) fields[i] = arrow::field(fields[i]->name(), arrow::null());
  }
  PairOutput out(left, right, arrow::schema(std::move(fields)));
  const auto middle = wanted.begin() + static_cast<std::ptrdiff_t>(left_size);
  out.sides_[0].wanted.assign(wanted.begin(), middle);
  out.sides_[1].wanted.assign(middle, wanted.end());
  return out;
}

Result<std::shared_ptr<arrow::RecordBatch>> PairOutput::TakePairs() {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (Side& side : sides_) {
    if (!side.absent && side.batch != nullptr) {
      SLUICE_ASSIGN(auto taken, TakeColumns(*side.batch, side.numbers, side.wanted));
      columns.insert(columns.end(), taken.begin(), taken.end());
    } else if (!side.absent) {
      SLUICE_ASSIGN(auto taken, side.codec->DecodeSome(side.bytes, side.wanted));
      columns.insert(columns.end(), taken.begin(), taken.end());
    }
    side.numbers.clear();
    side.bytes.clear();
  }
  const auto rows = static_cast<int64_t>(kinds_.size());
  kinds_.clear();
  return MakeBatch(schema_, rows, std::move(columns));
}

Status PairOutput::Flush(std::vector<flow::Batch>* out) {
  if (kinds_.empty()) return Status::Ok();
  flow::Batch batch;
  batch.kinds = CompactKinds(kinds_);
  SLUICE_ASSIGN(batch.rows, TakePairs());
  out->push_back(std::move(batch));
  return Status::Ok();
}

}  // namespace sluice::operators
