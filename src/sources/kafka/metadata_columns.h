// SPDX-License-Identifier: Apache-2.0
// METADATA columns of a Kafka table: topic, partition, headers, header-list, leader-epoch, offset,
// timestamp, timestamp-type, built a column at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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

/// What the value's format offers beside: its keys as Flink spells them here, "value.source.table".
std::vector<flow::Field> FormatMetadata(const flow::OptionMap& table_options);
/// The format's own key of a metadata column, if it is one of the value's format.
std::optional<std::string> FormatMetadataKey(const std::string& key);

/// Is the declared type of a metadata column one that can be filled? Wider integers and any
/// precision of TIMESTAMP_LTZ are; a format's columns have its own types.
Status CheckMetadataColumn(const flow::ConnectorColumn& column,
                           const std::vector<flow::Field>& format_metadata);

/// One column: the value of `key` for the records `record_of_row` of the client's last run.
Result<std::shared_ptr<arrow::Array>> MakeMetadataColumn(
    const std::string& key, const flow::Type& type, const Client& client, const Records& records,
    std::span<const int32_t> record_of_row, const std::string& topic, int32_t partition);

}  // namespace sluice::sources::kafka
