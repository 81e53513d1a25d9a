// SPDX-License-Identifier: Apache-2.0
// Any bytes as a manifest and as a manifest list. What reads must also be written and read again
// with the same entries, as far as v2 keeps them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tables/iceberg/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace sluice::tables::iceberg;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto list = DecodeManifestList(text); list.ok()) {
    const auto again = EncodeManifestList(list->manifests, {1, 2, 3}, "null");
    if (again.ok() && !DecodeManifestList(*again).ok()) std::abort();
  }
  auto manifest = DecodeManifest(text);
  if (!manifest.ok()) return 0;
  const ManifestFile summary = Summarize(*manifest, "m", 1, 2, 3);
  const auto written = EncodeManifest(*manifest, "null");
  if (written.ok()) {
    const auto again = DecodeManifest(*written);
    if (!again.ok() || again->entries.size() != manifest->entries.size()) std::abort();
  }
  (void)InheritFrom(summary, &*manifest);
  return 0;
}
