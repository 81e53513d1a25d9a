// SPDX-License-Identifier: Apache-2.0
#include "cli/test_run.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "cli/captured_rows.h"
#include "cli/connectors.h"
#include "cli/given_source.h"
#include "cli/script.h"
#include "io/clock.h"
#include "io/scratch.h"
#include "operators/operators.h"
#include "operators/table_lookup.h"
#include "runtime/pipeline.h"

namespace sluice::cli {
namespace {

constexpr char kWhole[] = "whole";
constexpr char kRows[] = "rows";
constexpr char kRestart[] = "restart";

// A case whose query fails says so by this; everything else is a mistake in the file.
struct Failed {
  std::string text;
};

std::string WithoutBackticks(std::string name) {
  std::erase(name, '`');
  return name;
}

// "orders" and "db.orders" are `cat`.`db`.`orders`.
bool IsCalled(const std::string& full_name, const std::string& name) {
  const std::string full = WithoutBackticks(full_name);
  const std::string wanted = WithoutBackticks(name);
  return full == wanted || full.ends_with("." + wanted);
}

std::string At(const std::string& file, int line) {
  return file + ":" + std::to_string(line) + ": ";
}

plan::Outcome Plan(const std::string& name, const std::string& text, const std::string& mode) {
  Script script;
  script.source = {name, text};
  if (mode == kRows) script.settings["sluice.batch-rows"] = "1";
  plan::Session session = MakeSession(script);
  return session.Check(script.source);
}

// The mistakes of a script as lines; warnings are passed over.
std::string MistakesOf(const plan::Outcome& outcome, const sql::Source& source) {
  std::string text;
  for (const sql::Diagnostic& diagnostic : outcome.diagnostics) {
    if (diagnostic.severity != sql::Severity::kError) continue;
    text += (text.empty() ? "" : "\n") + sql::RenderShort(diagnostic, source);
  }
  return text;
}

runtime::Connections Isolated() {
  runtime::Connections connections =
      runtime::DefaultConnections([](const std::string&) -> tables::Catalog* { return nullptr; });
  connections.open_dead_letters = [](const plan::JobGraph&, const runtime::RunOptions&) {
    return Result<std::unique_ptr<flow::Sink>>(nullptr);
  };
  connections.stop_requests = [] { return 0; };
  return connections;
}

Result<runtime::RunOptions> OptionsOf(const plan::JobGraph& job, const std::string& directory) {
  SLUICE_ASSIGN(auto options, runtime::RunOptions::FromSettings(job.settings));
  options.shards = 1;
  options.checkpoint_dir = directory;
  options.savepoint_dir.clear();
  options.recovery_path.clear();
  options.spill = false;
  options.late_rows_to_table = false;
  options.dead_letters = runtime::DeadLetterPolicy::kDrop;
  return options;
}

// The name of a type as a column has it: a time attribute is the source's own, and what a case
// leaves out is NULL.
std::string TypeText(const flow::TypePtr& type) {
  return type->WithTimeAttribute(flow::TimeAttribute::kNone)->WithNullable(true)->ToString();
}

flow::Batch WithKinds(const flow::Batch& batch) {
  flow::Batch out;
  const auto& kinds = static_cast<const arrow::StringArray&>(*batch.rows->column(0));
  for (int64_t row = 0; row < kinds.length(); ++row) {
    flow::RowKind kind = flow::RowKind::kInsert;
    for (const auto each :
         {flow::RowKind::kUpdateBefore, flow::RowKind::kUpdateAfter, flow::RowKind::kDelete}) {
      if (kinds.GetView(row) == flow::ShortText(each)) kind = each;
    }
    out.kinds.push_back(kind);
  }
  out.rows = batch.rows->RemoveColumn(0).ValueOr(nullptr);
  return out;
}

// A sink that keeps its batches as they are.
class BatchSink : public flow::Sink {
 public:
  explicit BatchSink(std::vector<flow::Batch>* batches) : batches_(batches) {}
  const std::string& name() const override {
    static const std::string name = "rows of a case";
    return name;
  }
  Result<flow::SinkState> Begin(const std::string&) override { return flow::SinkState{}; }
  bool durable() const override { return false; }
  bool lasting() const override { return false; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(std::make_unique<Writer>(batches_));
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit) override { return flow::CommitReport{}; }

 private:
  struct Writer : flow::SinkWriter {
    explicit Writer(std::vector<flow::Batch>* to) : batches(to) {}
    Status Write(const flow::Batch& batch) override {
      batches->push_back({.rows = batch.rows, .origin = {}, .kinds = batch.kinds});
      rows += batch.rows->num_rows();
      return {};
    }
    Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
      auto part = std::make_unique<flow::StagedPart>();
      part->rows = std::exchange(rows, 0);
      return part;
    }
    int64_t memory_bytes() const override { return 0; }
    std::vector<flow::Batch>* const batches;
    int64_t rows = 0;
  };
  std::vector<flow::Batch>* const batches_;
};

class CaseRunner {
 public:
  CaseRunner(const std::string& file_name, const TestFile& file, const TestCase& test,
             const std::string& mode)
      : file_name_(file_name), file_(file), test_(test), mode_(mode) {}

