// SPDX-License-Identifier: Apache-2.0
#include "operators/time_over.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "arrow/api.h"
#include "functions/evaluate.h"
#include "functions/gather.h"
#include "operators/batch_over.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"
#include "operators/sorted_over.h"
#include "operators/window_aggregate.h"

namespace sluice::operators {
namespace {

constexpr int kRowTable = 1;
constexpr int kWatermarkTable = 2;
constexpr int kPartitionTable = 3;  // 0 had no places of rows
constexpr int kEndTable = 4;        // in no snapshot
// That are given for a watermark before others have a turn. Many batches: a partition in which many
// rows wait may leave memory and come back in between.
constexpr size_t kRowsPerTurn = 16 * kRowsPerBatch;
constexpr int64_t kNullTime = std::numeric_limits<int64_t>::min();

bool IsLag(const std::string& ranking) {
  return ranking == "LAG";
}

Status CheckRanking(const std::string& ranking) {
  for (const char* known : {"", "LAG", "ROW_NUMBER", "RANK", "DENSE_RANK"}) {
    if (ranking == known) return Status::Ok();
  }
  return Unsupported(ranking + " OVER a stream needs rows that have not come yet");
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeOver(const plan::OverNode& node,
                                                 const OperatorArguments& arguments) {
  if (node.spec.ranking.size() != node.spec.calls.size() ||
      arguments.output.fields.size() !=
          arguments.inputs[0].fields.size() + node.spec.calls.size()) {
    return Internal("an OVER gives the input's columns and its calls");
  }
  if (node.all_rows) return BatchOver::Make(node, arguments);
  return node.time == plan::OverNode::Time::kNone ? SortedOver::Make(node, arguments)
                                                  : TimeOver::Make(node, arguments);
}

Status TimeOver::DecodePartition(const void* context, std::string_view bytes, void* payload) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  auto& at = *static_cast<Payload*>(payload);
  Partition& partition = *at.partition;
  const auto take = [&bytes](int64_t* number) {
    if (bytes.size() < sizeof(*number)) return Status(Corrupt("the state of an OVER is cut off"));
    std::memcpy(number, bytes.data(), sizeof(*number));
    bytes.remove_prefix(sizeof(*number));
    return Status::Ok();
  };
  int64_t left = 0;
  for (int64_t* number : {&partition.next_number, &partition.rows, &partition.rank,
                          &partition.dense_rank, &partition.last_time, &partition.used_ms, &left}) {
    SLUICE_TRY(take(number));
  }
  partition.left = static_cast<size_t>(left);
  for (auto* places : {&partition.waiting, &partition.kept}) {
    int64_t count = 0;
    SLUICE_TRY(take(&count));
    for (; count > 0; --count) {
      RowPlace place;
      SLUICE_TRY(take(&place.time));
      SLUICE_TRY(take(&place.number));
      places->push_back(place);
    }
  }
  if (partition.left > partition.kept.size()) return Corrupt("a frame in the state has no rows");
  return calls.Decode(&bytes, at.block());
}

state::PayloadOps TimeOver::PayloadOpsOf(const AggregateCalls* calls) {
  state::PayloadOps ops;
  ops.size = sizeof(Payload) + calls->state_size();
  ops.context = calls;
  ops.init = [](const void* context, void* payload) {
    auto& at = *static_cast<Payload*>(payload);
    at.partition = new Partition();
    static_cast<const AggregateCalls*>(context)->Init(at.block());
  };
  ops.destroy = [](const void* context, void* payload) {
    auto& at = *static_cast<Payload*>(payload);
    static_cast<const AggregateCalls*>(context)->Destroy(at.block());
    delete at.partition;
  };
  ops.encode = [](const void* context, const void* payload, std::string* out) {
    const auto& at = *static_cast<const Payload*>(payload);
    const Partition& partition = *at.partition;
    const auto put = [out](int64_t number) {
      out->append(reinterpret_cast<const char*>(&number), sizeof(number));
    };
    for (const int64_t number :
         {partition.next_number, partition.rows, partition.rank, partition.dense_rank,
          partition.last_time, partition.used_ms, static_cast<int64_t>(partition.left)}) {
      put(number);
    }
    for (const auto* places : {&partition.waiting, &partition.kept}) {
      put(static_cast<int64_t>(places->size()));
      for (const RowPlace& place : *places) {
        put(place.time);
        put(place.number);
      }
    }
    static_cast<const AggregateCalls*>(context)->Encode(at.block(), out);
  };
  ops.decode = &TimeOver::DecodePartition;
  ops.heap_bytes = [](const void* context, const void* payload) {
    const auto& at = *static_cast<const Payload*>(payload);
    const size_t rows = at.partition->waiting.size() + at.partition->kept.size();
    return static_cast<int64_t>(sizeof(Partition) + 1024 + rows * sizeof(RowPlace)) +
           static_cast<const AggregateCalls*>(context)->heap_bytes(at.block());
  };
  return ops;
}

TimeOver::TimeOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
                   state::RowCodec codec, std::unique_ptr<state::ColdStore> cold)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      encoder_(std::move(encoder)),
      codec_(std::move(codec)),
      partitions_(state::TableOptions{.id = kPartitionTable,
                                      .payload = PayloadOpsOf(calls_.get()),
                                      .wakes = {.context = this, .of = &TimeOver::TimesOf},
                                      .cold = cold.get()}),
      rows_(kRowTable, 0, cold.get()),
      ends_(state::TableOptions{.id = kEndTable,
                                .payload = {.size = sizeof(int64_t)},
                                .wakes = {.context = nullptr,
                                          .of =
                                              [](const void*, std::string_view, const void* payload,
                                                 std::vector<int64_t>* times) {
                                                times->push_back(
                                                    *static_cast<const int64_t*>(payload));
                                              }},
                                .cold = cold.get(),
                                .saved = false}) {
  UseColdStore(std::move(cold));
  for (state::Table* table : {&partitions_, static_cast<state::Table*>(&rows_), &ends_}) Own(table);
}

int64_t TimeOver::EmptyAt(const Partition& partition) const {
  if (!by_event_ || numbered_ || !node_.spec.preceding().has_value() || node_.spec.rows ||
      partition.rows == 0) {
    return flow::kNoTime;
  }
  int64_t at = 0;
  const bool never = __builtin_add_overflow(partition.last_time, *node_.spec.preceding(), &at) ||
                     at >= flow::kNoTime - 1;
  return never ? flow::kNoTime : at + 1;
}

void TimeOver::TimesOf(const void* context, std::string_view /*key*/, const void* payload,
                       std::vector<int64_t>* times) {
  const auto& over = *static_cast<const TimeOver*>(context);
  const Partition& partition = *static_cast<const Payload*>(payload)->partition;
  const int64_t next =
      partition.waiting.empty() ? over.EmptyAt(partition) : partition.waiting.front().time;
  // What comes later than it is noted when it has been looked at.
  const int64_t time = std::min(next, partition.noted);
  if (time != flow::kNoTime) times->push_back(time);
}

Result<std::unique_ptr<flow::Operator>> TimeOver::Make(const plan::OverNode& node,
                                                       const OperatorArguments& arguments) {
  const flow::Schema& input = arguments.inputs[0];
  std::vector<functions::AggregateCall> aggregates;
  std::vector<size_t> places;
  int64_t look_back = 0;
  bool numbered = false;
  for (size_t i = 0; i < node.spec.calls.size(); ++i) {
    const std::string& ranking = node.spec.ranking[i];
    SLUICE_TRY(CheckRanking(ranking));
    if (ranking.empty()) {
      aggregates.push_back(node.spec.calls[i]);
      places.push_back(i);
    } else if (IsLag(ranking)) {
      if (node.spec.offsets[i] < 0) return Unsupported("LAG with an offset below 0");
      look_back = std::max(look_back, node.spec.offsets[i]);
    } else {
      numbered = true;
    }
  }
  const bool bounded = node.spec.preceding().has_value();
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(std::move(aggregates), {.retract = bounded}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, node.spec.partition_by));
  SLUICE_ASSIGN(auto codec, state::RowCodec::Make(input));
  SLUICE_ASSIGN(auto cold, MakeColdStore(arguments));
  std::unique_ptr<TimeOver> made(
      new TimeOver(node, std::move(calls), std::move(encoder), std::move(codec), std::move(cold)));
  made->call_places_ = std::move(places);
  made->look_back_ = look_back;
  made->numbered_ = numbered || look_back > 0;
  made->by_event_ = node.time == plan::OverNode::Time::kEvent;
  if (!bounded || node.spec.rows) {
    made->forget_ms_ = node.ttl_ms;
  } else if (!made->by_event_ && !made->numbered_) {
    made->forget_ms_ = *node.spec.preceding() + 1;  // then the frame is empty
  }
  // All rows before the current one, as they come: by processing time no two come together.
  made->by_rows_ = node.spec.rows || (!made->by_event_ && !bounded);
  made->keeps_ = look_back > 0 || (bounded && made->calls_->size() > 0);
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->context_ = arguments.options.context;
  made->bundle_rows_ = arguments.options.bundle_rows;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Result<TimeOver::RowPlace> TimeOver::KeepRow(state::Slot slot, int64_t time,
                                             std::string_view bytes) {
  Partition& partition = At(slot);
  RowPlace place{time, partition.next_number++, state::kNoSlot, ++tags_};
  const std::string key = KeyOf(slot, place);
  bool inserted = false;
  SLUICE_ASSIGN(place.slot,
                rows_.FindOrInsert(key, HashOfLongerKey(key, partitions_.Hash(slot)), &inserted));
  rows_[place.slot].bytes = bytes;
  rows_[place.slot].tag = place.tag;
  rows_.MarkChanged(place.slot);
  return place;
}

std::string TimeOver::KeyOf(state::Slot partition, const RowPlace& place) const {
  std::string key(partitions_.Key(partition));
  AppendTime(place.time, &key);
  AppendTime(place.number, &key);
  return key;
}

Result<state::Slot> TimeOver::Find(state::Slot partition, RowPlace* place) {
  if (place->slot != state::kNoSlot) {
    if (cold() == nullptr) return place->slot;
    if (rows_.IsLive(place->slot) && rows_[place->slot].tag == place->tag) return place->slot;
  }
  const std::string key = KeyOf(partition, *place);
  SLUICE_ASSIGN(place->slot, rows_.Find(key, HashOfLongerKey(key, partitions_.Hash(partition))));
  if (place->slot == state::kNoSlot) return Corrupt("a row of an OVER is not in the state");
  rows_[place->slot].tag = place->tag = ++tags_;
  return place->slot;
}

Status TimeOver::NoteRestored(int64_t now_ms) {
  if (!restored_) return Status::Ok();
  restored_ = false;
  if (forget_ms_ <= 0) return Status::Ok();
  return partitions_.ForEach([&](state::Slot slot) {
    Partition& partition = At(slot);
    if (partition.used_ms == 0) partition.used_ms = now_ms;
    return NoteEnd(slot, partition.used_ms + forget_ms_);
  });
}

Status TimeOver::NoteEnd(state::Slot partition, int64_t time) {
  bool inserted = false;
  SLUICE_ASSIGN(const state::Slot slot, ends_.FindOrInsert(partitions_.Key(partition),
                                                           partitions_.Hash(partition), &inserted));
  std::memcpy(ends_.Payload(slot), &time, sizeof(time));
  ends_.WakeAt(time, slot);
  return Status::Ok();
}

Result<bool> TimeOver::IsLate(std::string_view key, uint64_t hash, int64_t time) {
  if (!by_event_ || time > watermark_ms_) return false;
  // Of a bounded frame, in Flink: behind a row of its own partition that went through.
  if (!node_.spec.preceding().has_value() || time == kNullTime) return true;
  SLUICE_ASSIGN(const state::Slot slot, partitions_.Find(key, hash));
  return slot != state::kNoSlot && time <= At(slot).last_time;
}

Status TimeOver::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                         std::vector<flow::Batch>* out) {
  SLUICE_TRY(NoteRestored(now_ms));
  SLUICE_TRY(Forget(now_ms));
  state::EncodedKeys keys;
  state::EncodedRows encoded;
  std::vector<int64_t> times;
  std::vector<state::Slot> slots;
  std::vector<uint8_t> inserted;
  SLUICE_TRY(EncodeKeys(encoder_, *batch.rows, &keys));
  if (by_event_ || keeps_) SLUICE_TRY(codec_.Encode(*batch.rows, &encoded));
  if (by_event_) {
    SLUICE_TRY(ReadTimes(*batch.rows->column(node_.spec.order_by[0].column), kNullTime, &times));
  } else {
    times.assign(keys.hashes.size(), now_ms);
  }
  SLUICE_TRY(partitions_.BringBack(keys));
  Passage passage{batch.rows, {}};
  std::vector<int32_t> late;
  std::vector<state::Slot> arrived;  // partitions with rows that wait from now on
  for (size_t i = 0; i < times.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    SLUICE_ASSIGN(const bool behind, IsLate(keys[row], keys.hashes[i], times[i]));
    if (behind) {
      late.push_back(static_cast<int32_t>(i));
      continue;
    }
    bool fresh = false;
    SLUICE_ASSIGN(const state::Slot slot,
                  partitions_.FindOrInsert(keys[row], keys.hashes[i], &fresh));
    partitions_.MarkChanged(slot);
    At(slot).used_ms = now_ms;
    if (fresh && forget_ms_ > 0) SLUICE_TRY(NoteEnd(slot, now_ms + forget_ms_));
    RowPlace place{times[i], 0, state::kNoSlot, 0};
    if (by_event_ || keeps_) {
      SLUICE_ASSIGN(place, KeepRow(slot, times[i], encoded[row]));
    }
    if (!by_event_) {
      passage.passing.push_back({slot, place});
      continue;
    }
    Partition& partition = At(slot);
    if (partition.arriving++ == 0) arrived.push_back(slot);
    partition.waiting.push_back(place);
  }
  for (const state::Slot slot : arrived) PutInOrder(slot);
  late_rows_ += static_cast<int64_t>(late.size());
  if (!late.empty() && late_rows_to() != nullptr) {
    SLUICE_TRY(late_rows_to()->Take(0, batch, late, times, watermark_ms_));
  }
  return by_event_ ? Status::Ok() : Pass(passage, out);
}

