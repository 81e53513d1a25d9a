// SPDX-License-Identifier: Apache-2.0
#include "plan/explain.h"

#include <map>
#include <vector>

#include "plan/cost.h"
#include "plan/node_text.h"
#include "plan/state_text.h"

namespace sluice::plan {
namespace {

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
