// SPDX-License-Identifier: Apache-2.0
// Calls whose answers were given by Apache Flink 2.1.1 for the same SQL.
#include "functions/testing.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypeKind;

std::string TryCastText(const std::string& text, flow::TypePtr to) {
  return ValueOf(Cast(Text(text), std::move(to), true));
}
std::string CastText(ExprPtr value, flow::TypePtr to) {
  return ValueOf(Cast(std::move(value), to));
}
const flow::TypePtr kTinyInt = Type::Simple(TypeKind::kTinyInt);
const flow::TypePtr kFloat = Type::Simple(TypeKind::kFloat);
const flow::TypePtr kTime = Type::Time(0);

TEST(FlinkCast, TextToNumber) {
  EXPECT_EQ(TryCastText(" 12 ", kIntType), "12");
  EXPECT_EQ(TryCastText("12.9", kIntType), "12");
  EXPECT_EQ(TryCastText("-12.9", kIntType), "-12");
  EXPECT_EQ(TryCastText(".5", kIntType), "0");
  EXPECT_EQ(TryCastText("5.", kIntType), "5");
  EXPECT_EQ(TryCastText("+5", kIntType), "5");
  EXPECT_EQ(TryCastText("", kIntType), "NULL");
  EXPECT_EQ(TryCastText("1e3", kIntType), "NULL");
  EXPECT_EQ(TryCastText("99999999999", kIntType), "NULL");
  EXPECT_EQ(TryCastText(" 1.5 ", kDoubleType), "1.5");
  EXPECT_EQ(TryCastText("1e400", kDoubleType), "Infinity");
  EXPECT_EQ(TryCastText("abc", kDoubleType), "NULL");
  EXPECT_EQ(TryCastText(" 1.5 ", Type::Decimal(5, 2)), "1.50");
  EXPECT_EQ(TryCastText("1.555", Type::Decimal(5, 2)), "1.56");
  EXPECT_EQ(TryCastText("-1.555", Type::Decimal(5, 2)), "-1.56");
  EXPECT_EQ(TryCastText("12345.6", Type::Decimal(5, 2)), "NULL");
  EXPECT_EQ(TryCastText("1e2", Type::Decimal(5, 2)), "100.00");
  EXPECT_EQ(CastText(Text("12345.6"), Type::Decimal(5, 2)),
            "ERROR: cannot CAST to DECIMAL(5, 2): '12345.6'");
  EXPECT_EQ(CastText(Text("x"), kIntType), "ERROR: cannot CAST to INT: 'x'");
}

TEST(FlinkCast, TextToBoolean) {
  EXPECT_EQ(TryCastText(" true ", kBooleanType), "NULL");
  EXPECT_EQ(TryCastText("TRUE", kBooleanType), "TRUE");
  EXPECT_EQ(TryCastText("y", kBooleanType), "TRUE");
  EXPECT_EQ(TryCastText("0", kBooleanType), "FALSE");
  EXPECT_EQ(TryCastText("2", kBooleanType), "NULL");
}

TEST(FlinkCast, TextToTime) {
  EXPECT_EQ(TryCastText("2021-02-30", kDateType), "NULL");
  EXPECT_EQ(TryCastText(" 2021-2-3", kDateType), "2021-02-03");
  EXPECT_EQ(TryCastText("2021-2-3 ", kDateType), "2021-02-03");
  EXPECT_EQ(TryCastText("2021", kDateType), "2021-01-01");
  EXPECT_EQ(TryCastText("2021-02-03 10:00:00", kDateType), "2021-02-03");
  EXPECT_EQ(TryCastText("2021-02-03T10:00:00", kDateType), "NULL");
  const flow::TypePtr ms = Type::Timestamp(3);
  EXPECT_EQ(TryCastText("2021-02-30 10:00:00", ms), "2021-02-28 10:00:00.000");
  EXPECT_EQ(TryCastText("2021-2-3 1:2:3", ms), "2021-02-03 01:02:03.000");
  EXPECT_EQ(TryCastText("2021-02-03T10:00:00", ms), "NULL");
  EXPECT_EQ(TryCastText("2021-02-03", ms), "2021-02-03 00:00:00.000");
  EXPECT_EQ(TryCastText("2021-02-03 10:00", ms), "NULL");
  EXPECT_EQ(TryCastText("2021-02-03 10:00:00.123456789", ms), "2021-02-03 10:00:00.123");
  EXPECT_EQ(TryCastText("2021-02-03 10:00:00.123456789", Type::Timestamp(6)),
            "2021-02-03 10:00:00.123456");
  EXPECT_EQ(TryCastText("2021-02-03 10:00:00.", ms), "2021-02-03 10:00:00.000");
  EXPECT_EQ(TryCastText("2021-02-03 10:00:00Z", ms), "NULL");
  EXPECT_EQ(TryCastText("12:34:56.789", kTime), "12:34:56");
  EXPECT_EQ(TryCastText("12:34", kTime), "12:34:00");
}