void TimeOver::PutInOrder(state::Slot slot) {
  Partition& partition = At(slot);
  auto& waiting = partition.waiting;
  const auto tail =
      waiting.end() - static_cast<std::ptrdiff_t>(std::exchange(partition.arriving, 0));
  std::sort(tail, waiting.end());
  const auto from = std::upper_bound(waiting.begin(), tail, *tail);
  const bool first = from == waiting.begin();
  std::inplace_merge(from, tail, waiting.end());
  // The first one is noted; the others follow it.
  if (first) NoteAt(waiting.front().time, slot);
}

Status TimeOver::OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) {
  SLUICE_TRY(NoteRestored(now_ms));
  SLUICE_TRY(Forget(now_ms));
  watermark_ms_ = std::max(watermark_ms_, *watermark_ms);
  if (!by_event_) return Status::Ok();
  if (due_at_ == due_.size()) {
    due_at_ = 0;
    SLUICE_TRY(partitions_.TakeDue(watermark_ms_, &due_));
  }
  has_more_ = !due_.empty();
  Passage passage;
  std::vector<std::string_view> bytes;
  size_t left = kRowsPerTurn;
  const size_t first = due_at_;
  for (; due_at_ < due_.size() && left > 0; ++due_at_) {
    const state::Slot slot = due_[due_at_].slot;
    if (!partitions_.IsLive(slot) || At(slot).waiting.empty()) continue;
    At(slot).used_ms = now_ms;
    SLUICE_TRY(TakeWaiting(slot, &left, &passage, &bytes, out));
  }
  SLUICE_TRY(PassWaiting(&passage, &bytes, out));
  // Where partitions leave memory, slots are void after this: the others are noted again.
  if (cold() != nullptr) due_at_ = due_.size();
  for (size_t i = first; i < due_at_; ++i) {
    if (partitions_.IsLive(due_[i].slot)) SLUICE_TRY(DropOrNote(due_[i].slot));
  }
  return Status::Ok();
}

