// SPDX-License-Identifier: Apache-2.0
// What a table WITH ('connector' = 'jdbc') takes, whether it is read, asked or written.
#pragma once

#include <vector>

#include "flow/table_definition.h"
#include "flow/table_options.h"
#include "sources/jdbc/postgres.h"

namespace sluice::sources::jdbc {

const std::vector<flow::OptionSpec>& JdbcOptions();
/// Options and columns, without touching the network: every mistake.
std::vector<Error> CheckJdbcTable(const flow::ConnectorTable& table);
/// Where a checked table lives, and who connects.
Result<PostgresPlace> PlaceOf(const flow::ConnectorTable& table);

}  // namespace sluice::sources::jdbc
