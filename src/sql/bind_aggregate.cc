// SPDX-License-Identifier: Apache-2.0
// GROUP BY and aggregate calls.
#include <algorithm>
#include <array>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_select.h"
#include "sql/hints.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using ast::ExpressionKind;
using flow::TypeKind;
using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;
using Sets = std::vector<std::vector<int>>;

// Sets of CUBE and products of ROLLUPs grow fast.
constexpr size_t kSetsMax = 4096;

constexpr std::array<std::string_view, 8> kOverOnly = {
    "ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LAG", "LEAD"};

ExprPtr BigInt(int64_t value) {
  return functions::Literal(arrow::MakeScalar(value), flow::Type::Simple(TypeKind::kBigInt, false));
}

std::string NameText(const ast::Expression& name, const Expr& column) {
  if (name.kind == ExpressionKind::kStar) return column.name;
  std::string text;
  for (const ast::Identifier& part : name.path) text += (text.empty() ? "" : ".") + part.text;
  return text;
}

void Cross(Sets* sets, const Sets& item) {
  Sets product;
  for (const auto& left : *sets) {
    for (const auto& right : item) {
      if (product.size() >= kSetsMax) break;
      product.push_back(left);
      for (const int key : right) {
        if (std::find(left.begin(), left.end(), key) == left.end()) product.back().push_back(key);
      }
    }
  }
  *sets = std::move(product);
}

/// Sets of a ROLLUP or CUBE whose elements are these lists of keys.
Sets Expand(const std::string& kind, const Sets& elements) {
  Sets sets;
  const auto add = [&](const std::vector<size_t>& chosen) {
    sets.emplace_back();
    for (const size_t i : chosen) {
      sets.back().insert(sets.back().end(), elements[i].begin(), elements[i].end());
    }
  };
  const size_t n = elements.size();
  if (kind == "ROLLUP") {
    for (size_t length = n + 1; length-- > 0;) {
      std::vector<size_t> chosen;
      for (size_t i = 0; i < length; ++i) chosen.push_back(i);
      add(chosen);
    }
    return sets;
  }
  for (size_t absent = 0; absent < (size_t{1} << n); ++absent) {
    std::vector<size_t> chosen;
    for (size_t i = 0; i < n; ++i) {
      if ((absent >> (n - 1 - i) & 1) == 0) chosen.push_back(i);
    }
    add(chosen);
  }
  return sets;
}

}  // namespace

// ---------------------------------------------------------------- GROUP BY

int SelectBinder::AddKey(const ExprPtr& key) {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (functions::Equals(*keys_[i], *key)) return static_cast<int>(i);
  }
  keys_.push_back(key);
  key_names_.push_back(key->name.empty() ? "$f" + std::to_string(keys_.size() - 1) : key->name);
  return static_cast<int>(keys_.size()) - 1;
}

/// An expression, or (a, b) for several.
bool SelectBinder::BindKeys(const ast::Expression& expression, std::vector<int>* keys) {
  if (expression.kind == ExpressionKind::kRow) {
    bool ok = true;
    for (const auto& child : expression.children) ok &= BindKeys(*child, keys);
    return ok;
  }
  const ExprPtr key = BindPlain(expression);
  if (key == nullptr) return false;
  keys->push_back(AddKey(key));
  return true;
}

bool SelectBinder::BindGroupItem(const ast::GroupItem& item, std::vector<Sets>* sets) {
  bool ok = true;
  if (item.kind.empty()) {
    std::vector<int> keys;
    for (const auto& expression : item.expressions) {
      const bool window = expression->kind == ExpressionKind::kCall && expression->path.empty() &&
                          (expression->text == "TUMBLE" || expression->text == "HOP" ||
                           expression->text == "SESSION");
      ok &= window ? BindGroupWindow(*expression) : BindKeys(*expression, &keys);
    }
    sets->push_back({std::move(keys)});
    return ok;
  }
  Sets elements;
  for (const auto& expression : item.expressions) {
    elements.emplace_back();
    ok &= BindKeys(*expression, &elements.back());
  }
  if (item.kind == "CUBE" && elements.size() > 12) {
    Fail(item.span, "CUBE takes 12 elements at most", "it makes two grouping sets of each");
    return false;
  }
  sets->push_back(item.kind == "GROUPING SETS" ? std::move(elements) : Expand(item.kind, elements));
  return ok;
}

