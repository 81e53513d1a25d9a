// SPDX-License-Identifier: Apache-2.0
// Windowing table functions: TUMBLE, HOP, CUMULATE, SESSION over TABLE t, DATA => TABLE t or a
// query, with arguments in order or by name.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "flow/table_options.h"
#include "sql/bind_columns.h"
#include "sql/bind_query.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

using flow::TimeAttribute;
using functions::ExprPtr;

struct Shape {
  std::string_view function;
  WindowKind kind;
  std::vector<std::string> arguments;  // behind DATA and TIMECOL
  size_t required;
};

const std::array<Shape, 4>& Shapes() {
  static const std::array<Shape, 4> shapes = {{
      {"TUMBLE", WindowKind::kTumble, {"SIZE", "OFFSET"}, 1},
      {"HOP", WindowKind::kHop, {"SLIDE", "SIZE", "OFFSET"}, 2},
      {"CUMULATE", WindowKind::kCumulate, {"STEP", "SIZE", "OFFSET"}, 2},
      {"SESSION", WindowKind::kSession, {"GAP"}, 1},
  }};
  return shapes;
}

std::string Signature(const Shape& shape) {
  std::string text = std::string(shape.function) + "(TABLE t, DESCRIPTOR(time)";
  for (size_t i = 0; i < shape.arguments.size(); ++i) {
    const bool optional = i >= shape.required;
    std::string name = shape.arguments[i];
    for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
    text += (optional ? "[, " : ", ") + name + (optional ? "]" : "");
  }
  return text + ")";
}

}  // namespace

class WindowBinder {
 public:
  WindowBinder(QueryBinder* query, const ast::TableReference& from, const Shape& shape)
      : query_(*query),
        from_(from),
        call_(*from.call),
        shape_(shape),
        report_(query->report()),
        scope_(query->NewScope()) {}

  RelationPtr Bind() {
    if (!NameArguments()) return nullptr;
    RelationPtr input = BindData();
    if (input == nullptr) return nullptr;
    bool ok = BindTime(*input);
    ok &= BindLengths();
    ok &= BindPartition();
    if (!ok || !CheckLengths()) return nullptr;
    RelationPtr window = query_.Make(RelationKind::kWindow, from_.span);
    if (window == nullptr) return nullptr;
    window->schema = input->schema;
    const flow::TypePtr time =
        input->schema.fields[static_cast<size_t>(spec_.time_column)].type->WithNullable(false);
    const auto point = flow::Type::Timestamp(3, false);
    window->schema.fields.push_back({"window_start", point, ""});
    window->schema.fields.push_back({"window_end", point, ""});
    window->schema.fields.push_back({"window_time", time, ""});
    window->inputs.push_back(std::move(input));
    window->window = std::make_shared<WindowSpec>(spec_);
    return window;
  }

 private:
  bool Fail(Span span, std::string text, std::string hint = {}) {
    report_.Error(span, ErrorKind::kInvalidArgument, std::move(text), std::move(hint));
    return false;
  }

  /// Each argument by its name, whichever way they were given.
  bool NameArguments() {
    std::vector<std::string> names = {"DATA", "TIMECOL"};
    names.insert(names.end(), shape_.arguments.begin(), shape_.arguments.end());
    size_t next = 0;
    for (const ast::ExpressionPtr& argument : call_.children) {
      std::string name;
      const ast::Expression* value = argument.get();
      if (argument->kind == ast::ExpressionKind::kNamed) {
        name = argument->text;
        for (char& c : name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        value = argument->children[0].get();
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          const auto nearest = flow::NearestName(name, names);
          return Fail(argument->span, std::string(shape_.function) + " has no argument " + name,
                      nearest ? "did you mean " + *nearest + "?" : Signature(shape_));
        }
      } else {
        if (next >= names.size())
          return Fail(argument->span, "too many arguments", Signature(shape_));
        name = names[next++];
      }
      if (!arguments_.emplace(name, value).second) {
        return Fail(argument->span, "argument " + name + " is given twice");
      }
    }
    for (size_t i = 0; i < 2 + shape_.required; ++i) {
      if (!arguments_.contains(names[i])) {
        return Fail(call_.span, std::string(shape_.function) + " lacks its argument " + names[i],
                    Signature(shape_));
      }
    }
    return true;
  }

  RelationPtr BindData() {
    const ast::Expression& data = *arguments_["DATA"];
    if (data.query != nullptr) {
      RelationPtr relation = query_.Bind(*data.query);
      if (relation != nullptr) scope_.columns = relation->schema.fields;
      scope_.tables.push_back({"", {}, 0, static_cast<int>(scope_.columns.size())});
      return relation;
    }
    if (data.kind != ast::ExpressionKind::kTable && data.kind != ast::ExpressionKind::kName) {
      Fail(data.span,
           "the first argument of " + std::string(shape_.function) + " is a table or a query",
           Signature(shape_));
      return nullptr;
    }
    if (data.kind == ast::ExpressionKind::kName) {
      Fail(data.span, "a table as an argument is written TABLE " + data.path.back().text);
      return nullptr;
    }
    ast::TableReference table;
    table.kind = ast::TableReference::Kind::kTable;
    table.name.parts = data.path;
    table.name.span =
        data.path.empty() ? data.span : sql::Join(data.path.front().span, data.path.back().span);
    table.span = table.name.span;
    return query_.BindFrom(table, &scope_);
  }

