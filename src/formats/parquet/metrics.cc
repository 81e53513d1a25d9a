// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "parquet/metadata.h"
#include "parquet/schema.h"
#include "parquet/statistics.h"
#include "parquet/types.h"

namespace sluice::formats::parquet {
namespace {

using ::parquet::ColumnDescriptor;

// The unscaled value of a decimal kept as big-endian bytes.
__int128 DecimalOfBytes(const uint8_t* bytes, int length) {
  unsigned __int128 value = length > 0 && (bytes[0] & 0x80) != 0 ? ~static_cast<__int128>(0) : 0;
  for (int i = 0; i < length; ++i) value = value << 8 | bytes[i];
  return static_cast<__int128>(value);
}

bool IsDecimal(const ColumnDescriptor& column) {
  return column.logical_type() != nullptr && column.logical_type()->is_decimal();
}

template <typename ParquetType>
std::pair<Bound, Bound> IntegerBounds(const ::parquet::Statistics& statistics, bool decimal) {
  const auto& typed = static_cast<const ::parquet::TypedStatistics<ParquetType>&>(statistics);
  if (decimal) return {static_cast<__int128>(typed.min()), static_cast<__int128>(typed.max())};
  return {static_cast<int64_t>(typed.min()), static_cast<int64_t>(typed.max())};
}

std::string BytesOf(const ::parquet::ByteArray& value) {
  return {reinterpret_cast<const char*>(value.ptr), value.len};
}

std::pair<Bound, Bound> FixedBounds(const ::parquet::Statistics& statistics,
                                    const ColumnDescriptor& column) {
  const auto& typed =
      static_cast<const ::parquet::TypedStatistics<::parquet::FLBAType>&>(statistics);
  const int length = column.type_length();
  if (IsDecimal(column)) {
    return {DecimalOfBytes(typed.min().ptr, length), DecimalOfBytes(typed.max().ptr, length)};
  }
  const auto bytes = [&](const ::parquet::FLBA& value) {
    return std::string(reinterpret_cast<const char*>(value.ptr), static_cast<size_t>(length));
  };
  return {bytes(typed.min()), bytes(typed.max())};
}

// The bounds of one row group; nothing for types without an order.
std::pair<Bound, Bound> BoundsOf(const ::parquet::Statistics& statistics,
                                 const ColumnDescriptor& column) {
  using namespace ::parquet;
  switch (column.physical_type()) {
    case Type::BOOLEAN: {
      const auto& typed = static_cast<const TypedStatistics<BooleanType>&>(statistics);
      return {typed.min(), typed.max()};
    }
    case Type::INT32:
      return IntegerBounds<Int32Type>(statistics, IsDecimal(column));
    case Type::INT64:
      return IntegerBounds<Int64Type>(statistics, IsDecimal(column));
    case Type::FLOAT: {
      const auto& typed = static_cast<const TypedStatistics<FloatType>&>(statistics);
      return {typed.min(), typed.max()};
    }
    case Type::DOUBLE: {
      const auto& typed = static_cast<const TypedStatistics<DoubleType>&>(statistics);
      return {typed.min(), typed.max()};
    }
    case Type::BYTE_ARRAY: {
      const auto& typed = static_cast<const TypedStatistics<ByteArrayType>&>(statistics);
      return {BytesOf(typed.min()), BytesOf(typed.max())};
    }
    case Type::FIXED_LEN_BYTE_ARRAY:
      return FixedBounds(statistics, column);
    default:
      return {};
  }
}

// One leaf while its row groups are added up.
class ColumnSum {
 public:
  ColumnSum(const ColumnDescriptor& column, const std::map<int, int64_t>& nan_counts, int index)
      : column_(column) {
    sum_.field_id = column.schema_node()->field_id();
    sum_.repeated = column.max_repetition_level() > 0;
    sum_.null_count = 0;
    if (const auto nan = nan_counts.find(index); nan != nan_counts.end()) {
      sum_.nan_count = nan->second;
    }
    bounded_ = !sum_.repeated;
  }

  void Add(const ::parquet::ColumnChunkMetaData& chunk) {
    sum_.size_bytes += chunk.total_compressed_size();
    sum_.value_count += chunk.num_values();
    const auto statistics = chunk.is_stats_set() ? chunk.statistics() : nullptr;
    if (statistics == nullptr || !statistics->HasNullCount()) {
      sum_.null_count.reset();
      bounded_ = false;
      return;
    }
    if (sum_.null_count) *sum_.null_count += statistics->null_count();
    if (!bounded_) return;
    if (statistics->HasMinMax()) {
      Widen(BoundsOf(*statistics, column_));
    } else if (!sum_.nan_count && statistics->null_count() < chunk.num_values()) {
      bounded_ = false;  // a value too long for the statistics; floats: all of them are NaN
    }
  }

