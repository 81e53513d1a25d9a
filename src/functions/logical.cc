// SPDX-License-Identifier: Apache-2.0
// AND, OR, NOT, IS TRUE and their kin (docs "Logical Functions").
#include "functions/logical.h"

#include <utility>

#include "arrow/util/bitmap_ops.h"
#include "functions/families.h"
#include "functions/signature.h"

namespace sluice::functions {

Truth::Truth(int64_t rows)
    : rows_(rows),
      true_(static_cast<size_t>((rows + 63) / 64), 0),
      false_(static_cast<size_t>((rows + 63) / 64), 0) {}

void Truth::ClearTail(std::vector<uint64_t>* bits) const {
  if ((rows_ & 63) != 0) bits->back() &= (1ULL << (rows_ & 63)) - 1;
}

Truth Truth::Constant(int64_t rows, bool value) {
  Truth truth(rows);
  auto& bits = value ? truth.true_ : truth.false_;
  std::fill(bits.begin(), bits.end(), ~0ULL);
  truth.ClearTail(&bits);
  return truth;
}

namespace {
uint8_t* Bytes(std::vector<uint64_t>* words) {
  return reinterpret_cast<uint8_t*>(words->data());
}
}  // namespace

Result<Truth> Truth::Of(const Argument& boolean, int64_t rows) {
  SLUICE_ASSIGN(const ColumnView column, ColumnView::Make(boolean));
  if (column.constant()) {
    if (column.IsNull(0)) return Truth(rows);
    return Constant(rows, Reader<bool>(column)[0]);
  }
  Truth truth(rows);
  if (column.all_null() || rows == 0) return truth;
  arrow::internal::CopyBitmap(column.bits(), column.offset(), rows, Bytes(&truth.true_), 0);
  if (column.validity() != nullptr) {
    arrow::internal::CopyBitmap(column.validity(), column.offset(), rows, Bytes(&truth.false_), 0);
  } else {
    std::fill(truth.false_.begin(), truth.false_.end(), ~0ULL);
  }
  truth.ClearTail(&truth.true_);
  truth.ClearTail(&truth.false_);
  for (size_t i = 0; i < truth.true_.size(); ++i) {
    const uint64_t valid = truth.false_[i], value = truth.true_[i];
    truth.true_[i] = value & valid;
    truth.false_[i] = ~value & valid;
  }
  return truth;
}

Truth Truth::OfBytes(const std::vector<uint8_t>& bytes, const NullBits& nulls, int64_t rows) {
  Truth truth(rows);
  PackBits(bytes.data(), rows, Bytes(&truth.true_));
  for (size_t i = 0; i < truth.true_.size(); ++i) truth.false_[i] = ~truth.true_[i];
  truth.ClearTail(&truth.false_);
  if (nulls.any() && rows > 0) {
    std::vector<uint64_t> valid(truth.true_.size(), 0);
    std::memcpy(valid.data(), nulls.buffer()->data(), static_cast<size_t>((rows + 7) / 8));
    for (size_t i = 0; i < valid.size(); ++i) {
      truth.true_[i] &= valid[i];
      truth.false_[i] &= valid[i];
    }
  }
  return truth;
}

Truth Truth::WhereNull(const ColumnView& column, int64_t rows) {
  if (column.constant()) return Constant(rows, column.IsNull(0));
  if (!column.has_nulls()) return Constant(rows, false);
  if (column.all_null()) return Constant(rows, true);
  Truth truth(rows);
  arrow::internal::CopyBitmap(column.validity(), column.offset(), rows, Bytes(&truth.false_), 0);
  truth.ClearTail(&truth.false_);
  for (size_t i = 0; i < truth.true_.size(); ++i) truth.true_[i] = ~truth.false_[i];
  truth.ClearTail(&truth.true_);
  return truth;
}

void Truth::And(const Truth& other) {
  for (size_t i = 0; i < true_.size(); ++i) {
    true_[i] &= other.true_[i];
    false_[i] |= other.false_[i];
  }
}

void Truth::Or(const Truth& other) {
  for (size_t i = 0; i < true_.size(); ++i) {
    true_[i] |= other.true_[i];
    false_[i] &= other.false_[i];
  }
}

Truth Truth::IsTrue() const {
  Truth truth(rows_);
  truth.true_ = true_;
  for (size_t i = 0; i < true_.size(); ++i) truth.false_[i] = ~true_[i];
  truth.ClearTail(&truth.false_);
  return truth;
}

Truth Truth::IsFalse() const {
  Truth swapped = *this;
  swapped.Not();
  return swapped.IsTrue();
}

Truth Truth::IsUnknown() const {
  Truth known(rows_);
  for (size_t i = 0; i < true_.size(); ++i) known.false_[i] = true_[i] | false_[i];
  for (size_t i = 0; i < true_.size(); ++i) known.true_[i] = ~known.false_[i];
  known.ClearTail(&known.true_);
  return known;
}

Selection Truth::Undecided(bool deciding) const {
  const auto& decided = deciding ? true_ : false_;
  Selection rows;
  for (size_t i = 0; i < decided.size(); ++i) {
    uint64_t open = ~decided[i];
    if (i + 1 == decided.size() && (rows_ & 63) != 0) open &= (1ULL << (rows_ & 63)) - 1;
    for (; open != 0; open &= open - 1) {
      rows.push_back(static_cast<int32_t>(i * 64) + __builtin_ctzll(open));
    }
  }
  return rows;
}

void Truth::Combine(bool is_and, const Selection& rows, const Truth& other) {
  Truth spread = Constant(rows_, is_and);  // TRUE is neutral for AND, FALSE for OR
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<uint64_t>(rows[i]);
    const uint64_t bit = 1ULL << (row & 63);
    spread.true_[row >> 6] &= ~bit;
    spread.false_[row >> 6] &= ~bit;
    if ((other.true_[i >> 6] >> (i & 63)) & 1) spread.true_[row >> 6] |= bit;
    if ((other.false_[i >> 6] >> (i & 63)) & 1) spread.false_[row >> 6] |= bit;
  }
  if (is_and) {
    And(spread);
  } else {
    Or(spread);
  }
}

