// SPDX-License-Identifier: Apache-2.0
// Functions of arrays and maps over columns: NULLs, empty lists, slices, constants beside columns,
// and what counts as equal. tests/streaming asks Flink about each of them.
#include <limits>

#include "functions/elements.h"
#include "functions/testing.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;

/// A column of arrays of INT: nullopt is NULL, at both depths.
using Ints = std::optional<std::vector<std::optional<int32_t>>>;

ArrayPtr IntLists(const std::vector<Ints>& lists) {
  auto element = std::make_shared<arrow::Int32Builder>();
  arrow::ListBuilder builder(arrow::default_memory_pool(), element,
                             flow::ToArrow(*Type::Array(kIntType)));
  for (const Ints& list : lists) {
    EXPECT_TRUE((list ? builder.Append() : builder.AppendNull()).ok());
    for (const auto& value : list.value_or(std::vector<std::optional<int32_t>>{})) {
      EXPECT_TRUE((value ? element->Append(*value) : element->AppendNull()).ok());
    }
  }
  return builder.Finish().ValueOrDie();
}

const ExprPtr kInts = Column(0, Type::Array(kIntType), "a");

/// A call over a column of lists, each row as text.
std::vector<std::string> Rows(std::string_view name, std::vector<ExprPtr> arguments,
                              const ArrayPtr& lists) {
  const auto call = MakeCall(name, std::move(arguments));
  if (!call.ok()) return {"ERROR: " + call.error().text};
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("a", lists->type())}),
                                              lists->length(), {lists});
  const auto values = Evaluate(**call, *batch, {});
  if (!values.ok()) return {"ERROR: " + values.error().text};
  EXPECT_TRUE((*values)->ValidateFull().ok()) << (*values)->ValidateFull().ToString();
  std::vector<std::string> rows;
  for (int64_t row = 0; row < (*values)->length(); ++row) {
    rows.push_back(ScalarToSqlText(**values, row, *(*call)->type).value());
  }
  return rows;
}

using Texts = std::vector<std::string>;

const std::vector<Ints> kLists = {Ints({{1}, {2}, {1}}), Ints(), Ints(std::in_place),
                                  Ints({{std::nullopt}, {3}, {std::nullopt}})};

TEST(ArrayFunctions, RowByRow) {
  const ArrayPtr lists = IntLists(kLists);
  EXPECT_EQ(Rows("ARRAY_DISTINCT", {kInts}, lists), (Texts{"[1, 2]", "NULL", "[]", "[NULL, 3]"}));
  EXPECT_EQ(Rows("ARRAY_REVERSE", {kInts}, lists),
            (Texts{"[1, 2, 1]", "NULL", "[]", "[NULL, 3, NULL]"}));
  EXPECT_EQ(Rows("ARRAY_APPEND", {kInts, Int(9)}, lists),
            (Texts{"[1, 2, 1, 9]", "NULL", "[9]", "[NULL, 3, NULL, 9]"}));
  EXPECT_EQ(Rows("ARRAY_PREPEND", {kInts, Null()}, lists),
            (Texts{"[NULL, 1, 2, 1]", "NULL", "[NULL]", "[NULL, NULL, 3, NULL]"}));
  EXPECT_EQ(Rows("ARRAY_MAX", {kInts}, lists), (Texts{"2", "NULL", "NULL", "3"}));
  EXPECT_EQ(Rows("ARRAY_SORT", {kInts, Bool(false), Bool(true)}, lists),
            (Texts{"[2, 1, 1]", "NULL", "[]", "[NULL, NULL, 3]"}));
  EXPECT_EQ(Rows("ARRAY_POSITION", {kInts, Int(3)}, lists), (Texts{"0", "NULL", "0", "2"}));
  EXPECT_EQ(Rows("ARRAY_REMOVE", {kInts, Null()}, lists),
            (Texts{"[1, 2, 1]", "NULL", "[]", "[3]"}));
  EXPECT_EQ(Rows("ARRAY_SLICE", {kInts, Int(-2)}, lists),
            (Texts{"[2, 1]", "NULL", "[]", "[3, NULL]"}));
}

