// SPDX-License-Identifier: Apache-2.0
// Makers of datagen's values: one per column or nested field, built from its type and options.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/table_options.h"
#include "flow/type.h"

namespace sluice::sources::datagen {

/// SplitMix64, seeded by a column and a row.
class Random {
 public:
  Random(uint64_t column, uint64_t row)
      : state_(Mix(column + 0x9e3779b97f4a7c15) ^ Mix(row * 0xd1342543de82ef95 + 1)) {}
  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15); }
  /// Uniform in [least, most].
  int64_t Between(int64_t least, int64_t most) {
    const uint64_t span = static_cast<uint64_t>(most) - static_cast<uint64_t>(least) + 1;
    if (span == 0) return static_cast<int64_t>(Next());
    __extension__ using Wide = unsigned __int128;
    const auto part = static_cast<uint64_t>((static_cast<Wide>(Next()) * span) >> 64);
    return static_cast<int64_t>(static_cast<uint64_t>(least) + part);
  }
  /// Uniform in [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

/// What a value may depend on besides chance.
struct RowContext {
  int64_t row = 0;
  int64_t time_ms = 0;  // when the row is due
};

class ValueMaker {
 public:
  virtual ~ValueMaker() = default;
  virtual arrow::Status Append(Random* random, const RowContext& row,
                               arrow::ArrayBuilder* builder) const = 0;
};

/// A maker for a field; `path` is its name below "fields.". `rows_max` is lowered to what a
/// sequence can give.
Result<std::unique_ptr<ValueMaker>> MakeValueMaker(const std::string& path, const flow::Type& type,
                                                   const flow::OptionMap& options, bool nested,
                                                   std::optional<int64_t>* rows_max);

}  // namespace sluice::sources::datagen
