// SPDX-License-Identifier: Apache-2.0
#include "operators/lookup_cache.h"

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "arrow/api.h"
#include "base/log.h"
#include "flow/lookup_requests.h"
#include "io/thread.h"
#include "operators/row_batches.h"
#include "state/key_encoder.h"
#include "state/row_codec.h"

namespace sluice::operators {
namespace {

/// Answers of keys, in the order of their last use. Used by several threads.
class KeptAnswers {
 public:
  using Rows = std::shared_ptr<const std::vector<std::string>>;  // as bytes

  explicit KeptAnswers(const LookupCacheOptions& options) : options_(options) {}

  /// Of each key its rows; null: not known.
  std::vector<Rows> Find(const state::EncodedKeys& keys, int64_t now_ms) {
    std::vector<Rows> found(static_cast<size_t>(keys.rows()));
    const std::lock_guard lock(mutex_);
    for (int64_t key = 0; key < keys.rows(); ++key) {
      found[static_cast<size_t>(key)] = FindOne(keys[key], now_ms);
    }
    return found;
  }

  /// A key may come twice: from one question, or from two threads.
  void Keep(std::string_view key, const Rows& rows, int64_t now_ms) {
    if (rows->empty() && !options_.cache_missing_key) return;
    const std::lock_guard lock(mutex_);
    if (by_key_.contains(key)) return;
    entries_.push_front({std::string(key), rows, now_ms, now_ms});
    by_key_[entries_.front().key] = entries_.begin();
    if (static_cast<int64_t>(entries_.size()) <= options_.keys_max) return;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }

 private:
  struct Entry {
    std::string key;
    Rows rows;
    int64_t written_ms = 0, used_ms = 0;
  };

  Rows FindOne(std::string_view key, int64_t now_ms) {
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
    return entry->rows;
  }

  const LookupCacheOptions options_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the one used last is first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

class LookupCache : public flow::ParallelLookupSource {
 public:
  static Result<std::unique_ptr<flow::LookupSource>> Make(
      std::unique_ptr<flow::LookupSource> source, const std::vector<flow::TypePtr>& key_types,
      std::shared_ptr<KeptAnswers> kept) {
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
    cache->key_types_ = key_types;
    cache->kept_ = std::move(kept);
    return std::unique_ptr<flow::LookupSource>(std::move(cache));
  }

  const flow::Schema& schema() const override { return source_->schema(); }

  Result<std::unique_ptr<flow::LookupSource>> Another() override {
    auto* const parallel = dynamic_cast<flow::ParallelLookupSource*>(source_.get());
    if (parallel == nullptr) return std::unique_ptr<flow::LookupSource>();
    SLUICE_ASSIGN(auto source, parallel->Another());
    if (source == nullptr) return source;
    return Make(std::move(source), key_types_, kept_);
  }
  void Interrupt() override {
    auto* const parallel = dynamic_cast<flow::ParallelLookupSource*>(source_.get());
    if (parallel != nullptr) parallel->Interrupt();
  }

  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t now_ms) override {
    SLUICE_TRY(encoder_->Encode(keys, &encoded_));
    std::vector<KeptAnswers::Rows> answers = kept_->Find(encoded_, now_ms);
    std::vector<int32_t> missing;
    for (size_t key = 0; key < answers.size(); ++key) {
      if (answers[key] == nullptr) missing.push_back(static_cast<int32_t>(key));
    }
    if (!missing.empty()) SLUICE_TRY(Ask(keys, missing, now_ms, &answers));
    flow::LookupRows found;
    std::vector<std::string_view> rows;
    for (size_t key = 0; key < answers.size(); ++key) {
      for (const std::string& row : *answers[key]) {
        rows.push_back(row);
        found.key_rows.push_back(static_cast<int32_t>(key));
      }
    }
    SLUICE_ASSIGN(found.rows, codec_->Decode(rows));
    return found;
  }

 private:
  /// Asks the table for the keys that are missing, and keeps what it answers.
  Status Ask(const arrow::RecordBatch& keys, const std::vector<int32_t>& missing, int64_t now_ms,
             std::vector<KeptAnswers::Rows>* answers) {
    SLUICE_ASSIGN(const auto asked, TakeRows(keys, missing));
    SLUICE_ASSIGN(const flow::LookupRows answer, source_->Lookup(*asked, now_ms));
    state::EncodedRows encoded;
    SLUICE_TRY(codec_->Encode(*answer.rows, &encoded));
    size_t at = 0;
    for (size_t i = 0; i < missing.size(); ++i) {
      std::vector<std::string> rows;
      for (; at < answer.key_rows.size() && answer.key_rows[at] == static_cast<int32_t>(i); ++at) {
        rows.emplace_back(encoded[static_cast<int64_t>(at)]);
      }
      auto& of_key = (*answers)[static_cast<size_t>(missing[i])];
      of_key = std::make_shared<const std::vector<std::string>>(std::move(rows));
      kept_->Keep(encoded_[missing[i]], of_key, now_ms);
    }
    return {};
  }

  std::unique_ptr<flow::LookupSource> source_;
  std::vector<flow::TypePtr> key_types_;
  std::shared_ptr<KeptAnswers> kept_;
  std::optional<state::KeyEncoder> encoder_;
  std::optional<state::RowCodec> codec_;
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
  return LookupCache::Make(std::move(source), key_types, std::make_shared<KeptAnswers>(options));
}

std::unique_ptr<flow::LookupSource> MakeReloadingLookup(LoadTable load, flow::Schema schema,
                                                        int64_t interval_ms, bool from_begin) {
  return std::make_unique<ReloadingLookup>(std::move(load), std::move(schema), interval_ms,
                                           from_begin);
}

}  // namespace sluice::operators
