// SPDX-License-Identifier: Apache-2.0
#include "functions/elements.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::functions {

namespace {

/// Elements of one column of a batch; a constant list that every row repeats grows quickly.
constexpr int64_t kElementsMax = 1 << 28;

Error TooMany() {
  return ResourceExhausted("the arrays of one column of a batch have more than " +
                           std::to_string(kElementsMax) + " elements");
}

}  // namespace

Result<ListColumn> ListColumn::Make(const Argument& argument) {
  SLUICE_ASSIGN(ColumnView view, ColumnView::Make(argument));
  ListColumn column(std::move(view));
  const auto& list = static_cast<const arrow::ListArray&>(*column.view_.array());  // a map is one
  column.offsets_ = column.view_.values<int32_t>();
  column.mask_ = column.view_.constant() ? 0 : -1;
  const int64_t rows = list.length();
  column.base_ = rows == 0 ? 0 : column.offsets_[0];
  const int64_t end = rows == 0 ? 0 : column.offsets_[rows];
  column.elements_ = list.values()->Slice(column.base_, end - column.base_);
  return column;
}

ArrayPtr ListColumn::EntryPart(int part) const {
  return static_cast<const arrow::StructArray&>(*elements_).field(part);
}

Result<ElementColumn> ElementColumn::Make(const Argument& argument) {
  if (argument.array != nullptr) return ElementColumn{argument.array, -1};
  SLUICE_ASSIGN(ArrayPtr one, arrow::MakeArrayFromScalar(*argument.scalar, 1));
  return ElementColumn{std::move(one), 0};
}

std::shared_ptr<arrow::ArrayData> Retyped(const arrow::ArrayData& data,
                                          const std::shared_ptr<arrow::DataType>& type) {
  auto own = data.Copy();
  own->type = type;
  for (size_t i = 0; i < own->child_data.size(); ++i) {
    own->child_data[i] = Retyped(*own->child_data[i], type->field(static_cast<int>(i))->type());
  }
  return own;
}

Result<ElementPool> ElementPool::Make(std::span<const ArrayPtr> pieces, const flow::Type& element) {
  const auto type = flow::ToArrow(element);
  ElementPool pool;
  arrow::ArrayVector retyped;
  int64_t total = 0;
  for (const ArrayPtr& piece : pieces) {
    pool.start.push_back(total);
    total += piece->length();
    retyped.push_back(arrow::MakeArray(Retyped(*piece->data(), type)));
  }
  if (total > kElementsMax) return TooMany();
  if (retyped.size() == 1) {
    pool.elements = std::move(retyped[0]);
  } else {
    SLUICE_ASSIGN(pool.elements, arrow::Concatenate(retyped));
  }
  return pool;
}

namespace {

/// Numbers byte strings by what they hold: open addressing over places in `keys_`.
class Interner {
 public:
  explicit Interner(size_t keys) {
    size_t slots = 16;
    while (slots < keys * 2) slots *= 2;
    slots_.assign(slots, 0);
    keys_.emplace_back();  // number 0 is NULL's
    keys_.reserve(std::min<size_t>(keys, 1024) + 1);
  }
  int32_t Number(std::string_view key) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = std::hash<std::string_view>()(key) & mask;; at = (at + 1) & mask) {
      if (slots_[at] == 0) {
        slots_[at] = static_cast<int32_t>(keys_.size());
        keys_.push_back(key);
        return slots_[at];
      }
      if (keys_[static_cast<size_t>(slots_[at])] == key) return slots_[at];
    }
  }
  /// A number of its own, that no key has.
  int32_t Unlike() {
    keys_.emplace_back();
    return static_cast<int32_t>(keys_.size()) - 1;
  }
  int32_t count() const { return static_cast<int32_t>(keys_.size()); }

 private:
  std::vector<int32_t> slots_;  // 0: free
  std::vector<std::string_view> keys_;
};

/// Numbers each element that is not NULL by `key`(element), bytes that live until the end.
template <typename Key>
ElementNumbers NumberBy(const arrow::Array& elements, Key key) {
  ElementNumbers numbers;
  const int64_t size = elements.length();
  numbers.of.assign(static_cast<size_t>(size), 0);
  Interner interner(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i) {
    if (!elements.IsNull(i)) numbers.of[static_cast<size_t>(i)] = key(i, interner);
  }
  numbers.count = interner.count();
  return numbers;
}

