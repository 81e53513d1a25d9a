// SPDX-License-Identifier: Apache-2.0
#include "sinks/print/sink.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "arrow/api.h"
#include "sinks/undurable.h"

namespace sluice::sinks::print {
namespace {

// Days since 1970 to a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
void AppendDate(int64_t days, std::string* out) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto doe = static_cast<unsigned>(days - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  const int64_t year = static_cast<int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), year < 0 ? "%05lld-%02u-%02u" : "%04lld-%02u-%02u",
                static_cast<long long>(year), month, doy - (153 * mp + 2) / 5 + 1);
  *out += text.data();
}

// As java.time prints: seconds are left out when they and the fraction are zero (unless
// `with_seconds`), a fraction has 3, 6 or 9 digits.
void AppendTime(int64_t nanos, bool with_seconds, std::string* out) {
  const int64_t seconds = nanos / 1'000'000'000, fraction = nanos % 1'000'000'000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60));
  *out += text.data();
  if (seconds % 60 == 0 && fraction == 0 && !with_seconds) return;
  std::snprintf(text.data(), text.size(), ":%02d", static_cast<int>(seconds % 60));
  *out += text.data();
  if (fraction == 0) return;
  if (fraction % 1'000'000 == 0) {
    std::snprintf(text.data(), text.size(), ".%03d", static_cast<int>(fraction / 1'000'000));
  } else if (fraction % 1'000 == 0) {
    std::snprintf(text.data(), text.size(), ".%06d", static_cast<int>(fraction / 1'000));
  } else {
    std::snprintf(text.data(), text.size(), ".%09d", static_cast<int>(fraction));
  }
  *out += text.data();
}

int64_t UnitsPerSecond(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return 1;
    case arrow::TimeUnit::MILLI:
      return 1'000;
    case arrow::TimeUnit::MICRO:
      return 1'000'000;
    case arrow::TimeUnit::NANO:
      return 1'000'000'000;
  }
  return 1;
}

void AppendTimestamp(int64_t value, const arrow::TimestampType& type, std::string* out) {
  const int64_t per_second = UnitsPerSecond(type.unit()), per_day = per_second * 86400;
  const int64_t day = value / per_day - (value % per_day < 0 ? 1 : 0);
  const int64_t within = value - day * per_day;
  const bool zoned = !type.timezone().empty();
  AppendDate(day, out);
  *out += 'T';
  AppendTime(within * (1'000'000'000 / per_second), zoned, out);
  if (zoned) *out += 'Z';
}

// As Java's Double.toString: plain between 10^-3 and 10^7, else with an exponent.
template <typename T>
void AppendFloat(T value, std::string* out) {
  if (std::isnan(value)) {
    *out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    *out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  const T size = std::fabs(value);
  const bool plain = value == 0 || (size >= T(1e-3) && size < T(1e7));
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string digits(text.data(), end.ptr);
  if (plain) {
    if (digits.find('.') == std::string::npos) digits += ".0";
    *out += digits;
    return;
  }
  const size_t e = digits.find('e');
  std::string mantissa = digits.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  int exponent = 0;
  const char* start = digits.data() + e + (digits[e + 1] == '+' ? 2 : 1);
  std::from_chars(start, digits.data() + digits.size(), exponent);
  *out += mantissa + "E" + std::to_string(exponent);
}

void AppendBytes(std::string_view bytes, std::string* out) {
  *out += '[';
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) *out += ", ";
    *out += std::to_string(static_cast<int8_t>(bytes[i]));
  }
  *out += ']';
}

void AppendList(const arrow::Array& values, int64_t start, int64_t end, std::string* out) {
  *out += '[';
  for (int64_t i = start; i < end; ++i) {
    if (i > start) *out += ", ";
    AppendValue(values, i, out);
  }
  *out += ']';
}

void AppendMap(const arrow::MapArray& map, int64_t row, std::string* out) {
  *out += '{';
  for (int64_t i = map.value_offset(row); i < map.value_offset(row + 1); ++i) {
    if (i > map.value_offset(row)) *out += ", ";
    AppendValue(*map.keys(), i, out);
    *out += '=';
    AppendValue(*map.items(), i, out);
  }
  *out += '}';
}

void AppendStruct(const arrow::StructArray& fields, int64_t row, std::string* out) {
  *out += "+I[";
  for (int i = 0; i < fields.num_fields(); ++i) {
    if (i > 0) *out += ", ";
    AppendValue(*fields.field(i), row, out);
  }
  *out += ']';
}

template <typename Array>
auto At(const arrow::Array& array, int64_t row) {
  return static_cast<const Array&>(array).GetView(row);
}

}  // namespace

