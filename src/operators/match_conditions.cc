// SPDX-License-Identifier: Apache-2.0
#include "operators/match_conditions.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "arrow/api.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

using Kind = sql::MatchSpec::Navigation::Kind;

uint64_t Bit(int variable) {
  return uint64_t{1} << variable;
}

}  // namespace

MatchConditions::MatchConditions(const sql::MatchSpec* spec, int input_columns,
                                 const MatchValues* values, MatchSteps steps)
    : spec_(spec), values_(values), steps_(std::move(steps)), asked_(spec->variables.size()) {
  columns_.resize(spec->variables.size());
  reads_.resize(spec->variables.size());
  std::vector<int> all;
  for (size_t i = 0; i < spec->variables.size(); ++i) {
    if (i >= spec->definitions.size() || spec->definitions[i] == nullptr) {
      always_ |= Bit(static_cast<int>(i));
      reads_aggregates_.push_back(0);
      continue;
    }
    columns_[i] = MatchValues::ColumnsOf(*spec->definitions[i]);
    reads_[i] = values->NavigationsAmong(columns_[i]);
    const bool simple = std::all_of(columns_[i].begin(), columns_[i].end(),
                                    [&](int column) { return column < input_columns; });
    if (simple) simple_ |= Bit(static_cast<int>(i));
    all.insert(all.end(), reads_[i].begin(), reads_[i].end());
    reads_aggregates_.push_back(!MatchAggregateSet(values, reads_[i]).empty());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  aggregates_ = MatchAggregateSet(values, all);
  registers_ = MatchRegisters(*spec, reads_, steps_);
  no_rows_.assign(registers_.size(), MatchRegisters::kNoRow);
}

MatchLayout MatchConditions::Layout() const {
  MatchLayout layout;
  layout.registers = &registers_;
  layout.aggregates = &aggregates_;
  layout.states = steps_.states();
  layout.variables = spec_->variables.size();
  for (int state = 0; state < steps_.states(); ++state) {
    const auto& members = aggregates_.members();
    layout.aggregated.push_back(std::any_of(members.begin(), members.end(), [&](const auto& one) {
      return registers_.IsReadLater(one.navigation, state);
    }));
  }
  return layout;
}

Status MatchConditions::EvaluateSimple(const arrow::RecordBatch& rows,
                                       const functions::EvalContext& context,
                                       std::vector<uint64_t>* bits) const {
  bits->assign(static_cast<size_t>(rows.num_rows()), always_);
  for (uint64_t left = simple_; left != 0; left &= left - 1) {
    const int variable = std::countr_zero(left);
    const auto& definition = spec_->definitions[static_cast<size_t>(variable)];
    SLUICE_ASSIGN(const auto passing, functions::EvaluateFilter(*definition, rows, context));
    for (const int32_t row : passing) (*bits)[static_cast<size_t>(row)] |= Bit(variable);
  }
  return Status::Ok();
}

void MatchConditions::Begin(MatchRows* store, const functions::EvalContext& context) {
  store_ = store;
  context_ = context;
  facts_.clear();
  odd_.clear();
  for (Asked& asked : asked_) {
    asked.requests.clear();
    asked.answers.clear();
    asked.passes.clear();
    asked.failures.clear();
  }
}

void MatchConditions::Ask(MatchSlice::Key* key) {
  key->facts = facts_.size();
  for (const MatchClass& one : key->matches->classes) {
    const int64_t* registers = one.registers.data();
    for (const MatchClass::Config& config : one.configs) {
      AskFor(config.state, *key, registers, config.aggregates.get());
      registers += registers_.size();
    }
  }
  AskFor(steps_.start(), *key, no_rows_.data(), nullptr);
}

void MatchConditions::AskFor(int state, const MatchSlice::Key& key, const int64_t* registers,
                             const MatchAggregates* aggregates) {
  facts_.push_back({.state = state, .met = key.row->simple, .failed = 0});
  for (uint64_t left = steps_.asked(state) & ~(simple_ | always_); left != 0; left &= left - 1) {
    const int variable = std::countr_zero(left);
    const auto i = static_cast<size_t>(variable);
    Asked& asked = asked_[i];
    const bool known =
        !asked.requests.empty() && asked.requests.back().key == &key &&
        registers_.SameFor(variable, asked.requests.back().registers, registers) &&
        (reads_aggregates_[i] == 0 || asked.requests.back().aggregates == aggregates);
    if (!known) asked.requests.push_back({&key, registers, aggregates});
    asked.answers.emplace_back(asked.requests.size() - 1, facts_.size() - 1);
  }
}

Status MatchConditions::Evaluate() {
  for (size_t i = 0; i < asked_.size(); ++i) {
    Asked& asked = asked_[i];
    if (asked.requests.empty()) continue;
    const int variable = static_cast<int>(i);
    SLUICE_TRY(EvaluateVariable(variable));
    for (const auto& [request, fact] : asked.answers) {
      if (asked.passes[request] != 0) facts_[fact].met |= Bit(variable);
      if (!asked.failures.empty() && asked.failures[request].has_value()) {
        facts_[fact].failed |= Bit(variable);
      }
    }
  }
  return Status::Ok();
}

Status MatchConditions::EvaluateVariable(int variable) {
  Asked& asked = asked_[static_cast<size_t>(variable)];
  const size_t count = asked.requests.size();
  asked.passes.assign(count, 0);
  evaluated_ += static_cast<int64_t>(count);
  for (size_t from = 0; from < count; from += kRowsPerBatch) {
    const size_t end = std::min(count, from + kRowsPerBatch);
    std::optional<Error> undefined;
    SLUICE_TRY(EvaluatePart(variable, from, end, &undefined));
    if (!undefined.has_value()) continue;
    // Not all of them need be asked for: 1 / A.x only where A has been.
    asked.failures.resize(count);
    for (size_t i = from; i < end; ++i) {
      SLUICE_TRY(EvaluatePart(variable, i, i + 1, &asked.failures[i]));
    }
  }
  return Status::Ok();
}

Status MatchConditions::EvaluatePart(int variable, size_t from, size_t end,
                                     std::optional<Error>* undefined) {
  const auto i = static_cast<size_t>(variable);
  Asked& asked = asked_[i];
  const std::span<const Request> requests(asked.requests.data() + from, end - from);
  undefined->reset();
  SLUICE_TRY(FillViews(variable, requests));
  Status tried;
  if (reads_aggregates_[i] != 0) SLUICE_TRY(FillAggregates(variable, requests, &tried));
  if (!tried.ok()) {
    *undefined = tried.error();
    return Status::Ok();
  }
  SLUICE_ASSIGN(const auto columns, values_->Columns(views_, columns_[i], context_));
  const auto passing = functions::EvaluateFilter(*spec_->definitions[i], *columns, context_);
  if (!passing.ok()) {
    *undefined = passing.error();
    return Status::Ok();
  }
  for (size_t at = from; at < end; ++at) asked.passes[at] = 0;
  for (const int32_t row : *passing) asked.passes[from + static_cast<size_t>(row)] = 1;
  return Status::Ok();
}

Status MatchConditions::FillViews(int variable, std::span<const Request> requests) {
  const auto& reads = reads_[static_cast<size_t>(variable)];
  std::vector<int> rows_read;
  for (const int read : reads) {
    const Kind kind = values_->navigation(read).kind;
    if (kind == Kind::kFirst || kind == Kind::kLast) rows_read.push_back(read);
  }
  const auto row_of = [&](int read, const Request& request) {
    return registers_.RowOf(read, variable, request.key->number, request.registers);
  };
  for (const Request& request : requests) {
    for (const int read : rows_read) {
      const int64_t number = row_of(read, request);
      if (number != MatchRegisters::kNoRow) store_->Want(request.key->rows, number);
    }
  }
  SLUICE_TRY(store_->BringBackWanted());
  views_.Clear(values_->navigations());
  for (const Request& request : requests) {
    views_.last.push_back(request.key->row->bytes);
    views_.times.push_back(request.key->row->time);
    for (const int read : rows_read) {
      const int64_t number = row_of(read, request);
      std::string_view bytes;
      if (number != MatchRegisters::kNoRow) {
        SLUICE_ASSIGN(bytes, store_->Bytes(request.key->rows, number));
      }
      views_.rows[static_cast<size_t>(read)].push_back(bytes);
    }
  }
  return Status::Ok();
}

/// Aggregates count the row that is tried. `undefined`: an argument has no value.
Status MatchConditions::FillAggregates(int variable, std::span<const Request> requests,
                                       Status* undefined) {
  tried_.clear();
  MatchAdditions additions;
  for (const Request& request : requests) {
    tried_.push_back(std::make_shared<MatchAggregates>(&aggregates_));
    if (request.aggregates != nullptr) SLUICE_TRY(tried_.back()->Merge(*request.aggregates));
    additions.Add(tried_.back().get(), variable, request.key->row->bytes);
  }
  *undefined = additions.Apply(aggregates_, context_);
  for (const auto& member : aggregates_.members()) {
    auto& states = views_.states[static_cast<size_t>(member.navigation)];
    for (const auto& one : tried_) states.push_back(one->Of(member));
  }
  return Status::Ok();
}

Status MatchConditions::OutcomesOf(const MatchSlice::Key& key,
                                   std::vector<const MatchSteps::Outcome*>* outcomes) {
  outcomes->clear();
  size_t configs = 1;
  for (const MatchClass& one : key.matches->classes) configs += one.configs.size();
  for (size_t fact = key.facts; fact < key.facts + configs; ++fact) {
    const Fact& known = facts_[fact];
    if (known.failed == 0) {
      outcomes->push_back(&steps_.Of(known.state, known.met));
      continue;
    }
    int needed = -1;
    odd_.push_back(steps_.Of(known.state, known.met, known.failed, &needed));
    outcomes->push_back(&odd_.back());
    if (needed < 0) continue;
    const Asked& asked = asked_[static_cast<size_t>(needed)];
    for (const auto& [request, of] : asked.answers) {
      if (of == fact) return *asked.failures[request];
    }
  }
  return Status::Ok();
}

}  // namespace sluice::operators
