// SPDX-License-Identifier: Apache-2.0
// Rows per second of the expressions that the Nexmark queries compute per bid, one core.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "arrow/api.h"
#include "benchmark/benchmark.h"
#include "functions/evaluate.h"
#include "functions/registry.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;

constexpr int64_t kRows = 8192;

/// auction BIGINT, price BIGINT, dateTime TIMESTAMP(3), channel, url, extra STRING, price DECIMAL.
std::shared_ptr<arrow::RecordBatch> Bids() {
  arrow::Int64Builder auction, price;
  arrow::TimestampBuilder at(arrow::timestamp(arrow::TimeUnit::MICRO),
                             arrow::default_memory_pool());
  arrow::StringBuilder channel, url, extra;
  const char* channels[] = {"apple", "Google", "facebook", "Baidu"};
  arrow::Status ok;
  for (int64_t i = 0; i < kRows; ++i) {
    const std::string number = std::to_string(i * 7919 % 10000);
    ok &= auction.Append(1000 + i * 31 % 5000);
    ok &= price.Append(100 + i * 104729 % 90000000);
    ok &= at.Append(1436918340000000 + i * 10000);
    const bool named = i % 2 == 0;
    ok &= channel.Append(named ? channels[i / 2 % 4] : "channel-" + number);
    ok &= url.Append("https://www.nexmark.com/fyi/slk_j/oky_j/item.htm?query=1" +
                     (named ? std::string() : "&channel_id=" + number));
    ok &= extra.Append("[[Zrjaxunscdbaczkgicmqjmtdbacvxzopccabxkmexlsufdq" + number);
  }
  if (!ok.ok()) std::abort();
  arrow::ArrayVector columns;
  for (arrow::ArrayBuilder* builder :
       std::vector<arrow::ArrayBuilder*>{&auction, &price, &at, &channel, &url, &extra}) {
    columns.push_back(builder->Finish().ValueOrDie());
  }
  return arrow::RecordBatch::Make(
      arrow::schema({arrow::field("auction", arrow::int64()), arrow::field("price", arrow::int64()),
                     arrow::field("dateTime", columns[2]->type()),
                     arrow::field("channel", arrow::utf8()), arrow::field("url", arrow::utf8()),
                     arrow::field("extra", arrow::utf8())}),
      kRows, columns);
}

ExprPtr Auction() {
  return Column(0, Type::Simple(TypeKind::kBigInt), "auction");
}
ExprPtr Price() {
  return Column(1, Type::Simple(TypeKind::kBigInt), "price");
}
ExprPtr At() {
  return Column(2, Type::Timestamp(3), "dateTime");
}
ExprPtr TextColumn(int index) {
  return Column(index, Type::Varchar(), "text");
}
ExprPtr Text(const std::string& value) {
  return Literal(arrow::MakeScalar(value), Type::Char(static_cast<int32_t>(value.size()), false));
}
ExprPtr Int(int32_t value) {
  return Literal(arrow::MakeScalar(value), Type::Simple(TypeKind::kInt, false));
}
ExprPtr MustCall(const char* name, std::vector<ExprPtr> arguments) {
  auto call = MakeCall(name, std::move(arguments));
  if (!call.ok()) {
    std::fprintf(stderr, "%s\n", call.error().text.c_str());
    std::abort();
  }
  return *call;
}
ExprPtr Factor() {
  return Fold(Cast(Text("0.908"), Type::Decimal(3, 3, false)), {});
}
ExprPtr Million(const char* digits) {
  return Fold(Cast(Text(digits), Type::Simple(TypeKind::kInt, false)), {});
}
ExprPtr ChannelId() {
  return MustCall("REGEXP_EXTRACT", {TextColumn(4), Text("(&|^)channel_id=([^&]*)"), Int(2)});
}
ExprPtr ChannelIs(const char* name) {
  return MustCall("=", {MustCall("LOWER", {TextColumn(3)}), Text(name)});
}

void Run(benchmark::State& state, const std::vector<ExprPtr>& exprs, const ExprPtr& condition) {
  const auto batch = Bids();
  std::vector<ExprPtr> all = exprs;
  all.push_back(condition);
  all = ShareSubexpressions(all);
  const ExprPtr filter = all.back();
  all.pop_back();
  for (auto _ : state) {
    auto result = EvaluateFiltered(filter, all, *batch, {});
    if (!result.ok()) state.SkipWithError(result.error().text.c_str());
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}

void BM_Q1_DecimalProduct(benchmark::State& state) {
  Run(state, {MustCall("*", {Factor(), Price()})}, nullptr);
}
void BM_Q2_Mod(benchmark::State& state) {
  Run(state, {Auction(), Price()}, MustCall("=", {MustCall("MOD", {Auction(), Int(123)}), Int(0)}));
}
void BM_Q10_DateFormat(benchmark::State& state) {
  Run(state,
      {MustCall("DATE_FORMAT", {At(), Text("yyyy-MM-dd")}),
       MustCall("DATE_FORMAT", {At(), Text("HH:mm")})},
      nullptr);
}
void BM_Q14(benchmark::State& state) {
  const ExprPtr euro = MustCall("*", {Factor(), Price()});
  const ExprPtr hour = MustCall("HOUR", {At()});
  const ExprPtr label =
      Case({MustCall("AND", {MustCall(">=", {hour, Int(8)}), MustCall("<=", {hour, Int(18)})}),
            Text("dayTime"),
            MustCall("OR", {MustCall("<=", {hour, Int(6)}), MustCall(">=", {hour, Int(20)})}),
            Text("nightTime"), Text("otherTime")},
           Type::Varchar(9));
  const ExprPtr count = MustCall(
      "-", {MustCall("CHAR_LENGTH", {TextColumn(5)}),
            MustCall("CHAR_LENGTH", {MustCall("REPLACE", {TextColumn(5), Text("c"), Text("")})})});
  Run(state, {Auction(), euro, label, At(), TextColumn(5), count},
      MustCall("AND", {MustCall(">", {euro, Million("1000000")}),
                       MustCall("<", {euro, Million("50000000")})}));
}
void BM_Q21(benchmark::State& state) {
  const ExprPtr id =
      Case({ChannelIs("apple"), Text("0"), ChannelIs("google"), Text("1"), ChannelIs("facebook"),
            Text("2"), ChannelIs("baidu"), Text("3"), ChannelId()},
           Type::Varchar());
  Run(state, {Auction(), Price(), TextColumn(3), id},
      MustCall("OR", {MustCall("IS NOT NULL", {ChannelId()}),
                      MustCall("IN", {MustCall("LOWER", {TextColumn(3)}), Text("apple"),
                                      Text("google"), Text("facebook"), Text("baidu")})}));
}
void BM_Q21_RegexpExtract(benchmark::State& state) {
  Run(state, {ChannelId()}, nullptr);
}
void BM_Q22_SplitIndex(benchmark::State& state) {
  std::vector<ExprPtr> parts;
  for (int32_t i = 3; i < 6; ++i) {
    parts.push_back(MustCall("SPLIT_INDEX", {TextColumn(4), Text("/"), Int(i)}));
  }
  Run(state, parts, nullptr);
}

BENCHMARK(BM_Q1_DecimalProduct);
BENCHMARK(BM_Q2_Mod);
BENCHMARK(BM_Q10_DateFormat);
BENCHMARK(BM_Q14);
BENCHMARK(BM_Q21);
BENCHMARK(BM_Q21_RegexpExtract);
BENCHMARK(BM_Q22_SplitIndex);

}  // namespace
}  // namespace sluice::functions
