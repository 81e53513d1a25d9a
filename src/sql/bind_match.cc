// SPDX-License-Identifier: Apache-2.0
// MATCH_RECOGNIZE. In MEASURES a column stands for its value in the last row of its variable (of
// the match, without one); in DEFINE a column without a variable, or with the one that is defined,
// is that of the row that is tried.
#include <algorithm>
#include <utility>

#include "flow/table_options.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_query.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using flow::TimeAttribute;
using functions::ExprPtr;
using Navigation = MatchSpec::Navigation;

class MatchBinder : private ExpressionClause {
 public:
  MatchBinder(const ast::Match& match, const flow::Schema& input, const Scope& scope,
              const Report& report)
      : match_(match), input_(input), scope_(scope), report_(report) {}

  std::optional<MatchSpec> Bind() {
    bool ok = CheckClauses();
    ok &= BindKeys();
    spec_.pattern = BindPattern(match_.pattern);
    spec_.definitions.resize(spec_.variables.size());
    ok &= CheckPattern();
    for (const auto& definition : match_.definitions) ok &= BindDefinition(definition);
    defining_ = -1;
    in_measures_ = true;
    for (const auto& measure : match_.measures) ok &= BindMeasure(measure);
    ok &= BindSkip();
    if (!ok) return std::nullopt;
    return std::move(spec_);
  }

 private:
  bool Fail(Span span, std::string text, std::string hint = {}) {
    report_.Error(span, ErrorKind::kInvalidArgument, std::move(text), std::move(hint));
    return false;
  }

  bool CheckClauses() {
    const auto refuse = [&](const std::optional<Span>& span, const char* what) {
      if (span) ReportUnsupported(report_, *span, what);
      return !span.has_value();
    };
    bool ok = refuse(match_.all_rows, "ALL ROWS PER MATCH");
    ok &= refuse(match_.anchor, "the anchor ^");
    ok &= refuse(match_.subset, "SUBSET");
    return ok;
  }

  bool BindKeys() {
    ExpressionBinder binder(scope_, report_);
    bool ok = true;
    const auto column = [&](const ast::Expression& key, const char* clause) {
      const ExprPtr value = binder.Bind(key);
      if (value == nullptr) return -1;
      if (value->kind == functions::ExprKind::kColumn && value->column < kColumnRange) {
        return value->column;
      }
      Fail(key.span, std::string(clause) + " of MATCH_RECOGNIZE takes columns",
           "compute them in a query in FROM");
      return -1;
    };
    for (const auto& key : match_.partition_by) {
      spec_.partition_by.push_back(column(*key, "PARTITION BY"));
      ok &= spec_.partition_by.back() >= 0;
    }
    for (const ast::OrderItem& item : match_.order_by) {
      const int place = column(*item.expression, "ORDER BY");
      ok &= place >= 0;
      spec_.order_by.push_back(MakeSortKey(place, item));
    }
    if (!ok) return false;
    const Span span =
        match_.order_by.empty() ? match_.pattern.span : match_.order_by[0].expression->span;
    if (spec_.order_by.empty() ||
        TypeOf(spec_.order_by[0].column)->time_attribute() == TimeAttribute::kNone) {
      return Fail(span,
                  "You must specify either rowtime or proctime for order by as the first one.",
                  "a column with a WATERMARK, or one computed AS PROCTIME()");
    }
    if (spec_.order_by[0].descending) {
      return Fail(span, "Primary sort order of a streaming table must be ascending on time.");
    }
    return true;
  }

  const flow::TypePtr& TypeOf(int column) const {
    return input_.fields[static_cast<size_t>(column)].type;
  }

  // PATTERN ----------------------------------------------------------------

  int FindVariable(const std::string& name) const {
    const auto found = std::find(spec_.variables.begin(), spec_.variables.end(), name);
    return found == spec_.variables.end() ? -1 : static_cast<int>(found - spec_.variables.begin());
  }

