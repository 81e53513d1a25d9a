// SPDX-License-Identifier: Apache-2.0
// A door to a shared database through which replies get lost. The database behind it is a real one
// (SQLite in memory): each statement is atomic and, once applied, survives the process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/fake/faults.h"
#include "io/sql_database.h"

namespace sluice::io::fake {

/// Statements sent but not yet applied (FaultKind::kLate). Outlives processes: a server applies
/// what a dead client sent.
struct LateStatements {
  struct Statement {
    std::string sql;
    std::vector<SqlDatabase::Value> parameters;
    int64_t calls_to_wait = 0;
  };
  std::vector<Statement> waiting;
  int64_t delay_calls = 2;  // how many later calls a late statement lets pass
};

class FakeSqlDatabase : public SqlDatabase {
 public:
  FakeSqlDatabase(SqlDatabase* shared, LateStatements* late, Faults* faults)
      : shared_(shared), late_(late), faults_(faults) {}

  Result<std::vector<Row>> Query(const std::string& sql,
                                 const std::vector<Value>& parameters) override;
  Result<int64_t> Execute(const std::string& sql, const std::vector<Value>& parameters) override;

 private:
  Status ApplyLate();

  SqlDatabase* shared_;
  LateStatements* late_;
  Faults* faults_;
};

}  // namespace sluice::io::fake
