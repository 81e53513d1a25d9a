// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/final_rows.h"

#include <algorithm>
#include <numeric>

namespace sluice::plan {

std::vector<SortKey> KeysOfFinalRows(const Traits& traits, const flow::Schema& schema) {
  const auto has_order = [&schema](int column) {
    const flow::Type& type = *schema.fields[static_cast<size_t>(column)].type;
    return !type.is_nested() && type.kind() != flow::TypeKind::kMultiset;
  };
  std::vector<int> columns(static_cast<size_t>(schema.size()));
  std::iota(columns.begin(), columns.end(), 0);
  if (!traits.upsert_keys.empty() &&
      std::all_of(traits.upsert_keys[0].begin(), traits.upsert_keys[0].end(), has_order)) {
    columns.assign(traits.upsert_keys[0].begin(), traits.upsert_keys[0].end());
  }
  std::vector<SortKey> keys;
  for (const int column : columns) {
    if (has_order(column)) keys.push_back({column, false, true});
  }
  return keys;
}

}  // namespace sluice::plan
