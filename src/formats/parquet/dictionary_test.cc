// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/dictionary.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"

namespace sluice::formats::parquet {
namespace {

using Values = std::vector<std::optional<std::string>>;

std::shared_ptr<arrow::Array> ArrayOf(const Values& values) {
  arrow::StringBuilder builder;
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return builder.Finish().ValueOrDie();
}

// Encodes chunks and reads the rows back; nullopt when there is no dictionary.
std::optional<Values> RoundTrip(Dictionary* dictionary, const arrow::ArrayVector& chunks,
                                int64_t bytes_max, size_t* distinct = nullptr) {
  const arrow::ChunkedArray column(chunks, arrow::utf8());
  const auto encoded = dictionary->Encode(column, bytes_max);
  EXPECT_TRUE(encoded.ok());
  if (*encoded == nullptr) return std::nullopt;
  EXPECT_TRUE((*encoded)->ValidateFull().ok());
  const auto& array = static_cast<const arrow::DictionaryArray&>(**encoded);
  const auto& values = static_cast<const arrow::StringArray&>(*array.dictionary());
  std::set<std::string> once;
  for (int64_t i = 0; i < values.length(); ++i) once.insert(values.GetString(i));
  EXPECT_EQ(static_cast<int64_t>(once.size()), values.length());
  if (distinct != nullptr) *distinct = once.size();
  Values rows;
  for (int64_t i = 0; i < array.length(); ++i) {
    rows.push_back(array.IsNull(i) ? std::nullopt
                                   : std::optional(values.GetString(array.GetValueIndex(i))));
  }
  return rows;
}

TEST(Dictionary, KeepsRowsAcrossChunksSlicesAndNulls) {
  Values values;
  for (int i = 0; i < 5000; ++i) {
    if (i % 11 == 0) {
      values.emplace_back();
    } else {
      values.emplace_back(std::string(static_cast<size_t>(i % 7), 'x') + std::to_string(i % 997));
    }
  }
  values[1] = "";
  const auto all = ArrayOf(values);
  Dictionary dictionary;
  for (int again = 0; again < 2; ++again) {  // the tables are used again
    size_t distinct = 0;
    const auto rows = RoundTrip(&dictionary,
                                {all->Slice(0, 1), all->Slice(1, 63), all->Slice(64, 0),
                                 all->Slice(64, 3001), all->Slice(3065)},
                                1 << 20, &distinct);
    EXPECT_EQ(rows, values);
    std::set<std::optional<std::string>> expected(values.begin(), values.end());
    EXPECT_EQ(distinct, expected.size() - 1);
  }
}

TEST(Dictionary, GivesUpAtItsBound) {
  Values values;
  for (int i = 0; i < 100; ++i) values.emplace_back(std::to_string(1000 + i % 10));
  Dictionary dictionary;
  // Ten values of four bytes and as many of length.
  EXPECT_EQ(RoundTrip(&dictionary, {ArrayOf(values)}, 80), std::nullopt);
  EXPECT_EQ(RoundTrip(&dictionary, {ArrayOf(values)}, 81), values);
}

TEST(Dictionary, NullsAlone) {
  Dictionary dictionary;
  EXPECT_EQ(RoundTrip(&dictionary, {ArrayOf({std::nullopt, std::nullopt})}, 1 << 20), std::nullopt);
}

TEST(Dictionary, EmptyStringsAlone) {
  Dictionary dictionary;
  const Values values = {"", std::nullopt, ""};
  EXPECT_EQ(RoundTrip(&dictionary, {ArrayOf(values)}, 1 << 20), values);
}

}  // namespace
}  // namespace sluice::formats::parquet
