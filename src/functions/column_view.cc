// SPDX-License-Identifier: Apache-2.0
#include "functions/column_view.h"

#include <algorithm>

#include "arrow/util/bitmap_ops.h"
#include "base/assert.h"

namespace sluice::functions {

Status NullBits::Allocate() {
  SLUICE_ASSIGN(bits_, arrow::AllocateEmptyBitmap(rows_));
  std::memset(bits_->mutable_data(), 0xFF, static_cast<size_t>(bits_->size()));
  return Status::Ok();
}

Status NullBits::Take(const ColumnView& column) {
  if (!column.has_nulls() || rows_ == 0) return Status::Ok();
  if (bits_ == nullptr) SLUICE_TRY(Allocate());
  if (column.all_null() || column.null_constant()) {
    std::memset(bits_->mutable_data(), 0, static_cast<size_t>(bits_->size()));
  } else if (!column.constant()) {
    arrow::internal::BitmapAnd(column.validity(), column.offset(), bits_->data(), 0, rows_, 0,
                               bits_->mutable_data());
  }
  return Status::Ok();
}

namespace {
constexpr int64_t kTextBytesMax = std::numeric_limits<int32_t>::max();
}

Result<TextWriter> TextWriter::Make(int64_t rows, int64_t bytes) {
  TextWriter writer;
  SLUICE_ASSIGN(writer.offsets_buffer_, AllocateValues<int32_t>(rows + 1));
  writer.offsets_ = reinterpret_cast<int32_t*>(writer.offsets_buffer_->mutable_data());
  writer.offsets_[0] = 0;
  bytes = std::max<int64_t>(std::min(bytes, kTextBytesMax), 64);
  SLUICE_ASSIGN(writer.text_, arrow::AllocateResizableBuffer(bytes));
  writer.begin_ = writer.at_ = reinterpret_cast<char*>(writer.text_->mutable_data());
  writer.room_ = bytes;
  return writer;
}

void TextWriter::Grow(int64_t more) {
  // Past the limit or out of memory the column can no longer be made: the text already written is
  // given up, the writer keeps a buffer large enough for the piece, and Finish reports it.
  const int64_t used = at_ - begin_;
  int64_t wanted = std::max(used + more, used * 2);
  if (failed_ || used + more > kTextBytesMax) {
    failed_ = true;
    at_ = begin_;
    wanted = std::max(more, used + room_);
    std::memset(offsets_, 0, static_cast<size_t>(row_ + 1) * sizeof(int32_t));
  }
  const int64_t kept = at_ - begin_;
  SLUICE_ASSERT(text_->Resize(wanted, false).ok());
  begin_ = reinterpret_cast<char*>(text_->mutable_data());
  at_ = begin_ + kept;
  room_ = wanted - kept;
}

Result<ArrayPtr> TextWriter::Finish(std::shared_ptr<arrow::DataType> type, const NullBits& nulls) {
  if (failed_) {
    return ResourceExhausted("the text of one column of a batch is larger than 2 GiB");
  }
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(type), row_,
                                                 {nulls.buffer(), offsets_buffer_, text_},
                                                 nulls.any() ? arrow::kUnknownNullCount : 0));
}

void PackBits(const uint8_t* bytes, int64_t rows, uint8_t* bits) {
  int64_t row = 0;
  for (; row + 8 <= rows; row += 8) {
    uint64_t eight;
    std::memcpy(&eight, bytes + row, 8);
    *bits++ = static_cast<uint8_t>((eight * 0x0102040810204080ULL) >> 56);
  }
  if (row == rows) return;
  uint8_t last = 0;
  for (int64_t i = 0; row + i < rows; ++i) {
    last = static_cast<uint8_t>(last | (bytes[row + i] << i));
  }
  *bits = last;
}

}  // namespace sluice::functions
