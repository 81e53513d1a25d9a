// SPDX-License-Identifier: Apache-2.0
// What a window aggregation gives when windows close: group columns, calls, and those of start, end
// and time that are asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "flow/batch.h"
#include "operators/aggregate_calls.h"
#include "operators/window_times.h"
#include "plan/job_graph.h"
#include "state/key_encoder.h"

namespace sluice::operators {

/// Collects closed groups; Flush gives them. What keys and blocks point to stays until then.
class WindowOutput {
 public:
  struct Options {
    bool start = false, end = false, time = false;
    int64_t bundle_rows = 0;
  };
  WindowOutput(const AggregateCalls* calls, const state::KeyEncoder* encoder, WindowTimes* times,
               const flow::Schema& schema, Options options);

  Status Add(std::string_view key, const uint8_t* block, int64_t local_start, int64_t local_end,
             std::vector<flow::Batch>* out);
  Status Flush(std::vector<flow::Batch>* out);

 private:
  Result<std::shared_ptr<arrow::Array>> TimeColumn(const std::vector<int64_t>& local, bool instants,
                                                   int field) const;

  const AggregateCalls* calls_;
  const state::KeyEncoder* encoder_;
  WindowTimes* times_;
  std::shared_ptr<arrow::Schema> schema_;
  Options options_;
  std::vector<std::string_view> keys_;
  std::vector<const uint8_t*> blocks_;
  std::vector<int64_t> starts_, ends_;
};

/// A TIMESTAMP column of milliseconds, in the unit of its type.
Result<std::shared_ptr<arrow::Array>> TimestampColumn(const std::vector<int64_t>& ms,
                                                      const std::shared_ptr<arrow::DataType>& type);

}  // namespace sluice::operators
