// SPDX-License-Identifier: Apache-2.0
// Any bytes as changes: no crash, sound columns, one kind and one message per row, and the same
// from messages alone as from all of them together. The first byte chooses dialect and options;
// 0x1e separates messages.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "arrow/api.h"
#include "base/assert.h"
#include "formats/changes/decoder.h"
#include "formats/padded_messages.h"

namespace sluice::formats::changes {
namespace {

using flow::Type;
using flow::TypeKind;

DecoderRequest RequestOf(const Dialect& dialect, uint8_t choice) {
  DecoderRequest request;
  request.schema.fields = {{"id", Type::Simple(TypeKind::kInt, (choice & 4) != 0), ""},
                           {"name", Type::Varchar(), ""},
                           {"tags", Type::Array(Type::Varchar()), ""},
                           {"more", Type::Row({{"x", Type::Simple(TypeKind::kInt), ""}}), ""}};
  if ((choice & 8) != 0) request.options["ignore-parse-errors"] = "true";
  if ((choice & 16) != 0 && dialect.lists) request.options[kTableInclude] = "t.*";
  if ((choice & 16) != 0 && dialect.name == Debezium().name) {
    request.options[kSchemaInclude] = "true";
  }
  if ((choice & 32) != 0) {
    for (const Metadatum& metadatum : dialect.metadata) {
      request.metadata.push_back(metadatum.column.name);
    }
  }
  return request;
}

void CheckSound(const Decoded& decoded) {
  const auto rows = static_cast<size_t>(decoded.rows->num_rows());
  SLUICE_ASSERT(decoded.rows->ValidateFull().ok());
  SLUICE_ASSERT(decoded.kinds.size() == rows && decoded.message_of_row.size() == rows);
  SLUICE_ASSERT(std::is_sorted(decoded.message_of_row.begin(), decoded.message_of_row.end()));
  const auto not_ascending = [](const Rejected& a, const Rejected& b) {
    return a.message >= b.message;
  };
  SLUICE_ASSERT(std::adjacent_find(decoded.rejected.begin(), decoded.rejected.end(),
                                   not_ascending) == decoded.rejected.end());
}

void Check(std::string_view input) {
  const auto choice = static_cast<uint8_t>(input[0]);
  const Dialect* const dialects[] = {&Debezium(), &Canal(), &Maxwell(), &Canal()};
  const Dialect& dialect = *dialects[choice & 3];
  input.remove_prefix(1);
  Messages messages;
  while (!input.empty() && (messages.begins.empty() || messages.size() < 64)) {
    const size_t end = std::min(input.find('\x1e'), input.size());
    messages.Add(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  if (messages.begins.empty()) return;
  const DecoderRequest request = RequestOf(dialect, choice);
  auto decoder = MakeDecoder(dialect, request);
  SLUICE_ASSERT(decoder.ok());
  const std::vector<Message> views = messages.Views();
  const auto together = (*decoder)->Decode(views);
  SLUICE_ASSERT(together.ok());
  CheckSound(*together);
  int64_t row = 0;
  int32_t skipped = 0;
  size_t rejected = 0;
  for (const Message& view : views) {
    const auto alone = (*decoder)->Decode({&view, 1});
    SLUICE_ASSERT(alone.ok());
    const int64_t rows = alone->rows->num_rows();
    SLUICE_ASSERT(row + rows <= together->rows->num_rows());
    SLUICE_ASSERT(alone->rows->Equals(*together->rows->Slice(row, rows)));
    SLUICE_ASSERT(alone->rejected.size() <= 1 && (alone->rejected.empty() || rows == 0));
    for (const Rejected& reason : alone->rejected) {
      SLUICE_ASSERT(rejected < together->rejected.size() &&
                    together->rejected[rejected].reason == reason.reason);
      ++rejected;
    }
    row += rows;
    skipped += alone->skipped;
  }
  SLUICE_ASSERT(row == together->rows->num_rows() && skipped == together->skipped);
  SLUICE_ASSERT(rejected == together->rejected.size());
}

}  // namespace
}  // namespace sluice::formats::changes

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size > 0) sluice::formats::changes::Check({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
