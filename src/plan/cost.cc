// SPDX-License-Identifier: Apache-2.0
#include "plan/cost.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "flow/table_options.h"
#include "functions/registry.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

constexpr double kTableRows = 1e8;  // of a table of which nothing is known
constexpr double kRowsPerKey = 10;  // Calcite's guess of how many rows share a key
constexpr double kHashCpu = 4;      // Flink's weight of hashing a key
constexpr double kTextBytes = 12;   // Flink's guess for VARCHAR
constexpr double kElements = 4;     // of an array or a map

double BytesOf(const flow::Type& type) {
  using flow::TypeKind;
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kBoolean:
    case TypeKind::kTinyInt:
      return 1;
    case TypeKind::kSmallInt:
      return 2;
    case TypeKind::kInt:
    case TypeKind::kFloat:
    case TypeKind::kDate:
    case TypeKind::kIntervalYearMonth:
      return 4;
    case TypeKind::kDecimal:
      return 16;
    case TypeKind::kChar:
    case TypeKind::kBinary:
      return type.length();
    case TypeKind::kVarchar:
    case TypeKind::kVarbinary:
      return std::min<double>(type.length(), kTextBytes);
    case TypeKind::kArray:
    case TypeKind::kMultiset:
      return kElements * BytesOf(*type.element());
    case TypeKind::kMap:
      return kElements * (BytesOf(*type.key()) + BytesOf(*type.value()));
    case TypeKind::kRow: {
      double bytes = 0;
      for (const auto& field : type.fields()) bytes += BytesOf(*field.type);
      return bytes;
    }
    default:
      return 8;
  }
}

double RowBytes(const flow::Schema& schema) {
  double bytes = 0;
  for (const auto& field : schema.fields) bytes += BytesOf(*field.type);
  return bytes;
}

double Selectivity(const ExprPtr& condition) {
  if (condition == nullptr) return 1;
  if (condition->kind != ExprKind::kCall) return 0.25;
  const std::string_view name = condition->function->name;
  if (name == "AND" || name == "OR") {
    double all = 1;
    for (const auto& part : condition->children) {
      all *= name == "AND" ? Selectivity(part) : 1 - Selectivity(part);
    }
    return name == "AND" ? all : 1 - all;
  }
  if (name == "NOT") return 1 - Selectivity(condition->children[0]);
  if (name == "IS NOT NULL") return 0.9;
  if (name == "IS NULL") return 0.1;
  if (name == "=") return 0.15;
  if (name == "<" || name == "<=" || name == ">" || name == ">=") return 0.5;
  if (name == "<>") return 0.85;
  return 0.25;
}

/// 1 for each call in it.
double Calls(const ExprPtr& expr) {
  if (expr == nullptr) return 0;
  double calls = expr->kind == ExprKind::kColumn || expr->kind == ExprKind::kLiteral ? 0 : 1;
  for (const auto& child : expr->children) calls += Calls(child);
  return calls;
}

/// What connectors say that make a given number of rows.
double RowsOf(const flow::ConnectorTable& table) {
  for (const char* key : {"number-of-rows", "events.num"}) {
    const auto found = table.options.find(key);
    if (found == table.options.end()) continue;
    const auto rows = flow::ParseInteger(found->second);
    if (rows.ok() && *rows >= 0) return static_cast<double>(*rows);
  }
  return kTableRows;
}

double Keys(double rows, bool one_group) {
  return one_group ? std::min(rows, 1.0) : std::ceil(rows / kRowsPerKey);
}

/// How many windows a row belongs to.
double WindowsPerRow(const WindowSpec& window) {
  if (window.slide_ms <= 0) return 1;
  const auto size = static_cast<double>(window.size_ms);
  const double windows = std::ceil(size / static_cast<double>(window.slide_ms));
  return window.kind == WindowKind::kCumulate ? (windows + 1) / 2 : windows;
}

/// What one node adds; `in` and `bytes` are rows and their size of each input.
class Estimator {
 public:
  Estimator(const JobNode& node, std::vector<double> in, std::vector<double> bytes)
      : node_(node), in_(std::move(in)), bytes_(std::move(bytes)), out_(RowBytes(node.output)) {
    for (const double rows : in_) total_ += rows;
  }

  double rows = 0;
  Cost own;

