// SPDX-License-Identifier: Apache-2.0
// ROW, ARRAY and MAP: constructors, access, size (docs "Collection Functions").
#include <algorithm>
#include <utility>

#include "functions/apply.h"
#include "functions/comparison.h"
#include "functions/elements.h"
#include "functions/families.h"
#include "functions/gather.h"
#include "functions/signature.h"
#include "functions/type_rules.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

Result<ArrayPtr> AsArray(const Argument& argument, int64_t rows) {
  if (argument.array != nullptr) return argument.array;
  SLUICE_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*argument.scalar, rows));
  return array;
}

/// An array with the type that a nested column wants for its children.
std::shared_ptr<arrow::ArrayData> ChildData(const ArrayPtr& array,
                                            const std::shared_ptr<arrow::DataType>& type) {
  auto child = array->data()->Copy();
  child->type = type;
  return child;
}

Result<Signature> ResolveRow(std::span<const ExprPtr> arguments) {
  if (arguments.empty()) return InvalidArgument("takes one value or more");
  Signature signature;
  std::vector<flow::Field> fields;
  for (size_t i = 0; i < arguments.size(); ++i) {
    signature.arguments.push_back(arguments[i]->type);
    fields.push_back({"EXPR$" + std::to_string(i), arguments[i]->type, ""});
  }
  signature.result = Type::Row(std::move(fields), false);
  return signature;
}

Result<ArrayPtr> EvaluateRow(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext&) {
  const auto type = flow::ToArrow(*call.type);
  std::vector<std::shared_ptr<arrow::ArrayData>> children;
  for (size_t i = 0; i < arguments.size(); ++i) {
    SLUICE_ASSIGN(const ArrayPtr child, AsArray(arguments[i], rows));
    children.push_back(ChildData(child, type->field(static_cast<int>(i))->type()));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(type, rows, {nullptr}, std::move(children), 0));
}

Result<Signature> ResolveArray(std::span<const ExprPtr> arguments) {
  if (arguments.empty()) return InvalidArgument("takes one element or more");
  std::vector<TypePtr> types;
  for (const ExprPtr& argument : arguments) types.push_back(argument->type);
  SLUICE_ASSIGN(const TypePtr common, CommonType(types));
  return Signature{std::vector<TypePtr>(types.size(), common), Type::Array(common, false)};
}

/// Columns a, b, c as elements: row 0 of each, row 1 of each, ...
Result<ArrayPtr> Interleave(const std::vector<ArrayPtr>& columns, int64_t rows) {
  SLUICE_ASSIGN(ArrayPtr all, arrow::Concatenate(columns));
  Selection order;
  order.reserve(columns.size() * static_cast<size_t>(rows));
  for (int64_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      order.push_back(static_cast<int32_t>(static_cast<int64_t>(i) * rows + row));
    }
  }
  return Gather(all, order);
}

Result<std::shared_ptr<arrow::Buffer>> EqualOffsets(int64_t rows, int64_t step) {
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows + 1));
  auto* offsets = reinterpret_cast<int32_t*>(buffer->mutable_data());
  for (int64_t i = 0; i <= rows; ++i) offsets[i] = static_cast<int32_t>(i * step);
  return buffer;
}

Result<ArrayPtr> EvaluateArray(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  const auto type = flow::ToArrow(*call.type);
  std::vector<ArrayPtr> columns;
  for (const Argument& argument : arguments) {
    SLUICE_ASSIGN(const ArrayPtr column, AsArray(argument, rows));
    columns.push_back(arrow::MakeArray(ChildData(column, type->field(0)->type())));
  }
  SLUICE_ASSIGN(const ArrayPtr elements, Interleave(columns, rows));
  SLUICE_ASSIGN(auto offsets, EqualOffsets(rows, static_cast<int64_t>(columns.size())));
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, rows, {nullptr, std::move(offsets)}, {elements->data()}, 0));
}

Result<Signature> ResolveMap(std::span<const ExprPtr> arguments) {
  if (arguments.empty() || arguments.size() % 2 != 0) {
    return InvalidArgument("takes pairs of key and value");
  }
  std::vector<TypePtr> keys, values;
  for (size_t i = 0; i < arguments.size(); i += 2) {
    keys.push_back(arguments[i]->type);
    values.push_back(arguments[i + 1]->type);
  }
  SLUICE_ASSIGN(const TypePtr key, CommonType(keys));
  SLUICE_ASSIGN(const TypePtr value, CommonType(values));
  Signature signature;
  for (size_t i = 0; i < keys.size(); ++i) {
    signature.arguments.push_back(key);
    signature.arguments.push_back(value);
  }
  signature.result = Type::Map(key, value, false);
  return signature;
}

/// Keys that are constants and differ: no row has one of them twice.
bool KeysDiffer(std::span<const Argument> arguments) {
  for (size_t i = 0; i < arguments.size(); i += 2) {
    if (arguments.size() == 2) return true;
    if (arguments[i].array != nullptr) return false;
    for (size_t k = 0; k < i; k += 2) {
      if (arguments[k].scalar->Equals(*arguments[i].scalar)) return false;
    }
  }
  return true;
}

