// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>

#include "base/json_text.h"

namespace sluice::log {
namespace {
std::atomic<Level> g_level{Level::kWarn};
std::atomic<bool> g_json{false};
std::atomic<TimeText> g_time_text{nullptr};
std::mutex g_mutex;

std::string_view Name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "error";
}
}  // namespace

void Configure(Level level, bool json, TimeText time_text) {
  g_level = level;
  g_json = json;
  g_time_text = time_text;
}

void Write(Level level, std::string_view message, Fields fields) {
  if (level < g_level.load()) return;
  std::string line;
  if (g_json.load()) {
    line = "{";
    if (const TimeText time_text = g_time_text.load(); time_text != nullptr) {
      line += "\"time\":";
      AppendJsonString(time_text(), &line);
      line += ",";
    }
    line += "\"level\":\"";
    line += Name(level);
    line += "\",\"msg\":";
    AppendJsonString(message, &line);
    for (const auto& [key, value] : fields) {
      line += ",";
      AppendJsonString(key, &line);
      line += ":";
      AppendJsonString(value, &line);
    }
    line += "}\n";
  } else {
    line = std::string(Name(level)) + ": " + std::string(message);
    for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
    line += "\n";
  }
  std::lock_guard lock(g_mutex);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace sluice::log
