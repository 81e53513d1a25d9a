// SPDX-License-Identifier: Apache-2.0
#include "plan/job_identity.h"

#include <cstdio>
#include <set>
#include <string_view>

#include "functions/expression.h"
#include "plan/node_text.h"

namespace sluice::plan {
namespace {

/// FNV-1a over the parts of a plan, in an order that is fixed.
class Fingerprint {
 public:
  void Add(std::string_view text) {
    for (const char c : text) Mix(static_cast<unsigned char>(c));
    Mix(0);  // so that "ab","c" differs from "a","bc"
  }
  std::string Text() const {
    char text[40];
    std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(a_),
                  static_cast<unsigned long long>(b_));
    return text;
  }

 private:
  void Mix(unsigned char byte) {
    a_ = (a_ ^ byte) * 1099511628211ULL;
    b_ = (b_ ^ byte) * 6364136223846793005ULL + 1442695040888963407ULL;
  }
  uint64_t a_ = 14695981039346656037ULL;
  uint64_t b_ = 0x9e3779b97f4a7c15ULL;
};

/// Options that say where and when to read, not what the rows mean.
bool ChangesMeaning(const std::string& key) {
  for (const std::string_view prefix :
       {"properties.", "scan.startup.", "scan.bounded.", "scan.topic-partition-discovery.",
        "scan.parallelism", "sink.parallelism", "rows-per-second", "number-of-rows"}) {
    if (key.starts_with(prefix)) return false;
  }
  return true;
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

bool KeepsState(const JobNode& node) {
  return !(std::holds_alternative<SourceNode>(node.node) ||
           std::holds_alternative<ValuesNode>(node.node) ||
           std::holds_alternative<CalcNode>(node.node) ||
           std::holds_alternative<UnionNode>(node.node) ||
           std::holds_alternative<ExchangeNode>(node.node) ||
           std::holds_alternative<WatermarkNode>(node.node) ||
           std::holds_alternative<ExpandNode>(node.node) ||
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

}  // namespace

std::string FingerprintOf(const JobGraph& job) {
  Fingerprint print;
  for (const JobNode& node : job.nodes) {
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
      print.Add(NodeText(job.nodes, node));
    }
  }
  return print.Text();
}

void NameStates(std::vector<JobNode>* nodes) {
  std::vector<std::string> meanings;
  std::set<std::string> taken;
  for (JobNode& node : *nodes) {
    Fingerprint print;
    print.Add(NodeText(*nodes, node));
    for (const int input : node.inputs) print.Add(meanings[static_cast<size_t>(input)]);
    meanings.push_back(print.Text());
    if (!IsStateful(node)) continue;
    const std::string base = node.name + "-" + print.Text().substr(0, 16);
    node.uid = base;
    for (int i = 2; !taken.insert(node.uid).second; ++i) node.uid = base + "-" + std::to_string(i);
  }
}

}  // namespace sluice::plan
