// SPDX-License-Identifier: Apache-2.0
// TYPEOF (docs "Type Conversion Functions"): a type as text, known when the query is planned.
#include <string>

#include "functions/column_view.h"
#include "functions/families.h"
#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

/// STRING and BYTES by their long names, unless they stand in backticks: those are names of fields.
std::string SerializableOf(const Type& type) {
  const std::string text = type.ToString();
  std::string out;
  bool in_name = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '`') in_name = !in_name;
    if (!in_name && text.compare(at, 6, "STRING") == 0) {
      out += "VARCHAR(2147483647)";
      at += 5;
    } else if (!in_name && text.compare(at, 5, "BYTES") == 0) {
      out += "VARBINARY(2147483647)";
      at += 4;
    } else {
      out += text[at];
    }
  }
  return out;
}

Result<Signature> ResolveTypeOf(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any, boolean? -> string null", arguments));
  if (arguments.size() > 1 && arguments[1]->kind != ExprKind::kLiteral) {
    return InvalidArgument("takes TRUE or FALSE as its second argument, not an expression");
  }
  return signature;
}

Result<ArrayPtr> EvaluateTypeOf(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  const bool serializable = arguments.size() > 1 && arguments[1].scalar != nullptr &&
                            arguments[1].scalar->is_valid &&
                            static_cast<const arrow::BooleanScalar&>(*arguments[1].scalar).value;
  const Type& type = *call.children[0]->type;
  const arrow::StringScalar text(serializable ? SerializableOf(type) : type.ToString());
  SLUICE_ASSIGN(ArrayPtr column, arrow::MakeArrayFromScalar(text, rows));
  return column;
}

}  // namespace

std::vector<Function> TypeNameFunctions() {
  return {
      {"TYPEOF", "conversion", "TYPEOF(value[, serializable])",
       "The type of an expression as text; with TRUE as it can be written in SQL",
       "TYPEOF(1) = 'INT NOT NULL'", &ResolveTypeOf, &EvaluateTypeOf},
  };
}

}  // namespace sluice::functions
