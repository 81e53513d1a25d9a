// SPDX-License-Identifier: Apache-2.0
#include "sql/hints.h"

#include <algorithm>
#include <array>
#include <optional>

#include "flow/table_options.h"
#include "sql/lexer.h"

namespace sluice::sql {
namespace {

constexpr std::array<std::string_view, 6> kJoinHints = {
    "BROADCAST", "SHUFFLE_HASH", "SHUFFLE_MERGE", "NEST_LOOP", "MULTI_JOIN", "NO_UNNEST_SUB_QUERY"};

const std::vector<flow::OptionSpec>& LookupOptionSpecs() {
  using flow::OptionKind;
  static const std::vector<flow::OptionSpec> specs = {
      {"table", OptionKind::kString, "", true, {}, ""},
      {"async", OptionKind::kBoolean, "", false, {}, ""},
      {"output-mode", OptionKind::kEnum, "", false, {"ordered", "allow_unordered"}, ""},
      {"capacity", OptionKind::kInteger, "", false, {}, ""},
      {"timeout", OptionKind::kDuration, "", false, {}, ""},
      {"retry-predicate", OptionKind::kEnum, "", false, {"lookup_miss"}, ""},
      {"retry-strategy", OptionKind::kEnum, "", false, {"fixed_delay"}, ""},
      {"fixed-delay", OptionKind::kDuration, "", false, {}, ""},
      {"max-attempts", OptionKind::kInteger, "", false, {}, ""},
      {"shuffle", OptionKind::kBoolean, "", false, {}, ""},  // no effect: rows go by their key
  };
  return specs;
}

std::string LowerCase(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool IsTable(const Scope& scope, const std::string& alias) {
  if (scope.unknown) return true;
  return std::any_of(scope.tables.begin(), scope.tables.end(),
                     [&](const Scope::Table& table) { return table.alias == alias; });
}

bool CheckTable(const std::string& alias, const std::string& hint, Span span, const Scope& scope,
                const Report& report) {
  if (IsTable(scope, alias)) return true;
  std::vector<std::string> known;
  for (const Scope::Table& table : scope.tables) known.push_back(table.alias);
  const auto nearest = flow::NearestName(alias, known);
  report.Error(span, ErrorKind::kInvalidArgument,
               "The options of following hints cannot match the name of input tables or views: " +
                   Backtick(alias) + " in " + Backtick(hint),
               nearest ? "did you mean " + Backtick(*nearest) + "?" : "");
  return false;
}

bool CheckStateTtl(const ast::Hint& hint, const Scope& scope, const Report& report) {
  bool ok = true;
  if (hint.options.empty()) {
    report.Error(hint.span, ErrorKind::kInvalidArgument,
                 "STATE_TTL takes table names with durations", "write STATE_TTL('orders' = '1 d')");
    return false;
  }
  for (const auto& option : hint.options) {
    ok &= CheckTable(option.key, hint.name, option.key_span, scope, report);
    const auto duration = flow::ParseDurationMs(option.value);
    if (duration.ok()) continue;
    report.Error(option.value_span, duration.error());
    ok = false;
  }
  return ok;
}

/// A value of LOOKUP that does not do; nothing may be none, or wait for ever.
std::optional<Error> WrongLookupValue(const flow::OptionSpec& spec, const std::string& value) {
  flow::OptionSpec alone = spec;
  alone.required = false;
  const std::string text = spec.kind == flow::OptionKind::kEnum ? LowerCase(value) : value;
  std::vector<Error> wrong = flow::CheckOptions({{spec.name, text}}, {alone}, "the hint LOOKUP");
  if (!wrong.empty()) return std::move(wrong.front());
  const bool positive = spec.name == "capacity" || spec.name == "timeout";
  const auto number = spec.kind == flow::OptionKind::kDuration ? flow::ParseDurationMs(text)
                                                               : flow::ParseInteger(text);
  if (!positive || *number > 0) return std::nullopt;
  return InvalidArgument("'" + spec.name + "' of the hint LOOKUP must be more than 0, not '" +
                         value + "'");
}

bool CheckLookup(const ast::Hint& hint, const Scope& scope, const Report& report) {
  bool ok = true;
  bool table = false;
  for (const auto& option : hint.options) {
    if (option.key == "table") {
      table = true;
      ok &= CheckTable(option.value, hint.name, option.value_span, scope, report);
    }
    std::vector<std::string> names;
    const flow::OptionSpec* known = nullptr;
    for (const flow::OptionSpec& spec : LookupOptionSpecs()) {
      names.push_back(spec.name);
      if (spec.name == option.key) known = &spec;
    }
    if (known != nullptr) {
      const auto wrong = WrongLookupValue(*known, option.value);
      if (wrong) report.Error(option.value_span, *wrong);
      ok &= !wrong;
      continue;
    }
    const auto nearest = flow::NearestName(option.key, names);
    report.Error(option.key_span, ErrorKind::kNotFound, "LOOKUP has no option '" + option.key + "'",
                 nearest ? "did you mean '" + *nearest + "'?" : "");
    ok = false;
  }
  if (!table) {
    report.Error(hint.span, ErrorKind::kInvalidArgument,
                 "Invalid LOOKUP hint: incomplete required option(s): 'table'",
                 "write LOOKUP('table' = 'customers', ...)");
  }
  return ok && table;
}

}  // namespace

bool CheckQueryHints(const std::vector<ast::Hint>& hints, const Scope& scope,
                     const Report& report) {
  bool ok = true;
  for (const ast::Hint& hint : hints) {
    if (hint.name == "STATE_TTL") {
      ok &= CheckStateTtl(hint, scope, report);
    } else if (hint.name == "LOOKUP") {
      ok &= CheckLookup(hint, scope, report);
    } else if (std::find(kJoinHints.begin(), kJoinHints.end(), hint.name) != kJoinHints.end()) {
      for (const std::string& alias : hint.arguments) {
        ok &= CheckTable(alias, hint.name, hint.span, scope, report);
      }
    } else {
      std::vector<std::string> known(kJoinHints.begin(), kJoinHints.end());
      known.insert(known.end(), {"STATE_TTL", "LOOKUP"});
      const auto nearest = flow::NearestName(hint.name, known);
      report.Error(hint.span, ErrorKind::kNotFound, "there is no hint " + hint.name,
                   nearest ? "did you mean " + *nearest + "?"
                           : "SELECT takes STATE_TTL, LOOKUP, and hints of Flink's batch joins");
      ok = false;
    }
  }
  return ok;
}

int64_t StateTtl(const std::vector<ast::Hint>& hints, const std::string& alias) {
  if (alias.empty()) return -1;
  for (const ast::Hint& hint : hints) {
    if (hint.name != "STATE_TTL") continue;
    int64_t found = -1;
    for (const auto& option : hint.options) {
      if (option.key != alias) continue;
      const auto duration = flow::ParseDurationMs(option.value);
      if (duration.ok()) found = *duration;
    }
    if (found >= 0) return found;
  }
  return -1;
}

int64_t StateTtl(const std::vector<ast::Hint>& hints, const Scope& scope) {
  return scope.tables.size() == 1 ? StateTtl(hints, scope.tables[0].alias) : -1;
}

std::map<std::string, std::string> LookupOptions(const std::vector<ast::Hint>& hints,
                                                 const std::string& alias) {
  std::map<std::string, std::string> options;
  for (const ast::Hint& hint : hints) {
    if (hint.name != "LOOKUP") continue;
    std::map<std::string, std::string> given;
    for (const auto& option : hint.options) {
      const bool name = option.key != "table";
      given[option.key] = name ? LowerCase(option.value) : option.value;
    }
    if (given["table"] == alias) return given;
  }
  return options;
}

}  // namespace sluice::sql
