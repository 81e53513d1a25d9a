// SPDX-License-Identifier: Apache-2.0
#include "tables/catalog.h"

namespace sluice::tables {

std::string TableIdentifier::ToString() const {
  std::string out;
  for (const std::string& level : namespace_levels) out += level + ".";
  return out + name;
}

Status Catalog::Rename(const TableIdentifier& from, const TableIdentifier&) {
  return Unsupported("this catalog cannot rename tables: " + from.ToString());
}

Result<std::map<std::string, std::string>> Catalog::NamespaceProperties(
    const std::vector<std::string>&) {
  return std::map<std::string, std::string>{};
}

Status Catalog::SetNamespaceProperties(const std::vector<std::string>&,
                                       const std::map<std::string, std::string>&) {
  return Unsupported("this catalog keeps no properties of databases");
}

}  // namespace sluice::tables
