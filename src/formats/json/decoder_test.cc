// SPDX-License-Identifier: Apache-2.0
#include "formats/json/decoder.h"

#include <gtest/gtest.h>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "formats/json/nexmark_events.h"

namespace sluice::formats::json {
namespace {

TEST(JsonDecoder, DecodesNexmarkTheSameOnEveryWay) {
  Messages ordered = NexmarkEvents(5000);
  Messages shuffled = Shuffled(ordered);
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (Messages* messages : {&ordered, &shuffled}) {
    for (const Way way : {Way::kSpeculative, Way::kGeneral}) {
      auto decoder = MakeDecoder({.schema = NexmarkSchema()}, way);
      ASSERT_TRUE(decoder.ok());
      auto decoded = decoder.value()->Decode(messages->Views());
      ASSERT_TRUE(decoded.ok());
      EXPECT_TRUE(decoded->rejected.empty());
      ASSERT_TRUE(decoded->rows->ValidateFull().ok());
      batches.push_back(decoded->rows);
    }
  }
  EXPECT_EQ(batches[0]->num_rows(), 5000);
  for (size_t i = 1; i < batches.size(); ++i) EXPECT_TRUE(batches[0]->Equals(*batches[i]));
}

}  // namespace
}  // namespace sluice::formats::json
