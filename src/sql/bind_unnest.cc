// SPDX-License-Identifier: Apache-2.0
// UNNEST: for each row, the elements of an array, a map or a multiset as rows.
#include <utility>

#include "sql/bind_columns.h"
#include "sql/bind_query.h"

namespace sluice::sql {
namespace {

using flow::Field;
using flow::TypeKind;
using functions::ExprPtr;

/// The columns that an element makes; those of a ROW are its fields.
std::vector<Field> ElementColumns(const flow::TypePtr& element) {
  if (element->kind() != TypeKind::kRow) return {{"EXPR$0", element, ""}};
  std::vector<Field> columns;
  for (const Field& field : element->fields()) {
    columns.push_back(
        {field.name, field.type->WithNullable(field.type->nullable() || element->nullable()), ""});
  }
  return columns;
}

}  // namespace

/// `left` are the rows before it (none: one row), `scope` their columns, to which those of UNNEST
/// are added. `join`: how they are joined.
RelationPtr QueryBinder::BindUnnest(const ast::TableReference& from, RelationPtr left, Scope* scope,
                                    const ast::TableReference* join) {
  const bool known = left != nullptr || join == nullptr;
  const ExprPtr argument = ExpressionBinder(*scope, report_).Bind(*from.call);
  if (argument == nullptr || !known) return nullptr;
  CorrelateSpec spec;
  spec.argument = argument;
  std::vector<Field> columns;
  switch (argument->type->kind()) {
    case TypeKind::kArray:
    case TypeKind::kMultiset:
      columns = ElementColumns(argument->type->element());
      break;
    case TypeKind::kMap:
      columns = {{"KEY", argument->type->key(), ""}, {"VALUE", argument->type->value(), ""}};
      break;
    default:
      report_.Error(
          from.call->span, ErrorKind::kInvalidArgument,
          "UNNEST takes an ARRAY, a MAP or a MULTISET, not " + argument->type->ToString());
      return nullptr;
  }
  if (from.with_ordinality) {
    spec.function = CorrelateSpec::Function::kUnnestWithOrdinality;
    columns.push_back({"ORDINALITY", flow::Type::Simple(TypeKind::kInt, false), ""});
  }
  if (HasOuter(*argument)) {
    ReportUnsupported(report_, from.call->span, "UNNEST of a column of the query around");
    return nullptr;
  }
  const auto kind = join == nullptr ? ast::JoinKind::kCross : join->join;
  if (kind == ast::JoinKind::kRight || kind == ast::JoinKind::kFull ||
      (join != nullptr && (join->natural || !join->using_columns.empty()))) {
    report_.Error(join->join_span, ErrorKind::kUnsupported,
                  "UNNEST stands behind ',', CROSS JOIN, JOIN ... ON and LEFT JOIN ... ON TRUE");
    return nullptr;
  }
  spec.left = kind == ast::JoinKind::kLeft;
  Relation unnested;
  unnested.schema.fields = columns;
  if (spec.left) {
    for (Field& field : unnested.schema.fields) field.type = field.type->WithNullable(true);
  }
  AddToScope(from, "", {}, unnested, scope);
  bool ok = true;
  if (join != nullptr && join->on != nullptr) {
    ExprPtr condition = ExpressionBinder(*scope, report_).BindCondition(*join->on, "ON");
    ok = condition != nullptr;
    const bool always = ok && condition->kind == functions::ExprKind::kLiteral &&
                        functions::ToString(*condition) == "TRUE";
    if (ok && !always) spec.condition = std::move(condition);
  }
  const bool alone = left == nullptr;
  if (alone) left = OneRow(from.span);
  RelationPtr correlate = Make(RelationKind::kCorrelate, from.span);
  if (!ok || left == nullptr || correlate == nullptr) return nullptr;
  correlate->schema = left->schema;
  correlate->schema.fields.insert(correlate->schema.fields.end(), unnested.schema.fields.begin(),
                                  unnested.schema.fields.end());
  correlate->inputs.push_back(std::move(left));
  correlate->correlate = std::make_shared<CorrelateSpec>(std::move(spec));
  if (!alone) return correlate;
  // The row that it stands on is nobody's.
  std::vector<ExprPtr> shown;
  std::vector<std::string> names;
  for (int i = 1; i < correlate->schema.size(); ++i) {
    shown.push_back(ColumnOf(correlate->schema, i));
    names.push_back(shown.back()->name);
  }
  return Project(std::move(correlate), std::move(shown), names, from.span);
}

}  // namespace sluice::sql
