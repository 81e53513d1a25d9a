// SPDX-License-Identifier: Apache-2.0
#include "sources/jdbc/lookup.h"

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "base/log.h"
#include "flow/lookup_requests.h"
#include "io/clock.h"
#include "sources/jdbc/options.h"
#include "sources/jdbc/table.h"
#include "sources/jdbc/values.h"

namespace sluice::sources::jdbc {
namespace {

constexpr int64_t kRetryDelayMs = 1000;  // times the number of the attempt, as in Flink

class JdbcLookup : public flow::ParallelLookupSource {
 public:
  JdbcLookup(flow::ConnectorTable table, LookupRequest request, PostgresPlace place, int retries)
      : table_(std::move(table)),
        request_(std::move(request)),
        place_(std::move(place)),
        retries_(retries),
        schema_(SchemaOf(table_, request_.columns)) {}

  const flow::Schema& schema() const override { return schema_; }

  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t) override {
    if (keys.num_rows() == 0) {
      SLUICE_ASSIGN(auto none, arrow::RecordBatch::MakeEmpty(schema_.ToArrow()));
      return flow::LookupRows{std::move(none), {}};
    }
    for (int attempt = 1;; ++attempt) {
      auto rows = Ask(keys);
      if (rows.ok()) return rows;
      const bool passes = rows.error().retry != Retry::kNever;
      if (!passes || attempt > retries_ || interrupted_) {
        return std::move(rows).error().With("looking up " + table_.name);
      }
      log::Warn("a look-up failed and is tried again",
                {{"table", table_.name}, {"error", rows.error().text}});
      SetConnection(nullptr);
      io::RealClock().SleepMs(kRetryDelayMs * attempt);
    }
  }

  Result<std::unique_ptr<flow::LookupSource>> Another() override {
    return std::unique_ptr<flow::LookupSource>(
        std::make_unique<JdbcLookup>(table_, request_, place_, retries_));
  }
  void Interrupt() override {
    interrupted_ = true;
    const std::lock_guard lock(mutex_);
    if (connection_ != nullptr) connection_->Cancel();
  }

 private:
  void SetConnection(std::unique_ptr<Postgres> connection) {
    const std::lock_guard lock(mutex_);
    connection_ = std::move(connection);
  }

  Status Open() {
    SLUICE_ASSIGN(auto connected, Connect(place_));
    SetConnection(std::move(connected));
    SLUICE_ASSIGN(types_, ReadColumnTypes(*connection_, table_.options.at("table-name")));
    SLUICE_ASSIGN(select_list_, SelectList(table_, request_.columns, types_, "t."));
    key_columns_.clear();
    for (const int column : request_.key_columns) {
      const std::string& name = table_.columns[static_cast<size_t>(column)].field.name;
      if (!types_.contains(name)) {
        return NotFound("PostgreSQL's table " + table_.options.at("table-name") +
                        " has no column '" + name + "'");
      }
      key_columns_.push_back(name);
    }
    return {};
  }

  Result<flow::LookupRows> Ask(const arrow::RecordBatch& keys) {
    if (connection_ == nullptr) {
      Status opened = Open();
      if (!opened.ok()) SetConnection(nullptr);
      SLUICE_TRY(std::move(opened));
    }
    std::vector<BinaryParameter> parameters;
    std::vector<std::string> key_types;
    for (size_t i = 0; i < key_columns_.size(); ++i) {
      std::string type;
      SLUICE_ASSIGN(auto parameter,
                    EncodeArray(*keys.column(static_cast<int>(i)), *request_.key_types[i], &type));
      parameters.push_back(std::move(parameter));
      // A uuid, an enum, json: text is compared as that.
      const std::string& of_column = types_.at(key_columns_[i]);
      const bool texts = of_column == "text" || of_column.starts_with("character");
      key_types.push_back(type == "text" && !texts ? of_column : type);
    }
    const std::string query = LookupQuery(select_list_, QuoteTable(table_.options.at("table-name")),
                                          key_columns_, key_types);
    SLUICE_ASSIGN(const BinaryRows answer, connection_->QueryBinary(query, parameters));
    flow::LookupRows found;
    SLUICE_ASSIGN(const auto numbers,
                  DecodeColumn(answer, 0, *flow::Type::Simple(flow::TypeKind::kInt)));
    const auto& values = static_cast<const arrow::Int32Array&>(*numbers);
    found.key_rows.assign(values.raw_values(), values.raw_values() + values.length());
    SLUICE_ASSIGN(found.rows, ToBatch(answer, 1, schema_));
    return found;
  }

  const flow::ConnectorTable table_;
  const LookupRequest request_;
  const PostgresPlace place_;
  const int retries_;
  const flow::Schema schema_;
  std::atomic<bool> interrupted_{false};
  std::mutex mutex_;  // of the pointer: one thread asks, another may interrupt
  std::unique_ptr<Postgres> connection_;
  std::map<std::string, std::string> types_;
  std::string select_list_;
  std::vector<std::string> key_columns_;
};

}  // namespace

std::string LookupQuery(const std::string& select_list, const std::string& table,
                        const std::vector<std::string>& key_columns,
                        const std::vector<std::string>& key_types) {
  std::string arrays, names, condition;
  for (size_t i = 0; i < key_columns.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    arrays += (i == 0 ? "$" : ", $") + number;
    names += "k" + number + ", ";
    condition += (i == 0 ? "t." : " AND t.") + QuoteName(key_columns[i]) + " = k.k" + number +
                 "::" + key_types[i];
  }
  return "SELECT (k.n - 1)::int4" + (select_list.empty() ? "" : ", " + select_list) +
         " FROM unnest(" + arrays + ") WITH ORDINALITY AS k(" + names + "n) JOIN " + table +
         " AS t ON " + condition + " ORDER BY k.n";
}

Result<std::unique_ptr<flow::LookupSource>> OpenLookup(const flow::ConnectorTable& table,
                                                       const LookupRequest& request) {
  std::vector<Error> errors = CheckJdbcTable(table);
  if (!errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(PostgresPlace place, PlaceOf(table));
  const auto option = flow::OptionValue(table.options, JdbcOptions(), "lookup.max-retries");
  SLUICE_ASSIGN(const int64_t retries, flow::ParseInteger(option.value_or("3")));
  if (retries < 0) return InvalidArgument("option 'lookup.max-retries' must not be negative");
  return std::unique_ptr<flow::LookupSource>(std::make_unique<JdbcLookup>(
      table, request, std::move(place), static_cast<int>(std::min<int64_t>(retries, 1000))));
}

}  // namespace sluice::sources::jdbc
