// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/rows.h"

#include <string_view>
#include <utility>

#include "arrow/api.h"

namespace sluice::formats::changes {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// A row of one of two columns.
struct Place {
  bool in_before = false;
  int64_t row = 0;
};

/// The values at the places, copied in runs.
Result<ArrayPtr> Gather(const arrow::Array& before, const arrow::Array& after,
                        const std::vector<Place>& places) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  SLUICE_TRY(arrow::MakeBuilder(arrow::default_memory_pool(), after.type(), &builder));
  const arrow::ArraySpan first(*before.data()), second(*after.data());
  for (size_t i = 0; i < places.size();) {
    size_t end = i + 1;
    while (end < places.size() && places[end].in_before == places[i].in_before &&
           places[end].row == places[end - 1].row + 1) {
      ++end;
    }
    SLUICE_TRY(builder->AppendArraySlice(places[i].in_before ? first : second, places[i].row,
                                         static_cast<int64_t>(end - i)));
    i = end;
  }
  SLUICE_ASSIGN(ArrayPtr column, builder->Finish());
  return column;
}

bool IsGiven(const arrow::BinaryArray& given, int64_t row, size_t column) {
  const std::string_view bits = given.GetView(row);
  return column / 8 < bits.size() &&
         (static_cast<unsigned char>(bits[column / 8]) >> (column % 8) & 1) != 0;
}

}  // namespace

Side::Side(ArrayPtr cells, bool lists) : cells_(std::move(cells)), lists_(lists) {
  rows_ = lists ? static_cast<const arrow::ListArray&>(*cells_).values() : cells_;
}

int64_t Side::Count(int64_t message) const {
  if (cells_->IsNull(message)) return -1;
  return lists_ ? static_cast<const arrow::ListArray&>(*cells_).value_length(message) : 1;
}

int64_t Side::First(int64_t message) const {
  return lists_ ? static_cast<const arrow::ListArray&>(*cells_).value_offset(message) : message;
}

bool Side::IsNull(int64_t row) const {
  return rows_->IsNull(row);
}

Result<std::vector<ArrayPtr>> Side::Columns() const {
  SLUICE_ASSIGN(auto columns, static_cast<const arrow::StructArray&>(*rows_).Flatten());
  return columns;
}

Result<std::vector<ArrayPtr>> ColumnsOf(const std::vector<Change>& changes, const Side& before,
                                        const Side& after, bool before_is_part) {
  SLUICE_ASSIGN(const std::vector<ArrayPtr> olds, before.Columns());
  SLUICE_ASSIGN(const std::vector<ArrayPtr> news, after.Columns());
  std::vector<Place> places;
  for (const Change& change : changes) {
    places.push_back({change.is_before, change.is_before ? change.before : change.after});
  }
  std::vector<ArrayPtr> columns;
  for (size_t c = 0; c < news.size(); ++c) {
    for (size_t i = 0; before_is_part && i < changes.size(); ++i) {
      if (!changes[i].is_before) continue;
      const bool given =
          IsGiven(static_cast<const arrow::BinaryArray&>(*olds.back()), changes[i].before, c);
      places[i] = {given, given ? changes[i].before : changes[i].after};
    }
    SLUICE_ASSIGN(ArrayPtr column, Gather(*olds[c], *news[c], places));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<ArrayPtr> Repeated(const std::vector<Change>& changes, const arrow::Array& of_messages) {
  std::vector<Place> places;
  for (const Change& change : changes) places.push_back({false, change.message});
  return Gather(of_messages, of_messages, places);
}

}  // namespace sluice::formats::changes
