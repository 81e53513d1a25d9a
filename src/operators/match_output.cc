// SPDX-License-Identifier: Apache-2.0
#include "operators/match_output.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

using Navigation = sql::MatchSpec::Navigation;

constexpr int64_t kRowsAtOnce = 1024;  // of a match, for its aggregates

/// The place of the row that FIRST or LAST means; -1 when there are not so many.
int64_t PlaceOf(const Navigation& navigation, const std::vector<uint8_t>& variables) {
  int64_t skip = navigation.offset;
  const auto is_it = [&](size_t place) {
    const bool of = navigation.variable < 0 || variables[place] == navigation.variable;
    return of && skip-- == 0;
  };
  if (navigation.kind == Navigation::Kind::kLast) {
    for (size_t place = variables.size(); place > 0; --place) {
      if (is_it(place - 1)) return static_cast<int64_t>(place) - 1;
    }
    return -1;
  }
  for (size_t place = 0; place < variables.size(); ++place) {
    if (is_it(place)) return static_cast<int64_t>(place);
  }
  return -1;
}

}  // namespace

MatchOutput::MatchOutput(const sql::MatchSpec* spec, const MatchValues* values,
                         std::shared_ptr<arrow::Schema> schema)
    : spec_(spec), values_(values), schema_(std::move(schema)) {
  for (const functions::ExprPtr& measure : spec->measures) {
    const std::vector<int> columns = MatchValues::ColumnsOf(*measure);
    wanted_.insert(wanted_.end(), columns.begin(), columns.end());
  }
  wanted_.insert(wanted_.end(), spec->partition_by.begin(), spec->partition_by.end());
  std::sort(wanted_.begin(), wanted_.end());
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  const std::vector<int> navigations = values->NavigationsAmong(wanted_);
  aggregates_ = MatchAggregateSet(values, navigations);
  for (const int number : navigations) {
    const Navigation::Kind kind = values->navigation(number).kind;
    if (kind == Navigation::Kind::kFirst || kind == Navigation::Kind::kLast) {
      rows_read_.push_back(number);
    }
  }
}

Status MatchOutput::Add(const CompleteMatch& match, const std::vector<uint8_t>& variables,
                        uint64_t order, const MatchRows::Of& rows, MatchRows* store,
                        const functions::EvalContext& context) {
  Found found{.order = order, .time = match.last_time, .last = {}, .rows = {}, .aggregates = {}};
  SLUICE_ASSIGN(const std::string_view last, store->Bytes(rows, match.last));
  found.last.assign(last);
  for (const int number : rows_read_) {
    const int64_t place = PlaceOf(values_->navigation(number), variables);
    found.rows.emplace_back();
    if (place < 0) continue;
    SLUICE_ASSIGN(const std::string_view row, store->Bytes(rows, match.start.number + place));
    found.rows.back().assign(row);
  }
  if (!aggregates_.empty()) {
    found.aggregates = std::make_shared<MatchAggregates>(&aggregates_);
    SLUICE_TRY(AddRows(match, variables, rows, store, found.aggregates.get(), context));
  }
  found_.push_back(std::move(found));
  return Status::Ok();
}

Status MatchOutput::AddRows(const CompleteMatch& match, const std::vector<uint8_t>& variables,
                            const MatchRows::Of& rows, MatchRows* store, MatchAggregates* to,
                            const functions::EvalContext& context) {
  for (int64_t next = match.start.number; next <= match.last;) {
    const int64_t end = std::min(match.last + 1, next + kRowsAtOnce);
    for (int64_t number = next; number < end; ++number) store->Want(rows, number);
    SLUICE_TRY(store->BringBackWanted());
    for (; next < end; ++next) {
      SLUICE_ASSIGN(const std::string_view row, store->Bytes(rows, next));
      const uint8_t variable = variables[static_cast<size_t>(next - match.start.number)];
      additions_.Add(to, variable, row);
    }
    if (additions_.size() >= kRowsPerBatch) SLUICE_TRY(additions_.Apply(aggregates_, context));
  }
  return Status::Ok();
}

bool MatchOutput::full() const {
  return found_.size() >= kRowsPerBatch;
}

Status MatchOutput::Flush(const functions::EvalContext& context, std::vector<flow::Batch>* out) {
  SLUICE_TRY(additions_.Apply(aggregates_, context));
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.order < b.order; });
  for (size_t from = 0; from < found_.size(); from += kRowsPerBatch) {
    SLUICE_TRY(GivePart(from, std::min(from + kRowsPerBatch, found_.size()), context, out));
  }
  found_.clear();
  return Status::Ok();
}

Status MatchOutput::GivePart(size_t from, size_t end, const functions::EvalContext& context,
                             std::vector<flow::Batch>* out) {
  views_.Clear(values_->navigations());
  for (size_t i = from; i < end; ++i) {
    Found& found = found_[i];
    views_.last.push_back(found.last);
    views_.times.push_back(found.time);
    for (size_t at = 0; at < rows_read_.size(); ++at) {
      views_.rows[static_cast<size_t>(rows_read_[at])].push_back(found.rows[at]);
    }
    for (const auto& member : aggregates_.members()) {
      views_.states[static_cast<size_t>(member.navigation)].push_back(found.aggregates->Of(member));
    }
  }
  SLUICE_ASSIGN(const auto columns, values_->Columns(views_, wanted_, context));
  SLUICE_ASSIGN(auto measures, functions::EvaluateAll(spec_->measures, *columns, context));
  std::vector<std::shared_ptr<arrow::Array>> given;
  for (const int column : spec_->partition_by) given.push_back(columns->column(column));
  given.insert(given.end(), measures.begin(), measures.end());
  flow::Batch batch;
  batch.rows = MakeBatch(schema_, static_cast<int64_t>(end - from), std::move(given));
  out->push_back(std::move(batch));
  return Status::Ok();
}

}  // namespace sluice::operators
