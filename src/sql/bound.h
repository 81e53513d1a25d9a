// SPDX-License-Identifier: Apache-2.0
// The bound tree: what a query means once every name is resolved and every expression typed. The
// binder makes it, plan/ turns it into a logical plan. Only what the engine runs has a node here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flow/table_definition.h"
#include "flow/type.h"
#include "functions/expression.h"
#include "sql/diagnostics.h"
#include "sql/name_space.h"
#include "sql/names.h"

namespace sluice::sql {

/// A table as a connector or a catalog gets it.
struct BoundTable {
  TablePath path;
  TableEntry::Kind kind = TableEntry::Kind::kConnector;
  std::string connector;       // kConnector
  flow::ConnectorTable table;  // OPTIONS hints merged
};

enum class RelationKind : uint8_t {
  kScan,      // table: all its physical and metadata columns
  kValues,    // rows
  kFilter,    // condition over inputs[0]
  kProject,   // expressions over inputs[0]
  kUnionAll,  // inputs of the same types
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
};

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
