// SPDX-License-Identifier: Apache-2.0
// Which cast does what, and casts among numbers.
#include "functions/cast.h"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "functions/cast_internal.h"
#include "functions/decimal.h"
#include "functions/gather.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

/// Every value of `from` is a value of `to` in the same layout.
bool IsSameLayout(const Type& from, const Type& to) {
  if (from.is_character() && to.is_character()) {
    if (to.kind() == TypeKind::kChar) {
      return from.kind() == TypeKind::kChar && from.length() == to.length();
    }
    return to.length() == Type::kUnboundedLength || from.length() <= to.length();
  }
  if (from.is_binary() && to.is_binary()) {
    if (to.kind() == TypeKind::kBinary) {
      return from.kind() == TypeKind::kBinary && from.length() == to.length();
    }
    return to.length() == Type::kUnboundedLength || from.length() <= to.length();
  }
  if (from.kind() != to.kind()) return false;
  if (from.kind() == TypeKind::kTimestamp || from.kind() == TypeKind::kTimestampLtz) {
    return from.precision() <= to.precision() && (from.precision() <= 6) == (to.precision() <= 6);
  }
  if (from.kind() == TypeKind::kTime) return from.precision() <= to.precision();
  if (from.kind() == TypeKind::kDecimal) {
    return from.scale() == to.scale() && from.precision() <= to.precision();
  }
  return !from.is_nested();
}

Result<ArrayPtr> Retype(const ArrayPtr& array, const Type& to) {
  auto type = flow::ToArrow(to);
  if (array->type()->Equals(*type)) return array;
  auto retyped = array->data()->Copy();
  retyped->type = std::move(type);
  return arrow::MakeArray(retyped);
}

Result<ArrayPtr> CastView(const ColumnView& input, const CastCall& call) {
  if (call.to.is_character()) return CastToText(input, call);
  if (call.to.is_binary()) return CastToText(input, call);
  if (call.from.is_character()) return CastFromText(input, call);
  if (call.from.is_nested()) return CastNested(input, call);
  if (call.from.is_datetime()) return CastTime(input, call);
  return CastNumber(input, call);
}

}  // namespace

bool CastCanFail(const Type& from, const Type& to) {
  if (from.is_character()) return !to.is_character() && !to.is_binary();
  if (!from.is_nested() || !to.is_nested()) return false;
  for (size_t i = 0; i < from.fields().size() && i < to.fields().size(); ++i) {
    if (CastCanFail(*from.fields()[i].type, *to.fields()[i].type)) return true;
  }
  return false;
}

Result<ArrayPtr> CastColumn(const Argument& input, const Type& from, const Type& to, bool try_cast,
                            int64_t rows, const EvalContext& context) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(input));
  if (column.array()->type_id() == arrow::Type::NA ||
      (column.all_null() && rows == column.array()->length())) {
    SLUICE_ASSIGN(ArrayPtr none, arrow::MakeArrayOfNull(flow::ToArrow(to), rows));
    return none;
  }
  if (IsSameLayout(from, to) && rows == column.array()->length()) {
    return Retype(column.array(), to);
  }
  return CastView(column, {from, to, try_cast, rows, context});
}

