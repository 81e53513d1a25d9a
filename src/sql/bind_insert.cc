// SPDX-License-Identifier: Apache-2.0
#include "sql/bind_insert.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "flow/table_options.h"
#include "functions/constraint.h"
#include "functions/registry.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using flow::Field;
using functions::ExprPtr;

class InsertBinder {
 public:
  InsertBinder(const ast::Insert& insert, Span span, const BindContext& context,
               const Report& report)
      : insert_(insert), span_(span), context_(context), report_(report) {}

  std::optional<BoundInsert> Bind() {
    const bool target = BindTarget();
    // The query is bound even without a target, to say what is wrong in it too.
    QueryBinder binder(context_, report_);
    RelationPtr query = insert_.query ? binder.Bind(*insert_.query) : nullptr;
    if (!target || query == nullptr) return std::nullopt;
    if (!MatchColumns(query->schema.fields)) return std::nullopt;
    RelationPtr project = Project(std::move(query));
    if (project == nullptr) return std::nullopt;
    BoundInsert bound{std::move(target_), std::move(project), span_};
    return bound;
  }

 private:
  bool BindTarget() {
    if (insert_.overwrite) {
      report_.Error(insert_.table.span, ErrorKind::kUnsupported,
                    "INSERT OVERWRITE replaces data, which a stream cannot do", "use INSERT INTO");
      return false;
    }
    auto path = context_.names->Resolve(insert_.table.parts);
    if (!path.ok()) {
      report_.Error(insert_.table.span, path.error());
      return false;
    }
    if (context_.names->IsPoisoned(*path)) return false;
    auto entry = context_.names->LookUp(*path);
    if (!entry.ok()) {
      report_.Error(insert_.table.span, entry.error());
      return false;
    }
    if (entry->kind == TableEntry::Kind::kView) {
      report_.Error(insert_.table.span, ErrorKind::kInvalidArgument,
                    Backtick(path->table) + " is a view; a view cannot be written");
      return false;
    }
    flow::OptionMap hints;
    for (const ast::Hint& hint : insert_.hints) {
      for (const auto& option : hint.options) hints[option.key] = option.value;
    }
    target_ = MakeBoundTable(*path, *entry, hints, *context_.connectors);
    for (const TableColumn& column : entry->columns) {
      const bool persisted = column.kind == TableColumn::Kind::kPhysical ||
                             (column.kind == TableColumn::Kind::kMetadata && !column.is_virtual);
      if (persisted) columns_.push_back(column.field);
    }
    return CheckSink(*entry);
  }

  bool CheckSink(const TableEntry& entry) {
    if (entry.kind == TableEntry::Kind::kCatalogTable) return true;
    const ConnectorDescription* const connector = context_.connectors->Find(target_.connector);
    if (connector == nullptr) {
      std::vector<std::string> known;
      for (const auto& other : context_.connectors->connectors) known.push_back(other.name);
      report_.Error(insert_.table.span, NotFound("there is no connector '" + target_.connector +
                                                 "'" + DidYouMean(target_.connector, known)));
      return false;
    }
    if (!connector->is_sink()) {
      report_.Error(insert_.table.span, ErrorKind::kInvalidArgument,
                    "the connector '" + target_.connector + "' can be read, not written");
      return false;
    }
    const std::vector<Error> errors = connector->check_sink(target_.table);
    // What CREATE TABLE has named is not named again.
    const bool named = insert_.hints.empty() &&
                       (!connector->is_source() || !connector->check_source(target_.table).empty());
    if (named) return errors.empty();
    ReportConnectorErrors(errors, nullptr, nullptr, insert_.table.span, report_);
    return errors.empty();
  }

