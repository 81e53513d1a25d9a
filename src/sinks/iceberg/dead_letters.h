// SPDX-License-Identifier: Apache-2.0
// The dead-letter table of a sink table: an Iceberg table beside it, made when the first dead
// letter is committed, kept by the same protocol.
#pragma once

#include <memory>

#include "base/result.h"
#include "flow/sink.h"
#include "flow/type.h"
#include "tables/catalog.h"
#include "tables/iceberg/table.h"

namespace sluice::sinks::iceberg {

/// "orders" -> "orders_dead_letters", in the same namespace.
tables::TableIdentifier DeadLetterTable(const tables::TableIdentifier& sink_table);

/// A sink for batches of `schema`; the table gets the same columns, all optional.
Result<std::unique_ptr<flow::Sink>> OpenDeadLetterSink(
    const tables::iceberg::Environment& environment, const tables::TableIdentifier& table,
    const flow::Schema& schema);

}  // namespace sluice::sinks::iceberg