Status TimeOver::TakeWaiting(state::Slot slot, size_t* left, Passage* passage,
                             std::vector<std::string_view>* bytes, std::vector<flow::Batch>* out) {
  auto& waiting = At(slot).waiting;
  while (!waiting.empty() && waiting.front().time <= watermark_ms_ && *left > 0) {
    // Whole times, so that rows that share a result stay together.
    if (bytes->size() >= kRowsPerBatch) SLUICE_TRY(PassWaiting(passage, bytes, out));
    const int64_t time = waiting.front().time;
    for (; !waiting.empty() && waiting.front().time == time; waiting.pop_front()) {
      *left -= *left > 0 ? 1 : 0;
      SLUICE_ASSIGN(const state::Slot row, Find(slot, &waiting.front()));
      passage->passing.push_back({slot, waiting.front()});
      bytes->push_back(rows_[row].bytes);
    }
    partitions_.MarkChanged(slot);
  }
  return Status::Ok();
}

Status TimeOver::PassWaiting(Passage* passage, std::vector<std::string_view>* bytes,
                             std::vector<flow::Batch>* out) {
  if (bytes->empty()) return Status::Ok();
  std::vector<size_t> order(bytes->size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return passage->passing[a].place.time < passage->passing[b].place.time;
  });
  Passage sorted;
  std::vector<std::string_view> sorted_bytes;
  for (const size_t i : order) {
    sorted.passing.push_back(passage->passing[i]);
    sorted_bytes.push_back((*bytes)[i]);
  }
  SLUICE_ASSIGN(sorted.rows, codec_.Decode(sorted_bytes));
  passage->passing.clear();
  bytes->clear();
  SLUICE_TRY(Pass(sorted, out));
  return rows_.Balance();
}

