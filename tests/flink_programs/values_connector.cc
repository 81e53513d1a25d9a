// SPDX-License-Identifier: Apache-2.0
// Rows of text to columns, by casting each text as Flink would, and the source and sink around
// them.
#include "flink_programs/values_connector.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"
#include "operators/table_lookup.h"
#include "sinks/print/sink.h"

namespace sluice::flink_programs {
namespace {

using Json = nlohmann::json;
using ArrayPtr = std::shared_ptr<arrow::Array>;

flow::ChangelogMode ModeOf(const flow::ConnectorTable& table) {
  const auto found = table.options.find("changelog-mode");
  if (found == table.options.end()) return {};
  const std::string text = "," + found->second + ",";
  const auto has = [&](const char* kind) {
    return text.find("," + std::string(kind) + ",") != std::string::npos;
  };
  return {.update_before = has("UB"), .update_after = has("UA"), .deletes = has("D")};
}

// A sink with a key takes no -U; one without takes what there is.
flow::ChangelogMode SinkModeOf(const flow::ConnectorTable& table) {
  return table.primary_key.empty() ? flow::ChangelogMode::Retract() : flow::ChangelogMode::Upsert();
}

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Result<ArrayPtr> One(const Json& value, const flow::Type& type);

Result<ArrayPtr> Joined(const std::vector<ArrayPtr>& parts, const flow::Type& type) {
  if (!parts.empty()) {
    SLUICE_ASSIGN(auto joined, arrow::Concatenate(parts));
    return joined;
  }
  SLUICE_ASSIGN(auto empty, arrow::MakeEmptyArray(flow::ToArrow(type)));
  return empty;
}

Result<ArrayPtr> ListOf(std::shared_ptr<arrow::ArrayData> child, int64_t length,
                        const flow::Type& type) {
  const auto offsets =
      std::make_shared<std::vector<int32_t>>(std::vector<int32_t>{0, static_cast<int32_t>(length)});
  SLUICE_ASSIGN(auto buffer, arrow::AllocateBuffer(8));
  std::copy(offsets->begin(), offsets->end(), reinterpret_cast<int32_t*>(buffer->mutable_data()));
  return arrow::MakeArray(arrow::ArrayData::Make(
      flow::ToArrow(type), 1, {nullptr, std::shared_ptr<arrow::Buffer>(std::move(buffer))},
      {std::move(child)}));
}

Result<ArrayPtr> OneRow(const Json& values, const flow::Type& type) {
  std::vector<std::shared_ptr<arrow::ArrayData>> children;
  for (size_t i = 0; i < type.fields().size(); ++i) {
    SLUICE_ASSIGN(const ArrayPtr child, One(values.at(i), *type.fields()[i].type));
    children.push_back(child->data());
  }
  return arrow::MakeArray(arrow::ArrayData::Make(flow::ToArrow(type), 1, {nullptr}, children));
}

Result<ArrayPtr> OneArray(const Json& values, const flow::Type& type) {
  std::vector<ArrayPtr> parts;
  for (const Json& value : values) {
    SLUICE_ASSIGN(ArrayPtr part, One(value, *type.element()));
    parts.push_back(std::move(part));
  }
  SLUICE_ASSIGN(const ArrayPtr items, Joined(parts, *type.element()));
  return ListOf(items->data(), items->length(), type);
}

Result<ArrayPtr> OneMap(const Json& pairs, const flow::Type& type) {
  std::vector<ArrayPtr> keys, values;
  for (const Json& pair : pairs) {
    SLUICE_ASSIGN(ArrayPtr key, One(pair.at(0), *type.key()));
    SLUICE_ASSIGN(ArrayPtr value, One(pair.at(1), *type.value()));
    keys.push_back(std::move(key));
    values.push_back(std::move(value));
  }
  SLUICE_ASSIGN(const ArrayPtr key_column, Joined(keys, *type.key()));
  if (key_column->null_count() > 0) return Unsupported("a MAP with a NULL key");
  SLUICE_ASSIGN(const ArrayPtr value_column, Joined(values, *type.value()));
  const auto arrow_type = flow::ToArrow(type);
  const auto& map = static_cast<const arrow::MapType&>(*arrow_type);
  auto entries = arrow::ArrayData::Make(map.value_type(), key_column->length(), {nullptr},
                                        {key_column->data(), value_column->data()});
  return ListOf(std::move(entries), key_column->length(), type);
}

/// As it stands: a source may hold texts that are longer than their type says.
template <typename Builder>
Result<ArrayPtr> AsItStands(const std::string& text) {
  Builder builder;
  SLUICE_TRY(builder.Append(text));
  SLUICE_ASSIGN(ArrayPtr array, builder.Finish());
  return array;
}

/// Bytes are written as the characters U+0000 to U+00FF.
std::string BytesOf(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80 || i + 1 == text.size()) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>((lead & 0x03) << 6 | (text[++i] & 0x3F));
    }
  }
  return bytes;
}

