// SPDX-License-Identifier: Apache-2.0
// Bytes back to columns, straight into Arrow buffers, one column after the other: each row has a
// cursor that the columns move along. Every length is checked: state that lies is an error, not a
// crash.
#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "arrow/array/array_primitive.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer_builder.h"
#include "arrow/type.h"
#include "arrow/util/bit_util.h"
#include "state/column_layout.h"

namespace sluice::state {
namespace {

Error TooShort() {
  return Corrupt("encoded row ends too early, or holds lengths that contradict each other");
}

Error TooLarge() {
  return ResourceExhausted("a column of state is too large for one batch (2 GiB)");
}

/// Bytes of one row that are still to be read.
struct Cursor {
  const char* at = nullptr;
  const char* end = nullptr;
  bool missing = false;  // a row of NULLs
  bool Has(size_t size) const { return static_cast<size_t>(end - at) >= size; }
};

/// Builds an array value after value.
class Builder {
 public:
  explicit Builder(const ColumnLayout& layout) : layout_(layout) {
    for (const ColumnLayout& part : layout.parts) parts_.emplace_back(part);
  }

  Status Reserve(int64_t rows) {
    SLUICE_TRY(validity_.Reserve(rows));
    if (layout_.width != 0 && layout_.shape != Shape::kBoolean) {
      SLUICE_TRY(values_.Reserve(rows * layout_.width));
    }
    if (HasBounds()) SLUICE_TRY(bounds_.Reserve(rows + 1));
    return Status::Ok();
  }

  Status Append(Cursor* from) {
    if (from->missing) return AppendNull();
    if (layout_.nullable) {
      if (!from->Has(1)) return TooShort();
      const char tag = *from->at++;
      if (tag != 0 && tag != 1) return TooShort();
      if (tag == 0) return AppendNull();
    } else if (layout_.shape == Shape::kNothing) {
      return AppendNull();
    }
    return AppendValue(from);
  }

  Result<std::shared_ptr<arrow::ArrayData>> Finish() {
    const int64_t null_count = validity_.false_count();
    std::shared_ptr<arrow::Buffer> validity;
    if (null_count != 0) {
      SLUICE_ASSIGN(validity, validity_.Finish());
    }
    auto out = arrow::ArrayData::Make(flow::ToArrow(*layout_.type), length_, null_count);
    if (layout_.shape == Shape::kNothing) {
      out->null_count = length_;
      out->buffers = {nullptr};
      return out;
    }
    out->buffers = {validity};
    if (HasBounds()) {
      SLUICE_TRY(bounds_.Append(static_cast<int32_t>(end_)));
      SLUICE_ASSIGN(auto bounds, bounds_.Finish());
      out->buffers.push_back(std::move(bounds));
    }
    if (layout_.shape == Shape::kBoolean) {
      SLUICE_ASSIGN(auto bits, bits_.Finish());
      out->buffers.push_back(std::move(bits));
    } else if (layout_.parts.empty() && layout_.shape != Shape::kRow) {
      SLUICE_ASSIGN(auto values, values_.Finish());
      out->buffers.push_back(std::move(values));
    }
    SLUICE_TRY(FinishParts(out.get()));
    return out;
  }

 private:
  bool HasBounds() const {
    return layout_.shape == Shape::kText || layout_.shape == Shape::kList ||
           layout_.shape == Shape::kMap;
  }

  Status AppendNull() {
    ++length_;
    SLUICE_TRY(validity_.Append(false));
    switch (layout_.shape) {
      case Shape::kNothing:
        return Status::Ok();
      case Shape::kBoolean:
        SLUICE_TRY(bits_.Append(false));
        return Status::Ok();
      case Shape::kText:
      case Shape::kList:
      case Shape::kMap:
        SLUICE_TRY(bounds_.Append(static_cast<int32_t>(end_)));
        return Status::Ok();
      case Shape::kRow:
        for (Builder& part : parts_) SLUICE_TRY(part.AppendNull());
        return Status::Ok();
      default:
        SLUICE_TRY(values_.Append(layout_.width, uint8_t{0}));
        return Status::Ok();
    }
  }

