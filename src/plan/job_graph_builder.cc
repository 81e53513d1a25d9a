// SPDX-License-Identifier: Apache-2.0
#include "plan/job_graph_builder.h"

#include <cstdio>
#include <set>
#include <utility>

#include "functions/registry.h"
#include "plan/rewrites/rewrites.h"

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

class Builder {
 public:
  explicit Builder(const std::map<std::string, std::string>& settings) { job_.settings = settings; }

  JobGraph Build(LogicalPlan plan) {
    Optimize(&plan, &pool_, Context());
    for (const LogicalSink& sink : plan.sinks) AddSources(*sink.input);
    for (LogicalSink& sink : plan.sinks) AddSink(sink);
    job_.name = Name(plan);
    job_.fingerprint = MakeFingerprint();
    return std::move(job_);
  }

 private:
  functions::EvalContext Context() const {
    functions::EvalContext context;
    const auto zone = job_.settings.find("table.local-time-zone");
    if (zone != job_.settings.end()) context.time_zone = zone->second;
    return context;
  }

  std::string Name(const LogicalPlan& plan) const {
    const auto given = job_.settings.find("pipeline.name");
    if (given != job_.settings.end() && !given->second.empty()) return given->second;
    return "insert-into_" + plan.sinks[0].target.path.ToString();
  }

  int Add(JobNode node) {
    node.id = static_cast<int>(job_.nodes.size());
    job_.nodes.push_back(std::move(node));
    return job_.nodes.back().id;
  }

  void AddSources(const LogicalNode& node) {
    for (const LogicalNodePtr& input : node.inputs) AddSources(*input);
    if (node.kind != LogicalNode::Kind::kScan || sources_.contains(node.group)) return;
    SourceNode source{node.table->table, node.table->connector, node.projection};
    // Positions are kept by name: a second read with other options needs a name of its own.
    const std::string base = source.table.name;
    for (int i = 2; !source_names_.insert(source.table.name).second; ++i) {
      source.table.name = base + "#" + std::to_string(i);
    }
    JobNode job{0,
                "Source: " + source.connector + "[" + node.table->path.table + "]",
                {},
                node.schema,
                std::move(source)};
    sources_[node.group] = Add(std::move(job));
  }

  /// The node that gives what `node` gives.
  int AddNode(LogicalNode* node) {
    switch (node->kind) {
      case LogicalNode::Kind::kScan:
        return sources_.at(node->group);
      case LogicalNode::Kind::kValues: {
        ValuesNode values;
        for (auto& row : node->rows) {
          values.rows.emplace_back();
          for (auto& value : row) values.rows.back().push_back(pool_.Intern(value));
        }
        return Add({0, "Values", {}, node->schema, std::move(values)});
      }
      case LogicalNode::Kind::kCalc: {
        const int input = AddNode(node->inputs[0].get());
        CalcNode calc;
        if (node->condition) calc.condition = pool_.Intern(node->condition);
        for (const auto& output : node->outputs) calc.outputs.push_back(pool_.Intern(output));
        return Add({0, "Calc", {input}, node->schema, std::move(calc)});
      }
      case LogicalNode::Kind::kUnion:
        break;
    }
    // A union that is not right below a sink: one calc that takes from all.
    std::vector<int> inputs;
    for (LogicalNodePtr& input : node->inputs) inputs.push_back(AddNode(input.get()));
    CalcNode calc;
    for (int i = 0; i < node->schema.size(); ++i) {
      const flow::Field& field = node->schema.fields[static_cast<size_t>(i)];
      calc.outputs.push_back(functions::Column(i, field.type, field.name));
    }
    return Add({0, "Union", std::move(inputs), node->schema, std::move(calc)});
  }

  void AddSink(LogicalSink& sink) {
    std::vector<int> inputs;
    const flow::Schema schema = sink.input->schema;
    if (sink.input->kind == LogicalNode::Kind::kUnion) {
      for (LogicalNodePtr& input : sink.input->inputs) inputs.push_back(AddNode(input.get()));
    } else {
      inputs.push_back(AddNode(sink.input.get()));
    }
    const sql::TablePath& path = sink.target.path;
    if (const auto known = sinks_.find(path); known != sinks_.end()) {
      // Its inputs must stand before it: the sink moves to the end.
      pending_[known->second].inputs.insert(pending_[known->second].inputs.end(), inputs.begin(),
                                            inputs.end());
      return;
    }
    sinks_[path] = pending_.size();
    SinkNode node;
    node.table = sink.target.table;
    node.connector = sink.target.connector;
    if (sink.target.kind == sql::TableEntry::Kind::kCatalogTable) {
      node.kind = SinkNode::Kind::kCatalogTable;
      node.catalog = path.catalog;
      node.identifier = {path.database, path.table};
    }
    pending_.push_back({0, "Sink: " + path.ToString(), std::move(inputs), schema, std::move(node)});
  }

  std::string MakeFingerprint() {
    for (JobNode& sink : pending_) Add(std::move(sink));
    Fingerprint print;
    for (const JobNode& node : job_.nodes) {
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
      }
    }
    return print.Text();
  }

  JobGraph job_;
  ExpressionPool pool_;
  std::map<int, int> sources_;  // group -> node
  std::set<std::string> source_names_;
  std::map<sql::TablePath, size_t> sinks_;  // -> index in pending_
  std::vector<JobNode> pending_;            // sinks, which stand last
};

}  // namespace

JobGraph BuildJob(std::vector<sql::BoundInsert> inserts,
                  const std::map<std::string, std::string>& settings) {
  LogicalPlan plan;
  for (sql::BoundInsert& insert : inserts) {
    plan.sinks.push_back({std::move(insert.target), MakeLogical(std::move(insert.query))});
  }
  return Builder(settings).Build(std::move(plan));
}

JobGraph BuildQueryJob(sql::BoundQuery query, const std::map<std::string, std::string>& settings) {
  sql::BoundTable target;
  target.path = {"default_catalog", "default_database", "select"};
  target.connector = "print";
  target.table.name = "select";
  target.table.options["connector"] = "print";
  for (const flow::Field& field : query.query->schema.fields) {
    target.table.columns.push_back({field, false, "", false});
  }
  LogicalPlan plan;
  plan.sinks.push_back({std::move(target), MakeLogical(std::move(query.query))});
  return Builder(settings).Build(std::move(plan));
}

}  // namespace sluice::plan