TEST(FlinkCast, Numbers) {
  EXPECT_EQ(CastText(Int(300), kTinyInt), "44");
  EXPECT_EQ(CastText(Double(1e10), kIntType), "2147483647");
  EXPECT_EQ(CastText(Double(-1.9), kIntType), "-1");
  EXPECT_EQ(CastText(Double(0.0 / 0.0), kIntType), "0");
  EXPECT_EQ(CastText(Double(3e9), kTinyInt), "-1");
  EXPECT_EQ(CastText(Dec("-12.99", 4, 2), kIntType), "-12");
  EXPECT_EQ(CastText(Dec("123456789012.5", 13, 1), kIntType), "-1097262572");
  EXPECT_EQ(CastText(Dec("12.345", 5, 3), Type::Decimal(4, 2)), "12.35");
  EXPECT_EQ(CastText(Dec("1234.5", 5, 1), Type::Decimal(4, 2)), "NULL");
  EXPECT_EQ(CastText(Cast(Dec("1.1", 2, 1), kFloat), Type::Decimal(20, 15)), "1.100000000000000");
  EXPECT_EQ(CastText(Bool(true), kIntType), "1");
  EXPECT_EQ(CastText(Int(5), kBooleanType), "TRUE");
}

TEST(FlinkCast, NumbersToText) {
  EXPECT_EQ(ValueOf(Double(1)), "1.0");
  EXPECT_EQ(ValueOf(Double(1e10)), "1.0E10");
  EXPECT_EQ(ValueOf(Double(123456.789)), "123456.789");
  EXPECT_EQ(ValueOf(Double(1e-5)), "1.0E-5");
  EXPECT_EQ(ValueOf(Double(1e-3)), "0.001");
  EXPECT_EQ(ValueOf(Double(12345678.9)), "1.23456789E7");
  EXPECT_EQ(ValueOf(Double(4.9e-324)), "4.9E-324");
  EXPECT_EQ(ValueOf(Cast(Int(16777216), kFloat)), "1.6777216E7");
  EXPECT_EQ(ValueOf(Cast(Dec("1.1", 2, 1), kFloat)), "1.1");
  EXPECT_EQ(CallText("||", {Cast(Text("abc"), Type::Char(5)), Text("|")}), "abc  |");
  EXPECT_EQ(CastText(Text("abcdef"), Type::Char(3)), "abc");
  EXPECT_EQ(CastText(Text("abcdef"), Type::Varchar(3)), "abc");
}

TEST(FlinkCast, TimesToText) {
  const ExprPtr at = Timestamp("2021-01-02 03:04:05.129");
  EXPECT_EQ(ValueOf(Timestamp("2021-01-02 03:04:05", 0)), "2021-01-02 03:04:05");
  EXPECT_EQ(CastText(at, Type::Timestamp(6)), "2021-01-02 03:04:05.129000");
  EXPECT_EQ(CastText(at, Type::Timestamp(2)), "2021-01-02 03:04:05.12");
  EXPECT_EQ(CastText(Timestamp("1969-12-31 23:59:59.999"), Type::Timestamp(0)),
            "1969-12-31 23:59:59");
  EXPECT_EQ(CastText(As("2021-01-02", kDateType), Type::Timestamp(3)), "2021-01-02 00:00:00.000");
  EXPECT_EQ(CastText(As("10:11:12", kTime), Type::Timestamp(3)), "1970-01-01 10:11:12.000");
  EXPECT_EQ(CastText(at, kTime), "03:04:05");
  EXPECT_EQ(CastText(at, kDateType), "2021-01-02");
  EvalContext berlin;
  berlin.time_zone = "Europe/Berlin";
  const ExprPtr instant = Cast(at, Type::TimestampLtz(3));
  EXPECT_EQ(ValueOf(instant, berlin), "2021-01-02 02:04:05.129");  // printed in UTC
  EXPECT_EQ(ValueOf(Cast(instant, Type::Timestamp(3)), berlin), "2021-01-02 03:04:05.129");
}

