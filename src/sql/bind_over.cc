// SPDX-License-Identifier: Apache-2.0
// OVER: aggregates and ranking functions, named windows, frames. Calls with the same window share a
// relation; several windows make several, one over the other.
#include <array>
#include <utility>

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
    // The frame holds the row itself: never empty, unless FILTER leaves it out.
    ok = aggregate && ResolveAggregate(call, aggregate->filter != nullptr, &*aggregate);
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
  if (call.children.size() > 1) {
    const ExprPtr offset = BindPlain(*call.children[1]);
    const auto number = offset != nullptr ? IntegerOf(*offset) : std::nullopt;
    if (!number) {
      Fail(call.children[1]->span, "the offset of " + call.text + " is a whole number");
      return false;
    }
    over->offset = *number;
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
    over->fallback = Coerce(std::move(over->fallback), type);
    if (over->fallback->kind != ExprKind::kLiteral && over->fallback->kind != ExprKind::kCast) {
      ReportUnsupported(report_, call.children[2]->span,
                        "a default of " + call.text + " that is no constant");
      return false;
    }
  }
  over->aggregate.call.type = type->WithNullable(nullable);
  over->aggregate.call.argument_types = {value->type};
  over->aggregate.arguments.push_back(std::move(value));
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

/// ROWS or RANGE BETWEEN ... PRECEDING AND CURRENT ROW.
bool SelectBinder::BindFrame(const ast::Window& window, OverWindow* bound) {
  using Kind = ast::Window::Bound::Kind;
  bound->rows = window.frame_unit == "ROWS";
  if (window.upper.kind != Kind::kCurrentRow) {
    const bool following =
        window.upper.kind == Kind::kFollowing || window.upper.kind == Kind::kUnboundedFollowing;
    report_.Error(window.span, ErrorKind::kUnsupported,
                  following
                      ? "OVER " + window.frame_unit + " FOLLOWING windows are not supported yet."
                      : "an OVER window that ends before the current row is not supported",
                  "a frame of a stream ends at CURRENT ROW");
    return false;
  }
  if (window.lower.kind == Kind::kUnboundedPreceding) return true;
  if (window.lower.kind == Kind::kCurrentRow) {
    bound->preceding = 0;
    return true;
  }
  if (window.lower.kind != Kind::kPreceding) {
    Fail(window.span, "a frame begins before it ends");
    return false;
  }
  ExprPtr offset = BindPlain(*window.lower.offset);
  if (offset == nullptr) return false;
  offset = functions::Fold(offset, {});
  bound->preceding = bound->rows ? IntegerOf(*offset) : IntervalMs(*offset);
  if (bound->preceding && *bound->preceding >= 0) return true;
  Fail(window.lower.offset->span, bound->rows ? "ROWS takes a whole number of rows"
                                              : "RANGE takes an INTERVAL ... DAY TO SECOND");
  return false;
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
    if (a.rows != b.rows || a.preceding != b.preceding ||
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
  spec.preceding = window.preceding;
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
