// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace sluice {
void AssertFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr,
               "sluice: assertion failed: %s at %s:%d: this is a bug in sluice, please report it\n",
               condition, file, line);
  std::abort();
}
}  // namespace sluice
