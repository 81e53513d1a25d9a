// SPDX-License-Identifier: Apache-2.0
// 'connector' = 'print': rows as lines of text, as Flink prints them.
#pragma once

#include <cstdint>
#include <string>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/changelog.h"
#include "sinks/connector.h"

namespace sluice::sinks::print {

/// Appends the text of one value of an array as Flink's print connector writes it.
void AppendValue(const arrow::Array& array, int64_t row, std::string* out);
/// Appends "+I[...]" of one row of a batch, or what its kind is.
void AppendRow(const arrow::RecordBatch& batch, int64_t row, flow::RowKind kind, std::string* out);

/// The connector for sinks.cc.
SinkConnector PrintConnector();

}  // namespace sluice::sinks::print