/// Maps of equally many entries each.
Result<ArrayPtr> LastOfEqualKeys(const ArrayPtr& keys, const ArrayPtr& values, int64_t rows,
                                 const Type& type) {
  const int64_t pairs = rows == 0 ? 0 : keys->length() / rows;
  MapWriter out(keys, rows);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = pairs; i-- > 0;) out.Add(row * pairs + i, row * pairs + i, row);
    out.ReverseRow();
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(values, type);
}

Result<ArrayPtr> EvaluateMap(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext&) {
  const auto type = flow::ToArrow(*call.type);
  const auto& map_type = static_cast<const arrow::MapType&>(*type);
  std::vector<ArrayPtr> keys, values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    SLUICE_ASSIGN(const ArrayPtr column, AsArray(arguments[i], rows));
    const auto& wanted = i % 2 == 0 ? map_type.key_type() : map_type.item_type();
    if (i % 2 == 0 && column->null_count() > 0) {
      return InvalidArgument("a key of MAP is NULL");
    }
    (i % 2 == 0 ? keys : values).push_back(arrow::MakeArray(ChildData(column, wanted)));
  }
  const auto pairs = static_cast<int64_t>(keys.size());
  SLUICE_ASSIGN(const ArrayPtr all_keys, Interleave(keys, rows));
  SLUICE_ASSIGN(const ArrayPtr all_values, Interleave(values, rows));
  if (!KeysDiffer(arguments)) return LastOfEqualKeys(all_keys, all_values, rows, *call.type);
  SLUICE_ASSIGN(auto offsets, EqualOffsets(rows, pairs));
  auto entries = arrow::ArrayData::Make(map_type.value_type(), rows * pairs, {nullptr},
                                        {all_keys->data(), all_values->data()}, 0);
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, rows, {nullptr, std::move(offsets)}, {std::move(entries)}, 0));
}

Result<Signature> ResolveItem(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2) return InvalidArgument("takes a collection and an index or key");
  const TypePtr &from = arguments[0]->type, &at = arguments[1]->type;
  if (from->kind() == TypeKind::kArray && at->is_integer()) {
    if (const auto index = LiteralInteger(*arguments[1]); index && *index < 1) {
      return InvalidArgument("Array element access needs an index starting at 1 but was " +
                             std::to_string(*index) + ".");
    }
    return Signature{{from, Type::Simple(TypeKind::kInt, at->nullable())},
                     from->element()->WithNullable(true)};
  }
  if (from->kind() == TypeKind::kMap && CommonTypeOfTwo(from->key(), at) != nullptr) {
    return Signature{{from, from->key()->WithNullable(at->nullable())},
                     from->value()->WithNullable(true)};
  }
  return InvalidArgument("takes an ARRAY and a whole number, or a MAP and a key, not " +
                         TypesText(arguments));
}

/// Takes one element per row; -1 = NULL. `all` holds the elements.
Result<ArrayPtr> PickElements(const ArrayPtr& all, const std::vector<int64_t>& places) {
  SLUICE_ASSIGN(const ArrayPtr none, arrow::MakeArrayOfNull(all->type(), 1));
  SLUICE_ASSIGN(const ArrayPtr with_null, arrow::Concatenate({all, none}));
  Selection rows;
  rows.reserve(places.size());
  for (const int64_t place : places) {
    rows.push_back(static_cast<int32_t>(place < 0 ? all->length() : place));
  }
  return Gather(with_null, rows);
}

Result<std::vector<int64_t>> FindKeys(const arrow::MapArray& map, const ColumnView& column,
                                      const Argument& key, const Type& key_type, int64_t rows) {
  // Every entry is compared with the key of its row in one pass.
  const bool constant = key.array == nullptr;
  Selection row_of_entry;
  std::vector<int64_t> entry_of;
  std::vector<int64_t> places(static_cast<size_t>(rows), -1);
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t at = column.constant() ? 0 : row;
    if (column.IsNull(row)) continue;
    for (int64_t i = map.value_offset(at); i < map.value_offset(at + 1); ++i) {
      entry_of.push_back(i);
      row_of_entry.push_back(static_cast<int32_t>(row));
    }
  }
  Selection chosen(entry_of.begin(), entry_of.end());
  SLUICE_ASSIGN(const ArrayPtr keys, Gather(map.keys(), chosen));
  Argument wanted = key;
  if (!constant) {
    SLUICE_ASSIGN(wanted.array, Gather(key.array, row_of_entry));
  }
  SLUICE_ASSIGN(const Truth equal, Compare(Comparison::kEqual, {keys, nullptr}, key_type, wanted,
                                           key_type, static_cast<int64_t>(chosen.size())));
  SLUICE_ASSIGN(const ArrayPtr bits, equal.ToArray());
  for (const int32_t hit : SelectTrue(*bits)) {
    places[static_cast<size_t>(row_of_entry[static_cast<size_t>(hit)])] =
        entry_of[static_cast<size_t>(hit)];
  }
  return places;
}

