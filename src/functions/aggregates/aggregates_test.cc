// SPDX-License-Identifier: Apache-2.0
// Each aggregate over columns written as text: its value, the value when the rows come in pieces
// that are merged, or through bytes, and after other rows came and were taken back.
#include <random>

#include "functions/aggregate.h"
#include "functions/cast.h"
#include "functions/testing.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;
using Texts = std::vector<std::optional<std::string>>;
using Columns = std::vector<std::shared_ptr<arrow::Array>>;

std::shared_ptr<arrow::Array> ColumnOf(const Texts& texts, const TypePtr& type) {
  arrow::StringBuilder builder;
  for (const auto& text : texts) {
    EXPECT_TRUE((text.has_value() ? builder.Append(*text) : builder.AppendNull()).ok());
  }
  const auto rows = static_cast<int64_t>(texts.size());
  auto column = CastColumn({builder.Finish().ValueOrDie(), nullptr}, *Type::Varchar(), *type, false,
                           rows, {});
  EXPECT_TRUE(column.ok()) << column.error().text;
  return *column;
}

/// One group's state.
class State {
 public:
  explicit State(const Aggregator* aggregator)
      : aggregator_(aggregator), words_(aggregator->state_size() / 8) {
    aggregator_->Init(bytes());
  }
  State(State&& other) noexcept : aggregator_(other.aggregator_), words_(std::move(other.words_)) {
    other.aggregator_ = nullptr;
  }
  State& operator=(State&&) = delete;
  ~State() {
    if (aggregator_ != nullptr) aggregator_->Destroy(bytes());
  }
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(words_.data()); }

  std::string Update(const Columns& columns, std::vector<int8_t> signs) {
    const std::vector<uint8_t*> states(signs.size(), bytes());
    const bool all = std::all_of(signs.begin(), signs.end(), [](int8_t sign) { return sign == 1; });
    if (all) signs.clear();
    const Status status = aggregator_->Update(columns, states, signs);
    return status.ok() ? "" : "ERROR: " + status.error().text;
  }
  State Copy() const {
    std::string encoded;
    aggregator_->Encode(reinterpret_cast<const uint8_t*>(words_.data()), &encoded);
    encoded += "rest";
    std::string_view rest = encoded;
    State copy(aggregator_);
    EXPECT_TRUE(aggregator_->Decode(&rest, copy.bytes()).ok());
    EXPECT_EQ(rest, "rest");
    return copy;
  }
  std::string Value(const TypePtr& type) {
    const std::vector<const uint8_t*> states(2, bytes());
    const auto column = aggregator_->Finish(states);
    if (!column.ok()) return "ERROR: " + column.error().text;
    EXPECT_TRUE((*column)->ValidateFull().ok());
    EXPECT_TRUE((*column)->type()->Equals(*flow::ToArrow(*type))) << (*column)->type()->ToString();
    return *ScalarToSqlText(**column, 1, *type);
  }

 private:
  const Aggregator* aggregator_;
  std::vector<uint64_t> words_;
};

struct Call {
  std::string name;
  std::vector<TypePtr> types;
  std::vector<Texts> columns;
  std::vector<ExprPtr> literals;  // in place of the last types' columns, for signatures
};

std::vector<ExprPtr> ArgumentsOf(const Call& call) {
  std::vector<ExprPtr> arguments;
  for (size_t i = 0; i < call.types.size(); ++i) {
    arguments.push_back(Column(static_cast<int>(i), call.types[i], "c"));
  }
  for (size_t i = 0; i < call.literals.size(); ++i) {
    arguments[arguments.size() - call.literals.size() + i] = call.literals[i];
  }
  return arguments;
}

std::string TypeOf(const Call& call) {
  const auto signature = FindAggregate(call.name)->resolve(ArgumentsOf(call));
  return signature.ok() ? signature->result->ToString() : "ERROR: " + signature.error().text;
}

