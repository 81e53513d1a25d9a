// SPDX-License-Identifier: Apache-2.0
#include "runtime/dead_letters.h"

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/record_batch.h"

namespace sluice::runtime {
namespace {

// One builder per column of DeadLetterSchema, in its order.
struct Columns {
  arrow::StringBuilder source;
  arrow::Int32Builder partition;
  arrow::Int64Builder offset;
  arrow::TimestampBuilder timestamp;
  arrow::BinaryBuilder key;
  arrow::BinaryBuilder payload;
  arrow::StringBuilder reason;

  explicit Columns(const arrow::Schema& schema)
      : timestamp(schema.field(3)->type(), arrow::default_memory_pool()) {}

  Status Append(const flow::DeadLetter& letter) {
    SLUICE_TRY(source.Append(letter.source));
    SLUICE_TRY(partition.Append(letter.partition));
    SLUICE_TRY(offset.Append(letter.offset));
    SLUICE_TRY(timestamp.Append(letter.timestamp_ms * 1000));
    SLUICE_TRY(letter.key_is_null ? key.AppendNull() : key.Append(letter.key));
    SLUICE_TRY(letter.payload_is_null ? payload.AppendNull() : payload.Append(letter.payload));
    SLUICE_TRY(reason.Append(letter.reason));
    return {};
  }

  Result<arrow::ArrayVector> Finish() {
    arrow::ArrayVector arrays(7);
    SLUICE_TRY(source.Finish(&arrays[0]));
    SLUICE_TRY(partition.Finish(&arrays[1]));
    SLUICE_TRY(offset.Finish(&arrays[2]));
    SLUICE_TRY(timestamp.Finish(&arrays[3]));
    SLUICE_TRY(key.Finish(&arrays[4]));
    SLUICE_TRY(payload.Finish(&arrays[5]));
    SLUICE_TRY(reason.Finish(&arrays[6]));
    return arrays;
  }
};

}  // namespace

const flow::Schema& DeadLetterSchema() {
  using flow::Type;
  using flow::TypeKind;
  static const flow::Schema schema{{
      {"source", Type::Varchar(), "topic"},
      {"partition", Type::Simple(TypeKind::kInt), ""},
      {"offset", Type::Simple(TypeKind::kBigInt), ""},
      {"timestamp", Type::TimestampLtz(3), "of the record"},
      {"key", Type::Varbinary(), ""},
      {"payload", Type::Varbinary(), "the value, byte for byte"},
      {"reason", Type::Varchar(), "why it could not be decoded"},
  }};
  return schema;
}

Result<flow::Batch> DeadLetterBatch(const std::vector<flow::DeadLetter>& letters) {
  const std::shared_ptr<arrow::Schema> schema = DeadLetterSchema().ToArrow();
  Columns columns(*schema);
  flow::Batch batch;
  for (const flow::DeadLetter& letter : letters) {
    SLUICE_TRY(columns.Append(letter));
    batch.origin.split = letter.split;
    batch.origin.offsets.push_back(letter.offset);
  }
  SLUICE_ASSIGN(arrow::ArrayVector arrays, columns.Finish());
  batch.rows =
      arrow::RecordBatch::Make(schema, static_cast<int64_t>(letters.size()), std::move(arrays));
  return batch;
}

std::string Describe(const flow::DeadLetter& letter) {
  return letter.source + ", partition " + std::to_string(letter.partition) + ", offset " +
         std::to_string(letter.offset) + ": " + letter.reason;
}

}  // namespace sluice::runtime
