// SPDX-License-Identifier: Apache-2.0
// A table of PostgreSQL that is asked by key: one query for all keys of a batch.
#pragma once

#include <memory>

#include "sources/connector.h"

namespace sluice::sources::jdbc {

/// Connects with the first question. A connection that fails is made anew, 'lookup.max-retries'
/// times.
Result<std::unique_ptr<flow::LookupSource>> OpenLookup(const flow::ConnectorTable& table,
                                                       const LookupRequest& request);

/// The question, for tests: $1, $2, ... are arrays of the keys; the first column says which.
/// `key_types`: as PostgreSQL names them.
std::string LookupQuery(const std::string& select_list, const std::string& table,
                        const std::vector<std::string>& key_columns,
                        const std::vector<std::string>& key_types);

}  // namespace sluice::sources::jdbc
