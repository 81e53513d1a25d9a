// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/scan.h"

#include <algorithm>
#include <map>

#include "flow/table_options.h"

namespace sluice::tables::iceberg {
namespace {

struct Delete {
  DataFile file;
  int64_t sequence_number = 0;
};

// Deletes of a snapshot, those that name one data file apart.
struct DeleteIndex {
  std::map<std::string, std::vector<Delete>> by_path;
  std::vector<Delete> others;
  bool empty() const { return by_path.empty() && others.empty(); }
};

Status CheckFilter(const Schema& schema, const std::vector<Term>& filter) {
  for (const Term& term : filter) {
    if (schema.FindPath(term.column) != nullptr) continue;
    std::vector<std::string> names;
    for (const Field& field : schema.fields) names.push_back(field.name);
    const auto near = flow::NearestName(term.column, names);
    return NotFound("there is no column " + term.column +
                    (near ? " (did you mean " + *near + "?)" : std::string()));
  }
  return Status::Ok();
}

// Metrics of list elements and map entries say nothing about the row as a whole.
bool InsideStructsOnly(const std::vector<Field>& fields, int id) {
  for (const Field& field : fields) {
    if (field.id == id) return true;
    if (field.type.kind == TypeKind::kStruct && InsideStructsOnly(field.type.fields, id)) {
      return true;
    }
  }
  return false;
}

ValueRange RangeOfSummary(const Type& type, const PartitionFieldSummary& summary) {
  ValueRange range;
  range.may_be_null = summary.contains_null;
  range.may_be_nan = (type.kind == TypeKind::kFloat || type.kind == TypeKind::kDouble) &&
                     summary.contains_nan.value_or(true);
  range.may_be_value = summary.lower_bound || summary.upper_bound || range.may_be_nan ||
                       type.kind == TypeKind::kUnknown;
  if (summary.lower_bound) {
    auto value = DecodeValue(type, *summary.lower_bound);
    if (value.ok()) range.lower = std::move(*value);
  }
  if (summary.upper_bound) {
    auto value = DecodeValue(type, *summary.upper_bound);
    if (value.ok()) range.upper = std::move(*value);
  }
  return range;
}

bool ManifestMayMatch(const ManifestFile& file, const std::vector<Term>& filter,
                      const Schema& schema, const PartitionSpec& spec, const Type& partition) {
  if (file.partitions.size() != spec.fields.size()) return true;
  for (const Term& term : filter) {
    const Field* field = schema.FindPath(term.column);
    if (field == nullptr) continue;
    for (size_t i = 0; i < spec.fields.size(); ++i) {
      if (spec.fields[i].source_id != field->id) continue;
      const auto projected = Project(term, spec.fields[i].transform, field->type);
      if (!projected) continue;
      const ValueRange range = RangeOfSummary(partition.fields[i].type, file.partitions[i]);
      if (!RangeMayMatch(projected->op, projected->values, range)) return false;
    }
  }
  return true;
}

// Terms that an identity partition value makes true for every row of the file need no check.
std::vector<Term> ResidualOf(const std::vector<Term>& filter, const Schema& schema,
                             const PartitionSpec& spec, const DataFile& file) {
  std::vector<Term> out;
  for (const Term& term : filter) {
    const Field* field = schema.FindPath(term.column);
    bool decided = false;
    for (size_t i = 0; field != nullptr && i < spec.fields.size(); ++i) {
      if (spec.fields[i].source_id != field->id || i >= file.partition.size() ||
          spec.fields[i].transform.kind != TransformKind::kIdentity) {
        continue;
      }
      decided |= Evaluate(term.op, term.values, file.partition[i]).value_or(false);
    }
    if (!decided) out.push_back(term);
  }
  return out;
}

bool Applies(const Delete& candidate, const DataFile& file, int64_t sequence_number,
             const TableMetadata& metadata) {
  const bool equality = candidate.file.content == FileContent::kEqualityDeletes;
  if (equality ? sequence_number >= candidate.sequence_number
               : sequence_number > candidate.sequence_number) {
    return false;
  }
  if (equality) {
    const PartitionSpec* spec = metadata.FindSpec(candidate.file.spec_id);
    if (spec != nullptr && spec->is_unpartitioned()) return true;  // a global delete
  }
  return candidate.file.spec_id == file.spec_id &&
         SameTuple(candidate.file.partition, file.partition);
}

Status ReadDeletes(const Table& table, const std::vector<ManifestFile>& manifests,
                   DeleteIndex* index, ScanPlan* plan) {
  for (const ManifestFile& manifest_file : manifests) {
    if (manifest_file.content != ManifestContent::kDeletes) continue;
    ++plan->manifests_read;
    SLUICE_ASSIGN(Manifest manifest, table.ReadManifest(manifest_file));
    for (ManifestEntry& entry : manifest.entries) {
      if (entry.status == EntryStatus::kDeleted) continue;
      if (!entry.sequence_number) {
        return Corrupt("delete file without a sequence number: " + entry.file.file_path);
      }
      if (entry.file.content == FileContent::kEqualityDeletes) {
        plan->has_equality_deletes = true;
      } else if (entry.file.file_format == "PUFFIN") {
        plan->has_deletion_vectors = true;
      } else {
        plan->has_position_deletes = true;
      }
      Delete made{std::move(entry.file), *entry.sequence_number};
      auto& place = made.file.referenced_data_file ? index->by_path[*made.file.referenced_data_file]
                                                   : index->others;
      place.push_back(std::move(made));
    }
  }
  return Status::Ok();
}

void AddDeletes(const DeleteIndex& index, const TableMetadata& metadata, ScanTask* task) {
  const auto named = index.by_path.find(task->file.file_path);
  if (named != index.by_path.end()) {
    for (const Delete& candidate : named->second) {
      if (task->data_sequence_number <= candidate.sequence_number) {
        task->deletes.push_back(candidate.file);
      }
    }
  }
  for (const Delete& candidate : index.others) {
    if (Applies(candidate, task->file, task->data_sequence_number, metadata)) {
      task->deletes.push_back(candidate.file);
    }
  }
}

class Planner {
 public:
  Planner(const Table& table, const std::vector<Term>& filter, ScanPlan* plan)
      : table_(table), metadata_(table.metadata()), filter_(filter), plan_(plan) {}

