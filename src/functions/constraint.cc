// SPDX-License-Identifier: Apache-2.0
// Whole columns are looked at first: a column without NULLs breaks no NOT NULL. Values are walked
// one by one only where some value may be wrong.
#include "functions/constraint.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "arrow/api.h"
#include "functions/registry.h"
#include "functions/utf8.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using ArrayPtr = std::shared_ptr<arrow::Array>;

constexpr int32_t kNotNull = 1, kLengths = 2, kRows = 4, kCollections = 8;

int32_t FlagsOf(const Constraints& constraints) {
  return (constraints.not_null ? kNotNull : 0) | (constraints.lengths ? kLengths : 0) |
         (constraints.rows ? kRows : 0) | (constraints.collections ? kCollections : 0);
}

bool IsBounded(const Type& type) {
  return (type.is_character() || type.is_binary()) && type.length() != Type::kUnboundedLength;
}

bool IsFixed(const Type& type) {
  return type.kind() == TypeKind::kChar || type.kind() == TypeKind::kBinary;
}

/// Is what stands in a value of this type looked at?
bool Enters(const Type& type, int32_t flags) {
  if (type.kind() == TypeKind::kRow) return (flags & kRows) != 0;
  return type.is_nested() && (flags & kCollections) != 0;
}

/// The parts of a nested array, with its offset applied for ROWs; lists give all their elements.
std::vector<ArrayPtr> PartsOf(const arrow::Array& array) {
  if (array.type_id() == arrow::Type::STRUCT) {
    return static_cast<const arrow::StructArray&>(array).fields();
  }
  if (array.type_id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapArray&>(array);
    return {map.keys(), map.items()};
  }
  return {static_cast<const arrow::ListArray&>(array).values()};
}

const Type& PartType(const Type& type, size_t part) {
  static const flow::TypePtr count = Type::Simple(TypeKind::kInt, false);
  return part < type.fields().size() ? *type.fields()[part].type : *count;
}

std::string_view TextAt(const arrow::Array& array, int64_t row) {
  return static_cast<const arrow::BinaryArray&>(array).GetView(row);
}

int64_t LengthOf(const Type& type, std::string_view text) {
  return type.is_character() ? CountCharacters(text) : static_cast<int64_t>(text.size());
}

bool HasLength(const Type& type, std::string_view text) {
  if (!IsFixed(type) && text.size() <= static_cast<size_t>(type.length())) return true;
  const int64_t length = LengthOf(type, text);
  return IsFixed(type) ? length == type.length() : length <= type.length();
}

/// False: no value of the column is wrong, seen without looking at values one by one but texts.
bool MayBreak(const arrow::Array& array, const Type& type, int32_t flags) {
  if ((flags & kLengths) != 0 && IsBounded(type)) {
    for (int64_t row = 0; row < array.length(); ++row) {
      if (array.IsValid(row) && !HasLength(type, TextAt(array, row))) return true;
    }
  }
  if (!Enters(type, flags)) return false;
  const std::vector<ArrayPtr> parts = PartsOf(array);
  for (size_t i = 0; i < parts.size(); ++i) {
    const Type& part = PartType(type, i);
    if ((flags & kNotNull) != 0 && !part.nullable() && parts[i]->null_count() > 0) return true;
    if (MayBreak(*parts[i], part, flags)) return true;
  }
  return false;
}

/// What is wrong with a value, and where in it.
struct Breach {
  std::string path;
  const Type* type = nullptr;
  int64_t length = -1;  // -1: a NULL
};

std::optional<Breach> FindBreach(const arrow::Array& array, int64_t row, const Type& type,
                                 int32_t flags);

std::optional<Breach> FindInPart(const arrow::Array& part, int64_t row, const Type& type,
                                 int32_t flags, const std::string& step) {
  std::optional<Breach> breach;
  if (part.IsValid(row)) {
    breach = FindBreach(part, row, type, flags);
  } else if ((flags & kNotNull) != 0 && !type.nullable()) {
    breach = Breach{"", &type, -1};
  }
  if (breach) breach->path = step + breach->path;
  return breach;
}

