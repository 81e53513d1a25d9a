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

/// Marks backslashes, control characters and bytes >= 0x80.
SLUICE_INLINE __m256i UnusualBytes(__m256i bytes) {
  const __m256i backslash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
  return _mm256_or_si256(backslash, _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), bytes));
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

/// The number of eight digits (0 to 9, not their characters), the first one in the lowest byte.
SLUICE_INLINE uint64_t ValueOfDigits(uint64_t word) {
  word = word * 10 + (word >> 8);
  const uint64_t mask = 0x000000ff000000ffULL;
  return static_cast<uint32_t>(((word & mask) * (100 + (1000000ULL << 32)) +
                                ((word >> 16) & mask) * (1 + (10000ULL << 32))) >>
                               32);
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
  return {ValueOfDigits(word << (8 - count) * 8), count};
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

/// From 8 up to 18 digits at `p`; nullptr when there are more.
SLUICE_INLINE const char* ReadManyDigits(const char* p, int64_t* value) {
  Digits part = ReadDigits(p);
  uint64_t sum = part.value;
  part = ReadDigits(p + 8);
  sum = sum * kPowersOfTen[part.count] + part.value;
  p += 8 + part.count;
  if (part.count == 8) {
    part = ReadDigits(p);
    if (part.count > 2) return nullptr;
    sum = sum * kPowersOfTen[part.count] + part.value;
    p += part.count;
  }
  *value = static_cast<int64_t>(sum);
  return p;
}

/// Up to 18 digits at `p`, without a leading zero. Returns where they end, or nullptr when that is
/// not what is there. What follows is not looked at. At most 24 bytes are read.
SLUICE_INLINE const char* ReadUnsigned(const char* p, int64_t* value) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  word ^= 0x3030303030303030ULL;
  const uint64_t other = (word | (word + 0x7676767676767676ULL)) & 0x8080808080808080ULL;
  const auto bits = static_cast<int>(_tzcnt_u64(other));                  // 8 for each digit and 7
  if (SLUICE_UNLIKELY((word & 0xff) == 0 && bits != 15)) return nullptr;  // 01
  if (other == 0) return ReadManyDigits(p, value);
  if (SLUICE_UNLIKELY(bits == 7)) return nullptr;
  *value = static_cast<int64_t>(ValueOfDigits(word << (71 - bits)));
  return p + (bits >> 3);
}

// Apart, so that it is a branch and nothing that positive numbers wait for.
[[gnu::noinline]] inline const char* ReadNegative(const char* p, int64_t* value) {
  p = ReadUnsigned(p + 1, value);
  if (p != nullptr) *value = -*value;
  return p;
}

/// An integer of at most 18 digits at `p`, as JSON has it. Returns where it ends, or nullptr when
/// it is anything else: the general way decides then. What follows is not looked at, so it may be
/// the beginning of a number with a fraction or an exponent. At most 25 bytes are read.
SLUICE_INLINE const char* ReadShortInteger(const char* p, int64_t* value) {
  return SLUICE_UNLIKELY(*p == '-') ? ReadNegative(p, value) : ReadUnsigned(p, value);
}

/// Whether the number that ReadShortInteger found does not end there.
SLUICE_INLINE bool NumberGoesOn(const char* p) {
  return *p == '.' || (*p | 0x20) == 'e';
}

}  // namespace sluice::formats::json
