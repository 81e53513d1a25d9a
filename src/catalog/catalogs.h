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

/// Every mistake in the options, without touching anything; Error::where is the option.
std::vector<Error> CheckCatalogOptions(const std::string& name, const flow::OptionMap& options);

enum class OpenMode : uint8_t {
  kRead,   // creates nothing; kNotFound when the catalog's file is not there
  kWrite,  // makes the file and its tables
};

/// Opens `name` as CREATE CATALOG describes it; the first mistake in the options is the error.
Result<std::unique_ptr<tables::Catalog>> OpenCatalog(const std::string& name,
                                                     const flow::OptionMap& options,
                                                     OpenMode mode = OpenMode::kWrite);

/// The catalog of kDefaultCatalogFile under `directory` (usually the working directory); kWrite
/// makes it, with the namespace kDefaultDatabaseName.
Result<std::unique_ptr<tables::Catalog>> OpenDefaultCatalog(const std::string& directory,
                                                            OpenMode mode = OpenMode::kWrite);

}  // namespace sluice::catalog
