// SPDX-License-Identifier: Apache-2.0
// The data path on librdkafka: for TLS and SASL, and for comparison. Costs about twice the CPU of
// the native client per record.
#pragma once

#include <memory>

#include "sources/kafka/client.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {

/// `cluster` is asked for the available offsets when one is out of range; it outlives the client.
Result<std::unique_ptr<Client>> OpenRdkafkaClient(const KafkaOptions& options, Cluster* cluster);

}  // namespace sluice::sources::kafka
