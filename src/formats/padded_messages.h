// SPDX-License-Identifier: Apache-2.0
// Messages for tests and benchmarks of decoders: one behind the other, as in a fetched buffer, with
// the padding that a decoder may read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/decoder.h"

namespace sluice::formats {

struct Messages {
  std::string bytes;
  std::vector<size_t> begins;  // one more than there are messages

  void Add(std::string_view message) {
    if (begins.empty()) begins.push_back(0);
    bytes += message;
    begins.push_back(bytes.size());
  }
  size_t size() const { return begins.size() - 1; }
  /// To be called when all are there.
  std::vector<Message> Views() {
    bytes.reserve(bytes.size() + Decoder::kPadding);
    std::vector<Message> views;
    for (size_t i = 0; i < size(); ++i) {
      views.emplace_back(bytes.data() + begins[i], begins[i + 1] - begins[i]);
    }
    return views;
  }
};

}  // namespace sluice::formats
