// SPDX-License-Identifier: Apache-2.0
// PRINTF (docs "String Functions"). Values are what Flink hands to Java's Formatter: a DATE its
// days since 1970, a TIME its milliseconds, a DECIMAL and a TIMESTAMP a text.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "functions/apply.h"
#include "functions/cast.h"
#include "functions/families.h"
#include "functions/number_text.h"
#include "functions/printf_format.h"
#include "functions/signature.h"

namespace sluice::functions {

using flow::Type;
using flow::TypeKind;

namespace {

/// 2024-03-01 10:00:00.500 as Java's LocalDateTime prints it: 2024-03-01T10:00:00.500, without
/// seconds that are 0, and with three, six or nine digits behind them.
std::string JavaTime(std::string_view text) {
  std::string out(text.substr(0, 16));
  if (out.size() > 10) out[10] = 'T';
  std::string_view seconds = text.size() > 16 ? text.substr(16) : "";
  const size_t point = seconds.find('.');
  std::string fraction(point == seconds.npos ? "" : seconds.substr(point + 1));
  seconds = seconds.substr(0, point);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (seconds == ":00" && fraction.empty()) return out;
  while (fraction.size() % 3 != 0) fraction.push_back('0');
  out += seconds;
  return fraction.empty() ? out : out + "." + fraction;
}

/// The values of one argument.
class FormatColumn {
 public:
  static Result<FormatColumn> Make(const Argument& argument, const Type& type, int64_t rows) {
    FormatColumn column;
    column.kind_ = type.kind();
    Argument values = argument;
    if (type.is_timestamp() || type.kind() == TypeKind::kDecimal) {
      const bool one = argument.array == nullptr;
      SLUICE_ASSIGN(values.array,
                    CastColumn(argument, type, *Type::Varchar(), false, one ? 1 : rows, {}));
      if (one) {
        SLUICE_ASSIGN(values.scalar, values.array->GetScalar(0));
        values.array = nullptr;
      }
    }
    SLUICE_ASSIGN(column.view_, ColumnView::Make(values));
    return column;
  }

  /// `text` keeps what the value points to, where that is made here.
  FormatValue At(int64_t row, std::string* text) const {
    using Kind = FormatValue::Kind;
    if (view_.IsNull(row)) return {};
    switch (kind_) {
      case TypeKind::kBoolean:
        return {Kind::kBoolean, Reader<bool>(view_)[row]};
      case TypeKind::kTinyInt:
        return {Kind::kInteger, Reader<int8_t>(view_)[row], 8};
      case TypeKind::kSmallInt:
        return {Kind::kInteger, Reader<int16_t>(view_)[row], 16};
      case TypeKind::kInt:
      case TypeKind::kDate:
      case TypeKind::kIntervalYearMonth:
        return {Kind::kInteger, Reader<int32_t>(view_)[row], 32};
      case TypeKind::kTime:
        return {Kind::kInteger, Reader<int64_t>(view_)[row] / 1000, 32};
      case TypeKind::kFloat:
        return Floating(Reader<float>(view_)[row], true, text);
      case TypeKind::kDouble:
        return Floating(Reader<double>(view_)[row], false, text);
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampLtz:
        *text = JavaTime(Reader<std::string_view>(view_)[row]);
        return TextOf(*text);
      case TypeKind::kDecimal:
      case TypeKind::kChar:
      case TypeKind::kVarchar:
        return TextOf(Reader<std::string_view>(view_)[row]);
      default:
        return {Kind::kInteger, Reader<int64_t>(view_)[row], 64};
    }
  }

 private:
  static FormatValue TextOf(std::string_view text) {
    FormatValue value;
    value.kind = FormatValue::Kind::kText;
    value.text = text;
    return value;
  }
  /// With its text, for %s.
  static FormatValue Floating(double number, bool narrow, std::string* text) {
    char buffer[kFloatTextBytes];
    const int size =
        narrow ? WriteFloat(static_cast<float>(number), buffer) : WriteDouble(number, buffer);
    text->assign(buffer, static_cast<size_t>(size));
    FormatValue value = TextOf(*text);
    value.kind = FormatValue::Kind::kFloating;
    value.floating = number;
    return value;
  }

  TypeKind kind_ = TypeKind::kNull;
  ColumnView view_;
};

Result<Signature> ResolvePrintf(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature,
                ResolveText("string, any... -> string null | string -> string null", arguments));
  for (const ExprPtr& argument : arguments.subspan(1)) {
    if (argument->type->is_nested() || argument->type->is_binary()) {
      return InvalidArgument("takes numbers, texts, booleans and times, not " +
                             TypesText(arguments));
    }
  }
  const auto format = LiteralString(*arguments[0]);
  if (format) SLUICE_TRY(PrintfFormat::Parse(*format));
  return signature;
}

/// NULL only where the format is, or where Java refuses to format.
Result<ArrayPtr> EvaluatePrintf(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                                const EvalContext&) {
  SLUICE_ASSIGN(const ColumnView formats, ColumnView::Make(arguments[0]));
  const Reader<std::string_view> format_of(formats);
  std::vector<FormatColumn> columns;
  for (size_t i = 1; i < arguments.size(); ++i) {
    SLUICE_ASSIGN(FormatColumn column,
                  FormatColumn::Make(arguments[i], *call.children[i]->type, rows));
    columns.push_back(std::move(column));
  }
  std::vector<std::string> texts(columns.size());
  std::vector<FormatValue> values(columns.size());
  std::optional<PrintfFormat> format;
  std::string known, text;
  NullBits nulls(rows);
  SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 32));
  for (int64_t row = 0; row < rows; ++row) {
    bool made = false;
    if (!formats.IsNull(row)) {
      if (!format || known != format_of[row]) {
        known = std::string(format_of[row]);
        SLUICE_ASSIGN(format, PrintfFormat::Parse(known));
      }
      for (size_t i = 0; i < columns.size(); ++i) values[i] = columns[i].At(row, &texts[i]);
      text.clear();
      made = format->Append(values, &text);
    }
    if (made) {
      out.Append(text);
    } else {
      SLUICE_TRY(nulls.SetNull(row));
    }
    out.EndRow();
  }
  return out.Finish(flow::ToArrow(*call.type), nulls);
}

}  // namespace

std::vector<Function> PrintfFunctions() {
  return {
      {"PRINTF", "string", "PRINTF(format, a, b, ...)",
       "The values in a format of Java's Formatter, without %h, %a and %t; NULL where Java refuses "
       "the format or a value",
       "PRINTF('%s is %d', 'a', 1) = 'a is 1'", &ResolvePrintf, &EvaluatePrintf, true, true},
  };
}

}  // namespace sluice::functions
