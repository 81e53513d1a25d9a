// SPDX-License-Identifier: Apache-2.0
#include "runtime/graph.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "arrow/record_batch.h"
#include "arrow/util/byte_size.h"
#include "flow/waiting_operator.h"
#include "state/cold_store.h"
#include "state/table.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kMessageBytes = 128;  // of one without rows

// The source that a watermark node reads, through nodes with one input; -1 when there are several.
int SourceOf(const Layout& layout, int node) {
  for (;;) {
    const auto& inputs = layout.inputs[static_cast<size_t>(node)];
    if (inputs.empty()) return node;
    if (inputs.size() > 1) return -1;
    node = inputs[0];
  }
}

}  // namespace

bool Graph::Node::waiting() const {
  return asks != nullptr && asks->waiting();
}

Graph::Graph(const Layout& layout, ShardPlace place, Outlet& outlet)
    : layout_(layout), place_(place), outlet_(outlet) {}

Graph::~Graph() = default;

Result<std::unique_ptr<Graph>> Graph::Make(const Layout& layout, const Connections& connections,
                                           const RunOptions& options, ShardPlace place,
                                           Outlet& outlet) {
  std::unique_ptr<Graph> graph(new Graph(layout, place, outlet));
  const size_t count = layout.graph->nodes.size();
  graph->nodes_.resize(count);
  graph->source_of_watermark_.assign(count, -1);
  for (size_t i = 0; i < count; ++i) {
    SLUICE_TRY(graph->MakeNode(connections, options, i));
  }
  return graph;
}

Status Graph::MakeNode(const Connections& connections, const RunOptions& options, size_t index) {
  using Returning = WatermarkMerge::Returning;
  const plan::JobNode& planned = layout_.graph->nodes[index];
  const auto inputs = static_cast<int>(layout_.inputs[index].size());
  Node& node = nodes_[index];
  node.index = static_cast<int>(index);
  node.stateful = !planned.uid.empty();
  node.elsewhere = ReadElsewhere(index);
  node.merge = WatermarkMerge(std::max(inputs, 1), Returning::kHoldsBack);
  std::vector<flow::Schema> schemas;
  for (const int input : layout_.inputs[index]) {
    schemas.push_back(layout_.graph->nodes[static_cast<size_t>(input)].output);
  }
  if (inputs == 0) {
    node.kind = Kind::kSource;
  } else if (layout_.sink_of_node[index] >= 0) {
    node.kind = Kind::kSink;
  } else if (std::holds_alternative<plan::UnionNode>(planned.node)) {
    node.merge = WatermarkMerge(inputs, Returning::kCatchesUp);
  } else if (const auto* exchange = std::get_if<plan::ExchangeNode>(&planned.node)) {
    node.kind = Kind::kExchange;
    node.channels.assign(static_cast<size_t>(place_.shards), 0);
    node.merge = WatermarkMerge(place_.shards, Returning::kCatchesUp);
    if (place_.shards > 1) {
      SLUICE_ASSIGN(node.splitter,
                    operators::KeySplitter::Make(*exchange, planned.output, place_.shards));
    }
  } else if (const auto* watermark = std::get_if<plan::WatermarkNode>(&planned.node)) {
    node.kind = Kind::kWatermark;
    source_of_watermark_[index] = SourceOf(layout_, node.index);
    if (source_of_watermark_[index] < 0) {
      return Internal("a watermark of more than one source: " + planned.name);
    }
    SLUICE_ASSIGN(node.watermark, connections.make_watermark(*layout_.graph, *watermark, options));
  } else {
    node.kind = Kind::kOperator;
    SLUICE_ASSIGN(node.op, connections.make_operator(*layout_.graph, planned, schemas, place_));
    node.asks = dynamic_cast<flow::WaitingOperator*>(node.op.get());
  }
  return {};
}

// Behind an exchange without keys all rows are the first shard's, up to the next exchange.
bool Graph::ReadElsewhere(size_t index) const {
  const auto& inputs = layout_.inputs[index];
  return place_.shard > 0 && !inputs.empty() &&
         std::all_of(inputs.begin(), inputs.end(), [this](int input) {
           const auto at = static_cast<size_t>(input);
           const auto* exchange = std::get_if<plan::ExchangeNode>(&layout_.graph->nodes[at].node);
           return exchange != nullptr ? exchange->keys.empty() : nodes_[at].elsewhere;
         });
}