Status TimeOver::Pass(const Passage& passage, std::vector<flow::Batch>* out) {
  if (passage.passing.empty()) return Status::Ok();
  ArrayVector columns = passage.rows->columns();
  const size_t first = columns.size();
  columns.resize(first + node_.spec.calls.size());
  for (size_t i = 0; i < node_.spec.calls.size(); ++i) {
    if (!IsLag(node_.spec.ranking[i])) continue;
    SLUICE_ASSIGN(columns[first + i], Lag(passage, i));
  }
  if (calls_->size() > 0) {
    ArrayVector aggregates;
    SLUICE_TRY(Aggregate(passage, &aggregates));
    for (size_t i = 0; i < call_places_.size(); ++i) {
      columns[first + call_places_[i]] = std::move(aggregates[i]);
    }
  } else if (keeps_) {
    for (const Passing& row : passage.passing) At(row.partition).kept.push_back(row.place);
  }
  SLUICE_ASSIGN(const ArrayVector numbers, Numbers(passage));
  for (size_t i = 0; i < node_.spec.calls.size(); ++i) {
    const std::string& ranking = node_.spec.ranking[i];
    if (ranking == "ROW_NUMBER") columns[first + i] = numbers[0];
    if (ranking == "RANK") columns[first + i] = numbers[1];
    if (ranking == "DENSE_RANK") columns[first + i] = numbers[2];
  }
  SLUICE_TRY(Trim(passage));
  AppendBatches(arrow_schema_, passage.rows->num_rows(), std::move(columns), {}, bundle_rows_, out);
  return Status::Ok();
}

