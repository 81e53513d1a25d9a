// SPDX-License-Identifier: Apache-2.0
// For the benchmarks of operators: the rows of an auction house as Nexmark spreads them, 100
// thousand events a second. An auction is one row in sixteen; half of the bids are for the newest
// hundredth one, the others for one of the last thousand.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "benchmark/benchmark.h"
#include "operators/operators.h"

namespace sluice::operators {

inline constexpr int64_t kBenchRows = 8192;
inline constexpr int64_t kBidsPerAuction = 15;
inline constexpr int64_t kBidsPerMs = 94;

inline flow::Schema BidSchema() {
  const flow::TypePtr number = flow::Type::Simple(flow::TypeKind::kBigInt);
  const flow::TypePtr text = flow::Type::Varchar();
  return {{{"auction", number, ""},
           {"bidder", number, ""},
           {"price", number, ""},
           {"channel", text, ""},
           {"url", text, ""},
           {"ts", flow::Type::Timestamp(3)->WithTimeAttribute(flow::TimeAttribute::kRowtime), ""},
           {"extra", text, ""}}};
}

inline flow::Schema AuctionSchema() {
  const flow::TypePtr number = flow::Type::Simple(flow::TypeKind::kBigInt);
  const flow::TypePtr text = flow::Type::Varchar();
  return {{{"id", number, ""},
           {"item", text, ""},
           {"description", text, ""},
           {"seller", number, ""},
           {"ts", flow::Type::Timestamp(3)->WithTimeAttribute(flow::TimeAttribute::kRowtime), ""},
           {"extra", text, ""}}};
}

/// Makes the next rows of either kind; the columns of a schema above, in order.
class AuctionHouse {
 public:
  flow::Batch Bids() {
    Columns columns(BidSchema());
    for (int64_t i = 0; i < kBenchRows; ++i, ++bids_) {
      const int64_t newest = bids_ / kBidsPerAuction;
      const bool hot = random_() % 2 == 0;
      columns.Number(0, hot ? newest / 100 * 100 : newest - static_cast<int64_t>(Below(1000)));
      columns.Number(1, static_cast<int64_t>(Below(static_cast<uint64_t>(newest) / 3 + 1000)));
      columns.Number(2, static_cast<int64_t>(100 + Below(10'000'000)));
      columns.Text(3, hot ? "Google" : "channel-" + std::to_string(Below(10000)));
      columns.Text(4, "https://www.nexmark.com/" + Letters(30) + "/item.htm?query=1");
      columns.Time(5, bids_ / kBidsPerMs);
      columns.Text(6, Letters(80));
    }
    return columns.Finish();
  }

  /// The auctions that the bids so far are for, and those of the next batch of bids.
  flow::Batch Auctions() {
    Columns columns(AuctionSchema());
    const int64_t wanted = (bids_ + kBenchRows) / kBidsPerAuction + 1;
    for (; auctions_ < wanted; ++auctions_) {
      columns.Number(0, auctions_);
      columns.Text(1, Letters(15));
      columns.Text(2, Letters(60));
      columns.Number(3, static_cast<int64_t>(Below(100'000)));
      columns.Time(4, auctions_ * kBidsPerAuction / kBidsPerMs);
      columns.Text(5, Letters(120));
    }
    return columns.Finish();
  }

  int64_t now_ms() const { return bids_ / kBidsPerMs; }

 private:
  class Columns {
   public:
    explicit Columns(const flow::Schema& schema) : schema_(schema.ToArrow()) {
      for (const auto& field : schema_->fields()) {
        builders_.push_back(arrow::MakeBuilder(field->type()).ValueOrDie());
      }
    }
    void Number(int column, int64_t value) {
      (void)static_cast<arrow::Int64Builder&>(At(column)).Append(value);
    }
    void Text(int column, const std::string& value) {
      (void)static_cast<arrow::StringBuilder&>(At(column)).Append(value);
    }
    void Time(int column, int64_t ms) {
      (void)static_cast<arrow::TimestampBuilder&>(At(column)).Append(ms * 1000);
    }
    flow::Batch Finish() {
      arrow::ArrayVector arrays;
      for (auto& builder : builders_) arrays.push_back(builder->Finish().ValueOrDie());
      const int64_t rows = arrays[0]->length();
      return {.rows = arrow::RecordBatch::Make(schema_, rows, std::move(arrays)),
              .origin = {},
              .kinds = {}};
    }

   private:
    arrow::ArrayBuilder& At(int column) { return *builders_[static_cast<size_t>(column)]; }
    std::shared_ptr<arrow::Schema> schema_;
    std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders_;
  };

  uint64_t Below(uint64_t end) { return random_() % end; }
  std::string Letters(size_t size) {
    std::string out(size, ' ');
    for (char& letter : out) letter = static_cast<char>('a' + Below(26));
    return out;
  }

  std::mt19937_64 random_{1};
  int64_t bids_ = 0, auctions_ = -1000;  // bids go back by a thousand auctions
};

/// What one turn of a benchmark is given, and how many rows came out.
struct BenchInput {
  int input = 0;
  flow::Batch batch;
};

/// Each turn pushes what `next` makes into an operator that is made anew every `turns_max` turns,
/// so that its state is of a known size; the making of rows and operators is not measured.
template <typename MakeOp, typename Next>
void RunOperator(benchmark::State& state, int64_t turns_max, const MakeOp& make_op, Next next) {
  std::unique_ptr<flow::Operator> op;
  AuctionHouse house;
  int64_t rows = 0, given = 0;
  std::vector<flow::Batch> out;
  for (int64_t turn = 0; auto _ : state) {
    state.PauseTiming();
    if (turn++ % turns_max == 0) {
      house = AuctionHouse();
      op = make_op();
    }
    std::vector<BenchInput> inputs = next(&house);
    out.clear();
    state.ResumeTiming();
    for (const BenchInput& one : inputs) {
      const Status status = op->Process(one.input, one.batch, 0, &out);
      if (!status.ok()) state.SkipWithError(status.error().text.c_str());
      rows += one.batch.rows->num_rows();
    }
    int64_t watermark_ms = house.now_ms() - 4000;
    const Status status = op->OnWatermark(&watermark_ms, 0, &out);
    if (!status.ok()) state.SkipWithError(status.error().text.c_str());
    for (const flow::Batch& batch : out) given += batch.rows->num_rows();
  }
  state.SetItemsProcessed(rows);
  state.counters["given"] =
      static_cast<double>(given) / static_cast<double>(std::max<int64_t>(rows, 1));
}

}  // namespace sluice::operators