bool SelectBinder::BindGroups() {
  if (!select_.group_span) return true;
  is_grouped_ = true;
  below_ = true;
  no_aggregates_in_ = no_overs_in_ = "GROUP BY clause";
  bool ok = true;
  bool several = false;
  std::vector<Sets> items;
  for (const ast::GroupItem& item : select_.group_by) {
    several |= !item.kind.empty();
    ok &= BindGroupItem(item, &items);
  }
  below_ = false;
  no_aggregates_in_.clear();
  no_overs_in_.clear();
  has_keys_ = !keys_.empty() || group_window_.has_value();
  if (!several) return ok;
  Sets sets = {{}};
  for (const Sets& item : items) Cross(&sets, item);
  if (sets.size() >= kSetsMax) {
    Fail(*select_.group_span, "GROUP BY makes more than 4096 grouping sets");
    return false;
  }
  if (group_window_) {
    ReportUnsupported(report_, *select_.group_span, "grouping sets with a group window");
    return false;
  }
  // GROUPING SETS (()) is GROUP BY ().
  if (keys_.empty() && sets.size() == 1) return ok;
  for (auto& set : sets) {
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    if (set.empty()) has_keys_ = false;
  }
  grouping_sets_ = std::move(sets);
  return ok;
}

// ---------------------------------------------------------------- calls

ExprPtr SelectBinder::BindAggregate(const ast::Expression& call) {
  if (!no_aggregates_in_.empty()) {
    return Fail(call.operator_span, "Aggregate expression is illegal in " + no_aggregates_in_,
                no_aggregates_in_ == "WHERE clause" ? "HAVING filters groups" : "");
  }
  if (in_aggregate_) return Fail(call.operator_span, "Aggregate expressions cannot be nested");
  if (std::find(kOverOnly.begin(), kOverOnly.end(), call.text) != kOverOnly.end()) {
    return Fail(call.operator_span, "OVER clause is necessary for window functions",
                "write " + call.text + "(...) OVER (PARTITION BY ... ORDER BY ...)");
  }
  is_grouped_ = true;
  in_aggregate_ = true;
  auto aggregate = MakeAggregate(call);
  in_aggregate_ = false;
  if (!aggregate) return nullptr;
  const bool may_be_empty = !has_keys_ || aggregate->filter != nullptr;
  if (!ResolveAggregate(call, may_be_empty, &*aggregate)) return nullptr;
  size_t at = 0;
  const auto same = [&](const Aggregate& other) {
    if (other.call.function != aggregate->call.function ||
        other.call.distinct != aggregate->call.distinct ||
        (other.filter == nullptr) != (aggregate->filter == nullptr) ||
        (other.filter != nullptr && !functions::Equals(*other.filter, *aggregate->filter)) ||
        other.arguments.size() != aggregate->arguments.size()) {
      return false;
    }
    for (size_t i = 0; i < other.arguments.size(); ++i) {
      if (!functions::Equals(*other.arguments[i], *aggregate->arguments[i])) return false;
    }
    return true;
  };
  while (at < aggregates_.size() && !same(aggregates_[at])) ++at;
  if (at == aggregates_.size()) aggregates_.push_back(*std::move(aggregate));
  const functions::AggregateCall& bound = aggregates_[at].call;
  return functions::Column(kAggregateColumns + static_cast<int>(at), bound.type, bound.name);
}

