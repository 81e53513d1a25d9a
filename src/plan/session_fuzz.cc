// SPDX-License-Identifier: Apache-2.0
// Any bytes as a script through parser, binder, planner and EXPLAIN: it must come back, with places
// inside the text.
#include <cstdint>
#include <cstdlib>

#include "plan/explain.h"
#include "plan/session.h"
#include "plan/test_connectors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const std::string kTables =
      "CREATE TABLE t (a BIGINT, b STRING, c ROW<x INT, y ARRAY<STRING>>, d DECIMAL(10, 2), "
      "e TIMESTAMP(3), m MAP<STRING, INT>, f BOOLEAN, g DOUBLE) WITH ('connector' = 'datagen');"
      "CREATE VIEW v AS SELECT * FROM t; CREATE TABLE s (x BIGINT, y STRING) WITH ('connector' = "
      "'print');";
  sluice::plan::Session session({sluice::plan::TestConnectors(), {}});
  const sluice::sql::Source source{
      "fuzz.sql", kTables + std::string(reinterpret_cast<const char*>(bytes), size)};
  const sluice::plan::Outcome outcome = session.Check(source);
  for (const auto& diagnostic : outcome.diagnostics) {
    if (diagnostic.span.begin > diagnostic.span.end || diagnostic.span.end > source.text.size()) {
      std::abort();
    }
  }
  for (const auto& job : outcome.jobs) sluice::plan::Explain(job);
  return 0;
}
