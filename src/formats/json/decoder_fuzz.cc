// SPDX-License-Identifier: Apache-2.0
// Any bytes as messages: no crash, no read beyond the padding, and the same rows and reasons from
// the speculative and the general way. The first byte chooses schema and options; 0x1e separates
// messages.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "arrow/record_batch.h"
#include "base/assert.h"
#include "formats/json/decoder.h"

namespace sluice::formats::json {
namespace {

using flow::Field;
using flow::Type;
using flow::TypeKind;

std::vector<Field> Leaves(bool nullable) {
  return {{"a", Type::Simple(TypeKind::kBigInt, nullable)},
          {"b", Type::Varchar(Type::kUnboundedLength, nullable)},
          {"t", Type::Timestamp(3, nullable)},
          {"z", Type::TimestampLtz(9, nullable)},
          {"d", Type::Decimal(20, 4, nullable)},
          {"f", Type::Simple(TypeKind::kDouble, nullable)},
          {"i", Type::Simple(TypeKind::kInt, nullable)},
          {"s", Type::Simple(TypeKind::kTinyInt, nullable)},
          {"x", Type::Varbinary(Type::kUnboundedLength, nullable)},
          {"o", Type::Simple(TypeKind::kBoolean, nullable)},
          {"y", Type::Simple(TypeKind::kDate, nullable)},
          {"h", Type::Time(3, nullable)},
          {"g", Type::Simple(TypeKind::kFloat, nullable)}};
}

DecoderRequest RequestOf(uint8_t choice) {
  DecoderRequest request;
  const bool nullable = (choice & 1) == 0;
  request.schema.fields = Leaves(nullable);
  const auto text = Type::Varchar(Type::kUnboundedLength, false);
  request.schema.fields.push_back({"r", Type::Row(Leaves(true), nullable)});
  request.schema.fields.push_back({"l", Type::Array(Type::Row(Leaves(nullable)), true)});
  request.schema.fields.push_back({"m", Type::Map(text, Type::Array(Type::Varchar()), true)});
  request.schema.fields.push_back({"u", Type::Multiset(text, true)});
  static const char* kStandards[] = {"SQL", "ISO-8601", "ISO-8601-WITH-OFFSET", "SQL"};
  request.options["timestamp-format.standard"] = kStandards[choice >> 1 & 3];
  if ((choice & 8) != 0) {
    request.options["ignore-parse-errors"] = "true";
  } else if ((choice & 16) != 0) {
    request.options["fail-on-missing-field"] = "true";
  }
  if ((choice & 32) != 0) {
    request.nested.resize(request.schema.fields.size());
    request.nested[13] = {{0}, {1}};
  }
  using Comparison = flow::FieldCondition::Comparison;
  if ((choice & 64) != 0) request.conditions.push_back({6, {}, Comparison::kNotEqual, int64_t{1}});
  if ((choice & 128) != 0) {
    request.conditions.push_back({13, {1}, Comparison::kNotEqual, std::string("x")});
  }
  return request;
}

// Each message in memory of its own, with exactly the padding that is promised.
struct Padded {
  std::vector<std::unique_ptr<char[]>> memory;
  std::vector<Message> messages;
  void Add(std::string_view text) {
    const size_t padding = Decoder::kPadding;
    memory.push_back(std::make_unique<char[]>(text.size() + padding));
    std::copy(text.begin(), text.end(), memory.back().get());
    // What follows looks as if the message went on.
    for (size_t i = 0; i < padding; ++i) memory.back()[text.size() + i] = "\"}1,]:"[i % 6];
    messages.emplace_back(memory.back().get(), text.size());
  }
};

void CheckSame(const Decoded& a, const Decoded& b) {
  SLUICE_ASSERT(a.rows->ValidateFull().ok());
  const auto equal = arrow::EqualOptions::Defaults().nans_equal(true);
  SLUICE_ASSERT(a.rows->Equals(*b.rows, false, equal));
  SLUICE_ASSERT(a.skipped == b.skipped && a.message_of_row == b.message_of_row);
  SLUICE_ASSERT(a.rejected.size() == b.rejected.size());
  for (size_t i = 0; i < a.rejected.size(); ++i) {
    SLUICE_ASSERT(a.rejected[i].message == b.rejected[i].message);
    SLUICE_ASSERT(a.rejected[i].reason == b.rejected[i].reason);
  }
}

void Check(std::string_view input) {
  const DecoderRequest request = RequestOf(static_cast<uint8_t>(input[0]));
  input.remove_prefix(1);
  Padded padded;
  while (!input.empty() && padded.messages.size() < 64) {
    const size_t end = std::min(input.find('\x1e'), input.size());
    padded.Add(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  auto general = MakeDecoder(request, Way::kGeneral);
  SLUICE_ASSERT(general.ok());
  const auto expected = general.value()->Decode(padded.messages);
  SLUICE_ASSERT(expected.ok());
  for (const Way way : {Way::kSpeculative, Way::kShuffled}) {
    auto decoder = MakeDecoder(request, way);
    SLUICE_ASSERT(decoder.ok());
    const auto decoded = decoder.value()->Decode(padded.messages);
    SLUICE_ASSERT(decoded.ok());
    CheckSame(*decoded, *expected);
  }
}

}  // namespace
}  // namespace sluice::formats::json

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size > 0) sluice::formats::json::Check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
