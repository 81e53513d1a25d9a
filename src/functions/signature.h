// SPDX-License-Identifier: Apache-2.0
// Signatures written as text, so that a function's line in its table says what it takes:
//
//   Takes<"string, integer? -> string">           Takes<"number -> same | decimal -> same">
//
// Words for arguments: any boolean string bytes tinyint smallint int bigint float double decimal
// (these accept what Flink casts to them implicitly), integer exact number (as they are), date time
// timestamp ltz point (date or timestamps), interval months millis, array map row. `?` after the
// last words: may be left out; `...`: one or more of them. Results: a type word, `same` (as the
// first argument), `common` (of all arguments, which are cast to it); `null` after it: may be NULL
// although no argument is. Otherwise a result is nullable when an argument is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "functions/registry.h"

namespace sluice::functions {

Result<Signature> ResolveText(std::string_view pattern, std::span<const ExprPtr> arguments);

template <size_t N>
struct SignatureText {
  char text[N] = {};
  constexpr SignatureText(const char (&from)[N]) { std::copy_n(from, N, text); }
};

template <SignatureText S>
Result<Signature> Takes(std::span<const ExprPtr> arguments) {
  return ResolveText(std::string_view(S.text), arguments);
}

/// "(INT, STRING)": argument types for messages.
std::string TypesText(std::span<const ExprPtr> arguments);
bool AnyNullable(std::span<const ExprPtr> arguments);
/// All arguments cast to their common type, which is the result's; an error where there is none.
Result<Signature> CastToCommon(std::span<const ExprPtr> arguments);

/// The literal text of an argument (unit names, patterns): nullopt when it is no CHAR literal.
std::optional<std::string> LiteralString(const Expr& expr);
std::optional<int64_t> LiteralInteger(const Expr& expr);

}  // namespace sluice::functions
