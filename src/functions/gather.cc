// SPDX-License-Identifier: Apache-2.0
#include "functions/gather.h"

#include <algorithm>

#include "arrow/util/bitmap_ops.h"

namespace sluice::functions {
namespace {

using Buffer = std::shared_ptr<arrow::Buffer>;

/// A run of neighbouring rows: [first, first + size) of the input.
template <typename OnRun>
void ForEachRun(const Selection& rows, OnRun on_run) {
  const size_t count = rows.size();
  for (size_t i = 0; i < count;) {
    size_t end = i + 1;
    while (end < count && rows[end] == rows[end - 1] + 1) ++end;
    on_run(static_cast<int64_t>(i), static_cast<int64_t>(rows[i]), static_cast<int64_t>(end - i));
    i = end;
  }
}

Result<Buffer> GatherBits(const uint8_t* bits, int64_t offset, const Selection& rows) {
  SLUICE_ASSIGN(Buffer out, AllocateValues<bool>(static_cast<int64_t>(rows.size())));
  uint8_t* target = out->mutable_data();
  uint64_t word = 0;
  size_t row = 0;
  for (const int32_t from : rows) {
    const uint64_t bit = arrow::bit_util::GetBit(bits, offset + from);
    word |= bit << (row & 63);
    if ((++row & 63) == 0) {
      std::memcpy(target, &word, 8);
      target += 8;
      word = 0;
    }
  }
  if ((row & 63) != 0) std::memcpy(target, &word, ((row & 63) + 7) / 8);
  return out;
}

Result<Buffer> GatherValidity(const arrow::Array& column, const Selection& rows) {
  if (column.null_count() == 0 || column.null_bitmap_data() == nullptr) return Buffer();
  return GatherBits(column.null_bitmap_data(), column.offset(), rows);
}

template <typename T>
Result<Buffer> GatherValues(const uint8_t* values, const Selection& rows) {
  SLUICE_ASSIGN(Buffer out, AllocateValues<T>(static_cast<int64_t>(rows.size())));
  const auto* from = reinterpret_cast<const T*>(values);
  auto* to = reinterpret_cast<T*>(out->mutable_data());
  for (const int32_t row : rows) *to++ = from[row];
  return out;
}

struct Sixteen {
  uint64_t low, high;
};

Result<Buffer> GatherFixed(const arrow::ArrayData& column, int width, const Selection& rows) {
  const uint8_t* values = column.buffers[1]->data() + column.offset * width;
  switch (width) {
    case 1:
      return GatherValues<uint8_t>(values, rows);
    case 2:
      return GatherValues<uint16_t>(values, rows);
    case 4:
      return GatherValues<uint32_t>(values, rows);
    case 8:
      return GatherValues<uint64_t>(values, rows);
    case 16:
      return GatherValues<Sixteen>(values, rows);
    default:
      return Internal("no gather for values of " + std::to_string(width) + " bytes");
  }
}

/// New offsets of the chosen rows, and how many elements they hold together.
Result<Buffer> GatherOffsets(const int32_t* offsets, const Selection& rows, int64_t* total) {
  SLUICE_ASSIGN(Buffer out, AllocateValues<int32_t>(static_cast<int64_t>(rows.size()) + 1));
  auto* to = reinterpret_cast<int32_t*>(out->mutable_data());
  int32_t at = 0;
  *to++ = 0;
  for (const int32_t row : rows) {
    at += offsets[row + 1] - offsets[row];
    *to++ = at;
  }
  *total = at;
  return out;
}

Result<std::vector<Buffer>> GatherText(const arrow::ArrayData& column, const Selection& rows) {
  const auto* offsets = column.GetValues<int32_t>(1);
  int64_t total = 0;
  SLUICE_ASSIGN(Buffer new_offsets, GatherOffsets(offsets, rows, &total));
  SLUICE_ASSIGN(Buffer text, AllocateValues<uint8_t>(total));
  const uint8_t* from = column.buffers[2] == nullptr ? nullptr : column.buffers[2]->data();
  uint8_t* to = text->mutable_data();
  ForEachRun(rows, [&](int64_t, int64_t first, int64_t size) {
    const int32_t begin = offsets[first];
    const auto bytes = static_cast<size_t>(offsets[first + size] - begin);
    if (bytes > 0) std::memcpy(to, from + begin, bytes);
    to += bytes;
  });
  return std::vector<Buffer>{std::move(new_offsets), std::move(text)};
}

Result<ArrayPtr> GatherList(const arrow::ArrayData& column, Buffer validity,
                            const Selection& rows) {
  const auto* offsets = column.GetValues<int32_t>(1);
  int64_t total = 0;
  SLUICE_ASSIGN(Buffer new_offsets, GatherOffsets(offsets, rows, &total));
  Selection elements;
  elements.reserve(static_cast<size_t>(total));
  for (const int32_t row : rows) {
    for (int32_t at = offsets[row]; at < offsets[row + 1]; ++at) elements.push_back(at);
  }
  SLUICE_ASSIGN(ArrayPtr child, Gather(arrow::MakeArray(column.child_data[0]), elements));
  return arrow::MakeArray(arrow::ArrayData::Make(column.type, static_cast<int64_t>(rows.size()),
                                                 {std::move(validity), std::move(new_offsets)},
                                                 {child->data()}));
}

Result<ArrayPtr> GatherStruct(const ArrayPtr& column, Buffer validity, const Selection& rows) {
  const auto& rows_of = static_cast<const arrow::StructArray&>(*column);
  std::vector<std::shared_ptr<arrow::ArrayData>> children;
  for (int i = 0; i < rows_of.num_fields(); ++i) {
    SLUICE_ASSIGN(ArrayPtr child, Gather(rows_of.field(i), rows));
    children.push_back(child->data());
  }
  return arrow::MakeArray(arrow::ArrayData::Make(column->type(), static_cast<int64_t>(rows.size()),
                                                 {std::move(validity)}, std::move(children)));
}

}  // namespace

Result<ArrayPtr> Gather(const ArrayPtr& column, const Selection& rows) {
  const arrow::ArrayData& from = *column->data();
  const auto count = static_cast<int64_t>(rows.size());
  const arrow::Type::type id = column->type_id();
  if (id == arrow::Type::NA) return ArrayPtr(std::make_shared<arrow::NullArray>(count));
  if (count == 0) {
    SLUICE_ASSIGN(ArrayPtr empty, arrow::MakeEmptyArray(column->type()));
    return empty;
  }
  SLUICE_ASSIGN(Buffer validity, GatherValidity(*column, rows));
  if (id == arrow::Type::STRUCT) return GatherStruct(column, std::move(validity), rows);
  if (id == arrow::Type::LIST || id == arrow::Type::MAP) {
    return GatherList(from, std::move(validity), rows);
  }
  std::vector<Buffer> buffers{std::move(validity)};
  if (id == arrow::Type::STRING || id == arrow::Type::BINARY) {
    SLUICE_ASSIGN(auto text, GatherText(from, rows));
    buffers.insert(buffers.end(), text.begin(), text.end());
  } else if (id == arrow::Type::BOOL) {
    SLUICE_ASSIGN(Buffer bits, GatherBits(from.buffers[1]->data(), from.offset, rows));
    buffers.push_back(std::move(bits));
  } else {
    SLUICE_ASSIGN(Buffer values, GatherFixed(from, column->type()->byte_width(), rows));
    buffers.push_back(std::move(values));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(column->type(), count, std::move(buffers)));
}

Result<ArrayPtr> FlattenField(const ArrayPtr& parent, int field) {
  const auto& rows = static_cast<const arrow::StructArray&>(*parent);
  ArrayPtr child = rows.field(field);
  if (parent->null_count() == 0 || child->type_id() == arrow::Type::NA) return child;
  auto flat = child->data()->Copy();
  const int64_t length = parent->length();
  // The new bitmap keeps the child's offset, so that its other buffers need no copy.
  SLUICE_ASSIGN(auto bits, arrow::AllocateEmptyBitmap(length + flat->offset));
  if (child->null_count() == 0) {
    arrow::internal::CopyBitmap(parent->null_bitmap_data(), parent->offset(), length,
                                bits->mutable_data(), flat->offset);
    flat->null_count = parent->null_count();
  } else {
    arrow::internal::BitmapAnd(parent->null_bitmap_data(), parent->offset(),
                               child->null_bitmap_data(), child->offset(), length, flat->offset,
                               bits->mutable_data());
    flat->null_count = arrow::kUnknownNullCount;
  }
  flat->buffers[0] = std::move(bits);
  return arrow::MakeArray(flat);
}

Selection SelectTrue(const arrow::Array& booleans) {
  const auto& column = static_cast<const arrow::BooleanArray&>(booleans);
  const int64_t length = column.length();
  const uint8_t* values = column.values()->data();
  const uint8_t* valid = column.null_count() == 0 ? nullptr : column.null_bitmap_data();
  Selection rows;
  rows.reserve(static_cast<size_t>(length));
  for (int64_t row = 0; row < length; row += 64) {
    const int64_t many = std::min<int64_t>(64, length - row);
    uint64_t word = 0;
    const int64_t at = column.offset() + row;
    if (many == 64 && (at & 7) == 0) {
      std::memcpy(&word, values + at / 8, 8);
      if (valid != nullptr) {
        uint64_t valid_word;
        std::memcpy(&valid_word, valid + at / 8, 8);
        word &= valid_word;
      }
    } else {
      for (int64_t i = 0; i < many; ++i) {
        const bool keep = arrow::bit_util::GetBit(values, at + i) &&
                          (valid == nullptr || arrow::bit_util::GetBit(valid, at + i));
        word |= static_cast<uint64_t>(keep) << i;
      }
    }
    if (word == ~0ULL) {
      for (int i = 0; i < 64; ++i) rows.push_back(static_cast<int32_t>(row + i));
      continue;
    }
    for (; word != 0; word &= word - 1) {
      rows.push_back(static_cast<int32_t>(row + __builtin_ctzll(word)));
    }
  }
  return rows;
}

namespace {

/// Where each row of a merged column comes from: a part (-1 = none) and a row in it.
struct Sources {
  std::vector<int32_t> part;
  std::vector<int32_t> row;
};

Sources FindSources(std::span<const Part> parts, int64_t row_count) {
  Sources sources;
  sources.part.assign(static_cast<size_t>(row_count), -1);
  sources.row.assign(static_cast<size_t>(row_count), 0);
  for (size_t p = 0; p < parts.size(); ++p) {
    for (size_t i = 0; i < parts[p].rows.size(); ++i) {
      const auto row = static_cast<size_t>(parts[p].rows[i]);
      sources.part[row] = static_cast<int32_t>(p);
      sources.row[row] = static_cast<int32_t>(i);
    }
  }
  return sources;
}

Status MergeNulls(std::span<const Part> parts, const std::vector<ColumnView>& columns,
                  int64_t row_count, NullBits* nulls) {
  size_t covered = 0;
  bool any = false;
  for (size_t p = 0; p < parts.size(); ++p) {
    covered += parts[p].rows.size();
    any |= columns[p].has_nulls();
  }
  if (!any && covered == static_cast<size_t>(row_count)) return Status::Ok();
  const Sources sources = FindSources(parts, row_count);
  for (int64_t row = 0; row < row_count; ++row) {
    const int32_t part = sources.part[static_cast<size_t>(row)];
    if (part < 0 ||
        columns[static_cast<size_t>(part)].IsNull(sources.row[static_cast<size_t>(row)])) {
      SLUICE_TRY(nulls->SetNull(row));
    }
  }
  return Status::Ok();
}

template <typename T>
Result<ArrayPtr> MergeFixed(std::span<const Part> parts, const std::vector<ColumnView>& columns,
                            int64_t row_count, const std::shared_ptr<arrow::DataType>& type,
                            const NullBits& nulls) {
  SLUICE_ASSIGN(Buffer out, AllocateValues<T>(row_count));
  if constexpr (!std::is_same_v<T, bool>) {
    std::memset(out->mutable_data(), 0, static_cast<size_t>(out->size()));
  }
  for (size_t p = 0; p < parts.size(); ++p) {
    if (columns[p].all_null()) continue;
    const Reader<T> values(columns[p]);
    for (size_t i = 0; i < parts[p].rows.size(); ++i) {
      const T value = values[static_cast<int64_t>(i)];
      if constexpr (std::is_same_v<T, bool>) {
        if (value) arrow::bit_util::SetBit(out->mutable_data(), parts[p].rows[i]);
      } else {
        std::memcpy(out->mutable_data() + parts[p].rows[i] * static_cast<int64_t>(sizeof(T)),
                    &value, sizeof(T));
      }
    }
  }
  return MakeFixed(type, row_count, std::move(out), nulls);
}

Result<ArrayPtr> MergeText(std::span<const Part> parts, const std::vector<ColumnView>& columns,
                           int64_t row_count, const std::shared_ptr<arrow::DataType>& type,
                           const NullBits& nulls) {
  const Sources sources = FindSources(parts, row_count);
  std::vector<Reader<std::string_view>> readers;
  for (const ColumnView& column : columns) {
    readers.emplace_back(column);
  }
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(row_count, row_count * 16));
  for (int64_t row = 0; row < row_count; ++row) {
    if (!nulls.IsNull(row)) {
      const auto at = static_cast<size_t>(row);
      out.Append(readers[static_cast<size_t>(sources.part[at])][sources.row[at]]);
    }
    out.EndRow();
  }
  return out.Finish(type, nulls);
}

/// Nested columns: the parts are laid one after the other and gathered in row order.
Result<ArrayPtr> MergeNested(std::span<const Part> parts, int64_t row_count,
                             const std::shared_ptr<arrow::DataType>& type) {
  const Sources sources = FindSources(parts, row_count);
  arrow::ArrayVector pieces;
  std::vector<int32_t> start;
  std::vector<bool> constant;
  int32_t total = 0;
  for (const Part& part : parts) {
    constant.push_back(part.values.array == nullptr);
    ArrayPtr piece = part.values.array;
    if (piece == nullptr) {
      SLUICE_ASSIGN(piece, arrow::MakeArrayFromScalar(*part.values.scalar, 1));
    }
    start.push_back(total);
    total += static_cast<int32_t>(piece->length());
    pieces.push_back(std::move(piece));
  }
  SLUICE_ASSIGN(ArrayPtr none, arrow::MakeArrayOfNull(type, 1));
  pieces.push_back(std::move(none));
  for (ArrayPtr& piece : pieces) {
    auto retyped = piece->data()->Copy();
    retyped->type = type;
    piece = arrow::MakeArray(retyped);
  }
  SLUICE_ASSIGN(ArrayPtr all, arrow::Concatenate(pieces));
  Selection order;
  order.reserve(static_cast<size_t>(row_count));
  for (int64_t row = 0; row < row_count; ++row) {
    const auto at = static_cast<size_t>(row);
    const int32_t part = sources.part[at];
    if (part < 0) {
      order.push_back(total);
    } else {
      const auto p = static_cast<size_t>(part);
      order.push_back(start[p] + (constant[p] ? 0 : sources.row[at]));
    }
  }
  return Gather(all, order);
}

}  // namespace