  ColumnMetrics Take() {
    if (!bounded_) sum_.lower = sum_.upper = std::monostate();
    return std::move(sum_);
  }

 private:
  void Widen(std::pair<Bound, Bound> bounds) {
    if (bounds.first.index() == 0) return;
    if (sum_.lower.index() == 0) {
      sum_.lower = std::move(bounds.first);
      sum_.upper = std::move(bounds.second);
      return;
    }
    sum_.lower = std::min(sum_.lower, bounds.first);
    sum_.upper = std::max(sum_.upper, bounds.second);
  }

  const ColumnDescriptor& column_;
  ColumnMetrics sum_;
  bool bounded_ = true;
};

Status AppendLeaves(const std::shared_ptr<arrow::Array>& array, bool repeated,
                    std::vector<Leaf>* leaves) {
  switch (array->type_id()) {
    case arrow::Type::STRUCT: {
      const auto& rows = static_cast<const arrow::StructArray&>(*array);
      SLUICE_ASSIGN(const arrow::ArrayVector fields, rows.Flatten());
      for (const auto& field : fields) SLUICE_TRY(AppendLeaves(field, repeated, leaves));
      return {};
    }
    case arrow::Type::LIST:
    case arrow::Type::MAP: {
      const auto& lists = static_cast<const arrow::ListArray&>(*array);
      const int64_t begin = lists.value_offset(0);
      return AppendLeaves(lists.values()->Slice(begin, lists.value_offset(lists.length()) - begin),
                          true, leaves);
    }
    default:
      leaves->push_back({array, repeated});
      return {};
  }
}

template <typename ArrayType>
int64_t NanOf(const arrow::Array& array) {
  const auto& values = static_cast<const ArrayType&>(array);
  int64_t count = 0;
  for (int64_t i = 0; i < values.length(); ++i) {
    count += std::isnan(values.Value(i)) && values.IsValid(i);
  }
  return count;
}

bool HasApproximateLeaf(const arrow::DataType& type) {
  if (type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE) return true;
  if (type.id() != arrow::Type::STRUCT) return false;
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const auto& field) { return HasApproximateLeaf(*field->type()); });
}

}  // namespace

FileMetrics MetricsOf(const ::parquet::FileMetaData& footer,
                      const std::map<int, int64_t>& nan_counts, int64_t size_bytes) {
  FileMetrics metrics;
  metrics.record_count = footer.num_rows();
  metrics.size_bytes = size_bytes;
  std::vector<ColumnSum> sums;
  for (int i = 0; i < footer.num_columns(); ++i) {
    sums.emplace_back(*footer.schema()->Column(i), nan_counts, i);
  }
  for (int group = 0; group < footer.num_row_groups(); ++group) {
    const auto row_group = footer.RowGroup(group);
    for (int i = 0; i < row_group->num_columns(); ++i) {
      const auto chunk = row_group->ColumnChunk(i);
      sums[static_cast<size_t>(i)].Add(*chunk);
      if (i > 0) continue;
      int64_t offset = chunk->data_page_offset();
      if (chunk->has_dictionary_page()) offset = std::min(offset, chunk->dictionary_page_offset());
      metrics.split_offsets.push_back(offset);
    }
  }
  for (ColumnSum& sum : sums) metrics.columns.push_back(sum.Take());
  return metrics;
}

Result<std::vector<Leaf>> LeavesOf(const arrow::RecordBatch& batch) {
  std::vector<Leaf> leaves;
  for (const auto& column : batch.columns()) SLUICE_TRY(AppendLeaves(column, false, &leaves));
  return leaves;
}

Status CountNan(const arrow::RecordBatch& batch, std::map<int, int64_t>* counts) {
  SLUICE_ASSIGN(const std::vector<Leaf> leaves, LeavesOf(batch));
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].repeated) continue;
    const arrow::Array& values = *leaves[i].values;
    if (values.type_id() == arrow::Type::FLOAT) {
      (*counts)[static_cast<int>(i)] += NanOf<arrow::FloatArray>(values);
    } else if (values.type_id() == arrow::Type::DOUBLE) {
      (*counts)[static_cast<int>(i)] += NanOf<arrow::DoubleArray>(values);
    }
  }
  return {};
}

bool HasApproximateLeaf(const arrow::Schema& schema) {
  return std::any_of(schema.fields().begin(), schema.fields().end(),
                     [](const auto& field) { return HasApproximateLeaf(*field->type()); });
}

}  // namespace sluice::formats::parquet
