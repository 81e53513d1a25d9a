// SPDX-License-Identifier: Apache-2.0
// The graph of a shard, driven by hand: order of rows and watermarks, time, and barriers between
// two shards of which one is slow.
#include "runtime/graph.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "flow/waiting_operator.h"
#include "runtime/scripted_internal.h"

namespace sluice::runtime {
namespace {

using Log = std::vector<std::string>;

std::string TimeText(int64_t time_ms) {
  if (time_ms == flow::kWatermarkMax) return "max";
  return time_ms == flow::kWatermarkMin ? "min" : std::to_string(time_ms);
}

// Lets rows through and writes down what it is told.
class Recorder : public flow::WaitingOperator {
 public:
  Recorder(std::string name, Log& log) : name_(std::move(name)), log_(log) {}
  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t,
                 std::vector<flow::Batch>* out) override {
    log_.push_back(name_ + ": " + std::to_string(batch.rows->num_rows()) + " rows of " +
                   std::to_string(input));
    (asks ? held : *out).push_back(batch);
    return {};
  }
  Status OnWatermark(int64_t* watermark_ms, int64_t, std::vector<flow::Batch>*) override {
    log_.push_back(name_ + ": watermark " + TimeText(*watermark_ms));
    if (*watermark_ms != flow::kWatermarkMax) *watermark_ms -= holds_back_ms;
    asked_watermark_ms = *watermark_ms;
    if (waiting()) *watermark_ms = held_watermark_ms;
    return {};
  }
  int64_t NextTime() const override { return next_ms; }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>*) override {
    log_.push_back(name_ + ": time " + std::to_string(now_ms));
    next_ms = flow::kNoTime;
    return {};
  }

  bool waiting() const override { return !held.empty(); }
  bool full() const override { return held.size() > 1; }
  Status TakeAnswers(int64_t, int64_t* watermark_ms, std::vector<flow::Batch>* out) override {
    *watermark_ms = held_watermark_ms;
    if (!answered) return {};
    *out = std::exchange(held, {});
    *watermark_ms = asked_watermark_ms;
    return {};
  }

  int64_t next_ms = flow::kNoTime;
  int64_t holds_back_ms = 0;
  bool asks = false, answered = false;  // rows wait for an answer
  std::vector<flow::Batch> held;
  int64_t held_watermark_ms = flow::kWatermarkMin, asked_watermark_ms = flow::kWatermarkMin;

 private:
  const std::string name_;
  Log& log_;
  const flow::Schema schema_ = scripted::RowSchema();
};

plan::JobNode Node(int id, std::vector<int> inputs, plan::NodeVariant variant,
                   std::string name = "") {
  plan::JobNode node;
  node.id = id;
  node.name = std::move(name);
  node.inputs = std::move(inputs);
  node.output = scripted::RowSchema();
  node.node = std::move(variant);
  return node;
}

// An operator that keeps state; its name is what the log says.
plan::JobNode Keeper(int id, std::vector<int> inputs, const std::string& name) {
  plan::JobNode node = Node(id, std::move(inputs), plan::LimitNode{}, name);
  node.uid = name;
  return node;
}

flow::Batch Rows(const std::vector<int64_t>& offsets) {
  arrow::Int32Builder splits;
  arrow::Int64Builder column;
  for (const int64_t offset : offsets) {
    EXPECT_TRUE(splits.Append(0).ok() && column.Append(offset).ok());
  }
  return {arrow::RecordBatch::Make(scripted::RowSchema().ToArrow(),
                                   static_cast<int64_t>(offsets.size()),
                                   {*splits.Finish(), *column.Finish()}),
          {.split = 0}};
}

// The shards of one job over one log; what they send each other waits until it is handed over.
class Shards {
 public:
  Shards(plan::JobGraph graph, int shards) : graph_(std::move(graph)) {
    EXPECT_TRUE(Wire(graph_, &layout_).ok());
    for (size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (std::holds_alternative<plan::SinkNode>(graph_.nodes[i].node)) {
        layout_.sink_of_node[i] = sinks_++;
      }
    }
    Connections connections;
    connections.make_operator = [this](const plan::JobGraph&, const plan::JobNode& node,
                                       const std::vector<flow::Schema>&, const ShardPlace& place) {
      auto made = std::make_unique<Recorder>(
          node.name + (place.shards > 1 ? std::to_string(place.shard) : ""), log);
      recorders[node.name + std::to_string(place.shard)] = made.get();
      return Result<std::unique_ptr<flow::Operator>>(std::move(made));
    };
    for (int i = 0; i < shards; ++i) {
      outlets_.push_back(std::make_unique<LogOutlet>(*this, i, shards));
      auto made =
          Graph::Make(layout_, connections, {}, {.shard = i, .shards = shards}, *outlets_.back());
      EXPECT_TRUE(made.ok());
      graphs.push_back(std::move(*made));
    }
  }

