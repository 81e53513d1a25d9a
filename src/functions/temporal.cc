// SPDX-License-Identifier: Apache-2.0
// Points in time from and to text and numbers, and the current time (docs "Temporal Functions").
// Wall clocks of TIMESTAMP_LTZ and of text about instants are in the session's time zone.
#include <cmath>
#include <optional>
#include <string_view>

#include "functions/apply.h"
#include "functions/calendar.h"
#include "functions/date_pattern.h"
#include "functions/decimal.h"
#include "functions/families.h"
#include "functions/signature.h"
#include "functions/time_parts.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

constexpr std::string_view kDefaultPattern = "yyyy-MM-dd HH:mm:ss";

/// A text as a wall clock: by CAST's form, or by a pattern.
std::optional<WallClock> ReadClock(std::string_view text,
                                   const std::optional<std::string_view>& pattern,
                                   const Error** error) {
  if (!pattern) return ParseTimestamp(text);
  thread_local std::optional<Error> failed;
  auto compiled = CompiledPattern(*pattern);
  if (!compiled.ok()) {
    failed = std::move(compiled).error();
    *error = &*failed;
    return std::nullopt;
  }
  return (*compiled)->Read(text);
}

using Clock = Result<std::optional<WallClock>>;

Clock ReadText(std::string_view text, const std::optional<std::string_view>& pattern) {
  const Error* error = nullptr;
  auto clock = ReadClock(text, pattern, &error);
  if (error != nullptr) return Error(*error);
  return clock;
}

Result<ArrayPtr> EvaluateDateFormat(const Expr& call, std::span<const Argument> arguments,
                                    int64_t rows, const EvalContext& context) {
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  const Type& type = *call.children[0]->type;
  SLUICE_ASSIGN(const Zone zone, Zone::Find(context.time_zone));
  const Reader<std::string_view> patterns(in.columns[1]);
  const bool constant = in.columns[1].constant() && !in.columns[1].IsNull(0);
  DatePattern* compiled = nullptr;
  if (constant) {
    SLUICE_ASSIGN(compiled, CompiledPattern(patterns[0]));
    SLUICE_TRY(compiled->CheckWritable());
  }
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 20));
  const NullBits skipped = in.nulls;
  std::optional<WallReader> clocks;
  if (!type.is_character()) clocks.emplace(in.columns[0], type, zone);
  for (int64_t row = 0; row < rows; ++row) {
    if (!skipped.IsNull(row)) {
      if (!constant) {
        SLUICE_ASSIGN(compiled, CompiledPattern(patterns[row]));
        SLUICE_TRY(compiled->CheckWritable());
      }
      std::optional<WallClock> clock;
      if (clocks) {
        clock = (*clocks)[row];
      } else {
        SLUICE_ASSIGN(clock,
                      ReadText(Reader<std::string_view>(in.columns[0])[row], kDefaultPattern));
      }
      if (clock) {
        compiled->Format(clock->seconds, clock->nanos, &out);
      } else {
        SLUICE_TRY(in.nulls.SetNull(row));
      }
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), in.nulls);
}

/// A pattern that is a literal is checked when the query is planned.
Status CheckPattern(std::span<const ExprPtr> arguments, size_t index, bool reads) {
  if (index >= arguments.size()) return Status::Ok();
  if (const auto pattern = LiteralString(*arguments[index])) {
    if (reads) return DatePattern::CheckReadable(*pattern);
    SLUICE_ASSIGN(const DatePattern parsed, DatePattern::Parse(*pattern));
    return parsed.CheckWritable();
  }
  return Status::Ok();
}

Result<Signature> ResolveDateFormat(std::span<const ExprPtr> arguments) {
  SLUICE_TRY(CheckPattern(arguments, 1, false));
  return ResolveText(
      "point, string -> string | time, string -> string | "
      "string, string -> string null",
      arguments);
}

template <SignatureText kPattern, bool kReads = true>
Result<Signature> ResolvePatterned(std::span<const ExprPtr> arguments) {
  SLUICE_TRY(CheckPattern(arguments, 1, kReads));
  return Takes<kPattern>(arguments);
}

/// A text that has not the form of the pattern may have CAST's, as in Flink.
Clock ReadEither(std::string_view text, const std::optional<std::string_view>& pattern) {
  SLUICE_ASSIGN(const auto clock, ReadText(text, pattern));
  return clock ? clock : ParseTimestamp(text);
}

Result<std::optional<int64_t>> ToTimestamp(std::string_view text,
                                           std::optional<std::string_view> pattern) {
  SLUICE_ASSIGN(const auto clock, ReadEither(text, pattern));
  if (!clock) return std::optional<int64_t>();
  return std::optional<int64_t>(clock->seconds * 1000000 + clock->nanos / 1000000 * 1000);
}

