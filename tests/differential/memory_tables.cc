// SPDX-License-Identifier: Apache-2.0
// Between JSON and columns, and the source and the sink around them.
#include "differential/memory_tables.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "arrow/util/decimal.h"
#include "base/result.h"

namespace sluice::differential {
namespace {

using Json = nlohmann::json;
using ArrayPtr = std::shared_ptr<arrow::Array>;

std::string ShortName(const std::string& full) {
  std::string name = full.substr(full.rfind('.') + 1);
  std::erase(name, '`');
  return name;
}

flow::ChangelogMode ModeOf(const flow::ConnectorTable& table) {
  const auto found = table.options.find("changes");
  const std::string text = found == table.options.end() ? "I" : "," + found->second + ",";
  const auto has = [&](const char* kind) {
    return text.find("," + std::string(kind) + ",") != std::string::npos;
  };
  return {.update_before = has("UB"), .update_after = has("UA"), .deletes = has("D")};
}

flow::ChangelogMode SinkModeOf(const flow::ConnectorTable& table) {
  return table.primary_key.empty() ? flow::ChangelogMode::Retract() : flow::ChangelogMode::Upsert();
}

// Appends one JSON value: numbers as they are, decimals as text, times as whole numbers of the
// column's unit.
Status Append(const Json& value, const arrow::DataType& type, arrow::ArrayBuilder* builder) {
  if (value.is_null()) {
    SLUICE_TRY(builder->AppendNull());
    return {};
  }
  const auto number = [&] { return value.get<int64_t>(); };
  arrow::Status status;
  switch (type.id()) {
    case arrow::Type::BOOL:
      status = static_cast<arrow::BooleanBuilder*>(builder)->Append(value.get<bool>());
      break;
    case arrow::Type::INT8:
      status = static_cast<arrow::Int8Builder*>(builder)->Append(static_cast<int8_t>(number()));
      break;
    case arrow::Type::INT16:
      status = static_cast<arrow::Int16Builder*>(builder)->Append(static_cast<int16_t>(number()));
      break;
    case arrow::Type::INT32:
      status = static_cast<arrow::Int32Builder*>(builder)->Append(static_cast<int32_t>(number()));
      break;
    case arrow::Type::INT64:
      status = static_cast<arrow::Int64Builder*>(builder)->Append(number());
      break;
    case arrow::Type::DOUBLE:
      status = static_cast<arrow::DoubleBuilder*>(builder)->Append(value.get<double>());
      break;
    case arrow::Type::STRING:
      status = static_cast<arrow::StringBuilder*>(builder)->Append(value.get<std::string>());
      break;
    case arrow::Type::DATE32:
      status = static_cast<arrow::Date32Builder*>(builder)->Append(static_cast<int32_t>(number()));
      break;
    case arrow::Type::TIMESTAMP:
      status = static_cast<arrow::TimestampBuilder*>(builder)->Append(number());
      break;
    case arrow::Type::DECIMAL128: {
      arrow::Decimal128 decimal;
      int32_t precision = 0, scale = 0;
      status =
          arrow::Decimal128::FromString(value.get<std::string>(), &decimal, &precision, &scale);
      if (!status.ok()) break;
      const auto wanted = static_cast<const arrow::Decimal128Type&>(type).scale();
      SLUICE_ASSIGN(decimal, decimal.Rescale(scale, wanted));
      status = static_cast<arrow::Decimal128Builder*>(builder)->Append(decimal);
      break;
    }
    default:
      return Unsupported("a differential table of type " + type.ToString());
  }
  SLUICE_TRY(status);
  return {};
}

Json ValueOf(const arrow::Array& array, int64_t row) {
  if (array.IsNull(row)) return nullptr;
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(row);
    case arrow::Type::INT8:
      return static_cast<const arrow::Int8Array&>(array).Value(row);
    case arrow::Type::INT16:
      return static_cast<const arrow::Int16Array&>(array).Value(row);
    case arrow::Type::INT32:
      return static_cast<const arrow::Int32Array&>(array).Value(row);
    case arrow::Type::INT64:
      return static_cast<const arrow::Int64Array&>(array).Value(row);
    case arrow::Type::DOUBLE:
      return static_cast<const arrow::DoubleArray&>(array).Value(row);
    case arrow::Type::STRING:
      return static_cast<const arrow::StringArray&>(array).GetString(row);
    case arrow::Type::DATE32:
      return static_cast<const arrow::Date32Array&>(array).Value(row);
    case arrow::Type::TIMESTAMP:
      return static_cast<const arrow::TimestampArray&>(array).Value(row);
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Array&>(array).FormatValue(row);
    default:
      return array.GetScalar(row).ValueOrDie()->ToString();
  }
}

std::string ValidUtf8(const Json& row) {
  return row.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The rows of one split as columns.
struct Part {
  std::shared_ptr<arrow::RecordBatch> rows;
  flow::RowKinds kinds;
};

flow::RowKind KindOf(const std::string& text) {
  for (const auto kind : {flow::RowKind::kInsert, flow::RowKind::kUpdateBefore,
                          flow::RowKind::kUpdateAfter, flow::RowKind::kDelete}) {
    if (flow::ShortText(kind) == text) return kind;
  }
  return flow::RowKind::kInsert;
}

Result<Part> MakePart(const Input& input, int split, bool all, const flow::ConnectorTable& table,
                      const std::vector<int>& wanted) {
  std::vector<const Json*> rows;
  for (size_t i = 0; i < input.rows.size(); ++i) {
    if (all || input.splits[i] == split) rows.push_back(&input.rows[i]);
  }
  Part part;
  std::vector<ArrayPtr> arrays;
  flow::Schema schema;
  for (const int column : wanted) {
    const flow::Field& field = table.columns[static_cast<size_t>(column)].field;
    const auto type = flow::ToArrow(*field.type);
    SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(type));
    for (const Json* row : rows) {
      SLUICE_TRY(Append(row->at(static_cast<size_t>(column) + 1), *type, builder.get()));
    }
    SLUICE_ASSIGN(ArrayPtr array, builder->Finish());
    arrays.push_back(std::move(array));
    schema.fields.push_back(field);
  }
  part.rows = arrow::RecordBatch::Make(schema.ToArrow(), static_cast<int64_t>(rows.size()), arrays);
  for (const Json* row : rows) part.kinds.push_back(KindOf(row->at(0).get<std::string>()));
  return part;
}

class Reader : public flow::SourceReader {
 public:
  Reader(const std::vector<Part>& parts, const Reading& reading)
      : parts_(parts), reading_(reading), random_(reading.seed) {}
  Status Assign(int index, const flow::Split&, int64_t offset) override {
    places_.push_back({index, offset});
    return {};
  }
  Result<flow::PollResult> Poll(int64_t rows_max, int64_t) override {
    flow::PollResult result;
    result.end = true;
    for (size_t i = 0; i < places_.size(); ++i) {
      Place& place = places_[(turn_ + i) % places_.size()];
      const Part& part = parts_[static_cast<size_t>(place.split)];
      const int64_t there = Available(part);
      if (place.next >= there) continue;
      if (result.split >= 0) {
        result.end = false;
        break;
      }
      Read(part, std::min(there - place.next, SizeNow(rows_max)), &place, &result);
      result.end = place.next >= there;
      if (!result.end) break;
    }
    ++turn_;
    return result;
  }
  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int index) const override {
    for (const Place& place : places_) {
      if (place.split == index) {
        return Available(parts_[static_cast<size_t>(index)]) - place.next;
      }
    }
    return std::nullopt;
  }

