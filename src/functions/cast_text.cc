// SPDX-License-Identifier: Apache-2.0
// CAST from text and to text. Lengths count characters (UTF-8 code points); CHAR(n) is padded with
// blanks, VARCHAR(n) cut, BINARY(n) padded with zero bytes, as in Flink.
#include <array>
#include <utility>

#include "functions/calendar.h"
#include "functions/cast_internal.h"
#include "functions/decimal.h"
#include "functions/number_text.h"
#include "functions/time_text.h"
#include "functions/utf8.h"
#include "functions/zone.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

Error CannotParse(std::string_view text, const Type& to) {
  constexpr size_t kShown = 100;
  std::string shown(text.substr(0, kShown));
  if (text.size() > kShown) shown += "...";
  return InvalidArgument("cannot CAST to " + to.WithNullable(true)->ToString() + ": '" + shown +
                         "'");
}

/// Parses each row; nullopt fails the row, or is NULL in TRY_CAST.
template <typename T, typename Parse>
Result<ArrayPtr> ParseColumn(const ColumnView& input, const CastCall& call, Parse parse) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<T>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  const Reader<std::string_view> texts(input);
  for (int64_t row = 0; row < call.rows; ++row) {
    std::optional<T> value = T{};
    if (!nulls.IsNull(row)) {
      value = parse(texts[row]);
      if (!value) {
        if (!call.try_cast) return CannotParse(texts[row], call.to);
        value = T{};
        SLUICE_TRY(nulls.SetNull(row));
      }
    }
    if constexpr (std::is_same_v<T, bool>) {
      if (*value) arrow::bit_util::SetBit(buffer->mutable_data(), row);
    } else {
      reinterpret_cast<T*>(buffer->mutable_data())[row] = *value;
    }
  }
  return MakeFixed(flow::ToArrow(call.to), call.rows, std::move(buffer), nulls);
}

std::optional<bool> ParseTruth(std::string_view text) {
  if (text.size() > 5) return std::nullopt;
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const char* yes : {"t", "true", "y", "yes", "1"}) {
    if (lower == yes) return true;
  }
  for (const char* no : {"f", "false", "n", "no", "0"}) {
    if (lower == no) return false;
  }
  return std::nullopt;
}

Result<ArrayPtr> ParseDecimals(const ColumnView& input, const CastCall& call) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<Int128>(call.rows));
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  const Reader<std::string_view> texts(input);
  auto* out = reinterpret_cast<Int128*>(buffer->mutable_data());
  const DecimalShape shape{call.to.precision(), call.to.scale()};
  for (int64_t row = 0; row < call.rows; ++row) {
    out[row] = 0;
    if (nulls.IsNull(row)) continue;
    bool is_number = false;
    const auto value = ParseDecimal(TrimBlanks(texts[row]), shape, &is_number);
    if (!value && !call.try_cast) return CannotParse(texts[row], call.to);
    if (value) {
      out[row] = *value;
    } else {
      SLUICE_TRY(nulls.SetNull(row));
    }
  }
  return MakeFixed(flow::ToArrow(call.to), call.rows, std::move(buffer), nulls);
}

/// Nanoseconds of a second cut to `precision` places.
int64_t CutNanos(int64_t nanos, int precision) {
  int64_t step = 1;
  for (int i = precision; i < 9; ++i) step *= 10;
  return nanos / step * step;
}

Result<ArrayPtr> ParseTimestamps(const ColumnView& input, const CastCall& call) {
  const int64_t unit = UnitsPerSecond(call.to);
  const int precision = call.to.precision();
  const bool zoned = call.to.kind() == TypeKind::kTimestampLtz;
  SLUICE_ASSIGN(Zone zone, Zone::Find(zoned ? call.context.time_zone : "UTC"));
  return ParseColumn<int64_t>(input, call, [&](std::string_view text) -> std::optional<int64_t> {
    const auto clock = ParseTimestamp(text);
    int64_t ticks;
    if (!clock || __builtin_mul_overflow(zone.ToUtc(clock->seconds), unit, &ticks)) {
      return std::nullopt;
    }
    const int64_t nanos = CutNanos(clock->nanos, precision);
    return ticks + nanos / (1000000000 / unit);
  });
}

}  // namespace

