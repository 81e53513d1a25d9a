// SPDX-License-Identifier: Apache-2.0
// A GROUP BY with DISTINCT calls becomes two: a first one per group and bucket of the distinct
// value, a second one that puts the buckets together. The rows and the values of one large group
// are then on all shards (Flink's SplitAggregateRule).
//
//   SELECT k, COUNT(DISTINCT a), SUM(b) FROM t GROUP BY k
//   Aggregate(k; $SUM0(c), SUM(s))
//     Aggregate(k, $bucket; COUNT(DISTINCT a) AS c, SUM(b) AS s)
//       Calc(k, a, b, HASH_BUCKET(a, 1024, 0) AS $bucket)
//
// DISTINCT calls over different columns need the rows once per column: a union of such calcs, whose
// buckets have numbers of their own, and FILTERs so that each call sees its rows once. Calls
// without DISTINCT go with the first column; those that depend on the order of rows are not spread
// at all. AVG becomes a sum and a count, whose quotient has the same type and digits.
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "arrow/api.h"
#include "base/assert.h"
#include "functions/aggregate.h"
#include "functions/hash_bucket.h"
#include "functions/registry.h"
#include "plan/rewrites/rewrites.h"

namespace sluice::plan {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;
using functions::AggregateCall;
using functions::ExprPtr;
using Kind = LogicalNode::Kind;

size_t At(int index) {
  return static_cast<size_t>(index);
}

/// What a call becomes: up to two pairs of a call per bucket and the one that merges it.
struct Step {
  const char* partial;
  const char* merge;
};
struct Steps {
  const char* name;
  std::array<Step, 2> steps;
  bool in_order = false;  // the result depends on the order of rows
};

constexpr Steps kSteps[] = {
    {"COUNT", {{{"COUNT", "$SUM0"}, {}}}},
    {"SUM", {{{"SUM", "SUM"}, {}}}},
    {"$SUM0", {{{"$SUM0", "$SUM0"}, {}}}},
    {"MIN", {{{"MIN", "MIN"}, {}}}},
    {"MAX", {{{"MAX", "MAX"}, {}}}},
    {"AVG", {{{"$SUM0", "$SUM0"}, {"COUNT", "$SUM0"}}}},
    {"FIRST_VALUE", {{{"FIRST_VALUE", "FIRST_VALUE"}, {}}}, true},
    {"LAST_VALUE", {{{"LAST_VALUE", "LAST_VALUE"}, {}}}, true},
    {"LISTAGG", {{{"LISTAGG", "LISTAGG"}, {}}}, true},
};

const Steps* StepsOf(const AggregateCall& call) {
  for (const Steps& steps : kSteps) {
    if (call.function->name == steps.name) return &steps;
  }
  return nullptr;
}

ExprPtr Must(Result<ExprPtr> made) {
  SLUICE_ASSERT(made.ok());
  return *std::move(made);
}

ExprPtr BigInt(int64_t value) {
  return functions::Literal(arrow::MakeScalar(value), Type::Simple(TypeKind::kBigInt, false));
}

ExprPtr Truth(bool value) {
  return functions::Literal(arrow::MakeScalar(value), Type::Simple(TypeKind::kBoolean, false));
}

/// A call over columns of `schema`, with the type that its function gives it.
AggregateCall CallOver(const flow::Schema& schema, const char* name, std::vector<int> columns) {
  AggregateCall call;
  call.function = functions::FindAggregate(name);
  std::vector<ExprPtr> arguments;
  for (const int column : columns) {
    const flow::Field& field = schema.fields[At(column)];
    arguments.push_back(functions::Column(column, field.type, field.name));
  }
  auto signature = call.function->resolve(arguments);
  SLUICE_ASSERT(signature.ok());
  call.argument_types = std::move(signature->arguments);
  call.type = std::move(signature->result);
  call.arguments = std::move(columns);
  return call;
}

/// The sum of an average is made in the type that AVG itself adds up in.
TypePtr SumType(const TypePtr& type) {
  if (type->kind() == TypeKind::kDecimal) return type;
  const auto kind = type->is_approximate() ? TypeKind::kDouble : TypeKind::kBigInt;
  return Type::Simple(kind, type->nullable());
}

/// Rows below carry windows that two aggregates would see differently.
bool HasMovingWindows(const LogicalNode& node) {
  if (node.kind == Kind::kWindow &&
      (node.window->kind == sql::WindowKind::kSession || node.window->processing_time)) {
    return true;
  }
  return std::any_of(node.inputs.begin(), node.inputs.end(),
                     [](const LogicalNodePtr& input) { return HasMovingWindows(*input); });
}

bool CanSplit(const LogicalNode& node) {
  if (node.kind != Kind::kAggregate || node.aggregate->group_window) return false;
  bool distinct = false;
  for (const AggregateCall& call : node.aggregate->calls) {
    const Steps* const steps = StepsOf(call);
    if (steps == nullptr) return false;
    if (!call.distinct) continue;
    const bool one = call.arguments.size() == 1 && !steps->in_order;
    if (!one || !functions::HasHashBucket(*call.argument_types[0])) return false;
    distinct = true;
  }
  return distinct && !HasMovingWindows(*node.inputs[0]);
}

class Splitter {
 public:
  Splitter(LogicalNode* node, ExpressionPool* pool, int32_t buckets)
      : node_(*node), spec_(*node->aggregate), pool_(pool), buckets_(buckets) {}

