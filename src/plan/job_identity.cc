// SPDX-License-Identifier: Apache-2.0
#include "plan/job_identity.h"

#include <cstdio>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "functions/expression.h"
#include "plan/node_text.h"
#include "plan/state_meaning.h"

namespace sluice::plan {
namespace {

/// Options that say where and when to read, not what the rows mean.
bool ChangesMeaning(const std::string& key) {
  for (const std::string_view prefix :
       {"properties.", "scan.startup.", "scan.bounded.", "scan.topic-partition-discovery.",
        "scan.parallelism", "sink.parallelism", "rows-per-second", "number-of-rows"}) {
    if (key.starts_with(prefix)) return false;
  }
  return true;
}

bool KeepsState(const JobNode& node) {
  return !(std::holds_alternative<SourceNode>(node.node) ||
           std::holds_alternative<ValuesNode>(node.node) ||
           std::holds_alternative<CalcNode>(node.node) ||
           std::holds_alternative<UnionNode>(node.node) ||
           std::holds_alternative<ExchangeNode>(node.node) ||
           std::holds_alternative<WatermarkNode>(node.node) ||
           std::holds_alternative<ExpandNode>(node.node) ||
           std::holds_alternative<LocalAggregateNode>(node.node) ||
           std::holds_alternative<LocalWindowAggregateNode>(node.node) ||
           std::holds_alternative<CorrelateNode>(node.node) ||
           std::holds_alternative<LookupJoinNode>(node.node) ||
           std::holds_alternative<DropUpdateBeforeNode>(node.node) ||
           std::holds_alternative<SinkNode>(node.node));
}

bool IsStateful(const JobNode& node) {
  if (const auto* table = std::get_if<WindowTableNode>(&node.node)) {
    return table->window.kind == WindowKind::kSession;  // the others pass rows on
  }
  return KeepsState(node);
}

/// The first phase whose rows this second one takes: the exchange is between them.
const LocalWindowAggregateNode& LocalPhaseOf(const std::vector<JobNode>& nodes,
                                             const JobNode& global) {
  const JobNode& exchange = nodes[static_cast<size_t>(global.inputs[0])];
  return std::get<LocalWindowAggregateNode>(nodes[static_cast<size_t>(exchange.inputs[0])].node);
}

bool IsLocalPhase(const JobNode& node) {
  return std::holds_alternative<LocalAggregateNode>(node.node) ||
         std::holds_alternative<LocalWindowAggregateNode>(node.node);
}

/// The job as it is with one phase of each GROUP BY. Whether rows are folded before they meet
/// depends on the number of shards, and changes nothing of what the job means.
std::vector<JobNode> InOnePhase(const std::vector<JobNode>& nodes) {
  std::vector<JobNode> kept;
  std::vector<int> now(nodes.size(), -1);
  std::map<std::pair<int, std::vector<int>>, int> exchanges;  // input and keys -> node
  for (const JobNode& node : nodes) {
    const auto at = static_cast<size_t>(node.id);
    if (IsLocalPhase(node)) continue;
    JobNode copy = node;
    for (int& input : copy.inputs) {
      const JobNode& below = nodes[static_cast<size_t>(input)];
      if (!IsLocalPhase(below)) {
        input = now[static_cast<size_t>(input)];
        continue;
      }
      input = now[static_cast<size_t>(below.inputs[0])];
      copy.output = kept[static_cast<size_t>(input)].output;
      const auto* local = std::get_if<LocalAggregateNode>(&below.node);
      std::get<ExchangeNode>(copy.node).keys =
          local != nullptr ? local->groups : std::vector<int>();
    }
    const auto* exchange = std::get_if<ExchangeNode>(&copy.node);
    if (exchange != nullptr && exchange->key_types.empty()) {
      // Two aggregates of the same rows and groups share it.
      const auto [known, fresh] = exchanges.emplace(std::pair(copy.inputs[0], exchange->keys),
                                                    static_cast<int>(kept.size()));
      now[at] = known->second;
      if (!fresh) continue;
    }
    if (auto* aggregate = std::get_if<GroupAggregateNode>(&copy.node);
        aggregate != nullptr && aggregate->merges) {
      const JobNode& exchange = kept[static_cast<size_t>(copy.inputs[0])];
      aggregate->groups = std::get<ExchangeNode>(exchange.node).keys;
      aggregate->merges = false;
    }
    if (auto* aggregate = std::get_if<WindowAggregateNode>(&copy.node);
        aggregate != nullptr && aggregate->merges) {
      aggregate->window = LocalPhaseOf(nodes, node).window;
      aggregate->merges = false;
    }
    now[at] = copy.id = static_cast<int>(kept.size());
    kept.push_back(std::move(copy));
  }
  return kept;
}

}  // namespace

std::string Fingerprint::Text() const {
  char text[40];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(a_),
                static_cast<unsigned long long>(b_));
  return text;
}

void AddTable(const flow::ConnectorTable& table, Fingerprint* print) {
  print->Add(table.name);
  for (const auto& [key, value] : table.options) {
    if (!ChangesMeaning(key)) continue;
    print->Add(key);
    print->Add(value);
  }
  for (const flow::ConnectorColumn& column : table.columns) {
    print->Add(column.field.name);
    print->Add(column.field.type->ToString());
    print->Add(column.is_metadata ? column.metadata_key : "");
  }
}

std::string FingerprintOf(const JobGraph& job) {
  Fingerprint print;
  const std::vector<JobNode> nodes = InOnePhase(job.nodes);
  for (const JobNode& node : nodes) {
    print.Add(node.name);
    for (const int input : node.inputs) print.Add(std::to_string(input));
    for (const flow::Field& field : node.output.fields) {
      print.Add(field.name);
      print.Add(field.type->ToString());
    }
    if (const auto* source = std::get_if<SourceNode>(&node.node)) {
      AddTable(source->table, &print);
    } else if (const auto* calc = std::get_if<CalcNode>(&node.node)) {
      if (calc->condition) print.Add("where " + functions::ToString(*calc->condition));
      for (const auto& output : calc->outputs) print.Add(functions::ToString(*output));
    } else if (const auto* values = std::get_if<ValuesNode>(&node.node)) {
      for (const auto& row : values->rows) {
        for (const auto& value : row) print.Add(functions::ToString(*value));
      }
    } else if (const auto* sink = std::get_if<SinkNode>(&node.node)) {
      AddTable(sink->table, &print);
    } else {
      print.Add(NodeText(nodes, node));
    }
  }
  return print.Text();
}

void NameStates(std::vector<JobNode>* nodes) {
  const std::vector<std::string> meanings = MeaningsOf(*nodes);
  std::set<std::string> taken;
  for (JobNode& node : *nodes) {
    if (!IsStateful(node)) continue;
    const std::string base = node.name + "-" + meanings[static_cast<size_t>(node.id)].substr(0, 16);
    node.uid = base;
    for (int i = 2; !taken.insert(node.uid).second; ++i) node.uid = base + "-" + std::to_string(i);
  }
}

}  // namespace sluice::plan
