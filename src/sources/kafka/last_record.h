// SPDX-License-Identifier: Apache-2.0
// The last committed record of a topic with one partition: where a transactional sink keeps its
// position.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {

/// Its value; nullopt: the topic has none. Reads up to the end of the log and not less: while a
/// transaction is open in it, it waits, and at last fails.
Result<std::optional<std::string>> ReadLastRecord(const KafkaOptions& options,
                                                  const std::string& topic);

}  // namespace sluice::sources::kafka
