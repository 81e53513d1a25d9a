// SPDX-License-Identifier: Apache-2.0
#include "query/duckdb.h"

#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <duckdb.h>

#include "io/library.h"

namespace sluice::query {
namespace {

// The functions of the library that are used, found by name once.
#define SLUICE_DUCKDB_FUNCTIONS(X)          \
  X(duckdb_create_config)                   \
  X(duckdb_set_config)                      \
  X(duckdb_destroy_config)                  \
  X(duckdb_open_ext)                        \
  X(duckdb_close)                           \
  X(duckdb_connect)                         \
  X(duckdb_disconnect)                      \
  X(duckdb_query)                           \
  X(duckdb_result_error)                    \
  X(duckdb_destroy_result)                  \
  X(duckdb_column_count)                    \
  X(duckdb_column_name)                     \
  X(duckdb_column_type)                     \
  X(duckdb_fetch_chunk)                     \
  X(duckdb_data_chunk_get_size)             \
  X(duckdb_data_chunk_get_vector)           \
  X(duckdb_destroy_data_chunk)              \
  X(duckdb_vector_get_data)                 \
  X(duckdb_vector_get_validity)             \
  X(duckdb_validity_row_is_valid)           \
  X(duckdb_string_t_data)                   \
  X(duckdb_string_t_length)                 \
  X(duckdb_prepare)                         \
  X(duckdb_prepare_error)                   \
  X(duckdb_destroy_prepare)                 \
  X(duckdb_prepared_statement_column_count) \
  X(duckdb_prepared_statement_column_name)  \
  X(duckdb_prepared_statement_column_type)  \
  X(duckdb_prepared_statement_type)         \
  X(duckdb_free)                            \
  X(duckdb_arrow_scan)

struct Functions {
#define SLUICE_DECLARE(name) decltype(&::name) name = nullptr;
  SLUICE_DUCKDB_FUNCTIONS(SLUICE_DECLARE)
#undef SLUICE_DECLARE
};

Result<const Functions*> Load() {
  static Functions functions;
  static const Status loaded = []() -> Status {
    // Kept open for the life of the process.
    static std::unique_ptr<io::Library> library;
    SLUICE_ASSIGN(library, io::OpenLibrary("libduckdb.so"));
#define SLUICE_FIND(name)                                                       \
  functions.name = reinterpret_cast<decltype(&::name)>(library->Symbol(#name)); \
  if (functions.name == nullptr) return IoError("libduckdb.so has no function " #name);
    SLUICE_DUCKDB_FUNCTIONS(SLUICE_FIND)
#undef SLUICE_FIND
    return Status::Ok();
  }();
  if (!loaded.ok()) return loaded.error();
  return &functions;
}

/// A stream of Arrow batches that keeps its schemas itself. duckdb_arrow_scan never releases the
/// schema it asks for; of this stream it only ever gets a copy that owns nothing.
class LentStream {
 public:
  LentStream() = default;
  LentStream(const LentStream&) = delete;
  LentStream& operator=(const LentStream&) = delete;
  ~LentStream() {
    for (ArrowSchema& schema : schemas_) {
      if (schema.release != nullptr) schema.release(&schema);
    }
    if (inner_.release != nullptr) inner_.release(&inner_);
  }

  Status Open(std::shared_ptr<arrow::RecordBatchReader> batches) {
    SLUICE_TRY(arrow::ExportRecordBatchReader(std::move(batches), &inner_));
    lent_.private_data = this;
    lent_.get_schema = [](ArrowArrayStream* stream, ArrowSchema* out) {
      auto* self = static_cast<LentStream*>(stream->private_data);
      const int failed = self->inner_.get_schema(&self->inner_, out);
      if (failed != 0) return failed;
      self->schemas_.push_back(*out);
      out->release = [](ArrowSchema* schema) { schema->release = nullptr; };
      return 0;
    };
    lent_.get_next = [](ArrowArrayStream* stream, ArrowArray* out) {
      ArrowArrayStream& inner = static_cast<LentStream*>(stream->private_data)->inner_;
      return inner.get_next(&inner, out);
    };
    lent_.get_last_error = [](ArrowArrayStream* stream) {
      ArrowArrayStream& inner = static_cast<LentStream*>(stream->private_data)->inner_;
      return inner.get_last_error(&inner);
    };
    lent_.release = [](ArrowArrayStream* stream) { stream->release = nullptr; };
    return Status::Ok();
  }
  duckdb_arrow_stream get() { return reinterpret_cast<duckdb_arrow_stream>(&lent_); }

 private:
  ArrowArrayStream inner_{};
  ArrowArrayStream lent_{};
  std::vector<ArrowSchema> schemas_;
};

bool IsNumeric(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_DECIMAL:
      return true;
    default:
      return false;
  }
}

class DuckDbLibrary : public DuckDb {
 public:
  explicit DuckDbLibrary(const Functions* api) : api_(*api) {}
  ~DuckDbLibrary() override {
    if (connection_ != nullptr) api_.duckdb_disconnect(&connection_);
    if (database_ != nullptr) api_.duckdb_close(&database_);
  }

  Status Start(const DuckDbOptions& options) {
    duckdb_config config = nullptr;
    if (api_.duckdb_create_config(&config) != DuckDBSuccess)
      return Internal("cannot make a DuckDB configuration");
    const std::pair<const char*, std::string> settings[] = {
        {"threads", std::to_string(options.threads)},
        {"memory_limit", std::to_string(options.memory_bytes >> 20) + "MiB"},
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
    };
    for (const auto& [name, value] : settings) {
      if (api_.duckdb_set_config(config, name, value.c_str()) != DuckDBSuccess) {
        api_.duckdb_destroy_config(&config);
        return Internal(std::string("DuckDB refuses the setting ") + name);
      }
    }
    char* message = nullptr;
    const duckdb_state opened = api_.duckdb_open_ext(nullptr, &database_, config, &message);
    api_.duckdb_destroy_config(&config);
    if (opened != DuckDBSuccess) {
      const std::string text = message != nullptr ? message : "no reason given";
      if (message != nullptr) api_.duckdb_free(message);
      return IoError("cannot open DuckDB: " + text);
    }
    if (api_.duckdb_connect(database_, &connection_) != DuckDBSuccess) {
      return IoError("cannot connect to DuckDB");
    }
    return Execute("SET TimeZone = 'UTC'");
  }

  Status Execute(const std::string& sql) override {
    duckdb_result result{};
    const duckdb_state state = api_.duckdb_query(connection_, sql.c_str(), &result);
    Status status;
    if (state != DuckDBSuccess) status = Failed(&result);
    api_.duckdb_destroy_result(&result);
    return status;
  }

  Result<TextRows> Query(const std::string& sql, int64_t rows_max) override {
    TextRows out;
    SLUICE_ASSIGN(const bool is_select, DescribeColumns(sql, &out));
    const std::string text =
        is_select ? "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n" + sql + "\n)" : sql;
    duckdb_result result{};
    if (api_.duckdb_query(connection_, text.c_str(), &result) != DuckDBSuccess) {
      Error error = Failed(&result);
      api_.duckdb_destroy_result(&result);
      return error;
    }
    if (is_select) Fetch(&result, rows_max, &out);
    api_.duckdb_destroy_result(&result);
    return out;
  }

  Status CreateTable(const std::string& name, const arrow::Table& rows) override {
    arrow::TableBatchReader reader(rows);
    SLUICE_ASSIGN(auto batches, reader.ToRecordBatches());
    SLUICE_ASSIGN(auto owned, arrow::RecordBatchReader::Make(std::move(batches), rows.schema()));
    LentStream stream;
    SLUICE_TRY(stream.Open(std::move(owned)));
    const std::string view = "sluice_arrow_stream";
    const duckdb_state scanned = api_.duckdb_arrow_scan(connection_, view.c_str(), stream.get());
    Status status;
    if (scanned != DuckDBSuccess) {
      status = IoError("DuckDB refuses the columns of " + name + ": " + rows.schema()->ToString());
    } else {
      status = Execute("CREATE OR REPLACE TEMP TABLE " + QuoteName(name) + " AS SELECT * FROM " +
                       view + "; DROP VIEW " + view);
    }
    return status;
  }

 private:
  Error Failed(duckdb_result* result) const {
    const char* message = api_.duckdb_result_error(result);
    return ParseError(message != nullptr ? message : "DuckDB gives no reason");
  }

  // Fills column names and kinds; true for statements whose rows can be cast to text.
  Result<bool> DescribeColumns(const std::string& sql, TextRows* out) {
    duckdb_prepared_statement statement = nullptr;
    if (api_.duckdb_prepare(connection_, sql.c_str(), &statement) != DuckDBSuccess) {
      const char* message = api_.duckdb_prepare_error(statement);
      Error error = ParseError(message != nullptr ? message : "DuckDB gives no reason");
      api_.duckdb_destroy_prepare(&statement);
      return error;
    }
    const bool is_select =
        api_.duckdb_prepared_statement_type(statement) == DUCKDB_STATEMENT_TYPE_SELECT;
    const idx_t count = is_select ? api_.duckdb_prepared_statement_column_count(statement) : 0;
    for (idx_t i = 0; i < count; ++i) {
      const char* name = api_.duckdb_prepared_statement_column_name(statement, i);
      out->table.columns.emplace_back(name != nullptr ? name : "");
      api_.duckdb_free(const_cast<char*>(name));
      out->table.numeric.push_back(
          IsNumeric(api_.duckdb_prepared_statement_column_type(statement, i)));
    }
    api_.duckdb_destroy_prepare(&statement);
    return is_select;
  }

  void Fetch(duckdb_result* result, int64_t rows_max, TextRows* out) {
    const idx_t columns = out->table.columns.size();
    for (;;) {
      duckdb_data_chunk chunk = api_.duckdb_fetch_chunk(*result);
      if (chunk == nullptr) return;
      const idx_t size = api_.duckdb_data_chunk_get_size(chunk);
      for (idx_t row = 0; row < size && !out->truncated; ++row) {
        if (rows_max >= 0 && static_cast<int64_t>(out->table.rows.size()) >= rows_max) {
          out->truncated = true;
          break;
        }
        std::vector<std::optional<std::string>> values(columns);
        for (idx_t column = 0; column < columns; ++column) {
          duckdb_vector vector = api_.duckdb_data_chunk_get_vector(chunk, column);
          uint64_t* validity = api_.duckdb_vector_get_validity(vector);
          if (validity != nullptr && !api_.duckdb_validity_row_is_valid(validity, row)) continue;
          auto* text = static_cast<duckdb_string_t*>(api_.duckdb_vector_get_data(vector)) + row;
          values[column] =
              std::string(api_.duckdb_string_t_data(text), api_.duckdb_string_t_length(*text));
        }
        out->table.rows.push_back(std::move(values));
      }
      api_.duckdb_destroy_data_chunk(&chunk);
      if (out->truncated) return;
    }
  }

  const Functions& api_;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

std::string Quote(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  out += quote;
  return out;
}

}  // namespace

Result<std::unique_ptr<DuckDb>> DuckDb::Open(const DuckDbOptions& options) {
  SLUICE_ASSIGN(const Functions* api, Load());
  auto database = std::make_unique<DuckDbLibrary>(api);
  SLUICE_TRY(database->Start(options));
  return std::unique_ptr<DuckDb>(std::move(database));
}

std::string QuoteText(const std::string& text) {
  return Quote(text, '\'');
}
std::string QuoteName(const std::string& name) {
  return Quote(name, '"');
}

}  // namespace sluice::query
