// SPDX-License-Identifier: Apache-2.0
#include "functions/temporal_arithmetic.h"

#include <algorithm>

#include "functions/calendar.h"
#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

Result<Signature> ResolveTemporalSum(std::span<const ExprPtr> arguments, bool minus) {
  const TypePtr &a = arguments[0]->type, &b = arguments[1]->type;
  const bool nullable = AnyNullable(arguments);
  if (a->is_interval() && b->kind() == a->kind())
    return Signature{{a, b}, a->WithNullable(nullable)};
  if (a->is_datetime() && b->is_interval()) {
    const TypePtr result = a->WithNullable(nullable);
    return Signature{{result->WithNullable(a->nullable()), b}, result};
  }
  if (!minus && a->is_interval() && b->is_datetime()) {
    const ExprPtr swapped[] = {arguments[1], arguments[0]};
    SLUICE_ASSIGN(Signature signature, ResolveTemporalSum(swapped, false));
    std::swap(signature.arguments[0], signature.arguments[1]);
    return signature;
  }
  return InvalidArgument("takes numbers, or a point in time and an interval, not " +
                         TypesText(arguments));
}

namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

template <typename T, typename Step>
Result<ArrayPtr> Sum(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                     Step step) {
  SLUICE_ASSIGN(const ColumnView a, ColumnView::Make(arguments[0]));
  SLUICE_ASSIGN(const ColumnView b, ColumnView::Make(arguments[1]));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(a));
  SLUICE_TRY(nulls.Take(b));
  SLUICE_ASSIGN(auto out, AllocateValues<T>(rows));
  auto* to = reinterpret_cast<T*>(out->mutable_data());
  if (!a.all_null() && !b.all_null()) {
    for (int64_t row = 0; row < rows; ++row) to[row] = step(a, b, row);
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(out), nulls);
}

uint64_t Bits(int64_t value) {
  return static_cast<uint64_t>(value);
}

}  // namespace

bool MoveTimestamp(int64_t value, int64_t months, int64_t ms, int64_t unit, int64_t* moved) {
  const int64_t day_ticks = unit * kSecondsPerDay;
  const int64_t day = FloorDivide(value, day_ticks);
  int64_t days_later = 0, step = 0;
  bool beyond = __builtin_mul_overflow(AddMonths(day, months) - day, day_ticks, &days_later);
  beyond |= __builtin_mul_overflow(ms, unit / 1000, &step);
  beyond |= __builtin_add_overflow(value, days_later, moved);
  beyond |= __builtin_add_overflow(*moved, step, moved);
  return !beyond || unit < kNanosecondsPerSecond;
}

Error BeyondNanoseconds(const Expr& call) {
  return InvalidArgument(call.type->ToString() +
                         " spans the years 1677 to 2262, and the result lies outside of it: CAST "
                         "to TIMESTAMP(6) first");
}

Result<ArrayPtr> EvaluateTemporalSum(const Expr& call, std::span<const Argument> arguments,
                                     int64_t rows, bool minus) {
  if (call.children[0]->type->is_interval() && call.children[1]->type->is_datetime()) {
    Expr turned = call;
    std::swap(turned.children[0], turned.children[1]);
    const Argument swapped[] = {arguments[1], arguments[0]};
    return EvaluateTemporalSum(turned, swapped, rows, false);
  }
  const Type& point = *call.children[0]->type;
  const Type& interval = *call.children[1]->type;
  const int64_t sign = minus ? -1 : 1;
  const bool months = interval.kind() == TypeKind::kIntervalYearMonth;
  const int64_t unit = UnitsPerSecond(point);  // ticks of the column per second
  auto interval_at = [months](const ColumnView& column, int64_t row) -> int64_t {
    return months ? Reader<int32_t>(column)[row] : Reader<int64_t>(column)[row];
  };
  if (point.kind() == TypeKind::kDate || point.kind() == TypeKind::kIntervalYearMonth) {
    const bool date = point.kind() == TypeKind::kDate;
    return Sum<int32_t>(call, arguments, rows,
                        [=](const ColumnView& a, const ColumnView& b, int64_t row) {
                          const int64_t value = Reader<int32_t>(a)[row];
                          const int64_t step = sign * interval_at(b, row);
                          if (!date) return static_cast<int32_t>(value + step);
                          if (months) return static_cast<int32_t>(AddMonths(value, step));
                          return static_cast<int32_t>(value + step / kMsPerDay);
                        });
  }
  bool fits = true;
  auto sum = Sum<int64_t>(
      call, arguments, rows, [&](const ColumnView& a, const ColumnView& b, int64_t row) {
        const int64_t value = Reader<int64_t>(a)[row];
        const int64_t step = sign * interval_at(b, row);
        if (point.is_interval()) return static_cast<int64_t>(Bits(value) + Bits(step));
        if (point.kind() == TypeKind::kTime) {  // round the clock; months lead to the same time
          const int64_t ms = months ? 0 : step % kMsPerDay;
          return FloorModulo(value + ms * (unit / 1000), unit * kSecondsPerDay);
        }
        int64_t moved = 0;
        if (!MoveTimestamp(value, months ? step : 0, months ? 0 : step, unit, &moved)) {
          fits &= a.IsNull(row) || b.IsNull(row);
        }
        return moved;
      });
  return fits ? std::move(sum) : BeyondNanoseconds(call);
}

}  // namespace sluice::functions
