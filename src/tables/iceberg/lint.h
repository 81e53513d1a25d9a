// SPDX-License-Identifier: Apache-2.0
// Checks a table against the Iceberg spec and against what other engines are known to refuse, for
// `sluice verify`. Reads metadata, every kept snapshot's manifest list, the manifests, and the
// sizes of the files they name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/iceberg/table.h"

namespace sluice::tables::iceberg {

enum class Severity : uint8_t { kError, kWarning };

struct Finding {
  Severity severity = Severity::kError;
  std::string rule;                      // stable short name: "manifest-record-name"
  std::string where;                     // file or JSON key
  std::string text;                      // what is wrong, with values
  std::vector<std::string> rejected_by;  // engines known to refuse or misread it
};

struct LintOptions {
  bool check_files = true;    // stat every live data file
  bool all_snapshots = true;  // else the current one only
  int64_t findings_max = 1000;
};

struct LintReport {
  std::vector<Finding> findings;
  int64_t snapshots = 0, manifests = 0, data_files = 0;
  bool truncated = false;  // findings_max was reached
};

/// An Error only if the metadata itself cannot be read; a broken manifest is a finding.
Result<LintReport> Lint(const Table& table, const LintOptions& options = {});

}  // namespace sluice::tables::iceberg
