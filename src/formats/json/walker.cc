// SPDX-License-Identifier: Apache-2.0
#include "formats/json/walker.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "formats/json/string_text.h"

namespace sluice::formats::json {

namespace {

void Prepare(Column* column, const Options& options) {
  column->zulu = column->has_zone || options.timestamp == TimestampStandard::kIso8601WithOffset;
  if (column->kind == Kind::kRow) column->keys->Bind(column->children);
  for (size_t i = 0; i < column->children.size(); ++i) {
    Prepare(&column->children[i], options);
    const Column& child = column->children[i];
    if (column->kind == Kind::kRow && !child.nullable && !child.pruned) {
      column->required.push_back(static_cast<int>(i));
    }
  }
}

// Which entries of a map another one with the same key comes after; empty when there is none.
std::vector<bool> Overwritten(const Column& keys, int64_t begin, int64_t end) {
  const auto key = [&](int64_t i) {
    return std::string_view(reinterpret_cast<const char*>(keys.values) + keys.offsets[i],
                            static_cast<size_t>(keys.offsets[i + 1] - keys.offsets[i]));
  };
  const auto count = static_cast<size_t>(end - begin);
  if (count <= 8) {
    bool twice = false;
    for (int64_t i = begin; i < end; ++i) {
      for (int64_t k = i + 1; k < end; ++k) twice |= key(i) == key(k);
    }
    if (!twice) return {};
  }
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), begin);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    const int compared = key(a).compare(key(b));
    return compared != 0 ? compared < 0 : a < b;
  });
  std::vector<bool> overwritten;
  for (size_t i = 1; i < count; ++i) {
    if (key(order[i - 1]) != key(order[i])) continue;
    overwritten.resize(count);
    overwritten[static_cast<size_t>(order[i - 1] - begin)] = true;
  }
  return overwritten;
}

// Keys of one message that may come unexpectedly before it counts as out of order; the messages
// out of order that make the walk change, and how many are walked so before order is tried again
// (with less patience, as long as that fails).
constexpr int kStraysMax = 3;
constexpr int kDisorderMax = 32;
constexpr int kDisorderTrial = 4;
constexpr int kShuffledRun = 1000;

constexpr uint32_t kNull = 0x6c6c756e;  // "null", as it is loaded

// The usual values, each in its usual form; nullptr: it is anything else, and the general way
// decides. `end` and `non_ascii` are the cursor's, kept in registers.

SLUICE_INLINE const char* FastString(Column& column, const char* p, const char* end, int64_t index,
                                     uint32_t* non_ascii) {
  if (SLUICE_UNLIKELY(*p != '"')) return nullptr;
  uint8_t* out = column.BeginString(index, end - p);
  const char* q = p + 1;
  while (true) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), bytes);
    const __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    uint32_t stops = BitsOf(_mm256_or_si256(quotes, UnusualBytes(bytes)));
    if (stops != 0) {
      const char* stop = q + std::countr_zero(stops);
      if (SLUICE_UNLIKELY(*stop != '"')) {
        // Bytes of the string alone: behind the message something binary may lie.
        const uint32_t ends = BitsOf(quotes);
        const uint32_t before = ends ^ (ends - 1);  // all of them when it does not end here
        if ((BitsOf(SpecialBytes(bytes)) & before) != 0) return nullptr;
        *non_ascii |= BitsOf(bytes) & before;
        stops = ends;
        stop = q + std::countr_zero(stops);
      }
      if (SLUICE_LIKELY(stops != 0)) {
        if (SLUICE_UNLIKELY(stop >= end)) return nullptr;
        column.EndString(index, stop - p - 1);
        return stop + 1;
      }
    }
    q += 32;
    out += 32;
    if (SLUICE_UNLIKELY(q >= end)) return nullptr;
  }
}

