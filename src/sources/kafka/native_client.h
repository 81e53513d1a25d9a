// SPDX-License-Identifier: Apache-2.0
// The fast data path: our own Fetch over PLAINTEXT. One reader has one connection per broker that
// leads one of its partitions, and keeps one Fetch in flight on each: the request for what follows
// is sent before the reply at hand is decoded, so broker and network work while we decode, without
// another thread. Records are parsed in place; nothing is allocated per record.
//
// Promises: CRC32C of every record batch is checked; under read_committed aborted records never
// show; every length is checked before memory is taken; leader changes and broken connections are
// retried with growing, jittered delays; offsets that are gone, and topics that were recreated or
// deleted, are kSourceLost.
#pragma once

#include <memory>

#include "io/clock.h"
#include "io/socket.h"
#include "sources/kafka/client.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {

/// What the client touches of the outside world; tests bring their own.
struct NativeEdges {
  io::Network* network = nullptr;
  io::Clock* clock = nullptr;
  io::Random* random = nullptr;
};

/// `cluster` is asked for the available offsets when one is out of range; it outlives the client.
Result<std::unique_ptr<Client>> OpenNativeClient(const KafkaOptions& options, Cluster* cluster);
Result<std::unique_ptr<Client>> OpenNativeClient(const KafkaOptions& options, Cluster* cluster,
                                                 const NativeEdges& edges);

}  // namespace sluice::sources::kafka