 private:
  struct Place {
    int split = 0;
    int64_t next = 0;
  };
  int64_t Available(const Part& part) const {
    return static_cast<int64_t>(reading_.part * static_cast<double>(part.rows->num_rows()));
  }
  int64_t SizeNow(int64_t rows_max) {
    int64_t size = std::min(rows_max, reading_.batch_rows);
    if (reading_.random_sizes)
      size = 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(size));
    return size;
  }
  void Read(const Part& part, int64_t size, Place* place, flow::PollResult* result) {
    flow::Batch batch;
    batch.rows = part.rows->Slice(place->next, size);
    batch.origin.split = place->split;
    batch.origin.first_offset = place->next;
    const auto first = part.kinds.begin() + place->next;
    batch.kinds.assign(first, first + size);
    if (std::all_of(batch.kinds.begin(), batch.kinds.end(),
                    [](flow::RowKind kind) { return kind == flow::RowKind::kInsert; })) {
      batch.kinds.clear();
    }
    counters_.records_in += size;
    counters_.rows_out += size;
    place->next += size;
    result->batch = std::move(batch);
    result->split = place->split;
    result->next_offset = place->next;
  }

  const std::vector<Part>& parts_;
  const Reading reading_;
  std::mt19937_64 random_;
  std::vector<Place> places_;
  size_t turn_ = 0;
  flow::ReaderCounters counters_;
};

