// SPDX-License-Identifier: Apache-2.0
#include "sql/bind_table.h"

#include <algorithm>
#include <set>

#include "functions/registry.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using Kind = TableColumn::Kind;

class TableBinder {
 public:
  TableBinder(const ast::CreateTable& create, std::string_view text, const flow::Schema* schema,
              const BindContext& context, const Report& report)
      : create_(create), text_(text), schema_(schema), context_(context), report_(report) {}

  std::optional<TableEntry> Bind() {
    const int before = report_.diagnostics->errors();
    entry_.temporary = create_.temporary;
    entry_.comment = create_.comment;
    entry_.scope_catalog = context_.names->catalog();
    entry_.scope_database = context_.names->database();
    auto path = context_.names->Resolve(create_.name.parts);
    if (!path.ok()) {
      report_.Error(create_.name.span, path.error());
      return std::nullopt;
    }
    path_ = *path;
    if (auto options = BindOptions(create_.options, report_)) entry_.options = *std::move(options);
    if (create_.like && !ApplyLike()) return std::nullopt;
    AddPlainColumns();
    AddQueryColumns();
    AddComputedColumns();
    AddKeys();
    AddWatermark();
    AddPartitions();
    Classify();
    if (report_.diagnostics->errors() > before || !Check()) return std::nullopt;
    return std::move(entry_);
  }

 private:
  std::string Text(Span span) const {
    return std::string(text_.substr(span.begin, span.end - span.begin));
  }

  TableColumn* FindColumn(const std::string& name) {
    for (TableColumn& column : entry_.columns) {
      if (column.field.name == name) return &column;
    }
    return nullptr;
  }

  bool Has(const char* feature) const {
    // The last option that speaks of the feature decides; ALL speaks of each.
    bool include = true;
    for (const ast::LikeOption& option : create_.like->options) {
      if (option.feature == feature || option.feature == "ALL")
        include = option.merge != "EXCLUDING";
    }
    return include;
  }

  /// LIKE t: default INCLUDING ALL OVERWRITING OPTIONS; ours come over theirs.
  bool ApplyLike() {
    auto path = context_.names->Resolve(create_.like->table.parts);
    if (!path.ok()) {
      report_.Error(create_.like->table.span, path.error());
      return false;
    }
    if (context_.names->IsPoisoned(*path)) {
      context_.names->Poison(path_);
      return false;
    }
    auto base = context_.names->LookUp(*path);
    if (!base.ok()) {
      report_.Error(create_.like->table.span, base.error());
      return false;
    }
    if (base->kind == TableEntry::Kind::kView) {
      report_.Error(create_.like->table.span, ErrorKind::kInvalidArgument,
                    "LIKE takes a table; " + Backtick(path->table) + " is a view");
      return false;
    }
    for (const TableColumn& column : base->columns) {
      if (column.kind == Kind::kComputed && !Has("GENERATED")) continue;
      if (column.kind == Kind::kMetadata && !Has("METADATA")) continue;
      entry_.columns.push_back(column);
    }
    if (Has("CONSTRAINTS")) {
      entry_.primary_key = base->primary_key;
      entry_.key_name = base->key_name;
    }
    if (Has("PARTITIONS")) entry_.partition_keys = base->partition_keys;
    if (Has("WATERMARKS")) entry_.watermark = base->watermark;
    if (Has("OPTIONS")) {
      for (const auto& [key, value] : base->options) entry_.options.emplace(key, value);
    }
    return true;
  }

  void Add(TableColumn column, Span span) {
    if (FindColumn(column.field.name) != nullptr) {
      report_.Error(span, ErrorKind::kInvalidArgument,
                    "column " + Backtick(column.field.name) + " is there twice");
      return;
    }
    entry_.columns.push_back(std::move(column));
  }

