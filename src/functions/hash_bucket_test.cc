// SPDX-License-Identifier: Apache-2.0
#include "functions/hash_bucket.h"

#include <cmath>
#include <set>

#include "functions/testing.h"

namespace sluice::functions {
namespace {

std::vector<int32_t> BucketsOf(const std::shared_ptr<arrow::Array>& values, flow::TypePtr type,
                               int32_t buckets, int32_t first = 0) {
  const ExprPtr call = HashBucket(Column(0, std::move(type), "a"), buckets, first);
  const Argument argument{values, nullptr};
  const auto made = call->function->evaluate(*call, {&argument, 1}, values->length(), {});
  EXPECT_TRUE(made.ok());
  const auto& numbers = static_cast<const arrow::Int32Array&>(**made);
  std::vector<int32_t> out;
  for (int64_t row = 0; row < numbers.length(); ++row) out.push_back(numbers.Value(row));
  return out;
}

TEST(HashBucket, NumbersAreKeptUnderState) {
  arrow::Int64Builder longs;
  EXPECT_TRUE(longs.AppendValues({0, 1, 2, -1, 1LL << 40}).ok());
  EXPECT_TRUE(longs.AppendNull().ok());
  EXPECT_EQ(BucketsOf(*longs.Finish(), kBigIntType, 1024),
            (std::vector<int32_t>{797, 190, 130, 324, 723, 0}));
  arrow::StringBuilder texts;
  EXPECT_TRUE(texts.AppendValues({"", "a", "abcdefghijklmnopqrstuvwxyz"}).ok());
  EXPECT_TRUE(texts.AppendNull().ok());
  EXPECT_EQ(BucketsOf(*texts.Finish(), kStringType, 1024, 1024),
            (std::vector<int32_t>{1204, 1947, 1540, 1024}));
}

TEST(HashBucket, IsEvenAndTakesSlices) {
  arrow::Int32Builder builder;
  for (int i = 0; i < 8192; ++i) EXPECT_TRUE(builder.Append(i).ok());
  const std::shared_ptr<arrow::Array> all = *builder.Finish();
  const std::vector<int32_t> buckets = BucketsOf(all, kIntType, 16, 32);
  std::vector<int> sizes(16, 0);
  for (const int32_t bucket : buckets) {
    ASSERT_GE(bucket, 32);
    ASSERT_LT(bucket, 48);
    ++sizes[static_cast<size_t>(bucket - 32)];
  }
  for (const int size : sizes) {
    EXPECT_GT(size, 400);
    EXPECT_LT(size, 630);
  }
  const std::vector<int32_t> tail = BucketsOf(all->Slice(8000), kIntType, 16, 32);
  EXPECT_TRUE(std::equal(tail.begin(), tail.end(), buckets.begin() + 8000));
}

TEST(HashBucket, EqualValuesHaveOne) {
  arrow::DoubleBuilder builder;
  EXPECT_TRUE(builder.AppendValues({0.0, -0.0, std::nan("1"), -std::nan("2")}).ok());
  const std::vector<int32_t> buckets = BucketsOf(*builder.Finish(), kDoubleType, 1 << 20);
  EXPECT_EQ(buckets[0], buckets[1]);
  EXPECT_EQ(buckets[2], buckets[3]);
  EXPECT_NE(buckets[0], buckets[2]);
}

TEST(HashBucket, OfEachTypeWithoutParts) {
  for (const flow::TypePtr& type :
       {kBooleanType, kIntType, kBigIntType, kDoubleType, kDateType, kStringType,
        flow::Type::Decimal(38, 6), flow::Type::Timestamp(9)}) {
    EXPECT_TRUE(HasHashBucket(*type)) << type->ToString();
  }
  EXPECT_FALSE(HasHashBucket(*flow::Type::Array(kIntType)));
}

}  // namespace
}  // namespace sluice::functions
