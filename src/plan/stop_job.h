// SPDX-License-Identifier: Apache-2.0
// STOP JOB '<job>' [WITH SAVEPOINT] [WITH DRAIN], which the parser leaves as it stands.
#pragma once

#include <optional>
#include <string_view>

#include "plan/session.h"
#include "sql/diagnostics.h"

namespace sluice::plan {

/// `statement` is a part of `text`; mistakes are reported there. nullopt: it has some.
std::optional<StopJob> ParseStopJob(std::string_view text, sql::Span statement,
                                    sql::Diagnostics* diagnostics);

}  // namespace sluice::plan
