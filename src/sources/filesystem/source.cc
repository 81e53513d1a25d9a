// SPDX-License-Identifier: Apache-2.0
#include "sources/filesystem/source.h"

#include <algorithm>
#include <map>
#include <utility>

#include "arrow/api.h"
#include "formats/decoder.h"
#include "io/file_system.h"
#include "sources/filesystem/files.h"
#include "sources/filesystem/line_reader.h"

namespace sluice::sources::filesystem {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

constexpr int64_t kLinesMax = 8192;

const std::vector<flow::Field>& Metadata() {
  static const std::vector<flow::Field> fields = {
      {"file.path", flow::Type::Varchar(flow::Type::kUnboundedLength, false), ""},
      {"file.name", flow::Type::Varchar(flow::Type::kUnboundedLength, false), ""},
      {"file.size", flow::Type::Simple(flow::TypeKind::kBigInt, false), ""},
      {"file.modification-time", flow::Type::TimestampLtz(3, false), ""}};
  return fields;
}

std::string FormatName(const flow::ConnectorTable& table) {
  return flow::OptionValue(table.options, OptionSpecs(), "format").value_or("");
}

bool IsPartition(const flow::ConnectorTable& table, const std::string& column) {
  return std::find(table.partition_keys.begin(), table.partition_keys.end(), column) !=
         table.partition_keys.end();
}

flow::OptionMap FormatOptions(const flow::ConnectorTable& table, const std::string& format) {
  flow::OptionMap options;
  for (const auto& [key, value] : table.options) {
    if (key.starts_with(format + ".")) options[key.substr(format.size() + 1)] = value;
  }
  return options;
}

/// Which columns come from the lines, and which from the file. csv needs every field of a line.
struct RowPlan {
  enum class From : uint8_t { kLine, kPartition, kMetadata };
  struct Column {
    From from = From::kLine;
    int index = 0;  // kLine: in the decoder's schema
    flow::Field field;
    std::string key;  // kMetadata
  };
  std::string format;
  formats::DecoderRequest request;
  std::vector<Column> columns;
  flow::Schema output;
};

RowPlan MakePlan(const flow::ConnectorTable& table, const flow::SourceProjection& projection) {
  RowPlan plan;
  plan.format = FormatName(table);
  plan.request.options = FormatOptions(table, plan.format);
  std::map<std::string, int> in_line;
  const auto wants = [&](size_t column) -> const std::vector<std::vector<int>>* {
    for (size_t i = 0; i < projection.columns.size(); ++i) {
      if (static_cast<size_t>(projection.columns[i]) != column) continue;
      static const std::vector<std::vector<int>> all;
      return i < projection.nested.size() ? &projection.nested[i] : &all;
    }
    return nullptr;
  };
  const bool by_place = plan.format == "csv" || plan.format == "raw";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const flow::ConnectorColumn& column = table.columns[i];
    if (column.is_metadata || IsPartition(table, column.field.name)) continue;
    const auto* nested = wants(i);
    if (nested == nullptr && !by_place) continue;
    in_line[column.field.name] = plan.request.schema.size();
    plan.request.schema.fields.push_back(column.field);
    plan.request.nested.push_back(nested == nullptr ? std::vector<std::vector<int>>() : *nested);
  }
  for (const int wanted : projection.columns) {
    const flow::ConnectorColumn& column = table.columns[static_cast<size_t>(wanted)];
    RowPlan::Column planned{.field = column.field, .key = column.metadata_key};
    if (column.is_metadata) {
      planned.from = RowPlan::From::kMetadata;
    } else if (IsPartition(table, column.field.name)) {
      planned.from = RowPlan::From::kPartition;
    } else {
      planned.index = in_line[column.field.name];
    }
    plan.output.fields.push_back(column.field);
    plan.columns.push_back(std::move(planned));
  }
  for (const flow::FieldCondition& condition : projection.conditions) {
    const RowPlan::Column& column = plan.columns[static_cast<size_t>(condition.column)];
    if (column.from != RowPlan::From::kLine) continue;
    plan.request.conditions.push_back(condition);
    plan.request.conditions.back().column = column.index;
  }
  if (plan.request.schema.size() == 0) {  // a line must decode to count
    for (const flow::ConnectorColumn& column : table.columns) {
      if (column.is_metadata || IsPartition(table, column.field.name)) continue;
      plan.request.schema.fields.push_back(column.field);
      plan.request.nested.emplace_back();
      break;
    }
  }
  return plan;
}

