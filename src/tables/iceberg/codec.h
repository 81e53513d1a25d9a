// SPDX-License-Identifier: Apache-2.0
// Byte compression of Avro blocks and metadata files. Unpacking stops at `size_bytes_max`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::tables::iceberg {

enum class DeflateForm { kRaw, kGzip };

std::string Deflate(std::string_view bytes, DeflateForm form);
/// kCorrupt: not such a stream; kResourceExhausted: unpacks to more than the limit.
Result<std::string> Inflate(std::string_view bytes, DeflateForm form, int64_t size_bytes_max);
std::string ZstdCompress(std::string_view bytes);
Result<std::string> ZstdDecompress(std::string_view bytes, int64_t size_bytes_max);
/// The raw snappy format (no framing).
Result<std::string> SnappyDecompress(std::string_view bytes, int64_t size_bytes_max);

}  // namespace sluice::tables::iceberg
