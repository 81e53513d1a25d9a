// SPDX-License-Identifier: Apache-2.0
// What sluice asks of an Iceberg catalog, whatever stands behind it (SQLite in the JDBC layout
// here; PostgreSQL, REST later). A commit is a compare-and-swap of the table's metadata location;
// the catalog says exactly one of: done, kCommitConflict (somebody else was faster; nothing
// changed), kCommitUnknown (the reply was lost: read again and decide), or a plain error that
// guarantees that nothing changed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::tables {

/// Namespace levels and name: {"db"}, "orders".
struct TableIdentifier {
  std::vector<std::string> namespace_levels;
  std::string name;
  std::string ToString() const;  // dotted
  auto operator<=>(const TableIdentifier&) const = default;
};

class Catalog {
 public:
  virtual ~Catalog() = default;
  virtual const std::string& name() const = 0;
  /// Where tables go, as it was configured: a plain path or a `file:` URI (io::PathOfUri makes a
  /// path of it), without a slash at the end. Locations in metadata keep its form.
  virtual const std::string& warehouse() const = 0;

  virtual Result<std::vector<std::vector<std::string>>> ListNamespaces() = 0;
  virtual Status CreateNamespace(const std::vector<std::string>& levels,
                                 const std::map<std::string, std::string>& properties) = 0;
  virtual Status DropNamespace(const std::vector<std::string>& levels) = 0;
  /// What CreateNamespace was given and SetNamespaceProperties changed; nothing by default.
  virtual Result<std::map<std::string, std::string>> NamespaceProperties(
      const std::vector<std::string>& levels);
  /// Adds properties, or gives them other values. kUnsupported by default.
  virtual Status SetNamespaceProperties(const std::vector<std::string>& levels,
                                        const std::map<std::string, std::string>& properties);
  virtual Result<bool> NamespaceExists(const std::vector<std::string>& levels) = 0;
  virtual Result<std::vector<TableIdentifier>> ListTables(
      const std::vector<std::string>& levels) = 0;

  /// The location of the table's current metadata file; kNotFound if there is no such table.
  virtual Result<std::string> LoadMetadataLocation(const TableIdentifier& table) = 0;
  /// Registers a new table; kAlreadyExists if the name is taken.
  virtual Status Register(const TableIdentifier& table, const std::string& metadata_location) = 0;
  /// Compare-and-swap from `base` to `updated`.
  virtual Status Swap(const TableIdentifier& table, const std::string& base,
                      const std::string& updated) = 0;
  /// Removes the name; the files stay.
  virtual Status Drop(const TableIdentifier& table) = 0;
  /// Gives a table another name; kAlreadyExists if that is taken. kUnsupported by default.
  virtual Status Rename(const TableIdentifier& from, const TableIdentifier& to);
};

}  // namespace sluice::tables
