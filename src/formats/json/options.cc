// SPDX-License-Identifier: Apache-2.0
#include "formats/json/options.h"

namespace sluice::formats::json {

const std::vector<flow::OptionSpec>& OptionSpecs() {
  using enum flow::OptionKind;
  static const std::vector<flow::OptionSpec> specs = {
      {.name = "fail-on-missing-field",
       .kind = kBoolean,
       .default_value = "false",
       .description = "Reject a record that lacks the key of a column, instead of reading NULL."},
      {.name = "ignore-parse-errors",
       .kind = kBoolean,
       .default_value = "false",
       .description = "Read a value that does not fit its column as NULL, and drop a record that "
                      "is not JSON, instead of rejecting the record."},
      {.name = "timestamp-format.standard",
       .kind = kEnum,
       .default_value = "SQL",
       .choices = {"SQL", "ISO-8601", "ISO-8601-WITH-OFFSET"},
       .description = "How timestamps are written: 2020-12-30 12:13:14.123 (SQL), "
                      "2020-12-30T12:13:14.123 (ISO-8601), or the latter with Z or +hh:mm."},
      {.name = "map-null-key.mode",
       .kind = kEnum,
       .default_value = "FAIL",
       .choices = {"FAIL", "DROP", "LITERAL"},
       .description =
           "Accepted because Flink has it: what to do with a NULL key of a MAP. A map of "
           "sluice has none."},
      {.name = "map-null-key.literal",
       .default_value = "null",
       .description = "Accepted because Flink has it: the key written for a NULL key."},
      {.name = "encode.decimal-as-plain-number",
       .kind = kBoolean,
       .default_value = "false",
       .description = "Write every DECIMAL as a plain number, never as 2.7E-8."},
      {.name = "encode.ignore-null-fields",
       .kind = kBoolean,
       .default_value = "false",
       .description = "Leave fields that are NULL out when writing."},
      {.name = "decode.json-parser.enabled",
       .kind = kBoolean,
       .default_value = "true",
       .description = "Accepted because Flink has it; sluice has one decoder."},
  };
  return specs;
}

namespace {

Result<bool> Flag(const flow::OptionMap& options, std::string_view key) {
  SLUICE_ASSIGN(const bool value,
                flow::ParseBoolean(flow::OptionValue(options, OptionSpecs(), key).value_or("")));
  return value;
}

}  // namespace

Result<Options> ReadOptions(const flow::OptionMap& options) {
  if (auto errors = flow::CheckOptions(options, OptionSpecs(), "format json"); !errors.empty()) {
    return std::move(errors.front());
  }
  Options read;
  SLUICE_ASSIGN(read.fail_on_missing_field, Flag(options, "fail-on-missing-field"));
  SLUICE_ASSIGN(read.ignore_parse_errors, Flag(options, "ignore-parse-errors"));
  SLUICE_ASSIGN(read.decimal_as_plain_number, Flag(options, "encode.decimal-as-plain-number"));
  SLUICE_ASSIGN(read.ignore_null_fields, Flag(options, "encode.ignore-null-fields"));
  if (read.fail_on_missing_field && read.ignore_parse_errors) {
    return InvalidArgument(
        "format json: fail-on-missing-field and ignore-parse-errors cannot both be true");
  }
  std::string standard =
      flow::OptionValue(options, OptionSpecs(), "timestamp-format.standard").value_or("SQL");
  for (char& c : standard) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  read.timestamp = standard == "ISO-8601"               ? TimestampStandard::kIso8601
                   : standard == "ISO-8601-WITH-OFFSET" ? TimestampStandard::kIso8601WithOffset
                                                        : TimestampStandard::kSql;
  return read;
}

}  // namespace sluice::formats::json