/// One value as an array of length 1.
Result<ArrayPtr> One(const Json& value, const flow::Type& type) {
  if (value.is_null()) {
    SLUICE_ASSIGN(auto null, arrow::MakeArrayOfNull(flow::ToArrow(type), 1));
    return null;
  }
  if (type.kind() == flow::TypeKind::kRow)
    return OneRow(value.is_object() ? value.at("row") : value, type);
  if (type.kind() == flow::TypeKind::kArray) return OneArray(value, type);
  if (type.kind() == flow::TypeKind::kMap)
    return OneMap(value.is_object() ? value.at("map") : value, type);
  std::string text = TextOf(value);
  if (type.is_character()) return AsItStands<arrow::StringBuilder>(text);
  if (type.is_binary()) return AsItStands<arrow::BinaryBuilder>(BytesOf(text));
  if (type.is_timestamp()) {
    std::replace(text.begin(), text.end(), 'T', ' ');
    if (text.back() == 'Z') text.pop_back();
    if (text.size() == 16) text += ":00";  // java.time leaves seconds out when they are zero
  }
  const auto literal = functions::Literal(std::make_shared<arrow::StringScalar>(text),
                                          flow::Type::Varchar(flow::Type::kUnboundedLength, false));
  const auto cast = functions::Cast(literal, type.WithNullable(true));
  const auto none = arrow::RecordBatch::Make(arrow::schema({}), 1, std::vector<ArrayPtr>());
  auto array = functions::Evaluate(*cast, *none, {});
  if (!array.ok()) return std::move(array).error().With("the value '" + text + "'");
  return *std::move(array);
}

flow::RowKind KindOf(const std::string& text) {
  for (const auto kind : {flow::RowKind::kInsert, flow::RowKind::kUpdateBefore,
                          flow::RowKind::kUpdateAfter, flow::RowKind::kDelete}) {
    if (flow::ShortText(kind) == text) return kind;
  }
  return flow::RowKind::kInsert;
}

class Reader : public flow::SourceReader {
 public:
  Reader(const World::Input& input, const flow::ConnectorTable& table,
         const flow::SourceProjection& projection)
      : input_(input), table_(table), projection_(projection) {}
  Status Assign(int index, const flow::Split&, int64_t offset) override {
    split_ = index;
    next_ = static_cast<size_t>(offset);
    return {};
  }
  Result<flow::PollResult> Poll(int64_t rows_max, int64_t) override {
    flow::PollResult result;
    const size_t end =
        std::min(input_.available, next_ + static_cast<size_t>(std::max<int64_t>(rows_max, 1)));
    if (split_ >= 0 && next_ < end) {
      const std::vector<Json> rows(input_.rows.begin() + static_cast<int64_t>(next_),
                                   input_.rows.begin() + static_cast<int64_t>(end));
      flow::Batch batch;
      SLUICE_ASSIGN(batch.rows, MakeRows(rows, table_.columns, projection_.columns));
      batch.origin.split = split_;
      batch.origin.first_offset = static_cast<int64_t>(next_);
      bool changes = false;
      for (const Json& row : rows) {
        batch.kinds.push_back(KindOf(row.at(0).get<std::string>()));
        changes |= batch.kinds.back() != flow::RowKind::kInsert;
      }
      if (!changes) batch.kinds.clear();
      counters_.records_in += static_cast<int64_t>(rows.size());
      counters_.rows_out += static_cast<int64_t>(rows.size());
      result.batch = std::move(batch);
      next_ = end;
      result.split = split_;
      result.next_offset = static_cast<int64_t>(next_);
    }
    if (split_ >= 0 && input_.fails && !result.batch && next_ >= input_.available)
      return InvalidArgument(kCrash);
    result.end = split_ < 0 || (next_ >= input_.available && !input_.fails);
    return result;
  }
  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int) const override {
    return static_cast<int64_t>(input_.available - next_);
  }

 private:
  const World::Input& input_;
  const flow::ConnectorTable table_;
  const flow::SourceProjection projection_;
  int split_ = -1;
  size_t next_ = 0;
  flow::ReaderCounters counters_;
};

class ValuesSource : public flow::Source {
 public:
  ValuesSource(const World::Input& input, flow::ConnectorTable table,
               flow::SourceProjection projection)
      : input_(input), table_(std::move(table)), projection_(std::move(projection)) {
    for (const int column : projection_.columns) {
      schema_.fields.push_back(table_.columns[static_cast<size_t>(column)].field);
    }
  }
  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "values";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    return std::vector<flow::Split>{{.name = "rows"}};
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override { return {}; }
  Status CheckRestorable(const flow::SourcePosition&) override { return {}; }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    return std::unique_ptr<flow::SourceReader>(
        std::make_unique<Reader>(input_, table_, projection_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return !input_.bounded; }

 private:
  const World::Input& input_;
  flow::ConnectorTable table_;
  flow::SourceProjection projection_;
  flow::Schema schema_;
};

struct CollectedPart : flow::StagedPart {
  std::vector<std::string> lines;
};

class CollectingWriter : public flow::SinkWriter {
 public:
  Status Write(const flow::Batch& batch) override {
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      std::string text;
      sinks::print::AppendRow(*batch.rows, row, batch.KindOf(row), &text);
      lines_.push_back(std::move(text));
    }
    return {};
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    auto part = std::make_unique<CollectedPart>();
    part->rows = static_cast<int64_t>(lines_.size());
    part->lines = std::exchange(lines_, {});
    return std::unique_ptr<flow::StagedPart>(std::move(part));
  }
  int64_t memory_bytes() const override { return 0; }

