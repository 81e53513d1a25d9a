// SPDX-License-Identifier: Apache-2.0
// COALESCE, NULLIF, IF, IFNULL (docs "Conditional Functions"): each is short for a CASE. NULLIF and
// the others share the expression they test, so it is evaluated once.
#include "functions/conditional.h"

#include <utility>

#include "base/assert.h"
#include "functions/families.h"
#include "functions/registry.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;

/// COALESCE and IFNULL: nullable only when all are.
Result<Signature> ResolveFirst(std::span<const ExprPtr> arguments) {
  if (arguments.empty()) return InvalidArgument("takes one argument or more");
  std::vector<flow::TypePtr> types;
  bool nullable = true;
  for (const ExprPtr& argument : arguments) {
    types.push_back(argument->type);
    nullable = nullable && argument->type->nullable();
  }
  SLUICE_ASSIGN(const flow::TypePtr common, CommonType(types));
  return Signature{std::vector<flow::TypePtr>(types.size(), common),
                   common->WithNullable(nullable)};
}

Result<Signature> ResolveIfNull(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2) return InvalidArgument("takes two arguments");
  return ResolveFirst(arguments);
}

Result<Signature> ResolveNullIf(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2) return InvalidArgument("takes two arguments");
  SLUICE_TRY(FindFunction("=")->resolve(arguments));
  return Signature{{arguments[0]->type, arguments[1]->type},
                   arguments[0]->type->WithNullable(true)};
}

Result<Signature> ResolveIf(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 3 || (arguments[0]->type->kind() != TypeKind::kBoolean &&
                                arguments[0]->type->kind() != TypeKind::kNull)) {
    return InvalidArgument("takes (BOOLEAN, ANY, ANY), not " + TypesText(arguments));
  }
  const flow::TypePtr branches[] = {arguments[1]->type, arguments[2]->type};
  SLUICE_ASSIGN(const flow::TypePtr common, CommonType(branches));
  return Signature{{Type::Simple(TypeKind::kBoolean), common, common}, common};
}

ExprPtr Is(const char* test, const ExprPtr& value) {
  return Call(FindFunction(test), {value}, Type::Simple(TypeKind::kBoolean, false));
}

}  // namespace

ExprPtr ToCase(std::string_view name, std::vector<ExprPtr> arguments, flow::TypePtr type) {
  if (name == "IF") return Case(std::move(arguments), std::move(type));
  if (name == "NULLIF") {
    auto equal = MakeCall("=", {arguments[0], arguments[1]});
    SLUICE_ASSERT(equal.ok());
    return Case({*equal, NullLiteral(type), arguments[0]}, type);
  }
  // COALESCE, IFNULL
  std::vector<ExprPtr> children;
  for (size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (!arguments[i]->type->nullable()) {
      arguments.resize(i + 1);  // nothing after it can be reached
      break;
    }
    children.push_back(Is("IS NOT NULL", arguments[i]));
    children.push_back(arguments[i]);
  }
  children.push_back(arguments.back());
  if (children.size() == 1) return children[0];
  return Case(std::move(children), std::move(type));
}

std::vector<Function> ConditionalFunctions() {
  const char* kind = "conditional";
  return {
      {"COALESCE", kind, "COALESCE(a, b, ...)", "The first that is not NULL",
       "COALESCE(name, 'unknown')", &ResolveFirst, nullptr},
      {"IFNULL", kind, "IFNULL(a, b)", "a if it is not NULL, else b", "IFNULL(price, 0)",
       &ResolveIfNull, nullptr},
      {"NULLIF", kind, "NULLIF(a, b)", "NULL if both are equal, else a", "NULLIF(name, '')",
       &ResolveNullIf, nullptr},
      {"IF", kind, "IF(condition, a, b)", "a if the condition is TRUE, else b",
       "IF(price > 10, 'dear', 'cheap')", &ResolveIf, nullptr},
  };
}

}  // namespace sluice::functions
