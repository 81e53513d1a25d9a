// SPDX-License-Identifier: Apache-2.0
#include "sql/bind_query.h"

#include <set>

#include "base/limits.h"
#include "functions/registry.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using flow::TypePtr;
using functions::ExprPtr;

// Views and WITH are expanded where they are used: twenty of them, each used twice by the next,
// would make a million. More relations than this are no pipeline.
constexpr int kRelationsMax = 5000;
constexpr size_t kColumnsMax = 10'000;

/// Names for the columns of a projection: its alias, its name, or EXPR$i; a name used twice gets a
/// number behind it, as in Flink.
class ColumnNames {
 public:
  std::string Take(std::string name, size_t index) {
    if (name.empty()) name = "EXPR$" + std::to_string(index);
    std::string unique = name;
    for (int i = 0; !used_.insert(unique).second; ++i) unique = name + std::to_string(i);
    return unique;
  }

 private:
  std::set<std::string> used_;
};

}  // namespace

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

bool QueryBinder::Enter(Span span) {
  if (++level_ <= limits::kSqlDepthMax) return true;
  report_.Error(span, ErrorKind::kResourceExhausted,
                "queries and views are nested deeper than " + std::to_string(limits::kSqlDepthMax) +
                    " levels");
  return false;
}

RelationPtr QueryBinder::Bind(const ast::Query& query) {
  if (!Enter(query.span)) return nullptr;
  const size_t outer = commons_.size();
  for (const ast::WithItem& item : query.with) commons_.push_back({&item, commons_.size()});
  RelationPtr relation = query.body ? BindBody(*query.body) : nullptr;
  if (!query.order_by.empty()) ReportUnsupported(report_, query.order_span, "ORDER BY");
  if (query.limit || query.offset) ReportUnsupported(report_, query.limit_span, "LIMIT and OFFSET");
  commons_.resize(outer);
  --level_;
  return relation;
}

RelationPtr QueryBinder::BindBody(const ast::QueryBody& body) {
  switch (body.kind) {
    case ast::QueryBody::Kind::kSelect:
      return BindSelect(*body.select);
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
      Scope scope;
      return BindFrom(from, &scope);
    }
    case ast::QueryBody::Kind::kError:
      break;
  }
  return nullptr;
}

/// True if a clause was refused.
bool QueryBinder::RefuseClauses(const ast::Select& select) {
  const size_t before = report_.diagnostics->list().size();
  if (select.distinct) ReportUnsupported(report_, select.distinct_span, "SELECT DISTINCT");
  if (select.group_span) ReportUnsupported(report_, *select.group_span, "GROUP BY");
  if (select.having && !select.group_span) {
    ReportUnsupported(report_, select.having->span, "HAVING");
  }
  if (!select.windows.empty()) {
    ReportUnsupported(report_, select.windows[0].first.span, "WINDOW");
  }
  if (select.qualify) ReportUnsupported(report_, select.qualify->span, "QUALIFY");
  return report_.diagnostics->list().size() > before || select.group_span.has_value();
}

RelationPtr QueryBinder::BindSelect(const ast::Select& select) {
  Scope scope;
  RelationPtr input;
  if (select.from) {
    input = BindFrom(*select.from, &scope);
    if (input == nullptr) scope.unknown = true;
  }
  const bool refused = RefuseClauses(select);
  ExprPtr condition;
  bool ok = true;
  if (select.where) {
    condition = ExpressionBinder(scope, report_).BindCondition(*select.where, "WHERE");
    ok = condition != nullptr;
  }
  if (input != nullptr && condition != nullptr) {
    RelationPtr filter = Make(RelationKind::kFilter, select.span);
    if (filter == nullptr) return nullptr;
    filter->schema = input->schema;
    filter->condition = condition;
    filter->inputs.push_back(std::move(input));
    input = std::move(filter);
  }
  // GROUP BY was named already: its aggregates need not be.
  if (refused) return nullptr;
  const bool known = select.from == nullptr || input != nullptr;
  RelationPtr project = BindItems(select, scope, std::move(input));
  if (!ok || !known || project == nullptr) return nullptr;
  if (select.from == nullptr && condition != nullptr) {
    RelationPtr filter = Make(RelationKind::kFilter, select.span);
    if (filter == nullptr) return nullptr;
    filter->schema = project->schema;
    filter->condition = condition;
    filter->inputs.push_back(std::move(project));
    return filter;
  }
  return project;
}

