// SPDX-License-Identifier: Apache-2.0
// Queries: WITH, set operations, SELECT and its clauses. FROM is in parse_from.cc.
#include <algorithm>

#include "base/limits.h"
#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

// Set operations chain to the left without nesting; the tree's height is bounded all the same.
constexpr int kHeightMax = 1000;

}  // namespace

bool Parser::AtQuery(size_t ahead) const {
  return IsWord("SELECT", ahead) || IsWord("VALUES", ahead) ||
         (IsWord("WITH", ahead) && (AtName(ahead + 1) || IsWord("RECURSIVE", ahead + 1))) ||
         (IsWord("TABLE", ahead) && AtName(ahead + 1));
}

/// At one or more parentheses with a query inside.
bool Parser::AtQueryInParentheses() const {
  size_t ahead = 0;
  while (IsSymbol("(", ahead) && ahead < static_cast<size_t>(limits::kSqlDepthMax)) ++ahead;
  return ahead > 0 && AtQuery(ahead);
}

ast::QueryPtr Parser::Query() {
  auto query = std::make_unique<ast::Query>();
  const uint32_t begin = Begin();
  if (!EnterLevel()) return query;
  if (TakeWord("WITH")) {
    if (IsWord("RECURSIVE")) {
      Fail(Peek().span, "WITH RECURSIVE is not supported");
    }
    do {
      ast::WithItem item;
      item.name = Identifier("a name");
      if (IsSymbol("(")) item.columns = NameList("a column name");
      ExpectWord("AS");
      ExpectSymbol("(");
      item.query = Query();
      ExpectSymbol(")");
      query->with.push_back(std::move(item));
    } while (TakeSymbol(","));
  }
  query->body = Body(0);
  QueryTail(query.get());
  query->span = SpanFrom(begin);
  LeaveLevel();
  return query;
}

/// [ORDER BY ...] [LIMIT n | ALL] [OFFSET n ROWS] [FETCH FIRST n ROWS ONLY]
void Parser::QueryTail(ast::Query* query) {
  if (IsWord("ORDER")) {
    const uint32_t begin = Begin();
    Take();
    ExpectWord("BY");
    query->order_by = OrderBy();
    query->order_span = {begin, begin + 5};
  }
  for (;;) {
    const Span span = Peek().span;
    if (TakeWord("LIMIT")) {
      query->limit_span = span;
      if (!TakeWord("ALL")) query->limit = Expression();
    } else if (TakeWord("OFFSET")) {
      query->limit_span = span;
      query->offset = Expression();
      if (!TakeWord("ROW")) TakeWord("ROWS");
    } else if (TakeWord("FETCH")) {
      query->limit_span = span;
      if (!TakeWord("FIRST")) ExpectWord("NEXT");
      query->limit = Expression();
      if (!TakeWord("ROW")) ExpectWord("ROWS");
      ExpectWord("ONLY");
    } else {
      return;
    }
  }
}

/// UNION and EXCEPT bind alike and to the left, INTERSECT binds closer.
std::unique_ptr<ast::QueryBody> Parser::Body(int precedence) {
  auto left = BodyLeaf();
  const uint32_t begin = left->span.begin;
  for (;;) {
    ast::SetOperator op = ast::SetOperator::kUnion;
    int binding = 1;
    if (IsWord("INTERSECT")) {
      op = ast::SetOperator::kIntersect;
      binding = 2;
    } else if (IsWord("EXCEPT") || IsWord("MINUS")) {
      op = ast::SetOperator::kExcept;
    } else if (!IsWord("UNION")) {
      return left;
    }
    if (binding <= precedence) return left;
    auto set = std::make_unique<ast::QueryBody>();
    set->kind = ast::QueryBody::Kind::kSet;
    set->op = op;
    const uint32_t op_begin = Begin();
    Take();
    set->all = TakeWord("ALL");
    if (!set->all) TakeWord("DISTINCT");
    set->op_span = SpanFrom(op_begin);
    set->left = std::move(left);
    set->right = Body(binding);
    set->height = 1 + std::max(set->left->height, set->right->height);
    set->span = SpanFrom(begin);
    if (set->height > kHeightMax) Fail(set->op_span, "too many set operations in one query");
    left = std::move(set);
  }
}

