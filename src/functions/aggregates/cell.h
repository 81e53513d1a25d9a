// SPDX-License-Identifier: Apache-2.0
// One value of any type as bytes, for states that keep values as they are. A text is its own bytes;
// fixed-width values their own width, a boolean one byte; a nested value its parts, each with a
// byte 0 = NULL, 1 = value before it, texts and lists with a u32 length. Equal values have equal
// bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"

namespace sluice::functions {

/// Appends the bytes of a value that is not NULL.
void EncodeCell(const arrow::Array& column, int64_t row, std::string* out);
/// Appends the value of these bytes to a builder of its type.
Status DecodeCell(std::string_view bytes, arrow::ArrayBuilder* builder);
/// A builder for columns of a type.
Result<std::unique_ptr<arrow::ArrayBuilder>> MakeCellBuilder(const flow::Type& type);

}  // namespace sluice::functions
