// SPDX-License-Identifier: Apache-2.0
// Each column: one byte (0 or 2 = NULL, before or behind the values; 1 = value) unless it is NOT
// NULL, then bytes that memcmp orders: numbers big-endian with their sign turned, floats with their
// bits turned so that NaN is largest and -0.0 equals 0.0, text with 00 written as 00 FF and closed
// by 00 00. Descending: the bytes of the value are inverted.
#include "state/sort_key.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "arrow/array/data.h"
#include "arrow/record_batch.h"
#include "arrow/util/bit_util.h"

namespace sluice::state {
namespace {

using flow::TypeKind;

template <typename T>
T Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// Appends the bytes of a number, largest first.
template <typename U>
void PutBigEndian(U value, std::string* out) {
  for (int shift = static_cast<int>(sizeof(U)) * 8 - 8; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(static_cast<uint8_t>(value >> shift)));
  }
}

template <typename U>
void PutSigned(const uint8_t* at, std::string* out) {
  constexpr U kSign = U{1} << (sizeof(U) * 8 - 1);
  PutBigEndian<U>(static_cast<U>(Load<U>(at) ^ kSign), out);
}

template <typename F, typename U>
void PutFloat(const uint8_t* at, std::string* out) {
  F value = Load<F>(at);
  if (std::isnan(value)) value = std::numeric_limits<F>::quiet_NaN();
  if (value == 0) value = 0;
  constexpr U kSign = U{1} << (sizeof(U) * 8 - 1);
  const U bits = std::bit_cast<U>(value);
  PutBigEndian<U>((bits & kSign) != 0 ? ~bits : bits | kSign, out);
}

void PutText(const uint8_t* at, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) {
    out->push_back(static_cast<char>(at[i]));
    if (at[i] == 0) out->push_back('\xFF');
  }
  out->append(2, '\0');
}

int WidthOf(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyInt:
      return 1;
    case TypeKind::kSmallInt:
      return 2;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kFloat:
      return 4;
    case TypeKind::kDecimal:
      return 16;
    default:
      return 8;
  }
}

void PutValue(const flow::Type& type, const arrow::ArrayData& data, int64_t i, std::string* out) {
  const int64_t index = data.offset + i;
  if (type.kind() == TypeKind::kBoolean) {
    out->push_back(arrow::bit_util::GetBit(data.buffers[1]->data(), index) ? 1 : 0);
    return;
  }
  if (type.is_character() || type.is_binary()) {
    const auto* bounds = data.GetValues<int32_t>(1) + i;
    const uint8_t* text = data.buffers[2] == nullptr ? nullptr : data.buffers[2]->data();
    PutText(text + bounds[0], static_cast<size_t>(bounds[1] - bounds[0]), out);
    return;
  }
  const uint8_t* at = data.buffers[1]->data() + index * WidthOf(type.kind());
  switch (type.kind()) {
    case TypeKind::kFloat:
      return PutFloat<float, uint32_t>(at, out);
    case TypeKind::kDouble:
      return PutFloat<double, uint64_t>(at, out);
    default:
      break;
  }
  switch (WidthOf(type.kind())) {
    case 1:
      return PutSigned<uint8_t>(at, out);
    case 2:
      return PutSigned<uint16_t>(at, out);
    case 4:
      return PutSigned<uint32_t>(at, out);
    case 8:
      return PutSigned<uint64_t>(at, out);
    default:
      return PutSigned<unsigned __int128>(at, out);
  }
}

/// A NULL in a NOT NULL column, as zero.
void PutZero(const flow::Type& type, std::string* out) {
  if (type.kind() == TypeKind::kBoolean) return out->push_back(0);
  if (type.is_character() || type.is_binary()) return PutText(nullptr, 0, out);
  out->push_back('\x80');
  out->append(static_cast<size_t>(WidthOf(type.kind())) - 1, '\0');
}

}  // namespace

Result<SortKeyEncoder> SortKeyEncoder::Make(const flow::Schema& schema,
                                            std::vector<SortColumn> columns) {
  SortKeyEncoder out;
  for (const SortColumn& column : columns) {
    if (column.column < 0 || column.column >= schema.size()) {
      return Internal("a sort column is not in the rows: " + std::to_string(column.column));
    }
    const flow::TypePtr& type = schema.fields[static_cast<size_t>(column.column)].type;
    if (type->is_nested()) {
      return Unsupported("ORDER BY a column without an order: " + type->ToString());
    }
    out.types_.push_back(type);
  }
  out.columns_ = std::move(columns);
  return out;
}

Status SortKeyEncoder::Encode(const arrow::RecordBatch& rows, EncodedRows* out) const {
  const auto count = static_cast<size_t>(rows.num_rows());
  std::vector<std::shared_ptr<arrow::ArrayData>> sources;
  for (const SortColumn& column : columns_) sources.push_back(rows.column_data(column.column));
  std::string bytes;
  out->offsets.assign(count + 1, 0);
  for (size_t row = 0; row < count; ++row) {
    for (size_t i = 0; i < sources.size(); ++i) {
      const flow::Type& type = *types_[i];
      const auto index = static_cast<int64_t>(row);
      const bool null = type.kind() == TypeKind::kNull || sources[i]->IsNull(index);
      if (type.nullable()) bytes.push_back(!null ? 1 : columns_[i].nulls_first ? 0 : 2);
      if (null && type.nullable()) continue;
      const size_t start = bytes.size();
      if (null) {
        PutZero(type, &bytes);
      } else {
        PutValue(type, *sources[i], index, &bytes);
      }
      if (!columns_[i].descending) continue;
      for (size_t j = start; j < bytes.size(); ++j) bytes[j] = static_cast<char>(~bytes[j]);
    }
    if (bytes.size() > std::numeric_limits<uint32_t>::max()) {
      return ResourceExhausted("the sort keys of one batch take more than 4 GiB");
    }
    out->offsets[row + 1] = static_cast<uint32_t>(bytes.size());
  }
  out->bytes.assign(bytes.begin(), bytes.end());
  return Status::Ok();
}

}  // namespace sluice::state
