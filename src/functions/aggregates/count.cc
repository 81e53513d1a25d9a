// SPDX-License-Identifier: Apache-2.0
// COUNT(*) and COUNT(x): rows, and rows where the argument is not NULL.
#include "functions/aggregates/families.h"
#include "functions/aggregates/state_bytes.h"

namespace sluice::functions {
namespace {

struct CountState {
  int64_t count = 0;
};

class Count : public PlainAggregator<CountState> {
 public:
  explicit Count(flow::TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const auto rows = static_cast<int64_t>(states.size());
    const auto add = [&](int64_t row, int sign) {
      At(states[static_cast<size_t>(row)]).count += sign;
    };
    if (!arguments.empty()) {
      ForEachCounted(ColumnView::Of(arguments[0]), rows, signs, add);
      return Status::Ok();
    }
    for (int64_t row = 0; row < rows; ++row) {
      add(row, signs.empty() ? 1 : signs[static_cast<size_t>(row)]);
    }
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    At(into).count += At(from).count;
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(auto column, FixedColumn<int64_t>::Make(rows));
    for (int64_t row = 0; row < rows; ++row) {
      column.Set(row, At(states[static_cast<size_t>(row)]).count);
    }
    return column.Finish(*type_);
  }

 private:
  flow::TypePtr type_;
};

Result<Signature> ResolveCount(std::span<const ExprPtr> arguments) {
  if (arguments.size() > 1) {
    return Unsupported("counts one column, not several");
  }
  Signature signature;
  for (const ExprPtr& argument : arguments) signature.arguments.push_back(argument->type);
  signature.result = flow::Type::Simple(flow::TypeKind::kBigInt, false);
  return signature;
}

Result<std::unique_ptr<Aggregator>> MakeCount(const std::vector<flow::TypePtr>&,
                                              const flow::TypePtr& result, bool) {
  return std::unique_ptr<Aggregator>(new Count(result));
}

/// An answer that is near enough needs the whole input: Flink has it for bounded queries alone.
Result<Signature> ResolveApproximate(std::span<const ExprPtr>) {
  return Unsupported("is for bounded queries; in a stream write COUNT(DISTINCT ...)");
}

}  // namespace

std::vector<AggregateFunction> CountAggregates() {
  return {{"COUNT", "COUNT(*), COUNT([DISTINCT] a)",
           "How many rows; with an argument: how many where it is not NULL",
           "COUNT(DISTINCT user_id)", &ResolveCount, &MakeCount},
          {"APPROX_COUNT_DISTINCT", "APPROX_COUNT_DISTINCT(a)",
           "Refused in streams, as in Flink: write COUNT(DISTINCT a)",
           "APPROX_COUNT_DISTINCT(user_id)", &ResolveApproximate, &MakeCount}};
}

}  // namespace sluice::functions