  /// A column of CREATE TABLE ... AS that the query gives: it stands where the query has it.
  const ast::ColumnDefinition* Redefinition(const std::string& name) const {
    for (const ast::ColumnDefinition& definition : create_.columns) {
      if (definition.kind == ast::ColumnDefinition::Kind::kPhysical && definition.name.text == name)
        return &definition;
    }
    return nullptr;
  }

  /// Physical and metadata columns; computed ones get their place, their type comes later.
  void AddPlainColumns() {
    for (const ast::ColumnDefinition& definition : create_.columns) {
      if (definition.kind == ast::ColumnDefinition::Kind::kPhysical && schema_ != nullptr &&
          schema_->Find(definition.name.text) >= 0) {
        continue;
      }
      TableColumn column;
      column.field = {definition.name.text, definition.type, definition.comment};
      if (definition.kind == ast::ColumnDefinition::Kind::kMetadata) {
        column.kind = Kind::kMetadata;
        column.metadata_key = definition.metadata_key.value_or(definition.name.text);
        column.is_virtual = definition.is_virtual;
      } else if (definition.kind == ast::ColumnDefinition::Kind::kComputed) {
        column.kind = Kind::kComputed;
        column.expression = Text(definition.expression->span);
        column.field.type = flow::Type::Simple(flow::TypeKind::kNull);
      } else if (definition.type->kind() == flow::TypeKind::kNull) {
        report_.Error(definition.type_span, ErrorKind::kInvalidArgument,
                      "a column cannot be of type NULL");
        continue;
      }
      Add(std::move(column), definition.name.span);
    }
  }

  void AddQueryColumns() {
    if (schema_ == nullptr) return;
    if (!create_.as_columns.empty() && create_.as_columns.size() != schema_->fields.size()) {
      report_.Error(create_.as_columns[0].span, ErrorKind::kInvalidArgument,
                    "the table names " + std::to_string(create_.as_columns.size()) +
                        " columns, the query has " + std::to_string(schema_->fields.size()));
      return;
    }
    for (size_t i = 0; i < schema_->fields.size(); ++i) {
      TableColumn column;
      column.field = schema_->fields[i];
      if (!create_.as_columns.empty()) {
        // The query's columns in another order.
        const ast::Identifier& name = create_.as_columns[i];
        const int place = schema_->Find(name.text);
        if (place < 0) {
          std::vector<std::string> known;
          for (const flow::Field& field : schema_->fields) known.push_back(field.name);
          report_.Error(name.span, NotFound("the query has no column " + Backtick(name.text) +
                                            DidYouMean(name.text, known)));
          continue;
        }
        column.field = schema_->fields[static_cast<size_t>(place)];
      }
      column.field.comment.clear();
      column.field.type = column.field.type->WithTimeAttribute(flow::TimeAttribute::kNone);
      if (const auto* definition = Redefinition(column.field.name)) {
        column.field.type = definition->type;
        column.field.comment = definition->comment;
      }
      if (column.field.type->kind() == flow::TypeKind::kNull) {
        report_.Error(create_.as->span, ErrorKind::kInvalidArgument,
                      "column " + Backtick(column.field.name) + " of the query has no type",
                      "write CAST(NULL AS ...)");
        continue;
      }
      Add(std::move(column), create_.as->span);
    }
  }

  Scope PlainScope() const {
    Scope scope;
    for (const TableColumn& column : entry_.columns) {
      if (column.kind != Kind::kComputed) scope.columns.push_back(column.field);
    }
    scope.tables.push_back({path_.table, {}, 0, static_cast<int>(scope.columns.size())});
    return scope;
  }

  void AddComputedColumns() {
    const Scope scope = PlainScope();
    for (const ast::ColumnDefinition& definition : create_.columns) {
      if (definition.kind != ast::ColumnDefinition::Kind::kComputed) continue;
      const auto value = ExpressionBinder(scope, report_).Bind(*definition.expression);
      TableColumn* const column = FindColumn(definition.name.text);
      if (value != nullptr && column != nullptr) column->field.type = value->type;
    }
  }

