// SPDX-License-Identifier: Apache-2.0
// MATCH_RECOGNIZE ( [PARTITION BY ...] [ORDER BY ...] [MEASURES ...] [ONE ROW PER MATCH]
//   [AFTER MATCH SKIP ...] PATTERN ( ... ) [WITHIN interval] [SUBSET ...] DEFINE ... ).
#include "sql/parser_internal.h"

namespace sluice::sql {

using Pattern = ast::Match::Pattern;

std::unique_ptr<ast::Match> Parser::Match() {
  auto match = std::make_unique<ast::Match>();
  ExpectSymbol("(");
  if (TakeWord("PARTITION")) {
    ExpectWord("BY");
    do {
      match->partition_by.push_back(Expression());
    } while (TakeSymbol(","));
  }
  if (TakeWord("ORDER")) {
    ExpectWord("BY");
    match->order_by = OrderBy();
  }
  if (TakeWord("MEASURES")) MatchDefinitions(&match->measures, true);
  MatchRows(match.get());
  MatchSkip(match.get());
  if (!panic_ && !IsWord("PATTERN")) Unexpected("PATTERN ( ... )");
  ExpectWord("PATTERN");
  ExpectSymbol("(");
  if (IsSymbol("^")) match->anchor = Take().span;
  match->pattern = PatternAlternation();
  ExpectSymbol(")");
  if (TakeWord("WITHIN")) match->within = Expression();
  if (IsWord("SUBSET")) {
    match->subset = Take().span;
    do {
      Identifier("the name of a subset");
      ExpectSymbol("=");
      NameList("a pattern variable");
    } while (TakeSymbol(","));
  }
  if (TakeWord("DEFINE")) MatchDefinitions(&match->definitions, false);
  if (!panic_ && !IsSymbol(")")) Unexpected("',' or ')'");
  ExpectSymbol(")");
  return match;
}

/// MEASURES expression AS name, DEFINE name AS expression.
void Parser::MatchDefinitions(std::vector<ast::Match::Definition>* list, bool alias_last) {
  do {
    ast::Match::Definition definition;
    if (!alias_last) {
      definition.name = Identifier("a pattern variable");
      ExpectWord("AS");
    }
    // FINAL is what a measure is anyway.
    if (alias_last && IsWord("FINAL") && (IsWord("FIRST", 1) || IsWord("LAST", 1))) Take();
    definition.expression = Expression();
    if (alias_last) {
      ExpectWord("AS");
      definition.name = Identifier("the name of a measure");
    }
    list->push_back(std::move(definition));
  } while (!panic_ && TakeSymbol(","));
}

void Parser::MatchRows(ast::Match* match) {
  const uint32_t begin = Begin();
  const bool all = TakeWord("ALL");
  if (!all && !TakeWord("ONE")) return;
  ExpectWord(all ? "ROWS" : "ROW");
  ExpectWord("PER");
  ExpectWord("MATCH");
  if (all) match->all_rows = SpanFrom(begin);
}

void Parser::MatchSkip(ast::Match* match) {
  using Skip = ast::Match::Skip;
  if (!TakeWord("AFTER")) return;
  ExpectWord("MATCH");
  ExpectWord("SKIP");
  if (TakeWords({"PAST", "LAST", "ROW"})) {
    match->skip = Skip::kPastLastRow;
  } else if (TakeWords({"TO", "NEXT", "ROW"})) {
    match->skip = Skip::kToNextRow;
  } else {
    ExpectWord("TO");
    const bool first = TakeWord("FIRST");
    if (!first) TakeWord("LAST");
    match->skip = first ? Skip::kToFirst : Skip::kToLast;
    match->skip_variable = Identifier("a pattern variable");
  }
}

/// A B | C: alternation binds least.
Pattern Parser::PatternAlternation() {
  const uint32_t begin = Begin();
  if (!EnterLevel()) return {};
  Pattern pattern = PatternSequence();
  if (IsSymbol("|")) {
    Pattern all;
    all.kind = Pattern::Kind::kAlternation;
    all.parts.push_back(std::move(pattern));
    while (TakeSymbol("|")) all.parts.push_back(PatternSequence());
    pattern = std::move(all);
  }
  pattern.span = SpanFrom(begin);
  LeaveLevel();
  return pattern;
}

Pattern Parser::PatternSequence() {
  const uint32_t begin = Begin();
  Pattern sequence;
  do {
    sequence.parts.push_back(PatternFactor());
  } while (!panic_ && !AtEnd() && !IsSymbol(")") && !IsSymbol("|") && !IsSymbol(",") &&
           !IsSymbol("-"));
  sequence.span = SpanFrom(begin);
  if (sequence.parts.size() > 1) return sequence;
  Pattern only = std::move(sequence.parts[0]);
  return only;
}

Pattern Parser::PatternFactor() {
  const uint32_t begin = Begin();
  Pattern pattern = PatternPrimary();
  PatternQuantifier(&pattern);
  pattern.span = SpanFrom(begin);
  return pattern;
}

/// A name, ( ... ), {- ... -}, PERMUTE(A, B).
Pattern Parser::PatternPrimary() {
  Pattern pattern;
  if (TakeSymbol("(")) {
    pattern = PatternAlternation();
    ExpectSymbol(")");
    // Its own quantifier is another than that of what it holds.
    if (pattern.at_least != 1 || pattern.at_most != 1) {
      Pattern outer;
      outer.parts.push_back(std::move(pattern));
      pattern = std::move(outer);
    }
    return pattern;
  }
  if (IsSymbol("{") && IsSymbol("-", 1)) {
    Take();
    Take();
    pattern.kind = Pattern::Kind::kExclude;
    pattern.parts.push_back(PatternAlternation());
    ExpectSymbol("-");
    ExpectSymbol("}");
    return pattern;
  }
  if (IsWord("PERMUTE") && IsSymbol("(", 1)) {
    Take();
    Take();
    pattern.kind = Pattern::Kind::kPermute;
    do {
      pattern.parts.push_back(PatternAlternation());
    } while (TakeSymbol(","));
    ExpectSymbol(")");
    return pattern;
  }
  pattern.kind = Pattern::Kind::kVariable;
  pattern.name = Identifier("a pattern variable");
  return pattern;
}

void Parser::PatternQuantifier(Pattern* pattern) {
  if (TakeSymbol("*")) {
    pattern->at_least = 0;
    pattern->at_most = -1;
  } else if (TakeSymbol("+")) {
    pattern->at_most = -1;
  } else if (TakeSymbol("?")) {
    pattern->at_least = 0;
  } else if (IsSymbol("{") && !IsSymbol("-", 1)) {
    Take();
    pattern->at_least = IsSymbol(",") ? 0 : PatternCount();
    pattern->at_most = pattern->at_least;
    if (TakeSymbol(",")) pattern->at_most = IsSymbol("}") ? -1 : PatternCount();
    ExpectSymbol("}");
  } else {
    return;
  }
  pattern->greedy = !TakeSymbol("?");
}

int64_t Parser::PatternCount() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kInteger || token.span.end - token.span.begin > 9) {
    Unexpected("a number of repetitions");
    return 0;
  }
  int64_t count = 0;
  for (const char c : Text(token)) count = count * 10 + (c - '0');
  Take();
  return count;
}

}  // namespace sluice::sql
