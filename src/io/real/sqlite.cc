// SPDX-License-Identifier: Apache-2.0
// io::SqlDatabase over SQLite. The rollback journal (not WAL) is used because other programs open
// the same file, some of them from other machines; synchronous=EXTRA also syncs the directory after
// the journal is gone.
#include <sqlite3.h>

#include <mutex>

#include "io/file_system.h"
#include "io/sql_database.h"

namespace sluice::io {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

class SqliteDatabase : public SqlDatabase {
 public:
  SqliteDatabase(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database) {}

  Result<std::vector<Row>> Query(const std::string& sql,
                                 const std::vector<Value>& parameters) override {
    std::lock_guard lock(mutex_);
    SLUICE_ASSIGN(StatementPtr statement, Prepare(sql, parameters));
    std::vector<Row> rows;
    for (;;) {
      const int code = sqlite3_step(statement.get());
      if (code == SQLITE_DONE) return rows;
      if (code != SQLITE_ROW) return Failed("query failed", code);
      Row row;
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
        if (text == nullptr) {
          row.emplace_back();
        } else {
          row.emplace_back(
              std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement.get(), i))));
        }
      }
      rows.push_back(std::move(row));
    }
  }

  Result<int64_t> Execute(const std::string& sql, const std::vector<Value>& parameters) override {
    std::lock_guard lock(mutex_);
    SLUICE_ASSIGN(StatementPtr statement, Prepare(sql, parameters));
    const int code = sqlite3_step(statement.get());
    if (code != SQLITE_DONE && code != SQLITE_ROW) return WriteFailed(code);
    return static_cast<int64_t>(sqlite3_changes(database_.get()));
  }

 private:
  Result<StatementPtr> Prepare(const std::string& sql, const std::vector<Value>& parameters) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v2(database_.get(), sql.c_str(), static_cast<int>(sql.size()),
                                        &raw, nullptr);
    StatementPtr statement(raw);
    if (code != SQLITE_OK) return Failed("cannot prepare statement", code);
    for (size_t i = 0; i < parameters.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      const int bound =
          parameters[i].has_value()
              ? sqlite3_bind_text(raw, at, parameters[i]->data(),
                                  static_cast<int>(parameters[i]->size()), SQLITE_TRANSIENT)
              : sqlite3_bind_null(raw, at);
      if (bound != SQLITE_OK) return Failed("cannot bind parameter", bound);
    }
    return statement;
  }

  Error Failed(const std::string& what, int code) const {
    std::string text = what + " in " + path_ + ": " + sqlite3_errmsg(database_.get());
    switch (code & 0xff) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return TimeoutError(text);
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return Corrupt(text);
      case SQLITE_CONSTRAINT:
        return AlreadyExists(text);
      case SQLITE_FULL:
        return ResourceExhausted(text);
      default:
        return IoError(text);
    }
  }

  // After an I/O error inside a write nobody can say whether the transaction reached the disk.
  Error WriteFailed(int code) const {
    Error error = Failed("statement failed", code);
    if ((code & 0xff) == SQLITE_IOERR) return CommitUnknown(error.text);
    return error;
  }

  std::string path_;
  std::unique_ptr<sqlite3, CloseDatabase> database_;
  std::mutex mutex_;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> OpenSqlite(const std::string& path, int64_t busy_timeout_ms) {
  const size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    SLUICE_TRY(RealFileSystem().MakeDirectories(path.substr(0, slash)));
  }
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  std::unique_ptr<sqlite3, CloseDatabase> database(raw);
  if (code != SQLITE_OK) {
    return IoError("cannot open SQLite database " + path + ": " +
                   (raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout_ms));
  sqlite3_extended_result_codes(raw, 1);
  if (sqlite3_exec(raw, "PRAGMA synchronous=EXTRA", nullptr, nullptr, nullptr) != SQLITE_OK) {
    return IoError("cannot set up SQLite database " + path + ": " + sqlite3_errmsg(raw));
  }
  return std::unique_ptr<SqlDatabase>(new SqliteDatabase(path, database.release()));
}

}  // namespace sluice::io
