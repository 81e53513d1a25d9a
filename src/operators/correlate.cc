// SPDX-License-Identifier: Apache-2.0
#include "operators/correlate.h"

#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"
#include "functions/gather.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

/// Pairs of a row of the input and an element (-1: none).
struct Pairs {
  std::vector<int32_t> rows, elements, numbers;
  void Add(int64_t row, int32_t element, int32_t number) {
    rows.push_back(static_cast<int32_t>(row));
    elements.push_back(element);
    numbers.push_back(number);
  }
};

class Correlate : public flow::Operator {
 public:
  Correlate(const plan::CorrelateNode& node, const OperatorArguments& arguments)
      : spec_(node.spec),
        schema_(arguments.output),
        arrow_schema_(schema_.ToArrow()),
        context_(arguments.options.context) {}

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;

 private:
  Status Expand(const arrow::Array& lists, bool multiset, Pairs* pairs) const;
  Result<std::shared_ptr<arrow::RecordBatch>> Build(const arrow::RecordBatch& input,
                                                    const arrow::Array& lists,
                                                    const Pairs& pairs) const;
  Result<Pairs> Meeting(const arrow::RecordBatch& input, const arrow::Array& lists, Pairs pairs,
                        int64_t rows) const;

  sql::CorrelateSpec spec_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  functions::EvalContext context_;
};

Status Correlate::Expand(const arrow::Array& lists, bool multiset, Pairs* pairs) const {
  const auto& list = static_cast<const arrow::ListArray&>(lists);  // a map is a list of entries
  const arrow::Int32Array* counts = nullptr;
  if (multiset) {
    const auto& items = *static_cast<const arrow::MapArray&>(lists).items();
    if (items.type_id() != arrow::Type::INT32) return Internal("a multiset without INT counts");
    counts = static_cast<const arrow::Int32Array*>(&items);
  }
  for (int64_t row = 0; row < list.length(); ++row) {
    int32_t number = 0;
    if (list.IsValid(row)) {
      const int32_t end = list.value_offset(row + 1);
      for (int32_t element = list.value_offset(row); element < end; ++element) {
        const int32_t times = counts == nullptr ? 1 : counts->Value(element);
        for (int32_t i = 0; i < times; ++i) pairs->Add(row, element, ++number);
      }
    }
    // A condition may still take elements away: padding then comes after it.
    if (number == 0 && spec_.left && spec_.condition == nullptr) pairs->Add(row, -1, 0);
  }
  return Status::Ok();
}

/// The columns of the elements: the fields of a ROW, key and value of a map, or the element.
Status AddElements(const arrow::Array& lists, const flow::Type& type,
                   std::vector<std::shared_ptr<arrow::Array>>* columns) {
  std::vector<std::shared_ptr<arrow::Array>> sources;
  if (type.kind() == flow::TypeKind::kArray) {
    sources = {static_cast<const arrow::ListArray&>(lists).values()};
  } else {
    const auto& map = static_cast<const arrow::MapArray&>(lists);
    sources = {map.keys()};
    if (type.kind() == flow::TypeKind::kMap) sources.push_back(map.items());
  }
  const bool rows = type.kind() != flow::TypeKind::kMap && sources.size() == 1 &&
                    type.element()->kind() == flow::TypeKind::kRow;
  if (!rows) {
    columns->insert(columns->end(), sources.begin(), sources.end());
    return Status::Ok();
  }
  for (int field = 0; field < sources[0]->type()->num_fields(); ++field) {
    SLUICE_ASSIGN(auto flat, functions::FlattenField(sources[0], field));
    columns->push_back(std::move(flat));
  }
  return Status::Ok();
}

