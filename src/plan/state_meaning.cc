// SPDX-License-Identifier: Apache-2.0
#include "plan/state_meaning.h"

#include <map>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "plan/fingerprint.h"
#include "plan/job_identity.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

size_t At(int index) {
  return static_cast<size_t>(index);
}

struct Meaning {
  std::string rows;
  std::vector<std::string> columns;
  /// Of the first phase of an aggregate: the columns of its input, which the second one's calls
  /// read.
  std::vector<std::string> folded;
};

/// The parameters of one node, its columns named by what they mean.
class Hasher {
 public:
  Hasher(const JobNode& node, const std::vector<const Meaning*>& inputs)
      : node_(node), inputs_(inputs) {
    for (const Meaning* input : inputs) {
      all_.insert(all_.end(), input->columns.begin(), input->columns.end());
    }
  }

  Meaning Run() {
    if (const auto* calc = std::get_if<CalcNode>(&node_.node)) return OfCalc(*calc);
    if (const auto* source = std::get_if<SourceNode>(&node_.node)) return OfSource(*source);
    if (const auto* local = std::get_if<LocalAggregateNode>(&node_.node)) {
      return OfLocal(local->groups);
    }
    if (const auto* local = std::get_if<LocalWindowAggregateNode>(&node_.node)) {
      return OfLocal({local->window.time_column});
    }
    const bool passes = std::holds_alternative<ExchangeNode>(node_.node) ||
                        std::holds_alternative<WatermarkNode>(node_.node) ||
                        std::holds_alternative<DropUpdateBeforeNode>(node_.node);
    if (passes) return *inputs_[0];
    print_.Add(static_cast<int64_t>(node_.node.index()));
    for (const Meaning* input : inputs_) print_.Add(input->rows);
    std::visit([this](const auto& node) { Add(node); }, node_.node);
    Meaning meaning;
    meaning.rows = print_.Text();
    // Columns of the inputs keep their meaning, in these rows; all else is told apart by what
    // computes it.
    const std::vector<std::string> given = GivenColumns();
    for (size_t i = 0; i < node_.output.fields.size(); ++i) {
      Fingerprint column;
      column.Add(meaning.rows);
      column.Add(i < given.size() ? given[i] : "#" + std::to_string(i - given.size()));
      meaning.columns.push_back(column.Text());
    }
    return meaning;
  }

 private:
  std::vector<std::string> GivenColumns() const {
    if (const auto* group = std::get_if<GroupAggregateNode>(&node_.node)) {
      return OfAggregate(group->groups, group->calls);
    }
    if (const auto* window = std::get_if<WindowAggregateNode>(&node_.node)) {
      return OfAggregate(window->groups, window->calls);
    }
    if (const auto* over = std::get_if<OverNode>(&node_.node)) {
      std::vector<std::string> columns = all_;
      for (const auto& call : over->spec.calls) columns.push_back(CallMeaning(call));
      return columns;
    }
    if (inputs_.empty() || std::holds_alternative<MatchNode>(node_.node)) return {};
    return all_;
  }

  std::vector<std::string> OfAggregate(const std::vector<int>& groups,
                                       const std::vector<functions::AggregateCall>& calls) const {
    std::vector<std::string> columns;
    for (const int group : groups) columns.push_back(all_[At(group)]);
    for (const auto& call : calls) columns.push_back(CallMeaning(call));
    return columns;
  }

  /// Whether there is a first phase does not change what the second one keeps.
  Meaning OfLocal(const std::vector<int>& kept) const {
    Meaning meaning{inputs_[0]->rows, {}, inputs_[0]->columns};
    for (const int column : kept) meaning.columns.push_back(all_[At(column)]);
    meaning.columns.emplace_back("accumulators");
    return meaning;
  }

  Meaning OfSource(const SourceNode& source) {
    AddTable(source.table, &print_);
    Meaning meaning;
    meaning.rows = print_.Text();
    for (const flow::Field& field : node_.output.fields) {
      Fingerprint column;
      column.Add(meaning.rows);
      column.Add(field.name);
      meaning.columns.push_back(column.Text());
    }
    return meaning;
  }

  Meaning OfCalc(const CalcNode& calc) {
    Meaning meaning;
    meaning.rows = inputs_[0]->rows;
    if (calc.condition) {
      print_.Add(meaning.rows);
      Add(calc.condition);
      meaning.rows = print_.Text();
    }
    for (const ExprPtr& output : calc.outputs) meaning.columns.push_back(Of(*output));
    return meaning;
  }

