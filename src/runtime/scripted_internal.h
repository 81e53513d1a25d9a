// SPDX-License-Identifier: Apache-2.0
// A small false world for tests of the runtime: topics in memory, tables in memory with tokens and
// compare-and-swap, and a clock that only moves when asked. Topics and tables outlive the pipelines
// that read and write them, so a test can end one at any call (FaultPlan) and start another.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "flow/sink.h"
#include "flow/source.h"
#include "io/clock.h"
#include "io/fake/clock.h"
#include "io/fake/disk.h"
#include "io/fake/faults.h"
#include "plan/job_graph.h"
#include "runtime/connections.h"
#include "runtime/dead_letters.h"
#include "state/key_encoder.h"

namespace sluice::runtime::scripted {

class FalseClock : public io::Clock {
 public:
  int64_t NowMs() override { return now_ms_; }
  int64_t MonotonicNs() override { return now_ms_ * 1'000'000; }
  void SleepMs(int64_t delay_ms) override { now_ms_ += delay_ms; }

 private:
  int64_t now_ms_ = 1'000'000;
};

/// Fails the n-th call of the world (0 = none): before it has an effect, or after (the reply is
/// lost).
struct FaultPlan {
  int64_t fail_at = 0;
  bool after_effect = false;
  int64_t calls = 0;
  bool Now(bool after) { return after == after_effect && calls == fail_at && fail_at > 0; }
  Status Before() {
    if (fail_at == 0) return {};  // threads may be at work
    ++calls;
    if (Now(false)) return IoError("scripted fault before call " + std::to_string(calls));
    return {};
  }
  Status After() {
    if (Now(true)) return IoError("scripted fault after call " + std::to_string(calls));
    return {};
  }
};

/// What a record of a topic is.
enum class Kind : char { kGood, kBad, kTombstone };

struct Topic {
  std::string name;
  std::vector<std::vector<Kind>> splits;  // per split, its records in offset order
  bool bounded = true;
  std::string id = "id-1";
  int64_t discovery_interval_ms = 0;
  bool acknowledge_fails = false;  // advisory: must not matter
  int64_t miscount = 0;            // added to the reader's counters: a bug to be caught
  std::vector<int64_t> waits_ms;   // how long polls that found nothing were allowed to wait
  std::vector<int64_t> acknowledged_of_split;
  std::function<void()> on_acknowledge;
};

inline flow::Schema RowSchema() {
  using flow::Type;
  return {{{"split", Type::Simple(flow::TypeKind::kInt), ""},
           {"offset", Type::Simple(flow::TypeKind::kBigInt), ""}}};
}

class ScriptedReader : public flow::SourceReader {
 public:
  ScriptedReader(Topic& topic, FaultPlan& faults, io::Clock& clock)
      : topic_(topic), faults_(faults), clock_(clock) {}

  Status Assign(int index, const flow::Split&, int64_t offset) override {
    next_[index] = offset;
    return {};
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t wait_ms) override {
    SLUICE_TRY(faults_.Before());
    flow::PollResult result;
    for (size_t tried = 0; tried < next_.size(); ++tried) {
      auto split = next_.upper_bound(last_);
      if (split == next_.end()) split = next_.begin();
      last_ = split->first;
      const auto& records = topic_.splits[static_cast<size_t>(last_)];
      if (split->second >= static_cast<int64_t>(records.size())) continue;
      SLUICE_TRY(Read(records, rows_max, &split->second, &result));
      break;
    }
    if (result.split < 0 && !topic_.bounded) topic_.waits_ms.push_back(wait_ms);
    result.end = topic_.bounded && std::all_of(next_.begin(), next_.end(), [&](const auto& entry) {
                   return entry.second >= static_cast<int64_t>(SizeOf(entry.first));
                 });
    return result;
  }

  flow::ReaderCounters counters() const override {
    flow::ReaderCounters counters = counters_;
    counters.records_in += topic_.miscount;
    return counters;
  }
  std::optional<int64_t> LagOfSplit(int index) const override {
    return static_cast<int64_t>(SizeOf(index)) - next_.at(index);
  }

 private:
  size_t SizeOf(int split) const { return topic_.splits[static_cast<size_t>(split)].size(); }

