// SPDX-License-Identifier: Apache-2.0
#include "tables/iceberg/schema_change.h"

#include <gtest/gtest.h>

#include "tables/iceberg/lint.h"
#include "tables/iceberg/test_world.h"

namespace sluice::tables::iceberg {
namespace {

Field Make(int id, const std::string& name, Type type, bool required = false) {
  Field field;
  field.id = id;
  field.name = name;
  field.type = std::move(type);
  field.required = required;
  return field;
}

Type Simple(TypeKind kind) {
  return Type::Simple(kind);
}

// id INT NOT NULL, price DECIMAL(5, 2), place ROW<city STRING, zip INT>, tags ARRAY<INT>
Schema Base() {
  Schema schema;
  schema.fields = {Make(1, "id", Simple(TypeKind::kInt), true),
                   Make(2, "price", Type::Decimal(5, 2)),
                   Make(3, "place",
                        Type::Struct({Make(5, "city", Simple(TypeKind::kString)),
                                      Make(6, "zip", Simple(TypeKind::kInt))})),
                   Make(4, "tags", Type::List(Make(7, "", Simple(TypeKind::kInt))))};
  return schema;
}

std::string Text(const Schema& schema) {
  std::string out;
  const auto add = [&out](const auto& self, const std::vector<Field>& fields) -> void {
    for (const Field& field : fields) {
      out += (out.empty() ? "" : " ") + std::to_string(field.id) + ":" + field.name;
      if (!field.type.is_nested()) out += ":" + field.type.ToString();
      if (field.required) out += "!";
      self(self, field.type.fields);
    }
  };
  add(add, schema.fields);
  return out;
}

std::string Evolved(const Schema& wanted, const RenamedColumns& renamed = {}) {
  int last = 7;
  const auto schema = EvolveSchema(Base(), wanted, renamed, &last);
  if (!schema.ok()) return schema.error().text;
  return Text(*schema) + " last " + std::to_string(last);
}

TEST(EvolveSchema, KeepsIdsThroughRenamesMovesAndWiderTypes) {
  Schema wanted = Base();
  EXPECT_EQ(Evolved(wanted),
            "1:id:int! 2:price:decimal(5, 2) 3:place 5:city:string 6:zip:int 4:tags 7:element:int "
            "last 7");
  std::swap(wanted.fields[0], wanted.fields[1]);
  wanted.fields[0] = Make(0, "cost", Type::Decimal(9, 2));
  wanted.fields[1].type = Simple(TypeKind::kLong);
  wanted.fields[1].required = false;
  wanted.fields[2].type.fields[1].type = Simple(TypeKind::kLong);
  wanted.fields[3].type.fields[0].type = Simple(TypeKind::kLong);
  EXPECT_EQ(Evolved(wanted, {{"cost", "price"}}),
            "2:cost:decimal(9, 2) 1:id:long 3:place 5:city:string 6:zip:long 4:tags 7:element:long "
            "last 7");
}

TEST(EvolveSchema, NewColumnsGetNewIds) {
  Schema wanted = Base();
  wanted.fields.erase(wanted.fields.begin() + 1);  // an id is never given again
  wanted.fields[1].type.fields.insert(wanted.fields[1].type.fields.begin(),
                                      Make(0, "street", Simple(TypeKind::kString)));
  wanted.fields.push_back(Make(
      0, "more",
      Type::Struct({Make(0, "a", Simple(TypeKind::kDate)), Make(0, "b", Simple(TypeKind::kInt))})));
  EXPECT_EQ(Evolved(wanted),
            "1:id:int! 3:place 8:street:string 5:city:string 6:zip:int 4:tags 7:element:int 9:more "
            "10:a:date 11:b:int last 11");
}

TEST(EvolveSchema, RefusesWhatFilesDoNotHold) {
  const auto with = [](size_t column, Field field) {
    Schema wanted = Base();
    wanted.fields[column] = std::move(field);
    return Evolved(wanted);
  };
  EXPECT_EQ(with(1, Make(0, "new", Simple(TypeKind::kInt), true)),
            "column new: a new column is NULL in the rows that are there; it cannot be NOT NULL");
  EXPECT_EQ(with(1, Make(0, "price", Type::Decimal(5, 2), true)),
            "column price: a column that may hold NULL cannot become NOT NULL");
  EXPECT_TRUE(with(0, Make(0, "id", Simple(TypeKind::kString), true))
                  .starts_with("column id: a column of type int cannot become string"));
  EXPECT_TRUE(with(1, Make(0, "price", Type::Decimal(9, 3)))
                  .starts_with("column price: a column of type decimal(5, 2) cannot become"));
  EXPECT_TRUE(with(3, Make(0, "tags", Type::List(Make(0, "", Simple(TypeKind::kString)))))
                  .starts_with("column tags.element: a column of type int cannot become string"));
}

TEST(CommitSchema, MakesASchemaAndComesBackToAnOlderOne) {
  TestWorld world;
  auto table = world.Create();
  ASSERT_TRUE(table.ok());
  const Schema first = table->metadata().schema();
  Schema wanted = first;
  wanted.fields.push_back(Make(0, "later", Simple(TypeKind::kString)));
  int last = table->metadata().last_column_id;
  const auto more = EvolveSchema(first, wanted, {}, &last);
  ASSERT_TRUE(more.ok());
  ASSERT_EQ(table->CommitSchema(*more, last)->outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(table->metadata().schemas.size(), 2U);
  EXPECT_EQ(table->metadata().last_column_id, last);
  EXPECT_TRUE(SameColumns(table->metadata().schema(), *more));
  ASSERT_EQ(table->CommitSchema(first, last)->outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(table->metadata().schemas.size(), 2U);
  EXPECT_EQ(table->metadata().current_schema_id, first.schema_id);
  EXPECT_EQ(table->metadata().last_column_id, last);
  const auto loaded = Table::Load(world.environment(), world.identifier);
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(Lint(*loaded)->findings.empty());
}

TEST(CommitSchema, KeepsWhatPartitionsNeed) {
  TestWorld world;
  auto table = world.Create();
  ASSERT_TRUE(table.ok());
  ASSERT_FALSE(table->metadata().spec().fields.empty());
  Schema without = table->metadata().schema();
  const int source = table->metadata().spec().fields[0].source_id;
  std::erase_if(without.fields, [source](const Field& field) { return field.id == source; });
  const auto result = table->CommitSchema(without, table->metadata().last_column_id);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().text.find("the table is partitioned by"), std::string::npos);
}

}  // namespace
}  // namespace sluice::tables::iceberg