  void Run() {
    FindSets();
    const LogicalNodePtr input = Spread();
    const LogicalNodePtr partial = Partial(input);
    const LogicalNodePtr merged = Merged(partial);
    std::vector<ExprPtr> outputs = Results(merged->schema);
    for (ExprPtr& output : outputs) output = pool_->Intern(output);
    const LogicalNodePtr calc = MakeCalc(merged, nullptr, std::move(outputs), node_.schema);
    node_ = *calc;
  }

 private:
  static constexpr int kUnspread = -1;
  using FilterKey = std::pair<size_t, int>;  // set, FILTER of the call

  int groups() const { return static_cast<int>(spec_.groups.size()); }
  bool has_sets() const { return !spec_.grouping_sets.empty(); }

  size_t SetOf(int column) {
    const auto found = std::find(sets_.begin(), sets_.end(), column);
    if (found != sets_.end()) return static_cast<size_t>(found - sets_.begin());
    sets_.push_back(column);
    return sets_.size() - 1;
  }

  /// Which calls see which copy of the rows.
  void FindSets() {
    for (const AggregateCall& call : spec_.calls) {
      if (call.distinct) SetOf(call.arguments[0]);
    }
    for (const AggregateCall& call : spec_.calls) {
      size_t set = 0;
      if (call.distinct) set = SetOf(call.arguments[0]);
      if (StepsOf(call)->in_order) set = SetOf(kUnspread);
      set_of_call_.push_back(set);
      const FilterKey key(set, call.filter);
      if (std::find(filters_.begin(), filters_.end(), key) == filters_.end()) {
        filters_.push_back(key);
      }
    }
  }

  /// The rows with the columns that the calls need beside them, the last one the bucket.
  LogicalNodePtr Spread() {
    spread_ = node_.inputs[0]->schema;
    for (const AggregateCall& call : spec_.calls) {
      if (call.function->name != "AVG") continue;
      const int column = call.arguments[0];
      const TypePtr type = SumType(spread_.fields[At(column)].type);
      if (type->Equals(*spread_.fields[At(column)].type) || Widened(column) != column) continue;
      widened_.emplace_back(column, spread_.size());
      spread_.fields.push_back({"$wide" + std::to_string(widened_.size() - 1), type, ""});
    }
    first_filter_ = spread_.size();
    for (size_t i = 0; i < filters_.size() && sets_.size() > 1; ++i) {
      spread_.fields.push_back(
          {"$f" + std::to_string(i), Type::Simple(TypeKind::kBoolean, true), ""});
    }
    spread_.fields.push_back({"$bucket", Type::Simple(TypeKind::kInt, false), ""});
    if (sets_.size() == 1) return Copy(0);
    auto all = std::make_shared<LogicalNode>();
    all->kind = Kind::kUnion;
    all->schema = spread_;
    for (size_t set = 0; set < sets_.size(); ++set) all->inputs.push_back(Copy(set));
    return all;
  }

