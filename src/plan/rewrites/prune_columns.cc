// SPDX-License-Identifier: Apache-2.0
// Every node gives only what some reader of it uses, down to the columns and nested fields that a
// source has to decode.
#include <map>
#include <utility>

#include "plan/rewrites/column_uses.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using Kind = LogicalNode::Kind;

class Pruner {
 public:
  Pruner(LogicalPlan* plan, ExpressionPool* pool) : plan_(plan), pool_(pool) {}

  void Run() {
    const std::vector<LogicalNode*> order = InputsFirst(*plan_);
    for (const LogicalSink& sink : plan_->sinks) {
      Add(UseAll(sink.input->schema), &wanted_[sink.input.get()]);
    }
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
      ColumnUses& wanted = wanted_[*node];
      wanted = Complete(**node, std::move(wanted));
      std::vector<ColumnUses> uses = InputUses(**node, wanted);
      for (size_t i = 0; i < uses.size(); ++i) {
        Add(uses[i], &wanted_[(*node)->inputs[i].get()]);
      }
      uses_[*node] = std::move(uses);
    }
    for (LogicalNode* node : order) Apply(node);
    for (LogicalSink& sink : plan_->sinks) {
      Narrowed(&sink.input, UseAll(sizes_.at(sink.input.get())));
    }
  }

 private:
  static void Add(const ColumnUses& uses, ColumnUses* to) {
    for (const auto& [column, paths] : uses) (*to)[column].insert(paths.begin(), paths.end());
  }

  /// The inputs were applied before.
  void Apply(LogicalNode* node) {
    std::vector<std::vector<int>> columns;
    const std::vector<ColumnUses>& uses = uses_.at(node);
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      columns.push_back(Moved(node->inputs[i].get()));
      // Columns that only another reader of the input wants must not travel on.
      const bool picks = node->kind == Kind::kCalc || node->kind == Kind::kAggregate;
      if (!picks && Narrowed(&node->inputs[i], uses[i])) {
        int next = 0;
        for (size_t k = 0; k < columns[i].size(); ++k) {
          columns[i][k] = uses[i].contains(static_cast<int>(k)) ? next++ : -1;
        }
      }
    }
    sizes_[node] = node->schema;
    Narrow(node, wanted_.at(node), columns, pool_);
  }

  /// Where each column that the node had stands now.
  std::vector<int> Moved(LogicalNode* node) const {
    std::vector<int> columns(static_cast<size_t>(sizes_.at(node).size()), -1);
    int next = 0;
    for (const auto& [column, paths] : wanted_.at(node)) {
      columns[static_cast<size_t>(column)] = next++;
    }
    return columns;
  }

  /// Puts a calc on `input` when it gives more than `uses`.
  bool Narrowed(LogicalNodePtr* input, const ColumnUses& uses) {
    const std::vector<int> moved = Moved(input->get());
    if (uses.size() == wanted_.at(input->get()).size()) return false;
    flow::Schema schema;
    std::vector<functions::ExprPtr> outputs;
    for (const auto& [column, paths] : uses) {
      const int now = moved[static_cast<size_t>(column)];
      const flow::Field& field = (*input)->schema.fields[static_cast<size_t>(now)];
      schema.fields.push_back(field);
      outputs.push_back(pool_->Intern(functions::Column(now, field.type, field.name)));
    }
    *input = MakeCalc(std::move(*input), nullptr, std::move(outputs), std::move(schema));
    return true;
  }

  LogicalPlan* plan_;
  ExpressionPool* pool_;
  std::map<const LogicalNode*, ColumnUses> wanted_;
  std::map<const LogicalNode*, std::vector<ColumnUses>> uses_;
  std::map<const LogicalNode*, flow::Schema> sizes_;  // what each gave before
};

}  // namespace

void PruneColumns(LogicalPlan* plan, ExpressionPool* pool) {
  Pruner(plan, pool).Run();
}

}  // namespace sluice::plan
