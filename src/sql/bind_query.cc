// SPDX-License-Identifier: Apache-2.0
#include "sql/bind_query.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "arrow/api.h"
#include "base/limits.h"
#include "flow/table_options.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_select.h"
#include "sql/lexer.h"
#include "sql/literals.h"

namespace sluice::sql {
namespace {

using flow::TypePtr;
using functions::ExprPtr;

/// The rows of a query within another have no order: its ORDER BY is checked and says nothing,
/// unless LIMIT or OFFSET ask which rows are the first.
RelationPtr WithoutOrder(const ast::Query& query, RelationPtr relation) {
  if (relation == nullptr || query.order_by.empty() || query.limit || query.offset) {
    return relation;
  }
  // What ORDER BY computed besides is taken away above it.
  const bool project = relation->kind == RelationKind::kProject;
  RelationPtr& sort = project ? relation->inputs[0] : relation;
  if (sort->kind == RelationKind::kSort) sort = RelationPtr(std::move(sort->inputs[0]));
  return relation;
}

}  // namespace

std::string ColumnNames::Take(std::string name, size_t index) {
  if (name.empty()) name = "EXPR$" + std::to_string(index);
  std::string unique = name;
  for (int i = 0; !used_.insert(unique).second; ++i) unique = name + std::to_string(i);
  return unique;
}

const std::string* BindContext::Setting(const std::string& key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? nullptr : &found->second;
}

QueryBinder::QueryBinder(const BindContext& context, Report report)
    : context_(context),
      report_(std::move(report)),
      catalog_(context.names->catalog()),
      database_(context.names->database()),
      relations_(&relations_count_) {}

bool QueryBinder::Enter(Span span) {
  if (++level_ <= limits::kSqlDepthMax) return true;
  report_.Error(span, ErrorKind::kResourceExhausted,
                "queries and views are nested deeper than " + std::to_string(limits::kSqlDepthMax) +
                    " levels");
  return false;
}

Scope QueryBinder::NewScope() const {
  Scope scope;
  scope.parent = outer_;
  return scope;
}

RelationPtr QueryBinder::BindWithin(const ast::Query& query, const Scope& outer) {
  const Scope* const before = std::exchange(outer_, &outer);
  RelationPtr relation = Bind(query);
  outer_ = before;
  return relation;
}

RelationPtr QueryBinder::Bind(const ast::Query& query) {
  if (!Enter(query.span)) return nullptr;
  const size_t outer = commons_.size();
  for (const ast::WithItem& item : query.with) commons_.push_back({&item, commons_.size(), outer_});
  RelationPtr relation = query.body ? BindSorted(query) : nullptr;
  if (level_ > 1) relation = WithoutOrder(query, std::move(relation));
  commons_.resize(outer);
  --level_;
  return relation;
}

/// The body with ORDER BY, LIMIT and OFFSET.
RelationPtr QueryBinder::BindSorted(const ast::Query& query) {
  const auto limits = BindLimits(query);
  SortSpec spec = limits.value_or(SortSpec());
  const bool sorted = !query.order_by.empty() || spec.limit || spec.offset > 0;
  const ast::QueryBody& body = *query.body;
  RelationPtr relation;
  if (body.kind == ast::QueryBody::Kind::kSelect) {
    // ORDER BY may name what SELECT does not show.
    SelectBinder select(this, *body.select);
    relation = sorted ? select.BindSorted(query.order_by, std::move(spec)) : select.Bind();
  } else {
    relation = BindBody(body);
    if (sorted && relation != nullptr) {
      relation = SortByOutput(std::move(relation), query.order_by, std::move(spec));
    }
  }
  return limits ? std::move(relation) : nullptr;
}

std::optional<int64_t> IntegerOf(const functions::Expr& expr) {
  if (expr.kind != functions::ExprKind::kLiteral || !expr.type->is_integer() ||
      !expr.literal->is_valid) {
    return std::nullopt;
  }
  const auto wide = expr.literal->CastTo(arrow::int64());
  if (!wide.ok()) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(**wide).value;
}

std::optional<int64_t> IntervalMs(const functions::Expr& expr) {
  if (expr.kind != functions::ExprKind::kLiteral ||
      expr.type->kind() != flow::TypeKind::kIntervalDaySecond || !expr.literal->is_valid) {
    return std::nullopt;
  }
  return static_cast<const arrow::Int64Scalar&>(*expr.literal).value;
}

std::optional<int64_t> QueryBinder::BindCount(const ast::Expression& count, const char* clause) {
  const Scope none;
  const ExprPtr value = ExpressionBinder(none, report_).Bind(count);
  if (value == nullptr) return std::nullopt;
  const auto number = IntegerOf(*value);
  if (number && *number >= 0) return number;
  report_.Error(count.span, ErrorKind::kInvalidArgument,
                std::string(clause) + " takes a whole number, 0 or more");
  return std::nullopt;
}

/// nullopt after a mistake.
std::optional<SortSpec> QueryBinder::BindLimits(const ast::Query& query) {
  SortSpec spec;
  if (query.limit) {
    spec.limit = BindCount(*query.limit, "LIMIT");
    if (!spec.limit) return std::nullopt;
  }
  if (query.offset) {
    const auto offset = BindCount(*query.offset, "OFFSET");
    if (!offset) return std::nullopt;
    spec.offset = *offset;
  }
  // Their sum is asked for later on: it has to be a number.
  if (spec.limit) {
    spec.limit = std::min(*spec.limit, std::numeric_limits<int64_t>::max() - spec.offset);
  }
  return spec;
}

SortKey MakeSortKey(int column, const ast::OrderItem& item) {
  return {column, item.descending, item.nulls_first.value_or(!item.descending)};
}

/// ORDER BY over the columns that the body gives: its names, numbers from 1, expressions of them.
RelationPtr QueryBinder::SortByOutput(RelationPtr input, const std::vector<ast::OrderItem>& order,
                                      SortSpec spec) {
  Scope scope = NewScope();
  scope.columns = input->schema.fields;
  scope.tables.push_back({"", {}, 0, input->schema.size()});
  const int columns = input->schema.size();
  std::vector<ExprPtr> extra;
  Span span{};
  for (const ast::OrderItem& item : order) {
    span = item.expression->span;
    const ExprPtr value = ExpressionBinder(scope, report_).Bind(*item.expression);
    if (value == nullptr) return nullptr;
    int column = columns + static_cast<int>(extra.size());
    if (const auto ordinal = IntegerOf(*value)) {
      if (*ordinal < 1 || *ordinal > columns) {
        report_.Error(span, ErrorKind::kInvalidArgument, "Ordinal out of range");
        return nullptr;
      }
      column = static_cast<int>(*ordinal) - 1;
    } else if (value->kind == functions::ExprKind::kColumn) {
      column = value->column;
    } else {
      extra.push_back(value);
    }
    spec.keys.push_back(MakeSortKey(column, item));
  }
  if (extra.empty()) return Sort(std::move(input), std::move(spec), span);
  std::vector<ExprPtr> visible = AllColumnsOf(input->schema);
  std::vector<std::string> names;
  for (const flow::Field& field : input->schema.fields) names.push_back(field.name);
  RelationPtr sorted =
      Sort(Append(std::move(input), std::move(extra), span), std::move(spec), span);
  return Project(std::move(sorted), std::move(visible), names, span);
}

RelationPtr QueryBinder::BindBody(const ast::QueryBody& body) {
  switch (body.kind) {
    case ast::QueryBody::Kind::kSelect:
      return SelectBinder(this, *body.select).Bind();
    case ast::QueryBody::Kind::kValues:
      return BindValues(body);
    case ast::QueryBody::Kind::kSet:
      return BindSet(body);
    case ast::QueryBody::Kind::kNested:
      return Bind(*body.nested);
    case ast::QueryBody::Kind::kTable: {
      ast::TableReference from;
      from.kind = ast::TableReference::Kind::kTable;
      from.name = body.table;
      from.span = body.span;
      Scope scope = NewScope();
      return BindFrom(from, &scope);
    }
    case ast::QueryBody::Kind::kError:
      break;
  }
  return nullptr;
}

RelationPtr QueryBinder::BindValues(const ast::QueryBody& body) {
  RelationPtr values = Make(RelationKind::kValues, body.span);
  if (values == nullptr) return nullptr;
  const Scope scope;
  ExpressionBinder binder(scope, report_);
  bool ok = true;
  for (const ast::ExpressionPtr& node : body.rows) {
    std::vector<ExprPtr> row;
    if (node->kind == ast::ExpressionKind::kRow) {
      for (const ast::ExpressionPtr& child : node->children) row.push_back(binder.Bind(*child));
    } else {
      row.push_back(binder.Bind(*node));
    }
    for (const ExprPtr& value : row) ok &= value != nullptr;
    if (!values->rows.empty() && row.size() != values->rows[0].size()) {
      report_.Error(node->span, ErrorKind::kInvalidArgument,
                    "this row has " + std::to_string(row.size()) + " values, the first one has " +
                        std::to_string(values->rows[0].size()));
      ok = false;
    }
    values->rows.push_back(std::move(row));
  }
  if (!ok || values->rows.empty()) return nullptr;
  for (size_t column = 0; column < values->rows[0].size(); ++column) {
    std::vector<TypePtr> types;
    bool nullable = false;
    for (const auto& row : values->rows) {
      types.push_back(row[column]->type);
      nullable |= types.back()->nullable();
    }
    auto common = functions::CommonType(types);
    if (!common.ok()) {
      report_.Error(body.span, std::move(common).error().With(
                                   "column " + std::to_string(column + 1) + " of VALUES"));
      return nullptr;
    }
    for (auto& row : values->rows) row[column] = Coerce(std::move(row[column]), *common);
    values->schema.fields.push_back(
        {"EXPR$" + std::to_string(column), (*common)->WithNullable(nullable), ""});
  }
  return values;
}

/// a UNION ALL b UNION ALL c is one union; its left arms nest without recursion.
RelationPtr QueryBinder::BindSet(const ast::QueryBody& body) {
  std::vector<const ast::QueryBody*> chain;
  const ast::QueryBody* at = &body;
  for (; at->kind == ast::QueryBody::Kind::kSet; at = at->left.get()) chain.push_back(at);
  RelationPtr left = BindBody(*at);
  bool ok = left != nullptr;
  while (!chain.empty()) {
    const ast::QueryBody& step = *chain.back();
    std::vector<RelationPtr> parts;
    parts.push_back(std::move(left));
    // As many steps of the same sort as follow.
    while (!chain.empty() && chain.back()->op == step.op && chain.back()->all == step.all) {
      parts.push_back(BindBody(*chain.back()->right));
      ok &= parts.back() != nullptr;
      chain.pop_back();
      if (step.op != ast::SetOperator::kUnion) break;
    }
    if (!ok) continue;
    if (step.op == ast::SetOperator::kUnion) {
      left = UnionOf(std::move(parts), step.all ? "UNION ALL" : "UNION", step.span);
      if (left != nullptr && !step.all) left = Distinct(std::move(left), step.span);
    } else {
      left = SetOp(std::move(parts[0]), std::move(parts[1]), step);
    }
    ok = left != nullptr;
  }
  return ok ? std::move(left) : nullptr;
}

/// Casts the parts to common types; the names are those of the first.
bool QueryBinder::SameColumns(std::vector<RelationPtr>* parts, const std::string& what, Span span) {
  flow::Schema schema;
  const size_t columns = (*parts)[0]->schema.fields.size();
  for (const RelationPtr& part : *parts) {
    if (part->schema.fields.size() == columns) continue;
    report_.Error(span, ErrorKind::kInvalidArgument,
                  "the sides of " + what + " have " + std::to_string(columns) + " and " +
                      std::to_string(part->schema.fields.size()) + " columns");
    return false;
  }
  for (size_t c = 0; c < columns; ++c) {
    std::vector<TypePtr> types;
    bool nullable = false;
    auto attribute = (*parts)[0]->schema.fields[c].type->time_attribute();
    for (const RelationPtr& part : *parts) {
      types.push_back(part->schema.fields[c].type);
      nullable |= types.back()->nullable();
      if (types.back()->time_attribute() != attribute) attribute = flow::TimeAttribute::kNone;
    }
    auto common = functions::CommonType(types);
    if (!common.ok()) {
      report_.Error(
          span, std::move(common).error().With("column " + std::to_string(c + 1) + " of " + what));
      return false;
    }
    schema.fields.push_back({(*parts)[0]->schema.fields[c].name,
                             (*common)->WithNullable(nullable)->WithTimeAttribute(attribute), ""});
  }
  for (RelationPtr& part : *parts) {
    RelationPtr cast = Make(RelationKind::kProject, span);
    if (cast == nullptr) return false;
    for (size_t c = 0; c < columns; ++c) {
      cast->expressions.push_back(
          Coerce(ColumnOf(part->schema, static_cast<int>(c)), schema.fields[c].type));
    }
    cast->schema = schema;
    cast->inputs.push_back(std::move(part));
    part = std::move(cast);
  }
  return true;
}

RelationPtr QueryBinder::UnionOf(std::vector<RelationPtr> parts, const std::string& what,
                                 Span span) {
  if (!SameColumns(&parts, what, span)) return nullptr;
  RelationPtr united = Make(RelationKind::kUnionAll, span);
  if (united == nullptr) return nullptr;
  united->schema = parts[0]->schema;
  united->inputs = std::move(parts);
  return united;
}

RelationPtr QueryBinder::SetOp(RelationPtr left, RelationPtr right, const ast::QueryBody& body) {
  const bool intersect = body.op == ast::SetOperator::kIntersect;
  const std::string what =
      std::string(intersect ? "INTERSECT" : "EXCEPT") + (body.all ? " ALL" : "");
  std::vector<RelationPtr> parts;
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  if (!SameColumns(&parts, what, body.span)) return nullptr;
  RelationPtr relation = Make(RelationKind::kSetOp, body.span);
  if (relation == nullptr) return nullptr;
  SetOpSpec spec;
  spec.kind = intersect ? SetOpSpec::Kind::kIntersect : SetOpSpec::Kind::kExcept;
  spec.all = body.all;
  relation->schema = parts[0]->schema;
  relation->inputs = std::move(parts);
  relation->set_op = std::make_shared<SetOpSpec>(spec);
  return relation;
}

}  // namespace sluice::sql
