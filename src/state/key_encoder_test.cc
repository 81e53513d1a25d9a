// SPDX-License-Identifier: Apache-2.0
#include "state/key_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "arrow/array.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/concatenate.h"
#include "arrow/json/from_string.h"
#include "arrow/record_batch.h"
#include "state/row_codec.h"

namespace sluice::state {
namespace {

using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

std::shared_ptr<arrow::Array> Array(const TypePtr& type, const std::string& json) {
  auto array = arrow::json::ArrayFromJSONString(flow::ToArrow(*type), json);
  EXPECT_TRUE(array.ok()) << array.status().ToString();
  return *array;
}

flow::Schema SchemaOf(const std::vector<TypePtr>& types) {
  flow::Schema schema;
  for (const TypePtr& type : types) {
    schema.fields.push_back({"c" + std::to_string(schema.size()), type, ""});
  }
  return schema;
}

std::shared_ptr<arrow::RecordBatch> Rows(const std::vector<TypePtr>& types,
                                         arrow::ArrayVector arrays) {
  const int64_t rows = arrays.empty() ? 0 : arrays[0]->length();
  return arrow::RecordBatch::Make(SchemaOf(types).ToArrow(), rows, std::move(arrays));
}

struct Case {
  TypePtr type;
  const char* json;
};

/// Values of every type, with and without NULLs, three or more rows.
std::vector<Case> Cases() {
  const auto simple = [](TypeKind kind, bool nullable = true) {
    return Type::Simple(kind, nullable);
  };
  const TypePtr text = Type::Varchar();
  const TypePtr row = Type::Row({{"a", simple(TypeKind::kInt), ""}, {"b", text, ""}});
  return {
      {simple(TypeKind::kNull), "[null, null, null]"},
      {simple(TypeKind::kBoolean), "[true, null, false, true]"},
      {simple(TypeKind::kBoolean, false), "[true, false, false, true]"},
      {simple(TypeKind::kTinyInt), "[1, null, -128, 127]"},
      {simple(TypeKind::kSmallInt), "[1, null, -32768]"},
      {simple(TypeKind::kInt), "[1, null, -2147483648]"},
      {simple(TypeKind::kInt, false), "[1, 2, -2147483648]"},
      {simple(TypeKind::kBigInt), "[1, null, -9223372036854775808]"},
      {simple(TypeKind::kBigInt, false), "[1, 3, -9223372036854775808]"},
      {simple(TypeKind::kFloat), "[1.5, null, -2.25]"},
      {simple(TypeKind::kDouble), "[1.5, null, -2.25]"},
      {Type::Decimal(38, 2), R"(["1.50", null, "-123456789012345678901234567890123456.78"])"},
      {Type::Decimal(5, 2, false), R"(["1.50", "2.00", "-3.33"])"},
      {Type::Char(3), R"(["abc", null, "xyz"])"},
      {text, R"(["", null, "a longer text than twelve bytes"])"},
      {Type::Varchar(10, false), R"(["", "b", "c"])"},
      {Type::Varbinary(), R"(["", null, "xy"])"},
      {simple(TypeKind::kDate), "[0, null, -5]"},
      {Type::Time(3), "[0, null, 86399999000]"},
      {Type::Timestamp(3), "[0, null, -1000]"},
      {Type::Timestamp(9), "[0, null, -1]"},
      {Type::TimestampLtz(6, false), "[0, 5, -1000]"},
      {simple(TypeKind::kIntervalYearMonth), "[0, null, 12]"},
      {simple(TypeKind::kIntervalDaySecond), "[0, null, 12]"},
      {Type::Array(text), R"([["a", null], null, [], ["bc"]])"},
      {Type::Array(Type::Array(simple(TypeKind::kInt))), "[[[1], null, []], null, [[2, null]]]"},
      {Type::Map(text, simple(TypeKind::kInt)), R"([[["a", 1], ["b", null]], null, []])"},
      {Type::Multiset(text), R"([[["a", 1], ["b", 2]], null, []])"},
      {row, R"([{"a": 1, "b": "x"}, null, {"a": null, "b": null}])"},
      {row->WithNullable(false), R"([{"a": 1, "b": "x"}, {"a": 2, "b": null}, {"a": 3, "b": ""}])"},
      {Type::Array(row), R"([[{"a": 1, "b": "x"}, null], [], null])"},
  };
}

/// Every case as one batch of three rows; `offset`: as slices of longer arrays.
std::shared_ptr<arrow::RecordBatch> AllTypes(std::vector<TypePtr>* types, bool sliced) {
  arrow::ArrayVector arrays;
  for (const Case& one : Cases()) {
    types->push_back(one.type);
    auto array = Array(one.type, one.json)->Slice(0, 3);
    if (sliced) array = (*arrow::Concatenate({array, array, array}))->Slice(3, 3);
    arrays.push_back(array);
  }
  return Rows(*types, arrays);
}

TEST(RowCodec, RowsOfEveryTypeComeBack) {
  for (const bool sliced : {false, true}) {
    std::vector<TypePtr> types;
    const auto rows = AllTypes(&types, sliced);
    auto codec = RowCodec::Make(SchemaOf(types));
    ASSERT_TRUE(codec.ok());
    EncodedRows encoded;
    ASSERT_TRUE(codec->Encode(*rows, &encoded).ok());
    const std::vector<std::string_view> views = {encoded[2], encoded[0], encoded[1], {}};
    auto decoded = codec->Decode(views);
    ASSERT_TRUE(decoded.ok()) << decoded.error().ToString();
    ASSERT_TRUE((*decoded)->ValidateFull().ok()) << (*decoded)->ValidateFull().ToString();
    for (int i = 0; i < rows->num_columns(); ++i) {
      const auto& column = *(*decoded)->column(i);
      EXPECT_TRUE(column.Slice(0, 1)->Equals(rows->column(i)->Slice(2, 1)))
          << types[i]->ToString() << column.ToString();
      EXPECT_TRUE(column.Slice(1, 2)->Equals(rows->column(i)->Slice(0, 2)))
          << types[i]->ToString() << column.ToString();
      EXPECT_TRUE(types[i]->kind() == TypeKind::kNull || column.IsNull(3));
    }
  }
}

TEST(RowCodec, ColumnsThatNobodyWantsArePassedOver) {
  std::vector<TypePtr> types;
  const auto rows = AllTypes(&types, false);
  auto codec = RowCodec::Make(SchemaOf(types));
  EncodedRows encoded;
  ASSERT_TRUE(codec->Encode(*rows, &encoded).ok());
  const std::vector<std::string_view> views = {encoded[0], encoded[1], encoded[2], {}};
  for (size_t only = 0; only < types.size(); ++only) {
    std::vector<uint8_t> wanted(types.size(), 0);
    wanted[only] = 1;
    auto decoded = codec->DecodeSome(views, wanted);
    ASSERT_TRUE(decoded.ok()) << types[only]->ToString();
    for (size_t i = 0; i < types.size(); ++i) {
      const arrow::Array& column = *(*decoded)[i];
      ASSERT_EQ(column.length(), 4);
      EXPECT_EQ(column.type_id() == arrow::Type::NA,
                i != only || types[i]->kind() == TypeKind::kNull);
    }
    EXPECT_TRUE((*decoded)[only]->Slice(0, 3)->Equals(rows->column(static_cast<int>(only))))
        << types[only]->ToString();
  }
  // Bytes behind the last column that is wanted are not looked at; those before it are.
  std::vector<uint8_t> last(types.size(), 0);
  last.back() = 1;
  const std::string_view whole = encoded[0];
  for (size_t size = 1; size < whole.size(); ++size) {
    const std::vector<std::string_view> cut = {whole.substr(0, size)};
    EXPECT_FALSE(codec->DecodeSome(cut, last).ok()) << size;
  }
}

TEST(RowCodec, EachTypeAloneComesBackAndEqualRowsHaveEqualBytes) {
  for (const Case& one : Cases()) {
    const auto array = Array(one.type, one.json);
    auto codec = RowCodec::Make(SchemaOf({one.type}));
    ASSERT_TRUE(codec.ok());
    EncodedRows whole;
    EncodedRows part;
    ASSERT_TRUE(codec->Encode(*Rows({one.type}, {array}), &whole).ok());
    ASSERT_TRUE(codec->Encode(*Rows({one.type}, {array->Slice(1)}), &part).ok());
    std::vector<std::string_view> views;
    for (int64_t i = 0; i < whole.rows(); ++i) views.push_back(whole[i]);
    for (int64_t i = 0; i < part.rows(); ++i) EXPECT_EQ(part[i], whole[i + 1]);
    auto decoded = codec->Decode(views);
    ASSERT_TRUE(decoded.ok()) << one.type->ToString();
    EXPECT_TRUE((*decoded)->ValidateFull().ok());
    EXPECT_TRUE((*decoded)->column(0)->Equals(array)) << one.type->ToString();
  }
}

TEST(RowCodec, BytesThatLieAreCorrupt) {
  std::vector<TypePtr> types;
  const auto rows = AllTypes(&types, false);
  auto codec = RowCodec::Make(SchemaOf(types));
  EncodedRows encoded;
  ASSERT_TRUE(codec->Encode(*rows, &encoded).ok());
  const std::string good(encoded[0]);
  for (size_t size = 1; size < good.size(); ++size) {
    const std::vector<std::string_view> views = {std::string_view(good).substr(0, size)};
    EXPECT_FALSE(codec->Decode(views).ok()) << size;
  }
  const std::string longer = good + "x";
  EXPECT_FALSE(codec->Decode(std::vector<std::string_view>{longer}).ok());
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = '\xFF';
    (void)codec->Decode(std::vector<std::string_view>{bad}).ok();  // no crash
  }
}

TEST(RowCodec, MapsWithoutAKeyAreCorrupt) {
  const TypePtr type = Type::Map(Type::Varchar(), Type::Simple(TypeKind::kInt));
  auto codec = RowCodec::Make(SchemaOf({type}));
  const std::string bytes("\1\1\0\0\0\0\0", 7);
  const auto decoded = codec->Decode(std::vector<std::string_view>{bytes});
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().kind, ErrorKind::kCorrupt);
}