  MatchSpec::Pattern BindPattern(const ast::Match::Pattern& pattern) {
    MatchSpec::Pattern bound;
    bound.kind = static_cast<MatchSpec::Pattern::Kind>(pattern.kind);
    bound.at_least = pattern.at_least;
    bound.at_most = pattern.at_most;
    bound.greedy = pattern.greedy;
    if (pattern.kind == ast::Match::Pattern::Kind::kVariable) {
      bound.variable = FindVariable(pattern.name.text);
      if (bound.variable < 0) {
        bound.variable = static_cast<int>(spec_.variables.size());
        spec_.variables.push_back(pattern.name.text);
      }
    }
    for (const auto& part : pattern.parts) bound.parts.push_back(BindPattern(part));
    return bound;
  }

  static bool MayBeEmpty(const MatchSpec::Pattern& pattern) {
    using Kind = MatchSpec::Pattern::Kind;
    if (pattern.at_least == 0) return true;
    if (pattern.kind == Kind::kVariable) return false;
    if (pattern.kind == Kind::kAlternation) {
      return std::any_of(pattern.parts.begin(), pattern.parts.end(), MayBeEmpty);
    }
    return std::all_of(pattern.parts.begin(), pattern.parts.end(), MayBeEmpty);
  }

  static bool CheckCounts(const MatchSpec::Pattern& pattern) {
    const bool fine =
        pattern.at_most < 0 || (pattern.at_most > 0 && pattern.at_most >= pattern.at_least);
    return fine && std::all_of(pattern.parts.begin(), pattern.parts.end(), CheckCounts);
  }

  bool CheckPattern() {
    const Span span = match_.pattern.span;
    if (!CheckCounts(spec_.pattern)) {
      return Fail(span, "a repetition {n, m} has 1 or more at most, and n not above m");
    }
    if (MayBeEmpty(spec_.pattern)) {
      return Fail(span,
                  "Patterns that can produce empty matches are not supported. There must be "
                  "at least one non-optional state.");
    }
    const MatchSpec::Pattern* last = &spec_.pattern;
    while (last->kind == MatchSpec::Pattern::Kind::kSequence && !last->parts.empty() &&
           last->at_least == 1 && last->at_most == 1) {
      last = &last->parts.back();
    }
    const bool open =
        last->at_least != last->at_most && !(last->at_least == 0 && last->at_most == 1);
    if (open && last->greedy) {
      return Fail(span,
                  "Greedy quantifiers are not allowed as the last element of a Pattern yet. "
                  "Finish your pattern with either a simple variable or reluctant "
                  "quantifier.");
    }
    return true;
  }

  bool BindSkip() {
    spec_.skip = match_.skip == ast::Match::Skip::kPastLastRow ? MatchSpec::Skip::kPastLastRow
                 : match_.skip == ast::Match::Skip::kToNextRow ? MatchSpec::Skip::kToNextRow
                 : match_.skip == ast::Match::Skip::kToFirst   ? MatchSpec::Skip::kToFirst
                                                               : MatchSpec::Skip::kToLast;
    if (!match_.skip_variable.text.empty()) {
      spec_.skip_variable = FindVariable(match_.skip_variable.text);
      if (spec_.skip_variable < 0) return UnknownVariable(match_.skip_variable);
    }
    if (match_.within == nullptr) return true;
    const Scope none;
    const ExprPtr within = ExpressionBinder(none, report_).Bind(*match_.within);
    if (within == nullptr) return false;
    const auto length = IntervalMs(*within);
    if (!length || *length < 0) {
      return Fail(match_.within->span, "WITHIN takes an INTERVAL of days to seconds, not below 0");
    }
    spec_.within_ms = *length;  // 0: no constraint
    return true;
  }

