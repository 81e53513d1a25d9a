// SPDX-License-Identifier: Apache-2.0
// The bound tree: what a query means once every name is resolved and every expression typed. The
// binder makes it, plan/ turns it into a logical plan. Arguments of aggregates, keys of groups,
// partitions and orders are columns of the input: the binder puts a projection below that computes
// them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/changelog.h"
#include "flow/table_definition.h"
#include "flow/type.h"
#include "functions/aggregate.h"
#include "functions/expression.h"
#include "sql/diagnostics.h"
#include "sql/name_space.h"
#include "sql/names.h"

namespace sluice::sql {

/// A table as a connector or a catalog gets it.
struct BoundTable {
  TablePath path;
  TableEntry::Kind kind = TableEntry::Kind::kConnector;
  std::string connector;                 // kConnector
  flow::ConnectorTable table;            // OPTIONS hints merged
  flow::OptionMap watermark_options;     // scan.watermark.*, which connectors do not see
  flow::ChangelogMode source_changelog;  // what reading it gives
  flow::ChangelogMode sink_changelog;    // what writing it takes
};

enum class RelationKind : uint8_t {
  kScan,       // table: all its physical and metadata columns
  kValues,     // rows
  kFilter,     // condition over inputs[0]
  kProject,    // expressions over inputs[0]
  kUnionAll,   // inputs of the same types
  kWatermark,  // inputs[0] with an event time: `watermark`
  kWindow,     // windowing table function over inputs[0]: `window`
  kAggregate,  // `aggregate` over inputs[0]
  kOver,       // inputs[0] and a column for each call of `over`
  kJoin,       // `join` of inputs[0] and inputs[1]
  kCorrelate,  // inputs[0] and, for each of its rows, the rows of a table function: `correlate`
  kSort,       // ORDER BY, LIMIT, OFFSET of inputs[0]: `sort`
  kSetOp,      // INTERSECT or EXCEPT of two inputs of the same types: `set_op`
  kMatch,      // MATCH_RECOGNIZE over inputs[0]: `match`
};

/// WATERMARK FOR column AS delayed. The column is a rowtime attribute in the schema.
struct WatermarkSpec {
  int column = 0;
  functions::ExprPtr delayed;   // over the input's columns; TIMESTAMP(3) or TIMESTAMP_LTZ(3)
  bool from_source = false;     // SOURCE_WATERMARK(): the connector knows; `delayed` is null
  int64_t idle_timeout_ms = 0;  // scan.watermark.idle-timeout; 0: that of the job's settings
  std::string alignment_group;  // scan.watermark.alignment.group; empty = not aligned
  int64_t alignment_max_drift_ms = 0;
  int64_t event_gap = 0;  // scan.watermark.emit.strategy = on-event: rows; 0: on-periodic
};

enum class WindowKind : uint8_t { kTumble, kHop, kCumulate, kSession };

/// TUMBLE, HOP, CUMULATE, SESSION as table functions: the input's columns, then window_start,
/// window_end (TIMESTAMP(3) NOT NULL) and window_time (the time attribute).
struct WindowSpec {
  WindowKind kind = WindowKind::kTumble;
  int time_column = 0;
  bool processing_time = false;
  bool of_instants = false;  // the time is a TIMESTAMP_LTZ: windows lie on the session's wall clock
  int64_t size_ms = 0;       // size; cumulate: max size; session: gap
  int64_t slide_ms = 0;      // hop: slide; cumulate: step; else 0
  int64_t offset_ms = 0;
  std::vector<int> partition_by;  // session

