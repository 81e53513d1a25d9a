// SPDX-License-Identifier: Apache-2.0
// `sluice doctor`: does this machine give what sluice counts on? Every check says what it found
// and, if it failed, what to do.
#include <arrow/memory_pool.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <memory>

#include "catalog/catalogs.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/script.h"
#include "cli/verbs.h"
#include "cli/version.h"
#include "io/clock.h"
#include "io/file_system.h"
#include "io/sql_database.h"
#include "io/thread.h"
#include "query/duckdb.h"

namespace sluice::cli {
namespace {

struct DoctorArguments {
  std::string directory = "sluice_data";
  OutputArguments output;
};

struct Checked {
  bool ok;
  std::string found;
};

Checked Failed(const Error& error) {
  return {false, error.text};
}

// Two writers begin the same name; only one may get it, and the file must be whole afterwards.
Checked CheckDirectory(const std::string& directory) {
  io::FileSystem& files = io::RealFileSystem();
  const std::string path = directory + "/doctor-" + io::RealRandom().Uuid();
  const int64_t start_ns = io::RealClock().MonotonicNs();
  auto first = files.Create(path);
  if (!first.ok()) return Failed(first.error());
  auto second = files.Create(path);
  if (!second.ok()) return Failed(second.error());
  Status status = (*first)->Append("first", 5);
  if (status.ok()) status = (*first)->Finish();
  if (!status.ok()) return Failed(status.error());
  const int64_t took_us = (io::RealClock().MonotonicNs() - start_ns) / 1000;
  const Status replaced = (*second)->Finish();
  const auto text = files.ReadWhole(path, 100);
  const Status removed = files.Remove(path);
  if (replaced.ok() || replaced.error().kind != ErrorKind::kAlreadyExists || !text.ok() ||
      *text != "first") {
    return {false,
            "this file system lets one file replace another: tables on it are not safe (network "
            "file system?)"};
  }
  if (!removed.ok()) return Failed(removed.error());
  return {true, "files are created once, synced in " + std::to_string(took_us) + " us"};
}

Checked CheckCatalogFile(const std::string& directory) {
  const std::string path = directory + "/doctor-" + io::RealRandom().Uuid() + ".db";
  auto database = io::OpenSqlite(path, 1000);
  if (!database.ok()) return Failed(database.error());
  const auto made = (*database)->Execute("CREATE TABLE t (v TEXT)", {});
  database->reset();
  const Status removed = io::RealFileSystem().Remove(path);
  if (!made.ok()) return Failed(made.error());
  if (!removed.ok()) return Failed(removed.error());
  return {true, "SQLite can lock and write there"};
}

Checked CheckDuckDb() {
  auto database = query::DuckDb::Open({});
  if (!database.ok()) return Failed(database.error());
  auto version = (*database)->Query("SELECT version()", 1);
  if (!version.ok()) return Failed(version.error());
  return {true, "DuckDB " + version->table.rows[0][0].value_or("?")};
}

Checked CheckClock() {
  constexpr int64_t kYear2024Ms = 1'704'067'200'000;
  if (io::RealClock().NowMs() < kYear2024Ms)
    return {false, "the clock stands before 2024: set it (NTP)"};
  return {true, "the clock is set"};
}

Checked CheckDefaultCatalog() {
  if (!io::RealFileSystem().Stat(catalog::kDefaultCatalogFile).ok()) {
    return {true, "none here yet; the first table makes it"};
  }
  auto opened = catalog::OpenDefaultCatalog(".");
  if (!opened.ok()) return Failed(opened.error());
  auto namespaces = (*opened)->ListNamespaces();
  if (!namespaces.ok()) return Failed(namespaces.error());
  return {true, std::to_string(namespaces->size()) + " databases"};
}

// A build or an environment variable that changes it costs time in the kernel and memory
// (allocator.c).
Checked CheckAllocator() {
  const std::string pool = arrow::default_memory_pool()->backend_name();
  if (pool != "system")
    return {false, "columns are allocated by '" + pool + "': unset ARROW_DEFAULT_MEMORY_POOL"};
  return {true, "columns are allocated by the process's own allocator"};
}

int Doctor(const DoctorArguments& arguments) {
  const std::pair<const char*, std::function<Checked()>> checks[] = {
      {"version", [] { return Checked{true, VersionText()}; }},
      {"cores", [] { return Checked{true, std::to_string(io::AvailableCores()) + " for shards"}; }},
      {"clock", CheckClock},
      {"memory", CheckAllocator},
      {"data directory", [&] { return CheckDirectory(arguments.directory); }},
      {"catalog file", [&] { return CheckCatalogFile(arguments.directory); }},
      {"default catalog", CheckDefaultCatalog},
      {"query library", CheckDuckDb},
  };
  TextTable out{{"check", "result", "found"}, {}, {}};
  bool all_ok = true;
  for (const auto& [name, check] : checks) {
    const Checked result = check();
    all_ok = all_ok && result.ok;
    out.rows.push_back({name, result.ok ? "ok" : "FAILED", result.found});
  }
  Print(out, arguments.output);
  return all_ok ? kExitOk : kExitRunFailed;
}

}  // namespace

void DefineDoctor(CLI::App& app, Action* action) {
  auto arguments = std::make_shared<DoctorArguments>();
  CLI::App* verb =
      app.add_subcommand("doctor", "Check that this machine gives what sluice counts on");
  verb->add_option("--directory", arguments->directory, "Where tables are to lie")
      ->capture_default_str();
  AddOutputArguments(*verb, &arguments->output);
  verb->footer(
      "Example:  sluice doctor --directory /var/lib/sluice\nBrokers: sluice check FILE.sql "
      "--connect");
  verb->callback([arguments, action] { *action = [arguments] { return Doctor(*arguments); }; });
}

}  // namespace sluice::cli