const std::vector<Port>& Graph::ConsumersOf(const Node& node) const {
  return layout_.consumers[static_cast<size_t>(node.index)];
}

Status Graph::Push(int source_node, const flow::Batch& batch) {
  return Emit(At(source_node), batch);
}

Status Graph::Emit(const Node& node, const std::vector<flow::Batch>& batches) {
  for (const flow::Batch& batch : batches) SLUICE_TRY(Emit(node, batch));
  return {};
}

Status Graph::Emit(const Node& node, const flow::Batch& batch) {
  if (batch.rows->num_rows() == 0) return {};
  for (const Port& port : ConsumersOf(node)) SLUICE_TRY(Take(port, batch));
  return {};
}

Status Graph::Take(Port port, const flow::Batch& batch) {
  Node& node = At(port.node);
  switch (node.kind) {
    case Kind::kSource:
      return Internal("rows for a source");
    case Kind::kPass:
      return Emit(node, batch);
    case Kind::kSink:
      return outlet_.Write(layout_.sink_of_node[static_cast<size_t>(port.node)], batch);
    case Kind::kExchange:
      return SendRows(node, batch);
    case Kind::kWatermark:
      return TakeTimes(node, batch);
    case Kind::kOperator:
      break;
  }
  std::vector<flow::Batch> out;
  SLUICE_TRY(node.op->Process(port.input, batch, now_ms_, &out));
  SLUICE_TRY(node.op->Balance());
  return Emit(node, out);
}

// Rows first, then the watermark that they make.
Status Graph::TakeTimes(Node& node, const flow::Batch& batch) {
  std::vector<int64_t> ends = {batch.rows->num_rows()};
  if (node.watermark->on_event()) {
    SLUICE_ASSIGN(ends, node.watermark->PartsOf(batch));
  }
  int64_t from = 0;
  for (const int64_t to : ends) {
    const flow::Batch part = ends.size() == 1 ? batch : batch.Slice(from, to);
    SLUICE_TRY(node.watermark->Observe(part, now_ms_));
    SLUICE_TRY(Emit(node, part));
    SLUICE_TRY(PublishGenerated(node));
    from = to;
  }
  return {};
}

// To the shards that own the keys; what is ours goes on at once, unless its channel waits.
Status Graph::SendRows(Node& node, const flow::Batch& batch) {
  if (place_.shards == 1 && batch.origin.split < 0) return Emit(node, batch);
  if (place_.shards == 1) {
    return Emit(node, flow::Batch{.rows = batch.rows, .origin = {}, .kinds = batch.kinds});
  }
  std::vector<operators::KeySplitter::Part> parts;
  SLUICE_TRY(node.splitter->Split(batch, &parts));
  const int64_t bytes = arrow::util::TotalBufferSize(*batch.rows);
  for (auto& part : parts) {
    Message message{.exchange = node.index, .channel = place_.shard};
    message.size_bytes =
        kMessageBytes + bytes * part.batch.rows->num_rows() / batch.rows->num_rows();
    message.batch = std::move(part.batch);
    if (part.shard == place_.shard) {
      SLUICE_TRY(Receive(std::move(message)));
    } else {
      outlet_.Send(part.shard, std::move(message));
    }
  }
  return {};
}

Status Graph::SendAll(Node& node, const Message& message) {
  for (int shard = 0; shard < place_.shards; ++shard) {
    Message copy = message;
    copy.exchange = node.index;
    copy.channel = place_.shard;
    copy.size_bytes = kMessageBytes;
    const auto& exchange =
        std::get<plan::ExchangeNode>(layout_.graph->nodes[static_cast<size_t>(node.index)].node);
    // A single reader has all rows; nobody else is to wait for, or act on, its time.
    if (exchange.keys.empty() && shard > 0 && copy.kind == Message::Kind::kStatus) {
      copy.watermark_ms = flow::kWatermarkMin;
      copy.idle = true;
    }
    if (shard == place_.shard) {
      SLUICE_TRY(Receive(std::move(copy)));
    } else {
      outlet_.Send(shard, std::move(copy));
    }
  }
  return {};
}

