// SPDX-License-Identifier: Apache-2.0
// Arrays as sets, and where a value is in one (docs "Collection Functions"): ARRAY_DISTINCT,
// ARRAY_UNION, ARRAY_EXCEPT, ARRAY_INTERSECT, ARRAY_REMOVE, ARRAY_POSITION, ARRAY_CONTAINS.
// Elements are compared by number (ElementNumbers); a NULL is equal to another NULL here.
#include "functions/array_arguments.h"
#include "functions/elements.h"
#include "functions/families.h"
#include "functions/logical.h"
#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

Result<ArrayPtr> EvaluateDistinct(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  const ElementNumbers numbers = ElementNumbers::Of(*list.elements());
  NumberSet seen(numbers);
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (list.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    for (int64_t at = list.begin(row); at < list.end(row); ++at) {
      if (seen.Add(numbers[at], row)) out.Add(at);
    }
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(list.elements(), *call.type);
}

/// Two columns of arrays over one pool.
struct TwoLists {
  ListColumn a, b;
  ElementPool pool;
  ElementNumbers numbers;

  static Result<TwoLists> Make(const Expr& call, std::span<const Argument> arguments) {
    SLUICE_ASSIGN(ListColumn a, ListColumn::Make(arguments[0]));
    SLUICE_ASSIGN(ListColumn b, ListColumn::Make(arguments[1]));
    const ArrayPtr pieces[] = {a.elements(), b.elements()};
    SLUICE_ASSIGN(ElementPool pool, ElementPool::Make(pieces, *call.type->element()));
    ElementNumbers numbers = ElementNumbers::Of(*pool.elements);
    return TwoLists{std::move(a), std::move(b), std::move(pool), std::move(numbers)};
  }
};

enum class SetOperation { kUnion, kExcept, kIntersect };

/// Without duplicates, in the order of the elements.
template <SetOperation kOperation>
Result<ArrayPtr> EvaluateSets(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  SLUICE_ASSIGN(const TwoLists lists, TwoLists::Make(call, arguments));
  const ElementNumbers& numbers = lists.numbers;
  NumberSet second(numbers), given(numbers);
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (lists.a.IsNull(row) || lists.b.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    const int64_t begin = lists.pool.start[1] + lists.b.begin(row);
    const int64_t end = lists.pool.start[1] + lists.b.end(row);
    for (int64_t at = begin; kOperation != SetOperation::kUnion && at < end; ++at) {
      second.Add(numbers[at], row);
    }
    for (int64_t at = lists.a.begin(row); at < lists.a.end(row); ++at) {
      const bool both = second.Has(numbers[at], row);
      const bool wanted = kOperation == SetOperation::kIntersect ? both : !both;
      if (wanted && given.Add(numbers[at], row)) out.Add(at);
    }
    for (int64_t at = begin; kOperation == SetOperation::kUnion && at < end; ++at) {
      if (given.Add(numbers[at], row)) out.Add(at);
    }
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(lists.pool.elements, *call.type);
}

/// A column of arrays and a column of values to be found in them, over one pool.
struct Search {
  ListColumn list;
  ElementColumn wanted;
  ElementPool pool;
  ElementNumbers numbers;

  static Result<Search> Make(const Expr& call, std::span<const Argument> arguments) {
    SLUICE_ASSIGN(ListColumn list, ListColumn::Make(arguments[0]));
    SLUICE_ASSIGN(ElementColumn wanted, ElementColumn::Make(arguments[1]));
    const ArrayPtr pieces[] = {list.elements(), wanted.values};
    const TypePtr element = call.children[0]->type->element()->WithNullable(true);
    SLUICE_ASSIGN(ElementPool pool, ElementPool::Make(pieces, *element));
    ElementNumbers numbers = ElementNumbers::Of(*pool.elements);
    return Search{std::move(list), std::move(wanted), std::move(pool), std::move(numbers)};
  }
  int32_t Wanted(int64_t row) const { return numbers[pool.start[1] + wanted.at(row)]; }
  /// From 1; 0 when it is not there.
  int32_t Position(int64_t row) const {
    const int32_t number = Wanted(row);
    for (int64_t at = list.begin(row); at < list.end(row); ++at) {
      if (numbers[at] == number) return static_cast<int32_t>(at - list.begin(row)) + 1;
    }
    return 0;
  }
};

/// NULL is found when the array holds NULL.
Result<ArrayPtr> EvaluateContains(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const Search search, Search::Make(call, arguments));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(search.list.view()));
  std::vector<uint8_t> found(static_cast<size_t>(rows), 0);
  for (int64_t row = 0; row < rows; ++row) {
    if (!nulls.IsNull(row)) found[static_cast<size_t>(row)] = search.Position(row) > 0;
  }
  return Truth::OfBytes(found, nulls, rows).ToArray();
}

