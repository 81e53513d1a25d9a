// SPDX-License-Identifier: Apache-2.0
// Values of SQL as JSON text, for JSON_STRING, JSON_OBJECT, JSON_ARRAY and their aggregates.
// Members of an object stand in the order of their names, as Flink writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "functions/column_view.h"

namespace sluice::functions {

/// "text", escaped.
void AppendQuoted(std::string_view text, std::string* out);

/// A number as Java's BigDecimal writes it: 1.0E10 is 1.0E+10, 1.2E7 is 12000000, 0.0000001 is
/// 1E-7.
std::string BigDecimalText(std::string_view number);

/// An error when values of the type cannot be JSON.
Status CheckJsonType(const flow::Type& type);

/// The values of a column as JSON; NULLs stay NULL.
class JsonTexts {
 public:
  static Result<JsonTexts> Make(const ArrayPtr& column, const flow::Type& type);

  bool IsNull(int64_t row) const { return column_->IsNull(row); }
  std::string operator[](int64_t row) const {
    std::string out;
    Append(row, &out);
    return out;
  }
  /// null for NULL.
  void Append(int64_t row, std::string* out) const;

 private:
  Status AddPart(const ArrayPtr& column, const flow::Type& type);
  Status AddFields(const flow::Type& row);
  void AppendElements(int64_t row, std::string* out) const;
  void AppendEntries(int64_t row, std::string* out) const;
  void AppendPlain(int64_t row, std::string* out) const;

  ArrayPtr column_;
  flow::TypeKind kind_ = flow::TypeKind::kNull;
  std::vector<std::string> names_;  // of the fields of a ROW, quoted
  std::vector<JsonTexts> parts_;    // fields, or elements, or keys and values
};

}  // namespace sluice::functions
