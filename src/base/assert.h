// SPDX-License-Identifier: Apache-2.0
// SLUICE_ASSERT: stays on in release, for our own bugs only, never for input.
#pragma once

namespace sluice {
[[noreturn]] void AssertFailed(const char* condition, const char* file, int line);
}  // namespace sluice

#define SLUICE_ASSERT(condition)                                                              \
  (__builtin_expect(!(condition), 0) ? ::sluice::AssertFailed(#condition, __FILE__, __LINE__) \
                                     : (void)0)
