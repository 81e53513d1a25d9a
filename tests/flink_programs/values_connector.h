// SPDX-License-Identifier: Apache-2.0
// The connector 'values' of the program tests: rows with their kinds as text, given in memory, and
// a sink that keeps the changelog as Flink's Row.toString prints it. It stands in for Flink's
// TestValuesTableFactory: the changelog modes of its options mean the same.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flow/lookup.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "flow/table_definition.h"
#include "nlohmann/json.hpp"
#include "plan/job_graph.h"
#include "sql/connectors.h"

namespace sluice::flink_programs {

/// What a crash that a test asked for says.
inline constexpr const char* kCrash = "the source was told to fail here";

/// The rows of all tables of one program, and what its sinks got.
struct World {
  struct Input {
    std::vector<nlohmann::json> rows;  // [kind, value...]
    size_t available = 0;              // how many are there now
    bool bounded = true;               // false: the input goes on behind the last row
    bool fails = false;                // reading behind the last row fails: kCrash
  };
  std::map<std::string, Input> inputs;                      // table name -> rows
  std::map<std::string, std::vector<std::string>> outputs;  // table name -> "+I[1, a]"
};

/// 'values' as the SQL front end sees it.
sql::ConnectorDescription ValuesDescription();

/// A source over world->inputs[table]; the world outlives it.
Result<std::unique_ptr<flow::Source>> OpenValues(World* world, const flow::ConnectorTable& table,
                                                 const flow::SourceProjection& projection);
/// The rows of world->inputs[table] as a table that can be asked by key.
Result<std::unique_ptr<flow::LookupSource>> OpenLookup(World* world,
                                                       const plan::LookupJoinNode& node);
/// A sink into world->outputs[table].
std::unique_ptr<flow::Sink> OpenCollector(World* world, const flow::ConnectorTable& table);

/// The last part of `catalog`.`database`.`table`.
std::string ShortName(const std::string& full);

/// Rows of text as columns of the table's types.
Result<std::shared_ptr<arrow::RecordBatch>> MakeRows(
    const std::vector<nlohmann::json>& rows, const std::vector<flow::ConnectorColumn>& columns,
    const std::vector<int>& wanted);

}  // namespace sluice::flink_programs