  Status Read(const std::vector<Kind>& records, int64_t rows_max, int64_t* next,
              flow::PollResult* result) {
    arrow::Int32Builder splits;
    arrow::Int64Builder offsets;
    flow::Batch batch;
    batch.origin.split = result->split = last_;
    for (; *next < static_cast<int64_t>(records.size()) && rows_max > 0; ++*next, --rows_max) {
      ++counters_.records_in;
      counters_.bytes_in += 10;
      const Kind kind = records[static_cast<size_t>(*next)];
      if (kind == Kind::kTombstone) {
        ++counters_.records_skipped;
      } else if (kind == Kind::kBad) {
        ++counters_.records_dead;
        result->dead_letters.push_back({.payload = "?",
                                        .source = topic_.name,
                                        .partition = last_,
                                        .offset = *next,
                                        .split = last_,
                                        .reason = "not JSON"});
      } else {
        ++counters_.rows_out;
        SLUICE_TRY(splits.Append(last_));
        SLUICE_TRY(offsets.Append(*next));
        batch.origin.offsets.push_back(*next);
      }
    }
    result->next_offset = *next;
    result->newest_timestamp_ms = clock_.NowMs() - 5;
    SLUICE_ASSIGN(auto split_column, splits.Finish());
    SLUICE_ASSIGN(auto offset_column, offsets.Finish());
    const int64_t rows = offset_column->length();
    batch.rows = arrow::RecordBatch::Make(RowSchema().ToArrow(), rows,
                                          {std::move(split_column), std::move(offset_column)});
    if (rows > 0) result->batch = std::move(batch);
    return {};
  }

  Topic& topic_;
  FaultPlan& faults_;
  io::Clock& clock_;
  std::map<int, int64_t> next_;
  int last_ = -1;
  flow::ReaderCounters counters_;
};

class ScriptedSource : public flow::Source {
 public:
  ScriptedSource(Topic& topic, FaultPlan& faults, io::Clock& clock)
      : topic_(topic), faults_(faults), clock_(clock), schema_(RowSchema()) {}
  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "scripted";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    std::vector<flow::Split> splits;
    for (size_t i = 0; i < topic_.splits.size(); ++i) {
      splits.push_back({.name = topic_.name + "-" + std::to_string(i)});
    }
    return splits;
  }
  int64_t discovery_interval_ms() const override { return topic_.discovery_interval_ms; }
  std::map<std::string, std::string> identity() const override { return {{"topic", topic_.id}}; }
  Status CheckRestorable(const flow::SourcePosition& position) override {
    if (position.identity == identity()) return {};
    return SourceLost("topic " + topic_.name + " is another one now");
  }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    return std::unique_ptr<flow::SourceReader>(
        std::make_unique<ScriptedReader>(topic_, faults_, clock_));
  }
  Status Acknowledge(const flow::SourcePosition& position) override {
    topic_.acknowledged_of_split.clear();
    for (const auto& [split, offset] : position.splits) {
      topic_.acknowledged_of_split.push_back(offset);
    }
    if (topic_.on_acknowledge) topic_.on_acknowledge();
    if (topic_.acknowledge_fails) return IoError("the group coordinator is away");
    return {};
  }
  bool unbounded() const override { return !topic_.bounded; }

 private:
  Topic& topic_;
  FaultPlan& faults_;
  io::Clock& clock_;
  flow::Schema schema_;
};

/// A table that lives on: rows by (split, offset), the position and the token in the same "commit".
struct Table {
  std::map<std::pair<int64_t, int64_t>, int> rows;
  flow::SinkState state;
  int64_t token = 0;
  int64_t commits = 0;
  bool durable = true;
  bool fails = false;               // commits, before they have an effect
  int64_t bytes_per_row = 0;        // what a writer says it holds
  std::function<void()> on_commit;  // called while a commit is under way
  std::vector<int64_t> rows_of_commit;
};

struct ScriptedPart : flow::StagedPart {
  std::vector<std::pair<int64_t, int64_t>> staged;
};

class ScriptedWriter : public flow::SinkWriter {
 public:
  ScriptedWriter(const Table& table, FaultPlan& faults, int split_column, int offset_column)
      : table_(table), faults_(faults), split_(split_column), offset_(offset_column) {}
  Status Write(const flow::Batch& batch) override {
    SLUICE_TRY(faults_.Before());
    const auto& splits = static_cast<const arrow::Int32Array&>(*batch.rows->column(split_));
    const auto& offsets = static_cast<const arrow::Int64Array&>(*batch.rows->column(offset_));
    for (int64_t i = 0; i < batch.rows->num_rows(); ++i) {
      rows_.emplace_back(splits.Value(i), offsets.Value(i));
    }
    return {};
  }
  Result<std::unique_ptr<flow::StagedPart>> Stage(int64_t) override {
    SLUICE_TRY(faults_.Before());
    auto part = std::make_unique<ScriptedPart>();
    part->staged = std::exchange(rows_, {});
    part->rows = static_cast<int64_t>(part->staged.size());
    part->files = part->rows > 0 ? 1 : 0;
    return std::unique_ptr<flow::StagedPart>(std::move(part));
  }
  int64_t memory_bytes() const override {
    return static_cast<int64_t>(rows_.size()) * table_.bytes_per_row;
  }