Result<std::unique_ptr<formats::Decoder>> OpenDecoder(const RowPlan& plan) {
  const formats::Format* format = formats::FindFormat(plan.format);
  if (format != nullptr) return format->make_decoder(plan.request);
  std::vector<std::string> names;
  for (const formats::Format& known : formats::Formats()) names.push_back(known.name);
  const auto near = flow::NearestName(plan.format, names);
  return InvalidArgument("format '" + plan.format + "' is not known" +
                         (near ? "; did you mean '" + *near + "'?" : ""));
}

/// A text as a value of the type, by the json format's rules; length 1.
Result<ArrayPtr> ValueOfText(const flow::Field& field, const std::string* text) {
  if (text == nullptr) {
    SLUICE_ASSIGN(ArrayPtr null, arrow::MakeArrayOfNull(flow::ToArrow(*field.type), 1));
    return null;
  }
  const formats::Format* json = formats::FindFormat("json");
  SLUICE_ASSIGN(
      auto decoder,
      json->make_decoder({.schema = {{{"v", field.type, ""}}}, .nested = {}, .options = {}}));
  std::string message = "{\"v\":\"";
  for (const char c : *text) {
    if (c == '"' || c == '\\') message += '\\';
    message += c;
  }
  message += "\"}";
  const size_t size = message.size();
  message.resize(size + formats::Decoder::kPadding);
  const formats::Message one(message.data(), size);
  SLUICE_ASSIGN(const formats::Decoded decoded, decoder->Decode({&one, 1}));
  if (decoded.rows->num_rows() != 1) {
    return InvalidArgument("'" + *text + "' in a folder's name is no " + field.type->ToString() +
                           " for partition column " + field.name);
  }
  return decoded.rows->column(0);
}

/// What a file alone says: partition values and metadata, length 1 each; null pointers for the
/// rest.
Result<std::vector<ArrayPtr>> ConstantsOf(const RowPlan& plan, const TableFile& file,
                                          const std::string& default_partition) {
  std::vector<ArrayPtr> constants;
  for (const RowPlan::Column& column : plan.columns) {
    constants.emplace_back();
    if (column.from == RowPlan::From::kPartition) {
      const auto found = file.partition.find(column.field.name);
      const bool is_null = found == file.partition.end() || found->second == default_partition;
      SLUICE_ASSIGN(constants.back(),
                    ValueOfText(column.field, is_null ? nullptr : &found->second));
    } else if (column.from == RowPlan::From::kMetadata) {
      const auto type = flow::ToArrow(*column.field.type);
      std::shared_ptr<arrow::Scalar> value;
      if (column.key == "file.path") value = arrow::MakeScalar(file.path);
      if (column.key == "file.name")
        value = arrow::MakeScalar(file.path.substr(file.path.rfind('/') + 1));
      if (column.key == "file.size") value = arrow::MakeScalar(file.size_bytes);
      if (column.key == "file.modification-time") {
        value = std::make_shared<arrow::TimestampScalar>(file.modified_ms * 1000, type);
      }
      if (value == nullptr) return Internal("metadata '" + column.key + "' is not known");
      SLUICE_ASSIGN(constants.back(), arrow::MakeArrayFromScalar(*value, 1));
    }
  }
  return constants;
}

Result<ArrayPtr> Repeat(const arrow::Array& one, int64_t rows) {
  SLUICE_ASSIGN(const auto scalar, one.GetScalar(0));
  SLUICE_ASSIGN(ArrayPtr column, arrow::MakeArrayFromScalar(*scalar, rows));
  return column;
}

Result<std::shared_ptr<arrow::RecordBatch>> Assemble(const RowPlan& plan,
                                                     const arrow::RecordBatch& decoded,
                                                     const std::vector<ArrayPtr>& constants) {
  std::vector<ArrayPtr> columns;
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    if (constants[i] == nullptr) {
      columns.push_back(decoded.column(plan.columns[i].index));
      continue;
    }
    SLUICE_ASSIGN(ArrayPtr column, Repeat(*constants[i], decoded.num_rows()));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(plan.output.ToArrow(), decoded.num_rows(), std::move(columns));
}

class FilesReader : public flow::SourceReader {
 public:
  FilesReader(const flow::ConnectorTable& table, RowPlan plan,
              std::unique_ptr<formats::Decoder> decoder,
              const std::map<std::string, TableFile>& files)
      : table_(table), plan_(std::move(plan)), decoder_(std::move(decoder)), files_(files) {}

