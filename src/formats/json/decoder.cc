// SPDX-License-Identifier: Apache-2.0
#include "formats/json/decoder.h"

#include <limits>
#include <utility>

#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "base/limits.h"
#include "formats/json/row_filter.h"

namespace sluice::formats::json {

namespace {

// Whether this format can read the type: keys of maps are strings, and the walk over a value goes
// no deeper than its type.
Status CheckType(const flow::Type& type, const std::string& name, int depth) {
  if (depth > limits::kJsonDepthMax) {
    return Unsupported("format json: column " + name + " is nested too deep");
  }
  const bool is_map =
      type.kind() == flow::TypeKind::kMap || type.kind() == flow::TypeKind::kMultiset;
  if (is_map && !type.fields()[0].type->is_character()) {
    return Unsupported("format json: the key of a map must be a string: column " + name + " is " +
                       type.ToString());
  }
  for (size_t i = 0; i < type.fields().size(); ++i) {
    const flow::Field& field = type.fields()[i];
    for (size_t k = 0; type.kind() == flow::TypeKind::kRow && k < i; ++k) {
      if (type.fields()[k].name == field.name) {
        return InvalidArgument("format json: the name is given twice: " + name + "." + field.name);
      }
    }
    SLUICE_TRY(CheckType(*field.type, name + "." + field.name, depth + 1));
  }
  return Status::Ok();
}

// The walk waits for each value to find the next one, so a cache line that is not there holds up
// all: the first ones of a message are asked for some messages ahead, the processor finds the rest.
constexpr size_t kMessagesAhead = 6;

void Prefetch(const char* message) {
#pragma GCC unroll 6
  for (int line = 0; line < 6; ++line) __builtin_prefetch(message + line * 64);
}

// Finds the rows that say which keys they were given.
void MarkGiven(Column* column) {
  const std::vector<flow::Field>& fields = column->type->fields();
  if (column->kind == Kind::kRow && !fields.empty() && fields.back().name == kGivenField) {
    column->keys->SkipField(static_cast<int>(fields.size()) - 1);
    column->says_given = true;
  }
  for (Column& child : column->children) MarkGiven(&child);
}

class JsonDecoder final : public Decoder {
 public:
  JsonDecoder(const DecoderRequest& request, Options options, Way way)
      : options_(options),
        schema_(request.schema.ToArrow()),
        root_(*flow::Type::Row(request.schema.fields, false), ""),
        walker_((PrepareColumns(request), &root_), &options_, way),
        filter_(root_, request.conditions) {}

  Result<Decoded> Decode(std::span<const Message> messages) override {
    int64_t bytes = 0;
    for (const Message& message : messages) bytes += static_cast<int64_t>(message.size());
    // Then no offset of a string column can overflow: no value is longer than its text.
    if (bytes > std::numeric_limits<int32_t>::max()) {
      return InvalidArgument("format json: more than 2 GiB of messages in one call: " +
                             std::to_string(bytes));
    }
    Decoded decoded;
    int64_t rows = 0;
    bool one_row_each = true;
    for (Column& column : root_.children) column.Reserve(static_cast<int64_t>(messages.size()));
    for (size_t i = 0; i < messages.size(); ++i) {
      if (i + kMessagesAhead < messages.size()) Prefetch(messages[i + kMessagesAhead].data());
      int64_t made = DecodeOne(messages[i], rows, static_cast<int32_t>(i), &decoded);
      if (made == 1 && !filter_.empty() && !filter_.Keeps(rows)) {
        root_.Rewind(rows);
        made = 0;
      }
      if (__builtin_expect(made != 1, 0) && one_row_each) {
        one_row_each = false;
        decoded.message_of_row.reserve(messages.size());
        for (size_t k = 0; k < i; ++k) decoded.message_of_row.push_back(static_cast<int32_t>(k));
      }
      for (int64_t k = 0; !one_row_each && k < made; ++k) {
        decoded.message_of_row.push_back(static_cast<int32_t>(i));
      }
      rows += std::max<int64_t>(made, 0);
    }
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (Column& column : root_.children) columns.push_back(column.Finish(rows));
    root_.length = 0;
    decoded.rows = arrow::RecordBatch::Make(schema_, rows, std::move(columns));
    return decoded;
  }

 private:
  void PrepareColumns(const DecoderRequest& request) {
    if (options_.documents) MarkGiven(&root_);
    for (size_t i = 0; i < request.nested.size() && i < root_.children.size(); ++i) {
      Prune(&root_.children[i], request.nested[i]);
    }
  }

  // The rows a message gives.
  int64_t DecodeOne(const Message& message, int64_t row, int32_t index, Decoded* decoded) {
    if (message.data() == nullptr || message.empty()) {  // Flink reads no row from either
      ++decoded->skipped;
      return 0;
    }
    if (static_cast<int64_t>(message.size()) > limits::kRecordBytesMax) {
      if (options_.ignore_parse_errors) {
        ++decoded->skipped;
      } else {
        decoded->rejected.push_back({index, "the record has " + std::to_string(message.size()) +
                                                " bytes, more than the limit of " +
                                                std::to_string(limits::kRecordBytesMax)});
      }
      return 0;
    }
    const int64_t made = walker_.Walk(message, row);
    if (__builtin_expect(made >= 0, 1)) return made;
    if (options_.ignore_parse_errors) {
      ++decoded->skipped;
    } else {
      decoded->rejected.push_back({index, walker_.Reason()});
    }
    return 0;
  }

  Options options_;
  std::shared_ptr<arrow::Schema> schema_;
  Column root_;
  Walker walker_;
  RowFilter filter_;
};

Result<std::unique_ptr<Decoder>> Make(const DecoderRequest& request, Options options, Way way) {
  SLUICE_TRY(CheckType(*flow::Type::Row(request.schema.fields, false), "", 0));
  return std::unique_ptr<Decoder>(std::make_unique<JsonDecoder>(request, options, way));
}

}  // namespace

Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request, Way way) {
  SLUICE_ASSIGN(Options options, ReadOptions(request.options));
  return Make(request, options, way);
}

Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request) {
  return MakeDecoder(request, Way::kSpeculative);
}

Result<std::unique_ptr<Decoder>> MakeDocumentDecoder(const DecoderRequest& request) {
  SLUICE_ASSIGN(Options options, ReadOptions(request.options));
  options.documents = true;
  return Make(request, options, Way::kSpeculative);
}

}  // namespace sluice::formats::json
