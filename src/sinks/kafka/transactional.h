// SPDX-License-Identifier: Apache-2.0
// 'sink.delivery-guarantee' = 'exactly-once': an epoch is one Kafka transaction, which also writes
// the pipeline's record (epoch, position) into a topic of its own.
//
//   epoch N: rows wait as bytes ... Commit: begin | rows | record N | commit
//   start:   InitTransactions (fences, ends what was open) -> the last record says N and where
//
// Readers with isolation.level = read_committed see an epoch whole or not at all.
#pragma once

#include <memory>
#include <string>

#include "flow/sink.h"
#include "flow/table_definition.h"
#include "sinks/kafka/messages.h"
#include "sources/kafka/options.h"

namespace sluice::sinks::kafka {

struct TransactionalSettings {
  sources::kafka::KafkaOptions kafka;
  std::string topic;
  std::string id_prefix;  // sink.transactional-id-prefix
  Partitioner partitioner = Partitioner::kDefault;
  bool upsert = false;
};

std::unique_ptr<flow::Sink> MakeTransactionalSink(flow::ConnectorTable table,
                                                  TransactionalSettings settings);

/// Letters, digits, '.', '_' and '-' as they are, others as '-': a name that a topic may have.
std::string TopicName(const std::string& text);

}  // namespace sluice::sinks::kafka
