// SPDX-License-Identifier: Apache-2.0
#include "sinks/jdbc/rows.h"

#include "arrow/api.h"
#include "sinks/print/sink.h"

namespace sluice::sinks::jdbc {
namespace {

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        *out += "\\\\";
        break;
      case '\t':
        *out += "\\t";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      default:
        *out += c;
    }
  }
}

/// bytea's hex form.
void AppendBytes(std::string_view bytes, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  *out += "\\x";
  for (const char c : bytes) {
    *out += kHex[static_cast<unsigned char>(c) >> 4];
    *out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

void AppendText(const arrow::Array& array, int64_t row, std::string* out);

/// An array's literal: {"a","b",NULL}.
void AppendList(const arrow::ListArray& list, int64_t row, std::string* out) {
  *out += '{';
  for (int64_t i = list.value_offset(row); i < list.value_offset(row + 1); ++i) {
    if (i > list.value_offset(row)) *out += ',';
    const bool nested = list.values()->type_id() == arrow::Type::LIST;
    if (list.values()->IsNull(i)) {
      *out += "NULL";
    } else if (nested) {
      AppendText(*list.values(), i, out);
    } else {
      std::string text;
      AppendText(*list.values(), i, &text);
      *out += '"';
      for (const char c : text) {
        if (c == '"' || c == '\\') *out += '\\';
        *out += c;
      }
      *out += '"';
    }
  }
  *out += '}';
}

/// A value that is not NULL, as PostgreSQL reads it.
void AppendText(const arrow::Array& array, int64_t row, std::string* out) {
  if (array.type_id() == arrow::Type::BINARY) {
    AppendBytes(static_cast<const arrow::BinaryArray&>(array).GetView(row), out);
  } else if (array.type_id() == arrow::Type::LIST) {
    AppendList(static_cast<const arrow::ListArray&>(array), row, out);
  } else {
    print::AppendValue(array, row, out);
  }
}

}  // namespace

Status AppendLines(const flow::Batch& batch, int64_t* sequence, std::string* out) {
  std::string text;
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    const flow::RowKind kind = batch.KindOf(row);
    if (kind == flow::RowKind::kUpdateBefore) continue;
    *out += std::to_string((*sequence)++);
    *out += kind == flow::RowKind::kDelete ? "\tD" : "\tU";
    for (const auto& column : batch.rows->columns()) {
      *out += '\t';
      if (column->IsNull(row)) {
        *out += "\\N";
        continue;
      }
      text.clear();
      AppendText(*column, row, &text);
      if (text.find('\0') != std::string::npos) {
        return InvalidArgument("PostgreSQL keeps no text with a zero character");
      }
      AppendEscaped(text, out);
    }
    *out += '\n';
  }
  return {};
}

}  // namespace sluice::sinks::jdbc
