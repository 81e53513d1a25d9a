// SPDX-License-Identifier: Apache-2.0
// Checking WITH (...) options against their descriptions, and the value forms of Flink's
// configuration: TimeUtils for durations, MemorySize for sizes.
#include "flow/table_options.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sluice::flow {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string Quote(std::string_view text) {
  return "'" + std::string(text) + "'";
}

/// A number and the unit after it, in lower case.
struct Quantity {
  int64_t number = 0;
  std::string unit;
};

Result<Quantity> ParseQuantity(std::string_view text, std::string_view what) {
  const std::string_view trimmed = Trim(text);
  size_t digits = 0;
  while (digits < trimmed.size() && trimmed[digits] >= '0' && trimmed[digits] <= '9') ++digits;
  if (digits == 0) {
    return InvalidArgument("expected " + std::string(what) + ", got " + Quote(text));
  }
  Quantity quantity;
  const auto failed = std::from_chars(trimmed.data(), trimmed.data() + digits, quantity.number).ec;
  if (failed != std::errc()) return InvalidArgument("number too large: " + Quote(text));
  quantity.unit = Lower(Trim(trimmed.substr(digits)));
  return quantity;
}

struct Unit {
  std::string_view labels;  // blank-separated, blank at both ends
  int64_t factor;
};

/// The factor of the unit that has this label.
const Unit* FindUnit(const std::vector<Unit>& units, const std::string& label) {
  for (const Unit& unit : units) {
    if (unit.labels.find(" " + label + " ") != std::string_view::npos) return &unit;
  }
  return nullptr;
}

constexpr int64_t kNanosPerMs = 1000000;
constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

/// "PT10S", "P1DT2H": how java.time prints a duration, and so programs that print their settings.
std::optional<int64_t> ParseIsoDurationMs(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  int64_t total = 0;
  bool time = false;
  for (size_t at = 1; at < text.size();) {
    if (text[at] == 'T' && !time) {
      time = true;
      ++at;
      continue;
    }
    int64_t number = 0;
    const auto parsed = std::from_chars(text.data() + at, text.data() + text.size(), number);
    const auto end = static_cast<size_t>(parsed.ptr - text.data());
    if (parsed.ec != std::errc() || number < 0 || end == text.size()) return std::nullopt;
    const char unit = text[end];
    const int64_t factor = unit == 'D' && !time  ? 86'400'000
                           : unit == 'H' && time ? 3'600'000
                           : unit == 'M' && time ? 60'000
                           : unit == 'S' && time ? 1'000
                                                 : 0;
    if (factor == 0 || number > (kLargest - total) / factor) return std::nullopt;
    total += number * factor;
    at = end + 1;
  }
  return text.back() == 'T' ? std::nullopt : std::optional<int64_t>(total);
}

}  // namespace

Result<int64_t> ParseDurationMs(std::string_view text) {
  if (const auto iso = ParseIsoDurationMs(text)) return *iso;
  static const std::vector<Unit> kWhole = {{" d day days ", 86400000},
                                           {" h hour hours ", 3600000},
                                           {" m min minute minutes ", 60000},
                                           {" s sec secs second seconds ", 1000},
                                           {" ms milli millis millisecond milliseconds ", 1}};
  static const std::vector<Unit> kParts = {
      {" µs us micro micros microsecond microseconds ", kNanosPerMs / 1000},
      {" ns nano nanos nanosecond nanoseconds ", kNanosPerMs}};
  SLUICE_ASSIGN(const Quantity quantity,
                ParseQuantity(text, "a duration such as '10 s', '5 min' or '500 ms'"));
  if (quantity.unit.empty()) return quantity.number;
  if (const Unit* unit = FindUnit(kWhole, quantity.unit)) {
    if (quantity.number > kLargest / unit->factor) {
      return InvalidArgument("duration too long: " + Quote(text));
    }
    return quantity.number * unit->factor;
  }
  if (const Unit* unit = FindUnit(kParts, quantity.unit)) return quantity.number / unit->factor;
  return InvalidArgument("unknown unit of time in " + Quote(text) +
                         "; known: d, h, min, s, ms, us, ns");
}

Result<int64_t> ParseMemoryBytes(std::string_view text) {
  static const std::vector<Unit> kUnits = {{" b bytes ", 1},
                                           {" k kb kibibytes ", 1LL << 10},
                                           {" m mb mebibytes ", 1LL << 20},
                                           {" g gb gibibytes ", 1LL << 30},
                                           {" t tb tebibytes ", 1LL << 40}};
  SLUICE_ASSIGN(const Quantity quantity, ParseQuantity(text, "a size such as '64 mb' or '1 gb'"));
  if (quantity.unit.empty()) return quantity.number;
  const Unit* unit = FindUnit(kUnits, quantity.unit);
  if (unit == nullptr) {
    return InvalidArgument("unknown unit of size in " + Quote(text) + "; known: b, kb, mb, gb, tb");
  }
  if (quantity.number > kLargest / unit->factor) {
    return InvalidArgument("size too large: " + Quote(text));
  }
  return quantity.number * unit->factor;
}

Result<bool> ParseBoolean(std::string_view text) {
  const std::string lower = Lower(Trim(text));
  if (lower == "true") return true;
  if (lower == "false") return false;
  return InvalidArgument("expected 'true' or 'false', got " + Quote(text));
}

