// SPDX-License-Identifier: Apache-2.0
// Which files a filesystem table has, and what their paths say of partition columns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_definition.h"
#include "flow/table_options.h"

namespace sluice::sources::filesystem {

struct TableFile {
  std::string path;  // absolute
  std::string name;  // below the table's path: the split's name
  int64_t size_bytes = 0;
  int64_t modified_ms = 0;
  std::map<std::string, std::string> partition;  // from folders key=value
};

const std::vector<flow::OptionSpec>& OptionSpecs();

/// Every file of the table, by name. kNotFound when `path` is not there.
Result<std::vector<TableFile>> ListFiles(const flow::ConnectorTable& table);

}  // namespace sluice::sources::filesystem