  Result<std::string> Run() {
    SLUICE_ASSIGN(scratch_, io::ScratchDirectory::Make());
    auto failed = RunJobs();
    if (!failed.ok()) return std::move(failed).error();
    if (test_.fails) return CheckFailure(*failed);
    if (*failed) return "it fails: " + (*failed)->text + "\n";
    return Compare();
  }

 private:
  std::string CheckFailure(const std::optional<Failed>& failed) const {
    if (!failed) return "it does not fail; expected: " + *test_.fails + "\n";
    if (failed->text.find(*test_.fails) != std::string::npos) return "";
    return "it fails with other words\n- " + *test_.fails + "\n+ " + failed->text + "\n";
  }

  Result<std::optional<Failed>> RunJobs() {
    // What runs is apart from the INSERTs of the setup: another name of the pipeline, another job.
    std::string text = file_.setup;
    uint32_t run_from = 0;
    if (test_.run) {
      text += "SET 'pipeline.name' = 'test';\n";
      run_from = static_cast<uint32_t>(text.size());
      text += *test_.run;
    }
    const sql::Source source{file_name_, text};
    plan::Outcome outcome = Plan(file_name_, text, mode_);
    if (!outcome.ok()) return std::optional(Failed{MistakesOf(outcome, source)});
    std::vector<int> wanted;
    for (const plan::StatementResult& result : outcome.results) {
      if (result.job < 0 || result.span.begin < run_from) continue;
      if (std::find(wanted.begin(), wanted.end(), result.job) == wanted.end()) {
        wanted.push_back(result.job);
      }
    }
    if (wanted.empty()) {
      return InvalidArgument(At(file_name_, test_.line) +
                             "nothing runs: the case needs '-- run' with an INSERT or a SELECT");
    }
    SLUICE_TRY(CheckGiven(outcome, wanted));
    for (const int job : wanted) {
      SLUICE_ASSIGN(auto failed, RunJob(outcome.jobs[static_cast<size_t>(job)]));
      if (failed) return failed;
    }
    return std::optional<Failed>();
  }

  // Rows for a table that nothing reads are a slip in its name.
  Status CheckGiven(const plan::Outcome& outcome, const std::vector<int>& jobs) const {
    std::vector<std::string> tables;
    for (const int job : jobs) {
      for (const plan::JobNode& node : outcome.jobs[static_cast<size_t>(job)].nodes) {
        if (const auto* source = std::get_if<plan::SourceNode>(&node.node)) {
          tables.push_back(source->table.name);
        } else if (const auto* lookup = std::get_if<plan::LookupJoinNode>(&node.node)) {
          tables.push_back(lookup->table.name);
        }
      }
    }
    for (const TestRows& given : test_.given) {
      if (std::any_of(tables.begin(), tables.end(), [&given](const std::string& table) {
            return IsCalled(table, given.table);
          })) {
        continue;
      }
      return InvalidArgument(At(file_name_, given.line) + "nothing that runs reads the table '" +
                             given.table + "'");
    }
    return {};
  }

  // The rows of a query, as columns of a schema; with kinds where its first column says them.
  Result<std::vector<flow::Batch>> RowsOf(const TestRows& rows,
                                          const std::vector<flow::Field>& columns) {
    std::vector<flow::Batch> batches;
    if (rows.query.find_first_not_of(" \t\r\n;") == std::string::npos) return batches;
    std::string ddl = "CREATE TEMPORARY TABLE rows_of_case (";
    if (rows.changelog) ddl += "`kind of change` STRING NOT NULL, ";
    for (size_t i = 0; i < columns.size(); ++i) {
      ddl += (i == 0 ? "`" : ", `") + columns[i].name + "` " + TypeText(columns[i].type);
    }
    ddl += ") WITH ('connector' = 'blackhole');\nINSERT INTO rows_of_case ";
    if (!rows.columns.empty()) {
      ddl += std::string("(") + (rows.changelog ? "`kind of change`, " : "") + rows.columns + ")";
    }
    ddl += "\n";
    const sql::Source source{file_name_, file_.setup + ddl + rows.query};
    plan::Outcome outcome = Plan(file_name_, source.text, kWhole);
    if (!outcome.ok()) {
      return InvalidArgument(At(file_name_, rows.line) + MistakesOf(outcome, source));
    }
    plan::JobGraph job;
    for (plan::JobGraph& each : outcome.jobs) job = std::move(each);  // the last one
    SLUICE_TRY(Collect(std::move(job), rows, &batches));
    if (!rows.changelog) return batches;
    for (flow::Batch& batch : batches) batch = WithKinds(batch);
    return batches;
  }

