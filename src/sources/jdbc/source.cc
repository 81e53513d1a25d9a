// SPDX-License-Identifier: Apache-2.0
#include "sources/jdbc/source.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"
#include "sources/jdbc/lookup.h"
#include "sources/jdbc/options.h"
#include "sources/jdbc/table.h"

namespace sluice::sources::jdbc {
namespace {

constexpr int64_t kFetchRows = 8192;
constexpr int64_t kPartsMax = 10'000;
// The position behind the last row, whatever their number: a part that is done stays done.
constexpr int64_t kDone = int64_t{1} << 62;

/// The rows of a part, in one transaction, fetched by and by.
class PartCursor {
 public:
  /// `skip` rows were read before. In an order of their own where the position counts: by the
  /// primary key, else by all that is read.
  static Result<std::unique_ptr<PartCursor>> Make(const flow::ConnectorTable& table,
                                                  const std::vector<int>& columns,
                                                  const std::string& condition, bool ordered,
                                                  int64_t skip) {
    auto cursor = std::make_unique<PartCursor>();
    SLUICE_ASSIGN(const PostgresPlace place, PlaceOf(table));
    SLUICE_ASSIGN(cursor->connection_, Connect(place));
    const std::string& name = table.options.at("table-name");
    SLUICE_ASSIGN(const auto types, ReadColumnTypes(*cursor->connection_, name));
    SLUICE_ASSIGN(const std::string list, SelectList(table, columns, types, ""));
    cursor->schema_ = SchemaOf(table, columns);
    std::string order;
    for (const std::string& key : table.primary_key) {
      order += (order.empty() ? "" : ", ") + QuoteName(key);
    }
    for (size_t i = 1; i <= columns.size() && table.primary_key.empty(); ++i) {
      order += (order.empty() ? "" : ", ") + std::to_string(i);
    }
    SLUICE_TRY(cursor->connection_->Query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    SLUICE_TRY(cursor->connection_->Query("DECLARE sluice_rows NO SCROLL CURSOR FOR SELECT " +
                                          list + " FROM " + QuoteTable(name) +
                                          (condition.empty() ? "" : " WHERE " + condition) +
                                          (ordered && !order.empty() ? " ORDER BY " + order : "") +
                                          (skip > 0 ? " OFFSET " + std::to_string(skip) : "")));
    return cursor;
  }

  /// Fewer than asked for: there are no more.
  Result<std::shared_ptr<arrow::RecordBatch>> Fetch(int64_t rows) {
    SLUICE_ASSIGN(
        const BinaryRows fetched,
        connection_->QueryBinary("FETCH FORWARD " + std::to_string(rows) + " FROM sluice_rows"));
    return ToBatch(fetched, 0, schema_);
  }

 private:
  std::unique_ptr<Postgres> connection_;
  flow::Schema schema_;
};

class JdbcReader : public flow::SourceReader {
 public:
  JdbcReader(const flow::ConnectorTable& table, const std::vector<int>& columns,
             const std::vector<Part>& parts, int64_t fetch_rows)
      : table_(table), columns_(columns), parts_(parts), fetch_rows_(fetch_rows) {}

  Status Assign(int index, const flow::Split&, int64_t offset) override {
    reading_.push_back({.index = index, .next = offset, .cursor = nullptr});
    return {};
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t) override {
    flow::PollResult result;
    while (current_ < reading_.size() && reading_[current_].next >= kDone) ++current_;
    if (current_ < reading_.size()) {
      auto status = ReadSome(&reading_[current_], std::min(rows_max, fetch_rows_), &result);
      if (!status.ok()) return std::move(status).error().With(table_.name);
    }
    result.end = std::all_of(reading_.begin(), reading_.end(),
                             [](const Reading& reading) { return reading.next >= kDone; });
    return result;
  }

  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int) const override { return std::nullopt; }

 private:
  struct Reading {
    int index = 0;
    int64_t next = 0;
    std::unique_ptr<PartCursor> cursor;
  };

  Status ReadSome(Reading* reading, int64_t rows_max, flow::PollResult* out) {
    if (reading->cursor == nullptr) {
      const Part& part = parts_[static_cast<size_t>(reading->index)];
      SLUICE_ASSIGN(reading->cursor,
                    PartCursor::Make(table_, columns_, part.condition, true, reading->next));
    }
    rows_max = std::max<int64_t>(rows_max, 1);
    SLUICE_ASSIGN(auto rows, reading->cursor->Fetch(rows_max));
    const int64_t count = rows->num_rows();
    counters_.records_in += count;
    counters_.rows_out += count;
    out->split = reading->index;
    if (count > 0) {
      flow::Batch batch;
      batch.rows = std::move(rows);
      batch.origin.split = reading->index;
      batch.origin.first_offset = reading->next;
      out->batch = std::move(batch);
    }
    reading->next += count;
    if (count < rows_max) {
      reading->next = kDone;
      reading->cursor.reset();
    }
    out->next_offset = reading->next;
    return {};
  }

