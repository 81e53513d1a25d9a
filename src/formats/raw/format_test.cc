// SPDX-License-Identifier: Apache-2.0
#include "formats/raw/format.h"

#include <gtest/gtest.h>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/scalar.h"

namespace sluice::formats::raw {
namespace {

using flow::Type;
using flow::TypeKind;

// Rows as Arrow prints them, then "!" and the reasons.
std::string DecodeAll(const flow::TypePtr& type, const std::vector<Message>& messages,
                      const flow::OptionMap& options = {}) {
  auto decoder = MakeDecoder({.schema = {{{"v", type}}}, .options = options});
  if (!decoder.ok()) return "!" + decoder.error().text;
  auto decoded = decoder.value()->Decode(messages);
  if (!decoded.ok()) return "!" + decoded.error().text;
  EXPECT_TRUE(decoded->rows->ValidateFull().ok());
  std::string out;
  for (int64_t i = 0; i < decoded->rows->num_rows(); ++i) {
    out += decoded->rows->column(0)->GetScalar(i).ValueOrDie()->ToString() + ";";
  }
  for (const Rejected& rejected : decoded->rejected) {
    out += "!" + std::to_string(rejected.message) + ":" + rejected.reason + ";";
  }
  // What was read is written back the same.
  EncodedRows encoded;
  auto encoder = MakeEncoder({.schema = {{{"v", type}}}, .options = options});
  EXPECT_TRUE(encoder.value()->Encode(*decoded->rows, &encoded).ok());
  for (int64_t i = 0; i < encoded.size(); ++i) {
    const auto message = decoded->message_of_row.empty()
                             ? static_cast<size_t>(i)
                             : static_cast<size_t>(decoded->message_of_row[static_cast<size_t>(i)]);
    EXPECT_EQ(encoded[i], messages[message]);
  }
  return out;
}

Message Bytes(const char* bytes, size_t size) {
  return {bytes, size};
}

TEST(RawFormat, ReadsNumbersInEitherOrder) {
  const Message two = Bytes("\x01\x02", 2), four = Bytes("\xff\xff\xff\xfe", 4);
  EXPECT_EQ(DecodeAll(Type::Simple(TypeKind::kSmallInt), {two, Message(), four}),
            "258;null;!2:expected 2 bytes for SMALLINT, found 4;");
  EXPECT_EQ(DecodeAll(Type::Simple(TypeKind::kSmallInt), {two}, {{"endianness", "little-endian"}}),
            "513;");
  EXPECT_EQ(DecodeAll(Type::Simple(TypeKind::kInt), {four}), "-2;");
  EXPECT_EQ(DecodeAll(Type::Simple(TypeKind::kDouble), {Bytes("\x3f\xf8\0\0\0\0\0\0", 8)}), "1.5;");
  EXPECT_EQ(DecodeAll(Type::Simple(TypeKind::kBoolean), {Bytes("\1", 1), Bytes("\0", 1)}),
            "true;false;");
  EXPECT_EQ(DecodeAll(Type::Simple(TypeKind::kTinyInt, false), {Message(), Bytes("\x80", 1)}),
            "-128;!0:the message has no value, and the column is NOT NULL;");
}

TEST(RawFormat, ReadsTextOfItsCharset) {
  EXPECT_EQ(DecodeAll(Type::Varchar(), {"caf\xc3\xa9", Bytes("", 0), "\xe9"}),
            "caf\xc3\xa9;;!2:not UTF-8;");
  EXPECT_EQ(DecodeAll(Type::Varchar(), {"caf\xe9"}, {{"charset", "ISO-8859-1"}}), "caf\xc3\xa9;");
  EXPECT_EQ(DecodeAll(Type::Varchar(), {"a", "\xe9"}, {{"charset", "US-ASCII"}}),
            "a;!1:not US-ASCII;");
  EXPECT_EQ(DecodeAll(Type::Varbinary(), {Bytes("\xff\0", 2)}), std::string("\xff\0;", 3));
}

TEST(RawFormat, RefusesWhatItCannotHold) {
  EXPECT_EQ(DecodeAll(Type::Decimal(5, 2), {}),
            "!format raw: a column of type DECIMAL(5, 2), expected a string, bytes, BOOLEAN, an "
            "integer, FLOAT or DOUBLE");
  const auto two = MakeDecoder({.schema = {{{"a", Type::Varchar()}, {"b", Type::Varchar()}}}});
  EXPECT_EQ(two.error().text, "format raw: the table must have one physical column, has 2");
  EXPECT_NE(DecodeAll(Type::Varchar(), {}, {{"charset", "EBCDIC"}}).find("UTF-8"),
            std::string::npos);
}

}  // namespace
}  // namespace sluice::formats::raw