  Status AppendValue(Cursor* from) {
    ++length_;
    SLUICE_TRY(validity_.Append(true));
    switch (layout_.shape) {
      case Shape::kNothing:
        return TooShort();
      case Shape::kBoolean:
        if (!from->Has(1)) return TooShort();
        SLUICE_TRY(bits_.Append(*from->at++ != 0));
        return Status::Ok();
      case Shape::kText:
        return AppendText(from);
      case Shape::kList:
      case Shape::kMap:
        return AppendEntries(from);
      case Shape::kRow:
        for (Builder& part : parts_) SLUICE_TRY(part.Append(from));
        return Status::Ok();
      default:
        if (!from->Has(static_cast<size_t>(layout_.width))) return TooShort();
        SLUICE_TRY(values_.Append(from->at, layout_.width));
        from->at += layout_.width;
        return Status::Ok();
    }
  }

  Result<uint32_t> ReadCount(Cursor* from) {
    if (!from->Has(4)) return TooShort();
    uint32_t count = 0;
    std::memcpy(&count, from->at, 4);
    from->at += 4;
    return count;
  }

  /// Opens a value of `count` bytes or elements.
  Status Extend(uint32_t count) {
    if (end_ + count > std::numeric_limits<int32_t>::max()) {
      return TooLarge();
    }
    SLUICE_TRY(bounds_.Append(static_cast<int32_t>(end_)));
    end_ += count;
    return Status::Ok();
  }

  Status AppendText(Cursor* from) {
    SLUICE_ASSIGN(const uint32_t size, ReadCount(from));
    if (!from->Has(size)) return TooShort();
    SLUICE_TRY(Extend(size));
    SLUICE_TRY(values_.Append(from->at, size));
    from->at += size;
    return Status::Ok();
  }

  Status AppendEntries(Cursor* from) {
    SLUICE_ASSIGN(const uint32_t count, ReadCount(from));
    SLUICE_TRY(Extend(count));
    for (uint32_t i = 0; i < count; ++i) {
      const char* const before = from->at;
      // The key of a map is never NULL; Arrow would end the process over one.
      if (layout_.shape == Shape::kMap && from->Has(1) && *from->at == 0) return TooShort();
      for (Builder& part : parts_) SLUICE_TRY(part.Append(from));
      // Elements without bytes could be claimed without end.
      if (from->at == before && count > kEmptyElementsMax) return TooShort();
    }
    return Status::Ok();
  }

  Status FinishParts(arrow::ArrayData* out) {
    std::vector<std::shared_ptr<arrow::ArrayData>> parts;
    for (Builder& part : parts_) {
      SLUICE_ASSIGN(auto data, part.Finish());
      parts.push_back(std::move(data));
    }
    if (layout_.shape != Shape::kMap) {
      out->child_data = std::move(parts);
      return Status::Ok();
    }
    const auto& entry_type = out->type->field(0)->type();
    auto entries = arrow::ArrayData::Make(entry_type, end_, {nullptr}, 0);
    entries->child_data = std::move(parts);
    out->child_data = {std::move(entries)};
    return Status::Ok();
  }

  static constexpr uint32_t kEmptyElementsMax = 1U << 20;

