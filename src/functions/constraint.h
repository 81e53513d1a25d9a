// SPDX-License-Identifier: Apache-2.0
// What the types of a sink demand of values, where the settings table.exec.sink.* ask for it: no
// NULL inside of a column where a field or an element is NOT NULL, and texts and bytes of the
// length that is declared. NOT NULL of a column itself is not looked at here.
#pragma once

#include <string>

#include "functions/expression.h"

namespace sluice::functions {

struct Constraints {
  bool not_null = false;     // of fields and elements
  bool lengths = false;      // of CHAR, VARCHAR, BINARY, VARBINARY
  bool rows = false;         // fields of ROWs are looked at
  bool collections = false;  // and what ARRAYs, MAPs and MULTISETs hold
};

/// False: no value of this type can break the constraints.
bool CanBreak(const flow::Type& type, const Constraints& constraints);
/// Some element of an ARRAY, MAP or MULTISET has a length that could be broken.
bool HasLengthsInCollections(const flow::Type& type);

/// TRUE where the value has no NULL at a place that `type` calls NOT NULL.
ExprPtr Conforms(ExprPtr value, const flow::TypePtr& type, const Constraints& constraints);
/// The value; an error in Flink's words where it breaks what `type` demands. `column` is the name
/// of the sink's column.
ExprPtr Enforce(ExprPtr value, const flow::TypePtr& type, const Constraints& constraints,
                const std::string& column);
/// The value with texts and bytes cut, and CHAR and BINARY padded, to the length that `type` says;
/// within ROWs where `constraints.rows` says so.
ExprPtr FitLengths(ExprPtr value, const flow::TypePtr& type, const Constraints& constraints);

}  // namespace sluice::functions