template <typename T>
std::string_view BytesOf(const T* values, int64_t count = 1) {
  return {reinterpret_cast<const char*>(values), static_cast<size_t>(count) * sizeof(T)};
}

template <typename T>
ElementNumbers NumberFloats(const arrow::Array& elements) {
  const T* from = elements.data()->GetValues<T>(1);
  std::vector<T> values(from, from + elements.length());
  for (T& value : values) value = value == 0 ? 0 : value;  // -0.0 equals 0.0
  return NumberBy(elements, [&](int64_t i, Interner& interner) {
    const T& value = values[static_cast<size_t>(i)];
    return std::isnan(value) ? interner.Unlike() : interner.Number(BytesOf(&value));
  });
}

ElementNumbers NumberTexts(const arrow::Array& elements) {
  const auto& texts = static_cast<const arrow::BinaryArray&>(elements);
  return NumberBy(elements,
                  [&](int64_t i, Interner& interner) { return interner.Number(texts.GetView(i)); });
}

ElementNumbers NumberFixed(const arrow::Array& elements) {
  const int64_t width = elements.type()->byte_width();
  const auto* bytes = reinterpret_cast<const char*>(elements.data()->buffers[1]->data()) +
                      elements.offset() * width;
  return NumberBy(elements, [&](int64_t i, Interner& interner) {
    return interner.Number({bytes + i * width, static_cast<size_t>(width)});
  });
}

/// A row is the numbers of its fields.
ElementNumbers NumberRows(const arrow::Array& elements) {
  const auto& rows = static_cast<const arrow::StructArray&>(elements);
  const auto fields = static_cast<size_t>(rows.num_fields());
  std::vector<int32_t> keys(fields * static_cast<size_t>(rows.length()));
  for (size_t f = 0; f < fields; ++f) {
    const ElementNumbers of_field = ElementNumbers::Of(*rows.field(static_cast<int>(f)));
    for (size_t i = 0; i < of_field.of.size(); ++i) keys[i * fields + f] = of_field.of[i];
  }
  return NumberBy(elements, [&](int64_t i, Interner& interner) {
    return interner.Number(
        BytesOf(keys.data() + static_cast<size_t>(i) * fields, static_cast<int64_t>(fields)));
  });
}

/// An array is the numbers of its elements.
ElementNumbers NumberLists(const arrow::Array& elements) {
  const auto& lists = static_cast<const arrow::ListArray&>(elements);
  const ElementNumbers inner = ElementNumbers::Of(*lists.values());
  return NumberBy(elements, [&](int64_t i, Interner& interner) {
    return interner.Number(BytesOf(inner.of.data() + lists.value_offset(i), lists.value_length(i)));
  });
}

/// A map is the numbers of its entries, in the order of these numbers.
ElementNumbers NumberMaps(const arrow::Array& elements) {
  const auto& maps = static_cast<const arrow::MapArray&>(elements);
  ElementNumbers entries = NumberRows(*maps.values());
  for (int64_t i = 0; i < maps.length(); ++i) {
    const auto begin = entries.of.begin() + maps.value_offset(i);
    std::sort(begin, begin + maps.value_length(i));
  }
  return NumberBy(elements, [&](int64_t i, Interner& interner) {
    return interner.Number(BytesOf(entries.of.data() + maps.value_offset(i), maps.value_length(i)));
  });
}

}  // namespace

ElementNumbers ElementNumbers::Of(const arrow::Array& elements) {
  switch (elements.type_id()) {
    case arrow::Type::NA:
      return {std::vector<int32_t>(static_cast<size_t>(elements.length()), 0), 1};
    case arrow::Type::BOOL: {
      const auto& bits = static_cast<const arrow::BooleanArray&>(elements);
      return NumberBy(elements, [&](int64_t i, Interner& interner) {
        return interner.Number(bits.Value(i) ? "1" : "0");
      });
    }
    case arrow::Type::FLOAT:
      return NumberFloats<float>(elements);
    case arrow::Type::DOUBLE:
      return NumberFloats<double>(elements);
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return NumberTexts(elements);
    case arrow::Type::STRUCT:
      return NumberRows(elements);
    case arrow::Type::LIST:
      return NumberLists(elements);
    case arrow::Type::MAP:
      return NumberMaps(elements);
    default:
      return NumberFixed(elements);
  }
}

