// SPDX-License-Identifier: Apache-2.0
// The growing Arrow columns a JSON decoder writes into: raw buffers, one tree of Columns per batch.
//
// Every write names the row it belongs to. Rows that nobody wrote become nulls in bulk, when the
// next value comes or the batch ends, so an absent ROW costs nothing per leaf. A row can be taken
// back: Rewind(n) forgets everything from row n on, in the whole subtree.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "flow/type.h"
#include "formats/json/key_table.h"

namespace sluice::formats::json {

/// How a column's values are read and written. One step finer than flow::TypeKind where the bytes
/// differ.
enum class Kind : uint8_t {
  kNull,
  kBoolean,  // a byte per value until the batch ends
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat,
  kDouble,
  kDecimal,
  kString,
  kBinary,
  kDate,
  kTime,
  kTimestamp,
  kArray,
  kMap,
  kRow,
};

/// Memory from Arrow's pool that grows by doubling and is given away as an arrow::Buffer.
class Memory {
 public:
  Memory() = default;
  Memory(Memory&& other) noexcept;
  Memory& operator=(Memory&&) = delete;
  ~Memory();
  uint8_t* bytes() const { return bytes_; }
  int64_t capacity() const { return capacity_; }
  /// Makes room for `capacity` bytes, keeping the first `used`.
  void Reserve(int64_t capacity, int64_t used);
  /// Gives the memory away as a buffer of `size` bytes; starts empty again.
  std::shared_ptr<arrow::Buffer> Release(int64_t size);

 private:
  uint8_t* bytes_ = nullptr;
  int64_t capacity_ = 0;
};

/// The last date and minute a timestamp column has seen: "2015-07-15 00:00" and its instant.
struct MinuteCache {
  char text[16] = {};
  int64_t instant = 0;  // in the column's unit
};

/// One column of the batch, with its children.
class Column {
 public:
  /// Makes the tree for a type. `name` is the path of the column for messages.
  Column(const flow::Type& type, std::string name);
  Column(Column&&) = default;

  // What every value touches, in one or two cache lines.
  Kind kind = Kind::kNull;
  bool nullable = true;
  bool zulu = false;           // timestamps end with Z
  int precision = 0;           // decimal, time, timestamp
  int64_t length = 0;          // rows written
  uint8_t* values = nullptr;   // fixed-width values, or the bytes of strings
  int32_t* offsets = nullptr;  // strings, arrays, maps: offsets[length] is the end of what is there
  int64_t bytes_capacity = 0;  // of `values` for strings

 private:
  int64_t capacity_ = 0;  // rows

 public:
  std::unique_ptr<KeyTable> keys;  // row: the keys and the order they are expected in
  MinuteCache minute;
  int64_t unit = 1'000'000;  // timestamps: ticks of a second, and of a fraction of n digits
  int64_t fraction_units[10] = {};

  // What it is.
  bool pruned = false;           // nobody needs it: its values are skipped
  bool says_given = false;       // row: the last child says which keys the object had
  bool has_zone = false;         // TIMESTAMP_LTZ
  int scale = 0;                 // decimal
  int32_t width = 0;             // bytes of a fixed-width value
  std::string name;              // `bid`.`price`
  flow::TypePtr type;            // the logical type
  std::vector<Column> children;  // row: fields; array: element; map: key, value
  std::vector<int> required;     // row: fields that may be neither missing nor null

  /// Makes room for row `index`: takes back what a duplicate key wrote there, or fills in the nulls
  /// before it.
  void Align(int64_t index) {
    if (__builtin_expect(length != index, 0)) AlignSlow(index);
    if (__builtin_expect(index >= capacity_, 0)) Grow(index + 1);
  }

  template <typename T>
  void Put(int64_t index, T value) {
    Align(index);
    std::memcpy(values + index * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
    length = index + 1;
  }

  /// Where the bytes of the string of row `index` go: room for `size_max` bytes and 64 more. To be
  /// followed by EndString.
  uint8_t* BeginString(int64_t index, int64_t size_max) {
    Align(index);
    const int64_t used = offsets[index];
    if (__builtin_expect(used + size_max + 64 > bytes_capacity, 0)) GrowBytes(used, size_max + 64);
    return values + used;
  }
  void EndString(int64_t index, int64_t size) {
    offsets[index + 1] = offsets[index] + static_cast<int32_t>(size);
    length = index + 1;
  }
  void PutString(int64_t index, std::string_view text);

  /// Ends the array or map of row `index`: its elements are those the child has now.
  void EndList(int64_t index, int64_t child_end) {
    offsets[index + 1] = static_cast<int32_t>(child_end);
    length = index + 1;
  }

  /// Forgets rows `n` and later, here and below.
  void Rewind(int64_t n);
  /// Makes rows up to `n` exist: nulls, or zeros in a NOT NULL column.
  void PadTo(int64_t n) {
    if (length < n) Pad(n);
  }
  /// Makes room for `rows` rows at once.
  void Reserve(int64_t rows);
  /// Ends the batch with `rows` rows and gives the column away; it starts empty again.
  std::shared_ptr<arrow::ArrayData> Finish(int64_t rows);

 private:
  struct NullRun {
    int64_t begin, end;
  };
  [[gnu::noinline]] void AlignSlow(int64_t index);
  void Pad(int64_t n);
  [[gnu::noinline]] void Grow(int64_t rows);
  [[gnu::noinline]] void GrowBytes(int64_t used, int64_t more);
  bool has_offsets() const {
    return kind == Kind::kString || kind == Kind::kBinary || kind == Kind::kArray ||
           kind == Kind::kMap;
  }
  std::shared_ptr<arrow::Buffer> FinishValidity(int64_t rows, int64_t* null_count);
  std::shared_ptr<arrow::Buffer> FinishValues(int64_t rows);

  Memory value_memory_, offset_memory_;
  std::vector<NullRun> nulls_;
  std::shared_ptr<arrow::DataType> arrow_type_;
  int64_t rows_expected_ = 0, bytes_expected_ = 0;  // what the last batches needed
};

}  // namespace sluice::formats::json
