// SPDX-License-Identifier: Apache-2.0
// CREATE, DROP.
#include "flow/table_options.h"
#include "sql/parser_internal.h"

namespace sluice::sql {

bool Parser::IfNotExists() {
  if (!IsWord("IF")) return false;
  if (!TakeWords({"IF", "NOT", "EXISTS"})) Unexpected("IF NOT EXISTS");
  return true;
}

bool Parser::IfExists() {
  if (!IsWord("IF")) return false;
  if (!TakeWords({"IF", "EXISTS"})) Unexpected("IF EXISTS");
  return true;
}

bool Parser::Create(ast::Statement* statement) {
  const size_t from = at_;
  const bool replaces = IsWord("REPLACE");  // REPLACE TABLE t ... AS
  Take();
  const bool replace = replaces || TakeWords({"OR", "REPLACE"});
  const bool temporary = TakeWord("TEMPORARY");
  if (temporary) TakeWord("SYSTEM");
  if (TakeWord("TABLE")) {
    ast::CreateTable table = CreateTable();
    table.temporary = temporary;
    table.replace = replace;
    if (!panic_ && replaces && table.as == nullptr) Unexpected("AS and a query");
    table.broken |= panic_;
    if (panic_ && table.name.parts.empty()) return false;
    statement->node = std::move(table);
    return true;
  }
  if (TakeWord("VIEW")) {
    ast::CreateView view = CreateView();
    view.temporary = temporary;
    view.replace = replace;
    if (panic_ && view.name.parts.empty()) return false;
    if (panic_) view.query = nullptr;
    statement->node = std::move(view);
    return true;
  }
  if (!temporary && !replace && TakeWord("CATALOG")) {
    statement->node = CreateCatalog();
  } else if (!temporary && !replace && TakeWord("DATABASE")) {
    statement->node = CreateDatabase();
  } else if (IsWord("FUNCTION") || IsWord("MODEL") || IsWord("MATERIALIZED") || IsWord("SYSTEM") ||
             IsWord("CONNECTION")) {
    statement->node = ast::Unsupported{"CREATE " + std::string(Text(Peek()))};
    while (!AtEnd() && !IsSymbol(";")) Take();
  } else {
    at_ = from + 1;
    Unexpected("TABLE, VIEW, CATALOG or DATABASE after CREATE");
  }
  return !panic_;
}

ast::CreateTable Parser::CreateTable() {
  ast::CreateTable table;
  table.if_not_exists = IfNotExists();
  table.name = TargetName("the name of the table");
  if (panic_) {
    table.name = {};
    return table;
  }
  if (IsSymbol("(")) TableElements(&table);
  TableClauses(&table);
  if (!panic_ && TakeWord("AS")) table.as = Query();
  if (!panic_ && !table.as && !AtEnd() && !IsSymbol(";")) {
    Unexpected("COMMENT, PARTITIONED BY, WITH, LIKE, AS, or ';'");
  }
  return table;
}

void Parser::TableElements(ast::CreateTable* table) {
  ExpectSymbol("(");
  if (TakeSymbol(")")) return;
  // Only names: CREATE TABLE t (a, b) AS SELECT ...
  if (AtName() && (IsSymbol(",", 1) || IsSymbol(")", 1))) {
    size_t ahead = 0;
    while (AtName(ahead) && IsSymbol(",", ahead + 1)) ahead += 2;
    if (AtName(ahead) && IsSymbol(")", ahead + 1)) {
      do {
        table->as_columns.push_back(Identifier("a column name"));
      } while (TakeSymbol(","));
      ExpectSymbol(")");
      return;
    }
  }
  for (;;) {
    const size_t from = at_;
    TableElement(table);
    if (!panic_ && !IsSymbol(",") && !IsSymbol(")")) {
      Unexpected("',' or ')' after a column");
    }
    if (panic_) {
      table->broken = true;
      if (!Recover(from, {",", ")"})) {
        panic_ = true;
        return;
      }
    }
    if (TakeSymbol(")")) return;
    TakeSymbol(",");
    if (IsSymbol(")")) {
      Note(Peek().span, "a column is missing after ','", "expected a column, or no comma");
      table->broken = true;
      Take();
      return;
    }
  }
}

void Parser::TableElement(ast::CreateTable* table) {
  if (IsWord("WATERMARK") && IsWord("FOR", 1)) return Watermark(table);
  if (IsWord("PRIMARY") || IsWord("UNIQUE") || IsWord("CONSTRAINT")) return Key(table);
  Column(table);
}

void Parser::Column(ast::CreateTable* table) {
  ast::ColumnDefinition column;
  const uint32_t begin = Begin();
  column.name = DefinedName("a column name");
  if (panic_) return;
  if (TakeWord("AS")) {
    column.kind = ast::ColumnDefinition::Kind::kComputed;
    column.expression = Expression();
    column.comment = Comment();
  } else {
    const uint32_t type_begin = Begin();
    if (IsSymbol(",") || IsSymbol(")")) {
      Unexpected("the type of column " + Backtick(column.name.text));
    }
    column.type = Type();
    column.type_span = SpanFrom(type_begin);
    if (IsWord("METADATA")) MetadataColumn(&column);
    ColumnConstraints(&column, table);
    column.comment = Comment();
    if (IsWord("NOT") || IsWord("PRIMARY") || IsWord("UNIQUE")) {
      ColumnConstraints(&column, table);
    }
  }
  column.span = SpanFrom(begin);
  if (!panic_) table->columns.push_back(std::move(column));
}

/// METADATA [FROM 'key'] [VIRTUAL]
void Parser::MetadataColumn(ast::ColumnDefinition* column) {
  const uint32_t begin = Begin();
  Take();
  column->kind = ast::ColumnDefinition::Kind::kMetadata;
  if (TakeWord("FROM")) {
    column->metadata_key = StringLiteral("the metadata key in single quotes, such as 'timestamp'");
  }
  column->is_virtual = TakeWord("VIRTUAL");
  column->metadata_span = SpanFrom(begin);
}

/// [CONSTRAINT name] PRIMARY KEY [[NOT] ENFORCED], UNIQUE
void Parser::ColumnConstraints(ast::ColumnDefinition* column, ast::CreateTable* table) {
  ast::KeyDefinition key;
  const uint32_t begin = Begin();
  if (TakeWord("CONSTRAINT")) key.name = Identifier("the name of the constraint");
  if (TakeWord("UNIQUE")) {
    key.unique = true;
  } else if (!TakeWords({"PRIMARY", "KEY"})) {
    if (key.name || IsWord("PRIMARY")) Unexpected("PRIMARY KEY");
    return;
  }
  column->primary_key = true;
  key.columns.push_back(column->name);
  Enforcement(&key);
  key.span = SpanFrom(begin);
  if (!panic_) table->keys.push_back(std::move(key));
}

void Parser::Enforcement(ast::KeyDefinition* key) {
  if (TakeWords({"NOT", "ENFORCED"})) return;
  key->enforced = true;
  TakeWord("ENFORCED");
}

void Parser::Key(ast::CreateTable* table) {
  ast::KeyDefinition key;
  const uint32_t begin = Begin();
  if (TakeWord("CONSTRAINT")) key.name = Identifier("the name of the constraint");
  if (TakeWord("UNIQUE")) {
    key.unique = true;
  } else {
    ExpectWord("PRIMARY");
    ExpectWord("KEY");
  }
  key.columns = NameList("a column name");
  Enforcement(&key);
  key.span = SpanFrom(begin);
  if (!panic_) table->keys.push_back(std::move(key));
}

void Parser::Watermark(ast::CreateTable* table) {
  ast::WatermarkDefinition watermark;
  const uint32_t begin = Begin();
  Take();
  Take();
  watermark.column = CompoundName("the name of the time column");
  ExpectWord("AS");
  watermark.expression = Expression();
  watermark.span = SpanFrom(begin);
  if (!panic_) table->watermarks.push_back(std::move(watermark));
}

void Parser::TableClauses(ast::CreateTable* table) {
  while (!panic_) {
    if (IsWord("COMMENT")) {
      table->comment = Comment();
    } else if (IsWord("DISTRIBUTED")) {
      Distribution(table);
    } else if (TakeWord("PARTITIONED")) {
      ExpectWord("BY");
      ExpectSymbol("(");
      do {
        table->partition_by.push_back(PartitionKey());
      } while (TakeSymbol(","));
      ExpectSymbol(")");
    } else if (TakeWord("WITH")) {
      table->options = OptionList();
    } else if (TakeWord("LIKE")) {
      table->like = Like();
    } else {
      return;
    }
  }
}

/// A column, or a transform of one: day(ts), bucket(16, id). Their names may be reserved words.
ast::ExpressionPtr Parser::PartitionKey() {
  if (Peek().kind != TokenKind::kWord || !IsSymbol("(", 1)) return Expression();
  const uint32_t begin = Begin();
  auto transform = Make(ast::ExpressionKind::kCall, begin);
  transform->operator_span = Peek().span;
  transform->text = Text(Take());
  ExpectSymbol("(");
  Arguments(transform.get());
  ExpectSymbol(")");
  return Close(std::move(transform), begin);
}

/// DISTRIBUTED [BY [HASH|RANGE] (c, ...)] [INTO n BUCKETS]
void Parser::Distribution(ast::CreateTable* table) {
  const uint32_t begin = Begin();
  Take();
  if (TakeWord("BY")) {
    if (!TakeWord("HASH")) TakeWord("RANGE");
    NameList("a column name");
  }
  if (TakeWord("INTO")) {
    Parameter(1, INT32_MAX, "number of buckets");
    ExpectWord("BUCKETS");
  }
  table->distribution = SpanFrom(begin);
}

ast::Like Parser::Like() {
  ast::Like like;
  like.table = CompoundName("the name of a table");
  if (!TakeSymbol("(")) return like;
  while (!panic_ && !IsSymbol(")")) {
    ast::LikeOption option;
    const uint32_t begin = Begin();
    for (const std::string_view merge : {"INCLUDING", "EXCLUDING", "OVERWRITING"}) {
      if (option.merge.empty() && TakeWord(merge)) option.merge = merge;
    }
    if (option.merge.empty()) {
      Unexpected("INCLUDING, EXCLUDING or OVERWRITING");
      break;
    }
    for (const std::string_view feature : {"ALL", "CONSTRAINTS", "DISTRIBUTION", "GENERATED",
                                           "METADATA", "OPTIONS", "PARTITIONS", "WATERMARKS"}) {
      if (option.feature.empty() && TakeWord(feature)) option.feature = feature;
    }
    if (option.feature.empty()) {
      Unexpected("ALL, CONSTRAINTS, GENERATED, METADATA, OPTIONS, PARTITIONS or WATERMARKS");
      break;
    }
    option.span = SpanFrom(begin);
    like.options.push_back(std::move(option));
    TakeSymbol(",");
  }
  ExpectSymbol(")");
  return like;
}

ast::CreateView Parser::CreateView() {
  ast::CreateView view;
  view.if_not_exists = IfNotExists();
  view.name = TargetName("the name of the view");
  if (panic_) {
    view.name = {};
    return view;
  }
  if (IsSymbol("(")) view.columns = NameList("a column name");
  view.comment = Comment();
  ExpectWord("AS");
  view.query = Query();
  return view;
}

ast::CreateCatalog Parser::CreateCatalog() {
  ast::CreateCatalog catalog;
  catalog.if_not_exists = IfNotExists();
  catalog.name = Identifier("the name of the catalog");
  catalog.comment = Comment();
  if (TakeWord("WITH")) catalog.options = OptionList();
  return catalog;
}

ast::CreateDatabase Parser::CreateDatabase() {
  ast::CreateDatabase database;
  database.if_not_exists = IfNotExists();
  database.name = CompoundName("the name of the database");
  database.comment = Comment();
  if (TakeWord("WITH")) database.options = OptionList();
  return database;
}

bool Parser::Drop(ast::Statement* statement) {
  Take();
  ast::Drop drop;
  drop.temporary = TakeWord("TEMPORARY");
  if (TakeWord("TABLE")) {
    drop.what = ast::Drop::What::kTable;
  } else if (TakeWord("VIEW")) {
    drop.what = ast::Drop::What::kView;
  } else if (TakeWord("CATALOG")) {
    drop.what = ast::Drop::What::kCatalog;
  } else if (TakeWord("DATABASE")) {
    drop.what = ast::Drop::What::kDatabase;
  } else if (IsWord("FUNCTION") || IsWord("SYSTEM") || IsWord("MODEL") || IsWord("MATERIALIZED") ||
             IsWord("CONNECTION")) {
    const bool function = IsWord("FUNCTION") || (IsWord("SYSTEM") && IsWord("FUNCTION", 1));
    const bool if_exists = IsWord("IF", IsWord("SYSTEM") ? 2 : 1);
    std::string what = "DROP " + std::string(Text(Peek()));
    if (function && if_exists) what = "DROP FUNCTION IF EXISTS";
    statement->node = ast::Unsupported{std::move(what)};
    while (!AtEnd() && !IsSymbol(";")) Take();
    return true;
  } else {
    Unexpected("TABLE, VIEW, CATALOG or DATABASE after DROP");
    return false;
  }
  drop.if_exists = IfExists();
  drop.name = CompoundName("a name");
  drop.cascade = TakeWord("CASCADE");
  if (!drop.cascade) TakeWord("RESTRICT");
  statement->node = std::move(drop);
  return !panic_;
}

}  // namespace sluice::sql
