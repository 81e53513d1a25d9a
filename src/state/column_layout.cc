// SPDX-License-Identifier: Apache-2.0
#include "state/column_layout.h"

#include <string>
#include <utility>

#include "arrow/type.h"

namespace sluice::state {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

Error Mismatch(const Type& source, const Type& target) {
  return Internal("a column cannot be encoded as another type: " + source.ToString() + " as " +
                  target.ToString());
}

/// NOT NULL INT: how often an element is in a multiset.
TypePtr CountType() {
  return Type::Simple(TypeKind::kInt, false);
}

Status SetFixed(const Type& source, const Type& target, bool keys, ColumnLayout* out) {
  switch (target.kind()) {
    case TypeKind::kTinyInt:
      out->width = 1;
      break;
    case TypeKind::kSmallInt:
      out->width = 2;
      break;
    case TypeKind::kInt:
    case TypeKind::kDate:
    case TypeKind::kIntervalYearMonth:
      out->width = 4;
      break;
    case TypeKind::kFloat:
      out->width = 4;
      if (keys) out->shape = Shape::kFloat;
      break;
    case TypeKind::kDouble:
      out->width = 8;
      if (keys) out->shape = Shape::kDouble;
      break;
    case TypeKind::kDecimal:
      out->width = 16;
      out->scale_steps = target.scale() - source.scale();
      if (out->scale_steps < 0) return Mismatch(source, target);
      break;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      out->width = 8;
      if (source.precision() > 6 && target.precision() <= 6) return Mismatch(source, target);
      if (source.precision() <= 6 && target.precision() > 6) out->time_factor = 1000;
      break;
    default:  // BIGINT, TIME, INTERVAL DAY TO SECOND
      out->width = 8;
      break;
  }
  return Status::Ok();
}

Status AddPart(const Type& source, TypePtr target, bool nullable, bool keys, ColumnLayout* out) {
  if (target->nullable() != nullable) target = target->WithNullable(nullable);
  SLUICE_ASSIGN(auto part, MakeColumnLayout(source, target, keys));
  out->parts.push_back(std::move(part));
  return Status::Ok();
}

Status AddParts(const Type& source, const Type& target, bool keys, ColumnLayout* out) {
  if (source.fields().size() != target.fields().size()) return Mismatch(source, target);
  switch (target.kind()) {
    case TypeKind::kArray:
      return AddPart(*source.element(), target.element(), target.element()->nullable(), keys, out);
    case TypeKind::kMap:
      SLUICE_TRY(AddPart(*source.key(), target.key(), true, keys, out));
      return AddPart(*source.value(), target.value(), target.value()->nullable(), keys, out);
    case TypeKind::kMultiset:
      SLUICE_TRY(AddPart(*source.element(), target.element(), true, keys, out));
      return AddPart(*CountType(), CountType(), false, keys, out);
    default:
      for (size_t i = 0; i < target.fields().size(); ++i) {
        const TypePtr& part = target.fields()[i].type;
        SLUICE_TRY(AddPart(*source.fields()[i].type, part, part->nullable(), keys, out));
      }
      return Status::Ok();
  }
}

bool SameFamily(const Type& a, const Type& b) {
  return a.kind() == b.kind() || (a.is_character() && b.is_character()) ||
         (a.is_binary() && b.is_binary());
}

}  // namespace

Result<ColumnLayout> MakeColumnLayout(const Type& source, const TypePtr& target, bool keys) {
  if (!SameFamily(source, *target)) return Mismatch(source, *target);
  ColumnLayout out;
  out.type = target;
  out.nullable = target->nullable();
  out.arrow_type = flow::ToArrow(source)->id();
  switch (target->kind()) {
    case TypeKind::kNull:
      out.shape = Shape::kNothing;
      return out;
    case TypeKind::kBoolean:
      out.shape = Shape::kBoolean;
      out.width = 1;
      return out;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      out.shape = Shape::kText;
      return out;
    case TypeKind::kArray:
      out.shape = Shape::kList;
      SLUICE_TRY(AddParts(source, *target, keys, &out));
      return out;
    case TypeKind::kMap:
    case TypeKind::kMultiset:
      out.shape = Shape::kMap;
      SLUICE_TRY(AddParts(source, *target, keys, &out));
      return out;
    case TypeKind::kRow:
      out.shape = Shape::kRow;
      SLUICE_TRY(AddParts(source, *target, keys, &out));
      return out;
    default:
      out.shape = Shape::kFixed;
      SLUICE_TRY(SetFixed(source, *target, keys, &out));
      return out;
  }
}

}  // namespace sluice::state