/// By a pattern as UNIX_TIMESTAMP reads it, with the date in UTC where the text names a zone.
Result<std::optional<int32_t>> ToDate(const EvalContext& context, std::string_view text,
                                      std::optional<std::string_view> pattern) {
  if (!pattern) return ParseDate(text);
  SLUICE_ASSIGN(const DatePattern* compiled, CompiledPattern(*pattern));
  const int64_t this_year = CivilOf(FloorDivide(context.now_ms, kMsPerDay)).year;
  std::optional<int64_t> offset_s;
  const auto clock = compiled->ReadLeniently(text, this_year, &offset_s);
  if (!clock) return std::optional<int32_t>();
  const int64_t day = FloorDivide(clock->seconds - offset_s.value_or(0), kSecondsPerDay);
  constexpr int64_t kFirst = -719162, kLast = 2932896;  // of the years 0001 to 9999
  if (day < kFirst || day > kLast) return std::optional<int32_t>();
  return std::optional<int32_t>(static_cast<int32_t>(day));
}

/// Milliseconds within the years 0001 to 9999 as microseconds, else NULL.
std::optional<int64_t> InstantOfMs(int64_t ms) {
  constexpr int64_t kFirst = -62135596800000, kLast = 253402300799999;
  if (ms < kFirst || ms > kLast) return std::nullopt;
  return ms * 1000;
}

Result<std::optional<int64_t>> ToInstant(int64_t value, std::optional<int32_t> precision) {
  const int32_t digits = precision.value_or(3);
  if (digits == 3) return InstantOfMs(value);
  if (digits != 0) {
    return InvalidArgument(
        "TO_TIMESTAMP_LTZ knows the precisions 0 (seconds) and 3 "
        "(milliseconds), not " +
        std::to_string(digits));
  }
  int64_t ms;
  if (__builtin_mul_overflow(value, int64_t{1000}, &ms)) return std::optional<int64_t>();
  return InstantOfMs(ms);
}

Result<std::optional<int64_t>> DoubleToInstant(double value, std::optional<int32_t> precision) {
  if (!(std::fabs(value) < 9e15)) return std::optional<int64_t>();
  if (precision.value_or(3) == 0) return InstantOfMs(static_cast<int64_t>(value * 1000));
  return ToInstant(static_cast<int64_t>(value), precision);
}

Result<std::optional<int64_t>> TextToInstant(const EvalContext& context, std::string_view text,
                                             std::optional<std::string_view> pattern,
                                             std::optional<std::string_view> zone_name) {
  SLUICE_ASSIGN(const auto clock, ReadEither(text, pattern));
  if (!clock) return std::optional<int64_t>();
  (void)context;
  auto zone = Zone::Find(zone_name.value_or("UTC"));
  if (!zone.ok()) return std::optional<int64_t>();  // as Flink: NULL
  return std::optional<int64_t>(zone->ToUtc(clock->seconds) * 1000000 +
                                clock->nanos / 1000000 * 1000);
}

Result<ArrayPtr> EvaluateToInstant(const Expr& call, std::span<const Argument> arguments,
                                   int64_t rows, const EvalContext& context) {
  const Type& type = *call.children[0]->type;
  if (type.is_character()) return Apply<&TextToInstant>(call, arguments, rows, context);
  if (type.is_approximate()) return Apply<&DoubleToInstant>(call, arguments, rows, context);
  return Apply<&ToInstant>(call, arguments, rows, context);
}

/// A DECIMAL without its fraction.
Result<Signature> ResolveToInstant(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature,
                ResolveText("bigint, int? -> ltz null | double, int? -> ltz null | "
                            "string, string?, string? -> ltz null",
                            arguments));
  if (arguments[0]->type->kind() == TypeKind::kDecimal) {
    signature.arguments[0] = Type::Simple(TypeKind::kBigInt, arguments[0]->type->nullable());
  }
  return signature;
}

Result<int64_t> UnixOfText(const EvalContext& context, std::string_view text,
                           std::optional<std::string_view> pattern) {
  SLUICE_ASSIGN(DatePattern * compiled, CompiledPattern(pattern.value_or(kDefaultPattern)));
  const int64_t this_year = CivilOf(FloorDivide(context.now_ms, kMsPerDay)).year;
  std::optional<int64_t> offset_s;
  const auto clock = compiled->ReadLeniently(text, this_year, &offset_s);
  if (!clock) return std::numeric_limits<int64_t>::min();  // as Flink: Long.MIN_VALUE
  if (offset_s) return clock->seconds - *offset_s;
  SLUICE_ASSIGN(Zone zone, Zone::Find(context.time_zone));
  return zone.ToUtc(clock->seconds);
}

