// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/dictionary.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "arrow/array.h"
#include "arrow/buffer.h"
#include "arrow/buffer_builder.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"

namespace sluice::formats::parquet {
namespace {

constexpr int64_t kBlockRows = 64;
constexpr size_t kSlotsMin = 1024;
constexpr int64_t kLengthBytes = 4;  // before each value in Parquet's plain encoding

// The part of the hash that is kept beside a value; where it lies comes from the other part.
uint32_t TagOf(uint64_t hash) {
  return static_cast<uint32_t>(hash >> 32);
}

}  // namespace

void Dictionary::Clear() {
  if (slots_.empty()) slots_.resize(kSlotsMin);
  std::fill(slots_.begin(), slots_.end(), Slot());
  bytes_.clear();
  bytes_.reserve(1);  // Arrow wants an address, also of nothing
  offsets_.assign(1, 0);
}

void Dictionary::Grow() {
  std::vector<Slot> slots(slots_.size() * 2);
  const size_t mask = slots.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.index == kFree) continue;
    const auto hash = XXH3_64bits(bytes_.data() + slot.begin, static_cast<size_t>(slot.size));
    size_t at = hash & mask;
    while (slots[at].index != kFree) at = (at + 1) & mask;
    slots[at] = slot;
  }
  slots_ = std::move(slots);
}

// Finds the index of a value or gives it one; false when the dictionary would grow too large.
bool Dictionary::Insert(uint64_t hash, const char* bytes, int32_t size, int64_t bytes_max,
                        int32_t* index) {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.tag == TagOf(hash) && slot.size == size && slot.index != kFree &&
        std::memcmp(bytes_.data() + slot.begin, bytes, static_cast<size_t>(size)) == 0) {
      *index = slot.index;
      return true;
    }
    if (slot.index != kFree) continue;
    const auto values = static_cast<int64_t>(offsets_.size()) - 1;
    const int64_t used = static_cast<int64_t>(bytes_.size()) + values * kLengthBytes;
    if (used + size + kLengthBytes >= bytes_max) return false;
    *index = static_cast<int32_t>(values);
    slot = {TagOf(hash), *index, offsets_.back(), size};
    bytes_.insert(bytes_.end(), bytes, bytes + size);
    offsets_.push_back(static_cast<int32_t>(bytes_.size()));
    if (offsets_.size() * 2 > slots_.size()) Grow();
    return true;
  }
}

bool Dictionary::AddBlock(const arrow::Array& array, int64_t begin, int64_t count, int32_t* indices,
                          int64_t bytes_max) {
  const auto& values = static_cast<const arrow::BinaryArray&>(array);
  const int32_t* offsets = values.raw_value_offsets() + begin;
  const char* bytes = reinterpret_cast<const char*>(values.raw_data());
  uint64_t hashes[kBlockRows];
  const size_t mask = slots_.size() - 1;
  for (int64_t i = 0; i < count; ++i) {
    hashes[i] = XXH3_64bits(bytes + offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i]));
    __builtin_prefetch(&slots_[hashes[i] & mask]);
  }
  for (int64_t i = 0; i < count; ++i) {
    const Slot& slot = slots_[hashes[i] & mask];
    if (slot.tag != TagOf(hashes[i])) continue;
    __builtin_prefetch(bytes_.data() + slot.begin);
    __builtin_prefetch(bytes_.data() + slot.begin + slot.size);
  }
  const bool nulls = values.null_count() > 0;
  for (int64_t i = 0; i < count; ++i) {
    if (nulls && values.IsNull(begin + i)) {
      indices[i] = 0;
      continue;
    }
    if (!Insert(hashes[i], bytes + offsets[i], offsets[i + 1] - offsets[i], bytes_max,
                indices + i)) {
      return false;
    }
  }
  return true;
}

Result<std::shared_ptr<arrow::Array>> Dictionary::Encode(const arrow::ChunkedArray& column,
                                                         int64_t bytes_max) {
  if (column.null_count() == column.length()) return std::shared_ptr<arrow::Array>();
  Clear();
  SLUICE_ASSIGN(std::shared_ptr<arrow::Buffer> indices, arrow::AllocateBuffer(column.length() * 4));
  auto* next = reinterpret_cast<int32_t*>(indices->mutable_data());
  arrow::TypedBufferBuilder<bool> validity;
  const bool nulls = column.null_count() > 0;
  if (nulls) SLUICE_TRY(validity.Reserve(column.length()));
  for (const auto& chunk : column.chunks()) {
    for (int64_t begin = 0; begin < chunk->length(); begin += kBlockRows) {
      const int64_t count = std::min(kBlockRows, chunk->length() - begin);
      if (!AddBlock(*chunk, begin, count, next, bytes_max)) return std::shared_ptr<arrow::Array>();
      next += count;
    }
    for (int64_t i = 0; nulls && i < chunk->length(); ++i) validity.UnsafeAppend(chunk->IsValid(i));
  }
  std::shared_ptr<arrow::Buffer> valid;
  if (nulls) {
    SLUICE_ASSIGN(valid, validity.Finish());
  }
  auto index_array = std::make_shared<arrow::Int32Array>(column.length(), std::move(indices),
                                                         std::move(valid), column.null_count());
  // Arrow only reads them, and not after the row group is written.
  const auto count = static_cast<int64_t>(offsets_.size()) - 1;
  auto values = arrow::MakeArray(arrow::ArrayData::Make(
      column.type(), count, {nullptr, arrow::Buffer::Wrap(offsets_), arrow::Buffer::Wrap(bytes_)},
      0));
  auto type = arrow::dictionary(arrow::int32(), column.type());
  return std::shared_ptr<arrow::Array>(std::make_shared<arrow::DictionaryArray>(
      std::move(type), std::move(index_array), std::move(values)));
}

}  // namespace sluice::formats::parquet