namespace {

/// Java's conversion of a floating number to an integer: saturates, NaN is 0; types narrower than
/// int go through int and wrap.
template <typename To, typename From>
To JavaNarrow(From value) {
  using Wide = std::conditional_t<sizeof(To) == 8, int64_t, int32_t>;
  if (std::isnan(value)) return 0;
  constexpr auto kMax = std::numeric_limits<Wide>::max();
  constexpr auto kMin = std::numeric_limits<Wide>::min();
  if (value >= static_cast<From>(kMax)) return static_cast<To>(kMax);
  if (value <= static_cast<From>(kMin)) return static_cast<To>(kMin);
  return static_cast<To>(static_cast<Wide>(value));
}

template <typename To, typename From>
To Convert(From value) {
  if constexpr (std::is_same_v<From, bool>) {
    return static_cast<To>(value ? 1 : 0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return JavaNarrow<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

template <typename To, typename From>
Result<ArrayPtr> ConvertColumn(const ColumnView& input, const CastCall& call) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<To>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  auto* out = reinterpret_cast<To*>(buffer->mutable_data());
  const Reader<From> values(input);
  for (int64_t i = 0; i < call.rows; ++i) out[i] = Convert<To>(values[i]);
  return MakeFixed(flow::ToArrow(call.to), call.rows, std::move(buffer), nulls);
}

template <typename From>
Result<ArrayPtr> ToBoolean(const ColumnView& input, const CastCall& call) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<bool>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  const Reader<From> values(input);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (values[i] != 0) arrow::bit_util::SetBit(buffer->mutable_data(), i);
  }
  return MakeFixed(arrow::boolean(), call.rows, std::move(buffer), nulls);
}

/// Fills a DECIMAL column; `convert` gives nullopt for what does not fit.
template <typename From, typename Convert>
Result<ArrayPtr> ToDecimalWith(const ColumnView& input, const CastCall& call, Convert convert) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<Int128>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  auto* out = reinterpret_cast<Int128*>(buffer->mutable_data());
  const Reader<From> values(input);
  for (int64_t i = 0; i < call.rows; ++i) {
    out[i] = 0;
    if (nulls.IsNull(i)) continue;
    const std::optional<Int128> value = convert(values[i]);
    if (value) {
      out[i] = *value;
    } else {
      SLUICE_TRY(nulls.SetNull(i));
    }
  }
  return MakeFixed(flow::ToArrow(call.to), call.rows, std::move(buffer), nulls);
}

template <typename From>
Result<ArrayPtr> ToDecimal(const ColumnView& input, const CastCall& call) {
  const DecimalShape to{call.to.precision(), call.to.scale()};
  if constexpr (std::is_floating_point_v<From>) {
    return ToDecimalWith<From>(input, call, [to](From v) { return FloatToDecimal(v, to); });
  } else if constexpr (std::is_same_v<From, Int128>) {
    const int scale = call.from.scale();
    return ToDecimalWith<From>(input, call, [=](Int128 v) { return Rescale(v, scale, to); });
  } else {
    return ToDecimalWith<From>(input, call,
                               [to](From v) { return Rescale(static_cast<int64_t>(v), 0, to); });
  }
}

template <typename From>
Result<ArrayPtr> FromNumber(const ColumnView& input, const CastCall& call) {
  switch (call.to.kind()) {
    case TypeKind::kBoolean:
      if constexpr (!std::is_same_v<From, bool>) return ToBoolean<From>(input, call);
      break;
    case TypeKind::kTinyInt:
      return ConvertColumn<int8_t, From>(input, call);
    case TypeKind::kSmallInt:
      return ConvertColumn<int16_t, From>(input, call);
    case TypeKind::kInt:
    case TypeKind::kIntervalYearMonth:
      return ConvertColumn<int32_t, From>(input, call);
    case TypeKind::kBigInt:
    case TypeKind::kIntervalDaySecond:
      return ConvertColumn<int64_t, From>(input, call);
    case TypeKind::kFloat:
      return ConvertColumn<float, From>(input, call);
    case TypeKind::kDouble:
      return ConvertColumn<double, From>(input, call);
    case TypeKind::kDecimal:
      return ToDecimal<From>(input, call);
    default:
      break;
  }
  return Unsupported("CAST from " + call.from.ToString() + " to " + call.to.ToString());
}

template <typename To>
Result<ArrayPtr> FromDecimal(const ColumnView& input, const CastCall& call) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<To>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  auto* out = reinterpret_cast<To*>(buffer->mutable_data());
  const Reader<Int128> values(input);
  const int scale = call.from.scale();
  const Int128 divisor = PowerOfTen(scale);
  for (int64_t i = 0; i < call.rows; ++i) {
    if constexpr (std::is_floating_point_v<To>) {
      out[i] = nulls.IsNull(i) ? To{0} : static_cast<To>(DecimalToDouble(values[i], scale));
    } else {
      out[i] = static_cast<To>(static_cast<int64_t>(values[i] / divisor));
    }
  }
  return MakeFixed(flow::ToArrow(call.to), call.rows, std::move(buffer), nulls);
}

