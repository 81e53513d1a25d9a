// SPDX-License-Identifier: Apache-2.0
#include "cli/connectors.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sluice::cli {
namespace {

std::set<std::string> MetadataOf(const char* connector, const flow::OptionMap& options) {
  std::set<std::string> keys;
  const sql::Connectors all = AllConnectors();
  for (const sql::MetadataColumn& column : all.Find(connector)->MetadataOf(options)) {
    keys.insert(column.key);
  }
  return keys;
}

TEST(Connectors, AFormatAddsItsMetadata) {
  const auto plain = MetadataOf("kafka", {{"format", "json"}});
  EXPECT_TRUE(plain.contains("offset"));
  auto more = MetadataOf("kafka", {{"format", "debezium-json"}});
  EXPECT_EQ(more.size(), plain.size() + 7);
  EXPECT_TRUE(more.contains("offset") && more.contains("value.source.timestamp"));
  more = MetadataOf("kafka", {{"value.format", "canal-json"}});
  EXPECT_EQ(more.size(), plain.size() + 6);
  EXPECT_TRUE(more.contains("value.sql-type"));
  more = MetadataOf("kafka", {{"value.format", "maxwell-json"}});
  EXPECT_EQ(more.size(), plain.size() + 4);
  EXPECT_TRUE(more.contains("value.primary-key-columns"));
  // Flink's filesystem tables offer nothing of the format either.
  EXPECT_EQ(MetadataOf("filesystem", {{"format", "debezium-json"}}),
            MetadataOf("filesystem", {{"format", "json"}}));
}

}  // namespace
}  // namespace sluice::cli
