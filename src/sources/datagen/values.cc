// SPDX-License-Identifier: Apache-2.0
#include "sources/datagen/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "arrow/api.h"

namespace sluice::sources::datagen {
namespace {

using arrow::ArrayBuilder;
using flow::Type;
using flow::TypeKind;

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kLengthMax = 1 << 20;

/// The options of one field.
class FieldOptions {
 public:
  FieldOptions(const flow::OptionMap& options, std::string path)
      : options_(options), path_(std::move(path)) {}
  std::optional<std::string> Get(const std::string& name) const {
    const auto found = options_.find("fields." + path_ + "." + name);
    return found == options_.end() ? std::nullopt : std::optional(found->second);
  }
  Result<int64_t> Integer(const std::string& name, int64_t otherwise, int64_t least,
                          int64_t most) const {
    const auto text = Get(name);
    if (!text) return otherwise;
    auto value = flow::ParseInteger(*text);
    if (!value.ok()) return Wrong(name, std::move(value).error().text);
    if (*value < least || *value > most)
      return Wrong(name,
                   "must lie between " + std::to_string(least) + " and " + std::to_string(most));
    return value;
  }
  Result<double> Number(const std::string& name, double otherwise) const {
    const auto text = Get(name);
    if (!text) return otherwise;
    double value = 0;
    const auto end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value))
      return Wrong(name, "expected a number, got '" + *text + "'");
    return value;
  }
  Error Wrong(const std::string& name, const std::string& why) const {
    return InvalidArgument("option 'fields." + path_ + "." + name + "': " + why);
  }

 private:
  const flow::OptionMap& options_;
  const std::string path_;
};

template <typename Builder>
arrow::Status AppendInteger(ArrayBuilder* builder, int64_t value) {
  return static_cast<Builder*>(builder)->Append(static_cast<typename Builder::value_type>(value));
}

// An integer into the column of its type; characters get its digits.
arrow::Status AppendWhole(const Type& type, int64_t value, ArrayBuilder* builder) {
  switch (type.kind()) {
    case TypeKind::kTinyInt:
      return AppendInteger<arrow::Int8Builder>(builder, value);
    case TypeKind::kSmallInt:
      return AppendInteger<arrow::Int16Builder>(builder, value);
    case TypeKind::kInt:
    case TypeKind::kIntervalYearMonth:
      return AppendInteger<arrow::Int32Builder>(builder, value);
    case TypeKind::kBigInt:
    case TypeKind::kIntervalDaySecond:
      return AppendInteger<arrow::Int64Builder>(builder, value);
    case TypeKind::kFloat:
      return AppendInteger<arrow::FloatBuilder>(builder, value);
    case TypeKind::kDouble:
      return AppendInteger<arrow::DoubleBuilder>(builder, value);
    case TypeKind::kDecimal: {
      const auto scaled = arrow::Decimal128(value).Rescale(0, type.scale());
      ARROW_RETURN_NOT_OK(scaled.status());
      if (!scaled->FitsInPrecision(type.precision())) return builder->AppendNull();
      return static_cast<arrow::Decimal128Builder*>(builder)->Append(*scaled);
    }
    default:
      return static_cast<arrow::StringBuilder*>(builder)->Append(std::to_string(value));
  }
}

class Sequence : public ValueMaker {
 public:
  Sequence(const Type& type, int64_t start) : type_(type), start_(start) {}
  arrow::Status Append(Random*, const RowContext& row, ArrayBuilder* builder) const override {
    return AppendWhole(type_, start_ + row.row, builder);
  }

 private:
  const Type& type_;
  const int64_t start_;
};

class RandomWhole : public ValueMaker {
 public:
  RandomWhole(const Type& type, int64_t least, int64_t most)
      : type_(type), least_(least), most_(most) {}
  arrow::Status Append(Random* random, const RowContext&, ArrayBuilder* builder) const override {
    return AppendWhole(type_, random->Between(least_, most_), builder);
  }

 private:
  const Type& type_;
  const int64_t least_, most_;
};