  void AddKeys() {
    for (const ast::KeyDefinition& key : create_.keys) {
      if (key.unique) {
        report_.Error(key.span, ErrorKind::kUnsupported, "UNIQUE is not supported",
                      "PRIMARY KEY (...) NOT ENFORCED is");
        continue;
      }
      if (key.enforced) {
        report_.Error(key.span, ErrorKind::kUnsupported,
                      "a primary key cannot be enforced on a stream",
                      "write PRIMARY KEY (...) NOT ENFORCED");
        continue;
      }
      if (!entry_.primary_key.empty()) {
        report_.Error(key.span, ErrorKind::kInvalidArgument, "a table has one primary key");
        continue;
      }
      if (key.name) entry_.key_name = key.name->text;
      for (const ast::Identifier& name : key.columns) {
        TableColumn* const column = FindColumn(name.text);
        if (column == nullptr || column->kind != Kind::kPhysical) {
          report_.Error(
              name.span, ErrorKind::kNotFound,
              column == nullptr
                  ? "primary key column " + Backtick(name.text) + " is not known"
                  : "primary key column " + Backtick(name.text) + " is not a physical column");
          continue;
        }
        // A key column is NOT NULL without being declared so.
        column->field.type = column->field.type->WithNullable(false);
        entry_.primary_key.push_back(name.text);
      }
    }
  }

  void AddWatermark() {
    for (const ast::WatermarkDefinition& definition : create_.watermarks) {
      if (&definition != &create_.watermarks.front()) {
        report_.Error(definition.span, ErrorKind::kInvalidArgument, "a table has one watermark");
        continue;
      }
      Scope scope;
      for (const TableColumn& column : entry_.columns) scope.columns.push_back(column.field);
      scope.tables.push_back({path_.table, {}, 0, static_cast<int>(scope.columns.size())});
      ExpressionBinder binder(scope, report_);
      ast::Expression name;
      name.kind = ast::ExpressionKind::kName;
      name.span = definition.column.span;
      name.path = definition.column.parts;
      const auto column = binder.Bind(name);
      const bool from_source = IsSourceWatermark(*definition.expression);
      const auto value = from_source ? column : binder.Bind(*definition.expression);
      if (column == nullptr || value == nullptr) continue;
      // A column whose own expression failed has no type to complain of.
      if (column->type->kind() == flow::TypeKind::kNull) continue;
      if (!column->type->is_timestamp() || column->type->precision() > 3) {
        report_.Error(definition.column.span, ErrorKind::kInvalidArgument,
                      "Invalid data type of time field for watermark definition. The field must be "
                      "of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is "
                      "from 0 to 3, but the time field type is " +
                          column->type->WithNullable(true)->ToString());
        continue;
      }
      if (value->type->kind() != column->type->kind()) {
        report_.Error(definition.expression->span, ErrorKind::kInvalidArgument,
                      "the watermark is " + value->type->ToString() + ", its column " +
                          column->type->ToString());
        continue;
      }
      Watermark watermark;
      for (const ast::Identifier& part : definition.column.parts) {
        watermark.column += (watermark.column.empty() ? "" : ".") + part.text;
      }
      watermark.expression = Text(definition.expression->span);
      entry_.watermark = std::move(watermark);
    }
  }

  void AddPartitions() {
    for (const ast::ExpressionPtr& key : create_.partition_by) {
      const bool name = key->kind == ast::ExpressionKind::kName && key->path.size() == 1;
      const bool transform = key->kind == ast::ExpressionKind::kCall && key->path.empty();
      if (!name && !transform) {
        report_.Error(
            key->span, ErrorKind::kInvalidArgument,
            "PARTITIONED BY takes columns, or transforms such as day(ts), bucket(16, id)");
        continue;
      }
      if (name) {
        CheckPartitionColumn(key->path[0]);
      } else {
        for (const ast::ExpressionPtr& argument : key->children) {
          if (argument->kind == ast::ExpressionKind::kName) CheckPartitionColumn(argument->path[0]);
        }
      }
      entry_.partition_keys.push_back(name ? key->path[0].text : Text(key->span));
    }
  }