  int FindColumn(const std::string& name) const {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == name) return static_cast<int>(i);
    }
    return -1;
  }

  /// The index of a column that the statement names, or -1 after a mistake.
  int NamedColumn(const ast::Identifier& name, std::set<int>* seen) {
    const int index = FindColumn(name.text);
    if (index < 0) {
      std::vector<std::string> known;
      for (const Field& column : columns_) known.push_back(column.name);
      const auto nearest = flow::NearestName(name.text, known);
      report_.Error(name.span, ErrorKind::kNotFound,
                    Backtick(target_.path.table) + " has no column " + Backtick(name.text) +
                        " that can be written",
                    nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
      return -1;
    }
    if (!seen->insert(index).second) {
      report_.Error(name.span, ErrorKind::kInvalidArgument,
                    "column " + Backtick(name.text) + " is named twice");
      return -1;
    }
    return index;
  }

  /// Fills source_: for each column of the target, the query's column or a constant.
  bool MatchColumns(const std::vector<Field>& query) {
    source_.assign(columns_.size(), -1);
    constants_.assign(columns_.size(), nullptr);
    std::set<int> seen;
    bool ok = true;
    const Scope none;
    for (const auto& [name, value] : insert_.partition) {
      const int index = NamedColumn(name, &seen);
      ok &= index >= 0;
      if (index < 0 || value == nullptr) {
        if (index >= 0) seen.erase(index);  // PARTITION (c): its value comes from the query
        continue;
      }
      constants_[static_cast<size_t>(index)] = ExpressionBinder(none, report_).Bind(*value);
      ok &= constants_[static_cast<size_t>(index)] != nullptr;
    }
    std::vector<int> order;
    if (insert_.columns) {
      for (const ast::Identifier& name : *insert_.columns) {
        order.push_back(NamedColumn(name, &seen));
        ok &= order.back() >= 0;
      }
    } else {
      for (size_t i = 0; i < columns_.size(); ++i) {
        if (constants_[i] == nullptr) order.push_back(static_cast<int>(i));
      }
    }
    if (!ok) return false;
    if (order.size() != query.size()) {
      Mismatch(insert_.query->span, "Different number of columns.", query, order);
      return false;
    }
    for (size_t i = 0; i < order.size(); ++i) {
      source_[static_cast<size_t>(order[i])] = static_cast<int>(i);
    }
    return CheckTypes(query, order) && CheckMissing();
  }

  bool CheckTypes(const std::vector<Field>& query, const std::vector<int>& order) {
    bool ok = true;
    for (size_t i = 0; i < order.size(); ++i) {
      const Field& wanted = columns_[static_cast<size_t>(order[i])];
      if (functions::IsImplicitlyCastable(*query[i].type, *wanted.type)) continue;
      Mismatch(ItemSpan(i),
               "Incompatible types for sink column '" + wanted.name + "' at position " +
                   std::to_string(i) + ".",
               query, order,
               query[i].type->WithNullable(true)->ToString() + " is not cast to " +
                   wanted.type->WithNullable(true)->ToString() +
                   " without being asked; write CAST(... AS " +
                   wanted.type->WithNullable(true)->ToString() + ")");
      ok = false;
    }
    return ok;
  }

  /// A column that no value is given for becomes NULL.
  bool CheckMissing() {
    bool ok = true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (source_[i] >= 0 || constants_[i] != nullptr || columns_[i].type->nullable()) continue;
      report_.Error(
          insert_.columns && !insert_.columns->empty()
              ? Join(insert_.columns->front().span, insert_.columns->back().span)
              : insert_.table.span,
          ErrorKind::kInvalidArgument,
          "Column '" + columns_[i].name + "' has no default value and does not allow NULLs");
      ok = false;
    }
    return ok;
  }

  /// The place of the query's i-th column, where it is written out.
  Span ItemSpan(size_t i) const {
    const ast::QueryBody* body = insert_.query->body.get();
    while (body->kind == ast::QueryBody::Kind::kNested) body = body->nested->body.get();
    if (body->kind == ast::QueryBody::Kind::kSelect) {
      const auto& items = body->select->items;
      bool star = false;
      for (size_t k = 0; k < items.size() && k <= i; ++k) {
        star |= items[k].expression->kind == ast::ExpressionKind::kStar;
      }
      if (!star && i < items.size()) return items[i].expression->span;
    } else if (body->kind == ast::QueryBody::Kind::kValues) {
      const ast::Expression& row = *body->rows[0];
      if (row.kind == ast::ExpressionKind::kRow && i < row.children.size()) {
        return row.children[i]->span;
      }
      return row.span;
    }
    return insert_.query->span;
  }

  /// Flink's words, with our place and way out.
  void Mismatch(Span span, const std::string& cause, const std::vector<Field>& query,
                const std::vector<int>& order, const std::string& hint = {}) {
    std::vector<Field> sink;
    for (const int index : order) sink.push_back(columns_[static_cast<size_t>(index)]);
    report_.Error(span, ErrorKind::kInvalidArgument,
                  "Column types of query result and sink for '" + target_.path.ToString() +
                      "' do not match.\nCause: " + cause + "\n\nQuery schema: " +
                      SchemaText(query) + "\nSink schema:  " + SchemaText(sink),
                  hint);
  }

  RelationPtr Project(RelationPtr query) {
    auto project = std::make_unique<Relation>();
    project->kind = RelationKind::kProject;
    std::vector<ExprPtr> not_null, conforming;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const Field& column = columns_[i];
      ExprPtr value = constants_[i];
      if (source_[i] >= 0) {
        const Field& field = query->schema.fields[static_cast<size_t>(source_[i])];
        value = functions::Column(source_[i], field.type, field.name);
      } else if (value == nullptr) {
        value = functions::NullLiteral(column.type);
      } else if (!functions::IsImplicitlyCastable(*value->type, *column.type)) {
        report_.Error(insert_.table.span, ErrorKind::kInvalidArgument,
                      "the value of partition column " + Backtick(column.name) + " is " +
                          value->type->ToString() + ", not " + column.type->ToString());
        return nullptr;
      }
      value = Coerce(std::move(value), column.type);
      if (!column.type->nullable() && value->type->nullable()) not_null.push_back(value);
      value = Constrain(std::move(value), column, &conforming);
      if (value == nullptr) return nullptr;
      project->schema.fields.push_back({column.name, value->type, column.comment});
      project->expressions.push_back(std::move(value));
    }
    if (!CheckNulls(*query)) return nullptr;
    RelationPtr input = std::move(query);
    if (!Is("table.exec.sink.not-null-enforcer", "DROP")) not_null.clear();
    if (!not_null.empty() || !conforming.empty()) {
      input = DropNulls(std::move(input), not_null, std::move(conforming));
      if (input == nullptr) return nullptr;
    }
    project->inputs.push_back(std::move(input));
    return project;
  }

  bool Is(const char* key, const char* value) const {
    const std::string* const setting = context_.Setting(key);
    const auto same = [](char a, char b) {
      return std::toupper(static_cast<unsigned char>(a)) == b;
    };
    const std::string_view wanted = value;
    return setting != nullptr &&
           std::equal(setting->begin(), setting->end(), wanted.begin(), wanted.end(), same);
  }

  /// What the settings table.exec.sink.* demand inside of a column: the value checked, or made to
  /// fit; rows that are to be dropped do not meet what is added to `conforming`.
  ExprPtr Constrain(ExprPtr value, const Field& column, std::vector<ExprPtr>* conforming) {
    const char* const nested = "table.exec.sink.nested-constraint-enforcer";
    const char* const lengths = "table.exec.sink.type-length-enforcer";
    functions::Constraints depth;
    depth.collections = Is(nested, "ROWS_AND_COLLECTIONS");
    depth.rows = depth.collections || Is(nested, "ROWS");
    functions::Constraints nulls = depth, sizes = depth;
    nulls.not_null = sizes.lengths = true;
    if (functions::CanBreak(*column.type, nulls)) {
      if (Is("table.exec.sink.not-null-enforcer", "DROP")) {
        conforming->push_back(functions::Conforms(value, column.type, nulls));
      } else {
        value = functions::Enforce(std::move(value), column.type, nulls, column.name);
      }
    }
    if (Is(lengths, "TRIM_PAD")) {
      if (depth.collections && functions::HasLengthsInCollections(*column.type)) {
        report_.Error(insert_.table.span, ErrorKind::kInvalidArgument,
                      "Trimming and/or padding is not supported if constraint checking is enabled "
                      "on types nested in collections.",
                      std::string("SET '") + nested + "' = 'ROWS'");
        return nullptr;
      }
      if (functions::CanBreak(*column.type, sizes)) {
        value = functions::FitLengths(std::move(value), column.type, sizes);
      }
    } else if (Is(lengths, "ERROR") && functions::CanBreak(*column.type, sizes)) {
      value = functions::Enforce(std::move(value), column.type, sizes, column.name);
    }
    return value;
  }

  /// A NULL that stands in VALUES for a NOT NULL column need not wait for the sink.
  bool CheckNulls(const Relation& query) {
    if (query.kind != RelationKind::kValues) return true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].type->nullable() || source_[i] < 0) continue;
      for (const auto& row : query.rows) {
        const ExprPtr& value = row[static_cast<size_t>(source_[i])];
        if (value->kind != functions::ExprKind::kLiteral ||
            value->type->kind() == flow::TypeKind::kNull || value->type->nullable()) {
          if (value->kind != functions::ExprKind::kLiteral) continue;
          report_.Error(ItemSpan(static_cast<size_t>(source_[i])), ErrorKind::kInvalidArgument,
                        "Column '" + columns_[i].name +
                            "' is NOT NULL, however, a null value is "
                            "being written into it");
          return false;
        }
      }
    }
    return true;
  }

  RelationPtr DropNulls(RelationPtr input, const std::vector<ExprPtr>& values,
                        std::vector<ExprPtr> conditions) {
    auto filter = std::make_unique<Relation>();
    filter->kind = RelationKind::kFilter;
    filter->schema = input->schema;
    for (const ExprPtr& value : values) {
      auto condition = functions::MakeCall("IS NOT NULL", {value});
      if (!condition.ok()) {
        report_.Error(insert_.table.span, condition.error());
        return nullptr;
      }
      conditions.push_back(*std::move(condition));
    }
    filter->condition = conditions[0];
    if (conditions.size() > 1) {
      auto all = functions::MakeCall("AND", std::move(conditions));
      if (!all.ok()) {
        report_.Error(insert_.table.span, all.error());
        return nullptr;
      }
      filter->condition = *std::move(all);
    }
    filter->inputs.push_back(std::move(input));
    return filter;
  }

  const ast::Insert& insert_;
  Span span_;
  const BindContext& context_;
  const Report& report_;
  BoundTable target_;
  std::vector<Field> columns_;      // of the target that can be written
  std::vector<int> source_;         // per column: the query's column, -1 = none
  std::vector<ExprPtr> constants_;  // per column: PARTITION (c = value)
};

}  // namespace

std::string SchemaText(const std::vector<Field>& fields) {
  std::string out = "[";
  for (const Field& field : fields) {
    if (out.size() > 1) out += ", ";
    out += field.name + ": " + field.type->ToString();
  }
  return out + "]";
}

std::optional<BoundInsert> BindInsert(const ast::Insert& insert, Span span,
                                      const BindContext& context, const Report& report) {
  return InsertBinder(insert, span, context, report).Bind();
}

}  // namespace sluice::sql
