// SPDX-License-Identifier: Apache-2.0
#include "operators/match_values.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"

namespace sluice::operators {
namespace {

using Navigation = sql::MatchSpec::Navigation;

Result<std::shared_ptr<arrow::Array>> Times(const std::vector<int64_t>& times,
                                            const flow::Type& type,
                                            const functions::EvalContext& context) {
  const auto arrow_type = flow::ToArrow(type);
  const bool nanos =
      static_cast<const arrow::TimestampType&>(*arrow_type).unit() == arrow::TimeUnit::NANO;
  arrow::TimestampBuilder builder(arrow_type, arrow::default_memory_pool());
  for (const int64_t time : times) {
    const int64_t ms = type.is_proctime() ? context.now_ms : time;
    SLUICE_TRY(builder.Append(ms * (nanos ? 1000000 : 1000)));
  }
  SLUICE_ASSIGN(auto made, builder.Finish());
  return made;
}

void MarkColumns(const functions::Expr& expr, std::vector<uint8_t>* marked) {
  for (const int column : MatchValues::ColumnsOf(expr)) (*marked)[static_cast<size_t>(column)] = 1;
}

}  // namespace

void MatchViews::Clear(size_t navigations) {
  last.clear();
  times.clear();
  rows.resize(navigations);
  states.resize(navigations);
  for (auto& list : rows) list.clear();
  for (auto& list : states) list.clear();
}

Result<MatchValues> MatchValues::Make(const sql::MatchSpec& spec, const flow::Schema& input,
                                      const state::RowCodec* codec) {
  MatchValues made;
  made.navigations_ = spec.navigations;
  made.codec_ = codec;
  made.input_columns_ = input.size();
  made.input_schema_ = input.ToArrow();
  flow::Schema all = input;
  for (const Navigation& navigation : spec.navigations) {
    std::shared_ptr<functions::Aggregator> aggregator;
    std::vector<uint8_t> decoded(static_cast<size_t>(input.size()), 0);
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
      for (const functions::ExprPtr& argument : navigation.arguments) {
        MarkColumns(*argument, &decoded);
      }
    } else if (navigation.column >= 0) {
      decoded[static_cast<size_t>(navigation.column)] = 1;
    }
    made.aggregators_.push_back(std::move(aggregator));
    made.decoded_.push_back(std::move(decoded));
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

std::vector<int> MatchValues::NavigationsAmong(const std::vector<int>& columns) const {
  std::vector<int> navigations;
  for (const int column : columns) {
    if (column >= input_columns_) navigations.push_back(column - input_columns_);
  }
  return navigations;
}

Result<std::shared_ptr<arrow::RecordBatch>> MatchValues::Columns(
    const MatchViews& matches, const std::vector<int>& wanted,
    const functions::EvalContext& context) const {
  const auto rows = static_cast<int64_t>(matches.size());
  const auto absent = std::make_shared<arrow::NullArray>(rows);
  std::vector<std::shared_ptr<arrow::Array>> columns(static_cast<size_t>(schema_->num_fields()),
                                                     absent);
  std::vector<uint8_t> decoded(static_cast<size_t>(input_columns_), 0);
  bool any = false;
  for (const int column : wanted) {
    const auto i = static_cast<size_t>(column);
    if (column >= input_columns_) {
      SLUICE_ASSIGN(columns[i], Value(i - static_cast<size_t>(input_columns_), matches, context));
    } else {
      decoded[i] = 1;
      any = true;
    }
  }
  if (any) {
    SLUICE_ASSIGN(auto last, codec_->DecodeSome(matches.last, decoded));
    std::move(last.begin(), last.end(), columns.begin());
  }
  return arrow::RecordBatch::Make(schema_, rows, std::move(columns));
}

Result<std::shared_ptr<arrow::Array>> MatchValues::Value(
    size_t navigation, const MatchViews& matches, const functions::EvalContext& context) const {
  const Navigation& wanted = navigations_[navigation];
  if (wanted.kind == Navigation::Kind::kAggregate) {
    return aggregators_[navigation]->Finish(matches.states[navigation]);
  }
  if (wanted.kind == Navigation::Kind::kMatchTime) {
    return Times(matches.times, *wanted.type, context);
  }
  SLUICE_ASSIGN(const auto decoded,
                codec_->DecodeSome(matches.rows[navigation], decoded_[navigation]));
  return decoded[static_cast<size_t>(wanted.column)];
}

Result<std::vector<std::shared_ptr<arrow::Array>>> MatchValues::Arguments(
    int navigation, const std::vector<std::string_view>& rows,
    const functions::EvalContext& context) const {
  const auto i = static_cast<size_t>(navigation);
  SLUICE_ASSIGN(auto decoded, codec_->DecodeSome(rows, decoded_[i]));
  const auto batch = arrow::RecordBatch::Make(input_schema_, static_cast<int64_t>(rows.size()),
                                              std::move(decoded));
  return functions::EvaluateAll(navigations_[i].arguments, *batch, context);
}

MatchAggregateSet::MatchAggregateSet(const MatchValues* values, const std::vector<int>& navigations)
    : values_(values) {
  for (const int navigation : navigations) {
    const functions::Aggregator* const aggregator = values->aggregator(navigation);
    if (aggregator == nullptr) continue;
    members_.push_back({navigation, words_, aggregator});
    words_ += (aggregator->state_size() + 7) / 8;
  }
}

MatchAggregates::MatchAggregates(const MatchAggregateSet* set) : set_(set), memory_(set->words()) {
  for (const auto& member : set_->members()) member.aggregator->Init(Of(member));
}

MatchAggregates::~MatchAggregates() {
  for (const auto& member : set_->members()) member.aggregator->Destroy(Of(member));
}

Status MatchAggregates::Merge(const MatchAggregates& from) {
  for (const auto& member : set_->members()) {
    SLUICE_TRY(member.aggregator->Merge(from.Of(member), Of(member)));
  }
  return Status::Ok();
}

void MatchAggregates::Encode(std::string* out) const {
  for (const auto& member : set_->members()) member.aggregator->Encode(Of(member), out);
}

Status MatchAggregates::Decode(std::string_view* bytes) {
  for (const auto& member : set_->members()) {
    SLUICE_TRY(member.aggregator->Decode(bytes, Of(member)));
  }
  return Status::Ok();
}

int64_t MatchAggregates::heap_bytes() const {
  auto bytes = static_cast<int64_t>(sizeof(*this) + memory_.size() * sizeof(uint64_t));
  for (const auto& member : set_->members()) bytes += member.aggregator->heap_bytes(Of(member));
  return bytes;
}

Status MatchAdditions::Apply(const MatchAggregateSet& set, const functions::EvalContext& context) {
  std::vector<std::string_view> rows;
  std::vector<uint8_t*> states;
  for (const auto& member : set.members()) {
    const int wanted = set.values().navigation(member.navigation).variable;
    rows.clear();
    states.clear();
    for (size_t i = 0; i < to_.size(); ++i) {
      if (wanted >= 0 && variables_[i] != wanted) continue;
      const size_t begin = i == 0 ? 0 : ends_[i - 1];
      rows.push_back(std::string_view(bytes_).substr(begin, ends_[i] - begin));
      states.push_back(to_[i]->Of(member));
    }
    if (rows.empty()) continue;
    SLUICE_ASSIGN(const auto arguments, set.values().Arguments(member.navigation, rows, context));
    SLUICE_TRY(member.aggregator->Update(arguments, states, {}));
  }
  to_.clear();
  variables_.clear();
  bytes_.clear();
  ends_.clear();
  return Status::Ok();
}

}  // namespace sluice::operators