/// The first breach of a value that is not NULL.
std::optional<Breach> FindBreach(const arrow::Array& array, int64_t row, const Type& type,
                                 int32_t flags) {
  if ((flags & kLengths) != 0 && IsBounded(type)) {
    const std::string_view text = TextAt(array, row);
    if (!HasLength(type, text)) return Breach{"", &type, LengthOf(type, text)};
  }
  if (!Enters(type, flags)) return std::nullopt;
  const std::vector<ArrayPtr> parts = PartsOf(array);
  if (type.kind() == TypeKind::kRow) {
    for (size_t i = 0; i < parts.size(); ++i) {
      const flow::Field& field = type.fields()[i];
      auto breach = FindInPart(*parts[i], row, *field.type, flags, "." + field.name);
      if (breach) return breach;
    }
    return std::nullopt;
  }
  const auto& list = static_cast<const arrow::ListArray&>(array);
  for (int64_t at = list.value_offset(row); at < list.value_offset(row + 1); ++at) {
    for (size_t i = 0; i < parts.size(); ++i) {
      std::string step = "[" + std::to_string(at - list.value_offset(row)) + "]";
      if (type.kind() != TypeKind::kArray) step = i == 0 ? "[key]" : "[value]";
      auto breach = FindInPart(*parts[i], at, PartType(type, i), flags, step);
      if (breach) return breach;
    }
  }
  return std::nullopt;
}

Error ErrorOf(const Breach& breach, std::string_view column) {
  const std::string place = "Column '" + std::string(column) + breach.path + "' is ";
  if (breach.length < 0) {
    return InvalidArgument(
        place +
        "NOT NULL, however, a null value is being written into it. You can set job configuration "
        "'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such "
        "records silently.");
  }
  return InvalidArgument(place + breach.type->WithNullable(true)->ToString() +
                         ", however, a string of length " + std::to_string(breach.length) +
                         " is being written into it. You can set job configuration "
                         "'table.exec.sink.type-length-enforcer' to control this behaviour.");
}

Result<ArrayPtr> ArrayOf(const Argument& argument, int64_t rows) {
  if (argument.array != nullptr) return argument.array;
  SLUICE_ASSIGN(ArrayPtr array, arrow::MakeArrayFromScalar(*argument.scalar, rows));
  return array;
}

int32_t FlagsOf(const Argument& argument) {
  return static_cast<const arrow::Int32Scalar&>(*argument.scalar).value;
}

/// value, NULL of the sink's type, flags.
Result<ArrayPtr> EvaluateConforms(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const ArrayPtr array, ArrayOf(arguments[0], rows));
  const Type& type = *call.children[1]->type;
  const int32_t flags = FlagsOf(arguments[2]);
  const bool all = !MayBreak(*array, type, flags);
  arrow::BooleanBuilder conform;
  SLUICE_TRY(conform.Reserve(rows));
  for (int64_t row = 0; row < rows; ++row) {
    conform.UnsafeAppend(all || array->IsNull(row) || !FindBreach(*array, row, type, flags));
  }
  SLUICE_ASSIGN(ArrayPtr result, conform.Finish());
  return result;
}

/// value, name of the column, flags.
Result<ArrayPtr> EvaluateEnforce(const Expr& call, std::span<const Argument> arguments,
                                 int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(ArrayPtr array, ArrayOf(arguments[0], rows));
  const int32_t flags = FlagsOf(arguments[2]);
  if (!MayBreak(*array, *call.type, flags)) return array;
  for (int64_t row = 0; row < rows; ++row) {
    if (array->IsNull(row)) continue;
    const auto breach = FindBreach(*array, row, *call.type, flags);
    if (!breach) continue;
    return ErrorOf(*breach, static_cast<const arrow::StringScalar&>(*arguments[1].scalar).view());
  }
  return array;
}

template <typename Builder>
Result<ArrayPtr> FitTexts(const arrow::Array& array, const Type& type) {
  Builder fitted;
  for (int64_t row = 0; row < array.length(); ++row) {
    if (array.IsNull(row)) {
      SLUICE_TRY(fitted.AppendNull());
      continue;
    }
    const std::string_view text = TextAt(array, row);
    const int64_t length = LengthOf(type, text);
    if (length > type.length()) {
      const int64_t bytes =
          type.is_character() ? BytesOfCharacters(text, type.length()) : type.length();
      SLUICE_TRY(fitted.Append(text.substr(0, static_cast<size_t>(bytes))));
    } else if (length < type.length() && IsFixed(type)) {
      std::string padded(text);
      padded.append(static_cast<size_t>(type.length() - length), type.is_character() ? ' ' : '\0');
      SLUICE_TRY(fitted.Append(padded));
    } else {
      SLUICE_TRY(fitted.Append(text));
    }
  }
  SLUICE_ASSIGN(ArrayPtr result, fitted.Finish());
  return result;
}

