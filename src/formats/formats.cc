// SPDX-License-Identifier: Apache-2.0
// The list of formats. To add one: its folder, and a line here.
#include "formats/csv/format.h"
#include "formats/debezium/format.h"
#include "formats/decoder.h"
#include "formats/json/decoder.h"
#include "formats/json/encoder.h"
#include "formats/json/options.h"
#include "formats/raw/format.h"

namespace sluice::formats {

const std::vector<Format>& Formats() {
  static const std::vector<Format> formats = {
      {"json", json::OptionSpecs(), json::MakeDecoder, json::MakeEncoder},
      {"csv", csv::OptionSpecs(), csv::MakeDecoder, csv::MakeEncoder},
      {"debezium-json", debezium::OptionSpecs(), debezium::MakeDecoder, debezium::MakeEncoder,
       flow::ChangelogMode::Retract()},
      {"raw", raw::OptionSpecs(), raw::MakeDecoder, raw::MakeEncoder},
  };
  return formats;
}

const Format* FindFormat(std::string_view name) {
  for (const Format& format : Formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace sluice::formats
