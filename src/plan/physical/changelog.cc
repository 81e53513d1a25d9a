// SPDX-License-Identifier: Apache-2.0
#include "plan/physical/changelog.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "plan/node_text.h"

namespace sluice::plan {
namespace {

size_t At(int index) {
  return static_cast<size_t>(index);
}

template <typename... Nodes>
bool IsOneOf(const JobNode& node) {
  return (std::holds_alternative<Nodes>(node.node) || ...);
}

/// Gives on what it gets, kind by kind.
bool PassesChanges(const JobNode& node) {
  return IsOneOf<CalcNode, UnionNode, ExchangeNode, ExpandNode, WatermarkNode, WindowTableNode,
                 CorrelateNode, LookupJoinNode, DropUpdateBeforeNode>(node);
}

bool WantsInsertsOnly(const JobNode& node) {
  if (const auto* over = std::get_if<OverNode>(&node.node)) {
    return over->time != OverNode::Time::kNone;
  }
  if (const auto* rank = std::get_if<RankNode>(&node.node)) {
    return rank->strategy == RankNode::Strategy::kAppend;
  }
  return IsOneOf<IntervalJoinNode, WindowJoinNode, WindowRankNode, TemporalSortNode, MatchNode,
                 DeduplicateNode, LimitNode>(node);
}

/// The node that makes the changes which `id` passes on.
int ProducerOf(const std::vector<JobNode>& nodes, const std::vector<Traits>& traits, int id) {
  while (PassesChanges(nodes[At(id)])) {
    int next = nodes[At(id)].inputs[0];
    for (const int input : nodes[At(id)].inputs) {
      if (!traits[At(input)].insert_only()) {
        next = input;
        break;
      }
    }
    id = next;
  }
  return id;
}

Error Refused(const std::vector<JobNode>& nodes, const std::vector<Traits>& traits, int input,
              const std::string& reader, bool updates, bool deletes) {
  std::string kinds = updates ? "update" : "";
  if (deletes) kinds += kinds.empty() ? "delete" : " and delete";
  return InvalidArgument(reader + " doesn't support consuming " + kinds +
                         " changes which is produced by node " +
                         NodeText(nodes, nodes[At(ProducerOf(nodes, traits, input))]));
}

class Inference {
 public:
  Inference(std::vector<JobNode>* nodes, const std::vector<Traits>& traits)
      : nodes_(*nodes), traits_(traits) {
    can_.resize(nodes_.size());
    need_.resize(nodes_.size());
    gives_.resize(nodes_.size());
  }

  void Run() {
    for (size_t i = 0; i < nodes_.size(); ++i) can_[i] = CanGiveOnlyAfter(nodes_[i]);
    for (size_t i = nodes_.size(); i-- > 0;) {
      edges_[nodes_[i].id] = Require(&nodes_[i]);
    }
    for (size_t i = 0; i < nodes_.size(); ++i) Settle(&nodes_[i]);
    Rebuild();
  }

 private:
  bool Updates(int id) const { return traits_[At(id)].updates; }

  /// Can its updates come without the row before?
  bool CanGiveOnlyAfter(const JobNode& node) const {
    if (!Updates(node.id)) return true;
    const auto input_can = [this](int input) { return can_[At(input)]; };
    if (const auto* calc = std::get_if<CalcNode>(&node.node)) {
      // A row that leaves the filter must be taken back with its old values.
      return calc->condition == nullptr && input_can(node.inputs[0]);
    }
    if (const auto* join = std::get_if<RegularJoinNode>(&node.node)) {
      return JoinsByKey(node, *join);
    }
    if (std::holds_alternative<TemporalJoinNode>(node.node)) return input_can(node.inputs[0]);
    if (PassesChanges(node)) {
      return std::all_of(node.inputs.begin(), node.inputs.end(), input_can);
    }
    return true;
  }

