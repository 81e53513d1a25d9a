// SPDX-License-Identifier: Apache-2.0
// The keys of one ROW: which column each belongs to, and which key is expected next.
//
// Producers write their keys in one order. Each key therefore remembers, as it was last seen, the
// key that followed it and its exact text from the blank before the quote to the value
// (` "price": `). While that repeats, a key costs one masked comparison. A key that is not the
// expected one is looked up by hash and becomes the expectation. Keys nobody asked for are learned
// the same way (up to a bound), so that they are skipped as quickly.
#pragma once

#include <immintrin.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::formats::json {

class Column;

class KeyTable {
 public:
  static constexpr int kNoField = -1;
  static constexpr uint32_t kUnpredictable = 0xffffffff;
  static constexpr uint64_t kNever = 1ULL << 32;  // a byte that the 32 of `text` have not
  static constexpr int kUnknownKeysMax = 64;

  /// One key and what was last seen of it.
  struct Key {
    alignas(32) char text[32] = {};  // from after the comma to the value, as last seen
    uint64_t mask = kNever;          // which bytes of `text` count
    uint32_t length = kUnpredictable;
    uint8_t kind = 0;          // the column's (kNull: skipped), so that it is known early
    Column* column = nullptr;  // where the value goes; nullptr: it is skipped
    int field = kNoField;      // index of the child column
    bool wanted = false;       // it has a column that somebody needs
    Key* next = nullptr;       // the key that came after it last time
    std::string name;
    std::string long_text;  // `text` when it has more than 32 bytes
    uint64_t seen = 0;      // the object (by number) that last had it

    /// Whether the message goes on with this key at `p`, if its text has up to 32 bytes, which can
    /// be read there; they may lie behind the end of the message.
    bool MatchesShort(const char* p) const {
      const __m256i there = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
      const __m256i want = _mm256_load_si256(reinterpret_cast<const __m256i*>(text));
      const auto equal =
          static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(there, want)));
      return (~static_cast<uint64_t>(equal) & mask) == 0;
    }
    /// The same for any text.
    bool Matches(const char* p, const char* end) const {
      return MatchesShort(p) ||
             (length > 32 && length != kUnpredictable && end - p >= static_cast<int64_t>(length) &&
              std::memcmp(p, long_text.data(), length) == 0);
    }
  };

  KeyTable();

  /// Adds a wanted key. Names are given once each.
  void Add(std::string_view name, int field);
  /// Marks the key of a column as one whose value nobody needs.
  void SkipField(int field);
  /// Says where the columns are, once they stay there. Keys are found only after that.
  void Bind(std::vector<Column>& columns);

  Key* start() { return &start_; }
  Key* Find(std::string_view name) const;

  /// The key whose text, as last seen, the message goes on with at *p, which then moves to the
  /// value; nullptr when there is none.
  Key* FindWritten(const char** p, const char* end) const {
    const char* name = *p + (**p == ' ') + 1;
    const __m256i there = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(name));
    const auto quotes = static_cast<uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(there, _mm256_set1_epi8('"'))));
    const auto size = static_cast<uint64_t>(std::countr_zero(quotes));  // 32: too long to be quick
    // Where the value is likely to begin. Kept apart from the key's own length, so that reading on
    // need not wait for the key to be found.
    const char* value = name + size + 2 + (name[size + 2] == ' ');
    asm("" : "+r"(value));
    const uint64_t mask = slots_.size() - 1;
    for (uint64_t slot = Hash(name, size) & mask;; slot = (slot + 1) & mask) {
      Key* key = slots_[slot];
      if (key == nullptr) return nullptr;
      if (!key->Matches(*p, end)) continue;
      if (__builtin_expect(*p + key->length == value, 1)) {
        *p = value;
      } else {
        *p += key->length;
        asm volatile("");  // a branch, not a choice that waits for both
      }
      return key;
    }
  }

  /// Like Find, but makes room for a new unknown key while there is some; else the key for all
  /// others.
  Key* FindOrLearn(std::string_view name);
  /// Remembers how the key was written; `text` runs from after the comma to the value.
  static void Learn(Key* key, std::string_view text);
  const std::vector<std::unique_ptr<Key>>& keys() const { return keys_; }

 private:
  /// Where to look for a key. From the first four bytes from the name on where those tell the keys
  /// apart (short names with `":` behind them): then nothing has to wait for the end of the name.
  /// Else from its size and its first and last 8 bytes. 8 bytes can be read at `name`.
  uint64_t Hash(const char* name, uint64_t size) const {
    uint64_t first = 0, last;
    if (first_bytes_differ_) {
      std::memcpy(&first, name, 4);
      return first * 0x9e3779b97f4a7c15ULL >> 40;
    }
    if (size == 0) return 0;
    const uint64_t lacking = size < 8 ? (8 - size) * 8 : 0;
    std::memcpy(&first, name, 8);
    std::memcpy(&last, name + (size < 8 ? 0 : size - 8), 8);
    first <<= lacking;
    last <<= lacking;
    return (first ^ (last >> 7 | last << 57) ^ size) * 0x9e3779b97f4a7c15ULL >> 40;
  }
  Key* Insert(std::string_view name, int field);
  void Rehash();

  Key start_;   // stands before the first key
  Key others_;  // every key that is neither wanted nor learned
  std::vector<std::unique_ptr<Key>> keys_;
  std::vector<Key*> slots_;
  bool first_bytes_differ_ = false;
  int unknown_ = 0;
};

}  // namespace sluice::formats::json
