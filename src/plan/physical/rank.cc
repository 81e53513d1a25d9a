// SPDX-License-Identifier: Apache-2.0
// ROW_NUMBER, RANK and DENSE_RANK under a filter on them: Top-N, the first or last row per key, and
// both per window.
#include <algorithm>
#include <string>
#include <utility>

#include "arrow/api.h"
#include "plan/physical/planner.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

std::optional<RankNode::Function> FunctionOf(const std::string& name) {
  if (name == "ROW_NUMBER") return RankNode::Function::kRowNumber;
  if (name == "RANK") return RankNode::Function::kRank;
  if (name == "DENSE_RANK") return RankNode::Function::kDenseRank;
  return std::nullopt;
}

std::optional<int64_t> IntegerOf(const Expr& expr) {
  if (expr.kind == ExprKind::kCast) return IntegerOf(*expr.children[0]);
  if (expr.kind != ExprKind::kLiteral || !expr.literal->is_valid) return std::nullopt;
  const auto whole = expr.literal->CastTo(arrow::int64());
  if (!expr.type->is_integer() || !whole.ok()) return std::nullopt;
  return static_cast<const arrow::Int64Scalar&>(**whole).value;
}

bool IsColumn(const Expr& expr, int column) {
  if (expr.kind == ExprKind::kCast) return IsColumn(*expr.children[0], column);
  return expr.kind == ExprKind::kColumn && expr.column == column;
}

/// `rank op value` with the rank on the left.
struct Comparison {
  std::string op;
  const Expr* value = nullptr;
};

std::optional<Comparison> ComparisonOf(const Expr& part, int rank) {
  if (part.kind != ExprKind::kCall || part.children.size() != 2) return std::nullopt;
  std::string op = part.function->name;
  if (op != "=" && op != "<" && op != "<=" && op != ">" && op != ">=") return std::nullopt;
  if (IsColumn(*part.children[0], rank)) return Comparison{op, part.children[1].get()};
  if (!IsColumn(*part.children[1], rank)) return std::nullopt;
  if (op[0] == '<' || op[0] == '>') op[0] = op[0] == '<' ? '>' : '<';
  return Comparison{op, part.children[0].get()};
}

/// A column, also one that was widened to be compared; -1 for anything else.
int IntegerColumn(const Expr& value) {
  const Expr* column = &value;
  if (value.kind == ExprKind::kCast && value.type->is_integer()) column = value.children[0].get();
  return column->kind == ExprKind::kColumn && column->type->is_integer() ? column->column : -1;
}

bool Reads(const ExprPtr& expr, int column) {
  if (expr == nullptr) return false;
  const std::vector<int> columns = ColumnsOf(*expr);
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

}  // namespace

Result<std::optional<PhysicalPlanner::RankRange>> PhysicalPlanner::RangeOf(const LogicalNode& calc,
                                                                           int rank_column) const {
  RankRange range;
  bool any = false;
  const auto upper = [&range](int64_t to) {
    range.to = range.to == 0 ? to : std::min(range.to, to);
    if (range.to < 1) range.to = -1;  // no row at all
  };
  for (const ExprPtr& part : Conjuncts(calc.condition)) {
    if (part->kind == ExprKind::kCall && part->function->name == "BETWEEN" &&
        IsColumn(*part->children[0], rank_column)) {
      const auto low = IntegerOf(*part->children[1]), high = IntegerOf(*part->children[2]);
      if (low && high) {
        range.from = std::max(range.from, *low);
        upper(*high);
        any = true;
        continue;
      }
    }
    const auto compare = ComparisonOf(*part, rank_column);
    const auto value = compare ? IntegerOf(*compare->value) : std::nullopt;
    if (compare && value) {
      if (compare->op == "=" || compare->op == ">=") range.from = std::max(range.from, *value);
      if (compare->op == ">") range.from = std::max(range.from, *value + 1);
      if (compare->op == "=" || compare->op == "<=") upper(*value);
      if (compare->op == "<") upper(*value - 1);
      any = true;
    } else if (compare && (compare->op == "<=" || compare->op == "<") &&
               IntegerColumn(*compare->value) >= 0) {
      range.to_column = IntegerColumn(*compare->value);
      if (compare->op == "<") range.rest.push_back(part);  // of these all but the last
      any = true;
    } else {
      range.rest.push_back(part);
    }
  }
  if (!any) return std::optional<RankRange>();
  if (range.to == 0 && range.to_column < 0) {
    return InvalidArgument(
        "Rank end is not specified. Currently rank only support TopN, which means "
        "the rank end must be specified.");
  }
  return std::optional<RankRange>(std::move(range));
}

