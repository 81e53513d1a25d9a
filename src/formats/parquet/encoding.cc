// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/encoding.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "formats/parquet/metrics.h"

namespace sluice::formats::parquet {
namespace {

// Of the values in the sample, at most this share may have been seen only once. It estimates (Good
// and Turing) how likely the next value is a new one.
constexpr double kSingleShareMax = 0.2;

// Values of one leaf by hash, and how many of them came once.
class Sample {
 public:
  /// Takes at most `values_max` values.
  explicit Sample(int64_t values_max)
      : values_max_(values_max), slots_(std::bit_ceil(static_cast<size_t>(2 * values_max))) {}

  bool full() const { return values_ >= values_max_; }

  void Add(std::string_view value) {
    ++values_;
    const uint64_t hash = std::hash<std::string_view>()(value) | 1;  // 0 is a free slot
    const size_t mask = slots_.size() - 1;
    size_t at = (hash >> 1) & mask;
    while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
    Slot& slot = slots_[at];
    if (slot.hash == 0) {
      slot.hash = hash;
      ++singles_;
    } else if (!slot.again) {
      slot.again = true;
      --singles_;
    }
  }

  bool comes_again() const {
    return values_ > 0 &&
           static_cast<double>(singles_) <= kSingleShareMax * static_cast<double>(values_);
  }

 private:
  struct Slot {
    uint64_t hash = 0;
    bool again = false;
  };
  int64_t values_max_;
  std::vector<Slot> slots_;
  int64_t values_ = 0, singles_ = 0;
};

template <typename ArrayType>
void AddViews(const arrow::Array& array, Sample* sample) {
  const auto& values = static_cast<const ArrayType&>(array);
  for (int64_t i = 0; i < values.length() && !sample->full(); ++i) {
    if (values.IsValid(i)) sample->Add(values.GetView(i));
  }
}

template <typename ArrayType>
void AddNumbers(const arrow::Array& array, Sample* sample) {
  const auto& values = static_cast<const ArrayType&>(array);
  for (int64_t i = 0; i < values.length() && !sample->full(); ++i) {
    if (!values.IsValid(i)) continue;
    const auto value = values.Value(i);
    sample->Add({reinterpret_cast<const char*>(&value), sizeof value});
  }
}

void AddTo(const arrow::Array& values, Sample* sample) {
  switch (values.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return AddViews<arrow::BinaryArray>(values, sample);
    case arrow::Type::FIXED_SIZE_BINARY:
    case arrow::Type::DECIMAL128:
      return AddViews<arrow::FixedSizeBinaryArray>(values, sample);
    case arrow::Type::FLOAT:
      return AddNumbers<arrow::FloatArray>(values, sample);
    case arrow::Type::DOUBLE:
      return AddNumbers<arrow::DoubleArray>(values, sample);
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      return AddNumbers<arrow::Int32Array>(values, sample);
    case arrow::Type::INT64:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      return AddNumbers<arrow::Int64Array>(values, sample);
    default:
      return;
  }
}

bool StoredAsInteger(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::DATE32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
      return true;
    case arrow::Type::DECIMAL128:
      return static_cast<const arrow::Decimal128Type&>(type).precision() <= 18;
    default:
      return false;
  }
}

void AppendTypes(const arrow::DataType& type, std::vector<const arrow::DataType*>* leaves) {
  if (type.num_fields() == 0) return leaves->push_back(&type);
  for (const auto& field : type.fields()) AppendTypes(*field->type(), leaves);
}

}  // namespace

Result<std::vector<LeafEncoding>> ChooseEncodings(
    const arrow::Schema& schema, const std::vector<std::shared_ptr<arrow::RecordBatch>>& sample,
    IntegerEncoding integers) {
  std::vector<const arrow::DataType*> types;
  for (const auto& field : schema.fields()) AppendTypes(*field->type(), &types);
  std::vector<std::vector<Leaf>> batches;
  int64_t rows = 0;
  for (size_t i = 0; i < sample.size() && rows < kSampleValues; ++i) {
    SLUICE_ASSIGN(batches.emplace_back(), LeavesOf(*sample[i]));
    rows += sample[i]->num_rows();
  }
  std::vector<LeafEncoding> encodings;
  for (size_t leaf = 0; leaf < types.size(); ++leaf) {
    if (integers == IntegerEncoding::kDelta && StoredAsInteger(*types[leaf])) {
      encodings.push_back(LeafEncoding::kDelta);
      continue;
    }
    Sample values(std::clamp<int64_t>(rows, 1, kSampleValues));
    for (const auto& leaves : batches) AddTo(*leaves[leaf].values, &values);
    encodings.push_back(values.comes_again() ? LeafEncoding::kDictionary : LeafEncoding::kPlain);
  }
  return encodings;
}

}  // namespace sluice::formats::parquet
