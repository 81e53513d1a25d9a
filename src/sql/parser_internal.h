// SPDX-License-Identifier: Apache-2.0
// The parser's class, spread over parser.cc (cursor and mistakes), parse_statement.cc,
// parse_ddl.cc, parse_query.cc, parse_expression.cc, parse_function.cc, parse_type.cc.
//
// After a mistake the parser is in panic: the cursor shows the end of the text, nothing matches, no
// further mistake is noted, so every function comes back by itself. Whoever owns a list
// (statements, columns, SELECT items) then calls Recover and goes on with the next item.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/ast.h"
#include "sql/diagnostics.h"
#include "sql/lexer.h"
#include "sql/parser.h"

namespace sluice::sql {

class Parser {
 public:
  Parser(std::string_view text, Diagnostics* diagnostics);

  Script ParseAll();
  ast::QueryPtr Query();
  ast::ExpressionPtr Expression() { return Binary(0); }
  flow::TypePtr Type();
  /// Notes a mistake unless everything was read; true if there was none.
  bool Finish();

 private:
  // Cursor: parser.cc
  const Token& Peek(size_t ahead = 0) const;
  const Token& Take();
  std::string_view Text(const Token& token) const;
  bool IsWord(std::string_view word, size_t ahead = 0) const;
  bool IsSymbol(std::string_view symbol, size_t ahead = 0) const;
  bool TakeWord(std::string_view word);
  bool TakeWords(std::initializer_list<std::string_view> words);  // all or none
  bool TakeSymbol(std::string_view symbol);
  bool ExpectWord(std::string_view word);
  bool ExpectSymbol(std::string_view symbol);
  bool AtEnd() const { return Peek().kind == TokenKind::kEnd; }
  Span SpanFrom(uint32_t begin) const;  // to the end of the last token taken
  uint32_t Begin() const { return Peek().span.begin; }

  // Mistakes: parser.cc
  void Fail(Span span, std::string text, std::string hint = {});
  void Unexpected(std::string_view expected);                     // "unexpected X", "expected ..."
  void Note(Span span, std::string text, std::string hint = {});  // without panic
  std::string DidYouMean() const;
  /// Leaves panic at the next of `symbols` outside parentheses (not past `;`), counted from the
  /// token `from`. True if there is one before the statement ends.
  bool Recover(size_t from, std::initializer_list<std::string_view> stops);
  void SkipStatement();
  bool EnterLevel();  // false, with a mistake, when nested too deep
  void LeaveLevel() { --level_; }

  // Names: parser.cc
  bool AtName(size_t ahead = 0) const;
  ast::Identifier Identifier(std::string_view what);
  /// A name where a reserved word can mean nothing else: noted, and taken as a name.
  ast::Identifier DefinedName(std::string_view what);
  ast::Name TargetName(std::string_view what);
  ast::Name CompoundName(std::string_view what);
  std::vector<ast::Identifier> NameList(std::string_view what);  // ( a, b )
  std::optional<ast::Identifier> Alias();
  std::string StringLiteral(std::string_view what, Span* span = nullptr);
  ast::Options OptionList();  // ( 'k' = 'v', ... )
  std::string Comment();      // [COMMENT 'text']

  // Statements: parse_statement.cc
  bool Statement(ast::Statement* statement);
  bool StatementNode(ast::Statement* statement);
  bool OtherStatement(ast::Statement* statement);
  ast::Insert Insert();
  void InsertTarget(ast::Insert* insert);
  ast::StatementSet StatementSet(bool begin_form);
  ast::Explain Explain();
  ast::Set Set();
  ast::Reset Reset();
  ast::Show Show();
  void ShowObjects(ast::Show* show);
  ast::Describe Describe();
  ast::Use Use();

  // Definitions: parse_ddl.cc
  bool Create(ast::Statement* statement);
  ast::CreateTable CreateTable();
  void TableElements(ast::CreateTable* table);
  void TableElement(ast::CreateTable* table);
  void Column(ast::CreateTable* table);
  void MetadataColumn(ast::ColumnDefinition* column);
  void ColumnConstraints(ast::ColumnDefinition* column, ast::CreateTable* table);
  void Watermark(ast::CreateTable* table);
  void Key(ast::CreateTable* table);
  void Enforcement(ast::KeyDefinition* key);
  void TableClauses(ast::CreateTable* table);
  ast::ExpressionPtr PartitionKey();
  void Distribution(ast::CreateTable* table);
  ast::Like Like();
  ast::CreateView CreateView();
  ast::CreateCatalog CreateCatalog();
  ast::CreateDatabase CreateDatabase();
  bool IfNotExists();
  bool IfExists();
  bool Drop(ast::Statement* statement);
  bool Alter(ast::Statement* statement);
  bool AlterCatalog(ast::Statement* statement);
  bool AlterDatabase(ast::Statement* statement);
  std::vector<std::pair<std::string, Span>> OptionKeys();
  bool AlterColumns(ast::AlterTable* alter);
  void AlteredElement(ast::AlterTable* alter);

