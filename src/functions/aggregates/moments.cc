// SPDX-License-Identifier: Apache-2.0
// STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP. Flink computes them from SUM(x), SUM(x * x) and
// COUNT(x) in the type of the result, which is that of AVG: for integers all steps are cut off, and
// wrap around, and the result is an integer. So do we.
#include <cmath>

#include "functions/aggregates/families.h"
#include "functions/aggregates/state_bytes.h"
#include "functions/decimal.h"
#include "functions/signature.h"
#include "functions/type_rules.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

struct MomentKind {
  bool sample = false;     // divided by count - 1
  bool deviation = false;  // its square root
};

/// What the count divides by; 0 = the result is NULL.
int64_t Denominator(MomentKind kind, int64_t count) {
  if (count == 0 || (kind.sample && count == 1)) return 0;
  return kind.sample ? count - 1 : count;
}

template <typename A>
struct MomentState {
  alignas(8) A sum{};
  alignas(8) A squares{};
  int64_t count = 0;
};

/// A double as an integer, as Java casts it.
template <typename V>
V CutOff(double value) {
  if (std::isnan(value)) return 0;
  constexpr double kLow = static_cast<double>(std::numeric_limits<int64_t>::min());
  if (value <= kLow) return static_cast<V>(std::numeric_limits<int64_t>::min());
  if (value >= -kLow) return static_cast<V>(std::numeric_limits<int64_t>::max());
  return static_cast<V>(static_cast<int64_t>(value));
}

template <typename V, typename A>
class NumberMoment : public PlainAggregator<MomentState<A>> {
  using State = MomentState<A>;
  using Base = PlainAggregator<State>;

 public:
  NumberMoment(MomentKind kind, TypePtr type) : kind_(kind), type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const V* values = column.values<V>();
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int sign) {
      State& state = Base::At(states[static_cast<size_t>(row)]);
      const A value = static_cast<A>(values[row]);
      const A square = static_cast<A>(value * value);
      state.sum += sign < 0 ? static_cast<A>(-value) : value;
      state.squares += sign < 0 ? static_cast<A>(-square) : square;
      state.count += sign;
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    Base::At(into).sum += Base::At(from).sum;
    Base::At(into).squares += Base::At(from).squares;
    Base::At(into).count += Base::At(from).count;
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(auto column, FixedColumn<V>::Make(rows));
    for (int64_t row = 0; row < rows; ++row) {
      const State& state = Base::At(states[static_cast<size_t>(row)]);
      const int64_t denominator = Denominator(kind_, state.count);
      if (denominator == 0) {
        SLUICE_TRY(column.SetNull(row));
      } else {
        column.Set(row, ValueOf(state, denominator));
      }
    }
    return column.Finish(*type_);
  }

 private:
  V ValueOf(const State& state, int64_t denominator) const {
    if constexpr (std::is_floating_point_v<A>) {
      const auto count = static_cast<double>(state.count);
      const double squared = static_cast<A>(state.sum * state.sum);
      const double variance = (state.squares - squared / count) / static_cast<double>(denominator);
      return static_cast<V>(kind_.deviation ? std::pow(variance, 0.5) : variance);
    } else {
      // Each step in the type of the column, as Flink has it.
      const auto sum = static_cast<uint64_t>(static_cast<int64_t>(static_cast<V>(state.sum)));
      const auto squared = static_cast<int64_t>(static_cast<V>(sum * sum));
      const auto squares =
          static_cast<uint64_t>(static_cast<int64_t>(static_cast<V>(state.squares)));
      const auto spread =
          static_cast<int64_t>(squares - static_cast<uint64_t>(squared / state.count));
      const int64_t variance = spread / denominator;
      if (!kind_.deviation) return static_cast<V>(variance);
      return CutOff<V>(std::pow(static_cast<double>(variance), 0.5));
    }
  }

  MomentKind kind_;
  TypePtr type_;
};

struct DecimalMomentState {
  Wide sum;
  Wide squares;
  int64_t count = 0;
  int64_t lost = 0;  // 1: a step needed more than 38 digits
};