  // Hands over everything that waits from shard `from` to shard `to`.
  void Deliver(int from, int to) {
    auto& channel = channels[{from, to}];
    while (!channel.empty()) {
      Message message = std::move(channel.front());
      channel.pop_front();
      ASSERT_TRUE(graphs[static_cast<size_t>(to)]->Receive(std::move(message)).ok());
    }
  }
  Log TakeLog() { return std::exchange(log, {}); }

  Log log;
  std::map<std::string, Recorder*> recorders;  // by name and shard
  std::vector<std::unique_ptr<Graph>> graphs;
  std::map<std::pair<int, int>, std::deque<Message>> channels;

 private:
  struct LogOutlet : Outlet {
    LogOutlet(Shards& of, int at, int count) : all(of), shard(at), shards(count) {}
    std::string Name(const std::string& name) const {
      return name + (shards > 1 ? std::to_string(shard) : "");
    }
    Status Write(int, const flow::Batch& batch) override {
      all.log.push_back(Name("sink") + ": " + std::to_string(batch.rows->num_rows()) + " rows");
      return {};
    }
    Status AdvanceSink(int, int64_t watermark_ms) override {
      all.log.push_back(Name("sink") + ": watermark " + TimeText(watermark_ms));
      return {};
    }
    Status StageSink(int) override {
      all.log.push_back(Name("sink") + ": stage");
      return {};
    }
    Status Snapshot(int node, flow::Operator&) override {
      all.log.push_back(Name(all.graph_.nodes[static_cast<size_t>(node)].name) + ": snapshot");
      return {};
    }
    void Send(int to, Message message) override {
      all.channels[{shard, to}].push_back(std::move(message));
    }
    Shards& all;
    const int shard, shards;
  };

  const plan::JobGraph graph_;
  Layout layout_;
  int sinks_ = 0;
  std::vector<std::unique_ptr<LogOutlet>> outlets_;
};

plan::JobGraph TwoSources(plan::JobNode join) {
  plan::JobGraph graph;
  graph.nodes = {scripted::SourceNamed(1, "a"), scripted::SourceNamed(2, "b"), std::move(join),
                 Keeper(4, {3}, "after"), scripted::SinkNamed(5, "out", {4})};
  return graph;
}

// Watermarks come in as they do from sources that ended.
TEST(Graph, AJoinSeesTheSmallerWatermark) {
  Shards shards(TwoSources(Keeper(3, {1, 2}, "join")), 1);
  Graph& graph = *shards.graphs[0];
  ASSERT_TRUE(graph.Push(1, Rows({1, 2})).ok());
  ASSERT_TRUE(graph.EndSource(0).ok());
  EXPECT_EQ(shards.TakeLog(), (Log{"join: 2 rows of 1", "after: 2 rows of 0", "sink: 2 rows"}));
  ASSERT_TRUE(graph.EndSource(1).ok());
  EXPECT_EQ(shards.TakeLog(),
            (Log{"join: watermark max", "after: watermark max", "sink: watermark max"}));
}

TEST(Graph, AnIdleInputIsNotWaitedFor) {
  Shards shards(TwoSources(Node(3, {1, 2}, plan::UnionNode{})), 1);
  Graph& graph = *shards.graphs[0];
  ASSERT_TRUE(graph.SetSourceIdle(1, true).ok());
  EXPECT_TRUE(shards.TakeLog().empty());
  ASSERT_TRUE(graph.EndSource(0).ok());
  EXPECT_EQ(shards.TakeLog(), (Log{"after: watermark max", "sink: watermark max"}));
}

TEST(Graph, AnOperatorMayHoldTheWatermarkBack) {
  Shards shards(TwoSources(Node(3, {1, 2}, plan::UnionNode{})), 1);
  ASSERT_TRUE(shards.graphs[0]->RestoreWatermark(3, 100).ok());
  EXPECT_EQ(shards.TakeLog(), (Log{"after: watermark 100", "sink: watermark 100"}));
  EXPECT_EQ(shards.graphs[0]->WatermarkOf(3), 100);
}

TEST(Graph, TimeComesToThoseWhoAskedForIt) {
  Shards shards(TwoSources(Keeper(3, {1, 2}, "join")), 1);
  Graph& graph = *shards.graphs[0];
  EXPECT_EQ(graph.NextTime(), flow::kNoTime);
  shards.recorders["join0"]->next_ms = 50;
  shards.recorders["after0"]->next_ms = 70;
  EXPECT_EQ(graph.NextTime(), 50);
  graph.SetNow(60);
  ASSERT_TRUE(graph.OnTime().ok());
  EXPECT_EQ(shards.TakeLog(), (Log{"join: time 60"}));
  EXPECT_EQ(graph.NextTime(), 70);
}