/// The projection; without an input, one row of values.
RelationPtr QueryBinder::BindItems(const ast::Select& select, const Scope& scope,
                                   RelationPtr input) {
  RelationPtr project =
      Make(input != nullptr ? RelationKind::kProject : RelationKind::kValues, select.span);
  if (project == nullptr) return nullptr;
  ExpressionBinder binder(scope, report_);
  ColumnNames names;
  bool ok = true;
  const auto add = [&](const std::string& name, ExprPtr value) {
    if (project->expressions.size() >= kColumnsMax) return;
    flow::Field field{names.Take(name, project->expressions.size()), value->type, ""};
    project->schema.fields.push_back(std::move(field));
    project->expressions.push_back(std::move(value));
  };
  for (const ast::SelectItem& item : select.items) {
    const ast::Expression& expression = *item.expression;
    if (expression.kind == ast::ExpressionKind::kStar) {
      const int before = report_.diagnostics->errors();
      for (auto& column : binder.BindStar(expression)) add(column.name, std::move(column.value));
      ok &= report_.diagnostics->errors() == before;
      continue;
    }
    ExprPtr value = binder.Bind(expression);
    if (value == nullptr) {
      ok = false;
      continue;
    }
    std::string name;
    if (item.alias) {
      name = item.alias->text;
    } else if (expression.kind == ast::ExpressionKind::kName) {
      name = expression.path.back().text;
    } else if (expression.kind == ast::ExpressionKind::kField) {
      name = expression.text;
    }
    add(name, std::move(value));
  }
  if (project->expressions.size() >= kColumnsMax) {
    report_.Error(select.span, ErrorKind::kResourceExhausted,
                  "SELECT has more than " + std::to_string(kColumnsMax) + " columns");
    return nullptr;
  }
  if (!ok) return nullptr;
  if (input != nullptr) {
    project->inputs.push_back(std::move(input));
  } else {
    project->rows.push_back(std::move(project->expressions));
    project->expressions.clear();
  }
  return project;
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

/// The parts of a UNION ALL b UNION ALL c, without recursion for its left arms.
void QueryBinder::FlattenUnion(const ast::QueryBody& body,
                               std::vector<const ast::QueryBody*>* parts, bool* ok) {
  const ast::QueryBody* at = &body;
  std::vector<const ast::QueryBody*> right;
  while (at->kind == ast::QueryBody::Kind::kSet && at->op == ast::SetOperator::kUnion && at->all) {
    right.push_back(at->right.get());
    at = at->left.get();
  }
  if (at->kind == ast::QueryBody::Kind::kSet) {
    static const char* const kNames[] = {"UNION", "INTERSECT", "EXCEPT"};
    std::string name = kNames[static_cast<int>(at->op)];
    ReportUnsupported(report_, at->op_span, at->all ? name + " ALL" : name);
    *ok = false;
    return;
  }
  parts->push_back(at);
  parts->insert(parts->end(), right.rbegin(), right.rend());
}

RelationPtr QueryBinder::BindSet(const ast::QueryBody& body) {
  std::vector<const ast::QueryBody*> bodies;
  bool ok = true;
  FlattenUnion(body, &bodies, &ok);
  if (!ok) return nullptr;
  std::vector<RelationPtr> parts;
  for (const ast::QueryBody* part : bodies) {
    parts.push_back(BindBody(*part));
    ok &= parts.back() != nullptr;
  }
  return ok ? UnionOf(std::move(parts), body.span) : nullptr;
}

RelationPtr QueryBinder::UnionOf(std::vector<RelationPtr> parts, Span span) {
  RelationPtr united = Make(RelationKind::kUnionAll, span);
  if (united == nullptr) return nullptr;
  const size_t columns = parts[0]->schema.fields.size();
  for (const RelationPtr& part : parts) {
    if (part->schema.fields.size() == columns) continue;
    report_.Error(span, ErrorKind::kInvalidArgument,
                  "the sides of UNION ALL have " + std::to_string(columns) + " and " +
                      std::to_string(part->schema.fields.size()) + " columns");
    return nullptr;
  }
  for (size_t c = 0; c < columns; ++c) {
    std::vector<TypePtr> types;
    bool nullable = false;
    for (const RelationPtr& part : parts) {
      types.push_back(part->schema.fields[c].type);
      nullable |= types.back()->nullable();
    }
    auto common = functions::CommonType(types);
    if (!common.ok()) {
      report_.Error(span, std::move(common).error().With("column " + std::to_string(c + 1) +
                                                         " of UNION ALL"));
      return nullptr;
    }
    united->schema.fields.push_back(
        {parts[0]->schema.fields[c].name, (*common)->WithNullable(nullable), ""});
  }
  for (RelationPtr& part : parts) {
    RelationPtr cast = Make(RelationKind::kProject, span);
    if (cast == nullptr) return nullptr;
    for (size_t c = 0; c < columns; ++c) {
      const flow::Field& field = part->schema.fields[c];
      cast->expressions.push_back(
          Coerce(functions::Column(static_cast<int>(c), field.type, field.name),
                 united->schema.fields[c].type));
    }
    cast->schema = united->schema;
    cast->inputs.push_back(std::move(part));
    united->inputs.push_back(std::move(cast));
  }
  return united;
}

}  // namespace sluice::sql
