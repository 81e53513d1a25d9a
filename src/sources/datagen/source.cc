// SPDX-License-Identifier: Apache-2.0
#include "sources/datagen/source.h"

#include <utility>

#include "arrow/api.h"
#include "sources/datagen/values.h"
#include "sources/generator.h"

namespace sluice::sources::datagen {
namespace {

using flow::OptionKind;

const std::vector<flow::OptionSpec>& Options() {
  static const std::vector<flow::OptionSpec> options = {
      {"connector", OptionKind::kString, "", true, {}, "'datagen'"},
      {"rows-per-second", OptionKind::kInteger, "10000", false, {}, "Pace of the source."},
      {"number-of-rows", OptionKind::kInteger, "", false, {}, "How many rows; unset = no end."},
      {"scan.parallelism",
       OptionKind::kInteger,
       "1",
       false,
       {},
       "Number of splits; row i is in split i % n."},
      {"scan.watermark.*",
       OptionKind::kString,
       "",
       false,
       {},
       "Watermark settings of the planner."},
      {"fields.#.kind",
       OptionKind::kEnum,
       "random",
       false,
       {"random", "sequence"},
       "How values are chosen."},
      {"fields.#.min", OptionKind::kString, "", false, {}, "Least random number."},
      {"fields.#.max", OptionKind::kString, "", false, {}, "Largest random number."},
      {"fields.#.max-past",
       OptionKind::kDuration,
       "0 s",
       false,
       {},
       "How far random times lie in the past at most."},
      {"fields.#.length",
       OptionKind::kInteger,
       "100",
       false,
       {},
       "Length of random strings and bytes; elements of collections (3)."},
      {"fields.#.var-len",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Random lengths up to 'length'."},
      {"fields.#.start", OptionKind::kInteger, "", false, {}, "First value of a sequence."},
      {"fields.#.end", OptionKind::kInteger, "", false, {}, "Last value of a sequence."},
      {"fields.#.null-rate", OptionKind::kDouble, "0", false, {}, "Share of NULLs, 0 to 1."},
  };
  return options;
}

uint64_t HashOf(std::string_view name) {  // FNV-1a
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

struct Column {
  uint64_t seed = 0;
  flow::TypePtr type;  // kept: makers refer to it
  std::unique_ptr<ValueMaker> maker;
  std::unique_ptr<arrow::ArrayBuilder> builder;
};

class DatagenGenerator : public RowGenerator {
 public:
  DatagenGenerator(const flow::Schema& schema, std::vector<Column> columns, double rows_per_second,
                   std::shared_ptr<const int64_t> started_ms)
      : schema_(schema.ToArrow()),
        columns_(std::move(columns)),
        rows_per_second_(rows_per_second),
        started_ms_(std::move(started_ms)) {}

  Result<std::shared_ptr<arrow::RecordBatch>> Make(int64_t first, int64_t step,
                                                   int64_t rows) override {
    std::vector<std::shared_ptr<arrow::Array>> arrays(columns_.size());
    for (size_t c = 0; c < columns_.size(); ++c) {
      Column& column = columns_[c];
      for (int64_t i = 0; i < rows; ++i) {
        const int64_t row = first + i * step;
        const RowContext context{
            .row = row,
            .time_ms = *started_ms_ +
                       static_cast<int64_t>(static_cast<double>(row) * 1e3 / rows_per_second_)};
        Random random(column.seed, static_cast<uint64_t>(row));
        SLUICE_TRY(column.maker->Append(&random, context, column.builder.get()));
      }
      SLUICE_TRY(column.builder->Finish(&arrays[c]));
    }
    return arrow::RecordBatch::Make(schema_, rows, std::move(arrays));
  }

 private:
  const std::shared_ptr<arrow::Schema> schema_;
  std::vector<Column> columns_;
  const double rows_per_second_;
  const std::shared_ptr<const int64_t> started_ms_;
};

Result<std::vector<Column>> MakeColumns(const flow::Schema& schema, const flow::OptionMap& options,
                                        std::optional<int64_t>* rows_max) {
  std::vector<Column> columns;
  for (const flow::Field& field : schema.fields) {
    Column column{.seed = HashOf(field.name), .type = field.type, .maker = {}, .builder = {}};
    SLUICE_ASSIGN(column.maker, MakeValueMaker(field.name, *column.type, options, false, rows_max));
    SLUICE_ASSIGN(column.builder, arrow::MakeBuilder(flow::ToArrow(*column.type)));
    columns.push_back(std::move(column));
  }
  return columns;
}

struct Settings {
  int64_t rows = 0, splits = 1;
  double rows_per_second = 0;
};

// All columns of the table count for where a sequence ends, wanted or not.
Result<Settings> ParseSettings(const flow::ConnectorTable& table) {
  Settings out;
  const auto get = [&](const char* key) {
    return flow::OptionValue(table.options, Options(), key);
  };
  SLUICE_ASSIGN(const int64_t rate, flow::ParseInteger(*get("rows-per-second")));
  if (rate <= 0) return InvalidArgument("option 'rows-per-second' must be at least 1");
  out.rows_per_second = static_cast<double>(rate);
  SLUICE_ASSIGN(out.splits, flow::ParseInteger(*get("scan.parallelism")));
  if (out.splits < 1 || out.splits > 1024)
    return InvalidArgument("option 'scan.parallelism' must lie between 1 and 1024");
  std::optional<int64_t> rows_max;
  if (const auto text = get("number-of-rows")) {
    SLUICE_ASSIGN(rows_max, flow::ParseInteger(*text));
    if (*rows_max < 1) return InvalidArgument("option 'number-of-rows' must be at least 1");
  }
  flow::Schema all;
  for (const flow::ConnectorColumn& column : table.columns)
    if (!column.is_metadata) all.fields.push_back(column.field);
  SLUICE_TRY(MakeColumns(all, table.options, &rows_max));
  out.rows = rows_max.value_or(0);
  return out;
}

// Options that name no column, which would otherwise do nothing in silence.
void CheckFieldNames(const flow::ConnectorTable& table, std::vector<Error>* errors) {
  std::vector<std::string> names;
  for (const flow::ConnectorColumn& column : table.columns) names.push_back(column.field.name);
  for (const auto& [key, value] : table.options) {
    if (!key.starts_with("fields.")) continue;
    const std::string rest = key.substr(7);
    bool found = false;
    for (const std::string& name : names) found = found || rest.starts_with(name + ".");
    if (found) continue;
    const auto near = flow::NearestName(rest.substr(0, rest.rfind('.')), names);
    errors->push_back(InvalidArgument("option '" + key + "' names no column" +
                                      (near ? "; did you mean '" + *near + "'?" : "")));
  }
}

std::vector<Error> Check(const flow::ConnectorTable& table) {
  std::vector<Error> errors = flow::CheckOptions(table.options, Options(), "table " + table.name);
  CheckFieldNames(table, &errors);
  for (const flow::ConnectorColumn& column : table.columns) {
    if (column.is_metadata)
      errors.push_back(InvalidArgument("datagen has no metadata '" + column.metadata_key + "'"));
  }
  if (errors.empty()) {
    if (auto settings = ParseSettings(table); !settings.ok())
      errors.push_back(std::move(settings).error());
  }
  return errors;
}

Result<std::unique_ptr<flow::Source>> Open(const flow::ConnectorTable& table,
                                           const OpenOptions& open) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(const Settings settings, ParseSettings(table));
  if (open.stop_at_latest && settings.rows == 0)
    return InvalidArgument("table " + table.name +
                           " never ends: set 'number-of-rows' to read it once");
  auto started_ms = std::make_shared<int64_t>(io::RealClock().NowMs());
  GeneratorOptions options{.kind = "datagen",
                           .schema = {},
                           .splits = settings.splits,
                           .records = settings.rows,
                           .records_per_second = settings.rows_per_second,
                           .identity = {{"scan.parallelism", std::to_string(settings.splits)}},
                           .started_ms = started_ms};
  for (const int column : open.projection.columns)
    options.schema.fields.push_back(table.columns[static_cast<size_t>(column)].field);
  const flow::Schema schema = options.schema;
  return MakeGeneratorSource(
      std::move(options),
      [schema, started_ms, with = table.options,
       rate = settings.rows_per_second]() -> Result<std::unique_ptr<RowGenerator>> {
        std::optional<int64_t> unused;
        SLUICE_ASSIGN(auto columns, MakeColumns(schema, with, &unused));
        return std::unique_ptr<RowGenerator>(
            new DatagenGenerator(schema, std::move(columns), rate, started_ms));
      });
}

}  // namespace

SourceConnector DatagenConnector() {
  return {.name = "datagen", .options = Options(), .metadata = {}, .check = Check, .open = Open};
}

}  // namespace sluice::sources::datagen
