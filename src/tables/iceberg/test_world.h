// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share: files of tests/data, a catalog in memory, a table on the
// false disk. For tests only.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "io/fake/clock.h"
#include "io/fake/disk.h"
#include "io/file_system.h"
#include "io/thread.h"
#include "tables/catalog.h"
#include "tables/iceberg/table.h"

namespace sluice::tables::iceberg {

/// The bytes of tests/data/<name>; empty when it is not there.
inline std::string TestData(const std::string& name) {
  const std::string root = io::Environment("SLUICE_SOURCE_DIR").value_or("../..");
  auto bytes = io::RealFileSystem().ReadWhole(root + "/tests/data/" + name, 64 << 20);
  return bytes.ok() ? *bytes : std::string();
}

/// Names in a map. The next swap can be told to go wrong.
class MemoryCatalog : public Catalog {
 public:
  enum class Trouble {
    kNone,
    kConflict,
    kLoseReply,
    kLoseRequest,
    kSendTwice,  // the second time it loses against itself
  };

  const std::string& name() const override { return name_; }
  const std::string& warehouse() const override { return warehouse_; }
  Result<std::vector<std::vector<std::string>>> ListNamespaces() override {
    return std::vector<std::vector<std::string>>{{"db"}};
  }
  Status CreateNamespace(const std::vector<std::string>&,
                         const std::map<std::string, std::string>&) override {
    return Status::Ok();
  }
  Status DropNamespace(const std::vector<std::string>&) override { return Status::Ok(); }
  Result<bool> NamespaceExists(const std::vector<std::string>&) override { return true; }
  Result<std::vector<TableIdentifier>> ListTables(const std::vector<std::string>&) override {
    std::vector<TableIdentifier> out;
    for (const auto& [table, location] : locations_) out.push_back(table);
    return out;
  }
  Result<std::string> LoadMetadataLocation(const TableIdentifier& table) override {
    const auto it = locations_.find(table);
    if (it == locations_.end()) return NotFound("no table " + table.ToString());
    return it->second;
  }
  Status Register(const TableIdentifier& table, const std::string& location) override {
    if (!locations_.emplace(table, location).second) return AlreadyExists(table.ToString());
    return Status::Ok();
  }
  Status Swap(const TableIdentifier& table, const std::string& base,
              const std::string& updated) override {
    const Trouble trouble = std::exchange(next_, Trouble::kNone);
    if (trouble == Trouble::kLoseRequest) return CommitUnknown("request lost");
    if (trouble == Trouble::kConflict || locations_[table] != base) {
      return CommitConflict("somebody else was first");
    }
    locations_[table] = updated;
    if (trouble == Trouble::kLoseReply) return CommitUnknown("reply lost");
    if (trouble == Trouble::kSendTwice) return CommitConflict("somebody else was first");
    return Status::Ok();
  }
  Status Drop(const TableIdentifier& table) override {
    locations_.erase(table);
    return Status::Ok();
  }

  void set_next(Trouble trouble) { next_ = trouble; }

 private:
  std::string name_ = "memory", warehouse_ = "file:///wh";
  std::map<TableIdentifier, std::string> locations_;
  Trouble next_ = Trouble::kNone;
};

/// A table db.t (id BIGINT NOT NULL, region STRING, ts TIMESTAMP) on the false disk.
struct TestWorld {
  io::fake::Disk disk;
  io::fake::Faults faults;
  io::fake::FakeFileSystem files{&disk, &faults};
  io::fake::FakeClock clock;
  io::fake::FakeRandom random{7};
  MemoryCatalog catalog;
  TableIdentifier identifier{{"db"}, "t"};

  Environment environment() { return {&catalog, &files, &clock, &random}; }

  static Schema MakeSchema() {
    flow::Schema columns;
    columns.fields = {{"id", flow::Type::Simple(flow::TypeKind::kBigInt, false), ""},
                      {"region", flow::Type::Varchar(), ""},
                      {"ts", flow::Type::Timestamp(6), ""}};
    auto schema = FromFlow(columns);
    return schema.ok() ? *schema : Schema{};
  }

  Result<Table> Create(const Properties& properties = {}, const std::string& partition = "region") {
    CreateOptions options;
    options.schema = MakeSchema();
    SLUICE_ASSIGN(options.spec, ParsePartitionText(partition, options.schema));
    options.properties = properties;
    return Table::Create(environment(), identifier, options);
  }

  /// A file that exists on the disk, in one region, with bounds of id.
  DataFile AddFile(const std::string& name, const std::string& region, int64_t first,
                   int64_t count) {
    DataFile file;
    file.file_path = "file:///wh/db/t/data/" + name + ".parquet";
    disk.Put("/wh/db/t/data/" + name + ".parquet", std::string(100, 'x'));
    file.file_size_bytes = 100;
    file.record_count = count;
    if (!region.empty()) {
      file.partition = {Value(region)};
    } else {
      file.partition = {Value()};
    }
    file.split_offsets = {4};
    const Type id = Type::Simple(TypeKind::kLong);
    file.value_counts = {{1, count}, {2, count}};
    file.null_value_counts = {{1, 0}, {2, region.empty() ? count : 0}};
    file.lower_bounds = {{1, EncodeValue(id, Value(first))}};
    file.upper_bounds = {{1, EncodeValue(id, Value(first + count - 1))}};
    return file;
  }
};

/// Stages and commits one append; the outcome of the single attempt.
inline Result<CommitResult> AppendOnce(Table* table, std::vector<DataFile> files,
                                       const Requirements& requirements = {}) {
  AppendRequest request;
  request.files = std::move(files);
  SLUICE_ASSIGN(auto staged, table->StageAppend(std::move(request)));
  return table->CommitAppend(&staged, requirements);
}

}  // namespace sluice::tables::iceberg