// The same for up to 96 bytes, the length of which nothing has to wait for: after a key that could
// not be foreseen a loop over its string would be left at a place that cannot be foreseen either.
SLUICE_INLINE const char* WideString(Column& column, const char* p, const char* end, int64_t index,
                                     uint32_t* non_ascii) {
  if (SLUICE_UNLIKELY(*p != '"' || end - p < 40)) return nullptr;
  uint8_t* out = column.BeginString(index, end - p);
  const char* q = p + 1;
  uint64_t stops[3], high[3];
#pragma GCC unroll 3
  for (int i = 0; i < 3; ++i) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q) + i);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out) + i, bytes);
    const __m256i quotes = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    stops[i] = BitsOf(_mm256_or_si256(quotes, SpecialBytes(bytes)));
    high[i] = BitsOf(bytes);
  }
  const uint64_t first = stops[0] | stops[1] << 32;
  int64_t size =
      first != 0 ? std::countr_zero(first) : 64 + std::countr_zero(stops[2] | 1ULL << 32);
  asm("" : "+r"(size));  // a choice, not a branch
  // Bytes of the string alone: behind the message something binary may lie.
  const uint64_t before = size >= 64 ? ~0ULL : _bzhi_u64(~0ULL, static_cast<unsigned>(size));
  const uint64_t later = size <= 64 ? 0 : _bzhi_u64(high[2], static_cast<unsigned>(size - 64));
  *non_ascii |= (((high[0] | high[1] << 32) & before) | later) != 0;
  if (SLUICE_UNLIKELY(q[size] != '"' || q + size >= end)) return nullptr;
  column.EndString(index, size);
  return q + size + 1;
}

// What comes after a number is for the caller to look at: whether it goes on, and whether the
// message does.
SLUICE_INLINE const char* FastLong(Column& column, const char* p, int64_t index) {
  int64_t value;
  const char* q = ReadShortInteger(p, &value);
  if (SLUICE_UNLIKELY(q == nullptr)) return nullptr;
  column.Put<int64_t>(index, value);
  return q;
}

SLUICE_INLINE const char* FastInt(Column& column, const char* p, int64_t index) {
  int64_t value;
  const char* q = ReadShortInteger(p, &value);
  if (SLUICE_UNLIKELY(q == nullptr || value != static_cast<int32_t>(value))) return nullptr;
  column.Put<int32_t>(index, static_cast<int32_t>(value));
  return q;
}

// "2015-07-15 00:00:12.345" while date and minute are those last seen.
SLUICE_INLINE const char* FastTimestamp(Column& column, const char* p, const char* end,
                                        int64_t index) {
  const __m128i there = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 1));
  const __m128i minute = _mm_loadu_si128(reinterpret_cast<const __m128i*>(column.minute.text));
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(there, minute)) != 0xffff) return nullptr;
  const auto tens = static_cast<unsigned>(p[18] - '0'), ones = static_cast<unsigned>(p[19] - '0');
  if (p[0] != '"' || p[17] != ':' || tens > 5 || ones > 9) return nullptr;
  int64_t instant = column.minute.instant + static_cast<int64_t>(tens * 10 + ones) * column.unit;
  p += 20;
  if (*p == '.') {
    const Digits fraction = ReadDigits(p + 1);
    if (fraction.count == 0 || fraction.count > column.precision) return nullptr;
    instant += static_cast<int64_t>(fraction.value) * column.fraction_units[fraction.count];
    p += 1 + fraction.count;
  }
  if (column.zulu) {
    if (*p != 'Z') return nullptr;
    ++p;
  }
  if (*p != '"' || p >= end) return nullptr;
  column.Put<int64_t>(index, instant);
  return p + 1;
}

SLUICE_INLINE const char* FastNull(Column& column, const char* p, const char* end, int64_t index) {
  uint32_t word;
  std::memcpy(&word, p, 4);
  if (word != kNull || end - p < 4) return nullptr;
  if (SLUICE_UNLIKELY(column.length > index)) column.Rewind(index);  // it was given twice
  return p + 4;
}