class RandomReal : public ValueMaker {
 public:
  RandomReal(const Type& type, double least, double most)
      : type_(type), least_(least), most_(most) {}
  arrow::Status Append(Random* random, const RowContext&, ArrayBuilder* builder) const override {
    const double unit = random->Unit();
    const double value = least_ * (1 - unit) + most_ * unit;  // the span itself may overflow
    if (type_.kind() == TypeKind::kFloat)
      return static_cast<arrow::FloatBuilder*>(builder)->Append(static_cast<float>(value));
    if (type_.kind() == TypeKind::kDouble)
      return static_cast<arrow::DoubleBuilder*>(builder)->Append(value);
    const auto decimal = arrow::Decimal128::FromReal(value, type_.precision(), type_.scale());
    if (!decimal.ok()) return builder->AppendNull();
    return static_cast<arrow::Decimal128Builder*>(builder)->Append(*decimal);
  }

 private:
  const Type& type_;
  const double least_, most_;
};

class RandomBoolean : public ValueMaker {
 public:
  arrow::Status Append(Random* random, const RowContext&, ArrayBuilder* builder) const override {
    return static_cast<arrow::BooleanBuilder*>(builder)->Append((random->Next() & 1) != 0);
  }
};

class RandomBytes : public ValueMaker {
 public:
  RandomBytes(const Type& type, int64_t length, bool variable)
      : text_(type.is_character()), length_(length), variable_(variable) {}
  arrow::Status Append(Random* random, const RowContext&, ArrayBuilder* builder) const override {
    static constexpr char kDigits[] = "0123456789abcdef";
    const auto size =
        static_cast<size_t>(variable_ && length_ > 0 ? random->Between(1, length_) : length_);
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; i += 8) {
      uint64_t word = random->Next();
      for (size_t k = i; k < std::min(i + 8, size); ++k, word >>= 8)
        bytes[k] = text_ ? kDigits[word & 15] : static_cast<char>(word);
    }
    return static_cast<arrow::BinaryBuilder*>(builder)->Append(bytes);
  }

 private:
  const bool text_;
  const int64_t length_;
  const bool variable_;
};

class TimeValue : public ValueMaker {
 public:
  TimeValue(const Type& type, int64_t past_ms) : type_(type), past_ms_(past_ms) {}
  arrow::Status Append(Random* random, const RowContext& row,
                       ArrayBuilder* builder) const override {
    const int64_t ms = row.time_ms - (past_ms_ > 0 ? random->Between(0, past_ms_) : 0);
    const int64_t day = ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0);
    switch (type_.kind()) {
      case TypeKind::kDate:
        return AppendInteger<arrow::Date32Builder>(builder, day);
      case TypeKind::kTime:
        return AppendInteger<arrow::Time64Builder>(builder, (ms - day * kDayMs) * 1000);
      default:
        return static_cast<arrow::TimestampBuilder*>(builder)->Append(
            ms * (type_.precision() > 6 ? 1'000'000 : 1'000));
    }
  }

 private:
  const Type& type_;
  const int64_t past_ms_;
};

class RowValue : public ValueMaker {
 public:
  explicit RowValue(std::vector<std::unique_ptr<ValueMaker>> fields) : fields_(std::move(fields)) {}
  arrow::Status Append(Random* random, const RowContext& row,
                       ArrayBuilder* builder) const override {
    auto* structs = static_cast<arrow::StructBuilder*>(builder);
    ARROW_RETURN_NOT_OK(structs->Append());
    for (size_t i = 0; i < fields_.size(); ++i)
      ARROW_RETURN_NOT_OK(
          fields_[i]->Append(random, row, structs->field_builder(static_cast<int>(i))));
    return arrow::Status::OK();
  }

 private:
  const std::vector<std::unique_ptr<ValueMaker>> fields_;
};

class ArrayValue : public ValueMaker {
 public:
  ArrayValue(std::unique_ptr<ValueMaker> element, int64_t length)
      : element_(std::move(element)), length_(length) {}
  arrow::Status Append(Random* random, const RowContext& row,
                       ArrayBuilder* builder) const override {
    auto* list = static_cast<arrow::ListBuilder*>(builder);
    ARROW_RETURN_NOT_OK(list->Append());
    for (int64_t i = 0; i < length_; ++i)
      ARROW_RETURN_NOT_OK(element_->Append(random, row, list->value_builder()));
    return arrow::Status::OK();
  }

