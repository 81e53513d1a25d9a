// SPDX-License-Identifier: Apache-2.0
// Table 1: a key's matches that are under way (match_state.h); table 2: the rows that they hold
// (match_rows.h); table 3: rows that wait for the watermark (waiting_rows.h), as eight bytes that
// say which simple definitions they meet, and their own.
//
// The rows of several keys go through together, one of each key at a time: definitions that depend
// on the rows before are evaluated for all keys and all classes of matches at once.
#include "operators/match.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/match_conditions.h"
#include "operators/match_output.h"
#include "operators/match_pattern.h"
#include "operators/match_registers.h"
#include "operators/match_rows.h"
#include "operators/match_slice.h"
#include "operators/match_state.h"
#include "operators/match_values.h"
#include "operators/row_batches.h"
#include "operators/table_operator.h"
#include "operators/waiting_rows.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using Skip = sql::MatchSpec::Skip;

constexpr int kMatchTable = 1;  // 0 was all of a key in one value
constexpr int kRowTable = 2;
constexpr int kWaitingTable = 3;

state::PayloadOps PayloadOpsOf(const MatchLayout* layout) {
  state::PayloadOps ops;
  ops.size = sizeof(KeyMatches);
  ops.context = layout;
  ops.init = [](const void*, void* at) { new (at) KeyMatches(); };
  ops.destroy = [](const void*, void* at) { static_cast<KeyMatches*>(at)->~KeyMatches(); };
  ops.encode = [](const void*, const void* at, std::string* out) {
    static_cast<const KeyMatches*>(at)->Encode(out);
  };
  ops.decode = [](const void* context, std::string_view bytes, void* at) {
    return static_cast<KeyMatches*>(at)->Decode(*static_cast<const MatchLayout*>(context), bytes);
  };
  ops.heap_bytes = [](const void*, const void* at) {
    return static_cast<const KeyMatches*>(at)->heap_bytes();
  };
  return ops;
}

void WakeTime(const void* context, std::string_view /*key*/, const void* payload,
              std::vector<int64_t>* times) {
  const auto& layout = *static_cast<const MatchLayout*>(context);
  const auto& matches = *static_cast<const KeyMatches*>(payload);
  const int64_t end = std::min(matches.NextEnd(layout), matches.noted_end);
  if (end != KeyMatches::kNever) times->push_back(end);
}

class Match : public TableOperator {
 public:
  Status Make(const plan::MatchNode& node, const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  bool has_more() const override { return has_more_; }
  int64_t NextTime() const override {
    if (!node_.processing_time) return flow::kNoTime;
    const int64_t waits = waiting_->NextTime();
    return std::min(waits == flow::kNoTime ? waits : waits + 1, matches_->NextWake());
  }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    for (state::Table* table : {&*matches_, rows_->table(), waiting_->table()}) {
      SLUICE_TRY(table->Snapshot(full, writer));
    }
    return Status::Ok();
  }
  Status Restore(const flow::StateEntry& entry) override;
  flow::OperatorCounters counters() const override {
    return {.late_rows = late_rows_, .state_rows = entries()};
  }

 private:
  Status MakeTables(const OperatorArguments& arguments);
  Status ReadInTime(const flow::Batch& batch, std::shared_ptr<arrow::RecordBatch>* rows);
  Status EncodeBatch(const arrow::RecordBatch& rows);
  Status Wait();
  /// The next rows up to a time; when there are no more, what that time itself ends.
  Status GoOn(int64_t rows_until, int64_t time, std::vector<flow::Batch>* out);
  Status EndLate(int64_t time, std::vector<flow::Batch>* out);
  /// Takes the rows of a slice through.
  Status Run(std::vector<flow::Batch>* out);
  Status Round(size_t round, std::vector<flow::Batch>* out);
  Status StepAll();
  void EndStarted(KeyMatches* matches, int64_t time) const;
  Status GiveComplete(MatchSlice::Key* key, uint64_t order, std::vector<flow::Batch>* out);
  Result<int64_t> SkipTo(const CompleteMatch& match) const;
  /// Keeps and drops rows of a key as its matches hold them.
  Status Settle(const MatchSlice::Key& key);

  plan::MatchNode node_;
  flow::Schema schema_;
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::optional<MatchValues> values_;
  std::optional<MatchConditions> conditions_;
  std::optional<MatchOutput> output_;
  MatchLayout layout_;
  std::optional<state::Table> matches_;
  std::unique_ptr<MatchRows> rows_;
  std::unique_ptr<WaitingRows> waiting_;
  functions::EvalContext context_;
  bool sorted_ = false;  // rows wait, to be put in order

