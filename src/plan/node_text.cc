// SPDX-License-Identifier: Apache-2.0
#include "plan/node_text.h"

#include <algorithm>
#include <utility>

#include "functions/expression.h"
#include "plan/logical_plan.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

size_t At(int index) {
  return static_cast<size_t>(index);
}

std::string Append(std::string text, const std::string& part) {
  return text.empty() ? part : std::move(text) + ", " + part;
}

std::string AllNames(const flow::Schema& schema) {
  std::string text;
  for (const flow::Field& field : schema.fields) text = Append(std::move(text), field.name);
  return text;
}

std::string Name(const flow::Schema& schema, int column) {
  return column >= 0 && column < schema.size() ? schema.fields[At(column)].name : "?";
}

std::string Names(const flow::Schema& schema, const std::vector<int>& columns) {
  std::string text;
  for (const int column : columns) text = Append(std::move(text), Name(schema, column));
  return text;
}

std::string OrderText(const flow::Schema& schema, const std::vector<SortKey>& keys) {
  std::string text;
  for (const SortKey& key : keys) {
    text = Append(std::move(text), Name(schema, key.column) + (key.descending ? " DESC" : " ASC"));
  }
  return text;
}

std::string PathText(const flow::Type* type, const std::vector<int>& path) {
  std::string text;
  for (const int index : path) {
    const flow::Field& field = type->fields()[At(index)];
    text += "." + field.name;
    type = field.type.get();
  }
  return text;
}

