// SPDX-License-Identifier: Apache-2.0
// Runs one case of a test file. Nothing outside is touched: every source is what the case gives,
// every sink is memory, and what a catalog is told is forgotten.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/test_file.h"

namespace sluice::cli {

/// How a case is run; the final rows must be the same in each.
///
///   whole    each `-- given` is one batch
///   rows     each row is a batch: what comes late is late, changes are those of Flink without
///            mini-batch; `changelog` is compared in this mode
///   restart  stopped behind each `-- given`, and started again from its checkpoint
const std::vector<std::string>& TestModes();

/// What is not as the case expects, as lines for a person; empty: it passes. An error: the file or
/// the case itself is wrong.
Result<std::string> RunTestCase(const std::string& file_name, const TestFile& file,
                                const TestCase& test, const std::string& mode);

}  // namespace sluice::cli