  void CheckPartitionColumn(const ast::Identifier& name) {
    if (FindColumn(name.text) != nullptr) return;
    std::vector<std::string> known;
    for (const TableColumn& column : entry_.columns) known.push_back(column.field.name);
    report_.Error(name.span, NotFound("partition column " + Backtick(name.text) + " is not known" +
                                      DidYouMean(name.text, known)));
  }

  /// A table with a connector lives in memory; one without lives in its catalog.
  void Classify() {
    const bool connector = entry_.options.contains("connector");
    entry_.kind = connector ? TableEntry::Kind::kConnector : TableEntry::Kind::kCatalogTable;
    Names* const names = context_.names->FindCatalog(path_.catalog);
    if (names == nullptr) {
      if (!context_.names->IsPoisonedCatalog(path_.catalog)) {
        report_.Error(create_.name.span,
                      NotFound("there is no catalog '" + path_.catalog + "'" +
                               DidYouMean(path_.catalog, context_.names->ListCatalogs())));
      }
      return;
    }
    const bool memory = names->kind() == "generic_in_memory";
    if (connector && !memory && !entry_.temporary) {
      report_.Error(
          create_.name.span, ErrorKind::kInvalidArgument,
          "tables of the " + names->kind() + " catalog '" + path_.catalog + "' have no 'connector'",
          "CREATE TEMPORARY TABLE declares a connector table here");
    } else if (!connector && entry_.temporary) {
      report_.Error(create_.name.span, ErrorKind::kInvalidArgument,
                    "a temporary table needs the option 'connector'");
    }
    if (entry_.columns.empty() && entry_.kind == TableEntry::Kind::kCatalogTable) {
      report_.Error(create_.name.span, ErrorKind::kInvalidArgument, "the table has no columns");
    }
    if (entry_.kind != TableEntry::Kind::kCatalogTable) return;
    for (const ast::ColumnDefinition& column : create_.columns) {
      if (column.kind == ast::ColumnDefinition::Kind::kPhysical) continue;
      report_.Error(column.span, ErrorKind::kUnsupported,
                    "a table of a catalog has physical columns only",
                    "compute columns in the INSERT's SELECT");
    }
  }

  /// False when the table is of no use to later statements. Wrong options of a known connector do
  /// not hide mistakes in the queries that read it.
  bool Check() {
    if (entry_.kind == TableEntry::Kind::kCatalogTable) {
      if (context_.names->FindCatalog(path_.catalog) == nullptr) return true;
      const std::vector<Error> errors = context_.names->CheckTable(path_, entry_);
      ReportConnectorErrors(errors, &create_.options, &create_.columns, create_.name.span, report_);
      return errors.empty();
    }
    const BoundTable table = MakeBoundTable(path_, entry_, {}, *context_.connectors);
    const ConnectorDescription* const connector = context_.connectors->Find(table.connector);
    if (connector == nullptr) {
      std::vector<std::string> known;
      for (const auto& other : context_.connectors->connectors) known.push_back(other.name);
      Error error = NotFound("there is no connector '" + table.connector + "'" +
                             DidYouMean(table.connector, known));
      error.where = "connector";
      ReportConnectorErrors({error}, &create_.options, nullptr, create_.name.span, report_);
      return false;
    }
    CheckMetadata(*connector, table.table.options);
    ReportConnectorErrors(CheckWatermarkOptions(table.watermark_options), &create_.options, nullptr,
                          create_.name.span, report_);
    // A connector that is both is checked as what the table is used for.
    if (!connector->is_source() && !connector->is_sink()) return true;
    // A table that can be both is wrong here only when it is good for neither; which one is wanted
    // is seen where it is used.
    const auto& check = connector->is_source() ? connector->check_source : connector->check_sink;
    const std::vector<Error> errors = check(table.table);
    if (connector->is_source() && connector->is_sink() &&
        connector->check_sink(table.table).empty()) {
      return true;
    }
    ReportConnectorErrors(errors, &create_.options, &create_.columns, create_.name.span, report_);
    return true;
  }