  /// The copy of the rows that is spread by the column of `set`.
  LogicalNodePtr Copy(size_t set) {
    const LogicalNodePtr& input = node_.inputs[0];
    std::vector<ExprPtr> outputs = AllColumns(input->schema);
    for (const auto& [column, to] : widened_) {
      outputs.push_back(functions::Cast(outputs[At(column)], spread_.fields[At(to)].type));
    }
    for (const auto& [of_set, filter] : filters_) {
      if (sets_.size() == 1) break;
      std::vector<ExprPtr> parts;
      if (of_set != set || filter < 0) parts.push_back(Truth(of_set == set));
      // A copy that the call does not see names its FILTER all the same: it is part of what the
      // column means, by which state is known.
      if (filter >= 0) parts.push_back(outputs[At(filter)]);
      outputs.push_back(And(std::move(parts)));
    }
    const auto first = static_cast<int32_t>(set) * buckets_;
    const int column = sets_[set];
    outputs.push_back(
        column == kUnspread
            ? functions::Literal(arrow::MakeScalar(first), Type::Simple(TypeKind::kInt, false))
            : functions::HashBucket(outputs[At(column)], buckets_, first));
    return OnTop(input, std::move(outputs));
  }

  /// A calc right above a windowing function takes part in what is aggregated per window.
  LogicalNodePtr OnTop(const LogicalNodePtr& input, std::vector<ExprPtr> outputs) {
    const bool into =
        sets_.size() == 1 && input->kind == Kind::kCalc &&
        input->inputs[0]->kind == Kind::kWindow &&
        std::all_of(input->outputs.begin(), input->outputs.end(),
                    [](const ExprPtr& output) { return functions::IsDeterministic(*output); });
    for (ExprPtr& output : outputs) {
      output = into ? pool_->Substitute(output, input->outputs) : pool_->Intern(output);
    }
    return into ? MakeCalc(input->inputs[0], input->condition, std::move(outputs), spread_)
                : MakeCalc(input, nullptr, std::move(outputs), spread_);
  }

  int Widened(int column) const {
    for (const auto& [from, to] : widened_) {
      if (from == column) return to;
    }
    return column;
  }

  int FilterOf(size_t call) const {
    if (sets_.size() == 1) return spec_.calls[call].filter;
    const FilterKey key(set_of_call_[call], spec_.calls[call].filter);
    const auto found = std::find(filters_.begin(), filters_.end(), key);
    return first_filter_ + static_cast<int>(found - filters_.begin());
  }

  static LogicalNodePtr Aggregate(LogicalNodePtr input, sql::AggregateSpec spec,
                                  flow::Schema schema) {
    auto node = std::make_shared<LogicalNode>();
    node->kind = Kind::kAggregate;
    node->inputs.push_back(std::move(input));
    node->aggregate = std::make_shared<const sql::AggregateSpec>(std::move(spec));
    node->schema = std::move(schema);
    return node;
  }

  flow::Schema GroupFields() const {
    flow::Schema schema;
    schema.fields.assign(node_.schema.fields.begin(), node_.schema.fields.begin() + groups());
    return schema;
  }

  /// The name of the call's column, or of what a mean is made from.
  std::string NameOf(size_t call, const Step& step) const {
    const std::string& name = node_.schema.fields[At(groups()) + call].name;
    if (spec_.calls[call].function->name != "AVG") return name;
    return name + (step.partial == std::string_view("COUNT") ? "$count" : "$sum");
  }