  bool JoinsByKey(const JobNode& node, const RegularJoinNode& join) const {
    for (const size_t side : {size_t{0}, size_t{1}}) {
      const int input = node.inputs[side];
      if (!Updates(input)) continue;
      std::vector<int> columns;
      for (const EquiKey& key : join.keys) columns.push_back(side == 0 ? key.left : key.right);
      const ColumnSet key = Sorted(std::move(columns));
      const auto& unique = traits_[At(input)].upsert_keys;
      const bool holds = std::any_of(unique.begin(), unique.end(),
                                     [&key](const ColumnSet& one) { return IsSubset(key, one); });
      if (!holds || !can_[At(input)]) return false;
    }
    return true;
  }

  /// Which inputs must give the row before an update. Asks them for it.
  std::vector<bool> Require(JobNode* node) {
    std::vector<bool> before;
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const int input = node->inputs[i];
      const bool wanted = Updates(input) && WantsBefore(node, i);
      before.push_back(wanted);
      if (wanted) need_[At(input)] = true;
    }
    return before;
  }

  bool WantsBefore(JobNode* node, size_t side) {
    const int input = node->inputs[side];
    const bool need = need_[At(node->id)];
    if (std::holds_alternative<SinkNode>(node->node)) return SinkWantsBefore(*node, input);
    if (PassesChanges(*node)) return need;
    if (std::holds_alternative<RegularJoinNode>(node->node)) return need;
    if (std::holds_alternative<TemporalJoinNode>(node->node)) {
      return side == 0 ? need || !can_[At(input)] : !can_[At(input)];
    }
    if (std::holds_alternative<ChangelogNormalizeNode>(node->node)) return false;
    if (auto* rank = std::get_if<RankNode>(&node->node)) {
      if (rank->strategy == RankNode::Strategy::kUpdateFast && can_[At(input)]) return false;
      rank->strategy = RankNode::Strategy::kRetract;
      return true;
    }
    return true;
  }

  bool SinkWantsBefore(const JobNode& sink, int input) const {
    const flow::ChangelogMode& mode = sink.changelog;
    if (mode.update_before || !mode.update_after) return mode.update_before;
    // Upserts are enough where the key of the changes is the key of the table.
    const auto& keys = traits_[At(input)].upsert_keys;
    const auto& primary = traits_[At(sink.id)].unique_keys;
    const bool same =
        primary.empty() || std::find(keys.begin(), keys.end(), primary[0]) != keys.end();
    return !same || !can_[At(input)];
  }

  void Settle(JobNode* node) {
    const size_t id = At(node->id);
    const bool updates = traits_[id].updates;
    bool before = need_[id];
    if (const auto* source = std::get_if<SourceNode>(&node->node)) {
      (void)source;
      before = traits_[id].gives_before;
    } else if (PassesChanges(*node) || std::holds_alternative<TemporalJoinNode>(node->node)) {
      before = false;
      const size_t inputs =
          std::holds_alternative<TemporalJoinNode>(node->node) ? 1 : node->inputs.size();
      for (size_t i = 0; i < inputs; ++i) {
        before |= edges_[node->id][i] && gives_[At(node->inputs[i])];
      }
    } else if (std::holds_alternative<UpsertMaterializeNode>(node->node)) {
      before = false;
    }
    gives_[id] = before && updates;
    if (std::holds_alternative<SinkNode>(node->node)) return SettleSink(node);
    node->changelog = {gives_[id], updates, traits_[id].deletes};
    if (auto* aggregate = std::get_if<GroupAggregateNode>(&node->node)) {
      aggregate->emit_update_before = before;
    } else if (auto* join = std::get_if<RegularJoinNode>(&node->node)) {
      join->emit_update_before = before;
    } else if (auto* rank = std::get_if<RankNode>(&node->node)) {
      rank->emit_update_before = before;
    } else if (auto* first = std::get_if<DeduplicateNode>(&node->node)) {
      first->emit_update_before = before;
    } else if (auto* over = std::get_if<OverNode>(&node->node)) {
      over->emit_update_before = before;
    } else if (auto* normalize = std::get_if<ChangelogNormalizeNode>(&node->node)) {
      normalize->emit_update_before = before;
    }
  }