  Status Assign(int index, const flow::Split& split, int64_t offset) override {
    const auto file = files_.find(split.name);
    if (file == files_.end()) return SourceLost("file " + split.name + " is not there any more");
    Part part{.index = index, .file = &file->second, .next = offset};
    part.end = split.stop_offset.value_or(file->second.size_bytes);
    const auto name = flow::OptionValue(table_.options, OptionSpecs(), "partition.default-name");
    SLUICE_ASSIGN(part.constants, ConstantsOf(plan_, file->second, name.value_or("")));
    parts_.push_back(std::move(part));
    return {};
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t) override {
    flow::PollResult result;
    while (current_ < parts_.size() && parts_[current_].next >= parts_[current_].end) {
      parts_[current_++].lines.reset();
    }
    if (current_ < parts_.size()) {
      auto status = ReadSome(&parts_[current_], std::min(rows_max, kLinesMax), &result);
      if (!status.ok()) return std::move(status).error().With(parts_[current_].file->path);
    }
    result.end = std::all_of(parts_.begin(), parts_.end(),
                             [](const Part& part) { return part.next >= part.end; });
    return result;
  }

  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int) const override { return std::nullopt; }

 private:
  struct Part {
    int index = 0;
    const TableFile* file = nullptr;
    int64_t next = 0, end = 0;
    std::unique_ptr<LineReader> lines;
    std::vector<ArrayPtr> constants;
  };

  Status ReadSome(Part* part, int64_t lines_max, flow::PollResult* out) {
    if (part->lines == nullptr) {
      SLUICE_ASSIGN(auto file, io::RealFileSystem().Open(part->file->path));
      part->lines = std::make_unique<LineReader>(std::move(file), part->end);
    }
    SLUICE_ASSIGN(const Lines lines,
                  part->lines->Read(part->next, std::max<int64_t>(lines_max, 1), true));
    const std::vector<formats::Message> messages(lines.lines.begin(), lines.lines.end());
    SLUICE_ASSIGN(formats::Decoded decoded, decoder_->Decode(messages));
    const int64_t rows = decoded.rows->num_rows();
    for (formats::Rejected& rejected : decoded.rejected) {
      const auto i = static_cast<size_t>(rejected.message);
      out->dead_letters.push_back({.payload = std::string(lines.lines[i]),
                                   .source = part->file->path,
                                   .offset = lines.offsets[i],
                                   .timestamp_ms = part->file->modified_ms,
                                   .split = part->index,
                                   .reason = std::move(rejected.reason)});
    }
    Count(lines, decoded, static_cast<int64_t>(out->dead_letters.size()));
    out->split = part->index;
    out->next_offset = part->next = lines.next_offset;
    if (rows == 0) return {};
    flow::Batch batch;
    SLUICE_ASSIGN(batch.rows, Assemble(plan_, *decoded.rows, part->constants));
    batch.kinds = std::move(decoded.kinds);
    batch.origin.split = part->index;
    for (int64_t row = 0; row < rows; ++row) {
      const auto message =
          decoded.message_of_row.empty()
              ? static_cast<size_t>(row)
              : static_cast<size_t>(decoded.message_of_row[static_cast<size_t>(row)]);
      batch.origin.offsets.push_back(lines.offsets[message]);
    }
    out->batch = std::move(batch);
    return {};
  }

  void Count(const Lines& lines, const formats::Decoded& decoded, int64_t dead) {
    const auto count = static_cast<int64_t>(lines.lines.size());
    counters_.records_in += count;
    counters_.rows_out += decoded.rows->num_rows();
    counters_.records_dead += dead;
    counters_.records_skipped += decoded.skipped;
    counters_.records_exploded += decoded.rows->num_rows() - (count - dead - decoded.skipped);
    for (const std::string_view line : lines.lines)
      counters_.bytes_in += static_cast<int64_t>(line.size());
  }

  const flow::ConnectorTable& table_;
  const RowPlan plan_;
  std::unique_ptr<formats::Decoder> decoder_;
  const std::map<std::string, TableFile>& files_;
  std::vector<Part> parts_;
  size_t current_ = 0;
  flow::ReaderCounters counters_;
};

