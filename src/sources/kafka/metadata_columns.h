// SPDX-License-Identifier: Apache-2.0
// METADATA columns of a Kafka table: topic, partition, headers, header-list, leader-epoch, offset,
// timestamp, timestamp-type, built a column at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/table_definition.h"
#include "flow/type.h"
#include "sources/kafka/client.h"

namespace sluice::sources::kafka {

/// The metadata a Kafka table offers, with Flink's types.
const std::vector<flow::Field>& KafkaMetadata();

/// Is the declared type of a metadata column one that can be filled? Wider integers and any
/// precision of TIMESTAMP_LTZ are.
Status CheckMetadataColumn(const flow::ConnectorColumn& column);

/// One column: the value of `key` for the records `record_of_row` of the client's last run.
Result<std::shared_ptr<arrow::Array>> MakeMetadataColumn(
    const std::string& key, const flow::Type& type, const Client& client, const Records& records,
    std::span<const int32_t> record_of_row, const std::string& topic, int32_t partition);

}  // namespace sluice::sources::kafka