TEST(RowCodec, MapsWithTheSameEntriesAreEqual) {
  const TypePtr type = Type::Map(Type::Varchar(), Type::Simple(TypeKind::kInt));
  auto codec = RowCodec::Make(SchemaOf({type}));
  EncodedRows encoded;
  const auto array = Array(type, R"([[["a", 1], ["b", 2]], [["b", 2], ["a", 1]]])");
  ASSERT_TRUE(codec->Encode(*Rows({type}, {array}), &encoded).ok());
  EXPECT_EQ(encoded[0], encoded[1]);
}

TEST(RowCodec, RowsKeepTheirZeroes) {
  const TypePtr type = Type::Simple(TypeKind::kDouble, false);
  auto codec = RowCodec::Make(SchemaOf({type}));
  EncodedRows encoded;
  ASSERT_TRUE(codec->Encode(*Rows({type}, {Array(type, "[-0.0]")}), &encoded).ok());
  auto decoded = codec->Decode(std::vector<std::string_view>{encoded[0]});
  ASSERT_TRUE(decoded.ok());
  EXPECT_TRUE(
      std::signbit(static_cast<const arrow::DoubleArray&>(*(*decoded)->column(0)).Value(0)));
}

TEST(KeyEncoder, LayoutIsAsDocumented) {
  const std::vector<TypePtr> types = {Type::Simple(TypeKind::kInt), Type::Varchar(),
                                      Type::Simple(TypeKind::kSmallInt, false)};
  const auto rows = Rows(types, {Array(types[0], "[7, null]"), Array(types[1], R"(["ab", "c"])"),
                                 Array(types[2], "[1, 2]")});
  auto encoder = KeyEncoder::Make(SchemaOf(types), {2, 0, 1});
  ASSERT_TRUE(encoder.ok());
  EncodedKeys keys;
  ASSERT_TRUE(encoder->Encode(*rows, &keys).ok());
  EXPECT_EQ(keys[0], std::string("\1\0\1\7\0\0\0\1\2\0\0\0ab", 14));
  EXPECT_EQ(keys[1], std::string("\2\0\0\1\1\0\0\0c", 9));
  EXPECT_FALSE(keys.HasNull(0));
  EXPECT_TRUE(keys.HasNull(1));
  EXPECT_EQ(keys.hashes[1], HashKey(keys[1]));
}