/// The value over all rows, which every way to get there must agree on.
std::string ValueOfCall(const Call& call, bool retract = false) {
  const AggregateFunction* function = FindAggregate(call.name);
  const auto signature = function->resolve(ArgumentsOf(call));
  if (!signature.ok()) return "ERROR: " + signature.error().text;
  const auto made = function->make(signature->arguments, signature->result, retract);
  if (!made.ok()) return "ERROR: " + made.error().text;
  const Aggregator* aggregator = made->get();
  Columns columns;
  for (size_t i = 0; i < call.types.size(); ++i) {
    columns.push_back(ColumnOf(call.columns[i], signature->arguments[i]));
  }
  const size_t rows = call.columns.empty() ? 3 : call.columns[0].size();
  State whole(aggregator);
  std::string failed = whole.Update(columns, std::vector<int8_t>(rows, 1));
  if (!failed.empty()) return failed;
  const std::string value = whole.Value(signature->result);
  EXPECT_EQ(whole.Copy().Value(signature->result), value) << call.name;

  const size_t half = rows / 2;
  std::vector<int8_t> first(rows, 0), second(rows, 0);
  for (size_t i = 0; i < rows; ++i) (i < half ? first : second)[i] = 1;
  State left(aggregator), right(aggregator), merged(aggregator);
  EXPECT_EQ(left.Update(columns, first), "");
  EXPECT_EQ(right.Update(columns, second), "");
  State through = left.Copy();
  EXPECT_EQ(through.Update(columns, second), "");
  EXPECT_EQ(through.Value(signature->result), value) << call.name << " through bytes";
  EXPECT_TRUE(aggregator->Merge(left.bytes(), merged.bytes()).ok());
  EXPECT_TRUE(aggregator->Merge(right.bytes(), merged.bytes()).ok());
  EXPECT_EQ(merged.Value(signature->result), value) << call.name << " merged";
  EXPECT_EQ(merged.Copy().Value(signature->result), value) << call.name;
  EXPECT_GE(aggregator->heap_bytes(merged.bytes()), 0);
  return value;
}

std::string Over(const std::string& name, const TypePtr& type, const Texts& texts) {
  const Call call{name, {type}, {texts}, {}};
  const std::string value = ValueOfCall(call);
  EXPECT_EQ(ValueOfCall(call, true), value) << name << " that can retract";
  return value;
}

const TypePtr kDecimal52 = Type::Decimal(5, 2);
const TypePtr kTinyInt = Type::Simple(TypeKind::kTinyInt);
const TypePtr kFloatType = Type::Simple(TypeKind::kFloat);

TEST(Aggregates, Count) {
  EXPECT_EQ(ValueOfCall({"COUNT", {}, {}, {}}), "3");
  EXPECT_EQ(Over("COUNT", kIntType, {"1", std::nullopt, "1"}), "2");
  EXPECT_NE(TypeOf({"COUNT", {kIntType, kStringType}, {}, {}}).find("one column"),
            std::string::npos);
  EXPECT_EQ(TypeOf({"COUNT", {kIntType}, {}, {}}), "BIGINT NOT NULL");
  EXPECT_NE(TypeOf({"APPROX_COUNT_DISTINCT", {kIntType}, {}, {}}).find("COUNT(DISTINCT"),
            std::string::npos);
}

TEST(Aggregates, SumsKeepTheirTypeAndWrapAround) {
  EXPECT_EQ(Over("SUM", kIntType, {"1", std::nullopt, "41"}), "42");
  EXPECT_EQ(Over("SUM", kIntType, {"2147483647", "1"}), "-2147483648");
  EXPECT_EQ(Over("SUM", kTinyInt, {"127", "1", "1"}), "-127");
  EXPECT_EQ(Over("SUM", kBigIntType, {"9223372036854775807", "2"}), "-9223372036854775807");
  EXPECT_EQ(Over("SUM", kIntType, {std::nullopt, std::nullopt}), "NULL");
  EXPECT_EQ(Over("$SUM0", kIntType, {std::nullopt, std::nullopt}), "0");
  EXPECT_EQ(Over("SUM", kDoubleType, {"0.5", "0.25", std::nullopt}), "0.75");
  EXPECT_EQ(Over("SUM", kFloatType, {"16777216", "1"}), "1.6777216E7");
  EXPECT_EQ(Over("SUM", kDecimal52, {"999.99", "0.02"}), "1000.01");
  EXPECT_EQ(TypeOf({"SUM", {kDecimal52}, {}, {}}), "DECIMAL(38, 2)");
  EXPECT_EQ(TypeOf({"SUM", {kIntType->WithNullable(false)}, {}, {}}), "INT NOT NULL");
  EXPECT_EQ(TypeOf({"$SUM0", {kIntType}, {}, {}}), "INT NOT NULL");
  EXPECT_NE(TypeOf({"SUM", {kStringType}, {}, {}}).find("ERROR"), std::string::npos);
}

