// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/traits.h"

#include <algorithm>
#include <utility>

namespace sluice::plan {
namespace {

size_t At(int index) {
  return static_cast<size_t>(index);
}

std::optional<std::vector<int>> Moved(const std::vector<int>& columns, const std::vector<int>& to) {
  std::vector<int> moved;
  for (const int column : columns) {
    if (to[At(column)] < 0) return std::nullopt;
    moved.push_back(to[At(column)]);
  }
  return moved;
}

std::vector<ColumnSet> Moved(const std::vector<ColumnSet>& keys, const std::vector<int>& to) {
  std::vector<ColumnSet> all;
  for (const ColumnSet& key : keys) {
    if (auto moved = Moved(key, to)) all.push_back(Sorted(*std::move(moved)));
  }
  return all;
}

}  // namespace

bool IsSubset(const ColumnSet& key, const ColumnSet& of) {
  return std::includes(of.begin(), of.end(), key.begin(), key.end());
}

ColumnSet Sorted(std::vector<int> columns) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

Traits Project(const Traits& traits, const std::vector<int>& to, int width) {
  Traits out;
  out.updates = traits.updates;
  out.deletes = traits.deletes;
  out.unique_keys = Moved(traits.unique_keys, to);
  out.upsert_keys = Moved(traits.upsert_keys, to);
  if (traits.window) {
    WindowColumns window = *traits.window;
    for (int* column : {&window.start, &window.end, &window.time}) {
      *column = *column < 0 ? -1 : to[At(*column)];
    }
    if (window.end >= 0) out.window = std::move(window);
  }
  if (traits.distribution) out.distribution = Moved(*traits.distribution, to);
  out.distribution_types = traits.distribution_types;
  if (!traits.disordered.empty()) {
    out.disordered.assign(At(width), false);
    for (size_t i = 0; i < to.size(); ++i) {
      if (to[i] >= 0) out.disordered[At(to[i])] = traits.disordered[i];
    }
  }
  if (!traits.monotony.empty()) {
    out.monotony.assign(At(width), Monotony::kUnknown);
    for (size_t i = 0; i < to.size(); ++i) {
      if (to[i] >= 0) out.monotony[At(to[i])] = traits.monotony[i];
    }
  }
  return out;
}

}  // namespace sluice::plan
