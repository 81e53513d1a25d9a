// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/crc32c.h"

#include <array>
#include <cstring>
#ifdef __SSE4_2__
#include <nmmintrin.h>
#endif

namespace sluice::sources::kafka {
namespace {

constexpr uint32_t kPolynomial = 0x82f63b78;  // reflected

constexpr std::array<uint32_t, 256> MakeByteTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ kPolynomial : crc >> 1;
    table[i] = crc;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kByteTable = MakeByteTable();

#ifdef __SSE4_2__

// Bytes per stream in the interleaved loop.
constexpr size_t kStream = 1024;

// What `kStream` zero bytes do to a CRC, as a table per byte of the CRC: shifting is linear over
// GF(2), so the shift of a CRC is the XOR of the shifts of its bytes.
using ShiftTable = std::array<std::array<uint32_t, 256>, 4>;

uint32_t ShiftZeros(uint32_t crc) {
  for (size_t i = 0; i < kStream; ++i) crc = kByteTable[crc & 0xff] ^ crc >> 8;
  return crc;
}

const ShiftTable& Shift() {
  static const ShiftTable table = [] {
    ShiftTable t{};
    std::array<uint32_t, 32> of_bit{};
    for (size_t bit = 0; bit < 32; ++bit) of_bit[bit] = ShiftZeros(1u << bit);
    for (size_t byte = 0; byte < 4; ++byte) {
      for (uint32_t value = 0; value < 256; ++value) {
        for (size_t bit = 0; bit < 8; ++bit)
          if (value >> bit & 1) t[byte][value] ^= of_bit[byte * 8 + bit];
      }
    }
    return t;
  }();
  return table;
}

uint64_t Shifted(const ShiftTable& t, uint64_t crc) {
  return t[0][crc & 0xff] ^ t[1][crc >> 8 & 0xff] ^ t[2][crc >> 16 & 0xff] ^ t[3][crc >> 24 & 0xff];
}

uint64_t Load(const uint8_t* p) {
  uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

uint32_t Update(uint64_t crc, const uint8_t* p, size_t size) {
  if (size >= 3 * kStream) {
    const ShiftTable& shift = Shift();
    do {
      uint64_t second = 0, third = 0;
      for (const uint8_t* end = p + kStream; p < end; p += 8) {
        crc = _mm_crc32_u64(crc, Load(p));
        second = _mm_crc32_u64(second, Load(p + kStream));
        third = _mm_crc32_u64(third, Load(p + 2 * kStream));
      }
      crc = Shifted(shift, crc) ^ second;
      crc = Shifted(shift, crc) ^ third;
      p += 2 * kStream;
      size -= 3 * kStream;
    } while (size >= 3 * kStream);
  }
  for (; size >= 8; p += 8, size -= 8) crc = _mm_crc32_u64(crc, Load(p));
  for (; size > 0; ++p, --size) crc = _mm_crc32_u8(static_cast<uint32_t>(crc), *p);
  return static_cast<uint32_t>(crc);
}

#else

uint32_t Update(uint64_t start, const uint8_t* p, size_t size) {
  uint32_t crc = static_cast<uint32_t>(start);
  for (; size > 0; ++p, --size) crc = kByteTable[(crc ^ *p) & 0xff] ^ crc >> 8;
  return crc;
}

#endif

}  // namespace

uint32_t Crc32c(const void* bytes, size_t size) {
  return ~Update(0xffffffffu, static_cast<const uint8_t*>(bytes), size);
}

}  // namespace sluice::sources::kafka