TEST(Aggregates, ADecimalSumThatIsTooLargeIsNull) {
  const TypePtr wide = Type::Decimal(38, 0);
  const std::string nines(38, '9');
  const Call call{"SUM", {wide}, {{nines, "1"}}, {}};
  EXPECT_EQ(ValueOfCall(call), "NULL");
  EXPECT_EQ(ValueOfCall({"AVG", {wide}, {{nines, "1"}}, {}}), "NULL");
}

TEST(Aggregates, Averages) {
  EXPECT_EQ(Over("AVG", kIntType, {"1", "2", std::nullopt}), "1");
  EXPECT_EQ(Over("AVG", kIntType, {"-1", "-2"}), "-1");
  EXPECT_EQ(Over("AVG", kTinyInt, {"127", "127", "127"}), "127");
  EXPECT_EQ(Over("AVG", kDoubleType, {"1", "2"}), "1.5");
  EXPECT_EQ(Over("AVG", kFloatType, {"1", "2"}), "1.5");
  EXPECT_EQ(Over("AVG", kDecimal52, {"1.00", "1.00", "0.00"}), "0.666667");
  EXPECT_EQ(Over("AVG", kIntType, {std::nullopt}), "NULL");
  EXPECT_EQ(TypeOf({"AVG", {kDecimal52}, {}, {}}), "DECIMAL(38, 6)");
  EXPECT_EQ(TypeOf({"AVG", {Type::Decimal(20, 8)}, {}, {}}), "DECIMAL(38, 8)");
  EXPECT_EQ(TypeOf({"AVG", {kIntType}, {}, {}}), "INT");
}

TEST(Aggregates, Extremes) {
  EXPECT_EQ(Over("MIN", kIntType, {"3", std::nullopt, "-7", "2"}), "-7");
  EXPECT_EQ(Over("MAX", kIntType, {"3", std::nullopt, "-7", "2"}), "3");
  EXPECT_EQ(Over("MAX", kBigIntType, {std::nullopt, std::nullopt}), "NULL");
  EXPECT_EQ(Over("MIN", kStringType, {"b", "ab", "abc", std::nullopt}), "ab");
  EXPECT_EQ(Over("MAX", kStringType, {"b", "\xc3\xa4", "z"}), "\xc3\xa4");
  EXPECT_EQ(Over("MIN", kStringType, {"", "a"}), "");
  EXPECT_EQ(Over("MAX", kDecimal52, {"-1.50", "2.25", "2.24"}), "2.25");
  EXPECT_EQ(Over("MIN", kBooleanType, {"true", "false", "true"}), "FALSE");
  EXPECT_EQ(Over("MAX", kDateType, {"2020-01-02", "2020-01-03"}), "2020-01-03");
  EXPECT_EQ(Over("MAX", Type::Timestamp(3), {"2020-01-02 00:00:01", "2020-01-02 00:00:00.999"}),
            "2020-01-02 00:00:01.000");
  EXPECT_EQ(Over("MIN", Type::Time(0), {"10:00:00", "09:59:59"}), "09:59:59");
  EXPECT_EQ(Over("MAX", kDoubleType, {"1.5", "-3"}), "1.5");
  EXPECT_NE(TypeOf({"MAX", {Type::Array(kIntType)}, {}, {}}).find("no order"), std::string::npos);
}

