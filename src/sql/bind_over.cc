// SPDX-License-Identifier: Apache-2.0
// OVER: aggregates and ranking functions, named windows, frames. Calls with the same window share a
// relation; several windows make several, one over the other.
#include <array>
#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_select.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using flow::TypeKind;
using functions::ExprKind;
using functions::ExprPtr;

bool SameOrNull(const ExprPtr& a, const ExprPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return functions::Equals(*a, *b);
}

using BoundKind = ast::Window::Bound::Kind;

// Ends that cannot go together, in Flink's words; empty: none.
std::string MistakeOfFrame(BoundKind lower, BoundKind upper) {
  if (lower == BoundKind::kUnboundedFollowing) {
    return "UNBOUNDED FOLLOWING cannot be specified for the lower frame boundary";
  }
  if (upper == BoundKind::kUnboundedPreceding) {
    return "UNBOUNDED PRECEDING cannot be specified for the upper frame boundary";
  }
  const bool follows = lower == BoundKind::kFollowing;
  if (upper == BoundKind::kPreceding && (follows || lower == BoundKind::kCurrentRow)) {
    return std::string("Upper frame boundary cannot be PRECEDING when lower boundary is ") +
           (follows ? "FOLLOWING" : "CURRENT ROW");
  }
  if (upper == BoundKind::kCurrentRow && follows) {
    return "Upper frame boundary cannot be CURRENT ROW when lower boundary is FOLLOWING";
  }
  return "";
}

bool IsTime(TypeKind kind) {
  return kind == TypeKind::kDate || kind == TypeKind::kTime || kind == TypeKind::kTimestamp ||
         kind == TypeKind::kTimestampLtz;
}

// A literal number of at most 18 digits.
std::optional<FrameBound> DecimalOf(const functions::Expr& expr) {
  FrameBound bound{FrameBound::Kind::kOffset, 0, 0};
  if (const auto number = IntegerOf(expr)) {
    bound.offset = *number;
    return bound;
  }
  if (expr.kind != ExprKind::kLiteral || !expr.literal->is_valid ||
      expr.type->kind() != TypeKind::kDecimal || expr.type->precision() > 18) {
    return std::nullopt;
  }
  const auto& value = static_cast<const arrow::Decimal128Scalar&>(*expr.literal).value;
  bound.offset = static_cast<int64_t>(value.low_bits());
  bound.scale = expr.type->scale();
  return bound;
}

std::optional<FrameBound> TimeSpanOf(const functions::Expr& expr) {
  const auto span_ms = IntervalMs(expr);
  if (!span_ms) return std::nullopt;
  return FrameBound{FrameBound::Kind::kOffset, *span_ms, 0};
}

/// A frame that holds the row itself.
bool IsNeverEmpty(const FrameBound& lower, const FrameBound& upper) {
  const auto side = [](const FrameBound& bound) {
    using Kind = FrameBound::Kind;
    if (bound.kind == Kind::kUnboundedPreceding) return -1;
    if (bound.kind == Kind::kUnboundedFollowing) return 1;
    return bound.offset < 0 ? -1 : bound.offset > 0 ? 1 : 0;
  };
  return side(lower) <= 0 && side(upper) >= 0;
}

ExprPtr OneRow() {
  return functions::Literal(arrow::MakeScalar(int64_t{1}),
                            flow::Type::Simple(TypeKind::kBigInt, false));
}

/// LAG and LEAD take constants as they are, and all else as columns.
bool IsConstant(const ExprPtr& value) {
  return value == nullptr || value->kind == ExprKind::kLiteral;
}

}  // namespace

