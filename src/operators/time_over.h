// SPDX-License-Identifier: Apache-2.0
// OVER ordered by time: aggregates from some row before (of all, of the last n rows, of a stretch
// of time) to the current one; LAG, ROW_NUMBER, RANK and DENSE_RANK. By event time rows wait for
// the watermark and come in the order of their time; late are rows behind it, and of bounded frames
// only those also behind a row of their partition that went through. By processing time they go
// through at once. RANGE gives rows of one time the same result, ROWS each its own. A partition
// that nothing came to for the time to live is forgotten, unless rows wait in it; frames of a
// stretch of time have no use for that: they empty themselves.
//
//   table 2  the watermark
//   table 3  partition key -> numbers of rows so far, states of the calls, when it was last used,
//            which rows it has in table 1
//   table 1  partition key, time, number of the row -> the row: those that wait, those in the
//            frame, and those that LAG looks back to
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "flow/operator.h"
#include "operators/aggregate_calls.h"
#include "operators/operators.h"
#include "operators/row_picks.h"
#include "operators/table_operator.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/table.h"

namespace sluice::operators {

/// A row as bytes.
struct KeptRow {
  std::string bytes;
  uint64_t tag = 0;  // that its place was told last; not part of the state
  void Encode(std::string* out) const { *out += bytes; }
  Status Decode(std::string_view from) {
    bytes = from;
    return Status::Ok();
  }
  int64_t heap_bytes() const { return static_cast<int64_t>(bytes.capacity()); }
};

class TimeOver : public TableOperator {
 public:
  static Result<std::unique_ptr<flow::Operator>> Make(const plan::OverNode& node,
                                                      const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  bool has_more() const override { return has_more_; }

  Status Snapshot(bool full, flow::StateWriter* writer) override;
  Status Restore(const flow::StateEntry& entry) override;
  flow::OperatorCounters counters() const override;

 private:
  struct RowPlace {
    int64_t time = 0;
    int64_t number = 0;
    state::Slot slot = state::kNoSlot;  // in rows_, while its entry has this tag
    uint64_t tag = 0;
    auto operator<=>(const RowPlace&) const = default;
  };
  struct Partition {
    std::deque<RowPlace> waiting;  // by time
    size_t arriving = 0;           // at their end, of the batch in hand: not in order yet
    std::deque<RowPlace> kept;     // that have gone through, by time
    size_t left = 0;               // of kept: how many have left the frame again
    int64_t next_number = 0;
    int64_t rows = 0, rank = 0, dense_rank = 0, last_time = flow::kWatermarkMin;
    int64_t used_ms = 0;            // processing time
    int64_t noted = flow::kNoTime;  // when it is looked at next, so far as was noted
  };
  struct Payload {
    Partition* partition;
    uint8_t* block() { return reinterpret_cast<uint8_t*>(this + 1); }
    const uint8_t* block() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  };
  /// A row on its way through: of which partition, and where it is kept (processing time may not
  /// keep it).
  struct Passing {
    state::Slot partition = 0;
    RowPlace place;
  };
  /// The rows that go through together, decoded.
  struct Passage {
    std::shared_ptr<arrow::RecordBatch> rows;
    std::vector<Passing> passing;
  };

  TimeOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
           state::RowCodec codec, std::unique_ptr<state::ColdStore> cold);
  static void TimesOf(const void* context, std::string_view key, const void* payload,
                      std::vector<int64_t>* times);
  /// When the frame of a partition is empty, should no row come; kNoTime: it never is.
  int64_t EmptyAt(const Partition& partition) const;
  static state::PayloadOps PayloadOpsOf(const AggregateCalls* calls);
  static Status DecodePartition(const void* context, std::string_view bytes, void* payload);

  Payload& PayloadOf(state::Slot slot) { return *static_cast<Payload*>(partitions_.Payload(slot)); }
  Partition& At(state::Slot slot) { return *PayloadOf(slot).partition; }
  /// Where the row is now; brings it back.
  Result<state::Slot> Find(state::Slot partition, RowPlace* place);
  std::string KeyOf(state::Slot partition, const RowPlace& place) const;
  Result<RowPlace> KeepRow(state::Slot partition, int64_t time, std::string_view bytes);
  /// What a batch brought is merged into the rows that wait, all at once: one by one, each would
  /// move those behind it.
  void PutInOrder(state::Slot slot);
  Status NoteRestored(int64_t now_ms);
  /// The partition is looked at again when nothing came to it for its time to live.
  Status NoteEnd(state::Slot partition, int64_t time);
  /// Rows of a partition that wait no longer go through, some thousand of all partitions at once,
  /// until none are `left` for this turn.
  Status TakeWaiting(state::Slot slot, size_t* left, Passage* passage,
                     std::vector<std::string_view>* bytes, std::vector<flow::Batch>* out);
  Status PassWaiting(Passage* passage, std::vector<std::string_view>* bytes,
                     std::vector<flow::Batch>* out);
  Result<bool> IsLate(std::string_view key, uint64_t hash, int64_t time);
  Status Pass(const Passage& passage, std::vector<flow::Batch>* out);
  /// The columns of the aggregates.
  Status Aggregate(const Passage& passage, ArrayVector* columns);
  /// One step of each of these partitions: rows that leave frames go, those of the step come.
  Status Step(const Passage& passage, const std::vector<std::pair<size_t, size_t>>& steps);
  Result<ArrayVector> Numbers(const Passage& passage);
  Result<std::shared_ptr<arrow::Array>> Lag(const Passage& passage, size_t call);
  /// Lets go of what neither the frame nor LAG needs.
  Status Trim(const Passage& passage);
  void NoteAt(int64_t time, state::Slot slot);
  /// Drops the partition if its frame is empty, or notes when it is to be looked at next.
  Status DropOrNote(state::Slot slot);
  /// Drops partitions past their time to live.
  Status Forget(int64_t now_ms);
  Status Erase(state::Slot slot);

  plan::OverNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  functions::EvalContext context_;
  int64_t bundle_rows_ = 0;
  bool by_event_ = false, by_rows_ = false, keeps_ = false;
  int64_t forget_ms_ = 0;                        // partitions unused for so long go; 0: never
  int64_t look_back_ = 0;                        // rows that LAG needs
  bool numbered_ = false;                        // some call counts rows for ever
  std::unique_ptr<const AggregateCalls> calls_;  // the table points to it
  std::vector<size_t> call_places_;              // of the aggregates among all calls
  state::KeyEncoder encoder_;
  state::RowCodec codec_;
  state::Table partitions_;
  state::TypedTable<KeptRow> rows_;
  state::Table ends_;  // partition key -> when it is looked at; where partitions are forgotten

  int64_t watermark_ms_ = flow::kWatermarkMin;
  int64_t put_watermark_ms_ = flow::kWatermarkMin;  // in the last snapshot
  int64_t late_rows_ = 0;
  uint64_t tags_ = 0;
  bool restored_ = false;

  std::vector<state::Table::Due> due_;  // partitions of this watermark, from due_at_ on
  size_t due_at_ = 0;
  bool has_more_ = false;
};

/// The node's operator, whatever its order.
Result<std::unique_ptr<flow::Operator>> MakeOver(const plan::OverNode& node,
                                                 const OperatorArguments& arguments);

}  // namespace sluice::operators
