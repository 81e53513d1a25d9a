// SPDX-License-Identifier: Apache-2.0
// Joins: ON, USING, NATURAL, FOR SYSTEM_TIME AS OF, LATERAL, and the scope they make.
#include <algorithm>
#include <set>
#include <utility>

#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_query.h"
#include "sql/bind_subquery.h"
#include "sql/hints.h"
#include "sql/lexer.h"

namespace sluice::sql {

using functions::ExprPtr;

/// One join of a chain: `left` and its scope are what stands before it.
class JoinBinder {
 public:
  JoinBinder(QueryBinder* query, const ast::TableReference& join, RelationPtr left,
             const Scope& left_scope)
      : query_(*query),
        join_(join),
        report_(query->report()),
        left_(std::move(left)),
        left_scope_(left_scope) {}

  RelationPtr Bind(Scope* scope) {
    using Kind = ast::TableReference::Kind;
    spec_.type = Type();
    if (join_.right->kind == Kind::kUnnest) {
      *scope = left_scope_;
      return query_.BindUnnest(*join_.right, std::move(left_), scope, &join_);
    }
    BindRight();
    *scope = Combined();
    bool ok = left_ != nullptr && right_ != nullptr;
    scope->unknown |= !ok || left_scope_.unknown || right_scope_.unknown;
    ok &= CheckAliases(*scope);
    ok &= BindCondition(*scope);
    ok &= BindSystemTime();
    if (!ok) return nullptr;
    if (ReadsOuterOfLeft() && !BindLateral()) return nullptr;
    AddHints();
    const bool merge = !merged_.empty();
    spec_.condition = AndAll(std::move(conditions_));
    RelationPtr relation =
        query_.Join(std::move(left_), std::move(right_), std::move(spec_), join_.join_span);
    if (relation == nullptr) return nullptr;
    if (!lateral_values_.empty()) relation = WithLateralValues(std::move(relation));
    if (visible_ >= 0 && relation != nullptr) relation = WithoutHidden(std::move(relation));
    if (relation == nullptr) return nullptr;
    scope->columns = Renamed(relation->schema, *scope);
    if (merge) Merge(scope);
    return relation;
  }

 private:
  JoinType Type() const {
    switch (join_.join) {
      case ast::JoinKind::kLeft:
        return JoinType::kLeft;
      case ast::JoinKind::kRight:
        return JoinType::kRight;
      case ast::JoinKind::kFull:
        return JoinType::kFull;
      case ast::JoinKind::kSemi:
        return JoinType::kSemi;
      case ast::JoinKind::kAnti:
        return JoinType::kAnti;
      default:
        return JoinType::kInner;
    }
  }

  /// A LATERAL query sees the columns of the left side.
  void BindRight() {
    const ast::TableReference& right = *join_.right;
    right_scope_ = query_.NewScope();
    const Scope* const outer = query_.outer_;
    lateral_ = right.lateral && right.kind == ast::TableReference::Kind::kQuery;
    if (lateral_) query_.outer_ = &left_scope_;
    right_ = query_.BindFrom(right, &right_scope_);
    query_.outer_ = outer;
    right_scope_.parent = outer;
    left_columns_ = static_cast<int>(left_scope_.columns.size());
  }

  Scope Combined() const {
    Scope scope = left_scope_;
    const int shift = left_columns_;
    scope.columns.insert(scope.columns.end(), right_scope_.columns.begin(),
                         right_scope_.columns.end());
    for (Scope::Table table : right_scope_.tables) {
      table.first += shift;
      scope.tables.push_back(std::move(table));
    }
    for (const Scope::Merged& merged : right_scope_.merged) {
      scope.merged.push_back({merged.name, ShiftColumns(merged.value, shift)});
    }
    for (const int column : right_scope_.hidden) scope.hidden.insert(column + shift);
    return scope;
  }