Status TimeOver::Aggregate(const Passage& passage, ArrayVector* columns) {
  // Steps: the n-th of each partition can be made together.
  std::vector<std::vector<std::pair<size_t, size_t>>> rounds;  // [first row, row behind)
  std::unordered_map<state::Slot, size_t> made;
  const auto& rows = passage.passing;
  for (size_t row = 0; row < rows.size();) {
    size_t end = row + 1;
    while (!by_rows_ && end < rows.size() && rows[end].partition == rows[row].partition &&
           rows[end].place.time == rows[row].place.time) {
      ++end;
    }
    const size_t round = made[rows[row].partition]++;
    if (rounds.size() <= round) rounds.emplace_back();
    rounds[round].emplace_back(row, end);
    row = end;
  }
  std::vector<int32_t> results(rows.size());  // per row: its place among all results
  std::vector<ArrayVector> pieces(calls_->size());
  int32_t count = 0;
  for (const auto& steps : rounds) {
    SLUICE_TRY(Step(passage, steps));
    std::vector<const uint8_t*> blocks;
    for (const auto& [first, end] : steps) {
      blocks.push_back(PayloadOf(rows[first].partition).block());
      for (size_t row = first; row < end; ++row) results[row] = count;
      ++count;
    }
    SLUICE_ASSIGN(const ArrayVector values, calls_->Finish(blocks));
    for (size_t call = 0; call < values.size(); ++call) pieces[call].push_back(values[call]);
  }
  for (const ArrayVector& piece : pieces) {
    SLUICE_ASSIGN(const auto all, arrow::Concatenate(piece));
    SLUICE_ASSIGN(columns->emplace_back(), functions::Gather(all, results));
  }
  return Status::Ok();
}

