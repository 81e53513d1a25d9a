// SPDX-License-Identifier: Apache-2.0
// One JSON value into one column, by Flink's rules of conversion (JsonParserToRowDataConverters).
#include <cmath>

#include "formats/json/number.h"
#include "formats/json/string_text.h"
#include "formats/json/time_text.h"
#include "formats/json/walker.h"

namespace sluice::formats::json {

namespace {

constexpr size_t kMinuteSize = 16;    // "2015-07-15 00:00"
constexpr int kSnippetBytesMax = 40;  // of a value that is shown in a reason

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

int64_t TruncateNanos(int64_t nanos, int precision) {
  if (precision >= 9) return nanos;
  const auto unit = static_cast<int64_t>(kPowersOfTen[9 - precision]);
  return nanos / unit * unit;
}

// The compact form of JSON text that is known to be right: no blanks, strings in their shortest
// escapes, numbers as they are written.
void AppendCompact(std::string_view json, std::string* out) {
  const char* p = json.data();
  const char* const end = p + json.size();
  bool in_string = false;
  while (p < end) {
    if (in_string && *p == '\\') {
      char bytes[4];
      int size = 0;
      ReadEscape(&p, end, bytes, &size);
      AppendEscaped({bytes, static_cast<size_t>(size)}, out);
      continue;
    }
    if (*p == '"') in_string = !in_string;
    if (in_string || !IsSpace(*p)) *out += *p;
    ++p;
  }
}

}  // namespace

const char* Walker::Unfit(const Column& column, const char* p) {
  cursor_.bad = p;
  unfit_ = &column;
  return nullptr;
}

std::string Walker::Reason() {
  const auto size = static_cast<size_t>(cursor_.end - cursor_.begin);
  // Text that is not UTF-8 is not quoted, whatever else is wrong with it.
  const TextError utf8 = CheckUtf8({cursor_.begin, size});
  if (utf8.reason != nullptr) {
    return "byte " + std::to_string(utf8.at - cursor_.begin) + ": " + utf8.reason;
  }
  const std::string where = "byte " + std::to_string(cursor_.bad - cursor_.begin) + ": ";
  if (unfit_ == nullptr) return where + cursor_.reason;
  const char* last = cursor_.bad;
  Cursor value = cursor_;
  if (const char* end = value.SkipValue(last); end != nullptr) last = end;
  if (last == cursor_.bad) last = cursor_.end;
  const bool cut = last - cursor_.bad > kSnippetBytesMax;
  if (cut) last = cursor_.bad + kSnippetBytesMax;
  while (cut && (*last & 0xc0) == 0x80) --last;
  return where + "column " + unfit_->name + ": expected " +
         unfit_->type->WithNullable(true)->ToString() + ", found " +
         std::string(cursor_.bad, last) + (cut ? "..." : "");
}

const char* Walker::Text(Column& column, const char* p, int64_t index) {
  std::string_view text;
  const char* q = cursor_.ReadString(p, &scratch_, &text);
  if (q == nullptr) return nullptr;
  return PutText(column, text, index) ? q : Unfit(column, p);
}

const char* Walker::Boolean(Column& column, const char* p, int64_t index) {
  const bool value = *p == 't';
  const char* q = cursor_.Word(p, value ? "true" : "false");
  if (q == nullptr) return nullptr;
  if (column.kind == Kind::kBoolean) {
    column.Put<uint8_t>(index, value);
  } else if (column.kind == Kind::kString) {
    column.PutString(index, value ? "true" : "false");
  } else {
    return Unfit(column, p);
  }
  return q;
}

const char* Walker::Number(Column& column, const char* p, int64_t index) {
  if (*p != '-' && !IsDigit(*p)) return cursor_.Malformed(p, "expected a value");
  const NumberText number = ScanNumber(p, cursor_.end);
  if (number.bad != nullptr) return cursor_.Malformed(number.bad, number.reason);
  if (!PutNumber(column, number.text, number.is_fraction, index)) return Unfit(column, p);
  return p + number.text.size();
}

const char* Walker::ContainerText(Column& column, const char* p, int64_t index) {
  if (column.kind != Kind::kString) return Unfit(column, p);
  const char* q = cursor_.SkipValue(p);
  if (q == nullptr) return nullptr;
  text_.clear();
  AppendCompact({p, static_cast<size_t>(q - p)}, &text_);
  column.PutString(index, text_);
  return q;
}

bool Walker::PutInteger(Column& column, std::optional<int64_t> value, int64_t index) {
  if (!value) return false;
  switch (column.kind) {
    case Kind::kInt8:
      if (*value != static_cast<int8_t>(*value)) return false;
      column.Put<int8_t>(index, static_cast<int8_t>(*value));
      return true;
    case Kind::kInt16:
      if (*value != static_cast<int16_t>(*value)) return false;
      column.Put<int16_t>(index, static_cast<int16_t>(*value));
      return true;
    case Kind::kInt32:
      if (*value != static_cast<int32_t>(*value)) return false;
      column.Put<int32_t>(index, static_cast<int32_t>(*value));
      return true;
    default:
      column.Put<int64_t>(index, *value);
      return true;
  }
}

bool Walker::PutNumber(Column& column, std::string_view text, bool is_fraction, int64_t index) {
  switch (column.kind) {
    case Kind::kBoolean:  // Boolean.parseBoolean of anything but "true"
      column.Put<uint8_t>(index, 0);
      return true;
    case Kind::kInt8:
    case Kind::kInt16:
      return !is_fraction && PutInteger(column, IntegerOf(text), index);
    case Kind::kInt32:
    case Kind::kInt64:
      return PutInteger(column, is_fraction ? TruncatedIntegerOf(text) : IntegerOf(text), index);
    case Kind::kFloat:
      column.Put<float>(index, FloatOf(text));
      return true;
    case Kind::kDouble:
      column.Put<double>(index, DoubleOf(text));
      return true;
    case Kind::kDecimal:
      return PutDecimal(column, text, index);
    case Kind::kString:
      column.PutString(index, text);
      return true;
    default:
      return false;
  }
}

bool Walker::PutDecimal(Column& column, std::string_view text, int64_t index) {
  __int128 value = 0;
  switch (DecimalOf(text, column.precision, column.scale, &value)) {
    case DecimalFit::kFits:
      column.Put<__int128>(index, value);
      return true;
    case DecimalFit::kOverflow:  // DecimalData.fromBigDecimal: null
      if (column.length > index) column.Rewind(index);
      return true;
    case DecimalFit::kNotANumber:
      return false;
  }
  return false;
}

bool Walker::PutText(Column& column, std::string_view text, int64_t index) {
  switch (column.kind) {
    case Kind::kString:
      column.PutString(index, text);
      return true;
    case Kind::kBoolean:
      column.Put<uint8_t>(index, EqualsIgnoringCase(Trim(text), "true"));
      return true;
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
      return PutInteger(column, IntegerOf(Trim(text)), index);
    case Kind::kFloat: {
      const std::optional<float> value = FloatOfJavaText(Trim(text));
      if (value) column.Put<float>(index, *value);
      return value.has_value();
    }
    case Kind::kDouble: {
      const std::optional<double> value = DoubleOfJavaText(Trim(text));
      if (value) column.Put<double>(index, *value);
      return value.has_value();
    }
    case Kind::kDecimal:
      return PutDecimal(column, Trim(text), index);
    case Kind::kBinary: {
      uint8_t* out = column.BeginString(index, static_cast<int64_t>(text.size()));
      const int64_t size = DecodeBase64(text, out);
      if (size >= 0) column.EndString(index, size);
      return size >= 0;
    }
    case Kind::kDate: {
      const std::optional<int64_t> days = ParseDate(text);
      if (!days || *days != static_cast<int32_t>(*days)) return false;
      column.Put<int32_t>(index, static_cast<int32_t>(*days));
      return true;
    }
    case Kind::kTime: {
      const std::optional<int64_t> nanos = ParseTime(text);
      if (nanos) column.Put<int64_t>(index, TruncateNanos(*nanos, column.precision) / 1000);
      return nanos.has_value();
    }
    case Kind::kTimestamp:
      return PutTimestamp(column, text, index);
    default:
      return false;
  }
}

bool Walker::PutTimestamp(Column& column, std::string_view text, int64_t index) {
  const std::optional<TimePoint> point = ParseTimestamp(text, options_->timestamp, column.has_zone);
  if (!point) return false;
  const int64_t unit = column.unit;
  const int64_t fraction = TruncateNanos(point->nanos, column.precision) / (1'000'000'000 / unit);
  int64_t instant = 0;
  if (__builtin_mul_overflow(point->seconds, unit, &instant) ||
      __builtin_add_overflow(instant, fraction, &instant)) {
    return false;
  }
  column.Put<int64_t>(index, instant);
  RememberMinute(column, text, *point);
  return true;
}

void Walker::RememberMinute(Column& column, std::string_view text, const TimePoint& point) {
  if (way_ == Way::kGeneral || text.size() < kMinuteSize + 3) return;
  const bool usual = text[4] == '-' && text[7] == '-' && text[13] == ':' && text[16] == ':' &&
                     IsDigit(text[0]) && text.substr(11, 2) != "24" &&
                     (!column.zulu || text.back() == 'Z');
  if (!usual) return;
  const int64_t unit = column.unit;
  const int64_t second = (text[17] - '0') * 10 + (text[18] - '0');
  int64_t instant = 0;
  if (__builtin_mul_overflow(point.seconds - second, unit, &instant)) return;
  std::memcpy(column.minute.text, text.data(), kMinuteSize);
  column.minute.instant = instant;
}

}  // namespace sluice::formats::json