Result<ArrayPtr> CastFromText(const ColumnView& input, const CastCall& call) {
  switch (call.to.kind()) {
    case TypeKind::kBoolean:
      return ParseColumn<bool>(input, call, &ParseTruth);
    case TypeKind::kTinyInt:
      return ParseColumn<int8_t>(input, call, &ParseIntegral<int8_t>);
    case TypeKind::kSmallInt:
      return ParseColumn<int16_t>(input, call, &ParseIntegral<int16_t>);
    case TypeKind::kInt:
      return ParseColumn<int32_t>(input, call, &ParseIntegral<int32_t>);
    case TypeKind::kBigInt:
      return ParseColumn<int64_t>(input, call, &ParseIntegral<int64_t>);
    case TypeKind::kFloat:
      return ParseColumn<float>(input, call, &ParseFloat);
    case TypeKind::kDouble:
      return ParseColumn<double>(input, call, &ParseDouble);
    case TypeKind::kDecimal:
      return ParseDecimals(input, call);
    case TypeKind::kDate:
      return ParseColumn<int32_t>(input, call, &ParseDate);
    case TypeKind::kTime: {
      const int precision = call.to.precision();
      return ParseColumn<int64_t>(input, call,
                                  [precision](std::string_view text) -> std::optional<int64_t> {
                                    const auto micros = ParseTime(text);
                                    if (!micros) return std::nullopt;
                                    return *micros - *micros % 1000000 +
                                           CutNanos(*micros % 1000000 * 1000, precision) / 1000;
                                  });
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return ParseTimestamps(input, call);
    default:
      return Unsupported("CAST from " + call.from.ToString() + " to " + call.to.ToString());
  }
}

namespace {

/// A function that appends one value of the column as text.
template <typename Write>
void AppendWritten(TextWriter* out, int room, Write write) {
  char* begin = out->Extend(room);
  const int size = write(begin);
  const auto kept = static_cast<int64_t>(out->current().size()) - room + size;
  out->ResizeRow(kept);
}

Status AppendNested(const ColumnView& input, int64_t row, const Type& type,
                    const EvalContext& context, TextWriter* out);

Status AppendTimestamp(const ColumnView& input, int64_t row, const Type& type,
                       const EvalContext& context, TextWriter* out) {
  const int64_t unit = UnitsPerSecond(type);
  int64_t ticks = Reader<int64_t>(input)[row];
  if (type.kind() == TypeKind::kTimestampLtz && context.time_zone != "UTC") {
    SLUICE_ASSIGN(Zone zone, Zone::Find(context.time_zone));
    const int64_t seconds = FloorDivide(ticks, unit);
    ticks += (zone.ToLocal(seconds) - seconds) * unit;
  }
  AppendWritten(out, kTimeTextBytes,
                [&](char* to) { return WriteTimestamp(ticks, unit, type.precision(), to); });
  return Status::Ok();
}

template <typename T>
void AppendInteger(const ColumnView& input, int64_t row, TextWriter* out) {
  char text[24];
  const T value = Reader<T>(input)[row];
  const auto end = std::to_chars(text, text + sizeof(text), static_cast<int64_t>(value)).ptr;
  out->Append(std::string_view(text, static_cast<size_t>(end - text)));
}

}  // namespace

Status AppendText(const ColumnView& input, int64_t row, const Type& type,
                  const EvalContext& context, TextWriter* out) {
  switch (type.kind()) {
    case TypeKind::kNull:
      out->Append("NULL");
      break;
    case TypeKind::kBoolean:
      out->Append(Reader<bool>(input)[row] ? "TRUE" : "FALSE");
      break;
    case TypeKind::kTinyInt:
      AppendInteger<int8_t>(input, row, out);
      break;
    case TypeKind::kSmallInt:
      AppendInteger<int16_t>(input, row, out);
      break;
    case TypeKind::kInt:
      AppendInteger<int32_t>(input, row, out);
      break;
    case TypeKind::kBigInt:
      AppendInteger<int64_t>(input, row, out);
      break;
    case TypeKind::kFloat:
      AppendWritten(out, kFloatTextBytes,
                    [&](char* to) { return WriteFloat(Reader<float>(input)[row], to); });
      break;
    case TypeKind::kDouble:
      AppendWritten(out, kFloatTextBytes,
                    [&](char* to) { return WriteDouble(Reader<double>(input)[row], to); });
      break;
    case TypeKind::kDecimal:
      AppendWritten(out, 48, [&](char* to) {
        return WriteDecimal(Reader<Int128>(input)[row], type.scale(), to);
      });
      break;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      out->Append(Reader<std::string_view>(input)[row]);
      break;
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      AppendValidUtf8(Reader<std::string_view>(input)[row], out);
      break;
    case TypeKind::kDate:
      AppendWritten(out, kTimeTextBytes,
                    [&](char* to) { return WriteDate(Reader<int32_t>(input)[row], to); });
      break;
    case TypeKind::kTime:
      AppendWritten(out, kTimeTextBytes, [&](char* to) {
        return WriteTime(Reader<int64_t>(input)[row], type.precision(), to);
      });
      break;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return AppendTimestamp(input, row, type, context, out);
    case TypeKind::kIntervalYearMonth:
      AppendWritten(out, kTimeTextBytes,
                    [&](char* to) { return WriteMonths(Reader<int32_t>(input)[row], to); });
      break;
    case TypeKind::kIntervalDaySecond:
      AppendWritten(out, kTimeTextBytes,
                    [&](char* to) { return WriteMillis(Reader<int64_t>(input)[row], to); });
      break;
    default:
      return AppendNested(input, row, type, context, out);
  }
  return Status::Ok();
}

namespace {

Status AppendChild(const ColumnView& child, int64_t row, const Type& type,
                   const EvalContext& context, TextWriter* out) {
  if (child.IsNull(row)) {
    out->Append("NULL");
    return Status::Ok();
  }
  return AppendText(child, row, type, context, out);
}

/// "(a, b)" of a ROW, "[a, b]" of an ARRAY, "{k=v, k=v}" of a MAP.
Status AppendNested(const ColumnView& input, int64_t row, const Type& type,
                    const EvalContext& context, TextWriter* out) {
  const int64_t at = input.constant() ? 0 : row;
  if (type.kind() == TypeKind::kRow) {
    const auto& rows = static_cast<const arrow::StructArray&>(*input.array());
    out->Append('(');
    for (int i = 0; i < rows.num_fields(); ++i) {
      if (i > 0) out->Append(", ");
      SLUICE_TRY(AppendChild(ColumnView::Of(rows.field(i)), at,
                             *type.fields()[static_cast<size_t>(i)].type, context, out));
    }
    out->Append(')');
    return Status::Ok();
  }
  const auto& lists = static_cast<const arrow::BaseListArray<arrow::ListType>&>(*input.array());
  const bool is_array = type.kind() == TypeKind::kArray;
  const int64_t begin = lists.value_offset(at), end = lists.value_offset(at + 1);
  out->Append(is_array ? '[' : '{');
  const ArrayPtr& values = lists.values();
  for (int64_t i = begin; i < end; ++i) {
    if (i > begin) out->Append(", ");
    if (is_array) {
      SLUICE_TRY(AppendChild(ColumnView::Of(values), i, *type.element(), context, out));
      continue;
    }
    const auto& entries = static_cast<const arrow::StructArray&>(*values);
    SLUICE_TRY(
        AppendChild(ColumnView::Of(entries.field(0)), i, *type.fields()[0].type, context, out));
    out->Append('=');
    const flow::TypePtr value =
        type.kind() == TypeKind::kMap ? type.value() : Type::Simple(TypeKind::kInt, false);
    SLUICE_TRY(AppendChild(ColumnView::Of(entries.field(1)), i, *value, context, out));
  }
  out->Append(is_array ? ']' : '}');
  return Status::Ok();
}

/// Cuts or pads the current row to the length of the type.
void EnforceLength(const Type& to, TextWriter* out) {
  if (to.length() == Type::kUnboundedLength) return;
  const auto wanted = static_cast<int64_t>(to.length());
  const std::string_view text = out->current();
  const bool bytes = to.is_binary();
  const int64_t length = bytes ? static_cast<int64_t>(text.size()) : CountCharacters(text);
  if (length > wanted) {
    out->ResizeRow(bytes ? wanted : BytesOfCharacters(text, wanted));
  } else if (length < wanted && (to.kind() == TypeKind::kChar || to.kind() == TypeKind::kBinary)) {
    const int64_t missing = wanted - length;
    std::memset(out->Extend(missing), bytes ? 0 : ' ', static_cast<size_t>(missing));
  }
}

}  // namespace

Result<ArrayPtr> CastToText(const ColumnView& input, const CastCall& call) {
  if (call.to.is_binary() && !call.from.is_binary() && !call.from.is_character()) {
    return Unsupported("CAST from " + call.from.ToString() + " to " + call.to.ToString());
  }
  NullBits nulls(call.rows);
  SLUICE_TRY(nulls.Take(input));
  // Bytes and text are the same in a cast to bytes.
  const flow::TypePtr raw = Type::Varchar();
  const Type& shown = call.to.is_binary() ? *raw : call.from;
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(call.rows, call.rows * 16));
  for (int64_t row = 0; row < call.rows; ++row) {
    if (!nulls.IsNull(row)) {
      SLUICE_TRY(AppendText(input, row, shown, call.context, &out));
      EnforceLength(call.to, &out);
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(call.to), nulls);
}

}  // namespace sluice::functions