  bool CheckAliases(const Scope& scope) {
    for (const Scope::Table& table : right_scope_.tables) {
      if (table.alias.empty()) continue;
      const auto same = [&](const Scope::Table& other) { return other.alias == table.alias; };
      if (std::count_if(scope.tables.begin(), scope.tables.end(), same) < 2) continue;
      report_.Error(join_.right->span, ErrorKind::kInvalidArgument,
                    "Duplicate relation name '" + table.alias + "' in FROM clause",
                    "give one of them another name with AS");
      return false;
    }
    return true;
  }

  bool BindCondition(const Scope& scope) {
    const bool crossed = join_.join == ast::JoinKind::kCross || join_.join == ast::JoinKind::kComma;
    if (join_.natural) {
      for (const flow::Field& column : left_scope_.columns) {
        if (CountOf(right_scope_, column.name) > 0) Using({column.name, join_.join_span});
      }
      return using_ok_;
    }
    for (const ast::Identifier& name : join_.using_columns) Using(name);
    if (!join_.using_columns.empty()) return using_ok_;
    if (join_.on != nullptr) {
      ExprPtr condition = ExpressionBinder(scope, report_).BindCondition(*join_.on, "ON");
      if (condition == nullptr) return false;
      const bool always = condition->kind == functions::ExprKind::kLiteral &&
                          functions::ToString(*condition) == "TRUE";
      if (!always) conditions_.push_back(std::move(condition));
      return true;
    }
    if (crossed || join_.right->system_time != nullptr) return true;
    report_.Error(join_.join_span, ErrorKind::kInvalidArgument,
                  "INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or "
                  "USING clause)",
                  "CROSS JOIN takes none");
    return false;
  }

  static int CountOf(const Scope& scope, const std::string& name) {
    int count = 0;
    for (const Scope::Merged& merged : scope.merged) count += merged.name == name ? 1 : 0;
    for (size_t i = 0; i < scope.columns.size(); ++i) {
      if (scope.hidden.contains(static_cast<int>(i))) continue;
      count += scope.columns[i].name == name ? 1 : 0;
    }
    return count;
  }

  /// left.name = right.name, and the two become one.
  void Using(const ast::Identifier& name) {
    if (std::find(merged_.begin(), merged_.end(), name.text) != merged_.end()) return;
    for (const Scope* side : {&left_scope_, static_cast<const Scope*>(&right_scope_)}) {
      const int count = CountOf(*side, name.text);
      if (count == 1 || side->unknown) continue;
      report_.Error(name.span, count == 0 ? ErrorKind::kNotFound : ErrorKind::kInvalidArgument,
                    count == 0 ? "Column '" + name.text + "' not found in any table"
                               : "Column name '" + name.text +
                                     "' in NATURAL join or USING clause is not unique on one side "
                                     "of join");
      using_ok_ = false;
    }
    if (!using_ok_ || left_scope_.unknown || right_scope_.unknown) return;
    ast::Expression column;
    column.kind = ast::ExpressionKind::kName;
    column.span = name.span;
    column.path = {name};
    ExprPtr left = ExpressionBinder(left_scope_, report_).Bind(column);
    ExprPtr right = ExpressionBinder(right_scope_, report_).Bind(column);
    if (left != nullptr && right != nullptr) {
      right = ShiftColumns(right, left_columns_);
      auto equal = functions::MakeCall("=", {left, right});
      if (equal.ok()) {
        conditions_.push_back(*std::move(equal));
        merged_.push_back(name.text);
        sides_.emplace_back(std::move(left), std::move(right));
        return;
      }
      report_.Error(name.span, equal.error());
    }
    using_ok_ = false;
  }

