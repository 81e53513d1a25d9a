// SPDX-License-Identifier: Apache-2.0
// A bound tree as text.
#include "arrow/util/decimal.h"
#include "sql/bind_columns.h"
#include "sql/bound.h"

namespace sluice::sql {
namespace {

using functions::ExprPtr;

std::string Place(const flow::Schema& schema, int column) {
  const std::string name =
      column >= 0 && column < schema.size() ? schema.fields[static_cast<size_t>(column)].name : "?";
  return name + "#" + std::to_string(column);
}

std::string Text(const ExprPtr& expr) {
  if (expr == nullptr) return "-";
  const ExprPtr numbered = MapColumns(expr, [](const ExprPtr& column) {
    std::string name = column->name + "#";
    name += column->column >= kColumnRange ? "!" + std::to_string(column->column / kColumnRange) +
                                                 "!" + std::to_string(column->column % kColumnRange)
                                           : std::to_string(column->column);
    return functions::Column(column->column, column->type, std::move(name));
  });
  std::string text = functions::ToString(*numbered);
  std::erase(text, '`');
  return text;
}

template <typename List, typename F>
std::string ListText(const List& list, F&& text) {
  std::string out = "[";
  for (const auto& item : list) out += (out.size() > 1 ? ", " : "") + text(item);
  return out + "]";
}

std::string Places(const flow::Schema& schema, const std::vector<int>& columns) {
  return ListText(columns, [&](int column) { return Place(schema, column); });
}

std::string Keys(const flow::Schema& schema, const std::vector<SortKey>& keys) {
  return ListText(keys, [&](const SortKey& key) {
    return Place(schema, key.column) + (key.descending ? " DESC" : " ASC") +
           (key.nulls_first == key.descending ? key.nulls_first ? " NULLS FIRST" : " NULLS LAST"
                                              : "");
  });
}

std::string CallText(const flow::Schema& input, const functions::AggregateCall& call,
                     const std::string& ranking) {
  std::string out = call.function != nullptr ? call.function->name : ranking;
  out += "(";
  if (call.distinct) out += "DISTINCT ";
  if (call.arguments.empty() && ranking.empty()) out += "*";
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    out += (i > 0 ? ", " : "") + Place(input, call.arguments[i]);
  }
  out += ")";
  if (call.filter >= 0) out += " FILTER " + Place(input, call.filter);
  return out + " " + call.type->ToString();
}

std::string WindowText(const flow::Schema& input, const WindowSpec& window) {
  static const char* const kNames[] = {"TUMBLE", "HOP", "CUMULATE", "SESSION"};
  std::string out = kNames[static_cast<int>(window.kind)];
  out += "(" + Place(input, window.time_column) + (window.processing_time ? " proctime" : "") +
         ", size " + std::to_string(window.size_ms);
  if (window.slide_ms > 0) out += ", slide " + std::to_string(window.slide_ms);
  if (window.offset_ms != 0) out += ", offset " + std::to_string(window.offset_ms);
  if (!window.partition_by.empty()) out += ", partition " + Places(input, window.partition_by);
  return out + ")";
}

std::string AggregateText(const flow::Schema& input, const AggregateSpec& spec) {
  std::string out =
      "Aggregate groups=" + Places(input, spec.groups) +
      " calls=" + ListText(spec.calls, [&](const auto& call) { return CallText(input, call, ""); });
  if (!spec.grouping_sets.empty()) {
    out += " sets=" + ListText(spec.grouping_sets, [](const std::vector<int>& set) {
             return ListText(set, [](int i) { return std::to_string(i); });
           });
  }
  if (spec.group_window) {
    const GroupWindow& window = *spec.group_window;
    out += " window=" + WindowText(input, window.window);
    if (window.wants_start) out += " start";
    if (window.wants_end) out += " end";
    if (window.wants_rowtime) out += " rowtime";
    if (window.wants_proctime) out += " proctime";
  }
  if (spec.ttl_ms >= 0) out += " ttl=" + std::to_string(spec.ttl_ms);
  return out;
}

}  // namespace