  Status Run(const std::vector<ManifestFile>& manifests) {
    SLUICE_TRY(ReadDeletes(table_, manifests, &deletes_, plan_));
    for (const ManifestFile& file : manifests) {
      if (file.content != ManifestContent::kData) continue;
      const PartitionSpec* spec = metadata_.FindSpec(file.partition_spec_id);
      if (spec == nullptr) {
        return Corrupt("manifest names an unknown partition spec: " + file.manifest_path);
      }
      const Type partition = PartitionType(*spec, SchemaOfSpec(metadata_, *spec));
      if (!ManifestMayMatch(file, filter_, plan_->schema, *spec, partition)) continue;
      ++plan_->manifests_read;
      SLUICE_ASSIGN(Manifest manifest, table_.ReadManifest(file));
      SLUICE_TRY(AddTasks(&manifest, *spec));
    }
    return Status::Ok();
  }

 private:
  Status AddTasks(Manifest* manifest, const PartitionSpec& spec) {
    for (ManifestEntry& entry : manifest->entries) {
      if (entry.status == EntryStatus::kDeleted) continue;
      ++plan_->files_total;
      const bool dropped = std::any_of(filter_.begin(), filter_.end(), [&](const Term& term) {
        return !MayMatch(term, plan_->schema, spec, entry.file);
      });
      if (dropped) continue;
      if (!entry.sequence_number && !deletes_.empty()) {
        return Corrupt("data file without a sequence number: " + entry.file.file_path);
      }
      ScanTask task;
      task.data_sequence_number = entry.sequence_number.value_or(0);
      task.residual = ResidualOf(filter_, plan_->schema, spec, entry.file);
      task.file = std::move(entry.file);
      AddDeletes(deletes_, metadata_, &task);
      plan_->tasks.push_back(std::move(task));
    }
    return Status::Ok();
  }

  const Table& table_;
  const TableMetadata& metadata_;
  const std::vector<Term>& filter_;
  ScanPlan* plan_;
  DeleteIndex deletes_;
};

}  // namespace

Result<const Snapshot*> ChooseSnapshot(const TableMetadata& metadata,
                                       const SnapshotChoice& choice) {
  const int given = (choice.snapshot_id ? 1 : 0) + (choice.as_of_ms ? 1 : 0) + (choice.ref ? 1 : 0);
  if (given > 1) return InvalidArgument("choose a snapshot by id, by time or by ref, not by two");
  if (given == 0) return metadata.current_snapshot();
  int64_t id = 0;
  if (choice.snapshot_id) {
    id = *choice.snapshot_id;
  } else if (choice.as_of_ms) {
    SLUICE_ASSIGN(id, SnapshotAt(metadata, *choice.as_of_ms));
  } else {
    const auto ref = metadata.refs.find(*choice.ref);
    if (ref == metadata.refs.end()) return NotFound("no such branch or tag: " + *choice.ref);
    id = ref->second.snapshot_id;
  }
  const Snapshot* found = metadata.FindSnapshot(id);
  if (found == nullptr) return NotFound("no such snapshot (expired?): " + std::to_string(id));
  return found;
}

bool MayMatch(const Term& term, const Schema& schema, const PartitionSpec& spec,
              const DataFile& file) {
  const Field* field = schema.FindPath(term.column);
  if (field == nullptr || !field->type.is_primitive()) return true;
  for (const Value& value : term.values) {
    if (!FitsType(field->type, value)) return true;
  }
  for (size_t i = 0; i < spec.fields.size() && i < file.partition.size(); ++i) {
    if (spec.fields[i].source_id != field->id) continue;
    const auto projected = Project(term, spec.fields[i].transform, field->type);
    if (projected && !RangeMayMatch(projected->op, projected->values, RangeOf(file.partition[i]))) {
      return false;
    }
  }
  if (!InsideStructsOnly(schema.fields, field->id)) return true;
  return RangeMayMatch(term.op, term.values, RangeOfMetrics(file, field->id, field->type));
}

Result<ScanPlan> PlanScan(const Table& table, const SnapshotChoice& choice,
                          const std::vector<Term>& filter) {
  ScanPlan plan;
  SLUICE_ASSIGN(plan.snapshot, ChooseSnapshot(table.metadata(), choice));
  // A tag, an id or a time shows the table as it was; the current state has the current columns.
  const bool current = plan.snapshot == table.metadata().current_snapshot();
  plan.schema = plan.snapshot == nullptr || current ? table.metadata().schema()
                                                    : table.metadata().SchemaOf(*plan.snapshot);
  SLUICE_TRY(CheckFilter(plan.schema, filter));
  if (plan.snapshot == nullptr) return plan;
  SLUICE_ASSIGN(const auto manifests, table.ReadManifestList(*plan.snapshot));
  plan.manifests_total = static_cast<int64_t>(manifests.size());
  SLUICE_TRY(Planner(table, filter, &plan).Run(manifests));
  return plan;
}

}  // namespace sluice::tables::iceberg
