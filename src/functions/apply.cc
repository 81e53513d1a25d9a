// SPDX-License-Identifier: Apache-2.0
#include "functions/apply.h"

namespace sluice::functions::apply_internal {

Result<Prepared> Prepare(std::span<const Argument> arguments, int64_t rows) {
  Prepared prepared{{}, NullBits(rows)};
  prepared.columns.reserve(arguments.size());
  for (const Argument& argument : arguments) {
    SLUICE_ASSIGN(ColumnView column, ColumnView::Make(argument));
    SLUICE_TRY(prepared.nulls.Take(column));
    prepared.columns.push_back(std::move(column));
  }
  return prepared;
}

}  // namespace sluice::functions::apply_internal