  void Run() {
    rows = first();
    std::visit(*this, node_.node);
    own.rows = rows;
  }

  void operator()(const SourceNode& node) {
    rows = RowsOf(node.table);
    own.cpu = rows;
    own.io = rows * out_;
  }
  void operator()(const ValuesNode& node) { rows = static_cast<double>(node.rows.size()); }
  void operator()(const CalcNode& node) {
    double calls = Calls(node.condition);
    own.cpu = calls * first();
    rows = first() * Selectivity(node.condition);
    for (const auto& output : node.outputs) own.cpu += Calls(output) * rows;
  }
  void operator()(const UnionNode&) { rows = total_; }
  void operator()(const ExchangeNode& node) {
    own.cpu = node.keys.empty() ? 0 : kHashCpu * first();
    own.network = first() * out_;
  }
  void operator()(const LocalAggregateNode& node) {
    rows = Keys(first(), node.groups.empty());
    own.cpu = first() * (kHashCpu + static_cast<double>(node.calls.size()));
  }
  void operator()(const LocalWindowAggregateNode& node) {
    rows = Keys(first(), false);
    own.cpu = first() * (1 + static_cast<double>(node.calls.size()));
  }
  void operator()(const GroupAggregateNode& node) {
    rows = node.merges ? first() : Keys(first(), node.groups.empty());
    own.cpu = first() * (kHashCpu + static_cast<double>(node.calls.size()));
    own.memory = rows * out_ + Distinct(node.calls);
  }
  void operator()(const ExpandNode& node) {
    rows = first() * static_cast<double>(node.sets.size());
    own.cpu = rows;
  }
  void operator()(const WindowAggregateNode& node) {
    rows = (node.merges ? first() : Keys(first(), false)) * WindowsPerRow(node.window);
    own.cpu = first() * (kHashCpu + static_cast<double>(node.calls.size()));
    own.memory = rows * out_ + Distinct(node.calls);
  }
  void operator()(const WindowTableNode& node) {
    rows = first() * WindowsPerRow(node.window);
    own.cpu = rows;
  }
  void operator()(const RegularJoinNode& node) {
    Join(node.type, node.keys.empty(), node.residual);
    own.memory = first() * bytes_[0] + in_[1] * bytes_[1];
  }
  void operator()(const IntervalJoinNode& node) {
    Join(node.type, node.keys.empty(), node.residual);
    own.memory = first() * bytes_[0] + in_[1] * bytes_[1];
  }
  void operator()(const WindowJoinNode& node) {
    Join(node.type, false, node.residual);
    own.memory = first() * bytes_[0] + in_[1] * bytes_[1];
  }
  void operator()(const TemporalJoinNode& node) {
    LeftJoin(node.type, node.residual);
    own.memory = first() * bytes_[0] + in_[1] * bytes_[1];
  }
  void operator()(const LookupJoinNode& node) {
    LeftJoin(node.type, node.residual);
    own.io = first() * std::max(out_ - bytes_[0], 0.0);
  }
  void operator()(const CorrelateNode& node) {
    rows = first() * kElements * Selectivity(node.spec.condition);
    own.cpu = rows;
  }
  void operator()(const RankNode& node) {
    const double kept = static_cast<double>(std::max<int64_t>(node.to, 1));
    rows = std::min(first(), Keys(first(), node.partition_by.empty()) * kept);
    own.cpu = kHashCpu * first();
    own.memory = (node.strategy == RankNode::Strategy::kRetract ? first() : rows) * bytes_[0];
  }
  void operator()(const DeduplicateNode&) { PerKey(); }
  void operator()(const WindowRankNode& node) {
    const double kept = static_cast<double>(std::max<int64_t>(node.to, 1));
    rows = std::min(first(), Keys(first(), false) * kept);
    own.cpu = kHashCpu * first();
    own.memory = rows * bytes_[0];
  }
  void operator()(const OverNode& node) {
    own.cpu = first() * (kHashCpu + static_cast<double>(node.spec.calls.size()));
    own.memory = first() * bytes_[0];
  }
  void operator()(const TemporalSortNode&) { Sort(); }
  void operator()(const SortNode&) { Sort(); }
  void operator()(const LimitNode& node) {
    rows = std::min(first(), static_cast<double>(node.limit));
  }
  void operator()(const ChangelogNormalizeNode& node) {
    PerKey();
    rows *= Selectivity(node.condition);
  }
  void operator()(const UpsertMaterializeNode&) {
    own.cpu = kHashCpu * first();
    own.memory = first() * bytes_[0];
  }
  void operator()(const MatchNode&) {
    rows = Keys(first(), false);
    own.cpu = kHashCpu * first();
    own.memory = first() * bytes_[0];
  }
  void operator()(const SinkNode&) {
    rows = total_;
    own.io = total_ * out_;
  }
  /// Passes on what it gets, after a look at each row.
  template <typename Other>
  void operator()(const Other&) {
    own.cpu = first();
  }

