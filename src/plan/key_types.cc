// SPDX-License-Identifier: Apache-2.0
#include "plan/key_types.h"

#include <algorithm>

namespace sluice::plan {
namespace {

/// Null when the two types have no encoding in common.
flow::TypePtr CommonEncoding(const flow::Type& left, const flow::Type& right) {
  using flow::Type;
  using flow::TypeKind;
  if (left.is_character() && right.is_character()) return Type::Varchar();
  if (left.is_binary() && right.is_binary()) return Type::Varbinary();
  if (left.kind() != right.kind()) return nullptr;
  const int precision = std::max(left.precision(), right.precision());
  switch (left.kind()) {
    case TypeKind::kTimestamp:
      return Type::Timestamp(precision);
    case TypeKind::kTimestampLtz:
      return Type::TimestampLtz(precision);
    case TypeKind::kTime:
      return Type::Time(precision);
    case TypeKind::kDecimal:
      return left.scale() == right.scale() ? Type::Decimal(precision, left.scale()) : nullptr;
    default:
      break;
  }
  if (!left.is_nested()) return Type::Simple(left.kind());
  return left.EqualsIgnoringNullability(right) ? left.WithNullable(true) : nullptr;
}

}  // namespace

Result<std::vector<flow::TypePtr>> JoinKeyTypes(const flow::Schema& left, const flow::Schema& right,
                                                const std::vector<EquiKey>& keys) {
  std::vector<flow::TypePtr> types;
  types.reserve(keys.size());
  for (const EquiKey& key : keys) {
    const flow::Type& a = *left.fields[static_cast<size_t>(key.left)].type;
    const flow::Type& b = *right.fields[static_cast<size_t>(key.right)].type;
    flow::TypePtr common = CommonEncoding(a, b);
    if (common == nullptr) {
      return InvalidArgument("sluice cannot join by keys of the types " + a.ToString() + " and " +
                             b.ToString() + ": CAST one of them to the type of the other");
    }
    types.push_back(std::move(common));
  }
  return types;
}

}  // namespace sluice::plan