class MemorySource : public flow::Source {
 public:
  MemorySource(std::vector<Part> parts, const Reading& reading, const flow::ConnectorTable& table,
               const flow::SourceProjection& projection)
      : parts_(std::move(parts)), reading_(reading) {
    for (const int column : projection.columns) {
      schema_.fields.push_back(table.columns[static_cast<size_t>(column)].field);
    }
  }
  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "memory";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    std::vector<flow::Split> splits;
    for (size_t i = 0; i < parts_.size(); ++i) splits.push_back({.name = std::to_string(i)});
    return splits;
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override { return {}; }
  Status CheckRestorable(const flow::SourcePosition&) override { return {}; }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    return std::unique_ptr<flow::SourceReader>(std::make_unique<Reader>(parts_, reading_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return !reading_.bounded; }

 private:
  const std::vector<Part> parts_;
  const Reading reading_;
  flow::Schema schema_;
};

class FoldWriter : public flow::SinkWriter {
 public:
  explicit FoldWriter(Output* output) : output_(output) {}
  Status Write(const flow::Batch& batch) override {
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      Json values = Json::array();
      for (int i = 0; i < batch.rows->num_columns(); ++i) {
        values.push_back(ValueOf(*batch.rows->column(i), row));
      }
      const flow::RowKind kind = batch.KindOf(row);
      const bool adds = kind == flow::RowKind::kInsert || kind == flow::RowKind::kUpdateAfter;
      output_->Take(adds ? '+' : '-', std::move(values));
    }
    rows_ += batch.rows->num_rows();
    return {};
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return 0; }

 private:
  Output* output_;
  int64_t rows_ = 0;
};

class FoldSink : public flow::Sink {
 public:
  FoldSink(std::string name, Output* output) : name_(std::move(name)), output_(output) {}
  const std::string& name() const override { return name_; }
  Result<flow::SinkState> Begin(const std::string&) override { return flow::SinkState{}; }
  bool durable() const override { return false; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<FoldWriter>(output_));
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    flow::CommitReport report;
    for (const auto& part : commit.parts) report.rows += part->rows;
    return report;
  }

 private:
  std::string name_;
  Output* output_;
};

}  // namespace

void Output::Take(char kind, Json row) {
  ++changes;
  if (!key.empty()) {
    Json key_values = Json::array();
    for (const int column : key) key_values.push_back(row[static_cast<size_t>(column)]);
    const std::string text = ValidUtf8(key_values);
    if (kind == '+') {
      by_key[text] = std::move(row);
    } else {
      by_key.erase(text);
    }
    return;
  }
  const std::string text = ValidUtf8(row);
  int64_t& count = bag[text];
  count += kind == '+' ? 1 : -1;
  if (count < 0 && ordered && problem.empty()) problem = "takes back what is not there: " + text;
  if (count == 0) bag.erase(text);
}

Json Output::Rows() const {
  Json rows = Json::array();
  for (const auto& [text, row] : by_key) rows.push_back(row);
  for (const auto& [text, count] : bag) {
    for (int64_t i = 0; i < count; ++i) rows.push_back(Json::parse(text));
  }
  return rows;
}

sql::ConnectorDescription MemoryDescription() {
  sql::ConnectorDescription memory;
  memory.name = "memory";
  const auto fine = [](const flow::ConnectorTable&) { return std::vector<Error>(); };
  memory.check_source = fine;
  memory.check_sink = fine;
  memory.source_changelog = ModeOf;
  memory.sink_changelog = SinkModeOf;
  return memory;
}

Result<std::unique_ptr<flow::Source>> OpenMemory(World* world, const flow::ConnectorTable& table,
                                                 const flow::SourceProjection& projection) {
  const auto input = world->inputs.find(ShortName(table.name));
  if (input == world->inputs.end()) return NotFound("there are no rows for " + table.name);
  const auto& splits = input->second.splits;
  const bool all = world->reading.one_split || splits.empty();
  const int count = all ? 1 : 1 + *std::max_element(splits.begin(), splits.end());
  std::vector<Part> parts;
  for (int split = 0; split < count; ++split) {
    SLUICE_ASSIGN(Part part, MakePart(input->second, split, all, table, projection.columns));
    parts.push_back(std::move(part));
  }
  return std::unique_ptr<flow::Source>(
      std::make_unique<MemorySource>(std::move(parts), world->reading, table, projection));
}

std::unique_ptr<flow::Sink> OpenFold(World* world, const flow::ConnectorTable& table) {
  const std::string name = ShortName(table.name);
  Output& output = world->outputs[name];
  output.key.clear();
  for (const std::string& column : table.primary_key) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].field.name == column) output.key.push_back(static_cast<int>(i));
    }
  }
  return std::make_unique<FoldSink>(name, &output);
}

}  // namespace sluice::differential
