// SPDX-License-Identifier: Apache-2.0
#include "sources/jdbc/postgres.h"

#include <libpq-fe.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sluice::sources::jdbc {
namespace {

struct ConnectionDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct CancelDeleter {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};
struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ResultDeleter>;

std::string Trimmed(const char* text) {
  std::string out = text != nullptr ? text : "";
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

class RealPostgres final : public Postgres {
 public:
  explicit RealPostgres(PGconn* connection)
      : connection_(connection), cancel_(PQgetCancel(connection)) {}

  Result<std::vector<Row>> Query(const std::string& sql,
                                 const std::vector<std::string>& parameters) override {
    std::vector<const char*> values;
    for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
    const ResultHandle result(PQexecParams(connection_.get(), sql.c_str(),
                                           static_cast<int>(values.size()), nullptr, values.data(),
                                           nullptr, nullptr, 0));
    SLUICE_TRY(Check(result.get()));
    std::vector<Row> rows;
    for (int i = 0; i < PQntuples(result.get()); ++i) {
      Row row;
      for (int c = 0; c < PQnfields(result.get()); ++c) {
        if (PQgetisnull(result.get(), i, c) != 0) {
          row.emplace_back();
        } else {
          row.emplace_back(std::string(PQgetvalue(result.get(), i, c),
                                       static_cast<size_t>(PQgetlength(result.get(), i, c))));
        }
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  Result<BinaryRows> QueryBinary(const std::string& sql,
                                 const std::vector<BinaryParameter>& parameters) override {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    for (const BinaryParameter& parameter : parameters) {
      types.push_back(parameter.type);
      values.push_back(parameter.bytes.data());
      lengths.push_back(static_cast<int>(parameter.bytes.size()));
    }
    const std::vector<int> binary(parameters.size(), 1);
    ResultHandle result(PQexecParams(connection_.get(), sql.c_str(),
                                     static_cast<int>(values.size()), types.data(), values.data(),
                                     lengths.data(), binary.data(), 1));
    SLUICE_TRY(Check(result.get()));
    return BinaryRows(result.release());
  }

  Status CopyIn(const std::string& sql, std::string_view text) override {
    const ResultHandle begun(PQexec(connection_.get(), sql.c_str()));
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) SLUICE_TRY(Check(begun.get()));
    constexpr size_t kPiece = 1 << 20;
    for (; !text.empty(); text.remove_prefix(std::min(kPiece, text.size()))) {
      const auto size = static_cast<int>(std::min(kPiece, text.size()));
      if (PQputCopyData(connection_.get(), text.data(), size) != 1) return Lost();
    }
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) return Lost();
    Status status;
    while (PGresult* result = PQgetResult(connection_.get())) {
      const ResultHandle handle(result);
      if (status.ok()) status = Check(result);
    }
    return status;
  }

  void Cancel() override {
    char text[256] = "";
    if (cancel_ == nullptr || PQcancel(cancel_.get(), text, sizeof(text)) != 0) return;
    log::Warn("a statement could not be cancelled: it is waited for", {{"error", Trimmed(text)}});
  }

 private:
  Error Lost() const {
    return IoError("PostgreSQL: " + Trimmed(PQerrorMessage(connection_.get())));
  }

  Status Check(const PGresult* result) const {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    if (result == nullptr || PQstatus(connection_.get()) != CONNECTION_OK) return Lost();
    const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string state = code != nullptr ? code : "";
    const std::string text = "PostgreSQL: " + Trimmed(PQresultErrorMessage(result));
    // Serialization failures, deadlocks, shutdowns, too many connections pass by themselves.
    if (state.starts_with("40") || state.starts_with("57") || state.starts_with("53")) {
      return IoError(text);
    }
    return InvalidArgument(text);
  }

  std::unique_ptr<PGconn, ConnectionDeleter> connection_;
  const std::unique_ptr<PGcancel, CancelDeleter> cancel_;
};

}  // namespace

BinaryRows::BinaryRows(void* result)
    : result_(result, [](void* taken) { PQclear(static_cast<PGresult*>(taken)); }),
      rows_(PQntuples(static_cast<PGresult*>(result))) {}

bool BinaryRows::IsNull(int row, int column) const {
  return PQgetisnull(static_cast<const PGresult*>(result_.get()), row, column) != 0;
}

std::string_view BinaryRows::Value(int row, int column) const {
  const auto* result = static_cast<const PGresult*>(result_.get());
  return {PQgetvalue(result, row, column), static_cast<size_t>(PQgetlength(result, row, column))};
}

Result<PostgresPlace> ParseUrl(std::string_view url) {
  constexpr std::string_view kPrefix = "jdbc:postgresql://";
  if (!url.starts_with(kPrefix)) {
    return Unsupported("option 'url' takes jdbc:postgresql://host:port/database, not '" +
                       std::string(url) + "'");
  }
  url.remove_prefix(kPrefix.size());
  const size_t slash = url.find('/');
  PostgresPlace place;
  std::string_view host = url.substr(0, slash);
  std::string_view rest = slash == std::string_view::npos ? "" : url.substr(slash + 1);
  if (const size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    place.port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  place.host = host;
  const size_t question = rest.find('?');
  place.database = rest.substr(0, question);
  rest = question == std::string_view::npos ? "" : rest.substr(question + 1);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    if (pair.starts_with("user=")) place.username = pair.substr(5);
    if (pair.starts_with("password=")) place.password = pair.substr(9);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (place.host.empty() || place.database.empty()) {
    return InvalidArgument("option 'url' names no host or no database");
  }
  return place;
}

Result<std::unique_ptr<Postgres>> Connect(const PostgresPlace& place) {
  const char* const names[] = {"host",
                               "port",
                               "dbname",
                               "user",
                               "password",
                               "connect_timeout",
                               "keepalives_idle",
                               "keepalives_interval",
                               "keepalives_count",
                               "tcp_user_timeout",
                               "application_name",
                               nullptr};
  const char* const values[] = {place.host.c_str(),
                                place.port.c_str(),
                                place.database.c_str(),
                                place.username.c_str(),
                                place.password.c_str(),
                                "10",
                                "30",  // seconds of silence, then three questions 10 s apart
                                "10",
                                "3",
                                "60000",  // ms for what was sent to arrive
                                "sluice",
                                nullptr};
  PGconn* connection = PQconnectdbParams(names, values, 0);
  if (connection == nullptr) return ResourceExhausted("PostgreSQL: no memory for a connection");
  if (PQstatus(connection) != CONNECTION_OK) {
    Error error = IoError("PostgreSQL: " + Trimmed(PQerrorMessage(connection)));
    PQfinish(connection);
    return error;
  }
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  std::unique_ptr<Postgres> connected = std::make_unique<RealPostgres>(connection);
  SLUICE_TRY(connected->Query("SET TIME ZONE 'UTC'"));
  return connected;
}

std::string QuoteName(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string QuoteTable(const std::string& given) {
  const size_t dot = given.find('.');
  if (dot == std::string::npos) return QuoteName(given);
  return QuoteName(given.substr(0, dot)) + "." + QuoteName(given.substr(dot + 1));
}

}  // namespace sluice::sources::jdbc
