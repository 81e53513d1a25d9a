// SPDX-License-Identifier: Apache-2.0
#include "operators/window_output.h"

#include <utility>

#include "arrow/api.h"
#include "base/limits.h"
#include "operators/row_picks.h"

namespace sluice::operators {

Result<std::shared_ptr<arrow::Array>> TimestampColumn(
    const std::vector<int64_t>& ms, const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() != arrow::Type::TIMESTAMP) {
    return Internal("a window's time as " + type->ToString());
  }
  const auto unit = static_cast<const arrow::TimestampType&>(*type).unit();
  const int64_t per_ms = unit == arrow::TimeUnit::MILLI   ? 1
                         : unit == arrow::TimeUnit::MICRO ? 1000
                                                          : 1000000;
  const auto rows = static_cast<int64_t>(ms.size());
  SLUICE_ASSIGN(auto buffer, arrow::AllocateBuffer(rows * 8));
  auto* values = reinterpret_cast<int64_t*>(buffer->mutable_data());
  for (size_t i = 0; i < ms.size(); ++i) values[i] = ms[i] * per_ms;
  std::shared_ptr<arrow::Buffer> shared = std::move(buffer);
  return arrow::MakeArray(arrow::ArrayData::Make(type, rows, {nullptr, std::move(shared)}, 0));
}

WindowOutput::WindowOutput(const AggregateCalls* calls, const state::KeyEncoder* encoder,
                           WindowTimes* times, const flow::Schema& schema, Options options)
    : calls_(calls),
      encoder_(encoder),
      times_(times),
      schema_(schema.ToArrow()),
      options_(options) {}

Status WindowOutput::Add(std::string_view key, const uint8_t* block, int64_t local_start,
                         int64_t local_end, std::vector<flow::Batch>* out) {
  keys_.push_back(key);
  blocks_.push_back(block);
  starts_.push_back(local_start);
  ends_.push_back(local_end);
  return static_cast<int64_t>(keys_.size()) >= limits::kBatchRowsMax ? Flush(out) : Status::Ok();
}

Result<std::shared_ptr<arrow::Array>> WindowOutput::TimeColumn(const std::vector<int64_t>& local,
                                                               bool instants, int field) const {
  const auto& type = schema_->field(field)->type();
  const bool has_zone = type->id() == arrow::Type::TIMESTAMP &&
                        !static_cast<const arrow::TimestampType&>(*type).timezone().empty();
  if (!instants || !has_zone) return TimestampColumn(local, type);
  std::vector<int64_t> converted;
  converted.reserve(local.size());
  for (const int64_t time : local) converted.push_back(times_->ToInstant(time));
  return TimestampColumn(converted, type);
}

Status WindowOutput::Flush(std::vector<flow::Batch>* out) {
  if (keys_.empty()) return Status::Ok();
  SLUICE_ASSIGN(ArrayVector columns, encoder_->Decode(keys_));
  SLUICE_ASSIGN(ArrayVector values, calls_->Finish(blocks_));
  columns.insert(columns.end(), values.begin(), values.end());
  const auto next = [&] { return static_cast<int>(columns.size()); };
  if (options_.start) {
    SLUICE_ASSIGN(auto column, TimeColumn(starts_, false, next()));
    columns.push_back(std::move(column));
  }
  if (options_.end) {
    SLUICE_ASSIGN(auto column, TimeColumn(ends_, false, next()));
    columns.push_back(std::move(column));
  }
  if (options_.time) {
    std::vector<int64_t> last = ends_;
    for (int64_t& time : last) --time;
    SLUICE_ASSIGN(auto column, TimeColumn(last, true, next()));
    columns.push_back(std::move(column));
  }
  const auto rows = static_cast<int64_t>(keys_.size());
  keys_.clear();
  blocks_.clear();
  starts_.clear();
  ends_.clear();
  AppendBatches(schema_, rows, std::move(columns), {}, options_.bundle_rows, out);
  return Status::Ok();
}

}  // namespace sluice::operators
