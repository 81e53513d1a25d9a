// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_cache.h"

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "base/log.h"
#include "io/thread.h"
#include "operators/row_batches.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"

namespace sluice::operators {
namespace {

/// Keys in the order of their last use, each with its rows as bytes.
class LookupCache : public flow::LookupSource {
 public:
  static Result<std::unique_ptr<flow::LookupSource>> Make(
      std::unique_ptr<flow::LookupSource> source, const std::vector<flow::TypePtr>& key_types,
      const LookupCacheOptions& options) {
    auto cache = std::make_unique<LookupCache>();
    flow::Schema keys;
    std::vector<int> places;
    for (const flow::TypePtr& type : key_types) {
      places.push_back(keys.size());
      keys.fields.push_back({"key", type, ""});
    }
    SLUICE_ASSIGN(cache->encoder_, state::KeyEncoder::Make(keys, std::move(places)));
    SLUICE_ASSIGN(cache->codec_, state::RowCodec::Make(source->schema()));
    cache->source_ = std::move(source);
    cache->options_ = options;
    return std::unique_ptr<flow::LookupSource>(std::move(cache));
  }

  const flow::Schema& schema() const override { return source_->schema(); }

  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t now_ms) override {
    SLUICE_TRY(encoder_->Encode(keys, &encoded_));
    std::vector<const Entry*> entries(static_cast<size_t>(keys.num_rows()), nullptr);
    std::vector<int32_t> missing;
    for (int64_t key = 0; key < keys.num_rows(); ++key) {
      const Entry* entry = Find(encoded_[key], now_ms);
      entries[static_cast<size_t>(key)] = entry;
      if (entry == nullptr) missing.push_back(static_cast<int32_t>(key));
    }
    std::list<Entry> passing;  // what is not kept, and what was pushed out while it is still read
    if (!missing.empty()) {
      SLUICE_TRY(Ask(keys, missing, now_ms, &entries, &passing));
    }
    flow::LookupRows found;
    std::vector<std::string_view> rows;
    for (size_t key = 0; key < entries.size(); ++key) {
      for (const std::string& row : entries[key]->rows) {
        rows.push_back(row);
        found.key_rows.push_back(static_cast<int32_t>(key));
      }
    }
    SLUICE_ASSIGN(found.rows, codec_->Decode(rows));
    return found;
  }

 private:
  struct Entry {
    std::string key;
    std::vector<std::string> rows;
    int64_t written_ms = 0, used_ms = 0;
  };

  const Entry* Find(std::string_view key, int64_t now_ms) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const auto entry = found->second;
    const auto older = [now_ms](int64_t since_ms, int64_t than_ms) {
      return than_ms > 0 && now_ms - since_ms >= than_ms;
    };
    if (older(entry->written_ms, options_.expire_after_write_ms) ||
        older(entry->used_ms, options_.expire_after_access_ms)) {
      by_key_.erase(found);
      entries_.erase(entry);
      return nullptr;
    }
    entry->used_ms = now_ms;
    entries_.splice(entries_.begin(), entries_, entry);
    return &*entry;
  }

  /// Asks the table for the keys that are missing, and keeps what it answers.
  Status Ask(const arrow::RecordBatch& keys, const std::vector<int32_t>& missing, int64_t now_ms,
             std::vector<const Entry*>* entries, std::list<Entry>* passing) {
    SLUICE_ASSIGN(const auto asked, TakeRows(keys, missing));
    SLUICE_ASSIGN(const flow::LookupRows answer, source_->Lookup(*asked, now_ms));
    state::EncodedRows rows;
    SLUICE_TRY(codec_->Encode(*answer.rows, &rows));
    size_t at = 0;
    for (size_t i = 0; i < missing.size(); ++i) {
      const int32_t key = missing[i];
      Entry entry{std::string(encoded_[key]), {}, now_ms, now_ms};
      for (; at < answer.key_rows.size() && answer.key_rows[at] == static_cast<int32_t>(i); ++at) {
        entry.rows.emplace_back(rows[static_cast<int64_t>(at)]);
      }
      const bool kept = (!entry.rows.empty() || options_.cache_missing_key) &&
                        !by_key_.contains(entry.key);  // a key may be asked for twice
      std::list<Entry>& home = kept ? entries_ : *passing;
      home.push_front(std::move(entry));
      (*entries)[static_cast<size_t>(key)] = &home.front();
      if (kept) by_key_[home.front().key] = home.begin();
    }
    while (static_cast<int64_t>(entries_.size()) > options_.keys_max) {
      by_key_.erase(entries_.back().key);
      passing->splice(passing->end(), entries_, std::prev(entries_.end()));
    }
    return {};
  }

  std::unique_ptr<flow::LookupSource> source_;
  LookupCacheOptions options_;
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::RowCodec> codec_;
  std::list<Entry> entries_;  // the one used last is first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
  state::EncodedKeys encoded_;
};

class ReloadingLookup : public flow::LookupSource {
 public:
  ReloadingLookup(LoadTable load, flow::Schema schema, int64_t interval_ms, bool from_begin)
      : load_(std::move(load)),
        schema_(std::move(schema)),
        interval_ms_(interval_ms),
        from_begin_(from_begin) {}
  ~ReloadingLookup() override {
    if (thread_ != nullptr) thread_->Join();
  }

  const flow::Schema& schema() const override { return schema_; }

  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t now_ms) override {
    if (table_ == nullptr) {
      SLUICE_ASSIGN(table_, load_());
      next_ms_ = now_ms + interval_ms_;
    }
    if (thread_ != nullptr) {
      if (auto loaded = loaded_.PopFor(0)) Take(std::move(*loaded), now_ms);
    } else if (now_ms >= next_ms_) {
      begun_ms_ = now_ms;
      thread_ = io::StartThread("lookup-load", [this] { loaded_.Push(load_()); });
    }
    return table_->Lookup(keys, now_ms);
  }

 private:
  using Loaded = Result<std::unique_ptr<flow::LookupSource>>;

  void Take(Loaded loaded, int64_t now_ms) {
    thread_->Join();
    thread_.reset();
    next_ms_ = (from_begin_ ? begun_ms_ : now_ms) + interval_ms_;
    if (loaded.ok()) {
      table_ = *std::move(loaded);
    } else {
      log::Warn("a lookup table could not be loaded again; the last copy stays in use",
                {{"error", loaded.error().text}});
    }
  }

  const LoadTable load_;
  const flow::Schema schema_;
  const int64_t interval_ms_;
  const bool from_begin_;
  std::unique_ptr<flow::LookupSource> table_;
  int64_t begun_ms_ = 0, next_ms_ = 0;
  io::BoundedQueue<Loaded> loaded_{1};
  std::unique_ptr<io::Thread> thread_;
};

}  // namespace

Result<std::unique_ptr<flow::LookupSource>> MakeLookupCache(
    std::unique_ptr<flow::LookupSource> source, const std::vector<flow::TypePtr>& key_types,
    const LookupCacheOptions& options) {
  return LookupCache::Make(std::move(source), key_types, options);
}

std::unique_ptr<flow::LookupSource> MakeReloadingLookup(LoadTable load, flow::Schema schema,
                                                        int64_t interval_ms, bool from_begin) {
  return std::make_unique<ReloadingLookup>(std::move(load), std::move(schema), interval_ms,
                                           from_begin);
}

}  // namespace sluice::operators