  std::string Of(const Expr& expr) {
    if (expr.kind == ExprKind::kColumn) {
      return expr.column < static_cast<int>(all_.size()) ? all_[At(expr.column)]
                                                         : "@" + std::to_string(expr.column);
    }
    if (const auto known = done_.find(&expr); known != done_.end()) return known->second;
    Fingerprint print;
    print.Add(static_cast<int64_t>(expr.kind));
    print.Add(expr.type->ToString());
    if (expr.literal) print.Add(expr.literal->ToString());
    if (expr.kind == ExprKind::kField) {
      print.Add(expr.children[0]->type->fields()[At(expr.field)].name);
    }
    if (expr.function) print.Add(expr.function->name);
    print.Add(int64_t{expr.try_cast});
    for (const ExprPtr& child : expr.children) print.Add(Of(*child));
    return done_[&expr] = print.Text();
  }

  std::string CallMeaning(const functions::AggregateCall& call) const {
    const bool merges = !inputs_.empty() && !inputs_[0]->folded.empty();
    const std::vector<std::string>& columns = merges ? inputs_[0]->folded : all_;
    Fingerprint print;
    print.Add(call.function != nullptr ? call.function->name : "");
    for (const int argument : call.arguments) print.Add(columns[At(argument)]);
    print.Add(call.filter >= 0 ? columns[At(call.filter)] : "");
    print.Add(int64_t{call.distinct});
    return print.Text();
  }

  void Add(const ExprPtr& expr) { print_.Add(expr ? Of(*expr) : ""); }
  void Column(int column, size_t input = 0) {
    print_.Add(column < 0 ? "" : inputs_[input]->columns[At(column)]);
  }
  void Add(const std::vector<int>& columns) {
    print_.Add(static_cast<int64_t>(columns.size()));
    for (const int column : columns) Column(column);
  }
  void Add(const std::vector<SortKey>& keys) {
    for (const SortKey& key : keys) {
      Column(key.column);
      print_.Add(int64_t{key.descending} * 2 + int64_t{key.nulls_first});
    }
  }
  void Add(const std::vector<functions::AggregateCall>& calls) {
    for (const auto& call : calls) print_.Add(CallMeaning(call));
  }
  void Add(const std::vector<EquiKey>& keys) {
    for (const EquiKey& key : keys) {
      Column(key.left, 0);
      Column(key.right, 1);
      print_.Add(int64_t{key.null_safe});
    }
  }
  void Add(const WindowSpec& window, bool by_time = true) {
    print_.Add(static_cast<int64_t>(window.kind) * 2 + int64_t{window.processing_time});
    for (const int64_t ms : {window.size_ms, window.slide_ms, window.offset_ms}) print_.Add(ms);
    if (by_time) Column(window.time_column);
  }