Status Graph::Receive(Message message) {
  Node& node = At(message.exchange);
  if (node.channels[static_cast<size_t>(message.channel)] != 0) {
    held_bytes_ += message.size_bytes;
    held_.push_back(std::move(message));
    return {};
  }
  switch (message.kind) {
    case Message::Kind::kRows:
      rows_taken_ += message.batch.rows->num_rows();
      return Emit(node, message.batch);
    case Message::Kind::kStatus:
      if (!node.merge.Set(message.channel, message.watermark_ms, message.idle)) return {};
      return Publish(node, node.merge.watermark_ms(), node.merge.idle());
    case Message::Kind::kBarrier:
      node.channels[static_cast<size_t>(message.channel)] = 1;
      if (++node.barriers < node.channels.size()) return {};
      return PassBarrier(node);
  }
  return {};
}

Status Graph::TakeStatus(Port port, int64_t watermark_ms, bool idle) {
  Node& node = At(port.node);
  if (node.kind == Kind::kExchange) {
    return SendAll(
        node, Message{.kind = Message::Kind::kStatus, .watermark_ms = watermark_ms, .idle = idle});
  }
  if (!node.merge.Set(port.input, watermark_ms, idle)) return {};
  return Advance(node);
}

Status Graph::Advance(Node& node) {
  int64_t watermark_ms = node.merge.watermark_ms();
  if (node.kind == Kind::kSink) {
    if (watermark_ms <= node.seen_ms) return {};
    node.seen_ms = watermark_ms;
    return outlet_.AdvanceSink(layout_.sink_of_node[static_cast<size_t>(node.index)], watermark_ms);
  }
  if (node.kind == Kind::kWatermark) return PublishGenerated(node);
  if (node.kind == Kind::kOperator && watermark_ms > node.seen_ms) {
    node.seen_ms = watermark_ms;
    std::vector<flow::Batch> out;
    if (watermark_ms == flow::kWatermarkMax) {
      SLUICE_TRY(node.op->Flush(now_ms_, &out));
    }
    do {
      watermark_ms = node.seen_ms;
      SLUICE_TRY(node.op->OnWatermark(&watermark_ms, now_ms_, &out));
      SLUICE_TRY(node.op->Balance());
      SLUICE_TRY(Emit(node, out));
      out.clear();
    } while (node.op->has_more());
  } else if (node.kind == Kind::kOperator) {
    watermark_ms = node.given_ms;
  }
  return Publish(node, watermark_ms, IsIdle(node));
}

bool Graph::IsIdle(const Node& node) const {
  return node.merge.idle() && !node.waiting();
}

Status Graph::Publish(Node& node, int64_t watermark_ms, bool idle) {
  if (watermark_ms <= node.given_ms && idle == node.given_idle) return {};
  node.given_ms = std::max(node.given_ms, watermark_ms);
  node.given_idle = idle;
  for (const Port& port : ConsumersOf(node)) {
    SLUICE_TRY(TakeStatus(port, node.given_ms, idle));
  }
  return {};
}

// The end of all input passes; otherwise what comes in is only that nothing is read here.
Status Graph::PublishGenerated(Node& node) {
  if (node.merge.watermark_ms() == flow::kWatermarkMax) {
    return Publish(node, flow::kWatermarkMax, false);
  }
  return Publish(node, node.watermark->watermark_ms(), node.watermark->idle());
}

template <typename Visit>
Status Graph::ForGenerators(int source_node, Visit visit) {
  for (Node& node : nodes_) {
    if (source_of_watermark_[static_cast<size_t>(node.index)] != source_node) continue;
    visit(*node.watermark);
    SLUICE_TRY(PublishGenerated(node));
  }
  return {};
}

Status Graph::AddSplits(int source_node,
                        const std::vector<operators::WatermarkGenerator::SplitStart>& starts) {
  return ForGenerators(source_node, [&](operators::WatermarkGenerator& generator) {
    generator.AddSplits(starts, now_ms_);
  });
}

Status Graph::EndSplit(int source_node, int split) {
  return ForGenerators(source_node, [split](operators::WatermarkGenerator& generator) {
    generator.EndSplit(split);
  });
}

