// SPDX-License-Identifier: Apache-2.0
// Schema evolution (spec, "Schema Evolution"): the columns that are wanted over those that are
// there. Columns keep their ids through renames, moves and wider types, so that data files written
// before stay readable; new ones get ids that nothing has had. What would need files to be written
// again is refused.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "tables/iceberg/schema.h"
#include "tables/iceberg/table_metadata.h"

namespace sluice::tables::iceberg {

/// New names of columns and their old ones.
using RenamedColumns = std::map<std::string, std::string>;

/// `wanted` (its ids mean nothing; identifier fields do) with the ids of `base`, whose columns it
/// names; `last_column_id` is moved on. Errors name the column in `where`: a new column or one that
/// was nullable is NOT NULL, a type that is no promotion of the old one, the key of a MAP changed.
Result<Schema> EvolveSchema(const Schema& base, const Schema& wanted, const RenamedColumns& renamed,
                            int* last_column_id);

/// Pure: `next` (from NextVersion) with `schema`, made by EvolveSchema from its current one, as the
/// current one. An error where the partition spec or the sort order need a column that is gone.
Status ApplySchema(Schema schema, int last_column_id, TableMetadata* next);

}  // namespace sluice::tables::iceberg
