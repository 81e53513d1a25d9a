// SPDX-License-Identifier: Apache-2.0
// The values that definitions and measures of MATCH_RECOGNIZE read from the rows of matches: FIRST,
// LAST, aggregates, the time of the match. For many matches at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "functions/evaluate.h"
#include "sql/bound.h"
#include "state/row_codec.h"

namespace sluice::operators {

/// What is known of some matches, one after the other in each list.
struct MatchViews {
  std::vector<std::string_view> last;  // the bytes of the last row, or of the one that is tried
  std::vector<int64_t> times;          // of that row
  /// Per navigation: the bytes of the row it means (none: there is no such row), or the state of
  /// its aggregate. Lists of navigations that are not wanted may be empty.
  std::vector<std::vector<std::string_view>> rows;
  std::vector<std::vector<const uint8_t*>> states;

  size_t size() const { return last.size(); }
  void Clear(size_t navigations);
};

class MatchValues {
 public:
  /// kUnsupported for what Flink does not do either: PREV and NEXT.
  static Result<MatchValues> Make(const sql::MatchSpec& spec, const flow::Schema& input,
                                  const state::RowCodec* codec);

  /// The input's columns of the last rows, then a column for each navigation; those that `wanted`
  /// does not name are of the NULL type. `wanted`: columns of the result.
  Result<std::shared_ptr<arrow::RecordBatch>> Columns(const MatchViews& matches,
                                                      const std::vector<int>& wanted,
                                                      const functions::EvalContext& context) const;
  /// Which columns of the result an expression reads.
  static std::vector<int> ColumnsOf(const functions::Expr& expr);
  /// Of these columns, the navigations (by number).
  std::vector<int> NavigationsAmong(const std::vector<int>& columns) const;

  const sql::MatchSpec::Navigation& navigation(int number) const {
    return navigations_[static_cast<size_t>(number)];
  }
  size_t navigations() const { return navigations_.size(); }
  /// Null where the navigation is none.
  const functions::Aggregator* aggregator(int navigation) const {
    return aggregators_[static_cast<size_t>(navigation)].get();
  }
  /// The arguments of an aggregate for these rows.
  Result<std::vector<std::shared_ptr<arrow::Array>>> Arguments(
      int navigation, const std::vector<std::string_view>& rows,
      const functions::EvalContext& context) const;

 private:
  MatchValues() = default;
  Result<std::shared_ptr<arrow::Array>> Value(size_t navigation, const MatchViews& matches,
                                              const functions::EvalContext& context) const;

  std::vector<sql::MatchSpec::Navigation> navigations_;
  std::vector<std::shared_ptr<functions::Aggregator>> aggregators_;  // null where it is none
  std::vector<std::vector<uint8_t>> decoded_;  // per navigation: input columns it is made from
  const state::RowCodec* codec_ = nullptr;
  int input_columns_ = 0;
  std::shared_ptr<arrow::Schema> schema_, input_schema_;
};

/// Some of the aggregates, side by side in one block of memory.
class MatchAggregateSet {
 public:
  MatchAggregateSet() = default;
  /// Of these navigations, those that are aggregates.
  MatchAggregateSet(const MatchValues* values, const std::vector<int>& navigations);
  bool empty() const { return members_.empty(); }
  const MatchValues& values() const { return *values_; }

  struct Member {
    int navigation = 0;
    size_t at = 0;  // in the block, in words
    const functions::Aggregator* aggregator = nullptr;
  };
  const std::vector<Member>& members() const { return members_; }
  size_t words() const { return words_; }

 private:
  const MatchValues* values_ = nullptr;
  std::vector<Member> members_;
  size_t words_ = 0;
};

/// The aggregates of one match, over the rows it has so far; of none at first.
class MatchAggregates {
 public:
  explicit MatchAggregates(const MatchAggregateSet* set);
  ~MatchAggregates();
  MatchAggregates(const MatchAggregates&) = delete;
  MatchAggregates& operator=(const MatchAggregates&) = delete;

  /// Adds what another one has.
  Status Merge(const MatchAggregates& from);
  uint8_t* Of(const MatchAggregateSet::Member& member) {
    return reinterpret_cast<uint8_t*>(memory_.data() + member.at);
  }
  void Encode(std::string* out) const;
  /// Takes its bytes off the front.
  Status Decode(std::string_view* bytes);
  int64_t heap_bytes() const;

 private:
  const uint8_t* Of(const MatchAggregateSet::Member& member) const {
    return reinterpret_cast<const uint8_t*>(memory_.data() + member.at);
  }
  const MatchAggregateSet* set_;
  std::vector<uint64_t> memory_;
};

/// Rows that are to be added to aggregates, all at once. The aggregates stay until then.
class MatchAdditions {
 public:
  void Add(MatchAggregates* to, int variable, std::string_view row) {
    to_.push_back(to);
    variables_.push_back(variable);
    bytes_.append(row);
    ends_.push_back(bytes_.size());
  }
  size_t size() const { return to_.size(); }
  Status Apply(const MatchAggregateSet& set, const functions::EvalContext& context);

 private:
  std::vector<MatchAggregates*> to_;
  std::vector<int> variables_;
  std::string bytes_;         // of all rows
  std::vector<size_t> ends_;  // there
};

}  // namespace sluice::operators