// A value nobody needs; nullptr: it is an object, an array, or something odd.
SLUICE_INLINE const char* FastSkip(const char* p, const char* end, uint32_t* non_ascii) {
  const char* q = nullptr;
  if (*p == '"') {
    q = FindStringStop(p + 1, end, non_ascii);
    if (SLUICE_UNLIKELY(q >= end || *q != '"')) return nullptr;
    return q + 1;
  }
  uint32_t word;
  std::memcpy(&word, p, 4);
  if (word == kNull) {
    q = p + 4;
  } else {
    int64_t value;
    q = ReadShortInteger(p, &value);
  }
  return q;
}

template <Pace kPace>
SLUICE_INLINE const char* FastValue(Kind kind, Column* column, const char* p, const char* end,
                                    int64_t index, uint32_t* non_ascii) {
  switch (kind) {
    case Kind::kNull:
      return FastSkip(p, end, non_ascii);
    case Kind::kInt64:
      return FastLong(*column, p, index);
    case Kind::kString:
      if (kPace == Pace::kShuffled) {
        const char* q = WideString(*column, p, end, index, non_ascii);
        if (SLUICE_LIKELY(q != nullptr)) return q;
      }
      return FastString(*column, p, end, index, non_ascii);
    case Kind::kTimestamp:
      return FastTimestamp(*column, p, end, index);
    case Kind::kInt32:
      return FastInt(*column, p, index);
    case Kind::kRow:
      return FastNull(*column, p, end, index);
    default:
      return nullptr;
  }
}

}  // namespace

Walker::Walker(Column* root, const Options* options, Way way)
    : root_(root), options_(options), way_(way) {
  Prepare(root, *options);
  if (way == Way::kShuffled) shuffled_left_ = std::numeric_limits<int64_t>::max();
}

int64_t Walker::Walk(std::string_view message, int64_t row) {
  cursor_.Start(message);
  unfit_ = nullptr;
  const int64_t rows =
      way_ != Way::kGeneral ? WalkSpeculatively(row) : WalkMessage<Pace::kGeneral>(row);
  if (SLUICE_LIKELY(rows >= 0)) return rows;
  root_->Rewind(row);
  return -1;
}

int64_t Walker::WalkSpeculatively(int64_t row) {
  if (shuffled_left_ > 0) {
    --shuffled_left_;
    return WalkMessage<Pace::kShuffled>(row);
  }
  strays_ = 0;
  const int64_t rows = WalkMessage<Pace::kOrdered>(row);
  if (SLUICE_LIKELY(strays_ <= kStraysMax)) {
    disorder_ -= disorder_ > 0;
  } else if (++disorder_ >= kDisorderMax) {
    disorder_ = kDisorderMax - kDisorderTrial;
    shuffled_left_ = kShuffledRun;
  }
  return rows;
}

template <Pace kPace>
int64_t Walker::WalkMessage(int64_t row) {
  const char* p = cursor_.begin;
  int64_t rows = 1;
  if (kPace != Pace::kGeneral && SLUICE_LIKELY(*p == '{')) {
    p = Object<kPace>(*root_, p, row);
  } else {
    // Jackson passes over a byte order mark.
    if (cursor_.end - p >= 3 && std::memcmp(p, "\xef\xbb\xbf", 3) == 0) p += 3;
    p = SkipSpace(p, cursor_.end);
    if (p >= cursor_.end) {
      p = cursor_.EndsEarly();
    } else if (*p == '{') {
      p = Object<kPace>(*root_, p, row);
    } else if (*p == '[' && !options_->documents) {
      p = Explode<kPace>(p, row, &rows);
    } else {
      p = cursor_.Malformed(p, options_->documents ? "expected '{'" : "expected '{' or '['");
    }
  }
  if (SLUICE_UNLIKELY(p == nullptr)) return -1;
  p = SkipSpace(p, cursor_.end);
  if (SLUICE_UNLIKELY(p != cursor_.end)) {
    cursor_.Malformed(p, "expected the end of the message");
    return -1;
  }
  if (SLUICE_UNLIKELY(cursor_.non_ascii != 0)) {
    const auto size = static_cast<size_t>(cursor_.end - cursor_.begin);
    const TextError error = CheckUtf8({cursor_.begin, size});
    if (error.reason != nullptr) {
      cursor_.Malformed(error.at, error.reason);
      return -1;
    }
  }
  return rows;
}

