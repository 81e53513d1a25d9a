// SPDX-License-Identifier: Apache-2.0
// JSON to Arrow columns on one core: Nexmark events (tests/nexmark), with keys in the order last
// seen and shuffled, beside simdjson On-Demand and the UTF-8 check alone on the same bytes.
//   taskset -c 1 formats_decode_bench --benchmark_repetitions=7
#include <benchmark/benchmark.h>

#include <algorithm>

#include "arrow/record_batch.h"
#include "formats/json/decoder.h"
#include "formats/json/nexmark_events.h"
#include "simdjson.h"

namespace sluice::formats::json {
namespace {

constexpr int64_t kEvents = 200'000;
constexpr size_t kBatch = 3'000;  // about 1 MB

struct Corpora {
  Messages ordered = NexmarkEvents(kEvents);
  Messages shuffled = Shuffled(ordered);
};

Corpora& TheCorpora() {
  static Corpora corpora;
  return corpora;
}

void Report(benchmark::State& state, const Messages& messages) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(messages.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(messages.bytes.size()));
}

void Decode(benchmark::State& state, Messages& messages, const std::vector<int>& columns, Way way) {
  DecoderRequest request;
  const flow::Schema all = NexmarkSchema();
  for (const int column : columns) {
    request.schema.fields.push_back(all.fields[static_cast<size_t>(column)]);
  }
  auto decoder = MakeDecoder(request, way);
  const std::vector<Message> views = messages.Views();
  for (auto _ : state) {
    for (size_t i = 0; i < views.size(); i += kBatch) {
      const size_t n = std::min(kBatch, views.size() - i);
      auto decoded = decoder.value()->Decode({views.data() + i, n});
      if (!decoded.ok() || decoded->rows->num_rows() != static_cast<int64_t>(n)) {
        state.SkipWithError("a row is missing");
        return;
      }
      benchmark::DoNotOptimize(decoded->rows.get());
    }
  }
  Report(state, messages);
}

void BM_KeysAsLastSeen(benchmark::State& state) {
  Decode(state, TheCorpora().ordered, {0, 1, 2, 3}, Way::kSpeculative);
}
void BM_KeysShuffled(benchmark::State& state) {
  Decode(state, TheCorpora().shuffled, {0, 1, 2, 3}, Way::kSpeculative);
}
void BM_GeneralWay(benchmark::State& state) {
  Decode(state, TheCorpora().ordered, {0, 1, 2, 3}, Way::kGeneral);
}
void BM_OnlyBids(benchmark::State& state) {
  Decode(state, TheCorpora().ordered, {3}, Way::kSpeculative);
}
BENCHMARK(BM_KeysAsLastSeen);
BENCHMARK(BM_KeysShuffled);
BENCHMARK(BM_GeneralWay);
BENCHMARK(BM_OnlyBids);

void BM_Utf8Alone(benchmark::State& state) {
  Messages& messages = TheCorpora().ordered;
  const std::vector<Message> views = messages.Views();
  for (auto _ : state) {
    for (const Message& view : views) {
      benchmark::DoNotOptimize(simdjson::validate_utf8(view.data(), view.size()));
    }
  }
  Report(state, messages);
}
BENCHMARK(BM_Utf8Alone);

// One object's members in the order of the schema, read and counted, no columns written.
bool ReadWithOnDemand(simdjson::ondemand::object object, const flow::Type& row, uint64_t* sum) {
  for (const flow::Field& field : row.fields()) {
    simdjson::ondemand::value value;
    if (object.find_field(field.name).get(value)) return false;
    if (value.is_null()) continue;
    if (field.type->kind() == flow::TypeKind::kRow) {
      simdjson::ondemand::object inner;
      if (value.get_object().get(inner) || !ReadWithOnDemand(inner, *field.type, sum)) return false;
    } else if (field.type->is_integer()) {
      int64_t number;
      if (value.get_int64().get(number)) return false;
      *sum += static_cast<uint64_t>(number);
    } else {
      std::string_view text;
      if (value.get_string().get(text)) return false;
      *sum += text.size();
    }
  }
  return true;
}

void BM_OnDemandPerMessage(benchmark::State& state) {
  Messages& messages = TheCorpora().ordered;
  const std::vector<Message> views = messages.Views();
  const flow::TypePtr row = flow::Type::Row(NexmarkSchema().fields);
  simdjson::ondemand::parser parser;
  uint64_t sum = 0;
  for (auto _ : state) {
    for (const Message& view : views) {
      simdjson::ondemand::document document;
      simdjson::ondemand::object object;
      const size_t room = view.size() + static_cast<size_t>(Decoder::kPadding);
      if (parser.iterate(view.data(), view.size(), room).get(document) ||
          document.get_object().get(object) || !ReadWithOnDemand(object, *row, &sum)) {
        state.SkipWithError("simdjson refuses");
        return;
      }
    }
  }
  benchmark::DoNotOptimize(sum);
  Report(state, messages);
}
BENCHMARK(BM_OnDemandPerMessage);

}  // namespace
}  // namespace sluice::formats::json