Result<ArrayPtr> CastDecimal(const ColumnView& input, const CastCall& call) {
  switch (call.to.kind()) {
    case TypeKind::kTinyInt:
      return FromDecimal<int8_t>(input, call);
    case TypeKind::kSmallInt:
      return FromDecimal<int16_t>(input, call);
    case TypeKind::kInt:
      return FromDecimal<int32_t>(input, call);
    case TypeKind::kBigInt:
      return FromDecimal<int64_t>(input, call);
    case TypeKind::kFloat:
      return FromDecimal<float>(input, call);
    case TypeKind::kDouble:
      return FromDecimal<double>(input, call);
    case TypeKind::kDecimal:
      return ToDecimal<Int128>(input, call);
    default:
      return Unsupported("CAST from " + call.from.ToString() + " to " + call.to.ToString());
  }
}

}  // namespace

Result<ArrayPtr> CastNumber(const ColumnView& input, const CastCall& call) {
  switch (call.from.kind()) {
    case TypeKind::kBoolean:
      return FromNumber<bool>(input, call);
    case TypeKind::kTinyInt:
      return FromNumber<int8_t>(input, call);
    case TypeKind::kSmallInt:
      return FromNumber<int16_t>(input, call);
    case TypeKind::kInt:
    case TypeKind::kIntervalYearMonth:
      return FromNumber<int32_t>(input, call);
    case TypeKind::kBigInt:
    case TypeKind::kIntervalDaySecond:
      return FromNumber<int64_t>(input, call);
    case TypeKind::kFloat:
      return FromNumber<float>(input, call);
    case TypeKind::kDouble:
      return FromNumber<double>(input, call);
    case TypeKind::kDecimal:
      return CastDecimal(input, call);
    default:
      return Unsupported("CAST from " + call.from.ToString() + " to " + call.to.ToString());
  }
}

namespace {

/// The parts of a column of ROW, ARRAY, MAP, MULTISET as other types. TRY_CAST of a value of which
/// a part has no counterpart is NULL as a whole, as in Flink.
class NestedCast {
 public:
  NestedCast(const ArrayPtr& column, const CastCall& call)
      : column_(*column),
        call_(call),
        can_lose_(call.try_cast && CastCanFail(call.from, call.to)),
        lost_(column->length()) {}

  /// Parts i of row i, or with `offsets` those from offsets[i] to offsets[i + 1].
  Result<ArrayPtr> Part(const ArrayPtr& part, const Type& from, const Type& to,
                        const int32_t* offsets) {
    SLUICE_ASSIGN(ArrayPtr cast, CastColumn({part, nullptr}, from, to, call_.try_cast,
                                            part->length(), call_.context));
    if (!can_lose_ || cast->null_count() == part->null_count()) return cast;
    for (int64_t row = 0; row < column_.length(); ++row) {
      const int64_t end = offsets != nullptr ? offsets[row + 1] : row + 1;
      for (int64_t i = offsets != nullptr ? offsets[row] : row; i < end; ++i) {
        if (cast->IsValid(i) || part->IsNull(i)) continue;
        SLUICE_TRY(lost_.SetNull(row));
        break;
      }
    }
    return cast;
  }
  bool any_lost() const { return lost_.any(); }

  /// Rows that were NULL before are among the lost ones from now on.
  Status TakeNulls() {
    for (int64_t row = 0; row < column_.length(); ++row) {
      if (column_.IsNull(row)) SLUICE_TRY(lost_.SetNull(row));
    }
    return Status::Ok();
  }
  const NullBits& lost() const { return lost_; }

