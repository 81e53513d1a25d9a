// SPDX-License-Identifier: Apache-2.0
// Connectors for tests of the planner: names, metadata and directions as the real ones, no options.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/connectors.h"
#include "sql/memory_names.h"

namespace sluice::plan {

inline sql::Connectors TestConnectors() {
  const auto fine = [](const flow::ConnectorTable&) { return std::vector<Error>(); };
  sql::Connectors all;
  for (const char* name : {"kafka", "datagen", "nexmark"}) {
    all.connectors.push_back({.name = name, .check_source = fine});
  }
  all.connectors[0].metadata = {
      {.key = "offset", .type = flow::Type::Simple(flow::TypeKind::kBigInt, false)},
      {.key = "timestamp", .type = flow::Type::TimestampLtz(3, false), .writable = true}};
  for (const char* name : {"print", "blackhole"}) {
    all.connectors.push_back({.name = name, .check_sink = fine});
  }
  // A catalog that forgets: tables of any sort, in memory.
  all.catalogs.push_back({.type = "iceberg",
                          .check = {},
                          .open = [](const std::string&, const flow::OptionMap&,
                                     sql::CatalogAccess) -> Result<std::unique_ptr<sql::Names>> {
                            class Lake : public sql::MemoryNames {
                             public:
                              Lake() : MemoryNames("db") {}
                              const std::string& kind() const override {
                                static const std::string kind = "iceberg";
                                return kind;
                              }
                              std::vector<Error> CheckTable(const std::string&, const std::string&,
                                                            const sql::TableEntry&) override {
                                return {};
                              }
                              Result<sql::TableEntry> LookUp(const std::string& database,
                                                             const std::string& table) override {
                                const auto found = tables_.find(database + "." + table);
                                if (found == tables_.end()) return NotFound("no table");
                                return found->second;
                              }
                              Status CreateTable(const std::string& database,
                                                 const std::string& table,
                                                 const sql::TableEntry& entry) override {
                                if (!tables_.emplace(database + "." + table, entry).second) {
                                  return AlreadyExists("there");
                                }
                                return {};
                              }

                             private:
                              std::map<std::string, sql::TableEntry> tables_;
                            };
                            return std::unique_ptr<sql::Names>(std::make_unique<Lake>());
                          }});
  return all;
}

}  // namespace sluice::plan
