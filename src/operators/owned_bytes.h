// SPDX-License-Identifier: Apache-2.0
// A byte string in 12 bytes and one allocation, for rows that operators keep by the million.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace sluice::operators {

class OwnedBytes {
 public:
  OwnedBytes() = default;
  explicit OwnedBytes(std::string_view bytes) : bytes_(new char[bytes.size() + sizeof(uint32_t)]) {
    const auto size = static_cast<uint32_t>(bytes.size());
    std::memcpy(bytes_.get(), &size, sizeof(size));
    if (size > 0) std::memcpy(bytes_.get() + sizeof(size), bytes.data(), size);
  }
  bool has_value() const { return bytes_ != nullptr; }
  std::string_view view() const {
    if (bytes_ == nullptr) return {};
    uint32_t size = 0;
    std::memcpy(&size, bytes_.get(), sizeof(size));
    return {bytes_.get() + sizeof(size), size};
  }
  void reset() { bytes_.reset(); }
  int64_t heap_bytes() const {
    return bytes_ == nullptr ? 0 : static_cast<int64_t>(view().size()) + 24;
  }

 private:
  std::unique_ptr<char[]> bytes_;
};

}  // namespace sluice::operators
