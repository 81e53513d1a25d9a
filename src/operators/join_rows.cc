// SPDX-License-Identifier: Apache-2.0
// A row in the buffer, in the machine's byte order (the encoded state is the same on every
// supported machine): u32 size | dead, u32 matches, u32 length of the unique key, u32 length of the
// row, unique key, row, padding to 4.
#include "operators/join_rows.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "state/key_encoder.h"

namespace sluice::operators {
namespace {

constexpr uint32_t kRowsWithoutIndex = 48;
constexpr uint64_t kMostBytes = 0xF0000000u;  // offsets are 32 bits

}  // namespace

JoinRows::~JoinRows() {
  std::free(data_);
}

void JoinRows::set_matches(Offset offset, uint32_t matches) {
  std::memcpy(data_ + offset + offsetof(Header, matches), &matches, sizeof(matches));
}

std::string_view JoinRows::FindableBytes(const Header& header, Offset offset) const {
  const char* at = data_ + offset + sizeof(Header);
  return header.unique != 0 ? std::string_view(at, header.unique)
                            : std::string_view(at, header.row);
}

Status JoinRows::Add(std::string_view unique, std::string_view row, uint32_t matches) {
  const uint64_t payload = sizeof(Header) + unique.size() + row.size();
  const uint64_t size = (payload + 3) / 4 * 4;
  const uint64_t needed = size_ + size;
  if (needed > kMostBytes) {
    return ResourceExhausted("the rows under one key of a join need more than 4 GiB of state");
  }
  if (needed > capacity_) {
    const uint64_t wanted =
        capacity_ == 0 ? needed : std::max<uint64_t>(needed, capacity_ + capacity_ / 2);
    char* const grown = static_cast<char*>(std::realloc(data_, std::min(wanted, kMostBytes)));
    if (grown == nullptr) return ResourceExhausted("no memory for the rows of a join");
    data_ = grown;
    // The allocator's classes of sizes leave a tenth on average: it is ours to fill.
    capacity_ = static_cast<uint32_t>(
        std::min<uint64_t>(malloc_usable_size(grown), std::numeric_limits<uint32_t>::max()));
  }
  const Header header{static_cast<uint32_t>(size), matches, static_cast<uint32_t>(unique.size()),
                      static_cast<uint32_t>(row.size())};
  char* at = data_ + size_;
  std::memcpy(at, &header, sizeof(header));
  if (!unique.empty()) std::memcpy(at + sizeof(header), unique.data(), unique.size());
  if (!row.empty()) std::memcpy(at + sizeof(header) + unique.size(), row.data(), row.size());
  std::memset(at + payload, 0, size - payload);
  const Offset offset = size_;
  size_ += static_cast<uint32_t>(size);
  ++count_;
  if (index_ != nullptr) {
    index_->emplace(state::HashKey(FindableBytes(header, offset)), offset);
  }
  return Status::Ok();
}

JoinRows::Offset JoinRows::Find(std::string_view unique, std::string_view row) const {
  const std::string_view wanted = unique.empty() ? row : unique;
  if (count_ > kRowsWithoutIndex) {
    if (index_ == nullptr) const_cast<JoinRows*>(this)->BuildIndex();
    Offset first = kNone;
    const auto [begin, end] = index_->equal_range(state::HashKey(wanted));
    for (auto it = begin; it != end; ++it) {
      if (FindableBytes(At(it->second), it->second) == wanted) first = std::min(first, it->second);
    }
    return first;
  }
  for (Offset offset = First(); offset != kNone; offset = Next(offset)) {
    if (FindableBytes(At(offset), offset) == wanted) return offset;
  }
  return kNone;
}

void JoinRows::BuildIndex() {
  index_ = std::make_unique<Index>();
  index_->reserve(count_ * 2);
  for (Offset offset = First(); offset != kNone; offset = Next(offset)) {
    index_->emplace(state::HashKey(FindableBytes(At(offset), offset)), offset);
  }
}

void JoinRows::Remove(Offset offset) {
  if (index_ != nullptr) {
    const auto [begin, end] =
        index_->equal_range(state::HashKey(FindableBytes(At(offset), offset)));
    for (auto it = begin; it != end; ++it) {
      if (it->second != offset) continue;
      index_->erase(it);
      break;
    }
  }
  MarkDead(offset);
  --count_;
  Settle();
}

void JoinRows::MarkDead(Offset offset) {
  Header header = At(offset);
  dead_bytes_ += header.size;
  if (offset == first_) first_ = offset + header.size;
  header.size |= kDead;
  std::memcpy(data_ + offset, &header, sizeof(header));
}

void JoinRows::Settle() {
  if (count_ == 0) {
    Clear();
  } else if (dead_bytes_ > size_ / 2) {
    Pack();
  }
}

void JoinRows::Pack() {
  uint32_t to = 0;
  for (Offset offset = First(); offset != kNone;) {
    const Offset next = Next(offset);
    const uint32_t size = At(offset).size;
    std::memmove(data_ + to, data_ + offset, size);
    to += size;
    offset = next;
  }
  size_ = to;
  dead_bytes_ = 0;
  first_ = 0;
  if (capacity_ > 256 && size_ < capacity_ / 4) {
    char* moved = static_cast<char*>(std::realloc(data_, size_ + size_ / 2));
    if (moved != nullptr) {
      data_ = moved;
      capacity_ = static_cast<uint32_t>(malloc_usable_size(moved));
    }
  }
  index_.reset();  // built again by the next Find
}

void JoinRows::Clear() {
  std::free(data_);
  data_ = nullptr;
  size_ = capacity_ = count_ = dead_bytes_ = first_ = 0;
  index_.reset();
}

void JoinRows::Encode(std::string* out) const {
  if (dead_bytes_ == 0) {
    if (size_ > 0) out->append(data_, size_);
    return;
  }
  for (Offset offset = First(); offset != kNone; offset = Next(offset)) {
    out->append(data_ + offset, At(offset).size);
  }
}

Status JoinRows::Decode(std::string_view bytes) {
  Clear();
  while (!bytes.empty()) {
    Header header;
    if (bytes.size() < sizeof(header)) return Corrupt("a row of a join's state is cut off");
    std::memcpy(&header, bytes.data(), sizeof(header));
    const uint64_t payload = sizeof(Header) + uint64_t{header.unique} + header.row;
    if (header.size != (payload + 3) / 4 * 4 || header.size > bytes.size()) {
      return Corrupt("a row of a join's state has a wrong length");
    }
    const char* at = bytes.data() + sizeof(Header);
    SLUICE_TRY(Add({at, header.unique}, {at + header.unique, header.row}, header.matches));
    bytes.remove_prefix(header.size);
  }
  return Status::Ok();
}

int64_t JoinRows::heap_bytes() const {
  return capacity_ + (index_ == nullptr ? 0 : static_cast<int64_t>(index_->size()) * 48);
}

}  // namespace sluice::operators
