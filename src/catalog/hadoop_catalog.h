// SPDX-License-Identifier: Apache-2.0
// Reads tables that lie in a folder tree with `metadata/v<N>.metadata.json` and version-hint.text
// (Iceberg's "hadoop" catalog). Read only: without an atomic rename two writers lose commits there,
// and the spec deprecates such tables as unsafe on local file systems.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file_system.h"
#include "tables/catalog.h"

namespace sluice::catalog {

class HadoopCatalog : public tables::Catalog {
 public:
  HadoopCatalog(std::string name, std::string warehouse, io::FileSystem* files)
      : name_(std::move(name)), warehouse_(std::move(warehouse)), files_(files) {}

  const std::string& name() const override { return name_; }
  const std::string& warehouse() const override { return warehouse_; }

  Result<std::vector<std::vector<std::string>>> ListNamespaces() override;
  Result<bool> NamespaceExists(const std::vector<std::string>& levels) override;
  Result<std::vector<tables::TableIdentifier>> ListTables(
      const std::vector<std::string>& levels) override;
  Result<std::string> LoadMetadataLocation(const tables::TableIdentifier& table) override;

  // kUnsupported, with the reason.
  Status CreateNamespace(const std::vector<std::string>& levels,
                         const std::map<std::string, std::string>& properties) override;
  Status DropNamespace(const std::vector<std::string>& levels) override;
  Status Register(const tables::TableIdentifier& table,
                  const std::string& metadata_location) override;
  Status Swap(const tables::TableIdentifier& table, const std::string& base,
              const std::string& updated) override;
  Status Drop(const tables::TableIdentifier& table) override;

 private:
  Result<std::string> FolderOf(const std::vector<std::string>& levels) const;

  std::string name_, warehouse_;
  io::FileSystem* files_;
};

}  // namespace sluice::catalog