 private:
  const arrow::Array& column_;
  const CastCall& call_;
  const bool can_lose_;
  NullBits lost_;
};

/// Takes the parts of rows that are lost out of lists.
Status DropLost(const NullBits& lost, int64_t rows, arrow::ArrayData* list,
                std::vector<ArrayPtr>* parts) {
  const auto* offsets = list->GetValues<int32_t>(1);
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows + 1));
  auto* next = reinterpret_cast<int32_t*>(buffer->mutable_data());
  Selection kept;
  *next = 0;
  for (int64_t row = 0; row < rows; ++row) {
    for (int32_t i = offsets[row]; !lost.IsNull(row) && i < offsets[row + 1]; ++i) {
      kept.push_back(i);
    }
    *++next = static_cast<int32_t>(kept.size());
  }
  for (ArrayPtr& part : *parts) {
    SLUICE_ASSIGN(part, Gather(part, kept));
  }
  list->buffers[1] = std::move(buffer);
  return Status::Ok();
}

Result<ArrayPtr> CastRow(const ArrayPtr& own, const CastCall& call) {
  auto out = own->data()->Copy();
  out->type = flow::ToArrow(call.to);
  NestedCast cast(own, call);
  for (size_t i = 0; i < out->child_data.size(); ++i) {
    SLUICE_ASSIGN(const ArrayPtr field, FlattenField(own, static_cast<int>(i)));
    SLUICE_ASSIGN(const ArrayPtr part, cast.Part(field, *call.from.fields()[i].type,
                                                 *call.to.fields()[i].type, nullptr));
    out->child_data[i] = part->data();
  }
  if (cast.any_lost()) {
    SLUICE_TRY(cast.TakeNulls());
    out->buffers[0] = cast.lost().buffer();
    out->null_count = arrow::kUnknownNullCount;
  }
  return arrow::MakeArray(out);
}

/// ARRAY: the elements. MAP: keys and values. MULTISET: the keys; how many there are stays.
Result<ArrayPtr> CastList(const ArrayPtr& own, const CastCall& call) {
  auto out = own->data()->Copy();
  out->type = flow::ToArrow(call.to);
  const bool array = call.from.kind() == TypeKind::kArray;
  const ArrayPtr child = arrow::MakeArray(out->child_data[0]);
  std::vector<ArrayPtr> parts;
  if (array) {
    parts.push_back(child);
  } else {
    const auto& entries = static_cast<const arrow::StructArray&>(*child);
    parts = {entries.field(0), entries.field(1)};
  }
  const size_t changed = call.from.kind() == TypeKind::kMap ? 2 : 1;
  NestedCast cast(own, call);
  const auto* offsets = out->GetValues<int32_t>(1);
  for (size_t i = 0; i < changed; ++i) {
    const Type& from = array ? *call.from.element() : *call.from.fields()[i].type;
    const Type& to = array ? *call.to.element() : *call.to.fields()[i].type;
    SLUICE_ASSIGN(parts[i], cast.Part(parts[i], from, to, offsets));
  }
  if (cast.any_lost()) {
    SLUICE_TRY(cast.TakeNulls());
    SLUICE_TRY(DropLost(cast.lost(), own->length(), out.get(), &parts));
    out->buffers[0] = cast.lost().buffer();
    out->null_count = arrow::kUnknownNullCount;
  }
  if (array) {
    out->child_data[0] = parts[0]->data();
  } else {
    const auto type = static_cast<const arrow::MapType&>(*out->type).value_type();
    out->child_data[0] = arrow::ArrayData::Make(type, parts[0]->length(), {nullptr},
                                                {parts[0]->data(), parts[1]->data()}, 0);
  }
  return arrow::MakeArray(out);
}

}  // namespace

Result<ArrayPtr> CastNested(const ColumnView& input, const CastCall& call) {
  // Gathered first: then offset is 0 and children hold no rows that are not needed, whose failure
  // would fail the query.
  Selection rows(static_cast<size_t>(call.rows), 0);
  if (!input.constant()) {
    for (int64_t i = 0; i < call.rows; ++i) rows[static_cast<size_t>(i)] = static_cast<int32_t>(i);
  }
  SLUICE_ASSIGN(const ArrayPtr own, Gather(input.array(), rows));
  return call.from.kind() == TypeKind::kRow ? CastRow(own, call) : CastList(own, call);
}

}  // namespace sluice::functions
