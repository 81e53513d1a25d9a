// SPDX-License-Identifier: Apache-2.0
// Reading JSON text 8 and 32 bytes at a time. Nothing here allocates or knows columns.
//
// Loads may run up to 64 bytes past the end of a message (Decoder::kPadding); what they find there
// is never believed: each caller checks that the position it arrives at is inside the message.
#pragma once

#include <immintrin.h>

#include <bit>
#include <cstdint>
#include <cstring>

namespace sluice::formats::json {

#define SLUICE_LIKELY(x) __builtin_expect(static_cast<bool>(x), 1)
#define SLUICE_INLINE inline __attribute__((always_inline))
#define SLUICE_UNLIKELY(x) __builtin_expect(static_cast<bool>(x), 0)

inline bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
inline bool IsDigit(char c) {
  return static_cast<unsigned char>(c - '0') <= 9;
}

inline const char* SkipSpace(const char* p, const char* end) {
  while (p < end && IsSpace(*p)) ++p;
  return p;
}

SLUICE_INLINE uint32_t BitsOf(__m256i bytes) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
}

/// Marks backslashes and control characters: what a string may not simply contain.
SLUICE_INLINE __m256i SpecialBytes(__m256i bytes) {
  const __m256i backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
  const __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
  return _mm256_or_si256(backslash, control);
}

/// Finds the first quote, backslash or control character from `p` on; `end` when there is none.
/// Sets *non_ascii to non-zero when a byte >= 0x80 was passed.
inline const char* FindStringStop(const char* p, const char* end, uint32_t* non_ascii) {
  for (; p < end; p += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    const uint32_t stops = BitsOf(_mm256_or_si256(quotes, SpecialBytes(bytes)));
    *non_ascii |= BitsOf(bytes) & (stops ^ (stops - 1));  // all of them when nothing stops
    if (stops == 0) continue;
    const char* stop = p + std::countr_zero(stops);
    return stop < end ? stop : end;
  }
  return end;
}

/// Up to eight digits at `p`.
struct Digits {
  uint64_t value;
  int count;
};

SLUICE_INLINE Digits ReadDigits(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  word ^= 0x3030303030303030ULL;
  const uint64_t other = (word | (word + 0x7676767676767676ULL)) & 0x8080808080808080ULL;
  const int count = other == 0 ? 8 : std::countr_zero(other) / 8;
  if (count == 0) return {0, 0};
  word <<= (8 - count) * 8;  // leading zeros
  word = word * 10 + (word >> 8);
  const uint64_t mask = 0x000000ff000000ffULL;
  word = ((word & mask) * (100 + (1000000ULL << 32)) +
          ((word >> 16) & mask) * (1 + (10000ULL << 32))) >>
         32;
  return {word & 0xffffffffULL, count};
}

inline constexpr uint64_t kPowersOfTen[20] = {1ULL,
                                              10ULL,
                                              100ULL,
                                              1000ULL,
                                              10000ULL,
                                              100000ULL,
                                              1000000ULL,
                                              10000000ULL,
                                              100000000ULL,
                                              1000000000ULL,
                                              10000000000ULL,
                                              100000000000ULL,
                                              1000000000000ULL,
                                              10000000000000ULL,
                                              100000000000000ULL,
                                              1000000000000000ULL,
                                              10000000000000000ULL,
                                              100000000000000000ULL,
                                              1000000000000000000ULL,
                                              10000000000000000000ULL};

/// A JSON integer of at most 18 digits at `p`. Returns where it ends, or nullptr when it is
/// anything else (a fraction, an exponent, a leading zero, more digits, no number): the general
/// way decides then. At most 19 bytes and the padding are read.
SLUICE_INLINE const char* ReadShortInteger(const char* p, int64_t* value) {
  const bool negative = *p == '-';
  p += negative;
  const char* first = p;
  Digits part = ReadDigits(p);
  uint64_t sum = part.value;
  p += part.count;
  if (part.count == 8) {
    part = ReadDigits(p);
    sum = sum * kPowersOfTen[part.count] + part.value;
    p += part.count;
    if (part.count == 8) {
      part = ReadDigits(p);
      if (part.count > 2) return nullptr;
      sum = sum * kPowersOfTen[part.count] + part.value;
      p += part.count;
    }
  }
  if (SLUICE_UNLIKELY(p == first || (*first == '0' && p != first + 1))) return nullptr;
  if (SLUICE_UNLIKELY(*p == '.' || (*p | 0x20) == 'e')) return nullptr;
  *value = negative ? -static_cast<int64_t>(sum) : static_cast<int64_t>(sum);
  return p;
}

}  // namespace sluice::formats::json
