// SPDX-License-Identifier: Apache-2.0
#include "flow/batch.h"

#include "arrow/record_batch.h"

namespace sluice::flow {

Batch Batch::Slice(int64_t from, int64_t to) const {
  Batch part;
  part.rows = rows->Slice(from, to - from);
  part.origin.split = origin.split;
  part.origin.first_offset = origin.first_offset + from;
  const auto slice = [&](const auto& values, auto* of_part) {
    if (!values.empty()) of_part->assign(values.begin() + from, values.begin() + to);
  };
  slice(origin.offsets, &part.origin.offsets);
  slice(kinds, &part.kinds);
  return part;
}

}  // namespace sluice::flow