TEST(Aggregates, MomentsOfIntegersAreIntegers) {
  Texts numbers;
  for (int i = 1; i <= 21; ++i) numbers.push_back(std::to_string(i));
  EXPECT_EQ(Over("STDDEV_POP", kIntType, numbers), "6");
  EXPECT_EQ(Over("STDDEV_SAMP", kIntType, numbers), "6");
  EXPECT_EQ(Over("VAR_POP", kIntType, numbers), "36");
  EXPECT_EQ(Over("VAR_SAMP", kIntType, numbers), "38");
  EXPECT_EQ(Over("VARIANCE", kDoubleType, numbers), "38.5");
  EXPECT_EQ(Over("STDDEV_POP", kDoubleType, {"2", "4", "4", "4", "5", "5", "7", "9"}), "2.0");
  EXPECT_EQ(Over("VAR_POP", kDecimal52, {"1.00", "2.00"}), "0.250000");
  EXPECT_EQ(Over("STDDEV_POP", kDecimal52, {"1.00", "2.00"}), "0.500000");
  EXPECT_EQ(Over("STDDEV", kDoubleType, {"2"}), "NULL");
  EXPECT_EQ(Over("STDDEV_POP", kDoubleType, {"2"}), "0.0");
  EXPECT_EQ(Over("STDDEV_POP", kDoubleType, {std::nullopt}), "NULL");
  EXPECT_EQ(TypeOf({"STDDEV_POP", {kDecimal52}, {}, {}}), "DECIMAL(38, 6)");
}

TEST(Aggregates, FirstAndLastPassOverNulls) {
  EXPECT_EQ(Over("FIRST_VALUE", kIntType, {std::nullopt, "7", "8"}), "7");
  EXPECT_EQ(Over("LAST_VALUE", kStringType, {"a", "", std::nullopt}), "");
  EXPECT_EQ(Over("LAST_VALUE", kStringType, {std::nullopt}), "NULL");
  EXPECT_EQ(Over("FIRST_VALUE", kDecimal52, {"1.25", "2.5"}), "1.25");
  EXPECT_EQ(Over("LAST_VALUE", kBooleanType, {"true", "false"}), "FALSE");
  EXPECT_EQ(Over("SINGLE_VALUE", kIntType, {"5"}), "5");
  EXPECT_EQ(Over("SINGLE_VALUE", kIntType, {std::nullopt}), "NULL");
  EXPECT_NE(Over("SINGLE_VALUE", kIntType, {"5", "5"}).find("more than one row"),
            std::string::npos);
}

TEST(Aggregates, Lists) {
  EXPECT_EQ(Over("LISTAGG", kStringType, {"a", std::nullopt, "b", ""}), "a,b,");
  EXPECT_EQ(Over("LISTAGG", kStringType, {std::nullopt}), "NULL");
  const Call semicolon{"LISTAGG",
                       {kStringType, kStringType},
                       {{"a", std::nullopt, "b"}, {"; ", "; ", "; "}},
                       {Text("; ")}};
  EXPECT_EQ(ValueOfCall(semicolon), "a; b");
  EXPECT_EQ(ValueOfCall(semicolon, true), "a; b");
  EXPECT_NE(TypeOf({"LISTAGG", {kStringType, kStringType}, {}, {}}).find("literal"),
            std::string::npos);
  EXPECT_EQ(Over("ARRAY_AGG", kIntType, {"1", std::nullopt, "1"}), "[1, NULL, 1]");
  EXPECT_EQ(Over("ARRAY_AGG", kStringType, {"x", ""}), "[x, ]");
  EXPECT_EQ(Over("ARRAY_AGG IGNORE NULLS", kIntType, {"1", std::nullopt, "3"}), "[1, 3]");
  EXPECT_EQ(Over("ARRAY_AGG IGNORE NULLS", kIntType, {std::nullopt}), "NULL");
  EXPECT_EQ(Over("COLLECT", kStringType, {"b", "a", std::nullopt, "b"}), "{a=1, b=2}");
  EXPECT_EQ(TypeOf({"COLLECT", {kStringType}, {}, {}}), "MULTISET<STRING NOT NULL> NOT NULL");
  EXPECT_EQ(TypeOf({"ARRAY_AGG", {kIntType}, {}, {}}), "ARRAY<INT>");
}

TEST(Aggregates, Json) {
  EXPECT_EQ(Over("JSON_ARRAYAGG", kStringType, {"a\"b", std::nullopt, "c"}), "[\"a\\\"b\",\"c\"]");
  EXPECT_EQ(Over("JSON_ARRAYAGG NULL ON NULL", kIntType, {"1", std::nullopt}), "[1,null]");
  EXPECT_EQ(Over("JSON_ARRAYAGG", kBooleanType, {"true", "false"}), "[true,false]");
  EXPECT_EQ(ValueOfCall({"JSON_OBJECTAGG",
                         {kStringType, kDoubleType},
                         {{"k", "j", "k"}, {"1.5", std::nullopt, "2"}},
                         {}}),
            "{\"j\":null,\"k\":2.0}");
  EXPECT_EQ(ValueOfCall({"JSON_OBJECTAGG ABSENT ON NULL",
                         {kStringType, kDoubleType},
                         {{"k", "j", "k"}, {"1.5", std::nullopt, "2"}},
                         {}}),
            "{\"k\":2.0}");
}

