// SPDX-License-Identifier: Apache-2.0
#include "state/table.h"

#include "state/table_core_internal.h"

namespace sluice::state {

Table::Table(const TableOptions& options)
    : core_(std::make_unique<TableCore>(options)), view_(core_->entries().view()) {}
Table::~Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;

namespace {

std::string InMiB(int64_t bytes) {
  const int64_t tenths = bytes / ((1 << 20) / 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
}

}  // namespace

Error StateOutOfMemory(const LargeState& state) {
  const std::string help =
      state.may_spill
          ? "SET 'state.backend.type' = 'rocksdb' lets it go to disk, table.exec.state.ttl makes "
            "it "
            "forget"
          : "this operator keeps all of it there: let it keep less (fewer or narrower rows before "
            "it, table.exec.state.ttl), or SET a larger 'sluice.memory' or "
            "'taskmanager.memory.managed.size'";
  return ResourceExhausted("state does not fit its memory: " + help + "; " + state.name +
                           " holds " + InMiB(state.used_bytes) + ", there is room for " +
                           InMiB(state.budget_bytes));
}

Result<Slot> Table::Find(std::string_view key, uint64_t hash) {
  return core_->Find(key, hash);
}

Result<Slot> Table::FindOrInsert(std::string_view key, uint64_t hash, bool* inserted) {
  return core_->FindOrInsert(key, hash, inserted);
}

Status Table::FindAll(const EncodedKeys& keys, std::vector<Slot>* slots) {
  return core_->FindAll(keys, slots);
}

Status Table::FindOrInsertAll(const EncodedKeys& keys, std::vector<Slot>* slots,
                              std::vector<uint8_t>* inserted) {
  return core_->FindOrInsertAll(keys, slots, inserted);
}

std::string_view Table::Key(Slot slot) const {
  return core_->entries().Key(slot);
}

uint64_t Table::Hash(Slot slot) const {
  return flow::WithKeyGroup(HashKey(Key(slot)), core_->entries().Group(slot));
}

bool Table::IsLive(Slot slot) const {
  return core_->entries().IsLive(slot);
}

void Table::Mark(Slot slot) {
  core_->Mark(slot);
}

void Table::Erase(Slot slot) {
  core_->Erase(slot);
}

int64_t Table::size() const {
  return core_->size();
}

Status Table::ForEach(const std::function<Status(Slot)>& visit,
                      const std::function<Status()>& leaving) {
  return core_->ForEach(visit, leaving);
}

Status Table::TakeInOrder(size_t limit, InOrder* progress,
                          const std::function<void(std::string_view, const void*)>& visit,
                          const std::function<Status()>& leaving) {
  return core_->TakeInOrder(limit, progress, visit, leaving);
}

Status Table::ForEachKey(const std::function<void(std::string_view, uint32_t)>& visit) {
  return core_->ForEachKey(visit);
}

Status Table::BringBack(const EncodedKeys& keys) {
  return core_->BringBack(keys);
}

void Table::WakeAt(int64_t time, Slot slot) {
  core_->WakeAt(time, slot);
}

Status Table::TakeDue(int64_t until, std::vector<Due>* due) {
  return core_->TakeDue(until, due);
}

int64_t Table::NextWake() const {
  return core_->NextWake();
}

Status Table::Discard() {
  return core_->Discard();
}

void Table::SetNow(int64_t now_ms) {
  core_->SetNow(now_ms);
}

void Table::Expire() {
  core_->Expire();
}

Status Table::Snapshot(bool full, flow::StateWriter* writer) {
  return core_->Snapshot(full, writer);
}

Status Table::Restore(const flow::StateEntry& entry) {
  return core_->Restore(entry);
}

Status Table::Balance(int64_t bytes) {
  return core_->Balance(bytes);
}

Status Table::Balance() {
  return core_->BalanceShare();
}

int64_t Table::memory_bytes() const {
  return core_->memory_bytes();
}

int64_t Table::unsaved_bytes() const {
  return core_->unsaved_bytes();
}

}  // namespace sluice::state