 private:
  const Table& table_;
  FaultPlan& faults_;
  int split_, offset_;
  std::vector<std::pair<int64_t, int64_t>> rows_;
};

class ScriptedSink : public flow::Sink {
 public:
  ScriptedSink(std::string name, Table& table, FaultPlan& faults, bool dead)
      : name_(std::move(name)), table_(table), faults_(faults), dead_(dead) {}
  const std::string& name() const override { return name_; }
  Result<flow::SinkState> Begin(const std::string&) override {
    SLUICE_TRY(faults_.Before());
    token_ = ++table_.token;
    SLUICE_TRY(faults_.After());
    return table_.durable ? table_.state : flow::SinkState{};
  }
  bool durable() const override { return table_.durable; }
  bool lasting() const override { return table_.durable; }
  Result<std::unique_ptr<flow::SinkWriter>> OpenWriter(int) override {
    return std::unique_ptr<flow::SinkWriter>(
        std::make_unique<ScriptedWriter>(table_, faults_, dead_ ? 1 : 0, dead_ ? 2 : 1));
  }
  Result<std::optional<std::string>> EncodePart(const flow::StagedPart& part) const override {
    std::string bytes;
    for (const auto& [a, b] : static_cast<const ScriptedPart&>(part).staged) {
      bytes += std::to_string(a) + " " + std::to_string(b) + " ";
    }
    return std::optional(std::move(bytes));
  }
  Result<std::unique_ptr<flow::StagedPart>> DecodePart(std::string_view bytes) const override {
    auto part = std::make_unique<ScriptedPart>();
    std::istringstream text{std::string(bytes)};
    for (std::pair<int64_t, int64_t> row; text >> row.first >> row.second;) {
      part->staged.push_back(row);
    }
    part->rows = static_cast<int64_t>(part->staged.size());
    return std::unique_ptr<flow::StagedPart>(std::move(part));
  }
  Result<flow::CommitReport> Commit(flow::EpochCommit commit) override {
    SLUICE_TRY(faults_.Before());
    if (table_.fails) return IoError("scripted: the table is away");
    if (table_.on_commit) table_.on_commit();
    if (table_.token != token_)
      return Fenced("token " + std::to_string(table_.token) + " is newer");
    if (commit.epoch != table_.state.epoch + 1 || commit.lower != table_.state.position) {
      return PositionMismatch("the table stands at epoch " + std::to_string(table_.state.epoch));
    }
    flow::CommitReport report;
    for (const auto& part : commit.parts) {
      for (const auto& row : static_cast<const ScriptedPart&>(*part).staged) ++table_.rows[row];
      report.rows += part->rows;
      report.files += part->files;
    }
    table_.state = {.exists = true, .epoch = commit.epoch, .position = commit.upper};
    table_.rows_of_commit.push_back(report.rows);
    report.snapshot = std::to_string(++table_.commits);
    SLUICE_TRY(faults_.After());
    return report;
  }

 private:
  std::string name_;
  Table& table_;
  FaultPlan& faults_;
  const bool dead_;
  int64_t token_ = 0;
};

/// Keeps rows with an even offset.
class EvenOnly : public flow::Operator {
 public:
  const flow::Schema& schema() const override { return schema_; }
  Status Process(int, const flow::Batch& batch, int64_t, std::vector<flow::Batch>* out) override {
    flow::Batch kept;
    kept.origin.split = batch.origin.split;
    arrow::Int32Builder splits;
    arrow::Int64Builder offsets;
    const auto& in = static_cast<const arrow::Int64Array&>(*batch.rows->column(1));
    for (int64_t i = 0; i < in.length(); ++i) {
      if (in.Value(i) % 2 != 0) continue;
      SLUICE_TRY(splits.Append(batch.origin.split));
      SLUICE_TRY(offsets.Append(in.Value(i)));
      kept.origin.offsets.push_back(batch.origin.OffsetOfRow(i));
    }
    SLUICE_ASSIGN(auto split_column, splits.Finish());
    SLUICE_ASSIGN(auto offset_column, offsets.Finish());
    const int64_t rows = offset_column->length();
    kept.rows = arrow::RecordBatch::Make(batch.rows->schema(), rows,
                                         {std::move(split_column), std::move(offset_column)});
    if (rows > 0) out->push_back(std::move(kept));
    return {};
  }