 private:
  const std::unique_ptr<ValueMaker> element_;
  const int64_t length_;
};

// A map, or a multiset (element to count).
class MapValue : public ValueMaker {
 public:
  MapValue(std::unique_ptr<ValueMaker> key, std::unique_ptr<ValueMaker> value, int64_t length)
      : key_(std::move(key)), value_(std::move(value)), length_(length) {}
  arrow::Status Append(Random* random, const RowContext& row,
                       ArrayBuilder* builder) const override {
    auto* map = static_cast<arrow::MapBuilder*>(builder);
    ARROW_RETURN_NOT_OK(map->Append());
    for (int64_t i = 0; i < length_; ++i) {
      ARROW_RETURN_NOT_OK(key_->Append(random, row, map->key_builder()));
      if (value_ != nullptr) {
        ARROW_RETURN_NOT_OK(value_->Append(random, row, map->item_builder()));
      } else {
        ARROW_RETURN_NOT_OK(static_cast<arrow::Int32Builder*>(map->item_builder())->Append(1));
      }
    }
    return arrow::Status::OK();
  }

 private:
  const std::unique_ptr<ValueMaker> key_, value_;
  const int64_t length_;
};

class SometimesNull : public ValueMaker {
 public:
  SometimesNull(std::unique_ptr<ValueMaker> inner, double rate)
      : inner_(std::move(inner)), rate_(rate) {}
  arrow::Status Append(Random* random, const RowContext& row,
                       ArrayBuilder* builder) const override {
    if (random->Unit() < rate_) return builder->AppendNull();
    return inner_->Append(random, row, builder);
  }

