// SPDX-License-Identifier: Apache-2.0
// For tests of operators that aggregate: calls as the binder makes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "functions/aggregate.h"
#include "functions/registry.h"
#include "gtest/gtest.h"

namespace sluice::operators {

/// A call over columns of `input`.
inline functions::AggregateCall CallOf(const flow::Schema& input, const std::string& name,
                                       std::vector<int> columns, bool distinct = false,
                                       int filter = -1) {
  functions::AggregateCall call;
  call.function = functions::FindAggregate(name);
  std::vector<functions::ExprPtr> arguments;
  for (const int column : columns) {
    const auto& type = input.fields[static_cast<size_t>(column)].type;
    arguments.push_back(functions::Column(column, type, ""));
  }
  const auto signature = call.function->resolve(arguments);
  EXPECT_TRUE(signature.ok());
  call.argument_types = signature->arguments;
  call.type = signature->result;
  call.arguments = std::move(columns);
  call.distinct = distinct;
  call.filter = filter;
  return call;
}

}  // namespace sluice::operators
