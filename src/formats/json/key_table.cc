// SPDX-License-Identifier: Apache-2.0
#include "formats/json/key_table.h"

#include <algorithm>

namespace sluice::formats::json {

KeyTable::KeyTable() {
  start_.next = &others_;
  others_.next = &others_;
  Rehash(16);
}

void KeyTable::Add(std::string_view name, int field) {
  Key* key = Insert(name, field);
  key->wanted = true;
  // Until something was seen, keys are expected in the order of the schema, without blanks.
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
  if (plain) Learn(key, "\"" + std::string(name) + "\":");
  Key* before = keys_.size() > 1 ? keys_[keys_.size() - 2].get() : &start_;
  before->next = key;
}

void KeyTable::SkipField(int field) {
  for (const std::unique_ptr<Key>& key : keys_) {
    if (key->field != field) continue;
    key->field = kNoField;
    key->wanted = false;
  }
}

// The length and up to 16 bytes from both ends: names of one row rarely agree in all of them.
uint64_t KeyTable::Hash(std::string_view name) {
  uint64_t first = 0, last = 0;
  const size_t size = name.size();
  if (size >= 8) {
    std::memcpy(&first, name.data(), 8);
    std::memcpy(&last, name.data() + size - 8, 8);
  } else {
    // Up to seven bytes without a loop over them.
    if (size & 4) {
      uint32_t part;
      std::memcpy(&part, name.data(), 4);
      first = part;
    }
    if (size & 2) {
      uint16_t part;
      std::memcpy(&part, name.data() + (size & 4), 2);
      last = part;
    }
    if (size & 1) last |= static_cast<uint64_t>(static_cast<uint8_t>(name[size - 1])) << 16;
  }
  uint64_t hash = (first ^ (size << 56)) * 0x9e3779b97f4a7c15ULL;
  hash ^= hash >> 32;
  hash = (hash ^ last) * 0xd1342543de82ef95ULL;
  return hash ^ (hash >> 29);
}

KeyTable::Key* KeyTable::Find(std::string_view name) const {
  const size_t mask = slots_.size() - 1;
  for (size_t slot = Hash(name) & mask; slots_[slot] != nullptr; slot = (slot + 1) & mask) {
    if (slots_[slot]->name == name) return slots_[slot];
  }
  return nullptr;
}

KeyTable::Key* KeyTable::FindOrLearn(std::string_view name) {
  if (Key* key = Find(name)) return key;
  if (unknown_ >= kUnknownKeysMax || name.size() > 256) return &others_;
  ++unknown_;
  Key* key = Insert(name, kNoField);
  key->next = &others_;
  return key;
}

KeyTable::Key* KeyTable::Insert(std::string_view name, int field) {
  keys_.push_back(std::make_unique<Key>());
  Key* key = keys_.back().get();
  key->name = name;
  key->field = field;
  key->next = &others_;
  if (keys_.size() * 2 > slots_.size()) {
    Rehash(slots_.size() * 2);
  } else {
    Rehash(slots_.size());
  }
  return key;
}

void KeyTable::Rehash(size_t slots) {
  slots_.assign(slots, nullptr);
  for (const std::unique_ptr<Key>& key : keys_) {
    size_t slot = Hash(key->name) & (slots - 1);
    while (slots_[slot] != nullptr) slot = (slot + 1) & (slots - 1);
    slots_[slot] = key.get();
  }
}

void KeyTable::Learn(Key* key, std::string_view text) {
  if (key->length == text.size()) {
    const std::string_view known = text.size() > 32 ? std::string_view(key->long_text)
                                                    : std::string_view(key->text, text.size());
    if (known == text) return;
  }
  if (text.size() > 256) return;
  std::memset(key->text, 0, sizeof(key->text));
  std::memcpy(key->text, text.data(), std::min<size_t>(text.size(), 32));
  key->length = static_cast<uint32_t>(text.size());
  key->mask = text.size() >= 32 ? 0xffffffff : (1u << text.size()) - 1;
  key->long_text = text.size() > 32 ? std::string(text) : std::string();
}

}  // namespace sluice::formats::json
