// SPDX-License-Identifier: Apache-2.0
// The 'properties.*' options of Flink's Kafka connector are settings of the Java client. This maps
// them to librdkafka's, ignores those that have no meaning here, and refuses the rest by name:
// nothing that loads code or runs a program passes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::sources::kafka {

struct ClientSettings {
  std::map<std::string, std::string> settings;  // librdkafka's names
  bool plaintext = true;
  bool read_committed = true;
  std::string offset_reset = "none";
};

/// `properties` has the keys without "properties.". Mistakes are appended to `errors`.
ClientSettings MapClientProperties(const std::map<std::string, std::string>& properties,
                                   std::vector<Error>* errors);

}  // namespace sluice::sources::kafka