Result<std::optional<int>> PhysicalPlanner::PlanRank(const LogicalNode& calc) {
  const LogicalNode& over = *calc.inputs[0];
  const sql::OverSpec& spec = *over.over;
  if (spec.calls.size() != 1 || spec.ranking.size() != 1) return std::optional<int>();
  const auto function = FunctionOf(spec.ranking[0]);
  if (!function) return std::optional<int>();
  const int column = over.schema.size() - 1;
  SLUICE_ASSIGN(const std::optional<RankRange> range, RangeOf(calc, column));
  if (!range) return std::optional<int>();
  if (*function == RankNode::Function::kDenseRank && !settings_.batch) {
    return Unsupported("DENSE_RANK() on streaming table is not supported currently");
  }
  RankNode rank;
  rank.function = *function;
  rank.partition_by = spec.partition_by;
  rank.order_by = spec.order_by;
  rank.from = range->from;
  rank.to = range->to;
  rank.to_column = range->to_column;
  rank.ttl_ms = settings_.state_ttl_ms;
  const ExprPtr condition = And(range->rest);
  std::vector<ExprPtr> outputs = calc.outputs;
  bool reads = Reads(condition, column);
  for (const ExprPtr& output : outputs) reads |= Reads(output, column);
  const bool constant =
      rank.function == RankNode::Function::kRowNumber && rank.to_column < 0 && rank.from == rank.to;
  rank.emit_rank = reads && !constant;
  SLUICE_ASSIGN(const int input, Plan(over.inputs[0]));
  SLUICE_ASSIGN(const int id, AddRank(over, input, std::move(rank)));
  ExprPtr filter = condition;
  if (reads && constant) {
    std::vector<ExprPtr> columns = AllColumns(over.schema);
    const flow::TypePtr type = columns.back()->type;
    columns.back() = functions::Literal(std::make_shared<arrow::Int64Scalar>(range->from),
                                        flow::Type::Simple(flow::TypeKind::kBigInt, false));
    if (!columns.back()->type->Equals(*type)) {
      columns.back() = functions::Cast(columns.back(), type);
    }
    for (ExprPtr& output : outputs) output = pool_->Substitute(output, columns);
    if (filter) filter = pool_->Substitute(filter, columns);
  }
  return std::optional<int>(Calc(id, filter, std::move(outputs), calc.schema));
}

/// Updates only ever move a row up, so that a row that was once beyond the range stays there.
bool PhysicalPlanner::ImprovesOnly(int input, const std::vector<SortKey>& order) const {
  const std::vector<Monotony>& monotony = TraitsOf(input).monotony;
  if (monotony.empty() || order.empty()) return false;
  return std::all_of(order.begin(), order.end(), [&monotony](const SortKey& key) {
    const Monotony moves = monotony[static_cast<size_t>(key.column)];
    return moves == Monotony::kConstant ||
           moves == (key.descending ? Monotony::kIncreasing : Monotony::kDecreasing);
  });
}