Result<ArrayPtr> Repeated(const Expr& call, int64_t rows, std::shared_ptr<arrow::Scalar> value) {
  SLUICE_ASSIGN(value, value->CastTo(flow::ToArrow(*call.type)));
  SLUICE_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*value, rows));
  return array;
}

Result<ArrayPtr> EvaluateUnixTimestamp(const Expr& call, std::span<const Argument> arguments,
                                       int64_t rows, const EvalContext& context) {
  if (!arguments.empty()) return Apply<&UnixOfText>(call, arguments, rows, context);
  return Repeated(call, rows, arrow::MakeScalar(FloorDivide(context.now_ms, 1000)));
}

Status FromUnixTime(const EvalContext& context, int64_t seconds,
                    std::optional<std::string_view> pattern, TextWriter& out) {
  SLUICE_ASSIGN(Zone zone, Zone::Find(context.time_zone));
  SLUICE_ASSIGN(DatePattern * compiled, CompiledPattern(pattern.value_or(kDefaultPattern)));
  SLUICE_TRY(compiled->CheckWritable());
  compiled->Format(zone.ToLocal(seconds), 0, &out);
  return Status::Ok();
}

Result<bool> ConvertTz(std::string_view text, std::string_view from, std::string_view to,
                       TextWriter& out) {
  SLUICE_ASSIGN(const auto clock, ReadText(text, kDefaultPattern));
  if (!clock) return false;
  SLUICE_ASSIGN(Zone source, Zone::Find(from));
  SLUICE_ASSIGN(Zone target, Zone::Find(to));
  SLUICE_ASSIGN(DatePattern * compiled, CompiledPattern(kDefaultPattern));
  compiled->Format(target.ToLocal(source.ToUtc(clock->seconds)), 0, &out);
  return true;
}

enum class Now { kInstant, kLocal, kDate, kTime };

template <Now kNow>
Result<ArrayPtr> EvaluateNow(const Expr& call, std::span<const Argument>, int64_t rows,
                             const EvalContext& context) {
  SLUICE_ASSIGN(Zone zone, Zone::Find(context.time_zone));
  const int64_t seconds = FloorDivide(context.now_ms, 1000);
  const int64_t micros = (context.now_ms - seconds * 1000) * 1000;
  const int64_t local = zone.ToLocal(seconds);
  const auto type = flow::ToArrow(*call.type);
  int64_t value = seconds * 1000000 + micros;
  if (kNow == Now::kLocal) value = local * 1000000 + micros;
  if (kNow == Now::kTime) value = FloorModulo(local, kSecondsPerDay) * 1000000;
  std::shared_ptr<arrow::Scalar> scalar;
  if (kNow == Now::kDate) {
    scalar = std::make_shared<arrow::Date32Scalar>(
        static_cast<int32_t>(FloorDivide(local, kSecondsPerDay)));
  } else if (kNow == Now::kTime) {
    scalar = std::make_shared<arrow::Time64Scalar>(value, arrow::TimeUnit::MICRO);
  } else {
    scalar = std::make_shared<arrow::TimestampScalar>(value, type);
  }
  SLUICE_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*scalar, rows));
  return array;
}

template <Now kNow>
Result<Signature> ResolveNow(std::span<const ExprPtr> arguments) {
  if (!arguments.empty()) return InvalidArgument("takes no arguments");
  switch (kNow) {
    case Now::kInstant:
      return Signature{{}, Type::TimestampLtz(3, false)};
    case Now::kLocal:
      return Signature{{}, Type::Timestamp(3, false)};
    case Now::kDate:
      return Signature{{}, Type::Simple(TypeKind::kDate, false)};
    case Now::kTime:
      return Signature{{}, Type::Time(0, false)};
  }
  return Internal("unknown clock");
}

Result<Signature> ResolveWatermark(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 1) return InvalidArgument("takes one argument");
  const Type& time = *arguments[0]->type;
  if (!time.is_rowtime()) {
    return InvalidArgument("must be called with a single rowtime attribute argument, but '" +
                           time.ToString() + "' is none");
  }
  return Signature{{arguments[0]->type},
                   time.kind() == TypeKind::kTimestampLtz ? Type::TimestampLtz(3, true)
                                                          : Type::Timestamp(3, true)};
}

/// A Calc puts a column of its own in the place of the call; nothing else knows a watermark.
Result<ArrayPtr> EvaluateWatermark(const Expr&, std::span<const Argument>, int64_t,
                                   const EvalContext&) {
  return Unsupported(
      "CURRENT_WATERMARK is known in SELECT and WHERE, not in the condition of a join or the like");
}

}  // namespace

