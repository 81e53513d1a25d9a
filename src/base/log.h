// SPDX-License-Identifier: Apache-2.0
// One log for the process, written to stderr: a line of text on a terminal, one JSON object per
// line otherwise ({"time","level","msg",...}).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::log {

enum class Level { kDebug, kInfo, kWarn, kError };
using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

/// Gives the time of a line as text. Called from any thread.
using TimeText = std::string (*)();

/// Sets what is written: lines below `level` are dropped; JSON lines have a time where `time_text`
/// gives one.
void Configure(Level level, bool json, TimeText time_text = nullptr);
void Write(Level level, std::string_view message, Fields fields = {});
inline void Debug(std::string_view m, Fields f = {}) {
  Write(Level::kDebug, m, f);
}
inline void Info(std::string_view m, Fields f = {}) {
  Write(Level::kInfo, m, f);
}
inline void Warn(std::string_view m, Fields f = {}) {
  Write(Level::kWarn, m, f);
}
inline void Error(std::string_view m, Fields f = {}) {
  Write(Level::kError, m, f);
}

}  // namespace sluice::log
