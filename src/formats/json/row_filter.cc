// SPDX-License-Identifier: Apache-2.0
#include "formats/json/row_filter.h"

#include <cstring>
#include <string_view>
#include <variant>

namespace sluice::formats::json {
namespace {

using Comparison = flow::FieldCondition::Comparison;

const Column* FieldAt(const Column& root, const flow::FieldCondition& condition) {
  const Column* at = &root.children[static_cast<size_t>(condition.column)];
  for (const int field : condition.path) {
    if (at->kind != Kind::kRow) return nullptr;
    at = &at->children[static_cast<size_t>(field)];
  }
  return at->pruned ? nullptr : at;
}

bool IsInteger(Kind kind) {
  return kind == Kind::kInt8 || kind == Kind::kInt16 || kind == Kind::kInt32 ||
         kind == Kind::kInt64;
}

template <typename T>
int64_t Read(const Column& field, int64_t row) {
  T value;
  std::memcpy(&value, field.values + row * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

int64_t NumberOf(const Column& field, int64_t row) {
  switch (field.kind) {
    case Kind::kInt8:
      return Read<int8_t>(field, row);
    case Kind::kInt16:
      return Read<int16_t>(field, row);
    case Kind::kInt32:
      return Read<int32_t>(field, row);
    default:
      return Read<int64_t>(field, row);
  }
}

std::string_view TextOf(const Column& field, int64_t row) {
  return {reinterpret_cast<const char*>(field.values) + field.offsets[row],
          static_cast<size_t>(field.offsets[row + 1] - field.offsets[row])};
}

template <typename T>
bool Compare(Comparison comparison, const T& a, const T& b) {
  switch (comparison) {
    case Comparison::kEqual:
      return a == b;
    case Comparison::kNotEqual:
      return a != b;
    case Comparison::kLess:
      return a < b;
    case Comparison::kLessOrEqual:
      return a <= b;
    case Comparison::kGreater:
      return a > b;
    case Comparison::kGreaterOrEqual:
      return a >= b;
  }
  return true;
}

}  // namespace

RowFilter::RowFilter(const Column& root, const std::vector<flow::FieldCondition>& conditions) {
  for (const flow::FieldCondition& condition : conditions) {
    const Column* const field = FieldAt(root, condition);
    if (field == nullptr) continue;
    Check check{.field = field, .comparison = condition.comparison, .number = 0, .text = ""};
    if (const auto* number = std::get_if<int64_t>(&condition.value)) {
      if (!IsInteger(field->kind)) continue;
      check.number = *number;
    } else {
      if (field->kind != Kind::kString) continue;
      check.text = std::get<std::string>(condition.value);
    }
    checks_.push_back(std::move(check));
  }
}

bool RowFilter::Keeps(int64_t row) const {
  for (const Check& check : checks_) {
    if (check.field->length <= row) return false;  // nobody wrote it: NULL
    const bool meets =
        check.field->kind == Kind::kString
            ? Compare(check.comparison, TextOf(*check.field, row), std::string_view(check.text))
            : Compare(check.comparison, NumberOf(*check.field, row), check.number);
    if (!meets) return false;
  }
  return true;
}

}  // namespace sluice::formats::json
