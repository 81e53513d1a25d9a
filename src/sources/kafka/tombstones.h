// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'upsert-kafka' (Flink docs, "Upsert Kafka SQL Connector"): a record replaces the
// row of its key; one without a value deletes it.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "flow/table_definition.h"
#include "formats/decoder.h"

namespace sluice::sources::kafka {

/// What was decoded from `messages`, with a row of NULLs for each message without a value in its
/// place, and kinds: +U, and -D for those. The key columns are filled from the record's key.
Status AddTombstones(std::span<const formats::Message> messages, formats::Decoded* decoded);

/// The table as 'connector' = 'kafka' reads it: the primary key is the record's key, reading begins
/// at the first record. Mistakes of upsert-kafka's own rules are appended to `errors`.
flow::ConnectorTable AsKafkaTable(const flow::ConnectorTable& upsert, std::vector<Error>* errors);

/// The options of upsert-kafka; those of the formats come on top.
const std::vector<flow::OptionSpec>& UpsertOptionSpecs();

}  // namespace sluice::sources::kafka