  bool operator==(const WindowSpec&) const = default;
};

/// The window of GROUP BY TUMBLE(ts, ...): part of the aggregate. Its auxiliary functions become
/// output columns behind the calls, in this order, those that are asked for.
struct GroupWindow {
  WindowSpec window;
  bool wants_start = false, wants_end = false, wants_rowtime = false, wants_proctime = false;
};

/// Gives: the group columns, the calls, then what `group_window` asks for, then, for grouping sets,
/// nothing more (GROUPING calls are computed from `grouping_id`, see below).
struct AggregateSpec {
  std::vector<int> groups;  // columns of the input
  std::vector<functions::AggregateCall> calls;
  std::optional<GroupWindow> group_window;
  /// GROUPING SETS, ROLLUP, CUBE: each a list of positions in `groups`; empty = one set, all. The
  /// other group columns are NULL in its rows. Then a last output column BIGINT NOT NULL gives, as
  /// bits (first group = highest), which groups are absent: GROUPING() and GROUPING_ID() read it.
  std::vector<std::vector<int>> grouping_sets;
  int64_t ttl_ms = -1;  // STATE_TTL hint; -1 = of the job
};

struct SortKey {
  int column = 0;
  bool descending = false;
  bool nulls_first = true;
};

/// Where the frame of a row begins or ends.
struct FrameBound {
  enum class Kind : uint8_t { kUnboundedPreceding, kOffset, kCurrentRow, kUnboundedFollowing };
  Kind kind = Kind::kCurrentRow;
  /// kOffset: from the current row on, below 0 before it. ROWS: a number of rows, never 0. RANGE:
  /// milliseconds where the rows are ordered by a time, else a number times 10^-scale.
  int64_t offset = 0;
  int32_t scale = 0;

