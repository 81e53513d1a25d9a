// SPDX-License-Identifier: Apache-2.0
#include "plan/expression_pool.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"

namespace sluice::plan {
namespace {

using functions::Expr;
using functions::ExprKind;
using functions::ExprPtr;

size_t Mix(size_t seed, size_t value) {
  return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
}

/// Of a node whose children are interned.
size_t HashNode(const Expr& expr) {
  size_t hash = static_cast<size_t>(expr.kind);
  hash = Mix(hash, static_cast<size_t>(expr.column));
  hash = Mix(hash, static_cast<size_t>(expr.field));
  hash = Mix(hash, std::hash<const void*>()(expr.function));
  hash = Mix(hash, static_cast<size_t>(expr.type->kind()));
  if (expr.literal) hash = Mix(hash, std::hash<std::string>()(expr.literal->ToString()));
  for (const ExprPtr& child : expr.children) {
    hash = Mix(hash, std::hash<const void*>()(child.get()));
  }
  return hash;
}

bool SameNode(const Expr& a, const Expr& b) {
  if (a.kind != b.kind || a.column != b.column || a.field != b.field || a.function != b.function ||
      a.try_cast != b.try_cast || a.children != b.children || !a.type->Equals(*b.type)) {
    return false;
  }
  if ((a.literal == nullptr) != (b.literal == nullptr)) return false;
  return a.literal == nullptr || a.literal->Equals(*b.literal);
}

void Measure(const Expr& expr, int64_t limit, std::unordered_map<const Expr*, int64_t>* sizes) {
  if (sizes->contains(&expr)) return;
  int64_t size = 1;
  for (const ExprPtr& child : expr.children) {
    Measure(*child, limit, sizes);
    size = std::min(limit, size + (*sizes)[child.get()]);
  }
  (*sizes)[&expr] = size;
}

}  // namespace

ExprPtr ExpressionPool::InternNode(std::shared_ptr<Expr> node) {
  // Two calls of RAND() are two values: they must not become one.
  const bool random = node->kind == ExprKind::kCall && !node->function->deterministic;
  auto& bucket = by_hash_[HashNode(*node)];
  if (!random) {
    for (const ExprPtr& known : bucket) {
      if (SameNode(*known, *node)) return known;
    }
  }
  bucket.push_back(node);
  interned_[node.get()] = node;
  return node;
}

ExprPtr ExpressionPool::Intern(const ExprPtr& expr) {
  if (const auto found = interned_.find(expr.get()); found != interned_.end()) return found->second;
  auto copy = std::make_shared<Expr>(*expr);
  for (ExprPtr& child : copy->children) child = Intern(child);
  ExprPtr result = InternNode(std::move(copy));
  interned_[expr.get()] = result;
  seen_.push_back(expr);
  return result;
}

ExprPtr ExpressionPool::Replace(const ExprPtr& expr, const Leaf& leaf,
                                std::unordered_map<const Expr*, ExprPtr>* done) {
  if (const auto found = done->find(expr.get()); found != done->end()) return found->second;
  ExprPtr result;
  if (expr->kind == ExprKind::kColumn) {
    result = Intern(leaf(*expr));
  } else if (expr->children.empty()) {
    result = Intern(expr);
  } else {
    auto copy = std::make_shared<Expr>(*expr);
    for (ExprPtr& child : copy->children) child = Replace(child, leaf, done);
    result = InternNode(std::move(copy));
  }
  (*done)[expr.get()] = result;
  return result;
}

ExprPtr ExpressionPool::Substitute(const ExprPtr& expr, const std::vector<ExprPtr>& inputs) {
  std::unordered_map<const Expr*, ExprPtr> done;
  const Leaf leaf = [&inputs](const Expr& column) {
    return inputs[static_cast<size_t>(column.column)];
  };
  return Replace(expr, leaf, &done);
}

ExprPtr ExpressionPool::Rename(const ExprPtr& expr, const std::function<int(int)>& to) {
  std::unordered_map<const Expr*, ExprPtr> done;
  const Leaf leaf = [&to](const Expr& column) {
    return functions::Column(to(column.column), column.type, column.name);
  };
  return Replace(expr, leaf, &done);
}

int64_t TreeSize(const Expr& expr, int64_t limit) {
  std::unordered_map<const Expr*, int64_t> sizes;
  Measure(expr, limit, &sizes);
  return sizes[&expr];
}

}  // namespace sluice::plan
