// SPDX-License-Identifier: Apache-2.0
// A session: the names, current catalog and settings that statements see one after another, and the
// way from a script to jobs. A script is first checked as a whole, against copies of the names;
// only when nothing is wrong are its statements executed, so that a mistake in the last line leaves
// no half-done work.
//
//   Session session(options);
//   Outcome outcome = session.Run(source);        // sluice run: executes DDL, returns jobs
//   Outcome outcome = session.Check(source);      // sluice check, explain: changes nothing
//   if (!outcome.ok()) std::cerr << sql::Render(outcome.diagnostics, source, color);
//
// All INSERTs of a script with the same settings become one job (they share source reads and
// epochs), unless 'table.dml-sync' = 'true'; EXECUTE STATEMENT SET is always a job of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text_table.h"
#include "plan/job_graph.h"
#include "sql/connectors.h"
#include "sql/diagnostics.h"
#include "sql/names.h"

namespace sluice::plan {

struct SessionOptions {
  sql::Connectors connectors;
  std::map<std::string, std::string> settings;  // in force from the start (command line, files)
};

/// STOP JOB '<job>' [WITH SAVEPOINT] [WITH DRAIN].
struct StopJob {
  std::string job;  // its id, or its name
  bool savepoint = false, drain = false;
};

/// What one statement gave.
struct StatementResult {
  enum class Kind : uint8_t {
    kDone,   // CREATE, DROP, USE, SET...: nothing to show but that it worked
    kTable,  // SHOW, DESCRIBE: `table`
    kText,   // EXPLAIN, SHOW CREATE TABLE: `text`
    kJob,    // INSERT, statement set: jobs[job]
    kQuery,  // SELECT: jobs[job], whose only sink prints its rows
    // Of other processes; for the caller to carry out, in the order of the results, with
    // `settings`.
    kShowJobs,
    kStopJob,  // `stop`
  };
  Kind kind = Kind::kDone;
  sql::Span span;
  std::string title;  // "CREATE TABLE `default_catalog`.`default_database`.`t`"
  TextTable table;
  std::string text;
  int job = -1;
  StopJob stop;
  std::map<std::string, std::string> settings;  // in force at kShowJobs, kStopJob
};

struct Outcome {
  std::vector<StatementResult> results;
  std::vector<JobGraph> jobs;
  std::vector<sql::Diagnostic> diagnostics;  // in the order of the text; warnings too
  bool ok() const;
};

class SessionState;

class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  /// Checks the whole script, then executes its DDL and plans its INSERTs. With an error in any
  /// statement nothing is executed.
  Outcome Run(const sql::Source& source);
  /// The same, without any effect: connects to nothing, creates nothing, and forgets what it
  /// declared. Its jobs are the plans that Run would give (for `sluice explain`).
  Outcome Check(const sql::Source& source);

  const std::map<std::string, std::string>& settings() const;
  const std::string& current_catalog() const;
  const std::string& current_database() const;
  /// The catalog of that name that was opened to be written; nullptr if there is none.
  sql::Names* FindNames(const std::string& catalog);

 private:
  std::unique_ptr<SessionState> state_;
};

}  // namespace sluice::plan
