// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/properties.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sluice::tables::iceberg {
namespace {

constexpr char kMetricsDefault[] = "write.metadata.metrics.default";
constexpr char kMetricsColumn[] = "write.metadata.metrics.column.";
constexpr char kMetricsColumnsMax[] = "write.metadata.metrics.max-inferred-column-defaults";

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

Error Wrong(const std::string& key, const std::string& value, const std::string& expected) {
  return InvalidArgument("table property " + key + ": expected " + expected + ", not '" + value +
                         "'");
}

template <typename T>
Status Number(const Properties& properties, const char* key, int64_t min, T* out) {
  const auto it = properties.find(key);
  if (it == properties.end()) return Status::Ok();
  const std::string& text = it->second;
  int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < min ||
      value > static_cast<int64_t>(std::numeric_limits<T>::max())) {
    return Wrong(key, text, "a whole number from " + std::to_string(min));
  }
  *out = static_cast<T>(value);
  return Status::Ok();
}

Status Flag(const Properties& properties, const char* key, bool* out) {
  const auto it = properties.find(key);
  if (it == properties.end()) return Status::Ok();
  const std::string text = Lower(it->second);
  if (text != "true" && text != "false") return Wrong(key, it->second, "true or false");
  *out = text == "true";
  return Status::Ok();
}

Status Choice(const Properties& properties, const char* key,
              const std::vector<std::string>& choices, std::string* out) {
  const auto it = properties.find(key);
  if (it == properties.end()) return Status::Ok();
  const std::string text = Lower(it->second);
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    std::string list;
    for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
    return Wrong(key, it->second, "one of " + list);
  }
  *out = text;
  return Status::Ok();
}

void Text(const Properties& properties, const char* key, std::string* out) {
  const auto it = properties.find(key);
  if (it == properties.end()) return;
  *out = it->second;
  while (out->size() > 1 && out->back() == '/') out->pop_back();
}

Result<MetricsMode> ParseMode(const std::string& key, const std::string& value) {
  const std::string text = Lower(value);
  if (text == "none") return MetricsMode{MetricsKind::kNone, 0};
  if (text == "counts") return MetricsMode{MetricsKind::kCounts, 0};
  if (text == "full") return MetricsMode{MetricsKind::kFull, 0};
  if (text.starts_with("truncate(") && text.ends_with(")")) {
    int width = 0;
    const char* last = text.data() + text.size() - 1;
    const auto [end, code] = std::from_chars(text.data() + 9, last, width);
    if (code == std::errc() && end == last && width > 0) {
      return MetricsMode{MetricsKind::kTruncate, width};
    }
  }
  return Wrong(key, value, "none, counts, truncate(n) or full");
}

void Leaves(const std::vector<Field>& fields, std::vector<int>* out) {
  for (const Field& field : fields) {
    if (field.type.fields.empty()) {
      out->push_back(field.id);
    } else {
      Leaves(field.type.fields, out);
    }
  }
}

}  // namespace

Result<WriteProperties> ReadWriteProperties(const Properties& p) {
  WriteProperties out;
  SLUICE_TRY(Number(p, "write.target-file-size-bytes", 1, &out.target_file_size_bytes));
  SLUICE_TRY(Choice(p, "write.format.default", {"parquet", "orc", "avro"}, &out.file_format));
  if (out.file_format != "parquet") {
    return Unsupported("write.format.default: sluice writes parquet, not " + out.file_format);
  }
  SLUICE_TRY(Choice(p, "write.parquet.compression-codec",
                    {"zstd", "snappy", "gzip", "lz4", "lz4_raw", "brotli", "uncompressed", "none"},
                    &out.parquet_codec));
  SLUICE_TRY(Number(p, "write.parquet.compression-level", -131072, &out.parquet_codec_level));
  SLUICE_TRY(Number(p, "write.parquet.row-group-size-bytes", 1, &out.parquet_row_group_bytes));
  SLUICE_TRY(Number(p, "write.parquet.page-size-bytes", 1, &out.parquet_page_bytes));
  SLUICE_TRY(Number(p, "write.parquet.page-row-limit", 1, &out.parquet_page_rows));
  SLUICE_TRY(Number(p, "write.parquet.dict-size-bytes", 0, &out.parquet_dictionary_bytes));
  SLUICE_TRY(Choice(p, "write.metadata.compression-codec", {"none", "gzip"}, &out.metadata_codec));
  SLUICE_TRY(Number(p, "write.metadata.previous-versions-max", 1, &out.previous_versions_max));
  SLUICE_TRY(Flag(p, kDeleteAfterCommit, &out.delete_after_commit));
  Text(p, "write.data.path", &out.data_path);
  Text(p, "write.metadata.path", &out.metadata_path);
  return out;
}

