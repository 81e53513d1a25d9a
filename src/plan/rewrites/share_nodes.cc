// SPDX-License-Identifier: Apache-2.0
// Makes equal sub-plans one node with several readers, across all sinks: a view that is used twice
// is computed once, a table is read once.
#include <map>
#include <string>
#include <utility>

#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using functions::ExprPtr;

/// The meaning of a node as text; its inputs and interned expressions as addresses.
class Meaning {
 public:
  Meaning(const LogicalNode& node, ExpressionPool* pool) : pool_(pool) {
    Add(static_cast<int>(node.kind));
    for (const LogicalNodePtr& input : node.inputs) Add(input.get());
    if (node.table) {
      Add(node.table->table.name);
      for (const auto& [key, value] : node.table->table.options) {
        Add(key);
        Add(value);
      }
    }
    Add(node.projection.columns);
    for (const auto& paths : node.projection.nested) {
      Add(static_cast<int>(paths.size()));
      for (const auto& path : paths) Add(path);
    }
    for (const auto& row : node.rows) Add(row);
    Add(node.condition);
    Add(node.outputs);
    Add(node.keys);
    if (node.kind == LogicalNode::Kind::kCalc) {
      // A time attribute that only one of two equal calcs has makes them different.
      for (const flow::Field& field : node.schema.fields) {
        Add(static_cast<int>(field.type->time_attribute()));
      }
    }
    Specs(node);
  }

  std::string text() && { return std::move(text_); }

 private:
  void Specs(const LogicalNode& node) {
    if (node.watermark) {
      Add(node.watermark->column);
      Add(node.watermark->delayed);
      Add(static_cast<int>(node.watermark->from_source));
      Add(node.watermark->idle_timeout_ms);
      Add(node.watermark->alignment_group);
      Add(node.watermark->event_gap);
    }
    if (node.window) Add(*node.window);
    if (node.aggregate) Add(*node.aggregate);
    if (node.over) Add(*node.over);
    if (node.join) Add(*node.join);
    if (node.correlate) {
      Add(static_cast<int>(node.correlate->function) * 2 + node.correlate->left);
      Add(node.correlate->argument);
      Add(node.correlate->condition);
    }
    if (node.sort) {
      Add(node.sort->keys);
      Add(node.sort->limit.value_or(-1));
      Add(node.sort->offset);
    }
    if (node.set_op) Add(static_cast<int>(node.set_op->kind) * 2 + node.set_op->all);
    if (node.match) Add(node.match.get());  // never shared
  }

  void Add(const sql::WindowSpec& spec) {
    Add(static_cast<int>(spec.kind) * 2 + spec.processing_time);
    for (const int64_t value : {spec.size_ms, spec.slide_ms, spec.offset_ms}) Add(value);
    Add(spec.time_column);
    Add(spec.partition_by);
  }

  void Add(const sql::AggregateSpec& spec) {
    Add(spec.groups);
    Add(spec.calls);
    for (const auto& set : spec.grouping_sets) Add(set);
    Add(spec.ttl_ms);
    if (!spec.group_window) return;
    const sql::GroupWindow& window = *spec.group_window;
    Add(window.window);
    Add(window.wants_start + 2 * window.wants_end + 4 * window.wants_rowtime +
        8 * window.wants_proctime);
  }

  void Add(const sql::OverSpec& spec) {
    Add(spec.partition_by);
    Add(spec.order_by);
    Add(spec.rows);
    for (const sql::FrameBound& bound : {spec.lower, spec.upper}) {
      Add(static_cast<int>(bound.kind));
      Add(bound.offset);
      Add(bound.scale);
    }
    Add(spec.calls);
    for (const std::string& name : spec.ranking) Add(name);
    for (const int64_t offset : spec.offsets) Add(offset);
    Add(spec.defaults);
  }

  void Add(const sql::JoinSpec& spec) {
    Add(static_cast<int>(spec.type) * 2 + spec.null_aware);
    Add(spec.condition);
    Add(spec.system_time);
    Add(spec.left_ttl_ms);
    Add(spec.right_ttl_ms);
    for (const auto& [key, value] : spec.lookup_options) {
      Add(key);
      Add(value);
    }
  }

  void Add(const std::vector<functions::AggregateCall>& calls) {
    for (const functions::AggregateCall& call : calls) {
      Add(static_cast<const void*>(call.function));
      Add(call.arguments);
      Add(call.filter * 2 + call.distinct);
      Add(call.type->ToString());
    }
  }

  void Add(const std::vector<sql::SortKey>& keys) {
    for (const sql::SortKey& key : keys) {
      Add(key.column * 4 + key.descending * 2 + key.nulls_first);
    }
  }

  void Add(const ExprPtr& expr) {
    Add(static_cast<const void*>(expr ? pool_->Intern(expr).get() : nullptr));
  }
  void Add(const std::vector<ExprPtr>& exprs) {
    Add(static_cast<int>(exprs.size()));
    for (const ExprPtr& expr : exprs) Add(expr);
  }
  void Add(const std::vector<int>& values) {
    Add(static_cast<int>(values.size()));
    for (const int value : values) Add(value);
  }
  void Add(const void* address) { Add(reinterpret_cast<intptr_t>(address)); }
  void Add(int value) { Add(int64_t{value}); }
  void Add(int64_t value) {
    text_ += std::to_string(value);
    text_ += ' ';
  }
  void Add(const std::string& text) {
    Add(static_cast<int>(text.size()));
    text_ += text;
  }

  ExpressionPool* pool_;
  std::string text_;
};

class Sharer {
 public:
  explicit Sharer(ExpressionPool* pool) : pool_(pool) {}

  void Share(LogicalNodePtr* slot) {
    if (const auto done = done_.find(slot->get()); done != done_.end()) {
      *slot = done->second;
      return;
    }
    const LogicalNodePtr node = *slot;
    for (LogicalNodePtr& input : node->inputs) Share(&input);
    *slot = known_.emplace(Meaning(*node, pool_).text(), node).first->second;
    done_[node.get()] = *slot;
    kept_.push_back(node);
  }

 private:
  ExpressionPool* pool_;
  std::map<std::string, LogicalNodePtr> known_;
  std::map<const LogicalNode*, LogicalNodePtr> done_;
  std::vector<LogicalNodePtr> kept_;  // addresses must stay theirs
};

}  // namespace

void ShareNodes(LogicalPlan* plan, ExpressionPool* pool) {
  Sharer sharer(pool);
  for (LogicalSink& sink : plan->sinks) sharer.Share(&sink.input);
}

}  // namespace sluice::plan