TEST(FlinkCast, NestedToText) {
  EXPECT_EQ(CallText("ARRAY", {Int(1), Int(2), Null(kIntType)}), "[1, 2, NULL]");
  EXPECT_EQ(CallText("MAP", {Text("a"), Int(1), Text("b"), Null(kIntType)}), "{a=1, b=NULL}");
  EXPECT_EQ(CallText("ROW", {Int(1), Text("abc"), Null(kStringType), Bool(true)}),
            "(1, abc, NULL, TRUE)");
}

struct Case2 {
  const char* name;
  std::vector<ExprPtr> arguments;
  const char* wanted;
};

void Check(const std::vector<Case2>& cases) {
  for (const Case2& one : cases) {
    std::string shown = one.name;
    for (const ExprPtr& argument : one.arguments) shown += " " + ToString(*argument);
    EXPECT_EQ(CallText(one.name, one.arguments), one.wanted) << shown;
  }
}

TEST(FlinkFunctions, Numbers) {
  Check({{"ABS", {Int(-5)}, "5"},
         {"ABS", {Dec("-5.5", 2, 1)}, "5.5"},
         {"SIGN", {Dec("-5.5", 2, 1)}, "-1.0"},
         {"FLOOR", {Dec("-1.5", 2, 1)}, "-2"},
         {"CEIL", {Dec("-1.5", 2, 1)}, "-1"},
         {"FLOOR", {Double(1.5)}, "1.0"},
         {"ROUND", {Dec("2.345", 4, 3), Int(2)}, "2.35"},
         {"ROUND", {Dec("-2.5", 2, 1)}, "-3"},
         {"ROUND", {Double(2.345), Int(2)}, "2.35"},
         {"ROUND", {Int(12345), Int(-2)}, "12300"},
         {"ROUND", {Dec("12355.5", 6, 1), Int(-1)}, "12360"},
         {"TRUNCATE", {Dec("-42.345", 5, 3), Int(1)}, "-42.3"},
         {"TRUNCATE", {Double(42.345), Int(2)}, "42.34"},
         {"TRUNCATE", {Int(42), Int(-1)}, "40"},
         {"POWER", {Int(2), Int(10)}, "1024.0"},
         {"SQRT", {Int(2)}, "1.4142135623730951"},
         {"LN", {Int(0)}, "-Infinity"},
         {"LN", {Int(10)}, "2.302585092994046"},
         {"LOG", {Int(2), Int(8)}, "3.0"},
         {"LOG2", {Int(8)}, "3.0"},
         {"BIN", {Int(4)}, "100"},
         {"HEX", {Int(255)}, "FF"},
         {"HEX", {Text("hello")}, "68656C6C6F"},
         {"/", {Dec("1.0", 2, 1), Int(3)}, "0.333333333333"},
         {"%", {Dec("-7.5", 2, 1), Int(2)}, "-1.5"},
         {"GREATEST", {Int(1), Int(3), Int(2)}, "3"},
         {"GREATEST", {Int(1), Null(kIntType)}, "NULL"},
         {"LEAST", {Text("b"), Text("a")}, "a"}});
}