TEST(ArrayFunctions, SlicesOfColumnsHoldTheirOwnRowsAlone) {
  const ArrayPtr lists = IntLists(kLists)->Slice(2, 2);
  EXPECT_EQ(Rows("ARRAY_DISTINCT", {kInts}, lists), (Texts{"[]", "[NULL, 3]"}));
  EXPECT_EQ(Rows("ARRAY_CONCAT", {kInts, kInts}, lists),
            (Texts{"[]", "[NULL, 3, NULL, NULL, 3, NULL]"}));
  EXPECT_EQ(Rows("ARRAY_MIN", {kInts}, lists), (Texts{"NULL", "3"}));
  EXPECT_EQ(Rows("ARRAY_CONTAINS", {kInts, Int(3)}, lists), (Texts{"FALSE", "TRUE"}));
  const ArrayPtr none = IntLists(kLists)->Slice(4, 0);
  EXPECT_EQ(Rows("ARRAY_UNION", {kInts, kInts}, none), Texts{});
}

TEST(ArrayFunctions, ConstantsBesideColumns) {
  const ArrayPtr lists = IntLists(kLists);
  const ExprPtr constant = *MakeCall("ARRAY", {Int(1), Int(3), Int(3)});
  EXPECT_EQ(Rows("ARRAY_UNION", {constant, kInts}, lists),
            (Texts{"[1, 3, 2]", "NULL", "[1, 3]", "[1, 3, NULL]"}));
  EXPECT_EQ(Rows("ARRAY_EXCEPT", {kInts, constant}, lists), (Texts{"[2]", "NULL", "[]", "[NULL]"}));
  EXPECT_EQ(Rows("ARRAY_INTERSECT", {constant, kInts}, lists), (Texts{"[1]", "NULL", "[]", "[3]"}));
  const ExprPtr first = *MakeCall("ITEM", {kInts, Int(1)});
  EXPECT_EQ(Rows("ARRAY_POSITION", {constant, first}, lists), (Texts{"1", "NULL", "NULL", "NULL"}));
  EXPECT_EQ(Rows("MAP_FROM_ARRAYS", {constant, constant}, lists),
            (Texts{"{1=1, 3=3}", "{1=1, 3=3}", "{1=1, 3=3}", "{1=1, 3=3}"}));
}

TEST(ArrayFunctions, StrangeArguments) {
  const ExprPtr ends[] = {Int(std::numeric_limits<int32_t>::min()),
                          Int(std::numeric_limits<int32_t>::max()), Int(0)};
  const ArrayPtr lists = IntLists(kLists);
  for (const ExprPtr& start : ends) {
    for (const ExprPtr& end : ends) {
      EXPECT_EQ(Rows("ARRAY_SLICE", {kInts, start, end}, lists).size(), 4U);
    }
  }
  EXPECT_EQ(CallText("ARRAY_SORT", {*MakeCall("ARRAY", {Double(0.0 / 0.0), Double(2), Double(1)})}),
            "[1.0, 2.0, NaN]");
  EXPECT_EQ(CallText("ARRAY_MAX", {*MakeCall("ARRAY", {Null(), Null()})}), "NULL");
  EXPECT_EQ(CallText("ARRAY_SORT", {*MakeCall("ARRAY", {Null(), Null()})}), "[NULL, NULL]");
  EXPECT_EQ(CallText("ARRAY_JOIN", {*MakeCall("ARRAY", {Null(), Null()}), Text("-"), Text("?")}),
            "?-?");
  EXPECT_EQ(CallText("ARRAY_APPEND", {Int(1), Int(1)}),
            "ERROR: ARRAY_APPEND: takes an ARRAY and a value of its element type, not (INT, INT)");
  EXPECT_EQ(CallText("ARRAY_MAX", {*MakeCall("ARRAY", {Bool(true)})}),
            "ERROR: ARRAY_MAX: takes an ARRAY whose elements have an order, not (ARRAY<BOOLEAN NOT "
            "NULL>)");
  EXPECT_EQ(CallText("ARRAY_CONCAT", {}), "ERROR: ARRAY_CONCAT: takes ARRAYs, not ()");
}

TEST(ArrayFunctions, TypesOfResults) {
  const ExprPtr array = *MakeCall("ARRAY", {Int(1)});
  EXPECT_EQ(CallType("ARRAY_APPEND", {array, Int(2)}), "ARRAY<INT NOT NULL> NOT NULL");
  EXPECT_EQ(CallType("ARRAY_APPEND", {array, Null()}), "ARRAY<INT>");
  EXPECT_EQ(CallType("ARRAY_POSITION", {array, Int(2)}), "INT NOT NULL");
  EXPECT_EQ(CallType("ARRAY_POSITION", {kInts, Int(2)}), "INT");
  EXPECT_EQ(CallType("ARRAY_MAX", {array}), "INT");
  EXPECT_EQ(CallType("ARRAY_REMOVE", {array, Null()}), "ARRAY<INT NOT NULL> NOT NULL");
  EXPECT_EQ(CallType("MAP_ENTRIES", {*MakeCall("MAP", {Text("a"), Int(1)})}),
            "ARRAY<ROW<`key` CHAR(1) NOT NULL, `value` INT NOT NULL>> NOT NULL");
}

