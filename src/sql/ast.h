// SPDX-License-Identifier: Apache-2.0
// The tree that the parser makes: statements, queries, expressions, each with its place in the
// text. Nothing here is resolved: names are as written, functions are not looked up. The grammar is
// all of Flink's query language; what the engine does not run yet is refused by the binder, not
// here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "flow/type.h"
#include "sql/diagnostics.h"

namespace sluice::sql::ast {

struct Identifier {
  std::string text;
  Span span;
};

/// a, a.b, a.b.c
struct Name {
  std::vector<Identifier> parts;
  Span span;
  std::string ToString() const;  // parts in backticks, joined by dots
};

struct Expression;
struct Query;
struct Window;
using ExpressionPtr = std::unique_ptr<Expression>;
using QueryPtr = std::unique_ptr<Query>;

enum class ExpressionKind : uint8_t {
  kError,       // reported; stands in for what could not be read
  kNull,        // NULL
  kBoolean,     // TRUE, FALSE, UNKNOWN: text
  kInteger,     // text
  kDecimal,     // text
  kDouble,      // text
  kString,      // text
  kBinary,      // text holds the bytes
  kDate,        // DATE 'text'
  kTime,        // TIME 'text'
  kTimestamp,   // TIMESTAMP 'text'
  kInterval,    // INTERVAL 'text' unit [TO unit_to]; negated by INTERVAL -'...'
  kName,        // path: a column, or fields below it
  kStar,        // * or path.*
  kCall,        // text = upper-case name or operator; children; path when the name is qualified
  kBetween,     // children: value, low, high; negated, symmetric
  kIn,          // children: value, items...; negated; or query
  kCase,        // children: [operand,] when, then, ..., else; has_operand
  kCast,        // children[0] to type; try_cast
  kItem,        // children: collection, index
  kField,       // children[0].text: a field of an expression that is not a name
  kRow,         // ROW(...) or (a, b)
  kArray,       // ARRAY[...]
  kMap,         // MAP[k, v, ...]
  kMultiset,    // MULTISET[...]
  kQuery,       // scalar subquery; for ARRAY(query) and MAP(query): text
  kExists,      // EXISTS (query); negated
  kQuantified,  // children[0] text SOME|ALL(query or items)
  kUnit,        // a word in an argument: a time unit (YEAR, DAY...), a trim or JSON option; text
  kType,        // a type in an argument; type
  kNamed,       // text => children[0]
  kDescriptor,  // DESCRIPTOR(columns): path
  kTable,       // TABLE name as an argument: path; children: PARTITION BY keys
  kDefault,     // DEFAULT
};

/// Sort key of ORDER BY.
struct OrderItem {
  ExpressionPtr expression;
  bool descending = false;
  std::optional<bool> nulls_first;
};

/// What may follow a function call.
struct CallExtras {
  bool distinct = false;
  ExpressionPtr filter;                 // FILTER (WHERE ...)
  std::vector<OrderItem> within_group;  // WITHIN GROUP (ORDER BY ...)
  std::optional<bool> ignore_nulls;     // IGNORE NULLS, RESPECT NULLS
  std::unique_ptr<Window> over;
  std::optional<Identifier> over_name;
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kError;
  Span span;
  std::string text;
  std::vector<Identifier> path;
  std::vector<ExpressionPtr> children;
  flow::TypePtr type;
  QueryPtr query;
  std::unique_ptr<CallExtras> extras;
  std::string unit, unit_to;  // kInterval: YEAR, MONTH, DAY, HOUR, MINUTE, SECOND...
  int unit_precision = -1;    // kInterval: digits of the leading field, as written
  int unit_fraction = -1;     // kInterval: digits of the seconds' fraction, as written
  Span operator_span;         // kCall that is an operator: its symbol; else the name
  bool negated = false, symmetric = false, try_cast = false, has_operand = false;
  int height = 1;  // of the tree below: bounded, so that walks may recurse
  Expression();
  ~Expression();
};

/// OVER (...) and WINDOW w AS (...).
struct Window {
  Span span;
  std::optional<Identifier> base;
  std::vector<ExpressionPtr> partition_by;
  std::vector<OrderItem> order_by;
  std::string frame_unit;  // ROWS, RANGE, or empty
  struct Bound {
    enum class Kind : uint8_t {
      kUnboundedPreceding,
      kPreceding,
      kCurrentRow,
      kFollowing,
      kUnboundedFollowing
    };
    Kind kind = Kind::kUnboundedPreceding;
    ExpressionPtr offset;
  };
  Bound lower, upper;
};

/// /*+ NAME('k'='v', ...) */ or NAME(a, b)
struct Hint {
  std::string name;  // upper case
  Span span;
  struct Option {
    std::string key, value;
    Span key_span, value_span;
  };
  std::vector<Option> options;
  std::vector<std::string> arguments;  // without '='
};

/// MATCH_RECOGNIZE ( ... )
struct Match {
  struct Definition {
    Identifier name;
    ExpressionPtr expression;
  };
  struct Pattern {
    enum class Kind : uint8_t { kVariable, kSequence, kAlternation, kPermute, kExclude };
    Kind kind = Kind::kSequence;
    Identifier name;  // kVariable
    std::vector<Pattern> parts;
    int64_t at_least = 1, at_most = 1;  // -1 = without bound
    bool greedy = true;
    Span span;
  };
  enum class Skip : uint8_t { kToNextRow, kPastLastRow, kToFirst, kToLast };
  std::vector<ExpressionPtr> partition_by;
  std::vector<OrderItem> order_by;
  std::vector<Definition> measures, definitions;
  Pattern pattern;
  std::optional<Span> all_rows;  // ALL ROWS PER MATCH
  std::optional<Span> anchor;    // ^
  std::optional<Span> subset;    // SUBSET
  Skip skip = Skip::kToNextRow;
  Identifier skip_variable;
  ExpressionPtr within;
};

struct TableReference;
using TableReferencePtr = std::unique_ptr<TableReference>;

enum class JoinKind : uint8_t { kCross, kComma, kInner, kLeft, kRight, kFull, kSemi, kAnti };

struct TableReference {
  enum class Kind : uint8_t {
    kError,
    kTable,     // name, hints
    kQuery,     // (query), lateral
    kFunction,  // TABLE(f(...)), f(...) with table arguments, LATERAL TABLE(f(...)): call
    kUnnest,    // UNNEST(expression) [WITH ORDINALITY]: call
    kJoin,      // left, right
    kMatch,     // input MATCH_RECOGNIZE (...)
    kPivot,     // input PIVOT (...), UNPIVOT (...)
  };
  Kind kind = Kind::kError;
  Span span;
  Name name;
  std::vector<Hint> hints;
  QueryPtr query;
  ExpressionPtr call;
  bool lateral = false, with_ordinality = false;
  TableReferencePtr left, right;  // kMatch, kPivot: left is the input
  std::unique_ptr<Match> match;
  JoinKind join = JoinKind::kInner;
  bool natural = false;
  ExpressionPtr on;
  std::vector<Identifier> using_columns;
  Span join_span;
  ExpressionPtr system_time;  // FOR SYSTEM_TIME AS OF
  ExpressionPtr sample;       // TABLESAMPLE
  std::optional<Identifier> alias;
  std::vector<Identifier> column_aliases;
  int height = 1;
  ~TableReference();
};

struct SelectItem {
  ExpressionPtr expression;  // kStar for * and t.*
  std::optional<Identifier> alias;
};

/// One item of GROUP BY: an expression list, or a grouping set.
struct GroupItem {
  std::string kind;  // "", "GROUPING SETS", "ROLLUP", "CUBE"
  Span span;
  std::vector<ExpressionPtr> expressions;
};

struct Select {
  Span span;
  Span distinct_span;  // of the word DISTINCT
  bool distinct = false;
  std::vector<Hint> hints;
  std::vector<SelectItem> items;
  TableReferencePtr from;
  ExpressionPtr where;
  std::optional<Span> group_span;
  std::vector<GroupItem> group_by;
  ExpressionPtr having;
  std::vector<std::pair<Identifier, std::unique_ptr<Window>>> windows;
  ExpressionPtr qualify;
};

enum class SetOperator : uint8_t { kUnion, kIntersect, kExcept };

/// SELECT, VALUES, a set operation, or a query in parentheses.
struct QueryBody {
  enum class Kind : uint8_t { kError, kSelect, kValues, kSet, kNested, kTable };
  Kind kind = Kind::kError;
  Span span;
  std::unique_ptr<Select> select;
  std::vector<ExpressionPtr> rows;  // kValues: each a kRow, or one expression
  SetOperator op = SetOperator::kUnion;
  bool all = false;
  Span op_span;
  std::unique_ptr<QueryBody> left, right;
  QueryPtr nested;
  Name table;  // TABLE t
  int height = 1;
  ~QueryBody();
};

struct WithItem {
  Identifier name;
  std::vector<Identifier> columns;
  QueryPtr query;
};

struct Query {
  Span span;
  std::vector<WithItem> with;
  std::unique_ptr<QueryBody> body;
  std::vector<OrderItem> order_by;
  Span order_span;
  ExpressionPtr limit, offset;
  Span limit_span;
  ~Query();
};

// ---------------------------------------------------------------- statements

struct Option {
  std::string key, value;
  Span key_span, value_span;
};

/// WITH ('k' = 'v', ...)
struct Options {
  std::vector<Option> items;
  Span span;
};

struct ColumnDefinition {
  enum class Kind : uint8_t { kPhysical, kComputed, kMetadata };
  Kind kind = Kind::kPhysical;
  Identifier name;
  Span span;
  flow::TypePtr type;
  Span type_span;
  ExpressionPtr expression;
  std::optional<std::string> metadata_key;
  Span metadata_span;
  bool is_virtual = false;
  bool primary_key = false;
  std::string comment;
};

struct WatermarkDefinition {
  Name column;
  ExpressionPtr expression;
  Span span;
};

struct KeyDefinition {
  std::optional<Identifier> name;
  std::vector<Identifier> columns;
  bool unique = false;    // UNIQUE, which Flink refuses
  bool enforced = false;  // ENFORCED, which Flink refuses
  Span span;
};

struct LikeOption {
  std::string merge;    // INCLUDING, EXCLUDING, OVERWRITING
  std::string feature;  // ALL, CONSTRAINTS, DISTRIBUTION, GENERATED, METADATA, OPTIONS, PARTITIONS,
                        // WATERMARKS
  Span span;
};

struct Like {
  Name table;
  std::vector<LikeOption> options;
};

struct CreateTable {
  Name name;
  bool temporary = false, if_not_exists = false, replace = false;
  bool broken = false;  // a column could not be read: the table is known, its columns are not
  std::vector<ColumnDefinition> columns;
  std::vector<WatermarkDefinition> watermarks;
  std::vector<KeyDefinition> keys;
  std::vector<Identifier> as_columns;  // CREATE TABLE t (a, b) AS ...: only names
  std::string comment;
  std::optional<Span> distribution;
  std::vector<ExpressionPtr> partition_by;  // names; transforms as calls
  Options options;
  std::optional<Like> like;
  QueryPtr as;
};

struct CreateView {
  Name name;
  bool temporary = false, if_not_exists = false, replace = false;
  std::vector<Identifier> columns;
  std::string comment;
  QueryPtr query;
};

struct CreateCatalog {
  Identifier name;
  bool if_not_exists = false;
  std::string comment;
  Options options;
};

struct CreateDatabase {
  Name name;
  bool if_not_exists = false;
  std::string comment;
  Options options;
};

struct Use {
  bool catalog = false;
  Name name;
};

struct Set {
  std::optional<Option> setting;  // SET alone lists all
};

struct Reset {
  std::optional<std::string> key;  // RESET alone resets all
  Span key_span;
};

struct Show {
  enum class What : uint8_t {
    kCatalogs,
    kDatabases,
    kTables,
    kViews,
    kFunctions,
    kColumns,
    kJobs,
    kCurrentCatalog,
    kCurrentDatabase,
    kCreateTable,
    kCreateView,
    kCreateCatalog,
  };
  What what = What::kTables;
  std::optional<Name> in;  // FROM, IN; the table of COLUMNS and CREATE
  bool not_like = false, ignore_case = false;
  std::optional<std::string> like;
};

struct Describe {
  enum class What : uint8_t { kTable, kCatalog, kDatabase, kFunction };
  What what = What::kTable;
  bool extended = false;
  Name name;
};

struct Drop {
  enum class What : uint8_t { kTable, kView, kCatalog, kDatabase };
  What what = What::kTable;
  bool temporary = false, if_exists = false, cascade = false;
  Name name;
};

struct AlterTable {
  enum class What : uint8_t { kSet, kReset, kRename, kAs, kAdd, kModify, kDrop, kRenameColumn };
  What what = What::kSet;
  bool view = false, if_exists = false;
  Name name;
  Options options;                                 // kSet
  std::vector<std::pair<std::string, Span>> keys;  // kReset
  Name new_name;                                   // kRename
  QueryPtr query;                                  // kAs, of a view
  // kAdd, kModify: columns, watermark and primary key; where each column is to stand.
  struct Position {
    bool first = false;
    std::optional<Identifier> after;
  };
  CreateTable elements;
  std::vector<Position> positions;
  // kDrop
  std::vector<Identifier> dropped;
  bool drop_key = false, drop_watermark = false;
  std::optional<Identifier> constraint;  // DROP CONSTRAINT
  // kRenameColumn
  Identifier column, new_column;
};

struct AlterCatalog {
  enum class What : uint8_t { kSet, kReset, kComment };
  What what = What::kSet;
  Identifier name;
  Options options;                                 // kSet
  std::vector<std::pair<std::string, Span>> keys;  // kReset
  std::string comment;                             // kComment
};

struct AlterDatabase {
  Name name;
  Options options;
};

struct Insert {
  Name table;
  std::vector<Hint> hints;
  bool overwrite = false;
  std::vector<std::pair<Identifier, ExpressionPtr>> partition;  // PARTITION (c = 'x')
  std::optional<std::vector<Identifier>> columns;
  QueryPtr query;
};

struct StatementSet {
  std::vector<std::pair<Insert, Span>> inserts;
};

struct SelectStatement {
  QueryPtr query;
};

struct Statement;

struct Explain {
  std::vector<std::string> details;  // ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN...
  std::unique_ptr<Statement> statement;
  Explain();
  Explain(Explain&&) noexcept;
  Explain& operator=(Explain&&) noexcept;
  ~Explain();
};

/// Understood as a statement of Flink's, which sluice does not run: UPDATE, CALL, LOAD MODULE...
struct Unsupported {
  std::string what;  // "UPDATE"
};

struct Statement {
  Span span;  // from the first word to the last, without the semicolon
  std::variant<std::monostate, CreateTable, CreateView, CreateCatalog, CreateDatabase, Use, Set,
               Reset, Show, Describe, Drop, AlterTable, AlterCatalog, AlterDatabase, Insert,
               StatementSet, SelectStatement, Explain, Unsupported>
      node;
};

}  // namespace sluice::sql::ast
