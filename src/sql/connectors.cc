// SPDX-License-Identifier: Apache-2.0
#include "sql/connectors.h"

namespace sluice::sql {

std::vector<MetadataColumn> ConnectorDescription::MetadataOf(const flow::OptionMap& options) const {
  std::vector<MetadataColumn> all = metadata;
  if (!format_metadata) return all;
  const std::vector<MetadataColumn> more = format_metadata(options);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

const ConnectorDescription* Connectors::Find(const std::string& connector) const {
  for (const ConnectorDescription& description : connectors) {
    if (description.name == connector) return &description;
  }
  return nullptr;
}

const CatalogDescription* Connectors::FindCatalog(const std::string& type) const {
  for (const CatalogDescription& description : catalogs) {
    if (description.type == type) return &description;
  }
  return nullptr;
}

}  // namespace sluice::sql