class DecimalMoment : public PlainAggregator<DecimalMomentState> {
 public:
  DecimalMoment(MomentKind kind, int scale, TypePtr type)
      : kind_(kind), scale_(scale), type_(std::move(type)) {
    value_ = {type_->precision(), type_->scale()};
    square_ = MultiplyShape(value_, value_);
    sum_square_ =
        MultiplyShape({kDecimalPrecisionMax, value_.scale}, {kDecimalPrecisionMax, value_.scale});
    mean_ = DivideShape(sum_square_, kCount);
    spread_ = AddShape({kDecimalPrecisionMax, square_.scale}, mean_);
    variance_ = DivideShape(spread_, kCount);
  }

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<Int128> values(column);
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int sign) {
      DecimalMomentState& state = At(states[static_cast<size_t>(row)]);
      state.count += sign;
      const auto value = Rescale(values[row], scale_, value_);
      const auto square = value.has_value()
                              ? MultiplyDecimal(*value, value_.scale, *value, value_.scale, square_)
                              : std::nullopt;
      if (!square.has_value()) {
        state.lost = 1;
      } else {
        Add(sign < 0 ? -*value : *value, sign < 0 ? -*square : *square, &state);
      }
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const DecimalMomentState& other = At(from);
    At(into).count += other.count;
    At(into).lost |= other.lost;
    Add(other.sum.value(), other.squares.value(), &At(into));
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(auto column, FixedColumn<Int128>::Make(rows));
    for (int64_t row = 0; row < rows; ++row) {
      const auto value = ValueOf(At(states[static_cast<size_t>(row)]));
      if (value.has_value()) {
        column.Set(row, *value);
      } else {
        SLUICE_TRY(column.SetNull(row));
      }
    }
    return column.Finish(*type_);
  }

 private:
  static constexpr DecimalShape kCount = {19, 0};

  static void Add(Int128 value, Int128 square, DecimalMomentState* state) {
    if (state->lost != 0) return;
    const Int128 sum = state->sum.value() + value, squares = state->squares.value() + square;
    state->sum.Set(sum);
    state->squares.Set(squares);
    const bool fits =
        FitsPrecision(sum, kDecimalPrecisionMax) && FitsPrecision(squares, kDecimalPrecisionMax);
    state->lost = fits ? 0 : 1;
  }

  std::optional<Int128> ValueOf(const DecimalMomentState& state) const {
    const int64_t denominator = Denominator(kind_, state.count);
    if (denominator == 0 || state.lost != 0) return std::nullopt;
    const Int128 sum = state.sum.value();
    const auto squared = MultiplyDecimal(sum, value_.scale, sum, value_.scale, sum_square_);
    if (!squared.has_value()) return std::nullopt;
    const auto mean = DivideDecimal(*squared, sum_square_.scale, state.count, 0, mean_);
    if (!mean.has_value()) return std::nullopt;
    const auto spread =
        AddDecimal(state.squares.value(), square_.scale, -*mean, mean_.scale, spread_);
    if (!spread.has_value()) return std::nullopt;
    const auto variance = DivideDecimal(*spread, spread_.scale, denominator, 0, variance_);
    if (!variance.has_value()) return std::nullopt;
    if (!kind_.deviation) return Rescale(*variance, variance_.scale, value_);
    const double root = std::pow(DecimalToDouble(*variance, variance_.scale), 0.5);
    return std::isfinite(root) ? FloatToDecimal(root, value_) : std::nullopt;
  }

  MomentKind kind_;
  int scale_;  // of the argument
  TypePtr type_;
  DecimalShape value_, square_, sum_square_, mean_, spread_, variance_;
};

Result<Signature> ResolveMoment(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("number -> same", arguments));
  const Type& type = *signature.arguments[0];
  if (type.kind() == TypeKind::kDecimal) {
    signature.result =
        Type::Decimal(kDecimalPrecisionMax, std::max(6, type.scale()), type.nullable());
  }
  return signature;
}

template <bool kSample, bool kDeviation>
Result<std::unique_ptr<Aggregator>> MakeMoment(const std::vector<TypePtr>& arguments,
                                               const TypePtr& result, bool) {
  const MomentKind kind{kSample, kDeviation};
  std::unique_ptr<Aggregator> made;
  const bool known = WithValueType(*arguments[0], [&](auto value) {
    using V = decltype(value);
    if constexpr (std::is_same_v<V, Int128>) {
      made = std::make_unique<DecimalMoment>(kind, arguments[0]->scale(), result);
    } else if constexpr (std::is_floating_point_v<V>) {
      made = std::make_unique<NumberMoment<V, V>>(kind, result);
    } else {
      made = std::make_unique<NumberMoment<V, uint64_t>>(kind, result);
    }
  });
  if (!known) return Internal("no variance of " + arguments[0]->ToString());
  return made;
}

}  // namespace

std::vector<AggregateFunction> MomentAggregates() {
  const auto sample_deviation = &MakeMoment<true, true>;
  const auto sample_variance = &MakeMoment<true, false>;
  return {
      {"STDDEV_POP", "STDDEV_POP(a)",
       "The standard deviation of all values; of integers an integer, as in Flink",
       "STDDEV_POP(CAST(price AS DOUBLE))", &ResolveMoment, &MakeMoment<false, true>},
      {"STDDEV_SAMP", "STDDEV_SAMP(a)", "The standard deviation of a sample; NULL for one value",
       "STDDEV_SAMP(CAST(price AS DOUBLE))", &ResolveMoment, sample_deviation},
      {"STDDEV", "STDDEV(a)", "The same as STDDEV_SAMP", "STDDEV(CAST(price AS DOUBLE))",
       &ResolveMoment, sample_deviation},
      {"VAR_POP", "VAR_POP(a)", "The variance of all values; of integers an integer, as in Flink",
       "VAR_POP(CAST(price AS DOUBLE))", &ResolveMoment, &MakeMoment<false, false>},
      {"VAR_SAMP", "VAR_SAMP(a)", "The variance of a sample; NULL for one value",
       "VAR_SAMP(CAST(price AS DOUBLE))", &ResolveMoment, sample_variance},
      {"VARIANCE", "VARIANCE(a)", "The same as VAR_SAMP", "VARIANCE(CAST(price AS DOUBLE))",
       &ResolveMoment, sample_variance},
  };
}

}  // namespace sluice::functions
