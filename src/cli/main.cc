// SPDX-License-Identifier: Apache-2.0
// The `sluice` binary.
#include "cli/verbs.h"
#include "io/process.h"

int main(int argc, char** argv) {
  return sluice::io::EndProcess(sluice::cli::Main(argc, argv));
}
