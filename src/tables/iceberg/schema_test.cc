// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/schema.h"

#include <gtest/gtest.h>

#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"

namespace sluice::tables::iceberg {
namespace {

using FlowType = flow::Type;
using FlowKind = flow::TypeKind;

flow::Schema EveryType() {
  flow::Schema out;
  const auto add = [&out](const char* name, flow::TypePtr type) {
    out.fields.push_back({name, std::move(type), ""});
  };
  add("bool", FlowType::Simple(FlowKind::kBoolean));
  add("tiny", FlowType::Simple(FlowKind::kTinyInt));
  add("small", FlowType::Simple(FlowKind::kSmallInt));
  add("int", FlowType::Simple(FlowKind::kInt));
  add("big", FlowType::Simple(FlowKind::kBigInt, false));
  add("float", FlowType::Simple(FlowKind::kFloat));
  add("double", FlowType::Simple(FlowKind::kDouble));
  add("decimal", FlowType::Decimal(12, 3));
  add("char", FlowType::Char(4));
  add("string", FlowType::Varchar());
  add("fixed", FlowType::Binary(8));
  add("bytes", FlowType::Varbinary());
  add("date", FlowType::Simple(FlowKind::kDate));
  add("time", FlowType::Time(3));
  add("ts", FlowType::Timestamp(3));
  add("ltz", FlowType::TimestampLtz(6));
  add("list", FlowType::Array(FlowType::Simple(FlowKind::kInt, false)));
  add("map", FlowType::Map(FlowType::Varchar(), FlowType::Simple(FlowKind::kBigInt)));
  add("bag", FlowType::Multiset(FlowType::Varchar()));
  add("row", FlowType::Row({{"a", FlowType::Simple(FlowKind::kInt), ""},
                            {"b", FlowType::Array(FlowType::Varchar()), "inner"}}));
  return out;
}

TEST(SchemaTest, MapsFlinksTypesAsItsIcebergModuleDoes) {
  const auto schema = FromFlow(EveryType());
  ASSERT_TRUE(schema.ok()) << schema.error().text;
  const char* expected[] = {"boolean",
                            "int",
                            "int",
                            "int",
                            "long",
                            "float",
                            "double",
                            "decimal(12, 3)",
                            "string",
                            "string",
                            "fixed[8]",
                            "binary",
                            "date",
                            "time",
                            "timestamp",
                            "timestamptz",
                            "list<int>",
                            "map<string, long>",
                            "map<string, int>",
                            "struct<a: int, b: list<string>>"};
  ASSERT_EQ(schema->fields.size(), std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(schema->fields[i].type.ToString(), expected[i]) << schema->fields[i].name;
  }
  EXPECT_TRUE(schema->fields[4].required);
  EXPECT_TRUE(schema->FindPath("list.element")->required);
  EXPECT_FALSE(schema->FindPath("map.value")->required);
  EXPECT_TRUE(schema->FindPath("map.key")->required);
}

TEST(SchemaTest, GivesIdsLevelByLevel) {
  const auto schema = FromFlow(EveryType());
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(schema->fields[0].id, 1);
  EXPECT_EQ(schema->fields[19].id, 20);
  EXPECT_EQ(schema->FindPath("list.element")->id, 21);
  EXPECT_EQ(schema->FindPath("map.key")->id, 22);
  EXPECT_EQ(schema->FindPath("map.value")->id, 23);
  EXPECT_EQ(schema->FindPath("row.a")->id, 26);
  EXPECT_EQ(schema->FindPath("row.b.element")->id, 28);
  EXPECT_EQ(schema->HighestFieldId(), 28);
  EXPECT_EQ(schema->PathOf(28), "row.b.element");
}

TEST(SchemaTest, RefusesTypesIcebergLacks) {
  for (const auto& type : {FlowType::Timestamp(9), FlowType::TimestampLtz(7), FlowType::Time(9),
                           FlowType::Simple(FlowKind::kIntervalYearMonth)}) {
    flow::Schema columns;
    columns.fields = {{"c", type, ""}};
    const auto schema = FromFlow(columns);
    ASSERT_FALSE(schema.ok()) << type->ToString();
    EXPECT_EQ(schema.error().kind, ErrorKind::kUnsupported);
    EXPECT_EQ(schema.error().where, "c");
  }
}

TEST(SchemaTest, MakesThePrimaryKeyIdentifierFields) {
  const auto schema = FromFlow(EveryType(), {"string", "int"});
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(schema->identifier_field_ids, (std::vector<int>{10, 4}));
  EXPECT_TRUE(schema->FindColumn("string")->required);
  EXPECT_FALSE(FromFlow(EveryType(), {"double"}).ok());
  EXPECT_FALSE(FromFlow(EveryType(), {"row"}).ok());
  EXPECT_FALSE(FromFlow(EveryType(), {"nobody"}).ok());
}

TEST(SchemaTest, SurvivesItsJson) {
  auto schema = FromFlow(EveryType(), {"big"});
  ASSERT_TRUE(schema.ok());
  schema->schema_id = 3;
  const auto again = ParseSchemaJson(SchemaToJson(*schema));
  ASSERT_TRUE(again.ok()) << again.error().text;
  EXPECT_EQ(again->schema_id, 3);
  EXPECT_TRUE(SameColumns(*schema, *again));
  EXPECT_EQ(SchemaToJson(*again), SchemaToJson(*schema));
}

TEST(SchemaTest, ReadsNewerTypesAndRefusesWrongOnes) {
  const auto parse = [](const std::string& type) {
    return ParseSchemaJson(R"({"type":"struct","fields":[{"id":1,"name":"a","required":false,)"
                           R"("type":")" +
                           type + R"("}]})");
  };
  for (const char* type : {"timestamp_ns", "timestamptz_ns", "unknown", "variant", "geometry",
                           "geography(srid:4326, spherical)", "decimal(9,2)", "fixed[16]"}) {
    EXPECT_TRUE(parse(type).ok()) << type;
  }
  for (const char* type : {"decimal(9)", "fixed[x]", "int8", "", "decimal(9,2"}) {
    EXPECT_FALSE(parse(type).ok()) << type;
  }
  EXPECT_FALSE(parse("decimal(39, 2)")->Check(2).ok());
  EXPECT_FALSE(parse("timestamp_ns")->Check(2).ok());
  EXPECT_TRUE(parse("timestamp_ns")->Check(3).ok());
}