  void Add(const SourceNode&) {}
  void Add(const CalcNode&) {}
  void Add(const ExchangeNode&) {}
  void Add(const WatermarkNode&) {}
  void Add(const DropUpdateBeforeNode&) {}
  void Add(const UnionNode&) {}
  void Add(const ValuesNode& node) {
    for (const auto& row : node.rows) {
      for (const ExprPtr& value : row) Add(value);
    }
  }
  void Add(const GroupAggregateNode& node) {
    Add(node.groups);
    Add(node.calls);
  }
  void Add(const LocalAggregateNode&) {}
  void Add(const LocalWindowAggregateNode&) {}
  void Add(const ExpandNode& node) {
    Add(node.groups);
    for (const auto& set : node.sets) {
      print_.Add("set");
      for (const int place : set) print_.Add(int64_t{place});
    }
  }
  void Add(const WindowAggregateNode& node) {
    Add(node.window, node.window_end_column < 0);
    Add(node.groups);
    Add(node.calls);
    Column(node.window_end_column);
  }
  void Add(const WindowTableNode& node) {
    Add(node.window);
    Add(node.window.partition_by);
  }
  void Add(const RegularJoinNode& node) {
    print_.Add(static_cast<int64_t>(node.type) * 2 + int64_t{node.null_aware});
    Add(node.keys);
    Add(node.residual);
  }
  void Add(const IntervalJoinNode& node) {
    print_.Add(static_cast<int64_t>(node.type));
    Add(node.keys);
    Add(node.residual);
    Column(node.left_time, 0);
    Column(node.right_time, 1);
    print_.Add(node.lower_ms);
    print_.Add(node.upper_ms);
  }
  void Add(const WindowJoinNode& node) {
    print_.Add(static_cast<int64_t>(node.type));
    Add(node.keys);
    Add(node.residual);
    Column(node.left_window_end, 0);
    Column(node.right_window_end, 1);
  }
  void Add(const TemporalJoinNode& node) {
    print_.Add(static_cast<int64_t>(node.type));
    Add(node.keys);
    Add(node.residual);
    Column(node.left_time, 0);
    Column(node.right_time, 1);
  }
  void Add(const LookupJoinNode& node) {
    print_.Add(static_cast<int64_t>(node.type));
    AddTable(node.table, &print_);
    for (const auto& key : node.keys) {
      print_.Add(int64_t{key.table_column});
      Add(key.value);
    }
    Add(node.residual);
  }
  void Add(const CorrelateNode& node) {
    print_.Add(static_cast<int64_t>(node.spec.function) * 2 + int64_t{node.spec.left});
    Add(node.spec.argument);
    Add(node.spec.condition);
  }
  void Add(const RankNode& node) {
    print_.Add(static_cast<int64_t>(node.function) * 4 + static_cast<int64_t>(node.strategy));
    Add(node.partition_by);
    Add(node.order_by);
    print_.Add(node.from);
    print_.Add(node.to);
    Column(node.to_column);
  }
  void Add(const DeduplicateNode& node) {
    Add(node.keys);
    Column(node.time_column);
    print_.Add(int64_t{node.keep_last});
  }
  void Add(const WindowRankNode& node) {
    Column(node.window_end);
    Add(node.partition_by);
    Add(node.order_by);
    print_.Add(static_cast<int64_t>(node.function));
    print_.Add(node.from);
    print_.Add(node.to);
  }
  void Add(const OverNode& node) {
    Add(node.spec.partition_by);
    Add(node.spec.order_by);
    Add(node.spec.calls);
    for (const std::string& name : node.spec.ranking) print_.Add(name);
    for (const int64_t offset : node.spec.offsets) print_.Add(offset);
    print_.Add(int64_t{node.spec.rows});
    print_.Add(node.spec.preceding().value_or(-1));
    if (!node.all_rows) return;
    for (const sql::FrameBound& bound : {node.spec.lower, node.spec.upper}) {
      print_.Add(static_cast<int64_t>(bound.kind));
      print_.Add(bound.offset);
      print_.Add(bound.scale);
    }
  }
  void Add(const TemporalSortNode& node) { Add(node.keys); }
  void Add(const SortNode& node) { Add(node.keys); }
  void Add(const LimitNode& node) {
    print_.Add(node.limit);
    print_.Add(node.offset);
  }
  void Add(const ChangelogNormalizeNode& node) {
    Add(node.keys);
    Add(node.condition);
  }
  void Add(const UpsertMaterializeNode& node) {
    Add(node.primary_key);
    Add(node.input_upsert_key);
  }
  void Add(const MatchNode& node) {
    Add(node.spec.partition_by);
    Add(node.spec.order_by);
    for (const ExprPtr& definition : node.spec.definitions) Add(definition);
    for (const ExprPtr& measure : node.spec.measures) Add(measure);
    for (const std::string& name : node.spec.variables) print_.Add(name);
    Add(node.spec.pattern);
    print_.Add(node.spec.within_ms);
  }
  void Add(const sql::MatchSpec::Pattern& pattern) {
    print_.Add(static_cast<int64_t>(pattern.kind));
    for (const int64_t value : {int64_t{pattern.variable}, pattern.at_least, pattern.at_most}) {
      print_.Add(value);
    }
    print_.Add(int64_t{pattern.greedy});
    for (const auto& part : pattern.parts) Add(part);
  }
  void Add(const SinkNode& node) { AddTable(node.table, &print_); }

  const JobNode& node_;
  const std::vector<const Meaning*>& inputs_;
  std::vector<std::string> all_;  // columns of all inputs
  std::map<const Expr*, std::string> done_;
  Fingerprint print_;
};

/// Whether an operator keeps rows as they come in, with all their columns; the others keep keys and
/// the states of calls, which their parameters say.
bool KeepsRows(const JobNode& node) {
  return !(std::holds_alternative<GroupAggregateNode>(node.node) ||
           std::holds_alternative<WindowAggregateNode>(node.node) ||
           std::holds_alternative<LimitNode>(node.node));
}

/// What its state holds: an operator that does the same, over rows with other columns beside,
/// cannot read it.
std::string StateOf(const JobNode& node, const Meaning& meaning,
                    const std::vector<const Meaning*>& inputs) {
  Fingerprint print;
  print.Add(meaning.rows);
  for (const Meaning* input : inputs) {
    if (!KeepsRows(node)) break;
    print.Add(static_cast<int64_t>(input->columns.size()));
    for (const std::string& column : input->columns) print.Add(column);
  }
  return print.Text();
}

}  // namespace

std::vector<std::string> MeaningsOf(const std::vector<JobNode>& nodes) {
  std::vector<Meaning> meanings;
  meanings.reserve(nodes.size());
  std::vector<std::string> states;
  for (const JobNode& node : nodes) {
    std::vector<const Meaning*> inputs;
    for (const int input : node.inputs) inputs.push_back(&meanings[At(input)]);
    meanings.push_back(Hasher(node, inputs).Run());
    states.push_back(StateOf(node, meanings.back(), inputs));
  }
  return states;
}

}  // namespace sluice::plan