// An array of objects is as many rows.
template <Pace kPace>
const char* Walker::Explode(const char* p, int64_t row, int64_t* rows) {
  *rows = 0;
  cursor_.Open(p);
  p = SkipSpace(p + 1, cursor_.end);
  if (p < cursor_.end && *p == ']') return p + 1;
  while (true) {
    p = SkipSpace(p, cursor_.end);
    if (p >= cursor_.end) return cursor_.EndsEarly();
    if (*p == 'n') {
      p = cursor_.Word(p, "null");
    } else {
      const char* element = p;
      const int depth = cursor_.depth;
      const int64_t index = row + *rows;
      p = *p == '{' ? Object<kPace>(*root_, p, index)
                    : cursor_.Malformed(p, "expected an object as element of the array");
      if (p != nullptr) {
        ++*rows;
      } else if (options_->ignore_parse_errors) {
        root_->Rewind(index);
        cursor_.depth = depth;
        cursor_.malformed = false;
        p = cursor_.SkipValue(element);
      }
    }
    if (p == nullptr) return nullptr;
    bool closed = false;
    p = AfterValue(p, ']', &closed);
    if (p == nullptr) return nullptr;
    if (closed) {
      --cursor_.depth;
      return p;
    }
  }
}

// A key that was not expected at `p`, after *key. Returns where its value begins.
template <Pace kPace>
const char* Walker::OtherKey(KeyTable& keys, const char* p, KeyTable::Key** key) {
  if constexpr (kPace == Pace::kOrdered) {
    KeyTable::Key* const expected = (*key)->next;
    if (expected->Matches(p, cursor_.end)) {  // a long one
      *key = expected;
      return p + expected->length;
    }
    if (KeyTable::Key* found = keys.FindWritten(&p, cursor_.end)) {
      (*key)->next = found;
      ++strays_;
      *key = found;
      return p;
    }
  }
  return NextKey(keys, p, key);
}

// At the end of the message, behind a key whose text begins at `at` and may itself not have ended:
// then what follows in memory looked like the rest of it.
const char* Walker::EndsEarly(const char* at) {
  const char* const p = SkipSpace(at, cursor_.end);
  if (p < cursor_.end && *p == '"' && cursor_.SkipString(p) == nullptr) return nullptr;
  return cursor_.EndsEarly();
}

// The value at `p` of a key whose text begins at `at`, where it is not in its usual form.
template <Pace kPace>
const char* Walker::OtherValue(KeyTable::Key* key, const char* at, const char* p, int64_t index) {
  if (p >= cursor_.end) return EndsEarly(at);
  if (kPace != Pace::kGeneral && SLUICE_LIKELY(*p == '{') &&
      key->kind == static_cast<uint8_t>(Kind::kRow)) {
    const int depth = cursor_.depth;
    const char* q = Object<kPace>(*key->column, p, index);
    return SLUICE_LIKELY(q != nullptr) ? q : AfterUnfit(*key->column, p, index, depth);
  }
  if (kPace != Pace::kGeneral && IsSpace(*p)) {  // more blanks than last time
    p = SkipSpace(p, cursor_.end);
    if (p >= cursor_.end) return cursor_.EndsEarly();
    if (!key->name.empty()) KeyTable::Learn(key, {at, static_cast<size_t>(p - at)});
  }
  return key->column != nullptr ? GeneralValue<kPace>(*key->column, p, index)
                                : cursor_.SkipValue(p);
}