TEST(FlinkFunctions, PartsOfText) {
  const ExprPtr hello = Text("hello"), l = Text("l"), slash = Text("/");
  Check({{"SUBSTRING", {hello, Int(0)}, "hello"},
         {"SUBSTRING", {hello, Int(0), Int(2)}, "he"},
         {"SUBSTRING", {hello, Int(-3), Int(2)}, "ll"},
         {"SUBSTRING", {hello, Int(-10), Int(2)}, ""},
         {"SUBSTRING", {hello, Int(2), Int(-1)}, "NULL"},
         {"SUBSTRING", {hello, Int(10)}, ""},
         {"SUBSTRING", {Text("añ😀b"), Int(2), Int(2)}, "ñ😀"},
         {"LEFT", {hello, Int(-1)}, ""},
         {"RIGHT", {hello, Int(3)}, "llo"},
         {"POSITION", {Text(""), hello}, "1"},
         {"POSITION", {l, hello}, "3"},
         {"LOCATE", {l, hello, Int(4)}, "4"},
         {"LOCATE", {l, hello, Int(0)}, "3"},
         {"SPLIT_INDEX", {Text("a/b/c"), slash, Int(1)}, "b"},
         {"SPLIT_INDEX", {Text("a//c"), slash, Int(1)}, ""},
         {"SPLIT_INDEX", {Text("a/b/c"), slash, Int(5)}, "NULL"},
         {"SPLIT_INDEX", {Text(""), slash, Int(0)}, "NULL"},
         {"SPLIT_INDEX", {Text("a/b"), slash, Int(-1)}, "NULL"},
         {"SPLIT_INDEX", {Text("a b  c"), Text(""), Int(1)}, "b"},
         {"SPLIT_INDEX", {Text("a,b"), Int(44), Int(1)}, "b"},
         {"REPLACE", {hello, l, Text("L")}, "heLLo"},
         {"REPLACE", {Text("abc"), Text(""), Text("x")}, "xaxbxcx"},
         {"CHAR_LENGTH", {Text("añ😀")}, "3"},
         {"STARTSWITH", {hello, Text("")}, "TRUE"}});
}