Result<int64_t> ParseInteger(std::string_view text) {
  std::string_view trimmed = Trim(text);
  if (trimmed.size() > 1 && trimmed[0] == '+' && trimmed[1] != '-') trimmed.remove_prefix(1);
  int64_t value = 0;
  const char* end = trimmed.data() + trimmed.size();
  const auto parsed = std::from_chars(trimmed.data(), end, value);
  if (parsed.ec == std::errc::result_out_of_range) {
    return InvalidArgument("number too large: " + Quote(text));
  }
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return InvalidArgument("expected a whole number, got " + Quote(text));
  }
  return value;
}

namespace {

/// "prefix.*" takes every key below the prefix, "a.#.b" any name in the middle (dots included).
bool Matches(std::string_view pattern, std::string_view key) {
  if (pattern.ends_with(".*")) {
    const std::string_view prefix = pattern.substr(0, pattern.size() - 1);
    return key.size() > prefix.size() && key.starts_with(prefix);
  }
  const size_t hole = pattern.find(".#.");
  if (hole == std::string_view::npos) return pattern == key;
  const std::string_view head = pattern.substr(0, hole + 1), tail = pattern.substr(hole + 2);
  return key.size() > head.size() + tail.size() && key.starts_with(head) && key.ends_with(tail);
}

/// The description of a key; an exact name wins over a pattern.
const OptionSpec* FindSpec(const std::vector<OptionSpec>& specs, std::string_view key) {
  const OptionSpec* found = nullptr;
  for (const OptionSpec& spec : specs) {
    if (spec.name == key) return &spec;
    if (found == nullptr && Matches(spec.name, key)) found = &spec;
  }
  return found;
}

std::string Join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

Status CheckEnum(const OptionSpec& spec, const std::string& value) {
  for (const std::string& choice : spec.choices) {
    if (Lower(choice) == Lower(value)) return Status::Ok();
  }
  std::string text = "unknown choice " + Quote(value);
  if (const auto nearest = NearestName(value, spec.choices))
    text += ", did you mean " + Quote(*nearest) + "?";
  return InvalidArgument(text + " (choices: " + Join(spec.choices) + ")");
}

template <typename T>
Status Outcome(Result<T>&& parsed) {
  if (parsed.ok()) return Status::Ok();
  return std::move(parsed).error();
}

Status CheckDouble(const std::string& value) {
  double number = 0;
  const std::string_view trimmed = Trim(value);
  const char* end = trimmed.data() + trimmed.size();
  const auto parsed = std::from_chars(trimmed.data(), end, number);
  if (parsed.ec == std::errc() && parsed.ptr == end) return Status::Ok();
  return InvalidArgument("expected a number, got " + Quote(value));
}

Status CheckValue(const OptionSpec& spec, const std::string& value) {
  switch (spec.kind) {
    case OptionKind::kString:
      return Status::Ok();
    case OptionKind::kInteger:
      return Outcome(ParseInteger(value));
    case OptionKind::kBoolean:
      return Outcome(ParseBoolean(value));
    case OptionKind::kDuration:
      return Outcome(ParseDurationMs(value));
    case OptionKind::kMemory:
      return Outcome(ParseMemoryBytes(value));
    case OptionKind::kEnum:
      return CheckEnum(spec, value);
    case OptionKind::kDouble:
      return CheckDouble(value);
  }
  return Status::Ok();
}

Error UnknownOption(std::string_view key, const std::vector<std::string>& names,
                    std::string_view what) {
  std::string text = "unknown option " + Quote(key) + " of " + std::string(what);
  if (const auto nearest = NearestName(key, names)) {
    text += ", did you mean " + Quote(*nearest) + "?";
  } else {
    text += "; known: " + Join(names);
  }
  return InvalidArgument(text);
}

}  // namespace

std::vector<Error> CheckOptions(const OptionMap& options, const std::vector<OptionSpec>& specs,
                                std::string_view what) {
  std::vector<Error> errors;
  std::vector<std::string> names;
  for (const OptionSpec& spec : specs) names.push_back(spec.name);
  for (const auto& [key, value] : options) {
    const OptionSpec* spec = FindSpec(specs, key);
    if (spec == nullptr) {
      errors.push_back(UnknownOption(key, names, what));
      continue;
    }
    if (Status checked = CheckValue(*spec, value); !checked.ok()) {
      errors.push_back(std::move(checked).error().With("option " + Quote(key)));
    }
  }
  for (const OptionSpec& spec : specs) {
    if (spec.required && spec.default_value.empty() && !options.contains(spec.name)) {
      errors.push_back(InvalidArgument("missing option " + Quote(spec.name) + " of " +
                                       std::string(what) + ": " + spec.description));
    }
  }
  return errors;
}

std::optional<std::string> OptionValue(const OptionMap& options,
                                       const std::vector<OptionSpec>& specs, std::string_view key) {
  if (const auto given = options.find(std::string(key)); given != options.end()) {
    return given->second;
  }
  const OptionSpec* spec = FindSpec(specs, key);
  if (spec == nullptr || spec->default_value.empty()) return std::nullopt;
  return spec->default_value;
}

namespace {

/// Edits (insert, delete, replace, swap of neighbours) from a to b; stops counting beyond `most`.
size_t EditDistance(std::string_view a, std::string_view b, size_t most) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

constexpr size_t kNameBytesMax = 256;

}  // namespace

std::optional<std::string> NearestName(std::string_view name,
                                       const std::vector<std::string>& candidates) {
  if (name.size() > kNameBytesMax) return std::nullopt;
  const std::string wanted = Lower(name);
  size_t least = std::max<size_t>(1, name.size() / 3) + 1;
  std::optional<std::string> nearest;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kNameBytesMax) continue;
    const size_t distance = EditDistance(wanted, Lower(candidate), least);
    if (distance < least && distance < std::max(name.size(), candidate.size())) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace sluice::flow
