// SPDX-License-Identifier: Apache-2.0
// FROM: tables with their computed columns, views, WITH items, subqueries; the scope they make.
#include <iterator>
#include <utility>

#include "flow/table_options.h"
#include "functions/registry.h"
#include "sql/bind_columns.h"
#include "sql/bind_query.h"
#include "sql/lexer.h"
#include "sql/parser.h"

namespace sluice::sql {
namespace {

using functions::ExprPtr;

std::string ConnectorOf(const flow::OptionMap& options) {
  const auto found = options.find("connector");
  return found == options.end() ? std::string() : found->second;
}

/// Column names given behind an alias: t(a, b).
bool RenameColumns(const std::vector<ast::Identifier>& names, flow::Schema* schema) {
  if (names.size() != schema->fields.size()) return false;
  for (size_t i = 0; i < names.size(); ++i) schema->fields[i].name = names[i].text;
  return true;
}

/// A table of a catalog is read as its hints say; its properties are of writing.
bool CheckCatalogTable(const Connectors& connectors, const flow::OptionMap& hints,
                       BoundTable* table, Span span, const Report& report) {
  const ConnectorDescription* const connector = connectors.Find("iceberg");
  if (connector == nullptr) {
    report.Error(span, ErrorKind::kUnsupported, "tables of a catalog cannot be read here");
    return false;
  }
  table->connector = connector->name;
  table->table.options = {{"catalog-name", table->path.catalog},
                          {"catalog-database", table->path.database},
                          {"catalog-table", table->path.table}};
  for (const auto& [key, value] : hints) {
    if (!key.starts_with("scan.watermark.")) table->table.options[key] = value;
  }
  const std::vector<Error> errors = connector->check_source(table->table);
  ReportConnectorErrors(errors, nullptr, nullptr, span, report);
  return errors.empty();
}

}  // namespace

BoundTable MakeBoundTable(const TablePath& path, const TableEntry& entry,
                          const flow::OptionMap& hints, const Connectors& connectors) {
  BoundTable bound;
  bound.path = path;
  bound.kind = entry.kind;
  bound.table.name = path.ToString();
  bound.table.primary_key = entry.primary_key;
  bound.table.partition_keys = entry.partition_keys;
  bound.table.options = entry.options;
  for (const auto& [key, value] : hints) bound.table.options[key] = value;
  // Those of the watermark are ours: any connector may have them.
  for (auto at = bound.table.options.begin(); at != bound.table.options.end();) {
    const bool ours = at->first.starts_with("scan.watermark.");
    if (ours) bound.watermark_options.insert(*at);
    at = ours ? bound.table.options.erase(at) : std::next(at);
  }
  bound.connector = ConnectorOf(bound.table.options);
  const ConnectorDescription* const connector = connectors.Find(bound.connector);
  if (connector != nullptr && connector->source_changelog) {
    bound.source_changelog = connector->source_changelog(bound.table);
  }
  if (connector != nullptr && connector->sink_changelog) {
    bound.sink_changelog = connector->sink_changelog(bound.table);
  }
  std::vector<MetadataColumn> offered;
  if (connector != nullptr) offered = connector->MetadataOf(bound.table.options);
  for (const TableColumn& column : entry.columns) {
    if (column.kind == TableColumn::Kind::kComputed) continue;
    flow::ConnectorColumn physical;
    physical.field = column.field;
    if (column.kind == TableColumn::Kind::kMetadata) {
      physical.is_metadata = true;
      physical.is_virtual = column.is_virtual;
      physical.metadata_key = column.metadata_key;
      for (const MetadataColumn& known : offered) {
        if (known.key == column.metadata_key) physical.field.type = known.type;
      }
    }
    bound.table.columns.push_back(std::move(physical));
  }
  return bound;
}

void ReportConnectorErrors(const std::vector<Error>& errors, const ast::Options* options,
                           const std::vector<ast::ColumnDefinition>* columns, Span fallback,
                           const Report& report) {
  for (const Error& error : errors) {
    Span span = fallback;
    bool value = false;
    if (options != nullptr) {
      if (options->span.end > options->span.begin) {
        span = {options->span.begin, options->span.begin + 1};
      }
      for (const ast::Option& option : options->items) {
        const bool named =
            error.where == option.key ||
            (error.where.empty() && error.text.find("'" + option.key + "'") != std::string::npos);
        if (!named) continue;
        value = error.text.find("'" + option.value + "'") != std::string::npos;
        span = value ? option.value_span : option.key_span;
        break;
      }
    }
    for (size_t i = 0; columns != nullptr && i < columns->size(); ++i) {
      if (error.where == (*columns)[i].name.text) span = (*columns)[i].span;
    }
    report.Error(span, error);
  }
}

RelationPtr QueryBinder::BindFrom(const ast::TableReference& from, Scope* scope,
                                  const std::vector<ast::Hint>& hints) {
  const auto* const before = std::exchange(hints_, &hints);
  RelationPtr relation = BindFrom(from, scope);
  hints_ = before;
  return relation;
}

RelationPtr QueryBinder::BindFrom(const ast::TableReference& from, Scope* scope) {
  using Kind = ast::TableReference::Kind;
  if (!Enter(from.span)) return nullptr;
  RelationPtr relation;
  switch (from.kind) {
    case Kind::kTable:
      relation = BindNamedTable(from, scope);
      break;
    case Kind::kQuery:
      relation = Bind(*from.query);
      if (relation != nullptr) AddToScope(from, "", {}, *relation, scope);
      break;
    case Kind::kJoin:
      relation = BindJoins(from, scope);
      break;
    case Kind::kFunction:
      relation = BindFunction(from, scope);
      break;
    case Kind::kUnnest:
      relation = BindUnnest(from, nullptr, scope, nullptr);
      break;
    case Kind::kMatch:
      relation = BindMatch(from, scope);
      break;
    case Kind::kPivot:
      ReportUnsupported(report_, from.join_span, "PIVOT");
      break;
    case Kind::kError:
      break;
  }
  if (relation != nullptr && from.sample) {
    ReportUnsupported(report_, from.sample->span, "TABLESAMPLE");
    relation = nullptr;
  }
  --level_;
  return relation;
}

void QueryBinder::AddToScope(const ast::TableReference& from, const std::string& name,
                             std::vector<std::string> prefix, const Relation& relation,
                             Scope* scope) {
  Scope::Table table;
  table.alias = from.alias ? from.alias->text : name;
  if (!from.alias) table.prefix = std::move(prefix);
  table.first = static_cast<int>(scope->columns.size());
  table.count = relation.schema.size();
  flow::Schema schema = relation.schema;
  if (!from.column_aliases.empty() && !RenameColumns(from.column_aliases, &schema)) {
    report_.Error(from.column_aliases[0].span, ErrorKind::kInvalidArgument,
                  "the alias names " + std::to_string(from.column_aliases.size()) +
                      " columns, there are " + std::to_string(schema.size()));
  }
  scope->columns.insert(scope->columns.end(), schema.fields.begin(), schema.fields.end());
  scope->tables.push_back(std::move(table));
}

/// A WITH item of that name, the innermost first; nullopt if there is none.
std::optional<RelationPtr> QueryBinder::BindCommon(const ast::TableReference& from, Scope* scope) {
  if (from.name.parts.size() != 1) return std::nullopt;
  for (size_t i = commons_.size(); i-- > 0;) {
    const Visible common = commons_[i];
    if (common.item->name.text != from.name.parts[0].text) continue;
    // It sees only what stands before it.
    std::vector<Visible> visible(commons_.begin(),
                                 commons_.begin() + static_cast<std::ptrdiff_t>(common.visible));
    std::swap(visible, commons_);
    // Columns of the query around its own, where nothing stands in between.
    const Scope* const outer = std::exchange(outer_, outer_ == common.outer ? outer_ : nullptr);
    RelationPtr relation = Bind(*common.item->query);
    outer_ = outer;
    std::swap(visible, commons_);
    if (relation != nullptr && !common.item->columns.empty() &&
        !RenameColumns(common.item->columns, &relation->schema)) {
      report_.Error(common.item->name.span, ErrorKind::kInvalidArgument,
                    "WITH names " + std::to_string(common.item->columns.size()) +
                        " columns, the query has " + std::to_string(relation->schema.size()));
      return RelationPtr();
    }
    if (relation != nullptr) AddToScope(from, common.item->name.text, {}, *relation, scope);
    return relation;
  }
  return std::nullopt;
}

RelationPtr QueryBinder::BindNamedTable(const ast::TableReference& from, Scope* scope) {
  if (auto common = BindCommon(from, scope)) return std::move(*common);
  auto path = NameSpace::Qualify(from.name.parts, catalog_, database_);
  if (!path.ok()) {
    report_.Error(from.name.span, path.error());
    return nullptr;
  }
  if (context_.names->IsPoisoned(*path)) return nullptr;
  auto entry = context_.names->LookUp(*path);
  if (!entry.ok()) {
    report_.Error(from.name.span, entry.error());
    return nullptr;
  }
  RelationPtr relation = BindTable(*path, *entry, from.hints, from.name.span);
  if (relation != nullptr) {
    AddToScope(from, path->table, {path->catalog, path->database}, *relation, scope);
  }
  return relation;
}

RelationPtr QueryBinder::BindTable(const TablePath& path, const TableEntry& entry,
                                   const std::vector<ast::Hint>& hints, Span span) {
  if (entry.kind == TableEntry::Kind::kView) return BindView(path, entry, span);
  return BindSource(path, entry, hints, span);
}

RelationPtr QueryBinder::BindView(const TablePath& path, const TableEntry& entry, Span span) {
  Diagnostics parsing;
  const ast::QueryPtr query = ParseQuery(entry.query, &parsing);
  Report report{report_.diagnostics, report_.at.value_or(span),
                report_.prefix + "in view " + Backtick(path.table) + ": "};
  if (query == nullptr) {
    report.Error(span, ErrorKind::kParse, parsing.list().empty() ? "" : parsing.list()[0].text);
    return nullptr;
  }
  // Bound as when it was created: other current names, no WITH items of ours.
  QueryBinder binder(context_, std::move(report));
  binder.catalog_ = entry.scope_catalog;
  binder.database_ = entry.scope_database;
  binder.level_ = level_;
  binder.relations_ = relations_;
  RelationPtr relation = binder.Bind(*query);
  if (relation == nullptr) return nullptr;
  if (relation->schema.fields.size() != entry.columns.size()) {
    report_.Error(span, ErrorKind::kInvalidArgument,
                  "view " + Backtick(path.table) + " had " + std::to_string(entry.columns.size()) +
                      " columns when it was created, and has " +
                      std::to_string(relation->schema.fields.size()) + " now");
    return nullptr;
  }
  for (size_t i = 0; i < entry.columns.size(); ++i) {
    relation->schema.fields[i].name = entry.columns[i].field.name;
  }
  return relation;
}

/// OPTIONS('k' = 'v') hints; nullopt after a mistake.
std::optional<flow::OptionMap> QueryBinder::OptionHints(const std::vector<ast::Hint>& hints) {
  flow::OptionMap options;
  for (const ast::Hint& hint : hints) {
    if (hint.name != "OPTIONS") {
      report_.Error(hint.span, ErrorKind::kInvalidArgument,
                    "the hint " + hint.name + " does not belong to a table",
                    "tables take /*+ OPTIONS('key' = 'value') */");
      return std::nullopt;
    }
    for (const ast::Hint::Option& option : hint.options) options[option.key] = option.value;
  }
  return options;
}

bool QueryBinder::CheckSource(const BoundTable& table, bool hinted, Span span) {
  const ConnectorDescription* const connector = context_.connectors->Find(table.connector);
  if (connector == nullptr) {
    std::vector<std::string> known;
    for (const auto& other : context_.connectors->connectors) known.push_back(other.name);
    report_.Error(span, NotFound("there is no connector '" + table.connector + "'" +
                                 DidYouMean(table.connector, known)));
    return false;
  }
  if (!connector->is_source()) {
    report_.Error(span, ErrorKind::kInvalidArgument,
                  "the connector '" + table.connector + "' can be written, not read");
    return false;
  }
  // CREATE TABLE checked those that can only be read, without hints.
  if (connector->is_sink() || hinted) {
    const std::vector<Error> errors = connector->check_source(table.table);
    // What is good for neither, CREATE TABLE has named.
    const bool named =
        !hinted && connector->is_sink() && !connector->check_sink(table.table).empty();
    if (named) return errors.empty();
    ReportConnectorErrors(errors, nullptr, nullptr, span, report_);
    return errors.empty();
  }
  return true;
}

RelationPtr QueryBinder::BindSource(const TablePath& path, const TableEntry& entry,
                                    const std::vector<ast::Hint>& hints, Span span) {
  const auto options = OptionHints(hints);
  if (!options) return nullptr;
  auto bound =
      std::make_shared<BoundTable>(MakeBoundTable(path, entry, *options, *context_.connectors));
  if (entry.kind == TableEntry::Kind::kCatalogTable) {
    if (!CheckCatalogTable(*context_.connectors, *options, bound.get(), span, report_)) {
      return nullptr;
    }
  } else if (!CheckSource(*bound, !options->empty(), span)) {
    return nullptr;
  }
  const std::vector<Error> errors = CheckWatermarkOptions(bound->watermark_options);
  ReportConnectorErrors(errors, nullptr, nullptr, span, report_);
  if (!errors.empty()) return nullptr;
  RelationPtr scan = Make(RelationKind::kScan, span);
  if (scan == nullptr) return nullptr;
  for (const flow::ConnectorColumn& column : bound->table.columns) {
    scan->schema.fields.push_back(column.field);
  }
  scan->table = bound;
  RelationPtr relation = BindComputed(path, entry, std::move(scan), span);
  if (relation == nullptr || !entry.watermark) return relation;
  return BindWatermark(path, entry, std::move(relation), bound->watermark_options, span);
}

/// The stored text of an expression; its mistakes are told where the table is used.
ExprPtr QueryBinder::BindStored(const std::string& text, const Scope& scope,
                                const std::string& what, Span span) {
  const Report report{report_.diagnostics, report_.at.value_or(span),
                      report_.prefix + "in " + what + ": "};
  Diagnostics parsing;
  const ast::ExpressionPtr expression = ParseExpression(text, &parsing);
  if (expression == nullptr) {
    report.Error(span, ErrorKind::kParse, parsing.list().empty() ? "" : parsing.list()[0].text);
    return nullptr;
  }
  return ExpressionBinder(scope, report).Bind(*expression);
}

/// The columns as declared over those of the connector.
RelationPtr QueryBinder::BindComputed(const TablePath& path, const TableEntry& entry,
                                      RelationPtr scan, Span span) {
  RelationPtr project = Make(RelationKind::kProject, span);
  if (project == nullptr) return nullptr;
  Scope scope;
  bool same = true;
  // Computed columns see the others with their declared types.
  size_t next = 0;
  for (const TableColumn& column : entry.columns) {
    if (column.kind == TableColumn::Kind::kComputed) continue;
    const flow::Field& field = scan->schema.fields[next];
    ExprPtr value = functions::Column(static_cast<int>(next++), field.type, field.name);
    if (!field.type->Equals(*column.field.type)) {
      value = Coerce(std::move(value), column.field.type);
      same = false;
    }
    scope.columns.push_back({column.field.name, value->type, ""});
    scope.values.push_back(std::move(value));
  }
  scope.tables.push_back({path.table, {}, 0, static_cast<int>(scope.columns.size())});
  next = 0;
  for (const TableColumn& column : entry.columns) {
    ExprPtr value;
    if (column.kind != TableColumn::Kind::kComputed) {
      value = scope.values[next++];
    } else {
      same = false;
      value =
          BindStored(column.expression, scope,
                     "column " + Backtick(column.field.name) + " of " + Backtick(path.table), span);
      if (value == nullptr) return nullptr;
    }
    project->schema.fields.push_back({column.field.name, value->type, column.field.comment});
    project->expressions.push_back(std::move(value));
  }
  if (same) return scan;
  project->inputs.push_back(std::move(scan));
  return project;
}

RelationPtr QueryBinder::BindWatermark(const TablePath& path, const TableEntry& entry,
                                       RelationPtr input, const flow::OptionMap& options,
                                       Span span) {
  WatermarkSpec spec;
  spec.column = input->schema.Find(entry.watermark->column);
  if (spec.column < 0) {
    ReportUnsupported(report_, span,
                      "a watermark on the nested field " + Backtick(entry.watermark->column));
    return nullptr;
  }
  Diagnostics parsing;
  const ast::ExpressionPtr expression = ParseExpression(entry.watermark->expression, &parsing);
  spec.from_source = expression != nullptr && IsSourceWatermark(*expression);
  if (!spec.from_source) {
    Scope scope;
    scope.columns = input->schema.fields;
    scope.tables.push_back({path.table, {}, 0, input->schema.size()});
    spec.delayed = BindStored(entry.watermark->expression, scope,
                              "the watermark of " + Backtick(path.table), span);
    if (spec.delayed == nullptr) return nullptr;
    spec.delayed = WithoutTimeAttribute(spec.delayed);
  }
  const auto duration = [&](const char* key) {
    const auto found = options.find(key);
    const auto ms =
        found == options.end() ? Result<int64_t>(0) : flow::ParseDurationMs(found->second);
    return ms.ok() ? *ms : 0;
  };
  spec.idle_timeout_ms = duration("scan.watermark.idle-timeout");
  spec.alignment_max_drift_ms = duration("scan.watermark.alignment.max-drift");
  const auto strategy = options.find("scan.watermark.emit.strategy");
  if (strategy != options.end() && strategy->second == "on-event") {
    const auto gap = options.find("scan.watermark.emit.on-event.gap");
    const auto rows = gap == options.end() ? Result<int64_t>(1) : flow::ParseInteger(gap->second);
    spec.event_gap = rows.ok() ? std::max<int64_t>(*rows, 1) : 1;
  }
  const auto group = options.find("scan.watermark.alignment.group");
  if (group != options.end()) spec.alignment_group = group->second;
  RelationPtr relation = Make(RelationKind::kWatermark, span);
  if (relation == nullptr) return nullptr;
  relation->schema = input->schema;
  flow::Field& field = relation->schema.fields[static_cast<size_t>(spec.column)];
  field.type = field.type->WithTimeAttribute(flow::TimeAttribute::kRowtime);
  relation->watermark = std::make_shared<WatermarkSpec>(std::move(spec));
  relation->inputs.push_back(std::move(input));
  return relation;
}

bool IsSourceWatermark(const ast::Expression& expression) {
  return expression.kind == ast::ExpressionKind::kCall && expression.path.empty() &&
         expression.text == "SOURCE_WATERMARK" && expression.children.empty();
}

std::vector<Error> CheckWatermarkOptions(const flow::OptionMap& options) {
  using flow::OptionKind;
  static const std::vector<flow::OptionSpec> specs = {
      {"scan.watermark.emit.strategy",
       OptionKind::kEnum,
       "on-periodic",
       false,
       {"on-periodic", "on-event"},
       "`on-periodic`: a watermark passes behind each batch of rows; `on-event`: behind each row, "
       "which takes much more CPU time."},
      {"scan.watermark.emit.on-event.gap",
       OptionKind::kInteger,
       "1",
       false,
       {},
       "Of `on-event`: behind so many rows, and behind each batch."},
      {"scan.watermark.idle-timeout",
       OptionKind::kDuration,
       "",
       false,
       {},
       "A split without rows for so long does not hold the watermark back."},
      {"scan.watermark.alignment.group",
       OptionKind::kString,
       "",
       false,
       {},
       "Sources of one group wait for each other."},
      {"scan.watermark.alignment.max-drift",
       OptionKind::kDuration,
       "",
       false,
       {},
       "How far a source of the group may be ahead of the others."},
      {"scan.watermark.alignment.update-interval",
       OptionKind::kDuration,
       "1 s",
       false,
       {},
       "Taken for Flink's scripts; sources of a group compare before every read."},
  };
  return flow::CheckOptions(options, specs, "a watermark");
}

}  // namespace sluice::sql
