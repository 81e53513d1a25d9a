// SPDX-License-Identifier: Apache-2.0
// Random schemas, options and messages, right and wrong: the speculative way, the general way and
// the reference must agree on every row, null and rejection, in batches of any size.
#include <gtest/gtest.h>

#include <random>

#include "formats/json/decoder.h"
#include "formats/json/reference_test.h"

namespace sluice::formats::json {
namespace {

using flow::Field;
using flow::Type;
using flow::TypeKind;
using flow::TypePtr;

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  int64_t Below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool OneIn(int64_t n) { return Below(n) == 0; }

  TypePtr MakeType(int depth) {
    const bool nullable = !OneIn(12);
    switch (Below(depth > 0 ? 20 : 15)) {
      case 0:
        return Type::Simple(TypeKind::kBoolean, nullable);
      case 1:
        return Type::Simple(TypeKind::kTinyInt, nullable);
      case 2:
        return Type::Simple(TypeKind::kSmallInt, nullable);
      case 3:
        return Type::Simple(TypeKind::kInt, nullable);
      case 4:
      case 5:
        return Type::Simple(TypeKind::kBigInt, nullable);
      case 6:
        return Type::Simple(TypeKind::kFloat, nullable);
      case 7:
        return Type::Simple(TypeKind::kDouble, nullable);
      case 8: {
        const auto precision = static_cast<int>(1 + Below(38));
        return Type::Decimal(precision, static_cast<int>(Below(precision + 1)), nullable);
      }
      case 9:
        return Type::Simple(TypeKind::kDate, nullable);
      case 10:
        return Type::Time(static_cast<int>(Below(10)), nullable);
      case 11:
        return Type::Timestamp(static_cast<int>(Below(10)), nullable);
      case 12:
        return Type::TimestampLtz(static_cast<int>(Below(10)), nullable);
      case 13:
      case 14:
        return Type::Varchar(Type::kUnboundedLength, nullable);
      case 15:
        return Type::Array(MakeType(depth - 1), nullable);
      case 16:
        return Type::Map(Type::Varchar(Type::kUnboundedLength, false), MakeType(depth - 1),
                         nullable);
      case 17:
        return Type::Multiset(Type::Varchar(Type::kUnboundedLength, false), nullable);
      default:
        return Type::Row(MakeFields(depth - 1), nullable);
    }
  }

  std::vector<Field> MakeFields(int depth) {
    std::vector<Field> fields;
    const int64_t count = 1 + Below(6);
    static const std::vector<std::string> kNames = {
        "a",         "id",       "dateTime",
        "k\"quoted", "clé",      "a rather long name of forty bytes, or more",
        "x",         "y8bytes_", "y8bytes_2",
        "tab\t"};
    for (int64_t i = 0; i < count; ++i) {
      std::string name = kNames[static_cast<size_t>(Below(std::ssize(kNames)))];
      const bool taken = std::any_of(fields.begin(), fields.end(),
                                     [&](const Field& field) { return field.name == name; });
      if (taken) name += "#" + std::to_string(i);
      fields.push_back({name, MakeType(depth), ""});
    }
    return fields;
  }

  std::string Blank() {
    if (!blanks_ || !OneIn(4)) return "";
    static const std::vector<std::string> kBlanks = {" ", "\n", "\t ", "\r\n"};
    return kBlanks[static_cast<size_t>(Below(4))];
  }

  std::string Digits(int64_t count_max) {
    std::string digits;
    for (int64_t n = 1 + Below(count_max); n > 0; --n) {
      digits += static_cast<char>('0' + Below(10));
    }
    return digits;
  }

  std::string Number() {
    std::string whole = OneIn(4) ? "0" : Digits(OneIn(3) ? 25 : 6);
    if (whole[0] == '0' && whole != "0" && !OneIn(50)) whole[0] = '7';
    std::string text = (OneIn(4) && whole != "0" ? "-" : "") + whole;
    if (OneIn(5)) text += "." + Digits(20);
    if (OneIn(8)) text += (OneIn(2) ? "e" : "E-") + Digits(2);
    return text;
  }

