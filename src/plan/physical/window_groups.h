// SPDX-License-Identifier: Apache-2.0
// The groups of an aggregate, those that name its window apart from the others.
#pragma once

#include <optional>
#include <vector>

#include "plan/physical/traits.h"

namespace sluice::plan {

struct WindowGroups {
  enum class Role : uint8_t { kGroup, kStart, kEnd, kTime };
  std::vector<Role> roles;  // per group of the aggregate
  /// The aggregate without the window's columns, over the input of the window aggregate.
  sql::AggregateSpec rest;
  /// Columns of that input that name the window; -1 = the window is assigned by time.
  int start = -1, end = -1;

  bool Has(Role role) const {
    for (const Role one : roles) {
      if (one == role) return true;
    }
    return false;
  }
};

/// nullopt unless the groups hold both start and end of the window.
std::optional<WindowGroups> SplitGroups(const sql::AggregateSpec& spec,
                                        const WindowColumns& window);

}  // namespace sluice::plan