TEST(FlinkFunctions, MakingText) {
  Check({{"OVERLAY", {Text("xxxxxtest"), Text("xxxx"), Int(6)}, "xxxxxxxxx"},
         {"OVERLAY", {Text("xxxxxtest"), Text("xxxx"), Int(6), Int(2)}, "xxxxxxxxxst"},
         {"OVERLAY", {Text("abc"), Text("x"), Int(0)}, "abc"},
         {"OVERLAY", {Text("abc"), Text("x"), Int(2), Int(-1)}, "ax"},
         {"TRIM", {Text("BOTH"), Text("xy"), Text("xyaxyx")}, "a"},
         {"LTRIM", {Text("xya"), Text("xy")}, "a"},
         {"BTRIM", {Text("xax"), Text("x")}, "a"},
         {"LPAD", {Text("hi"), Int(4), Text("*")}, "**hi"},
         {"LPAD", {Text("hi"), Int(1), Text("*")}, "h"},
         {"LPAD", {Text("hi"), Int(4), Text("")}, "NULL"},
         {"RPAD", {Text("hi"), Int(5), Text("abc")}, "hiabc"},
         {"REPEAT", {Text("ab"), Int(2)}, "abab"},
         {"INITCAP", {Text("hello wORLD foo-bar 1st")}, "Hello World Foo-Bar 1st"},
         {"UPPER", {Text("straße")}, "STRASSE"},
         {"LOWER", {Text("ÄÖ Apple")}, "äö apple"},
         {"REVERSE", {Text("añ😀")}, "😀ña"},
         {"CHR", {Int(353)}, "a"},
         {"ASCII", {Text("é")}, "-61"},
         {"IS_ALPHA", {Text("abc1")}, "FALSE"},
         {"IS_DECIMAL", {Text("-1e5")}, "TRUE"},
         {"IS_DECIMAL", {Text(".")}, "FALSE"},
         {"CONCAT", {Text("a"), Null(kStringType)}, "NULL"},
         {"CONCAT_WS", {Text("-"), Text("a"), Null(kStringType), Text("b")}, "a-b"},
         {"TRANSLATE", {Text("www.x.y"), Text(".x"), Text("_")}, "www__y"},
         {"TO_BASE64", {Text("hello")}, "aGVsbG8="},
         {"FROM_BASE64", {Text("aGVsbG8=")}, "hello"},
         {"MD5", {Text("hello")}, "5d41402abc4b2a76b9719d911017c592"},
         {"SHA1", {Text("hello")}, "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"},
         {"SHA256",
          {Text("hello")},
          "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}});
}

TEST(FlinkFunctions, Patterns) {
  const ExprPtr escape = Text("\\"), foo = Text("foothebar"), groups = Text("foo(.*?)(bar)");
  Check({{"LIKE", {Text("abc"), Text("a_c")}, "TRUE"},
         {"LIKE", {Text("a%c"), Text("a\\%c"), escape}, "TRUE"},
         {"LIKE", {Text("axc"), Text("a\\%c"), escape}, "FALSE"},
         {"SIMILAR TO", {Text("abc"), Text("a(b|x)%")}, "TRUE"},
         {"SIMILAR TO", {Text("abc"), Text("b")}, "FALSE"},
         {"SIMILAR TO", {Text("abc"), Text("a.c")}, "TRUE"},
         {"REGEXP", {Text("abc"), Text("")}, "FALSE"},
         {"REGEXP", {Text("abc"), Text("b")}, "TRUE"},
         {"REGEXP_EXTRACT", {foo, groups, Int(2)}, "bar"},
         {"REGEXP_EXTRACT", {foo, groups}, "foothebar"},
         {"REGEXP_EXTRACT", {foo, groups, Int(5)}, "NULL"},
         {"REGEXP_EXTRACT", {Text("abc"), Text("(x)?b"), Int(1)}, "NULL"},
         {"REGEXP_REPLACE", {Text("foobar"), Text("oo|ar"), Text("X$1")}, "fX$1bX$1"},
         {"REGEXP_REPLACE", {Text("foobar"), Text(""), Text("X")}, "XfXoXoXbXaXrX"},
         {"REGEXP_REPLACE", {Text("abc"), Text("x*"), Text("-")}, "-a-b-c-"}});
  EXPECT_NE(CallText("REGEXP", {foo, Text("(?=b)")}).find("lookaround"), std::string::npos);
  EXPECT_NE(CallText("LIKE", {foo, Text("f\\o"), escape}).find("ERROR"), std::string::npos);
}

TEST(FlinkFunctions, Time) {
  const ExprPtr day = As("2006-06-05", kDateType), at = Timestamp("2021-03-17 13:44:56.789");
  const ExprPtr jan = As("2021-01-31", kDateType), feb = As("2021-02-28", kDateType);
  Check({{"EXTRACT", {Text("DOW"), day}, "2"},
         {"EXTRACT", {Text("ISODOW"), day}, "1"},
         {"EXTRACT", {Text("DOY"), day}, "156"},
         {"EXTRACT", {Text("WEEK"), As("2021-01-03", kDateType)}, "53"},
         {"EXTRACT", {Text("ISOYEAR"), As("2021-01-03", kDateType)}, "2020"},
         {"EXTRACT", {Text("MILLISECOND"), at}, "789"},
         {"EXTRACT", {Text("MICROSECOND"), at}, "789000"},
         {"EXTRACT", {Text("EPOCH"), day}, "1149465600"},
         {"EXTRACT", {Text("DECADE"), day}, "200"},
         {"EXTRACT", {Text("CENTURY"), As("2000-06-05", kDateType)}, "20"},
         {"DAYOFWEEK", {As("1994-09-27", kDateType)}, "3"},
         {"HOUR", {at}, "13"},
         {"FLOOR", {at, Text("WEEK")}, "2021-03-14 00:00:00.000"},
         {"FLOOR", {at, Text("QUARTER")}, "2021-01-01 00:00:00.000"},
         {"CEIL", {at, Text("MONTH")}, "2021-04-01 00:00:00.000"},
         {"CEIL", {at, Text("SECOND")}, "2021-03-17 13:44:57.000"},
         {"FLOOR", {at, Text("CENTURY")}, "2001-01-01 00:00:00.000"},
         {"FLOOR", {at, Text("DECADE")}, "2020-01-01 00:00:00.000"},
         {"CEIL", {As("2021-03-17", kDateType), Text("WEEK")}, "2021-03-21"},
         {"TIMESTAMPADD", {Text("WEEK"), Int(1), As("2003-01-02", kDateType)}, "2003-01-09"},
         {"TIMESTAMPADD",
          {Text("HOUR"), Int(1), As("2003-01-02", kDateType)},
          "2003-01-02 01:00:00.000000"},
         {"TIMESTAMPDIFF", {Text("MONTH"), jan, feb}, "1"},
         {"TIMESTAMPDIFF", {Text("MONTH"), feb, jan}, "-1"},
         {"TIMESTAMPDIFF", {Text("HOUR"), As("2021-03-17", kDateType), at}, "13"},
         {"<", {As("2020-01-01", kDateType), Text("2020-01-02")}, "TRUE"}});
}

TEST(FlinkFunctions, TimeAndText) {
  const ExprPtr at = Timestamp("2020-01-02 03:04:05.678");
  Check(
      {{"DATE_FORMAT", {at, Text("yyyy-MM-dd HH:mm:ss.SSS")}, "2020-01-02 03:04:05.678"},
       {"DATE_FORMAT",
        {at, Text("yy/M/d h:m:s a E EEEE MMM MMMM D Q")},
        "20/1/2 3:4:5 AM Thu Thursday Jan January 2 1"},
       {"DATE_FORMAT", {at, Text("yyyy'year'")}, "2020year"},
       {"DATE_FORMAT", {Text("2020-01-02 03:04:05"), Text("yyyyMMdd")}, "20200102"},
       {"DATE_FORMAT", {Text("2020-01-02"), Text("yyyyMMdd")}, "NULL"},
       {"TO_TIMESTAMP", {Text("2020-01-02")}, "2020-01-02 00:00:00.000"},
       {"TO_TIMESTAMP", {Text("x")}, "NULL"},
       {"TO_TIMESTAMP", {Text("2020-01-02 03:04:05.1234")}, "2020-01-02 03:04:05.123"},
       {"TO_TIMESTAMP", {Text("20200102"), Text("yyyyMMdd")}, "2020-01-02 00:00:00.000"},
       {"TO_TIMESTAMP", {Text("2020/1/2 3:04"), Text("yyyy/M/d H:mm")}, "2020-01-02 03:04:00.000"},
       {"TO_DATE", {Text("02/01/2020"), Text("dd/MM/yyyy")}, "2020-01-02"},
       {"TO_TIMESTAMP_LTZ", {Int(1000), Int(3)}, "1970-01-01 00:00:01.000"},
       {"TO_TIMESTAMP_LTZ", {Int(1000), Int(0)}, "1970-01-01 00:16:40.000"},
       {"FROM_UNIXTIME", {Int(44)}, "1970-01-01 00:00:44"},
       {"CONVERT_TZ",
        {Text("1970-01-01 00:00:00"), Text("UTC"), Text("America/Los_Angeles")},
        "1969-12-31 16:00:00"}});
  EXPECT_EQ(CallText("UNIX_TIMESTAMP", {Text("1970-01-01 00:00:10")}), "10");
  // The beginning of the text, leniently.
  EXPECT_EQ(CallText("UNIX_TIMESTAMP", {Text("1970-01-01 00:00:10.500 and more")}), "10");
  EXPECT_EQ(CallText("UNIX_TIMESTAMP", {Text("1969-13-1  0:0:61")}), "61");
}

TEST(FlinkFunctions, Collections) {
  auto array = *MakeCall("ARRAY", {Int(7), Int(8)});
  auto map = *MakeCall("MAP", {Text("a"), Int(1)});
  Check({{"CARDINALITY", {array}, "2"},
         {"ITEM", {array, Int(2)}, "8"},
         {"ITEM", {array, Int(3)}, "NULL"},
         {"ITEM", {map, Text("a")}, "1"},
         {"ITEM", {map, Text("b")}, "NULL"},
         {"MAP_KEYS", {map}, "[a]"},
         {"ARRAY_CONTAINS", {array, Int(8)}, "TRUE"},
         {"NULLIF", {Int(1), Int(1)}, "NULL"},
         {"COALESCE", {Null(kIntType), Int(5)}, "5"},
         {"IF", {Bool(true), Text("a"), Text("bcd")}, "a"},
         {"IN", {Int(2), Int(1), Null(kIntType)}, "NULL"},
         {"NOT IN", {Int(2), Int(1), Null(kIntType)}, "NULL"},
         {"IN", {Int(1), Int(1), Null(kIntType)}, "TRUE"},
         {"=", {Int(1), Dec("1.0", 2, 1)}, "TRUE"},
         {"=", {Text("a "), Text("a")}, "FALSE"}});
}

}  // namespace
}  // namespace sluice::functions