/// Arguments and FILTER, not yet typed.
std::optional<SelectBinder::Aggregate> SelectBinder::MakeAggregate(const ast::Expression& call) {
  Aggregate aggregate;
  // Words about NULL are part of a name: ARRAY_AGG IGNORE NULLS, JSON_ARRAYAGG NULL ON NULL.
  std::string words;
  if (call.extras && call.extras->ignore_nulls == true) words = " IGNORE NULLS";
  for (const auto& child : call.children) {
    if (child->kind == ExpressionKind::kUnit) words = " " + child->text;
  }
  if (!words.empty()) aggregate.call.function = functions::FindAggregate(call.text + words);
  if (aggregate.call.function == nullptr) {
    aggregate.call.function = functions::FindAggregate(call.text);
  }
  aggregate.call.name = call.text;
  if (aggregate.call.function == nullptr) {
    ReportUnsupported(report_, call.operator_span, "the aggregate " + call.text);
    return std::nullopt;
  }
  const bool star = call.children.size() == 1 && call.children[0]->kind == ExpressionKind::kStar;
  bool ok = true;
  if (star && call.text != "COUNT") {
    Fail(call.children[0]->span, "only COUNT takes *");
    return std::nullopt;
  }
  if (!star) {
    for (const auto& child : call.children) {
      if (child->kind == ExpressionKind::kUnit) continue;
      aggregate.arguments.push_back(BindPlain(*child));
      ok &= aggregate.arguments.back() != nullptr;
    }
  }
  if (const ast::CallExtras* const extras = call.extras.get()) {
    aggregate.call.distinct = extras->distinct;
    if (extras->distinct && star) {
      Fail(call.span, "COUNT(DISTINCT *) does not exist", "COUNT(DISTINCT column) does");
      ok = false;
    }
    if (!extras->within_group.empty()) {
      ReportUnsupported(report_, call.span, "WITHIN GROUP");
      ok = false;
    }
    // ARRAY_AGG keeps NULL anyway.
    if (extras->ignore_nulls == false && call.text != "ARRAY_AGG") {
      ReportUnsupported(report_, call.span, "RESPECT NULLS");
      ok = false;
    }
    if (extras->filter) {
      aggregate.filter =
          ExpressionBinder(scope_, report_, this).BindCondition(*extras->filter, "FILTER");
      ok &= aggregate.filter != nullptr;
    }
  }
  if (!ok) return std::nullopt;
  return aggregate;
}

/// Types of arguments and result. An aggregate that may see no row is NULL where its arguments
/// could be; what COUNT gives stays NOT NULL.
bool SelectBinder::ResolveAggregate(const ast::Expression& call, bool may_be_empty,
                                    Aggregate* aggregate) {
  std::vector<ExprPtr> arguments;
  for (const ExprPtr& argument : aggregate->arguments) {
    arguments.push_back(may_be_empty ? WithType(argument, argument->type->WithNullable(true))
                                     : argument);
  }
  auto signature = aggregate->call.function->resolve(arguments);
  if (!signature.ok()) {
    report_.Error(call.operator_span, std::move(signature).error().With(call.text));
    return false;
  }
  for (size_t i = 0; i < arguments.size() && i < signature->arguments.size(); ++i) {
    aggregate->arguments[i] = Coerce(aggregate->arguments[i], signature->arguments[i]);
  }
  for (const ExprPtr& argument : aggregate->arguments) {
    aggregate->call.argument_types.push_back(
        argument->type->WithTimeAttribute(flow::TimeAttribute::kNone));
  }
  aggregate->call.type = signature->result->WithTimeAttribute(flow::TimeAttribute::kNone);
  return true;
}

