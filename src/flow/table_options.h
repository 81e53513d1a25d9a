// SPDX-License-Identifier: Apache-2.0
// The WITH (...) options of a table as the user wrote them, and how connectors and formats describe
// the options they know. One description serves checking, nearest-name offers, --help, and
// docs/options.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::flow {

/// Key -> value of WITH (...). Keys are case-sensitive as in Flink.
using OptionMap = std::map<std::string, std::string>;

enum class OptionKind : uint8_t { kString, kInteger, kBoolean, kDuration, kMemory, kEnum, kDouble };

/// One option a connector or format knows. A name that ends in ".*" matches every key with that
/// prefix, one with
/// ".#." matches any column name in between (datagen's fields.#.min).
struct OptionSpec {
  std::string name;
  OptionKind kind = OptionKind::kString;
  std::string default_value;  // empty = none
  bool required = false;
  std::vector<std::string> choices;  // kEnum
  std::string description;
};

/// Checks that every key is known (else: nearest name and the list), required ones are there,
/// values parse. Reports every mistake, not only the first.
std::vector<Error> CheckOptions(const OptionMap& options, const std::vector<OptionSpec>& specs,
                                std::string_view what);

// Values, parsed as Flink does ("10 s", "5min", "64mb", "true").
Result<int64_t> ParseDurationMs(std::string_view text);
Result<int64_t> ParseMemoryBytes(std::string_view text);
Result<bool> ParseBoolean(std::string_view text);
Result<int64_t> ParseInteger(std::string_view text);

/// The value of `key`, or the default of its spec, or nullopt.
std::optional<std::string> OptionValue(const OptionMap& options,
                                       const std::vector<OptionSpec>& specs, std::string_view key);

/// The candidate that is nearest to `name` by edit distance, if near enough to be meant.
std::optional<std::string> NearestName(std::string_view name,
                                       const std::vector<std::string>& candidates);

}  // namespace sluice::flow
