// SPDX-License-Identifier: Apache-2.0
// Maps made of arrays and of maps (docs "Collection Functions"): MAP_ENTRIES, MAP_FROM_ARRAYS,
// MAP_UNION. A map has each key once: of equal keys the last value stays.
#include <algorithm>
#include <string>
#include <utility>

#include "functions/elements.h"
#include "functions/families.h"
#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

Result<Signature> ResolveEntries(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("map -> same", arguments));
  const Type& map = *arguments[0]->type;
  signature.result =
      Type::Array(Type::Row({{"key", map.key(), ""}, {"value", map.value(), ""}}), map.nullable());
  return signature;
}

/// A map column is a list of entries already.
Result<ArrayPtr> EvaluateEntries(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  ArrayPtr maps = arguments[0].array;
  if (maps == nullptr) {
    SLUICE_ASSIGN(maps, arrow::MakeArrayFromScalar(*arguments[0].scalar, rows));
  }
  return arrow::MakeArray(Retyped(*maps->data(), flow::ToArrow(*call.type)));
}

Result<Signature> ResolveFromArrays(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("array, array -> same", arguments));
  signature.result = Type::Map(arguments[0]->type->element(), arguments[1]->type->element(),
                               AnyNullable(arguments));
  return signature;
}

Result<ArrayPtr> EvaluateFromArrays(const Expr& call, std::span<const Argument> arguments,
                                    int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn keys, ListColumn::Make(arguments[0]));
  SLUICE_ASSIGN(const ListColumn values, ListColumn::Make(arguments[1]));
  MapWriter out(keys.elements(), rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (keys.IsNull(row) || values.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    if (keys.size(row) != values.size(row)) {
      return InvalidArgument(
          "MAP_FROM_ARRAYS: the length of the keys array, " + std::to_string(keys.size(row)) +
          ", is not that of the values array, " + std::to_string(values.size(row)));
    }
    for (int64_t i = keys.size(row); i-- > 0;) {
      if (out.IsNullKey(keys.begin(row) + i)) {
        return InvalidArgument("a key of MAP_FROM_ARRAYS is NULL");
      }
      out.Add(keys.begin(row) + i, values.begin(row) + i, row);
    }
    out.ReverseRow();
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(values.elements(), *call.type);
}

Result<Signature> ResolveUnion(std::span<const ExprPtr> arguments) {
  const bool maps = std::all_of(arguments.begin(), arguments.end(), [](const ExprPtr& argument) {
    return argument->type->kind() == TypeKind::kMap;
  });
  if (!maps || arguments.empty()) {
    return InvalidArgument("takes one MAP or more, not " + TypesText(arguments));
  }
  return CastToCommon(arguments);
}

/// The entries of the last map first: its values go before those of the others.
Result<ArrayPtr> EvaluateUnion(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  std::vector<ListColumn> maps;
  std::vector<ArrayPtr> key_pieces, value_pieces;
  for (const Argument& argument : arguments) {
    SLUICE_ASSIGN(ListColumn map, ListColumn::Make(argument));
    key_pieces.push_back(map.keys());
    value_pieces.push_back(map.values());
    maps.push_back(std::move(map));
  }
  SLUICE_ASSIGN(const ElementPool keys, ElementPool::Make(key_pieces, *call.type->key()));
  SLUICE_ASSIGN(const ElementPool values, ElementPool::Make(value_pieces, *call.type->value()));
  MapWriter out(keys.elements, rows);
  for (int64_t row = 0; row < rows; ++row) {
    const bool missing = std::any_of(maps.begin(), maps.end(),
                                     [row](const ListColumn& map) { return map.IsNull(row); });
    for (size_t m = maps.size(); !missing && m-- > 0;) {
      const int64_t start = keys.start[m];
      for (int64_t at = maps[m].begin(row); at < maps[m].end(row); ++at) {
        out.Add(start + at, start + at, row);
      }
    }
    SLUICE_TRY(missing ? out.EndNull() : out.EndRow());
  }
  return out.Finish(values.elements, *call.type);
}

}  // namespace

std::vector<Function> MapFunctions() {
  const char* kind = "collection";
  return {
      {"MAP_ENTRIES", kind, "MAP_ENTRIES(map)",
       "The entries as an array of rows with the fields key and value", "MAP_ENTRIES(MAP['a', 1])",
       &ResolveEntries, &EvaluateEntries},
      {"MAP_FROM_ARRAYS", kind, "MAP_FROM_ARRAYS(keys, values)",
       "A map of two arrays of one length; of equal keys the last value",
       "MAP_FROM_ARRAYS(ARRAY['a'], ARRAY[1]) = MAP['a', 1]", &ResolveFromArrays,
       &EvaluateFromArrays, true, true},
      {"MAP_UNION", kind, "MAP_UNION(map, ...)",
       "The entries of all maps; of equal keys the value of the last map",
       "MAP_UNION(MAP['a', 1], MAP['a', 2]) = MAP['a', 2]", &ResolveUnion, &EvaluateUnion},
  };
}

}  // namespace sluice::functions
