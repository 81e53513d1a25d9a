// SPDX-License-Identifier: Apache-2.0
// How a column of one SQL type becomes bytes and comes back: the layout that keys and rows share
// (described in key_encoder.h, byte for byte in docs/formats/state.md).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/type.h"

namespace sluice::state {

struct EncodedRows;

/// The bytes of a value, whatever it means.
enum class Shape : uint8_t {
  kNothing,  // the NULL type
  kBoolean,  // one byte
  kFixed,    // `width` bytes as they are
  kFloat,    // as kFixed, -0.0 and NaN made one
  kDouble,
  kText,  // u32 length, bytes
  kList,  // u32 count, elements
  kMap,   // u32 count, entries (key, value) in the order of their keys' bytes
  kRow,   // fields
};

struct ColumnLayout {
  flow::TypePtr type;  // what the bytes are
  Shape shape = Shape::kNothing;
  bool nullable = true;  // a byte 0 = NULL, 1 = value goes before the value
  int width = 0;
  int64_t time_factor = 1;  // microseconds to nanoseconds
  int scale_steps = 0;      // digits that a decimal gains
  int arrow_type = 0;       // arrow::Type::type of the arrays taken
  std::vector<ColumnLayout> parts;
};

/// The layout of `target` for arrays of `source` (which may differ in nullability, length and
/// precision). `keys`: values that SQL calls equal get equal bytes (-0.0 and 0.0, every NaN).
Result<ColumnLayout> MakeColumnLayout(const flow::Type& source, const flow::TypePtr& target,
                                      bool keys);

/// Encodes rows column after column; `columns`: one index into `rows` for each layout. `nulls`,
/// where given, gets 1 for rows that have a NULL at top level and stays empty when there is none.
/// `out` is overwritten. NULL in a column that is NOT NULL (the rest of a -D that holds only its
/// key) is written as zero.
Status EncodeColumns(std::span<const ColumnLayout> layouts, std::span<const int> columns,
                     const arrow::RecordBatch& rows, EncodedRows* out, std::vector<uint8_t>* nulls);

/// Arrays from encoded rows. A view without bytes is a row of NULLs. `wanted`: 0 for a column that
/// is passed over, of which an array of the NULL type is given; empty: all are wanted. kCorrupt
/// when bytes are missing, or left over behind the last column where that one is wanted.
Result<std::vector<std::shared_ptr<arrow::Array>>> DecodeColumns(
    std::span<const ColumnLayout> layouts, std::span<const std::string_view> rows,
    std::span<const uint8_t> wanted = {});

}  // namespace sluice::state
