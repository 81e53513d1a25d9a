// SPDX-License-Identifier: Apache-2.0
// Table: encoded key to a payload of fixed size, for one operator on one shard. An open-addressing
// index over entries in arenas; remembers which entries changed since the last snapshot; forgets
// those that were not written for the time to live. The payload may be plain bytes or own memory
// (PayloadOps says how to write it down and free it); TypedTable<V> is the comfortable form.
//
//   EncodedKeys keys; encoder.Encode(*batch.rows, &keys);
//   table.FindOrInsertAll(keys, &slots, &inserted);       // probes in batches, prefetching
//   for (row) { auto& v = table[slots[row]]; v.count += 1; table.MarkChanged(slots[row]); }
//
// Slots stay valid until the entry is erased or Balance moves entries to the cold store; payload
// pointers until the next insert. Larger than memory: Balance, called between batches, moves cold
// entries to the ColdStore (state/cold_store.h) and the Find functions bring them back.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "flow/state_stream.h"
#include "state/key_encoder.h"

namespace sluice::state {

using Slot = uint32_t;
inline constexpr Slot kNoSlot = 0xFFFFFFFFu;

/// How payloads are handled, where they are more than plain bytes (zeroed at insert): each function
/// may be null. `context` is handed to them and lives longer than the table.
struct PayloadOps {
  size_t size = 0;
  size_t alignment = 8;  // a power of two up to 64
  const void* context = nullptr;
  void (*init)(const void* context, void* payload) = nullptr;
  void (*destroy)(const void* context, void* payload) = nullptr;
  void (*encode)(const void* context, const void* payload, std::string* out) = nullptr;  // appends
  /// Into a payload that was initialized.
  Status (*decode)(const void* context, std::string_view bytes, void* payload) = nullptr;
  /// Beyond `size`. Asked when memory_bytes() is, for entries marked changed in between.
  int64_t (*heap_bytes)(const void* context, const void* payload) = nullptr;
};

class ColdStore;

/// When an entry wants to be looked at (a window that ends, a row that goes): appends the times at
/// which it still has something to do. `context` lives longer than the table.
struct WakeTimes {
  const void* context = nullptr;
  void (*of)(const void* context, std::string_view key, const void* payload,
             std::vector<int64_t>* times) = nullptr;
};

struct TableOptions {
  int id = 0;  // StateEntry::table; unique in the operator
  PayloadOps payload;
  WakeTimes wakes;
  int64_t ttl_ms = 0;  // table.exec.state.ttl; 0 = for ever. Written = marked changed.
  // Not owned; may go before the table, but then only the table's destructor may follow. Null: all
  // in memory.
  ColdStore* cold = nullptr;
  bool saved = true;  // false: no snapshot is ever taken of it
  int space = -1;     // its number in the cold store, where several tables have one id; -1: the id
  /// A value from so many bytes on stands in snapshots in parts, of which only those that changed
  /// are written again.
  size_t parted_bytes = 64 << 10;
};

/// State that is larger than memory and cannot go to disk.
struct LargeState {
  std::string name;  // of its operator
  int64_t used_bytes = 0;
  int64_t budget_bytes = 0;
  bool may_spill = true;  // if there were a cold store
};
/// Its error; names the settings that help.
Error StateOutOfMemory(const LargeState& state);

class TableCore;  // table_core_internal.h

/// What the inline accessors of Table need; kept by TableCore.
struct TableView {
  char* const* pages = nullptr;  // of entries: Slot -> page, place in it
  uint32_t page_shift = 0;
  uint32_t page_mask = 0;
  size_t entry_bytes = 0;
  size_t payload_at = 0;
  uint32_t marks = 0;    // bits of the entry's first word that a marked entry has set
  bool has_ttl = false;  // then the time of the last write follows the key
  int64_t now_ms = 0;

  static constexpr size_t kKeyBytes = 16;
  char* Entry(Slot slot) const {
    return pages[slot >> page_shift] + (slot & page_mask) * entry_bytes;
  }
};

/// A hash is HashKey(key), but its top bits (flow::KeyGroupOf) may be those of another key: entries
/// that belong to a group of rows (the values of a DISTINCT) carry the key group of that group's
/// key. So places in the index come from the other bits, and Restore puts the hash together from
/// the entry's group and HashKey(key).
class Table {
 public:
  explicit Table(const TableOptions& options);
  ~Table();
  Table(Table&&) noexcept;
  Table& operator=(Table&&) noexcept;

  /// kNoSlot when there is none (or it is past its time to live).
  Result<Slot> Find(std::string_view key, uint64_t hash);
  Result<Slot> FindOrInsert(std::string_view key, uint64_t hash, bool* inserted);
  /// For all rows of `keys`. Two rows of one new key: the first one inserts.
  Status FindAll(const EncodedKeys& keys, std::vector<Slot>* slots);
  Status FindOrInsertAll(const EncodedKeys& keys, std::vector<Slot>* slots,
                         std::vector<uint8_t>* inserted);

