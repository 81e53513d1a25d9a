// SPDX-License-Identifier: Apache-2.0
// Any bytes as a script: the parser must come back, with places inside the text, and its messages
// must render.
#include <cstdint>
#include <cstdlib>

#include "sql/diagnostics.h"
#include "sql/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const sluice::sql::Source source{"fuzz.sql", {reinterpret_cast<const char*>(bytes), size}};
  sluice::sql::Diagnostics diagnostics;
  const sluice::sql::Script script = sluice::sql::ParseScript(source.text, &diagnostics);
  for (const auto& statement : script.statements) {
    if (statement.span.begin > statement.span.end || statement.span.end > size) std::abort();
  }
  for (const auto& diagnostic : diagnostics.list()) {
    if (diagnostic.span.begin > diagnostic.span.end || diagnostic.span.end > size) std::abort();
  }
  if (sluice::sql::Render(diagnostics.list(), source, true).empty() && diagnostics.has_errors()) {
    std::abort();
  }
  return 0;
}
