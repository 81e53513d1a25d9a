// SPDX-License-Identifier: Apache-2.0
#include "operators/over_frames.h"

#include <algorithm>
#include <optional>

#include "arrow/api.h"
#include "arrow/util/decimal.h"
#include "operators/key_columns.h"

namespace sluice::operators {
namespace {

using Kind = sql::FrameBound::Kind;
using Wide = arrow::Decimal256;  // holds the difference of any two numbers at any common scale

int64_t At(const std::vector<int64_t>& values, int64_t row) {
  return values[static_cast<size_t>(row)];
}

// The bound of a ROWS frame: a place among the rows, `after` = 1 for one behind the last row.
int64_t PlaceOf(const sql::FrameBound& bound, int64_t row, int64_t size, int64_t after) {
  switch (bound.kind) {
    case Kind::kUnboundedPreceding:
      return 0;
    case Kind::kUnboundedFollowing:
      return size;
    default:
      return std::clamp<int64_t>(row + std::clamp(bound.offset, -size - 1, size) + after, 0, size);
  }
}

template <typename Value>
Value Difference(Value a, const Value& b) {
  return a - b;
}
template <>
Wide Difference(Wide a, const Wide& b) {
  Wide negative = b;
  negative.Negate();
  a += negative;
  return a;
}

// Places of rows whose values lie at a distance, for rows in order: the places only grow.
template <typename Value>
class Distances {
 public:
  /// The values of the rows [first, last), all others are NULL. `descending`: the values fall.
  Distances(std::vector<Value> values, int64_t first, int64_t last, bool descending)
      : values_(std::move(values)), first_(first), last_(last), descending_(descending) {}

  /// Per row the first row at `offset` from it or beyond; `past`: the first one beyond.
  std::vector<int64_t> Find(const Value& offset, bool past) const {
    std::vector<int64_t> places(values_.size(), 0);
    int64_t place = first_;
    for (int64_t row = first_; row < last_; ++row) {
      while (place < last_ && !IsAt(place, row, offset, past)) ++place;
      places[static_cast<size_t>(row)] = place;
    }
    return places;
  }

 private:
  bool IsAt(int64_t place, int64_t row, const Value& offset, bool past) const {
    const Value& a = values_[static_cast<size_t>(descending_ ? row : place)];
    const Value& b = values_[static_cast<size_t>(descending_ ? place : row)];
    const Value distance = Difference(a, b);
    return past ? distance > offset : distance >= offset;
  }