/// GROUPING(a, b) = GROUPING_ID(a, b): a bit for each argument, set where it is absent.
ExprPtr SelectBinder::BindGrouping(const ast::Expression& call) {
  if (!no_aggregates_in_.empty() || in_aggregate_ || !select_.group_span) {
    return Fail(call.operator_span, call.text + " operator may only occur in an aggregate query");
  }
  ExprPtr sum;
  const auto combine = [&](const char* op, ExprPtr left, ExprPtr right) -> ExprPtr {
    auto made = functions::MakeCall(op, {std::move(left), std::move(right)});
    if (made.ok()) return *std::move(made);
    report_.Error(call.span, made.error());
    return nullptr;
  };
  const ExprPtr bits = functions::Column(kGroupingColumn, BigInt(0)->type, "$grouping");
  if (call.text == "GROUP_ID") {  // which repetition of its set
    if (grouping_sets_.empty()) return BigInt(0);
    const ExprPtr again = combine("/", bits, BigInt(int64_t{1} << keys_.size()));
    return again == nullptr ? nullptr : Coerce(again, BigInt(0)->type);
  }
  for (const auto& child : call.children) {
    const ExprPtr argument = BindPlain(*child);
    if (argument == nullptr) return nullptr;
    size_t key = 0;
    while (key < keys_.size() && !functions::Equals(*keys_[key], *argument)) ++key;
    if (key == keys_.size()) {
      return Fail(child->span,
                  "Argument to operator '" + call.text + "' must be a grouped expression");
    }
    const int64_t weight = int64_t{1} << (keys_.size() - 1 - key);
    ExprPtr bit = grouping_sets_.empty()
                      ? BigInt(0)
                      : combine("%", combine("/", bits, BigInt(weight)), BigInt(2));
    sum = sum == nullptr ? bit : combine("+", combine("*", sum, BigInt(2)), bit);
    if (sum == nullptr) return nullptr;
  }
  if (sum == nullptr) return Fail(call.span, call.text + " takes one grouped expression or more");
  return Coerce(sum, BigInt(0)->type);
}

// ---------------------------------------------------------------- above the aggregate

/// The expression over what the aggregate gives.
ExprPtr SelectBinder::Grouped(const ExprPtr& expr) {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (!functions::Equals(*keys_[i], *expr)) continue;
    return functions::Column(static_cast<int>(i),
                             grouping_sets_.empty() ? expr->type : expr->type->WithNullable(true),
                             key_names_[i]);
  }
  if (expr->kind == ExprKind::kColumn) {
    const int keys = static_cast<int>(keys_.size());
    const int calls = static_cast<int>(aggregates_.size());
    const int column = expr->column;
    if (IsInRange(column, kAggregateColumns)) {
      const auto call = static_cast<size_t>(column - kAggregateColumns);
      return functions::Column(keys + column - kAggregateColumns, expr->type, call_names_[call]);
    }
    if (IsInRange(column, kWindowColumns)) {
      const bool wanted[] = {group_window_->wants_start, group_window_->wants_end,
                             group_window_->wants_rowtime, group_window_->wants_proctime};
      int place = keys + calls;
      for (int i = 0; i < column - kWindowColumns; ++i) place += wanted[i] ? 1 : 0;
      return functions::Column(place, expr->type, expr->name);
    }
    if (column == kGroupingColumn) {
      return functions::Column(keys + calls, expr->type, expr->name);
    }
    if (column >= kColumnRange) return expr;
    const auto note = notes_.find(expr.get());
    if (note == notes_.end()) {
      return Fail(select_.span, "Expression '" + expr->name + "' is not being grouped");
    }
    const ast::Expression& name = *note->second.second;
    return Fail(name.span, "Expression '" + NameText(name, *expr) + "' is not being grouped");
  }
  // A field of a row that is a name: told as it was written.
  const auto note = notes_.find(expr.get());
  if (expr->kind == ExprKind::kField && note != notes_.end()) {
    const ExprPtr& root = expr->children[0];
    if (root->kind == ExprKind::kColumn && root->column < kColumnRange) {
      bool grouped = false;
      for (const ExprPtr& key : keys_) grouped |= functions::Equals(*key, *root);
      if (!grouped) {
        const ast::Expression& name = *note->second.second;
        return Fail(name.span, "Expression '" + NameText(name, *expr) + "' is not being grouped");
      }
    }
  }
  std::vector<ExprPtr> children;
  bool changed = false;
  for (const ExprPtr& child : expr->children) {
    children.push_back(Grouped(child));
    if (children.back() == nullptr) return nullptr;
    changed |= children.back() != child;
  }
  if (!changed) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  copy->children = std::move(children);
  return copy;
}