Status Graph::SetSourceIdle(int source_node, bool idle) {
  Node& node = At(source_node);
  return Publish(node, node.given_ms, idle);
}

Status Graph::EndSource(int source_node) {
  return Publish(At(source_node), flow::kWatermarkMax, false);
}

int64_t Graph::NextTime() const {
  int64_t next_ms = flow::kNoTime;
  if (barrier_under_way_) return next_ms;
  for (const Node& node : nodes_) {
    if (node.op != nullptr) next_ms = std::min(next_ms, node.op->NextTime());
    if (node.watermark != nullptr) next_ms = std::min(next_ms, node.watermark->NextTime());
  }
  return next_ms;
}

Status Graph::OnTime() {
  if (barrier_under_way_) return {};
  for (Node& node : nodes_) {
    if (node.watermark != nullptr && node.watermark->NextTime() <= now_ms_) {
      node.watermark->OnTime(now_ms_);
      SLUICE_TRY(PublishGenerated(node));
    }
    if (node.op == nullptr || node.op->NextTime() > now_ms_) continue;
    std::vector<flow::Batch> out;
    SLUICE_TRY(node.op->OnTime(now_ms_, &out));
    SLUICE_TRY(node.op->Balance());
    SLUICE_TRY(Emit(node, out));
  }
  return {};
}

bool Graph::waiting() const {
  return std::any_of(nodes_.begin(), nodes_.end(), [](const Node& node) { return node.waiting(); });
}

bool Graph::full() const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const Node& node) { return node.asks != nullptr && node.asks->full(); });
}

Result<bool> Graph::TakeAnswers() {
  bool moved = false;
  for (Node& node : nodes_) {
    if (!node.waiting()) continue;
    SLUICE_ASSIGN(const bool gave, TakeAnswersOf(node));
    moved |= gave;
  }
  return moved;
}

Result<bool> Graph::TakeAnswersOf(Node& node) {
  std::vector<flow::Batch> out;
  int64_t watermark_ms = flow::kWatermarkMin;
  SLUICE_TRY(node.asks->TakeAnswers(now_ms_, &watermark_ms, &out));
  SLUICE_TRY(Emit(node, out));
  SLUICE_TRY(Publish(node, watermark_ms, IsIdle(node)));
  if (node.waiting()) return !out.empty();
  if (!std::exchange(node.holds_barrier, false)) return true;
  SLUICE_TRY(SnapshotNode(node));
  SLUICE_TRY(PassBarrier(node));
  return true;
}

Status Graph::BeginBarrier() {
  if (barrier_under_way_) return Internal("a barrier while another one is under way");
  barrier_under_way_ = true;
  passed_ = 0;
  for (Node& node : nodes_) {
    if (node.kind == Kind::kSource) SLUICE_TRY(PassBarrier(node));
  }
  return {};
}

Status Graph::TakeBarrier(Port port) {
  Node& node = At(port.node);
  if (node.kind == Kind::kExchange) {
    return SendAll(node, Message{.kind = Message::Kind::kBarrier});
  }
  if (++node.barriers < layout_.inputs[static_cast<size_t>(port.node)].size()) return {};
  if (node.kind == Kind::kSink) {
    SLUICE_TRY(outlet_.StageSink(layout_.sink_of_node[static_cast<size_t>(port.node)]));
  } else if (node.kind == Kind::kOperator) {
    node.holds_barrier = node.waiting();
    if (node.holds_barrier) return {};
    SLUICE_TRY(SnapshotNode(node));
  }
  return PassBarrier(node);
}

Status Graph::SnapshotNode(Node& node) {
  std::vector<flow::Batch> out;
  SLUICE_TRY(node.op->Flush(now_ms_, &out));
  SLUICE_TRY(Emit(node, out));
  // The time an idle shard stands at would hold back the others' after a restart.
  if (!node.stateful || node.elsewhere) return {};
  return outlet_.Snapshot(node.index, *node.op);
}

Status Graph::PassBarrier(Node& node) {
  ++passed_;
  for (const Port& port : ConsumersOf(node)) SLUICE_TRY(TakeBarrier(port));
  return {};
}