ExprPtr SelectBinder::BindOver(const ast::Expression& call) {
  const std::string& name = call.text;
  if (!no_overs_in_.empty() || in_aggregate_) {
    return Fail(call.operator_span,
                "Windowed aggregate expression is illegal in " +
                    (in_aggregate_ ? std::string("an aggregate") : no_overs_in_),
                no_overs_in_ == "WHERE clause" ? "QUALIFY filters by it" : "");
  }
  if (in_over_) return Fail(call.operator_span, "Aggregate expressions cannot be nested");
  Over over;
  auto window = call.extras->over ? BindWindow(*call.extras->over, 0)
                                  : NamedWindow(*call.extras->over_name, 0);
  if (!window) return nullptr;
  over.window = *std::move(window);
  in_over_ = true;
  bool ok = true;
  if (name == "ROW_NUMBER" || name == "RANK" || name == "DENSE_RANK" || name == "PERCENT_RANK" ||
      name == "CUME_DIST" || name == "NTILE") {
    ok = BindRanking(call, &over);
  } else if (name == "LAG" || name == "LEAD") {
    ok = BindShift(call, &over);
  } else if (functions::FindAggregate(name) != nullptr || IsAggregateName(name)) {
    auto aggregate = MakeAggregate(call);
    // A frame that holds the row itself is never empty, unless FILTER leaves the row out.
    const bool empty = !IsNeverEmpty(over.window.lower, over.window.upper);
    ok = aggregate && ResolveAggregate(call, empty || aggregate->filter != nullptr, &*aggregate);
    if (ok) over.aggregate = *std::move(aggregate);
  } else {
    Fail(call.operator_span, "OVER must be applied to aggregate function", name + " is none");
    ok = false;
  }
  in_over_ = false;
  if (!ok) return nullptr;
  over.aggregate.call.name = "w" + std::to_string(overs_.size()) + "$o0";
  overs_.push_back(std::move(over));
  over_places_.push_back(-1);
  const functions::AggregateCall& bound = overs_.back().aggregate.call;
  return functions::Column(kOverColumns + static_cast<int>(overs_.size()) - 1, bound.type,
                           bound.name);
}

bool SelectBinder::BindRanking(const ast::Expression& call, Over* over) {
  const std::string& name = call.text;
  over->ranking = name;
  const bool fraction = name == "PERCENT_RANK" || name == "CUME_DIST";
  over->aggregate.call.type =
      flow::Type::Simple(fraction ? TypeKind::kDouble : TypeKind::kBigInt, false);
  if (name != "NTILE") {
    if (call.children.empty()) return true;
    Fail(call.span, name + " takes no arguments");
    return false;
  }
  const ExprPtr buckets = call.children.size() == 1 ? BindPlain(*call.children[0]) : ExprPtr();
  const auto number = buckets != nullptr ? IntegerOf(*buckets) : std::nullopt;
  if (!number || *number <= 0) {
    Fail(call.span, "NTILE takes a whole number above 0");
    return false;
  }
  over->offset = *number;
  return true;
}

/// LAG(value[, offset[, default]]), LEAD likewise.
bool SelectBinder::BindShift(const ast::Expression& call, Over* over) {
  over->ranking = call.text;
  if (call.children.empty() || call.children.size() > 3) {
    Fail(call.span, call.text + " takes a value, an offset and a default");
    return false;
  }
  ExprPtr value = BindPlain(*call.children[0]);
  if (value == nullptr) return false;
  ExprPtr offset;
  if (call.children.size() > 1) {
    offset = BindPlain(*call.children[1]);
    if (offset != nullptr) offset = functions::Fold(offset, {});
    if (offset == nullptr || !offset->type->is_integer() ||
        (offset->kind == ExprKind::kLiteral && !offset->literal->is_valid)) {
      Fail(call.children[1]->span, "the offset of " + call.text + " is a whole number");
      return false;
    }
    over->offset = IntegerOf(*offset).value_or(1);
  }
  flow::TypePtr type = value->type->WithTimeAttribute(flow::TimeAttribute::kNone);
  bool nullable = true;
  if (call.children.size() > 2) {
    over->fallback = BindPlain(*call.children[2]);
    if (over->fallback == nullptr) return false;
    const flow::TypePtr types[] = {type, over->fallback->type};
    auto common = functions::CommonType(types);
    if (!common.ok()) {
      report_.Error(call.span, std::move(common).error().With("value and default of " + call.text));
      return false;
    }
    nullable = type->nullable() || over->fallback->type->nullable();
    type = *common;
    value = Coerce(std::move(value), type);
    over->fallback = functions::Fold(Coerce(std::move(over->fallback), type), {});
  }
  over->aggregate.call.type = type->WithNullable(nullable);
  over->aggregate.call.argument_types = {value->type};
  over->aggregate.arguments.push_back(std::move(value));
  if (IsConstant(offset) && IsConstant(over->fallback)) return true;
  if (offset == nullptr) offset = OneRow();
  if (over->fallback == nullptr) over->fallback = functions::NullLiteral(type->WithNullable(true));
  for (ExprPtr* argument : {&offset, &over->fallback}) {
    over->aggregate.call.argument_types.push_back((*argument)->type);
    over->aggregate.arguments.push_back(std::exchange(*argument, nullptr));
  }
  return true;
}

std::optional<SelectBinder::OverWindow> SelectBinder::NamedWindow(const ast::Identifier& name,
                                                                  int depth) {
  for (const auto& [defined, window] : select_.windows) {
    if (defined.text == name.text && depth < 16) return BindWindow(*window, depth + 1);
  }
  Fail(name.span, "Window '" + name.text + "' not found",
       "WINDOW " + name.text + " AS (...) declares it");
  return std::nullopt;
}

