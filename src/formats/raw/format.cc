// SPDX-License-Identifier: Apache-2.0
#include "formats/raw/format.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/data.h"
#include "arrow/buffer.h"
#include "arrow/builder.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "base/limits.h"
#include "simdjson.h"

namespace sluice::formats::raw {

namespace {

enum class Charset : uint8_t { kUtf8, kLatin1, kAscii };

struct Options {
  Charset charset = Charset::kUtf8;
  bool big_endian = true;
};

Result<Options> ReadOptions(const flow::OptionMap& options) {
  if (auto errors = flow::CheckOptions(options, OptionSpecs(), "format raw"); !errors.empty()) {
    return std::move(errors.front());
  }
  const auto lower = [&](std::string_view key) {
    std::string text = flow::OptionValue(options, OptionSpecs(), key).value_or("");
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return text;
  };
  const std::string charset = lower("charset");
  Options read;
  read.charset = charset == "utf-8"        ? Charset::kUtf8
                 : charset == "iso-8859-1" ? Charset::kLatin1
                                           : Charset::kAscii;
  read.big_endian = lower("endianness") == "big-endian";
  return read;
}

// The bytes of a value of fixed size; 0: as many as there are.
int64_t SizeOf(const flow::Type& type) {
  using enum flow::TypeKind;
  switch (type.kind()) {
    case kBoolean:
    case kTinyInt:
      return 1;
    case kSmallInt:
      return 2;
    case kInt:
    case kFloat:
      return 4;
    case kBigInt:
    case kDouble:
      return 8;
    default:
      return 0;
  }
}

Status CheckSchema(const flow::Schema& schema) {
  if (schema.size() != 1) {
    return InvalidArgument("format raw: the table must have one physical column, has " +
                           std::to_string(schema.size()));
  }
  const flow::Type& type = *schema.fields[0].type;
  if (SizeOf(type) == 0 && !type.is_character() && !type.is_binary()) {
    return Unsupported("format raw: a column of type " + type.ToString() + ", expected a string, " +
                       "bytes, BOOLEAN, an integer, FLOAT or DOUBLE");
  }
  return {};
}

// Bytes of Latin-1 or ASCII as UTF-8; false when a byte is not of the charset.
bool Transcode(std::string_view bytes, Charset charset, std::string* out) {
  out->clear();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      *out += c;
    } else if (charset == Charset::kLatin1) {
      *out += static_cast<char>(0xc0 | byte >> 6);
      *out += static_cast<char>(0x80 | (byte & 0x3f));
    } else {
      return false;
    }
  }
  return true;
}

std::string Reversed(std::string_view bytes) {
  return {bytes.rbegin(), bytes.rend()};
}

class RawDecoder final : public Decoder {
 public:
  RawDecoder(const DecoderRequest& request, Options options)
      : options_(options),
        schema_(request.schema.ToArrow()),
        type_(request.schema.fields[0].type) {}

  Result<Decoded> Decode(std::span<const Message> messages) override {
    int64_t bytes = 0;
    for (const Message& message : messages) bytes += static_cast<int64_t>(message.size());
    // Latin-1 may double in UTF-8.
    if (bytes > std::numeric_limits<int32_t>::max() / 2) {
      return InvalidArgument("format raw: more than 1 GiB of messages in one call: " +
                             std::to_string(bytes));
    }
    Decoded decoded;
    arrow::BinaryBuilder values;  // the bytes of every row, whatever the type
    SLUICE_TRY(values.Reserve(static_cast<int64_t>(messages.size())));
    SLUICE_TRY(values.ReserveData(bytes));
    std::vector<int32_t> message_of_row;
    for (size_t i = 0; i < messages.size(); ++i) {
      const auto index = static_cast<int32_t>(i);
      if (messages[i].data() == nullptr && type_->nullable()) {
        SLUICE_TRY(values.AppendNull());
      } else if (std::string reason = Check(messages[i]); !reason.empty()) {
        decoded.rejected.push_back({index, std::move(reason)});
        continue;
      } else {
        SLUICE_TRY(values.Append(transcoded_ ? std::string_view(text_) : messages[i]));
      }
      message_of_row.push_back(index);
    }
    if (!decoded.rejected.empty()) decoded.message_of_row = std::move(message_of_row);
    SLUICE_ASSIGN(std::shared_ptr<arrow::Array> rows, values.Finish());
    SLUICE_ASSIGN(std::shared_ptr<arrow::Array> column, Column(*rows));
    decoded.rows = arrow::RecordBatch::Make(schema_, rows->length(), {std::move(column)});
    return decoded;
  }

 private:
  // Why a message is no value of the column; empty: it is. Fills text_ when it is transcoded.
  std::string Check(const Message& message) {
    transcoded_ = false;
    if (message.data() == nullptr) return "the message has no value, and the column is NOT NULL";
    const auto size = static_cast<int64_t>(message.size());
    if (size > limits::kRecordBytesMax) {
      return "the record has " + std::to_string(size) + " bytes, more than the limit of " +
             std::to_string(limits::kRecordBytesMax);
    }
    if (const int64_t wanted = SizeOf(*type_); wanted != 0 && size != wanted) {
      return "expected " + std::to_string(wanted) + " bytes for " +
             type_->WithNullable(true)->ToString() + ", found " + std::to_string(size);
    }
    if (!type_->is_character()) return "";
    if (options_.charset == Charset::kUtf8) {
      return simdjson::validate_utf8(message.data(), message.size()) ? "" : "not UTF-8";
    }
    transcoded_ = true;
    return Transcode(message, options_.charset, &text_) ? "" : "not US-ASCII";
  }

