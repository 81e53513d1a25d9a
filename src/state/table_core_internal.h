// SPDX-License-Identifier: Apache-2.0
// What Table is inside: entries and their index (table_core.cc), what leaves for snapshots and
// comes back (table_snapshot.cc), what lies in the cold store (table_cold.cc), when entries are to
// be looked at (table_wakes.cc).
//
// The value of an entry in a snapshot: one byte 0, or 1 and the i64 time of the last write; then
// the payload (plain bytes, or what PayloadOps::encode gives). Large ones: table_parts.cc. In the
// cold store one byte of flags and the u16 key group go before it. There a table has four spaces:
// its entries, the keys of those that changed since the last snapshot, notes of when entries wake
// (time, key), and keys erased since the last snapshot.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "state/cold_store.h"
#include "state/deleted_keys.h"
#include "state/entry_arena.h"
#include "state/slot_index.h"
#include "state/table.h"

namespace sluice::state {

class TableCore {
 public:
  explicit TableCore(const TableOptions& options)
      : options_(options), entries_(options_), deleted_(options.cold, DeletedSpace()) {}
  ~TableCore();

  Result<Slot> Find(std::string_view key, uint64_t hash);
  Result<Slot> FindOrInsert(std::string_view key, uint64_t hash, bool* inserted);
  Status FindAll(const EncodedKeys& keys, std::vector<Slot>* slots);
  Status FindOrInsertAll(const EncodedKeys& keys, std::vector<Slot>* slots,
                         std::vector<uint8_t>* inserted);
  void Mark(Slot slot);
  void Erase(Slot slot);
  Status ForEach(const std::function<Status(Slot)>& visit, const std::function<Status()>& leaving);
  Status ForEachKey(const std::function<void(std::string_view, uint32_t)>& visit);
  Status TakeInOrder(size_t limit, Table::InOrder* progress,
                     const std::function<void(std::string_view, const void*)>& visit,
                     const std::function<Status()>& leaving);
  Status BringBack(const EncodedKeys& keys) {
    SLUICE_TRY(SettleRestored());
    return IsAllInMemory() ? Status::Ok() : ThawMisses(keys);
  }
  void SetNow(int64_t now_ms) { entries_.view()->now_ms = now_ms; }
  void Expire();

  Status Snapshot(bool full, flow::StateWriter* writer);
  Status Restore(const flow::StateEntry& entry);

  void WakeAt(int64_t time, Slot slot) {
    if (!wakes_indexed_) IndexWakes();
    Note(time, slot);
  }
  Status TakeDue(int64_t until, std::vector<Table::Due>* due);
  int64_t NextWake() const;
  Status Discard();

  Status Balance(int64_t bytes);
  Status BalanceShare();

  int64_t memory_bytes();
  int64_t unsaved_bytes() const { return deleted_.bytes(); }
  int64_t size() const { return entries_.live() + cold_count_; }
  const EntryArena& entries() const { return entries_; }

 private:
  const TableView& view() const { return *entries_.view(); }
  bool IsExpiredAt(int64_t last_write) const {
    return view().has_ttl && last_write <= view().now_ms - options_.ttl_ms;
  }
  bool IsExpired(Slot slot) const {
    return view().has_ttl && IsExpiredAt(entries_.LastWrite(slot));
  }
  Slot Lookup(std::string_view key, const KeyWords& words, uint64_t hash) const {
    return index_.Find(hash, [&](Slot slot) { return entries_.KeyEquals(slot, key, words); });
  }
  Slot Lookup(std::string_view key) const { return Lookup(key, WordsOf(key), HashKey(key)); }
  /// In memory, whether past its time or not; remembers that it was used.
  Slot LookupUsed(std::string_view key, const KeyWords& words, uint64_t hash) {
    const Slot slot = Lookup(key, words, hash);
    if (options_.cold != nullptr && slot != kNoSlot) entries_.SetFlags(slot, kRecentFlag);
    return slot;
  }
  void Prefetch(const EncodedKeys& keys, size_t first, size_t end) const;
  /// kNoSlot: there is no place; InsertFailed says why.
  Slot Insert(std::string_view key, const KeyWords& words, uint64_t hash);
  static Error InsertFailed(std::string_view key);
  void InitPayload(Slot slot);
  void Reset(Slot slot);
  /// The next snapshot says so, unless there never was one.
  void RecordDeleted(std::string_view key, uint32_t group) {
    if (in_files_) deleted_.Add(key, group);
  }
  /// Takes the entry out of memory and says nothing about it.
  void Drop(Slot slot);
  void Measure();

  void EncodeValue(Slot slot, std::string* out) const;
  Status DecodeValue(std::string_view bytes, Slot slot);
  Status Put(Slot slot, bool full, flow::StateWriter* writer);
  Status WriteDeleted(flow::StateWriter* writer);
  /// An entry whose value is written down already. Large ones in parts.
  Status PutValue(const flow::StateEntry& entry, bool full, flow::StateWriter* writer) {
    if (entry.value.size() < options_.parted_bytes && parts_ == nullptr) return writer->Put(entry);
    return PutParts(entry, full, writer);
  }
  Status PutParts(const flow::StateEntry& entry, bool full, flow::StateWriter* writer);
  Status DeleteParts(const flow::StateEntry& entry, flow::StateWriter* writer);
  Status RestoreWhole(const flow::StateEntry& entry);
  Status RestorePart(const flow::StateEntry& entry);
  /// Puts restored entries into the index: in groups, whose places were asked for before.
  Status Settle();
  Status IndexGroup();
  Status SettleRestored() {
    if (parts_ != nullptr) SLUICE_TRY(CheckParts());
    return restored_.empty() && unsettled_ == kNoSlot ? Status::Ok() : Settle();
  }
  Status CheckParts() const;