ListWriter::ListWriter(int64_t rows) : nulls_(rows) {
  offsets_.reserve(static_cast<size_t>(rows) + 1);
  offsets_.push_back(0);
}

Status ListWriter::CheckRoom(int64_t more) const {
  if (static_cast<int64_t>(chosen_.size()) + more > kElementsMax) return TooMany();
  return Status::Ok();
}

Status ListWriter::AddRange(int64_t begin, int64_t end) {
  SLUICE_TRY(CheckRoom(end - begin));
  for (int64_t at = begin; at < end; ++at) Add(at);
  return Status::Ok();
}

Status ListWriter::EndRow() {
  SLUICE_TRY(CheckRoom(0));
  offsets_.push_back(static_cast<int32_t>(chosen_.size()));
  return Status::Ok();
}

Status ListWriter::EndNull() {
  SLUICE_TRY(nulls_.SetNull(static_cast<int64_t>(offsets_.size()) - 1));
  return EndRow();
}

void ListWriter::ReverseRow() {
  std::reverse(chosen_.begin() + offsets_.back(), chosen_.end());
}

namespace {

ArrayPtr MakeList(std::vector<int32_t> offsets, const NullBits& nulls,
                  std::shared_ptr<arrow::ArrayData> elements,
                  const std::shared_ptr<arrow::DataType>& type) {
  const auto rows = static_cast<int64_t>(offsets.size()) - 1;
  auto bytes = arrow::Buffer::FromVector(std::move(offsets));
  return arrow::MakeArray(arrow::ArrayData::Make(type, rows, {nulls.buffer(), std::move(bytes)},
                                                 {std::move(elements)},
                                                 nulls.any() ? arrow::kUnknownNullCount : 0));
}

}  // namespace

Result<ArrayPtr> ListWriter::Finish(const ArrayPtr& pool, const flow::Type& type) {
  const auto list = flow::ToArrow(type);
  SLUICE_ASSIGN(const ArrayPtr elements, Gather(pool, chosen_));
  return MakeList(std::move(offsets_), nulls_, Retyped(*elements->data(), list->field(0)->type()),
                  list);
}

Result<ArrayPtr> ListWriter::FinishMap(const ArrayPtr& keys, const ArrayPtr& pool,
                                       const Selection& values, const flow::Type& type) {
  const auto map = flow::ToArrow(type);
  const auto& entry = static_cast<const arrow::MapType&>(*map).value_type();
  SLUICE_ASSIGN(const ArrayPtr own_keys, Gather(keys, chosen_));
  SLUICE_ASSIGN(const ArrayPtr own_values, Gather(pool, values));
  auto entries = arrow::ArrayData::Make(entry, own_keys->length(), {nullptr},
                                        {Retyped(*own_keys->data(), entry->field(0)->type()),
                                         Retyped(*own_values->data(), entry->field(1)->type())},
                                        0);
  return MakeList(std::move(offsets_), nulls_, std::move(entries), map);
}

void MapWriter::ReverseRow() {
  lists_.ReverseRow();
  std::reverse(values_.begin() + static_cast<int64_t>(row_begin_), values_.end());
}

Status MapWriter::EndRow() {
  row_begin_ = values_.size();
  return lists_.EndRow();
}

Status MapWriter::EndNull() {
  row_begin_ = values_.size();
  return lists_.EndNull();
}

TextListWriter::TextListWriter(int64_t rows) : nulls_(rows) {
  offsets_.reserve(static_cast<size_t>(rows) + 1);
  offsets_.push_back(0);
}

Status TextListWriter::Add(std::string_view text) {
  SLUICE_TRY(texts_.Append(text));
  return Status::Ok();
}

Status TextListWriter::AddNull() {
  SLUICE_TRY(texts_.AppendNull());
  return Status::Ok();
}

Status TextListWriter::EndRow() {
  offsets_.push_back(static_cast<int32_t>(texts_.length()));
  return Status::Ok();
}

Status TextListWriter::EndNull() {
  SLUICE_TRY(nulls_.SetNull(static_cast<int64_t>(offsets_.size()) - 1));
  return EndRow();
}

Result<ArrayPtr> TextListWriter::Finish(const flow::Type& type) {
  const auto list = flow::ToArrow(type);
  SLUICE_ASSIGN(const ArrayPtr texts, texts_.Finish());
  return MakeList(std::move(offsets_), nulls_, Retyped(*texts->data(), list->field(0)->type()),
                  list);
}

}  // namespace sluice::functions