TEST(Aggregates, Percentiles) {
  const Texts values = {"10", "20", "30", "40"};
  EXPECT_EQ(ValueOfCall({"PERCENTILE", {kIntType, kDoubleType}, {values, Texts(4, "0.5")}, {}}),
            "25.0");
  EXPECT_EQ(ValueOfCall({"PERCENTILE", {kIntType, kDoubleType}, {values, Texts(4, "1")}, {}}),
            "40.0");
  EXPECT_EQ(ValueOfCall({"PERCENTILE",
                         {kIntType, kDoubleType, kIntType},
                         {values, Texts(4, "0.5"), {"1", "1", "5", "1"}},
                         {}}),
            "30.0");
  EXPECT_NE(ValueOfCall({"PERCENTILE", {kIntType, kDoubleType}, {values, Texts(4, "2")}, {}})
                .find("between 0 and 1"),
            std::string::npos);
}

TEST(Aggregates, StatesThatEndTooEarlyAreErrors) {
  for (const AggregateFunction* function : AllAggregates()) {
    const Call call{function->name, {kStringType, kStringType}, {}, {Text(",")}};
    for (const TypePtr& type : {kStringType, kIntType}) {
      Call one{function->name, {type}, {{"1", "2"}}, {}};
      const auto signature = function->resolve(ArgumentsOf(one));
      if (!signature.ok()) continue;
      for (const bool retract : {false, true}) {
        const auto made = function->make(signature->arguments, signature->result, retract);
        ASSERT_TRUE(made.ok());
        State state(made->get());
        EXPECT_EQ(state.Update({ColumnOf({"1", "2"}, signature->arguments[0])}, {1, 1}), "");
        std::string bytes;
        (*made)->Encode(state.bytes(), &bytes);
        for (size_t size = 0; size < bytes.size(); ++size) {
          std::string_view part = std::string_view(bytes).substr(0, size);
          State broken(made->get());
          EXPECT_FALSE((*made)->Decode(&part, broken.bytes()).ok()) << function->name << size;
        }
      }
    }
  }
}

/// Random rows come and go; what is left must give what a fresh state gives over the rows that are
/// there.
TEST(Aggregates, RowsTakenBackLeaveNoTrace) {
  std::mt19937 random(7);
  for (const AggregateFunction* function : AllAggregates()) {
    for (const TypePtr& type : {kIntType, kStringType, kDecimal52, kBooleanType}) {
      const Call call{function->name, {type}, {}, {}};
      const auto signature = function->resolve(ArgumentsOf(call));
      if (!signature.ok() || function->name == "SINGLE_VALUE") continue;
      const auto made = function->make(signature->arguments, signature->result, true);
      ASSERT_TRUE(made.ok());
      ASSERT_TRUE((*made)->can_retract()) << function->name;
      State state(made->get());
      Texts there;
      for (int step = 0; step < 200; ++step) {
        const bool add = there.empty() || random() % 5 < 3;
        std::optional<std::string> text;
        if (add) {
          if (random() % 6 != 0) text = std::to_string(random() % 9);
          if (text.has_value() && type == kBooleanType) text = random() % 2 ? "true" : "false";
          there.push_back(text);
        } else {
          const size_t at = random() % there.size();
          text = there[at];
          there.erase(std::find(there.begin(), there.end(), text));
        }
        const int8_t sign = add ? 1 : -1;
        ASSERT_EQ(state.Update({ColumnOf({text}, signature->arguments[0])}, {sign}), "");
        State fresh(made->get());
        ASSERT_EQ(fresh.Update({ColumnOf(there, signature->arguments[0])},
                               std::vector<int8_t>(there.size(), 1)),
                  "");
        ASSERT_EQ(state.Value(signature->result), fresh.Value(signature->result))
            << function->name << " step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace sluice::functions
