// SPDX-License-Identifier: Apache-2.0
// Narrow of column_uses.h: specs rewritten for fewer columns.
#include <algorithm>
#include <utility>

#include "plan/rewrites/column_uses.h"

namespace sluice::plan {
namespace {

using functions::ExprPtr;
using Kind = LogicalNode::Kind;

size_t At(int index) {
  return static_cast<size_t>(index);
}

/// Without the paths that a shorter one covers; empty when all is read.
std::vector<FieldPath> Shortest(const std::set<FieldPath>& paths) {
  std::vector<FieldPath> kept;
  for (const FieldPath& path : paths) {  // in order: a prefix comes before what it covers
    if (path.empty()) return {};
    const bool covered = !kept.empty() && kept.back().size() <= path.size() &&
                         std::equal(kept.back().begin(), kept.back().end(), path.begin());
    if (!covered) kept.push_back(path);
  }
  return kept;
}

template <typename T>
void Keep(const ColumnUses& wanted, int from, std::vector<T>* values) {
  std::vector<T> kept;
  for (size_t i = 0; i < values->size(); ++i) {
    if (wanted.contains(from + static_cast<int>(i))) kept.push_back(std::move((*values)[i]));
  }
  *values = std::move(kept);
}

class Narrower {
 public:
  Narrower(LogicalNode* node, const ColumnUses& wanted,
           const std::vector<std::vector<int>>& columns, ExpressionPool* pool)
      : node_(node), wanted_(wanted), pool_(pool) {
    // Where the columns of all inputs stand, one input behind the other.
    int now = 0;
    for (size_t i = 0; i < columns.size() && node->kind != Kind::kUnion; ++i) {
      int width = 0;
      for (const int column : columns[i]) {
        moved_.push_back(column < 0 ? -1 : now + column);
        width += column >= 0 ? 1 : 0;
      }
      if (i == 0) old_first_ = static_cast<int>(columns[0].size());
      now += width;
    }
    width_ = now;
  }

  void Run() {
    switch (node_->kind) {
      case Kind::kScan:
        return Scan();
      case Kind::kValues:
        for (auto& row : node_->rows) Keep(wanted_, 0, &row);
        break;
      case Kind::kCalc:
        Keep(wanted_, 0, &node_->outputs);
        for (ExprPtr& output : node_->outputs) output = Move(output);
        node_->condition = Move(node_->condition);
        break;
      case Kind::kNormalize:
        Move(&node_->keys);
        node_->condition = Move(node_->condition);
        break;
      default:
        Specs();
        break;
    }
    Keep(wanted_, 0, &node_->schema.fields);
  }

 private:
  void Specs() {
    if (node_->watermark) {
      Edit(&node_->watermark, [this](sql::WatermarkSpec* spec) {
        Move(&spec->column);
        spec->delayed = Move(spec->delayed);
      });
    }
    if (node_->window) Edit(&node_->window, [this](sql::WindowSpec* spec) { Move(spec); });
    if (node_->aggregate) Edit(&node_->aggregate, [this](sql::AggregateSpec* s) { Aggregate(s); });
    if (node_->over) Edit(&node_->over, [this](sql::OverSpec* spec) { Over(spec); });
    if (node_->join) {
      Edit(&node_->join, [this](sql::JoinSpec* spec) {
        spec->condition = Move(spec->condition);
        if (spec->system_time >= 0) Move(&spec->system_time);
      });
    }
    if (node_->correlate) {
      Edit(&node_->correlate, [this](sql::CorrelateSpec* spec) {
        spec->argument = Move(spec->argument);
        spec->condition = MoveBehind(spec->condition);
      });
    }
    if (node_->sort) Edit(&node_->sort, [this](sql::SortSpec* spec) { Move(&spec->keys); });
    if (node_->match) Edit(&node_->match, [this](sql::MatchSpec* spec) { Match(spec); });
  }

