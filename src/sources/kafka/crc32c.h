// SPDX-License-Identifier: Apache-2.0
// CRC32C (Castagnoli), the checksum of Kafka's record batches. With SSE4.2 it runs at the speed of
// memory: three interleaved streams hide the latency of the instruction.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::sources::kafka {

uint32_t Crc32c(const void* bytes, size_t size);

}  // namespace sluice::sources::kafka
