// SPDX-License-Identifier: Apache-2.0
#include "formats/json/column.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "arrow/array/data.h"
#include "arrow/buffer.h"
#include "arrow/memory_pool.h"
#include "arrow/type.h"
#include "base/assert.h"

namespace sluice::formats::json {

namespace {

constexpr int64_t kAlignment = 64;

// A buffer that gives its memory back to the pool it came from.
class PoolBuffer final : public arrow::Buffer {
 public:
  PoolBuffer(uint8_t* bytes, int64_t size, int64_t capacity)
      : arrow::Buffer(bytes, size), allocated_(capacity) {
    capacity_ = capacity;
  }
  ~PoolBuffer() override {
    arrow::default_memory_pool()->Free(const_cast<uint8_t*>(data()), allocated_, kAlignment);
  }

 private:
  int64_t allocated_;
};

uint8_t* Allocate(int64_t size) {
  uint8_t* bytes = nullptr;
  const arrow::Status status = arrow::default_memory_pool()->Allocate(size, kAlignment, &bytes);
  SLUICE_ASSERT(status.ok());  // out of memory
  return bytes;
}

int64_t RoundUp(int64_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

Kind KindOf(flow::TypeKind kind) {
  using enum flow::TypeKind;
  switch (kind) {
    case kNull:
      return Kind::kNull;
    case kBoolean:
      return Kind::kBoolean;
    case kTinyInt:
      return Kind::kInt8;
    case kSmallInt:
      return Kind::kInt16;
    case kInt:
    case kIntervalYearMonth:
      return Kind::kInt32;
    case kBigInt:
    case kIntervalDaySecond:
      return Kind::kInt64;
    case kFloat:
      return Kind::kFloat;
    case kDouble:
      return Kind::kDouble;
    case kDecimal:
      return Kind::kDecimal;
    case kChar:
    case kVarchar:
      return Kind::kString;
    case kBinary:
    case kVarbinary:
      return Kind::kBinary;
    case kDate:
      return Kind::kDate;
    case kTime:
      return Kind::kTime;
    case kTimestamp:
    case kTimestampLtz:
      return Kind::kTimestamp;
    case kArray:
      return Kind::kArray;
    case kMap:
    case kMultiset:
      return Kind::kMap;
    case kRow:
      return Kind::kRow;
  }
  return Kind::kNull;
}

int32_t WidthOf(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
    case Kind::kInt8:
      return 1;
    case Kind::kInt16:
      return 2;
    case Kind::kInt32:
    case Kind::kFloat:
    case Kind::kDate:
      return 4;
    case Kind::kInt64:
    case Kind::kDouble:
    case Kind::kTime:
    case Kind::kTimestamp:
      return 8;
    case Kind::kDecimal:
      return 16;
    default:
      return 0;
  }
}

// Clears bits [begin, end); 8 bytes past the last one can be written.
void ClearBits(uint8_t* bits, int64_t begin, int64_t end) {
  while (begin < end) {
    const int64_t byte = begin / 8, shift = begin % 8;
    const int64_t count = std::min<int64_t>(end - begin, 56);
    uint64_t word;
    std::memcpy(&word, bits + byte, 8);
    word &= ~(((1ULL << count) - 1) << shift);
    std::memcpy(bits + byte, &word, 8);
    begin += count;
    if (end - begin >= 1024 && begin % 8 == 0) {
      std::memset(bits + begin / 8, 0, static_cast<size_t>((end - begin) / 8));
      begin += (end - begin) / 8 * 8;
    }
  }
}

std::shared_ptr<arrow::Buffer> PackBooleans(const uint8_t* bytes, int64_t rows) {
  Memory memory;
  const int64_t size = RoundUp((rows + 7) / 8 + 1);
  memory.Reserve(size, 0);
  std::memset(memory.bytes(), 0, static_cast<size_t>(size));
  for (int64_t i = 0; i < rows; ++i) {
    memory.bytes()[i / 8] |= static_cast<uint8_t>((bytes[i] & 1u) << (i % 8));
  }
  return memory.Release((rows + 7) / 8);
}

}  // namespace

Memory::Memory(Memory&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), capacity_(std::exchange(other.capacity_, 0)) {}

Memory::~Memory() {
  if (bytes_ != nullptr) arrow::default_memory_pool()->Free(bytes_, capacity_, kAlignment);
}

void Memory::Reserve(int64_t capacity, int64_t used) {
  if (capacity <= capacity_) return;
  capacity = RoundUp(std::max(capacity, kAlignment));
  uint8_t* bytes = Allocate(capacity);
  if (bytes_ != nullptr) {
    std::memcpy(bytes, bytes_, static_cast<size_t>(used));
    arrow::default_memory_pool()->Free(bytes_, capacity_, kAlignment);
  }
  bytes_ = bytes;
  capacity_ = capacity;
}

std::shared_ptr<arrow::Buffer> Memory::Release(int64_t size) {
  Reserve(std::max(size, kAlignment), 0);
  // Arrow asks for defined bytes up to the next multiple of 64.
  const int64_t padded = std::min(RoundUp(size), capacity_);
  std::memset(bytes_ + size, 0, static_cast<size_t>(padded - size));
  return std::make_shared<PoolBuffer>(std::exchange(bytes_, nullptr), size,
                                      std::exchange(capacity_, 0));
}

Column::Column(const flow::Type& logical, std::string path) : name(std::move(path)) {
  kind = KindOf(logical.kind());
  nullable = logical.nullable();
  has_zone = logical.kind() == flow::TypeKind::kTimestampLtz;
  precision = logical.precision();
  scale = logical.scale();
  unit = logical.is_timestamp() && precision > 6 ? 1'000'000'000 : 1'000'000;
  int64_t tick = unit;
  for (int64_t& units : fraction_units) {
    units = tick;
    tick /= 10;
  }
  width = WidthOf(kind);
  type = logical.WithNullable(logical.nullable());
  arrow_type_ = flow::ToArrow(logical);
  if (kind == Kind::kRow) {
    keys = std::make_unique<KeyTable>();
    const std::string prefix = name.empty() ? "" : name + ".";
    for (const flow::Field& field : logical.fields()) {
      keys->Add(field.name, static_cast<int>(children.size()));
      children.emplace_back(*field.type, prefix + "`" + field.name + "`");
    }
  } else if (kind == Kind::kArray) {
    children.emplace_back(*logical.element(), name + "[]");
  } else if (kind == Kind::kMap) {
    // Arrow's map keys are never null, and JSON has no null key.
    children.emplace_back(*logical.fields()[0].type->WithNullable(false), name + " (key)");
    const bool multiset = logical.kind() == flow::TypeKind::kMultiset;
    const flow::TypePtr item =
        multiset ? flow::Type::Simple(flow::TypeKind::kInt, false) : logical.value();
    children.emplace_back(*item, name + "[]");
  }
  if (width == 0 && !has_offsets()) capacity_ = std::numeric_limits<int64_t>::max();
}

void KeyTable::Bind(std::vector<Column>& columns) {
  Rehash();
  for (const std::unique_ptr<Key>& key : keys_) {
    if (key->field == kNoField) continue;
    key->column = &columns[static_cast<size_t>(key->field)];
    key->kind = static_cast<uint8_t>(key->column->kind);
  }
}

void Column::AlignSlow(int64_t index) {
  if (length > index) {
    Rewind(index);
  } else {
    Pad(index);
  }
}

void Column::Rewind(int64_t n) {
  if (length > n) {
    length = n;
    while (!nulls_.empty() && nulls_.back().begin >= n) nulls_.pop_back();
    if (!nulls_.empty()) nulls_.back().end = std::min(nulls_.back().end, n);
  }
  if (kind == Kind::kRow) {
    for (Column& child : children) child.Rewind(n);
  } else if (kind == Kind::kArray || kind == Kind::kMap) {
    // An array that broke off left elements behind the end of the last whole one.
    const int64_t end = offsets == nullptr ? 0 : offsets[length];
    for (Column& child : children) child.Rewind(end);
  }
}

void Column::Pad(int64_t n) {
  if (n > capacity_) Grow(n);
  if (width == 8 && n - length <= 4) {
    for (int64_t i = length; i < n; ++i) std::memset(values + i * 8, 0, 8);
  } else if (width > 0) {
    std::memset(values + length * width, 0, static_cast<size_t>((n - length) * width));
  } else if (has_offsets()) {
    const int32_t here = offsets[length];
    for (int64_t i = length + 1; i <= n; ++i) offsets[i] = here;
  }
  if (nullable && kind != Kind::kNull) {
    if (!nulls_.empty() && nulls_.back().end == length) {
      nulls_.back().end = n;
    } else {
      nulls_.push_back({length, n});
    }
  }
  length = n;
}

void Column::Grow(int64_t rows) {
  int64_t target = std::max<int64_t>({rows, capacity_ * 2, 64});
  if (width > 0) {
    value_memory_.Reserve(target * width, length * width);
    values = value_memory_.bytes();
    target = value_memory_.capacity() / width;
  } else if (has_offsets()) {
    const bool fresh = offset_memory_.bytes() == nullptr;
    offset_memory_.Reserve((target + 1) * 4, fresh ? 0 : (length + 1) * 4);
    offsets = reinterpret_cast<int32_t*>(offset_memory_.bytes());
    if (fresh) offsets[0] = 0;
    target = offset_memory_.capacity() / 4 - 1;
  }
  capacity_ = target;
}

void Column::GrowBytes(int64_t used, int64_t more) {
  value_memory_.Reserve(std::max<int64_t>(used + more, bytes_capacity * 2), used);
  values = value_memory_.bytes();
  bytes_capacity = value_memory_.capacity();
}

void Column::PutString(int64_t index, std::string_view text) {
  uint8_t* out = BeginString(index, static_cast<int64_t>(text.size()));
  std::memcpy(out, text.data(), text.size());
  EndString(index, static_cast<int64_t>(text.size()));
}

void Column::Reserve(int64_t rows) {
  if (rows > capacity_) Grow(rows);
  if (kind == Kind::kString || kind == Kind::kBinary) {
    if (bytes_expected_ > bytes_capacity) GrowBytes(0, bytes_expected_);
  }
  for (Column& child : children) child.Reserve(kind == Kind::kRow ? rows : child.rows_expected_);
}

std::shared_ptr<arrow::Buffer> Column::FinishValidity(int64_t rows, int64_t* null_count) {
  *null_count = 0;
  if (nulls_.empty()) return nullptr;
  Memory memory;
  const int64_t size = (rows + 7) / 8;
  memory.Reserve(size + 8, 0);
  std::memset(memory.bytes(), 0xff, static_cast<size_t>(size));
  if (rows % 8 != 0) memory.bytes()[size - 1] = static_cast<uint8_t>((1u << (rows % 8)) - 1);
  for (const NullRun& run : nulls_) {
    ClearBits(memory.bytes(), run.begin, run.end);
    *null_count += run.end - run.begin;
  }
  return memory.Release(size);
}

std::shared_ptr<arrow::Buffer> Column::FinishValues(int64_t rows) {
  if (kind == Kind::kBoolean) return PackBooleans(values, rows);
  if (width > 0) return value_memory_.Release(rows * width);
  const int64_t bytes = offsets[rows];
  // What the next batch is likely to need, so that it grows rarely and wastes little.
  bytes_expected_ = std::max(bytes + bytes / 8, bytes_expected_ - bytes_expected_ / 8);
  return value_memory_.Release(bytes);
}

std::shared_ptr<arrow::ArrayData> Column::Finish(int64_t rows) {
  if (rows > capacity_ || (has_offsets() && offsets == nullptr)) Grow(rows);
  PadTo(rows);
  rows_expected_ = std::max(rows + rows / 8, rows_expected_ - rows_expected_ / 8);
  if (kind == Kind::kNull) {
    auto nothing = arrow::ArrayData::Make(arrow_type_, rows, {nullptr}, rows);
    length = 0;
    return nothing;
  }
  int64_t null_count = 0;
  std::vector<std::shared_ptr<arrow::Buffer>> buffers = {FinishValidity(rows, &null_count)};
  std::vector<std::shared_ptr<arrow::ArrayData>> child_data;
  if (kind == Kind::kRow) {
    for (Column& child : children) child_data.push_back(child.Finish(rows));
  } else if (kind == Kind::kArray) {
    child_data.push_back(children[0].Finish(offsets[rows]));
  } else if (kind == Kind::kMap) {
    const auto& map = static_cast<const arrow::MapType&>(*arrow_type_);
    const int64_t entries = offsets[rows];
    auto key = children[0].Finish(entries), item = children[1].Finish(entries);
    child_data.push_back(arrow::ArrayData::Make(map.value_type(), entries, {nullptr},
                                                {std::move(key), std::move(item)}, 0));
  }
  std::shared_ptr<arrow::Buffer> last;
  if (width > 0 || kind == Kind::kString || kind == Kind::kBinary) last = FinishValues(rows);
  if (has_offsets()) buffers.push_back(offset_memory_.Release((rows + 1) * 4));
  if (last != nullptr) buffers.push_back(std::move(last));
  auto made = arrow::ArrayData::Make(arrow_type_, rows, std::move(buffers), std::move(child_data),
                                     null_count);
  values = value_memory_.bytes();  // booleans keep theirs
  offsets = nullptr;
  bytes_capacity = 0;
  length = 0;
  nulls_.clear();
  if (kind != Kind::kRow) capacity_ = kind == Kind::kBoolean ? value_memory_.capacity() : 0;
  return made;
}

}  // namespace sluice::formats::json