TEST(KeyEncoder, HashesAreForEver) {
  EXPECT_EQ(HashKey(""), 0x2d06800538d394c2ULL);
  const std::vector<TypePtr> types = {Type::Simple(TypeKind::kBigInt),
                                      Type::Simple(TypeKind::kBigInt, false)};
  const auto rows = Rows(types, {Array(types[0], "[1, 2, 3]"), Array(types[1], "[1, 2, 3]")});
  for (const int column : {0, 1}) {
    auto encoder = KeyEncoder::Make(SchemaOf(types), {column});
    EncodedKeys keys;
    ASSERT_TRUE(encoder->Encode(*rows, &keys).ok());
    for (int64_t i = 0; i < 3; ++i)
      EXPECT_EQ(keys.hashes[static_cast<size_t>(i)], HashKey(keys[i]));
  }
}

TEST(KeyEncoder, KeysOfNoColumnsAreAllTheSame) {
  const std::vector<TypePtr> types = {Type::Simple(TypeKind::kInt)};
  auto encoder = KeyEncoder::Make(SchemaOf(types), {});
  EncodedKeys keys;
  ASSERT_TRUE(encoder->Encode(*Rows(types, {Array(types[0], "[1, 2]")}), &keys).ok());
  EXPECT_EQ(keys.rows(), 2);
  EXPECT_EQ(keys[0], "");
  EXPECT_EQ(keys.hashes[0], keys.hashes[1]);
  auto decoded = encoder->Decode({keys[0], keys[1]});
  ASSERT_TRUE(decoded.ok());
  EXPECT_TRUE(decoded->empty());
  ASSERT_TRUE(encoder->Encode(*Rows(types, {Array(types[0], "[]")}), &keys).ok());
  EXPECT_EQ(keys.rows(), 0);
}