Status TimeOver::Step(const Passage& passage, const std::vector<std::pair<size_t, size_t>>& steps) {
  std::vector<std::string_view> leaving;
  std::vector<uint8_t*> leaving_blocks, blocks;
  std::vector<int32_t> coming;
  const auto preceding = node_.spec.preceding();
  for (const auto& [first, end] : steps) {
    const Passing& head = passage.passing[first];
    Partition& partition = At(head.partition);
    uint8_t* const block = PayloadOf(head.partition).block();
    const auto leaves = [&] {
      if (partition.left >= partition.kept.size()) return false;
      if (!node_.spec.rows)
        return partition.kept[partition.left].time < head.place.time - *preceding;
      return static_cast<int64_t>(partition.kept.size() - partition.left) > *preceding;
    };
    while (preceding.has_value() && leaves()) {
      SLUICE_ASSIGN(const state::Slot gone, Find(head.partition, &partition.kept[partition.left]));
      leaving.push_back(rows_[gone].bytes);
      leaving_blocks.push_back(block);
      ++partition.left;
    }
    for (size_t row = first; row < end; ++row) {
      coming.push_back(static_cast<int32_t>(row));
      blocks.push_back(block);
      if (keeps_) partition.kept.push_back(passage.passing[row].place);
    }
    if (!preceding.has_value()) partition.left = partition.kept.size();
  }
  if (!leaving.empty()) {
    SLUICE_ASSIGN(const auto rows, codec_.Decode(leaving));
    const std::vector<int8_t> signs(leaving.size(), -1);
    SLUICE_TRY(calls_->Update(*rows, leaving_blocks, signs));
  }
  const bool together = static_cast<size_t>(coming.back() - coming.front()) + 1 == coming.size() &&
                        std::is_sorted(coming.begin(), coming.end());
  std::shared_ptr<arrow::RecordBatch> rows;
  if (together) {
    rows = passage.rows->Slice(coming.front(), static_cast<int64_t>(coming.size()));
  } else {
    SLUICE_ASSIGN(rows, TakeRows(*passage.rows, coming));
  }
  return calls_->Update(*rows, blocks, {});
}

