// SPDX-License-Identifier: Apache-2.0
// Any bytes as rows of every type: refused or read, never a crash; what was read is encoded again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "arrow/record_batch.h"
#include "state/row_codec.h"

namespace {

using sluice::flow::Type;
using sluice::flow::TypeKind;

sluice::flow::Schema AnySchema(uint8_t pick) {
  const auto number = Type::Simple(TypeKind::kInt);
  const auto text = Type::Varchar();
  const auto row = Type::Row({{"a", number, ""}, {"b", text, ""}}, (pick & 1) == 0);
  const std::vector<sluice::flow::TypePtr> types = {
      number,
      Type::Simple(TypeKind::kBoolean),
      Type::Decimal(20, 2, false),
      text,
      Type::Array(text),
      Type::Map(text, Type::Array(number)),
      Type::Multiset(number, false),
      row,
      Type::Array(row),
      Type::Array(Type::Simple(TypeKind::kNull)),
      Type::Array(Type::Row({})),
  };
  sluice::flow::Schema schema;
  for (size_t i = 0; i < types.size(); ++i) {
    if (pick == 255 || pick % types.size() == i || pick / types.size() % types.size() == i) {
      schema.fields.push_back({"c", types[i], ""});
    }
  }
  return schema;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  const auto codec = sluice::state::RowCodec::Make(AnySchema(bytes[0]));
  if (!codec.ok()) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::vector<std::string_view> views = {text, text, {}};
  std::vector<uint8_t> wanted(static_cast<size_t>(codec->schema().size()));
  for (size_t i = 0; i < wanted.size(); ++i) wanted[i] = i % 2;
  const bool some = codec->DecodeSome(views, wanted).ok();
  const auto rows = codec->Decode(views);
  if (rows.ok() && !some) std::abort();
  if (!rows.ok()) return 0;
  if (!(*rows)->Validate().ok()) std::abort();
  sluice::state::EncodedRows again;
  if (!codec->Encode(**rows, &again).ok() || again[0] != again[1]) std::abort();
  return 0;
}