TEST(KeyEncoder, ZeroesAndNansAreOne) {
  const TypePtr type = Type::Simple(TypeKind::kDouble);
  arrow::DoubleBuilder builder;
  ASSERT_TRUE(builder
                  .AppendValues({0.0, -0.0, std::numeric_limits<double>::quiet_NaN(),
                                 -std::numeric_limits<double>::quiet_NaN()})
                  .ok());
  auto encoder = KeyEncoder::Make(SchemaOf({type}), {0});
  EncodedKeys keys;
  ASSERT_TRUE(encoder->Encode(*Rows({type}, {*builder.Finish()}), &keys).ok());
  EXPECT_EQ(keys[0], keys[1]);
  EXPECT_EQ(keys[2], keys[3]);
  EXPECT_NE(keys[0], keys[2]);
}

TEST(KeyEncoder, SidesOfAJoinAgree) {
  const std::vector<TypePtr> left = {Type::Timestamp(3, false), Type::Decimal(5, 1, false),
                                     Type::Char(1, false)};
  const std::vector<TypePtr> right = {Type::Timestamp(9), Type::Decimal(10, 3), Type::Varchar(5)};
  const auto left_rows =
      Rows(left, {Array(left[0], "[1500, 2000]"), Array(left[1], R"(["2.5", "3.0"])"),
                  Array(left[2], R"(["a", "b"])")});
  const auto right_rows =
      Rows(right, {Array(right[0], "[1500000, null]"), Array(right[1], R"(["2.500", "3.000"])"),
                   Array(right[2], R"(["a", "b"])")});
  auto left_encoder = KeyEncoder::Make(SchemaOf(left), {0, 1, 2}, right);
  auto right_encoder = KeyEncoder::Make(SchemaOf(right), {0, 1, 2}, right);
  ASSERT_TRUE(left_encoder.ok() && right_encoder.ok());
  EncodedKeys left_keys;
  EncodedKeys right_keys;
  ASSERT_TRUE(left_encoder->Encode(*left_rows, &left_keys).ok());
  ASSERT_TRUE(right_encoder->Encode(*right_rows, &right_keys).ok());
  EXPECT_EQ(left_keys[0], right_keys[0]);
  EXPECT_NE(left_keys[1], right_keys[1]);
  auto decoded = left_encoder->Decode({left_keys[0]});
  ASSERT_TRUE(decoded.ok());
  EXPECT_TRUE((*decoded)[1]->Equals(right_rows->column(1)->Slice(0, 1)));
  EXPECT_FALSE(KeyEncoder::Make(SchemaOf(right), {0, 1, 2}, left).ok());

  const auto far = Rows({left[0]}, {Array(left[0], "[9223372036854775807]")});
  auto narrow = KeyEncoder::Make(SchemaOf({left[0]}), {0}, {right[0]});
  EXPECT_EQ(narrow->Encode(*far, &left_keys).error().kind, ErrorKind::kInvalidArgument);
}

TEST(KeyEncoder, NullInANotNullColumnCountsAsZero) {
  const std::vector<TypePtr> types = {Type::Simple(TypeKind::kInt, false), Type::Varchar(9, false)};
  const auto rows = Rows(types, {Array(types[0], "[null, 0]"), Array(types[1], R"([null, ""])")});
  auto encoder = KeyEncoder::Make(SchemaOf(types), {0, 1});
  EncodedKeys keys;
  ASSERT_TRUE(encoder->Encode(*rows, &keys).ok());
  EXPECT_EQ(keys[0], keys[1]);
}

TEST(KeyEncoder, DecodesWhatItEncodes) {
  std::vector<TypePtr> types;
  const auto rows = AllTypes(&types, true);
  std::vector<int> columns;
  for (int i = 0; i < rows->num_columns(); ++i) columns.push_back(i);
  auto encoder = KeyEncoder::Make(SchemaOf(types), columns);
  ASSERT_TRUE(encoder.ok());
  EncodedKeys keys;
  ASSERT_TRUE(encoder->Encode(*rows, &keys).ok());
  auto decoded = encoder->Decode({keys[0], keys[1], keys[2]});
  ASSERT_TRUE(decoded.ok());
  for (size_t i = 0; i < decoded->size(); ++i) {
    EXPECT_TRUE((*decoded)[i]->Equals(rows->column(static_cast<int>(i)))) << types[i]->ToString();
  }
}

}  // namespace
}  // namespace sluice::state
