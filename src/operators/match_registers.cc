// SPDX-License-Identifier: Apache-2.0
#include "operators/match_registers.h"

#include <algorithm>

namespace sluice::operators {
namespace {

using Kind = sql::MatchSpec::Navigation::Kind;

bool IsOf(int row_variable, int wanted) {
  return wanted < 0 || row_variable == wanted;
}

}  // namespace

MatchRegisters::MatchRegisters(const sql::MatchSpec& spec,
                               const std::vector<std::vector<int>>& reads, const MatchSteps& steps)
    : navigations_(spec.navigations), ring_of_(spec.navigations.size(), 0) {
  read_by_.resize(reads.size());
  for (size_t variable = 0; variable < reads.size(); ++variable) {
    for (const int read : reads[variable]) {
      const auto& navigation = navigations_[static_cast<size_t>(read)];
      if (navigation.kind != Kind::kFirst && navigation.kind != Kind::kLast) continue;
      const bool first = navigation.kind == Kind::kFirst;
      // The row that is tried is itself the last one of its variable.
      const bool tried = IsOf(static_cast<int>(variable), navigation.variable);
      const auto rows = static_cast<size_t>(navigation.offset) + (first || !tried ? 1 : 0);
      const size_t ring = RingOf(navigation.variable, first, rows);
      ring_of_[static_cast<size_t>(read)] = ring;
      read_by_[variable].push_back(ring);
    }
  }
  for (Ring& ring : rings_) {
    ring.begin = size_;
    size_ += ring.size;
  }
  for (int state = 0; state < steps.states(); ++state) {
    read_later_.emplace_back(navigations_.size(), 0);
    kept_.emplace_back(rings_.size(), 0);
    for (size_t variable = 0; variable < reads.size(); ++variable) {
      if (((steps.asked_later(state) >> variable) & 1) == 0) continue;
      for (const int read : reads[variable]) read_later_.back()[static_cast<size_t>(read)] = 1;
      for (const size_t ring : read_by_[variable]) kept_.back()[ring] = 1;
    }
  }
}

size_t MatchRegisters::RingOf(int variable, bool first, size_t size) {
  const auto known = std::find_if(rings_.begin(), rings_.end(), [&](const Ring& ring) {
    return ring.variable == variable && ring.first == first;
  });
  if (known != rings_.end()) {
    known->size = std::max(known->size, size);
    return static_cast<size_t>(known - rings_.begin());
  }
  rings_.push_back({.variable = variable, .first = first, .begin = 0, .size = size});
  return rings_.size() - 1;
}

void MatchRegisters::Take(int64_t row, int variable, int target, int64_t* registers) const {
  for (size_t i = 0; i < rings_.size(); ++i) {
    const Ring& ring = rings_[i];
    int64_t* const begin = registers + ring.begin;
    int64_t* const end = begin + ring.size;
    if (kept_[static_cast<size_t>(target)][i] == 0) {
      std::fill(begin, end, kNoRow);
    } else if (!IsOf(variable, ring.variable) || begin == end) {
      continue;
    } else if (ring.first) {
      int64_t* const free = std::find(begin, end, kNoRow);
      if (free != end) *free = row;
    } else {
      std::copy_backward(begin, end - 1, end);
      *begin = row;
    }
  }
}

int64_t MatchRegisters::RowOf(int navigation, int variable, int64_t row,
                              const int64_t* registers) const {
  const auto& wanted = navigations_[static_cast<size_t>(navigation)];
  const Ring& ring = rings_[ring_of_[static_cast<size_t>(navigation)]];
  const bool tried = IsOf(variable, wanted.variable);
  const int64_t* const rows = registers + ring.begin;
  if (!ring.first) {
    if (!tried) return rows[wanted.offset];
    return wanted.offset == 0 ? row : rows[wanted.offset - 1];
  }
  if (rows[wanted.offset] != kNoRow) return rows[wanted.offset];
  const bool next = wanted.offset == 0 || rows[wanted.offset - 1] != kNoRow;
  return tried && next ? row : kNoRow;
}

bool MatchRegisters::SameFor(int variable, const int64_t* a, const int64_t* b) const {
  for (const size_t i : read_by_[static_cast<size_t>(variable)]) {
    const Ring& ring = rings_[i];
    if (!std::equal(a + ring.begin, a + ring.begin + ring.size, b + ring.begin)) return false;
  }
  return true;
}

}  // namespace sluice::operators
