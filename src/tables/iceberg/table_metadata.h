// SPDX-License-Identifier: Apache-2.0
// The table metadata file (spec, "Table Metadata", Appendix C): read in v1, v2 and v3, written in
// the version it has. What the spec obliges a reader to refuse is refused; what it does not know it
// keeps, word for word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "tables/iceberg/partition_spec.h"
#include "tables/iceberg/properties.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {

struct Snapshot {
  int64_t snapshot_id = 0;
  std::optional<int64_t> parent_snapshot_id;
  int64_t sequence_number = 0;  // 0 in v1
  int64_t timestamp_ms = 0;
  std::string manifest_list;           // empty in old v1 files that list `manifests`
  std::vector<std::string> manifests;  // v1 only
  std::map<std::string, std::string> summary;
  std::optional<int> schema_id;
  std::map<std::string, std::string> extra;  // other keys -> JSON text (first-row-id, key-id, ...)

  /// summary["operation"]; "append" where a v1 writer left it out.
  std::string operation() const;
};

/// The snapshots of a table, in the order of its metadata file (the oldest first, as every writer
/// has it). A snapshot never changes, so that the versions of a table share theirs: a table that is
/// committed to every second has tens of thousands after a day, and each commit makes a version.
class SnapshotList {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Snapshot;
    using difference_type = std::ptrdiff_t;
    using pointer = const Snapshot*;
    using reference = const Snapshot&;

    Iterator() = default;
    explicit Iterator(const std::shared_ptr<const Snapshot>* at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const std::shared_ptr<const Snapshot>* at_ = nullptr;
  };

  Iterator begin() const { return Iterator(items_.data()); }
  Iterator end() const { return Iterator(items_.data() + items_.size()); }
  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  const Snapshot& operator[](size_t i) const { return *items_[i]; }
  const Snapshot& back() const { return *items_.back(); }
  /// Null when there is none with this id.
  const Snapshot* Find(int64_t id) const {
    for (size_t i = items_.size(); i > 0; --i) {  // mostly it is a young one that is asked for
      if (items_[i - 1]->snapshot_id == id) return items_[i - 1].get();
    }
    return nullptr;
  }

  void push_back(Snapshot snapshot) {
    items_.push_back(std::make_shared<const Snapshot>(std::move(snapshot)));
  }
  /// Takes out those for which `gone` is true.
  template <typename Gone>
  void EraseIf(Gone gone) {
    std::erase_if(items_, [&](const auto& item) { return gone(*item); });
  }

 private:
  std::vector<std::shared_ptr<const Snapshot>> items_;
};

/// Snapshots by id, for walks along their parents: looked up one by one in the list, these would
/// take the square of its length. Void when the list is.
class SnapshotIndex {
 public:
  explicit SnapshotIndex(const SnapshotList& snapshots) {
    for (const Snapshot& snapshot : snapshots) by_id_[snapshot.snapshot_id] = &snapshot;
  }
  /// Null when there is none.
  const Snapshot* Find(int64_t id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  const Snapshot* ParentOf(const Snapshot& snapshot) const {
    return snapshot.parent_snapshot_id ? Find(*snapshot.parent_snapshot_id) : nullptr;
  }

 private:
  std::unordered_map<int64_t, const Snapshot*> by_id_;
};

struct SnapshotLogEntry {
  int64_t timestamp_ms = 0;
  int64_t snapshot_id = 0;
};
struct MetadataLogEntry {
  int64_t timestamp_ms = 0;
  std::string metadata_file;
};
struct SnapshotRef {
  int64_t snapshot_id = 0;
  bool is_tag = false;
  std::optional<int> min_snapshots_to_keep;
  std::optional<int64_t> max_snapshot_age_ms;
  std::optional<int64_t> max_ref_age_ms;
};

struct TableMetadata {
  int format_version = 2;
  std::string table_uuid;
  std::string location;
  int64_t last_sequence_number = 0;
  int64_t last_updated_ms = 0;
  int last_column_id = 0;
  std::vector<Schema> schemas;
  int current_schema_id = 0;
  std::vector<PartitionSpec> partition_specs;
  int default_spec_id = 0;
  int last_partition_id = kPartitionFieldIdFirst - 1;
  std::vector<SortOrder> sort_orders;
  int default_sort_order_id = 0;
  Properties properties;
  std::optional<int64_t> current_snapshot_id;
  SnapshotList snapshots;
  std::vector<SnapshotLogEntry> snapshot_log;
  std::vector<MetadataLogEntry> metadata_log;
  std::map<std::string, SnapshotRef> refs;
  std::optional<int64_t> next_row_id;        // v3
  std::map<std::string, std::string> extra;  // other keys -> JSON text (statistics, ...)

  const Schema& schema() const;  // the current one
  const Schema* FindSchema(int id) const;
  const PartitionSpec& spec() const;  // the default one
  const PartitionSpec* FindSpec(int id) const;
  const SortOrder& sort_order() const;
  const Snapshot* current_snapshot() const;  // null when the table has none
  const Snapshot* FindSnapshot(int64_t id) const;
  /// The schema a snapshot was written with; the current one where it does not say.
  const Schema& SchemaOf(const Snapshot& snapshot) const;
  /// The value of a property, or nullopt.
  std::optional<std::string> Property(const std::string& key) const;
};

/// The current snapshot and those it came from, as far as they are kept; the newest first.
std::vector<const Snapshot*> CurrentLine(const TableMetadata& metadata);

/// Reads metadata.json (the plain text; gzip is undone by ReadMetadataFile in table.h). kParse or
/// kCorrupt with the key that is missing or wrong; kUnsupported for a newer format version.
Result<TableMetadata> ParseTableMetadata(std::string_view json);
std::string TableMetadataToJson(const TableMetadata& metadata);

/// Metadata of a new, empty v2 table. `schema` gets fresh ids; `spec` and `order` refer to the ids
/// in `schema` as given and are carried over.
struct NewTable {
  std::string table_uuid;
  std::string location;
  Schema schema;
  PartitionSpec spec;
  SortOrder order;
  Properties properties;
  int64_t now_ms = 0;
};
Result<TableMetadata> MakeTableMetadata(const NewTable& table);

/// The snapshot current at a time: the newest snapshot-log entry at or before it. kNotFound names
/// the oldest one.
Result<int64_t> SnapshotAt(const TableMetadata& metadata, int64_t timestamp_ms);

/// Opens the next version of `base`: last-updated-ms never goes back (clock skew: the larger of
/// `now_ms` and every time already in the logs), the previous file is put into the metadata log
/// and the log is cut to write.metadata.previous-versions-max. `dropped` receives the files that
/// fell out of the log.
TableMetadata NextVersion(const TableMetadata& base, const std::string& base_location,
                          int64_t now_ms, std::vector<std::string>* dropped);

}  // namespace sluice::tables::iceberg
