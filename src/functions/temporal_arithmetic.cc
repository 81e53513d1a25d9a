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
    const bool day_time = b->kind() == TypeKind::kIntervalDaySecond;
    const TypePtr result = a->WithNullable(nullable);
    if (a->kind() != TypeKind::kTime || day_time) {
      return Signature{{result->WithNullable(a->nullable()), b}, result};
    }
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
  return Sum<int64_t>(
      call, arguments, rows, [=, &point](const ColumnView& a, const ColumnView& b, int64_t row) {
        const int64_t value = Reader<int64_t>(a)[row];
        const int64_t step = sign * interval_at(b, row);
        if (point.is_interval()) return static_cast<int64_t>(Bits(value) + Bits(step));
        if (months) {
          const int64_t day_ticks = unit * 86400;
          const int64_t day = FloorDivide(value, day_ticks);
          return AddMonths(day, step) * day_ticks + (value - day * day_ticks);
        }
        const auto moved = static_cast<int64_t>(Bits(value) + Bits(step) * Bits(unit / 1000));
        if (point.kind() != TypeKind::kTime) return moved;
        return moved - FloorDivide(moved, unit * 86400) * unit * 86400;
      });
}

}  // namespace sluice::functions
