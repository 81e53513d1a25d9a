// SPDX-License-Identifier: Apache-2.0
// Scripts and all statements but CREATE, DROP and ALTER.
#include <array>

#include "base/limits.h"
#include "flow/table_options.h"
#include "sql/parser_internal.h"

namespace sluice::sql {
namespace {

const std::vector<std::string>& StatementWords() {
  static const std::vector<std::string> words = {
      "SELECT", "WITH",  "VALUES", "INSERT",   "CREATE", "DROP",    "ALTER",   "USE",
      "SET",    "RESET", "SHOW",   "DESCRIBE", "DESC",   "EXPLAIN", "EXECUTE", "BEGIN"};
  return words;
}

// Statements of Flink that sluice understands well enough to name.
constexpr std::array<std::string_view, 18> kUnsupported = {
    "UPDATE", "DELETE",  "TRUNCATE", "ANALYZE", "CALL",   "LOAD",  "UNLOAD",  "ADD",   "REMOVE",
    "STOP",   "COMPILE", "MERGE",    "REPLACE", "UPSERT", "CACHE", "REFRESH", "GRANT", "SOURCE"};

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

Script Parser::ParseAll() {
  Script script;
  while (!diagnostics_->full()) {
    while (TakeSymbol(";")) {
    }
    // The client ends there, whatever stands behind.
    const bool quits = IsWord("QUIT") || IsWord("EXIT");
    if (AtEnd() || (quits && (IsSymbol(";", 1) || Peek(1).kind == TokenKind::kEnd))) break;
    ast::Statement statement;
    const size_t first = at_;
    const bool usable = Statement(&statement);
    if (panic_) {
      SkipStatement();
      if (at_ == first) Take();
    } else if (!AtEnd() && !TakeSymbol(";")) {
      const Token& token = Peek();
      bool starts = false;
      for (const std::string& word : StatementWords()) starts |= IsWord(word);
      if (starts && !IsWord("WITH") && !IsWord("SET")) {
        Note(tokens_[at_ - 1].span, "';' is missing before " + Upper(Text(token)),
             "end each statement with ';'");
      } else {
        Unexpected("';' at the end of the statement");
        SkipStatement();
        continue;
      }
    }
    if (usable) script.statements.push_back(std::move(statement));
  }
  return script;
}

bool Parser::Statement(ast::Statement* statement) {
  const uint32_t begin = Begin();
  level_ = 0;
  const int before = diagnostics_->errors();
  bool usable = StatementNode(statement);
  // After the first mistake only definitions are kept, so that what uses them is not blamed.
  const bool wrong = panic_ || diagnostics_->errors() > before;
  if (wrong && usable) {
    if (auto* table = std::get_if<ast::CreateTable>(&statement->node)) {
      table->broken = true;
    } else if (auto* view = std::get_if<ast::CreateView>(&statement->node)) {
      view->query = nullptr;
    } else {
      usable = false;
    }
  }
  statement->span = SpanFrom(begin);
  return usable;
}

bool Parser::StatementNode(ast::Statement* statement) {
  if (AtQuery() || IsSymbol("(")) {
    statement->node = ast::SelectStatement{Query()};
  } else if (IsWord("INSERT")) {
    statement->node = Insert();
  } else if (IsWord("CREATE") || (IsWord("REPLACE") && IsWord("TABLE", 1))) {
    return Create(statement);
  } else if (IsWord("DROP")) {
    return Drop(statement);
  } else if (IsWord("ALTER")) {
    return Alter(statement);
  } else if (IsWord("USE")) {
    if (IsWord("MODULES", 1)) {
      // Functions are those of this module; there is no other.
      const bool core = IsWord("CORE", 2) && (IsSymbol(";", 3) || Peek(3).kind == TokenKind::kEnd);
      OtherStatement(statement);
      if (core) statement->node = ast::Unsupported{"USE MODULES core"};
      return true;
    }
    statement->node = Use();
  } else if (IsWord("SET")) {
    statement->node = Set();
  } else if (IsWord("RESET")) {
    statement->node = Reset();
  } else if (IsWord("SHOW")) {
    for (const std::string_view what : {"MODULES", "FULL", "PROCEDURES", "JARS", "MODELS",
                                        "PARTITIONS", "CONNECTIONS", "MATERIALIZED", "USER"}) {
      if (IsWord(what, 1)) return OtherStatement(statement);
    }
    statement->node = Show();
  } else if (IsWord("DESCRIBE") || IsWord("DESC")) {
    if (IsWord("JOB", 1) || IsWord("MODEL", 1)) {
      return OtherStatement(statement);
    }
    statement->node = Describe();
  } else if (IsWord("EXPLAIN")) {
    statement->node = Explain();
  } else if (IsWord("EXECUTE")) {
    Take();
    if (TakeWord("STATEMENT")) {
      statement->node = StatementSet(false);
    } else if (IsWord("INSERT")) {
      statement->node = Insert();
    } else if (AtQuery()) {
      statement->node = ast::SelectStatement{Query()};
    } else if (IsWord("PLAN")) {
      return OtherStatement(statement);
    } else {
      Unexpected("STATEMENT SET or INSERT after EXECUTE");
    }
  } else if (IsWord("BEGIN")) {
    Take();
    ExpectWord("STATEMENT");
    statement->node = StatementSet(true);
  } else if (IsWord("STATEMENT") && IsWord("SET", 1)) {
    Take();
    statement->node = StatementSet(false);
  } else {
    return OtherStatement(statement);
  }
  return !panic_;
}

bool Parser::OtherStatement(ast::Statement* statement) {
  const Token& token = Peek();
  const std::string word = Upper(Text(token));
  bool known = false;
  bool two = false;  // the second word says more: SHOW MODULES
  for (const std::string_view name : {"USE", "SHOW", "DESCRIBE", "DESC", "PLAN", "ADD", "REMOVE"})
    two |= word == name;
  for (const std::string_view name : kUnsupported) known |= word == name;
  if ((known || two) && token.kind == TokenKind::kWord) {
    statement->node = ast::Unsupported{two ? word + " " + Upper(Text(Peek(1))) : word};
    while (!AtEnd() && !IsSymbol(";")) Take();
    return true;
  }
  const auto nearest =
      token.kind == TokenKind::kWord ? flow::NearestName(word, StatementWords()) : std::nullopt;
  if (nearest) {
    Fail(token.span, "unexpected '" + std::string(Text(token)) + "'",
         "expected a statement; did you mean " + *nearest + "?");
  } else if (word == "END" && token.kind == TokenKind::kWord) {
    Fail(token.span, "END without a statement set",
         "a statement set begins with EXECUTE STATEMENT SET BEGIN");
  } else {
    Unexpected("a statement: CREATE, INSERT, SELECT, SET, ...");
  }
  return false;
}

ast::Insert Parser::Insert() {
  ast::Insert insert;
  ExpectWord("INSERT");
  insert.overwrite = TakeWord("OVERWRITE");
  if (insert.overwrite) {
    TakeWord("INTO");
  } else {
    ExpectWord("INTO");
  }
  TakeWord("TABLE");
  insert.table = TargetName("the name of the table to write to");
  insert.hints = Hints();
  InsertTarget(&insert);
  if (!panic_ && !AtQuery() && !IsSymbol("(")) Unexpected("SELECT or VALUES");
  insert.query = Query();
  return insert;
}

/// [PARTITION (c = 'x', ...)] [(column, ...)]
void Parser::InsertTarget(ast::Insert* insert) {
  if (TakeWord("PARTITION")) {
    ExpectSymbol("(");
    do {
      ast::Identifier column = Identifier("a partition column");
      ast::ExpressionPtr value;
      if (TakeSymbol("=")) value = Expression();
      insert->partition.emplace_back(std::move(column), std::move(value));
    } while (TakeSymbol(","));
    ExpectSymbol(")");
  }
  if (IsSymbol("(") && !AtQueryInParentheses()) insert->columns = NameList("a column name");
}

/// After [EXECUTE] STATEMENT or BEGIN STATEMENT: SET [BEGIN] insert; insert; END
ast::StatementSet Parser::StatementSet(bool begin_form) {
  ast::StatementSet set;
  const uint32_t first = at_ > 0 ? tokens_[at_ - 1].span.begin : 0;
  ExpectWord("SET");
  if (begin_form) {
    if (!IsSymbol(";")) Unexpected("';'");
  } else {
    ExpectWord("BEGIN");
  }
  const Span opening = SpanFrom(first);
  while (TakeSymbol(";")) {
  }
  while (!panic_ && !IsWord("END")) {
    if (AtEnd()) {
      Fail(opening, "the statement set has no END", "expected END; after its INSERT statements");
      return set;
    }
    const uint32_t begin = Begin();
    if (!TakeWord("EXECUTE") && !IsWord("INSERT")) {
      Unexpected("INSERT or END in a statement set");
    }
    ast::Insert insert = Insert();
    if (!panic_ && !IsSymbol(";") && !IsWord("END")) Unexpected("';' after INSERT");
    if (panic_) {
      SkipStatement();
    } else {
      set.inserts.emplace_back(std::move(insert), SpanFrom(begin));
    }
    while (TakeSymbol(";")) {
    }
  }
  ExpectWord("END");
  return set;
}

ast::Explain Parser::Explain() {
  ast::Explain explain;
  Take();
  if (TakeWord("PLAN")) {
    ExpectWord("FOR");
  } else {
    while (IsWord("ESTIMATED_COST") || IsWord("CHANGELOG_MODE") || IsWord("JSON_EXECUTION_PLAN") ||
           IsWord("PLAN_ADVICE")) {
      explain.details.push_back(Upper(Text(Take())));
      if (!TakeSymbol(",")) break;
    }
  }
  explain.statement = std::make_unique<ast::Statement>();
  const uint32_t begin = Begin();
  if (!IsWord("INSERT") && !AtQuery() && !IsSymbol("(") && !IsWord("STATEMENT") &&
      !IsWord("EXECUTE")) {
    Unexpected("SELECT, INSERT or STATEMENT SET after EXPLAIN");
    return explain;
  }
  StatementNode(explain.statement.get());
  explain.statement->span = SpanFrom(begin);
  return explain;
}

/// SET | SET 'key' = 'value' | SET key = value
ast::Set Parser::Set() {
  ast::Set set;
  Take();
  if (AtEnd() || IsSymbol(";")) return set;
  ast::Option option;
  if (Peek().kind == TokenKind::kString) {
    option.key = StringLiteral("a key", &option.key_span);
  } else {
    const uint32_t begin = Begin();
    while (Peek().kind == TokenKind::kWord || Peek().kind == TokenKind::kInteger || IsSymbol(".") ||
           IsSymbol("-")) {
      Take();
    }
    option.key_span = SpanFrom(begin);
    option.key = text_.substr(option.key_span.begin, option.key_span.end - option.key_span.begin);
    if (option.key.empty() || option.key_span.begin != begin || Begin() == begin) {
      Unexpected("a key: SET 'key' = 'value'");
    }
  }
  ExpectSymbol("=");
  if (Peek().kind == TokenKind::kString) {
    option.value = StringLiteral("a value", &option.value_span);
  } else {
    const uint32_t begin = Begin();
    while (!AtEnd() && !IsSymbol(";") && Peek().kind != TokenKind::kBad) Take();
    if (Begin() == begin) Unexpected("a value: SET 'key' = 'value'");
    option.value_span = SpanFrom(begin);
    option.value = text_.substr(begin, option.value_span.end - begin);
  }
  if (!panic_) set.setting = std::move(option);
  return set;
}

ast::Reset Parser::Reset() {
  ast::Reset reset;
  Take();
  if (AtEnd() || IsSymbol(";")) return reset;
  if (Peek().kind == TokenKind::kString) {
    reset.key = StringLiteral("a key", &reset.key_span);
    return reset;
  }
  const uint32_t begin = Begin();
  while (Peek().kind == TokenKind::kWord || IsSymbol(".") || IsSymbol("-")) Take();
  reset.key_span = SpanFrom(begin);
  if (Begin() == begin) Unexpected("a key in single quotes");
  reset.key = std::string(text_.substr(begin, reset.key_span.end - begin));
  return reset;
}

ast::Show Parser::Show() {
  ast::Show show;
  Take();
  using What = ast::Show::What;
  if (TakeWord("CATALOGS")) {
    show.what = What::kCatalogs;
  } else if (TakeWord("DATABASES")) {
    show.what = What::kDatabases;
  } else if (TakeWord("TABLES")) {
    show.what = What::kTables;
  } else if (TakeWord("VIEWS")) {
    show.what = What::kViews;
  } else if (TakeWord("FUNCTIONS")) {
    show.what = What::kFunctions;
  } else if (TakeWord("JOBS")) {
    show.what = What::kJobs;
  } else if (TakeWord("COLUMNS")) {
    show.what = What::kColumns;
  } else if (TakeWord("CURRENT")) {
    show.what = IsWord("CATALOG") ? What::kCurrentCatalog : What::kCurrentDatabase;
    if (!TakeWord("CATALOG")) ExpectWord("DATABASE");
    return show;
  } else if (TakeWord("CREATE")) {
    show.what = IsWord("VIEW")      ? What::kCreateView
                : IsWord("CATALOG") ? What::kCreateCatalog
                                    : What::kCreateTable;
    if (!TakeWord("VIEW") && !TakeWord("CATALOG")) ExpectWord("TABLE");
    show.in = CompoundName("a name");
    return show;
  } else {
    Unexpected(
        "CATALOGS, DATABASES, TABLES, VIEWS, FUNCTIONS, COLUMNS, JOBS, CREATE TABLE, "
        "CURRENT CATALOG or CURRENT DATABASE");
    return show;
  }
  ShowObjects(&show);
  return show;
}

/// [FROM|IN name] [[NOT] LIKE|ILIKE 'pattern']
void Parser::ShowObjects(ast::Show* show) {
  if (TakeWord("FROM") || TakeWord("IN")) show->in = CompoundName("a name");
  if (show->what == ast::Show::What::kColumns && !show->in) Unexpected("FROM and a table name");
  show->not_like = TakeWord("NOT");
  if (IsWord("LIKE") || IsWord("ILIKE")) {
    show->ignore_case = IsWord("ILIKE");
    Take();
    show->like = StringLiteral("a pattern in single quotes");
  } else if (show->not_like) {
    Unexpected("LIKE");
  }
}

ast::Describe Parser::Describe() {
  ast::Describe describe;
  Take();
  if (IsWord("CATALOG") && (AtName(1) || IsWord("EXTENDED", 1))) {
    Take();
    describe.what = ast::Describe::What::kCatalog;
  } else if (IsWord("DATABASE") && (AtName(1) || IsWord("EXTENDED", 1))) {
    Take();
    describe.what = ast::Describe::What::kDatabase;
  } else if (TakeWord("FUNCTION")) {
    describe.what = ast::Describe::What::kFunction;
    describe.extended = TakeWord("EXTENDED");
    if (!AtName() && Peek().kind == TokenKind::kWord) {  // UPPER and others are reserved words
      const Token& word = Take();
      describe.name = {{{std::string(Text(word)), word.span}}, word.span};
      return describe;
    }
  } else {
    TakeWord("TABLE");
  }
  describe.extended |= TakeWord("EXTENDED");
  describe.name = CompoundName("a name");
  return describe;
}

ast::Use Parser::Use() {
  ast::Use use;
  Take();
  use.catalog = IsWord("CATALOG") && AtName(1);
  if (use.catalog) {
    Take();
    const ast::Identifier name = Identifier("the name of a catalog");
    use.name.parts.push_back(name);
    use.name.span = name.span;
  } else {
    use.name = CompoundName("the name of a database");
  }
  return use;
}

}  // namespace sluice::sql
