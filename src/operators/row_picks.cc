// SPDX-License-Identifier: Apache-2.0
#include "operators/row_picks.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "functions/gather.h"

namespace sluice::operators {
namespace {

template <typename V>
void MarkFixed(const arrow::Array& a, const arrow::Array& b, uint8_t* differs) {
  const V* x = a.data()->GetValues<V>(1);
  const V* y = b.data()->GetValues<V>(1);
  const int64_t rows = a.length();
  for (int64_t i = 0; i < rows; ++i) differs[i] = static_cast<uint8_t>(differs[i] | (x[i] != y[i]));
}

template <typename V>
std::shared_ptr<arrow::Array> PickFixed(const arrow::Array& a, const arrow::Array& b,
                                        const std::vector<int32_t>& picks,
                                        std::shared_ptr<arrow::Buffer> values) {
  const V* x = a.data()->GetValues<V>(1);
  const V* y = b.data()->GetValues<V>(1) - a.length();
  const int64_t first = a.length();
  V* out = reinterpret_cast<V*>(values->mutable_data());
  for (size_t i = 0; i < picks.size(); ++i) {
    out[i] = picks[i] < first ? x[picks[i]] : y[picks[i]];
  }
  return arrow::MakeArray(arrow::ArrayData::Make(a.type(), static_cast<int64_t>(picks.size()),
                                                 {nullptr, std::move(values)}, 0));
}

/// Bytes of a value where values lie side by side and none is NULL; else 0.
int PlainWidth(const arrow::Array& array) {
  if (array.null_count() != 0 || !arrow::is_primitive(array.type_id())) return 0;
  const int bits = static_cast<const arrow::FixedWidthType&>(*array.type()).bit_width();
  return bits == 32 || bits == 64 ? bits / 8 : 0;
}

}  // namespace

Result<std::shared_ptr<arrow::Array>> PickRows(const std::shared_ptr<arrow::Array>& a,
                                               const std::shared_ptr<arrow::Array>& b,
                                               const std::vector<int32_t>& picks) {
  const int width = PlainWidth(*a);
  if (width != 0 && PlainWidth(*b) == width) {
    SLUICE_ASSIGN(auto buffer, arrow::AllocateBuffer(static_cast<int64_t>(picks.size()) * width));
    std::shared_ptr<arrow::Buffer> values = std::move(buffer);
    return width == 8 ? PickFixed<int64_t>(*a, *b, picks, std::move(values))
                      : PickFixed<int32_t>(*a, *b, picks, std::move(values));
  }
  SLUICE_ASSIGN(const auto both, arrow::Concatenate({a, b}));
  return functions::Gather(both, picks);
}

void MarkDifferences(const arrow::Array& a, const arrow::Array& b, std::vector<uint8_t>* differs) {
  const int width = PlainWidth(a);
  if (width != 0 && PlainWidth(b) == width) {
    // As bits: a NaN is equal to itself here, and nothing is said twice.
    if (width == 8) return MarkFixed<uint64_t>(a, b, differs->data());
    return MarkFixed<uint32_t>(a, b, differs->data());
  }
  const auto options = arrow::EqualOptions::Defaults().nans_equal(true);
  for (int64_t row = 0; row < a.length(); ++row) {
    uint8_t& differ = (*differs)[static_cast<size_t>(row)];
    if (differ == 0 && !a.RangeEquals(row, row + 1, row, b, options)) differ = 1;
  }
}

void AppendBatches(const std::shared_ptr<arrow::Schema>& schema, int64_t rows, ArrayVector columns,
                   flow::RowKinds kinds, int64_t rows_max, std::vector<flow::Batch>* out) {
  if (rows == 0) return;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto& wanted = schema->field(static_cast<int>(i))->type();
    if (columns[i]->type()->Equals(*wanted)) continue;
    auto renamed = columns[i]->data()->Copy();
    renamed->type = wanted;
    columns[i] = arrow::MakeArray(renamed);
  }
  const auto all = arrow::RecordBatch::Make(schema, rows, std::move(columns));
  if (rows <= rows_max) {
    out->push_back({all, {}, std::move(kinds)});
    return;
  }
  for (int64_t first = 0; first < rows; first += rows_max) {
    const int64_t count = std::min(rows_max, rows - first);
    flow::RowKinds part;
    if (!kinds.empty()) part.assign(kinds.begin() + first, kinds.begin() + first + count);
    out->push_back({all->Slice(first, count), {}, std::move(part)});
  }
}

}  // namespace sluice::operators
