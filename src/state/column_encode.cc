// SPDX-License-Identifier: Apache-2.0
// Columns to bytes, in two passes over the whole batch: how large each row is, then column after
// column the bytes. Columns of fixed width without NULLs only add a constant to the first pass;
// where all columns are such, rows are written with a stride.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "arrow/array/data.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/bit_util.h"
#include "state/column_layout.h"
#include "state/key_encoder.h"

namespace sluice::state {
namespace {

using arrow::bit_util::GetBit;

/// An array as raw pointers; values are at index `offset` + i.
struct Column {
  const ColumnLayout* layout = nullptr;
  int64_t offset = 0;
  const uint8_t* validity = nullptr;  // null: no NULLs
  const uint8_t* values = nullptr;    // fixed widths, bits, or text
  const int32_t* bounds = nullptr;    // text, lists and maps
  std::vector<Column> parts;

  bool IsNull(int64_t i) const { return validity != nullptr && !GetBit(validity, offset + i); }
};

Result<Column> MakeColumn(const ColumnLayout& layout, const arrow::ArrayData& data) {
  if (static_cast<int>(data.type->id()) != layout.arrow_type) {
    return Internal("a column to encode has another type than the plan says: " +
                    data.type->ToString() + " instead of " + layout.type->ToString());
  }
  Column out;
  out.layout = &layout;
  out.offset = data.offset;
  if (layout.shape == Shape::kNothing) return out;
  if (data.GetNullCount() != 0) out.validity = data.buffers[0]->data();
  const auto bytes_of = [&](size_t index) -> const uint8_t* {
    const auto& buffer = data.buffers[index];
    return buffer == nullptr ? nullptr : buffer->data();
  };
  if (layout.shape == Shape::kRow) {
    for (size_t i = 0; i < layout.parts.size(); ++i) {
      SLUICE_ASSIGN(auto part, MakeColumn(layout.parts[i], *data.child_data[i]));
      part.offset += data.offset;  // a struct's offset counts for its fields too
      out.parts.push_back(std::move(part));
    }
    return out;
  }
  out.values = bytes_of(1);
  if (layout.shape == Shape::kText || layout.shape == Shape::kList || layout.shape == Shape::kMap) {
    out.bounds = reinterpret_cast<const int32_t*>(out.values);
  }
  if (layout.shape == Shape::kText) out.values = bytes_of(2);
  if (layout.shape == Shape::kList) {
    SLUICE_ASSIGN(auto part, MakeColumn(layout.parts[0], *data.child_data[0]));
    out.parts.push_back(std::move(part));
  }
  if (layout.shape == Shape::kMap) {
    const arrow::ArrayData& entries = *data.child_data[0];
    for (size_t i = 0; i < 2; ++i) {
      SLUICE_ASSIGN(auto part, MakeColumn(layout.parts[i], *entries.child_data[i]));
      part.offset += entries.offset;
      out.parts.push_back(std::move(part));
    }
  }
  return out;
}

// One value at a time: nested values, and whatever has no loop of its own below.

size_t ValueSize(const Column& column, int64_t i);

/// With the byte for NULL, where there is one.
size_t SizeAt(const Column& column, int64_t i) {
  if (!column.layout->nullable) return ValueSize(column, i);
  const bool null = column.layout->shape == Shape::kNothing || column.IsNull(i);
  return 1 + (null ? 0 : ValueSize(column, i));
}

size_t ValueSize(const Column& column, int64_t i) {
  const ColumnLayout& layout = *column.layout;
  const bool null = column.IsNull(i);  // in a NOT NULL column: an empty or zero value
  size_t size = 0;
  switch (layout.shape) {
    case Shape::kNothing:
      return 0;
    case Shape::kText: {
      const int32_t* at = column.bounds + column.offset + i;
      return 4 + (null ? 0 : static_cast<size_t>(at[1] - at[0]));
    }
    case Shape::kList:
    case Shape::kMap: {
      if (null) return 4;
      const int32_t* at = column.bounds + column.offset + i;
      for (int64_t j = at[0]; j < at[1]; ++j) {
        for (const Column& part : column.parts) size += SizeAt(part, j);
      }
      return 4 + size;
    }
    case Shape::kRow:
      for (const Column& part : column.parts) size += SizeAt(part, i);
      return size;
    default:
      return static_cast<size_t>(layout.width);
  }
}

template <typename T>
T Load(const void* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <typename T>
char* Store(char* to, T value) {
  std::memcpy(to, &value, sizeof(T));
  return to + sizeof(T);
}

/// -0.0 as 0.0, every NaN as one.
template <typename F>
F Canonical(F value) {
  if (std::isnan(value)) return std::numeric_limits<F>::quiet_NaN();
  return value == 0 ? F{0} : value;
}

/// False when the value does not fit after its unit changes.
bool StoreScaled(const ColumnLayout& layout, const uint8_t* from, char* to) {
  if (layout.time_factor != 1) {
    int64_t scaled = 0;
    const bool over = __builtin_mul_overflow(Load<int64_t>(from), layout.time_factor, &scaled);
    Store(to, scaled);
    return !over;
  }
  __int128 value = Load<__int128>(from);
  bool over = false;
  for (int step = 0; step < layout.scale_steps; ++step) {
    over = __builtin_mul_overflow(value, static_cast<__int128>(10), &value) || over;
  }
  Store(to, value);
  return !over;
}

bool IsScaled(const ColumnLayout& layout) {
  return layout.time_factor != 1 || layout.scale_steps != 0;
}

/// Writes values one at a time; remembers whether one did not fit.
class ValueWriter {
 public:
  char* Write(const Column& column, int64_t i, char* to) {
    if (column.layout->nullable) {
      const bool null = column.layout->shape == Shape::kNothing || column.IsNull(i);
      *to++ = null ? 0 : 1;
      if (null) return to;
    }
    return WriteValue(column, i, to);
  }
  bool overflow() const { return overflow_; }

 private:
  char* WriteValue(const Column& column, int64_t i, char* to) {
    const ColumnLayout& layout = *column.layout;
    const bool null = column.IsNull(i);
    switch (layout.shape) {
      case Shape::kNothing:
        return to;
      case Shape::kBoolean:
        *to = !null && GetBit(column.values, column.offset + i) ? 1 : 0;
        return to + 1;
      case Shape::kText: {
        const int32_t* at = column.bounds + column.offset + i;
        const uint32_t size = null ? 0 : static_cast<uint32_t>(at[1] - at[0]);
        to = Store(to, size);
        if (size != 0) std::memcpy(to, column.values + at[0], size);
        return to + size;
      }
      case Shape::kList:
        return WriteList(column, i, to);
      case Shape::kMap:
        return WriteMap(column, i, to);
      case Shape::kRow:
        for (const Column& part : column.parts) to = Write(part, i, to);
        return to;
      default:
        WriteFixed(column, i, null, to);
        return to + layout.width;
    }
  }

  void WriteFixed(const Column& column, int64_t i, bool null, char* to) {
    const ColumnLayout& layout = *column.layout;
    const auto width = static_cast<size_t>(layout.width);
    const uint8_t* from = column.values + (column.offset + i) * layout.width;
    if (null) {
      std::memset(to, 0, width);
    } else if (layout.shape == Shape::kFloat) {
      Store(to, Canonical(Load<float>(from)));
    } else if (layout.shape == Shape::kDouble) {
      Store(to, Canonical(Load<double>(from)));
    } else if (IsScaled(layout)) {
      overflow_ = !StoreScaled(layout, from, to) || overflow_;
    } else {
      std::memcpy(to, from, width);
    }
  }

  char* WriteList(const Column& column, int64_t i, char* to) {
    const int32_t* at = column.bounds + column.offset + i;
    const uint32_t count = column.IsNull(i) ? 0 : static_cast<uint32_t>(at[1] - at[0]);
    to = Store(to, count);
    for (int64_t j = at[0]; j < at[0] + static_cast<int64_t>(count); ++j) {
      to = Write(column.parts[0], j, to);
    }
    return to;
  }

  char* WriteMap(const Column& column, int64_t i, char* to) {
    const int32_t* at = column.bounds + column.offset + i;
    const uint32_t count = column.IsNull(i) ? 0 : static_cast<uint32_t>(at[1] - at[0]);
    to = Store(to, count);
    if (count == 0) return to;
    std::vector<std::string> entries(count);
    for (uint32_t j = 0; j < count; ++j) {
      const int64_t index = at[0] + static_cast<int64_t>(j);
      std::string& entry = entries[j];
      entry.resize(SizeAt(column.parts[0], index) + SizeAt(column.parts[1], index));
      Write(column.parts[1], index, Write(column.parts[0], index, entry.data()));
    }
    std::sort(entries.begin(), entries.end());
    for (const std::string& entry : entries) {
      to += entry.copy(to, entry.size());
    }
    return to;
  }

  bool overflow_ = false;
};

bool IsConstantSize(const Column& column) {
  const Shape shape = column.layout->shape;
  if (shape == Shape::kNothing) return true;
  return (shape == Shape::kFixed || shape == Shape::kFloat || shape == Shape::kDouble ||
          shape == Shape::kBoolean) &&
         (column.validity == nullptr || !column.layout->nullable);
}

size_t ConstantSize(const Column& column) {
  const size_t null_byte = column.layout->nullable ? 1 : 0;
  return null_byte + static_cast<size_t>(column.layout->width);
}

void AddSizes(const Column& column, int64_t rows, uint64_t* sizes) {
  const ColumnLayout& layout = *column.layout;
  if (layout.shape == Shape::kText && column.validity == nullptr) {
    const uint64_t fixed = 4U + (layout.nullable ? 1U : 0U);
    const int32_t* at = column.bounds + column.offset;
    for (int64_t i = 0; i < rows; ++i) sizes[i] += fixed + static_cast<uint64_t>(at[i + 1] - at[i]);
    return;
  }
  for (int64_t i = 0; i < rows; ++i) sizes[i] += SizeAt(column, i);
}

// Where row i is written next: at a stride, or at a cursor of its own.
struct Stride {
  char* base;
  size_t step;
  char* At(int64_t i) const { return base + static_cast<size_t>(i) * step; }
  void Advance(int64_t, size_t) const {}
};
struct Cursors {
  char* base;
  uint32_t* offsets;
  char* At(int64_t i) const { return base + offsets[i]; }
  void Advance(int64_t i, size_t size) const { offsets[i] += static_cast<uint32_t>(size); }
};

template <typename T, typename Places>
void WritePlain(const Column& column, int64_t rows, const Places& places) {
  const auto* from = column.values + column.offset * static_cast<int64_t>(sizeof(T));
  const bool tagged = column.layout->nullable;
  for (int64_t i = 0; i < rows; ++i, from += sizeof(T)) {
    char* to = places.At(i);
    if (tagged) *to++ = 1;
    std::memcpy(to, from, sizeof(T));
    places.Advance(i, sizeof(T) + (tagged ? 1 : 0));
  }
}

template <typename Places>
void WriteText(const Column& column, int64_t rows, const Places& places) {
  const int32_t* at = column.bounds + column.offset;
  const bool tagged = column.layout->nullable;
  for (int64_t i = 0; i < rows; ++i) {
    char* const start = places.At(i);
    char* to = start;
    if (tagged) *to++ = 1;
    const auto size = static_cast<uint32_t>(at[i + 1] - at[i]);
    to = Store(to, size);
    if (size != 0) std::memcpy(to, column.values + at[i], size);
    places.Advance(i, static_cast<size_t>(to - start) + size);
  }
}

template <typename Places>
void WriteColumn(const Column& column, int64_t rows, const Places& places, ValueWriter* writer) {
  const ColumnLayout& layout = *column.layout;
  if (column.validity == nullptr && layout.shape == Shape::kText) {
    return WriteText(column, rows, places);
  }
  if (column.validity == nullptr && layout.shape == Shape::kFixed && !IsScaled(layout)) {
    switch (layout.width) {
      case 1:
        return WritePlain<uint8_t>(column, rows, places);
      case 2:
        return WritePlain<uint16_t>(column, rows, places);
      case 4:
        return WritePlain<uint32_t>(column, rows, places);
      case 8:
        return WritePlain<uint64_t>(column, rows, places);
      default:
        return WritePlain<__int128>(column, rows, places);
    }
  }
  for (int64_t i = 0; i < rows; ++i) {
    char* const to = places.At(i);
    places.Advance(i, static_cast<size_t>(writer->Write(column, i, to) - to));
  }
}

void MarkNulls(const Column& column, int64_t rows, std::vector<uint8_t>* nulls) {
  const bool all = column.layout->shape == Shape::kNothing;
  if (column.validity == nullptr && !all) return;
  nulls->resize(static_cast<size_t>(rows), 0);
  for (int64_t i = 0; i < rows; ++i) {
    if (all || column.IsNull(i)) (*nulls)[static_cast<size_t>(i)] = 1;
  }
}

/// Sets the offsets of `out` and makes room for its bytes.
Status Measure(const std::vector<Column>& columns, int64_t rows, bool constant, EncodedRows* out) {
  const auto count = static_cast<size_t>(rows);
  uint64_t fixed = 0;
  for (const Column& column : columns) {
    if (IsConstantSize(column)) fixed += ConstantSize(column);
  }
  out->offsets.resize(count + 1);
  uint64_t total = fixed * count;
  std::vector<uint64_t> sizes;
  if (!constant) {
    sizes.assign(count, fixed);
    for (const Column& column : columns) {
      if (!IsConstantSize(column)) AddSizes(column, rows, sizes.data());
    }
    total = 0;
    for (const uint64_t size : sizes) total += size;
  }
  if (total > std::numeric_limits<uint32_t>::max()) {
    return ResourceExhausted("the rows of one batch are too large to be kept as state (4 GiB): " +
                             std::to_string(total) + " bytes");
  }
  uint32_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    out->offsets[i] = at;
    at += static_cast<uint32_t>(constant ? fixed : sizes[i]);
  }
  out->offsets[count] = at;
  out->bytes.resize(total);
  return Status::Ok();
}

}  // namespace

Status EncodeColumns(std::span<const ColumnLayout> layouts, std::span<const int> columns,
                     const arrow::RecordBatch& rows, EncodedRows* out,
                     std::vector<uint8_t>* nulls) {
  const int64_t count = rows.num_rows();
  std::vector<Column> sources;
  bool constant = true;
  for (size_t i = 0; i < layouts.size(); ++i) {
    SLUICE_ASSIGN(auto column, MakeColumn(layouts[i], *rows.column_data(columns[i])));
    constant = constant && IsConstantSize(column);
    if (nulls != nullptr) MarkNulls(column, count, nulls);
    sources.push_back(std::move(column));
  }
  SLUICE_TRY(Measure(sources, count, constant, out));
  if (count == 0) return Status::Ok();  // and `bytes` may be no memory at all
  ValueWriter writer;
  if (constant) {
    size_t step = 0;
    for (const Column& column : sources) step += ConstantSize(column);
    char* base = out->bytes.data();
    for (const Column& column : sources) {
      WriteColumn(column, count, Stride{base, step}, &writer);
      base += ConstantSize(column);
    }
  } else {
    std::vector<uint32_t> cursors(out->offsets.begin(), out->offsets.end() - 1);
    const Cursors places{out->bytes.data(), cursors.data()};
    for (const Column& column : sources) WriteColumn(column, count, places, &writer);
  }
  if (writer.overflow()) {
    return InvalidArgument(
        "a key is outside the range of the type that both sides are compared in (a TIMESTAMP of "
        "more than 6 digits, or a DECIMAL of more than 38)");
  }
  return Status::Ok();
}

}  // namespace sluice::state