  bool BindTime(const Relation& input) {
    const ast::Expression& descriptor = *arguments_["TIMECOL"];
    if (descriptor.kind != ast::ExpressionKind::kDescriptor || descriptor.path.size() != 1) {
      return Fail(descriptor.span, "the time column is given as DESCRIPTOR(column)");
    }
    const ast::Identifier& name = descriptor.path[0];
    spec_.time_column = input.schema.Find(name.text);
    if (spec_.time_column < 0) {
      std::vector<std::string> known;
      for (const flow::Field& field : input.schema.fields) known.push_back(field.name);
      const auto nearest = flow::NearestName(name.text, known);
      report_.Error(name.span, ErrorKind::kNotFound, "Unknown identifier '" + name.text + "'",
                    nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
      return false;
    }
    const auto& type = input.schema.fields[static_cast<size_t>(spec_.time_column)].type;
    if (type->time_attribute() == TimeAttribute::kNone) {
      return Fail(name.span,
                  "The window function requires the timecol is a time attribute type, but is " +
                      type->WithNullable(true)->ToString() + ".",
                  "a column with a WATERMARK in CREATE TABLE, or one computed AS PROCTIME()");
    }
    spec_.processing_time = type->is_proctime();
    spec_.of_instants = type->kind() == flow::TypeKind::kTimestampLtz;
    return true;
  }

  std::optional<int64_t> Length(const std::string& name) {
    const auto found = arguments_.find(name);
    if (found == arguments_.end()) return 0;
    const Scope none;
    const ExprPtr value = ExpressionBinder(none, report_).Bind(*found->second);
    if (value == nullptr) return std::nullopt;
    const auto length = IntervalMs(*value);
    if (!length || (*length <= 0 && name != "OFFSET")) {
      Fail(found->second->span, name + " of " + std::string(shape_.function) +
                                    " is an INTERVAL of days to seconds" +
                                    (name == "OFFSET" ? "" : " above 0"));
      return std::nullopt;
    }
    return length;
  }

  bool BindLengths() {
    const auto size = Length(shape_.kind == WindowKind::kSession ? "GAP" : "SIZE");
    const auto slide = Length(shape_.kind == WindowKind::kHop        ? "SLIDE"
                              : shape_.kind == WindowKind::kCumulate ? "STEP"
                                                                     : "NONE");
    const auto offset = Length("OFFSET");
    if (!size || !slide || !offset) return false;
    spec_.kind = shape_.kind;
    spec_.size_ms = *size;
    spec_.slide_ms = *slide;
    spec_.offset_ms = *offset;
    return true;
  }

  bool CheckLengths() {
    if (spec_.kind != WindowKind::kCumulate) return true;
    if (spec_.size_ms % spec_.slide_ms == 0) return true;
    return Fail(call_.span,
                "CUMULATE table function based aggregate requires maxSize must be an integral "
                "multiple of step, but got maxSize " +
                    std::to_string(spec_.size_ms) + " ms and step " +
                    std::to_string(spec_.slide_ms) + " ms");
  }

  bool BindPartition() {
    const ast::Expression& data = *arguments_["DATA"];
    if (data.kind != ast::ExpressionKind::kTable || data.children.empty()) return true;
    if (spec_.kind != WindowKind::kSession) {
      return Fail(data.span, "PARTITION BY is SESSION's alone",
                  "the other windows are the same for all rows");
    }
    ExpressionBinder binder(scope_, report_);
    for (const ast::ExpressionPtr& key : data.children) {
      const ExprPtr column = binder.Bind(*key);
      if (column == nullptr) return false;
      if (column->kind != functions::ExprKind::kColumn || column->column >= kColumnRange) {
        return Fail(key->span, "PARTITION BY of SESSION takes columns");
      }
      spec_.partition_by.push_back(column->column);
    }
    return true;
  }

  QueryBinder& query_;
  const ast::TableReference& from_;
  const ast::Expression& call_;
  const Shape& shape_;
  const Report& report_;
  Scope scope_;
  std::map<std::string, const ast::Expression*> arguments_;
  WindowSpec spec_;
};

RelationPtr QueryBinder::BindFunction(const ast::TableReference& from, Scope* scope) {
  const ast::Expression& call = *from.call;
  for (const Shape& shape : Shapes()) {
    if (call.text != shape.function || !call.path.empty()) continue;
    RelationPtr relation = WindowBinder(this, from, shape).Bind();
    if (relation != nullptr) AddToScope(from, "", {}, *relation, scope);
    return relation;
  }
  std::vector<std::string> known;
  for (const Shape& shape : Shapes()) known.emplace_back(shape.function);
  known.emplace_back("UNNEST");
  const auto nearest = flow::NearestName(call.text, known);
  report_.Error(call.operator_span, ErrorKind::kNotFound,
                "table function " + call.text + " is not known",
                nearest ? "did you mean " + *nearest + "?"
                        : "there are TUMBLE, HOP, CUMULATE, SESSION and UNNEST");
  return nullptr;
}

}  // namespace sluice::sql
