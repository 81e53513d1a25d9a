// SPDX-License-Identifier: Apache-2.0
// For tests of the planner: is a job graph sound? Every column that a node names must be there and
// have the type that the node takes it for, and what a node gives must have the width it says.
#pragma once

#include <string>
#include <vector>

#include "plan/explain.h"
#include "plan/job_graph.h"
#include "plan/node_text.h"

namespace sluice::plan {

class GraphCheck {
 public:
  explicit GraphCheck(const JobGraph& job) : job_(job) {}

  /// What is wrong, a line each; empty when nothing is.
  std::string Run() {
    for (const JobNode& node : job_.nodes) {
      node_ = &node;
      if (node.id != static_cast<int>(&node - job_.nodes.data())) Wrong("its id is not its place");
      for (const int input : node.inputs) {
        if (input >= node.id) return "inputs must stand before those who read them";
      }
      std::visit([this](const auto& one) { Check(one); }, node.node);
    }
    return wrong_;
  }

 private:
  const flow::Schema& In(size_t i = 0) const {
    return job_.nodes[static_cast<size_t>(node_->inputs[i])].output;
  }
  void Wrong(const std::string& text) {
    wrong_ += NodeText(job_.nodes, *node_) + ": " + text + "\n";
  }
  void Width(int expected) {
    if (node_->output.size() != expected) {
      Wrong("gives " + std::to_string(node_->output.size()) + " columns, not " +
            std::to_string(expected));
    }
  }
  void Column(int column, size_t input = 0) {
    if (column < 0 || column >= In(input).size()) Wrong("no column " + std::to_string(column));
  }
  void Columns(const std::vector<int>& columns, size_t input = 0) {
    for (const int column : columns) Column(column, input);
  }
  void Keys(const std::vector<SortKey>& keys) {
    for (const SortKey& key : keys) Column(key.column);
  }
  /// Passes its input on, as columns [0, width of the input).
  void Passes() {
    for (int i = 0; i < In().size(); ++i) Same(i, In().fields[static_cast<size_t>(i)].type);
  }
  void Same(int output, const flow::TypePtr& type) {
    if (output >= node_->output.size()) return Wrong("lacks column " + std::to_string(output));
    const flow::Field& field = node_->output.fields[static_cast<size_t>(output)];
    if (!field.type->EqualsIgnoringNullability(*type)) {
      Wrong("column " + field.name + " is " + field.type->ToString() + ", made from " +
            type->ToString());
    }
  }
  void Expression(const functions::ExprPtr& expr, const flow::Schema& schema) {
    if (expr == nullptr) return;
    if (expr->kind == functions::ExprKind::kColumn) {
      if (expr->column < 0 || expr->column >= schema.size()) {
        return Wrong("no column " + std::to_string(expr->column));
      }
      const flow::Field& field = schema.fields[static_cast<size_t>(expr->column)];
      if (!field.type->EqualsIgnoringNullability(*expr->type)) {
        Wrong("column " + field.name + " is " + field.type->ToString() + ", read as " +
              expr->type->ToString());
      }
    }
    for (const functions::ExprPtr& child : expr->children) Expression(child, schema);
  }
  flow::Schema Both() const {
    flow::Schema both = In(0);
    for (const flow::Field& field : In(1).fields) both.fields.push_back(field);
    return both;
  }
  void Calls(const std::vector<functions::AggregateCall>& calls, size_t from) {
    for (size_t i = 0; i < calls.size(); ++i) {
      Columns(calls[i].arguments);
      for (size_t k = 0; k < calls[i].arguments.size() && k < calls[i].argument_types.size(); ++k) {
        const flow::Field& field = In().fields[static_cast<size_t>(calls[i].arguments[k])];
        if (!field.type->EqualsIgnoringNullability(*calls[i].argument_types[k])) {
          Wrong("argument " + field.name + " is " + field.type->ToString() + ", not " +
                calls[i].argument_types[k]->ToString());
        }
      }
      if (calls[i].filter >= 0) Column(calls[i].filter);
      Same(static_cast<int>(from + i), calls[i].type);
    }
  }
  void Join(JoinType type, const std::vector<EquiKey>& keys, const functions::ExprPtr& residual) {
    for (const EquiKey& key : keys) {
      Column(key.left, 0);
      Column(key.right, 1);
    }
    const flow::Schema both = Both();
    Expression(residual, both);
    const bool one = type == JoinType::kSemi || type == JoinType::kAnti;
    Width(one ? In(0).size() : both.size());
    for (int i = 0; i < node_->output.size(); ++i) {
      Same(i, both.fields[static_cast<size_t>(i)].type);
    }
  }

