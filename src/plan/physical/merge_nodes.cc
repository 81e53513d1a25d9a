// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/merge_nodes.h"

#include <algorithm>
#include <utility>

#include "plan/logical_plan.h"

namespace sluice::plan {
namespace {

using functions::ExprKind;
using functions::ExprPtr;

constexpr int64_t kTreeSizeMax = 20'000;

size_t At(int index) {
  return static_cast<size_t>(index);
}

bool PicksColumns(const CalcNode& calc) {
  return calc.condition == nullptr &&
         std::all_of(calc.outputs.begin(), calc.outputs.end(),
                     [](const ExprPtr& output) { return output->kind == ExprKind::kColumn; });
}

class Merger {
 public:
  Merger(std::vector<JobNode>* nodes, std::vector<Traits>* traits, ExpressionPool* pool)
      : nodes_(*nodes), traits_(*traits), pool_(pool), readers_(nodes->size(), 0) {
    for (const JobNode& node : nodes_) {
      for (const int input : node.inputs) ++readers_[At(input)];
    }
  }

  void Run() {
    for (JobNode& node : nodes_) {
      while (Merge(&node)) {
      }
    }
    Remove();
  }

 private:
  bool Merge(JobNode* node) {
    auto* upper = std::get_if<CalcNode>(&node->node);
    if (upper == nullptr || node->inputs.size() != 1) return false;
    JobNode& below = nodes_[At(node->inputs[0])];
    const auto* lower = std::get_if<CalcNode>(&below.node);
    if (lower == nullptr || below.inputs.size() != 1) return false;
    if (readers_[At(below.id)] > 1 && !PicksColumns(*lower)) return false;
    std::vector<ExprPtr> outputs;
    for (const ExprPtr& output : lower->outputs) {
      if (!functions::IsDeterministic(*output)) return false;
    }
    for (const ExprPtr& output : upper->outputs) {
      outputs.push_back(pool_->Substitute(output, lower->outputs));
      if (TreeSize(*outputs.back(), kTreeSizeMax) >= kTreeSizeMax) return false;
    }
    std::vector<ExprPtr> parts = Conjuncts(lower->condition);
    if (upper->condition) {
      for (ExprPtr& part : Conjuncts(pool_->Substitute(upper->condition, lower->outputs))) {
        parts.push_back(std::move(part));
      }
    }
    upper->outputs = std::move(outputs);
    upper->condition = parts.empty() ? nullptr : pool_->Intern(And(std::move(parts)));
    --readers_[At(below.id)];
    node->inputs = below.inputs;
    ++readers_[At(node->inputs[0])];
    if (readers_[At(below.id)] == 0) --readers_[At(below.inputs[0])];
    return true;
  }

  void Remove() {
    std::vector<JobNode> kept;
    std::vector<Traits> traits;
    std::vector<int> now(nodes_.size(), -1);
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const bool read = readers_[i] > 0 || std::holds_alternative<SinkNode>(nodes_[i].node);
      if (!read && std::holds_alternative<CalcNode>(nodes_[i].node)) continue;
      now[i] = static_cast<int>(kept.size());
      JobNode& node = nodes_[i];
      node.id = now[i];
      for (int& input : node.inputs) input = now[At(input)];
      kept.push_back(std::move(node));
      traits.push_back(std::move(traits_[i]));
    }
    nodes_ = std::move(kept);
    traits_ = std::move(traits);
  }

  std::vector<JobNode>& nodes_;
  std::vector<Traits>& traits_;
  ExpressionPool* pool_;
  std::vector<int> readers_;
};

}  // namespace

void MergeCalcNodes(std::vector<JobNode>* nodes, std::vector<Traits>* traits,
                    ExpressionPool* pool) {
  Merger(nodes, traits, pool).Run();
}

}  // namespace sluice::plan