Result<ArrayVector> TimeOver::Numbers(const Passage& passage) {
  arrow::Int64Builder builders[3];
  for (const Passing& row : passage.passing) {
    Partition& partition = At(row.partition);
    ++partition.rows;
    if (row.place.time != partition.last_time || partition.rows == 1) {
      partition.rank = partition.rows;
      ++partition.dense_rank;
      partition.last_time = row.place.time;
    }
    SLUICE_TRY(builders[0].Append(partition.rows));
    SLUICE_TRY(builders[1].Append(partition.rank));
    SLUICE_TRY(builders[2].Append(partition.dense_rank));
  }
  ArrayVector numbers;
  for (auto& builder : builders) {
    SLUICE_ASSIGN(numbers.emplace_back(), builder.Finish());
  }
  return numbers;
}

Result<std::shared_ptr<arrow::Array>> TimeOver::Lag(const Passage& passage, size_t call) {
  const auto offset = static_cast<size_t>(node_.spec.offsets[call]);
  const int column = node_.spec.calls[call].arguments[0];
  const auto& current = passage.rows->column(column);
  // Picks among: rows of the passage, rows kept from before, the default.
  std::vector<std::string_view> earlier;
  std::unordered_map<state::Slot, std::vector<int32_t>> history;  // per partition, oldest first
  const auto rows = static_cast<int32_t>(passage.passing.size());
  std::vector<int32_t> picks;
  for (int32_t row = 0; row < rows; ++row) {
    const state::Slot slot = passage.passing[static_cast<size_t>(row)].partition;
    const auto [known, fresh] = history.try_emplace(slot);
    std::vector<int32_t>& past = known->second;
    if (fresh) {
      auto& kept = At(slot).kept;
      for (size_t i = kept.size() - std::min(kept.size(), offset); i < kept.size(); ++i) {
        past.push_back(rows + static_cast<int32_t>(earlier.size()));
        SLUICE_ASSIGN(const state::Slot at, Find(slot, &kept[i]));
        earlier.push_back(rows_[at].bytes);
      }
    }
    past.push_back(row);
    picks.push_back(past.size() > offset ? past[past.size() - 1 - offset] : -1);
  }
  const auto none = rows + static_cast<int32_t>(earlier.size());
  for (int32_t& pick : picks) pick = pick < 0 ? none : pick;
  ArrayVector pieces{current};
  if (!earlier.empty()) {
    SLUICE_ASSIGN(const auto kept, codec_.Decode(earlier));
    pieces.push_back(kept->column(column));
  }
  const functions::ExprPtr fallback = node_.spec.defaults[call];
  if (fallback == nullptr) {
    SLUICE_ASSIGN(pieces.emplace_back(), arrow::MakeArrayOfNull(current->type(), 1));
  } else {
    SLUICE_ASSIGN(pieces.emplace_back(),
                  functions::Evaluate(*fallback, *passage.rows->Slice(0, 1), context_));
  }
  for (auto& piece : pieces) {
    if (piece->type()->Equals(*current->type())) continue;
    auto renamed = piece->data()->Copy();
    renamed->type = current->type();
    piece = arrow::MakeArray(renamed);
  }
  SLUICE_ASSIGN(const auto all, arrow::Concatenate(pieces));
  return functions::Gather(all, picks);
}

Status TimeOver::Trim(const Passage& passage) {
  for (const Passing& row : passage.passing) {
    if (!keeps_) {
      if (row.place.slot != state::kNoSlot) rows_.Erase(row.place.slot);
      continue;
    }
    Partition& partition = At(row.partition);
    if (calls_->size() == 0) partition.left = partition.kept.size();
    while (partition.left > 0 && static_cast<int64_t>(partition.kept.size()) > look_back_) {
      SLUICE_ASSIGN(const state::Slot gone, Find(row.partition, &partition.kept.front()));
      rows_.Erase(gone);
      partition.kept.pop_front();
      --partition.left;
    }
  }
  return Status::Ok();
}

