// SPDX-License-Identifier: Apache-2.0
// SQL/JSON functions (docs "JSON Functions"): a text is read, a path of members and elements is
// followed. A path without a mode is strict, as in Flink: what is not there is an error then, and
// empty in lax mode; without other words both give NULL.
#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "functions/column_view.h"
#include "functions/families.h"
#include "functions/json_path.h"
#include "functions/json_texts.h"
#include "functions/signature.h"
#include "nlohmann/json.hpp"

namespace sluice::functions {
namespace {

using Json = nlohmann::ordered_json;
using flow::Type;
using json_path::Clauses;
using json_path::Otherwise;
using json_path::Wrapper;

/// Reads a JSON text. Numbers that are not whole stand as the text that Java's BigDecimal has for
/// them (as a binary value, which JSON has not), since a DOUBLE would lose digits.
class JsonReader {
 public:
  /// nullopt: not JSON.
  static std::optional<Json> Read(std::string_view text) {
    JsonReader reader;
    if (!Json::sax_parse(text.begin(), text.end(), &reader)) return std::nullopt;
    return std::move(reader.root_);
  }

  bool null() { return Put(nullptr); }
  bool boolean(bool value) { return Put(value); }
  bool number_integer(int64_t value) { return Put(value); }
  bool number_unsigned(uint64_t value) { return Put(value); }
  bool number_float(double, const std::string& text) {
    const std::string number = BigDecimalText(text);
    return Put(Json::binary(std::vector<uint8_t>(number.begin(), number.end())));
  }
  bool string(std::string& value) { return Put(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(size_t) { return Begin(Json::object()); }
  bool start_array(size_t) { return Begin(Json::array()); }
  bool key(std::string& name) {
    key_ = std::move(name);
    return true;
  }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  template <typename Exception>
  bool parse_error(size_t, const std::string&, const Exception&) {
    return false;
  }

 private:
  /// An array or object that is being read. `places` of members, where they are many: an object is
  /// a list in the order of the text, and to look through it for each would be quadratic.
  struct Open {
    Json* value = nullptr;
    std::unordered_map<std::string, size_t> places;
  };

  Json* Add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Open& parent = open_.back();
    if (parent.value->is_array()) return &parent.value->emplace_back(std::move(value));
    return AddMember(&parent, std::move(value));
  }
  /// Of two members of a name the last one counts.
  Json* AddMember(Open* parent, Json value) {
    constexpr size_t kFew = 16;
    auto& object = parent->value->get_ref<Json::object_t&>();
    if (object.size() < kFew) return &(object[key_] = std::move(value));
    if (parent->places.empty()) {
      for (const auto& [name, member] : object) parent->places.emplace(name, parent->places.size());
    }
    const auto [known, fresh] = parent->places.emplace(key_, object.size());
    Json::object_t::Container& members = object;
    if (fresh) return &members.emplace_back(std::move(key_), std::move(value)).second;
    return &(members[known->second].second = std::move(value));
  }
  bool Put(Json value) {
    Add(std::move(value));
    return true;
  }
  bool Begin(Json value) {
    if (open_.size() == kDepthMax) return false;
    open_.push_back({Add(std::move(value)), {}});
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  static constexpr size_t kDepthMax = 1000;  // as Jackson, which Flink reads with

  Json root_;
  std::string key_;
  std::vector<Open> open_;  // from the root down; a parent does not change while a child is open
};

std::string NumberOf(const Json& value) {
  const auto& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

void AppendJson(const Json& value, std::string* out) {
  if (value.is_object()) {
    std::map<std::string_view, const Json*> members;  // Flink writes them in order of their names
    for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
      members[name] = &member;
    }
    char before = '{';
    for (const auto& [name, member] : members) {
      out->push_back(std::exchange(before, ','));
      AppendQuoted(name, out);
      out->push_back(':');
      AppendJson(*member, out);
    }
    *out += before == '{' ? "{}" : "}";
  } else if (value.is_array()) {
    char before = '[';
    for (const Json& element : value) {
      out->push_back(std::exchange(before, ','));
      AppendJson(element, out);
    }
    *out += before == '[' ? "[]" : "]";
  } else if (value.is_string()) {
    AppendQuoted(value.get_ref<const std::string&>(), out);
  } else {
    *out += value.is_binary() ? NumberOf(value) : value.dump();
  }
}

std::string TextOf(const Json& value) {
  std::string out;
  AppendJson(value, &out);
  return out;
}

/// A text without its quotes, all else as JSON.
std::string PlainTextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : TextOf(value);
}

struct Step {
  enum class Kind { kMember, kElement, kAll };
  Kind kind = Kind::kMember;
  std::string name;
  size_t index = 0;
};

struct Path {
  bool lax = false, many = false;
  std::vector<Step> steps;
};

void SkipBlanks(std::string_view* text) {
  while (!text->empty() && text->front() == ' ') text->remove_prefix(1);
}

/// ['name'], [0] or [*], without the opening bracket; false when it is none of them.
bool TakeBracket(std::string_view* text, Path* path) {
  SkipBlanks(text);
  if (text->empty()) return false;
  Step step;
  const char quote = text->front();
  if (quote == '\'' || quote == '"') {
    const size_t end = text->find(quote, 1);
    if (end == std::string_view::npos) return false;
    step.name = std::string(text->substr(1, end - 1));
    text->remove_prefix(end + 1);
  } else if (quote == '*') {
    step.kind = Step::Kind::kAll;
    text->remove_prefix(1);
  } else {
    step.kind = Step::Kind::kElement;
    size_t digits = 0;
    while (digits < text->size() && digits < 9 && (*text)[digits] >= '0' &&
           (*text)[digits] <= '9') {
      step.index = step.index * 10 + static_cast<size_t>((*text)[digits++] - '0');
    }
    if (digits == 0) return false;
    text->remove_prefix(digits);
  }
  SkipBlanks(text);
  if (!text->starts_with("]")) return false;
  text->remove_prefix(1);
  path->many |= step.kind == Step::Kind::kAll;
  path->steps.push_back(std::move(step));
  return true;
}

/// nullopt: not a path.
std::optional<Path> ParsePath(std::string_view text) {
  Path path;
  SkipBlanks(&text);
  if (text.starts_with("lax ") || text.starts_with("strict ")) {
    path.lax = text.front() == 'l';
    text.remove_prefix(path.lax ? 4 : 7);
    SkipBlanks(&text);
  }
  if (!text.starts_with("$")) return std::nullopt;
  text.remove_prefix(1);
  while (!text.empty() && text != " ") {
    if (text.starts_with(".")) {
      text.remove_prefix(1);
      if (!text.starts_with("[")) {
        const size_t end = std::min(text.find_first_of(".["), text.size());
        Step step{Step::Kind::kMember, std::string(text.substr(0, end)), 0};
        if (step.name.empty()) return std::nullopt;
        if (step.name == "*") step.kind = Step::Kind::kAll;
        path.many |= step.kind == Step::Kind::kAll;
        path.steps.push_back(std::move(step));
        text.remove_prefix(end);
        continue;
      }
    }
    if (!text.starts_with("[")) return std::nullopt;
    text.remove_prefix(1);
    if (!TakeBracket(&text, &path)) return std::nullopt;
  }
  return path;
}

/// What a path finds; `missing` where some step had no place to go to.
struct Found {
  std::vector<const Json*> values;
  bool missing = false;
};

Found Follow(const Json& root, const Path& path) {
  Found found{{&root}, false};
  for (const Step& step : path.steps) {
    std::vector<const Json*> next;
    for (const Json* at : found.values) {
      if (step.kind == Step::Kind::kMember && at->is_object()) {
        const auto member = at->find(step.name);
        if (member != at->end()) next.push_back(&*member);
      } else if (step.kind == Step::Kind::kElement && at->is_array() && step.index < at->size()) {
        next.push_back(&(*at)[step.index]);
      } else if (step.kind == Step::Kind::kAll && at->is_structured()) {
        for (const Json& child : *at) next.push_back(&child);
      }
    }
    found.missing |= next.empty();
    found.values = std::move(next);
  }
  return found;
}

enum class Outcome { kFound, kEmpty, kError };

/// A scalar as text.
Outcome ValueOf(const Found& found, const Path& path, std::string* text) {
  if (found.values.empty()) return path.lax ? Outcome::kEmpty : Outcome::kError;
  if (path.many || found.values[0]->is_structured()) return Outcome::kError;
  if (found.values[0]->is_null()) return Outcome::kEmpty;
  *text = PlainTextOf(*found.values[0]);
  return Outcome::kFound;
}

/// An object or array, or what the wrapper makes one.
Outcome QueryOf(const Found& found, const Path& path, Wrapper wrapper, Json* result) {
  if (found.values.empty() && !path.many) return path.lax ? Outcome::kEmpty : Outcome::kError;
  *result = path.many ? Json::array() : *found.values[0];
  if (path.many) {
    for (const Json* value : found.values) result->push_back(*value);
  }
  if (result->is_null()) return Outcome::kEmpty;
  if (wrapper == Wrapper::kAlways || (wrapper == Wrapper::kConditional && !result->is_array())) {
    Json all = Json::array();
    all.push_back(std::move(*result));
    *result = std::move(all);
  }
  if (result->is_structured()) return Outcome::kFound;
  return path.lax ? Outcome::kEmpty : Outcome::kError;
}

Error Failure(Outcome outcome, std::string_view path) {
  return InvalidArgument(outcome == Outcome::kEmpty
                             ? "the path finds nothing in the JSON text: " + std::string(path)
                             : "the JSON text does not hold what the path asks for: " +
                                   std::string(path));
}

/// Reads text and path of a row; what they give goes to `give`(row, outcome, found, path).
template <typename Give>
Status ForRows(std::span<const Argument> arguments, int64_t rows, NullBits* nulls, Give give) {
  SLUICE_ASSIGN(const ColumnView texts, ColumnView::Make(arguments[0]));
  SLUICE_ASSIGN(const ColumnView paths, ColumnView::Make(arguments[1]));
  const Reader<std::string_view> text(texts), path_text(paths);
  std::string known;
  std::optional<Path> path;
  for (int64_t row = 0; row < rows; ++row) {
    if (texts.IsNull(row) || paths.IsNull(row)) {
      SLUICE_TRY(nulls->SetNull(row));
      SLUICE_TRY(give(row, nullptr, Path(), std::string_view()));
      continue;
    }
    if (!path || known != path_text[row]) {
      known = std::string(path_text[row]);
      path = ParsePath(known);
      if (!path) return InvalidArgument("not a JSON path: '" + known + "'");
    }
    const std::string_view json = text[row];
    const std::optional<Json> root = JsonReader::Read(json);
    static const Json kNotJson(Json::value_t::discarded);
    SLUICE_TRY(give(row, root ? &*root : &kNotJson, *path, known));
  }
  return Status::Ok();
}

/// The binder gives them as a constant; without one, or with another number, they are the usual.
Clauses ClausesOf(std::span<const Argument> arguments) {
  if (arguments.size() < 3 || arguments[2].scalar == nullptr) return {};
  if (!arguments[2].scalar->is_valid) return {};
  return Clauses::Decode(static_cast<const arrow::Int32Scalar&>(*arguments[2].scalar).value);
}

template <bool kQuery>
Result<ArrayPtr> EvaluateText(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                              const EvalContext&) {
  const Clauses clauses = ClausesOf(arguments);
  NullBits nulls(rows);
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 16));
  std::string text;
  Json result;
  const auto give = [&](int64_t row, const Json* root, const Path& path,
                        std::string_view known) -> Status {
    Outcome outcome = Outcome::kError;
    if (root != nullptr && !root->is_discarded()) {
      const Found found = Follow(*root, path);
      outcome =
          kQuery ? QueryOf(found, path, clauses.wrapper, &result) : ValueOf(found, path, &text);
      if (kQuery && outcome == Outcome::kFound) text = TextOf(result);
    }
    const Otherwise otherwise = outcome == Outcome::kEmpty ? clauses.on_empty : clauses.on_error;
    if (root != nullptr && outcome == Outcome::kFound) {
      out.Append(text);
    } else if (root != nullptr && otherwise == Otherwise::kError) {
      return Failure(outcome, known);
    } else if (root != nullptr && otherwise == Otherwise::kEmptyArray) {
      out.Append(std::string_view("[]"));
    } else if (root != nullptr && otherwise == Otherwise::kEmptyObject) {
      out.Append(std::string_view("{}"));
    } else {
      SLUICE_TRY(nulls.SetNull(row));
    }
    out.EndRow();
    return Status::Ok();
  };
  SLUICE_TRY(ForRows(arguments, rows, &nulls, give));
  return out.Finish(flow::ToArrow(*call.type), nulls);
}

/// An array whose elements are texts as they are, NULLs, and all else as JSON.
Result<ArrayPtr> EvaluateArray(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  const Clauses clauses = ClausesOf(arguments);
  NullBits nulls(rows);
  auto texts = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), texts, flow::ToArrow(*call.type));
  Json result;
  const auto give = [&](int64_t, const Json* root, const Path& path,
                        std::string_view known) -> Status {
    Outcome outcome = Outcome::kError;
    if (root != nullptr && !root->is_discarded()) {
      outcome = QueryOf(Follow(*root, path), path, clauses.wrapper, &result);
      if (outcome == Outcome::kFound && !result.is_array()) outcome = Outcome::kError;
    }
    const Otherwise otherwise = outcome == Outcome::kEmpty ? clauses.on_empty : clauses.on_error;
    if (root != nullptr && outcome != Outcome::kFound && otherwise == Otherwise::kError) {
      return Failure(outcome, known);
    }
    if (root == nullptr || (outcome != Outcome::kFound && otherwise != Otherwise::kEmptyArray)) {
      SLUICE_TRY(lists.AppendNull());
      return Status::Ok();
    }
    SLUICE_TRY(lists.Append());
    if (outcome != Outcome::kFound) return Status::Ok();
    for (const Json& element : result) {
      SLUICE_TRY(element.is_null() ? texts->AppendNull() : texts->Append(PlainTextOf(element)));
    }
    return Status::Ok();
  };
  SLUICE_TRY(ForRows(arguments, rows, &nulls, give));
  SLUICE_ASSIGN(ArrayPtr array, lists.Finish());
  return array;
}