  std::string StringText() {
    static const std::vector<std::string> kPieces = {"a",
                                                     "longer text without anything to escape in it",
                                                     "\\n",
                                                     "\\u00e9",
                                                     "\\ud83d\\ude00",
                                                     "é",
                                                     "€",
                                                     "😀",
                                                     "\\\"",
                                                     "\\\\",
                                                     "\\/",
                                                     " ",
                                                     "\\u0000",
                                                     "true",
                                                     "\x7f"};
    std::string text;
    for (int64_t n = Below(4); n > 0; --n) {
      text += kPieces[static_cast<size_t>(Below(std::ssize(kPieces)))];
    }
    static const std::vector<std::string> kBad = {"\\x",  "\\ud800",  "\\udc00x",     "\n",
                                                  "\xff", "\xc0\xaf", "\xed\xa0\x80", "\\u12g4"};
    if (OneIn(60)) text += kBad[static_cast<size_t>(Below(std::ssize(kBad)))];
    return "\"" + text + "\"";
  }

  std::string Timestamp(bool zone) {
    static const std::vector<std::string> kDates = {"2015-07-15", "2024-02-29", "1969-12-31",
                                                    "2023-02-30", "0001-01-01", "+12024-01-01",
                                                    "2015-13-01", "9999-12-31"};
    static const std::vector<std::string> kTimes = {
        "00:00:00", "23:59:59.999", "12:34:56.123456789", "00:00:12.3", "24:00:00",
        "12:60:00", "7:00:00",      "00:00:59",           "12:00:00.",  "12:00"};
    const int64_t usual = OneIn(4) ? 8 : 1;
    std::string text = kDates[static_cast<size_t>(Below(usual))] + (iso_ ? "T" : " ") +
                       kTimes[static_cast<size_t>(Below(std::ssize(kTimes)))];
    if (zone != OneIn(20)) text += OneIn(6) ? "+02:00" : "Z";
    return "\"" + text + "\"";
  }

  // A value that mostly fits the type.
  std::string Value(const Type& type, int depth) {
    if (OneIn(12)) return "null";
    if (OneIn(25)) return Any(depth);
    if (OneIn(10) && !type.is_nested()) {
      return OneIn(2) ? "\" " + Number() + "\"" : "\"" + Number() + "\"";
    }
    switch (type.kind()) {
      case TypeKind::kBoolean:
        return OneIn(2) ? "true" : OneIn(3) ? "\"TRUE\"" : "false";
      case TypeKind::kTinyInt:
      case TypeKind::kSmallInt:
      case TypeKind::kInt:
      case TypeKind::kBigInt:
        return OneIn(5) ? Number() : std::to_string(Below(200) - 100);
      case TypeKind::kFloat:
      case TypeKind::kDouble:
      case TypeKind::kDecimal:
        return OneIn(30) ? "\"NaN\"" : Number();
      case TypeKind::kDate:
        return Timestamp(false).substr(0, 11) + "\"";
      case TypeKind::kTime:
        return "\"" + Timestamp(false).substr(12);
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampLtz:
        return Timestamp(type.kind() == TypeKind::kTimestampLtz || offset_);
      case TypeKind::kArray: {
        std::string out = "[" + Blank();
        for (int64_t n = Below(4); n > 0; --n) {
          out += Value(*type.element(), depth + 1) + Blank() + (n > 1 ? "," + Blank() : "");
        }
        return out + "]";
      }
      case TypeKind::kMap:
      case TypeKind::kMultiset: {
        std::string out;
        const auto item =
            type.kind() == TypeKind::kMap ? type.value() : Type::Simple(TypeKind::kInt);
        for (int64_t n = Below(12); n > 0; --n) {
          const std::string key =
              OneIn(5) ? StringText() : "\"k" + std::to_string(Below(20)) + "\"";
          out += Blank() + key + Blank() + ":" + Blank() + Value(*item, depth + 1) +
                 (n > 1 ? "," : "");
        }
        return "{" + out + "}";
      }
      case TypeKind::kRow:
        return Object(type, depth + 1);
      default:
        return StringText();
    }
  }

  std::string Any(int depth) {
    switch (Below(depth > 4 ? 4 : 6)) {
      case 0:
        return Number();
      case 1:
        return OneIn(2) ? "true" : "false";
      case 2:
        return StringText();
      case 3:
        return "null";
      case 4: {
        std::string out = "[";
        for (int64_t n = Below(3); n > 0; --n) out += Any(depth + 1) + (n > 1 ? " ," : "");
        return out + "]";
      }
      default: {
        std::string out = "{";
        for (int64_t n = Below(3); n > 0; --n) {
          out += Blank() + StringText() + ":" + Any(depth + 1) + (n > 1 ? "," : "");
        }
        return out + "}";
      }
    }
  }