Result<ArrayPtr> Fit(ArrayPtr array, const Type& type, int32_t flags) {
  if (!MayBreak(*array, type, flags)) return array;
  if (type.is_character()) return FitTexts<arrow::StringBuilder>(*array, type);
  if (type.is_binary()) return FitTexts<arrow::BinaryBuilder>(*array, type);
  auto row = array->data()->Copy();
  for (size_t i = 0; i < row->child_data.size(); ++i) {
    SLUICE_ASSIGN(const ArrayPtr part,
                  Fit(arrow::MakeArray(row->child_data[i]), *type.fields()[i].type, flags));
    row->child_data[i] = part->data();
  }
  return arrow::MakeArray(row);
}

/// value, flags.
Result<ArrayPtr> EvaluateFit(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext&) {
  SLUICE_ASSIGN(ArrayPtr array, ArrayOf(arguments[0], rows));
  return Fit(std::move(array), *call.type, FlagsOf(arguments[1]));
}

Result<Signature> ResolveNone(std::span<const ExprPtr>) {
  return Internal("a constraint of a sink is not called by name");
}

/// Not among the functions that SQL can call.
const Function& Hidden(const char* name,
                       Result<ArrayPtr> (*evaluate)(const Expr&, std::span<const Argument>, int64_t,
                                                    const EvalContext&)) {
  return *new Function{name, "", name, "", "", &ResolveNone, evaluate, true, true};
}

ExprPtr FlagsLiteral(const Constraints& constraints) {
  return Literal(arrow::MakeScalar(FlagsOf(constraints)), Type::Simple(TypeKind::kInt, false));
}

bool HasLengths(const Type& type) {
  return IsBounded(type) || std::any_of(type.fields().begin(), type.fields().end(),
                                        [](const auto& field) { return HasLengths(*field.type); });
}

}  // namespace

bool CanBreak(const Type& type, const Constraints& constraints) {
  if (constraints.lengths && IsBounded(type)) return true;
  if (!Enters(type, FlagsOf(constraints))) return false;
  return std::any_of(type.fields().begin(), type.fields().end(), [&](const auto& field) {
    return (constraints.not_null && !field.type->nullable()) || CanBreak(*field.type, constraints);
  });
}

bool HasLengthsInCollections(const Type& type) {
  if (!type.is_nested()) return false;
  if (type.kind() != TypeKind::kRow) return HasLengths(type);
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const auto& field) { return HasLengthsInCollections(*field.type); });
}

ExprPtr Conforms(ExprPtr value, const flow::TypePtr& type, const Constraints& constraints) {
  static const Function& function = Hidden("$CONFORMS", &EvaluateConforms);
  return Call(&function,
              {std::move(value), NullLiteral(type->WithNullable(true)), FlagsLiteral(constraints)},
              Type::Simple(TypeKind::kBoolean, false));
}

ExprPtr Enforce(ExprPtr value, const flow::TypePtr& type, const Constraints& constraints,
                const std::string& column) {
  static const Function& function = Hidden("$ENFORCE", &EvaluateEnforce);
  auto name = Literal(std::make_shared<arrow::StringScalar>(column),
                      Type::Varchar(Type::kUnboundedLength, false));
  auto result = type->WithNullable(value->type->nullable());
  return Call(&function, {std::move(value), std::move(name), FlagsLiteral(constraints)},
              std::move(result));
}

ExprPtr FitLengths(ExprPtr value, const flow::TypePtr& type, const Constraints& constraints) {
  static const Function& function = Hidden("$FIT_LENGTHS", &EvaluateFit);
  auto result = type->WithNullable(value->type->nullable());
  return Call(&function, {std::move(value), FlagsLiteral(constraints)}, std::move(result));
}

}  // namespace sluice::functions
