// SPDX-License-Identifier: Apache-2.0
#include "operators/match.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/match_pattern.h"
#include "operators/match_state.h"
#include "operators/match_values.h"
#include "operators/row_batches.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"
#include "state/sort_key.h"
#include "state/table.h"

namespace sluice::operators {
namespace {

using Skip = sql::MatchSpec::Skip;

class Match : public flow::Operator {
 public:
  Status Make(const plan::MatchNode& node, const OperatorArguments& arguments);

  const flow::Schema& schema() const override { return schema_; }
  bool stateful() const override { return true; }
  Status Process(int input, const flow::Batch& batch, int64_t now_ms,
                 std::vector<flow::Batch>* out) override;
  Status OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) override;
  int64_t NextTime() const override {
    if (!node_.processing_time) return flow::kNoTime;
    if (!indexed_) return 0;
    return wake_.empty() ? flow::kNoTime : wake_.begin()->first;
  }
  Status OnTime(int64_t now_ms, std::vector<flow::Batch>* out) override;
  Status Snapshot(bool full, flow::StateWriter* writer) override {
    return table_->Snapshot(full, writer);
  }
  Status Restore(const flow::StateEntry& entry) override {
    indexed_ = false;
    return table_->Restore(entry);
  }
  int64_t memory_bytes() const override { return table_->memory_bytes(); }
  int64_t unsaved_bytes() const override { return table_->unsaved_bytes(); }
  flow::OperatorCounters counters() const override {
    return {.late_rows = late_rows_, .state_rows = table_->size()};
  }

 private:
  Status PrepareDefinitions(const sql::MatchSpec& spec, int input_columns);
  Status EncodeBatch(const arrow::RecordBatch& rows);
  Status IndexTimes();
  /// Rows of a key up to a time, in order; then what that time itself ends.
  Status Advance(state::Slot slot, int64_t time);
  Status ProcessRow(KeyMatches* key, MatchRowPtr row);
  Status Step(const PartialMatch* from, const MatchRowPtr& row, std::vector<PartialMatch>* next,
              std::vector<PartialMatch>* complete);
  Result<bool> Meets(const MatchPattern::Edge& edge, const PartialMatch* from, const MatchRow& row);
  Result<bool> Defines(int variable, const PartialMatch* from, const MatchRow& row);
  void EndLatePartials(KeyMatches* key, int64_t time) const;
  Status GiveComplete(KeyMatches* key);
  Result<int64_t> SkipTo(const PartialMatch& match, bool* inclusive) const;
  Status GiveFound(std::vector<flow::Batch>* out);
  void WakeAt(int64_t time, state::Slot slot) { wake_[time].push_back(slot); }

  plan::MatchNode node_;
  flow::Schema schema_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
  MatchPattern pattern_;
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::SortKeyEncoder> sort_encoder_;
  std::optional<state::RowCodec> codec_;
  std::optional<MatchValues> values_;
  std::unique_ptr<state::TypedTable<KeyMatches>> table_;
  functions::EvalContext context_;
  bool sorted_ = false;  // rows wait, to be put in order
  /// Per variable: it looks at the row alone; else which columns it reads.
  std::vector<uint8_t> simple_;
  std::vector<std::vector<int>> reads_;
  std::vector<int> measure_reads_;

  state::EncodedKeys keys_;
  state::EncodedRows rows_, sort_keys_;
  std::vector<int64_t> times_;
  std::vector<uint64_t> simple_bits_;
  std::vector<state::Slot> slots_;
  std::vector<uint8_t> inserted_;