Result<ArrayPtr> Truth::ToArray() const {
  SLUICE_ASSIGN(auto values, AllocateValues<bool>(rows_));
  const auto size = static_cast<size_t>((rows_ + 7) / 8);
  if (size > 0) std::memcpy(values->mutable_data(), true_.data(), size);
  bool unknown = false;
  for (size_t i = 0; i < true_.size(); ++i) {
    uint64_t all = ~0ULL;
    if (i + 1 == true_.size() && (rows_ & 63) != 0) all = (1ULL << (rows_ & 63)) - 1;
    unknown |= (true_[i] | false_[i]) != all;
  }
  std::shared_ptr<arrow::Buffer> valid;
  if (unknown) {
    SLUICE_ASSIGN(valid, AllocateValues<bool>(rows_));
    for (size_t i = 0; i < size; ++i) {
      const size_t word = i / 8, shift = (i % 8) * 8;
      valid->mutable_data()[i] = static_cast<uint8_t>((true_[word] | false_[word]) >> shift);
    }
  }
  return ArrayPtr(std::make_shared<arrow::BooleanArray>(rows_, std::move(values), std::move(valid),
                                                        unknown ? arrow::kUnknownNullCount : 0));
}

namespace {

Result<Signature> ResolveAndOr(std::span<const ExprPtr> arguments) {
  if (arguments.size() < 2) return InvalidArgument("takes two operands or more");
  Signature signature;
  for (const ExprPtr& argument : arguments) {
    if (argument->type->kind() != flow::TypeKind::kBoolean &&
        argument->type->kind() != flow::TypeKind::kNull) {
      return InvalidArgument("takes BOOLEAN operands, not " + TypesText(arguments));
    }
    signature.arguments.push_back(flow::Type::Simple(flow::TypeKind::kBoolean));
  }
  signature.result = flow::Type::Simple(flow::TypeKind::kBoolean, AnyNullable(arguments));
  return signature;
}

/// One BOOLEAN operand; IS ... never gives NULL.
Result<Signature> ResolveIs(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("boolean -> boolean", arguments));
  signature.result = flow::Type::Simple(flow::TypeKind::kBoolean, false);
  return signature;
}