  void SettleSink(JobNode* sink) {
    flow::ChangelogMode mode;
    for (size_t i = 0; i < sink->inputs.size(); ++i) {
      const size_t input = At(sink->inputs[i]);
      mode.update_before |= edges_[sink->id][i] && gives_[input];
      mode.update_after |= traits_[input].updates;
      mode.deletes |= traits_[input].deletes;
    }
    sink->changelog = mode;
  }

  void Rebuild() {
    std::vector<JobNode> all;
    std::vector<int> now(nodes_.size(), -1);
    std::map<int, int> dropped;  // node -> the one that drops its -U
    for (JobNode& node : nodes_) {
      const std::vector<bool>& edges = edges_[node.id];
      for (size_t i = 0; i < node.inputs.size(); ++i) {
        const int input = node.inputs[i];
        if (edges[i] || !gives_[At(input)]) {
          node.inputs[i] = now[At(input)];
          continue;
        }
        const auto known = dropped.find(input);
        if (known != dropped.end()) {
          node.inputs[i] = known->second;
          continue;
        }
        JobNode drop;
        drop.id = static_cast<int>(all.size());
        drop.name = "DropUpdateBefore";
        drop.inputs = {now[At(input)]};
        drop.output = all[At(now[At(input)])].output;
        drop.node = DropUpdateBeforeNode{};
        drop.changelog = {false, true, traits_[At(input)].deletes};
        node.inputs[i] = dropped[input] = drop.id;
        all.push_back(std::move(drop));
      }
      now[At(node.id)] = static_cast<int>(all.size());
      node.id = static_cast<int>(all.size());
      all.push_back(std::move(node));
    }
    nodes_ = std::move(all);
  }

  std::vector<JobNode>& nodes_;
  const std::vector<Traits>& traits_;
  std::vector<bool> can_;                   // updates may come without the row before
  std::vector<bool> need_;                  // some reader needs it
  std::vector<bool> gives_;                 // it is given
  std::map<int, std::vector<bool>> edges_;  // per node and input: it reads the row before
};

}  // namespace

Status CheckSink(const std::vector<JobNode>& nodes, const std::vector<Traits>& traits, int input,
                 const sql::BoundTable& target) {
  const flow::ChangelogMode mode = SinkMode(target);
  const bool updates = traits[At(input)].updates && !mode.update_after;
  const bool deletes = traits[At(input)].deletes && !mode.deletes;
  if (!updates && !deletes) return {};
  Error error = Refused(nodes, traits, input, "Table sink '" + target.path.ToString() + "'",
                        updates, deletes);
  error.where =
      "the query's rows change after they were written, and this sink only adds rows; "
      "write to a sink that takes changes (upsert-kafka, jdbc, a table with a primary "
      "key), or aggregate per window";
  return error;
}

Status CheckOperators(const std::vector<JobNode>& nodes, const std::vector<Traits>& traits,
                      size_t first) {
  for (size_t i = first; i < nodes.size(); ++i) {
    if (!WantsInsertsOnly(nodes[i])) continue;
    for (const int input : nodes[i].inputs) {
      const Traits& given = traits[At(input)];
      if (given.insert_only()) continue;
      const bool match = std::holds_alternative<MatchNode>(nodes[i].node);
      Error error = Refused(nodes, traits, input,
                            match ? "Match Recognize" : "StreamPhysical" + nodes[i].name,
                            given.updates, given.deletes);
      error.where =
          "its input must only add rows; what stands below changes rows that it gave "
          "before";
      return error;
    }
  }
  return {};
}

void InferChangelogs(std::vector<JobNode>* nodes, const std::vector<Traits>& traits) {
  Inference(nodes, traits).Run();
}

}  // namespace sluice::plan
