// SPDX-License-Identifier: Apache-2.0
#include "runtime/late_rows.h"

#include <utility>

#include "arrow/record_batch.h"
#include "operators/row_batches.h"
#include "sinks/late_rows.h"

namespace sluice::runtime {
namespace {

class Writer : public flow::LateRows {
 public:
  Writer(std::unique_ptr<sinks::LateRowEncoder> encoder,
         std::function<Status(const flow::Batch&)> write)
      : encoder_(std::move(encoder)), write_(std::move(write)) {}

  Status Take(int input, const flow::Batch& batch, const std::vector<int32_t>& rows,
              const std::vector<int64_t>& times_ms, int64_t watermark_ms) override {
    flow::Batch late;
    SLUICE_ASSIGN(late.rows, operators::TakeRows(*batch.rows, rows));
    std::vector<int64_t> times_of_late_ms;
    for (const int32_t row : rows) {
      late.kinds.push_back(batch.KindOf(row));
      times_of_late_ms.push_back(times_ms[static_cast<size_t>(row)]);
    }
    SLUICE_ASSIGN(const flow::Batch encoded,
                  encoder_->Encode(input, late, times_of_late_ms, watermark_ms));
    return write_(encoded);
  }

 private:
  const std::unique_ptr<sinks::LateRowEncoder> encoder_;
  const std::function<Status(const flow::Batch&)> write_;
};

}  // namespace

Result<std::unique_ptr<flow::LateRows>> WriteLateRows(
    const plan::JobNode& node, const std::vector<flow::Schema>& inputs,
    std::function<Status(const flow::Batch&)> write) {
  SLUICE_ASSIGN(auto encoder, sinks::LateRowEncoder::Make(node.name, node.uid, inputs));
  return std::unique_ptr<flow::LateRows>(
      std::make_unique<Writer>(std::move(encoder), std::move(write)));
}

}  // namespace sluice::runtime
