// SPDX-License-Identifier: Apache-2.0
// Encoded: for each row in order u32 sizes of sort key, unique key and row, then their bytes.
#include "operators/sorted_rows.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice::operators {
namespace {

constexpr int64_t kRowOverhead = 48;  // of the allocation and of SortedRow

}  // namespace

SortedRow::SortedRow(std::string_view sort_key, std::string_view unique, std::string_view row)
    : bytes_(new char[sort_key.size() + unique.size() + row.size()]),
      sort_size_(static_cast<uint32_t>(sort_key.size())),
      unique_size_(static_cast<uint32_t>(unique.size())),
      row_size_(static_cast<uint32_t>(row.size())) {
  char* at = bytes_.get();
  for (const std::string_view part : {sort_key, unique, row}) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    at += part.size();
  }
}

SortedRows::Place SortedRows::Locate(size_t place) const {
  size_t chunk = 0;
  while (place >= chunks_[chunk].size()) place -= chunks_[chunk++].size();
  return {chunk, place};
}

const SortedRow& SortedRows::operator[](size_t place) const {
  const Place at = Locate(place);
  return chunks_[at.chunk][at.row];
}

SortedRows::Place SortedRows::Bound(std::string_view sort_key, bool after, size_t* place) const {
  // Is the row before the bound?
  const auto before = [&](const SortedRow& row) {
    return after ? row.sort_key() <= sort_key : row.sort_key() < sort_key;
  };
  const auto chunk =
      std::partition_point(chunks_.begin(), chunks_.end(),
                           [&](const std::vector<SortedRow>& rows) { return before(rows.back()); });
  *place = 0;
  for (auto it = chunks_.begin(); it != chunk; ++it) *place += it->size();
  if (chunk == chunks_.end()) return {chunks_.size(), 0};
  const auto row = std::partition_point(chunk->begin(), chunk->end(), before);
  *place += static_cast<size_t>(row - chunk->begin());
  return {static_cast<size_t>(chunk - chunks_.begin()), static_cast<size_t>(row - chunk->begin())};
}

size_t SortedRows::Insert(SortedRow row) {
  size_t place = 0;
  Place at = Bound(row.sort_key(), true, &place);
  if (at.chunk == chunks_.size()) {
    if (chunks_.empty()) chunks_.emplace_back();
    at = {chunks_.size() - 1, chunks_.back().size()};
  }
  heap_bytes_ += row.size_bytes() + kRowOverhead;
  ++size_;
  std::vector<SortedRow>& chunk = chunks_[at.chunk];
  chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(at.row), std::move(row));
  if (chunk.size() > kChunkRows) {
    const auto half = chunk.begin() + kChunkRows / 2;
    std::vector<SortedRow> upper(std::make_move_iterator(half),
                                 std::make_move_iterator(chunk.end()));
    chunk.erase(half, chunk.end());
    chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(at.chunk) + 1, std::move(upper));
  }
  return place;
}

SortedRow SortedRows::Remove(size_t place) {
  const Place at = Locate(place);
  std::vector<SortedRow>& chunk = chunks_[at.chunk];
  SortedRow row = std::move(chunk[at.row]);
  chunk.erase(chunk.begin() + static_cast<std::ptrdiff_t>(at.row));
  if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(at.chunk));
  --size_;
  heap_bytes_ -= row.size_bytes() + kRowOverhead;
  return row;
}

SortedRow SortedRows::Replace(size_t place, SortedRow row) {
  const Place at = Locate(place);
  heap_bytes_ += row.size_bytes() - chunks_[at.chunk][at.row].size_bytes();
  std::swap(chunks_[at.chunk][at.row], row);
  return row;
}

size_t SortedRows::FindRow(std::string_view sort_key, std::string_view row) const {
  size_t place = 0;
  Place at = Bound(sort_key, false, &place);
  for (; at.chunk < chunks_.size(); ++at.chunk, at.row = 0) {
    const std::vector<SortedRow>& chunk = chunks_[at.chunk];
    for (; at.row < chunk.size(); ++at.row, ++place) {
      if (chunk[at.row].sort_key() != sort_key) return kNone;
      if (chunk[at.row].row() == row) return place;
    }
  }
  return kNone;
}

size_t SortedRows::FindUnique(std::string_view unique) const {
  size_t place = 0;
  for (const auto& chunk : chunks_) {
    for (const SortedRow& row : chunk) {
      if (row.unique() == unique) return place;
      ++place;
    }
  }
  return kNone;
}

void SortedRows::Clear() {
  chunks_.clear();
  size_ = 0;
  heap_bytes_ = 0;
}

void SortedRows::Encode(std::string* out) const {
  ForEach([&](const SortedRow& row) {
    for (const std::string_view part : {row.sort_key(), row.unique(), row.row()}) {
      const auto size = static_cast<uint32_t>(part.size());
      out->append(reinterpret_cast<const char*>(&size), sizeof(size));
    }
    out->append(row.sort_key()).append(row.unique()).append(row.row());
  });
}

Status SortedRows::Decode(std::string_view bytes) {
  Clear();
  while (!bytes.empty()) {
    uint32_t sizes[3];
    if (bytes.size() < sizeof(sizes)) return Corrupt("a sorted row in the state is cut off");
    std::memcpy(sizes, bytes.data(), sizeof(sizes));
    bytes.remove_prefix(sizeof(sizes));
    if (uint64_t{sizes[0]} + sizes[1] + sizes[2] > bytes.size()) {
      return Corrupt("a sorted row in the state has a wrong length");
    }
    std::string_view parts[3];
    for (int i = 0; i < 3; ++i) {
      parts[i] = bytes.substr(0, sizes[i]);
      bytes.remove_prefix(sizes[i]);
    }
    Insert(SortedRow(parts[0], parts[1], parts[2]));
  }
  return Status::Ok();
}

}  // namespace sluice::operators