Status Graph::EndBarrier() {
  if (!barrier_done()) return Internal("a barrier ends before it has passed every node");
  barrier_under_way_ = false;
  for (Node& node : nodes_) {
    node.barriers = 0;
    std::fill(node.channels.begin(), node.channels.end(), 0);
  }
  held_bytes_ = 0;
  for (Message& message : std::exchange(held_, {})) SLUICE_TRY(Receive(std::move(message)));
  return {};
}

int64_t Graph::WatermarkOf(int node) const {
  return nodes_[static_cast<size_t>(node)].merge.watermark_ms();
}

int64_t Graph::WatermarkOfSplit(int source_node, int split) const {
  int64_t watermark_ms = flow::kWatermarkMin;
  for (const Node& node : nodes_) {
    if (source_of_watermark_[static_cast<size_t>(node.index)] != source_node) continue;
    watermark_ms = std::max(watermark_ms, node.watermark->WatermarkOf(split));
  }
  return watermark_ms;
}

int64_t Graph::WatermarkOfSource(int source_node) const {
  int64_t watermark_ms = flow::kWatermarkMin;
  for (const Node& node : nodes_) {
    if (source_of_watermark_[static_cast<size_t>(node.index)] != source_node) continue;
    watermark_ms = std::max(watermark_ms, node.watermark->watermark_ms());
  }
  return watermark_ms;
}

bool Graph::IsSourceIdle(int source_node) const {
  for (const Node& node : nodes_) {
    if (source_of_watermark_[static_cast<size_t>(node.index)] == source_node) {
      return node.watermark->idle();
    }
  }
  return false;
}

Status Graph::RestoreWatermark(int node, int64_t watermark_ms) {
  At(node).merge.StartAt(watermark_ms);
  return Advance(At(node));
}

int64_t Graph::SinkWatermark() const {
  std::optional<int64_t> smallest;
  for (const Node& node : nodes_) {
    if (node.kind != Kind::kSink || node.merge.idle()) continue;
    const int64_t watermark_ms = node.merge.watermark_ms();
    smallest = std::min(smallest.value_or(watermark_ms), watermark_ms);
  }
  return smallest.value_or(flow::kWatermarkMin);
}

int64_t Graph::memory_bytes() const {
  int64_t bytes = held_bytes_;
  for (const Node& node : nodes_) {
    if (node.op != nullptr) bytes += node.op->memory_bytes();
  }
  return bytes;
}

int64_t Graph::unsaved_bytes() const {
  int64_t bytes = 0;
  for (const Node& node : nodes_) {
    if (node.op != nullptr) bytes += node.op->unsaved_bytes();
  }
  return bytes;
}

Status Graph::CheckMemory() {
  if (layout_.memory == nullptr) return {};
  int64_t fixed = 0;
  int64_t most = -1;
  int largest = 0;
  for (const Node& node : nodes_) {
    if (node.op == nullptr || !node.stateful) continue;
    const int64_t bytes = node.op->fixed_bytes();
    fixed += bytes;
    if (bytes > most) largest = node.index;
    most = std::max(most, bytes);
  }
  if (layout_.cold != nullptr && fixed > 0) {
    if (account_ == nullptr) account_ = layout_.cold->NewStore();
    account_->MemoryFor(fixed, &accounted_bytes_);
  }
  const int64_t total = layout_.memory->Report(fixed, &reported_bytes_);
  if (total <= layout_.memory->budget_bytes()) return {};
  const bool may_spill =
      layout_.cold == nullptr && nodes_[static_cast<size_t>(largest)].op->may_spill();
  return state::StateOutOfMemory({.name = layout_.graph->nodes[static_cast<size_t>(largest)].name,
                                  .used_bytes = total,
                                  .budget_bytes = layout_.memory->budget_bytes(),
                                  .may_spill = may_spill});
}

flow::OperatorCounters Graph::Counters() const {
  flow::OperatorCounters sum;
  for (const Node& node : nodes_) {
    if (node.op == nullptr) continue;
    const flow::OperatorCounters counters = node.op->counters();
    sum.late_rows += counters.late_rows;
    sum.state_rows += counters.state_rows;
  }
  return sum;
}

}  // namespace sluice::runtime
