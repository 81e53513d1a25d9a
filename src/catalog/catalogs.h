// SPDX-License-Identifier: Apache-2.0
// Opens Iceberg catalogs from the properties of Flink's CREATE CATALOG ... WITH (...). Supported:
// 'type'='iceberg' with 'catalog-type'='jdbc' or
// 'catalog-impl'='org.apache.iceberg.jdbc.JdbcCatalog' on 'uri'='jdbc:sqlite:<path>';
// 'catalog-type'='hadoop' for reading. Others are refused by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_options.h"
#include "tables/catalog.h"

namespace sluice::catalog {

/// Name and files of the catalog that is there when none is configured.
inline constexpr char kDefaultCatalogName[] = "default_catalog";
inline constexpr char kDefaultDatabaseName[] = "default_database";
inline constexpr char kDefaultCatalogFile[] = "sluice_data/catalog.db";
inline constexpr char kDefaultWarehouse[] = "sluice_data/warehouse";

/// The options known, for checking, nearest names and docs/options.md.
const std::vector<flow::OptionSpec>& CatalogOptions();

/// Opens `name` as CREATE CATALOG describes it; every wrong option is in the error's text.
Result<std::unique_ptr<tables::Catalog>> OpenCatalog(const std::string& name,
                                                     const flow::OptionMap& options);

/// The catalog of kDefaultCatalogFile under `directory` (usually the working directory).
Result<std::unique_ptr<tables::Catalog>> OpenDefaultCatalog(const std::string& directory);

}  // namespace sluice::catalog