/// Takes<> has no ARRAY: text, path and clauses.
Result<Signature> ResolveArray(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, Takes<"string, string, int? -> string null">(arguments));
  signature.result = Type::Array(Type::Varchar());
  return signature;
}

/// 0 where JSON_VALUE finds a value, 1 where nothing is there, 2 where something is wrong.
Result<ArrayPtr> EvaluateOutcome(const Expr&, std::span<const Argument> arguments, int64_t rows,
                                 const EvalContext&) {
  NullBits nulls(rows);
  arrow::Int32Builder outcomes;
  std::string text;
  const auto give = [&](int64_t, const Json* root, const Path& path, std::string_view) -> Status {
    if (root == nullptr) {
      SLUICE_TRY(outcomes.AppendNull());
      return Status::Ok();
    }
    Outcome outcome = Outcome::kError;
    if (!root->is_discarded()) outcome = ValueOf(Follow(*root, path), path, &text);
    SLUICE_TRY(outcomes.Append(static_cast<int32_t>(outcome)));
    return Status::Ok();
  };
  SLUICE_TRY(ForRows(arguments, rows, &nulls, give));
  SLUICE_ASSIGN(ArrayPtr array, outcomes.Finish());
  return array;
}

Result<ArrayPtr> EvaluateExists(const Expr&, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  const Otherwise on_error = ClausesOf(arguments).on_error;
  NullBits nulls(rows);
  arrow::BooleanBuilder exist;
  const auto give = [&](int64_t, const Json* root, const Path& path,
                        std::string_view known) -> Status {
    if (root == nullptr) {
      SLUICE_TRY(exist.AppendNull());
      return Status::Ok();
    }
    Found found;
    if (!root->is_discarded()) found = Follow(*root, path);
    const bool wrong = root->is_discarded() || (found.missing && !path.lax);
    if (!wrong) {
      const bool nothing = found.values.empty() || (!path.many && found.values[0]->is_null());
      SLUICE_TRY(exist.Append(!nothing));
    } else if (on_error == Otherwise::kError) {
      return Failure(Outcome::kError, known);
    } else if (on_error == Otherwise::kNull) {
      SLUICE_TRY(exist.AppendNull());
    } else {
      SLUICE_TRY(exist.Append(on_error == Otherwise::kTrue));
    }
    return Status::Ok();
  };
  SLUICE_TRY(ForRows(arguments, rows, &nulls, give));
  SLUICE_ASSIGN(ArrayPtr array, exist.Finish());
  return array;
}