  state::EncodedKeys keys_;
  state::EncodedRows row_bytes_, sort_keys_;
  std::vector<int64_t> times_;
  std::vector<uint64_t> simple_bits_;
  std::vector<DueRow> due_;
  MatchSlice slice_;
  std::vector<MatchSlice::Key*> in_round_;
  std::vector<MatchAddition> additions_;
  std::vector<const MatchSteps::Outcome*> outcomes_;
  std::vector<uint8_t> path_;

  bool has_more_ = false;
  int64_t watermark_ = flow::kWatermarkMin;
  int64_t late_rows_ = 0;
};

Status Match::Make(const plan::MatchNode& node, const OperatorArguments& arguments) {
  const sql::MatchSpec& spec = node.spec;
  const flow::Schema& input = arguments.inputs[0];
  if (spec.all_rows)
    return Unsupported("ALL ROWS PER MATCH is not supported; use ONE ROW PER MATCH");
  if (spec.variables.size() > 64) {
    return Unsupported("MATCH_RECOGNIZE takes at most 64 pattern variables");
  }
  if (arguments.output.size() !=
      static_cast<int>(spec.partition_by.size() + spec.measures.size())) {
    return Internal("MATCH_RECOGNIZE gives the partition columns and the measures");
  }
  node_ = node;
  schema_ = arguments.output;
  context_ = arguments.options.context;
  SLUICE_ASSIGN(auto pattern, MatchPattern::Make(spec));
  SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(input, spec.partition_by));
  std::vector<plan::SortKey> rest(spec.order_by.begin() + (spec.order_by.empty() ? 0 : 1),
                                  spec.order_by.end());
  sorted_ = !node.processing_time || !rest.empty();
  SLUICE_ASSIGN(sort_encoder_, state::SortKeyEncoder::Make(input, SortColumns(rest)));
  SLUICE_ASSIGN(codec_, state::RowCodec::Make(input));
  SLUICE_ASSIGN(values_, MatchValues::Make(spec, input, &*codec_));
  conditions_.emplace(&node_.spec, input.size(), &*values_, MatchSteps(std::move(pattern)));
  output_.emplace(&node_.spec, &*values_, schema_.ToArrow());
  return MakeTables(arguments);
}

Status Match::MakeTables(const OperatorArguments& arguments) {
  SLUICE_TRY(OpenColdStore(arguments));
  layout_ = conditions_->Layout();
  layout_.within_ms = node_.spec.within_ms;
  matches_.emplace(state::TableOptions{.id = kMatchTable,
                                       .payload = PayloadOpsOf(&layout_),
                                       .wakes = {.context = &layout_, .of = &WakeTime},
                                       .cold = cold()});
  rows_ = std::make_unique<MatchRows>(kRowTable, cold());
  waiting_ = std::make_unique<WaitingRows>(kWaitingTable, cold());
  for (state::Table* table : {&*matches_, rows_->table(), waiting_->table()}) Own(table);
  return Status::Ok();
}

Status Match::Restore(const flow::StateEntry& entry) {
  switch (entry.table) {
    case kMatchTable:
      return matches_->Restore(entry);
    case kRowTable:
      return rows_->table()->Restore(entry);
    case kWaitingTable:
      return waiting_->Restore(entry);
    default:
      return Unsupported(
          "the state of MATCH_RECOGNIZE was written by an earlier sluice: begin anew");
  }
}

Status Match::EncodeBatch(const arrow::RecordBatch& rows) {
  SLUICE_TRY(EncodeKeys(*encoder_, rows, &keys_));
  SLUICE_TRY(codec_->Encode(rows, &row_bytes_));
  SLUICE_TRY(sort_encoder_->Encode(rows, &sort_keys_));
  return conditions_->EvaluateSimple(rows, context_, &simple_bits_);
}

/// The rows that are not late, and their times.
Status Match::ReadInTime(const flow::Batch& batch, std::shared_ptr<arrow::RecordBatch>* rows) {
  SLUICE_TRY(ReadTimes(*(*rows)->column(node_.time_column), flow::kWatermarkMin, &times_));
  std::vector<int32_t> in_time;
  for (size_t row = 0; row < times_.size(); ++row) {
    if (times_[row] > watermark_) in_time.push_back(static_cast<int32_t>(row));
  }
  if (in_time.size() == times_.size()) return Status::Ok();
  late_rows_ += static_cast<int64_t>(times_.size() - in_time.size());
  SLUICE_TRY(GiveLate(late_rows_to(), 0, batch, in_time, times_, watermark_));
  SLUICE_ASSIGN(*rows, TakeRows(**rows, in_time));
  return ReadTimes(*(*rows)->column(node_.time_column), flow::kWatermarkMin, &times_);
}

