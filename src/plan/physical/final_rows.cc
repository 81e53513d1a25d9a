// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/final_rows.h"

namespace sluice::plan {

std::vector<SortKey> KeysOfFinalRows(const Traits& traits, const flow::Schema& schema) {
  std::vector<SortKey> keys;
  if (!traits.upsert_keys.empty()) {
    for (const int column : traits.upsert_keys[0]) keys.push_back({column, false, true});
    return keys;
  }
  for (int i = 0; i < schema.size(); ++i) {
    const flow::Type& type = *schema.fields[static_cast<size_t>(i)].type;
    const bool has_order =
        type.kind() != flow::TypeKind::kMap && type.kind() != flow::TypeKind::kMultiset &&
        type.kind() != flow::TypeKind::kArray && type.kind() != flow::TypeKind::kRow;
    if (has_order) keys.push_back({i, false, true});
  }
  return keys;
}

}  // namespace sluice::plan