std::unique_ptr<ast::QueryBody> Parser::BodyLeaf() {
  auto body = std::make_unique<ast::QueryBody>();
  const uint32_t begin = Begin();
  if (IsWord("SELECT")) {
    body->kind = ast::QueryBody::Kind::kSelect;
    body->select = SelectBody();
  } else if (TakeWord("VALUES")) {
    body->kind = ast::QueryBody::Kind::kValues;
    do {
      body->rows.push_back(RowExpression());
    } while (TakeSymbol(","));
  } else if (IsWord("TABLE") && AtName(1)) {
    Take();
    body->kind = ast::QueryBody::Kind::kTable;
    body->table = CompoundName("the name of a table");
  } else if (IsSymbol("(")) {
    Take();
    body->kind = ast::QueryBody::Kind::kNested;
    body->nested = Query();
    ExpectSymbol(")");
  } else {
    Unexpected("SELECT or VALUES");
  }
  if (panic_) body->kind = ast::QueryBody::Kind::kError;
  body->span = SpanFrom(begin);
  return body;
}

/// One row of VALUES: (a, b), ROW(a, b), or a single expression.
ast::ExpressionPtr Parser::RowExpression() {
  if (!IsSymbol("(") || AtQueryInParentheses()) return Expression();
  const uint32_t begin = Begin();
  Take();
  auto row = Make(ast::ExpressionKind::kRow, begin);
  do {
    row->children.push_back(Expression());
  } while (TakeSymbol(","));
  ExpectSymbol(")");
  return Close(std::move(row), begin);
}

std::unique_ptr<ast::Select> Parser::SelectBody() {
  auto select = std::make_unique<ast::Select>();
  const uint32_t begin = Begin();
  Take();
  select->hints = Hints();
  select->distinct_span = Peek().span;
  if (TakeWord("STREAM")) select->distinct_span = Peek().span;
  select->distinct = TakeWord("DISTINCT");
  if (!select->distinct) TakeWord("ALL");
  SelectItems(select.get());
  if (TakeWord("FROM")) select->from = From();
  SelectClauses(select.get());
  select->span = SpanFrom(begin);
  return select;
}

void Parser::SelectItems(ast::Select* select) {
  if (IsWord("FROM") || AtEnd() || IsSymbol(";")) {
    Unexpected("a column, an expression or *");
    return;
  }
  for (;;) {
    const size_t from = at_;
    const int level = level_;
    ast::SelectItem item = SelectItem();
    if (panic_) {
      // Go on behind this item, so that the rest of the query is checked too.
      level_ = level;
      if (!Recover(from, {",", ")", "FROM"})) {
        panic_ = true;
        return;
      }
    } else {
      select->items.push_back(std::move(item));
    }
    if (!TakeSymbol(",")) return;
    if (IsWord("FROM")) {
      Note(Peek().span, "an item is missing after ','", "expected a column, or no comma");
      return;
    }
  }
}

ast::SelectItem Parser::SelectItem() {
  ast::SelectItem item;
  const uint32_t begin = Begin();
  if (TakeSymbol("*")) {
    item.expression = Close(Make(ast::ExpressionKind::kStar, begin), begin);
    return item;
  }
  item.expression = Expression();
  item.alias = Alias();
  if (!panic_ && (Peek().kind == TokenKind::kWord || Peek().kind == TokenKind::kQuoted) &&
      !Peek().reserved) {
    Unexpected("',' or FROM");
  }
  return item;
}

void Parser::SelectClauses(ast::Select* select) {
  if (TakeWord("WHERE")) select->where = Expression();
  if (IsWord("GROUP")) {
    const uint32_t begin = Begin();
    Take();
    ExpectWord("BY");
    select->group_span = SpanFrom(begin);
    if (!TakeWord("DISTINCT")) TakeWord("ALL");
    select->group_by = GroupBy();
  }
  if (TakeWord("HAVING")) select->having = Expression();
  if (TakeWord("WINDOW")) {
    do {
      ast::Identifier name = Identifier("the name of a window");
      ExpectWord("AS");
      auto window = std::make_unique<ast::Window>(WindowSpecification());
      select->windows.emplace_back(std::move(name), std::move(window));
    } while (TakeSymbol(","));
  }
  if (TakeWord("QUALIFY")) select->qualify = Expression();
}

