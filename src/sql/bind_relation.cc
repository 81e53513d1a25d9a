// SPDX-License-Identifier: Apache-2.0
// Making the relations of a bound tree: each takes its inputs and knows its schema.
#include <utility>

#include "arrow/api.h"
#include "sql/bind_columns.h"
#include "sql/bind_query.h"

namespace sluice::sql {
namespace {

using functions::ExprPtr;

// Views and WITH are expanded where they are used: twenty of them, each used twice by the next,
// would make a million. More relations than this are no pipeline.
constexpr int kRelationsMax = 5000;

}  // namespace

RelationPtr QueryBinder::Make(RelationKind kind, Span span) {
  if (++*relations_ == kRelationsMax) {
    report_.Error(span, ErrorKind::kResourceExhausted,
                  "the query grows to more than " + std::to_string(kRelationsMax) +
                      " tables and subqueries once its views are expanded");
  }
  if (*relations_ >= kRelationsMax) return nullptr;
  auto relation = std::make_unique<Relation>();
  relation->kind = kind;
  return relation;
}

RelationPtr QueryBinder::Filter(RelationPtr input, ExprPtr condition, Span span) {
  if (input == nullptr || condition == nullptr) return input;
  RelationPtr filter = Make(RelationKind::kFilter, span);
  if (filter == nullptr) return nullptr;
  filter->schema = input->schema;
  filter->condition = std::move(condition);
  filter->inputs.push_back(std::move(input));
  return filter;
}

RelationPtr QueryBinder::Project(RelationPtr input, std::vector<ExprPtr> expressions,
                                 const std::vector<std::string>& names, Span span) {
  if (input == nullptr) return nullptr;
  RelationPtr project = Make(RelationKind::kProject, span);
  if (project == nullptr) return nullptr;
  for (size_t i = 0; i < expressions.size(); ++i) {
    project->schema.fields.push_back({names[i], expressions[i]->type, ""});
  }
  project->expressions = std::move(expressions);
  project->inputs.push_back(std::move(input));
  return project;
}

RelationPtr QueryBinder::Append(RelationPtr input, std::vector<ExprPtr> extra, Span span) {
  if (input == nullptr || extra.empty()) return input;
  std::vector<ExprPtr> all = AllColumnsOf(input->schema);
  std::vector<std::string> names;
  for (const flow::Field& field : input->schema.fields) names.push_back(field.name);
  for (ExprPtr& value : extra) {
    names.push_back("$f" + std::to_string(all.size()));
    all.push_back(std::move(value));
  }
  return Project(std::move(input), std::move(all), names, span);
}

RelationPtr QueryBinder::Join(RelationPtr left, RelationPtr right, JoinSpec spec, Span span) {
  if (left == nullptr || right == nullptr) return nullptr;
  RelationPtr join = Make(RelationKind::kJoin, span);
  if (join == nullptr) return nullptr;
  const bool left_null = spec.type == JoinType::kRight || spec.type == JoinType::kFull;
  const bool right_null = spec.type == JoinType::kLeft || spec.type == JoinType::kFull;
  const auto add = [&](const flow::Schema& schema, bool nullable) {
    for (flow::Field field : schema.fields) {
      if (nullable) field.type = field.type->WithNullable(true);
      join->schema.fields.push_back(std::move(field));
    }
  };
  add(left->schema, left_null);
  if (spec.type != JoinType::kSemi && spec.type != JoinType::kAnti) add(right->schema, right_null);
  join->inputs.push_back(std::move(left));
  join->inputs.push_back(std::move(right));
  join->join = std::make_shared<JoinSpec>(std::move(spec));
  return join;
}

/// SELECT DISTINCT: grouped by every column.
RelationPtr QueryBinder::Distinct(RelationPtr input, Span span) {
  if (input == nullptr) return nullptr;
  RelationPtr distinct = Make(RelationKind::kAggregate, span);
  if (distinct == nullptr) return nullptr;
  AggregateSpec spec;
  for (int i = 0; i < input->schema.size(); ++i) spec.groups.push_back(i);
  distinct->schema = input->schema;
  distinct->aggregate = std::make_shared<AggregateSpec>(std::move(spec));
  distinct->inputs.push_back(std::move(input));
  return distinct;
}

RelationPtr QueryBinder::Sort(RelationPtr input, SortSpec spec, Span span) {
  if (input == nullptr) return nullptr;
  RelationPtr sort = Make(RelationKind::kSort, span);
  if (sort == nullptr) return nullptr;
  sort->schema = input->schema;
  sort->sort = std::make_shared<SortSpec>(std::move(spec));
  sort->inputs.push_back(std::move(input));
  return sort;
}

RelationPtr QueryBinder::OneRow(Span span) {
  RelationPtr values = Make(RelationKind::kValues, span);
  if (values == nullptr) return nullptr;
  const auto type = flow::Type::Simple(flow::TypeKind::kInt, false);
  values->schema.fields.push_back({"ZERO", type, ""});
  values->rows.push_back({functions::Literal(arrow::MakeScalar(int32_t{0}), type)});
  return values;
}

}  // namespace sluice::sql
