// SPDX-License-Identifier: Apache-2.0
// PERCENTILE: exact, between the two nearest values in proportion. The state is all values with
// their counts.
#include <algorithm>
#include <cmath>
#include <map>

#include "functions/aggregates/families.h"
#include "functions/aggregates/state_bytes.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

struct Ranked {
  std::map<double, int64_t> counts;
  std::vector<double> percentages;  // a literal, so that any row tells them

  int64_t heap_bytes() const { return static_cast<int64_t>(counts.size()) * 56; }
  void Add(double value, int64_t times) {
    const auto at = counts.emplace(value, 0).first;
    at->second += times;
    if (at->second == 0) counts.erase(at);
  }
  void Encode(std::string* out) const {
    AppendRaw(static_cast<uint32_t>(percentages.size()), out);
    for (const double percentage : percentages) AppendRaw(percentage, out);
    AppendRaw(static_cast<uint32_t>(counts.size()), out);
    for (const auto& [value, count] : counts) {
      AppendRaw(value, out);
      AppendRaw(count, out);
    }
  }
  Status Decode(std::string_view* bytes) {
    uint32_t size = 0;
    SLUICE_TRY(TakeRaw(bytes, &size));
    for (uint32_t i = 0; i < size; ++i) {
      SLUICE_TRY(TakeRaw(bytes, &percentages.emplace_back()));
    }
    SLUICE_TRY(TakeRaw(bytes, &size));
    for (uint32_t i = 0; i < size; ++i) {
      double value = 0;
      int64_t count = 0;
      SLUICE_TRY(TakeRaw(bytes, &value));
      SLUICE_TRY(TakeRaw(bytes, &count));
      Add(value, count);
    }
    return Status::Ok();
  }

  /// The value at a place from 0, of all values in order.
  double At(int64_t place) const {
    int64_t passed = 0;
    for (const auto& [value, count] : counts) {
      passed += std::max<int64_t>(count, 0);
      if (place < passed) return value;
    }
    return counts.empty() ? 0 : counts.rbegin()->first;
  }
  double Of(double percentage, int64_t total) const {
    // Places count from 1, as Flink's do: doubles are rounded the same way then.
    const double place = static_cast<double>(total - 1) * percentage + 1;
    const double low = std::floor(place), high = std::ceil(place);
    const double below = At(static_cast<int64_t>(low) - 1);
    if (low == high) return below;
    const double above = At(static_cast<int64_t>(high) - 1);
    if (below == above) return below;
    // Rounded before it is added, as Java does it: no fused multiply-add.
    const volatile double part = (high - place) * below, rest = (place - low) * above;
    return part + rest;
  }
};

class Percentile : public HeapAggregator<Ranked> {
 public:
  explicit Percentile(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const auto& values = static_cast<const arrow::DoubleArray&>(*arguments[0]);
    Status status;
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(ColumnView::Of(arguments[0]), rows, signs, [&](int64_t row, int sign) {
      if (!status.ok()) return;
      int64_t times = 1;
      if (arguments.size() > 2) {
        const auto& frequencies = static_cast<const arrow::Int64Array&>(*arguments[2]);
        if (frequencies.IsNull(row)) return;
        times = frequencies.Value(row);
        if (times <= 0) return;
      }
      Ranked& ranked = Make(states[static_cast<size_t>(row)]);
      if (ranked.percentages.empty()) status = TakePercentages(*arguments[1], row, &ranked);
      ranked.Add(values.Value(row), times * sign);
    });
    return status;
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const Ranked* other = Find(from);
    if (other == nullptr) return Status::Ok();
    Make(into).percentages = other->percentages;
    for (const auto& [value, count] : other->counts) Make(into).Add(value, count);
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const bool list = type_->kind() == TypeKind::kArray;
    SLUICE_ASSIGN(const auto builder, arrow::MakeBuilder(flow::ToArrow(*type_)));
    auto* lists = static_cast<arrow::ListBuilder*>(builder.get());
    auto* numbers =
        static_cast<arrow::DoubleBuilder*>(list ? lists->value_builder() : builder.get());
    for (const uint8_t* state : states) {
      const Ranked* ranked = Find(state);
      int64_t total = 0;
      if (ranked != nullptr) {
        for (const auto& [value, count] : ranked->counts) total += std::max<int64_t>(count, 0);
      }
      if (total == 0) {
        SLUICE_TRY(builder->AppendNull());
        continue;
      }
      if (list) SLUICE_TRY(lists->Append());
      for (const double percentage : ranked->percentages) {
        SLUICE_TRY(numbers->Append(ranked->Of(percentage, total)));
      }
    }
    SLUICE_ASSIGN(ArrayPtr column, builder->Finish());
    return column;
  }

 private:
  static Status TakePercentages(const arrow::Array& column, int64_t row, Ranked* ranked) {
    const arrow::Array* numbers = &column;
    int64_t begin = row, end = row + 1;
    if (column.type_id() == arrow::Type::LIST) {
      const auto& list = static_cast<const arrow::ListArray&>(column);
      numbers = list.values().get();
      begin = list.value_offset(row);
      end = list.value_offset(row + 1);
    }
    if (column.IsNull(row)) return InvalidArgument("the percentage of PERCENTILE is NULL");
    for (int64_t i = begin; i < end; ++i) {
      const double value = static_cast<const arrow::DoubleArray*>(numbers)->Value(i);
      if (numbers->IsNull(i) || !(value >= 0 && value <= 1)) {
        return InvalidArgument("a percentage of PERCENTILE is not between 0 and 1");
      }
      ranked->percentages.push_back(value);
    }
    return Status::Ok();
  }
  TypePtr type_;
};

Result<Signature> ResolvePercentile(std::span<const ExprPtr> arguments) {
  if (arguments.size() > 1 && arguments[1]->type->kind() == TypeKind::kArray) {
    SLUICE_ASSIGN(Signature signature, ResolveText("double, array, bigint? -> double", arguments));
    const TypePtr number = Type::Simple(TypeKind::kDouble, false);
    if (!arguments[1]->type->element()->is_numeric()) {
      return InvalidArgument("takes an array of numbers as its percentages");
    }
    signature.arguments[1] = Type::Array(number, arguments[1]->type->nullable());
    signature.result = Type::Array(number);
    return signature;
  }
  SLUICE_ASSIGN(Signature signature,
                ResolveText("double, double, bigint? -> double null", arguments));
  return signature;
}

Result<std::unique_ptr<Aggregator>> MakePercentile(const std::vector<TypePtr>&,
                                                   const TypePtr& result, bool) {
  return std::unique_ptr<Aggregator>(new Percentile(result));
}

}  // namespace

std::vector<AggregateFunction> PercentileAggregates() {
  return {{"PERCENTILE", "PERCENTILE(a, percentage[, frequency])",
           "The exact percentile (0 to 1), in proportion between the two nearest values; an array "
           "of percentages gives an array",
           "PERCENTILE(price, 0.95)", &ResolvePercentile, &MakePercentile}};
}

}  // namespace sluice::functions
