// SPDX-License-Identifier: Apache-2.0
#include "sinks/jdbc/sink.h"

#include <algorithm>
#include <utility>

#include "arrow/record_batch.h"
#include "base/log.h"
#include "io/clock.h"
#include "sinks/jdbc/rows.h"
#include "sinks/staged_bytes.h"
#include "sources/jdbc/options.h"
#include "sources/jdbc/postgres.h"

namespace sluice::sinks::jdbc {
namespace {

using sources::jdbc::CheckJdbcTable;
using sources::jdbc::Connect;
using sources::jdbc::Postgres;
using sources::jdbc::PostgresPlace;
using sources::jdbc::QuoteName;
using sources::jdbc::QuoteTable;

constexpr int kRetriesDefault = 3;
constexpr int64_t kRetryMs = 500;

/// The record table stands in the target's schema.
std::string RecordTable(const std::string& given) {
  const size_t dot = given.find('.');
  const std::string name = "\"sluice_commits\"";
  return dot == std::string::npos ? name : QuoteName(given.substr(0, dot)) + "." + name;
}

class Writer : public flow::SinkWriter {
 public:
  Status Write(const flow::Batch& batch) override {
    rows_ += batch.rows->num_rows();
    return AppendLines(batch, &sequence_, &lines_);
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    sequence_ = 0;
    return StagedBytes::Make(std::exchange(rows_, 0), std::exchange(lines_, {}));
  }
  int64_t memory_bytes() const override { return static_cast<int64_t>(lines_.capacity()); }

 private:
  std::string lines_;
  int64_t rows_ = 0, sequence_ = 0;
};

/// What the record table says of the pipeline.
struct Record {
  bool exists = false;
  std::string token;
  int64_t epoch = 0;
  std::string position;
};

class JdbcSink : public BytesSink {
 public:
  JdbcSink(flow::ConnectorTable table, PostgresPlace place)
      : BytesSink(table.name), table_(std::move(table)), place_(std::move(place)) {
    const std::string given = table_.options.at("table-name");
    target_ = QuoteTable(given);
    records_ = RecordTable(given);
    for (const flow::ConnectorColumn& column : table_.columns) {
      if (!column.is_metadata) columns_.push_back(column.field.name);
    }
    const auto retries = table_.options.find("sink.max-retries");
    if (retries != table_.options.end()) {
      const auto parsed = flow::ParseInteger(retries->second);
      if (parsed.ok()) retries_ = static_cast<int>(std::clamp<int64_t>(*parsed, 0, 100));
    }
  }