  state::Slot slot_ = state::kNoSlot;  // of the key in hand
  std::vector<PartialMatch> found_;
  int64_t watermark_ = flow::kWatermarkMin;
  int64_t late_rows_ = 0;
  bool indexed_ = true;
  /// When a key has something to do: rows that wait, partial matches that end.
  std::map<int64_t, std::vector<state::Slot>> wake_;
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
  arrow_schema_ = schema_.ToArrow();
  context_ = arguments.options.context;
  SLUICE_ASSIGN(pattern_, MatchPattern::Make(spec));
  SLUICE_ASSIGN(encoder_, state::KeyEncoder::Make(input, spec.partition_by));
  std::vector<plan::SortKey> rest(spec.order_by.begin() + (spec.order_by.empty() ? 0 : 1),
                                  spec.order_by.end());
  sorted_ = !node.processing_time || !rest.empty();
  SLUICE_ASSIGN(sort_encoder_, state::SortKeyEncoder::Make(input, SortColumns(rest)));
  SLUICE_ASSIGN(codec_, state::RowCodec::Make(input));
  SLUICE_ASSIGN(values_, MatchValues::Make(spec, input, &*codec_));
  table_ = std::make_unique<state::TypedTable<KeyMatches>>(0);
  return PrepareDefinitions(spec, input.size());
}

Status Match::PrepareDefinitions(const sql::MatchSpec& spec, int input_columns) {
  simple_.assign(spec.variables.size(), 0);
  reads_.resize(spec.variables.size());
  for (size_t i = 0; i < spec.definitions.size(); ++i) {
    if (spec.definitions[i] == nullptr) continue;
    reads_[i] = MatchValues::ColumnsOf(*spec.definitions[i]);
    simple_[i] = std::all_of(reads_[i].begin(), reads_[i].end(),
                             [&](int column) { return column < input_columns; });
  }
  for (const functions::ExprPtr& measure : spec.measures) {
    const std::vector<int> columns = MatchValues::ColumnsOf(*measure);
    measure_reads_.insert(measure_reads_.end(), columns.begin(), columns.end());
  }
  measure_reads_.insert(measure_reads_.end(), spec.partition_by.begin(), spec.partition_by.end());
  std::sort(measure_reads_.begin(), measure_reads_.end());
  measure_reads_.erase(std::unique(measure_reads_.begin(), measure_reads_.end()),
                       measure_reads_.end());
  return Status::Ok();
}

Status Match::EncodeBatch(const arrow::RecordBatch& rows) {
  SLUICE_TRY(EncodeKeys(*encoder_, rows, &keys_));
  SLUICE_TRY(codec_->Encode(rows, &rows_));
  SLUICE_TRY(sort_encoder_->Encode(rows, &sort_keys_));
  simple_bits_.assign(static_cast<size_t>(rows.num_rows()), 0);
  for (size_t i = 0; i < simple_.size(); ++i) {
    if (simple_[i] == 0) continue;
    SLUICE_ASSIGN(const auto passing,
                  functions::EvaluateFilter(*node_.spec.definitions[i], rows, context_));
    for (const int32_t row : passing) simple_bits_[static_cast<size_t>(row)] |= uint64_t{1} << i;
  }
  return table_->FindOrInsertAll(keys_, &slots_, &inserted_);
}

Status Match::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                      std::vector<flow::Batch>* out) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  SLUICE_TRY(IndexTimes());
  context_.now_ms = now_ms;
  std::shared_ptr<arrow::RecordBatch> rows = batch.rows;
  if (node_.processing_time) {
    times_.assign(static_cast<size_t>(rows->num_rows()), now_ms);
  } else {
    SLUICE_TRY(ReadTimes(*rows->column(node_.time_column), flow::kWatermarkMin, &times_));
    std::vector<int32_t> in_time;
    for (size_t row = 0; row < times_.size(); ++row) {
      if (times_[row] > watermark_) in_time.push_back(static_cast<int32_t>(row));
    }
    if (in_time.size() < times_.size()) {
      late_rows_ += static_cast<int64_t>(times_.size() - in_time.size());
      SLUICE_TRY(GiveLate(late_rows_to(), 0, batch, in_time, times_, watermark_));
      if (in_time.empty()) return Status::Ok();
      SLUICE_ASSIGN(rows, TakeRows(*rows, in_time));
      SLUICE_TRY(ReadTimes(*rows->column(node_.time_column), flow::kWatermarkMin, &times_));
    }
  }
  SLUICE_TRY(EncodeBatch(*rows));
  std::string sort_key;
  for (int64_t row = 0; row < rows->num_rows(); ++row) {
    const auto i = static_cast<size_t>(row);
    slot_ = slots_[i];
    KeyMatches& key = (*table_)[slot_];
    table_->MarkChanged(slot_);
    if (sorted_) {
      sort_key.clear();
      AppendTime(times_[i], &sort_key);
      sort_key.append(sort_keys_[row]);
      const std::string_view bits(reinterpret_cast<const char*>(&simple_bits_[i]),
                                  sizeof(uint64_t));
      key.pending.Insert(SortedRow(sort_key, bits, rows_[row]));
      WakeAt(node_.processing_time ? now_ms + 1 : times_[i], slot_);
      continue;
    }
    EndLatePartials(&key, now_ms);
    SLUICE_TRY(GiveComplete(&key));
    auto made = std::make_shared<MatchRow>();
    made->number = key.next_number++;
    made->time = now_ms;
    made->simple = simple_bits_[i];
    made->bytes = std::string(rows_[row]);
    SLUICE_TRY(ProcessRow(&key, std::move(made)));
  }
  return GiveFound(out);
}

Status Match::IndexTimes() {
  if (indexed_) return Status::Ok();
  indexed_ = true;
  wake_.clear();
  return table_->ForEach([this](state::Slot slot) {
    const KeyMatches& key = (*table_)[slot];
    const int64_t later = node_.processing_time ? 1 : 0;
    key.pending.ForEach([&](const SortedRow& row) {
      WakeAt(TimeOfKey(row.sort_key().substr(0, sizeof(int64_t))) + later, slot);
    });
    for (const PartialMatch& match : key.partial) {
      if (node_.spec.within_ms > 0) WakeAt(match.first->time + node_.spec.within_ms, slot);
    }
    return Status::Ok();
  });
}

