// SPDX-License-Identifier: Apache-2.0
#include "functions/array_arguments.h"

#include <algorithm>
#include <string>
#include <vector>

#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

namespace {

bool IsArray(const ExprPtr& argument) {
  return argument->type->kind() == TypeKind::kArray;
}

/// A VARCHAR is no CHAR without a CAST, and a VARBINARY no BINARY.
bool Fits(const Type& value, const Type& element) {
  if (value.kind() == TypeKind::kVarchar && element.kind() == TypeKind::kChar) return false;
  if (value.kind() == TypeKind::kVarbinary && element.kind() == TypeKind::kBinary) return false;
  return IsImplicitlyCastable(value, element);
}

}  // namespace

Result<Signature> ResolveArrayAndElement(std::span<const ExprPtr> arguments) {
  if (arguments.size() != 2 || !IsArray(arguments[0]) ||
      !Fits(*arguments[1]->type, *arguments[0]->type->element())) {
    return InvalidArgument("takes an ARRAY and a value of its element type, not " +
                           TypesText(arguments));
  }
  const TypePtr& element = arguments[0]->type->element();
  return Signature{{arguments[0]->type,
                    element->WithNullable(element->nullable() || arguments[1]->type->nullable())},
                   nullptr};
}

Result<Signature> ResolveCommonArrays(std::span<const ExprPtr> arguments, size_t least,
                                      size_t most) {
  const bool arrays = std::all_of(arguments.begin(), arguments.end(), IsArray);
  if (!arrays || arguments.size() < least || arguments.size() > most) {
    const std::string many = least == most ? std::to_string(least) + " ARRAYs" : "ARRAYs";
    return InvalidArgument("takes " + many + ", not " + TypesText(arguments));
  }
  return CastToCommon(arguments);
}

Status CheckOrdered(std::span<const ExprPtr> arguments) {
  const Type& element = *arguments[0]->type->element();
  if (element.is_numeric() || element.is_datetime() || element.is_character() ||
      element.is_binary() || element.kind() == TypeKind::kNull) {
    return Status::Ok();
  }
  return InvalidArgument("takes an ARRAY whose elements have an order, not " +
                         TypesText(arguments));
}

}  // namespace sluice::functions
