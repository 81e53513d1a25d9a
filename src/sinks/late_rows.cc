// SPDX-License-Identifier: Apache-2.0
#include "sinks/late_rows.h"

#include <utility>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/record_batch.h"
#include "flow/changelog.h"
#include "flow/operator.h"
#include "formats/json/encoder.h"

namespace sluice::sinks {
namespace {

// One builder per column of LateRowSchema, in its order.
struct Columns {
  arrow::StringBuilder operator_name, uid;
  arrow::Int32Builder input;
  arrow::TimestampBuilder event_time, watermark;
  arrow::StringBuilder kind, payload;

  explicit Columns(const arrow::Schema& schema)
      : event_time(schema.field(3)->type(), arrow::default_memory_pool()),
        watermark(schema.field(4)->type(), arrow::default_memory_pool()) {}

  Result<arrow::ArrayVector> Finish() {
    arrow::ArrayVector arrays(7);
    SLUICE_TRY(operator_name.Finish(&arrays[0]));
    SLUICE_TRY(uid.Finish(&arrays[1]));
    SLUICE_TRY(input.Finish(&arrays[2]));
    SLUICE_TRY(event_time.Finish(&arrays[3]));
    SLUICE_TRY(watermark.Finish(&arrays[4]));
    SLUICE_TRY(kind.Finish(&arrays[5]));
    SLUICE_TRY(payload.Finish(&arrays[6]));
    return arrays;
  }
};

Status AppendTime(int64_t time_ms, arrow::TimestampBuilder* column) {
  if (time_ms == flow::kWatermarkMin) {
    SLUICE_TRY(column->AppendNull());
  } else {
    SLUICE_TRY(column->Append(time_ms * 1000));
  }
  return {};
}

}  // namespace

const flow::Schema& LateRowSchema() {
  using flow::Type;
  using flow::TypeKind;
  static const flow::Schema schema{{
      {"operator", Type::Varchar(), "what left the row out, as EXPLAIN names it"},
      {"uid", Type::Varchar(), "of the operator: the same in every run of the same SQL"},
      {"input", Type::Simple(TypeKind::kInt), "0; 1 for the right side of a join"},
      {"event_time", Type::TimestampLtz(3), "what was compared with the watermark"},
      {"watermark", Type::TimestampLtz(3), "of the operator when the row came"},
      {"kind", Type::Varchar(), "+I, -U, +U or -D"},
      {"payload", Type::Varchar(), "the row as it came to the operator, a JSON object"},
  }};
  return schema;
}

Result<std::unique_ptr<LateRowEncoder>> LateRowEncoder::Make(
    std::string operator_name, std::string uid, const std::vector<flow::Schema>& inputs) {
  std::unique_ptr<LateRowEncoder> made(
      new LateRowEncoder(std::move(operator_name), std::move(uid)));
  for (const flow::Schema& input : inputs) {
    auto encoder = formats::json::MakeEncoder({input, {}});
    if (!encoder.ok()) {
      return std::move(encoder).error().With("late rows of " + made->operator_);
    }
    made->encoders_.push_back(std::move(*encoder));
  }
  return made;
}

Result<flow::Batch> LateRowEncoder::Encode(int input, const flow::Batch& late,
                                           const std::vector<int64_t>& times_ms,
                                           int64_t watermark_ms) {
  texts_.Clear();
  SLUICE_TRY(encoders_.at(static_cast<size_t>(input))->Encode(*late.rows, &texts_));
  const std::shared_ptr<arrow::Schema> schema = LateRowSchema().ToArrow();
  Columns columns(*schema);
  for (int64_t row = 0; row < texts_.size(); ++row) {
    SLUICE_TRY(columns.operator_name.Append(operator_));
    SLUICE_TRY(columns.uid.Append(uid_));
    SLUICE_TRY(columns.input.Append(input));
    SLUICE_TRY(AppendTime(times_ms[static_cast<size_t>(row)], &columns.event_time));
    SLUICE_TRY(AppendTime(watermark_ms, &columns.watermark));
    SLUICE_TRY(columns.kind.Append(flow::ShortText(late.KindOf(row))));
    SLUICE_TRY(columns.payload.Append(texts_[row]));
  }
  SLUICE_ASSIGN(arrow::ArrayVector arrays, columns.Finish());
  flow::Batch batch;
  batch.rows = arrow::RecordBatch::Make(schema, texts_.size(), std::move(arrays));
  return batch;
}

}  // namespace sluice::sinks
