// SPDX-License-Identifier: Apache-2.0
// What MATCH_RECOGNIZE keeps of the matches of one key. A match may begin with each row, and the
// beginnings that have the same states before them (and see the same rows there) have the same
// future: they are one class, which goes one step per row, however many they are.
//
// Which rows a match took for which variables is a chain of nodes, one per row, that matches share:
//
//   row        5        6        7        8
//   node    A <----- B <----- B <----- B       the match that began with row 5
//           A (6) <-----------'                 the one of row 6: its own node until it came to the
//                                               same states, from then on those of the other
//
// Where a class goes on with the nodes of another one, its beginnings remember the row and which
// node of the other one stood for which of theirs (a join). Of several matches that begin with one
// row only the first that is complete is ever given, so a class ends when it is complete.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "operators/match_pattern.h"
#include "operators/match_registers.h"
#include "operators/match_values.h"

namespace sluice::operators {

/// Things in a row that are known by their number; those in front go.
template <typename T>
class Numbered {
 public:
  int64_t begin() const { return begin_; }
  int64_t end() const { return begin_ + static_cast<int64_t>(items_.size() - gone_); }
  bool Has(int64_t number) const { return number >= begin() && number < end(); }
  T& operator[](int64_t number) { return items_[gone_ + static_cast<size_t>(number - begin_)]; }
  const T& operator[](int64_t number) const {
    return items_[gone_ + static_cast<size_t>(number - begin_)];
  }
  int64_t Add(T item) {
    items_.push_back(std::move(item));
    return end() - 1;
  }
  void DropBefore(int64_t number) {
    if (number <= begin_) return;
    gone_ += static_cast<size_t>(std::min(number, end()) - begin_);
    begin_ = number;
    if (gone_ * 2 < items_.size()) return;
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(gone_));
    items_.shrink_to_fit();
    gone_ = 0;
  }
  void BeginAt(int64_t number) { begin_ = number; }
  int64_t heap_bytes() const { return static_cast<int64_t>(items_.capacity() * sizeof(T)); }

 private:
  std::vector<T> items_;
  size_t gone_ = 0;
  int64_t begin_ = 0;
};

/// A row that a match may begin with.
struct MatchStart {
  int64_t number = 0;  // of the row
  int64_t time = 0;
  int64_t join = -1;  // the last one
};

struct MatchClass {
  struct Config {
    int state = 0;
    int64_t node = 0;  // of the last row
    std::shared_ptr<MatchAggregates> aggregates;
  };
  Numbered<MatchStart> starts;
  std::vector<Config> configs;     // the first choice first
  std::vector<int64_t> registers;  // of each config

  bool empty() const { return starts.begin() == starts.end(); }
  const MatchStart& front() const { return starts[starts.begin()]; }
};

struct CompleteMatch {
  MatchStart start;
  int64_t node = 0;  // of the last row
  int64_t last = 0;  // its number and time
  int64_t last_time = 0;
};

/// What all keys of an operator have in common.
struct MatchLayout {
  const MatchRegisters* registers = nullptr;
  const MatchAggregateSet* aggregates = nullptr;  // that definitions read
  std::vector<uint8_t> aggregated;                // per state: they are read from there on
  int states = 0;                                 // of the pattern
  size_t variables = 0;
  int64_t within_ms = 0;  // 0: for ever
};

/// Aggregates that are to become those of `from` (null: of no rows) and the row in hand.
struct MatchAddition {
  std::shared_ptr<MatchAggregates> from, to;
  int variable = 0;
};

class KeyMatches {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  std::vector<MatchClass> classes;
  std::map<int64_t, CompleteMatch> complete;  // by the row that they begin with
  int64_t next_number = 0;                    // rows of a key are numbered as they are processed
  int64_t noted_end = kNever;                 // the NextEnd that was noted; not part of the state
  int64_t first_kept = 0;                     // rows from here on may be in the table of rows

  bool empty() const { return classes.empty() && complete.empty(); }
  /// The first row that a match which is not complete begins with.
  int64_t FirstOpen() const;
  /// The first row that any match holds.
  int64_t FirstHeld() const;
  /// When WITHIN ends the next match; kNever: it does not.
  int64_t NextEnd(const MatchLayout& layout) const;
  /// Ends matches that began at or before this time and are not complete.
  void EndStartedUntil(int64_t time);
  /// Ends all that began with a row before this one.
  void EndBefore(int64_t number);

  /// One row further. `outcomes`: of each config of each class, in order, then of the start.
  void Step(const MatchLayout& layout, int64_t number, int64_t time,
            const std::vector<const MatchSteps::Outcome*>& outcomes,
            std::vector<MatchAddition>* additions);
  /// After Step: classes with one future become one, and matches in the same states share nodes.
  void Share();
  /// Lets go of what no match holds any more.
  void Trim();
  /// The variables of the rows of a match, from its first one. kCorrupt where it cannot be.
  Status PathOf(const CompleteMatch& match, std::vector<uint8_t>* variables) const;

  void Encode(std::string* out) const;
  Status Decode(const MatchLayout& layout, std::string_view bytes);
  int64_t heap_bytes() const;

 private:
  struct Node {
    uint32_t back = 0;  // numbers from here to the node of the row before; 0: a match begins
    uint8_t variable = 0;
    uint8_t first = 0;  // of its row
  };
  struct Join {
    int64_t row = 0;
    int64_t before = -1;  // the join before it
    int64_t pairs = 0;    // which nodes stand for which, up to the next join's
    int64_t pairs_end = 0;
  };
  struct Pair {
    int64_t shared = 0, own = 0;
  };

  void EncodeNodes(std::string* out) const;
  Status DecodeNodes(std::string_view* bytes);
  int64_t NodeAfter(int64_t before, int variable, const MatchLayout& layout);
  int64_t NodeOfStart(int variable);
  int64_t AddNode(Node node);
  bool StepClass(const MatchLayout& layout, int64_t number, int64_t time, MatchClass* one,
                 const MatchSteps::Outcome* const* outcomes, std::vector<MatchAddition>* additions);
  void AddConfig(const MatchLayout& layout, int64_t number, const MatchSteps::Taken& taken,
                 int64_t node, const int64_t* registers,
                 const std::shared_ptr<MatchAggregates>& aggregates, MatchClass* to,
                 std::vector<MatchAddition>* additions) const;
  void Complete(const MatchClass& one, int64_t node, int64_t number, int64_t time);
  /// The nodes of `one` become those of `shared`; false: they cannot.
  bool Adopt(const MatchClass& shared, MatchClass* one);
  static void Merge(MatchClass* into, MatchClass* from);
  static int Compare(const MatchClass& a, const MatchClass& b, bool with_registers);

  Numbered<Node> nodes_;
  Numbered<Join> joins_;
  Numbered<Pair> pairs_;
  int64_t nodes_row_ = 0;  // of the first node
  // Of the row in hand and the one before it.
  int64_t row_nodes_ = 0, last_row_nodes_ = 0;  // where their nodes begin
  std::vector<int64_t> node_after_;             // per node of the row before and variable; -1: none
  size_t shared_classes_ = 0;                   // that the last Share left
};

}  // namespace sluice::operators