void AppendValue(const arrow::Array& array, int64_t row, std::string* out) {
  if (array.IsNull(row)) {
    *out += "null";
    return;
  }
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      *out += At<arrow::BooleanArray>(array, row) ? "true" : "false";
      return;
    case arrow::Type::INT8:
      *out += std::to_string(At<arrow::Int8Array>(array, row));
      return;
    case arrow::Type::INT16:
      *out += std::to_string(At<arrow::Int16Array>(array, row));
      return;
    case arrow::Type::INT32:
      *out += std::to_string(At<arrow::Int32Array>(array, row));
      return;
    case arrow::Type::INT64:
      *out += std::to_string(At<arrow::Int64Array>(array, row));
      return;
    case arrow::Type::FLOAT:
      return AppendFloat(At<arrow::FloatArray>(array, row), out);
    case arrow::Type::DOUBLE:
      return AppendFloat(At<arrow::DoubleArray>(array, row), out);
    case arrow::Type::DECIMAL128:
      *out += static_cast<const arrow::Decimal128Array&>(array).FormatValue(row);
      return;
    case arrow::Type::STRING:
      *out += At<arrow::StringArray>(array, row);
      return;
    case arrow::Type::BINARY:
      return AppendBytes(At<arrow::BinaryArray>(array, row), out);
    case arrow::Type::FIXED_SIZE_BINARY:
      return AppendBytes(At<arrow::FixedSizeBinaryArray>(array, row), out);
    case arrow::Type::DATE32:
      return AppendDate(At<arrow::Date32Array>(array, row), out);
    case arrow::Type::TIME64:
      return AppendTime(
          At<arrow::Time64Array>(array, row) *
              (1'000'000'000 /
               UnitsPerSecond(static_cast<const arrow::Time64Type&>(*array.type()).unit())),
          false, out);
    case arrow::Type::TIMESTAMP:
      return AppendTimestamp(At<arrow::TimestampArray>(array, row),
                             static_cast<const arrow::TimestampType&>(*array.type()), out);
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(array);
      return AppendList(*list.values(), list.value_offset(row), list.value_offset(row + 1), out);
    }
    case arrow::Type::MAP:
      return AppendMap(static_cast<const arrow::MapArray&>(array), row, out);
    case arrow::Type::STRUCT:
      return AppendStruct(static_cast<const arrow::StructArray&>(array), row, out);
    default:
      *out += '<' + array.type()->ToString() + '>';
  }
}

void AppendRow(const arrow::RecordBatch& batch, int64_t row, flow::RowKind kind, std::string* out) {
  *out += flow::ShortText(kind);
  *out += '[';
  for (int i = 0; i < batch.num_columns(); ++i) {
    if (i > 0) *out += ", ";
    AppendValue(*batch.column(i), row, out);
  }
  *out += ']';
}

namespace {

const std::vector<flow::OptionSpec>& Options() {
  static const std::vector<flow::OptionSpec> options = {
      {"connector", flow::OptionKind::kString, "", true, {}, "'print'"},
      {"print-identifier",
       flow::OptionKind::kString,
       "",
       false,
       {},
       "Put before each line, followed by '> '."},
      {"standard-error",
       flow::OptionKind::kBoolean,
       "false",
       false,
       {},
       "Write to standard error instead of standard output."},
      {"sink.parallelism", flow::OptionKind::kInteger, "", false, {}, "Accepted for Flink's sake."},
  };
  return options;
}

class Writer : public flow::SinkWriter {
 public:
  Writer(std::string prefix, std::FILE* file) : prefix_(std::move(prefix)), file_(file) {}

  Status Write(const flow::Batch& batch) override {
    std::string text;
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      text += prefix_;
      AppendRow(*batch.rows, row, batch.KindOf(row), &text);
      text += '\n';
    }
    rows_ += batch.rows->num_rows();
    // One call per batch, so that lines of shards do not mix.
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0)
      return IoError("print: standard output cannot be written");
    return Status::Ok();
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    auto part = std::make_unique<flow::StagedPart>();
    part->rows = std::exchange(rows_, 0);
    return part;
  }
  int64_t memory_bytes() const override { return 0; }

 private:
  const std::string prefix_;
  std::FILE* const file_;
  int64_t rows_ = 0;
};

class PrintSink : public UndurableSink {
 public:
  PrintSink(std::string name, std::string prefix, std::FILE* file)
      : UndurableSink(std::move(name)), prefix_(std::move(prefix)), file_(file) {}
  bool lasting() const override { return false; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(new Writer(prefix_, file_));
  }

 private:
  const std::string prefix_;
  std::FILE* const file_;
};

std::vector<Error> Check(const flow::ConnectorTable& table) {
  return flow::CheckOptions(table.options, Options(), "table " + table.name);
}

Result<std::unique_ptr<flow::Sink>> Open(const flow::ConnectorTable& table) {
  std::string prefix = flow::OptionValue(table.options, Options(), "print-identifier").value_or("");
  if (!prefix.empty()) prefix += "> ";
  SLUICE_ASSIGN(
      const bool error,
      flow::ParseBoolean(
          flow::OptionValue(table.options, Options(), "standard-error").value_or("false")));
  return std::unique_ptr<flow::Sink>(
      new PrintSink(table.name, std::move(prefix), error ? stderr : stdout));
}

}  // namespace

SinkConnector PrintConnector() {
  return {.name = "print",
          .options = Options(),
          .check = Check,
          .changelog = [](const flow::ConnectorTable&) { return flow::ChangelogMode::Retract(); },
          .open = Open};
}

}  // namespace sluice::sinks::print