  /// The columns of USING in place of those of both sides: the side that is there, or the first
  /// that is not NULL.
  void Merge(Scope* scope) {
    std::vector<Scope::Merged> merged;
    const auto retyped = [&](const ExprPtr& expr) {
      return MapColumns(expr,
                        [&](const ExprPtr& column) { return scope->ValueOf(column->column); });
    };
    for (size_t i = 0; i < merged_.size(); ++i) {
      const ExprPtr left = retyped(sides_[i].first), right = retyped(sides_[i].second);
      ExprPtr value = left;
      if (join_.join == ast::JoinKind::kRight) value = right;
      if (join_.join == ast::JoinKind::kFull) {
        auto first = functions::MakeCall("COALESCE", {left, right});
        if (first.ok()) value = WithoutTimeAttribute(*std::move(first));
      }
      merged.push_back({merged_[i], std::move(value)});
      for (size_t c = 0; c < scope->columns.size(); ++c) {
        if (scope->columns[c].name == merged_[i]) scope->hidden.insert(static_cast<int>(c));
      }
    }
    for (Scope::Merged& before : scope->merged) {
      const bool again = std::find(merged_.begin(), merged_.end(), before.name) != merged_.end();
      if (!again) merged.push_back({before.name, retyped(before.value)});
    }
    scope->merged = std::move(merged);
  }

  bool BindSystemTime() {
    const ast::TableReference& right = *join_.right;
    if (right.system_time == nullptr) return true;
    const ExprPtr time = ExpressionBinder(left_scope_, report_).Bind(*right.system_time);
    if (time == nullptr) return false;
    if (time->kind != functions::ExprKind::kColumn || time->column >= kColumnRange ||
        time->type->time_attribute() == flow::TimeAttribute::kNone) {
      report_.Error(right.system_time->span, ErrorKind::kInvalidArgument,
                    "Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left "
                    "table's time attribute field",
                    "a column with a WATERMARK, or one computed AS PROCTIME()");
      return false;
    }
    if (spec_.type != JoinType::kInner && spec_.type != JoinType::kLeft) {
      report_.Error(join_.join_span, ErrorKind::kUnsupported,
                    "Temporal table join currently only support INNER JOIN and LEFT JOIN.");
      return false;
    }
    spec_.system_time = time->column;
    return true;
  }

  // LATERAL ----------------------------------------------------------------

  bool ReadsOuterOfLeft() const { return lateral_ && ReadsOuter(*right_); }

  /// The conditions with columns of the left side become the join's.
  bool BindLateral() {
    if (spec_.type != JoinType::kInner && spec_.type != JoinType::kLeft) {
      report_.Error(join_.join_span, ErrorKind::kUnsupported,
                    "LATERAL stands behind ',', CROSS JOIN, JOIN and LEFT JOIN");
      return false;
    }
    if (spec_.type == JoinType::kLeft && conditions_.empty()) {
      lateral_fields_ = right_->schema.fields;
      lateral_values_ = TakeExpressions(&right_);
      if (!lateral_values_.empty()) aggregate_ = right_->aggregate;
    }
    const int columns = right_->schema.size();
    std::vector<ExprPtr> pulled;
    Decorrelator decorrelator(&query_, join_.right->span, left_.get());
    // What an inner join does not find a group for is not there, as in Flink.
    decorrelator.split_global = spec_.type == JoinType::kInner || !lateral_values_.empty();
    if (!decorrelator.TakeOut(&right_, &pulled)) return false;
    if (right_->schema.size() > columns) visible_ = left_columns_ + columns;
    for (const ExprPtr& condition : pulled) {
      conditions_.push_back(MapColumns(condition, [&](const ExprPtr& column) {
        const int place = IsOuter(column->column) ? column->column - kOuterColumns
                                                  : column->column + left_columns_;
        return functions::Column(place, column->type, column->name);
      }));
    }
    return true;
  }

