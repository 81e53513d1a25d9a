// SPDX-License-Identifier: Apache-2.0
// Rows of a bid (five columns, two of them text) to bytes and back, and keys of text.
#include <benchmark/benchmark.h>

#include "arrow/array.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "state/row_codec.h"

namespace sluice::state {
namespace {

constexpr int64_t kRows = 8192;

flow::Schema BidSchema() {
  flow::Schema schema;
  const auto number = flow::Type::Simple(flow::TypeKind::kBigInt);
  schema.fields = {{"auction", number, ""},
                   {"bidder", number, ""},
                   {"price", number, ""},
                   {"channel", flow::Type::Varchar(), ""},
                   {"url", flow::Type::Varchar(), ""}};
  return schema;
}

std::shared_ptr<arrow::RecordBatch> Bids() {
  arrow::ArrayVector columns;
  for (int column = 0; column < 5; ++column) {
    arrow::Int64Builder numbers;
    arrow::StringBuilder texts;
    for (int64_t i = 0; i < kRows; ++i) {
      const int64_t value = i * 7919 % 1000;
      const std::string text = column == 3 ? "Google" : "https://www.nexmark.com/item.htm?query=1";
      const arrow::Status appended =
          column < 3 ? numbers.Append(value) : texts.Append(text + std::to_string(value));
      if (!appended.ok()) return nullptr;
    }
    columns.push_back(column < 3 ? *numbers.Finish() : *texts.Finish());
  }
  return arrow::RecordBatch::Make(BidSchema().ToArrow(), kRows, std::move(columns));
}

void EncodeRows(benchmark::State& state) {
  const auto rows = Bids();
  auto codec = RowCodec::Make(BidSchema());
  EncodedRows encoded;
  for (auto _ : state) {
    if (!codec->Encode(*rows, &encoded).ok()) return;
    benchmark::DoNotOptimize(encoded.bytes.data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void DecodeRows(benchmark::State& state) {
  auto codec = RowCodec::Make(BidSchema());
  EncodedRows encoded;
  if (!codec->Encode(*Bids(), &encoded).ok()) return;
  std::vector<std::string_view> views;
  for (int64_t i = 0; i < kRows; ++i) views.push_back(encoded[i]);
  for (auto _ : state) {
    auto rows = codec->Decode(views);
    benchmark::DoNotOptimize(rows);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void EncodeTextKeys(benchmark::State& state) {
  const auto rows = Bids();
  auto encoder = KeyEncoder::Make(BidSchema(), {3, 0});
  EncodedKeys keys;
  for (auto _ : state) {
    if (!encoder->Encode(*rows, &keys).ok()) return;
    benchmark::DoNotOptimize(keys.hashes.data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

BENCHMARK(EncodeRows);
BENCHMARK(DecodeRows);
BENCHMARK(EncodeTextKeys);

}  // namespace
}  // namespace sluice::state
