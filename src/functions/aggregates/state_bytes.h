// SPDX-License-Identifier: Apache-2.0
// What aggregators are written with: loops over the rows that count, states as plain structs, and
// states as bytes. States may lie at any address that is a multiple of 8 and are moved by copying
// their bytes, so they hold numbers and pointers only.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "functions/aggregate.h"
#include "functions/column_view.h"

namespace sluice::functions {

/// A 128-bit number in a state (an __int128 wants an address that is a multiple of 16).
struct Wide {
  uint64_t low = 0, high = 0;
  Int128 value() const {
    return static_cast<Int128>((static_cast<unsigned __int128>(high) << 64) | low);
  }
  void Set(Int128 value) {
    low = static_cast<uint64_t>(value);
    high = static_cast<uint64_t>(value >> 64);
  }
};

/// Calls add(row, sign) for the rows with a sign other than 0 (`signs` empty: +1 each) and a value.
template <typename F>
void ForEachCounted(const ColumnView& column, int64_t rows, std::span<const int8_t> signs, F add) {
  if (column.all_null()) return;
  if (signs.empty()) {
    if (!column.has_nulls()) {
      for (int64_t row = 0; row < rows; ++row) add(row, 1);
      return;
    }
    for (int64_t row = 0; row < rows; ++row) {
      if (!column.IsNull(row)) add(row, 1);
    }
    return;
  }
  for (int64_t row = 0; row < rows; ++row) {
    const int8_t sign = signs[static_cast<size_t>(row)];
    if (sign != 0 && !column.IsNull(row)) add(row, sign);
  }
}

template <typename T>
void AppendRaw(const T& value, std::string* out) {
  static_assert(std::is_trivially_copyable_v<T>);
  out->append(reinterpret_cast<const char*>(&value), sizeof(T));
}

inline void AppendSized(std::string_view bytes, std::string* out) {
  AppendRaw(static_cast<uint32_t>(bytes.size()), out);
  out->append(bytes);
}

inline Error BrokenState() {
  return Corrupt("the state of an aggregate ends too early");
}

template <typename T>
Status TakeRaw(std::string_view* bytes, T* value) {
  if (bytes->size() < sizeof(T)) return BrokenState();
  std::memcpy(value, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  return Status::Ok();
}

inline Status TakeSized(std::string_view* bytes, std::string_view* value) {
  uint32_t size = 0;
  SLUICE_TRY(TakeRaw(bytes, &size));
  if (bytes->size() < size) return BrokenState();
  *value = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return Status::Ok();
}

/// An aggregator whose state is the struct S of numbers, written down as it is.
template <typename S>
class PlainAggregator : public Aggregator {
  static_assert(std::is_trivially_copyable_v<S> && sizeof(S) % 8 == 0);

 public:
  size_t state_size() const override { return sizeof(S); }
  void Init(uint8_t* state) const override {
    const S fresh{};
    std::memcpy(state, &fresh, sizeof(S));
  }
  void Encode(const uint8_t* state, std::string* out) const override {
    out->append(reinterpret_cast<const char*>(state), sizeof(S));
  }
  Status Decode(std::string_view* bytes, uint8_t* state) const override {
    return TakeRaw(bytes, reinterpret_cast<S*>(state));
  }

 protected:
  static S& At(uint8_t* state) { return *reinterpret_cast<S*>(state); }
  static const S& At(const uint8_t* state) { return *reinterpret_cast<const S*>(state); }
};

/// An aggregator whose state is an object on the heap, made when the first row comes. H has
///   void Encode(std::string* out) const;  Status Decode(std::string_view* bytes);
///   int64_t heap_bytes() const;
template <typename H>
class HeapAggregator : public Aggregator {
 public:
  size_t state_size() const override { return sizeof(H*); }
  void Init(uint8_t* state) const override { Pointer(state) = nullptr; }
  void Destroy(uint8_t* state) const override {
    delete Pointer(state);
    Pointer(state) = nullptr;
  }
  bool owns_memory() const override { return true; }
  int64_t heap_bytes(const uint8_t* state) const override {
    const H* held = Find(state);
    return held == nullptr ? 0 : static_cast<int64_t>(sizeof(H)) + held->heap_bytes();
  }
  void Encode(const uint8_t* state, std::string* out) const override {
    const H* held = Find(state);
    out->push_back(held == nullptr ? 0 : 1);
    if (held != nullptr) held->Encode(out);
  }
  Status Decode(std::string_view* bytes, uint8_t* state) const override {
    uint8_t there = 0;
    SLUICE_TRY(TakeRaw(bytes, &there));
    return there == 0 ? Status::Ok() : Make(state).Decode(bytes);
  }

 protected:
  static H*& Pointer(uint8_t* state) { return *reinterpret_cast<H**>(state); }
  /// Null when no row has come.
  static const H* Find(const uint8_t* state) { return *reinterpret_cast<H* const*>(state); }
  static H& Make(uint8_t* state) {
    H*& held = Pointer(state);
    if (held == nullptr) held = new H();
    return *held;
  }
};

/// Calls run with the C++ type that holds values of a fixed-width type: run(int32_t{}), ...
/// Booleans and types without a fixed width are not called; false then.
template <typename F>
bool WithValueType(const flow::Type& type, F run) {
  using enum flow::TypeKind;
  switch (type.kind()) {
    case kTinyInt:
      run(int8_t{});
      return true;
    case kSmallInt:
      run(int16_t{});
      return true;
    case kInt:
    case kDate:
    case kIntervalYearMonth:
      run(int32_t{});
      return true;
    case kBigInt:
    case kTime:
    case kTimestamp:
    case kTimestampLtz:
    case kIntervalDaySecond:
      run(int64_t{});
      return true;
    case kFloat:
      run(float{});
      return true;
    case kDouble:
      run(double{});
      return true;
    case kDecimal:
      run(Int128{});
      return true;
    default:
      return false;
  }
}

/// A column of fixed-width values, written row by row.
template <typename V>
class FixedColumn {
 public:
  static Result<FixedColumn> Make(int64_t rows) {
    FixedColumn column(rows);
    SLUICE_ASSIGN(column.buffer_, AllocateValues<V>(rows));
    column.values_ = column.buffer_->mutable_data();
    return column;
  }
  void Set(int64_t row, V value) {
    if constexpr (std::is_same_v<V, bool>) {
      arrow::bit_util::SetBitTo(values_, row, value);
    } else {
      std::memcpy(values_ + row * static_cast<int64_t>(sizeof(V)), &value, sizeof(V));
    }
  }
  Status SetNull(int64_t row) {
    Set(row, V{});
    return nulls_.SetNull(row);
  }
  ArrayPtr Finish(const flow::Type& type) {
    return MakeFixed(flow::ToArrow(type), rows_, std::move(buffer_), nulls_);
  }

 private:
  explicit FixedColumn(int64_t rows) : rows_(rows), nulls_(rows) {}
  int64_t rows_;
  NullBits nulls_;
  std::shared_ptr<arrow::Buffer> buffer_;
  uint8_t* values_ = nullptr;
};

}  // namespace sluice::functions