 private:
  std::vector<std::string> lines_;
};

class Collector : public flow::Sink {
 public:
  Collector(std::string name, std::vector<std::string>* lines)
      : name_(std::move(name)), lines_(lines) {}
  const std::string& name() const override { return name_; }
  Result<flow::SinkState> Begin(const std::string&) override { return flow::SinkState{}; }
  bool durable() const override { return false; }
  bool lasting() const override { return true; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<CollectingWriter>());
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    flow::CommitReport report;
    for (const auto& part : commit.parts) {
      const auto& collected = static_cast<const CollectedPart&>(*part);
      lines_->insert(lines_->end(), collected.lines.begin(), collected.lines.end());
      report.rows += part->rows;
    }
    return report;
  }

 private:
  std::string name_;
  std::vector<std::string>* lines_;
};

}  // namespace

std::string ShortName(const std::string& full) {
  std::string name = full.substr(full.rfind('.') + 1);
  std::erase(name, '`');
  return name;
}

sql::ConnectorDescription ValuesDescription() {
  sql::ConnectorDescription values;
  values.name = "values";
  const auto timestamp = flow::Type::Timestamp(3);
  values.metadata = {{.key = "ts", .type = timestamp},
                     {.key = "d", .type = timestamp},
                     {.key = "c", .type = flow::Type::Varchar(), .writable = true},
                     {.key = "originTime", .type = flow::Type::Simple(flow::TypeKind::kBigInt)}};
  const auto fine = [](const flow::ConnectorTable&) { return std::vector<Error>(); };
  values.check_source = fine;
  values.check_sink = fine;
  values.source_changelog = ModeOf;
  values.sink_changelog = SinkModeOf;
  return values;
}

Result<std::shared_ptr<arrow::RecordBatch>> MakeRows(
    const std::vector<Json>& rows, const std::vector<flow::ConnectorColumn>& columns,
    const std::vector<int>& wanted) {
  std::vector<ArrayPtr> arrays;
  flow::Schema schema;
  for (const int column : wanted) {
    const flow::Field& field = columns[static_cast<size_t>(column)].field;
    std::vector<ArrayPtr> parts;
    for (const Json& row : rows) {
      SLUICE_ASSIGN(ArrayPtr one, One(row.at(static_cast<size_t>(column) + 1), *field.type));
      parts.push_back(std::move(one));
    }
    SLUICE_ASSIGN(ArrayPtr joined, Joined(parts, *field.type));
    arrays.push_back(std::move(joined));
    schema.fields.push_back(field);
  }
  return arrow::RecordBatch::Make(schema.ToArrow(), static_cast<int64_t>(rows.size()), arrays);
}

Result<std::unique_ptr<flow::Source>> OpenValues(World* world, const flow::ConnectorTable& table,
                                                 const flow::SourceProjection& projection) {
  const auto input = world->inputs.find(ShortName(table.name));
  if (input == world->inputs.end()) return NotFound("the program has no rows for " + table.name);
  return std::unique_ptr<flow::Source>(
      std::make_unique<ValuesSource>(input->second, table, projection));
}

Result<std::unique_ptr<flow::LookupSource>> OpenLookup(World* world,
                                                       const plan::LookupJoinNode& node) {
  const auto input = world->inputs.find(ShortName(node.table.name));
  if (input == world->inputs.end())
    return NotFound("the program has no rows for " + node.table.name);
  flow::Schema schema;
  std::vector<int> all, keys;
  for (size_t i = 0; i < node.table.columns.size(); ++i) {
    schema.fields.push_back(node.table.columns[i].field);
    all.push_back(static_cast<int>(i));
  }
  for (const auto& key : node.keys) keys.push_back(key.table_column);
  // The newest row of a key is the table's.
  std::map<std::string, Json> newest;
  const std::vector<std::string>& primary = node.table.primary_key;
  for (size_t r = 0; r < input->second.available; ++r) {
    const Json& row = input->second.rows[r];
    std::string key = primary.empty() ? std::to_string(r) : "";
    for (const std::string& column : primary) {
      key += row.at(static_cast<size_t>(schema.Find(column)) + 1).dump() + ",";
    }
    newest[key] = row;
  }
  std::vector<Json> rows;
  for (auto& [key, row] : newest) rows.push_back(std::move(row));
  SLUICE_ASSIGN(const auto batch, MakeRows(rows, node.table.columns, all));
  return operators::MakeTableLookup(schema, batch, keys, node.columns);
}

std::unique_ptr<flow::Sink> OpenCollector(World* world, const flow::ConnectorTable& table) {
  const std::string name = ShortName(table.name);
  return std::make_unique<Collector>(name, &world->outputs[name]);
}

}  // namespace sluice::flink_programs