enum class Form { kValue, kObject, kArray, kScalar };

template <Form kForm, bool kNegated>
Result<ArrayPtr> EvaluateIsJson(const Expr&, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView texts, ColumnView::Make(arguments[0]));
  const Reader<std::string_view> text(texts);
  arrow::BooleanBuilder is;
  for (int64_t row = 0; row < rows; ++row) {
    if (texts.IsNull(row)) {  // NULL is not JSON
      SLUICE_TRY(is.Append(kNegated));
      continue;
    }
    const std::string_view json = text[row];
    const Json root = Json::parse(json.begin(), json.end(), nullptr, false);
    bool fits = !root.is_discarded();
    if (kForm == Form::kObject) fits = fits && root.is_object();
    if (kForm == Form::kArray) fits = fits && root.is_array();
    if (kForm == Form::kScalar) fits = fits && !root.is_structured();
    SLUICE_TRY(is.Append(fits != kNegated));
  }
  SLUICE_ASSIGN(ArrayPtr array, is.Finish());
  return array;
}

template <Form kForm>
void AddForm(const std::string& word, std::vector<Function>* functions) {
  const std::string name = "IS JSON" + word, negated = "IS NOT JSON" + word;
  const std::string what = word.empty() || word == " VALUE" ? "JSON" : "a JSON" + word;
  functions->push_back({name, "conditional", "text " + name, "TRUE if the text is " + what,
                        "payload " + name, &Takes<"string -> boolean">,
                        &EvaluateIsJson<kForm, false>, true, true});
  functions->push_back({negated, "conditional", "text " + negated, "TRUE if it is not",
                        "payload " + negated, &Takes<"string -> boolean">,
                        &EvaluateIsJson<kForm, true>, true, true});
}

}  // namespace