Status Match::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                      std::vector<flow::Batch>* out) {
  context_.now_ms = now_ms;
  std::shared_ptr<arrow::RecordBatch> rows = batch.rows;
  if (node_.processing_time) {
    times_.assign(static_cast<size_t>(rows->num_rows()), now_ms);
  } else if (rows->num_rows() > 0) {
    SLUICE_TRY(ReadInTime(batch, &rows));
  }
  if (rows->num_rows() == 0) return Status::Ok();
  SLUICE_TRY(EncodeBatch(*rows));
  if (sorted_) return Wait();
  slice_.Clear();
  for (size_t i = 0; i < times_.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    slice_.Add(keys_[row], keys_.hashes[i], {times_[i], simple_bits_[i], row_bytes_[row], i});
  }
  return Run(out);
}

Status Match::Wait() {
  std::string value;
  for (size_t i = 0; i < times_.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    value.assign(reinterpret_cast<const char*>(&simple_bits_[i]), sizeof(uint64_t));
    value.append(row_bytes_[row]);
    SLUICE_TRY(waiting_->Add(times_[i], sort_keys_[row], keys_[row], keys_.hashes[i], value));
  }
  return waiting_->Keep();
}

Status Match::OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) {
  if (node_.processing_time) return Status::Ok();
  watermark_ = *watermark_ms;
  context_.now_ms = now_ms;
  const int64_t next = std::min(waiting_->NextTime(), matches_->NextWake());
  if (!has_more_ && next > watermark_) return Status::Ok();
  return GoOn(watermark_, watermark_, out);
}

Status Match::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  context_.now_ms = now_ms;
  do {
    SLUICE_TRY(GoOn(now_ms - 1, now_ms, out));
  } while (has_more_);
  return Status::Ok();
}

Status Match::GoOn(int64_t rows_until, int64_t time, std::vector<flow::Batch>* out) {
  SLUICE_TRY(waiting_->Take(rows_until, &due_));
  has_more_ = !due_.empty();
  if (due_.empty()) return EndLate(time, out);
  slice_.Clear();
  for (const DueRow& row : due_) {
    const std::string_view bytes = row.bytes.view();
    if (bytes.size() < sizeof(uint64_t)) return Corrupt("a waiting row in the state is cut off");
    uint64_t simple = 0;
    std::memcpy(&simple, bytes.data(), sizeof(simple));
    const std::string_view owner = row.owner();
    const uint64_t hash =
        node_.spec.partition_by.empty() ? HashWithoutKey() : state::HashKey(owner);
    slice_.Add(owner, hash, {row.time_ms(), simple, bytes.substr(sizeof(simple)), {}});
  }
  return Run(out);
}

Status Match::EndLate(int64_t time, std::vector<flow::Batch>* out) {
  std::vector<state::Table::Due> due;
  while (true) {
    SLUICE_TRY(matches_->TakeDue(time, &due));
    if (due.empty()) return Status::Ok();
    for (const state::Table::Due& one : due) {
      if (!matches_->IsLive(one.slot)) continue;  // given twice
      auto* const matches = static_cast<KeyMatches*>(matches_->Payload(one.slot));
      MatchSlice::Key key;
      key.slot = one.slot;
      key.matches = matches;
      key.rows.key = matches_->Key(one.slot);
      key.rows.hash = matches_->Hash(one.slot);
      key.rows.first_fresh = matches->next_number;
      if (matches->noted_end <= time) matches->noted_end = KeyMatches::kNever;
      EndStarted(matches, time);
      SLUICE_TRY(GiveComplete(&key, 0, out));
      SLUICE_TRY(Settle(key));
    }
    SLUICE_TRY(output_->Flush(context_, out));
    SLUICE_TRY(Balance());
  }
}

Status Match::Run(std::vector<flow::Batch>* out) {
  SLUICE_TRY(slice_.FindKeys(&*matches_, !node_.processing_time || sorted_));
  for (size_t round = 0; round < slice_.rounds(); ++round) SLUICE_TRY(Round(round, out));
  for (const MatchSlice::Key& key : slice_.keys()) SLUICE_TRY(Settle(key));
  return output_->Flush(context_, out);
}

Status Match::Round(size_t round, std::vector<flow::Batch>* out) {
  slice_.KeysOf(round, &in_round_);
  conditions_->Begin(&*rows_, context_);
  for (MatchSlice::Key* const key : in_round_) {
    const MatchSlice::Row& row = *key->row;
    key->number = key->matches->next_number++;
    EndStarted(key->matches, row.time);
    SLUICE_TRY(GiveComplete(key, row.order, out));
    conditions_->Ask(key);
  }
  SLUICE_TRY(conditions_->Evaluate());
  SLUICE_TRY(StepAll());
  for (MatchSlice::Key* const key : in_round_) {
    key->matches->Share();
    SLUICE_TRY(GiveComplete(key, key->row->order, out));
  }
  return Status::Ok();
}

