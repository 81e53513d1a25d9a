// SPDX-License-Identifier: Apache-2.0
// The list of formats. To add one: its folder, and a line here.
#include "formats/changes/decoder.h"
#include "formats/changes/encoder.h"
#include "formats/csv/format.h"
#include "formats/decoder.h"
#include "formats/json/decoder.h"
#include "formats/json/encoder.h"
#include "formats/json/options.h"
#include "formats/raw/format.h"

namespace sluice::formats {
namespace {

template <const changes::Dialect& (*kDialect)()>
Format ChangeFormat() {
  return {kDialect().name,
          changes::OptionSpecs(kDialect()),
          [](const DecoderRequest& request) { return changes::MakeDecoder(kDialect(), request); },
          [](const EncoderRequest& request) { return changes::MakeEncoder(kDialect(), request); },
          flow::ChangelogMode::Retract(),
          changes::MetadataOf(kDialect())};
}

}  // namespace

const std::vector<Format>& Formats() {
  static const std::vector<Format> formats = {
      {"json", json::OptionSpecs(), json::MakeDecoder, json::MakeEncoder},
      {"csv", csv::OptionSpecs(), csv::MakeDecoder, csv::MakeEncoder},
      ChangeFormat<changes::Debezium>(),
      ChangeFormat<changes::Canal>(),
      ChangeFormat<changes::Maxwell>(),
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