std::vector<ast::GroupItem> Parser::GroupBy() {
  std::vector<ast::GroupItem> items;
  do {
    ast::GroupItem item;
    const uint32_t begin = Begin();
    if (TakeWords({"GROUPING", "SETS"})) {
      item.kind = "GROUPING SETS";
    } else if (IsSymbol("(", 1) && TakeWord("ROLLUP")) {
      item.kind = "ROLLUP";
    } else if (IsSymbol("(", 1) && TakeWord("CUBE")) {
      item.kind = "CUBE";
    }
    if (!item.kind.empty()) {
      // The sets are kept as rows, (a, b), (a), ().
      ExpectSymbol("(");
      do {
        const uint32_t set = Begin();
        if (IsSymbol("(") && IsSymbol(")", 1)) {
          Take();
          Take();
          item.expressions.push_back(Close(Make(ast::ExpressionKind::kRow, set), set));
        } else {
          item.expressions.push_back(Expression());
        }
      } while (TakeSymbol(","));
      ExpectSymbol(")");
    } else if (IsSymbol("(") && IsSymbol(")", 1)) {
      Take();
      Take();
    } else {
      item.expressions.push_back(Expression());
    }
    item.span = SpanFrom(begin);
    items.push_back(std::move(item));
  } while (TakeSymbol(","));
  return items;
}

std::vector<ast::OrderItem> Parser::OrderBy() {
  std::vector<ast::OrderItem> items;
  do {
    ast::OrderItem item;
    item.expression = Expression();
    item.descending = TakeWord("DESC");
    if (!item.descending) TakeWord("ASC");
    if (TakeWord("NULLS")) {
      item.nulls_first = IsWord("FIRST");
      if (!TakeWord("FIRST")) ExpectWord("LAST");
    }
    items.push_back(std::move(item));
  } while (TakeSymbol(","));
  return items;
}

/// ( [base] [PARTITION BY ...] [ORDER BY ...] [ROWS|RANGE frame] )
ast::Window Parser::WindowSpecification() {
  ast::Window window;
  const uint32_t begin = Begin();
  ExpectSymbol("(");
  if (AtName()) window.base = Identifier("the name of a window");
  if (TakeWord("PARTITION")) {
    ExpectWord("BY");
    do {
      window.partition_by.push_back(Expression());
    } while (TakeSymbol(","));
  }
  if (TakeWord("ORDER")) {
    ExpectWord("BY");
    window.order_by = OrderBy();
  }
  if (IsWord("ROWS") || IsWord("RANGE")) {
    window.frame_unit = IsWord("ROWS") ? "ROWS" : "RANGE";
    Take();
    if (TakeWord("BETWEEN")) {
      window.lower = FrameBound(true);
      ExpectWord("AND");
      window.upper = FrameBound(false);
    } else {
      window.lower = FrameBound(true);
      window.upper.kind = ast::Window::Bound::Kind::kCurrentRow;
    }
  }
  if (!panic_ && !IsSymbol(")")) Unexpected("PARTITION BY, ORDER BY, ROWS, RANGE or ')'");
  ExpectSymbol(")");
  window.span = SpanFrom(begin);
  return window;
}

ast::Window::Bound Parser::FrameBound(bool lower) {
  using Kind = ast::Window::Bound::Kind;
  ast::Window::Bound bound;
  if (TakeWords({"CURRENT", "ROW"})) {
    bound.kind = Kind::kCurrentRow;
    return bound;
  }
  const bool unbounded = TakeWord("UNBOUNDED");
  if (!unbounded) bound.offset = Expression();
  if (TakeWord("PRECEDING")) {
    bound.kind = unbounded ? Kind::kUnboundedPreceding : Kind::kPreceding;
  } else if (TakeWord("FOLLOWING")) {
    bound.kind = unbounded ? Kind::kUnboundedFollowing : Kind::kFollowing;
  } else {
    Unexpected(lower ? "PRECEDING" : "PRECEDING or FOLLOWING");
  }
  return bound;
}

}  // namespace sluice::sql