class FilesSource : public flow::Source {
 public:
  FilesSource(flow::ConnectorTable table, flow::SourceProjection projection, int64_t interval_ms)
      : table_(std::move(table)), projection_(std::move(projection)), interval_ms_(interval_ms) {
    schema_ = MakePlan(table_, projection_).output;
  }
  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "filesystem";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    SLUICE_ASSIGN(auto files, ListFiles(table_));
    for (TableFile& file : files) {
      const auto [at, is_new] = files_.emplace(file.name, file);
      if (!is_new) continue;
      // What stands there now is read; lines that are appended later are not (as in Flink).
      splits_.push_back({.name = file.name, .start_offset = 0, .stop_offset = file.size_bytes});
    }
    return splits_;
  }
  int64_t discovery_interval_ms() const override { return interval_ms_; }
  std::map<std::string, std::string> identity() const override { return {}; }
  Status CheckRestorable(const flow::SourcePosition& position) override {
    if (position.kind != kind()) {
      return PositionMismatch("the recorded position is of a '" + position.kind +
                              "' source, the table is now a 'filesystem' source");
    }
    SLUICE_ASSIGN(const auto files, ListFiles(table_));
    for (const auto& [name, offset] : position.splits) {
      const auto found = std::find_if(files.begin(), files.end(),
                                      [&](const TableFile& file) { return file.name == name; });
      if (found == files.end()) return SourceLost("file " + name + " was read and is gone");
      if (found->size_bytes < offset) {
        return SourceLost("file " + name + " was read up to byte " + std::to_string(offset) +
                          " and has " + std::to_string(found->size_bytes) + " now");
      }
    }
    return {};
  }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    RowPlan plan = MakePlan(table_, projection_);
    SLUICE_ASSIGN(auto decoder, OpenDecoder(plan));
    return std::unique_ptr<flow::SourceReader>(
        std::make_unique<FilesReader>(table_, std::move(plan), std::move(decoder), files_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return interval_ms_ > 0; }

 private:
  const flow::ConnectorTable table_;
  const flow::SourceProjection projection_;
  const int64_t interval_ms_;
  flow::Schema schema_;
  std::map<std::string, TableFile> files_;  // by split name; entries stay where they are
  std::vector<flow::Split> splits_;
};

std::vector<Error> Check(const flow::ConnectorTable& table) {
  std::vector<flow::OptionSpec> specs = OptionSpecs();
  const std::string name = FormatName(table);
  if (const formats::Format* format = formats::FindFormat(name)) {
    for (flow::OptionSpec spec : format->options) {
      spec.name = name + "." + spec.name;
      specs.push_back(std::move(spec));
    }
  }
  std::vector<Error> errors = flow::CheckOptions(table.options, specs, "table " + table.name);
  if (!errors.empty()) return errors;
  flow::SourceProjection all;
  for (size_t i = 0; i < table.columns.size(); ++i) all.columns.push_back(static_cast<int>(i));
  if (auto decoder = OpenDecoder(MakePlan(table, all)); !decoder.ok()) {
    errors.push_back(std::move(decoder).error());
  }
  for (const flow::ConnectorColumn& column : table.columns) {
    if (!column.is_metadata) continue;
    const auto known =
        std::find_if(Metadata().begin(), Metadata().end(),
                     [&](const flow::Field& f) { return f.name == column.metadata_key; });
    if (known == Metadata().end()) {
      errors.push_back(InvalidArgument("filesystem has no metadata '" + column.metadata_key +
                                       "'; it has file.path, file.name, file.size, "
                                       "file.modification-time"));
    }
  }
  return errors;
}

flow::ChangelogMode ChangelogOf(const flow::ConnectorTable& table) {
  const formats::Format* format = formats::FindFormat(FormatName(table));
  return format == nullptr ? flow::ChangelogMode() : format->changelog;
}

Result<std::unique_ptr<flow::Source>> Open(const flow::ConnectorTable& table,
                                           const OpenOptions& open) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  int64_t interval_ms = 0;
  const auto interval = flow::OptionValue(table.options, OptionSpecs(), "source.monitor-interval");
  if (interval && !interval->empty()) {
    SLUICE_ASSIGN(interval_ms, flow::ParseDurationMs(*interval));
    if (interval_ms <= 0)
      return InvalidArgument("option 'source.monitor-interval' must be positive");
  }
  SLUICE_TRY(ListFiles(table));
  return std::unique_ptr<flow::Source>(
      std::make_unique<FilesSource>(table, open.projection, interval_ms));
}

}  // namespace

SourceConnector FilesystemConnector() {
  return {.name = "filesystem",
          .options = OptionSpecs(),
          .metadata = Metadata(),
          .needs_format = true,
          .check = Check,
          .changelog = ChangelogOf,
          .read_all = ReadAll,
          .open = Open};
}

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> ReadAll(
    const flow::ConnectorTable& table, const flow::SourceProjection& projection) {
  SLUICE_ASSIGN(auto source, Open(table, {.projection = projection}));
  SLUICE_ASSIGN(const auto splits, source->DiscoverSplits());
  SLUICE_ASSIGN(auto reader, source->OpenReader());
  for (size_t i = 0; i < splits.size(); ++i) {
    SLUICE_TRY(reader->Assign(static_cast<int>(i), splits[i], 0));
  }
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (bool end = false; !end;) {
    SLUICE_ASSIGN(flow::PollResult result, reader->Poll(kLinesMax, 0));
    if (!result.dead_letters.empty()) {
      return InvalidArgument("a line of " + table.name +
                             " cannot be decoded: " + result.dead_letters[0].reason);
    }
    if (result.batch) batches.push_back(result.batch->rows);
    end = result.end;
  }
  return batches;
}

}  // namespace sluice::sources::filesystem
