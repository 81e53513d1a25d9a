// SPDX-License-Identifier: Apache-2.0
// Ends the program with one clear line on a processor older than the instruction set sluice is
// compiled for. Plain C for the baseline instruction set, run before any other code of ours, so
// that the check itself never meets an unknown instruction.
#if defined(__x86_64__)
#include <unistd.h>

__attribute__((constructor(101))) static void CheckProcessor(void) {
  static const char kMessage[] =
      "sluice: this processor is too old: AVX2, BMI2 and FMA are needed (x86-64-v3, Intel since "
      "2013, AMD since 2015)\n";
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma")) {
    return;
  }
  (void)!write(STDERR_FILENO, kMessage, sizeof(kMessage) - 1);
  _exit(1);
}
#endif