  std::string Key(const std::string& name) {
    if (OneIn(20)) {  // written in another way
      char first[8];
      snprintf(first, sizeof(first), "\\u%04x", static_cast<unsigned char>(name[0]));
      if (static_cast<unsigned char>(name[0]) < 0x80) return "\"" + (first + name.substr(1)) + "\"";
    }
    std::string out;
    AppendQuoted(name, &out);
    return out;
  }

  std::string Object(const Type& row, int depth) {
    std::vector<std::string> members;
    const auto member = [&](const Field& field) {
      return Blank() + Key(field.name) + Blank() + ":" + Blank() + Value(*field.type, depth) +
             Blank();
    };
    for (const Field& field : row.fields()) {
      if (!OneIn(10)) members.push_back(member(field));
      if (OneIn(25)) members.push_back(member(field));
      if (OneIn(15)) members.push_back("\"unknown" + std::to_string(Below(3)) + "\":" + Any(depth));
    }
    if (OneIn(shuffle_)) std::shuffle(members.begin(), members.end(), random_);
    std::string out = "{";
    for (size_t i = 0; i < members.size(); ++i) out += (i > 0 ? "," : "") + members[i];
    return out + (members.empty() ? Blank() : "") + "}";
  }

  std::string MakeMessage(const Type& row) {
    std::string text;
    if (OneIn(20)) {
      text = "[";
      for (int64_t n = Below(4); n > 0; --n) {
        text += (OneIn(8) ? Any(0) : Object(row, 1)) + (n > 1 ? "," : "");
      }
      text += "]";
    } else {
      text = Object(row, 1);
    }
    text = Blank() + text + Blank();
    if (!OneIn(breaks_)) return text;
    static const std::string kBytes = "{}[]\",:\\0-1.eE+ntf \xc3\xff\x01";
    switch (Below(4)) {
      case 0:
        return text.substr(0, static_cast<size_t>(Below(std::ssize(text) + 1)));
      case 1:
        text[static_cast<size_t>(Below(std::ssize(text)))] =
            kBytes[static_cast<size_t>(Below(std::ssize(kBytes)))];
        return text;
      case 2:
        text.erase(static_cast<size_t>(Below(std::ssize(text))), 1);
        return text;
      default:
        text.insert(static_cast<size_t>(Below(std::ssize(text))), 1,
                    kBytes[static_cast<size_t>(Below(std::ssize(kBytes)))]);
        return text;
    }
  }

  void ChooseStyle() {
    blanks_ = OneIn(2);
    shuffle_ = OneIn(2) ? 2 : 1000;
    breaks_ = OneIn(2) ? 3 : 1000;
  }
  void FollowOptions(const Options& options) {
    iso_ = options.timestamp != TimestampStandard::kSql;
    offset_ = options.timestamp == TimestampStandard::kIso8601WithOffset;
  }

