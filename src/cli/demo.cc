// SPDX-License-Identifier: Apache-2.0
// `sluice demo`: built-in events into an Iceberg table in ./sluice_data, a query over it, the files
// it is made of. Needs nothing else installed or running. Run twice it shows the promise: the table
// says what is in it, so nothing is added.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "base/text_table.h"
#include "cli/exit_code.h"
#include "cli/run.h"
#include "cli/verbs.h"
#include "cli/warehouse.h"
#include "query/engine.h"

namespace sluice::cli {
namespace {

constexpr char kScript[] = R"(SET 'pipeline.name' = 'demo';

CREATE TABLE events (
  event_type INT,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING,
          `dateTime` TIMESTAMP(3), extra STRING>
) WITH ('connector' = 'nexmark', 'events.num' = '1000000');

CREATE CATALOG lake WITH (
  'type' = 'iceberg',
  'catalog-type' = 'jdbc',
  'uri' = 'jdbc:sqlite:sluice_data/catalog.db',
  'warehouse' = 'sluice_data/warehouse');
CREATE DATABASE IF NOT EXISTS lake.demo;
CREATE TABLE IF NOT EXISTS lake.demo.bids (
  auction BIGINT, bidder BIGINT, price DECIMAL(23, 3), channel STRING, bid_time TIMESTAMP(3));

INSERT INTO lake.demo.bids
SELECT bid.auction, bid.bidder, 0.908 * bid.price, bid.channel, bid.`dateTime`
FROM events WHERE event_type = 2;
)";

constexpr char kNext[] = R"(
Next:
  sluice query "SELECT count(*) FROM lake.demo.bids"     ask the table anything
  sluice verify lake.demo.bids                           prove that each record is there once
  sluice demo                                            again: nothing is added, the table knows

The same from your own Kafka: put this in place of the events table, and `sluice run FILE.sql`:
  CREATE TABLE orders (id BIGINT, amount DECIMAL(10, 2), ts TIMESTAMP(3)) WITH (
    'connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'localhost:9092',
    'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
)";

Status ShowQuery(query::Engine& engine, const std::string& sql) {
  std::printf("\n> %s\n", sql.c_str());
  SLUICE_ASSIGN(const query::Answer answer, engine.Run(sql, -1));
  std::fputs(RenderBox(answer.rows.table).c_str(), stdout);
  return {};
}

// What the table says now.
Status ShowTable() {
  SLUICE_ASSIGN(const Warehouse warehouse, Warehouse::Open({}));
  const auto open = [&warehouse](const std::vector<std::string>& name) {
    return warehouse.OpenTable(name);
  };
  SLUICE_ASSIGN(const auto engine, query::Engine::Make(open, {}));
  SLUICE_TRY(ShowQuery(*engine,
                       "SELECT channel, count(*) AS bids, avg(price) AS average FROM demo.bids "
                       "GROUP BY channel ORDER BY bids DESC LIMIT 5"));
  return ShowQuery(*engine,
                   "SELECT file_path, record_count, file_size_in_bytes FROM demo.bids$files");
}

int Demo(bool print_script) {
  if (print_script) {
    std::fputs(kScript, stdout);
    return kExitOk;
  }
  std::printf("Reading a million built-in events into the Iceberg table lake.demo.bids\n");
  Script script;
  script.source = {.name = "<demo>", .text = kScript};
  const int ran = RunScript(script, true);
  if (ran != kExitOk) return ran;
  if (const auto shown = ShowTable(); !shown.ok()) {
    PrintError(shown.error());
    return kExitRunFailed;
  }
  std::fputs(kNext, stdout);
  return kExitOk;
}

}  // namespace

void DefineDemo(CLI::App& app, Action* action) {
  CLI::App* verb =
      app.add_subcommand("demo", "Events to a table to an answer, in seconds, with nothing else");
  auto print_script = std::make_shared<bool>(false);
  verb->add_flag("--script", *print_script, "Print the script that it runs, and end");
  verb->footer("Writes ./sluice_data. Example:  sluice demo --script > demo.sql");
  verb->callback(
      [print_script, action] { *action = [print_script] { return Demo(*print_script); }; });
}

}  // namespace sluice::cli