  /// What a LATERAL query computes from its aggregates, also for rows without a group.
  RelationPtr WithLateralValues(RelationPtr relation) {
    std::vector<ExprPtr> columns = AllColumnsOf(relation->schema);
    columns.resize(static_cast<size_t>(left_columns_));
    std::vector<std::string> names;
    for (const ExprPtr& column : columns) names.push_back(column->name);
    const auto joined = [&](int column) {
      return ColumnOf(relation->schema, left_columns_ + column);
    };
    for (size_t i = 0; i < lateral_values_.size(); ++i) {
      columns.push_back(OverAggregates(lateral_values_[i], *aggregate_, joined));
      names.push_back(lateral_fields_[i].name);
    }
    visible_ = -1;
    return query_.Project(std::move(relation), std::move(columns), names, join_.join_span);
  }

  RelationPtr WithoutHidden(RelationPtr relation) {
    std::vector<ExprPtr> columns = AllColumnsOf(relation->schema);
    columns.resize(static_cast<size_t>(visible_));
    std::vector<std::string> names;
    for (const ExprPtr& column : columns) names.push_back(column->name);
    return query_.Project(std::move(relation), std::move(columns), names, join_.join_span);
  }

  void AddHints() {
    if (query_.hints_ == nullptr) return;
    const auto alias = [](const Scope& scope) {
      return scope.tables.size() == 1 ? scope.tables[0].alias : std::string();
    };
    spec_.left_ttl_ms = StateTtl(*query_.hints_, alias(left_scope_));
    spec_.right_ttl_ms = StateTtl(*query_.hints_, alias(right_scope_));
    const std::string right = alias(right_scope_);
    const ast::TableReference& table = *join_.right;
    spec_.lookup_options = LookupOptions(*query_.hints_, right);
    if (spec_.lookup_options.empty() && !table.name.parts.empty()) {
      spec_.lookup_options = LookupOptions(*query_.hints_, table.name.parts.back().text);
    }
  }

  /// Names of the scope (t(a, b) renames), types of the relation.
  static std::vector<flow::Field> Renamed(const flow::Schema& schema, const Scope& scope) {
    std::vector<flow::Field> columns = schema.fields;
    for (size_t i = 0; i < columns.size() && i < scope.columns.size(); ++i) {
      columns[i].name = scope.columns[i].name;
    }
    return columns;
  }

  QueryBinder& query_;
  const ast::TableReference& join_;
  const Report& report_;
  RelationPtr left_, right_;
  const Scope& left_scope_;
  Scope right_scope_;
  int left_columns_ = 0;
  // Of a LEFT JOIN LATERAL over an aggregate without GROUP BY.
  std::vector<ExprPtr> lateral_values_;
  std::vector<flow::Field> lateral_fields_;
  std::shared_ptr<const AggregateSpec> aggregate_;
  int visible_ = -1;  // columns without those that only the join needs
  bool lateral_ = false;
  JoinSpec spec_;
  std::vector<ExprPtr> conditions_;
  std::vector<std::string> merged_;                 // columns of USING
  std::vector<std::pair<ExprPtr, ExprPtr>> sides_;  // and what they are on each side
  bool using_ok_ = true;
};

/// a JOIN b JOIN c nests to the left: walked without recursion.
RelationPtr QueryBinder::BindJoins(const ast::TableReference& from, Scope* scope) {
  std::vector<const ast::TableReference*> chain;
  const ast::TableReference* at = &from;
  for (; at->kind == ast::TableReference::Kind::kJoin; at = at->left.get()) chain.push_back(at);
  auto left_scope = std::make_unique<Scope>(NewScope());
  RelationPtr relation = BindFrom(*at, left_scope.get());
  left_scope->unknown |= relation == nullptr;
  while (!chain.empty()) {
    auto joined = std::make_unique<Scope>();
    relation = JoinBinder(this, *chain.back(), std::move(relation), *left_scope).Bind(joined.get());
    joined->unknown |= relation == nullptr;
    left_scope = std::move(joined);
    chain.pop_back();
  }
  *scope = std::move(*left_scope);
  return relation;
}

}  // namespace sluice::sql
