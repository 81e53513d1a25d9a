// SPDX-License-Identifier: Apache-2.0
// Source and reader of everything that is made here instead of read: split s of n makes records s,
// s+n, s+2n, ..., and the record at an offset is a pure function of that offset, so a restart
// continues exactly. Concrete generators bring the columns.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "flow/source.h"
#include "io/clock.h"

namespace sluice::sources {

/// Makes columns: records first, first + step, ... of the corpus. One reader uses one.
class RowGenerator {
 public:
  virtual ~RowGenerator() = default;
  virtual Result<std::shared_ptr<arrow::RecordBatch>> Make(int64_t first, int64_t step,
                                                           int64_t rows) = 0;
};

struct GeneratorOptions {
  std::string kind;  // "nexmark", "datagen"
  flow::Schema schema;
  int64_t splits = 1;
  int64_t records = 0;                          // in all; 0 = no end
  double records_per_second = 0;                // in all; 0 = as fast as possible
  std::map<std::string, std::string> identity;  // what decides the values
  /// When set: the time the corpus began, which values may depend on. It is part of the identity,
  /// and a restored position brings its own back, so that values stay the same.
  std::shared_ptr<int64_t> started_ms;
  io::Clock* clock = &io::RealClock();
};

using GeneratorMaker = std::function<Result<std::unique_ptr<RowGenerator>>()>;

std::unique_ptr<flow::Source> MakeGeneratorSource(GeneratorOptions options, GeneratorMaker maker);

}  // namespace sluice::sources
