// SPDX-License-Identifier: Apache-2.0
// The `sluice` binary.
#include "cli/verbs.h"

int main(int argc, char** argv) {
  return sluice::cli::Main(argc, argv);
}
