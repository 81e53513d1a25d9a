// SPDX-License-Identifier: Apache-2.0
// Moves each part of a condition down to where its columns come from: through projections, joins
// (both sides of an inner one, the preserved side of an outer one), aggregates and windows (their
// keys), unions. An outer join whose filter above refuses the NULLs it makes becomes an inner one.
#include <algorithm>
#include <string_view>
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;
using sql::JoinType;
using Kind = LogicalNode::Kind;
using Parts = std::vector<ExprPtr>;

bool ReadsOnly(const Expr& expr, int from, int to) {
  const std::vector<int> columns = ColumnsOf(expr);
  return std::all_of(columns.begin(), columns.end(),
                     [from, to](int column) { return column >= from && column < to; });
}

/// NULL in any of the columns [from, to) that it reads makes it NULL.
bool IsStrict(const Expr& expr, int from, int to) {
  switch (expr.kind) {
    case ExprKind::kColumn:
      return expr.column >= from && expr.column < to;
    case ExprKind::kField:
      return IsStrict(*expr.children[0], from, to);
    case ExprKind::kCast:
      return !expr.try_cast && IsStrict(*expr.children[0], from, to);
    case ExprKind::kCall:
      break;
    default:
      return false;
  }
  static constexpr std::string_view kStrict[] = {
      "=", "<>", "<", "<=",   ">",      ">=",      "+",   "-",
      "*", "/",  "%", "LIKE", "NEGATE", "BETWEEN", "MOD", "NOT LIKE"};
  const std::string& name = expr.function->name;
  if (std::find(std::begin(kStrict), std::end(kStrict), name) == std::end(kStrict)) return false;
  return std::any_of(expr.children.begin(), expr.children.end(),
                     [from, to](const ExprPtr& child) { return IsStrict(*child, from, to); });
}

/// It is not TRUE for a row whose columns [from, to) are all NULL.
bool RefusesNulls(const Expr& expr, int from, int to) {
  if (expr.kind == ExprKind::kCall && expr.function->name == "IS NOT NULL") {
    return IsStrict(*expr.children[0], from, to);
  }
  const bool any = expr.kind == ExprKind::kCall && expr.function->name == "OR";
  if (any) {
    return std::all_of(expr.children.begin(), expr.children.end(),
                       [from, to](const ExprPtr& part) { return RefusesNulls(*part, from, to); });
  }
  const bool all = expr.kind == ExprKind::kCall && expr.function->name == "AND";
  if (all) {
    return std::any_of(expr.children.begin(), expr.children.end(),
                       [from, to](const ExprPtr& part) { return RefusesNulls(*part, from, to); });
  }
  return IsStrict(expr, from, to);
}

class Pusher {
 public:
  explicit Pusher(ExpressionPool* pool) : pool_(pool) {}

  /// `parts` are over the columns of `slot`; what cannot go below it ends in a calc on it.
  void Push(LogicalNodePtr* slot, Parts parts) {
    LogicalNode* const node = slot->get();
    Parts stay;
    switch (node->kind) {
      case Kind::kCalc:
        stay = BelowCalc(node, std::move(parts));
        break;
      case Kind::kJoin:
        stay = BelowJoin(node, std::move(parts));
        break;
      case Kind::kUnion:
        for (LogicalNodePtr& input : node->inputs) Push(&input, parts);
        break;
      case Kind::kAggregate:
        stay = BelowAggregate(node, std::move(parts));
        break;
      case Kind::kOver:
        stay = BelowKeys(node, node->over->partition_by, std::move(parts));
        break;
      case Kind::kWindow:
        stay = BelowWindow(node, std::move(parts));
        break;
      case Kind::kCorrelate:
        stay = BelowPassing(node, std::move(parts));
        break;
      case Kind::kNormalize:
        stay = BelowNormalize(node, std::move(parts));
        break;
      case Kind::kSort:
        if (!node->sort->limit && node->sort->offset == 0) {
          Push(&node->inputs[0], std::move(parts));
          break;
        }
        [[fallthrough]];
      default:  // a watermark comes from all rows, a match from their order
        for (LogicalNodePtr& input : node->inputs) Push(&input, {});
        stay = std::move(parts);
        break;
    }
    if (stay.empty()) return;
    *slot = PassOn(std::move(*slot), pool_->Intern(And(std::move(stay))));
  }

