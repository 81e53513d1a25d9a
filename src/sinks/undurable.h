// SPDX-License-Identifier: Apache-2.0
// What sinks without a durable record have in common: they keep no position, and their commit only
// adds up what was written.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "flow/sink.h"

namespace sluice::sinks {

class UndurableSink : public flow::Sink {
 public:
  explicit UndurableSink(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  Result<flow::SinkState> Begin(const std::string&) override { return flow::SinkState{}; }
  bool durable() const override { return false; }
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    flow::CommitReport report;
    for (const auto& part : commit.parts) report.rows += part->rows;
    return report;
  }

 private:
  const std::string name_;
};

}  // namespace sluice::sinks