TEST(SchemaTest, FindsDuplicatedIdsAndNames) {
  Schema schema;
  Field a;
  a.id = 1;
  a.name = "a";
  a.type = Type::Simple(TypeKind::kInt);
  schema.fields = {a, a};
  EXPECT_FALSE(schema.Check(2).ok());
  schema.fields[1].name = "b";
  EXPECT_FALSE(schema.Check(2).ok());
  schema.fields[1].id = 2;
  EXPECT_TRUE(schema.Check(2).ok());
  schema.fields[1].id = 2147483540;  // reserved for _row_id
  EXPECT_FALSE(schema.Check(2).ok());
}

TEST(SchemaTest, PutsFieldIdsIntoArrow) {
  const auto schema = FromFlow(EveryType());
  const auto arrow_schema = ToArrow(*schema);
  ASSERT_TRUE(arrow_schema.ok());
  const auto id = [](const arrow::Field& field) {
    return field.metadata()->Get("PARQUET:field_id").ValueOr("none");
  };
  EXPECT_EQ(id(*(*arrow_schema)->field(0)), "1");
  const auto& list = static_cast<const arrow::ListType&>(*(*arrow_schema)->field(16)->type());
  EXPECT_EQ(id(*list.value_field()), "21");
  const auto& map = static_cast<const arrow::MapType&>(*(*arrow_schema)->field(17)->type());
  EXPECT_EQ(id(*map.key_field()), "22");
  EXPECT_EQ(id(*map.item_field()), "23");
  EXPECT_EQ((*arrow_schema)->field(15)->type()->ToString(), "timestamp[us, tz=UTC]");
  EXPECT_FALSE((*arrow_schema)->field(4)->nullable());
}

TEST(SchemaTest, GoesBackToFlink) {
  const auto back = ToFlow(*FromFlow(EveryType()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->fields[1].type->ToString(), "INT");
  EXPECT_EQ(back->fields[4].type->ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(back->fields[10].type->ToString(), "BINARY(8)");
  EXPECT_EQ(back->fields[15].type->ToString(), "TIMESTAMP_LTZ(6)");
}

}  // namespace
}  // namespace sluice::tables::iceberg