 private:
  /// What a calc does not push becomes its condition: it never leaves anything above.
  Parts BelowCalc(LogicalNode* calc, Parts parts) {
    Parts all = Conjuncts(calc->condition);
    Parts above;
    for (ExprPtr& part : parts) {
      bool random = !functions::IsDeterministic(*part);
      for (const int column : ColumnsOf(*part)) {
        random |= !functions::IsDeterministic(*calc->outputs[static_cast<size_t>(column)]);
      }
      if (random) {
        above.push_back(std::move(part));
      } else {
        all.push_back(pool_->Substitute(part, calc->outputs));
      }
    }
    Parts down, here;
    for (ExprPtr& part : all) {
      (functions::IsDeterministic(*part) && !ColumnsOf(*part).empty() ? down : here)
          .push_back(std::move(part));
    }
    calc->condition = here.empty() ? nullptr : pool_->Intern(And(std::move(here)));
    Push(&calc->inputs[0], std::move(down));
    return above;
  }

  /// Parts over `keys` alone, which are columns of the input as well as of the node.
  Parts BelowKeys(LogicalNode* node, const std::vector<int>& keys, Parts parts) {
    Parts stay, down;
    for (ExprPtr& part : parts) {
      const std::vector<int> columns = ColumnsOf(*part);
      const bool only = !columns.empty() && functions::IsDeterministic(*part) &&
                        std::all_of(columns.begin(), columns.end(), [&keys](int column) {
                          return std::find(keys.begin(), keys.end(), column) != keys.end();
                        });
      (only ? down : stay).push_back(std::move(part));
    }
    Push(&node->inputs[0], std::move(down));
    return stay;
  }

  /// Parts over the columns that the node passes on from its input.
  Parts BelowPassing(LogicalNode* node, Parts parts) {
    const int size = node->inputs[0]->schema.size();
    std::vector<int> keys;
    for (int i = 0; i < size; ++i) keys.push_back(i);
    return BelowKeys(node, keys, std::move(parts));
  }

  Parts BelowWindow(LogicalNode* node, Parts parts) {
    // A session grows with its rows: only whole partitions may be left out.
    if (node->window->kind == sql::WindowKind::kSession) {
      return BelowKeys(node, node->window->partition_by, std::move(parts));
    }
    return BelowPassing(node, std::move(parts));
  }

  Parts BelowNormalize(LogicalNode* node, Parts parts) {
    Parts rest = BelowKeys(node, node->keys, std::move(parts));
    Parts stay, here = Conjuncts(node->condition);
    for (ExprPtr& part : rest) {
      (functions::IsDeterministic(*part) ? here : stay).push_back(std::move(part));
    }
    if (!here.empty()) node->condition = pool_->Intern(And(std::move(here)));
    return stay;
  }

  Parts BelowAggregate(LogicalNode* node, Parts parts) {
    const sql::AggregateSpec& spec = *node->aggregate;
    const int groups = static_cast<int>(spec.groups.size());
    Parts stay, down;
    for (ExprPtr& part : parts) {
      const bool keys = groups > 0 && spec.grouping_sets.empty() && ReadsOnly(*part, 0, groups) &&
                        functions::IsDeterministic(*part) && !ColumnsOf(*part).empty();
      if (!keys) {
        stay.push_back(std::move(part));
        continue;
      }
      down.push_back(pool_->Rename(
          part, [&spec](int column) { return spec.groups[static_cast<size_t>(column)]; }));
    }
    Push(&node->inputs[0], std::move(down));
    return stay;
  }