 private:
  flow::Schema schema_ = RowSchema();
};

/// Makes the key of a row, offset % 5, its first column.
class KeyOfOffset : public flow::Operator {
 public:
  const flow::Schema& schema() const override { return schema_; }
  Status Process(int, const flow::Batch& batch, int64_t, std::vector<flow::Batch>* out) override {
    arrow::Int32Builder keys;
    const auto& in = static_cast<const arrow::Int64Array&>(*batch.rows->column(1));
    for (int64_t i = 0; i < in.length(); ++i) {
      SLUICE_TRY(keys.Append(static_cast<int32_t>(in.Value(i) % 5)));
    }
    SLUICE_ASSIGN(auto column, keys.Finish());
    flow::Batch keyed = batch;
    keyed.rows = arrow::RecordBatch::Make(batch.rows->schema(), in.length(),
                                          {std::move(column), batch.rows->column(1)});
    out->push_back(std::move(keyed));
    return {};
  }

 private:
  flow::Schema schema_ = RowSchema();
};

/// Counts the rows of each key and gives (key, count so far) for each row: after any number of
/// restarts each such pair must be in the table once.
class CountPerKey : public flow::Operator {
 public:
  /// What it says of its memory.
  struct Says {
    int64_t bytes_per_row = 0;
    int64_t unsaved_bytes_per_row = 0;  // since the last snapshot
    bool may_spill = false;
  };
  static Result<std::unique_ptr<flow::Operator>> Make(const Says& says) {
    std::unique_ptr<CountPerKey> made(new CountPerKey());
    made->says_ = says;
    SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(RowSchema(), {0}));
    made->encoder_.emplace(std::move(encoder));
    return std::unique_ptr<flow::Operator>(std::move(made));
  }
  const flow::Schema& schema() const override { return schema_; }
  Status Process(int, const flow::Batch& batch, int64_t, std::vector<flow::Batch>* out) override {
    state::EncodedKeys keys;
    SLUICE_TRY(encoder_->Encode(*batch.rows, &keys));
    rows_ += keys.rows();
    unsaved_rows_ += keys.rows();
    arrow::Int64Builder counts;
    for (int64_t i = 0; i < keys.rows(); ++i) {
      Entry& entry = entries_[std::string(keys[i])];
      entry.group = flow::KeyGroupOf(keys.hashes[static_cast<size_t>(i)]);
      entry.changed = true;
      SLUICE_TRY(counts.Append(++entry.count));
    }
    SLUICE_ASSIGN(auto column, counts.Finish());
    flow::Batch counted;
    counted.rows = arrow::RecordBatch::Make(batch.rows->schema(), keys.rows(),
                                            {batch.rows->column(0), std::move(column)});
    out->push_back(std::move(counted));
    return {};
  }
  bool stateful() const override { return true; }
  bool may_spill() const override { return says_.may_spill; }
  int64_t memory_bytes() const override { return rows_ * says_.bytes_per_row; }
  int64_t unsaved_bytes() const override { return unsaved_rows_ * says_.unsaved_bytes_per_row; }
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    unsaved_rows_ = 0;
    for (auto& [key, entry] : entries_) {
      if (!full && !entry.changed) continue;
      entry.changed = false;
      const std::string value = std::to_string(entry.count);
      SLUICE_TRY(writer->Put({.group = entry.group, .key = key, .value = value}));
    }
    return {};
  }
  Status Restore(const flow::StateEntry& entry) override {
    if (entries_.contains(std::string(entry.key))) return Internal("a key is restored twice");
    entries_[std::string(entry.key)] = {std::stoll(std::string(entry.value)), entry.group, false};
    return {};
  }
  flow::OperatorCounters counters() const override {
    return {.state_rows = static_cast<int64_t>(entries_.size())};
  }

 private:
  struct Entry {
    int64_t count = 0;
    uint32_t group = 0;
    bool changed = false;
  };
  CountPerKey() = default;
  flow::Schema schema_ = RowSchema();
  std::optional<state::KeyEncoder> encoder_;
  std::map<std::string, Entry> entries_;
  Says says_;
  int64_t rows_ = 0, unsaved_rows_ = 0;
};