Result<ArrayPtr> Merge(std::span<const Part> given, int64_t row_count,
                       const std::shared_ptr<arrow::DataType>& type) {
  const arrow::Type::type id = type->id();
  if (id == arrow::Type::NA) return ArrayPtr(std::make_shared<arrow::NullArray>(row_count));
  std::vector<Part> parts;
  for (const Part& part : given) {
    const auto& from = part.values.array ? part.values.array->type() : part.values.scalar->type;
    if (from->id() != arrow::Type::NA) parts.push_back(part);  // rows in no part are NULL
  }
  if (parts.empty()) {
    SLUICE_ASSIGN(ArrayPtr none, arrow::MakeArrayOfNull(type, row_count));
    return none;
  }
  if (arrow::is_nested(id)) return MergeNested(parts, row_count, type);
  std::vector<ColumnView> columns;
  for (const Part& part : parts) {
    SLUICE_ASSIGN(ColumnView column, ColumnView::Make(part.values));
    columns.push_back(std::move(column));
  }
  NullBits nulls(row_count);
  SLUICE_TRY(MergeNulls(parts, columns, row_count, &nulls));
  if (id == arrow::Type::STRING || id == arrow::Type::BINARY) {
    return MergeText(parts, columns, row_count, type, nulls);
  }
  if (id == arrow::Type::BOOL) return MergeFixed<bool>(parts, columns, row_count, type, nulls);
  switch (type->byte_width()) {
    case 1:
      return MergeFixed<int8_t>(parts, columns, row_count, type, nulls);
    case 2:
      return MergeFixed<int16_t>(parts, columns, row_count, type, nulls);
    case 4:
      return MergeFixed<int32_t>(parts, columns, row_count, type, nulls);
    case 8:
      return MergeFixed<int64_t>(parts, columns, row_count, type, nulls);
    default:
      return MergeFixed<Int128>(parts, columns, row_count, type, nulls);
  }
}

}  // namespace sluice::functions
