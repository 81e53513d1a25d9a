// SPDX-License-Identifier: Apache-2.0
// ALTER TABLE, VIEW, CATALOG, DATABASE.
#include "sql/parser_internal.h"

namespace sluice::sql {

bool Parser::Alter(ast::Statement* statement) {
  const uint32_t begin = Begin();
  Take();
  if (IsWord("CATALOG")) return AlterCatalog(statement);
  if (IsWord("DATABASE")) return AlterDatabase(statement);
  ast::AlterTable alter;
  alter.view = IsWord("VIEW");
  if (!TakeWord("TABLE") && !TakeWord("VIEW")) {
    if (!AtName() && Peek().kind != TokenKind::kWord) {
      Unexpected("TABLE, VIEW, CATALOG or DATABASE after ALTER");
    }
    statement->node = ast::Unsupported{"ALTER " + std::string(Text(Peek()))};
    while (!AtEnd() && !IsSymbol(";")) Take();
    return !panic_;
  }
  alter.if_exists = IfExists();
  alter.name = CompoundName("the name of a table");
  if (TakeWord("SET")) {
    alter.what = ast::AlterTable::What::kSet;
    alter.options = OptionList();
  } else if (TakeWord("RESET")) {
    alter.what = ast::AlterTable::What::kReset;
    alter.keys = OptionKeys();
  } else if (alter.view && TakeWord("AS")) {
    alter.what = ast::AlterTable::What::kAs;
    alter.query = Query();
  } else if (TakeWords({"RENAME", "TO"})) {
    alter.what = ast::AlterTable::What::kRename;
    alter.new_name = CompoundName("the new name");
  } else if (!panic_ && (alter.view || !AlterColumns(&alter))) {
    const std::string what(Text(Peek()));
    while (!AtEnd() && !IsSymbol(";")) Take();
    Fail(SpanFrom(begin),
         std::string("ALTER ") + (alter.view ? "VIEW" : "TABLE") + " ... " + what +
             " is not supported",
         alter.view ? "AS and RENAME TO are"
                    : "SET, RESET, RENAME, ADD, MODIFY and DROP of columns are");
    return false;
  }
  statement->node = std::move(alter);
  return !panic_;
}

/// ('key', ...)
std::vector<std::pair<std::string, Span>> Parser::OptionKeys() {
  std::vector<std::pair<std::string, Span>> keys;
  ExpectSymbol("(");
  do {
    Span span;
    std::string key = StringLiteral("an option key in single quotes", &span);
    keys.emplace_back(std::move(key), span);
  } while (!panic_ && TakeSymbol(","));
  ExpectSymbol(")");
  return keys;
}

bool Parser::AlterCatalog(ast::Statement* statement) {
  using What = ast::AlterCatalog::What;
  Take();
  ast::AlterCatalog alter;
  alter.name = Identifier("the name of a catalog");
  if (TakeWord("SET")) {
    alter.options = OptionList();
  } else if (TakeWord("RESET")) {
    alter.what = What::kReset;
    alter.keys = OptionKeys();
  } else if (IsWord("COMMENT")) {
    alter.what = What::kComment;
    alter.comment = Comment();
  } else {
    Unexpected("SET, RESET or COMMENT");
  }
  statement->node = std::move(alter);
  return !panic_;
}

bool Parser::AlterDatabase(ast::Statement* statement) {
  Take();
  ast::AlterDatabase alter;
  alter.name = CompoundName("the name of a database");
  ExpectWord("SET");
  alter.options = OptionList();
  statement->node = std::move(alter);
  return !panic_;
}

/// ADD, MODIFY, DROP, RENAME of columns, of the primary key and of the watermark. False for what is
/// something else (partitions, distribution).
bool Parser::AlterColumns(ast::AlterTable* alter) {
  using What = ast::AlterTable::What;
  for (const char* other : {"PARTITION", "DISTRIBUTION", "IF"}) {
    if (IsWord(other, 1)) return false;
  }
  if (TakeWord("RENAME")) {
    alter->what = What::kRenameColumn;
    alter->column = Identifier("TO and the new name of the table, or a column name");
    ExpectWord("TO");
    alter->new_column = Identifier("the new name of the column");
    return true;
  }
  if (TakeWord("DROP")) {
    alter->what = What::kDrop;
    if (TakeWords({"PRIMARY", "KEY"})) {
      alter->drop_key = true;
    } else if (TakeWord("CONSTRAINT")) {
      alter->drop_key = true;
      alter->constraint = Identifier("the name of the constraint");
    } else if (TakeWord("WATERMARK")) {
      alter->drop_watermark = true;
    } else if (IsSymbol("(")) {
      alter->dropped = NameList("a column name");
    } else {
      alter->dropped.push_back(Identifier("a column name"));
    }
    return true;
  }
  alter->what = IsWord("ADD") ? What::kAdd : What::kModify;
  if (!TakeWord("ADD") && !TakeWord("MODIFY")) return false;
  if (!TakeSymbol("(")) {
    AlteredElement(alter);
    return true;
  }
  do {
    AlteredElement(alter);
  } while (!panic_ && TakeSymbol(","));
  ExpectSymbol(")");
  return true;
}

/// A column with FIRST or AFTER c, a key, a watermark.
void Parser::AlteredElement(ast::AlterTable* alter) {
  TableElement(&alter->elements);
  if (panic_ || alter->positions.size() == alter->elements.columns.size()) return;
  ast::AlterTable::Position position;
  if (TakeWord("FIRST")) {
    position.first = true;
  } else if (TakeWord("AFTER")) {
    position.after = Identifier("a column name");
  }
  alter->positions.push_back(std::move(position));
}

}  // namespace sluice::sql
