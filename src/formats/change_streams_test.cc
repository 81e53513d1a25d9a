// SPDX-License-Identifier: Apache-2.0
// Streams of changes as real tools wrote them (tests/data/cdc), through the formats of SQL: the
// changelog is the one that Flink's own tests assert.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arrow/api.h"
#include "formats/decoder.h"
#include "formats/padded_messages.h"

namespace sluice::formats {
namespace {

using flow::Type;

std::filesystem::path Folder() {
  const char* root = std::getenv("SLUICE_SOURCE_DIR");
  return std::filesystem::path(root == nullptr ? "../../.." : root) / "tests/data/cdc";
}

std::string FileText(const std::string& name) {
  std::ifstream file(Folder() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> Lines(const std::string& name) {
  std::vector<std::string> lines;
  std::ifstream file(Folder() / name);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// What the format makes of the messages, with a tombstone of each sort among them.
Decoded DecodeAll(const std::string& format, const DecoderRequest& request,
                  const std::vector<std::string>& texts) {
  Messages messages;
  for (const std::string& text : texts) messages.Add(text);
  std::vector<Message> views = messages.Views();
  views.emplace_back();
  views.emplace_back("", 0);
  auto decoder = FindFormat(format)->make_decoder(request);
  EXPECT_TRUE(decoder.ok()) << decoder.error().text;
  auto decoded = (*decoder)->Decode(views);
  EXPECT_TRUE(decoded.ok()) << decoded.error().text;
  EXPECT_TRUE(decoded->rows->ValidateFull().ok());
  return *std::move(decoded);
}

DecoderRequest Products(bool schema_include) {
  DecoderRequest request;
  request.schema.fields = {{"id", Type::Simple(flow::TypeKind::kInt, false), ""},
                           {"name", Type::Varchar(), ""},
                           {"description", Type::Varchar(), ""},
                           {"weight", Type::Simple(flow::TypeKind::kFloat), ""}};
  if (schema_include) request.options["schema-include"] = "true";
  return request;
}

/// [kind, values...] of each row; a FLOAT as its 32 bits say it.
std::vector<std::vector<std::string>> Changelog(const Decoded& decoded) {
  std::vector<std::vector<std::string>> changes;
  for (int64_t i = 0; i < decoded.rows->num_rows(); ++i) {
    changes.push_back({std::string(flow::ShortText(decoded.kinds[static_cast<size_t>(i)]))});
    for (const auto& column : decoded.rows->columns()) {
      const auto value = column->GetScalar(i);
      const bool is_null = column->IsNull(i);
      changes.back().push_back(is_null ? "null" : value.ValueOrDie()->ToString());
    }
  }
  return changes;
}

std::vector<std::vector<std::string>> Expected(const nlohmann::json& changelog) {
  std::vector<std::vector<std::string>> changes;
  for (const nlohmann::json& change : changelog) {
    changes.emplace_back();
    for (const nlohmann::json& value : change) {
      changes.back().push_back(value.is_null() ? "null" : value.get<std::string>());
    }
    changes.back().back() = arrow::FloatScalar(std::stof(changes.back().back())).ToString();
  }
  return changes;
}

TEST(ChangeStreams, AreReadAsFlinkReadsThem) {
  const auto expected = nlohmann::json::parse(FileText("expected.json"));
  int streams = 0;
  for (const auto& [name, stream] : expected.items()) {
    const std::string format = stream["format"];
    if (FindFormat(format) == nullptr || stream.contains("reject")) continue;
    const Decoded decoded =
        DecodeAll(format, Products(stream.value("schema_include", false)), Lines(name));
    EXPECT_EQ(Changelog(decoded), Expected(stream["changelog"])) << name;
    EXPECT_TRUE(decoded.rejected.empty()) << name << " " << decoded.rejected[0].reason;
    ++streams;
  }
  EXPECT_EQ(streams, 5);
}

// PostgreSQL tells the old row only where a table's replica identity is FULL: without it an update
// cannot be said as -U and +U, nor a delete as -D.
TEST(ChangeStreams, ChangesWithoutTheOldRowAreRefused) {
  const auto lines = Lines("streams/debezium-postgres-data-replica-identity.txt");
  const Decoded decoded = DecodeAll("debezium-json", Products(false), lines);
  EXPECT_GT(decoded.rows->num_rows(), 0);
  int refused = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const bool update = lines[i].find(R"("op":"u")") != std::string::npos;
    const bool remove = lines[i].find(R"("op":"d")") != std::string::npos;
    if (!update && !remove) continue;
    ASSERT_LT(static_cast<size_t>(refused), decoded.rejected.size());
    const Rejected& rejected = decoded.rejected[static_cast<size_t>(refused++)];
    EXPECT_EQ(rejected.message, static_cast<int32_t>(i));
    EXPECT_NE(rejected.reason.find("REPLICA IDENTITY"), std::string::npos) << rejected.reason;
  }
  EXPECT_EQ(decoded.rejected.size(), static_cast<size_t>(refused));
  EXPECT_GT(refused, 0);
}

TEST(ChangeStreams, MessagesOfDebeziumItself) {
  DecoderRequest request;
  request.schema.fields = {{"id", Type::Simple(flow::TypeKind::kInt), ""},
                           {"first_name", Type::Varchar(), ""}};
  const auto customers = [&](const char* file) {
    return Changelog(DecodeAll("debezium-json", request, {FileText(file)}));
  };
  using Changes = std::vector<std::vector<std::string>>;
  const Changes inserted = {{"+I", "1004", "Anne"}};
  const Changes updated = {{"-U", "1004", "Anne-Marie"}, {"+U", "1004", "Anne"}};
  EXPECT_EQ(customers("messages/serde-without-schema.json"), inserted);
  EXPECT_EQ(customers("messages/serde-update.json"), updated);
  EXPECT_EQ(customers("messages/serde-unknown-property.json"), updated);
  request.options["schema-include"] = "true";
  EXPECT_EQ(customers("messages/serde-with-schema.json"), inserted);
  request.schema.fields = {{"order_number", Type::Simple(flow::TypeKind::kBigInt), ""},
                           {"order_date", Type::Simple(flow::TypeKind::kInt), ""}};
  EXPECT_EQ(customers("messages/serde-unnested-order-val-withschema.json").size(), 1u);
}

}  // namespace
}  // namespace sluice::formats
