// SPDX-License-Identifier: Apache-2.0
// 'format' = 'csv' (Flink docs, "CSV Format"): a message is one row of fields. Fields become values
// by the rules of the json format, which are Flink's for both: a field is carried over as a JSON
// string, so that a number, a time or a BOOLEAN is read from its text alike.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/decoder.h"
#include "formats/encoder.h"

namespace sluice::formats::csv {

const std::vector<flow::OptionSpec>& OptionSpecs();
Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request);
Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request);

/// How a row is written.
struct Dialect {
  char delimiter = ',';
  char quote = '"';
  bool quotes = true;
  char escape = '\0';  // none
  std::string null_literal;
  bool has_null_literal = false;
  std::string array_delimiter = ";";
  bool comments = false;
  bool ignore_errors = false;
};
Result<Dialect> ParseDialect(const flow::OptionMap& options);

struct Field {
  std::string text;
  bool quoted = false;
};
/// The fields of one row; kParse when a quote does not end.
Status SplitRow(std::string_view row, const Dialect& dialect, std::vector<Field>* fields);

}  // namespace sluice::formats::csv
