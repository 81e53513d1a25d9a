// SPDX-License-Identifier: Apache-2.0
// The contract of a format on the way out: columns to messages. An encoder belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "flow/changelog.h"
#include "flow/table_options.h"
#include "flow/type.h"

namespace sluice::formats {

/// Messages one behind the other: message i is bytes [ends[i-1], ends[i]), the first begins at 0.
/// No separator stands between them. Clear() keeps the memory for the next batch.
struct EncodedRows {
  std::string bytes;
  std::vector<int64_t> ends;

  int64_t size() const { return static_cast<int64_t>(ends.size()); }
  std::string_view operator[](int64_t i) const {
    const int64_t begin = i == 0 ? 0 : ends[static_cast<size_t>(i - 1)];
    const int64_t end = ends[static_cast<size_t>(i)];
    return std::string_view(bytes).substr(static_cast<size_t>(begin),
                                          static_cast<size_t>(end - begin));
  }
  void Clear() {
    bytes.clear();
    ends.clear();
  }
};

class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Appends one message per row. The batch has the columns of the request, in order. After an
  /// error `out` holds the rows before the one that could not be written.
  virtual Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) = 0;
  /// The same for rows of an updating stream; only formats whose changelog allows it take them.
  virtual Status EncodeChanges(const arrow::RecordBatch& rows, const flow::RowKinds& kinds,
                               EncodedRows* out) {
    if (!kinds.empty()) return Internal("a format that only writes inserts was given changes");
    return Encode(rows, out);
  }
};

/// What an encoder is made from.
struct EncoderRequest {
  flow::Schema schema;
  flow::OptionMap options;  // without the format's prefix
};

}  // namespace sluice::formats