std::optional<SelectBinder::OverWindow> SelectBinder::BindWindow(const ast::Window& window,
                                                                 int depth) {
  OverWindow bound;
  if (window.base) {
    auto base = NamedWindow(*window.base, depth);
    if (!base) return std::nullopt;
    bound = *std::move(base);
    if (!window.partition_by.empty() || (!window.order_by.empty() && !bound.order_by.empty())) {
      Fail(window.span, "a window with a name gets no other PARTITION BY, and one ORDER BY");
      return std::nullopt;
    }
  }
  bool ok = true;
  in_over_ = true;
  for (const auto& expression : window.partition_by) {
    bound.partition_by.push_back(BindPlain(*expression));
    ok &= bound.partition_by.back() != nullptr;
  }
  for (const ast::OrderItem& item : window.order_by) {
    OverKey key{BindPlain(*item.expression), item.descending,
                item.nulls_first.value_or(!item.descending)};
    ok &= key.value != nullptr;
    bound.order_by.push_back(std::move(key));
  }
  ok &= window.frame_unit.empty() || BindFrame(window, &bound);
  in_over_ = false;
  if (!ok) return std::nullopt;
  return bound;
}

bool SelectBinder::BindFrame(const ast::Window& window, OverWindow* bound) {
  using Kind = ast::Window::Bound::Kind;
  bound->rows = window.frame_unit == "ROWS";
  if (!bound->rows && bound->order_by.empty()) {
    Fail(window.span, "Window specification must contain an ORDER BY clause");
    return false;
  }
  const std::string mistake = MistakeOfFrame(window.lower.kind, window.upper.kind);
  if (!mistake.empty()) {
    Fail(window.span, mistake);
    return false;
  }
  const auto set = [&](const ast::Window::Bound& written, FrameBound* to) {
    switch (written.kind) {
      case Kind::kUnboundedPreceding:
        *to = FrameBound::UnboundedPreceding();
        return true;
      case Kind::kUnboundedFollowing:
        *to = {FrameBound::Kind::kUnboundedFollowing, 0, 0};
        return true;
      case Kind::kCurrentRow:
        *to = {};
        return true;
      default:
        return BindFrameOffset(written, bound, to);
    }
  };
  return set(window.lower, &bound->lower) && set(window.upper, &bound->upper);
}

/// n PRECEDING, n FOLLOWING.
bool SelectBinder::BindFrameOffset(const ast::Window::Bound& written, OverWindow* window,
                                   FrameBound* bound) {
  ExprPtr offset = BindPlain(*written.offset);
  if (offset == nullptr) return false;
  offset = functions::Fold(offset, {});
  const bool preceding = written.kind == ast::Window::Bound::Kind::kPreceding;
  if (window->rows) {
    const auto rows = IntegerOf(*offset);
    if (!rows || *rows < 0) {
      Fail(written.offset->span, "ROWS value must be a non-negative integral constant");
      return false;
    }
    *bound = FrameBound::Preceding(preceding ? *rows : -*rows);
    return true;
  }
  if (window->order_by.size() > 1) {
    Fail(written.offset->span, "RANGE clause cannot be used with compound ORDER BY clause");
    return false;
  }
  const flow::Type& key = *window->order_by[0].value->type;
  const bool number = key.is_numeric();
  if (!number && !IsTime(key.kind())) {
    Fail(written.offset->span, "Data type of ORDER BY prohibits use of RANGE clause",
         "RANGE with an offset is of numbers and times");
    return false;
  }
  if (number != offset->type->is_numeric()) {
    Fail(written.offset->span, "Data Type mismatch between ORDER BY and RANGE clause",
         number ? "RANGE takes a number" : "RANGE takes an INTERVAL ... DAY TO SECOND");
    return false;
  }
  const auto distance = number ? DecimalOf(*offset) : TimeSpanOf(*offset);
  if (!distance) {
    Fail(written.offset->span, number ? "RANGE takes a constant number of at most 18 digits"
                                      : "RANGE takes an INTERVAL ... DAY TO SECOND");
    return false;
  }
  *bound = {FrameBound::Kind::kOffset, preceding ? -distance->offset : distance->offset,
            distance->scale};
  return true;
}

// ---------------------------------------------------------------- building

bool SelectBinder::FinishWindow(OverWindow* window) {
  bool ok = true;
  for (ExprPtr& value : window->partition_by) ok &= (value = Finish(value)) != nullptr;
  for (OverKey& key : window->order_by) ok &= (key.value = Finish(key.value)) != nullptr;
  return ok;
}

