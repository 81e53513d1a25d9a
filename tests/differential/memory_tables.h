// SPDX-License-Identifier: Apache-2.0
// The connector 'memory' of the differential tests: tables of typed rows with their kinds, given
// as JSON and built into columns once, and sinks that fold the changelog they get into the rows
// that remain. A source hands its rows out in slices of any sizes, a sink says when a change does
// not fit what came before it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "flow/sink.h"
#include "flow/source.h"
#include "flow/table_definition.h"
#include "nlohmann/json.hpp"
#include "sql/connectors.h"

namespace sluice::differential {

/// What one run reads of a table, and how.
struct Reading {
  int64_t batch_rows = 1000;  // at most so many rows a poll
  bool random_sizes = false;  // 1 to batch_rows
  bool one_split = true;      // else as the table says
  double part = 1;            // of the rows, how many are there
  bool bounded = true;
  uint64_t seed = 0;
};

/// A table that is read: [[kind, value...]...] and each row's split.
struct Input {
  nlohmann::json rows;
  std::vector<int> splits;
};

/// What a sink got, folded: by its key where it has one, else as a bag of rows.
struct Output {
  std::vector<int> key;  // columns
  std::map<std::string, nlohmann::json> by_key;
  std::map<std::string, int64_t> bag;  // row as JSON -> how often
  bool ordered = true;                 // one shard: a change may not come before its row
  std::string problem;                 // the first change that did not fit
  int64_t changes = 0;
  void Take(char kind, nlohmann::json row);
  nlohmann::json Rows() const;
};

struct World {
  std::map<std::string, Input> inputs;
  std::map<std::string, Output> outputs;
  Reading reading;
};

sql::ConnectorDescription MemoryDescription();
Result<std::unique_ptr<flow::Source>> OpenMemory(World* world, const flow::ConnectorTable& table,
                                                 const flow::SourceProjection& projection);
std::unique_ptr<flow::Sink> OpenFold(World* world, const flow::ConnectorTable& table);

}  // namespace sluice::differential
