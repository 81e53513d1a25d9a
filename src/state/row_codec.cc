// SPDX-License-Identifier: Apache-2.0
#include "state/row_codec.h"

#include <utility>

#include "arrow/record_batch.h"
#include "arrow/type.h"

namespace sluice::state {

Result<RowCodec> RowCodec::Make(const flow::Schema& schema) {
  RowCodec out;
  out.schema_ = schema;
  out.arrow_schema_ = schema.ToArrow();
  for (int i = 0; i < schema.size(); ++i) {
    const flow::TypePtr& type = schema.fields[static_cast<size_t>(i)].type;
    SLUICE_ASSIGN(auto layout, MakeColumnLayout(*type, type, false));
    out.layouts_.push_back(std::move(layout));
    out.columns_.push_back(i);
  }
  return out;
}

Status RowCodec::Encode(const arrow::RecordBatch& rows, EncodedRows* out) const {
  return EncodeColumns(layouts_, columns_, rows, out, nullptr);
}

Result<std::shared_ptr<arrow::RecordBatch>> RowCodec::Decode(
    std::span<const std::string_view> rows) const {
  SLUICE_ASSIGN(auto columns, DecodeColumns(layouts_, rows));
  return arrow::RecordBatch::Make(arrow_schema_, static_cast<int64_t>(rows.size()),
                                  std::move(columns));
}

Result<std::vector<std::shared_ptr<arrow::Array>>> RowCodec::DecodeSome(
    std::span<const std::string_view> rows, std::span<const uint8_t> wanted) const {
  return DecodeColumns(layouts_, rows, wanted);
}

}  // namespace sluice::state
