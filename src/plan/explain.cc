// SPDX-License-Identifier: Apache-2.0
#include "plan/explain.h"

#include <map>
#include <vector>

#include "functions/registry.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;

std::string PathText(const flow::Type* type, const std::vector<int>& path) {
  std::string text;
  for (const int index : path) {
    const flow::Field& field = type->fields()[static_cast<size_t>(index)];
    text += "." + field.name;
    type = field.type.get();
  }
  return text;
}

class Explainer {
 public:
  explicit Explainer(const JobGraph& job) : job_(job) {
    for (const JobNode& node : job.nodes) {
      for (const int input : node.inputs) ++users_[input];
    }
  }

  std::string Run() {
    for (const JobNode& node : job_.nodes) {
      if (!std::holds_alternative<SinkNode>(node.node)) continue;
      if (!out_.empty()) out_ += '\n';
      Print(node, "", true);
    }
    return std::move(out_);
  }

 private:
  void Print(const JobNode& node, const std::string& indent, bool root) {
    if (!root) out_ += indent + "+- ";
    const bool shared = users_[node.id] > 1;
    if (shared && reuse_ids_.contains(node.id)) {
      out_ += "Reused(reference_id=[" + std::to_string(reuse_ids_[node.id]) + "])\n";
      return;
    }
    out_ += Describe(node);
    if (shared) {
      const int id = static_cast<int>(reuse_ids_.size()) + 1;
      reuse_ids_[node.id] = id;
      out_ += "(reuse_id=[" + std::to_string(id) + "])";
    }
    out_ += "\n";
    const bool many = node.inputs.size() > 1;
    std::string inner = root ? "" : indent + "   ";
    if (many && std::holds_alternative<SinkNode>(node.node)) {
      out_ += inner + "+- Union(all=[true])\n";
      inner += "   ";
    }
    for (const int input : node.inputs) Print(job_.nodes[static_cast<size_t>(input)], inner, false);
  }

  std::string Describe(const JobNode& node) const {
    if (const auto* source = std::get_if<SourceNode>(&node.node)) return Scan(node, *source);
    if (const auto* calc = std::get_if<CalcNode>(&node.node)) return Calc(node, *calc);
    if (const auto* values = std::get_if<ValuesNode>(&node.node)) return Values(*values);
    return "Sink(table=[" + std::get<SinkNode>(node.node).table.name + "], fields=[" +
           FieldNames(node.output) + "])";
  }

  static std::string FieldNames(const flow::Schema& schema) {
    std::string text;
    for (const flow::Field& field : schema.fields) text += (text.empty() ? "" : ", ") + field.name;
    return text;
  }

  std::string Scan(const JobNode& node, const SourceNode& source) const {
    std::string fields;
    for (size_t i = 0; i < node.output.fields.size(); ++i) {
      const flow::Field& field = node.output.fields[i];
      const auto& nested = source.projection.nested[i];
      if (nested.empty()) fields += (fields.empty() ? "" : ", ") + field.name;
      for (const auto& path : nested) {
        fields += (fields.empty() ? "" : ", ") + field.name + PathText(field.type.get(), path);
      }
    }
    return "TableSourceScan(table=[" + source.table.name + "], connector=[" + source.connector +
           "], fields=[" + fields + "]" + Predicates(node) + ")";
  }

  /// Parts of the conditions above that one column and constants decide: a source could apply them
  /// while it decodes.
  std::string Predicates(const JobNode& scan) const {
    std::string text;
    for (const JobNode& node : job_.nodes) {
      const auto* calc = std::get_if<CalcNode>(&node.node);
      if (calc == nullptr || calc->condition == nullptr || node.inputs[0] != scan.id) continue;
      if (users_.at(scan.id) > 1) return "";
      const Expr& condition = *calc->condition;
      const bool chain = condition.kind == ExprKind::kCall && condition.function->name == "AND";
      if (!chain) {
        if (IsSimple(condition)) text = functions::ToString(condition);
        continue;
      }
      for (const auto& part : condition.children) {
        if (IsSimple(*part)) text += (text.empty() ? "" : ", ") + functions::ToString(*part);
      }
    }
    return text.empty() ? "" : ", pushable=[" + text + "]";
  }

  static bool IsColumn(const Expr& expr) {
    if (expr.kind == ExprKind::kField) return IsColumn(*expr.children[0]);
    return expr.kind == ExprKind::kColumn;
  }

  static bool IsSimple(const Expr& expr) {
    if (expr.kind != ExprKind::kCall || expr.children.empty()) return false;
    int columns = 0;
    for (const auto& child : expr.children) {
      if (IsColumn(*child)) {
        ++columns;
      } else if (child->kind != ExprKind::kLiteral) {
        return false;
      }
    }
    return columns == 1;
  }

  static std::string Calc(const JobNode& node, const CalcNode& calc) {
    std::string select;
    for (size_t i = 0; i < calc.outputs.size(); ++i) {
      const Expr& output = *calc.outputs[i];
      const std::string& name = node.output.fields[i].name;
      if (i > 0) select += ", ";
      if (output.kind == ExprKind::kColumn && output.name == name) {
        select += name;
      } else {
        select += functions::ToString(output) + " AS " + name;
      }
    }
    std::string text = node.name + "(select=[" + select + "]";
    if (calc.condition) text += ", where=[" + functions::ToString(*calc.condition) + "]";
    return text + ")";
  }

  static std::string Values(const ValuesNode& values) {
    constexpr size_t kRowsShown = 5;
    std::string text;
    for (size_t i = 0; i < values.rows.size() && i < kRowsShown; ++i) {
      text += i > 0 ? ", {" : "{";
      for (size_t k = 0; k < values.rows[i].size(); ++k) {
        text += (k > 0 ? ", " : "") + functions::ToString(*values.rows[i][k]);
      }
      text += "}";
    }
    if (values.rows.size() > kRowsShown) {
      text += ", ... " + std::to_string(values.rows.size()) + " rows";
    }
    return "Values(tuples=[" + text + "])";
  }

  const JobGraph& job_;
  std::map<int, int> users_;
  std::map<int, int> reuse_ids_;
  std::string out_;
};

}  // namespace

std::string Explain(const JobGraph& job) {
  return Explainer(job).Run();
}

}  // namespace sluice::plan