  Status Collect(plan::JobGraph job, const TestRows& rows, std::vector<flow::Batch>* batches) {
    // INSERTs of the setup may be part of the same job: only ours is wanted.
    SLUICE_ASSIGN(const auto options, OptionsOf(job, NewDirectory()));
    runtime::Connections connections = Isolated();
    std::vector<flow::Batch> ignored;
    connections.open_sink = [&](const plan::JobGraph&, const plan::JobNode& node,
                                const runtime::RunOptions&) {
      const auto& sink = std::get<plan::SinkNode>(node.node);
      const bool ours = IsCalled(sink.table.name, "rows_of_case");
      return Result<std::unique_ptr<flow::Sink>>(
          std::make_unique<BatchSink>(ours ? batches : &ignored));
    };
    connections.open_source =
        [&, make = connections.open_source](
            const plan::JobGraph& graph, const plan::JobNode& node,
            const runtime::RunOptions& run) -> Result<std::unique_ptr<flow::Source>> {
      if (std::holds_alternative<plan::ValuesNode>(node.node)) return make(graph, node, run);
      return MakeGivenSource(node.output, {}, &nothing_);
    };
    SLUICE_ASSIGN(const auto pipeline, runtime::Pipeline::Open(std::move(job), options,
                                                               std::move(connections), nullptr));
    auto ran = pipeline->RunOnThisThread();
    if (ran.ok()) return {};
    return InvalidArgument(At(file_name_, rows.line) + ran.error().text);
  }

  std::string NewDirectory() { return scratch_->path() + "/" + std::to_string(++directories_); }

  // The rows that the case gives for a table, with the place of each block.
  Result<std::vector<GivenBlock>> BlocksOf(const flow::ConnectorTable& table,
                                           const std::vector<int>& projection) {
    std::vector<flow::Field> columns;
    for (const flow::ConnectorColumn& column : table.columns) columns.push_back(column.field);
    std::vector<GivenBlock> blocks;
    for (size_t place = 0; place < test_.given.size(); ++place) {
      if (!IsCalled(table.name, test_.given[place].table)) continue;
      SLUICE_ASSIGN(auto batches, RowsOf(test_.given[place], columns));
      for (flow::Batch& batch : batches) {
        auto projected = batch.rows->SelectColumns(projection);
        if (!projected.ok()) return Internal("a projection of columns that the table lacks");
        batch.rows = *projected;
      }
      if (!batches.empty()) blocks.push_back({place, std::move(batches)});
    }
    return blocks;
  }

  Result<std::unique_ptr<flow::LookupSource>> OpenLookup(const plan::LookupJoinNode& node) {
    std::vector<int> all(node.table.columns.size());
    flow::Schema schema;
    for (size_t i = 0; i < all.size(); ++i) {
      all[i] = static_cast<int>(i);
      schema.fields.push_back(node.table.columns[i].field);
    }
    SLUICE_ASSIGN(const auto blocks, BlocksOf(node.table, all));
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    for (const GivenBlock& block : blocks) {
      for (const flow::Batch& batch : block.batches) batches.push_back(batch.rows);
    }
    SLUICE_ASSIGN(const auto table, arrow::Table::FromRecordBatches(schema.ToArrow(), batches));
    SLUICE_ASSIGN(const auto rows, table->CombineChunksToBatch());
    std::vector<int> keys;
    for (const auto& key : node.keys) keys.push_back(key.table_column);
    return operators::MakeTableLookup(schema, rows, keys, node.columns);
  }

  runtime::Connections ConnectionsOf(GivenTurns* turns) {
    runtime::Connections connections = Isolated();
    connections.open_source =
        [this, turns, make = connections.open_source](
            const plan::JobGraph& graph, const plan::JobNode& node,
            const runtime::RunOptions& options) -> Result<std::unique_ptr<flow::Source>> {
      if (std::holds_alternative<plan::ValuesNode>(node.node)) return make(graph, node, options);
      const std::vector<GivenBlock>& blocks = blocks_[node.id];
      for (const GivenBlock& block : blocks) turns->AddReader(block.place);
      return MakeGivenSource(node.output, blocks, turns);
    };
    connections.open_sink = [this](const plan::JobGraph&, const plan::JobNode& node,
                                   const runtime::RunOptions&) {
      const auto& sink = std::get<plan::SinkNode>(node.node);
      auto& rows = captured_[sink.table.name];
      if (rows == nullptr) rows = std::make_unique<CapturedRows>(node);
      return Result<std::unique_ptr<flow::Sink>>(MakeCapturingSink(sink.table.name, rows.get()));
    };
    connections.make_operator =
        [this, make = connections.make_operator](
            const plan::JobGraph& graph, const plan::JobNode& node,
            const std::vector<flow::Schema>& inputs,
            const runtime::ShardPlace& place) -> Result<std::unique_ptr<flow::Operator>> {
      if (!std::holds_alternative<plan::LookupJoinNode>(node.node)) {
        return make(graph, node, inputs, place);
      }
      operators::OperatorOptions options;
      options.context.now_ms = io::RealClock().NowMs();
      options.open_lookup = [this](const plan::LookupJoinNode& join) { return OpenLookup(join); };
      return operators::MakeOperator(node, inputs, options);
    };
    return connections;
  }