template <bool kIsAnd>
Result<ArrayPtr> EvaluateAndOr(const Expr&, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  Truth truth = Truth::Constant(rows, kIsAnd);
  for (const Argument& argument : arguments) {
    SLUICE_ASSIGN(const Truth operand, Truth::Of(argument, rows));
    if (kIsAnd) {
      truth.And(operand);
    } else {
      truth.Or(operand);
    }
  }
  return truth.ToArray();
}

Result<ArrayPtr> EvaluateNot(const Expr&, std::span<const Argument> arguments, int64_t rows,
                             const EvalContext&) {
  SLUICE_ASSIGN(Truth truth, Truth::Of(arguments[0], rows));
  truth.Not();
  return truth.ToArray();
}

template <Truth (Truth::*Test)() const, bool kNegated>
Result<ArrayPtr> EvaluateIs(const Expr&, std::span<const Argument> arguments, int64_t rows,
                            const EvalContext&) {
  SLUICE_ASSIGN(const Truth operand, Truth::Of(arguments[0], rows));
  Truth truth = (operand.*Test)();
  if (kNegated) truth.Not();
  return truth.ToArray();
}

}  // namespace

std::vector<Function> LogicalFunctions() {
  const char* kind = "logical";
  return {
      {"AND", kind, "a AND b", "TRUE if both are TRUE; UNKNOWN if that cannot be known",
       "x > 1 AND y > 1", &ResolveAndOr, &EvaluateAndOr<true>},
      {"OR", kind, "a OR b", "TRUE if one of them is TRUE", "x > 1 OR y > 1", &ResolveAndOr,
       &EvaluateAndOr<false>},
      {"NOT", kind, "NOT a", "TRUE if a is FALSE; UNKNOWN if a is UNKNOWN", "NOT x > 1",
       &Takes<"boolean -> boolean">, &EvaluateNot},
      {"IS TRUE", kind, "a IS TRUE", "TRUE if a is TRUE; FALSE if it is FALSE or UNKNOWN",
       "flag IS TRUE", &ResolveIs, &EvaluateIs<&Truth::IsTrue, false>},
      {"IS NOT TRUE", kind, "a IS NOT TRUE", "TRUE if a is FALSE or UNKNOWN", "flag IS NOT TRUE",
       &ResolveIs, &EvaluateIs<&Truth::IsTrue, true>},
      {"IS FALSE", kind, "a IS FALSE", "TRUE if a is FALSE; FALSE if it is TRUE or UNKNOWN",
       "flag IS FALSE", &ResolveIs, &EvaluateIs<&Truth::IsFalse, false>},
      {"IS NOT FALSE", kind, "a IS NOT FALSE", "TRUE if a is TRUE or UNKNOWN", "flag IS NOT FALSE",
       &ResolveIs, &EvaluateIs<&Truth::IsFalse, true>},
      {"IS UNKNOWN", kind, "a IS UNKNOWN", "TRUE if a is UNKNOWN", "flag IS UNKNOWN", &ResolveIs,
       &EvaluateIs<&Truth::IsUnknown, false>},
      {"IS NOT UNKNOWN", kind, "a IS NOT UNKNOWN", "TRUE if a is TRUE or FALSE",
       "flag IS NOT UNKNOWN", &ResolveIs, &EvaluateIs<&Truth::IsUnknown, true>},
  };
}

}  // namespace sluice::functions
