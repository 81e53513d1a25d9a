// SPDX-License-Identifier: Apache-2.0
#include "plan/explain.h"

#include <map>
#include <vector>

#include "functions/registry.h"
#include "plan/cost.h"
#include "plan/logical_plan.h"
#include "plan/node_text.h"
#include "plan/state_text.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;

class Explainer {
 public:
  Explainer(const JobGraph& job, const ExplainOptions& options) : job_(job), options_(options) {
    if (options.estimated_cost) estimates_ = EstimateCosts(job);
    for (const JobNode& node : job.nodes) {
      for (const int input : node.inputs) ++users_[input];
    }
  }

  std::string Run() {
    for (const JobNode& node : job_.nodes) {
      if (!std::holds_alternative<SinkNode>(node.node)) continue;
      if (!out_.empty()) out_ += '\n';
      Print(node, "", true);
    }
    PrintState();
    return std::move(out_);
  }

 private:
  void PrintState() {
    bool first = true;
    for (const JobNode& node : job_.nodes) {
      const StateNote note = StateOf(node);
      if (note.kept.empty()) continue;
      if (first) out_ += "\nState\n";
      first = false;
      std::string name = NodeText(job_.nodes, node);
      const size_t select = name.find(", select=[");
      if (select != std::string::npos) name = name.substr(0, select) + ")";
      out_ += "- " + name + ": " + note.kept + "; " + note.bound + "\n";
    }
  }

  void Print(const JobNode& node, const std::string& indent, bool root) {
    if (!root) out_ += indent + "+- ";
    const bool shared = users_[node.id] > 1;
    if (shared && reuse_ids_.contains(node.id)) {
      out_ += "Reused(reference_id=[" + std::to_string(reuse_ids_[node.id]) + "])\n";
      return;
    }
    out_ += Describe(node);
    if (shared) {
      const int id = static_cast<int>(reuse_ids_.size()) + 1;
      reuse_ids_[node.id] = id;
      out_ += "(reuse_id=[" + std::to_string(id) + "])";
    }
    if (!estimates_.empty()) out_ += ": " + CostText(estimates_[static_cast<size_t>(node.id)]);
    out_ += "\n";
    const bool many = node.inputs.size() > 1;
    std::string inner = root ? "" : indent + "   ";
    if (many && std::holds_alternative<SinkNode>(node.node)) {
      out_ += inner + "+- Union(all=[true])\n";
      inner += "   ";
    }
    for (const int input : node.inputs) Print(job_.nodes[static_cast<size_t>(input)], inner, false);
  }

  std::string Describe(const JobNode& node) const {
    std::string text = NodeText(job_.nodes, node);
    if (std::holds_alternative<SourceNode>(node.node)) {
      text.insert(text.size() - 1, Predicates(node));
    }
    if (options_.changelog_mode) {
      const bool sink = std::holds_alternative<SinkNode>(node.node);
      const std::string mode =
          "changelogMode=[" + (sink ? "NONE" : ChangelogText(node.changelog)) + "]";
      if (text.back() == ')') {
        text.insert(text.size() - 1, ", " + mode);
      } else {
        text += "(" + mode + ")";
      }
    }
    return text;
  }

  /// Parts of the conditions above that one column and constants decide: a source could apply them
  /// while it decodes.
  std::string Predicates(const JobNode& scan) const {
    std::string text;
    for (const JobNode& node : job_.nodes) {
      const auto* calc = std::get_if<CalcNode>(&node.node);
      if (calc == nullptr || calc->condition == nullptr || node.inputs[0] != scan.id) continue;
      if (users_.at(scan.id) > 1) return "";
      const Expr& condition = *calc->condition;
      const bool chain = condition.kind == ExprKind::kCall && condition.function->name == "AND";
      if (!chain) {
        if (IsSimple(condition)) text = TextOver(scan.output, calc->condition);
        continue;
      }
      for (const auto& part : condition.children) {
        if (IsSimple(*part)) text += (text.empty() ? "" : ", ") + TextOver(scan.output, part);
      }
    }
    return text.empty() ? "" : ", pushable=[" + text + "]";
  }

  /// Equal expressions over several tables are one object, with the names of one of them.
  static std::string TextOver(const flow::Schema& schema, const functions::ExprPtr& expr) {
    return functions::ToString(*functions::Substitute(expr, AllColumns(schema)));
  }

  static bool IsColumn(const Expr& expr) {
    if (expr.kind == ExprKind::kField) return IsColumn(*expr.children[0]);
    return expr.kind == ExprKind::kColumn;
  }

  static bool IsSimple(const Expr& expr) {
    if (expr.kind != ExprKind::kCall || expr.children.empty()) return false;
    int columns = 0;
    for (const auto& child : expr.children) {
      if (IsColumn(*child)) {
        ++columns;
      } else if (child->kind != ExprKind::kLiteral) {
        return false;
      }
    }
    return columns == 1;
  }

  const JobGraph& job_;
  ExplainOptions options_;
  std::vector<Estimate> estimates_;  // per node, if they are asked for
  std::map<int, int> users_;
  std::map<int, int> reuse_ids_;
  std::string out_;
};

}  // namespace

std::string Explain(const JobGraph& job, const ExplainOptions& options) {
  return Explainer(job, options).Run();
}

}  // namespace sluice::plan