/// The world of one test. Topics and tables are found by the names in the plan.
struct World {
  FalseClock false_clock;
  io::Clock* clock = &false_clock;
  FaultPlan faults;
  io::fake::Disk disk;
  io::fake::Faults disk_faults;
  io::fake::FakeFileSystem files{&disk, &disk_faults};
  io::fake::FakeRandom random{1};
  std::map<std::string, Topic> topics;
  std::map<std::string, Table> tables;
  bool dead_letter_table = true;
  CountPerKey::Says counting;
  int stop = 0;
  std::function<int()> stop_requests = [this] { return stop; };

  Connections MakeConnections() {
    Connections connections;
    connections.clock = clock;
    connections.files = &files;
    connections.random = &random;
    connections.stop_requests = stop_requests;
    connections.open_source = [this](const plan::JobGraph&, const plan::JobNode& node,
                                     const RunOptions&) -> Result<std::unique_ptr<flow::Source>> {
      const std::string& name = std::get<plan::SourceNode>(node.node).table.name;
      return std::unique_ptr<flow::Source>(
          std::make_unique<ScriptedSource>(topics.at(name), faults, *clock));
    };
    connections.open_sink = [this](const plan::JobGraph&, const plan::JobNode& node,
                                   const RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
      const std::string& name = std::get<plan::SinkNode>(node.node).table.name;
      return std::unique_ptr<flow::Sink>(
          std::make_unique<ScriptedSink>(name, tables[name], faults, false));
    };
    connections.open_dead_letters =
        [this](const plan::JobGraph&, const RunOptions&) -> Result<std::unique_ptr<flow::Sink>> {
      if (!dead_letter_table) return std::unique_ptr<flow::Sink>();
      return std::unique_ptr<flow::Sink>(
          std::make_unique<ScriptedSink>("dead", tables["dead"], faults, true));
    };
    connections.make_operator =
        [this](const plan::JobGraph&, const plan::JobNode& node, const std::vector<flow::Schema>&,
               const ShardPlace&) -> Result<std::unique_ptr<flow::Operator>> {
      if (!node.uid.empty()) return CountPerKey::Make(counting);
      if (node.name == "Key") {
        return std::unique_ptr<flow::Operator>(std::make_unique<KeyOfOffset>());
      }
      return std::unique_ptr<flow::Operator>(std::make_unique<EvenOnly>());
    };
    return connections;
  }
};

inline plan::JobNode SourceNamed(int id, const std::string& name) {
  plan::JobNode node;
  node.id = id;
  node.name = "Source: " + name;
  node.output = RowSchema();
  plan::SourceNode source;
  source.table.name = name;
  node.node = std::move(source);
  return node;
}

inline plan::JobNode SinkNamed(int id, const std::string& name, std::vector<int> inputs) {
  plan::JobNode node;
  node.id = id;
  node.name = "Sink: " + name;
  node.inputs = std::move(inputs);
  node.output = RowSchema();
  plan::SinkNode sink;
  sink.table.name = name;
  node.node = std::move(sink);
  return node;
}

/// A topic, rows counted per key, a table; the keys are spread over the shards.
inline plan::JobGraph CountingJob() {
  plan::JobGraph graph;
  graph.name = "job";
  graph.fingerprint = "counting";
  const auto node = [](int id, std::string name, plan::NodeVariant variant) {
    plan::JobNode made;
    made.id = id;
    made.name = std::move(name);
    made.inputs = {id - 1};
    made.output = RowSchema();
    made.node = std::move(variant);
    return made;
  };
  graph.nodes = {SourceNamed(1, "in"), node(2, "Key", plan::CalcNode{}),
                 node(3, "Exchange", plan::ExchangeNode{.keys = {0}}),
                 node(4, "Count", plan::GroupAggregateNode{}), SinkNamed(5, "out", {4})};
  graph.nodes[3].uid = "count-1";
  return graph;
}

inline plan::JobNode EvenCalc(int id, int input) {
  plan::JobNode node;
  node.id = id;
  node.name = "Calc";
  node.inputs = {input};
  node.output = RowSchema();
  node.node = plan::CalcNode{};
  return node;
}

inline plan::JobNode ExchangeOfRows(int id, int input) {
  plan::JobNode node = EvenCalc(id, input);
  node.name = "Exchange";
  node.node = plan::ExchangeNode{.keys = {0}};
  return node;
}

}  // namespace sluice::runtime::scripted
