// SPDX-License-Identifier: Apache-2.0
// Makes equal expressions the same object. After Intern, two expressions of the pool are equal if
// and only if their pointers are, so that whoever evaluates a Calc computes what several outputs
// and the condition share once, by remembering results per pointer. Views that use their inputs
// several times make expressions that are trees of a million nodes and graphs of fifty: all walks
// here remember what they have seen.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "functions/expression.h"

namespace sluice::plan {

class ExpressionPool {
 public:
  /// The one expression that equals `expr`, its children interned too.
  functions::ExprPtr Intern(const functions::ExprPtr& expr);
  /// `expr` with column i replaced by inputs[i], interned.
  functions::ExprPtr Substitute(const functions::ExprPtr& expr,
                                const std::vector<functions::ExprPtr>& inputs);
  /// `expr` with column i turned into column `to(i)`, interned.
  functions::ExprPtr Rename(const functions::ExprPtr& expr, const std::function<int(int)>& to);

 private:
  using Leaf = std::function<functions::ExprPtr(const functions::Expr&)>;
  functions::ExprPtr Replace(const functions::ExprPtr& expr, const Leaf& leaf,
                             std::unordered_map<const functions::Expr*, functions::ExprPtr>* done);
  functions::ExprPtr InternNode(std::shared_ptr<functions::Expr> node);

  std::unordered_map<size_t, std::vector<functions::ExprPtr>> by_hash_;
  std::unordered_map<const functions::Expr*, functions::ExprPtr> interned_;
  std::vector<functions::ExprPtr> seen_;  // keeps the keys of interned_ alive
};

/// Nodes of the tree that `expr` stands for, at most `limit`.
int64_t TreeSize(const functions::Expr& expr, int64_t limit);

}  // namespace sluice::plan
