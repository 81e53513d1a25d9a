// SPDX-License-Identifier: Apache-2.0
// SUM, $SUM0 and AVG. As in Flink: integers wrap around; a sum keeps its argument's type, decimals
// grow to 38 digits; an average has the argument's type again (integers are cut off), decimals get
// at least 6 places. A decimal sum that needs more than 38 digits is NULL, and SUM starts anew with
// the next value.
#include <algorithm>

#include "functions/aggregates/families.h"
#include "functions/aggregates/state_bytes.h"
#include "functions/decimal.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

enum class SumKind : uint8_t { kSum, kSum0, kAverage };

template <typename A>
struct SumState {
  alignas(8) A sum{};
  int64_t count = 0;  // of values
};

/// Integers are added in 64 bits (which wrap as narrower ones do, once cut), FLOAT in itself for
/// SUM and in DOUBLE for AVG.
template <typename V, typename A, SumKind kKind>
class NumberSum : public PlainAggregator<SumState<A>> {
  using State = SumState<A>;
  using Base = PlainAggregator<State>;

 public:
  explicit NumberSum(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const V* values = column.values<V>();
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int sign) {
      State& state = Base::At(states[static_cast<size_t>(row)]);
      const A value = static_cast<A>(values[row]);
      state.sum += sign < 0 ? static_cast<A>(-value) : value;
      state.count += sign;
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    Base::At(into).sum += Base::At(from).sum;
    Base::At(into).count += Base::At(from).count;
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(auto column, FixedColumn<V>::Make(rows));
    for (int64_t row = 0; row < rows; ++row) {
      const State& state = Base::At(states[static_cast<size_t>(row)]);
      if (state.count == 0 && kKind != SumKind::kSum0) {
        SLUICE_TRY(column.SetNull(row));
      } else if constexpr (kKind != SumKind::kAverage) {
        column.Set(row, static_cast<V>(state.sum));
      } else if constexpr (std::is_floating_point_v<A>) {
        column.Set(row, static_cast<V>(state.sum / static_cast<A>(state.count)));
      } else {
        column.Set(row, static_cast<V>(Quotient(static_cast<int64_t>(state.sum), state.count)));
      }
    }
    return column.Finish(*type_);
  }

 private:
  static int64_t Quotient(int64_t sum, int64_t count) {
    return count == -1 ? static_cast<int64_t>(-static_cast<uint64_t>(sum)) : sum / count;
  }
  TypePtr type_;
};

struct DecimalSumState {
  Wide sum;
  int64_t count = 0;
  int64_t lost = 0;  // 1: more than 38 digits
};

template <SumKind kKind>
class DecimalSum : public PlainAggregator<DecimalSumState> {
 public:
  DecimalSum(int scale, TypePtr type) : scale_(scale), type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<Int128> values(column);
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int sign) {
      DecimalSumState& state = At(states[static_cast<size_t>(row)]);
      Add(sign < 0 ? -values[row] : values[row], &state);
      state.count += sign;
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    DecimalSumState& state = At(into);
    state.count += At(from).count;
    if (At(from).lost == 0) {
      Add(At(from).sum.value(), &state);
    } else if (kKind != SumKind::kSum) {
      state.lost = 1;
    }
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(auto column, FixedColumn<Int128>::Make(rows));
    for (int64_t row = 0; row < rows; ++row) {
      const DecimalSumState& state = At(states[static_cast<size_t>(row)]);
      const std::optional<Int128> value = ValueOf(state);
      if (value.has_value()) {
        column.Set(row, *value);
      } else {
        SLUICE_TRY(column.SetNull(row));
      }
    }
    return column.Finish(*type_);
  }

 private:
  static void Add(Int128 value, DecimalSumState* state) {
    if (state->lost != 0) {
      if (kKind != SumKind::kSum) return;
      state->lost = 0;
      state->sum.Set(0);
    }
    const Int128 sum = state->sum.value() + value;  // both have at most 38 digits
    state->sum.Set(sum);
    state->lost = FitsPrecision(sum, kDecimalPrecisionMax) ? 0 : 1;
  }

  std::optional<Int128> ValueOf(const DecimalSumState& state) const {
    if (state.lost != 0 || (state.count == 0 && kKind != SumKind::kSum0)) return std::nullopt;
    if (kKind != SumKind::kAverage) return state.sum.value();
    return DivideDecimal(state.sum.value(), scale_, state.count, 0,
                         {type_->precision(), type_->scale()});
  }

  int scale_;
  TypePtr type_;
};

template <SumKind kKind>
Result<Signature> ResolveSum(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("number -> same", arguments));
  const Type& type = *signature.arguments[0];
  const bool nullable = kKind != SumKind::kSum0 && type.nullable();
  signature.result = signature.result->WithNullable(nullable);
  if (type.kind() == TypeKind::kDecimal) {
    const int scale = kKind == SumKind::kAverage ? std::max(6, type.scale()) : type.scale();
    signature.result = Type::Decimal(kDecimalPrecisionMax, scale, nullable);
  }
  return signature;
}

template <SumKind kKind>
Result<std::unique_ptr<Aggregator>> MakeSum(const std::vector<TypePtr>& arguments,
                                            const TypePtr& result, bool) {
  std::unique_ptr<Aggregator> made;
  const bool known = WithValueType(*arguments[0], [&](auto value) {
    using V = decltype(value);
    if constexpr (std::is_same_v<V, Int128>) {
      made = std::make_unique<DecimalSum<kKind>>(arguments[0]->scale(), result);
    } else if constexpr (std::is_same_v<V, float> && kKind != SumKind::kAverage) {
      made = std::make_unique<NumberSum<V, float, kKind>>(result);
    } else if constexpr (std::is_floating_point_v<V>) {
      made = std::make_unique<NumberSum<V, double, kKind>>(result);
    } else {
      made = std::make_unique<NumberSum<V, uint64_t, kKind>>(result);
    }
  });
  if (!known) return Internal("no sum of " + arguments[0]->ToString());
  return made;
}

}  // namespace

std::vector<AggregateFunction> SumAggregates() {
  return {{"SUM", "SUM([DISTINCT] a)",
           "The sum, of the argument's type (integers wrap around), DECIMAL(38, s) of decimals; "
           "NULL without values",
           "SUM(price)", &ResolveSum<SumKind::kSum>, &MakeSum<SumKind::kSum>},
          {"$SUM0", "$SUM0(a)", "The sum; 0 without values", "$SUM0(price)",
           &ResolveSum<SumKind::kSum0>, &MakeSum<SumKind::kSum0>},
          {"AVG", "AVG([DISTINCT] a)",
           "The mean, of the argument's type (integers are cut off), DECIMAL(38, max(6, s)) of "
           "decimals; NULL without values",
           "AVG(price)", &ResolveSum<SumKind::kAverage>, &MakeSum<SumKind::kAverage>}};
}

}  // namespace sluice::functions