  void* Payload(Slot slot) { return view_->Entry(slot) + view_->payload_at; }
  const void* Payload(Slot slot) const { return view_->Entry(slot) + view_->payload_at; }
  std::string_view Key(Slot slot) const;
  uint64_t Hash(Slot slot) const;
  /// False for a slot whose entry was erased, or left memory.
  bool IsLive(Slot slot) const;
  /// The entry will be part of the next snapshot, and lives for another ttl from `now`. What
  /// FindOrInsert inserts is marked already.
  void MarkChanged(Slot slot) {
    char* const entry = view_->Entry(slot);
    if (view_->has_ttl) {
      std::memcpy(entry + TableView::kKeyBytes, &view_->now_ms, sizeof(view_->now_ms));
    }
    uint32_t word;
    std::memcpy(&word, entry, sizeof(word));
    if ((word & view_->marks) != view_->marks) Mark(slot);
  }
  void Erase(Slot slot);

  int64_t size() const;
  /// Each live entry in memory and in the cold store; the visitor must not insert, and may erase
  /// the entry it is given. `leaving` is called before entries that were visited go back to the
  /// cold store: what points to their bytes must not be used after it.
  Status ForEach(const std::function<Status(Slot)>& visit,
                 const std::function<Status()>& leaving = {});
  /// Takes all entries out in the order of their keys under memcmp, about `limit` at each call
  /// until `done`, and brings none of them back; of tables of plain payloads that have no time to
  /// live and no wakes. Nothing else is asked of the table before it is done. `leaving`: as in
  /// ForEach.
  struct InOrder {
    bool begun = false;
    bool done = false;
    bool on_disk = false;
    std::vector<std::pair<uint64_t, Slot>> order;  // first bytes of the key
    size_t at = 0;
    std::string after;
  };
  Status TakeInOrder(size_t limit, InOrder* progress,
                     const std::function<void(std::string_view key, const void* payload)>& visit,
                     const std::function<Status()>& leaving);
  /// The keys alone, with their key groups; brings nothing back.
  Status ForEachKey(const std::function<void(std::string_view key, uint32_t group)>& visit);
  /// Brings the entries of these keys back at once, for calls of Find that follow.
  Status BringBack(const EncodedKeys& keys);

  /// The entry has something to do at this time. What WakeTimes gives for an entry is noted by the
  /// table itself when it is restored or comes back from the cold store; new times are noted here.
  void WakeAt(int64_t time, Slot slot);
  struct Due {
    int64_t time = 0;
    Slot slot = kNoSlot;
  };
  /// Takes entries out that are due at or before `until`, in the order of time; none: there are no
  /// more. With a cold store some thousand at a time (`due` is replaced): Balance may be called in
  /// between. An entry may be given that has nothing to do any more, and one twice.
  Status TakeDue(int64_t until, std::vector<Due>* due);
  /// No entry is due before it; INT64_MAX: none ever is.
  int64_t NextWake() const;

  /// For a table that is about to go: what lies in the cold store is forgotten.
  Status Discard();

  /// The time that time to live is counted from; once per batch, and before Restore.
  void SetNow(int64_t now_ms);
  /// Drops entries past their time to live, some at each call.
  void Expire();
  /// Changed entries since the last Snapshot (`full`: all) go to `writer`. After a snapshot that
  /// did not become durable the next one has to be full.
  Status Snapshot(bool full, flow::StateWriter* writer);
  /// Entries go into the index in groups: kCorrupt for a key that came twice may be said by a later
  /// call.
  Status Restore(const flow::StateEntry& entry);
  /// Moves entries that were not used lately to the cold store until at most `bytes` stay. Without
  /// a cold store: kResourceExhausted when more than `bytes` are held. Slots are void after it.
  Status Balance(int64_t bytes);
  /// The same by the table's part of the cold store's budget; nothing without a cold store. At the
  /// end of each batch; Restore does it by itself.
  Status Balance();
  /// Of live entries and the index. Cheap; once per batch is fine.
  int64_t memory_bytes() const;
  /// Of these, what only waits for the next Snapshot to be written down.
  int64_t unsaved_bytes() const;

 private:
  void Mark(Slot slot);
  std::unique_ptr<TableCore> core_;
  const TableView* view_ = nullptr;  // of core_
};

/// A Table of values V: default-constructible, with
///   void Encode(std::string* out) const;  Status Decode(std::string_view bytes);
///   int64_t heap_bytes() const;
template <typename V>
class TypedTable : public Table {
 public:
  explicit TypedTable(int id, int64_t ttl_ms = 0, ColdStore* cold = nullptr, WakeTimes wakes = {})
      : Table(TableOptions{
            .id = id, .payload = Ops(), .wakes = wakes, .ttl_ms = ttl_ms, .cold = cold}) {}
  V& operator[](Slot slot) { return *static_cast<V*>(Payload(slot)); }
  const V& operator[](Slot slot) const { return *static_cast<const V*>(Payload(slot)); }

 private:
  static PayloadOps Ops() {
    return {.size = sizeof(V),
            .alignment = alignof(V) < 8 ? 8 : alignof(V),
            .init = [](const void*, void* at) { new (at) V(); },
            .destroy = [](const void*, void* at) { static_cast<V*>(at)->~V(); },
            .encode = [](const void*, const void* at,
                         std::string* out) { static_cast<const V*>(at)->Encode(out); },
            .decode = [](const void*, std::string_view bytes,
                         void* at) { return static_cast<V*>(at)->Decode(bytes); },
            .heap_bytes = [](const void*,
                             const void* at) { return static_cast<const V*>(at)->heap_bytes(); }};
  }
};

}  // namespace sluice::state
