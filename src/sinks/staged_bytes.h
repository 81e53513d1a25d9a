// SPDX-License-Identifier: Apache-2.0
// A staged part that is bytes: rows as a sink sends them, kept until their epoch is committed. As
// part of a checkpoint it is the number of rows, a line end and the bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "flow/sink.h"
#include "flow/table_options.h"

namespace sluice::sinks {

struct StagedBytes : flow::StagedPart {
  std::string bytes;

  static std::unique_ptr<flow::StagedPart> Make(int64_t rows, std::string bytes) {
    auto part = std::make_unique<StagedBytes>();
    part->rows = rows;
    part->bytes = std::move(bytes);
    part->size_bytes = static_cast<int64_t>(part->bytes.size());
    return part;
  }
};

/// A sink whose parts are StagedBytes.
class BytesSink : public flow::Sink {
 public:
  explicit BytesSink(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  bool durable() const override { return true; }

  Result<std::optional<std::string>> EncodePart(const flow::StagedPart& part) const override {
    const auto* staged = dynamic_cast<const StagedBytes*>(&part);
    if (staged == nullptr) return Internal("a part of another sink was given to " + name_);
    return std::optional(std::to_string(staged->rows) + '\n' + staged->bytes);
  }
  Result<std::unique_ptr<flow::StagedPart>> DecodePart(std::string_view bytes) const override {
    const size_t end = bytes.find('\n');
    const auto rows = flow::ParseInteger(bytes.substr(0, end));
    if (end == std::string_view::npos || !rows.ok()) return Corrupt("staged rows of " + name_);
    return StagedBytes::Make(*rows, std::string(bytes.substr(end + 1)));
  }

 private:
  const std::string name_;
};

}  // namespace sluice::sinks
