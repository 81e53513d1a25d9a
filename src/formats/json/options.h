// SPDX-License-Identifier: Apache-2.0
// The options of 'format' = 'json', as Flink has them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "flow/table_options.h"
#include "formats/json/time_text.h"

namespace sluice::formats::json {

struct Options {
  bool fail_on_missing_field = false;
  bool ignore_parse_errors = false;
  TimestampStandard timestamp = TimestampStandard::kSql;
  bool decimal_as_plain_number = false;
  bool ignore_null_fields = false;
  /// Of MakeDocumentDecoder, not of SQL: a message is one object; an array of rows is refused.
  bool documents = false;
};

/// What the options are called, without the format's prefix.
const std::vector<flow::OptionSpec>& OptionSpecs();

/// Reads them. fail-on-missing-field and ignore-parse-errors exclude each other.
Result<Options> ReadOptions(const flow::OptionMap& options);

}  // namespace sluice::formats::json
