// SPDX-License-Identifier: Apache-2.0
#include "sources/nexmark/source.h"

#include <utility>

#include "arrow/api.h"
#include "sources/generator.h"
#include "sources/nexmark/corpus.h"

namespace sluice::sources::nexmark {
namespace {

using flow::Field;
using flow::OptionKind;
using flow::Type;
using flow::TypeKind;

const std::vector<flow::OptionSpec>& Options() {
  static const std::vector<flow::OptionSpec> options = {
      {"connector", OptionKind::kString, "", true, {}, "'nexmark'"},
      {"events.num", OptionKind::kInteger, "0", false, {}, "How many events; 0 = no end."},
      {"first-event.rate",
       OptionKind::kInteger,
       "10000",
       false,
       {},
       "Events per second of event time; must equal 'next-event.rate'."},
      {"next-event.rate",
       OptionKind::kInteger,
       "10000",
       false,
       {},
       "Events per second of event time, and of real time with 'rate.limited'."},
      {"rate.limited",
       OptionKind::kBoolean,
       "false",
       false,
       {},
       "Make events no faster than 'next-event.rate'."},
      {"seed", OptionKind::kInteger, "1", false, {}, "Decides all values."},
      {"base-time-millis",
       OptionKind::kInteger,
       "1436918400000",
       false,
       {},
       "Event time of the beginning, ms since 1970 UTC."},
      {"out-of-order-group.size",
       OptionKind::kInteger,
       "1",
       false,
       {},
       "Events are out of order within groups of this size."},
      {"scan.parallelism",
       OptionKind::kInteger,
       "1",
       false,
       {},
       "Number of splits; event i is in split i % n."},
      {"scan.watermark.*",
       OptionKind::kString,
       "",
       false,
       {},
       "Watermark settings of the planner."},
  };
  return options;
}

std::vector<Field> UnionColumns() {
  const auto number = Type::Simple(TypeKind::kBigInt);
  const auto text = Type::Varchar();
  const auto time = Type::Timestamp(3);
  return {
      {"event_type", Type::Simple(TypeKind::kInt), ""},
      {"person",
       Type::Row({{"id", number, ""},
                  {"name", text, ""},
                  {"emailAddress", text, ""},
                  {"creditCard", text, ""},
                  {"city", text, ""},
                  {"state", text, ""},
                  {"dateTime", time, ""},
                  {"extra", text, ""}}),
       ""},
      {"auction",
       Type::Row({{"id", number, ""},
                  {"itemName", text, ""},
                  {"description", text, ""},
                  {"initialBid", number, ""},
                  {"reserve", number, ""},
                  {"dateTime", time, ""},
                  {"expires", time, ""},
                  {"seller", number, ""},
                  {"category", number, ""},
                  {"extra", text, ""}}),
       ""},
      {"bid",
       Type::Row({{"auction", number, ""},
                  {"bidder", number, ""},
                  {"price", number, ""},
                  {"channel", text, ""},
                  {"url", text, ""},
                  {"dateTime", time, ""},
                  {"extra", text, ""}}),
       ""},
  };
}

// Lengths of texts and precisions of times may differ: the values are the same.
bool Fits(const Type& declared, const Type& made) {
  if (made.is_character()) return declared.is_character();
  if (made.kind() == TypeKind::kTimestamp)
    return declared.kind() == TypeKind::kTimestamp && declared.precision() <= 6;
  if (made.kind() != declared.kind()) return false;
  if (made.kind() != TypeKind::kRow) return true;
  if (declared.fields().size() != made.fields().size()) return false;
  for (size_t i = 0; i < made.fields().size(); ++i) {
    if (declared.fields()[i].name != made.fields()[i].name ||
        !Fits(*declared.fields()[i].type, *made.fields()[i].type))
      return false;
  }
  return true;
}

void CheckColumns(const flow::ConnectorTable& table, std::vector<Error>* errors) {
  static const std::vector<Field> known = UnionColumns();
  std::vector<std::string> names;
  for (const Field& field : known) names.push_back(field.name);
  for (const flow::ConnectorColumn& column : table.columns) {
    if (column.is_metadata) {
      errors->push_back(InvalidArgument("nexmark has no metadata '" + column.metadata_key + "'"));
      continue;
    }
    const Field* found = nullptr;
    for (const Field& field : known)
      if (field.name == column.field.name) found = &field;
    if (found == nullptr) {
      const auto near = flow::NearestName(column.field.name, names);
      errors->push_back(InvalidArgument("nexmark has no column '" + column.field.name + "'" +
                                        (near ? "; did you mean '" + *near + "'?"
                                              : "; it has event_type, person, auction and bid")));
    } else if (!Fits(*column.field.type, *found->type)) {
      errors->push_back(InvalidArgument("nexmark column '" + column.field.name + "' must be " +
                                        found->type->ToString() + ", not " +
                                        column.field.type->ToString()));
    }
  }
}

struct Settings {
  CorpusOptions corpus;
  int64_t events = 0, splits = 1;
  double rate = 0;
};

Result<Settings> ParseSettings(const flow::OptionMap& options) {
  const auto number = [&](const char* key, int64_t least) -> Result<int64_t> {
    auto value = flow::ParseInteger(*flow::OptionValue(options, Options(), key));
    if (!value.ok()) return std::move(value).error().With(std::string("option '") + key + "'");
    if (*value < least)
      return InvalidArgument(std::string("option '") + key + "' must be at least " +
                             std::to_string(least));
    return value;
  };
  Settings out;
  SLUICE_ASSIGN(out.events, number("events.num", 0));
  SLUICE_ASSIGN(out.splits, number("scan.parallelism", 1));
  SLUICE_ASSIGN(out.corpus.seed, number("seed", INT64_MIN));
  SLUICE_ASSIGN(out.corpus.base_time_ms, number("base-time-millis", 0));
  SLUICE_ASSIGN(out.corpus.shuffle_events, number("out-of-order-group.size", 1));
  SLUICE_ASSIGN(const int64_t first_rate, number("first-event.rate", 1));
  SLUICE_ASSIGN(const int64_t next_rate, number("next-event.rate", 1));
  const bool both = options.contains("first-event.rate") && options.contains("next-event.rate");
  if (both && first_rate != next_rate)
    return Unsupported(
        "'first-event.rate' and 'next-event.rate' must be equal: sluice makes events at one rate");
  out.corpus.events_per_second = options.contains("next-event.rate") ? next_rate : first_rate;
  SLUICE_ASSIGN(const bool limited,
                flow::ParseBoolean(*flow::OptionValue(options, Options(), "rate.limited")));
  if (limited) out.rate = static_cast<double>(out.corpus.events_per_second);
  if (out.splits > 1024) return InvalidArgument("option 'scan.parallelism' must be at most 1024");
  return out;
}

/// A ROW column: absent rows are counted and appended in bulk.
class RowColumn {
 public:
  static Result<std::unique_ptr<RowColumn>> Make(const Type& type) {
    auto column = std::make_unique<RowColumn>();
    SLUICE_ASSIGN(column->builder_, arrow::MakeBuilder(flow::ToArrow(type)));
    return column;
  }
  void Null() { ++nulls_; }
  arrow::Status Begin() {
    ARROW_RETURN_NOT_OK(Pad());
    next_ = 0;
    return row()->Append();
  }
  arrow::Status Number(int64_t value) {
    return static_cast<arrow::Int64Builder*>(row()->field_builder(next_++))->Append(value);
  }
  arrow::Status Time(int64_t value_ms) {
    return static_cast<arrow::TimestampBuilder*>(row()->field_builder(next_++))
        ->Append(value_ms * 1000);
  }
  arrow::Status Text(std::string_view value) {
    return static_cast<arrow::StringBuilder*>(row()->field_builder(next_++))->Append(value);
  }
  arrow::Status Finish(std::shared_ptr<arrow::Array>* out) {
    ARROW_RETURN_NOT_OK(Pad());
    return builder_->Finish(out);
  }

