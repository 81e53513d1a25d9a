// SPDX-License-Identifier: Apache-2.0
// The physical plan of one job (one INSERT, or all INSERTs of a statement set): a DAG of nodes that
// runtime/ runs on every shard. Nodes are in topological order. Node names of stateful operators
// (`uid`) are derived from the plan and stable across restarts of the same SQL: state is kept under
// them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "flow/changelog.h"
#include "flow/source.h"
#include "flow/table_definition.h"
#include "functions/aggregate.h"
#include "functions/expression.h"
#include "sql/bound.h"

namespace sluice::plan {

using sql::JoinType;
using sql::SortKey;
using sql::WindowKind;
using sql::WindowSpec;

/// One read of a table. Two INSERTs that read the same table share one node (with the union of
/// their columns).
struct SourceNode {
  flow::ConnectorTable table;
  std::string connector;  // 'connector' option
  flow::SourceProjection projection;
};

/// Keeps rows where `condition` (may be null) is TRUE, then computes `outputs`.
struct CalcNode {
  functions::ExprPtr condition;
  std::vector<functions::ExprPtr> outputs;
};

/// Rows given in the SQL text (INSERT INTO t VALUES ...): read once; as a source it has one split
/// of n records.
struct ValuesNode {
  std::vector<std::vector<functions::ExprPtr>> rows;
};

/// All rows of all inputs.
struct UnionNode {};

/// Rows go to the shard that owns the hash of `keys`; without keys, all to shard 0. Barriers are
/// aligned and watermarks merged behind it.
struct ExchangeNode {
  std::vector<int> keys;
  /// What the keys are encoded as (both sides of a join alike); empty: as they are.
  std::vector<flow::TypePtr> key_types;
};

/// Watermarks per split of the source, merged by minimum.
struct WatermarkNode {
  sql::WatermarkSpec spec;
};

/// GROUP BY without a window. Gives the group columns, then the calls.
struct GroupAggregateNode {
  std::vector<int> groups;
  std::vector<functions::AggregateCall> calls;
  bool retract = false;            // the input takes rows back
  bool emit_update_before = true;  // who reads it needs -U
  int64_t ttl_ms = 0;
  int64_t mini_batch_ms = 0, mini_batch_rows = 0;  // 0 = results after each batch
  /// Without groups, in a batch: input that ends without a row has a result (COUNT 0).
  bool row_of_nothing = false;
  /// The second of two phases: the input is what a LocalAggregateNode gives. `groups` are its first
  /// columns; the calls are those of that node, over its input.
  bool merges = false;
};

/// Repeats each row per grouping set; groups that a set lacks become NULL. Gives the input's
/// columns and the grouping id (BIGINT NOT NULL) as the last one.
struct ExpandNode {
  std::vector<int> groups;
  std::vector<std::vector<int>> sets;  // positions in `groups`
};

/// Windowing table function and GROUP BY window_start, window_end in one; or the old group window.
/// Gives the group columns, the calls, then those of start, end, time that are asked for, in that
/// order (TIMESTAMP(3) NOT NULL, or TIMESTAMP_LTZ(3); shifted to local time where Flink does).
struct WindowAggregateNode {
  WindowSpec window;
  std::vector<int> groups;  // without the window columns
  std::vector<functions::AggregateCall> calls;
  bool wants_start = false, wants_end = false, wants_time = false;
  bool retract = false;  // input takes rows back (old group windows over changelogs)
  /// The input has window columns already (an aggregate of an aggregate): rows belong to the window
  /// that these columns name. -1 = assign by the time column.
  int window_start_column = -1, window_end_column = -1;
  /// The second of two phases: the input is what a LocalWindowAggregateNode gives; the calls are
  /// those of that node, over its input.
  bool merges = false;
};

/// The windowing table function alone: adds window_start, window_end, window_time.
struct WindowTableNode {
  WindowSpec window;
};

/// One equality of a join, as columns of the left and of the right input.
struct EquiKey {
  int left = 0, right = 0;
  bool null_safe = false;  // IS NOT DISTINCT FROM
};

struct RegularJoinNode {
  JoinType type = JoinType::kInner;
  std::vector<EquiKey> keys;
  functions::ExprPtr residual;  // over left columns, then right columns; may be null
  bool null_aware = false;
  bool left_retract = false, right_retract = false;
  /// Columns that are unique in each input (a smaller state); empty = none known.
  std::vector<int> left_unique, right_unique;
  int64_t left_ttl_ms = 0, right_ttl_ms = 0;
  bool emit_update_before = true;
};

/// left.time BETWEEN right.time + lower AND right.time + upper.
struct IntervalJoinNode {
  JoinType type = JoinType::kInner;
  std::vector<EquiKey> keys;
  functions::ExprPtr residual;
  int left_time = 0, right_time = 0;
  int64_t lower_ms = 0, upper_ms = 0;
  bool processing_time = false;
};

/// Both inputs carry windows; rows join within one window.
struct WindowJoinNode {
  JoinType type = JoinType::kInner;
  std::vector<EquiKey> keys;  // without the window columns
  functions::ExprPtr residual;
  int left_window_start = -1, left_window_end = 0, right_window_start = -1, right_window_end = 0;
  bool of_instants = false;  // WindowSpec::of_instants of both
};

/// left JOIN right FOR SYSTEM_TIME AS OF left.time: the version of the right row at that time.
struct TemporalJoinNode {
  JoinType type = JoinType::kInner;  // kInner, kLeft
  std::vector<EquiKey> keys;
  functions::ExprPtr residual;
  int left_time = 0, right_time = 0;
  bool processing_time = false;
  int64_t ttl_ms = 0;
};

/// left JOIN table FOR SYSTEM_TIME AS OF left.proctime: asks the table for each key.
struct LookupJoinNode {
  JoinType type = JoinType::kInner;
  flow::ConnectorTable table;
  std::string connector;
  std::vector<int> columns;  // of the table, that are asked for: the right columns of the output
  struct Key {
    int table_column = 0;      // of the table
    functions::ExprPtr value;  // over the left columns
  };
  std::vector<Key> keys;
  functions::ExprPtr right_condition;  // over the right columns: part of the lookup
  functions::ExprPtr residual;         // over left and right
  std::map<std::string, std::string> options;
};

struct CorrelateNode {
  sql::CorrelateSpec spec;
};

/// Top-N and deduplication: rank <= limit per partition.
struct RankNode {
  enum class Function : uint8_t { kRowNumber, kRank, kDenseRank };
  enum class Strategy : uint8_t {
    kAppend,      // input only adds rows
    kUpdateFast,  // input updates rows of a unique key, and never makes them worse
    kRetract,     // input takes rows back
  };
  Function function = Function::kRowNumber;
  Strategy strategy = Strategy::kAppend;
  std::vector<int> partition_by;
  std::vector<SortKey> order_by;
  int64_t from = 1, to = 1;     // ranks that are kept, inclusive
  int to_column = -1;           // a column that holds the upper rank instead; -1 = none
  bool emit_rank = false;       // the rank is a last output column
  std::vector<int> unique_key;  // kUpdateFast
  bool emit_update_before = true;
  int64_t ttl_ms = 0;
};

/// Keeps the first or the last row per key by a time attribute.
struct DeduplicateNode {
  std::vector<int> keys;
  int time_column = -1;
  bool processing_time = false;
  bool keep_last = false;
  bool emit_update_before = true;
  /// Keep-first by event time: each key's row once, when the watermark has passed it. Else at once,
  /// and updated by rows that come later but are earlier.
  bool at_watermark = false;
  bool emit_insert = true;  // false: the sink does not care to tell +I from +U
  int64_t ttl_ms = 0;
};

/// Top-N or deduplication within a window, emitted when the window closes.
struct WindowRankNode {
  int window_end = 0;             // column; the window's time is its value - 1 ms
  bool of_instants = false;       // WindowSpec::of_instants
  std::vector<int> partition_by;  // without the window columns
  std::vector<SortKey> order_by;
  RankNode::Function function = RankNode::Function::kRowNumber;
  int64_t from = 1, to = 1;
  bool emit_rank = false;
};

/// Aggregates OVER a window of rows. Gives the input's columns, then the calls.
struct OverNode {
  sql::OverSpec spec;
  enum class Time : uint8_t { kEvent, kProcessing, kNone };  // kNone: ordered by a plain column
  Time time = Time::kEvent;
  bool all_rows = false;  // batch mode, kNone: rows are given at the end of all input
  bool retract = false;   // only with kNone
  bool emit_update_before = true;
  int64_t ttl_ms = 0;
};

/// ORDER BY a time attribute (and more): rows in order as the watermark passes.
struct TemporalSortNode {
  std::vector<SortKey> keys;
  bool processing_time = false;
};

/// ORDER BY of a bounded input: all rows at the end of input.
struct SortNode {
  std::vector<SortKey> keys;
};

/// LIMIT without ORDER BY over a stream that only adds rows: the first `limit` rows behind
/// `offset`.
struct LimitNode {
  int64_t limit = 0, offset = 0;
};

/// Makes a full changelog from an upsert one, per key; drops what changes nothing.
struct ChangelogNormalizeNode {
  std::vector<int> keys;
  functions::ExprPtr condition;  // rows that do not meet it count as deleted; may be null
  bool emit_update_before = true;
  int64_t ttl_ms = 0;
};

/// Drops -U rows: the reader takes upserts.
struct DropUpdateBeforeNode {};

/// Before a sink with a primary key whose input's key is another: keeps, per primary key, the rows
/// in the order they came and gives the last one (Flink's upsert materialize).
struct UpsertMaterializeNode {
  std::vector<int> primary_key;
  std::vector<int> input_upsert_key;  // empty: rows are told apart by all columns
  int64_t ttl_ms = 0;
};

struct MatchNode {
  sql::MatchSpec spec;
  int time_column = 0;
  bool processing_time = false;
};

/// The first of two phases of a GROUP BY, in front of its exchange: rows of a bundle folded by
/// group. Gives the group columns and what the calls hold (BYTES NOT NULL); keeps nothing.
struct LocalAggregateNode {
  std::vector<int> groups;
  std::vector<functions::AggregateCall> calls;     // without DISTINCT
  bool retract = false;                            // the input takes rows back
  int64_t mini_batch_ms = 0, mini_batch_rows = 0;  // 0 = a bundle is a batch
};

/// The first of two phases of an aggregate per window that has no groups, in front of its exchange:
/// rows of a batch folded by slice of the window. Gives the time of a row of the slice and what the
/// calls hold (BYTES NOT NULL); keeps nothing.
struct LocalWindowAggregateNode {
  WindowSpec window;
  std::vector<functions::AggregateCall> calls;  // without DISTINCT
};

struct SinkNode {
  enum class Kind { kConnector, kCatalogTable };
  Kind kind = Kind::kConnector;
  flow::ConnectorTable
      table;  // kConnector: print, blackhole; kCatalogTable: names and columns of the table
  std::string connector;
  std::string catalog;                  // kCatalogTable: which catalog, and the identifier in it
  std::vector<std::string> identifier;  // namespace parts and table name
};

using NodeVariant = std::variant<
    SourceNode, ValuesNode, CalcNode, UnionNode, ExchangeNode, WatermarkNode, GroupAggregateNode,
    ExpandNode, WindowAggregateNode, WindowTableNode, RegularJoinNode, IntervalJoinNode,
    WindowJoinNode, TemporalJoinNode, LookupJoinNode, CorrelateNode, RankNode, DeduplicateNode,
    WindowRankNode, OverNode, TemporalSortNode, SortNode, LimitNode, ChangelogNormalizeNode,
    DropUpdateBeforeNode, UpsertMaterializeNode, MatchNode, SinkNode, LocalAggregateNode,
    LocalWindowAggregateNode>;  // new ones last: names of state hold the number

struct JobNode {
  int id = 0;
  std::string name;  // for EXPLAIN, metrics: "Source: kafka[orders]", "Calc", "Sink: lake.db.t"
  std::vector<int> inputs;
  flow::Schema output;  // schema of what it gives (sinks: of what they take)
  NodeVariant node;
  flow::ChangelogMode changelog;  // of what it gives (sinks: of what they take)
  std::string uid;                // of stateful operators: where their state is kept; else empty
};

struct JobGraph {
  std::string name;  // pipeline.name or derived from the sinks: names the pipeline in tables
  std::vector<JobNode> nodes;
  std::map<std::string, std::string> settings;  // SET values in force
  std::string fingerprint;                      // of the plan: changes when the SQL changes meaning

  /// Some operator keeps state: epochs then need a checkpoint besides the tables.
  bool stateful() const {
    for (const JobNode& node : nodes) {
      if (!node.uid.empty()) return true;
    }
    return false;
  }
};

}  // namespace sluice::plan
