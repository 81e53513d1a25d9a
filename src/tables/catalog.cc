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

}  // namespace sluice::tables