  // Queries: parse_query.cc
  std::unique_ptr<ast::QueryBody> Body(int precedence);
  std::unique_ptr<ast::QueryBody> BodyLeaf();
  bool AtQuery(size_t ahead = 0) const;  // SELECT, VALUES, WITH, TABLE t
  bool AtQueryInParentheses() const;     // ( ( SELECT
  void QueryTail(ast::Query* query);
  std::unique_ptr<ast::Select> SelectBody();
  void SelectItems(ast::Select* select);
  ast::SelectItem SelectItem();
  void SelectClauses(ast::Select* select);
  std::vector<ast::GroupItem> GroupBy();
  std::vector<ast::OrderItem> OrderBy();
  ast::TableReferencePtr From();
  ast::TableReferencePtr Joined();
  std::optional<ast::JoinKind> JoinStart(bool* natural);
  void JoinCondition(ast::TableReference* join);
  ast::TableReferencePtr TablePrimary();
  ast::TableReferencePtr TablePrimaryCore();
  ast::TableReferencePtr TableSuffix(ast::TableReferencePtr table);
  void TableAlias(ast::TableReference* table);
  bool AtTableFunction() const;
  void SkipParentheses();
  std::vector<ast::Hint> Hints();
  ast::Hint Hint();
  ast::ExpressionPtr RowExpression();
  ast::Window WindowSpecification();
  ast::Window::Bound FrameBound(bool lower);

  // MATCH_RECOGNIZE: parse_match.cc
  std::unique_ptr<ast::Match> Match();
  void MatchDefinitions(std::vector<ast::Match::Definition>* list, bool alias_last);
  void MatchRows(ast::Match* match);
  void MatchSkip(ast::Match* match);
  ast::Match::Pattern PatternAlternation();
  ast::Match::Pattern PatternSequence();
  ast::Match::Pattern PatternFactor();
  ast::Match::Pattern PatternPrimary();
  void PatternQuantifier(ast::Match::Pattern* pattern);
  int64_t PatternCount();

  // Expressions: parse_expression.cc
  ast::ExpressionPtr Binary(int precedence_min);
  ast::ExpressionPtr Prefix();
  ast::ExpressionPtr Postfix(ast::ExpressionPtr value);
  ast::ExpressionPtr Primary();
  ast::ExpressionPtr Literal();
  ast::ExpressionPtr WordExpression();
  ast::ExpressionPtr NameOrCall();
  ast::ExpressionPtr Parenthesized();
  ast::ExpressionPtr Case();
  ast::ExpressionPtr Interval();
  bool IntervalUnit(ast::Expression* interval, std::string* unit);
  ast::ExpressionPtr Constructor(ast::ExpressionKind kind);
  ast::ExpressionPtr Row();
  struct Infix {
    std::string name;
    int precedence = 0;
    int words = 1;  // tokens to take
    bool negated = false;
    enum class Kind : uint8_t {
      kBinary,
      kBetween,
      kIn,
      kLike,
      kIs,
      kQuantified
    } kind = Kind::kBinary;
  };
  std::optional<Infix> PeekInfix() const;
  std::optional<Infix> PeekWordInfix() const;
  std::optional<Infix> PeekIs() const;
  ast::ExpressionPtr ApplyInfix(ast::ExpressionPtr left, const Infix& infix);
  ast::ExpressionPtr Between(ast::ExpressionPtr left, const Infix& infix);
  ast::ExpressionPtr In(ast::ExpressionPtr left, const Infix& infix);
  ast::ExpressionPtr LikePattern(ast::ExpressionPtr left, const Infix& infix, Span op);
  ast::ExpressionPtr Quantified(ast::ExpressionPtr left, const Infix& infix, Span op);
  ast::ExpressionPtr Make(ast::ExpressionKind kind, uint32_t begin);
  ast::ExpressionPtr MakeCall(std::string name, std::vector<ast::ExpressionPtr> children, Span op);
  /// Sets the span and the height from the children; too high a tree is a mistake.
  ast::ExpressionPtr Close(ast::ExpressionPtr expression, uint32_t begin);
  ast::ExpressionPtr Error();

  // Calls: parse_function.cc
  ast::ExpressionPtr Call(std::vector<ast::Identifier> path, uint32_t begin);
  bool SpecialArguments(ast::Expression* call);
  void Arguments(ast::Expression* call);
  ast::ExpressionPtr Argument();
  ast::ExpressionPtr TableArgument();
  void TableOrder(ast::Expression* table);
  ast::ExpressionPtr DescriptorArgument();
  void NullTreatment(ast::Expression* call);
  void CallSuffix(ast::Expression* call);
  ast::ExpressionPtr CastCall(bool try_cast, uint32_t begin);
  ast::ExpressionPtr Unit(std::string_view what);
  void TrimArguments(ast::Expression* call);
  void JsonArguments(ast::Expression* call);
  bool JsonClause(ast::Expression* call);

  // Types: parse_type.cc
  flow::TypePtr TypeCore();
  flow::TypePtr NamedType();
  flow::TypePtr DecimalType();
  flow::TypePtr TimestampType();
  flow::TypePtr RowType();
  flow::TypePtr MapType();
  flow::TypePtr IntervalType();
  flow::TypePtr CharacterType();
  flow::TypePtr Suffixed(flow::TypePtr type);
  std::optional<int> Parameter(int min, int max, std::string_view what);
  int32_t Length(int32_t fallback);
  bool Nullability(bool fallback);

  std::string_view text_;
  Diagnostics* diagnostics_;
  std::vector<Token> tokens_;
  Token end_;
  size_t at_ = 0;
  bool panic_ = false;
  int level_ = 0;
};

}  // namespace sluice::sql