Status Match::OnWatermark(int64_t* watermark_ms, int64_t now_ms, std::vector<flow::Batch>* out) {
  if (node_.processing_time) return Status::Ok();
  watermark_ = *watermark_ms;
  context_.now_ms = now_ms;
  SLUICE_TRY(IndexTimes());
  while (!wake_.empty() && wake_.begin()->first <= watermark_) {
    const std::vector<state::Slot> slots = std::move(wake_.begin()->second);
    wake_.erase(wake_.begin());
    for (const state::Slot slot : slots) SLUICE_TRY(Advance(slot, watermark_));
  }
  return GiveFound(out);
}

Status Match::OnTime(int64_t now_ms, std::vector<flow::Batch>* out) {
  context_.now_ms = now_ms;
  SLUICE_TRY(IndexTimes());
  while (!wake_.empty() && wake_.begin()->first <= now_ms) {
    const std::vector<state::Slot> slots = std::move(wake_.begin()->second);
    wake_.erase(wake_.begin());
    for (const state::Slot slot : slots) SLUICE_TRY(Advance(slot, now_ms));
  }
  return GiveFound(out);
}

Status Match::Advance(state::Slot slot, int64_t time) {
  slot_ = slot;
  KeyMatches& key = (*table_)[slot];
  table_->MarkChanged(slot);
  const auto time_of = [](const SortedRow& row) {
    return TimeOfKey(row.sort_key().substr(0, sizeof(int64_t)));
  };
  const int64_t last = node_.processing_time ? time - 1 : time;
  while (!key.pending.empty() && time_of(key.pending[0]) <= last) {
    const SortedRow pending = key.pending.Remove(0);
    auto row = std::make_shared<MatchRow>();
    row->number = key.next_number++;
    row->time = time_of(pending);
    std::memcpy(&row->simple, pending.unique().data(), sizeof(row->simple));
    row->bytes = std::string(pending.row());
    EndLatePartials(&key, row->time);
    SLUICE_TRY(GiveComplete(&key));
    SLUICE_TRY(ProcessRow(&key, std::move(row)));
  }
  EndLatePartials(&key, time);
  return GiveComplete(&key);
}

void Match::EndLatePartials(KeyMatches* key, int64_t time) const {
  const int64_t within = node_.spec.within_ms;
  if (within <= 0) return;
  std::erase_if(key->partial, [&](const PartialMatch& match) {
    // Not by a difference: the last watermark is the largest number.
    return match.first->time <= time - within;
  });
}

Status Match::ProcessRow(KeyMatches* key, MatchRowPtr row) {
  std::vector<PartialMatch> next, complete;
  for (const PartialMatch& partial : key->partial) {
    SLUICE_TRY(Step(&partial, row, &next, &complete));
  }
  const size_t before = next.size();
  SLUICE_TRY(Step(nullptr, row, &next, &complete));  // a match may begin with each row
  if (next.size() > before && node_.spec.within_ms > 0) {
    WakeAt(row->time + node_.spec.within_ms, slot_);
  }
  key->partial = std::move(next);
  for (PartialMatch& match : complete) {
    const auto place = std::upper_bound(key->complete.begin(), key->complete.end(), match,
                                        [](const PartialMatch& a, const PartialMatch& b) {
                                          return a.first->number < b.first->number;
                                        });
    key->complete.insert(place, std::move(match));
  }
  return GiveComplete(key);
}

/// Follows the edges from a partial match (null: the start) with one row.
Status Match::Step(const PartialMatch* from, const MatchRowPtr& row,
                   std::vector<PartialMatch>* next, std::vector<PartialMatch>* complete) {
  std::vector<int> states{from == nullptr ? pattern_.start : from->state};
  while (!states.empty()) {
    const MatchPattern::State& state = pattern_.states[static_cast<size_t>(states.back())];
    states.pop_back();
    for (const MatchPattern::Edge& edge : state.edges) {
      SLUICE_ASSIGN(const bool meets, Meets(edge, from, *row));
      if (!meets) continue;
      if (!edge.take) {
        if (edge.target != MatchPattern::kFinal) states.push_back(edge.target);
        continue;
      }
      auto step = std::make_shared<MatchStep>();
      step->row = row;
      step->variable = state.variable;
      if (from != nullptr) step->before = from->last;
      PartialMatch taken{edge.target, from == nullptr ? row : from->first, std::move(step)};
      if (edge.target == MatchPattern::kFinal) {
        complete->push_back(std::move(taken));
        continue;
      }
      // The rest may need no more rows.
      std::vector<int> on{edge.target};
      bool final = false;
      while (!on.empty() && !final) {
        const MatchPattern::State& reached = pattern_.states[static_cast<size_t>(on.back())];
        on.pop_back();
        for (const MatchPattern::Edge& further : reached.edges) {
          if (further.take) continue;
          SLUICE_ASSIGN(const bool passes, Meets(further, from, *row));
          if (!passes) continue;
          final = final || further.target == MatchPattern::kFinal;
          on.push_back(further.target);
        }
      }
      if (final) complete->push_back(taken);
      next->push_back(std::move(taken));
    }
  }
  return Status::Ok();
}