 private:
  arrow::StructBuilder* row() { return static_cast<arrow::StructBuilder*>(builder_.get()); }
  arrow::Status Pad() {
    const int64_t nulls = std::exchange(nulls_, 0);
    return nulls > 0 ? builder_->AppendNulls(nulls) : arrow::Status::OK();
  }
  std::unique_ptr<arrow::ArrayBuilder> builder_;
  int64_t nulls_ = 0;
  int next_ = 0;
};

class NexmarkGenerator : public RowGenerator {
 public:
  static Result<std::unique_ptr<RowGenerator>> Make(const flow::Schema& schema,
                                                    std::shared_ptr<const Corpus> corpus) {
    auto out = std::make_unique<NexmarkGenerator>();
    out->corpus_ = std::move(corpus);
    out->schema_ = schema.ToArrow();
    for (const Field& field : schema.fields) {
      out->columns_.emplace_back();
      if (field.name == "event_type") continue;
      SLUICE_ASSIGN(out->columns_.back().row, RowColumn::Make(*field.type));
      out->columns_.back().kind = field.name == "person"    ? EventKind::kPerson
                                  : field.name == "auction" ? EventKind::kAuction
                                                            : EventKind::kBid;
    }
    return std::unique_ptr<RowGenerator>(std::move(out));
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Make(int64_t first, int64_t step,
                                                   int64_t rows) override {
    for (int64_t i = 0; i < rows; ++i) {
      corpus_->Make(first + i * step, &event_);
      for (Column& column : columns_) {
        if (column.row == nullptr) {
          SLUICE_TRY(types_.Append(static_cast<int32_t>(event_.kind)));
        } else if (column.kind != event_.kind) {
          column.row->Null();
        } else {
          SLUICE_TRY(Append(column.row.get()));
        }
      }
    }
    std::vector<std::shared_ptr<arrow::Array>> arrays(columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      SLUICE_TRY(columns_[i].row == nullptr ? types_.Finish(&arrays[i])
                                            : columns_[i].row->Finish(&arrays[i]));
    }
    return arrow::RecordBatch::Make(schema_, rows, std::move(arrays));
  }

 private:
  struct Column {
    std::unique_ptr<RowColumn> row;  // nullptr: event_type
    EventKind kind = EventKind::kBid;
  };

  arrow::Status Append(RowColumn* row) {
    const Event& e = event_;
    ARROW_RETURN_NOT_OK(row->Begin());
    switch (e.kind) {
      case EventKind::kPerson:
        ARROW_RETURN_NOT_OK(row->Number(e.person_id));
        ARROW_RETURN_NOT_OK(row->Text(e.name));
        ARROW_RETURN_NOT_OK(row->Text(e.email_address));
        ARROW_RETURN_NOT_OK(row->Text(e.credit_card.data()));
        ARROW_RETURN_NOT_OK(row->Text(e.city));
        ARROW_RETURN_NOT_OK(row->Text(e.state));
        ARROW_RETURN_NOT_OK(row->Time(e.time_ms));
        return row->Text(e.extra);
      case EventKind::kAuction:
        ARROW_RETURN_NOT_OK(row->Number(e.auction_id));
        ARROW_RETURN_NOT_OK(row->Text(e.item_name));
        ARROW_RETURN_NOT_OK(row->Text(e.description));
        ARROW_RETURN_NOT_OK(row->Number(e.initial_bid));
        ARROW_RETURN_NOT_OK(row->Number(e.reserve));
        ARROW_RETURN_NOT_OK(row->Time(e.time_ms));
        ARROW_RETURN_NOT_OK(row->Time(e.expires_ms));
        ARROW_RETURN_NOT_OK(row->Number(e.seller));
        ARROW_RETURN_NOT_OK(row->Number(e.category));
        return row->Text(e.extra);
      case EventKind::kBid:
        ARROW_RETURN_NOT_OK(row->Number(e.auction));
        ARROW_RETURN_NOT_OK(row->Number(e.bidder));
        ARROW_RETURN_NOT_OK(row->Number(e.price));
        ARROW_RETURN_NOT_OK(row->Text(e.channel));
        ARROW_RETURN_NOT_OK(row->Text(e.url));
        ARROW_RETURN_NOT_OK(row->Time(e.time_ms));
        return row->Text(e.extra);
    }
    return arrow::Status::OK();
  }

  std::shared_ptr<const Corpus> corpus_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<Column> columns_;
  arrow::Int32Builder types_;
  Event event_;
};

std::vector<Error> Check(const flow::ConnectorTable& table) {
  std::vector<Error> errors = flow::CheckOptions(table.options, Options(), "table " + table.name);
  if (errors.empty()) {
    if (auto settings = ParseSettings(table.options); !settings.ok())
      errors.push_back(std::move(settings).error());
  }
  CheckColumns(table, &errors);
  return errors;
}

Result<std::unique_ptr<flow::Source>> Open(const flow::ConnectorTable& table,
                                           const OpenOptions& open) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(const Settings settings, ParseSettings(table.options));
  if (open.stop_at_latest && settings.events == 0)
    return InvalidArgument("table " + table.name + " never ends: set 'events.num' to read it once");
  GeneratorOptions options{.kind = "nexmark",
                           .schema = {},
                           .splits = settings.splits,
                           .records = settings.events,
                           .records_per_second = settings.rate,
                           .identity = {}};
  const CorpusOptions& corpus = settings.corpus;
  options.identity = {{"seed", std::to_string(corpus.seed)},
                      {"next-event.rate", std::to_string(corpus.events_per_second)},
                      {"base-time-millis", std::to_string(corpus.base_time_ms)},
                      {"out-of-order-group.size", std::to_string(corpus.shuffle_events)},
                      {"scan.parallelism", std::to_string(settings.splits)}};
  for (const int column : open.projection.columns)
    options.schema.fields.push_back(table.columns[static_cast<size_t>(column)].field);
  const flow::Schema schema = options.schema;
  return MakeGeneratorSource(std::move(options),
                             [schema, made = std::make_shared<const Corpus>(corpus)] {
                               return NexmarkGenerator::Make(schema, made);
                             });
}

}  // namespace

SourceConnector NexmarkConnector() {
  return {.name = "nexmark", .options = Options(), .metadata = {}, .check = Check, .open = Open};
}

}  // namespace sluice::sources::nexmark
