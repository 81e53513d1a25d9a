// SPDX-License-Identifier: Apache-2.0
// What of jdbc needs no server: urls, parts, the question of a look-up, keys in binary form.
#include "arrow/api.h"
#include "gtest/gtest.h"
#include "sources/jdbc/lookup.h"
#include "sources/jdbc/options.h"
#include "sources/jdbc/source.h"
#include "sources/jdbc/values.h"

namespace sluice::sources::jdbc {
namespace {

TEST(JdbcUrl, IsTakenApart) {
  const auto place = ParseUrl("jdbc:postgresql://db.host:5433/shop?user=me&password=x");
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->host, "db.host");
  EXPECT_EQ(place->port, "5433");
  EXPECT_EQ(place->database, "shop");
  EXPECT_EQ(place->username, "me");
  EXPECT_EQ(ParseUrl("jdbc:mysql://h/d").error().kind, ErrorKind::kUnsupported);
  EXPECT_FALSE(ParseUrl("jdbc:postgresql://host").ok());
  EXPECT_EQ(QuoteName("a\"b"), "\"a\"\"b\"");
}

flow::ConnectorTable Table(flow::OptionMap more) {
  flow::ConnectorTable table;
  table.name = "t";
  table.columns = {{{"id", flow::Type::Simple(flow::TypeKind::kInt), ""}}};
  table.options = {{"connector", "jdbc"}, {"url", "jdbc:postgresql://h/d"}, {"table-name", "s.t"}};
  table.options.merge(more);
  return table;
}

TEST(JdbcSource, PartsCoverEveryRowOnce) {
  const auto parts = PartsOf(Table({{"scan.partition.column", "id"},
                                    {"scan.partition.num", "3"},
                                    {"scan.partition.lower-bound", "1"},
                                    {"scan.partition.upper-bound", "10"}}));
  ASSERT_TRUE(parts.ok()) << parts.error().text;
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ((*parts)[0].condition, "(\"id\" < 5 OR \"id\" IS NULL)");
  EXPECT_EQ((*parts)[1].condition, "\"id\" >= 5 AND \"id\" < 8");
  EXPECT_EQ((*parts)[2].condition, "\"id\" >= 8");
  EXPECT_EQ((*PartsOf(Table({})))[0].condition, "");
  const auto half = Table({{"scan.partition.column", "id"}});
  EXPECT_NE(JdbcConnector().check(half)[0].text.find("scan.partition.num"), std::string::npos);
}

TEST(JdbcLookup, AsksForAllKeysOfABatchAtOnce) {
  EXPECT_EQ(LookupQuery("t.\"name\"::text", "\"s\".\"t\"", {"a", "b"}, {"int4", "uuid"}),
            "SELECT (k.n - 1)::int4, t.\"name\"::text FROM unnest($1, $2) WITH ORDINALITY AS "
            "k(k1, k2, n) JOIN \"s\".\"t\" AS t ON t.\"a\" = k.k1::int4 AND t.\"b\" = k.k2::uuid "
            "ORDER BY k.n");
}

TEST(JdbcLookup, KeysAreOneArray) {
  arrow::Int32Builder builder;
  ASSERT_TRUE(builder.AppendValues({7, -1}).ok());
  std::string type;
  const auto parameter =
      EncodeArray(*builder.Finish().ValueOrDie(), *flow::Type::Simple(flow::TypeKind::kInt), &type);
  ASSERT_TRUE(parameter.ok());
  EXPECT_EQ(type, "int4");
  EXPECT_EQ(parameter->type, 1007u);
  const std::string expected(
      "\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\2\0\0\0\1"
      "\0\0\0\4\0\0\0\7\0\0\0\4\xff\xff\xff\xff",
      36);
  EXPECT_EQ(parameter->bytes, expected);
}

TEST(JdbcTable, TextOfAFixedLengthKeepsItsBlanks) {
  const auto text = flow::Type::Varchar();
  EXPECT_EQ(SelectAs("c", "character", *text), "c");
  EXPECT_EQ(SelectAs("c", "uuid", *text), "c::text");
  EXPECT_EQ(SelectAs("c", "integer[]", *flow::Type::Array(text)), "c::text[]");
}

}  // namespace
}  // namespace sluice::sources::jdbc