  void CheckMetadata(const ConnectorDescription& connector, const flow::OptionMap& options) {
    const std::vector<MetadataColumn> offered = connector.MetadataOf(options);
    for (const ast::ColumnDefinition& definition : create_.columns) {
      if (definition.kind != ast::ColumnDefinition::Kind::kMetadata) continue;
      const std::string key = definition.metadata_key.value_or(definition.name.text);
      std::vector<std::string> keys;
      const MetadataColumn* found = nullptr;
      for (const MetadataColumn& column : offered) {
        keys.push_back(column.key);
        if (column.key == key) found = &column;
      }
      if (found == nullptr) {
        std::string list;
        for (const std::string& known : keys) list += (list.empty() ? "'" : ", '") + known + "'";
        report_.Error(definition.metadata_span, ErrorKind::kNotFound,
                      "the connector '" + connector.name + "' has no metadata key '" + key + "'",
                      keys.empty() ? "it has no metadata columns" : "keys: " + list);
      } else if (!functions::IsExplicitlyCastable(*found->type, *definition.type)) {
        report_.Error(definition.type_span, ErrorKind::kInvalidArgument,
                      "metadata '" + key + "' is " + found->type->ToString() +
                          ", which cannot be cast to " + definition.type->ToString());
      }
    }
  }

  const ast::CreateTable& create_;
  std::string_view text_;
  const flow::Schema* schema_;
  const BindContext& context_;
  const Report& report_;
  TablePath path_;
  TableEntry entry_;
};

}  // namespace

std::optional<flow::OptionMap> BindOptions(const ast::Options& options, const Report& report) {
  flow::OptionMap map;
  bool ok = true;
  for (const ast::Option& option : options.items) {
    if (!map.emplace(option.key, option.value).second) {
      report.Error(option.key_span, ErrorKind::kInvalidArgument,
                   "option '" + option.key + "' is there twice");
      ok = false;
    }
  }
  if (!ok) return std::nullopt;
  return map;
}

std::optional<TableEntry> BindCreateTable(const ast::CreateTable& create, std::string_view text,
                                          const flow::Schema* schema, const BindContext& context,
                                          const Report& report) {
  return TableBinder(create, text, schema, context, report).Bind();
}

std::optional<TableEntry> BindCreateView(const ast::CreateView& create, std::string_view text,
                                         const BindContext& context, const Report& report) {
  QueryBinder binder(context, report);
  const RelationPtr relation = binder.Bind(*create.query);
  if (relation == nullptr) return std::nullopt;
  const auto& fields = relation->schema.fields;
  if (!create.columns.empty() && create.columns.size() != fields.size()) {
    report.Error(Join(create.columns.front().span, create.columns.back().span),
                 ErrorKind::kInvalidArgument,
                 "the view names " + std::to_string(create.columns.size()) +
                     " columns, its query has " + std::to_string(fields.size()));
    return std::nullopt;
  }
  TableEntry entry;
  entry.kind = TableEntry::Kind::kView;
  entry.temporary = create.temporary;
  entry.comment = create.comment;
  const Span span = create.query->span;
  entry.query = std::string(text.substr(span.begin, span.end - span.begin));
  entry.scope_catalog = context.names->catalog();
  entry.scope_database = context.names->database();
  for (size_t i = 0; i < fields.size(); ++i) {
    TableColumn column;
    column.field = fields[i];
    if (!create.columns.empty()) column.field.name = create.columns[i].text;
    entry.columns.push_back(std::move(column));
  }
  return entry;
}

}  // namespace sluice::sql