template <Pace kPace>
const char* Walker::Object(Column& column, const char* p, int64_t index) {
  if (SLUICE_UNLIKELY(!cursor_.Open(p))) return nullptr;
  column.Align(index);
  const char* const open = p;
  const char* const end = cursor_.end;
  KeyTable& keys = *column.keys;
  const uint64_t object = ++objects_;
  KeyTable::Key* key = keys.start();
  ++p;
  while (true) {
    const char* const at = p;
    KeyTable::Key* other = nullptr;
    if constexpr (kPace == Pace::kShuffled) other = keys.FindWritten(&p, end);
    if (kPace == Pace::kOrdered && SLUICE_LIKELY(key->next->MatchesShort(p))) {
      key = key->next;
      p += key->length;
    } else if (kPace == Pace::kShuffled && SLUICE_LIKELY(other != nullptr)) {
      key = other;
      if (SLUICE_UNLIKELY(p >= end)) return EndsEarly(at);
    } else {
      other = key;  // so that `key` itself can stay in a register
      p = OtherKey<kPace>(keys, p, &other);
      if (SLUICE_UNLIKELY(p == nullptr)) return nullptr;
      key = other;
      if (key == nullptr) break;  // an object without keys
      if (SLUICE_UNLIKELY(p >= end)) return EndsEarly(at);
    }
    key->seen = object;
    const char* const value = p;
    p = nullptr;
    if constexpr (kPace != Pace::kGeneral) {
      p = FastValue<kPace>(static_cast<Kind>(key->kind), key->column, value, end, index,
                           &cursor_.non_ascii);
    }
    if (SLUICE_UNLIKELY(p == nullptr)) {
      p = OtherValue<kPace>(key, at, value, index);
      if (SLUICE_UNLIKELY(p == nullptr)) return nullptr;
    }
    if (SLUICE_UNLIKELY(p >= end)) {
      if (p > end) p = OtherValue<kPace>(key, at, value, index);  // for what is wrong with it
      return p == nullptr ? nullptr : EndsEarly(at);
    }
    if (SLUICE_LIKELY(*p == ',')) {
      ++p;
      continue;
    }
    if (SLUICE_LIKELY(*p == '}')) {
      ++p;
      break;
    }
    if (kPace != Pace::kGeneral && NumberGoesOn(p)) {
      p = OtherValue<kPace>(key, at, value, index);
      if (SLUICE_UNLIKELY(p == nullptr)) return nullptr;
    }
    bool closed = false;
    p = AfterValue(p, '}', &closed);
    if (p == nullptr) return nullptr;
    if (closed) break;
  }
  return CloseObject(column, open, p, index, object);
}

// At the end of an object: what it must have and what is told of it.
SLUICE_INLINE const char* Walker::CloseObject(Column& column, const char* open, const char* end,
                                              int64_t index, uint64_t object) {
  --cursor_.depth;
  if (SLUICE_UNLIKELY(options_->fail_on_missing_field || !column.required.empty()) &&
      !CheckFields(column, open, index, object)) {
    return nullptr;
  }
  if (SLUICE_UNLIKELY(column.says_given)) PutGiven(column, index, object);
  column.length = index + 1;
  return end;
}

// At a key that was not expected, after '{' or ','. Returns where its value begins. A '}' in place
// of the first key gives *key = nullptr and the end of the object.
const char* Walker::NextKey(KeyTable& keys, const char* p, KeyTable::Key** key) {
  const char* const end = cursor_.end;
  const char* const begin = p;
  p = SkipSpace(p, end);
  if (p >= end) return cursor_.EndsEarly();
  if (*p != '"') {
    if (*p != '}' || *key != keys.start()) return cursor_.Malformed(p, "expected a key");
    *key = nullptr;
    return p + 1;
  }
  const char* const quote = p;
  uint32_t non_ascii = 0;
  const char* stop = FindStringStop(p + 1, end, &non_ascii);
  std::string_view name(quote + 1, static_cast<size_t>(stop - quote - 1));
  KeyTable::Key* found = nullptr;
  bool plain = stop < end && *stop == '"';
  if (plain) {
    found = keys.Find(name);
    cursor_.non_ascii |= non_ascii;
    p = stop + 1;
  } else {
    p = cursor_.ReadString(quote, &scratch_, &name);
    if (p == nullptr) return nullptr;
  }
  if (found == nullptr) found = keys.FindOrLearn(name);
  p = SkipSpace(p, end);
  if (p >= end) return cursor_.EndsEarly();
  if (*p != ':') return cursor_.Malformed(p, "expected ':'");
  p = SkipSpace(p + 1, end);
  // Only plain ASCII is learned: what matches needs no further check.
  plain = plain && std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20; });
  const bool known = !found->name.empty() || name.empty();
  if (plain && known) KeyTable::Learn(found, {begin, static_cast<size_t>(p - begin)});
  (*key)->next = found;
  *key = found;
  return p;
}

