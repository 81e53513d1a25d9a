// SPDX-License-Identifier: Apache-2.0
// A table that is asked by key, asked by threads: each has a source of its own (a connection) and
// takes the next question when it has answered the last.
#pragma once

#include <memory>

#include "flow/lookup_requests.h"

namespace sluice::operators {

/// As many threads as there are sources to be had, `side_by_side_max` at most. Its end interrupts
/// what is under way and waits for the threads.
Result<std::unique_ptr<flow::LookupRequests>> MakeLookupThreads(
    std::unique_ptr<flow::LookupSource> source, int side_by_side_max);

}  // namespace sluice::operators
