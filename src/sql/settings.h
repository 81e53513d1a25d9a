// SPDX-License-Identifier: Apache-2.0
// The keys of SET: Flink's that mean something to sluice, Flink's that are taken and change
// nothing, and sluice's own. One table serves checking, nearest names and docs/options.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "flow/table_options.h"
#include "sql/diagnostics.h"

namespace sluice::sql {

enum class SettingEffect : uint8_t {
  kUsed,      // changes what sluice does
  kAccepted,  // known, recorded, of no effect: Flink scripts run unchanged
};

struct Setting {
  flow::OptionSpec spec;  // name, kind, default, choices, description
  SettingEffect effect = SettingEffect::kUsed;
};

const std::vector<Setting>& Settings();

/// Checks SET 'key' = 'value'. An unknown `sluice.*` key and a value that does not parse are
/// errors; an unknown other key is a warning, as Flink takes any.
void CheckSetting(std::string_view key, std::string_view value, Span key_span, Span value_span,
                  Diagnostics* diagnostics);

}  // namespace sluice::sql
