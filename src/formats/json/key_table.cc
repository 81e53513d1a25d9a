// SPDX-License-Identifier: Apache-2.0
#include "formats/json/key_table.h"

#include <algorithm>
#include <set>

namespace sluice::formats::json {

KeyTable::KeyTable() {
  start_.next = &others_;
  others_.next = &others_;
  Rehash();
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

namespace {

// Eight bytes can be read from its start.
struct PaddedName {
  char bytes[264] = {};
  explicit PaddedName(std::string_view name) {
    const size_t size = std::min(name.size(), sizeof(bytes) - 8);
    std::memcpy(bytes, name.data(), size);
    std::memcpy(bytes + size, "\":", 2);
  }
};

constexpr size_t kNameSizeMax = 256;  // of keys that are looked up by hash

}  // namespace

KeyTable::Key* KeyTable::Find(std::string_view name) const {
  if (name.size() > kNameSizeMax) {
    for (const std::unique_ptr<Key>& key : keys_) {
      if (key->name == name) return key.get();
    }
    return nullptr;
  }
  const PaddedName padded(name);
  const size_t mask = slots_.size() - 1;
  for (size_t slot = Hash(padded.bytes, name.size()) & mask; slots_[slot] != nullptr;
       slot = (slot + 1) & mask) {
    if (slots_[slot]->name == name) return slots_[slot];
  }
  return nullptr;
}

KeyTable::Key* KeyTable::FindOrLearn(std::string_view name) {
  if (Key* key = Find(name)) return key;
  if (unknown_ >= kUnknownKeysMax || name.size() > kNameSizeMax) return &others_;
  ++unknown_;
  Key* key = Insert(name, kNoField);
  Rehash();
  return key;
}

KeyTable::Key* KeyTable::Insert(std::string_view name, int field) {
  keys_.push_back(std::make_unique<Key>());
  Key* key = keys_.back().get();
  key->name = name;
  key->field = field;
  key->next = &others_;
  return key;
}

void KeyTable::Rehash() {
  const size_t slots = std::bit_ceil(std::max<size_t>(keys_.size() * 4, 64));
  slots_.assign(slots, nullptr);
  std::set<uint32_t> firsts;
  bool short_name = false;
  for (const std::unique_ptr<Key>& key : keys_) {
    uint32_t first;
    std::memcpy(&first, PaddedName(key->name).bytes, 4);
    firsts.insert(first);
    short_name |= key->name.size() < 2;
  }
  first_bytes_differ_ = !short_name && firsts.size() * 4 >= keys_.size() * 3;
  for (const std::unique_ptr<Key>& key : keys_) {
    if (key->name.size() > kNameSizeMax) continue;
    size_t slot = Hash(PaddedName(key->name).bytes, key->name.size()) & (slots - 1);
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
  key->mask = text.size() > 32 ? kNever : (1ULL << text.size()) - 1;
  key->long_text = text.size() > 32 ? std::string(text) : std::string();
}

}  // namespace sluice::formats::json