TEST(Graph, ABarrierPassesOnceItHasComeInEverywhere) {
  Shards shards(TwoSources(Keeper(3, {1, 2}, "join")), 1);
  Graph& graph = *shards.graphs[0];
  ASSERT_TRUE(graph.BeginBarrier().ok());
  EXPECT_TRUE(graph.barrier_done());
  EXPECT_EQ(shards.TakeLog(), (Log{"join: snapshot", "after: snapshot", "sink: stage"}));
  ASSERT_TRUE(graph.EndBarrier().ok());
  ASSERT_TRUE(graph.BeginBarrier().ok());
  EXPECT_TRUE(graph.barrier_done());
}

// The rows that wait for an answer belong to the epoch, and to the time before the watermark.
TEST(Graph, NothingOvertakesRowsThatWaitForAnAnswer) {
  Shards shards(TwoSources(Keeper(3, {1, 2}, "ask")), 1);
  Graph& graph = *shards.graphs[0];
  Recorder& ask = *shards.recorders["ask0"];
  ask.asks = true;
  EXPECT_FALSE(graph.waiting());
  ASSERT_TRUE(graph.Push(0, Rows({1})).ok());
  ASSERT_TRUE(graph.EndSource(0).ok());
  ASSERT_TRUE(graph.EndSource(1).ok());
  EXPECT_EQ(shards.TakeLog(), (Log{"ask: 1 rows of 0", "ask: watermark max"}));
  EXPECT_TRUE(graph.waiting());
  EXPECT_FALSE(graph.full());
  ASSERT_TRUE(graph.BeginBarrier().ok());
  EXPECT_FALSE(*graph.TakeAnswers());
  EXPECT_FALSE(graph.barrier_done());
  EXPECT_TRUE(shards.TakeLog().empty());
  ask.answered = true;
  EXPECT_TRUE(*graph.TakeAnswers());
  EXPECT_EQ(shards.TakeLog(),
            (Log{"after: 1 rows of 0", "sink: 1 rows", "after: watermark max",
                 "sink: watermark max", "ask: snapshot", "after: snapshot", "sink: stage"}));
  EXPECT_TRUE(graph.barrier_done());
}

TEST(Graph, AnInputIsNotIdleWhileItsRowsWait) {
  plan::JobGraph job;
  job.nodes = {scripted::SourceNamed(1, "a"), scripted::SourceNamed(2, "b"), Keeper(3, {1}, "ask"),
               Keeper(4, {3, 2}, "join"), scripted::SinkNamed(5, "out", {4})};
  Shards shards(std::move(job), 1);
  Graph& graph = *shards.graphs[0];
  Recorder& ask = *shards.recorders["ask0"];
  ask.asks = true;
  ASSERT_TRUE(graph.Push(0, Rows({1})).ok());
  ASSERT_TRUE(graph.SetSourceIdle(0, true).ok());
  ASSERT_TRUE(graph.EndSource(1).ok());
  EXPECT_EQ(shards.TakeLog(), Log{"ask: 1 rows of 0"});
  ask.answered = true;
  EXPECT_TRUE(*graph.TakeAnswers());
  EXPECT_EQ(shards.TakeLog(), (Log{"join: 1 rows of 0", "sink: 1 rows", "join: watermark max",
                                   "sink: watermark max"}));
}

plan::JobGraph OneExchange() {
  plan::JobGraph graph;
  graph.nodes = {scripted::SourceNamed(1, "a"), Node(2, {1}, plan::ExchangeNode{.keys = {1}}),
                 Keeper(3, {2}, "keep"), scripted::SinkNamed(4, "out", {3})};
  return graph;
}

// Sixteen keys, of which each shard gets some.
const std::vector<int64_t> kKeys = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

TEST(Graph, RowsGoToTheShardThatOwnsTheirKey) {
  Shards shards(OneExchange(), 2);
  ASSERT_TRUE(shards.graphs[0]->Push(0, Rows(kKeys)).ok());
  ASSERT_TRUE(shards.graphs[1]->Push(0, Rows(kKeys)).ok());
  shards.Deliver(0, 1);
  shards.Deliver(1, 0);
  // Both shards sent the same keys, so each gets the same number from both.
  const Log log = shards.TakeLog();
  std::map<std::string, int> times;
  for (const std::string& line : log) ++times[line];
  EXPECT_EQ(log.size(), 8u);
  for (const auto& [line, n] : times) EXPECT_EQ(n, 2) << line;
}

