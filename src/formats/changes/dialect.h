// SPDX-License-Identifier: Apache-2.0
// How a tool spells changes: what sets one of these formats apart from another. Reading and writing
// (decoder.h, encoder.h) are the same for all of them and follow a Dialect.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flow/table_options.h"
#include "flow/type.h"

namespace sluice::formats::changes {

/// What a message says happened.
enum class Operation : uint8_t {
  kInsert,
  kUpdate,
  kDelete,
  kNothing,  // nothing to any row: DDL
  kEmptied,  // every row is gone, which changes of single rows cannot say
};

/// How a metadata column is made from a field of the message.
enum class Reading : uint8_t {
  kAsIs,
  kMilliseconds,       // since 1970, to a TIMESTAMP_LTZ
  kSeconds,            // the same
  kEntry,              // of the map that the field is
  kEntryMilliseconds,  // the same, as a TIMESTAMP_LTZ
};

struct Metadatum {
  flow::Field column;  // the key and the type that SQL sees
  flow::Field field;   // of the message
  Reading reading = Reading::kAsIs;
  std::string entry = {};
  bool beside_payload = false;  // of messages that wrap the change: the field stands outside of it
};

/// What stands before and behind a row that is written.
struct Frame {
  std::string_view begin, end;
};

struct Dialect {
  std::string name;  // of the format
  std::string tool;  // whose messages they are
  // Keys of a message.
  std::string before, after, operation;
  std::vector<std::pair<std::string_view, Operation>> words;  // values of `operation`
  bool lists = false;           // before and after are lists of rows: several changes in a message
  bool before_is_part = false;  // before holds only the columns that the update changed
  bool deletes_after = false;   // the row of a delete stands in `after`
  std::string hint = {};        // what may be wrong where before is missing
  /// Beside those of JSON.
  std::vector<flow::OptionSpec> options = {};
  std::vector<Metadatum> metadata = {};
  Frame adds, takes;            // +I and +U; -U and -D
  Frame bare_adds, bare_takes;  // the same, with encode.ignore-null-fields
};

/// The message is {"schema": ..., "payload": change}.
inline constexpr char kSchemaInclude[] = "schema-include";
/// Regular expressions: only messages about such databases and tables are read.
inline constexpr char kDatabaseInclude[] = "database.include";
inline constexpr char kTableInclude[] = "table.include";

const Dialect& Debezium();
const Dialect& Canal();
const Dialect& Maxwell();

}  // namespace sluice::formats::changes
