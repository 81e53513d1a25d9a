// SPDX-License-Identifier: Apache-2.0
// Payload: one bit per FILTER (u64), or where rows are taken back one i64 count per FILTER, which
// is below 0 while more was taken back than came.
#include "operators/distinct_values.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"

namespace sluice::operators {
namespace {

constexpr size_t kFiltersMax = 64;

struct Group {
  std::vector<int> arguments;
  std::vector<int> filters;
  std::vector<DistinctValues::Reader> readers;
};

/// The calls by their arguments.
std::vector<Group> GroupsOf(const std::vector<functions::AggregateCall>& calls) {
  std::vector<Group> groups;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (!calls[i].distinct) continue;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& known) {
      return known.arguments == calls[i].arguments &&
             (known.filters.size() < kFiltersMax ||
              std::find(known.filters.begin(), known.filters.end(), calls[i].filter) !=
                  known.filters.end());
    });
    if (group == groups.end()) {
      groups.push_back({calls[i].arguments, {}, {}});
      group = groups.end() - 1;
    }
    auto& filters = group->filters;
    const auto filter = std::find(filters.begin(), filters.end(), calls[i].filter);
    const auto at = static_cast<size_t>(filter - filters.begin());
    if (filter == filters.end()) filters.push_back(calls[i].filter);
    group->readers.push_back({i, at});
  }
  return groups;
}

}  // namespace

Result<std::vector<DistinctValues>> DistinctValues::Make(
    const flow::Schema& input, const std::vector<functions::AggregateCall>& calls,
    const Options& options) {
  std::vector<DistinctValues> made;
  for (Group& group : GroupsOf(calls)) {
    std::vector<int> columns = options.groups;
    columns.insert(columns.end(), group.arguments.begin(), group.arguments.end());
    SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, std::move(columns)));
    state::TableOptions table;
    table.id = options.table + static_cast<int>(made.size());
    table.payload.size = options.retract ? 8 * group.filters.size() : 8;
    table.ttl_ms = options.ttl_ms;
    table.cold = options.cold;
    DistinctValues values(std::move(encoder), state::Table(std::move(table)));
    values.filters_ = std::move(group.filters);
    values.readers_ = std::move(group.readers);
    values.retract_ = options.retract;
    made.push_back(std::move(values));
  }
  return made;
}

Status DistinctValues::Update(const arrow::RecordBatch& rows, const state::EncodedKeys& groups,
                              const std::vector<Signs>& signs,
                              std::vector<std::vector<int8_t>>* changes) {
  SLUICE_TRY(encoder_.Encode(rows, &keys_));
  const auto count = keys_.hashes.size();
  for (size_t i = 0; i < count; ++i) {
    keys_.hashes[i] = flow::WithKeyGroup(keys_.hashes[i], flow::KeyGroupOf(groups.hashes[i]));
  }
  SLUICE_TRY(table_.FindOrInsertAll(keys_, &slots_, &inserted_));
  changes->resize(filters_.size());
  for (auto& one : *changes) one.assign(count, 0);
  if (retract_) {
    UpdateCounts(signs, changes);
  } else {
    UpdateSeen(signs, changes);
  }
  return Status::Ok();
}

void DistinctValues::UpdateSeen(const std::vector<Signs>& signs,
                                std::vector<std::vector<int8_t>>* changes) {
  const size_t rows = slots_.size();
  came_.assign(rows, 0);
  for (size_t i = 0; i < filters_.size(); ++i) {
    const int8_t* const sign = signs[i].empty() ? nullptr : signs[i].data();
    for (size_t row = 0; row < rows; ++row) {
      came_[row] |= static_cast<uint64_t>(sign == nullptr || sign[row] != 0) << i;
    }
  }
  for (size_t row = 0; row < rows; ++row) {
    auto& seen = *static_cast<uint64_t*>(table_.Payload(slots_[row]));
    uint64_t fresh = came_[row] & ~seen;
    if (fresh == 0) continue;
    seen |= fresh;
    table_.MarkChanged(slots_[row]);
    for (; fresh != 0; fresh &= fresh - 1) {
      (*changes)[static_cast<size_t>(__builtin_ctzll(fresh))][row] = 1;
    }
  }
  // Values that no FILTER let through are not kept.
  for (size_t row = 0; row < rows; ++row) {
    if (inserted_[row] != 0 && *static_cast<uint64_t*>(table_.Payload(slots_[row])) == 0) {
      table_.Erase(slots_[row]);
    }
  }
}

void DistinctValues::UpdateCounts(const std::vector<Signs>& signs,
                                  std::vector<std::vector<int8_t>>* changes) {
  const size_t filters = filters_.size();
  for (size_t row = 0; row < slots_.size(); ++row) {
    auto* counts = static_cast<int64_t*>(table_.Payload(slots_[row]));
    for (size_t i = 0; i < filters; ++i) {
      const int8_t sign = signs[i].empty() ? int8_t{1} : signs[i][row];
      const bool before = counts[i] > 0;
      counts[i] += sign;
      const bool after = counts[i] > 0;
      (*changes)[i][row] = static_cast<int8_t>((after ? 1 : 0) - (before ? 1 : 0));
    }
    table_.MarkChanged(slots_[row]);
  }
  // Values that are gone leave. A slot may come twice: the second time its key is another's.
  std::sort(slots_.begin(), slots_.end());
  slots_.erase(std::unique(slots_.begin(), slots_.end()), slots_.end());
  for (const state::Slot slot : slots_) {
    const auto* counts = static_cast<const int64_t*>(table_.Payload(slot));
    if (std::all_of(counts, counts + filters, [](int64_t n) { return n == 0; })) {
      table_.Erase(slot);
    }
  }
}

}  // namespace sluice::operators
