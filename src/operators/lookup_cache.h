// SPDX-License-Identifier: Apache-2.0
// What a lookup join keeps of the table it asks: the answers of keys ('lookup.cache' = PARTIAL), or
// a copy of the whole table that is made anew from time to time (FULL). One per shard; the threads
// of an asynchronous lookup share the answers.
#pragma once

#include <functional>
#include <memory>

#include "flow/lookup.h"
#include "flow/type.h"

namespace sluice::operators {

struct LookupCacheOptions {
  int64_t keys_max = 100'000;
  // 0: never.
  int64_t expire_after_write_ms = 0, expire_after_access_ms = 0;
  bool cache_missing_key = true;
};

/// `key_types`: of the columns of the keys.
Result<std::unique_ptr<flow::LookupSource>> MakeLookupCache(
    std::unique_ptr<flow::LookupSource> source, const std::vector<flow::TypePtr>& key_types,
    const LookupCacheOptions& options);

/// Makes a copy of the table as it is now.
using LoadTable = std::function<Result<std::unique_ptr<flow::LookupSource>>()>;

/// The first copy is made with the first question; later ones by a thread of their own, while the
/// last one is still asked. `interval_ms`: how long a copy is used, from its load's end or
/// (`from_begin`) from its begin. A load that fails is told, and the last copy stays in use.
std::unique_ptr<flow::LookupSource> MakeReloadingLookup(LoadTable load, flow::Schema schema,
                                                        int64_t interval_ms, bool from_begin);

}  // namespace sluice::operators
