// SPDX-License-Identifier: Apache-2.0
// Any text as metadata.json: what is accepted is written, and accepted again in the same words.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tables/iceberg/table_metadata.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace sluice::tables::iceberg;
  const auto metadata =
      ParseTableMetadata(std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (!metadata.ok()) return 0;
  const std::string written = TableMetadataToJson(*metadata);
  const auto again = ParseTableMetadata(written);
  if (!again.ok() || TableMetadataToJson(*again) != written) std::abort();
  return 0;
}
