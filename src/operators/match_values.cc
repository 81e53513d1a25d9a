// SPDX-License-Identifier: Apache-2.0
#include "operators/match_values.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"

namespace sluice::operators {
namespace {

using Navigation = sql::MatchSpec::Navigation;

bool IsOf(int row_variable, int wanted) {
  return wanted < 0 || row_variable == wanted;
}

/// The bytes of the row that FIRST or LAST means; none when there are not so many.
std::string_view Navigate(const MatchView& match, const Navigation& navigation) {
  int64_t skip = navigation.offset;
  if (navigation.kind == Navigation::Kind::kLast) {
    if (match.tried_variable >= 0 && IsOf(match.tried_variable, navigation.variable)) {
      if (skip-- == 0) return match.tried;
    }
    for (const MatchStep* step = match.last; step != nullptr; step = step->before.get()) {
      if (IsOf(step->variable, navigation.variable) && skip-- == 0) return step->row->bytes;
    }
    return {};
  }
  std::vector<std::string_view> rows;
  for (const MatchStep* step = match.last; step != nullptr; step = step->before.get()) {
    if (IsOf(step->variable, navigation.variable)) rows.push_back(step->row->bytes);
  }
  std::reverse(rows.begin(), rows.end());
  if (match.tried_variable >= 0 && IsOf(match.tried_variable, navigation.variable)) {
    rows.push_back(match.tried);
  }
  return skip < static_cast<int64_t>(rows.size()) ? rows[static_cast<size_t>(skip)]
                                                  : std::string_view();
}

Result<std::shared_ptr<arrow::Array>> Times(const std::vector<MatchView>& matches,
                                            const flow::Type& type,
                                            const functions::EvalContext& context) {
  const auto arrow_type = flow::ToArrow(type);
  const bool nanos =
      static_cast<const arrow::TimestampType&>(*arrow_type).unit() == arrow::TimeUnit::NANO;
  arrow::TimestampBuilder builder(arrow_type, arrow::default_memory_pool());
  for (const MatchView& match : matches) {
    const int64_t ms = type.is_proctime() ? context.now_ms : match.time;
    SLUICE_TRY(builder.Append(ms * (nanos ? 1000000 : 1000)));
  }
  SLUICE_ASSIGN(auto made, builder.Finish());
  return made;
}

}  // namespace

Result<MatchValues> MatchValues::Make(const sql::MatchSpec& spec, const flow::Schema& input,
                                      const state::RowCodec* codec) {
  MatchValues made;
  made.navigations_ = spec.navigations;
  made.codec_ = codec;
  made.input_columns_ = input.size();
  flow::Schema all = input;
  for (const Navigation& navigation : spec.navigations) {
    std::shared_ptr<functions::Aggregator> aggregator;
    if (navigation.kind == Navigation::Kind::kPrev || navigation.kind == Navigation::Kind::kNext) {
      return Unsupported(
          "PREV and NEXT are not supported in MATCH_RECOGNIZE; LAST(x, 1) of the "
          "same variable is the row before");
    }
    if (navigation.kind == Navigation::Kind::kAggregate) {
      if (navigation.call.distinct || navigation.call.filter >= 0) {
        return Unsupported("DISTINCT and FILTER are not supported in MATCH_RECOGNIZE");
      }
      SLUICE_ASSIGN(aggregator, navigation.call.function->make(navigation.call.argument_types,
                                                               navigation.call.type, false));
    }
    made.aggregators_.push_back(std::move(aggregator));
    all.fields.push_back({"navigation", navigation.type->WithNullable(true), ""});
  }
  for (flow::Field& field : all.fields) field.type = field.type->WithNullable(true);
  made.schema_ = all.ToArrow();
  return made;
}

std::vector<int> MatchValues::ColumnsOf(const functions::Expr& expr) {
  std::vector<std::pair<int, std::vector<int>>> uses;
  functions::CollectColumns(expr, &uses);
  std::vector<int> columns;
  for (const auto& [column, path] : uses) columns.push_back(column);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

Result<std::shared_ptr<arrow::RecordBatch>> MatchValues::Columns(
    const std::vector<MatchView>& matches, const std::vector<int>& wanted,
    const functions::EvalContext& context) const {
  const auto rows = static_cast<int64_t>(matches.size());
  std::vector<std::shared_ptr<arrow::Array>> columns(static_cast<size_t>(schema_->num_fields()));
  std::shared_ptr<arrow::RecordBatch> current;
  for (const int column : wanted) {
    auto& target = columns[static_cast<size_t>(column)];
    if (column >= input_columns_) {
      SLUICE_ASSIGN(target, Value(static_cast<size_t>(column - input_columns_), matches, context));
      continue;
    }
    if (current == nullptr) {
      std::vector<std::string_view> bytes;
      for (const MatchView& match : matches) {
        bytes.push_back(match.tried_variable >= 0 ? match.tried
                                                  : std::string_view(match.last->row->bytes));
      }
      SLUICE_ASSIGN(current, codec_->Decode(bytes));
    }
    target = current->column(column);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] != nullptr) continue;
    SLUICE_ASSIGN(columns[i],
                  arrow::MakeArrayOfNull(schema_->field(static_cast<int>(i))->type(), rows));
  }
  return arrow::RecordBatch::Make(schema_, rows, std::move(columns));
}