  const ColumnLayout& layout_;
  std::vector<Builder> parts_;
  arrow::TypedBufferBuilder<bool> validity_;
  arrow::TypedBufferBuilder<bool> bits_;
  arrow::TypedBufferBuilder<int32_t> bounds_;
  arrow::BufferBuilder values_;
  int64_t length_ = 0;
  int64_t end_ = 0;  // of text bytes or elements
};

/// Which rows are NULL: a bitmap that is made with the first one.
class NullBits {
 public:
  explicit NullBits(int64_t rows) : rows_(rows) {}
  Status Set(int64_t row) {
    if (bits_ == nullptr) {
      const int64_t size = arrow::bit_util::BytesForBits(rows_);
      SLUICE_ASSIGN(bits_, arrow::AllocateBuffer(size));
      std::memset(bits_->mutable_data(), 0xFF, static_cast<size_t>(size));
    }
    arrow::bit_util::ClearBit(bits_->mutable_data(), row);
    ++count_;
    return Status::Ok();
  }
  int64_t count() const { return count_; }
  std::shared_ptr<arrow::Buffer> Finish() { return std::move(bits_); }

 private:
  int64_t rows_;
  int64_t count_ = 0;
  std::shared_ptr<arrow::Buffer> bits_;
};

/// A row that has no value here: moves behind the byte that says so.
Status SkipNull(const ColumnLayout& layout, Cursor* from) {
  if (from->missing) return Status::Ok();
  if (!layout.nullable || !from->Has(1) || *from->at != 0) return TooShort();
  ++from->at;
  return Status::Ok();
}

/// A column of fixed width in one loop.
template <typename T>
Result<std::shared_ptr<arrow::ArrayData>> DecodeFixed(const ColumnLayout& layout,
                                                      std::vector<Cursor>* cursors) {
  const auto rows = static_cast<int64_t>(cursors->size());
  SLUICE_ASSIGN(std::shared_ptr<arrow::Buffer> values,
                arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(T))));
  NullBits nulls(rows);
  uint8_t* to = values->mutable_data();
  const size_t tagged = layout.nullable ? 1 : 0;
  for (int64_t i = 0; i < rows; ++i, to += sizeof(T)) {
    Cursor& from = (*cursors)[static_cast<size_t>(i)];
    if (from.Has(sizeof(T) + tagged) && (tagged == 0 || *from.at == 1)) {
      std::memcpy(to, from.at + tagged, sizeof(T));
      from.at += sizeof(T) + tagged;
      continue;
    }
    SLUICE_TRY(SkipNull(layout, &from));
    SLUICE_TRY(nulls.Set(i));
    std::memset(to, 0, sizeof(T));
  }
  const int64_t null_count = nulls.count();
  return arrow::ArrayData::Make(flow::ToArrow(*layout.type), rows,
                                {nulls.Finish(), std::move(values)}, null_count);
}

/// A column of text in two loops: bounds, then bytes.
Result<std::shared_ptr<arrow::ArrayData>> DecodeText(const ColumnLayout& layout,
                                                     std::vector<Cursor>* cursors) {
  const auto rows = static_cast<int64_t>(cursors->size());
  SLUICE_ASSIGN(std::shared_ptr<arrow::Buffer> bounds,
                arrow::AllocateBuffer((rows + 1) * static_cast<int64_t>(sizeof(int32_t))));
  auto* const at = reinterpret_cast<int32_t*>(bounds->mutable_data());
  NullBits nulls(rows);
  const size_t head = layout.nullable ? 5 : 4;
  int64_t end = 0;
  at[0] = 0;
  for (int64_t i = 0; i < rows; ++i) {
    Cursor& from = (*cursors)[static_cast<size_t>(i)];
    if (from.Has(head) && (head == 4 || *from.at == 1)) {
      uint32_t size;
      std::memcpy(&size, from.at + head - 4, 4);
      from.at += head;
      if (!from.Has(size)) return TooShort();
      from.at += size;
      end += size;
    } else {
      SLUICE_TRY(SkipNull(layout, &from));
      SLUICE_TRY(nulls.Set(i));
    }
    if (end > std::numeric_limits<int32_t>::max()) return TooLarge();
    at[i + 1] = static_cast<int32_t>(end);
  }
  SLUICE_ASSIGN(std::shared_ptr<arrow::Buffer> bytes, arrow::AllocateBuffer(end));
  uint8_t* const to = bytes->mutable_data();
  for (int64_t i = 0; i < rows; ++i) {
    const auto size = static_cast<size_t>(at[i + 1] - at[i]);
    if (size != 0) std::memcpy(to + at[i], (*cursors)[static_cast<size_t>(i)].at - size, size);
  }
  const int64_t null_count = nulls.count();
  return arrow::ArrayData::Make(flow::ToArrow(*layout.type), rows,
                                {nulls.Finish(), std::move(bounds), std::move(bytes)}, null_count);
}

