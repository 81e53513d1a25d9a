// SPDX-License-Identifier: Apache-2.0
// How kernels see columns: raw buffers of an argument (an array, or one value that stands for all
// rows), and builders of result columns that write into raw buffers.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "arrow/api.h"
#include "arrow/util/bit_util.h"
#include "base/result.h"
#include "functions/registry.h"

namespace sluice::functions {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using Int128 = __int128;

/// One argument. A constant has one value, read for every row.
class ColumnView {
 public:
  static Result<ColumnView> Make(const Argument& argument) {
    ColumnView view;
    view.constant_ = argument.array == nullptr;
    if (view.constant_) {
      SLUICE_ASSIGN(view.array_, arrow::MakeArrayFromScalar(*argument.scalar, 1));
    } else {
      view.array_ = argument.array;
    }
    view.Prepare();
    return view;
  }
  static ColumnView Of(ArrayPtr array) {
    ColumnView view;
    view.array_ = std::move(array);
    view.Prepare();
    return view;
  }

  bool constant() const { return constant_; }
  bool null_constant() const { return constant_ && IsNull(0); }
  bool has_nulls() const { return validity_ != nullptr || all_null_; }
  bool all_null() const { return all_null_; }
  bool IsNull(int64_t row) const {
    if (all_null_) return true;
    return validity_ != nullptr &&
           !arrow::bit_util::GetBit(validity_, offset_ + (constant_ ? 0 : row));
  }
  const uint8_t* validity() const { return validity_; }
  int64_t offset() const { return offset_; }
  const ArrayPtr& array() const { return array_; }

  /// Buffer 1 as values of T, the array's offset applied (not for bits).
  template <typename T>
  const T* values() const {
    return array_->data()->GetValues<T>(1);
  }
  const uint8_t* bits() const { return array_->data()->GetValues<uint8_t>(1, 0); }
  const char* text() const {
    const auto& buffer = array_->data()->buffers[2];
    return buffer == nullptr ? "" : reinterpret_cast<const char*>(buffer->data());
  }

 private:
  void Prepare() {
    offset_ = array_->offset();
    all_null_ = array_->type_id() == arrow::Type::NA ||
                (array_->length() > 0 && array_->null_count() == array_->length());
    if (!all_null_ && array_->null_count() > 0) validity_ = array_->null_bitmap_data();
  }

  ArrayPtr array_;
  const uint8_t* validity_ = nullptr;
  int64_t offset_ = 0;
  bool constant_ = false, all_null_ = false;
};

/// Reads values of T by row; T: bool, integers, floats, Int128 (decimal128), std::string_view.
template <typename T>
class Reader {
 public:
  explicit Reader(const ColumnView& column)
      : values_(column.values<T>()), mask_(column.constant() ? 0 : -1) {}
  T operator[](int64_t row) const { return values_[row & mask_]; }

 private:
  const T* values_;
  int64_t mask_;
};

template <>
class Reader<bool> {
 public:
  explicit Reader(const ColumnView& column)
      : bits_(column.bits()), offset_(column.offset()), mask_(column.constant() ? 0 : -1) {}
  bool operator[](int64_t row) const {
    return arrow::bit_util::GetBit(bits_, offset_ + (row & mask_));
  }

 private:
  const uint8_t* bits_;
  int64_t offset_, mask_;
};

template <>
class Reader<Int128> {
 public:
  explicit Reader(const ColumnView& column)
      : bytes_(column.values<uint8_t>() + column.offset() * 15),
        mask_(column.constant() ? 0 : -1) {}
  Int128 operator[](int64_t row) const {
    Int128 value;
    std::memcpy(&value, bytes_ + (row & mask_) * 16, 16);
    return value;
  }

 private:
  const uint8_t* bytes_;
  int64_t mask_;
};

template <>
class Reader<std::string_view> {
 public:
  explicit Reader(const ColumnView& column)
      : offsets_(column.values<int32_t>()),
        text_(column.text()),
        mask_(column.constant() ? 0 : -1) {}
  std::string_view operator[](int64_t row) const {
    const int32_t* at = offsets_ + (row & mask_);
    return {text_ + at[0], static_cast<size_t>(at[1] - at[0])};
  }