RelationPtr SelectBinder::BuildOvers(RelationPtr input) {
  const auto same = [](const OverWindow& a, const OverWindow& b) {
    if (a.rows != b.rows || a.lower != b.lower || a.upper != b.upper ||
        a.partition_by.size() != b.partition_by.size() || a.order_by.size() != b.order_by.size()) {
      return false;
    }
    for (size_t i = 0; i < a.partition_by.size(); ++i) {
      if (!functions::Equals(*a.partition_by[i], *b.partition_by[i])) return false;
    }
    for (size_t i = 0; i < a.order_by.size(); ++i) {
      const OverKey &x = a.order_by[i], &y = b.order_by[i];
      if (!functions::Equals(*x.value, *y.value) || x.descending != y.descending ||
          x.nulls_first != y.nulls_first) {
        return false;
      }
    }
    return true;
  };
  // Above what is made so far: aggregates and subqueries have their places.
  bool ok = true;
  for (Over& over : overs_) {
    ok &= FinishWindow(&over.window);
    for (ExprPtr& value : over.aggregate.arguments) ok &= (value = Finish(value)) != nullptr;
    if (over.aggregate.filter != nullptr) {
      ok &= (over.aggregate.filter = Finish(over.aggregate.filter)) != nullptr;
    }
  }
  if (!ok) return nullptr;
  std::vector<bool> done(overs_.size(), false);
  for (size_t first = 0; first < overs_.size(); ++first) {
    if (done[first]) continue;
    std::vector<size_t> calls;
    for (size_t i = first; i < overs_.size(); ++i) {
      if (done[i] || !same(overs_[first].window, overs_[i].window)) continue;
      done[i] = true;
      calls.push_back(i);
    }
    input = BuildOver(std::move(input), calls);
    if (input == nullptr) return nullptr;
  }
  return input;
}

RelationPtr SelectBinder::BuildOver(RelationPtr input, const std::vector<size_t>& calls) {
  const int columns = input->schema.size();
  std::vector<ExprPtr> extra;
  const auto place = [&](const ExprPtr& value) {
    if (value->kind == ExprKind::kColumn) return value->column;
    for (size_t i = 0; i < extra.size(); ++i) {
      if (functions::Equals(*extra[i], *value)) return columns + static_cast<int>(i);
    }
    extra.push_back(value);
    return columns + static_cast<int>(extra.size()) - 1;
  };
  OverSpec spec;
  const OverWindow& window = overs_[calls[0]].window;
  for (const ExprPtr& value : window.partition_by) spec.partition_by.push_back(place(value));
  for (const OverKey& key : window.order_by) {
    spec.order_by.push_back({place(key.value), key.descending, key.nulls_first});
  }
  spec.rows = window.rows;
  spec.lower = window.lower;
  spec.upper = window.upper;
  std::vector<size_t> distinct;  // calls that differ
  for (const size_t i : calls) {
    Over& over = overs_[i];
    functions::AggregateCall call = over.aggregate.call;
    for (const ExprPtr& value : over.aggregate.arguments) call.arguments.push_back(place(value));
    if (over.aggregate.filter != nullptr) call.filter = place(over.aggregate.filter);
    size_t at = 0;
    const auto known = [&](size_t k) {
      return spec.calls[k].function == call.function && spec.ranking[k] == over.ranking &&
             spec.calls[k].arguments == call.arguments && spec.calls[k].filter == call.filter &&
             spec.calls[k].distinct == call.distinct && spec.offsets[k] == over.offset &&
             SameOrNull(spec.defaults[k], over.fallback);
    };
    while (at < spec.calls.size() && !known(at)) ++at;
    distinct.push_back(at);
    if (at < spec.calls.size()) continue;
    spec.calls.push_back(std::move(call));
    spec.ranking.push_back(over.ranking);
    spec.offsets.push_back(over.offset);
    spec.defaults.push_back(over.fallback);
  }
  input = query_.Append(std::move(input), std::move(extra), select_.span);
  RelationPtr relation = query_.Make(RelationKind::kOver, select_.span);
  if (input == nullptr || relation == nullptr) return nullptr;
  relation->schema = input->schema;
  for (size_t k = 0; k < calls.size(); ++k) {
    over_places_[calls[k]] = input->schema.size() + static_cast<int>(distinct[k]);
  }
  for (const functions::AggregateCall& call : spec.calls) {
    relation->schema.fields.push_back({call.name, call.type, ""});
  }
  relation->over = std::make_shared<OverSpec>(std::move(spec));
  relation->inputs.push_back(std::move(input));
  return relation;
}

}  // namespace sluice::sql