std::vector<Function> JsonFunctions() {
  const char* kind = "string";
  std::vector<Function> functions = {
      {"JSON_VALUE", kind,
       "JSON_VALUE(json, path [RETURNING type] [NULL | ERROR | DEFAULT x ON EMPTY] [... ON ERROR])",
       "The scalar at a path of a JSON text, as STRING or the type that is named",
       "JSON_VALUE('{\"a\": true}', '$.a') = 'true'", &Takes<"string, string, int? -> string null">,
       &EvaluateText<false>, true, true},
      {"JSON_QUERY", kind,
       "JSON_QUERY(json, path [RETURNING ARRAY<STRING>] [WITHOUT | WITH [CONDITIONAL] WRAPPER] "
       "[NULL | EMPTY ARRAY | EMPTY "
       "OBJECT | ERROR ON EMPTY] [... ON ERROR])",
       "The object or array at a path of a JSON text, as JSON",
       "JSON_QUERY('{\"a\": {\"b\": 1}}', '$.a') = '{\"b\":1}'",
       &Takes<"string, string, int? -> string null">, &EvaluateText<true>, true, true},
      {"JSON_QUERY_ARRAY", kind, "JSON_QUERY(json, path RETURNING ARRAY<STRING> ...)",
       "The array at a path of a JSON text, its elements as texts: those that are none as JSON",
       "JSON_QUERY('{\"a\": [1, \"x\"]}', '$.a' RETURNING ARRAY<STRING>) = ARRAY['1', 'x']",
       &ResolveArray, &EvaluateArray, true, true},
      {"JSON_EXISTS", kind, "JSON_EXISTS(json, path [TRUE | FALSE | UNKNOWN | ERROR ON ERROR])",
       "TRUE if there is something at a path of a JSON text", "JSON_EXISTS('{\"a\": true}', '$.a')",
       &Takes<"string, string, int? -> boolean null">, &EvaluateExists, true, true},
      {"JSON_VALUE_OUTCOME", kind, "JSON_VALUE_OUTCOME(json, path)",
       "0 where JSON_VALUE finds a value, 1 where it finds nothing, 2 where something is wrong",
       "JSON_VALUE_OUTCOME('{}', 'lax $.a') = 1", &Takes<"string, string -> int null">,
       &EvaluateOutcome, true, true},
  };
  AddForm<Form::kValue>("", &functions);
  AddForm<Form::kValue>(" VALUE", &functions);
  AddForm<Form::kObject>(" OBJECT", &functions);
  AddForm<Form::kArray>(" ARRAY", &functions);
  AddForm<Form::kScalar>(" SCALAR", &functions);
  return functions;
}

}  // namespace sluice::functions