std::string TimeText(int64_t ms) {
  const struct {
    int64_t ms;
    const char* unit;
  } units[] = {{86'400'000, " d"}, {3'600'000, " h"}, {60'000, " min"}, {1000, " s"}};
  for (const auto& unit : units) {
    if (ms != 0 && ms % unit.ms == 0) return std::to_string(ms / unit.ms) + unit.unit;
  }
  return std::to_string(ms) + " ms";
}

std::string WindowText(const WindowSpec& spec, const std::string& columns) {
  std::string text;
  switch (spec.kind) {
    case WindowKind::kTumble:
      text = "TUMBLE(" + columns + ", size=[" + TimeText(spec.size_ms) + "]";
      break;
    case WindowKind::kHop:
      text = "HOP(" + columns + ", size=[" + TimeText(spec.size_ms) + "], slide=[" +
             TimeText(spec.slide_ms) + "]";
      break;
    case WindowKind::kCumulate:
      text = "CUMULATE(" + columns + ", max_size=[" + TimeText(spec.size_ms) + "], step=[" +
             TimeText(spec.slide_ms) + "]";
      break;
    case WindowKind::kSession:
      text = "SESSION(" + columns + ", gap=[" + TimeText(spec.size_ms) + "]";
      break;
  }
  if (spec.offset_ms != 0) text += ", offset=[" + TimeText(spec.offset_ms) + "]";
  return text + ")";
}

std::string CallText(const flow::Schema& input, const functions::AggregateCall& call,
                     const std::string& name, bool retract, const std::string& ranking = "") {
  std::string arguments = Names(input, call.arguments);
  if (ranking.empty() && call.arguments.empty()) arguments = "*";
  std::string text = (ranking.empty() ? call.function->name : ranking) +
                     (retract ? "_RETRACT" : "") + "(" + (call.distinct ? "DISTINCT " : "") +
                     arguments + ")";
  if (call.filter >= 0) text += " FILTER " + Name(input, call.filter);
  return text + " AS " + name;
}

/// What the first phase of an aggregate calls what a call holds.
std::string AccumulatorName(const functions::AggregateCall& call, size_t number) {
  std::string name;
  for (const char c : call.function->name) {
    if (c != '$') name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return name + "$" + std::to_string(number);
}

/// The call of the second phase.
std::string MergeText(const functions::AggregateCall& call, size_t number,
                      const std::string& name) {
  return call.function->name + "(" + AccumulatorName(call, number) + ") AS " + name;
}

const char* JoinText(JoinType type) {
  static constexpr const char* kTexts[] = {"InnerJoin",     "LeftOuterJoin", "RightOuterJoin",
                                           "FullOuterJoin", "LeftSemiJoin",  "LeftAntiJoin"};
  return kTexts[static_cast<size_t>(type)];
}

const char* RankText(RankNode::Function function) {
  static constexpr const char* kTexts[] = {"ROW_NUMBER", "RANK", "DENSE_RANK"};
  return kTexts[static_cast<size_t>(function)];
}

std::string ConditionText(const flow::FieldCondition& condition, const flow::Field& field) {
  static constexpr const char* kComparisons[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
  const auto* number = std::get_if<int64_t>(&condition.value);
  return field.name + PathText(field.type.get(), condition.path) +
         kComparisons[static_cast<size_t>(condition.comparison)] +
         (number != nullptr ? std::to_string(*number)
                            : "'" + std::get<std::string>(condition.value) + "'");
}

class Describer {
 public:
  Describer(const std::vector<JobNode>& nodes, const JobNode& node) : nodes_(nodes), node_(node) {
    // Equal expressions are one object, whatever their columns were called where they were written.
    flow::Schema both;
    for (const int input : node.inputs) {
      for (const flow::Field& field : nodes[At(input)].output.fields) both.fields.push_back(field);
      if (std::holds_alternative<UnionNode>(node.node)) break;
    }
    const bool joins = node.inputs.size() == 2 && node.output.size() == both.size();
    if (joins) both = node.output;  // where each name is unique
    for (int i = 0; i < both.size(); ++i) {
      columns_.push_back(functions::Column(i, both.fields[At(i)].type, both.fields[At(i)].name));
    }
  }

  std::string operator()(const SourceNode& source) const {
    std::string fields;
    for (size_t i = 0; i < node_.output.fields.size(); ++i) {
      const flow::Field& field = node_.output.fields[i];
      const bool whole =
          i >= source.projection.nested.size() || source.projection.nested[i].empty();
      if (whole) {
        fields = Append(std::move(fields), field.name);
        continue;
      }
      for (const auto& path : source.projection.nested[i]) {
        fields = Append(std::move(fields), field.name + PathText(field.type.get(), path));
      }
    }
    return "TableSourceScan(table=[" + source.table.name + "], connector=[" + source.connector +
           "], fields=[" + fields + "]" + FilterOf(source.projection) + ")";
  }

  std::string operator()(const CalcNode& calc) const {
    std::string select;
    for (size_t i = 0; i < calc.outputs.size(); ++i) {
      const ExprPtr& output = calc.outputs[i];
      const std::string& name = node_.output.fields[i].name;
      const bool same = output->kind == ExprKind::kColumn && Name(In(), output->column) == name;
      select = Append(std::move(select), same ? name : Text(output) + " AS " + name);
    }
    return "Calc(select=[" + select + "]" + Where(calc.condition) + ")";
  }

  std::string operator()(const ValuesNode& values) const {
    constexpr size_t kRowsShown = 5;
    std::string text;
    for (size_t i = 0; i < values.rows.size() && i < kRowsShown; ++i) {
      std::string row;
      for (const ExprPtr& value : values.rows[i]) {
        row = Append(std::move(row), functions::ToString(*value));
      }
      text = Append(std::move(text), "{" + row + "}");
    }
    if (values.rows.size() > kRowsShown) {
      text += ", ... " + std::to_string(values.rows.size()) + " rows";
    }
    return "Values(tuples=[" + text + "])";
  }

  std::string operator()(const UnionNode&) const {
    return "Union(all=[true], union=[" + AllNames(node_.output) + "])";
  }

  std::string operator()(const ExchangeNode& exchange) const {
    if (exchange.keys.empty()) return "Exchange(distribution=[single])";
    return "Exchange(distribution=[hash[" + Names(In(), exchange.keys) + "]])";
  }

  std::string operator()(const WatermarkNode& watermark) const {
    return "WatermarkAssigner(rowtime=[" + Name(In(), watermark.spec.column) + "], watermark=[" +
           (watermark.spec.delayed == nullptr ? "SOURCE_WATERMARK()"
                                              : Text(watermark.spec.delayed)) +
           "])";
  }

  std::string operator()(const GroupAggregateNode& aggregate) const {
    const std::string groups = Names(In(), aggregate.groups);
    std::string select = groups;
    const size_t first = aggregate.groups.size();
    for (size_t i = 0; i < aggregate.calls.size(); ++i) {
      const functions::AggregateCall& call = aggregate.calls[i];
      const std::string& name = node_.output.fields[first + i].name;
      select = Append(std::move(select), aggregate.merges
                                             ? MergeText(call, i, name)
                                             : CallText(In(), call, name, aggregate.retract));
    }
    return std::string(aggregate.merges ? "Global" : "") + "GroupAggregate(" +
           (groups.empty() ? "" : "groupBy=[" + groups + "], ") + "select=[" + select + "])";
  }

  std::string operator()(const LocalAggregateNode& aggregate) const {
    const std::string groups = Names(In(), aggregate.groups);
    std::string select = groups;
    for (size_t i = 0; i < aggregate.calls.size(); ++i) {
      const functions::AggregateCall& call = aggregate.calls[i];
      select = Append(std::move(select),
                      CallText(In(), call, AccumulatorName(call, i), aggregate.retract));
    }
    return "LocalGroupAggregate(" + (groups.empty() ? "" : "groupBy=[" + groups + "], ") +
           "select=[" + select + "])";
  }

  std::string operator()(const LocalWindowAggregateNode& aggregate) const {
    std::string select;
    for (size_t i = 0; i < aggregate.calls.size(); ++i) {
      const functions::AggregateCall& call = aggregate.calls[i];
      select = Append(std::move(select), CallText(In(), call, AccumulatorName(call, i), false));
    }
    const std::string time = "time_col=[" + Name(In(), aggregate.window.time_column) + "]";
    return "LocalWindowAggregate(window=[" + WindowText(aggregate.window, time) + "], select=[" +
           select + "])";
  }

  std::string operator()(const ExpandNode& expand) const {
    std::string sets;
    for (const std::vector<int>& set : expand.sets) {
      std::string names;
      for (const int place : set) {
        names = Append(std::move(names), Name(In(), expand.groups[At(place)]));
      }
      sets = Append(std::move(sets), "{" + names + "}");
    }
    return "Expand(sets=[" + sets + "])";
  }

  std::string operator()(const WindowAggregateNode& aggregate) const {
    // A window that is its own group is named once.
    const bool by_window = aggregate.window_end_column >= 0 &&
                           aggregate.groups == std::vector<int>{aggregate.window_start_column,
                                                                aggregate.window_end_column};
    const std::string groups = by_window ? "" : Names(In(), aggregate.groups);
    std::string select = groups;
    const size_t first = aggregate.groups.size();
    for (size_t i = 0; i < aggregate.calls.size(); ++i) {
      const functions::AggregateCall& call = aggregate.calls[i];
      const std::string& name = node_.output.fields[first + i].name;
      select = Append(std::move(select), aggregate.merges
                                             ? MergeText(call, i, name)
                                             : CallText(In(), call, name, aggregate.retract));
    }
    for (size_t i = first + aggregate.calls.size(); i < node_.output.fields.size(); ++i) {
      select = Append(std::move(select), node_.output.fields[i].name);
    }
    const std::string columns = aggregate.window_end_column >= 0
                                    ? "win_start=[" + Name(In(), aggregate.window_start_column) +
                                          "], win_end=[" + Name(In(), aggregate.window_end_column) +
                                          "]"
                                    : "time_col=[" + Name(In(), aggregate.window.time_column) + "]";
    return (aggregate.merges ? "Global" : "") + node_.name + "(" +
           (groups.empty() ? "" : "groupBy=[" + groups + "], ") + "window=[" +
           WindowText(aggregate.window, columns) + "], select=[" + select + "])";
  }

  std::string operator()(const WindowTableNode& table) const {
    std::string columns = "time_col=[" + Name(In(), table.window.time_column) + "]";
    if (!table.window.partition_by.empty()) {
      columns += ", partition keys=[" + Names(In(), table.window.partition_by) + "]";
    }
    return "WindowTableFunction(window=[" + WindowText(table.window, columns) + "])";
  }

  std::string operator()(const RegularJoinNode& join) const {
    return "Join(joinType=[" + std::string(JoinText(join.type)) + "]" +
           JoinWhere(join.keys, join.residual) + ", select=[" + AllNames(node_.output) +
           "], leftInputSpec=[" + InputSpec(join, true) + "], rightInputSpec=[" +
           InputSpec(join, false) + "])";
  }

  std::string operator()(const IntervalJoinNode& join) const {
    return "IntervalJoin(joinType=[" + std::string(JoinText(join.type)) +
           "], windowBounds=[isRowTime=" + (join.processing_time ? "false" : "true") +
           ", leftLowerBound=" + std::to_string(join.lower_ms) +
           ", leftUpperBound=" + std::to_string(join.upper_ms) +
           ", leftTimeIndex=" + std::to_string(join.left_time) +
           ", rightTimeIndex=" + std::to_string(join.right_time) + "]" +
           JoinWhere(join.keys, join.residual) + ", select=[" + AllNames(node_.output) + "])";
  }

  std::string operator()(const WindowJoinNode& join) const {
    const bool by_window = std::all_of(join.keys.begin(), join.keys.end(), [&](const EquiKey& key) {
      return key.left == join.left_window_start || key.left == join.left_window_end;
    });
    return "WindowJoin(leftWindow=[win_start=[" + Name(In(0), join.left_window_start) +
           "], win_end=[" + Name(In(0), join.left_window_end) + "]], rightWindow=[win_start=[" +
           Name(In(1), join.right_window_start) + "], win_end=[" +
           Name(In(1), join.right_window_end) + "]], joinType=[" + JoinText(join.type) + "]" +
           JoinWhere(by_window ? std::vector<EquiKey>() : join.keys, join.residual) + ", select=[" +
           AllNames(node_.output) + "])";
  }

  std::string operator()(const TemporalJoinNode& join) const {
    return "TemporalJoin(joinType=[" + std::string(JoinText(join.type)) + "]" +
           JoinWhere(join.keys, join.residual) + ", time=[" + Name(In(0), join.left_time) + ", " +
           Name(In(1), join.right_time) + "], select=[" + AllNames(node_.output) + "])";
  }

  std::string operator()(const LookupJoinNode& join) const {
    std::string keys;
    for (const LookupJoinNode::Key& key : join.keys) {
      keys = Append(std::move(keys),
                    join.table.columns[At(key.table_column)].field.name + "=" + Text(key.value));
    }
    std::string text = "LookupJoin(table=[" + join.table.name + "], joinType=[" +
                       JoinText(join.type) + "], lookup=[" + keys + "]";
    if (join.right_condition) {
      std::vector<ExprPtr> asked;
      for (const int column : join.columns) {
        const flow::Field& field = join.table.columns[At(column)].field;
        asked.push_back(functions::Column(static_cast<int>(asked.size()), field.type, field.name));
      }
      text += ", where=[" +
              functions::ToString(*functions::Substitute(join.right_condition, asked)) + "]";
    }
    if (join.residual) text += ", joinCondition=[" + Text(join.residual) + "]";
    text += ", select=[" + AllNames(node_.output) + "]";
    const auto& hint = join.options;
    if (const auto async = hint.find("async"); async != hint.end() && async->second == "true") {
      const bool ordered = hint.at("output-mode") == "ordered";
      text += std::string(", async=[") + (ordered ? "ORDERED" : "UNORDERED") + ", " +
              hint.at("timeout") + ", " + hint.at("capacity") + "]";
    }
    return text + ")";
  }

  std::string operator()(const CorrelateNode& correlate) const {
    const bool ordinality =
        correlate.spec.function == sql::CorrelateSpec::Function::kUnnestWithOrdinality;
    return "Correlate(invocation=[UNNEST(" + Text(correlate.spec.argument) + ")" +
           (ordinality ? " WITH ORDINALITY" : "") + "], joinType=[" +
           (correlate.spec.left ? "LEFT" : "INNER") + "]" + Where(correlate.spec.condition) +
           ", select=[" + AllNames(node_.output) + "])";
  }

  std::string operator()(const RankNode& rank) const {
    static constexpr const char* kStrategies[] = {"AppendFastStrategy", "UpdateFastStrategy",
                                                  "RetractStrategy"};
    std::string strategy = kStrategies[static_cast<size_t>(rank.strategy)];
    if (rank.strategy == RankNode::Strategy::kUpdateFast) {
      strategy += "[" + Names(In(), rank.unique_key) + "]";
    }
    if (node_.name == "SortLimit") {
      return "SortLimit(orderBy=[" + OrderText(In(), rank.order_by) + "], offset=[" +
             std::to_string(rank.from - 1) + "], fetch=[" +
             std::to_string(rank.to - rank.from + 1) + "], strategy=[" + strategy + "])";
    }
    const std::string end =
        rank.to_column >= 0 ? Name(In(), rank.to_column) : std::to_string(rank.to);
    return "Rank(strategy=[" + strategy + "], rankType=[" + RankText(rank.function) +
           "], rankRange=[rankStart=" + std::to_string(rank.from) + ", rankEnd=" + end +
           "], partitionBy=[" + Names(In(), rank.partition_by) + "], orderBy=[" +
           OrderText(In(), rank.order_by) + "], select=[" + AllNames(node_.output) + "])";
  }

  std::string operator()(const DeduplicateNode& node) const {
    return std::string("Deduplicate(keep=[") + (node.keep_last ? "LastRow" : "FirstRow") +
           "], key=[" + Names(In(), node.keys) + "], order=[" +
           (node.processing_time ? "PROCTIME" : "ROWTIME") + "])";
  }

  std::string operator()(const WindowRankNode& rank) const {
    return "WindowRank(window=[win_end=[" + Name(In(), rank.window_end) + "]], rankType=[" +
           RankText(rank.function) + "], rankRange=[rankStart=" + std::to_string(rank.from) +
           ", rankEnd=" + std::to_string(rank.to) + "], partitionBy=[" +
           Names(In(), rank.partition_by) + "], orderBy=[" + OrderText(In(), rank.order_by) +
           "], select=[" + AllNames(node_.output) + "])";
  }

  std::string operator()(const OverNode& over) const {
    const sql::OverSpec& spec = over.spec;
    std::string calls;
    const size_t first = At(In().size());
    for (size_t i = 0; i < spec.calls.size(); ++i) {
      calls = Append(std::move(calls),
                     CallText(In(), spec.calls[i], node_.output.fields[first + i].name,
                              over.retract, i < spec.ranking.size() ? spec.ranking[i] : ""));
    }
    return "OverAggregate(partitionBy=[" + Names(In(), spec.partition_by) + "], orderBy=[" +
           OrderText(In(), spec.order_by) + "], window=[" + (spec.rows ? "ROWS" : "RANGE") +
           " BETWEEN " + sql::Text(spec.lower) + " AND " + sql::Text(spec.upper) +
           "], select=[*, " + calls + "])";
  }

  std::string operator()(const TemporalSortNode& sort) const {
    return "TemporalSort(orderBy=[" + OrderText(In(), sort.keys) + "])";
  }
  std::string operator()(const SortNode& sort) const {
    return "Sort(orderBy=[" + OrderText(In(), sort.keys) + "])";
  }
  std::string operator()(const LimitNode& limit) const {
    return "Limit(offset=[" + std::to_string(limit.offset) + "], fetch=[" +
           std::to_string(limit.limit) + "])";
  }
  std::string operator()(const ChangelogNormalizeNode& normalize) const {
    std::string text = "ChangelogNormalize(key=[" + Names(In(), normalize.keys) + "]";
    if (normalize.condition) {
      text += ", condition=[" + Text(normalize.condition) + "]";
    }
    return text + ")";
  }
  std::string operator()(const DropUpdateBeforeNode&) const { return "DropUpdateBefore"; }
  std::string operator()(const UpsertMaterializeNode& node) const {
    return "SinkUpsertMaterializer(primaryKey=[" + Names(In(), node.primary_key) +
           "], inputUpsertKey=[" + Names(In(), node.input_upsert_key) + "])";
  }
  std::string operator()(const MatchNode& match) const {
    std::string variables, measures;
    for (const std::string& name : match.spec.variables) {
      variables = Append(std::move(variables), name);
    }
    for (const std::string& name : match.spec.measure_names) {
      measures = Append(std::move(measures), name);
    }
    return "Match(partitionBy=[" + Names(In(), match.spec.partition_by) + "], orderBy=[" +
           OrderText(In(), match.spec.order_by) + "], measures=[" + measures + "], variables=[" +
           variables + "])";
  }
  std::string operator()(const SinkNode& sink) const {
    return "Sink(table=[" + sink.table.name + "], fields=[" + AllNames(node_.output) + "])";
  }

 private:
  const flow::Schema& In(size_t i = 0) const { return nodes_[At(node_.inputs[i])].output; }

  std::string Text(const ExprPtr& expr) const {
    for (const int column : ColumnsOf(*expr)) {
      if (column >= static_cast<int>(columns_.size())) return functions::ToString(*expr);
    }
    return functions::ToString(*functions::Substitute(expr, columns_));
  }

  std::string FilterOf(const flow::SourceProjection& projection) const {
    std::string text;
    for (const flow::FieldCondition& condition : projection.conditions) {
      text += (text.empty() ? ", filter=[" : " AND ") +
              ConditionText(condition, node_.output.fields[At(condition.column)]);
    }
    return text.empty() ? text : text + "]";
  }

  std::string Where(const ExprPtr& condition) const {
    return condition ? ", where=[" + Text(condition) + "]" : "";
  }

  std::string JoinWhere(const std::vector<EquiKey>& keys, const ExprPtr& residual) const {
    std::string text;
    for (const EquiKey& key : keys) {
      const std::string part = Name(In(0), key.left) +
                               (key.null_safe ? " IS NOT DISTINCT FROM " : " = ") +
                               Name(In(1), key.right);
      text += (text.empty() ? "" : " AND ") + part;
    }
    if (residual) text += (text.empty() ? "" : " AND ") + Text(residual);
    return ", where=[" + (text.empty() ? "true" : text) + "]";
  }

  static std::string InputSpec(const RegularJoinNode& join, bool left) {
    const std::vector<int>& unique = left ? join.left_unique : join.right_unique;
    if (unique.empty()) return "NoUniqueKey";
    for (const int column : unique) {
      bool within = false;
      for (const EquiKey& key : join.keys) within |= (left ? key.left : key.right) == column;
      if (!within) return "HasUniqueKey";
    }
    return "JoinKeyContainsUniqueKey";
  }

  const std::vector<JobNode>& nodes_;
  const JobNode& node_;
  std::vector<ExprPtr> columns_;  // of the inputs, by their names
};

}  // namespace

std::string NodeText(const std::vector<JobNode>& nodes, const JobNode& node) {
  return std::visit(Describer(nodes, node), node.node);
}

std::string ChangelogText(const flow::ChangelogMode& mode) {
  std::string text = "I";
  if (mode.update_before) text += ",UB";
  if (mode.update_after) text += ",UA";
  if (mode.deletes) text += ",D";
  return text;
}

}  // namespace sluice::plan