Result<std::shared_ptr<arrow::RecordBatch>> Correlate::Build(const arrow::RecordBatch& input,
                                                             const arrow::Array& lists,
                                                             const Pairs& pairs) const {
  SLUICE_ASSIGN(auto columns, TakeColumns(input, pairs.rows));
  std::vector<std::shared_ptr<arrow::Array>> sources;
  SLUICE_TRY(AddElements(lists, *spec_.argument->type, &sources));
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const auto& source : sources) fields.push_back(arrow::field("element", source->type()));
  const int64_t length = sources[0]->length();
  const auto elements =
      arrow::RecordBatch::Make(arrow::schema(std::move(fields)), length, std::move(sources));
  SLUICE_ASSIGN(auto taken, TakeColumns(*elements, pairs.elements));
  columns.insert(columns.end(), taken.begin(), taken.end());
  if (spec_.function == sql::CorrelateSpec::Function::kUnnestWithOrdinality) {
    arrow::Int32Builder numbers;
    for (const int32_t number : pairs.numbers) {
      SLUICE_TRY(number > 0 ? numbers.Append(number) : numbers.AppendNull());
    }
    SLUICE_ASSIGN(auto column, numbers.Finish());
    columns.push_back(std::move(column));
  }
  if (static_cast<int>(columns.size()) != schema_.size()) {
    return Internal("UNNEST gives " + std::to_string(columns.size()) + " columns, the plan has " +
                    std::to_string(schema_.size()));
  }
  return MakeBatch(arrow_schema_, static_cast<int64_t>(pairs.rows.size()), std::move(columns));
}

/// The pairs that meet the condition; of a left join also the rows that none of theirs does.
Result<Pairs> Correlate::Meeting(const arrow::RecordBatch& input, const arrow::Array& lists,
                                 Pairs pairs, int64_t rows) const {
  std::vector<int32_t> passing;
  if (!pairs.rows.empty()) {
    SLUICE_ASSIGN(const auto candidates, Build(input, lists, pairs));
    SLUICE_ASSIGN(passing, functions::EvaluateFilter(*spec_.condition, *candidates, context_));
  }
  Pairs met;
  size_t at = 0;
  for (int64_t row = 0; row < rows; ++row) {
    bool any = false;
    for (; at < passing.size(); ++at) {
      const auto pair = static_cast<size_t>(passing[at]);
      if (pairs.rows[pair] != row) break;
      met.Add(row, pairs.elements[pair], pairs.numbers[pair]);
      any = true;
    }
    if (!any && spec_.left) met.Add(row, -1, 0);
  }
  return met;
}

Status Correlate::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                          std::vector<flow::Batch>* out) {
  const int64_t rows = batch.rows->num_rows();
  if (rows == 0) return Status::Ok();
  context_.now_ms = now_ms;
  SLUICE_ASSIGN(const auto lists, functions::Evaluate(*spec_.argument, *batch.rows, context_));
  Pairs pairs;
  const bool multiset = spec_.argument->type->kind() == flow::TypeKind::kMultiset;
  SLUICE_TRY(Expand(*lists, multiset, &pairs));
  if (spec_.condition != nullptr) {
    SLUICE_ASSIGN(pairs, Meeting(*batch.rows, *lists, std::move(pairs), rows));
  }
  for (size_t from = 0; from < pairs.rows.size(); from += kRowsPerBatch) {
    const auto first = static_cast<std::ptrdiff_t>(from);
    const auto last =
        static_cast<std::ptrdiff_t>(std::min(from + kRowsPerBatch, pairs.rows.size()));
    Pairs part;
    part.rows.assign(pairs.rows.begin() + first, pairs.rows.begin() + last);
    part.elements.assign(pairs.elements.begin() + first, pairs.elements.begin() + last);
    part.numbers.assign(pairs.numbers.begin() + first, pairs.numbers.begin() + last);
    flow::Batch given;
    given.origin.split = batch.origin.split;
    for (const int32_t row : part.rows) {
      if (!batch.kinds.empty()) given.kinds.push_back(batch.KindOf(row));
      if (batch.origin.split >= 0) given.origin.offsets.push_back(batch.origin.OffsetOfRow(row));
    }
    SLUICE_ASSIGN(given.rows, Build(*batch.rows, *lists, part));
    out->push_back(std::move(given));
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeCorrelate(const plan::CorrelateNode& node,
                                                      const OperatorArguments& arguments) {
  const flow::TypeKind kind = node.spec.argument->type->kind();
  if (kind != flow::TypeKind::kArray && kind != flow::TypeKind::kMap &&
      kind != flow::TypeKind::kMultiset) {
    return Internal("UNNEST of " + node.spec.argument->type->ToString());
  }
  return std::unique_ptr<flow::Operator>(std::make_unique<Correlate>(node, arguments));
}

}  // namespace sluice::operators
