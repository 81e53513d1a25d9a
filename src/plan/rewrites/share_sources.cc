// SPDX-License-Identifier: Apache-2.0
// Numbers the scans: equal table and options, equal number.
#include <map>
#include <string>
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using Key = std::pair<std::string, flow::OptionMap>;

void Number(LogicalNode* node, std::map<Key, int>* groups) {
  for (LogicalNodePtr& input : node->inputs) Number(input.get(), groups);
  if (node->kind != LogicalNode::Kind::kScan) return;
  const Key key{node->table->table.name, node->table->table.options};
  node->group = groups->emplace(key, static_cast<int>(groups->size())).first->second;
}

}  // namespace

void ShareSources(LogicalPlan* plan) {
  std::map<Key, int> groups;
  for (LogicalSink& sink : plan->sinks) Number(sink.input.get(), &groups);
}

}  // namespace sluice::plan
