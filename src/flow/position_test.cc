// SPDX-License-Identifier: Apache-2.0
#include "flow/position.h"

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace sluice::flow {
namespace {

/// Few names, so that two positions often share sources and splits.
Position MakePosition(const std::vector<std::tuple<uint8_t, uint8_t, int64_t>>& splits) {
  Position position;
  for (const auto& [source, split, offset] : splits) {
    SourcePosition& at = position.sources["s" + std::to_string(source % 3)];
    at.kind = "kafka";
    at.identity["cluster"] = "c";
    at.splits["t-" + std::to_string(split % 4)] = offset;
  }
  return position;
}

rc::Gen<Position> AnyPosition() {
  return rc::gen::map(rc::gen::arbitrary<std::vector<std::tuple<uint8_t, uint8_t, int64_t>>>(),
                      MakePosition);
}

bool NotAfter(const Position& a, const Position& b) {
  const PositionOrder order = Compare(a, b);
  return order == PositionOrder::kEqual || order == PositionOrder::kBefore;
}

TEST(Position, TextIsCanonical) {
  Position position;
  position.sources["orders"] = {"kafka",
                                {{"topic:orders", "Zk\"\n"}, {"cluster", "abc"}},
                                {{"orders-1", 98}, {"orders-0", 120}}};
  EXPECT_EQ(position.Encode(),
            R"({"orders":{"identity":{"cluster":"abc","topic:orders":"Zk\"\n"},"kind":"kafka",)"
            R"("splits":{"orders-0":120,"orders-1":98}}})");
  EXPECT_EQ(Position{}.Encode(), "{}");
}

TEST(Position, DecodeTakesOrderAndBlanks) {
  const auto decoded = Position::Decode(
      " { \"o\" : {\"kind\":\"kafka\" , \"splits\":{ \"p\\u00e9\\ud83d\\ude00\" : -5 },"
      "\"identity\":{}} }\n");
  ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
  EXPECT_EQ(decoded->sources.at("o").splits.at("pé😀"), -5);
}

TEST(Position, DecodeRefusesWhatIsNotAPosition) {
  for (const char* text :
       {"", "{", "[]", "{}x", "{\"a\":1}", "{\"a\":{}}", "{\"a\":{\"kind\":\"k\",\"identity\":{}}}",
        "{\"a\":{\"kind\":\"k\",\"kind\":\"k\",\"identity\":{},\"splits\":{}}}",
        "{\"a\":{\"kind\":\"k\",\"identity\":{},\"splits\":{\"p\":1.5}}}",
        "{\"a\":{\"kind\":\"k\",\"identity\":{},\"splits\":{\"p\":99999999999999999999}}}",
        "{\"a\":{\"kind\":\"k\",\"identity\":{},\"splits\":{\"p\":1,\"p\":2}}}",
        "{\"a\":{\"kind\":\"k\",\"identity\":{},\"splits\":{}},\"a\":{\"kind\":\"k\","
        "\"identity\":{},\"splits\":{}}}",
        "{\"\\ud83d\":{\"kind\":\"k\",\"identity\":{},\"splits\":{}}}",
        "{\"a\":{\"kind\":\"k\",\"identity\":{},\"splits\":{},\"more\":1}}", "{\"a"}) {
    const auto decoded = Position::Decode(text);
    ASSERT_FALSE(decoded.ok()) << text;
    EXPECT_EQ(decoded.error().kind, ErrorKind::kParse) << text;
  }
}

RC_GTEST_PROP(PositionProperty, DecodeUndoesEncode, ()) {
  Position position = *AnyPosition();
  position.sources[*rc::gen::string<std::string>()].identity[*rc::gen::string<std::string>()] =
      *rc::gen::string<std::string>();
  const auto decoded = Position::Decode(position.Encode());
  RC_ASSERT(decoded.ok());
  RC_ASSERT(*decoded == position);
  RC_ASSERT(decoded->Encode() == position.Encode());
}

RC_GTEST_PROP(PositionProperty, DecodeOfDamagedTextNeverCrashes, ()) {
  std::string text = (*AnyPosition()).Encode();
  const auto at = *rc::gen::inRange<size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  text.resize(*rc::gen::inRange<size_t>(0, text.size() + 1));
  const auto decoded = Position::Decode(text);
  if (decoded.ok()) RC_ASSERT(Position::Decode(decoded->Encode()).ok());
}

RC_GTEST_PROP(PositionProperty, MergeIsALeastUpperBound, ()) {
  const Position a = *AnyPosition(), b = *AnyPosition(), c = *AnyPosition();
  const auto ab = Merge(a, b);
  RC_ASSERT(ab.ok());
  RC_ASSERT(NotAfter(a, *ab) && NotAfter(b, *ab));
  RC_ASSERT(*Merge(b, a) == *ab);
  RC_ASSERT(*Merge(a, a) == a);
  RC_ASSERT(*Merge(*ab, c) == *Merge(a, *Merge(b, c)));
  if (NotAfter(a, b)) RC_ASSERT(*ab == b);
}

RC_GTEST_PROP(PositionProperty, MinIsALowerBound, ()) {
  const Position a = *AnyPosition(), b = *AnyPosition();
  const auto least = Min(a, b);
  RC_ASSERT(least.ok());
  RC_ASSERT(NotAfter(*least, a) && NotAfter(*least, b));
  RC_ASSERT(*Min(b, a) == *least);
  RC_ASSERT(*Min(a, a) == a);
}

RC_GTEST_PROP(PositionProperty, CompareIsAntisymmetric, ()) {
  const Position a = *AnyPosition(), b = *AnyPosition();
  const PositionOrder forth = Compare(a, b), back = Compare(b, a);
  RC_ASSERT((forth == PositionOrder::kBefore) == (back == PositionOrder::kAfter));
  RC_ASSERT((forth == PositionOrder::kEqual) ==
            (a.sources == b.sources || back == PositionOrder::kEqual));
  RC_ASSERT((forth == PositionOrder::kIncomparable) == (back == PositionOrder::kIncomparable));
}

TEST(Position, OtherIdentityIsAMismatch) {
  Position a, b;
  a.sources["o"] = {"kafka", {{"cluster", "x"}}, {{"p", 1}}};
  b.sources["o"] = {"kafka", {{"cluster", "y"}}, {{"p", 2}}};
  EXPECT_EQ(Compare(a, b), PositionOrder::kIncomparable);
  EXPECT_EQ(Merge(a, b).error().kind, ErrorKind::kPositionMismatch);
  EXPECT_EQ(Min(a, b).error().kind, ErrorKind::kPositionMismatch);
  b.sources["o"].identity = {{"cluster", "x"}, {"topic:new", "1"}};
  EXPECT_EQ(Merge(a, b)->sources.at("o").identity.size(), 2u);
  EXPECT_EQ(Merge(a, b)->sources.at("o").splits.at("p"), 2);
}

}  // namespace
}  // namespace sluice::flow
