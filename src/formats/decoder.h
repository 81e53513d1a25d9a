// SPDX-License-Identifier: Apache-2.0
// The contract of a format on the way in: messages (bytes) to columns, once. A decoder belongs to
// one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/changelog.h"
#include "flow/source.h"
#include "flow/table_options.h"
#include "flow/type.h"
#include "formats/encoder.h"

namespace sluice::formats {

/// A message that could not be decoded: its index in the call, and why.
struct Rejected {
  int32_t message = 0;
  std::string reason;
};

struct Decoded {
  std::shared_ptr<arrow::RecordBatch> rows;
  std::vector<Rejected> rejected;  // in order of `message`
  /// For each row the index of its message; empty when every message gave exactly one row.
  std::vector<int32_t> message_of_row;
  int32_t skipped = 0;   // messages without a value
  flow::RowKinds kinds;  // of change formats: one per row; empty: every row is +I
};

/// A message's bytes; data() == nullptr is Kafka's null value (a tombstone). The bytes must be
/// followed by Decoder::kPadding readable bytes (any content), so that SIMD loads may run past the
/// end.
using Message = std::string_view;

class Decoder {
 public:
  static constexpr int64_t kPadding = 64;
  virtual ~Decoder() = default;
  virtual Result<Decoded> Decode(std::span<const Message> messages) = 0;
};

/// What a decoder is made from: the physical columns it has to produce, in order, and which nested
/// leaves matter.
struct DecoderRequest {
  flow::Schema schema;
  std::vector<std::vector<std::vector<int>>>
      nested;               // see flow::SourceProjection; empty = all leaves
  flow::OptionMap options;  // without the format's prefix: "ignore-parse-errors", ...
  /// Keys of the format's metadata that are wanted: columns behind those of `schema`, in this
  /// order, with the types of Format::metadata.
  std::vector<std::string> metadata = {};
  /// Messages that do not meet them may give no row; `column` is one of `schema`.
  std::vector<flow::FieldCondition> conditions = {};
};

/// One format: its name in 'format' = '...', its options, its makers. formats.cc is the list.
struct Format {
  std::string name;
  std::vector<flow::OptionSpec> options;
  Result<std::unique_ptr<Decoder>> (*make_decoder)(const DecoderRequest& request);
  Result<std::unique_ptr<Encoder>> (*make_encoder)(const EncoderRequest& request);
  flow::ChangelogMode changelog = {};      // the kinds of rows that it can say
  std::vector<flow::Field> metadata = {};  // what its messages say beside the row
};

const std::vector<Format>& Formats();
const Format* FindFormat(std::string_view name);

}  // namespace sluice::formats