  void Scan() {
    flow::Schema schema;
    flow::SourceProjection projection;
    const bool narrowed = !node_->projection.columns.empty();
    for (const auto& [column, paths] : wanted_) {
      projection.columns.push_back(narrowed ? node_->projection.columns[At(column)] : column);
      projection.nested.push_back(Shortest(paths));
      schema.fields.push_back(node_->schema.fields[At(column)]);
    }
    node_->projection = std::move(projection);
    node_->schema = std::move(schema);
  }

  void Aggregate(sql::AggregateSpec* spec) {
    const int groups = static_cast<int>(spec->groups.size());
    const int calls = static_cast<int>(spec->calls.size());
    Move(&spec->groups);
    Keep(wanted_, groups, &spec->calls);
    Move(&spec->calls);
    if (!spec->group_window) return;
    Move(&spec->group_window->window);
    int next = groups + calls;
    for (bool* asked : {&spec->group_window->wants_start, &spec->group_window->wants_end,
                        &spec->group_window->wants_rowtime, &spec->group_window->wants_proctime}) {
      if (*asked) *asked = wanted_.contains(next++);
    }
  }

  void Over(sql::OverSpec* spec) {
    Move(&spec->partition_by);
    Move(&spec->order_by);
    Keep(wanted_, old_first_, &spec->calls);
    Keep(wanted_, old_first_, &spec->ranking);
    Keep(wanted_, old_first_, &spec->offsets);
    Keep(wanted_, old_first_, &spec->defaults);
    Move(&spec->calls);
    for (ExprPtr& value : spec->defaults) value = Move(value);
  }

  void Match(sql::MatchSpec* spec) {
    Move(&spec->partition_by);
    Move(&spec->order_by);
    for (ExprPtr& definition : spec->definitions) definition = MoveBehind(definition);
    for (ExprPtr& measure : spec->measures) measure = MoveBehind(measure);
    for (sql::MatchSpec::Navigation& navigation : spec->navigations) {
      if (navigation.column >= 0) Move(&navigation.column);
      for (ExprPtr& argument : navigation.arguments) argument = Move(argument);
    }
  }

  template <typename Spec, typename Change>
  static void Edit(std::shared_ptr<const Spec>* spec, const Change& change) {
    auto copy = std::make_shared<Spec>(**spec);
    change(copy.get());
    *spec = std::move(copy);
  }

  void Move(int* column) const { *column = moved_[At(*column)]; }
  void Move(std::vector<int>* columns) const {
    for (int& column : *columns) Move(&column);
  }
  void Move(std::vector<sql::SortKey>* keys) const {
    for (sql::SortKey& key : *keys) Move(&key.column);
  }
  void Move(sql::WindowSpec* spec) const {
    Move(&spec->time_column);
    Move(&spec->partition_by);
  }
  void Move(std::vector<functions::AggregateCall>* calls) const {
    // The columns that stand for arguments of AggregateCalls in a match are no columns of the
    // input.
    for (functions::AggregateCall& call : *calls) {
      Move(&call.arguments);
      if (call.filter >= 0) Move(&call.filter);
    }
  }
  ExprPtr Move(const ExprPtr& expr) const {
    if (expr == nullptr) return nullptr;
    return pool_->Rename(expr, [this](int column) { return moved_[At(column)]; });
  }
  /// For expressions over the input's columns and what stands behind them.
  ExprPtr MoveBehind(const ExprPtr& expr) const {
    if (expr == nullptr) return nullptr;
    return pool_->Rename(expr, [this](int column) {
      return column < old_first_ ? moved_[At(column)] : column - old_first_ + width_;
    });
  }

  LogicalNode* node_;
  const ColumnUses& wanted_;
  ExpressionPool* pool_;
  std::vector<int> moved_;
  int old_first_ = 0;  // columns of the first input before
  int width_ = 0;      // columns of all inputs now
};

}  // namespace

void Narrow(LogicalNode* node, const ColumnUses& wanted,
            const std::vector<std::vector<int>>& columns, ExpressionPool* pool) {
  Narrower(node, wanted, columns, pool).Run();
}

}  // namespace sluice::plan