Result<bool> Match::Meets(const MatchPattern::Edge& edge, const PartialMatch* from,
                          const MatchRow& row) {
  if (edge.variable >= 0) {
    SLUICE_ASSIGN(const bool is, Defines(edge.variable, from, row));
    if (!is) return false;
  }
  for (const int variable : edge.unless) {
    SLUICE_ASSIGN(const bool is, Defines(variable, from, row));
    if (is) return false;
  }
  return true;
}

Result<bool> Match::Defines(int variable, const PartialMatch* from, const MatchRow& row) {
  const auto i = static_cast<size_t>(variable);
  if (i >= node_.spec.definitions.size() || node_.spec.definitions[i] == nullptr) return true;
  if (simple_[i] != 0) return ((row.simple >> i) & 1) != 0;
  const std::vector<MatchView> view{
      {from == nullptr ? nullptr : from->last.get(), row.bytes, variable, row.time}};
  SLUICE_ASSIGN(const auto columns, values_->Columns(view, reads_[i], context_));
  SLUICE_ASSIGN(const auto passing,
                functions::EvaluateFilter(*node_.spec.definitions[i], *columns, context_));
  return !passing.empty();
}

/// The row from which on matches may begin; `inclusive`: that row itself too.
Result<int64_t> Match::SkipTo(const PartialMatch& match, bool* inclusive) const {
  *inclusive = false;
  if (node_.spec.skip == Skip::kPastLastRow) return match.last->row->number;
  if (node_.spec.skip == Skip::kToNextRow) return match.first->number;
  *inclusive = true;
  int64_t number = -1;
  for (const MatchStep* step = match.last.get(); step != nullptr; step = step->before.get()) {
    if (step->variable != node_.spec.skip_variable) continue;
    number = step->row->number;
    if (node_.spec.skip == Skip::kToLast) break;
  }
  const std::string& name =
      node_.spec.variables[static_cast<size_t>(std::max(node_.spec.skip_variable, 0))];
  if (number < 0) {
    return InvalidArgument("Could not skip to " + name +
                           ": AFTER MATCH SKIP names a variable without a row in the match");
  }
  if (number == match.first->number) {
    return InvalidArgument("Could not skip to the first element of a match: AFTER MATCH SKIP TO " +
                           name + " would find the same match for ever");
  }
  return number;
}

Status Match::GiveComplete(KeyMatches* key) {
  while (!key->complete.empty()) {
    int64_t earliest = key->complete.front().first->number;
    for (const PartialMatch& partial : key->partial) {
      if (partial.first->number < earliest) return Status::Ok();  // it may still be a match
    }
    PartialMatch match = std::move(key->complete.front());
    key->complete.erase(key->complete.begin());
    bool inclusive = false;
    SLUICE_ASSIGN(const int64_t to, SkipTo(match, &inclusive));
    const auto pruned = [&](const PartialMatch& other) {
      return inclusive ? other.first->number < to : other.first->number <= to;
    };
    std::erase_if(key->partial, pruned);
    std::erase_if(key->complete, pruned);
    found_.push_back(std::move(match));
  }
  return Status::Ok();
}

Status Match::GiveFound(std::vector<flow::Batch>* out) {
  for (size_t from = 0; from < found_.size(); from += kRowsPerBatch) {
    const size_t end = std::min(from + kRowsPerBatch, found_.size());
    std::vector<MatchView> views;
    for (size_t i = from; i < end; ++i) {
      const MatchStep* last = found_[i].last.get();
      views.push_back({last, {}, -1, last->row->time});
    }
    SLUICE_ASSIGN(const auto columns, values_->Columns(views, measure_reads_, context_));
    SLUICE_ASSIGN(auto measures, functions::EvaluateAll(node_.spec.measures, *columns, context_));
    std::vector<std::shared_ptr<arrow::Array>> given;
    for (const int column : node_.spec.partition_by) given.push_back(columns->column(column));
    given.insert(given.end(), measures.begin(), measures.end());
    flow::Batch batch;
    batch.rows = MakeBatch(arrow_schema_, static_cast<int64_t>(end - from), std::move(given));
    out->push_back(std::move(batch));
  }
  found_.clear();
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