std::vector<Function> TemporalFunctions() {
  const char* kind = "temporal";
  std::vector<Function> functions = {
      {"DATE_FORMAT", kind, "DATE_FORMAT(point, pattern)",
       "The point in time written by a pattern of Java's DateTimeFormatter",
       "DATE_FORMAT(TIMESTAMP '2020-01-02 03:04:05', 'yyyy-MM-dd') = '2020-01-02'",
       &ResolveDateFormat, &EvaluateDateFormat, true, true},
      {"TO_TIMESTAMP", kind, "TO_TIMESTAMP(text[, pattern])",
       "The text as a TIMESTAMP(3); NULL if it has not the form",
       "TO_TIMESTAMP('2020-01-02 03:04:05') = TIMESTAMP '2020-01-02 03:04:05'",
       &ResolvePatterned<"string, string? -> timestamp null">, &Apply<&ToTimestamp>, true, true},
      {"TO_DATE", kind, "TO_DATE(text[, pattern])", "The text as a DATE; NULL if it is none",
       "TO_DATE('2020-01-02') = DATE '2020-01-02'",
       &ResolvePatterned<"string, string? -> date null">, &Apply<&ToDate>, true, true},
      {"TO_TIMESTAMP_LTZ", kind,
       "TO_TIMESTAMP_LTZ(number[, precision]), TO_TIMESTAMP_LTZ(text[, pattern[, zone]])",
       "Seconds (precision 0) or milliseconds (3) since 1970, or a text of a time zone (UTC), as "
       "a TIMESTAMP_LTZ(3); NULL for a zone that is none",
       "TO_TIMESTAMP_LTZ(1000, 3)", &ResolveToInstant, &EvaluateToInstant, true, true},
      {"UNIX_TIMESTAMP", kind, "UNIX_TIMESTAMP([text[, pattern]])",
       "Seconds since 1970 of now, or of a text in the session's time zone",
       "UNIX_TIMESTAMP('1970-01-01 00:00:10')", &ResolvePatterned<"string?, string? -> bigint">,
       &EvaluateUnixTimestamp, false, true},
      {"FROM_UNIXTIME", kind, "FROM_UNIXTIME(seconds[, pattern])",
       "Seconds since 1970 written in the session's time zone",
       "FROM_UNIXTIME(44) = '1970-01-01 00:00:44'",
       &ResolvePatterned<"bigint, string? -> string", false>, &Apply<&FromUnixTime>, true, true},
      {"CONVERT_TZ", kind, "CONVERT_TZ(text, from, to)",
       "A time of one time zone written in another",
       "CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles') = '1969-12-31 16:00:00'",
       &Takes<"string, string, string -> string null">, &Apply<&ConvertTz>, true, true},
      {"CURRENT_WATERMARK", kind, "CURRENT_WATERMARK(rowtime)",
       "The watermark that has reached the row's operator, as the type of the time attribute; NULL "
       "while there is none. A row is late where rowtime <= CURRENT_WATERMARK(rowtime)",
       "CURRENT_WATERMARK(rowtime)", &ResolveWatermark, &EvaluateWatermark, false, false}};
  auto now = [&](const char* name, auto resolve, auto evaluate, const char* words) {
    functions.push_back({name, kind, name, words, name, resolve, evaluate, false, false});
  };
  now("CURRENT_TIMESTAMP", &ResolveNow<Now::kInstant>, &EvaluateNow<Now::kInstant>,
      "The instant now, as TIMESTAMP_LTZ(3)");
  now("NOW", &ResolveNow<Now::kInstant>, &EvaluateNow<Now::kInstant>,
      "The instant now, as TIMESTAMP_LTZ(3)");
  now("CURRENT_ROW_TIMESTAMP", &ResolveNow<Now::kInstant>, &EvaluateNow<Now::kInstant>,
      "The instant now, as TIMESTAMP_LTZ(3)");
  now("PROCTIME", &ResolveNow<Now::kInstant>, &EvaluateNow<Now::kInstant>,
      "The instant at which the row is processed, as TIMESTAMP_LTZ(3)");
  now("LOCALTIMESTAMP", &ResolveNow<Now::kLocal>, &EvaluateNow<Now::kLocal>,
      "The time now in the session's time zone, as TIMESTAMP(3)");
  now("CURRENT_DATE", &ResolveNow<Now::kDate>, &EvaluateNow<Now::kDate>,
      "The date now in the session's time zone");
  now("CURRENT_TIME", &ResolveNow<Now::kTime>, &EvaluateNow<Now::kTime>,
      "The time of day now in the session's time zone");
  now("LOCALTIME", &ResolveNow<Now::kTime>, &EvaluateNow<Now::kTime>,
      "The time of day now in the session's time zone");
  return functions;
}

}  // namespace sluice::functions