  std::vector<Value> values_;
  int64_t first_, last_;
  bool descending_;
};

// The bounds of a RANGE frame that are offsets, for rows ordered by one column.
template <typename Value>
void FindOffsets(const sql::OverSpec& spec, std::vector<Value> values, const arrow::Array& column,
                 const Value& lower, const Value& upper, Frames* frames) {
  const int64_t size = column.length();
  const int64_t nulls = column.null_count();
  const bool nulls_first = nulls > 0 && column.IsNull(0);
  const int64_t first = nulls_first ? nulls : 0, last = nulls_first ? size : size - nulls;
  const int64_t null_from = nulls_first ? 0 : last, null_to = null_from + nulls;
  const Distances<Value> distances(std::move(values), first, last, spec.order_by[0].descending);
  if (spec.lower.kind == Kind::kOffset) {
    frames->from = distances.Find(lower, false);
    const int64_t from = spec.lower.offset <= 0 ? null_from : size;
    std::fill(frames->from.begin() + null_from, frames->from.begin() + null_to, from);
  }
  if (spec.upper.kind == Kind::kOffset) {
    frames->to = distances.Find(upper, true);
    // Behind all values: what lies before the bound of the last value lies before theirs too.
    const int64_t before = nulls_first || last == first ? null_from : At(frames->to, last - 1);
    const int64_t to = spec.upper.offset >= 0 ? null_to : before;
    std::fill(frames->to.begin() + null_from, frames->to.begin() + null_to, to);
  }
}

template <typename ArrayType>
std::vector<Wide> Integers(const arrow::Array& column) {
  const auto& numbers = static_cast<const ArrayType&>(column);
  std::vector<Wide> values;
  for (int64_t row = 0; row < column.length(); ++row) values.emplace_back(numbers.Value(row));
  return values;
}

// Exact numbers; nullopt: the column holds something else. `scale`: of the values.
std::optional<std::vector<Wide>> ExactNumbers(const arrow::Array& column, int32_t* scale) {
  *scale = 0;
  switch (column.type_id()) {
    case arrow::Type::INT8:
      return Integers<arrow::Int8Array>(column);
    case arrow::Type::INT16:
      return Integers<arrow::Int16Array>(column);
    case arrow::Type::INT32:
      return Integers<arrow::Int32Array>(column);
    case arrow::Type::INT64:
      return Integers<arrow::Int64Array>(column);
    case arrow::Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(column);
      *scale = static_cast<const arrow::Decimal128Type&>(*column.type()).scale();
      std::vector<Wide> values;
      for (int64_t row = 0; row < column.length(); ++row) {
        values.emplace_back(arrow::Decimal128(decimals.GetValue(row)));
      }
      return values;
    }
    default:
      return std::nullopt;
  }
}

template <typename ArrayType>
std::vector<double> Doubles(const arrow::Array& column) {
  const auto& numbers = static_cast<const ArrayType&>(column);
  std::vector<double> values;
  for (int64_t row = 0; row < column.length(); ++row) {
    values.push_back(static_cast<double>(numbers.Value(row)));
  }
  return values;
}

Result<std::vector<int64_t>> Milliseconds(const arrow::Array& column) {
  std::vector<int64_t> times_ms;
  if (column.type_id() == arrow::Type::DATE32) {
    const auto& days = static_cast<const arrow::Date32Array&>(column);
    for (int64_t row = 0; row < column.length(); ++row) {
      times_ms.push_back(int64_t{days.Value(row)} * 86'400'000);
    }
  } else if (column.type_id() == arrow::Type::TIME64) {
    const auto& times = static_cast<const arrow::Time64Array&>(column);
    for (int64_t row = 0; row < column.length(); ++row) times_ms.push_back(times.Value(row) / 1000);
  } else {
    SLUICE_TRY(ReadTimes(column, 0, &times_ms));
  }
  return times_ms;
}

double DoubleOf(const sql::FrameBound& bound) {
  return arrow::Decimal128(bound.offset).ToDouble(bound.scale);
}

Status FindOffsets(const sql::OverSpec& spec, const arrow::Array& column, Frames* frames) {
  int32_t scale = 0;
  if (auto exact = ExactNumbers(column, &scale)) {
    // All at one scale.
    const int32_t common = std::max({scale, spec.lower.scale, spec.upper.scale});
    const auto at_scale = [&](const Wide& value, int32_t from) {
      return Wide(value * arrow::BasicDecimal256::GetScaleMultiplier(common - from));
    };
    for (Wide& value : *exact) value = at_scale(value, scale);
    FindOffsets<Wide>(spec, *std::move(exact), column,
                      at_scale(spec.lower.offset, spec.lower.scale),
                      at_scale(spec.upper.offset, spec.upper.scale), frames);
    return Status::Ok();
  }
  if (column.type_id() == arrow::Type::DOUBLE || column.type_id() == arrow::Type::FLOAT) {
    FindOffsets<double>(spec,
                        column.type_id() == arrow::Type::DOUBLE
                            ? Doubles<arrow::DoubleArray>(column)
                            : Doubles<arrow::FloatArray>(column),
                        column, DoubleOf(spec.lower), DoubleOf(spec.upper), frames);
    return Status::Ok();
  }
  SLUICE_ASSIGN(std::vector<int64_t> times_ms, Milliseconds(column));
  FindOffsets<int64_t>(spec, std::move(times_ms), column, spec.lower.offset, spec.upper.offset,
                       frames);
  return Status::Ok();
}

}  // namespace

Peers Peers::Of(const std::vector<std::string_view>& sort_keys) {
  Peers peers;
  const size_t size = sort_keys.size();
  peers.begin.resize(size);
  peers.end.resize(size);
  peers.dense_rank.resize(size);
  int64_t dense_rank = 0;
  for (size_t first = 0; first < size;) {
    size_t last = first + 1;
    while (last < size && sort_keys[last] == sort_keys[first]) ++last;
    ++dense_rank;
    for (size_t row = first; row < last; ++row) {
      peers.begin[row] = static_cast<int64_t>(first);
      peers.end[row] = static_cast<int64_t>(last);
      peers.dense_rank[row] = dense_rank;
    }
    first = last;
  }
  return peers;
}

Result<Frames> FramesOf(const sql::OverSpec& spec, const arrow::RecordBatch& rows,
                        const Peers& peers) {
  const int64_t size = peers.size();
  Frames frames;
  if (spec.rows) {
    for (int64_t row = 0; row < size; ++row) {
      frames.from.push_back(PlaceOf(spec.lower, row, size, 0));
      frames.to.push_back(PlaceOf(spec.upper, row, size, 1));
    }
  } else {
    frames.from = peers.begin;  // where the bounds are the current row: its peers
    frames.to = peers.end;
    if (spec.lower.kind == Kind::kUnboundedPreceding) frames.from.assign(peers.begin.size(), 0);
    if (spec.upper.kind == Kind::kUnboundedFollowing) frames.to.assign(peers.begin.size(), size);
    if (spec.lower.kind == Kind::kOffset || spec.upper.kind == Kind::kOffset) {
      SLUICE_TRY(FindOffsets(spec, *rows.column(spec.order_by[0].column), &frames));
    }
  }
  for (size_t row = 0; row < frames.from.size(); ++row) {
    frames.to[row] = std::max(frames.from[row], frames.to[row]);
  }
  return frames;
}

}  // namespace sluice::operators
