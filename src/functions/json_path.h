// SPDX-License-Identifier: Apache-2.0
// SQL/JSON: what a path finds in a JSON text, and the clauses of JSON_VALUE, JSON_QUERY and
// JSON_EXISTS as a number (their last argument), which the binder makes of the words.
#pragma once

#include <cstdint>

namespace sluice::functions::json_path {

/// What is given where the path finds nothing, or where text, path or what is found are not right.
enum class Otherwise : uint8_t { kNull, kError, kEmptyArray, kEmptyObject, kTrue, kFalse };
enum class Wrapper : uint8_t { kNone, kConditional, kAlways };

struct Clauses {
  Otherwise on_empty = Otherwise::kNull, on_error = Otherwise::kNull;
  Wrapper wrapper = Wrapper::kNone;

  int32_t Encode() const {
    return static_cast<int32_t>(on_empty) | static_cast<int32_t>(on_error) << 4 |
           static_cast<int32_t>(wrapper) << 8;
  }
  static Clauses Decode(int32_t bits) {
    return {static_cast<Otherwise>(bits & 15), static_cast<Otherwise>(bits >> 4 & 15),
            static_cast<Wrapper>(bits >> 8 & 3)};
  }
};

}  // namespace sluice::functions::json_path