  static JoinType Simplified(JoinType type, const Parts& above, int left, int all) {
    bool left_real = false, right_real = false;
    for (const ExprPtr& part : above) {
      left_real |= RefusesNulls(*part, 0, left);
      right_real |= RefusesNulls(*part, left, all);
    }
    if (type == JoinType::kFull) {
      if (left_real && right_real) return JoinType::kInner;
      if (left_real) return JoinType::kLeft;
      return right_real ? JoinType::kRight : type;
    }
    if (type == JoinType::kLeft && right_real) return JoinType::kInner;
    if (type == JoinType::kRight && left_real) return JoinType::kInner;
    return type;
  }

  Parts BelowJoin(LogicalNode* node, Parts parts) {
    auto spec = std::make_shared<sql::JoinSpec>(*node->join);
    const int left = node->inputs[0]->schema.size();
    const int all = left + node->inputs[1]->schema.size();
    const bool temporal = spec->system_time >= 0;
    const JoinType before = spec->type;
    if (!temporal) spec->type = Simplified(spec->type, parts, left, all);
    const JoinType type = spec->type;
    const bool inner = type == JoinType::kInner;
    const bool keeps_left = type != JoinType::kRight && type != JoinType::kFull;
    const bool keeps_right = inner || type == JoinType::kRight;
    Parts to_left, to_right, on, stay;
    for (ExprPtr& part : parts) {
      const bool fixed = !functions::IsDeterministic(*part) || ColumnsOf(*part).empty();
      if (!fixed && keeps_left && ReadsOnly(*part, 0, left)) {
        to_left.push_back(std::move(part));
      } else if (!fixed && keeps_right && !temporal && ReadsOnly(*part, left, all)) {
        to_right.push_back(std::move(part));
      } else if (!fixed && inner && !temporal) {
        on.push_back(std::move(part));
      } else {
        stay.push_back(std::move(part));
      }
    }
    // Of ON, a side's own parts may be left out before the join where no row of it is kept anyway.
    const bool on_left = inner || type == JoinType::kRight || type == JoinType::kSemi;
    const bool on_right =
        inner || type == JoinType::kLeft || type == JoinType::kSemi || type == JoinType::kAnti;
    Parts kept;
    for (ExprPtr& part : Conjuncts(spec->condition)) {
      const bool fixed = !functions::IsDeterministic(*part) || ColumnsOf(*part).empty() ||
                         temporal || spec->null_aware;
      if (!fixed && on_left && ReadsOnly(*part, 0, left)) {
        to_left.push_back(std::move(part));
      } else if (!fixed && on_right && ReadsOnly(*part, left, all)) {
        to_right.push_back(std::move(part));
      } else {
        kept.push_back(std::move(part));
      }
    }
    kept.insert(kept.end(), on.begin(), on.end());
    spec->condition = kept.empty() ? nullptr : pool_->Intern(And(std::move(kept)));
    for (ExprPtr& part : to_right) {
      part = pool_->Rename(part, [left](int column) { return column - left; });
    }
    if (type != before) MakeRequired(node, type, left);
    node->join = std::move(spec);
    Push(&node->inputs[0], std::move(to_left));
    Push(&node->inputs[1], std::move(to_right));
    return stay;
  }

  /// A side that is no longer filled up with NULLs has the types of its input again.
  static void MakeRequired(LogicalNode* node, JoinType type, int left) {
    for (int i = 0; i < node->schema.size(); ++i) {
      const bool of_left = i < left;
      const bool filled = type == JoinType::kFull || (type == JoinType::kLeft && !of_left) ||
                          (type == JoinType::kRight && of_left);
      if (filled) continue;
      const flow::Schema& side = node->inputs[of_left ? 0 : 1]->schema;
      const flow::Field& from = side.fields[static_cast<size_t>(of_left ? i : i - left)];
      node->schema.fields[static_cast<size_t>(i)].type = from.type;
    }
  }

  ExpressionPool* pool_;
};

}  // namespace

void PushFilters(LogicalNodePtr* root, ExpressionPool* pool) {
  Pusher(pool).Push(root, {});
}

}  // namespace sluice::plan
