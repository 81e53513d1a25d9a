// SPDX-License-Identifier: Apache-2.0
// A program of Flink's form (SOURCE.md) as sluice runs it: in one piece or in several, each of
// which goes on from the checkpoint that the one before it left.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flink_programs/values_connector.h"

namespace sluice::flink_programs {

/// How every piece runs.
struct RunSettings {
  std::string batch_rows = "1";
  std::map<std::string, std::string> settings;  // SET, before those of the program
};

/// One piece of a run.
struct Phase {
  double part = 1;         // of the rows of each table, that are there when it ends
  bool after_rest = true;  // the rows for after the restart count
  bool ends = true;        // input ends; else it is stopped with its state kept
  bool crashes = false;    // reading fails behind those rows, after a checkpoint of each row
  int shards = 1;
  int64_t start_ms = 1'600'000'000'000;  // the time of day, by a clock that stands still
};

class Program {
 public:
  Program(const nlohmann::json& program, RunSettings settings);
  ~Program();

  /// Runs one piece. An error: the program was refused, or failed (not by a crash that was asked
  /// for).
  Status Run(const Phase& phase);
  /// What its sinks got: table name -> changelog.
  std::map<std::string, std::vector<std::string>>& outputs() { return world_.outputs; }
  /// Of the pieces that ran so far: bytes of state that went to disk.
  int64_t spilled_bytes() const { return spilled_bytes_; }
  /// Rows of the longest table.
  size_t rows() const;
  /// The statements.
  std::string Script(int shards) const;

 private:
  Status RunJob(plan::JobGraph job, const Phase& phase);

  const nlohmann::json& program_;
  const RunSettings settings_;
  std::filesystem::path folder_;
  std::map<std::string, size_t> first_;  // rows before the restart
  World world_;
  int64_t spilled_bytes_ = 0;
};

}  // namespace sluice::flink_programs