  static FrameBound UnboundedPreceding() { return {Kind::kUnboundedPreceding, 0, 0}; }
  static FrameBound Preceding(int64_t offset) {
    return offset == 0 ? FrameBound() : FrameBound{Kind::kOffset, -offset, 0};
  }
  bool operator==(const FrameBound&) const = default;
};

/// As in SQL: 2 PRECEDING, 1.5 FOLLOWING.
std::string Text(const FrameBound& bound);

/// f(...) OVER (PARTITION BY ... ORDER BY ... frame). Calls of one node share the window.
struct OverSpec {
  std::vector<int> partition_by;
  std::vector<SortKey> order_by;
  bool rows = false;  // ROWS frame; else RANGE
  FrameBound lower = FrameBound::UnboundedPreceding(), upper;
  /// Of a frame that ends at the current row, as all frames of streams do: rows (ROWS) or
  /// milliseconds (RANGE) before it; nullopt = UNBOUNDED PRECEDING.
  std::optional<int64_t> preceding() const {
    if (lower.kind == FrameBound::Kind::kUnboundedPreceding) return std::nullopt;
    return -lower.offset;
  }
  std::vector<functions::AggregateCall> calls;
  /// ROW_NUMBER, RANK, DENSE_RANK... in place of an aggregate; as many as calls, empty text = the
  /// aggregate. LAG and LEAD have one argument, and `offsets` and `defaults`; or, where one of
  /// these is no constant, three: value, offset, default.
  std::vector<std::string> ranking;
  /// Literal arguments of LAG and LEAD, per call: offset (default 1), and the default value.
  std::vector<int64_t> offsets;
  std::vector<functions::ExprPtr> defaults;
};

enum class JoinType : uint8_t { kInner, kLeft, kRight, kFull, kSemi, kAnti };

/// Gives the columns of both sides (kSemi, kAnti: of the left one); of an outer join's other side
/// they are nullable. `condition` is over the columns of both, left ones first; may be null.
struct JoinSpec {
  JoinType type = JoinType::kInner;
  functions::ExprPtr condition;
  /// FOR SYSTEM_TIME AS OF left.column: the left side's time attribute; -1 = a regular join.
  int system_time = -1;
  /// NOT IN: a NULL on either side makes the condition unknown, so that no row is kept.
  bool null_aware = false;
  std::map<std::string, std::string> lookup_options;  // LOOKUP hint
  int64_t left_ttl_ms = -1, right_ttl_ms = -1;        // STATE_TTL hint; -1 = of the job
};

/// UNNEST and table functions: for each row of the input, the rows of a function of it.
struct CorrelateSpec {
  enum class Function : uint8_t { kUnnest, kUnnestWithOrdinality };
  Function function = Function::kUnnest;
  functions::ExprPtr argument;   // over the input's columns: ARRAY, MAP or MULTISET
  bool left = false;             // LEFT JOIN ... ON TRUE: a row without rows stays
  functions::ExprPtr condition;  // over input columns and function columns; may be null
};

struct SortSpec {
  std::vector<SortKey> keys;  // empty: LIMIT alone
  std::optional<int64_t> limit;
  int64_t offset = 0;
};

struct SetOpSpec {
  enum class Kind : uint8_t { kIntersect, kExcept };
  Kind kind = Kind::kIntersect;
  bool all = false;
};

/// MATCH_RECOGNIZE. Expressions of measures and definitions are over the input's columns and over
/// navigation: a call of `pattern_columns` below stands for LAST(V.column, offset) and the like.
struct MatchSpec {
  /// What a kColumn with index >= input columns in a measure or definition stands for.
  struct Navigation {
    enum class Kind : uint8_t { kFirst, kLast, kPrev, kNext, kAggregate, kMatchTime };
    Kind kind = Kind::kLast;
    int variable = -1;  // index in `variables`; -1 = any row of the match
    int column = -1;    // of the input (kFirst, kLast, kPrev, kNext)
    int64_t offset = 0;
    functions::AggregateCall call;              // kAggregate, over `arguments`
    std::vector<functions::ExprPtr> arguments;  // over the input's columns
    flow::TypePtr type;
  };
  /// One element of the pattern, in postfix-free tree form.
  struct Pattern {
    enum class Kind : uint8_t { kVariable, kSequence, kAlternation, kPermute, kExclude };
    Kind kind = Kind::kVariable;
    int variable = 0;
    std::vector<Pattern> parts;
    int64_t at_least = 1;
    int64_t at_most = 1;  // -1 = without bound
    bool greedy = true;
  };
  enum class Skip : uint8_t { kPastLastRow, kToNextRow, kToFirst, kToLast };
  std::vector<int> partition_by;
  std::vector<SortKey> order_by;  // the first one is a time attribute
  std::vector<std::string> variables;
  std::vector<functions::ExprPtr> definitions;  // per variable; null = always true
  std::vector<Navigation> navigations;
  std::vector<std::string> measure_names;
  std::vector<functions::ExprPtr> measures;
  Pattern pattern;
  bool all_rows = false;  // ALL ROWS PER MATCH
  Skip skip = Skip::kPastLastRow;
  int skip_variable = -1;
  int64_t within_ms = 0;  // 0 = none
};

struct Relation;
using RelationPtr = std::unique_ptr<Relation>;

struct Relation {
  RelationKind kind = RelationKind::kValues;
  flow::Schema schema;  // what it gives
  std::vector<RelationPtr> inputs;
  std::shared_ptr<const BoundTable> table;
  std::vector<std::vector<functions::ExprPtr>> rows;
  functions::ExprPtr condition;
  std::vector<functions::ExprPtr> expressions;
  // One of these, as `kind` says.
  std::shared_ptr<const WatermarkSpec> watermark;
  std::shared_ptr<const WindowSpec> window;
  std::shared_ptr<const AggregateSpec> aggregate;
  std::shared_ptr<const OverSpec> over;
  std::shared_ptr<const JoinSpec> join;
  std::shared_ptr<const CorrelateSpec> correlate;
  std::shared_ptr<const SortSpec> sort;
  std::shared_ptr<const SetOpSpec> set_op;
  std::shared_ptr<const MatchSpec> match;
};

/// The tree as text, for tests: a relation a line, its inputs below it, columns as name#index.
std::string ToString(const Relation& relation);

/// INSERT INTO target: the relation's columns are the target's, in its order, of its types (but for
/// nullability, which the sink checks).
struct BoundInsert {
  BoundTable target;
  RelationPtr query;
  Span span;
};

/// SELECT at the top level.
struct BoundQuery {
  RelationPtr query;
  Span span;
};

}  // namespace sluice::sql
