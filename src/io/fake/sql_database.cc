// SPDX-License-Identifier: Apache-2.0
#include "io/fake/sql_database.h"

#include <utility>

namespace sluice::io::fake {

Status FakeSqlDatabase::ApplyLate() {
  std::vector<LateStatements::Statement> due;
  std::erase_if(late_->waiting, [&](LateStatements::Statement& statement) {
    if (statement.calls_to_wait-- > 0) return false;
    due.push_back(statement);
    return true;
  });
  for (const auto& statement : due) {
    SLUICE_TRY(shared_->Execute(statement.sql, statement.parameters));
  }
  return {};
}

Result<std::vector<SqlDatabase::Row>> FakeSqlDatabase::Query(const std::string& sql,
                                                             const std::vector<Value>& parameters) {
  SLUICE_TRY(ApplyLate());
  if (faults_->Next("query " + sql) != Verdict::kProceed) {
    return IoError("query failed: planted failure");
  }
  return shared_->Query(sql, parameters);
}

Result<int64_t> FakeSqlDatabase::Execute(const std::string& sql,
                                         const std::vector<Value>& parameters) {
  SLUICE_TRY(ApplyLate());
  switch (faults_->Next("execute " + sql)) {
    case Verdict::kProceed:
      return shared_->Execute(sql, parameters);
    case Verdict::kFail:
      return IoError("statement failed: planted failure");
    case Verdict::kFailUnknown:
      return CommitUnknown("statement not answered: planted");
    case Verdict::kApplyThenFail:
      SLUICE_TRY(shared_->Execute(sql, parameters));
      return CommitUnknown("statement not answered: planted lost reply");
    case Verdict::kApplyThenDie:
      SLUICE_TRY(shared_->Execute(sql, parameters));
      faults_->Die();
      return CommitUnknown("statement not answered: the process is gone");
    case Verdict::kLate:
      late_->waiting.push_back({sql, parameters, late_->delay_calls});
      return CommitUnknown("statement not answered: planted late statement");
  }
  return Internal("a fault without a meaning");
}

}  // namespace sluice::io::fake