Result<ArrayPtr> EvaluatePosition(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const Search search, Search::Make(call, arguments));
  SLUICE_ASSIGN(const ColumnView wanted, ColumnView::Make(arguments[1]));
  NullBits nulls(rows);
  SLUICE_TRY(nulls.Take(search.list.view()));
  SLUICE_TRY(nulls.Take(wanted));
  SLUICE_ASSIGN(auto buffer, AllocateValues<int32_t>(rows));
  auto* out = reinterpret_cast<int32_t*>(buffer->mutable_data());
  for (int64_t row = 0; row < rows; ++row) out[row] = nulls.IsNull(row) ? 0 : search.Position(row);
  return MakeFixed(flow::ToArrow(*call.type), rows, std::move(buffer), nulls);
}

Result<ArrayPtr> EvaluateRemove(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(const Search search, Search::Make(call, arguments));
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (search.list.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    const int32_t unwanted = search.Wanted(row);
    for (int64_t at = search.list.begin(row); at < search.list.end(row); ++at) {
      if (search.numbers[at] != unwanted) out.Add(at);
    }
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(search.list.elements(), *call.type);
}

/// NULL when the array is.
Result<Signature> ResolveContains(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveArrayAndElement(arguments));
  signature.result = Type::Simple(TypeKind::kBoolean, arguments[0]->type->nullable());
  return signature;
}

Result<Signature> ResolveRemove(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveArrayAndElement(arguments));
  signature.result = arguments[0]->type;
  return signature;
}

Result<Signature> ResolvePosition(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveArrayAndElement(arguments));
  signature.result = Type::Simple(TypeKind::kInt, AnyNullable(arguments));
  return signature;
}

}  // namespace

std::vector<Function> ArraySetFunctions() {
  const char* kind = "collection";
  return {
      {"ARRAY_CONTAINS", kind, "ARRAY_CONTAINS(array, value)",
       "TRUE if the array has the value among its elements",
       "ARRAY_CONTAINS(ARRAY[1, 2], 2) = TRUE", &ResolveContains, &EvaluateContains},
      {"ARRAY_POSITION", kind, "ARRAY_POSITION(array, value)",
       "Where the value is first found, from 1; 0 if it is not there",
       "ARRAY_POSITION(ARRAY[7, 8], 8) = 2", &ResolvePosition, &EvaluatePosition},
      {"ARRAY_REMOVE", kind, "ARRAY_REMOVE(array, value)",
       "The array without the elements that equal the value",
       "ARRAY_REMOVE(ARRAY[1, 2, 1], 1) = ARRAY[2]", &ResolveRemove, &EvaluateRemove},
      {"ARRAY_DISTINCT", kind, "ARRAY_DISTINCT(array)", "The array without duplicates",
       "ARRAY_DISTINCT(ARRAY[1, 2, 1]) = ARRAY[1, 2]", &Takes<"array -> same">, &EvaluateDistinct},
      {"ARRAY_UNION", kind, "ARRAY_UNION(a, b)", "The elements of both, without duplicates",
       "ARRAY_UNION(ARRAY[1, 2], ARRAY[2, 3]) = ARRAY[1, 2, 3]", &ResolveArrays<2, 2>,
       &EvaluateSets<SetOperation::kUnion>},
      {"ARRAY_EXCEPT", kind, "ARRAY_EXCEPT(a, b)",
       "The elements of a that are not in b, without duplicates",
       "ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2, 3]) = ARRAY[1]", &ResolveArrays<2, 2>,
       &EvaluateSets<SetOperation::kExcept>},
      {"ARRAY_INTERSECT", kind, "ARRAY_INTERSECT(a, b)",
       "The elements of a that are in b too, without duplicates",
       "ARRAY_INTERSECT(ARRAY[1, 2], ARRAY[2, 3]) = ARRAY[2]", &ResolveArrays<2, 2>,
       &EvaluateSets<SetOperation::kIntersect>},
  };
}

}  // namespace sluice::functions