  uint32_t EntrySpace() const {
    return static_cast<uint32_t>(options_.space >= 0 ? options_.space : options_.id) * 4;
  }
  uint32_t ChangedSpace() const { return EntrySpace() + 1; }
  uint32_t WakeSpace() const { return EntrySpace() + 2; }
  uint32_t DeletedSpace() const { return EntrySpace() + 3; }
  bool IsAllInMemory() const { return cold_count_ == 0; }
  /// Brings entries back that lie in the cold store; keys that are in memory or nowhere are fine.
  Status Thaw(const std::vector<std::string>& keys);
  Status ThawMisses(const EncodedKeys& keys);
  Status ThawEntry(const std::string& key, std::string_view value);
  Status Freeze(const std::vector<Slot>& slots);
  Status ForEachCold(const std::function<Status(Slot)>& visit,
                     const std::function<Status()>& leaving);
  Status FreezeAll();
  void OrderSlots(std::vector<std::pair<uint64_t, Slot>>* order) const;
  Status ExpireCold();
  Status WriteColdAll(flow::StateWriter* writer);
  Status WriteColdChanged(flow::StateWriter* writer);
  Status ForgetColdChanged();
  Status PutCold(const std::string& key, std::string_view value, bool full,
                 flow::StateWriter* writer);

  // Wakes: an entry in memory has its notes in wakes_, where there may be others that are void; one
  // in the cold store has them there.
  void Note(int64_t time, Slot slot) {
    if (time != last_wake_ || last_notes_ == nullptr) {
      last_wake_ = time;
      last_notes_ = &wakes_[time];
    }
    if (!last_notes_->empty() && last_notes_->back() == slot) return;
    last_notes_->push_back(slot);
    ++notes_;
  }
  void TimesOf(Slot slot) {
    times_.clear();
    options_.wakes.of(options_.wakes.context, entries_.Key(slot), entries_.Payload(slot), &times_);
  }
  void IndexWakes();
  void SweepWakes();
  bool IsDue(Slot slot, int64_t until);
  void TakeNotes(int64_t until, std::vector<Table::Due>* due);
  Status ThawDue(int64_t until, int64_t* boundary);
  Status NoteCold(const std::vector<Slot>& slots);
  /// Notes of an entry that has come back; its notes in the cold store go to `gone`.
  void NoteThawed(Slot slot, std::vector<std::string>* gone);

  TableOptions options_;
  EntryArena entries_;
  SlotIndex index_;
  std::vector<Slot> changed_;  // since the last snapshot; may have been erased, and used again
  std::vector<Slot> stale_;    // whose heap bytes have to be counted again
  DeletedKeys deleted_;        // since the last snapshot
  bool in_files_ = false;      // a snapshot was taken, or restored
  std::string value_;          // scratch
  struct Restored {
    uint64_t hash;
    Slot slot;
  };
  std::vector<Restored> restored_;  // not in the index yet
  /// Nor are the slots from here on; kNoSlot: all others are. Without a cold store all that comes
  /// back is indexed at once, when its number is known.
  Slot unsettled_ = kNoSlot;
  struct Parts;
  struct FreeParts {
    void operator()(Parts* parts) const;
  };
  std::unique_ptr<Parts, FreeParts> parts_;  // of large values; null: there never were any
  int64_t heap_bytes_ = 0;
  int64_t inserts_ = 0;                                         // since the last Expire
  Slot hand_ = 0;                                               // where Expire goes on
  int64_t round_oldest_ = std::numeric_limits<int64_t>::max();  // last write seen in this round
  int64_t oldest_ = std::numeric_limits<int64_t>::min();        // no entry was written before

  int64_t cold_count_ = 0;
  bool cold_changed_ = false;  // some key was added to the space of changed ones
  int64_t reported_ = 0;       // to ColdStore::MemoryFor
  int64_t restores_ = 0;
  int64_t expire_calls_ = 0;
  Slot clock_ = 0;                        // where Balance goes on
  std::optional<std::string> cold_hand_;  // where ExpireCold goes on

  std::map<int64_t, std::vector<Slot>> wakes_;
  int64_t last_wake_ = 0;  // of last_notes_, a vector in wakes_
  std::vector<Slot>* last_notes_ = nullptr;
  int64_t notes_ = 0;          // in wakes_
  int64_t notes_swept_ = 0;    // in wakes_ when only those stood there that mean something
  bool wakes_indexed_ = true;  // false: entries were restored whose notes are not in wakes_
  bool notes_repeat_ = false;  // one note may stand there twice
  bool has_cold_notes_ = false;
  int64_t cold_wake_ = 0;       // no note there is before it
  std::vector<int64_t> times_;  // scratch
  Status failure_;              // of Expire; the next call that may fail gives it
};

}  // namespace sluice::state