  void Check(const SourceNode& node) { Width(static_cast<int>(node.projection.columns.size())); }
  void Check(const ValuesNode&) {}
  void Check(const CalcNode& node) {
    Expression(node.condition, In());
    Width(static_cast<int>(node.outputs.size()));
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      Expression(node.outputs[i], In());
      Same(static_cast<int>(i), node.outputs[i]->type);
    }
  }
  void Check(const UnionNode&) {
    for (size_t i = 0; i < node_->inputs.size(); ++i) Width(In(i).size());
  }
  void Check(const ExchangeNode& node) {
    Columns(node.keys);
    Width(In().size());
    Passes();
  }
  void Check(const WatermarkNode& node) {
    Column(node.spec.column);
    Expression(node.spec.delayed, In());
    Width(In().size());
    Passes();
  }
  void Check(const GroupAggregateNode& node) {
    Columns(node.groups);
    if (node.merges) {
      Width(static_cast<int>(node.groups.size() + node.calls.size()));
      if (In().size() != static_cast<int>(node.groups.size()) + 1) Wrong("merges other columns");
    } else {
      Calls(node.calls, node.groups.size());
      Width(static_cast<int>(node.groups.size() + node.calls.size()));
    }
    for (size_t i = 0; i < node.groups.size(); ++i) {
      Same(static_cast<int>(i), In().fields[static_cast<size_t>(node.groups[i])].type);
    }
  }
  void Check(const LocalAggregateNode& node) {
    Columns(node.groups);
    for (const functions::AggregateCall& call : node.calls) Columns(call.arguments);
    Width(static_cast<int>(node.groups.size()) + 1);
  }
  void Check(const ExpandNode& node) {
    Columns(node.groups);
    Width(In().size() + 1);
    Passes();
  }
  void Check(const LocalWindowAggregateNode& node) {
    Column(node.window.time_column);
    for (const functions::AggregateCall& call : node.calls) Columns(call.arguments);
    Width(2);
  }
  void Check(const WindowAggregateNode& node) {
    Columns(node.groups);
    if (node.merges) {
      if (In().size() != 2 || !node.groups.empty()) Wrong("merges other columns");
    } else {
      Calls(node.calls, node.groups.size());
    }
    if (node.window_end_column >= 0) {
      Column(node.window_end_column);
      Column(node.window_start_column);
    } else {
      Column(node.window.time_column);
    }
    Width(static_cast<int>(node.groups.size() + node.calls.size()) + node.wants_start +
          node.wants_end + node.wants_time);
  }
  void Check(const WindowTableNode& node) {
    Column(node.window.time_column);
    Columns(node.window.partition_by);
    Width(In().size() + 3);
    Passes();
  }
  void Check(const RegularJoinNode& node) { Join(node.type, node.keys, node.residual); }
  void Check(const IntervalJoinNode& node) {
    Join(node.type, node.keys, node.residual);
    Column(node.left_time, 0);
    Column(node.right_time, 1);
  }
  void Check(const WindowJoinNode& node) {
    Join(node.type, node.keys, node.residual);
    Column(node.left_window_end, 0);
    Column(node.right_window_end, 1);
  }
  void Check(const TemporalJoinNode& node) {
    Join(node.type, node.keys, node.residual);
    Column(node.left_time, 0);
    Column(node.right_time, 1);
  }
  void Check(const LookupJoinNode& node) {
    Width(In().size() + static_cast<int>(node.columns.size()));
    for (const auto& key : node.keys) Expression(key.value, In());
    Expression(node.residual, node_->output);
    flow::Schema right;
    for (int i = In().size(); i < node_->output.size(); ++i) {
      right.fields.push_back(node_->output.fields[static_cast<size_t>(i)]);
    }
    Expression(node.right_condition, right);
    Passes();
  }
  void Check(const CorrelateNode& node) {
    Expression(node.spec.argument, In());
    Expression(node.spec.condition, node_->output);
    Passes();
  }
  void Check(const RankNode& node) {
    Columns(node.partition_by);
    Columns(node.unique_key);
    Keys(node.order_by);
    Width(In().size() + node.emit_rank);
    Passes();
  }
  void Check(const DeduplicateNode& node) {
    Columns(node.keys);
    Column(node.time_column);
    Width(In().size());
    Passes();
  }
  void Check(const WindowRankNode& node) {
    Column(node.window_end);
    Columns(node.partition_by);
    Keys(node.order_by);
    Width(In().size() + node.emit_rank);
    Passes();
  }
  void Check(const OverNode& node) {
    Columns(node.spec.partition_by);
    Keys(node.spec.order_by);
    Width(In().size() + static_cast<int>(node.spec.calls.size()));
    Passes();
  }
  void Check(const TemporalSortNode& node) { Sorted(node.keys); }
  void Check(const SortNode& node) { Sorted(node.keys); }
  void Sorted(const std::vector<SortKey>& keys) {
    Keys(keys);
    Width(In().size());
    Passes();
  }
  void Check(const LimitNode&) { Width(In().size()); }
  void Check(const ChangelogNormalizeNode& node) {
    Columns(node.keys);
    Expression(node.condition, In());
    Width(In().size());
    Passes();
  }
  void Check(const DropUpdateBeforeNode&) { Width(In().size()); }
  void Check(const UpsertMaterializeNode& node) {
    Columns(node.primary_key);
    Columns(node.input_upsert_key);
    Width(In().size());
    Passes();
  }
  void Check(const MatchNode& node) {
    Columns(node.spec.partition_by);
    Keys(node.spec.order_by);
    Column(node.time_column);
  }
  void Check(const SinkNode&) {
    for (size_t i = 0; i < node_->inputs.size(); ++i) {
      Width(In(i).size());
      for (int k = 0; k < In(i).size(); ++k) Same(k, In(i).fields[static_cast<size_t>(k)].type);
    }
  }

  const JobGraph& job_;
  const JobNode* node_ = nullptr;
  std::string wrong_;
};

}  // namespace sluice::plan