std::string Text(const FrameBound& bound) {
  switch (bound.kind) {
    case FrameBound::Kind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case FrameBound::Kind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case FrameBound::Kind::kCurrentRow:
      return "CURRENT ROW";
    case FrameBound::Kind::kOffset:
      break;
  }
  const arrow::Decimal128 distance(bound.offset < 0 ? -bound.offset : bound.offset);
  return distance.ToString(bound.scale) + (bound.offset < 0 ? " PRECEDING" : " FOLLOWING");
}

namespace {

std::string OverText(const flow::Schema& input, const OverSpec& spec) {
  const bool to_current_row = spec.upper == FrameBound();
  std::string out = "Over partition=" + Places(input, spec.partition_by) +
                    " order=" + Keys(input, spec.order_by) + (spec.rows ? " ROWS " : " RANGE ") +
                    (to_current_row && spec.preceding() ? std::to_string(*spec.preceding())
                     : to_current_row                   ? "UNBOUNDED"
                                      : Text(spec.lower) + " AND " + Text(spec.upper)) +
                    " calls=[";
  for (size_t i = 0; i < spec.calls.size(); ++i) {
    out += (i > 0 ? ", " : "") + CallText(input, spec.calls[i], spec.ranking[i]);
    const bool shift = spec.ranking[i] == "LAG" || spec.ranking[i] == "LEAD";
    if (shift || spec.ranking[i] == "NTILE") out += " by " + std::to_string(spec.offsets[i]);
    if (spec.defaults[i] != nullptr) out += " else " + Text(spec.defaults[i]);
  }
  return out + "]";
}

std::string JoinText(const Relation& relation) {
  static const char* const kNames[] = {"Inner", "Left", "Right", "Full", "Semi", "Anti"};
  const JoinSpec& spec = *relation.join;
  std::string out =
      std::string("Join ") + kNames[static_cast<int>(spec.type)] + " on=" + Text(spec.condition);
  if (spec.system_time >= 0) {
    out += " system_time=" + Place(relation.inputs[0]->schema, spec.system_time);
  }
  if (spec.null_aware) out += " null_aware";
  for (const auto& [key, value] : spec.lookup_options) out += " " + key + "=" + value;
  if (spec.left_ttl_ms >= 0) out += " left_ttl=" + std::to_string(spec.left_ttl_ms);
  if (spec.right_ttl_ms >= 0) out += " right_ttl=" + std::to_string(spec.right_ttl_ms);
  return out;
}

std::string PatternText(const MatchSpec& spec, const MatchSpec::Pattern& pattern) {
  using Kind = MatchSpec::Pattern::Kind;
  std::string out;
  if (pattern.kind == Kind::kVariable) {
    out = spec.variables[static_cast<size_t>(pattern.variable)];
  } else {
    const char* const between = pattern.kind == Kind::kAlternation ? " | "
                                : pattern.kind == Kind::kPermute   ? ", "
                                                                   : " ";
    if (pattern.kind == Kind::kPermute) out += "PERMUTE";
    out += pattern.kind == Kind::kExclude ? "{-" : "(";
    for (size_t i = 0; i < pattern.parts.size(); ++i) {
      out += (i > 0 ? between : "") + PatternText(spec, pattern.parts[i]);
    }
    out += pattern.kind == Kind::kExclude ? "-}" : ")";
  }
  if (pattern.at_least == 1 && pattern.at_most == 1) return out;
  out += "{" + std::to_string(pattern.at_least) + "," +
         (pattern.at_most < 0 ? "" : std::to_string(pattern.at_most)) + "}";
  return pattern.greedy ? out : out + "?";
}

std::string MatchText(const Relation& relation) {
  static const char* const kNavigation[] = {"FIRST", "LAST", "PREV", "NEXT", "AGG", "TIME"};
  static const char* const kSkips[] = {"PAST LAST ROW", "TO NEXT ROW", "TO FIRST", "TO LAST"};
  const MatchSpec& spec = *relation.match;
  const flow::Schema& input = relation.inputs[0]->schema;
  std::string out = "Match partition=" + Places(input, spec.partition_by) +
                    " order=" + Keys(input, spec.order_by) +
                    " pattern=" + PatternText(spec, spec.pattern) + " define=[";
  for (size_t i = 0; i < spec.variables.size(); ++i) {
    out += (i > 0 ? ", " : "") + spec.variables[i] + ": " + Text(spec.definitions[i]);
  }
  out += "] measures=" + ListText(spec.measures, Text);
  out +=
      " navigations=" + ListText(spec.navigations, [&](const MatchSpec::Navigation& n) {
        const std::string variable =
            n.variable < 0 ? "*" : spec.variables[static_cast<size_t>(n.variable)];
        std::string text = kNavigation[static_cast<int>(n.kind)];
        if (n.kind == MatchSpec::Navigation::Kind::kAggregate) {
          return n.call.function->name + "(" + variable + ": " + ListText(n.arguments, Text) + ")";
        }
        if (n.kind == MatchSpec::Navigation::Kind::kMatchTime) return text;
        return text + "(" + variable + "." + Place(input, n.column) + ", " +
               std::to_string(n.offset) + ")";
      });
  out += std::string(" skip=") + kSkips[static_cast<int>(spec.skip)];
  if (spec.skip_variable >= 0) {
    out += " " + spec.variables[static_cast<size_t>(spec.skip_variable)];
  }
  if (spec.within_ms > 0) out += " within=" + std::to_string(spec.within_ms);
  return out;
}

std::string SortText(const Relation& relation) {
  const SortSpec& spec = *relation.sort;
  std::string out = "Sort keys=" + Keys(relation.schema, spec.keys);
  if (spec.limit) out += " limit=" + std::to_string(*spec.limit);
  if (spec.offset > 0) out += " offset=" + std::to_string(spec.offset);
  return out;
}

std::string Line(const Relation& relation) {
  const flow::Schema none;
  const flow::Schema& input = relation.inputs.empty() ? none : relation.inputs[0]->schema;
  switch (relation.kind) {
    case RelationKind::kScan:
      return "Scan " + relation.table->path.table;
    case RelationKind::kValues:
      return "Values " +
             ListText(relation.rows, [](const auto& row) { return ListText(row, Text); });
    case RelationKind::kFilter:
      return "Filter " + Text(relation.condition);
    case RelationKind::kProject:
      return "Project " + ListText(relation.expressions, Text);
    case RelationKind::kUnionAll:
      return "UnionAll";
    case RelationKind::kWatermark:
      return "Watermark " + Place(input, relation.watermark->column) + " as " +
             Text(relation.watermark->delayed);
    case RelationKind::kWindow:
      return "Window " + WindowText(input, *relation.window);
    case RelationKind::kAggregate:
      return AggregateText(input, *relation.aggregate);
    case RelationKind::kOver:
      return OverText(input, *relation.over);
    case RelationKind::kJoin:
      return JoinText(relation);
    case RelationKind::kCorrelate: {
      const CorrelateSpec& spec = *relation.correlate;
      const bool plain = spec.function == CorrelateSpec::Function::kUnnest;
      return std::string("Correlate ") + (spec.left ? "Left " : "") + "UNNEST(" +
             Text(spec.argument) + ")" + (plain ? "" : " WITH ORDINALITY") +
             (spec.condition != nullptr ? " on=" + Text(spec.condition) : "");
    }
    case RelationKind::kSort:
      return SortText(relation);
    case RelationKind::kSetOp:
      return std::string(relation.set_op->kind == SetOpSpec::Kind::kIntersect ? "Intersect"
                                                                              : "Except") +
             (relation.set_op->all ? " ALL" : "");
    case RelationKind::kMatch:
      return MatchText(relation);
  }
  return "?";
}

void Write(const Relation& relation, int level, std::string* out) {
  out->append(2 * static_cast<size_t>(level), ' ');
  *out += Line(relation) + " -> ";
  *out += ListText(relation.schema.fields, [](const flow::Field& field) {
    const auto attribute = field.type->time_attribute();
    return field.name + " " + field.type->ToString() +
           (attribute == flow::TimeAttribute::kRowtime    ? " *ROWTIME*"
            : attribute == flow::TimeAttribute::kProctime ? " *PROCTIME*"
                                                          : "");
  });
  *out += "\n";
  for (const RelationPtr& input : relation.inputs) Write(*input, level + 1, out);
}

}  // namespace

std::string ToString(const Relation& relation) {
  std::string out;
  Write(relation, 0, &out);
  return out;
}

}  // namespace sluice::sql
