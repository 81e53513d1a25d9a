// SPDX-License-Identifier: Apache-2.0
#include "runtime/layout.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace sluice::runtime {
namespace {

// Two reads of one table that could not be merged still need names of their own in positions.
std::string SourceName(const plan::JobNode& node, std::set<std::string>* taken) {
  std::string name = "values";
  if (const auto* source = std::get_if<plan::SourceNode>(&node.node)) name = source->table.name;
  std::string unique = name;
  for (int n = 2; !taken->insert(unique).second; ++n) unique = name + "#" + std::to_string(n);
  return unique;
}

bool IsSource(const plan::JobNode& node) {
  return std::holds_alternative<plan::SourceNode>(node.node) ||
         std::holds_alternative<plan::ValuesNode>(node.node);
}

// It gives its rows at the end of all input: there has to be one.
bool IsBatch(const plan::JobGraph& graph) {
  const auto mode = graph.settings.find("execution.runtime-mode");
  return mode != graph.settings.end() && (mode->second == "batch" || mode->second == "BATCH");
}

// Its rows can be told apart by where they came from, so that a sink can leave out what it has.
bool KeepsOrigin(const plan::JobNode& node) {
  return IsSource(node) || std::holds_alternative<plan::CalcNode>(node.node) ||
         std::holds_alternative<plan::UnionNode>(node.node) ||
         std::holds_alternative<plan::WatermarkNode>(node.node) ||
         std::holds_alternative<plan::CorrelateNode>(node.node) ||
         std::holds_alternative<plan::SinkNode>(node.node);
}

Status OpenSources(const plan::JobGraph& graph, const Connections& connections,
                   const RunOptions& options, Layout* layout) {
  std::set<std::string> taken;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!IsSource(graph.nodes[i])) continue;
    SourceSlot slot;
    slot.name = SourceName(graph.nodes[i], &taken);
    slot.node = static_cast<int>(i);
    SLUICE_ASSIGN(slot.source, connections.open_source(graph, graph.nodes[i], options));
    if (IsBatch(graph) && !slot.source->end_is_final()) {
      return InvalidArgument("Querying an unbounded table '" + slot.name +
                             "' in batch mode is not allowed. The table source is unbounded.");
    }
    layout->sources.push_back(std::move(slot));
  }
  if (layout->sources.empty()) return Internal("plan has no source");
  return {};
}

Status OpenSinks(const plan::JobGraph& graph, const Connections& connections,
                 const RunOptions& options, Layout* layout) {
  if (options.dead_letters == DeadLetterPolicy::kTable) {
    SLUICE_ASSIGN(auto dead_letters, connections.open_dead_letters(graph, options));
    if (dead_letters != nullptr) {
      layout->dead_letter_sink = true;
      layout->sinks.emplace_back();
      layout->sinks.back().sink = std::move(dead_letters);
    }
  }
  if (options.late_rows_to_table && graph.stateful()) {
    layout->late_sink = static_cast<int>(layout->sinks.size());
    SinkSlot slot;
    slot.node = SinkSlot::kLateRows;
    SLUICE_ASSIGN(slot.sink, connections.open_late_rows(graph, options));
    layout->sinks.push_back(std::move(slot));
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!std::holds_alternative<plan::SinkNode>(graph.nodes[i].node)) continue;
    layout->sink_of_node[i] = static_cast<int>(layout->sinks.size());
    SinkSlot slot;
    slot.node = static_cast<int>(i);
    SLUICE_ASSIGN(slot.sink, connections.open_sink(graph, graph.nodes[i], options));
    layout->sinks.push_back(std::move(slot));
  }
  if (layout->sinks.empty()) return Internal("plan has no sink");
  // Where no table remembers a position, only a record can.
  layout->checkpointed = layout->checkpointed ||
                         std::none_of(layout->sinks.begin(), layout->sinks.end(),
                                      [](const SinkSlot& slot) { return slot.sink->durable(); });
  return {};
}

}  // namespace

// Who feeds whom. Inputs are node ids; everything else here speaks in node indices.
Status Wire(const plan::JobGraph& graph, Layout* layout) {
  std::map<int, int> index_of_id;
  layout->consumers.resize(graph.nodes.size());
  layout->inputs.resize(graph.nodes.size());
  layout->sink_of_node.assign(graph.nodes.size(), -1);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const plan::JobNode& node = graph.nodes[i];
    for (const int input : node.inputs) {
      const auto found = index_of_id.find(input);
      const auto port = static_cast<int>(layout->inputs[i].size());
      if (found == index_of_id.end()) {
        return Internal("plan is not in order: node " + node.name + " comes before its input");
      }
      layout->consumers[static_cast<size_t>(found->second)].push_back(
          Port{.node = static_cast<int>(i), .input = port});
      layout->inputs[i].push_back(found->second);
    }
    layout->exchanges |= std::holds_alternative<plan::ExchangeNode>(node.node);
    index_of_id[node.id] = static_cast<int>(i);
  }
  layout->graph = &graph;
  layout->checkpointed =
      graph.stateful() || !std::all_of(graph.nodes.begin(), graph.nodes.end(),
                                       [](const plan::JobNode& node) { return KeepsOrigin(node); });
  return {};
}

Result<Layout> OpenLayout(const plan::JobGraph& graph, const Connections& connections,
                          const RunOptions& options) {
  Layout layout;
  SLUICE_TRY(Wire(graph, &layout));
  SLUICE_TRY(OpenSources(graph, connections, options, &layout));
  SLUICE_TRY(OpenSinks(graph, connections, options, &layout));
  for (const SinkSlot& slot : layout.sinks) {
    // What such a sink got stays there, and it cannot say how far that was.
    layout.checkpointed |= !slot.beside() && slot.sink->lasting() && !slot.sink->durable();
  }
  return layout;
}

std::vector<SinkFacts> FactsOf(const Layout& layout) {
  std::vector<SinkFacts> facts;
  for (const SinkSlot& slot : layout.sinks) {
    if (layout.checkpointed) {
      facts.push_back({.durable = layout.resumed_at.has_value(), .follows = false});
      facts.back().recorded.exists = layout.resumed_at.has_value();
      facts.back().recorded.position = layout.resumed_at.value_or(flow::Position());
      continue;
    }
    facts.push_back(
        {.durable = slot.sink->durable(), .follows = slot.beside(), .recorded = slot.recorded});
  }
  return facts;
}

}  // namespace sluice::runtime