flow::Schema SelectBinder::AggregateSchema(const AggregateSpec& spec) const {
  flow::Schema schema;
  for (size_t i = 0; i < keys_.size(); ++i) {
    bool nullable = keys_[i]->type->nullable();
    for (const auto& set : spec.grouping_sets) {
      nullable |= std::find(set.begin(), set.end(), static_cast<int>(i)) == set.end();
    }
    schema.fields.push_back({key_names_[i], keys_[i]->type->WithNullable(nullable), ""});
  }
  for (const functions::AggregateCall& call : spec.calls) {
    schema.fields.push_back({call.name, call.type, ""});
  }
  if (spec.group_window) {
    const GroupWindow& window = *spec.group_window;
    const auto point = flow::Type::Timestamp(3, false);
    if (window.wants_start) schema.fields.push_back({"window_start", point, ""});
    if (window.wants_end) schema.fields.push_back({"window_end", point, ""});
    if (window.wants_rowtime) {
      schema.fields.push_back({"window_rowtime", window_time_->type->WithNullable(false), ""});
    }
    if (window.wants_proctime) {
      schema.fields.push_back({"window_proctime", window_time_->type->WithNullable(false), ""});
    }
  }
  if (!spec.grouping_sets.empty()) {
    schema.fields.push_back({"$grouping", flow::Type::Simple(TypeKind::kBigInt, false), ""});
  }
  return schema;
}

RelationPtr SelectBinder::BuildAggregate(RelationPtr input) {
  if (input == nullptr) return nullptr;
  std::vector<ExprPtr> columns;
  std::vector<std::string> names;
  const auto place = [&](const ExprPtr& value) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (functions::Equals(*columns[i], *value) &&
          columns[i]->type->time_attribute() == value->type->time_attribute()) {
        return static_cast<int>(i);
      }
    }
    columns.push_back(value);
    names.push_back(value->name.empty() ? "$f" + std::to_string(names.size()) : value->name);
    return static_cast<int>(columns.size()) - 1;
  };
  AggregateSpec spec;
  for (const ExprPtr& key : keys_) spec.groups.push_back(place(key));
  spec.grouping_sets = grouping_sets_;
  spec.group_window = group_window_;
  if (spec.group_window) spec.group_window->window.time_column = place(window_time_);
  spec.ttl_ms = StateTtl(select_.hints, scope_);
  for (size_t i = 0; i < aggregates_.size(); ++i) {
    const Aggregate& aggregate = aggregates_[i];
    functions::AggregateCall call = aggregate.call;
    for (const ExprPtr& argument : aggregate.arguments) call.arguments.push_back(place(argument));
    if (aggregate.filter != nullptr) call.filter = place(aggregate.filter);
    call.name = "$a" + std::to_string(i);
    for (const Item& item : items_) {
      const bool direct = item.value->kind == ExprKind::kColumn &&
                          item.value->column == kAggregateColumns + static_cast<int>(i);
      if (direct) call.name = item.name;
    }
    call_names_.push_back(call.name);
    spec.calls.push_back(std::move(call));
  }
  // COUNT(*) of everything reads no column; rows without columns would not be counted.
  if (!columns.empty()) {
    input = query_.Project(std::move(input), std::move(columns), names, select_.span);
    if (input == nullptr) return nullptr;
  }
  RelationPtr relation = query_.Make(RelationKind::kAggregate, select_.span);
  if (relation == nullptr) return nullptr;
  relation->schema = AggregateSchema(spec);
  relation->aggregate = std::make_shared<AggregateSpec>(std::move(spec));
  relation->inputs.push_back(std::move(input));
  return relation;
}

}  // namespace sluice::sql
