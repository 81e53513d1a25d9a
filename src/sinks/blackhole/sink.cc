// SPDX-License-Identifier: Apache-2.0
#include "sinks/blackhole/sink.h"

#include "arrow/api.h"
#include "sinks/undurable.h"

namespace sluice::sinks::blackhole {
namespace {

class Writer : public flow::SinkWriter {
 public:
  Status Write(const flow::Batch& batch) override {
    rows_ += batch.rows->num_rows();
    return Status::Ok();
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return 0; }

 private:
  int64_t rows_ = 0;
};

class BlackholeSink : public UndurableSink {
 public:
  using UndurableSink::UndurableSink;
  bool lasting() const override { return false; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(new Writer());
  }
};

std::vector<flow::OptionSpec> Options() {
  return {{"connector", flow::OptionKind::kString, "", true, {}, "'blackhole'"}};
}

std::vector<Error> Check(const flow::ConnectorTable& table) {
  return flow::CheckOptions(table.options, Options(), "table " + table.name);
}

Result<std::unique_ptr<flow::Sink>> Open(const flow::ConnectorTable& table) {
  return std::unique_ptr<flow::Sink>(new BlackholeSink(table.name));
}

}  // namespace

SinkConnector BlackholeConnector() {
  return {.name = "blackhole",
          .options = Options(),
          .check = Check,
          .changelog = [](const flow::ConnectorTable&) { return flow::ChangelogMode::Retract(); },
          .open = Open};
}

}  // namespace sluice::sinks::blackhole
