// SPDX-License-Identifier: Apache-2.0
// A hash over texts in a fixed order: FNV-1a, twice, 128 bits. Not for untrusted input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::plan {

class Fingerprint {
 public:
  void Add(std::string_view text) {
    for (const char c : text) Mix(static_cast<unsigned char>(c));
    Mix(0);  // so that "ab","c" differs from "a","bc"
  }
  void Add(int64_t value) { Add(std::to_string(value)); }
  /// 32 hexadecimal digits.
  std::string Text() const;

 private:
  void Mix(unsigned char byte) {
    a_ = (a_ ^ byte) * 1099511628211ULL;
    b_ = (b_ ^ byte) * 6364136223846793005ULL + 1442695040888963407ULL;
  }
  uint64_t a_ = 14695981039346656037ULL;
  uint64_t b_ = 0x9e3779b97f4a7c15ULL;
};

}  // namespace sluice::plan