Result<std::shared_ptr<arrow::ArrayData>> DecodeColumn(const ColumnLayout& layout,
                                                       std::vector<Cursor>* cursors) {
  if (layout.shape == Shape::kText) return DecodeText(layout, cursors);
  switch (layout.shape == Shape::kBoolean ? 0 : layout.width) {
    case 1:
      return DecodeFixed<uint8_t>(layout, cursors);
    case 2:
      return DecodeFixed<uint16_t>(layout, cursors);
    case 4:
      return DecodeFixed<uint32_t>(layout, cursors);
    case 8:
      return DecodeFixed<uint64_t>(layout, cursors);
    case 16:
      return DecodeFixed<__int128>(layout, cursors);
    default:
      break;
  }
  Builder builder(layout);
  SLUICE_TRY(builder.Reserve(static_cast<int64_t>(cursors->size())));
  for (Cursor& cursor : *cursors) SLUICE_TRY(builder.Append(&cursor));
  return builder.Finish();
}

/// Moves the cursors behind a column that nobody asked for.
Status PassOver(const ColumnLayout& layout, std::vector<Cursor>* cursors) {
  const bool text = layout.shape == Shape::kText;
  const size_t fixed = layout.shape == Shape::kBoolean ? 1 : static_cast<size_t>(layout.width);
  if (!text && fixed == 0) {
    SLUICE_TRY(DecodeColumn(layout, cursors));
    return Status::Ok();
  }
  const size_t tagged = layout.nullable ? 1 : 0;
  const size_t head = tagged + (text ? 4 : fixed);
  for (Cursor& from : *cursors) {
    if (!from.Has(head) || (tagged == 1 && *from.at != 1)) {
      SLUICE_TRY(SkipNull(layout, &from));
      continue;
    }
    uint32_t size = 0;
    if (text) std::memcpy(&size, from.at + tagged, 4);
    from.at += head;
    if (!from.Has(size)) return TooShort();
    from.at += size;
  }
  return Status::Ok();
}

}  // namespace

Result<std::vector<std::shared_ptr<arrow::Array>>> DecodeColumns(
    std::span<const ColumnLayout> layouts, std::span<const std::string_view> rows,
    std::span<const uint8_t> wanted) {
  std::vector<Cursor> cursors;
  cursors.reserve(rows.size());
  for (const std::string_view row : rows) {
    cursors.push_back({row.data(), row.data() + row.size(), row.empty()});
  }
  const auto last = std::find(wanted.rbegin(), wanted.rend(), 1);
  const size_t end = wanted.empty() ? layouts.size() : static_cast<size_t>(wanted.rend() - last);
  std::vector<std::shared_ptr<arrow::Array>> out;
  for (size_t i = 0; i < layouts.size(); ++i) {
    if (i < end && (wanted.empty() || wanted[i] != 0)) {
      SLUICE_ASSIGN(auto data, DecodeColumn(layouts[i], &cursors));
      out.push_back(arrow::MakeArray(data));
      continue;
    }
    if (i < end) SLUICE_TRY(PassOver(layouts[i], &cursors));
    out.push_back(std::make_shared<arrow::NullArray>(static_cast<int64_t>(rows.size())));
  }
  for (const Cursor& cursor : cursors) {
    if (end == layouts.size() && cursor.at != cursor.end) {
      return Corrupt("encoded row has bytes left over");
    }
  }
  return out;
}

}  // namespace sluice::state