Result<CommitProperties> ReadCommitProperties(const Properties& p) {
  CommitProperties out;
  SLUICE_TRY(Number(p, "commit.retry.num-retries", 0, &out.retries_max));
  SLUICE_TRY(Number(p, "commit.retry.min-wait-ms", 0, &out.retry_wait_min_ms));
  SLUICE_TRY(Number(p, "commit.retry.max-wait-ms", 0, &out.retry_wait_max_ms));
  SLUICE_TRY(Number(p, "commit.retry.total-timeout-ms", 0, &out.retry_total_ms));
  SLUICE_TRY(Number(p, "commit.status-check.num-retries", 0, &out.status_checks_max));
  SLUICE_TRY(Flag(p, "commit.manifest-merge.enabled", &out.merge_manifests));
  SLUICE_TRY(Number(p, "commit.manifest.target-size-bytes", 1, &out.manifest_target_bytes));
  SLUICE_TRY(Number(p, "commit.manifest.min-count-to-merge", 1, &out.manifest_merge_count_min));
  return out;
}

Result<ExpiryProperties> ReadExpiryProperties(const Properties& p) {
  constexpr int64_t kSecondsMax = std::numeric_limits<int64_t>::max() / 1000;
  const std::string prefix = std::string(kMaintenancePrefix) + "expire-snapshots.";
  const auto key = [&](const char* name) { return prefix + name; };
  const auto seconds = [&](const char* name, int64_t* out_ms) -> Status {
    int64_t value = -1;
    SLUICE_TRY(Number(p, key(name).c_str(), 0, &value));
    if (value >= 0) *out_ms = std::min(value, kSecondsMax) * 1000;
    return {};
  };
  ExpiryProperties out;
  bool collected = true;
  SLUICE_TRY(Flag(p, key("enabled").c_str(), &out.enabled));
  SLUICE_TRY(Flag(p, "gc.enabled", &collected));
  out.enabled = out.enabled && collected;
  SLUICE_TRY(Number(p, key("schedule.commit-count").c_str(), 1, &out.commits));
  SLUICE_TRY(seconds("schedule.interval-second", &out.interval_ms));
  SLUICE_TRY(Number(p, key("delete-batch-size").c_str(), 1, &out.batch));
  Retention& keep = out.retention;
  SLUICE_TRY(Number(p, "history.expire.max-snapshot-age-ms", 0, &keep.snapshot_age_max_ms));
  SLUICE_TRY(Number(p, "history.expire.min-snapshots-to-keep", 1, &keep.snapshots_min));
  SLUICE_TRY(Number(p, "history.expire.max-ref-age-ms", 1, &keep.ref_age_max_ms));
  SLUICE_TRY(seconds("max-snapshot-age-seconds", &keep.snapshot_age_max_ms));
  SLUICE_TRY(Number(p, key("retain-last").c_str(), 1, &keep.snapshots_min));
  return out;
}

Result<std::map<int, MetricsMode>> MetricsModes(const Properties& properties,
                                                const Schema& schema) {
  std::vector<int> leaves;
  Leaves(schema.fields, &leaves);
  MetricsMode fallback;
  int columns_max = 100;
  SLUICE_TRY(Number(properties, kMetricsColumnsMax, 0, &columns_max));
  bool limited = true;
  if (const auto it = properties.find(kMetricsDefault); it != properties.end()) {
    SLUICE_ASSIGN(fallback, ParseMode(it->first, it->second));
    limited = false;  // the limit is for the inferred default only
  }
  std::map<int, MetricsMode> modes;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const bool beyond = limited && static_cast<int>(i) >= columns_max;
    modes[leaves[i]] = beyond ? MetricsMode{MetricsKind::kNone, 0} : fallback;
  }
  for (const auto& [key, value] : properties) {
    if (!key.starts_with(kMetricsColumn)) continue;
    const Field* field = schema.FindPath(std::string_view(key).substr(sizeof(kMetricsColumn) - 1));
    SLUICE_ASSIGN(const MetricsMode mode, ParseMode(key, value));
    if (field != nullptr) modes[field->id] = mode;
  }
  return modes;
}

}  // namespace sluice::tables::iceberg