TEST(Graph, AfterTheBarrierOfAChannelItsMessagesWait) {
  Shards shards(OneExchange(), 2);
  Graph& fast = *shards.graphs[0];
  Graph& slow = *shards.graphs[1];
  ASSERT_TRUE(fast.BeginBarrier().ok());
  EXPECT_FALSE(fast.barrier_done());
  EXPECT_EQ(fast.NextTime(), flow::kNoTime);
  // The slow one sends rows before its barrier: they belong to the epoch.
  ASSERT_TRUE(slow.Push(0, Rows(kKeys)).ok());
  ASSERT_TRUE(slow.BeginBarrier().ok());
  shards.Deliver(0, 1);
  EXPECT_TRUE(slow.barrier_done());
  ASSERT_TRUE(slow.EndBarrier().ok());
  // Rows of the slow one after its barrier reach the fast one together with those before it.
  ASSERT_TRUE(slow.Push(0, Rows(kKeys)).ok());
  shards.TakeLog();
  shards.Deliver(1, 0);
  ASSERT_TRUE(fast.barrier_done());
  EXPECT_GT(fast.held_bytes(), 0);
  const Log log = shards.TakeLog();
  ASSERT_EQ(log.size(), 4u);  // rows before the barrier, then the barrier
  EXPECT_EQ(log[2], "keep0: snapshot");
  EXPECT_EQ(log[3], "sink0: stage");
  ASSERT_TRUE(fast.EndBarrier().ok());
  EXPECT_EQ(fast.held_bytes(), 0);
  EXPECT_EQ(shards.TakeLog().size(), 2u);  // rows after it
}

TEST(Graph, AShardWithoutSplitsHoldsNobodyBack) {
  Shards shards(OneExchange(), 2);
  ASSERT_TRUE(shards.graphs[1]->SetSourceIdle(0, true).ok());
  ASSERT_TRUE(shards.graphs[0]->EndSource(0).ok());
  EXPECT_TRUE(shards.TakeLog().empty());  // not known yet that the other one is idle
  shards.Deliver(1, 0);
  EXPECT_EQ(shards.TakeLog(), (Log{"keep0: watermark max", "sink0: watermark max"}));
  shards.Deliver(0, 1);
  EXPECT_EQ(shards.TakeLog(), (Log{"keep1: watermark max", "sink1: watermark max"}));
}

TEST(Graph, OneReaderOfAllRowsIsAloneWithItsTime) {
  plan::JobGraph graph = OneExchange();
  graph.nodes[1].node = plan::ExchangeNode{};
  Shards shards(std::move(graph), 2);
  ASSERT_TRUE(shards.graphs[1]->Push(0, Rows(kKeys)).ok());
  ASSERT_TRUE(shards.graphs[1]->EndSource(0).ok());
  ASSERT_TRUE(shards.graphs[0]->EndSource(0).ok());
  shards.Deliver(0, 1);
  shards.Deliver(1, 0);
  EXPECT_EQ(shards.TakeLog(), (Log{"keep0: 16 rows of 0", "sink0: 16 rows", "keep0: watermark max",
                                   "sink0: watermark max"}));
}

// Two exchanges in a row: the second barrier can only follow the first, and nothing passes it.
TEST(Graph, BarriersPassExchangesInARow) {
  plan::JobGraph graph;
  graph.nodes = {scripted::SourceNamed(1, "a"), Node(2, {1}, plan::ExchangeNode{.keys = {1}}),
                 Keeper(3, {2}, "first"),       Node(4, {3}, plan::ExchangeNode{}),
                 Keeper(5, {4}, "second"),      scripted::SinkNamed(6, "out", {5})};
  Shards shards(std::move(graph), 2);
  for (auto& one : shards.graphs) ASSERT_TRUE(one->Push(0, Rows(kKeys)).ok());
  for (auto& one : shards.graphs) ASSERT_TRUE(one->BeginBarrier().ok());
  EXPECT_FALSE(shards.graphs[0]->barrier_done());
  shards.Deliver(0, 1);
  EXPECT_FALSE(shards.graphs[1]->barrier_done());
  shards.Deliver(1, 0);
  EXPECT_TRUE(shards.graphs[0]->barrier_done());
  shards.Deliver(0, 1);
  EXPECT_TRUE(shards.graphs[1]->barrier_done());
  int64_t rows = 0;
  bool staged = false;
  for (const std::string& line : shards.log) {
    staged |= line == "sink0: stage";
    if (line.starts_with("sink0: ") && line.ends_with(" rows")) {
      EXPECT_FALSE(staged);
      rows += std::stoll(line.substr(7));
    }
  }
  EXPECT_TRUE(staged);
  EXPECT_EQ(rows, 32);
}

}  // namespace
}  // namespace sluice::runtime
