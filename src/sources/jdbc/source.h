// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'jdbc' as a source (README.md of this folder).
#pragma once

#include <string>
#include <vector>

#include "sources/connector.h"

namespace sluice::sources::jdbc {

/// The connector for sources.cc.
SourceConnector JdbcConnector();

/// A part of the table: rows that meet `condition` (empty: all).
struct Part {
  std::string name, condition;
};
/// As 'scan.partition.*' say. The bounds only divide: rows below and above belong to the first and
/// the last part, rows without a value to the first.
Result<std::vector<Part>> PartsOf(const flow::ConnectorTable& table);

}  // namespace sluice::sources::jdbc
