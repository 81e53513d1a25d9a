// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/metadata.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "arrow/api.h"

namespace sluice::formats::changes {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

constexpr int64_t kMicrosOfMilli = 1'000;
constexpr int64_t kMicrosOfSecond = 1'000'000;

Result<ArrayPtr> Finished(arrow::ArrayBuilder* builder) {
  ArrayPtr out;
  SLUICE_TRY(builder->Finish(&out));
  return out;
}

class Times {
 public:
  Times(const Metadatum& metadatum, Unreadable* unreadable)
      : metadatum_(metadatum),
        unreadable_(unreadable),
        builder_(flow::ToArrow(*metadatum.column.type), arrow::default_memory_pool()) {}

  Status Append(int64_t ticks, int64_t micros_of_tick) {
    int64_t micros = 0;
    if (__builtin_mul_overflow(ticks, micros_of_tick, &micros)) {
      return Refuse(std::to_string(ticks));
    }
    SLUICE_TRY(builder_.Append(micros));
    return {};
  }
  Status AppendNull() {
    SLUICE_TRY(builder_.AppendNull());
    return {};
  }
  Status Refuse(std::string_view value) {
    unreadable_->emplace(builder_.length(), "metadata '" + metadatum_.column.name +
                                                "' is no time: " + std::string(value));
    return AppendNull();
  }
  Result<ArrayPtr> Finish() { return Finished(&builder_); }

 private:
  const Metadatum& metadatum_;
  Unreadable* unreadable_;
  arrow::TimestampBuilder builder_;
};

Result<ArrayPtr> TimesOf(const Metadatum& metadatum, const arrow::Int64Array& field,
                         int64_t micros_of_tick, Unreadable* unreadable) {
  Times times(metadatum, unreadable);
  for (int64_t i = 0; i < field.length(); ++i) {
    SLUICE_TRY(field.IsNull(i) ? times.AppendNull() : times.Append(field.Value(i), micros_of_tick));
  }
  return times.Finish();
}

/// The entry `key` of the map in row `i`.
std::optional<std::string_view> Entry(const arrow::MapArray& maps, int64_t i,
                                      std::string_view key) {
  if (maps.IsNull(i)) return std::nullopt;
  const auto& keys = static_cast<const arrow::StringArray&>(*maps.keys());
  const auto& items = static_cast<const arrow::StringArray&>(*maps.items());
  for (int64_t k = maps.value_offset(i); k < maps.value_offset(i + 1); ++k) {
    if (keys.GetView(k) != key) continue;
    return items.IsNull(k) ? std::nullopt : std::optional(items.GetView(k));
  }
  return std::nullopt;
}

Result<ArrayPtr> Entries(const Metadatum& metadatum, const arrow::MapArray& maps) {
  arrow::StringBuilder builder;
  for (int64_t i = 0; i < maps.length(); ++i) {
    const auto text = Entry(maps, i, metadatum.entry);
    SLUICE_TRY(text ? builder.Append(*text) : builder.AppendNull());
  }
  return Finished(&builder);
}

Result<ArrayPtr> TimesInEntries(const Metadatum& metadatum, const arrow::MapArray& maps,
                                Unreadable* unreadable) {
  Times times(metadatum, unreadable);
  for (int64_t i = 0; i < maps.length(); ++i) {
    const auto text = Entry(maps, i, metadatum.entry);
    if (!text) {
      SLUICE_TRY(times.AppendNull());
      continue;
    }
    int64_t ticks = 0;
    const char* const end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, ticks);
    const bool good = parsed.ec == std::errc() && parsed.ptr == end;
    SLUICE_TRY(good ? times.Append(ticks, kMicrosOfMilli) : times.Refuse(*text));
  }
  return times.Finish();
}

}  // namespace

Result<ArrayPtr> ReadMetadata(const Metadatum& metadatum, const ArrayPtr& field,
                              Unreadable* unreadable) {
  switch (metadatum.reading) {
    case Reading::kAsIs:
      return field;
    case Reading::kMilliseconds:
    case Reading::kSeconds:
      return TimesOf(metadatum, static_cast<const arrow::Int64Array&>(*field),
                     metadatum.reading == Reading::kSeconds ? kMicrosOfSecond : kMicrosOfMilli,
                     unreadable);
    case Reading::kEntry:
      return Entries(metadatum, static_cast<const arrow::MapArray&>(*field));
    case Reading::kEntryMilliseconds:
      return TimesInEntries(metadatum, static_cast<const arrow::MapArray&>(*field), unreadable);
  }
  return Internal("metadata '" + metadatum.column.name + "' cannot be read");
}

}  // namespace sluice::formats::changes