  // One job from begin to end; in mode restart, a run for each block.
  Result<std::optional<Failed>> RunJob(const plan::JobGraph& job) {
    const std::string directory = NewDirectory();
    SLUICE_ASSIGN(const auto options, OptionsOf(job, directory));
    for (const plan::JobNode& node : job.nodes) {
      const auto* source = std::get_if<plan::SourceNode>(&node.node);
      if (source == nullptr) continue;
      SLUICE_ASSIGN(blocks_[node.id], BlocksOf(source->table, source->projection.columns));
    }
    for (size_t begin = 0;;) {
      GivenTurns turns(test_.given.size());
      runtime::Connections connections = ConnectionsOf(&turns);
      if (mode_ == kRestart) {
        connections.stop_requests = [&turns, begin] {
          return turns.turn() > begin && turns.turn() < turns.blocks() ? 1 : 0;
        };
      }
      auto pipeline = runtime::Pipeline::Open(job, options, std::move(connections), nullptr);
      if (!pipeline.ok()) return std::optional(Failed{pipeline.error().ToString()});
      turns.BeginAt(begin);
      begin = turns.turn();
      auto ran = (*pipeline)->RunOnThisThread();
      if (!ran.ok()) return std::optional(Failed{ran.error().ToString()});
      if (turns.turn() >= turns.blocks() || turns.turn() == begin) break;
      begin = turns.turn();
    }
    return std::optional<Failed>();
  }

  Result<CapturedRows*> SinkOf(const TestRows& then) {
    if (then.table.empty() && captured_.size() == 1) return captured_.begin()->second.get();
    std::string names;
    for (const auto& [name, rows] : captured_) {
      if (!then.table.empty() && IsCalled(name, then.table)) return rows.get();
      names += (names.empty() ? "" : ", ") + name;
    }
    return InvalidArgument(At(file_name_, then.line) + "'-- then " + then.table +
                           "' names no sink of what runs; they are: " + names);
  }

  Result<std::string> Compare() {
    std::string problems;
    for (const TestRows& then : test_.then) {
      if (then.changelog && mode_ != kRows) continue;
      SLUICE_ASSIGN(CapturedRows* const found, SinkOf(then));
      SLUICE_ASSIGN(const auto batches, RowsOf(then, found->schema().fields));
      plan::JobNode plain;  // rows are told apart as a whole
      plain.output = found->schema();
      CapturedRows wanted(plain);
      for (const flow::Batch& batch : batches) wanted.Add(batch);
      const std::string difference = then.changelog ? ChangesApart(wanted, *found)
                                                    : DifferenceOf(wanted.Fold(), found->Fold());
      if (difference.empty()) continue;
      problems += (then.table.empty() ? "rows" : then.table) + " (line " +
                  std::to_string(then.line) + "; - wanted, + found)\n" + difference;
    }
    return problems;
  }

  static std::string ChangesApart(const CapturedRows& wanted, const CapturedRows& found) {
    if (wanted.changes() == found.changes()) return "";
    std::string out;
    const auto& a = wanted.changes();
    const auto& b = found.changes();
    size_t same = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
    if (same > 0) out += "  " + std::to_string(same) + " changes alike\n";
    for (size_t i = same; i < a.size(); ++i) out += "- " + a[i] + "\n";
    for (size_t i = same; i < b.size(); ++i) out += "+ " + b[i] + "\n";
    return out;
  }

  const std::string& file_name_;
  const TestFile& file_;
  const TestCase& test_;
  const std::string& mode_;
  std::unique_ptr<io::ScratchDirectory> scratch_;
  int directories_ = 0;
  GivenTurns nothing_{0};
  std::map<int, std::vector<GivenBlock>> blocks_;                  // by the source's node
  std::map<std::string, std::unique_ptr<CapturedRows>> captured_;  // by the sink's full name
};

}  // namespace

const std::vector<std::string>& TestModes() {
  static const std::vector<std::string> modes = {kWhole, kRows, kRestart};
  return modes;
}

Result<std::string> RunTestCase(const std::string& file_name, const TestFile& file,
                                const TestCase& test, const std::string& mode) {
  return CaseRunner(file_name, file, test, mode).Run();
}

}  // namespace sluice::cli
