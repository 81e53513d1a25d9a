// SPDX-License-Identifier: Apache-2.0
#include "sources/jdbc/options.h"

#include <utility>

#include "sources/jdbc/values.h"

namespace sluice::sources::jdbc {

using flow::OptionKind;

const std::vector<flow::OptionSpec>& JdbcOptions() {
  static const std::vector<flow::OptionSpec> specs = {
      {"connector", OptionKind::kString, "", true, {}, "'jdbc'"},
      {"url", OptionKind::kString, "", true, {}, "jdbc:postgresql://host:port/database."},
      {"table-name", OptionKind::kString, "", true, {}, "With its schema if that is not public."},
      {"driver", OptionKind::kString, "", false, {}, "Accepted; the url says which."},
      {"username", OptionKind::kString, "", false, {}, "Who connects."},
      {"password", OptionKind::kString, "", false, {}, "With which password."},
      {"connection.max-retry-timeout", OptionKind::kDuration, "60 s", false, {}, "Accepted."},
      {"scan.partition.column",
       OptionKind::kString,
       "",
       false,
       {},
       "Read in parts by this column (number, date or timestamp); needs the three below."},
      {"scan.partition.num", OptionKind::kInteger, "", false, {}, "How many parts."},
      {"scan.partition.lower-bound", OptionKind::kInteger, "", false, {}, "The first value."},
      {"scan.partition.upper-bound", OptionKind::kInteger, "", false, {}, "The last value."},
      {"scan.fetch-size", OptionKind::kInteger, "0", false, {}, "Rows per fetch; 0: 8192."},
      {"scan.auto-commit", OptionKind::kBoolean, "true", false, {}, "Accepted."},
      {"lookup.cache",
       OptionKind::kEnum,
       "NONE",
       false,
       {"NONE", "PARTIAL", "FULL"},
       "What a lookup join keeps: nothing, what was asked for, or the whole table."},
      {"lookup.max-retries", OptionKind::kInteger, "3", false, {}, "When the connection fails."},
      {"lookup.partial-cache.max-rows",
       OptionKind::kInteger,
       "",
       false,
       {},
       "Keys that are kept; the one used longest ago goes. Without it, 100,000."},
      {"lookup.partial-cache.expire-after-write",
       OptionKind::kDuration,
       "",
       false,
       {},
       "How long an answer is kept."},
      {"lookup.partial-cache.expire-after-access",
       OptionKind::kDuration,
       "",
       false,
       {},
       "How long an answer is kept that nobody asks for."},
      {"lookup.partial-cache.cache-missing-key",
       OptionKind::kBoolean,
       "true",
       false,
       {},
       "Keep also that a key has no row."},
      {"lookup.full-cache.reload-strategy",
       OptionKind::kEnum,
       "PERIODIC",
       false,
       {"PERIODIC"},
       "When the whole table is read again."},
      {"lookup.full-cache.periodic-reload.interval",
       OptionKind::kDuration,
       "",
       false,
       {},
       "Of FULL: how long a copy is used."},
      {"lookup.full-cache.periodic-reload.schedule-mode",
       OptionKind::kEnum,
       "FIXED_DELAY",
       false,
       {"FIXED_DELAY", "FIXED_RATE"},
       "The interval counts from the end of a load, or from its beginning."},
      {"lookup.cache.max-rows", OptionKind::kInteger, "", false, {}, "The older name."},
      {"lookup.cache.ttl", OptionKind::kDuration, "", false, {}, "The older expire-after-write."},
      {"lookup.cache.caching-missing-key",
       OptionKind::kBoolean,
       "",
       false,
       {},
       "The older cache-missing-key."},
      {"sink.buffer-flush.max-rows",
       OptionKind::kInteger,
       "100",
       false,
       {},
       "Accepted: an epoch is one transaction."},
      {"sink.buffer-flush.interval", OptionKind::kDuration, "1 s", false, {}, "Accepted."},
      {"sink.max-retries",
       OptionKind::kInteger,
       "3",
       false,
       {},
       "How often a transaction is tried again."},
      {"sink.parallelism", OptionKind::kInteger, "", false, {}, "Accepted."},
  };
  return specs;
}

std::vector<Error> CheckJdbcTable(const flow::ConnectorTable& table) {
  std::vector<Error> errors =
      flow::CheckOptions(table.options, JdbcOptions(), "table " + table.name);
  if (!errors.empty()) return errors;
  if (auto place = ParseUrl(table.options.at("url")); !place.ok()) {
    errors.push_back(std::move(place).error());
  }
  for (const flow::ConnectorColumn& column : table.columns) {
    if (column.is_metadata) {
      errors.push_back(InvalidArgument("jdbc has no metadata '" + column.metadata_key + "'"));
    } else if (!HasPostgresType(*column.field.type)) {
      Error error = Unsupported("column " + column.field.name + ": PostgreSQL has no type for " +
                                column.field.type->ToString());
      error.where = column.field.name;
      errors.push_back(std::move(error));
    }
  }
  return errors;
}

Result<PostgresPlace> PlaceOf(const flow::ConnectorTable& table) {
  SLUICE_ASSIGN(PostgresPlace place, ParseUrl(table.options.at("url")));
  const auto set = [&](const char* key, std::string* to) {
    const auto found = table.options.find(key);
    if (found != table.options.end()) *to = found->second;
  };
  set("username", &place.username);
  set("password", &place.password);
  return place;
}

}  // namespace sluice::sources::jdbc