 private:
  const std::unique_ptr<ValueMaker> inner_;
  const double rate_;
};

using MakerResult = Result<std::unique_ptr<ValueMaker>>;

std::pair<int64_t, int64_t> RangeOf(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kTinyInt:
      return {INT8_MIN, INT8_MAX};
    case TypeKind::kSmallInt:
      return {INT16_MIN, INT16_MAX};
    case TypeKind::kInt:
      return {INT32_MIN, INT32_MAX};
    case TypeKind::kIntervalYearMonth:
      return {0, 120'000};
    case TypeKind::kIntervalDaySecond:
      return {0, 10'000 * kDayMs};
    default:
      return {INT64_MIN, INT64_MAX};
  }
}

MakerResult MakeSequence(const FieldOptions& field, const Type& type,
                         std::optional<int64_t>* rows_max) {
  if (!type.is_numeric() && !type.is_character())
    return field.Wrong("kind",
                       "a sequence needs a number or a character type, not " + type.ToString());
  if (!field.Get("start")) return field.Wrong("start", "is needed for a sequence");
  if (!field.Get("end")) return field.Wrong("end", "is needed for a sequence");
  const auto [least, most] = RangeOf(type);
  SLUICE_ASSIGN(const int64_t start, field.Integer("start", 0, least, most));
  SLUICE_ASSIGN(const int64_t end, field.Integer("end", 0, least, most));
  if (end < start) return field.Wrong("end", "lies before the start");
  const uint64_t rows = static_cast<uint64_t>(end) - static_cast<uint64_t>(start) + 1;
  if (rows <= INT64_MAX)
    *rows_max = std::min(rows_max->value_or(INT64_MAX), static_cast<int64_t>(rows));
  return MakerResult(std::make_unique<Sequence>(type, start));
}

MakerResult MakeReal(const FieldOptions& field, const Type& type) {
  double most = type.kind() == TypeKind::kFloat ? 3.4028234663852886e38 : 1.7976931348623157e308;
  if (type.kind() == TypeKind::kDecimal)
    most = std::pow(10.0, type.precision() - type.scale()) * (1 - 1e-15);
  SLUICE_ASSIGN(const double low, field.Number("min", -most));
  SLUICE_ASSIGN(const double high, field.Number("max", most));
  if (high < low) return field.Wrong("max", "lies below the minimum");
  return MakerResult(std::make_unique<RandomReal>(type, low, high));
}

MakerResult MakeBytes(const FieldOptions& field, const Type& type) {
  const bool fixed = type.kind() == TypeKind::kChar || type.kind() == TypeKind::kBinary;
  const int64_t bound = std::min<int64_t>(type.length(), kLengthMax);
  if (fixed && field.Get("length"))
    return field.Wrong("length", "is given by the type " + type.ToString());
  SLUICE_ASSIGN(const int64_t length,
                field.Integer("length", fixed ? bound : std::min<int64_t>(100, bound), 0, bound));
  SLUICE_ASSIGN(const bool variable, flow::ParseBoolean(field.Get("var-len").value_or("false")));
  return MakerResult(std::make_unique<RandomBytes>(type, length, variable && !fixed));
}

MakerResult MakeTime(const FieldOptions& field, const Type& type) {
  SLUICE_ASSIGN(const int64_t past_ms,
                flow::ParseDurationMs(field.Get("max-past").value_or("0 s")));
  return MakerResult(std::make_unique<TimeValue>(type, past_ms));
}

MakerResult MakeNested(const FieldOptions& field, const std::string& path, const Type& type,
                       const flow::OptionMap& options, std::optional<int64_t>* rows_max) {
  const auto child = [&](const std::string& name, const Type& of) {
    return MakeValueMaker(path + "." + name, of, options, true, rows_max);
  };
  if (type.kind() == TypeKind::kRow) {
    std::vector<std::unique_ptr<ValueMaker>> fields;
    for (const flow::Field& f : type.fields()) {
      SLUICE_ASSIGN(auto maker, child(f.name, *f.type));
      fields.push_back(std::move(maker));
    }
    return MakerResult(std::make_unique<RowValue>(std::move(fields)));
  }
  SLUICE_ASSIGN(const int64_t length, field.Integer("length", 3, 0, 10'000));
  if (type.kind() == TypeKind::kMap) {
    SLUICE_ASSIGN(auto key, child("key", *type.key()));
    SLUICE_ASSIGN(auto value, child("value", *type.value()));
    return MakerResult(std::make_unique<MapValue>(std::move(key), std::move(value), length));
  }
  SLUICE_ASSIGN(auto element, child("element", *type.element()));
  if (type.kind() == TypeKind::kMultiset)
    return MakerResult(std::make_unique<MapValue>(std::move(element), nullptr, length));
  return MakerResult(std::make_unique<ArrayValue>(std::move(element), length));
}

MakerResult MakeRandom(const FieldOptions& field, const std::string& path, const Type& type,
                       const flow::OptionMap& options, std::optional<int64_t>* rows_max) {
  if (type.is_nested()) return MakeNested(field, path, type, options, rows_max);
  if (type.kind() == TypeKind::kBoolean) return MakerResult(std::make_unique<RandomBoolean>());
  if (type.is_integer() || type.is_interval()) {
    const auto [least, most] = RangeOf(type);
    SLUICE_ASSIGN(const int64_t low, field.Integer("min", least, least, most));
    SLUICE_ASSIGN(const int64_t high, field.Integer("max", most, least, most));
    if (high < low) return field.Wrong("max", "lies below the minimum");
    return MakerResult(std::make_unique<RandomWhole>(type, low, high));
  }
  if (type.is_numeric()) return MakeReal(field, type);
  if (type.is_character() || type.is_binary()) return MakeBytes(field, type);
  if (type.is_datetime()) return MakeTime(field, type);
  return Unsupported("datagen cannot make values of type " + type.ToString());
}

}  // namespace

MakerResult MakeValueMaker(const std::string& path, const Type& type,
                           const flow::OptionMap& options, bool nested,
                           std::optional<int64_t>* rows_max) {
  const FieldOptions field(options, path);
  const std::string kind = field.Get("kind").value_or("random");
  if (kind != "random" && kind != "sequence")
    return field.Wrong("kind", "is 'random' or 'sequence', not '" + kind + "'");
  if (kind == "sequence" && nested)
    return field.Wrong("kind", "a sequence must be a column of its own");
  SLUICE_ASSIGN(auto maker, kind == "sequence" ? MakeSequence(field, type, rows_max)
                                               : MakeRandom(field, path, type, options, rows_max));
  SLUICE_ASSIGN(const double null_rate, field.Number("null-rate", 0));
  if (null_rate < 0 || null_rate > 1) return field.Wrong("null-rate", "must lie between 0 and 1");
  if (null_rate == 0) return maker;
  if (!type.nullable()) return field.Wrong("null-rate", "the column is NOT NULL");
  return MakerResult(std::make_unique<SometimesNull>(std::move(maker), null_rate));
}

}  // namespace sluice::sources::datagen