// After a value, where neither ',' nor the closing bracket follows at once.
const char* Walker::AfterValue(const char* p, char close, bool* closed) {
  p = SkipSpace(p, cursor_.end);
  if (p >= cursor_.end) return cursor_.EndsEarly();
  *closed = *p == close;
  if (*closed || *p == ',') return p + 1;
  return cursor_.Malformed(p, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
}

// Bit i of the last child: the object had the key of child i.
void Walker::PutGiven(Column& column, int64_t index, uint64_t object) {
  text_.assign((column.children.size() + 7) / 8, '\0');
  for (const auto& key : column.keys->keys()) {
    if (key->field == KeyTable::kNoField || key->seen != object) continue;
    const auto field = static_cast<size_t>(key->field);
    text_[field / 8] = static_cast<char>(text_[field / 8] | 1 << field % 8);
  }
  column.children.back().PutString(index, text_);
}

bool Walker::CheckFields(const Column& column, const char* open, int64_t index, uint64_t object) {
  if (options_->fail_on_missing_field) {
    for (const auto& key : column.keys->keys()) {
      if (!key->wanted || key->seen == object) continue;
      cursor_.bad = open;
      reason_ = "the key \"" + key->name + "\" is missing";
      cursor_.reason = reason_.c_str();
      return false;
    }
  }
  for (const int field : column.required) {
    const Column& child = column.children[static_cast<size_t>(field)];
    if (child.length == index + 1) continue;
    cursor_.bad = open;
    reason_ = "column " + child.name + " is NOT NULL, but has no value";
    cursor_.reason = reason_.c_str();
    return false;
  }
  return true;
}

template <Pace kPace>
const char* Walker::Value(Column& column, const char* p, int64_t index) {
  if constexpr (kPace != Pace::kGeneral) {
    const char* q =
        FastValue<kPace>(column.kind, &column, p, cursor_.end, index, &cursor_.non_ascii);
    if (SLUICE_LIKELY(q != nullptr && q <= cursor_.end && !NumberGoesOn(q))) return q;
  }
  return GeneralValue<kPace>(column, p, index);
}

template <Pace kPace>
const char* Walker::GeneralValue(Column& column, const char* p, int64_t index) {
  if (*p == 'n') {
    p = cursor_.Word(p, "null");
    if (p != nullptr && column.length > index) column.Rewind(index);  // it was given twice
    return p;
  }
  const int depth = cursor_.depth;
  const char* q = Convert<kPace>(column, p, index);
  return SLUICE_LIKELY(q != nullptr) ? q : AfterUnfit(column, p, index, depth);
}

// With ignore-parse-errors a value that does not fit becomes a null, if it is JSON at all.
const char* Walker::AfterUnfit(Column& column, const char* p, int64_t index, int depth) {
  if (!options_->ignore_parse_errors || cursor_.malformed) return nullptr;
  cursor_.depth = depth;
  column.Rewind(index);
  return cursor_.SkipValue(p);
}

template <Pace kPace>
const char* Walker::Convert(Column& column, const char* p, int64_t index) {
  if (column.kind == Kind::kNull) return cursor_.SkipValue(p);
  switch (*p) {
    case '"':
      return Text(column, p, index);
    case '{':
      if (column.kind == Kind::kRow) return Object<kPace>(column, p, index);
      if (column.kind == Kind::kMap) return Map<kPace>(column, p, index);
      return ContainerText(column, p, index);
    case '[':
      if (column.kind == Kind::kArray) return Array<kPace>(column, p, index);
      return ContainerText(column, p, index);
    case 't':
    case 'f':
      return Boolean(column, p, index);
    default:
      return Number(column, p, index);
  }
}

template <Pace kPace>
const char* Walker::Array(Column& column, const char* p, int64_t index) {
  if (!cursor_.Open(p)) return nullptr;
  column.Align(index);
  Column& child = column.children[0];
  int64_t next = column.offsets[index];
  p = SkipSpace(p + 1, cursor_.end);
  if (p >= cursor_.end) return cursor_.EndsEarly();
  bool closed = *p == ']';
  if (closed) ++p;
  while (!closed) {
    p = SkipSpace(p, cursor_.end);
    if (p >= cursor_.end) return cursor_.EndsEarly();
    const char* element = p;
    p = Value<kPace>(child, p, next);
    if (p == nullptr) return nullptr;
    if (!child.nullable && child.length != next + 1) return Unfit(child, element);
    ++next;
    p = AfterValue(p, ']', &closed);
    if (p == nullptr) return nullptr;
  }
  child.PadTo(next);
  column.EndList(index, next);
  --cursor_.depth;
  return p;
}

template <Pace kPace>
const char* Walker::Map(Column& column, const char* p, int64_t index) {
  const int depth = cursor_.depth;
  const char* const end = MapEntries<kPace>(column, p, index, nullptr);
  if (end == nullptr) return nullptr;
  const int64_t first = column.offsets[index], last = column.offsets[index + 1];
  if (last - first < 2) return end;
  const std::vector<bool> overwritten = Overwritten(column.children[0], first, last);
  if (overwritten.empty()) return end;
  // Of equal keys the last one counts: once more, without the others.
  column.Rewind(index);
  cursor_.depth = depth;
  return MapEntries<kPace>(column, p, index, &overwritten);
}

template <Pace kPace>
const char* Walker::MapEntries(Column& column, const char* p, int64_t index,
                               const std::vector<bool>* dropped) {
  if (!cursor_.Open(p)) return nullptr;
  column.Align(index);
  Column& keys = column.children[0];
  Column& items = column.children[1];
  int64_t next = column.offsets[index];
  const char* const end = cursor_.end;
  p = SkipSpace(p + 1, end);
  if (p >= end) return cursor_.EndsEarly();
  bool closed = *p == '}';
  if (closed) ++p;
  for (size_t entry = 0; !closed; ++entry) {
    const bool drop = dropped != nullptr && (*dropped)[entry];
    p = SkipSpace(p, end);
    if (p >= end) return cursor_.EndsEarly();
    if (*p != '"') return cursor_.Malformed(p, "expected a key");
    std::string_view name;
    p = cursor_.ReadString(p, &scratch_, &name);
    if (p == nullptr) return nullptr;
    if (!drop) keys.PutString(next, name);
    p = SkipSpace(p, end);
    if (p >= end) return cursor_.EndsEarly();
    if (*p != ':') return cursor_.Malformed(p, "expected ':'");
    p = SkipSpace(p + 1, end);
    if (p >= end) return cursor_.EndsEarly();
    const char* value = p;
    p = drop ? cursor_.SkipValue(p) : Value<kPace>(items, p, next);
    if (p == nullptr) return nullptr;
    if (!drop && !items.nullable && items.length != next + 1) return Unfit(items, value);
    next += drop ? 0 : 1;
    p = AfterValue(p, '}', &closed);
    if (p == nullptr) return nullptr;
  }
  items.PadTo(next);
  column.EndList(index, next);
  --cursor_.depth;
  return p;
}

void Prune(Column* column, const std::vector<std::vector<int>>& needed) {
  if (needed.empty() || column->kind != Kind::kRow) return;
  for (size_t i = 0; i < column->children.size(); ++i) {
    std::vector<std::vector<int>> below;
    bool wanted = false, whole = false;
    for (const std::vector<int>& path : needed) {
      if (path.empty()) return;  // all of it
      if (path[0] != static_cast<int>(i)) continue;
      wanted = true;
      whole |= path.size() == 1;
      below.emplace_back(path.begin() + 1, path.end());
    }
    Column& child = column->children[i];
    if (wanted) {
      if (!whole) Prune(&child, below);
      continue;
    }
    column->keys->SkipField(static_cast<int>(i));
    child.pruned = true;
  }
}

}  // namespace sluice::formats::json
