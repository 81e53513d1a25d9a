// SPDX-License-Identifier: Apache-2.0
// Bids of Nexmark (auction, bidder, price, channel, url, dateTime, extra) to a Parquet file in
// memory, one thread: the writer against Arrow's record-batch-at-a-time writing with its defaults
// at the same codec. Goal: 4 M rows/s at zstd-1 on an idle core.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "arrow/builder.h"
#include "arrow/io/memory.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "formats/parquet/writer.h"
#include "io/fake/clock.h"
#include "io/fake/disk.h"
#include "parquet/arrow/writer.h"
#include "parquet/properties.h"

namespace sluice::formats::parquet {
namespace {

constexpr int64_t kBatchRows = 8192;
constexpr int64_t kBatches = 64;

std::shared_ptr<arrow::Schema> BidSchema() {
  return arrow::schema({arrow::field("auction", arrow::int64()),
                        arrow::field("bidder", arrow::int64()),
                        arrow::field("price", arrow::int64()),
                        arrow::field("channel", arrow::utf8()), arrow::field("url", arrow::utf8()),
                        arrow::field("dateTime", arrow::timestamp(arrow::TimeUnit::MICRO)),
                        arrow::field("extra", arrow::utf8())});
}

std::string Letters(io::Random& random, size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = static_cast<char>('a' + random.Next() % 26);
  return text;
}

// Hot auctions and bidders, four hot channels and ten thousand others, random `extra`.
std::vector<std::shared_ptr<arrow::RecordBatch>> Bids() {
  io::fake::FakeRandom random(42);
  std::vector<std::string> urls;
  for (int i = 0; i < 10'000; ++i) {
    urls.push_back("https://www.nexmark.com/" + Letters(random, 5) + "/" + Letters(random, 4) +
                   "/item.htm?query=1&channel_id=" + std::to_string(random.Next() % 1'000'000));
  }
  const std::vector<std::string> hot = {"Google", "Facebook", "Baidu", "Apple"};
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  int64_t time = 1'700'000'000'000'000;
  for (int64_t b = 0; b < kBatches; ++b) {
    arrow::Int64Builder auction, bidder, price;
    arrow::StringBuilder channel, url, extra;
    arrow::TimestampBuilder date_time(arrow::timestamp(arrow::TimeUnit::MICRO),
                                      arrow::default_memory_pool());
    arrow::Status status;
    for (int64_t i = 0; i < kBatchRows; ++i) {
      const auto row = static_cast<int64_t>(b * kBatchRows + i);
      const bool is_hot = random.Next() % 2 == 0;
      const size_t other = random.Next() % urls.size();
      status &= auction.Append(1000 + row / 100 + static_cast<int64_t>(random.Next() % 100));
      status &= bidder.Append(1000 + row / 50 + static_cast<int64_t>(random.Next() % 1000));
      status &= price.Append(static_cast<int64_t>(random.Next() % 100'000'000));
      status &= channel.Append(is_hot ? hot[other % 4] : "channel-" + std::to_string(other));
      status &= url.Append(is_hot ? urls[other % 4] : urls[other]);
      status &= date_time.Append(time += 100);
      status &= extra.Append(Letters(random, 40 + random.Next() % 40));
    }
    if (!status.ok()) return {};
    batches.push_back(arrow::RecordBatch::Make(
        BidSchema(), kBatchRows,
        {auction.Finish().ValueOrDie(), bidder.Finish().ValueOrDie(), price.Finish().ValueOrDie(),
         channel.Finish().ValueOrDie(), url.Finish().ValueOrDie(), date_time.Finish().ValueOrDie(),
         extra.Finish().ValueOrDie()}));
  }
  return batches;
}

const std::vector<std::shared_ptr<arrow::RecordBatch>>& SharedBids() {
  static const auto bids = Bids();
  return bids;
}

void Report(benchmark::State& state, int64_t size_bytes) {
  state.SetItemsProcessed(state.iterations() * kBatches * kBatchRows);
  state.counters["bytes_per_row"] =
      static_cast<double>(size_bytes) / static_cast<double>(kBatches * kBatchRows);
}

void BM_Writer(benchmark::State& state) {
  const auto& bids = SharedBids();
  WriterOptions options;
  options.page_checksum = state.range(0) != 0;
  options.integers = state.range(1) != 0 ? IntegerEncoding::kPlain : IntegerEncoding::kDelta;
  int64_t size_bytes = 0;
  for (auto _ : state) {
    io::fake::Disk disk;
    io::fake::FakeFileSystem files(&disk);
    auto writer = Writer::Make(*files.Create("/f"), BidSchema(), options);
    for (const auto& batch : bids) {
      if (!(*writer)->Write(batch).ok()) state.SkipWithError("write failed");
    }
    const auto metrics = (*writer)->Finish();
    if (!metrics.ok()) state.SkipWithError("finish failed");
    if (metrics.ok()) size_bytes = metrics->size_bytes;
  }
  Report(state, size_bytes);
}
BENCHMARK(BM_Writer)
    ->ArgNames({"page_checksum", "plain_integers"})
    ->Args({0, 0})
    ->Args({1, 0})
    ->Args({0, 1})
    ->Unit(benchmark::kMillisecond);

void BM_ArrowRecordBatches(benchmark::State& state) {
  const auto& bids = SharedBids();
  int64_t size_bytes = 0;
  for (auto _ : state) {
    auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto properties = ::parquet::WriterProperties::Builder()
                                .compression(arrow::Compression::ZSTD)
                                ->compression_level(1)
                                ->build();
    auto writer = ::parquet::arrow::FileWriter::Open(*BidSchema(), arrow::default_memory_pool(),
                                                     sink, properties)
                      .ValueOrDie();
    for (const auto& batch : bids) {
      if (!writer->WriteRecordBatch(*batch).ok()) state.SkipWithError("write failed");
    }
    if (!writer->Close().ok()) state.SkipWithError("close failed");
    size_bytes = sink->Finish().ValueOrDie()->size();
  }
  Report(state, size_bytes);
}
BENCHMARK(BM_ArrowRecordBatches)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::formats::parquet
