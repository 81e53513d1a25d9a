// SPDX-License-Identifier: Apache-2.0
#include "runtime/values_source.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"

namespace sluice::runtime {
namespace {

class ValuesReader : public flow::SourceReader {
 public:
  explicit ValuesReader(std::shared_ptr<arrow::RecordBatch> rows) : rows_(std::move(rows)) {}

  Status Assign(int index, const flow::Split&, int64_t offset) override {
    split_ = index;
    next_ = std::min(offset, rows_->num_rows());
    return {};
  }

  Result<flow::PollResult> Poll(int64_t rows_max, int64_t) override {
    flow::PollResult result;
    const int64_t count = std::min(rows_max, rows_->num_rows() - next_);
    if (split_ >= 0 && count > 0) {
      flow::Batch batch;
      batch.rows = rows_->Slice(next_, count);
      batch.origin.split = split_;
      batch.origin.first_offset = next_;
      result.batch = std::move(batch);
      result.split = split_;
      next_ += count;
      result.next_offset = next_;
      counters_.records_in += count;
      counters_.rows_out += count;
    }
    result.end = next_ == rows_->num_rows();
    return result;
  }

  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int) const override { return rows_->num_rows() - next_; }

 private:
  std::shared_ptr<arrow::RecordBatch> rows_;
  flow::ReaderCounters counters_;
  int split_ = -1;
  int64_t next_ = 0;
};

class ValuesSource : public flow::Source {
 public:
  ValuesSource(flow::Schema schema, std::shared_ptr<arrow::RecordBatch> rows,
               std::string fingerprint)
      : schema_(std::move(schema)), rows_(std::move(rows)), fingerprint_(std::move(fingerprint)) {}

  const flow::Schema& schema() const override { return schema_; }
  const std::string& kind() const override {
    static const std::string kind = "values";
    return kind;
  }
  Result<std::vector<flow::Split>> DiscoverSplits() override {
    return std::vector<flow::Split>{{.name = "values", .stop_offset = rows_->num_rows()}};
  }
  int64_t discovery_interval_ms() const override { return 0; }
  std::map<std::string, std::string> identity() const override { return {{"plan", fingerprint_}}; }
  Status CheckRestorable(const flow::SourcePosition& position) override {
    if (position.kind == kind() && position.identity == identity()) return {};
    return PositionMismatch(
        "the table was written from other VALUES by a pipeline of the same name; give this one a "
        "name of its own with SET 'pipeline.name'");
  }
  Result<std::unique_ptr<flow::SourceReader>> OpenReader() override {
    return std::unique_ptr<flow::SourceReader>(std::make_unique<ValuesReader>(rows_));
  }
  Status Acknowledge(const flow::SourcePosition&) override { return {}; }
  bool unbounded() const override { return false; }

 private:
  flow::Schema schema_;
  std::shared_ptr<arrow::RecordBatch> rows_;
  std::string fingerprint_;
};

}  // namespace

Result<std::unique_ptr<flow::Source>> OpenValuesSource(
    const plan::JobGraph& graph, const plan::JobNode& node, int64_t now_ms,
    const decltype(Connections::make_operator)& make_operator) {
  flow::Batch one_row;  // without columns: what the expressions are evaluated over
  one_row.rows = arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector{});
  one_row.origin.split = 0;
  std::vector<std::shared_ptr<arrow::RecordBatch>> rows;
  for (const auto& expressions : std::get<plan::ValuesNode>(node.node).rows) {
    plan::JobNode of_row;
    of_row.name = node.name;
    of_row.output = node.output;
    of_row.node = plan::CalcNode{.condition = nullptr, .outputs = expressions};
    SLUICE_ASSIGN(const auto row, make_operator(graph, of_row, {flow::Schema()}, {}));
    std::vector<flow::Batch> evaluated;
    SLUICE_TRY(row->Process(0, one_row, now_ms, &evaluated));
    for (flow::Batch& batch : evaluated) rows.push_back(std::move(batch.rows));
  }
  SLUICE_ASSIGN(const auto table, arrow::Table::FromRecordBatches(node.output.ToArrow(), rows));
  SLUICE_ASSIGN(auto combined, table->CombineChunksToBatch());
  return std::unique_ptr<flow::Source>(
      std::make_unique<ValuesSource>(node.output, std::move(combined), graph.fingerprint));
}

}  // namespace sluice::runtime
