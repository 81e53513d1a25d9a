// SPDX-License-Identifier: Apache-2.0
// Arrays made of arrays (docs "Collection Functions"): ARRAY_APPEND, ARRAY_PREPEND, ARRAY_CONCAT,
// ARRAY_REVERSE, ARRAY_SLICE, ARRAY_JOIN.
#include <algorithm>
#include <utility>

#include "functions/apply.h"
#include "functions/array_arguments.h"
#include "functions/elements.h"
#include "functions/families.h"
#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

Result<Signature> ResolveAppend(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveArrayAndElement(arguments));
  signature.result = Type::Array(signature.arguments[1], AnyNullable(arguments));
  return signature;
}

template <bool kFront>
Result<ArrayPtr> EvaluateAppend(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  SLUICE_ASSIGN(const ElementColumn more, ElementColumn::Make(arguments[1]));
  const ArrayPtr pieces[] = {list.elements(), more.values};
  SLUICE_ASSIGN(const ElementPool pool, ElementPool::Make(pieces, *call.type->element()));
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (list.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    if (kFront) out.Add(pool.start[1] + more.at(row));
    SLUICE_TRY(out.AddRange(list.begin(row), list.end(row)));
    if (!kFront) out.Add(pool.start[1] + more.at(row));
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(pool.elements, *call.type);
}

Result<ArrayPtr> EvaluateConcat(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  std::vector<ListColumn> lists;
  std::vector<ArrayPtr> pieces;
  for (const Argument& argument : arguments) {
    SLUICE_ASSIGN(ListColumn list, ListColumn::Make(argument));
    pieces.push_back(list.elements());
    lists.push_back(std::move(list));
  }
  SLUICE_ASSIGN(const ElementPool pool, ElementPool::Make(pieces, *call.type->element()));
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    const bool missing = std::any_of(lists.begin(), lists.end(),
                                     [row](const ListColumn& list) { return list.IsNull(row); });
    if (missing) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    for (size_t i = 0; i < lists.size(); ++i) {
      const int64_t start = pool.start[i];
      SLUICE_TRY(out.AddRange(start + lists[i].begin(row), start + lists[i].end(row)));
    }
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(pool.elements, *call.type);
}

Result<ArrayPtr> EvaluateReverse(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (list.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    for (int64_t at = list.end(row); at-- > list.begin(row);) out.Add(at);
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(list.elements(), *call.type);
}

struct Slice {
  int64_t first = 0, last = 0;  // from 0, last is the one behind
};

/// Both ends count from 1, negative ones from the end. An end of 0 is taken for 1, as Flink does.
Slice SliceOf(int64_t size, int64_t start, int64_t end) {
  if (start < 0) start += size + 1;
  if (end < 0) end += size + 1;
  start = std::max<int64_t>(start, 1);
  end = end == 0 ? 1 : std::min(end, size);
  if (size == 0 || end < start) return {};
  return {start - 1, end};
}

Result<ArrayPtr> EvaluateSlice(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  SLUICE_ASSIGN(const auto in, apply_internal::Prepare(arguments.subspan(1), rows));
  std::vector<Reader<int32_t>> ends(in.columns.begin(), in.columns.end());
  ListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (list.IsNull(row) || in.nulls.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    const int64_t size = list.size(row);
    const Slice slice = SliceOf(size, ends[0][row], ends.size() > 1 ? ends[1][row] : size);
    SLUICE_TRY(out.AddRange(list.begin(row) + slice.first, list.begin(row) + slice.last));
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(list.elements(), *call.type);
}

Result<Signature> ResolveJoin(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature,
                ResolveText("array, string, string? -> string null", arguments));
  const TypePtr& element = signature.arguments[0]->element();
  if (element->is_character()) return signature;
  if (element->kind() != TypeKind::kNull) {
    return InvalidArgument("takes an ARRAY<STRING>, not " + TypesText(arguments));
  }
  signature.arguments[0] = Type::Array(Type::Varchar(), signature.arguments[0]->nullable());
  return signature;
}

/// NULLs are left out, or the third argument stands for them.
Result<ArrayPtr> EvaluateJoin(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  SLUICE_ASSIGN(const ListColumn list, ListColumn::Make(arguments[0]));
  SLUICE_ASSIGN(auto in, apply_internal::Prepare(arguments, rows));
  const ColumnView elements = ColumnView::Of(list.elements());
  const Reader<std::string_view> texts(elements), between(in.columns[1]);
  std::vector<Reader<std::string_view>> for_null;
  if (arguments.size() > 2) for_null.emplace_back(in.columns[2]);
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 32));
  for (int64_t row = 0; row < rows; ++row) {
    bool first = true;
    for (int64_t at = list.begin(row); !in.nulls.IsNull(row) && at < list.end(row); ++at) {
      const bool null = elements.IsNull(at);
      if (null && for_null.empty()) continue;
      if (!std::exchange(first, false)) out.Append(between[row]);
      out.Append(null ? for_null[0][row] : texts[at]);
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), in.nulls);
}

}  // namespace

std::vector<Function> ArrayFunctions() {
  const char* kind = "collection";
  return {
      {"ARRAY_APPEND", kind, "ARRAY_APPEND(array, value)", "The array with the value at its end",
       "ARRAY_APPEND(ARRAY[1, 2], 3) = ARRAY[1, 2, 3]", &ResolveAppend, &EvaluateAppend<false>},
      {"ARRAY_PREPEND", kind, "ARRAY_PREPEND(array, value)",
       "The array with the value at its front", "ARRAY_PREPEND(ARRAY[1, 2], 3) = ARRAY[3, 1, 2]",
       &ResolveAppend, &EvaluateAppend<true>},
      {"ARRAY_CONCAT", kind, "ARRAY_CONCAT(array, ...)",
       "The elements of all arrays, one array after the other; NULL if one is NULL",
       "ARRAY_CONCAT(ARRAY[1], ARRAY[2, 1]) = ARRAY[1, 2, 1]", &ResolveArrays<1, kArraysMax>,
       &EvaluateConcat},
      {"ARRAY_REVERSE", kind, "ARRAY_REVERSE(array)", "The elements from last to first",
       "ARRAY_REVERSE(ARRAY[1, 2]) = ARRAY[2, 1]", &Takes<"array -> same">, &EvaluateReverse},
      {"ARRAY_SLICE", kind, "ARRAY_SLICE(array, start[, end])",
       "The elements from start to end, both counted from 1, from the end when negative",
       "ARRAY_SLICE(ARRAY[1, 2, 3], 2) = ARRAY[2, 3]", &Takes<"array, int, int? -> same">,
       &EvaluateSlice},
      {"ARRAY_JOIN", kind, "ARRAY_JOIN(array, separator[, for_null])",
       "The texts of an array with a separator between; NULLs are left out, or for_null stands "
       "for them",
       "ARRAY_JOIN(ARRAY['a', 'b'], '-') = 'a-b'", &ResolveJoin, &EvaluateJoin},
  };
}

}  // namespace sluice::functions