 private:
  double first() const { return in_.empty() ? 0 : in_[0]; }

  double Distinct(const std::vector<functions::AggregateCall>& calls) const {
    const auto distinct =
        std::count_if(calls.begin(), calls.end(), [](const auto& call) { return call.distinct; });
    return static_cast<double>(distinct) * first() * 8;
  }
  void PerKey() {
    rows = Keys(first(), false);
    own.cpu = kHashCpu * first();
    own.memory = rows * bytes_[0];
  }
  void Sort() {
    own.cpu = first() * std::log2(std::max(first(), 2.0));
    own.memory = first() * bytes_[0];
  }
  /// With keys each row of the larger side is taken to have one partner: a foreign key.
  void Join(JoinType type, bool cross, const ExprPtr& residual) {
    const double left = first(), right = in_[1];
    double pairs = cross ? left * right : std::max(left, right);
    own.cpu = kHashCpu * (left + right) + pairs * Calls(residual);
    pairs *= Selectivity(residual);
    switch (type) {
      case JoinType::kInner:
        rows = pairs;
        break;
      case JoinType::kLeft:
        rows = std::max(pairs, left);
        break;
      case JoinType::kRight:
        rows = std::max(pairs, right);
        break;
      case JoinType::kFull:
        rows = std::max({pairs, left, right});
        break;
      case JoinType::kSemi:
      case JoinType::kAnti:
        rows = left / 2;
        break;
    }
  }
  void LeftJoin(JoinType type, const ExprPtr& residual) {
    rows = type == JoinType::kLeft ? first() : first() * Selectivity(residual);
    own.cpu = first() * (kHashCpu + Calls(residual));
  }

  const JobNode& node_;
  std::vector<double> in_, bytes_;
  double out_ = 0, total_ = 0;
};

void Add(const Cost& more, Cost* sum) {
  sum->rows += more.rows;
  sum->cpu += more.cpu;
  sum->io += more.io;
  sum->network += more.network;
  sum->memory += more.memory;
}

/// As Java's Double.toString, to three digits behind the point.
std::string Number(double value) {
  char text[64];
  std::string tail;
  if (value >= 1e7) {
    const auto exponent = static_cast<int>(std::floor(std::log10(value)));
    value /= std::pow(10, exponent);
    tail = "E" + std::to_string(exponent);
  }
  std::snprintf(text, sizeof text, "%.3f", value);
  std::string out = text;
  while (out.ends_with("0") && !out.ends_with(".0")) out.pop_back();
  return out + tail;
}

}  // namespace

std::vector<Estimate> EstimateCosts(const JobGraph& job) {
  std::vector<Estimate> estimates;
  for (const JobNode& node : job.nodes) {
    std::vector<double> rows, bytes;
    Estimate estimate;
    for (const int input : node.inputs) {
      const auto i = static_cast<size_t>(input);
      rows.push_back(estimates[i].rows);
      bytes.push_back(RowBytes(job.nodes[i].output));
      Add(estimates[i].cumulative, &estimate.cumulative);
    }
    Estimator estimator(node, std::move(rows), std::move(bytes));
    estimator.Run();
    estimate.rows = estimator.rows;
    Add(estimator.own, &estimate.cumulative);
    estimates.push_back(estimate);
  }
  return estimates;
}

std::string CostText(const Estimate& estimate) {
  const Cost& cost = estimate.cumulative;
  return "rowcount = " + Number(estimate.rows) + ", cumulative cost = {" + Number(cost.rows) +
         " rows, " + Number(cost.cpu) + " cpu, " + Number(cost.io) + " io, " +
         Number(cost.network) + " network, " + Number(cost.memory) + " memory}";
}

}  // namespace sluice::plan