 private:
  std::mt19937_64 random_;
  bool blanks_ = false, iso_ = false, offset_ = false;
  int64_t shuffle_ = 1000, breaks_ = 1000;
};

// Messages one behind the other, as they lie in a fetched buffer: what follows one is the next.
std::vector<Message> Packed(const std::vector<std::string>& texts, std::string* buffer) {
  for (const std::string& text : texts) *buffer += text;
  buffer->append(static_cast<size_t>(Decoder::kPadding), '"');
  std::vector<Message> messages;
  size_t at = 0;
  for (const std::string& text : texts) {
    messages.push_back(std::string_view(*buffer).substr(at, text.size()));
    at += text.size();
  }
  return messages;
}

struct Outcome {
  std::vector<std::vector<std::string>> rows;  // per message
  std::vector<std::string> reasons;            // per message, empty = not rejected
  int32_t skipped = 0;
};

void Collect(const Decoded& decoded, size_t first, Outcome* outcome) {
  const auto valid = decoded.rows->ValidateFull();
  ASSERT_TRUE(valid.ok()) << valid.ToString();
  const bool each = decoded.message_of_row.empty();
  for (int64_t i = 0; i < decoded.rows->num_rows(); ++i) {
    const int32_t message =
        each ? static_cast<int32_t>(i) : decoded.message_of_row[static_cast<size_t>(i)];
    outcome->rows[first + static_cast<size_t>(message)].push_back(Rendered(*decoded.rows, i));
  }
  for (const Rejected& rejected : decoded.rejected) {
    outcome->reasons[first + static_cast<size_t>(rejected.message)] = rejected.reason;
  }
  outcome->skipped += decoded.skipped;
}

Outcome DecodeAll(const DecoderRequest& request, Way way, const std::vector<Message>& messages,
                  size_t batch) {
  Outcome outcome;
  outcome.rows.resize(messages.size());
  outcome.reasons.resize(messages.size());
  auto decoder = MakeDecoder(request, way);
  EXPECT_TRUE(decoder.ok());
  for (size_t i = 0; i < messages.size(); i += batch) {
    const size_t n = std::min(batch, messages.size() - i);
    auto decoded = decoder.value()->Decode({messages.data() + i, n});
    EXPECT_TRUE(decoded.ok());
    Collect(*decoded, i, &outcome);
  }
  return outcome;
}

void CheckSeed(uint64_t seed) {
  Maker maker(seed);
  DecoderRequest request;
  request.schema.fields = maker.MakeFields(3);
  const int64_t mode = maker.Below(3);
  if (mode == 1) request.options["ignore-parse-errors"] = "true";
  if (mode == 2) request.options["fail-on-missing-field"] = "true";
  static const std::vector<std::string> kStandards = {"SQL", "ISO-8601", "ISO-8601-WITH-OFFSET"};
  request.options["timestamp-format.standard"] = kStandards[static_cast<size_t>(maker.Below(3))];
  const Options options = *ReadOptions(request.options);
  maker.FollowOptions(options);
  const TypePtr row = Type::Row(request.schema.fields, false);
  std::vector<std::string> texts;
  for (int round = 0; round < 4; ++round) {
    maker.ChooseStyle();
    for (int i = 0; i < 12; ++i) texts.push_back(maker.MakeMessage(*row));
  }
  std::string buffer;
  const std::vector<Message> messages = Packed(texts, &buffer);
  const Outcome fast = DecodeAll(request, Way::kSpeculative, messages, messages.size());
  const Outcome general = DecodeAll(request, Way::kGeneral, messages, messages.size());
  const Outcome single = DecodeAll(request, Way::kSpeculative, messages, 1);
  const Outcome shuffled = DecodeAll(request, Way::kShuffled, messages, messages.size());
  const Reference reference(request.schema, options);
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string where = "seed " + std::to_string(seed) + " message " + std::to_string(i) +
                              "\n" + texts[i] + "\n" + request.schema.ToString();
    ASSERT_EQ(fast.rows[i], general.rows[i]) << where;
    ASSERT_EQ(fast.reasons[i], general.reasons[i]) << where;
    ASSERT_EQ(fast.rows[i], single.rows[i]) << where;
    ASSERT_EQ(fast.reasons[i], single.reasons[i]) << where;
    ASSERT_EQ(fast.rows[i], shuffled.rows[i]) << where;
    ASSERT_EQ(fast.reasons[i], shuffled.reasons[i]) << where;
    if (texts[i].empty()) continue;  // skipped: see decoder_test.cc
    bool undecided = false;
    const auto expected = reference.Rows(texts[i], &undecided);
    if (undecided) continue;
    ASSERT_EQ(fast.rows[i], expected.value_or(std::vector<std::string>())) << where;
    const bool rejected = !expected.has_value() && !options.ignore_parse_errors;
    ASSERT_EQ(!fast.reasons[i].empty(), rejected) << where << "\n" << fast.reasons[i];
  }
  ASSERT_EQ(fast.skipped, general.skipped);
  ASSERT_EQ(fast.skipped, single.skipped);
  ASSERT_EQ(fast.skipped, shuffled.skipped);
}

TEST(JsonDifferential, EveryWayAndTheReferenceAgree) {
  // More with SLUICE_JSON_SEEDS=100000.
  const char* wanted = std::getenv("SLUICE_JSON_SEEDS");
  const uint64_t seeds = wanted == nullptr ? 1500 : std::strtoull(wanted, nullptr, 10);
  for (uint64_t seed = 1; seed <= seeds && !HasFatalFailure(); ++seed) CheckSeed(seed);
}

}  // namespace
}  // namespace sluice::formats::json