  /// Per group and bucket.
  LogicalNodePtr Partial(const LogicalNodePtr& input) {
    sql::AggregateSpec spec;
    spec.groups = spec_.groups;
    spec.groups.push_back(spread_.size() - 1);
    for (std::vector<int> set : spec_.grouping_sets) {
      set.push_back(groups());
      spec.grouping_sets.push_back(std::move(set));
    }
    spec.ttl_ms = spec_.ttl_ms;
    flow::Schema schema = GroupFields();
    schema.fields.push_back(spread_.fields.back());
    for (size_t i = 0; i < spec_.calls.size(); ++i) {
      const AggregateCall& call = spec_.calls[i];
      for (const Step& step : StepsOf(call)->steps) {
        if (step.partial == nullptr) continue;
        AggregateCall partial = call;
        if (call.function->name == "AVG") {
          partial = CallOver(spread_, step.partial, {Widened(call.arguments[0])});
          partial.distinct = call.distinct;
        }
        partial.filter = FilterOf(i);
        // A bucket may be without the values that the whole group has.
        if (step.merge != std::string_view("$SUM0")) {
          partial.type = partial.type->WithNullable(true);
        }
        partial.name = NameOf(i, step);
        schema.fields.push_back({partial.name, partial.type, ""});
        spec.calls.push_back(std::move(partial));
      }
    }
    if (has_sets()) schema.fields.push_back(node_.schema.fields.back());  // the grouping id
    return Aggregate(input, std::move(spec), std::move(schema));
  }

  /// Per group.
  LogicalNodePtr Merged(const LogicalNodePtr& partial) {
    sql::AggregateSpec spec;
    for (int i = 0; i < groups(); ++i) spec.groups.push_back(i);
    flow::Schema schema = GroupFields();
    if (has_sets()) {
      spec.groups.push_back(partial->schema.size() - 1);
      schema.fields.push_back(partial->schema.fields.back());
    }
    spec.ttl_ms = spec_.ttl_ms;
    int column = groups() + 1;
    for (size_t i = 0; i < spec_.calls.size(); ++i) {
      for (const Step& step : StepsOf(spec_.calls[i])->steps) {
        if (step.partial == nullptr) continue;
        AggregateCall merge = CallOver(partial->schema, step.merge, {column});
        merge.name = partial->schema.fields[At(column)].name;
        if (spec_.calls[i].function->name != "AVG") merge.type = spec_.calls[i].type;
        schema.fields.push_back({merge.name, merge.type, ""});
        spec.calls.push_back(std::move(merge));
        ++column;
      }
    }
    return Aggregate(partial, std::move(spec), std::move(schema));
  }

  /// The columns of the aggregate as it was.
  std::vector<ExprPtr> Results(const flow::Schema& merged) const {
    const std::vector<ExprPtr> all = AllColumns(merged);
    std::vector<ExprPtr> outputs(all.begin(), all.begin() + groups());
    size_t at = At(groups()) + (has_sets() ? 1 : 0);
    for (const AggregateCall& call : spec_.calls) {
      ExprPtr value = all[at++];
      if (call.function->name == "AVG") {
        const ExprPtr count = Must(functions::MakeCall("NULLIF", {all[at++], BigInt(0)}));
        value = Must(functions::MakeCall("/", {std::move(value), count}));
        if (!value->type->EqualsIgnoringNullability(*call.type)) {
          value = functions::Cast(std::move(value), call.type->WithNullable(true));
        }
      }
      outputs.push_back(std::move(value));
    }
    // The bucket was the last group, which every set has: the lowest bit, which is 0.
    if (has_sets()) {
      outputs.push_back(Must(functions::MakeCall("/", {all[At(groups())], BigInt(2)})));
    }
    return outputs;
  }

  LogicalNode& node_;
  const sql::AggregateSpec spec_;
  ExpressionPool* const pool_;
  const int32_t buckets_;
  std::vector<int> sets_;                     // the column that spreads a copy; kUnspread: none
  std::vector<size_t> set_of_call_;           // per call
  std::vector<FilterKey> filters_;            // each is a column where there are several sets
  std::vector<std::pair<int, int>> widened_;  // column, and where it stands in the sum's type
  flow::Schema spread_;
  int first_filter_ = 0;
};

}  // namespace

void SplitDistinct(LogicalPlan* plan, ExpressionPool* pool, int32_t buckets) {
  for (LogicalNode* node : InputsFirst(*plan)) {
    if (CanSplit(*node)) Splitter(node, pool, buckets).Run();
  }
}

}  // namespace sluice::plan
