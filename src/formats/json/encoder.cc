// SPDX-License-Identifier: Apache-2.0
#include "formats/json/encoder.h"

#include <utility>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/decimal.h"
#include "formats/json/number_text.h"
#include "formats/json/options.h"
#include "formats/json/string_text.h"
#include "formats/json/time_text.h"

namespace sluice::formats::json {

namespace {

template <typename T>
const T& As(const arrow::Array& array) {
  return static_cast<const T&>(array);
}

TimePoint PointOf(int64_t value, int64_t unit) {
  int64_t seconds = value / unit, rest = value % unit;
  if (rest < 0) {
    rest += unit;
    --seconds;
  }
  return {seconds, static_cast<int32_t>(rest * (1'000'000'000 / unit))};
}

// Writes the values of one column; a tree like the type's.
class ColumnWriter {
 public:
  ColumnWriter(flow::TypePtr type, const Options* options)
      : type_(std::move(type)), options_(options) {
    for (const flow::Field& field : type_->fields()) {
      children_.emplace_back(field.type, options);
      std::string key;
      AppendQuoted(field.name, &key);
      keys_.push_back(key + ":");
    }
    if (type_->kind() == flow::TypeKind::kMultiset) {
      children_.emplace_back(flow::Type::Simple(flow::TypeKind::kInt), options);
    }
  }

  // A value that is not null.
  Status Append(const arrow::Array& array, int64_t i, std::string* out) const {
    using enum flow::TypeKind;
    switch (type_->kind()) {
      case kNull:
        *out += "null";
        return {};
      case kBoolean:
        *out += As<arrow::BooleanArray>(array).Value(i) ? "true" : "false";
        return {};
      case kTinyInt:
        AppendInteger(As<arrow::Int8Array>(array).Value(i), out);
        return {};
      case kSmallInt:
        AppendInteger(As<arrow::Int16Array>(array).Value(i), out);
        return {};
      case kInt:
      case kIntervalYearMonth:
        AppendInteger(As<arrow::Int32Array>(array).Value(i), out);
        return {};
      case kBigInt:
      case kIntervalDaySecond:
        AppendInteger(As<arrow::Int64Array>(array).Value(i), out);
        return {};
      case kFloat:
        AppendFloat(As<arrow::FloatArray>(array).Value(i), out);
        return {};
      case kDouble:
        AppendDouble(As<arrow::DoubleArray>(array).Value(i), out);
        return {};
      case kArray:
      case kMap:
      case kMultiset:
      case kRow:
        return AppendNested(array, i, out);
      default:
        AppendTextual(array, i, out);
        return {};
    }
  }

  Status AppendOrNull(const arrow::Array& array, int64_t i, std::string* out) const {
    if (!array.IsNull(i)) return Append(array, i, out);
    *out += "null";
    return {};
  }

 private:
  void AppendTextual(const arrow::Array& array, int64_t i, std::string* out) const {
    using enum flow::TypeKind;
    switch (type_->kind()) {
      case kDecimal: {
        const arrow::Decimal128 value(As<arrow::Decimal128Array>(array).GetValue(i));
        AppendDecimal(static_cast<__int128>(value.high_bits()) << 64 | value.low_bits(),
                      type_->scale(), options_->decimal_as_plain_number, out);
        return;
      }
      case kChar:
      case kVarchar:
        AppendQuoted(As<arrow::StringArray>(array).GetView(i), out);
        return;
      default:
        break;
    }
    *out += '"';
    switch (type_->kind()) {
      case kBinary:
      case kVarbinary:
        AppendBase64(As<arrow::BinaryArray>(array).GetView(i), out);
        break;
      case kDate:
        AppendDate(As<arrow::Date32Array>(array).Value(i), out);
        break;
      case kTime:
        AppendTime(As<arrow::Time64Array>(array).Value(i) * 1000, out);
        break;
      default: {  // timestamps
        const int64_t unit = type_->precision() <= 6 ? 1'000'000 : 1'000'000'000;
        AppendTimestamp(PointOf(As<arrow::TimestampArray>(array).Value(i), unit),
                        options_->timestamp, type_->kind() == kTimestampLtz, out);
      }
    }
    *out += '"';
  }

  Status AppendNested(const arrow::Array& array, int64_t i, std::string* out) const {
    if (type_->kind() == flow::TypeKind::kRow) {
      const auto& row = As<arrow::StructArray>(array);
      return AppendFields(i, [&row](size_t k) { return row.field(static_cast<int>(k)); }, out);
    }
    if (type_->kind() == flow::TypeKind::kArray) {
      const auto& list = As<arrow::ListArray>(array);
      *out += '[';
      for (int64_t k = list.value_offset(i); k < list.value_offset(i + 1); ++k) {
        if (k > list.value_offset(i)) *out += ',';
        SLUICE_TRY(children_[0].AppendOrNull(*list.values(), k, out));
      }
      *out += ']';
      return {};
    }
    return AppendMap(As<arrow::MapArray>(array), i, out);
  }

  Status AppendMap(const arrow::MapArray& map, int64_t i, std::string* out) const {
    const auto& keys = As<arrow::StringArray>(*map.keys());
    bool first = true;
    *out += '{';
    for (int64_t k = map.value_offset(i); k < map.value_offset(i + 1); ++k) {
      if (!first) *out += ',';
      first = false;
      AppendQuoted(keys.GetView(k), out);
      *out += ':';
      SLUICE_TRY(children_[1].AppendOrNull(*map.items(), k, out));
    }
    *out += '}';
    return {};
  }

 public:
  // The fields of a row, given what holds field k.
  template <typename FieldOf>
  Status AppendFields(int64_t i, const FieldOf& field_of, std::string* out) const {
    bool first = true;
    *out += '{';
    for (size_t k = 0; k < children_.size(); ++k) {
      const std::shared_ptr<arrow::Array> field = field_of(k);
      const bool null = field->IsNull(i);
      if (null && options_->ignore_null_fields) continue;
      if (!first) *out += ',';
      first = false;
      *out += keys_[k];
      SLUICE_TRY(children_[k].AppendOrNull(*field, i, out));
    }
    *out += '}';
    return {};
  }

 private:
  flow::TypePtr type_;
  const Options* options_;
  std::vector<ColumnWriter> children_;
  std::vector<std::string> keys_;  // quoted, with colon
};

Status CheckKeys(const flow::Type& type) {
  const bool is_map =
      type.kind() == flow::TypeKind::kMap || type.kind() == flow::TypeKind::kMultiset;
  if (is_map && !type.fields()[0].type->is_character()) {
    return Unsupported("format json: the key of a map must be a string: " + type.ToString());
  }
  for (const flow::Field& field : type.fields()) SLUICE_TRY(CheckKeys(*field.type));
  return {};
}

class JsonEncoder final : public Encoder {
 public:
  JsonEncoder(const EncoderRequest& request, Options options)
      : options_(std::move(options)),
        schema_(request.schema.ToArrow()),
        row_(flow::Type::Row(request.schema.fields, false), &options_) {}

  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) override {
    for (int i = 0; i < schema_->num_fields(); ++i) {
      if (rows.num_columns() != schema_->num_fields() ||
          !rows.column(i)->type()->Equals(*schema_->field(i)->type())) {
        return Internal("format json: expected columns " + schema_->ToString() + ", got " +
                        rows.schema()->ToString());
      }
    }
    for (int64_t i = 0; i < rows.num_rows(); ++i) {
      const size_t begin = out->bytes.size();
      const auto field_of = [&rows](size_t k) { return rows.column(static_cast<int>(k)); };
      if (Status status = row_.AppendFields(i, field_of, &out->bytes); !status.ok()) {
        out->bytes.resize(begin);
        return status;
      }
      out->ends.push_back(static_cast<int64_t>(out->bytes.size()));
    }
    return {};
  }

 private:
  Options options_;
  std::shared_ptr<arrow::Schema> schema_;
  ColumnWriter row_;
};

}  // namespace

Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request) {
  SLUICE_ASSIGN(Options options, ReadOptions(request.options));
  for (const flow::Field& field : request.schema.fields) SLUICE_TRY(CheckKeys(*field.type));
  return std::unique_ptr<Encoder>(std::make_unique<JsonEncoder>(request, std::move(options)));
}

}  // namespace sluice::formats::json