std::optional<int> PhysicalPlanner::Deduplicate(int input, const RankNode& rank) {
  if (rank.function != RankNode::Function::kRowNumber || rank.emit_rank || rank.from != 1 ||
      rank.to != 1 || rank.to_column >= 0 || rank.order_by.size() != 1) {
    return std::nullopt;
  }
  const flow::TimeAttribute time = TimeOf(input, rank.order_by[0].column);
  if (time == flow::TimeAttribute::kNone || !TraitsOf(input).insert_only()) return std::nullopt;
  DeduplicateNode node;
  node.keys = rank.partition_by;
  node.time_column = rank.order_by[0].column;
  node.processing_time = time == flow::TimeAttribute::kProctime;
  node.keep_last = rank.order_by[0].descending;
  // The first row by event time is known when the watermark has passed it: it is never taken back.
  node.at_watermark = !node.keep_last && !node.processing_time;
  node.ttl_ms = rank.ttl_ms;
  Traits traits = TraitsOf(input);
  traits.updates = node.keep_last;
  traits.unique_keys.push_back(Sorted(node.keys));
  traits.upsert_keys.push_back(Sorted(node.keys));
  traits.monotony.clear();
  return Add("Deduplicate", {input}, SchemaOf(input), std::move(node), std::move(traits));
}

Result<std::optional<int>> PhysicalPlanner::WindowRank(const LogicalNode& over, int input,
                                                       const RankNode& rank) {
  const std::optional<WindowColumns> window = TraitsOf(input).window;
  const auto has = [&rank](int column) {
    return std::find(rank.partition_by.begin(), rank.partition_by.end(), column) !=
           rank.partition_by.end();
  };
  if (!window || window->start < 0 || !has(window->start) || !has(window->end)) {
    return std::optional<int>();
  }
  if (window->spec.processing_time) {
    return Unsupported("Processing time Window TopN is not supported yet.");
  }
  if (rank.to_column >= 0) {
    return Unsupported("Window TopN takes a constant number of rows per window");
  }
  WindowRankNode node;
  node.window_end = window->end;
  node.of_instants = window->spec.of_instants;
  for (const int column : rank.partition_by) {
    const bool of_window =
        column == window->start || column == window->end || column == window->time;
    if (!of_window) node.partition_by.push_back(column);
  }
  // Where nothing else parts the rows, each window is a partition: all of them are not one shard's.
  if (node.partition_by.empty()) node.partition_by = {window->start, window->end};
  node.order_by = rank.order_by;
  node.function = rank.function;
  node.from = rank.from;
  node.to = rank.to;
  node.emit_rank = rank.emit_rank;
  input = Exchange(input, node.partition_by);
  const flow::Schema schema = rank.emit_rank ? over.schema : SchemaOf(input);
  Traits traits = Widened(input, schema.size());
  traits.updates = traits.deletes = false;
  return std::optional<int>(Add("WindowRank", {input}, schema, std::move(node), std::move(traits)));
}

Result<int> PhysicalPlanner::AddRank(const LogicalNode& over, int input, RankNode rank) {
  SLUICE_ASSIGN(const std::optional<int> window, WindowRank(over, input, rank));
  if (window) return *window;
  const int below = input;
  input = Exchange(input, rank.partition_by);
  if (const auto first = Deduplicate(input, rank)) return *first;
  const Traits& from = TraitsOf(input);
  const ColumnSet partition = Sorted(rank.partition_by);
  if (!from.insert_only()) {
    rank.strategy = RankNode::Strategy::kRetract;
    for (const ColumnSet& key : from.upsert_keys) {
      // A deleted row lets those beyond the range move up: they must be there.
      if (from.deletes || !IsSubset(partition, key) || !ImprovesOnly(below, rank.order_by))
        continue;
      rank.strategy = RankNode::Strategy::kUpdateFast;
      rank.unique_key = key;
      break;
    }
  }
  const flow::Schema schema = rank.emit_rank ? over.schema : SchemaOf(input);
  Traits traits = Widened(input, schema.size());
  traits.updates = traits.deletes = true;
  traits.monotony.clear();
  const auto add_key = [&traits](ColumnSet key) {
    traits.unique_keys.push_back(key);
    traits.upsert_keys.push_back(std::move(key));
  };
  if (rank.function == RankNode::Function::kRowNumber) {
    if (rank.from == 1 && rank.to == 1 && rank.to_column < 0) {
      add_key(partition);
    } else if (rank.emit_rank) {
      ColumnSet key = partition;
      key.push_back(schema.size() - 1);
      add_key(Sorted(std::move(key)));
    }
  }
  return Add("Rank", {input}, schema, std::move(rank), std::move(traits));
}

}  // namespace sluice::plan
