// SPDX-License-Identifier: Apache-2.0
// Any bytes as an Avro container: refused or read, never a crash, never more memory than bounded.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tables/iceberg/avro.h"
#include "tables/iceberg/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  namespace avro = sluice::tables::iceberg::avro;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  (void)avro::ReadContainer(
      text, [](const avro::ContainerHead&, const avro::Datum&) { return sluice::Status::Ok(); });
  (void)sluice::tables::iceberg::SnappyDecompress(text, 1 << 20);
  return 0;
}