Status Match::StepAll() {
  MatchAdditions rows;
  additions_.clear();
  for (MatchSlice::Key* const key : in_round_) {
    SLUICE_TRY(conditions_->OutcomesOf(*key, &outcomes_));
    const size_t before = additions_.size();
    key->matches->Step(layout_, key->number, key->row->time, outcomes_, &additions_);
    for (size_t i = before; i < additions_.size(); ++i) {
      const MatchAddition& addition = additions_[i];
      if (addition.from != nullptr) SLUICE_TRY(addition.to->Merge(*addition.from));
      rows.Add(addition.to.get(), addition.variable, key->row->bytes);
    }
  }
  if (rows.size() == 0) return Status::Ok();
  return rows.Apply(*layout_.aggregates, context_);
}

void Match::EndStarted(KeyMatches* matches, int64_t time) const {
  int64_t until = 0;
  // Not by a difference to the start: the last watermark is the largest number.
  if (layout_.within_ms <= 0 || __builtin_sub_overflow(time, layout_.within_ms, &until)) return;
  matches->EndStartedUntil(until);
}

/// The first row from which on matches may begin.
Result<int64_t> Match::SkipTo(const CompleteMatch& match) const {
  const sql::MatchSpec& spec = node_.spec;
  if (spec.skip == Skip::kPastLastRow) return match.last + 1;
  if (spec.skip == Skip::kToNextRow) return match.start.number + 1;
  int64_t number = -1;
  for (size_t place = path_.size(); place > 0; --place) {
    if (path_[place - 1] != spec.skip_variable) continue;
    number = match.start.number + static_cast<int64_t>(place) - 1;
    if (spec.skip == Skip::kToLast) break;
  }
  const std::string& name = spec.variables[static_cast<size_t>(std::max(spec.skip_variable, 0))];
  if (number < 0) {
    return InvalidArgument("Could not skip to " + name +
                           ": AFTER MATCH SKIP names a variable without a row in the match");
  }
  if (number == match.start.number) {
    return InvalidArgument("Could not skip to the first element of a match: AFTER MATCH SKIP TO " +
                           name + " would find the same match for ever");
  }
  return number;
}

Status Match::GiveComplete(MatchSlice::Key* key, uint64_t order, std::vector<flow::Batch>* out) {
  KeyMatches& matches = *key->matches;
  if (matches.complete.empty()) return Status::Ok();
  int64_t open = matches.FirstOpen();
  while (!matches.complete.empty()) {
    const CompleteMatch match = matches.complete.begin()->second;
    if (open < match.start.number) return Status::Ok();  // it may still be a match
    matches.complete.erase(matches.complete.begin());
    SLUICE_TRY(matches.PathOf(match, &path_));
    SLUICE_ASSIGN(const int64_t end, SkipTo(match));
    SLUICE_TRY(output_->Add(match, path_, order, key->rows, &*rows_, context_));
    if (output_->full()) SLUICE_TRY(output_->Flush(context_, out));
    if (open < end) {
      matches.EndBefore(end);
      open = matches.FirstOpen();
    } else {
      matches.complete.erase(matches.complete.begin(), matches.complete.lower_bound(end));
    }
  }
  return Status::Ok();
}

Status Match::Settle(const MatchSlice::Key& key) {
  KeyMatches& matches = *key.matches;
  const int64_t held = matches.FirstHeld();
  const int64_t kept_end = key.rows.first_fresh;
  if (held == KeyMatches::kNever) {
    SLUICE_TRY(rows_->Drop(key.rows, matches.first_kept, kept_end));
    matches_->Erase(key.slot);
    return Status::Ok();
  }
  SLUICE_TRY(rows_->Keep(key.rows, held));
  SLUICE_TRY(rows_->Drop(key.rows, matches.first_kept, std::min(held, kept_end)));
  matches.first_kept = held;
  matches.Trim();
  matches_->MarkChanged(key.slot);
  const int64_t end = matches.NextEnd(layout_);
  if (end < matches.noted_end) {
    matches.noted_end = end;
    matches_->WakeAt(end, key.slot);
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<flow::Operator>> MakeMatch(const plan::MatchNode& node,
                                                  const OperatorArguments& arguments) {
  auto match = std::make_unique<Match>();
  SLUICE_TRY(match->Make(node, arguments));
  return std::unique_ptr<flow::Operator>(std::move(match));
}

}  // namespace sluice::operators
