// SPDX-License-Identifier: Apache-2.0
// The ways users write "as of" are many; DuckDB's parser knows one. This rewrites the others into
// it:
//   t FOR SYSTEM_TIME AS OF TIMESTAMP '...'   (Flink, SQL:2011)     t FOR TIMESTAMP AS OF '...'
//   (Trino) t TIMESTAMP AS OF '...'                   (Spark)               t VERSION AS OF 42
//   (Spark) t FOR [SYSTEM_]VERSION AS OF 42 | 'tag'   (Trino, Spark)        t /*+
//   OPTIONS('snapshot-id'='42') */  (Iceberg on Flink)
// all become  t AT (VERSION => 42)  or  t AT (TIMESTAMP => '...').
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::query {

Result<std::string> NormalizeTimeTravel(std::string_view sql);

}  // namespace sluice::query