  Result<flow::SinkState> Begin(const std::string& pipeline) override {
    pipeline_ = pipeline;
    token_ = io::RealRandom().Uuid();
    SLUICE_ASSIGN(connection_, Connect(place_));
    SLUICE_TRY(Do("CREATE TABLE IF NOT EXISTS " + records_ +
                  " (pipeline text, target text, token text NOT NULL, epoch bigint NOT NULL, "
                  "position text NOT NULL, PRIMARY KEY (pipeline, target))"));
    // A look at the columns, so that a wrong name is said before the first row.
    SLUICE_TRY(Do("SELECT " + Columns("") + " FROM " + target_ + " LIMIT 0"));
    SLUICE_ASSIGN(const Record record, ReadRecord(false));
    SLUICE_TRY(connection_->Query("INSERT INTO " + records_ +
                                      " VALUES ($1, $2, $3, 0, '') ON CONFLICT (pipeline, target) "
                                      "DO UPDATE SET token = EXCLUDED.token",
                                  {pipeline_, table_.name, token_}));
    flow::SinkState state;
    state.exists = record.epoch > 0;
    state.epoch = record.epoch;
    if (state.exists) {
      SLUICE_ASSIGN(state.position, flow::Position::Decode(record.position));
    }
    return state;
  }

  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<Writer>());
  }

  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    flow::CommitReport report;
    for (const auto& part : commit.parts) {
      report.rows += part->rows;
      report.size_bytes += part->size_bytes;
    }
    for (int attempt = 0;; ++attempt) {
      Status status = Try(commit);
      if (status.ok()) break;
      const bool outside = status.error().retry == Retry::kLater;
      if (!outside || attempt >= retries_) return std::move(status).error();
      log::Warn("writing to PostgreSQL failed; will look what is there and try again",
                {{"table", table_.name}, {"error", status.error().ToString()}});
      io::RealClock().SleepMs(kRetryMs << std::min(attempt, 6));
      connection_.reset();
      ++report.attempts;
    }
    return report;
  }

 private:
  Status Do(const std::string& sql) {
    SLUICE_TRY(connection_->Query(sql));
    return {};
  }

  std::string Columns(const std::string& prefix) const {
    std::string list;
    for (const std::string& column : columns_) {
      list += (list.empty() ? "" : ", ") + prefix + QuoteName(column);
    }
    return list;
  }

  Result<Record> ReadRecord(bool lock) {
    SLUICE_ASSIGN(
        const auto rows,
        connection_->Query("SELECT token, epoch, position FROM " + records_ +
                               " WHERE pipeline = $1 AND target = $2" + (lock ? " FOR UPDATE" : ""),
                           {pipeline_, table_.name}));
    Record record;
    if (rows.empty()) return record;
    record.exists = true;
    record.token = rows[0][0].value_or("");
    SLUICE_ASSIGN(record.epoch, flow::ParseInteger(rows[0][1].value_or("0")));
    record.position = rows[0][2].value_or("");
    return record;
  }

  /// One transaction; what an attempt before it may have done is seen in the record.
  Status Try(const flow::EpochCommit& commit) {
    if (connection_ == nullptr) {
      SLUICE_ASSIGN(connection_, Connect(place_));
    }
    SLUICE_TRY(Do("BEGIN"));
    Status status = InTransaction(commit);
    if (status.ok()) return Do("COMMIT");
    // The connection may be gone; then the server has rolled back by itself.
    if (auto rolled_back = Do("ROLLBACK"); !rolled_back.ok()) connection_.reset();
    return done_ ? Status() : std::move(status);
  }

  Status InTransaction(const flow::EpochCommit& commit) {
    done_ = false;
    SLUICE_ASSIGN(const Record record, ReadRecord(true));
    if (record.token != token_) {
      return Fenced("another writer of pipeline '" + pipeline_ + "' has taken over " + table_.name);
    }
    const std::string upper = commit.upper.Encode();
    if (record.epoch == commit.epoch && record.position == upper) {
      done_ = true;
      return Cancelled("the epoch is there already");
    }
    const std::string lower = commit.epoch == 1 ? "" : commit.lower.Encode();
    if (record.epoch != commit.epoch - 1 || record.position != lower) {
      return PositionMismatch(table_.name + " stands at epoch " + std::to_string(record.epoch) +
                              ", not at " + std::to_string(commit.epoch - 1));
    }
    SLUICE_TRY(WriteRows(commit));
    SLUICE_TRY(connection_->Query("UPDATE " + records_ +
                                      " SET epoch = $3, position = $4 "
                                      "WHERE pipeline = $1 AND target = $2",
                                  {pipeline_, table_.name, std::to_string(commit.epoch), upper}));
    return {};
  }

  Status WriteRows(const flow::EpochCommit& commit) {
    bool rows = false;
    for (const auto& part : commit.parts) {
      rows |= !static_cast<const StagedBytes&>(*part).bytes.empty();
    }
    if (!rows) return {};
    SLUICE_TRY(
        Do("CREATE TEMPORARY TABLE sluice_epoch ON COMMIT DROP AS SELECT 0::bigint AS "
           "sluice_sequence, ''::text AS sluice_change, " +
           Columns("t.") + " FROM " + target_ + " AS t WITH NO DATA"));
    for (const auto& part : commit.parts) {
      SLUICE_TRY(connection_->CopyIn("COPY sluice_epoch FROM STDIN",
                                     static_cast<const StagedBytes&>(*part).bytes));
    }
    if (table_.primary_key.empty()) {
      return Do("INSERT INTO " + target_ + " (" + Columns("") + ") SELECT " + Columns("") +
                " FROM sluice_epoch ORDER BY sluice_sequence");
    }
    return Upsert();
  }

  Status Upsert() {
    std::string key, same, set;
    for (const std::string& column : table_.primary_key) {
      key += (key.empty() ? "" : ", ") + QuoteName(column);
      same +=
          (same.empty() ? "" : " AND ") + ("t." + QuoteName(column)) + " = l." + QuoteName(column);
    }
    for (const std::string& column : columns_) {
      if (std::find(table_.primary_key.begin(), table_.primary_key.end(), column) !=
          table_.primary_key.end()) {
        continue;
      }
      set += (set.empty() ? "" : ", ") + QuoteName(column) + " = EXCLUDED." + QuoteName(column);
    }
    const std::string last = "(SELECT DISTINCT ON (" + key + ") * FROM sluice_epoch ORDER BY " +
                             key + ", sluice_sequence DESC) AS l";
    SLUICE_TRY(Do("DELETE FROM " + target_ + " AS t USING " + last +
                  " WHERE l.sluice_change = 'D' AND " + same));
    return Do("INSERT INTO " + target_ + " (" + Columns("") + ") SELECT " + Columns("l.") +
              " FROM " + last + " WHERE l.sluice_change = 'U' ON CONFLICT (" + key + ") DO " +
              (set.empty() ? std::string("NOTHING") : "UPDATE SET " + set));
  }

  const flow::ConnectorTable table_;
  const PostgresPlace place_;
  std::string target_, records_, pipeline_, token_;
  std::vector<std::string> columns_;
  int retries_ = kRetriesDefault;
  bool done_ = false;  // an earlier attempt of this epoch had landed
  std::unique_ptr<Postgres> connection_;
};

Result<std::unique_ptr<flow::Sink>> Open(const flow::ConnectorTable& table) {
  std::vector<Error> errors = CheckJdbcTable(table);
  if (!errors.empty()) return std::move(errors.front());
  SLUICE_ASSIGN(PostgresPlace place, sources::jdbc::PlaceOf(table));
  return std::unique_ptr<flow::Sink>(std::make_unique<JdbcSink>(table, std::move(place)));
}

}  // namespace

SinkConnector JdbcConnector() {
  return {.name = "jdbc",
          .options = sources::jdbc::JdbcOptions(),
          .check = CheckJdbcTable,
          .changelog =
              [](const flow::ConnectorTable& table) {
                return table.primary_key.empty() ? flow::ChangelogMode::InsertOnly()
                                                 : flow::ChangelogMode::Upsert();
              },
          .open = Open};
}

}  // namespace sluice::sinks::jdbc
