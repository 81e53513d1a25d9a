// SPDX-License-Identifier: Apache-2.0
#include "functions/digest.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace sluice::functions {
namespace {

// clang-format off
constexpr uint32_t kSines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
    0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
    0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
    0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
    0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
    0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
    0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
    0xeb86d391,};
constexpr uint32_t kRoots32[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,};
constexpr uint64_t kRoots64[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,};
constexpr uint32_t kStart224[8] = {
    0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7,
    0xbefa4fa4,};
constexpr uint32_t kStart256[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
    0x5be0cd19,};
constexpr uint64_t kStart384[8] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,};
constexpr uint64_t kStart512[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,};
// clang-format on

template <typename Word>
Word FromBigEndian(const uint8_t* bytes) {
  Word word = 0;
  for (size_t i = 0; i < sizeof(Word); ++i) word = static_cast<Word>((word << 8) | bytes[i]);
  return word;
}

template <typename Word>
std::string ToBytes(const Word* words, size_t bytes, bool big_endian) {
  std::string out(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) {
    const size_t place = i % sizeof(Word);
    const size_t shift = 8 * (big_endian ? sizeof(Word) - 1 - place : place);
    out[i] = static_cast<char>(words[i / sizeof(Word)] >> shift);
  }
  return out;
}

/// Calls `block` for each block of the message and of its padding: 0x80, zeros, length in bits.
template <size_t kBlock, typename Block>
void ForEachBlock(std::string_view message, bool big_endian, Block block) {
  constexpr size_t kLength = kBlock / 8;  // bytes of the length field
  const auto* bytes = reinterpret_cast<const uint8_t*>(message.data());
  size_t at = 0;
  for (; at + kBlock <= message.size(); at += kBlock) block(bytes + at);
  uint8_t last[2 * kBlock] = {};
  const size_t rest = message.size() - at;
  if (rest > 0) std::memcpy(last, bytes + at, rest);
  last[rest] = 0x80;
  const size_t size = rest + 1 + kLength <= kBlock ? kBlock : 2 * kBlock;
  const uint64_t bits = static_cast<uint64_t>(message.size()) * 8;
  for (size_t i = 0; i < 8; ++i) {
    const size_t place = big_endian ? size - 1 - i : size - kLength + i;
    last[place] = static_cast<uint8_t>(bits >> (8 * i));
  }
  for (size_t i = 0; i < size; i += kBlock) block(last + i);
}

void Md5Block(const uint8_t* bytes, uint32_t* state) {
  static constexpr int kShift[4][4] = {
      {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  uint32_t words[16];
  std::memcpy(words, bytes, 64);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  for (uint32_t i = 0; i < 64; ++i) {
    uint32_t mixed, word;
    switch (i / 16) {
      case 0:
        mixed = (b & c) | (~b & d);
        word = i;
        break;
      case 1:
        mixed = (d & b) | (~d & c);
        word = (5 * i + 1) % 16;
        break;
      case 2:
        mixed = b ^ c ^ d;
        word = (3 * i + 5) % 16;
        break;
      default:
        mixed = c ^ (b | ~d);
        word = (7 * i) % 16;
        break;
    }
    const uint32_t turned = std::rotl(a + mixed + kSines[i] + words[word], kShift[i / 16][i % 4]);
    a = d;
    d = c;
    c = b;
    b += turned;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

void Sha1Block(const uint8_t* bytes, uint32_t* state) {
  uint32_t words[80];
  for (int i = 0; i < 16; ++i) words[i] = FromBigEndian<uint32_t>(bytes + 4 * i);
  for (int i = 16; i < 80; ++i) {
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 80; ++i) {
    const uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                           : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                           : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                    : (b ^ c ^ d) + 0xCA62C1D6;
    const uint32_t next = std::rotl(a, 5) + mixed + e + words[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const uint32_t added[5] = {a, b, c, d, e};
  for (int i = 0; i < 5; ++i) state[i] += added[i];
}

struct Rotations {
  int e[3], a[3], w0[3], w1[3];  // the last of w0 and w1 is a shift
};
constexpr Rotations kRotations32 = {{6, 11, 25}, {2, 13, 22}, {7, 18, 3}, {17, 19, 10}};
constexpr Rotations kRotations64 = {{14, 18, 41}, {28, 34, 39}, {1, 8, 7}, {19, 61, 6}};

template <typename Word, int kRounds>
void Sha2Block(const uint8_t* bytes, const Word* roots, const Rotations& turn, Word* state) {
  Word words[kRounds];
  for (int i = 0; i < 16; ++i) {
    words[i] = FromBigEndian<Word>(bytes + static_cast<size_t>(i) * sizeof(Word));
  }
  for (int i = 16; i < kRounds; ++i) {
    const Word p = words[i - 15], q = words[i - 2];
    words[i] = words[i - 16] + words[i - 7] +
               (std::rotr(p, turn.w0[0]) ^ std::rotr(p, turn.w0[1]) ^ (p >> turn.w0[2])) +
               (std::rotr(q, turn.w1[0]) ^ std::rotr(q, turn.w1[1]) ^ (q >> turn.w1[2]));
  }
  Word s[8];
  std::memcpy(s, state, sizeof(s));
  for (int i = 0; i < kRounds; ++i) {
    const Word e = s[4], a = s[0];
    const Word first =
        s[7] + roots[i] + words[i] + ((e & s[5]) ^ (~e & s[6])) +
        (std::rotr(e, turn.e[0]) ^ std::rotr(e, turn.e[1]) ^ std::rotr(e, turn.e[2]));
    const Word second =
        ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2])) +
        (std::rotr(a, turn.a[0]) ^ std::rotr(a, turn.a[1]) ^ std::rotr(a, turn.a[2]));
    std::memmove(s + 1, s, 7 * sizeof(Word));
    s[4] += first;
    s[0] = first + second;
  }
  for (int i = 0; i < 8; ++i) state[i] += s[i];
}

}  // namespace

std::string Md5(std::string_view message) {
  uint32_t state[4] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  ForEachBlock<64>(message, false, [&](const uint8_t* block) { Md5Block(block, state); });
  return ToBytes(state, 16, false);
}

std::string Sha1(std::string_view message) {
  uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  ForEachBlock<64>(message, true, [&](const uint8_t* block) { Sha1Block(block, state); });
  return ToBytes(state, 20, true);
}

std::string Sha2(std::string_view message, int bits) {
  if (bits == 224 || bits == 256) {
    uint32_t state[8];
    std::memcpy(state, bits == 224 ? kStart224 : kStart256, sizeof(state));
    ForEachBlock<64>(message, true, [&](const uint8_t* block) {
      Sha2Block<uint32_t, 64>(block, kRoots32, kRotations32, state);
    });
    return ToBytes(state, static_cast<size_t>(bits / 8), true);
  }
  if (bits != 384 && bits != 512) return {};
  uint64_t state[8];
  std::memcpy(state, bits == 384 ? kStart384 : kStart512, sizeof(state));
  ForEachBlock<128>(message, true, [&](const uint8_t* block) {
    Sha2Block<uint64_t, 80>(block, kRoots64, kRotations64, state);
  });
  return ToBytes(state, static_cast<size_t>(bits / 8), true);
}

}  // namespace sluice::functions