TEST(MapFunctions, EqualKeys) {
  const ExprPtr ab = *MakeCall("ARRAY", {Text("a"), Text("b"), Text("a")});
  const ExprPtr numbers = *MakeCall("ARRAY", {Int(1), Int(2), Int(3)});
  EXPECT_EQ(CallText("MAP_FROM_ARRAYS", {ab, numbers}), "{b=2, a=3}");
  const ExprPtr x = *MakeCall("MAP", {Text("x"), Int(1), Text("y"), Int(2)});
  const ExprPtr y = *MakeCall("MAP", {Text("y"), Int(9)});
  EXPECT_EQ(CallText("MAP_UNION", {x, y}), "{y=9, x=1}");
  EXPECT_EQ(CallText("MAP_UNION", {x}), "{x=1, y=2}");
  EXPECT_EQ(CallText("STR_TO_MAP", {Text("a=1,b,a=2,=,c=d=e")}), "{b=NULL, a=2, =, c=d=e}");
}

TEST(MapFunctions, KeysAreNoNulls) {
  const ExprPtr keys = *MakeCall("ARRAY", {Text("a"), Null(kStringType)});
  const ExprPtr numbers = *MakeCall("ARRAY", {Int(1), Int(2)});
  EXPECT_EQ(CallText("MAP_FROM_ARRAYS", {keys, numbers}),
            "ERROR: a key of MAP_FROM_ARRAYS is NULL");
  EXPECT_NE(CallText("MAP_FROM_ARRAYS", {*MakeCall("ARRAY", {Int(1)}), numbers}).find("length"),
            std::string::npos);
}

TEST(ElementNumbers, SayWhichElementsAreEqual) {
  const auto equal = [](const ExprPtr& a, const ExprPtr& b) {
    return CallText("CARDINALITY", {*MakeCall("ARRAY_DISTINCT", {*MakeCall("ARRAY", {a, b})})}) ==
           "1";
  };
  const auto row = [](const ExprPtr& a, const ExprPtr& b) { return *MakeCall("ROW", {a, b}); };
  const auto map = [](const ExprPtr& a, const ExprPtr& b) {
    return *MakeCall("MAP", {a, Int(1), b, Int(1)});
  };
  EXPECT_TRUE(equal(Double(0.0), Double(-0.0)));
  EXPECT_FALSE(equal(Double(0.0 / 0.0), Double(0.0 / 0.0)));
  EXPECT_TRUE(equal(row(Int(1), Null(kIntType)), row(Int(1), Null(kIntType))));
  EXPECT_FALSE(equal(row(Int(1), Int(2)), row(Int(2), Int(1))));
  EXPECT_TRUE(equal(map(Text("a"), Text("b")), map(Text("b"), Text("a"))));
  EXPECT_TRUE(equal(Dec("1.5", 3, 1), Dec("1.50", 4, 2)));
  EXPECT_FALSE(equal(Text(""), Null(kStringType)));
  EXPECT_FALSE(equal(*MakeCall("ARRAY", {Int(1), Int(2)}), *MakeCall("ARRAY", {Int(2), Int(1)})));
}

TEST(ListWriter, RefusesMoreElementsThanAColumnMayHave) {
  ListWriter writer(1);
  EXPECT_FALSE(writer.AddRange(0, (int64_t{1} << 28) + 1).ok());
  EXPECT_TRUE(writer.AddRange(0, 1).ok());
}

TEST(SplitFunctions, TextsThatAreNoUtf8) {
  EXPECT_EQ(CallText("CARDINALITY", {*MakeCall("SPLIT", {Text("a\xFF\xC3"), Text("")})}), "2");
  EXPECT_EQ(CallText("CARDINALITY", {*MakeCall("SPLIT", {Text("\xFF,\xFF"), Text(",")})}), "2");
  EXPECT_EQ(CallText("CARDINALITY", {*MakeCall("STR_TO_MAP", {Text("\xFF=\xFE,\xF0")})}), "2");
  EXPECT_NE(CallText("STR_TO_MAP", {Text("a"), Text("("), Text("=")}).find("cannot be used"),
            std::string::npos);
}

}  // namespace
}  // namespace sluice::functions
