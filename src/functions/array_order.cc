// SPDX-License-Identifier: Apache-2.0
// The order of an array's elements (docs "Collection Functions"): ARRAY_MAX, ARRAY_MIN, ARRAY_SORT.
// In ARRAY_SORT a NaN is greater than every number; in the others a NaN that comes first stays.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "functions/apply.h"
#include "functions/array_arguments.h"
#include "functions/elements.h"
#include "functions/families.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

/// Calls `use`.operator()<T>() with the type that values of an ordered type are read as.
template <typename Use>
auto WithValueType(arrow::Type::type id, Use use) {
  switch (id) {
    case arrow::Type::INT8:
      return use.template operator()<int8_t>();
    case arrow::Type::INT16:
      return use.template operator()<int16_t>();
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
      return use.template operator()<int32_t>();
    case arrow::Type::FLOAT:
      return use.template operator()<float>();
    case arrow::Type::DOUBLE:
      return use.template operator()<double>();
    case arrow::Type::DECIMAL128:
      return use.template operator()<Int128>();
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return use.template operator()<std::string_view>();
    default:
      return use.template operator()<int64_t>();
  }
}

/// One element per row, or NULL; kMore: the greatest, else the least.
template <typename T, bool kMore>
Result<ArrayPtr> PickExtreme(const ListColumn& list, int64_t rows) {
  const ColumnView elements = ColumnView::Of(list.elements());
  const Reader<T> values(elements);
  const int64_t none = list.elements()->length();  // behind the elements stands a NULL
  Selection chosen(static_cast<size_t>(rows), static_cast<int32_t>(none));
  for (int64_t row = 0; row < rows; ++row) {
    if (list.IsNull(row)) continue;
    int64_t best = none;
    for (int64_t at = list.begin(row); at < list.end(row); ++at) {
      if (elements.IsNull(at)) continue;
      if (best == none || (kMore ? values[at] > values[best] : values[at] < values[best])) {
        best = at;
      }
    }
    chosen[static_cast<size_t>(row)] = static_cast<int32_t>(best);
  }
  SLUICE_ASSIGN(const ArrayPtr null, arrow::MakeArrayOfNull(list.elements()->type(), 1));
  SLUICE_ASSIGN(const ArrayPtr with_null, arrow::Concatenate({list.elements(), null}));
  return Gather(with_null, chosen);
}

template <bool kMore>
Result<ArrayPtr> EvaluateExtreme(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  const arrow::Type::type id = list.elements()->type_id();
  if (id == arrow::Type::NA) {
    SLUICE_ASSIGN(ArrayPtr none, arrow::MakeArrayOfNull(flow::ToArrow(*call.type), rows));
    return none;
  }
  return WithValueType(id, [&]<typename T>() { return PickExtreme<T, kMore>(list, rows); });
}

template <typename T>
bool Less(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a < b || (b != b && a == a);
  } else {
    return a < b;
  }
}

struct Order {
  bool ascending = true, nulls_first = true;
};

/// Places of elements in order; of equal ones the first stays before the other.
template <typename T>
void SortPlaces(const ColumnView& elements, bool ascending, Selection* places) {
  const Reader<T> values(elements);
  std::sort(places->begin(), places->end(), [&](int32_t a, int32_t b) {
    const T &x = values[a], &y = values[b];
    if (Less(x, y)) return ascending;
    return Less(y, x) ? !ascending : a < b;
  });
}

template <typename T>
Result<ArrayPtr> SortLists(const Expr& call, const ListColumn& list,
                           const apply_internal::Prepared& orders, int64_t rows) {
  const ColumnView elements = ColumnView::Of(list.elements());
  std::vector<Reader<bool>> flags(orders.columns.begin(), orders.columns.end());
  ListWriter out(rows);
  Selection places, nulls;
  for (int64_t row = 0; row < rows; ++row) {
    if (list.IsNull(row) || orders.nulls.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    Order order;
    if (!flags.empty()) order.ascending = order.nulls_first = flags[0][row];
    if (flags.size() > 1) order.nulls_first = flags[1][row];
    places.clear();
    nulls.clear();
    for (int64_t at = list.begin(row); at < list.end(row); ++at) {
      (elements.IsNull(at) ? nulls : places).push_back(static_cast<int32_t>(at));
    }
    SortPlaces<T>(elements, order.ascending, &places);
    for (const int32_t at : order.nulls_first ? nulls : places) out.Add(at);
    for (const int32_t at : order.nulls_first ? places : nulls) out.Add(at);
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(list.elements(), *call.type);
}

Result<ArrayPtr> EvaluateSort(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  SLUICE_ASSIGN(const auto orders, apply_internal::Prepare(arguments.subspan(1), rows));
  const arrow::Type::type id = list.elements()->type_id();
  if (id == arrow::Type::NA) {  // nothing but NULLs
    ListWriter out(rows);
    for (int64_t row = 0; row < rows; ++row) {
      const bool missing = list.IsNull(row) || orders.nulls.IsNull(row);
      if (!missing) SLUICE_TRY(out.AddRange(list.begin(row), list.end(row)));
      SLUICE_TRY(missing ? out.EndNull() : out.EndRow());
    }
    return out.Finish(list.elements(), *call.type);
  }
  return WithValueType(id, [&]<typename T>() { return SortLists<T>(call, list, orders, rows); });
}

Result<Signature> ResolveExtreme(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("array -> same", arguments));
  SLUICE_TRY(CheckOrdered(arguments));
  signature.result = signature.result->element()->WithNullable(true);
  return signature;
}

Result<Signature> ResolveSort(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("array, boolean?, boolean? -> same", arguments));
  SLUICE_TRY(CheckOrdered(arguments));
  return signature;
}

}  // namespace

std::vector<Function> ArrayOrderFunctions() {
  const char* kind = "collection";
  return {
      {"ARRAY_MAX", kind, "ARRAY_MAX(array)",
       "The largest element; NULL if there is none but NULLs", "ARRAY_MAX(ARRAY[1, 3, 2]) = 3",
       &ResolveExtreme, &EvaluateExtreme<true>},
      {"ARRAY_MIN", kind, "ARRAY_MIN(array)", "The least element; NULL if there is none but NULLs",
       "ARRAY_MIN(ARRAY[1, 3, 2]) = 1", &ResolveExtreme, &EvaluateExtreme<false>},
      {"ARRAY_SORT", kind, "ARRAY_SORT(array[, ascending[, nulls_first]])",
       "The elements in order. Without words ascending; NULLs first when ascending, last when not",
       "ARRAY_SORT(ARRAY[2, 1]) = ARRAY[1, 2]", &ResolveSort, &EvaluateSort},
  };
}

}  // namespace sluice::functions