  const flow::ConnectorTable& table_;
  const std::vector<int>& columns_;
  const std::vector<Part>& parts_;
  const int64_t fetch_rows_;
  std::vector<Reading> reading_;
  size_t current_ = 0;
  flow::ReaderCounters counters_;
};

class JdbcSource : public flow::Source {
 public:
  JdbcSource(flow::ConnectorTable table, std::vector<int> columns, std::vector<Part> parts,
             int64_t fetch_rows)
      : table_(std::move(table)),
        columns_(std::move(columns)),
        parts_(std::move(parts)),
        fetch_rows_(fetch_rows),
        schema_(SchemaOf(table_, columns_)) {}

  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "jdbc";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    std::vector<flow::Split> splits;
    for (const Part& part : parts_) {
      splits.push_back({.name = part.name, .start_offset = 0, .stop_offset = kDone});
    }
    return splits;
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override {
    return {{"table", table_.options.at("table-name")}};
  }
  Status CheckRestorable(const flow::SourcePosition& position) override {
    if (position.kind != kind()) {
      return PositionMismatch("the recorded position is of a '" + position.kind +
                              "' source, the table is now a 'jdbc' source");
    }
    for (const auto& [name, offset] : position.splits) {
      const bool there = std::any_of(parts_.begin(), parts_.end(),
                                     [&](const Part& part) { return part.name == name; });
      if (!there) {
        return SourceLost("part " + name + " of " + table_.name +
                          " was read and is no part any more: 'scan.partition.*' have changed");
      }
    }
    return {};
  }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    return std::unique_ptr<flow::SourceReader>(
        std::make_unique<JdbcReader>(table_, columns_, parts_, fetch_rows_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return false; }

 private:
  const flow::ConnectorTable table_;
  const std::vector<int> columns_;
  const std::vector<Part> parts_;
  const int64_t fetch_rows_;
  const flow::Schema schema_;
};

std::string OptionOf(const flow::ConnectorTable& table, const char* key) {
  return flow::OptionValue(table.options, JdbcOptions(), key).value_or("");
}

std::vector<Error> Check(const flow::ConnectorTable& table) {
  std::vector<Error> errors = CheckJdbcTable(table);
  if (!errors.empty()) return errors;
  if (auto parts = PartsOf(table); !parts.ok()) errors.push_back(std::move(parts).error());
  return errors;
}

Result<int64_t> FetchRows(const flow::ConnectorTable& table) {
  SLUICE_ASSIGN(const int64_t rows, flow::ParseInteger(OptionOf(table, "scan.fetch-size")));
  if (rows < 0) return InvalidArgument("option 'scan.fetch-size' must not be negative");
  return rows == 0 ? kFetchRows : rows;
}

Result<std::unique_ptr<flow::Source>> Open(const flow::ConnectorTable& table,
                                           const OpenOptions& options) {
  std::vector<Error> errors = Check(table);
  if (!errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(auto parts, PartsOf(table));
  SLUICE_ASSIGN(const int64_t fetch_rows, FetchRows(table));
  return std::unique_ptr<flow::Source>(std::make_unique<JdbcSource>(
      table, options.projection.columns, std::move(parts), fetch_rows));
}

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> ReadAll(
    const flow::ConnectorTable& table, const flow::SourceProjection& projection) {
  SLUICE_ASSIGN(auto cursor, PartCursor::Make(table, projection.columns, "", false, 0));
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  do {
    SLUICE_ASSIGN(auto rows, cursor->Fetch(kFetchRows));
    batches.push_back(std::move(rows));
  } while (batches.back()->num_rows() == kFetchRows);
  return batches;
}

}  // namespace

Result<std::vector<Part>> PartsOf(const flow::ConnectorTable& table) {
  const std::string column = OptionOf(table, "scan.partition.column");
  const std::string texts[] = {OptionOf(table, "scan.partition.num"),
                               OptionOf(table, "scan.partition.lower-bound"),
                               OptionOf(table, "scan.partition.upper-bound")};
  const auto given = std::count_if(std::begin(texts), std::end(texts),
                                   [](const std::string& text) { return !text.empty(); });
  if (column.empty() && given == 0) return std::vector<Part>{{"rows", ""}};
  if (column.empty() || given < 3) {
    return InvalidArgument(
        "'scan.partition.column', 'scan.partition.num', 'scan.partition.lower-bound' and "
        "'scan.partition.upper-bound' go together: all or none");
  }
  SLUICE_ASSIGN(int64_t parts, flow::ParseInteger(texts[0]));
  SLUICE_ASSIGN(const int64_t low, flow::ParseInteger(texts[1]));
  SLUICE_ASSIGN(const int64_t high, flow::ParseInteger(texts[2]));
  int64_t span = 0;
  if (__builtin_sub_overflow(high, low, &span) || __builtin_add_overflow(span, 1, &span) ||
      low > high || parts < 1 || parts > kPartsMax) {
    return InvalidArgument(
        "'scan.partition.lower-bound' must not be above 'scan.partition.upper-bound', and "
        "'scan.partition.num' is 1 to " +
        std::to_string(kPartsMax));
  }
  parts = std::min(parts, span);
  const std::string name = QuoteName(column);
  std::vector<Part> all;
  int64_t from = low;
  for (int64_t i = 0; i < parts; ++i) {
    const int64_t to = from + span / parts + (i < span % parts ? 1 : 0);
    std::string condition;
    if (i > 0) condition = name + " >= " + std::to_string(from);
    if (i + 1 < parts) {
      condition += (condition.empty() ? "" : " AND ") + name + " < " + std::to_string(to);
    }
    if (i == 0 && parts > 1) condition = "(" + condition + " OR " + name + " IS NULL)";
    all.push_back({column + "-" + std::to_string(i) + "-of-" + std::to_string(parts) + "-from-" +
                       std::to_string(from),
                   condition});
    from = to;
  }
  return all;
}

SourceConnector JdbcConnector() {
  return {.name = "jdbc",
          .options = JdbcOptions(),
          .check = Check,
          .read_all = ReadAll,
          .open_lookup = OpenLookup,
          .open = Open};
}

}  // namespace sluice::sources::jdbc
