// SPDX-License-Identifier: Apache-2.0
// The list of all functions, finding one by name, and making a typed call.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "flow/table_options.h"
#include "functions/conditional.h"
#include "functions/families.h"
#include "functions/registry.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using Family = std::vector<Function> (*)();

constexpr Family kFamilies[] = {
    &ComparisonFunctions,  &LogicalFunctions,    &ArithmeticFunctions,   &MathFunctions,
    &ConditionalFunctions, &StringCaseFunctions, &StringSearchFunctions, &StringBuildFunctions,
    &RegexpFunctions,      &TimePartFunctions,   &TemporalFunctions,     &EncodingFunctions,
    &ExtremeFunctions,     &CollectionFunctions, &ArrayFunctions,        &ArraySetFunctions,
    &ArrayOrderFunctions,  &MapFunctions,        &SplitFunctions,        &TypeNameFunctions,
    &PrintfFunctions,      &JsonFunctions,       &JsonMakeFunctions,
};

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

struct Registry {
  std::vector<Function> functions;
  std::vector<const Function*> list;
  std::map<std::string, const Function*, std::less<>> by_name;

  Registry() {
    for (const Family family : kFamilies) {
      std::vector<Function> members = family();
      functions.insert(functions.end(), members.begin(), members.end());
    }
    for (const Function& function : functions) {
      list.push_back(&function);
      by_name.emplace(function.name, &function);
    }
  }
};

const Registry& TheRegistry() {
  static const Registry registry;
  return registry;
}

}  // namespace

const std::vector<const Function*>& AllFunctions() {
  return TheRegistry().list;
}

const Function* FindFunction(std::string_view name) {
  const auto& by_name = TheRegistry().by_name;
  const auto found = by_name.find(Upper(name));
  return found == by_name.end() ? nullptr : found->second;
}

Result<ExprPtr> MakeCall(std::string_view name, std::vector<ExprPtr> arguments) {
  const Function* function = FindFunction(name);
  if (function == nullptr) {
    std::vector<std::string> names;
    for (const Function* known : AllFunctions()) names.push_back(known->name);
    std::string text = "no function '" + std::string(name) + "'";
    if (const auto nearest = flow::NearestName(name, names)) {
      text += ", did you mean " + *nearest + "?";
    }
    return NotFound(text);
  }
  auto signature = function->resolve(arguments);
  if (!signature.ok()) return std::move(signature).error().With(function->name);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const flow::TypePtr& wanted = signature->arguments[i];
    if (!wanted->EqualsIgnoringNullability(*arguments[i]->type)) {
      arguments[i] = Cast(std::move(arguments[i]), wanted);
    }
  }
  if (function->evaluate == nullptr) {
    return ToCase(function->name, std::move(arguments), signature->result);
  }
  return Call(function, std::move(arguments), signature->result);
}

}  // namespace sluice::functions