  // The bytes of each row as a column of the type.
  Result<std::shared_ptr<arrow::Array>> Column(const arrow::Array& rows) const {
    const auto& values = static_cast<const arrow::BinaryArray&>(rows);
    const int64_t size = SizeOf(*type_);
    if (size == 0) {
      auto same = rows.data()->Copy();
      same->type = schema_->field(0)->type();
      return arrow::MakeArray(same);
    }
    if (type_->kind() == flow::TypeKind::kBoolean) {
      arrow::BooleanBuilder builder;
      for (int64_t i = 0; i < rows.length(); ++i) {
        SLUICE_TRY(rows.IsNull(i) ? builder.AppendNull()
                                  : builder.Append(values.GetView(i)[0] != 0));
      }
      SLUICE_ASSIGN(std::shared_ptr<arrow::Array> made, builder.Finish());
      return made;
    }
    SLUICE_ASSIGN(std::shared_ptr<arrow::Buffer> bytes,
                  arrow::AllocateBuffer(rows.length() * size));
    std::fill_n(bytes->mutable_data(), rows.length() * size, uint8_t{0});
    for (int64_t i = 0; i < rows.length(); ++i) {
      if (rows.IsNull(i)) continue;
      const std::string_view value = values.GetView(i);
      uint8_t* out = bytes->mutable_data() + i * size;
      if (options_.big_endian) {
        std::reverse_copy(value.begin(), value.end(), out);
      } else {
        std::copy(value.begin(), value.end(), out);
      }
    }
    return arrow::MakeArray(arrow::ArrayData::Make(schema_->field(0)->type(), rows.length(),
                                                   {rows.null_bitmap(), std::move(bytes)},
                                                   rows.null_count()));
  }

  Options options_;
  std::shared_ptr<arrow::Schema> schema_;
  flow::TypePtr type_;
  bool transcoded_ = false;
  std::string text_;
};

class RawEncoder final : public Encoder {
 public:
  RawEncoder(const EncoderRequest& request, Options options)
      : options_(options),
        schema_(request.schema.ToArrow()),
        type_(request.schema.fields[0].type) {}

  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) override {
    if (rows.num_columns() != 1 || !rows.column(0)->type()->Equals(*schema_->field(0)->type())) {
      return Internal("format raw: expected " + schema_->ToString() + ", got " +
                      rows.schema()->ToString());
    }
    const arrow::Array& column = *rows.column(0);
    for (int64_t i = 0; i < column.length(); ++i) {
      if (column.IsValid(i)) SLUICE_TRY(Append(column, i, &out->bytes));
      out->ends.push_back(static_cast<int64_t>(out->bytes.size()));
    }
    return {};
  }

 private:
  Status Append(const arrow::Array& column, int64_t i, std::string* out) const {
    const int64_t size = SizeOf(*type_);
    if (type_->kind() == flow::TypeKind::kBoolean) {
      *out += static_cast<const arrow::BooleanArray&>(column).Value(i) ? '\1' : '\0';
      return {};
    }
    if (size > 0) {
      const uint8_t* values = column.data()->buffers[1]->data() + (column.offset() + i) * size;
      const std::string_view value(reinterpret_cast<const char*>(values),
                                   static_cast<size_t>(size));
      *out += options_.big_endian ? Reversed(value) : std::string(value);
      return {};
    }
    const std::string_view text = static_cast<const arrow::BinaryArray&>(column).GetView(i);
    if (!type_->is_character() || options_.charset == Charset::kUtf8) {
      *out += text;
      return {};
    }
    // Two bytes of UTF-8 that begin with c2 or c3 are Latin-1's upper half.
    for (size_t k = 0; k < text.size(); ++k) {
      const auto byte = static_cast<unsigned char>(text[k]);
      if (byte < 0x80) {
        *out += text[k];
      } else if (options_.charset == Charset::kLatin1 && (byte | 1) == 0xc3 &&
                 k + 1 < text.size()) {
        *out += static_cast<char>((byte & 3) << 6 | (text[++k] & 0x3f));
      } else {
        return InvalidArgument("format raw: a character that the charset does not have: row " +
                               std::to_string(i));
      }
    }
    return {};
  }

  Options options_;
  std::shared_ptr<arrow::Schema> schema_;
  flow::TypePtr type_;
};

}  // namespace

const std::vector<flow::OptionSpec>& OptionSpecs() {
  static const std::vector<flow::OptionSpec> specs = {
      {.name = "charset",
       .kind = flow::OptionKind::kEnum,
       .default_value = "UTF-8",
       .choices = {"UTF-8", "ISO-8859-1", "US-ASCII"},
       .description = "How the text of a string column is encoded."},
      {.name = "endianness",
       .kind = flow::OptionKind::kEnum,
       .default_value = "big-endian",
       .choices = {"big-endian", "little-endian"},
       .description = "The order of the bytes of a number."},
  };
  return specs;
}

Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request) {
  SLUICE_TRY(CheckSchema(request.schema));
  SLUICE_ASSIGN(const Options options, ReadOptions(request.options));
  return std::unique_ptr<Decoder>(std::make_unique<RawDecoder>(request, options));
}

Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request) {
  SLUICE_TRY(CheckSchema(request.schema));
  SLUICE_ASSIGN(const Options options, ReadOptions(request.options));
  return std::unique_ptr<Encoder>(std::make_unique<RawEncoder>(request, options));
}

}  // namespace sluice::formats::raw
