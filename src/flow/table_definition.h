// SPDX-License-Identifier: Apache-2.0
// A table as CREATE TABLE declares it, resolved: what connectors are opened from. Computed columns
// and watermarks are the planner's; connectors see physical and metadata columns only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flow/table_options.h"
#include "flow/type.h"

namespace sluice::flow {

struct ConnectorColumn {
  Field field;
  bool is_metadata = false;
  std::string metadata_key;  // FROM 'key', else the column's name
  bool is_virtual = false;   // VIRTUAL metadata is not written by sinks
};

struct ConnectorTable {
  std::string name;  // fully qualified `catalog`.`database`.`table`, for messages and positions
  std::vector<ConnectorColumn> columns;  // physical and metadata, in declared order
  std::vector<std::string> primary_key;
  std::vector<std::string> partition_keys;
  OptionMap options;  // WITH, after OPTIONS hints are merged
};

}  // namespace sluice::flow