  bool UnknownVariable(const ast::Identifier& name) {
    const auto nearest = flow::NearestName(name.text, spec_.variables);
    report_.Error(name.span, ErrorKind::kNotFound, "Unknown pattern '" + name.text + "'",
                  nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
    return false;
  }

  // DEFINE and MEASURES ------------------------------------------------------

  bool BindDefinition(const ast::Match::Definition& definition) {
    defining_ = FindVariable(definition.name.text);
    if (defining_ < 0) return true;  // no row is ever tried for it
    ExprPtr& place = spec_.definitions[static_cast<size_t>(defining_)];
    if (place != nullptr) {
      return Fail(definition.name.span,
                  "Pattern variable '" + definition.name.text + "' has already been defined");
    }
    place = ExpressionBinder(scope_, report_, this).BindCondition(*definition.expression, "DEFINE");
    return place != nullptr;
  }

  bool BindMeasure(const ast::Match::Definition& measure) {
    ExprPtr value = ExpressionBinder(scope_, report_, this).Bind(*measure.expression);
    if (value == nullptr) return false;
    spec_.measure_names.push_back(measure.name.text);
    spec_.measures.push_back(std::move(value));
    return true;
  }

  ExprPtr Navigate(Navigation navigation, std::string name) {
    const auto same = [&](const Navigation& other) {
      return navigation.kind != Navigation::Kind::kAggregate && other.kind == navigation.kind &&
             other.variable == navigation.variable && other.column == navigation.column &&
             other.offset == navigation.offset && other.type->Equals(*navigation.type);
    };
    const auto found = std::find_if(spec_.navigations.begin(), spec_.navigations.end(), same);
    const int place = input_.size() + static_cast<int>(found - spec_.navigations.begin());
    const flow::TypePtr type = navigation.type;
    if (found == spec_.navigations.end()) spec_.navigations.push_back(std::move(navigation));
    return functions::Column(place, type, std::move(name));
  }

  /// A column of `variable` (-1: of any row), as what surrounds it says.
  ExprPtr ColumnValue(int variable, int column, Span span) {
    const flow::Field& field = input_.fields[static_cast<size_t>(column)];
    if (in_aggregate_) {
      if (aggregate_variable_ && *aggregate_variable_ != variable) {
        Fail(span, "Aggregation must be applied to a single pattern variable");
        return nullptr;
      }
      aggregate_variable_ = variable;
      return ColumnOf(input_, column);
    }
    const bool tried = !in_measures_ && (variable < 0 || variable == defining_);
    if (!navigating_ && tried) return ColumnOf(input_, column);
    Navigation navigation;
    if (navigating_) {
      navigation = *navigating_;
      if (navigated_variable_.value_or(variable) != variable) {
        Fail(span, "Multiple pattern variables in one FIRST or LAST",
             "it takes its value from one row");
        return nullptr;
      }
      navigated_variable_ = variable;
    }
    navigation.variable = variable;
    navigation.column = column;
    navigation.type = field.type->WithNullable(true)->WithTimeAttribute(TimeAttribute::kNone);
    return Navigate(std::move(navigation), field.name);
  }

  std::optional<ExprPtr> BindName(const ast::Expression& name) override {
    size_t at = 0;
    int variable = -1;
    if (name.path.size() > 1) {
      variable = FindVariable(name.path[0].text);
      if (variable >= 0) at = 1;
    }
    int column = -1;
    for (size_t i = 0; i < scope_.columns.size() && column < 0; ++i) {
      if (scope_.columns[i].name == name.path[at].text) column = static_cast<int>(i);
    }
    if (column < 0) {
      if (at == 0) return std::nullopt;  // another mistake, or a name of the table
      const auto& missing = name.path[1];
      std::vector<std::string> known;
      for (const flow::Field& field : scope_.columns) known.push_back(field.name);
      const auto nearest = flow::NearestName(missing.text, known);
      report_.Error(missing.span, ErrorKind::kNotFound,
                    "column " + Backtick(missing.text) + " is not known",
                    nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
      return ExprPtr();
    }
    ExprPtr value = ColumnValue(variable, column, name.span);
    for (size_t i = at + 1; i < name.path.size() && value != nullptr; ++i) {
      value = Field(std::move(value), name.path[i]);
    }
    return value;
  }

  ExprPtr Field(ExprPtr row, const ast::Identifier& name) {
    if (row->type->kind() == flow::TypeKind::kRow) {
      const auto& fields = row->type->fields();
      for (size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == name.text) return functions::FieldOf(row, static_cast<int>(i));
      }
    }
    Fail(name.span, "there is no field " + Backtick(name.text) + " in " + row->type->ToString());
    return nullptr;
  }

  std::optional<ExprPtr> BindCall(const ast::Expression& call) override {
    const std::string& name = call.text;
    if (name == "FIRST" || name == "LAST" || name == "PREV" || name == "NEXT") {
      return BindNavigation(call);
    }
    if (name == "MATCH_ROWTIME" || name == "MATCH_PROCTIME") return BindMatchTime(call);
    if (name == "CLASSIFIER" || name == "MATCH_NUMBER") {
      ReportUnsupported(report_, call.operator_span, name);
      return ExprPtr();
    }
    if (functions::FindAggregate(name) != nullptr) return BindAggregate(call);
    return std::nullopt;
  }

  ExprPtr BindSubquery(const ast::Expression& expression) override {
    ReportUnsupported(report_, expression.span, "a subquery in MATCH_RECOGNIZE");
    return nullptr;
  }

  ExprPtr BindNavigation(const ast::Expression& call) {
    if (navigating_ || in_aggregate_) {
      ReportUnsupported(report_, call.operator_span,
                        call.text + " inside of another function of rows");
      return nullptr;
    }
    if (call.children.empty() || call.children.size() > 2) {
      Fail(call.span, call.text + " takes a value and an offset");
      return nullptr;
    }
    Navigation navigation;
    navigation.kind = call.text == "FIRST"  ? Navigation::Kind::kFirst
                      : call.text == "LAST" ? Navigation::Kind::kLast
                      : call.text == "PREV" ? Navigation::Kind::kPrev
                                            : Navigation::Kind::kNext;
    navigation.offset = call.text == "PREV" || call.text == "NEXT" ? 1 : 0;
    if (call.children.size() == 2) {
      const Scope none;
      const ExprPtr offset = ExpressionBinder(none, report_).Bind(*call.children[1]);
      const auto number = offset != nullptr ? IntegerOf(*offset) : std::nullopt;
      if (!number || *number < 0) {
        Fail(call.children[1]->span,
             "the offset of " + call.text + " is a whole number, 0 or more");
        return nullptr;
      }
      navigation.offset = *number;
    }
    navigating_ = navigation;
    navigated_variable_.reset();
    ExprPtr value = ExpressionBinder(scope_, report_, this).Bind(*call.children[0]);
    navigating_.reset();
    return value;
  }

  ExprPtr BindMatchTime(const ast::Expression& call) {
    const bool processing = call.text == "MATCH_PROCTIME";
    for (const auto& child : call.children) {
      const ExprPtr argument = ExpressionBinder(scope_, report_).Bind(*child);
      if (argument == nullptr) return nullptr;
      if (processing || call.children.size() > 1 || !argument->type->is_rowtime()) {
        Fail(child->span,
             call.text + (processing ? " takes no argument" : " takes one event time, or nothing"));
        return nullptr;
      }
    }
    Navigation navigation;
    navigation.kind = Navigation::Kind::kMatchTime;
    navigation.type =
        flow::Type::TimestampLtz(3, false)->WithTimeAttribute(TimeAttribute::kProctime);
    if (!processing) {
      const flow::TypePtr& time = TypeOf(spec_.order_by.empty() ? 0 : spec_.order_by[0].column);
      if (!time->is_rowtime()) {
        Fail(call.span, "MATCH_ROWTIME needs an ORDER BY of an event time",
             "MATCH_PROCTIME() gives the processing time");
        return nullptr;
      }
      navigation.type = time->WithNullable(false);
    }
    return Navigate(std::move(navigation), call.text);
  }

  ExprPtr BindAggregate(const ast::Expression& call) {
    if (in_aggregate_ || navigating_) {
      Fail(call.operator_span, "Aggregate expressions cannot be nested");
      return nullptr;
    }
    Navigation navigation;
    navigation.kind = Navigation::Kind::kAggregate;
    navigation.call.function = functions::FindAggregate(call.text);
    navigation.call.name = call.text;
    if (call.extras != nullptr) {
      ReportUnsupported(report_, call.span,
                        "DISTINCT, FILTER and OVER of aggregates in MATCH_RECOGNIZE");
      return nullptr;
    }
    in_aggregate_ = true;
    aggregate_variable_.reset();
    bool ok = true;
    for (const auto& child : call.children) {
      ok &= BindArgument(call, *child, &navigation.arguments);
    }
    in_aggregate_ = false;
    if (!ok) return nullptr;
    navigation.variable = aggregate_variable_.value_or(-1);
    std::vector<ExprPtr> arguments;
    for (const ExprPtr& argument : navigation.arguments) {
      arguments.push_back(WithType(argument, argument->type->WithNullable(true)));
    }
    auto signature = navigation.call.function->resolve(arguments);
    if (!signature.ok()) {
      report_.Error(call.operator_span, std::move(signature).error().With(call.text));
      return nullptr;
    }
    for (size_t i = 0; i < navigation.arguments.size(); ++i) {
      ExprPtr& argument = navigation.arguments[i];
      argument = WithoutTimeAttribute(Coerce(argument, signature->arguments[i]));
      navigation.call.argument_types.push_back(argument->type);
      navigation.call.arguments.push_back(static_cast<int>(i));
    }
    navigation.call.type = signature->result->WithTimeAttribute(TimeAttribute::kNone);
    navigation.type = navigation.call.type;
    return Navigate(std::move(navigation), call.text);
  }

  /// COUNT(*) and COUNT(A.*) count rows.
  bool BindArgument(const ast::Expression& call, const ast::Expression& argument,
                    std::vector<ExprPtr>* arguments) {
    if (argument.kind == ast::ExpressionKind::kStar) {
      if (call.text != "COUNT" || call.children.size() > 1) {
        return Fail(argument.span, "only COUNT takes *");
      }
      if (argument.path.empty()) return true;
      aggregate_variable_ = FindVariable(argument.path[0].text);
      return *aggregate_variable_ >= 0 || UnknownVariable(argument.path[0]);
    }
    arguments->push_back(ExpressionBinder(scope_, report_, this).Bind(argument));
    return arguments->back() != nullptr;
  }

  const ast::Match& match_;
  const flow::Schema& input_;
  const Scope& scope_;
  const Report& report_;
  MatchSpec spec_;
  int defining_ = -1;
  bool in_measures_ = false, in_aggregate_ = false;
  std::optional<int> aggregate_variable_;
  std::optional<Navigation> navigating_;
  std::optional<int> navigated_variable_;
};

}  // namespace

RelationPtr QueryBinder::BindMatch(const ast::TableReference& from, Scope* scope) {
  Scope inner = NewScope();
  RelationPtr input = BindFrom(*from.left, &inner);
  if (input == nullptr || from.match == nullptr) return nullptr;
  auto spec = MatchBinder(*from.match, input->schema, inner, report_).Bind();
  RelationPtr relation = Make(RelationKind::kMatch, from.span);
  if (!spec || relation == nullptr) return nullptr;
  for (const int column : spec->partition_by) {
    relation->schema.fields.push_back(input->schema.fields[static_cast<size_t>(column)]);
  }
  for (size_t i = 0; i < spec->measures.size(); ++i) {
    relation->schema.fields.push_back({spec->measure_names[i], spec->measures[i]->type, ""});
  }
  relation->inputs.push_back(std::move(input));
  relation->match = std::make_shared<MatchSpec>(*std::move(spec));
  AddToScope(from, "", {}, *relation, scope);
  return relation;
}

}  // namespace sluice::sql
