// SPDX-License-Identifier: Apache-2.0
// Bytes of a broker, as fetch replies and as record sets whose checksums are made right, so that
// the fuzzer gets behind them: nothing may crash, read beyond the bytes, or take unbounded memory.
#include <cstring>
#include <string>

#include "sources/kafka/crc32c.h"
#include "sources/kafka/protocol.h"
#include "sources/kafka/record_set.h"

namespace {

using namespace sluice::sources::kafka;

// Sets the checksum of every whole batch.
void FixChecksums(std::string* bytes) {
  for (size_t at = 0; at + BatchHeader::kBytes <= bytes->size();) {
    (*bytes)[at + 16] = 2;
    const auto header = ParseBatchHeader(std::string_view(*bytes).substr(at));
    if (!header.ok() || !*header) return;
    const uint32_t crc = Crc32c(bytes->data() + at + 21, (*header)->size() - 21);
    for (size_t i = 0; i < 4; ++i) (*bytes)[at + 17 + i] = static_cast<char>(crc >> (24 - 8 * i));
    at += (*header)->size();
  }
}

void ReadSet(std::string_view input, bool with_aborted) {
  std::string bytes(input);
  FixChecksums(&bytes);
  const size_t size = bytes.size();
  bytes.append(64, '\0');
  RecordSet set;
  std::vector<AbortedTransaction> aborted;
  if (with_aborted) aborted = {{1, 0}, {2, 5}};
  set.Start(std::string_view(bytes).substr(0, size), aborted, 0, {});
  RecordRun run;
  std::vector<RecordHeader> headers;
  for (int runs = 0; runs < 64 && !set.done(); ++runs) {
    run.Clear();
    if (!set.Fill(100, 1 << 16, &run).ok()) return;
    size_t sum = 0;
    for (size_t i = 0; i < run.values.size(); ++i) {
      for (const char c : run.values[i]) sum += static_cast<unsigned char>(c);
      const RecordParts parts = ParseRecord(run.starts[i]);
      for (const char c : parts.key) sum += static_cast<unsigned char>(c);
      headers.clear();
      ParseHeaders(parts.headers, &headers);
      for (const RecordHeader& header : headers) sum += header.key.size() + header.value.size();
    }
    [[maybe_unused]] volatile size_t seen = sum;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size < 1 || size > (1 << 16)) return 0;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  switch (bytes[0] % 6) {
    case 0:
    case 1:
      ReadSet(input, bytes[0] % 2 == 0);
      break;
    case 2:
      (void)protocol::DecodeApiVersions(input);
      break;
    case 3:
      (void)protocol::DecodeMetadata(bytes[0] & 64 ? 9 : 12, input);
      break;
    default:
      (void)protocol::DecodeFetch(static_cast<int16_t>(11 + bytes[0] / 6 % 3), input);
  }
  return 0;
}