Result<ArrayPtr> EvaluateItem(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  if (call.children[0]->type->kind() == TypeKind::kMap) {
    const auto& map = static_cast<const arrow::MapArray&>(*column.array());
    SLUICE_ASSIGN(const auto places,
                  FindKeys(map, column, arguments[1], *call.children[0]->type->key(), rows));
    return PickElements(map.items(), places);
  }
  SLUICE_ASSIGN(const ColumnView index, ColumnView::Make(arguments[1]));
  const auto& list = static_cast<const arrow::ListArray&>(*column.array());
  const Reader<int32_t> indexes(index);
  std::vector<int64_t> places(static_cast<size_t>(rows), -1);
  for (int64_t row = 0; row < rows; ++row) {
    if (column.IsNull(row) || index.IsNull(row)) continue;
    const int64_t at = column.constant() ? 0 : row;
    const int64_t wanted = indexes[row];
    if (wanted >= 1 && wanted <= list.value_length(at)) {
      places[static_cast<size_t>(row)] = list.value_offset(at) + wanted - 1;
    }
  }
  return PickElements(list.values(), places);
}

Result<ArrayPtr> EvaluateCardinality(const Expr& call, std::span<const Argument> arguments,
                                     int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(column));
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows));
  auto* out = reinterpret_cast<int32_t*>(buffer->mutable_data());
  const Reader<int32_t> begin(column);
  const auto* offsets = column.values<int32_t>();
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t at = column.constant() ? 0 : row;
    out[row] = offsets[at + 1] - offsets[at];
  }
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), nulls);
}

/// ELEMENT: the only element; NULL of an empty array, an error of several.
Result<ArrayPtr> EvaluateElement(const Expr&, std::span<const Argument> arguments, int64_t rows,
                                 const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(arguments[0]));
  const auto& list = static_cast<const arrow::ListArray&>(*column.array());
  std::vector<int64_t> places(static_cast<size_t>(rows), -1);
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t at = column.constant() ? 0 : row;
    if (column.IsNull(row) || list.value_length(at) == 0) continue;
    if (list.value_length(at) > 1) {
      return InvalidArgument("ELEMENT of an ARRAY with more than one element");
    }
    places[static_cast<size_t>(row)] = list.value_offset(at);
  }
  return PickElements(list.values(), places);
}

Result<Signature> ResolveElement(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("array -> same", arguments));
  if (arguments[0]->type->kind() != TypeKind::kArray) return InvalidArgument("takes an ARRAY");
  signature.result = arguments[0]->type->element()->WithNullable(true);
  return signature;
}

template <int kPart>
Result<Signature> ResolveMapPart(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("map -> same", arguments));
  const TypePtr& map = arguments[0]->type;
  if (map->kind() != TypeKind::kMap) return InvalidArgument("takes a MAP");
  signature.result = Type::Array(kPart == 0 ? map->key() : map->value(), map->nullable());
  return signature;
}

template <int kPart>
Result<ArrayPtr> EvaluateMapPart(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ArrayPtr column, AsArray(arguments[0], rows));
  const auto& map = static_cast<const arrow::MapArray&>(*column);
  const auto type = flow::ToArrow(*call.type);
  auto list = column->data()->Copy();
  list->type = type;
  list->child_data = {ChildData(kPart == 0 ? map.keys() : map.items(), type->field(0)->type())};
  return arrow::MakeArray(list);
}

}  // namespace

std::vector<Function> CollectionFunctions() {
  const char* kind = "collection";
  return {
      {"ROW", kind, "ROW(a, b, ...)", "A row of these values", "ROW(1, 'a')", &ResolveRow,
       &EvaluateRow},
      {"ARRAY", kind, "ARRAY[a, b, ...]", "An array of these elements", "ARRAY[1, 2, 3]",
       &ResolveArray, &EvaluateArray},
      {"MAP", kind, "MAP[k, v, ...]",
       "A map of these keys and values; of equal keys the last value", "MAP['a', 1, 'b', 2]",
       &ResolveMap, &EvaluateMap, true, true},
      {"ITEM", kind, "array[index], map[key]",
       "An element, from 1, or the value of a key; NULL if there is none", "ARRAY[7, 8][1] = 7",
       &ResolveItem, &EvaluateItem, true, true},
      {"CARDINALITY", kind, "CARDINALITY(collection)", "The number of elements or entries",
       "CARDINALITY(ARRAY[1, 2]) = 2", &Takes<"array -> int | map -> int">, &EvaluateCardinality},
      {"ELEMENT", kind, "ELEMENT(array)", "The only element; NULL if there is none",
       "ELEMENT(ARRAY[7]) = 7", &ResolveElement, &EvaluateElement, true, true},
      {"MAP_KEYS", kind, "MAP_KEYS(map)", "The keys as an array", "MAP_KEYS(MAP['a', 1])",
       &ResolveMapPart<0>, &EvaluateMapPart<0>},
      {"MAP_VALUES", kind, "MAP_VALUES(map)", "The values as an array", "MAP_VALUES(MAP['a', 1])",
       &ResolveMapPart<1>, &EvaluateMapPart<1>},
  };
}

}  // namespace sluice::functions