 private:
  const int32_t* offsets_;
  const char* text_;
  int64_t mask_;
};

/// Validity of a result; no buffer while there are no nulls.
class NullBits {
 public:
  explicit NullBits(int64_t rows) : rows_(rows) {}
  /// Makes every row null that is null in `column`.
  Status Take(const ColumnView& column);
  Status SetNull(int64_t row) {
    if (bits_ == nullptr) SLUICE_TRY(Allocate());
    arrow::bit_util::ClearBit(bits_->mutable_data(), row);
    return Status::Ok();
  }
  bool IsNull(int64_t row) const {
    return bits_ != nullptr && !arrow::bit_util::GetBit(bits_->data(), row);
  }
  bool any() const { return bits_ != nullptr; }
  const std::shared_ptr<arrow::Buffer>& buffer() const { return bits_; }

 private:
  Status Allocate();
  int64_t rows_;
  std::shared_ptr<arrow::Buffer> bits_;
};

/// A buffer of `rows` values of T (bool: bits, cleared).
template <typename T>
Result<std::shared_ptr<arrow::Buffer>> AllocateValues(int64_t rows) {
  if constexpr (std::is_same_v<T, bool>) {
    SLUICE_ASSIGN(auto bits, arrow::AllocateEmptyBitmap(rows));
    return std::shared_ptr<arrow::Buffer>(std::move(bits));
  } else {
    SLUICE_ASSIGN(auto buffer, arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(T))));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
  }
}

/// A result array of a fixed-width (or boolean) Arrow type.
inline ArrayPtr MakeFixed(std::shared_ptr<arrow::DataType> type, int64_t rows,
                          std::shared_ptr<arrow::Buffer> values, const NullBits& nulls) {
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(type), rows,
                                                 {nulls.buffer(), std::move(values)},
                                                 nulls.any() ? arrow::kUnknownNullCount : 0));
}

/// Writes a utf8 or binary column row by row: Append pieces, then EndRow.
class TextWriter {
 public:
  /// `bytes` is a guess of the size of all text.
  static Result<TextWriter> Make(int64_t rows, int64_t bytes);

  void Append(std::string_view piece) {
    if (piece.empty()) return;  // it may have no address
    if (room_ < static_cast<int64_t>(piece.size())) Grow(static_cast<int64_t>(piece.size()));
    std::memcpy(at_, piece.data(), piece.size());
    at_ += piece.size();
    room_ -= static_cast<int64_t>(piece.size());
  }
  void Append(char c) { Append(std::string_view(&c, 1)); }
  /// Room for `size` bytes at the end, to be filled by the caller.
  char* Extend(int64_t size) {
    if (room_ < size) Grow(size);
    char* begin = at_;
    at_ += size;
    room_ -= size;
    return begin;
  }
  /// Takes back what was written since the last EndRow.
  void DropRow() { ResizeRow(0); }
  /// Shortens the current row.
  void ResizeRow(int64_t size) {
    char* to = begin_ + offsets_[row_] + size;
    room_ += at_ - to;
    at_ = to;
  }
  /// What was written since the last EndRow.
  std::string_view current() const {
    const char* from = begin_ + offsets_[row_];
    return {from, static_cast<size_t>(at_ - from)};
  }
  void EndRow() { offsets_[++row_] = static_cast<int32_t>(at_ - begin_); }

  /// The column; an error when its text is larger than 2 GiB.
  Result<ArrayPtr> Finish(std::shared_ptr<arrow::DataType> type, const NullBits& nulls);

 private:
  void Grow(int64_t more);

  std::shared_ptr<arrow::Buffer> offsets_buffer_;
  std::shared_ptr<arrow::ResizableBuffer> text_;
  int32_t* offsets_ = nullptr;
  char* begin_ = nullptr;
  char* at_ = nullptr;
  int64_t room_ = 0, row_ = 0;
  bool failed_ = false;
};

/// Packs one byte per row (0 or 1) into bits.
void PackBits(const uint8_t* bytes, int64_t rows, uint8_t* bits);

}  // namespace sluice::functions