void TimeOver::NoteAt(int64_t time, state::Slot slot) {
  if (time >= At(slot).noted) return;
  At(slot).noted = time;
  partitions_.WakeAt(time, slot);
}

Status TimeOver::DropOrNote(state::Slot slot) {
  Partition& partition = At(slot);
  if (partition.noted <= watermark_ms_) partition.noted = flow::kNoTime;
  if (!partition.waiting.empty()) {
    NoteAt(partition.waiting.front().time, slot);
    return Status::Ok();
  }
  // A partition whose frame is empty is as if it had never been, unless some call goes on counting.
  const int64_t empty_at = EmptyAt(partition);
  if (empty_at == flow::kNoTime) return Status::Ok();
  if (empty_at <= watermark_ms_) return Erase(slot);
  NoteAt(empty_at, slot);
  return Status::Ok();
}

Status TimeOver::Erase(state::Slot slot) {
  for (RowPlace& row : At(slot).kept) {
    SLUICE_ASSIGN(const state::Slot gone, Find(slot, &row));
    rows_.Erase(gone);
  }
  if (forget_ms_ > 0) {
    SLUICE_ASSIGN(const state::Slot end, ends_.Find(partitions_.Key(slot), partitions_.Hash(slot)));
    if (end != state::kNoSlot) ends_.Erase(end);
  }
  partitions_.Erase(slot);
  return Status::Ok();
}

Status TimeOver::Forget(int64_t now_ms) {
  std::vector<state::Table::Due> due;
  while (forget_ms_ > 0) {
    SLUICE_TRY(ends_.TakeDue(now_ms, &due));
    if (due.empty()) break;
    for (const state::Table::Due& one : due) {
      if (!ends_.IsLive(one.slot)) continue;
      SLUICE_ASSIGN(const state::Slot slot,
                    partitions_.Find(ends_.Key(one.slot), ends_.Hash(one.slot)));
      if (slot == state::kNoSlot) return Corrupt("a partition of an OVER is not in the state");
      // Rows that wait for the watermark keep their partition.
      const Partition& partition = At(slot);
      const int64_t used_ms = partition.waiting.empty() ? partition.used_ms : now_ms;
      if (used_ms + forget_ms_ > now_ms) {
        SLUICE_TRY(NoteEnd(slot, used_ms + forget_ms_));
      } else {
        SLUICE_TRY(Erase(slot));
      }
    }
    SLUICE_TRY(Balance());
  }
  return Status::Ok();
}

Status TimeOver::Snapshot(bool full, flow::StateWriter* writer) {
  SLUICE_TRY(partitions_.Snapshot(full, writer));
  SLUICE_TRY(rows_.Snapshot(full, writer));
  return PutWatermark(kWatermarkTable, watermark_ms_, full, &put_watermark_ms_, writer);
}

Status TimeOver::Restore(const flow::StateEntry& entry) {
  restored_ = true;
  switch (entry.table) {
    case kPartitionTable:
      return partitions_.Restore(entry);
    case kRowTable:
      return rows_.Restore(entry);
    case kWatermarkTable:
      SLUICE_TRY(TakeWatermark(entry, &watermark_ms_));
      put_watermark_ms_ = watermark_ms_;
      return Status::Ok();
    default:
      return Unsupported("the state of OVER was written by an earlier sluice: begin anew");
  }
}

flow::OperatorCounters TimeOver::counters() const {
  flow::OperatorCounters counters;
  counters.late_rows = late_rows_;
  counters.state_rows = partitions_.size() + rows_.size();
  return counters;
}

}  // namespace sluice::operators
