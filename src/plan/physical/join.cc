// SPDX-License-Identifier: Apache-2.0
// Joins: within a window, within an interval of time, with the version of a row at a time, and all
// others, whose both sides are kept.
#include <algorithm>
#include <utility>

#include "plan/key_types.h"
#include "plan/physical/planner.h"

namespace sluice::plan {
namespace {

using functions::ExprKind;
using functions::ExprPtr;

bool OneSided(JoinType type) {
  return type == JoinType::kSemi || type == JoinType::kAnti;
}

ColumnSet KeyColumns(const std::vector<EquiKey>& keys, bool left) {
  std::vector<int> columns;
  for (const EquiKey& key : keys) columns.push_back(left ? key.left : key.right);
  return Sorted(std::move(columns));
}

bool SameWindows(const WindowColumns& a, const WindowColumns& b) {
  return a.spec.kind == b.spec.kind && a.spec.size_ms == b.spec.size_ms &&
         a.spec.slide_ms == b.spec.slide_ms && a.spec.offset_ms == b.spec.offset_ms &&
         a.spec.processing_time == b.spec.processing_time &&
         a.spec.of_instants == b.spec.of_instants;
}

/// The smallest unique key, one within the join key first.
std::vector<int> BestKey(const std::vector<ColumnSet>& keys, const ColumnSet& join_key) {
  const ColumnSet* best = nullptr;
  for (const ColumnSet& key : keys) {
    const bool within = IsSubset(key, join_key);
    const bool better = best == nullptr || (within && !IsSubset(*best, join_key)) ||
                        (within == IsSubset(*best, join_key) && key.size() < best->size());
    if (better) best = &key;
  }
  return best == nullptr ? ColumnSet() : *best;
}

}  // namespace

PhysicalPlanner::JoinSides PhysicalPlanner::SidesOf(const LogicalNode& node, int left,
                                                    int right) const {
  JoinSides sides;
  sides.left = left;
  sides.right = right;
  const int size = SchemaOf(left).size();
  for (ExprPtr& part : Conjuncts(node.join->condition)) {
    const bool call = part->kind == ExprKind::kCall && part->children.size() == 2;
    const bool null_safe = call && part->function->name == "IS NOT DISTINCT FROM";
    const bool equal = null_safe || (call && part->function->name == "=");
    if (equal && part->children[0]->kind == ExprKind::kColumn &&
        part->children[1]->kind == ExprKind::kColumn) {
      int a = part->children[0]->column, b = part->children[1]->column;
      if (a > b) std::swap(a, b);
      if (a < size && b >= size) {
        sides.keys.push_back({a, b - size, null_safe});
        continue;
      }
    }
    sides.rest.push_back(std::move(part));
  }
  return sides;
}

Status PhysicalPlanner::DistributeJoin(JoinSides* sides) {
  SLUICE_ASSIGN(const std::vector<flow::TypePtr> types,
                JoinKeyTypes(SchemaOf(sides->left), SchemaOf(sides->right), sides->keys));
  std::vector<int> left, right;
  for (const EquiKey& key : sides->keys) {
    left.push_back(key.left);
    right.push_back(key.right);
  }
  sides->left = Exchange(sides->left, left, types);
  sides->right = Exchange(sides->right, right, types);
  return {};
}

std::vector<ColumnSet> PhysicalPlanner::JoinKeysOf(const JoinSides& sides, JoinType type,
                                                   bool upsert) const {
  const auto keys_of = [this, upsert](int id) {
    return upsert ? TraitsOf(id).upsert_keys : TraitsOf(id).unique_keys;
  };
  std::vector<ColumnSet> left = keys_of(sides.left);
  const std::vector<ColumnSet> right = keys_of(sides.right);
  if (OneSided(type)) return left;
  const int size = SchemaOf(sides.left).size();
  const auto shifted = [size](const ColumnSet& key) {
    ColumnSet moved;
    for (const int column : key) moved.push_back(column + size);
    return moved;
  };
  const auto is_unique = [](const std::vector<ColumnSet>& keys, const ColumnSet& join_key) {
    return std::any_of(keys.begin(), keys.end(),
                       [&join_key](const ColumnSet& key) { return IsSubset(key, join_key); });
  };
  std::vector<ColumnSet> all;
  const bool fills_left = type == JoinType::kRight || type == JoinType::kFull;
  const bool fills_right = type == JoinType::kLeft || type == JoinType::kFull;
  if (!fills_left && is_unique(right, KeyColumns(sides.keys, false))) all = left;
  if (!fills_right && is_unique(left, KeyColumns(sides.keys, true))) {
    for (const ColumnSet& key : right) all.push_back(shifted(key));
  }
  for (const ColumnSet& a : left) {
    for (const ColumnSet& b : right) {
      ColumnSet both = a;
      const ColumnSet moved = shifted(b);
      both.insert(both.end(), moved.begin(), moved.end());
      if (all.size() < 8) all.push_back(std::move(both));
    }
  }
  return all;
}

Traits PhysicalPlanner::JoinTraits(const LogicalNode& node, const JoinSides& sides,
                                   bool keeps_times) const {
  const JoinType type = node.join->type;
  const Traits& left = TraitsOf(sides.left);
  const Traits& right = TraitsOf(sides.right);
  Traits traits;
  const bool forwards = type == JoinType::kInner || type == JoinType::kSemi;
  traits.updates = !forwards || left.updates || right.updates;
  traits.deletes = !forwards || left.deletes || right.deletes;
  traits.unique_keys = JoinKeysOf(sides, type, false);
  traits.upsert_keys = JoinKeysOf(sides, type, true);
  traits.disordered.assign(node.schema.fields.size(), !keeps_times);
  if (keeps_times) {
    const size_t size = left.times.size();
    for (size_t i = 0; i < traits.disordered.size(); ++i) {
      const auto& side = i < size ? left.disordered : right.disordered;
      const size_t at = i < size ? i : i - size;
      traits.disordered[i] = at < side.size() && side[at];
    }
  }
  if (type != JoinType::kRight && type != JoinType::kFull) {
    traits.distribution = left.distribution;
    traits.distribution_types = left.distribution_types;
  }
  return traits;
}

Result<int> PhysicalPlanner::PlanJoin(const LogicalNode& node) {
  SLUICE_ASSIGN(const int left, Plan(node.inputs[0]));
  const int time = node.join->system_time;
  if (time >= 0 && TimeOf(left, time) == flow::TimeAttribute::kProctime) {
    return LookupJoin(node, left);
  }
  SLUICE_ASSIGN(const int right, Plan(node.inputs[1]));
  if (time >= 0) return TemporalJoin(node, SidesOf(node, left, right));
  SLUICE_ASSIGN(const std::optional<int> window, WindowJoin(node, SidesOf(node, left, right)));
  if (window) return *window;
  SLUICE_ASSIGN(const std::optional<int> interval, IntervalJoin(node, left, right));
  if (interval) return *interval;
  return RegularJoin(node, SidesOf(node, left, right));
}

Result<std::optional<int>> PhysicalPlanner::WindowJoin(const LogicalNode& node, JoinSides sides) {
  const std::optional<WindowColumns> left = TraitsOf(sides.left).window;
  const std::optional<WindowColumns> right = TraitsOf(sides.right).window;
  if (!left || !right || left->start < 0 || right->start < 0) return std::optional<int>();
  if (!SameWindows(*left, *right) || node.join->null_aware) return std::optional<int>();
  const auto is = [&sides](int a, int b) {
    return std::any_of(sides.keys.begin(), sides.keys.end(),
                       [a, b](const EquiKey& key) { return key.left == a && key.right == b; });
  };
  if (!is(left->start, right->start) || !is(left->end, right->end)) return std::optional<int>();
  // Both sides would wait for a watermark, of which there is none.
  if (left->spec.processing_time && !settings_.batch) {
    return Unsupported("Processing time Window Join is not supported yet.");
  }
  const auto of_window = [&left, &right](const EquiKey& key) {
    return (key.left == left->start && key.right == right->start) ||
           (key.left == left->end && key.right == right->end);
  };
  // Where nothing else is equal, each window is a key: all of them are not one shard's work.
  if (!std::all_of(sides.keys.begin(), sides.keys.end(), of_window)) {
    std::erase_if(sides.keys, of_window);
  }
  SLUICE_TRY(DistributeJoin(&sides));
  WindowJoinNode join;
  join.type = node.join->type;
  join.keys = sides.keys;
  if (!sides.rest.empty()) join.residual = pool_->Intern(And(sides.rest));
  join.left_window_start = left->start;
  join.left_window_end = left->end;
  join.right_window_start = right->start;
  join.right_window_end = right->end;
  join.of_instants = left->spec.of_instants;
  Traits traits = JoinTraits(node, sides, true);
  traits.updates = traits.deletes = false;
  if (join.type != JoinType::kRight && join.type != JoinType::kFull) traits.window = left;
  return std::optional<int>(Add("WindowJoin", {sides.left, sides.right}, node.schema,
                                std::move(join), std::move(traits)));
}

Result<std::optional<int>> PhysicalPlanner::IntervalJoin(const LogicalNode& node, int left,
                                                         int right) {
  if (OneSided(node.join->type)) return std::optional<int>();
  auto interval = FindInterval(node.join->condition, TraitsOf(left).times, TraitsOf(right).times);
  if (!interval) return std::optional<int>();
  LogicalNode rest = node;
  auto spec = std::make_shared<sql::JoinSpec>(*node.join);
  spec->condition = interval->residual;
  rest.join = std::move(spec);
  JoinSides sides = SidesOf(rest, left, right);
  SLUICE_TRY(DistributeJoin(&sides));
  IntervalJoinNode join;
  join.type = node.join->type;
  join.keys = sides.keys;
  if (!sides.rest.empty()) join.residual = pool_->Intern(And(sides.rest));
  join.left_time = interval->left_time;
  join.right_time = interval->right_time;
  join.lower_ms = interval->lower_ms;
  join.upper_ms = interval->upper_ms;
  join.processing_time = interval->processing_time;
  Traits traits = JoinTraits(node, sides, true);
  traits.updates = traits.deletes = false;
  return std::optional<int>(Add("IntervalJoin", {sides.left, sides.right}, node.schema,
                                std::move(join), std::move(traits)));
}

Result<int> PhysicalPlanner::RegularJoin(const LogicalNode& node, JoinSides sides) {
  if (node.join->null_aware) {  // a NULL on the right concerns every row of the left
    sides.left = Exchange(sides.left, {});
    sides.right = Exchange(sides.right, {});
  } else {
    SLUICE_TRY(DistributeJoin(&sides));
  }
  const Traits& left = TraitsOf(sides.left);
  const Traits& right = TraitsOf(sides.right);
  RegularJoinNode join;
  join.type = node.join->type;
  join.keys = sides.keys;
  if (!sides.rest.empty()) join.residual = pool_->Intern(And(sides.rest));
  join.null_aware = node.join->null_aware;
  join.left_retract = !left.insert_only();
  join.right_retract = !right.insert_only();
  join.left_unique = BestKey(left.upsert_keys, KeyColumns(sides.keys, true));
  join.right_unique = BestKey(right.upsert_keys, KeyColumns(sides.keys, false));
  const auto ttl = [this](int64_t hint) { return hint >= 0 ? hint : settings_.state_ttl_ms; };
  join.left_ttl_ms = ttl(node.join->left_ttl_ms);
  join.right_ttl_ms = ttl(node.join->right_ttl_ms);
  Traits traits = JoinTraits(node, sides, false);
  return Add("Join", {sides.left, sides.right}, node.schema, std::move(join), std::move(traits));
}

Result<int> PhysicalPlanner::TemporalJoin(const LogicalNode& node, JoinSides sides) {
  const std::vector<flow::TimeAttribute> times = TraitsOf(sides.right).times;
  const auto rowtime = std::find(times.begin(), times.end(), flow::TimeAttribute::kRowtime);
  const std::vector<ColumnSet> versions = TraitsOf(sides.right).unique_keys;
  if (TimeOf(sides.left, node.join->system_time) != flow::TimeAttribute::kRowtime) {
    return InvalidArgument(
        "Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' "
        "left table's time attribute field");
  }
  if (versions.empty()) {
    return InvalidArgument(
        "Temporal Table Join requires primary key in versioned table, but no "
        "primary key can be found. Declare PRIMARY KEY (...) NOT ENFORCED on "
        "it, or use a view that keeps the last row per key");
  }
  if (rowtime == times.end()) {
    return InvalidArgument(
        "Event-Time Temporal Table Join requires both primary key and row time "
        "attribute in versioned table, but no row time attribute can be found");
  }
  const ColumnSet keys = KeyColumns(sides.keys, false);
  const bool by_key = std::any_of(versions.begin(), versions.end(),
                                  [&keys](const ColumnSet& key) { return IsSubset(key, keys); });
  if (!by_key) {
    std::string text;
    for (const int column : versions[0]) {
      text += (text.empty() ? "" : ", ") +
              SchemaOf(sides.right).fields[static_cast<size_t>(column)].name;
    }
    return InvalidArgument("Temporal table's primary key [" + text +
                           "] must be included in the equivalence condition of temporal join");
  }
  SLUICE_TRY(DistributeJoin(&sides));
  TemporalJoinNode join;
  join.type = node.join->type;
  join.keys = sides.keys;
  if (!sides.rest.empty()) join.residual = pool_->Intern(And(sides.rest));
  join.left_time = node.join->system_time;
  join.right_time = static_cast<int>(rowtime - times.begin());
  join.ttl_ms = settings_.state_ttl_ms;
  Traits traits = JoinTraits(node, sides, true);
  traits.updates = TraitsOf(sides.left).updates;
  traits.deletes = TraitsOf(sides.left).deletes;
  traits.unique_keys = TraitsOf(sides.left).unique_keys;
  traits.upsert_keys = TraitsOf(sides.left).upsert_keys;
  return Add("TemporalJoin", {sides.left, sides.right}, node.schema, std::move(join),
             std::move(traits));
}

}  // namespace sluice::plan