Result<std::shared_ptr<arrow::Array>> MatchValues::Value(
    size_t navigation, const std::vector<MatchView>& matches,
    const functions::EvalContext& context) const {
  const Navigation& wanted = navigations_[navigation];
  if (wanted.kind == Navigation::Kind::kAggregate) return Aggregate(navigation, matches, context);
  if (wanted.kind == Navigation::Kind::kMatchTime) return Times(matches, *wanted.type, context);
  std::vector<std::string_view> rows;
  rows.reserve(matches.size());
  for (const MatchView& match : matches) rows.push_back(Navigate(match, wanted));
  SLUICE_ASSIGN(const auto decoded, codec_->Decode(rows));
  return decoded->column(wanted.column);
}

/// The states of an aggregate, one for each match; freed at the end.
class AggregateStates {
 public:
  AggregateStates(const functions::Aggregator& aggregator, size_t count)
      : aggregator_(aggregator),
        size_((aggregator.state_size() + 7) / 8 * 8),
        memory_(size_ / 8 * count) {
    for (size_t i = 0; i < count; ++i) {
      states_.push_back(reinterpret_cast<uint8_t*>(memory_.data()) + i * size_);
      aggregator_.Init(states_.back());
    }
  }
  ~AggregateStates() {
    for (uint8_t* state : states_) aggregator_.Destroy(state);
  }
  AggregateStates(const AggregateStates&) = delete;
  AggregateStates& operator=(const AggregateStates&) = delete;
  const std::vector<uint8_t*>& states() const { return states_; }

 private:
  const functions::Aggregator& aggregator_;
  size_t size_;
  std::vector<uint64_t> memory_;
  std::vector<uint8_t*> states_;
};

Result<std::shared_ptr<arrow::Array>> MatchValues::Aggregate(
    size_t navigation, const std::vector<MatchView>& matches,
    const functions::EvalContext& context) const {
  const Navigation& wanted = navigations_[navigation];
  const functions::Aggregator& aggregator = *aggregators_[navigation];
  AggregateStates states(aggregator, matches.size());
  std::vector<std::string_view> rows;
  std::vector<uint8_t*> state_of_row;
  for (size_t i = 0; i < matches.size(); ++i) {
    const size_t from = rows.size();
    const MatchView& match = matches[i];
    if (match.tried_variable >= 0 && IsOf(match.tried_variable, wanted.variable)) {
      rows.push_back(match.tried);
    }
    for (const MatchStep* step = match.last; step != nullptr; step = step->before.get()) {
      if (IsOf(step->variable, wanted.variable)) rows.push_back(step->row->bytes);
    }
    std::reverse(rows.begin() + static_cast<std::ptrdiff_t>(from), rows.end());
    state_of_row.resize(rows.size(), states.states()[i]);
  }
  if (!rows.empty()) {
    SLUICE_ASSIGN(const auto decoded, codec_->Decode(rows));
    SLUICE_ASSIGN(const auto arguments,
                  functions::EvaluateAll(wanted.arguments, *decoded, context));
    SLUICE_TRY(aggregator.Update(arguments, state_of_row, {}));
  }
  const std::vector<const uint8_t*> finished(states.states().begin(), states.states().end());
  return aggregator.Finish(finished);
}

}  // namespace sluice::operators
