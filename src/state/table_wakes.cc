// SPDX-License-Identifier: Apache-2.0
// When entries are to be looked at. Notes in memory stand by time; those of entries in the cold
// store stand there, in a space whose keys begin with the time: the ones that are due are a range.
// A note is never taken back: an entry that left memory, was erased, or has something to do at
// another time leaves void notes, which are passed over when they come and swept when they are
// many.
#include <algorithm>
#include <unordered_set>

#include "state/table_core_internal.h"

namespace sluice::state {
namespace {

constexpr size_t kNotesAtOnce = 512;          // of the cold store
constexpr size_t kDueAtOnce = 4096;           // entries brought back before the operator is asked
constexpr int64_t kThawedBytesMax = 8 << 20;  // the same, in bytes
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kVoidNotesMin = 1 << 16;  // that are swept together

/// Eight bytes whose order is that of the times.
std::string TimeKey(int64_t time) {
  const uint64_t ordered = static_cast<uint64_t>(time) ^ (uint64_t{1} << 63);
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(ordered >> shift));
  return out;
}

int64_t TimeOf(std::string_view note) {
  uint64_t ordered = 0;
  for (size_t i = 0; i < 8; ++i) ordered = ordered << 8 | static_cast<uint8_t>(note[i]);
  return static_cast<int64_t>(ordered ^ (uint64_t{1} << 63));
}

}  // namespace

/// Notes of all entries in memory, and no void ones.
void TableCore::IndexWakes() {
  wakes_.clear();
  last_notes_ = nullptr;
  notes_ = 0;
  wakes_indexed_ = notes_repeat_ = true;
  for (Slot slot = 0; slot < entries_.end(); ++slot) {
    if (!entries_.IsLive(slot)) continue;
    TimesOf(slot);
    for (const int64_t time : times_) Note(time, slot);
  }
  notes_swept_ = notes_;
}

/// Once as many notes came as there are entries, or notes that mean something.
void TableCore::SweepWakes() {
  if (!wakes_indexed_ || options_.wakes.of == nullptr) return;
  const int64_t fresh = notes_ - notes_swept_;
  if (fresh > std::max({kVoidNotesMin, notes_swept_, int64_t{entries_.end()}})) IndexWakes();
}

int64_t TableCore::NextWake() const {
  if (!wakes_indexed_) return std::numeric_limits<int64_t>::min();
  return std::min(wakes_.empty() ? kNever : wakes_.begin()->first,
                  has_cold_notes_ ? cold_wake_ : kNever);
}

void TableCore::NoteThawed(Slot slot, std::vector<std::string>* gone) {
  notes_repeat_ = true;
  TimesOf(slot);
  for (const int64_t time : times_) {
    gone->push_back(TimeKey(time).append(entries_.Key(slot)));
    if (wakes_indexed_) Note(time, slot);
  }
}

Status TableCore::NoteCold(const std::vector<Slot>& slots) {
  std::vector<ColdStore::Entry> notes;
  for (const Slot slot : slots) {
    TimesOf(slot);
    for (const int64_t time : times_) {
      cold_wake_ = has_cold_notes_ ? std::min(cold_wake_, time) : time;
      has_cold_notes_ = true;
      notes.push_back({TimeKey(time).append(entries_.Key(slot)), {}});
    }
  }
  return notes.empty() ? Status::Ok() : options_.cold->Put(WakeSpace(), notes);
}

/// Slots are used again, and entries change: the one that is there now may have later times. Then
/// it is noted for the first of them, which nobody else may have done.
bool TableCore::IsDue(Slot slot, int64_t until) {
  if (!entries_.IsLive(slot)) return false;
  if (options_.cold == nullptr) return true;
  TimesOf(slot);
  const auto first = std::min_element(times_.begin(), times_.end());
  if (first == times_.end()) return false;
  if (*first <= until) return true;
  notes_repeat_ = true;
  Note(*first, slot);
  return false;
}

void TableCore::TakeNotes(int64_t until, std::vector<Table::Due>* due) {
  std::unordered_set<Slot> taken;
  const size_t limit = options_.cold == nullptr ? SIZE_MAX : kDueAtOnce;
  while (!wakes_.empty() && wakes_.begin()->first <= until && due->size() < limit) {
    const int64_t time = wakes_.begin()->first;
    std::vector<Slot> slots = std::move(wakes_.begin()->second);
    wakes_.erase(wakes_.begin());
    last_notes_ = nullptr;
    notes_ -= static_cast<int64_t>(slots.size());
    notes_swept_ = std::min(notes_swept_, notes_);
    if (notes_repeat_) {
      std::sort(slots.begin(), slots.end());
      slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    }
    for (const Slot slot : slots) {
      // A void note may name a slot whose entry of today has one of its own.
      if (IsDue(slot, until) && (options_.cold == nullptr || taken.insert(slot).second)) {
        due->push_back({time, slot});
      }
    }
  }
}

/// Brings entries back that are due. `boundary`: what is due before it is in memory now.
Status TableCore::ThawDue(int64_t until, int64_t* boundary) {
  *boundary = until;
  size_t thawed = 0;
  const int64_t before = memory_bytes();
  while (has_cold_notes_ && cold_wake_ <= until) {
    if (thawed >= kDueAtOnce || memory_bytes() > before + kThawedBytesMax) {
      *boundary = cold_wake_;
      return Status::Ok();
    }
    // Behind the notes that were deleted before: the database would go over them one by one.
    std::optional<std::string> after;
    if (cold_wake_ != std::numeric_limits<int64_t>::min()) after = TimeKey(cold_wake_ - 1);
    std::vector<ColdStore::Entry> notes;
    SLUICE_TRY(options_.cold->Scan(WakeSpace(), after, kNotesAtOnce, &notes));
    std::vector<std::string> keys;
    std::vector<std::string> done;
    bool all = notes.size() < kNotesAtOnce;
    int64_t next = all ? kNever : TimeOf(notes.back().key);
    for (ColdStore::Entry& note : notes) {
      const int64_t time = TimeOf(note.key);
      if (time > until) {
        next = time;
        all = false;
        break;
      }
      keys.push_back(note.key.substr(8));
      done.push_back(std::move(note.key));
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    thawed += keys.size();
    SLUICE_TRY(Thaw(keys));
    if (!done.empty()) SLUICE_TRY(options_.cold->Delete(WakeSpace(), done));
    cold_wake_ = next;
    has_cold_notes_ = !all;
  }
  return Status::Ok();
}

Status TableCore::TakeDue(int64_t until, std::vector<Table::Due>* due) {
  due->clear();
  SLUICE_TRY(SettleRestored());
  if (!wakes_indexed_) IndexWakes();
  SweepWakes();
  while (due->empty() && (has_cold_notes_ || !wakes_.empty()) && NextWake() <= until) {
    int64_t boundary = until;
    if (has_cold_notes_) SLUICE_TRY(ThawDue(until, &boundary));
    TakeNotes(boundary, due);
  }
  return Status::Ok();
}

}  // namespace sluice::state
